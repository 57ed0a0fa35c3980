"""Reported dates wait, are verified or returned once, and what changed in between is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.errors import ForbiddenError, ProblemsError
from pp_monitor.domain.verification import Reporter, Verdict
from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.progress import ActualFact, FactSource
from pp_monitor.services.audit import Actor
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.evidence import keep_link
from pp_monitor.services.progress import FactEntry, RecordResult, fact_story, record_facts
from pp_monitor.services.transaction import writing
from pp_monitor.services.verification import (
    JudgeResult,
    Judging,
    count_waiting,
    judge,
    judged_sources,
    set_reporter,
    waiting_facts,
)
from tests.factories_db import make_user
from tests.plan_data import City, build_city, register_all
from tests.threads import at_once

NOW = date(2022, 6, 1)
FIRST, SECOND = date(2022, 4, 26), date(2022, 4, 27)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    """Three registered projects of an organism; the first has reported its first milestone."""
    with any_app.app_context():
        city = build_city()
        register_all(city)
        tell(city, FactEntry(city.id(1), "H01", actual=FIRST))
        yield city


def tell(city: City, *entries: FactEntry, **changes: Any) -> RecordResult:
    facts: dict[str, Any] = {"actor": city.actor, "today": NOW, "source": FactSource.FORM}
    return record_facts(vigencia=city.vigencia, entries=entries, **facts | changes)


def waiting(city: City) -> list[int]:
    return [fact.id for fact in waiting_facts(city.vigencia)]


def say(city: City, verdict: Verdict, ids: list[int], note: str = "", **changes: Any) -> JudgeResult:
    return judge(Judging(city.vigencia, ids, verdict, city.actor, NOW, note, **changes))


def verify(city: City, *ids: int) -> JudgeResult:
    return say(city, Verdict.VERIFY, list(ids))


def give_back(city: City, *ids: int) -> JudgeResult:
    return say(city, Verdict.RETURN, list(ids), "El acta no tiene firma")


def h01(city: City) -> tuple[date, bool] | None:
    measures = assess_portfolio(city.vigencia, NOW).projects[0].b0
    assert measures is not None
    result = measures.result("H01")
    assert result is not None
    return (result.actual.day, result.actual.is_verified) if result.actual else None


def counted(city: City) -> int:
    judged = judged_sources(Reporter(city.vigencia.reporter), Role)
    return db.session.execute(count_waiting(city.vigencia_id, judged)).scalar_one()


def test_a_reported_date_counts_while_it_waits_and_after_it_is_verified(city: City) -> None:
    assert h01(city) == (FIRST, False)
    assert counted(city) == 1
    assert verify(city, *waiting(city)) == JudgeResult(1)
    assert h01(city) == (FIRST, True)
    assert (waiting(city), counted(city)) == ([], 0)


def test_a_verification_says_again_what_it_judges_and_names_who_judged(city: City) -> None:
    judge_id = make_user(label="Luz Planeación").id
    reported = waiting(city)[0]
    luz = Actor(city.actor.entity_id, "Luz Planeación", judge_id)
    judge(Judging(city.vigencia, [reported], Verdict.VERIFY, luz, NOW))
    first, second = db.session.scalars(select(ActualFact).order_by(ActualFact.id)).all()
    assert (second.of_fact_id, second.day, second.reported_on) == (first.id, first.day, first.reported_on)
    assert second.user_id == judge_id
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.details["changes"][0]["milestone"]) == ("verify", "H01")


def test_a_returned_correction_lets_the_verified_date_stand_again(city: City) -> None:
    verify(city, *waiting(city))
    tell(city, FactEntry(city.id(1), "H01", actual=SECOND, note="El acta dice 27"))
    assert h01(city) == (SECOND, False)
    assert counted(city) == 1
    assert give_back(city, *waiting(city)).judged == 1
    assert h01(city) == (FIRST, True)
    assert (waiting(city), counted(city)) == ([], 0)


def test_a_returned_date_no_longer_counts_and_can_be_reported_again(city: City) -> None:
    give_back(city, *waiting(city))
    assert h01(city) is None
    story = fact_story(city.id(1))
    assert [(row.status, row.note, row.is_standing) for row in story] == [
        ("returned", "El acta no tiene firma", False),
        ("reported", "", False),
    ]
    assert tell(city, FactEntry(city.id(1), "H01", actual=FIRST)).recorded == 1
    assert h01(city) == (FIRST, False)
    assert counted(city) == 1


def test_what_is_verified_may_still_be_returned(city: City) -> None:
    reported = waiting(city)[0]
    verify(city, reported)
    assert give_back(city, reported).judged == 1
    assert h01(city) is None
    assert counted(city) == 0


@pytest.mark.parametrize("note", ["", "   ", "mal", "1234567890"])
def test_a_return_says_why_in_ten_letters(city: City, note: str) -> None:
    with pytest.raises(ProblemsError, match="motivo"):
        say(city, Verdict.RETURN, waiting(city), note)
    assert h01(city) == (FIRST, False)


def test_of_a_batch_what_changed_meanwhile_is_told_and_the_rest_goes_on(city: City) -> None:
    tell(city, FactEntry(city.id(2), "H01", actual=FIRST), FactEntry(city.id(3), "H01", actual=FIRST))
    one, two, three = waiting(city)
    tell(city, FactEntry(city.id(2), "H01", actual=SECOND, note="El acta dice 27"))
    verify(city, three)
    result = verify(city, one, two, three, one, 99_999)
    assert result.judged == 1
    name = "La fecha de «Estudios previos aprobados» de"
    assert [problem.what for problem in result.problems] == [
        f"{name} {city_code(city, 2)} ya no es la que usted vio: se corrigió, anuló o devolvió.",
        f"{name} {city_code(city, 3)} ya estaba verificada.",
        "Una de las fechas no existe en esta vigencia.",
    ]


def city_code(city: City, number: int) -> str:
    return next(code for code, id_ in city.ids.items() if id_ == city.id(number))


def test_a_date_of_another_organism_is_refused_whole(city: City) -> None:
    with pytest.raises(ForbiddenError):
        say(city, Verdict.VERIFY, waiting(city), organism_codes={"4151"})
    assert h01(city) == (FIRST, False)
    assert say(city, Verdict.VERIFY, waiting(city), organism_codes={"4145"}).judged == 1


@pytest.mark.parametrize(
    ("reporter", "source", "waits"),
    [
        (Reporter.ORGANISM, FactSource.FORM, True),
        (Reporter.ORGANISM, FactSource.FILE, True),
        (Reporter.ORGANISM, FactSource.PLANNING, False),
        (Reporter.PLANNING, FactSource.PLANNING, True),
        (Reporter.PLANNING, FactSource.FILE, True),
        (Reporter.PLANNING, FactSource.FORM, True),
    ],
)
def test_what_the_reporting_side_told_waits_for_the_other(
    city: City, reporter: Reporter, source: FactSource, *, waits: bool
) -> None:
    with_proof = source is FactSource.PLANNING and reporter is Reporter.ORGANISM
    verify(city, *waiting(city))
    evidence = a_link(city) if with_proof else None
    # A form of the organism cannot come in any more once Planning reports: it came in before.
    if source is not FactSource.FORM:
        set_reporter(city.vigencia, reporter, city.actor)
    assert tell(city, FactEntry(city.id(2), "H01", actual=FIRST, evidence_id=evidence), source=source).recorded == 1
    set_reporter(city.vigencia, reporter, city.actor)
    assert (len(waiting(city)) == 1) is waits


PLANNING, ENLACE = Role.PLANEACION, Role.ENLACE
JUDGED = {
    (Reporter.ORGANISM, PLANNING): {FactSource.FORM, FactSource.FILE, FactSource.REGISTRATION},
    (Reporter.PLANNING, PLANNING): {FactSource.FORM, FactSource.REGISTRATION},
    (Reporter.PLANNING, ENLACE): {FactSource.PLANNING, FactSource.FILE},
}


@pytest.mark.parametrize(("reporter", "role"), list(product(Reporter, Role)))
def test_who_judges_goes_by_who_reports_and_by_the_way_a_date_came_in(reporter: Reporter, role: Role) -> None:
    assert judged_sources(reporter, [role]) == JUDGED.get((reporter, role), set())


def test_what_an_organism_told_before_the_turn_waits_for_planning_alone(city: City) -> None:
    reported = waiting(city)[0]
    set_reporter(city.vigencia, Reporter.PLANNING, city.actor)
    assert waiting(city) == [reported]
    enlace = judged_sources(Reporter.PLANNING, [ENLACE])
    refused = say(city, Verdict.VERIFY, [reported], sources=enlace)
    assert (refused.judged, [row.fix for row in refused.problems]) == (
        0,
        ["Actualice la página: pudo cambiar quién reporta."],
    )
    assert say(city, Verdict.VERIFY, [reported], sources=judged_sources(Reporter.PLANNING, [PLANNING])).judged == 1
    assert h01(city) == (FIRST, True)


def a_link(city: City) -> int:
    with writing() as now:
        found = keep_link(city.actor.entity_id, "https://community.secop.gov.co/acta", now)
    assert found
    return found


def test_who_reports_is_changed_once_and_told_in_the_trail(city: City) -> None:
    assert set_reporter(city.vigencia, Reporter.PLANNING, city.actor) is True
    assert set_reporter(city.vigencia, Reporter.PLANNING, city.actor) is False
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert event.action == "set_reporter"
    assert event.details["after"] == "Planeación registra y el enlace del organismo confirma"


def test_of_two_verifiers_at_once_one_judges_and_the_other_is_told(any_app: Flask, city: City) -> None:
    reported = waiting(city)[0]
    db.session.rollback()
    found = at_once(any_app, lambda: verify(city, reported), lambda: give_back(city, reported))
    done = sum(result.judged for result in found)
    rows = db.session.scalars(select(ActualFact).where(ActualFact.of_fact_id == reported)).all()
    assert len(rows) == done
    if rows[0].status == "returned":
        assert done == 1
        assert h01(city) is None
    else:
        # A return may follow a verification, and never the other way round.
        assert [row.status for row in rows] == ["verified", "returned"][:done]


def test_of_two_that_verify_the_same_at_once_one_row_is_added(any_app: Flask, city: City) -> None:
    reported = waiting(city)[0]
    db.session.rollback()
    found = at_once(any_app, *[lambda: verify(city, reported)] * 2)
    assert sorted(result.judged for result in found) == [0, 1]
    assert [problem.fix for result in found for problem in result.problems] == ["No se cambió."]


def test_a_correction_while_it_is_verified_is_never_lost(any_app: Flask, city: City) -> None:
    reported = waiting(city)[0]
    db.session.rollback()
    correction = FactEntry(city.id(1), "H01", actual=SECOND, note="El acta dice 27")
    at_once(any_app, lambda: verify(city, reported), lambda: tell(city, correction))
    assert h01(city) == (SECOND, False)
    assert counted(city) == 1
