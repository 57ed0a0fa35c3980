"""What people do with a case: each step by who may, on what they saw, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Grant, Role
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.case import CaseState
from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services import case
from pp_monitor.services.alert import RefreshSummary, refresh_alerts
from pp_monitor.services.audit import first_broken
from pp_monitor.services.case import CaseAt, Stepper
from tests.factories_db import make_actor, make_organism, make_user
from tests.portfolio_db import NewProject, add_actual, an_actor, met_through, open_vigencia
from tests.threads import at_once

TODAY = date(2022, 5, 13)
LATER = date(2022, 6, 1)
WHY = "Se espera el concepto de Hacienda"
HEALTH, WORKS = "4145", "4151"


@dataclass(frozen=True, slots=True)
class City:
    """A vigencia with a late project of Health and one of Works, compared on ``TODAY``."""

    vigencia_id: int
    entity_id: int
    health: int
    works: int

    def at(self, organism: str = HEALTH) -> CaseAt:
        """The case of an organism's project as it stands now."""
        row = db.session.execute(
            select(Alert.id, Alert.version)
            .join(Organism, Organism.id == Alert.organism_id)
            .where(Organism.code == organism, Alert.project_id.is_not(None))
            .order_by(Alert.id.desc())
        ).first()
        assert row
        return CaseAt(row.id, row.version)

    def row(self, organism: str = HEALTH) -> Alert:
        db.session.expire_all()
        return db.session.get_one(Alert, self.at(organism).id)

    def refresh(self, today: date = TODAY) -> None:
        refresh_alerts(self.vigencia_id, today, an_actor())


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    late = [NewProject("BP1", HEALTH, actual=met_through("H02")), NewProject("BP2", WORKS, actual=met_through("H02"))]
    with any_app.app_context():
        vigencia = open_vigencia(late, staffed=True)
        ids = {row.code: row.id for row in db.session.query(Organism)}
        made = City(vigencia.id, vigencia.entity_id, ids[HEALTH], ids[WORKS])
        made.refresh()
        yield made


def person(role: Role, organism: str = "", label: str = "Ana Prueba") -> tuple[User, Stepper]:
    own = make_organism(organism) if organism else None
    user = make_user(role, own, label=label)
    grant = Grant(role, date(2022, 1, 1), organism_id=own.id if own else None, organism_code=organism)
    return user, Stepper(make_actor(user), (grant,), TODAY)


def planning() -> Stepper:
    return person(Role.PLANEACION)[1]


def told() -> list[str]:
    query = select(AlertEvent.change).where(AlertEvent.change.not_in(["opened", "escalated"]))
    return list(db.session.scalars(query.order_by(AlertEvent.id)))


def test_an_enlace_takes_a_case_in_handling_and_planning_gives_it_to_another(city: City) -> None:
    user, enlace = person(Role.ENLACE, HEALTH)
    head, _ = person(Role.ORDENADOR, HEALTH, "Eva Jefa")
    case.handle(city.at(), enlace, owner_id=user.id, commitment_on=LATER)
    row = city.row()
    assert (row.state, row.owner_id, row.commitment_on, row.version) == (CaseState.HANDLING, user.id, LATER, 2)
    case.handle(city.at(), planning(), owner_id=head.id, commitment_on=TODAY)
    assert (city.row().owner_id, city.row().commitment_on) == (head.id, TODAY)
    first, second = db.session.scalars(select(AlertEvent).where(AlertEvent.change == AlertChange.HANDLED))
    assert (first.user_id, first.owner_id, first.day, first.state) == (user.id, user.id, LATER, "handling")
    assert (second.owner_id, second.level) == (head.id, city.row().level)
    assert first_broken(city.entity_id) is None


@pytest.mark.parametrize(
    ("owner", "commitment_on", "what"),
    [
        (True, date(2022, 5, 12), "La fecha de compromiso ya pasó."),
        (True, date(2023, 1, 1), "pasa del seguimiento de la vigencia. Escriba una hasta el 31/12/2022."),
        (False, LATER, "Esa persona no puede ser responsable"),
    ],
)
def test_a_case_needs_an_owner_who_may_have_it_and_a_date_to_come(
    city: City, owner: bool, commitment_on: date, what: str
) -> None:
    user, enlace = person(Role.ENLACE, HEALTH)
    other, _ = person(Role.ENLACE, WORKS)
    with pytest.raises(ProblemsError, match=what):
        case.handle(city.at(), enlace, owner_id=user.id if owner else other.id, commitment_on=commitment_on)
    assert city.row().state == CaseState.OPEN


