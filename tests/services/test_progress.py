"""Facts are added, never altered: corrections and annulments are new records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.errors import Severity
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.progress import ActualFact, FactSource, ForecastFact
from pp_monitor.models.project import Attempt, Process, ProjectProcess
from pp_monitor.services.contract import By, NewContract, add_contract
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.progress import FactEntry, RecordResult, record_facts
from pp_monitor.services.transaction import writing_vigencia
from tests.plan_data import TODAY, City, build_city, plan, register_plans, set_state

NOW = date(2022, 6, 1)
NA = PlanLine(not_applicable=True)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    """Two registered projects, the second without H04, and a third without plan."""
    with any_app.app_context():
        city = build_city()
        register_plans(city, {city.id(1): plan(), city.id(2): plan(H04=NA)})
        yield city


def tell(city: City, *entries: FactEntry, **changes: Any) -> RecordResult:
    facts: dict[str, Any] = {"actor": city.actor, "today": NOW, "source": FactSource.FORM}
    return record_facts(vigencia=city.vigencia, entries=entries, **facts | changes)


def actuals() -> list[tuple[date | None, str, str]]:
    rows = db.session.execute(select(ActualFact.day, ActualFact.status, ActualFact.note).order_by(ActualFact.id))
    return [(row.day, row.status, row.note) for row in rows]


def h01(city: City, at: date = NOW) -> date | None:
    measures = assess_portfolio(city.vigencia, at).projects[0].b0
    assert measures is not None
    result = measures.result("H01")
    assert result is not None
    return result.actual.day if result.actual else None


def test_an_actual_and_a_forecast_are_two_records_that_count(city: City) -> None:
    first = FactEntry(city.id(1), "H01", actual=date(2022, 4, 26), note="Firmado")
    second = FactEntry(city.id(1), "H02", forecast=date(2022, 6, 20), cause="Falta concepto")
    result = tell(city, first, second)

    assert result == RecordResult(recorded=2, unchanged=0)
    assert actuals() == [(date(2022, 4, 26), "reported", "Firmado")]
    forecast = db.session.scalars(select(ForecastFact)).one()
    assert (forecast.day, forecast.cause, forecast.reported_on) == (date(2022, 6, 20), "Falta concepto", NOW)
    assert h01(city) == date(2022, 4, 26)


def test_the_same_value_again_changes_nothing_at_all(city: City) -> None:
    entry = FactEntry(city.id(1), "H01", actual=date(2022, 4, 26), forecast=date(2022, 5, 2), cause="Lluvia")
    tell(city, entry)
    before = city.vigencia.last_recorded_at

    assert tell(city, entry) == RecordResult(recorded=0, unchanged=2)
    db.session.expire_all()
    assert city.vigencia.last_recorded_at == before
    assert len(actuals()) == 1


def test_an_entry_without_dates_says_nothing(city: City) -> None:
    assert tell(city, FactEntry(city.id(1), "H01", note="Nada nuevo")) == RecordResult(0, 0)


def test_new_words_about_the_same_date_are_a_new_record(city: City) -> None:
    tell(city, FactEntry(city.id(1), "H02", forecast=date(2022, 6, 20)))
    result = tell(city, FactEntry(city.id(1), "H02", forecast=date(2022, 6, 20), cause="Falta concepto"))
    assert (result.recorded, result.unchanged) == (1, 0)


def test_a_correction_is_a_new_record_with_its_reason(city: City) -> None:
    tell(city, FactEntry(city.id(1), "H01", actual=date(2022, 4, 26)))
    tell(city, FactEntry(city.id(1), "H01", actual=date(2022, 4, 28), note="El acta dice 28"))

    assert [row[0] for row in actuals()] == [date(2022, 4, 26), date(2022, 4, 28)]
    assert h01(city) == date(2022, 4, 28)


def test_a_correction_by_form_needs_its_reason_and_by_file_only_says_so(city: City) -> None:
    tell(city, FactEntry(city.id(1), "H01", actual=date(2022, 4, 26)))
    correction = FactEntry(city.id(1), "H01", actual=date(2022, 4, 28))

    refused = tell(city, correction)
    assert refused.is_refused
    assert refused.problems[0].what.startswith("Falta el motivo de la corrección")
    accepted = tell(city, correction, source=FactSource.FILE)
    assert (accepted.recorded, [problem.severity for problem in accepted.problems]) == (1, [Severity.NOTE])


def test_an_annulment_ends_the_date_and_stays_in_the_history(city: City) -> None:
    entry = FactEntry(city.id(1), "H01", actual=date(2022, 4, 26))
    tell(city, entry)
    tell(city, FactEntry(city.id(1), "H01", actual=date(2022, 4, 26), note="Era otro proyecto"), annul=True)

    assert actuals() == [(date(2022, 4, 26), "reported", ""), (None, "annulled", "Era otro proyecto")]
    assert h01(city) is None
    assert tell(city, entry).recorded == 1
    assert h01(city) == date(2022, 4, 26)


@pytest.mark.parametrize(
    ("day", "note", "what"),
    [
        (date(2022, 4, 26), "", "Falta el motivo para anular"),
        (date(2022, 4, 27), "Error", "que quiere anular ya no está"),
    ],
)
def test_an_annulment_needs_a_reason_and_the_date_that_stands(city: City, day: date, note: str, what: str) -> None:
    tell(city, FactEntry(city.id(1), "H01", actual=date(2022, 4, 26)))
    result = tell(city, FactEntry(city.id(1), "H01", actual=day, note=note), annul=True)
    assert result.is_refused
    assert what in result.problems[0].what
    assert h01(city) == date(2022, 4, 26)


@pytest.mark.parametrize(
    ("number", "milestone", "actual", "what"),
    [
        (1, "H01", date(2022, 6, 2), "La fecha real de «Estudios previos aprobados», 02/06/2022, está en el futuro."),
        (2, "H04", date(2022, 5, 2), "«Apertura y pliego definitivo» no aplica en el plan del proyecto."),
        (1, "H77", date(2022, 5, 2), "El hito H77 no existe."),
        (1, "P01", date(2022, 5, 2), "El hito P01 no existe."),
        (3, "H01", date(2022, 5, 2), "El proyecto no tiene plan registrado."),
    ],
)
def test_one_wrong_entry_records_none(city: City, number: int, milestone: str, actual: date, what: str) -> None:
    good = FactEntry(city.id(1), "H02", actual=date(2022, 5, 10))
    result = tell(city, good, FactEntry(city.id(number), milestone, actual=actual))

    assert [problem.what for problem in result.problems] == [what]
    assert (result.recorded, actuals()) == (0, [])


@pytest.mark.parametrize("milestone", ["H10", "H11", "H12", "H13", "H14"])
def test_nothing_is_executed_or_closed_before_the_start(city: City, milestone: str) -> None:
    tell(city, FactEntry(city.id(1), "H09", actual=date(2022, 5, 24)))
    result = tell(city, FactEntry(city.id(1), milestone, actual=date(2022, 5, 23)))

    [problem] = result.problems
    assert (problem.milestone_code, problem.severity) == (milestone, Severity.ERROR)
    assert problem.what.endswith("», 23/05/2022, es anterior a la de «Acta de inicio», 24/05/2022.")
    assert (result.recorded, [row[0] for row in actuals()]) == (0, [date(2022, 5, 24)])
    assert tell(city, FactEntry(city.id(1), milestone, actual=date(2022, 5, 24))).recorded == 1


def test_a_start_after_what_was_executed_is_refused_until_both_are_corrected_together(city: City) -> None:
    tell(city, *(FactEntry(city.id(1), code, actual=date(2022, 5, day)) for code, day in (("H09", 4), ("H11", 20))))
    start = FactEntry(city.id(1), "H09", actual=date(2022, 5, 24), note="El acta dice 24")

    [problem] = tell(city, start).problems
    assert (problem.milestone_code, problem.what.split(", ", 1)[1]) == (
        "H09",
        "24/05/2022, es posterior a la de «Terminación (100 %)», 20/05/2022.",
    )
    end = FactEntry(city.id(1), "H11", actual=date(2022, 5, 30), note="El acta dice 30")
    assert tell(city, start, end) == RecordResult(recorded=2, unchanged=0)


def test_an_impossible_pair_told_at_once_is_refused_once_at_the_later_milestone(city: City) -> None:
    days = {"H09": date(2022, 5, 24), "H12": date(2022, 5, 23)}
    result = tell(city, *(FactEntry(city.id(1), code, actual=day) for code, day in days.items()))
    assert ([problem.milestone_code for problem in result.problems], actuals()) == (["H12"], [])


def test_an_annulled_start_bounds_nothing(city: City) -> None:
    start = FactEntry(city.id(1), "H09", actual=date(2022, 5, 24), note="Era de otro proyecto")
    tell(city, start)
    tell(city, start, annul=True)
    assert tell(city, FactEntry(city.id(1), "H12", actual=date(2022, 5, 23))).recorded == 1


def test_a_start_before_the_contract_happened_and_is_recorded_with_a_note(city: City) -> None:
    tell(city, FactEntry(city.id(1), "H08", actual=date(2022, 5, 20)))
    result = tell(city, FactEntry(city.id(1), "H09", actual=date(2022, 5, 18)))
    assert result.recorded == 1
    assert [(note.severity, note.what) for note in result.problems] == [
        (Severity.NOTE, "«Acta de inicio», 18/05/2022, queda antes de «Registro presupuestal (RP)», 20/05/2022.")
    ]


@pytest.mark.parametrize(("committed_on", "is_noted"), [(date(2022, 5, 20), True), (date(2022, 5, 17), False)])
def test_the_start_of_a_contract_is_held_against_its_own_rp(city: City, committed_on: date, is_noted: bool) -> None:
    by = By(city.actor, NOW, None)
    first, second = (
        add_contract(city.vigencia, city.id(1), NewContract(f"Contrato {number}", "", date(2022, 4, 8)), by).id
        for number in (41, 42)
    )
    for contract_id, day in ((first, date(2022, 5, 2)), (second, committed_on)):
        tell(city, FactEntry(city.id(1), "H08", actual=day, contract_id=contract_id))
    result = tell(city, FactEntry(city.id(1), "H09", actual=date(2022, 5, 18), contract_id=second))
    what = "«Acta de inicio», 18/05/2022, queda antes de «Registro presupuestal (RP)», 20/05/2022."
    assert [note.what for note in result.problems] == ([what] if is_noted else [])


@pytest.mark.parametrize(("day", "is_refused"), [(date(2020, 12, 31), True), (date(2021, 1, 1), False)])
def test_a_real_date_is_at_most_of_the_year_before_the_vigencia(city: City, day: date, is_refused: bool) -> None:
    result = tell(city, FactEntry(city.id(1), "H01", actual=day))
    told = ["La fecha real de «Estudios previos aprobados», 31/12/2020, es anterior al 01/01/2021."]
    assert [problem.what for problem in result.problems] == (told if is_refused else [])


def test_every_problem_is_told_at_once(city: City) -> None:
    result = tell(
        city,
        FactEntry(city.id(1), "H01", actual=date(2022, 7, 1)),
        FactEntry(city.id(3), "H01", actual=date(2022, 5, 1)),
        FactEntry(999_999, "H01", actual=date(2022, 5, 1)),
    )
    assert len(result.problems) == 3


def test_a_milestone_told_twice_at_once_is_refused(city: City) -> None:
    entries = [FactEntry(city.id(1), "H01", actual=date(2022, 5, day)) for day in (2, 3)]
    assert [problem.what for problem in tell(city, *entries).problems] == ["El hito está dos veces."]


def test_what_happened_today_is_not_the_future(city: City) -> None:
    assert tell(city, FactEntry(city.id(1), "H01", actual=NOW)).recorded == 1


def test_a_withdrawn_project_takes_no_facts_but_a_suspended_one_does(city: City) -> None:
    set_state(city, city.id(1), ProjectState.SUSPENDED)
    set_state(city, city.id(2), ProjectState.WITHDRAWN)
    assert tell(city, FactEntry(city.id(1), "H01", actual=NOW)).recorded == 1
    assert tell(city, FactEntry(city.id(2), "H01", actual=NOW)).problems[0].what == "El proyecto está retirado."


def test_a_late_forecast_without_cause_is_recorded_and_noted(city: City) -> None:
    result = tell(city, FactEntry(city.id(1), "H01", forecast=date(2022, 6, 20)))
    assert result.recorded == 1
    assert [(note.severity, note.what) for note in result.problems] == [
        (Severity.NOTE, "Falta la causa del retraso de «Estudios previos aprobados».")
    ]


def test_a_forecast_that_passed_is_recorded_and_noted_unless_the_date_is_told(city: City) -> None:
    passed = date(2022, 4, 4)
    said = "La fecha proyectada de «Estudios previos aprobados», 04/04/2022, ya pasó."
    with_date = tell(city, FactEntry(city.id(2), "H01", actual=passed, forecast=passed))
    assert said not in [note.what for note in with_date.problems]
    result = tell(city, FactEntry(city.id(1), "H01", forecast=passed))
    assert result.recorded == 1
    assert (Severity.NOTE, said) in [(note.severity, note.what) for note in result.problems]
    assert tell(city, FactEntry(city.id(1), "H01", forecast=passed)).problems == ()


def test_after_a_void_attempt_facts_belong_to_the_newest(city: City) -> None:
    with writing_vigencia(city.vigencia_id) as now:
        common = {"entity_id": city.actor.entity_id, "recorded_at": now}
        process = Process(**common, vigencia_id=city.vigencia_id, reference="P-1", secop_url="")
        db.session.add(process)
        db.session.flush()
        link = ProjectProcess(**common, project_id=city.id(1), process_id=process.id, valid_from=TODAY)
        attempts = [Attempt(**common, process_id=process.id, number=n, opened_on=TODAY) for n in (1, 2)]
        db.session.add_all([link, *attempts])
        db.session.flush()
        second = attempts[1].id
    entries = [FactEntry(city.id(1), code, actual=date(2022, 5, 30)) for code in ("H01", "H03")]
    tell(city, *entries)

    rows = db.session.execute(select(ActualFact.milestone_code, ActualFact.attempt_id).order_by(ActualFact.id))
    assert rows.tuples().all() == [("H01", None), ("H03", second)]


def test_the_trail_tells_who_changed_which_date(city: City) -> None:
    tell(city, FactEntry(city.id(1), "H01", actual=date(2022, 4, 26)))
    tell(city, FactEntry(city.id(1), "H01", actual=date(2022, 4, 28), note="El acta dice 28"))

    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert event is not None
    assert (event.action, event.object_kind, event.object_code) == ("report", "progress", "BP26450001")
    assert event.details["changes"] == [
        {
            "project": "BP26450001",
            "milestone": "H01",
            "stream": "actual",
            "before": "2022-04-26",
            "after": "2022-04-28",
        }
    ]


def test_a_report_of_an_earlier_day_keeps_it_beside_the_true_instant(city: City) -> None:
    tell(city, FactEntry(city.id(1), "H01", actual=date(2022, 4, 26)), reported_on=date(2022, 5, 2))
    fact = db.session.scalars(select(ActualFact)).one()
    assert fact.reported_on == date(2022, 5, 2)
    assert fact.recorded_at == db.session.scalar(select(func.max(ActualFact.recorded_at)))
    assert fact.recorded_at.year >= 2024