@pytest.mark.parametrize(
    ("role", "organism", "owners"),
    [
        (Role.PLANEACION, "", {"Enlace", "Persona planeacion", "Ana Prueba"}),
        (Role.ENLACE, HEALTH, {"Enlace", "Ana Prueba"}),
        (Role.CONTRATACION, "", set()),
    ],
)
def test_a_case_is_given_to_who_can_act_on_it_and_by_an_organism_to_its_own_people(
    city: City, role: Role, organism: str, owners: set[str]
) -> None:
    others = (Role.PLANEACION, ""), (Role.CONTRATACION, ""), (Role.LECTURA, ""), (Role.ORDENADOR, WORKS)
    people = {each: person(each, place, f"Persona {each}")[0] for each, place in others}
    _, by = person(role, organism)
    assert {who.label for who in case.owner_choices(city.entity_id, [city.health], TODAY, by.grants)} == owners
    _, enlace = person(Role.ENLACE, HEALTH)
    with pytest.raises(ProblemsError, match="no puede ser responsable"):
        case.handle(city.at(), enlace, owner_id=people[Role.PLANEACION].id, commitment_on=LATER)
    case.handle(city.at(), planning(), owner_id=people[Role.PLANEACION].id, commitment_on=LATER)


@pytest.mark.parametrize("asks", ["snooze", "handle"])
def test_a_case_that_rests_gets_another_day_or_an_owner(city: City, asks: str) -> None:
    user, by = person(Role.PLANEACION)
    case.snooze(city.at(), by, until=LATER, reason=WHY)
    if asks == "snooze":
        case.snooze(city.at(), by, until=date(2022, 6, 20), reason="Hacienda pidió otro mes")
        row = city.row()
        assert (row.state, row.snoozed_until, row.reason) == (
            "snoozed", date(2022, 6, 20), "Hacienda pidió otro mes",
        )  # fmt: skip
    else:
        case.handle(city.at(), by, owner_id=user.id, commitment_on=LATER)
        row = city.row()
        assert (row.state, row.snoozed_until, row.reason, row.owner_id) == ("handling", None, "", user.id)


def test_a_case_rests_until_its_day_and_wakes_with_its_owner(city: City) -> None:
    user, enlace = person(Role.ENLACE, HEALTH)
    case.handle(city.at(), enlace, owner_id=user.id, commitment_on=LATER)
    case.snooze(city.at(), planning(), until=date(2022, 5, 18), reason=WHY)
    assert (city.row().state, city.row().snoozed_until, city.row().reason) == ("snoozed", date(2022, 5, 18), WHY)
    city.refresh(date(2022, 5, 17))
    assert city.row().state == CaseState.SNOOZED
    city.refresh(date(2022, 5, 18))
    assert (city.row().state, city.row().snoozed_until, city.row().reason) == ("handling", None, "")
    assert told()[:3] == ["handled", "snoozed", "updated"]
    assert told().count("woken") == 1


def test_planning_wakes_a_case_before_its_day(city: City) -> None:
    by = planning()
    case.snooze(city.at(), by, until=LATER, reason=WHY)
    case.wake(city.at(), by)
    assert (city.row().state, city.row().snoozed_until, city.row().reason) == ("open", None, "")
    with pytest.raises(ConflictError, match="Un caso abierto no se puede despertar"):
        case.wake(city.at(), by)


@pytest.mark.parametrize(
    ("until", "reason", "what"),
    [
        (TODAY, WHY, "debe despertar después de hoy"),
        (date(2022, 8, 13), WHY, "máximo 60 días hábiles. Escriba una fecha hasta el 12/08/2022"),
        (LATER, "", "Falta el motivo"),
        (LATER, "ya va", "motivo"),
        (LATER, "x" * 2_001, "tiene 2.001 caracteres y caben 2.000"),
    ],
)
def test_a_snooze_needs_a_day_to_come_and_a_reason(city: City, until: date, reason: str, what: str) -> None:
    with pytest.raises(ProblemsError, match=what):
        case.snooze(city.at(), planning(), until=until, reason=reason)


def test_a_dismissed_case_stays_away_until_its_cause_grows(city: City) -> None:
    case.dismiss(city.at(), planning(), reason=WHY)
    city.refresh()
    city.refresh(date(2022, 5, 16))
    closed = city.row()
    assert (closed.state, closed.closed_on, closed.is_silencing) == ("dismissed", TODAY, True)
    city.refresh(date(2022, 5, 17))  # H04 of the 16th is new
    opened = city.row()
    assert opened.id != closed.id
    assert [cause["code"] for cause in opened.causes] == ["H04"]


def test_a_cause_that_ceased_and_came_back_opens_another_case(city: City) -> None:
    first = city.at().id
    case.dismiss(city.at(), planning(), reason=WHY)
    add_actual("BP1", "H03", TODAY)
    city.refresh()
    assert not city.row().is_silencing
    city.refresh(date(2022, 5, 17))
    assert city.at().id != first


def test_a_dismissed_case_opens_again_with_a_reason(city: City) -> None:
    by = planning()
    case.dismiss(city.at(), by, reason=WHY)
    case.reopen(city.at(), by, reason="Se descartó por equivocación")
    row = city.row()
    assert (row.state, row.closed_on, row.closed_at, row.silenced, row.is_silencing) == ("open", None, None, [], False)
    assert told() == ["dismissed", "reopened"]


def test_a_case_does_not_open_again_beside_another_of_the_same_project(city: City) -> None:
    by, first = planning(), city.at()
    case.dismiss(first, by, reason=WHY)
    city.refresh(date(2022, 5, 17))
    with pytest.raises(ConflictError, match="Ya hay otro caso abierto"):
        case.reopen(CaseAt(first.id, 2), by, reason="Se descartó por equivocación")


def test_observations_are_answered_in_the_thread_and_move_no_version(city: City) -> None:
    at = city.at()
    case.comment(at.id, person(Role.CONTRATACION)[1], "  Falta el pliego definitivo.  ")
    said = db.session.scalars(select(AlertEvent).where(AlertEvent.change == AlertChange.COMMENTED)).one()
    case.answer(at.id, person(Role.ENLACE, HEALTH)[1], said.id, "Se publica el lunes.")
    reply = db.session.scalars(select(AlertEvent).where(AlertEvent.change == AlertChange.ANSWERED)).one()
    assert (said.text, reply.text, reply.reply_to_id) == (
        "Falta el pliego definitivo.",
        "Se publica el lunes.",
        said.id,
    )
    assert city.at() == at
    for wrong in (reply.id, 9_999):
        with pytest.raises(NotFoundError, match="Esa observación no existe"):
            case.answer(at.id, planning(), wrong, "Listo")
    with pytest.raises(NotFoundError, match="Esa observación no existe"):
        case.answer(city.at(WORKS).id, planning(), said.id, "Listo")


@pytest.mark.parametrize(
    ("text", "what"), [("  ", "está vacía"), ("a" * 2_001, "tiene 2.001 caracteres y caben 2.000")]
)
def test_an_observation_says_something_and_not_too_much(city: City, text: str, what: str) -> None:
    with pytest.raises(ProblemsError, match=what):
        case.comment(city.at().id, planning(), text)


Take = Callable[[CaseAt, Stepper, int], None]
STEPS: dict[str, Take] = {
    "handle": lambda at, by, owner: case.handle(at, by, owner_id=owner, commitment_on=LATER),
    "snooze": lambda at, by, owner: case.snooze(at, by, until=LATER, reason=WHY),
    "wake": lambda at, by, owner: case.wake(at, by),
    "dismiss": lambda at, by, owner: case.dismiss(at, by, reason=WHY),
    "reopen": lambda at, by, owner: case.reopen(at, by, reason=WHY),
    "comment": lambda at, by, owner: case.comment(at.id, by, "Una observación"),
    "answer": lambda at, by, owner: case.answer(at.id, by, 1, "Una respuesta"),
}
REFUSED = {
    Role.ENLACE: {"snooze", "dismiss"},
    Role.ORDENADOR: {"snooze", "dismiss"},
    Role.CONTRATACION: {"handle", "snooze", "dismiss", "answer"},
    Role.LECTURA: {"handle", "snooze", "dismiss", "comment", "answer"},
    Role.CONTROL: {"handle", "snooze", "dismiss", "comment", "answer"},
}


@pytest.mark.parametrize("role", REFUSED)
def test_steps_of_other_roles_are_refused_and_write_nothing(city: City, role: Role) -> None:
    user, by = person(role, HEALTH if role in (Role.ENLACE, Role.ORDENADOR) else "")
    for step in REFUSED[role]:
        with pytest.raises(ForbiddenError, match="Su función no permite"):
            STEPS[step](city.at(), by, user.id)
    assert told() == []


def test_people_of_another_organism_do_not_find_the_case(city: City) -> None:
    user, by = person(Role.ENLACE, WORKS)
    for take in STEPS.values():
        with pytest.raises(NotFoundError, match="Ese caso no existe"):
            take(city.at(HEALTH), by, user.id)
    with pytest.raises(NotFoundError, match="Ese caso no existe"):
        case.wake(CaseAt(9_999, 1), by)


@pytest.mark.parametrize(
    ("state", "refused"),
    [
        ("resolved", ["handle", "snooze", "wake", "dismiss", "reopen", "comment", "answer"]),
        ("dismissed", ["handle", "snooze", "wake", "dismiss", "comment", "answer"]),
        ("snoozed", ["reopen"]),
        ("open", ["wake", "reopen"]),
    ],
)
def test_a_step_that_its_state_does_not_have_is_refused_to_everybody(
    city: City, state: str, refused: list[str]
) -> None:
    user, by = person(Role.PLANEACION)
    if state == "resolved":
        add_actual("BP1", "H03", TODAY)
        city.refresh()
    elif state == "dismissed":
        case.dismiss(city.at(), by, reason=WHY)
    elif state == "snoozed":
        case.snooze(city.at(), by, until=LATER, reason=WHY)
    before = told()
    for step in refused:
        with pytest.raises(ConflictError, match="no se puede"):
            STEPS[step](city.at(), by, user.id)
    assert told() == before


def test_a_step_on_several_cases_tells_which_were_not_taken(city: City) -> None:
    user, by = person(Role.PLANEACION)
    seen = [city.at(HEALTH), city.at(WORKS)]
    case.snooze(city.at(WORKS), by, until=LATER, reason=WHY)
    done = case.handle_all(seen, by, owner_id=user.id, commitment_on=LATER)
    assert (done.done, [(row.case_id, row.why) for row in done.refused]) == (1, [(seen[1].id, case.CHANGED)])
    assert (city.row(HEALTH).state, city.row(WORKS).state) == ("handling", "snoozed")
    done = case.snooze_all([city.at(HEALTH), city.at(WORKS)], by, until=LATER, reason=WHY)
    assert (done.done, done.refused) == (2, ())
    case.dismiss(city.at(WORKS), by, reason=WHY)
    done = case.snooze_all([city.at(HEALTH), city.at(WORKS)], by, until=LATER, reason=WHY)
    assert (done.done, done.refused[0].why) == (1, "Un caso descartado no se puede posponer.")
    other, _ = person(Role.ENLACE, WORKS)
    case.wake(city.at(HEALTH), by)
    done = case.handle_all([city.at(HEALTH)], by, owner_id=other.id, commitment_on=LATER)
    assert (done.done, "no puede ser responsable" in done.refused[0].why) == (0, True)


def test_a_step_leaves_the_figures_in_memory_good(city: City) -> None:
    before = db.session.scalar(select(Vigencia.last_recorded_at))
    case.comment(city.at().id, planning(), "Una observación")
    assert db.session.scalar(select(Vigencia.last_recorded_at)) == before


def test_of_two_people_on_one_case_the_second_is_told(any_app: Flask, city: City) -> None:
    user, enlace = person(Role.ENLACE, HEALTH)
    by, at = planning(), city.at()
    db.session.remove()
    outcomes = at_once(
        any_app,
        lambda: case.handle(at, enlace, owner_id=user.id, commitment_on=LATER),
        lambda: case.snooze(at, by, until=LATER, reason=WHY),
    )
    assert [str(error) for error in outcomes if error] == [case.CHANGED]
    assert told() == [city.row().state.replace("handling", "handled")]


def test_a_refresh_while_a_person_snoozes_loses_no_step(any_app: Flask, city: City) -> None:
    by, at, vigencia_id, actor = planning(), city.at(), city.vigencia_id, an_actor()
    tomorrow = date(2022, 5, 16)
    db.session.remove()
    snoozed, refreshed = at_once(
        any_app,
        lambda: case.snooze(at, by, until=LATER, reason=WHY),
        lambda: refresh_alerts(vigencia_id, tomorrow, actor),
    )
    assert snoozed is None
    assert isinstance(refreshed, RefreshSummary)
    row = city.row()
    assert (row.state, row.snoozed_until, row.reason, row.workdays) == ("snoozed", LATER, WHY, 6)
    assert told() == ["snoozed"]


def test_a_fact_and_a_snooze_at_once_end_in_a_resolved_case(any_app: Flask, city: City) -> None:
    by, at, vigencia_id, actor = planning(), city.at(), city.vigencia_id, an_actor()
    add_actual("BP1", "H03", TODAY)
    db.session.remove()
    refused, refreshed = at_once(
        any_app,
        lambda: case.snooze(at, by, until=LATER, reason=WHY),
        lambda: refresh_alerts(vigencia_id, TODAY, actor),
    )
    assert refreshed == RefreshSummary(closed=1)
    row = city.row()
    assert (row.state, row.snoozed_until) == ("resolved", None)
    assert told() == (["closed"] if refused else ["snoozed", "closed"])
