"""Dates and the reasons of a delay told together: all or nothing, and what they change in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.cause import DelayCause, DependsOn
from pp_monitor.extensions import db
from pp_monitor.models.explanation import MilestoneExplanation
from pp_monitor.models.progress import ActualFact, Evidence, FactSource, ForecastFact
from pp_monitor.services.explanation import ExplanationEntry
from pp_monitor.services.progress import FactEntry, RecordResult, record_facts
from tests.plan_data import City, build_city, plan, project_code, register_plans

NOW = date(2022, 6, 1)
LINK = "https://www.contratos.gov.co/acta.pdf"


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        city = build_city()
        register_plans(city, {city.id(1): plan()})
        yield city


def record(city: City, told: dict[str, Any], why: dict[str, Any] | None = None, **options: Any) -> RecordResult:
    """Tell the first milestone of the first project, and why it is late."""
    reasons = [ExplanationEntry(city.id(1), "H01", is_partial=True, **why)] if why else []
    facts: dict[str, Any] = {"actor": city.actor, "today": NOW, "source": FactSource.FORM}
    return record_facts(
        vigencia=city.vigencia,
        entries=[FactEntry(city.id(1), "H01", **told)],
        explanations=reasons,
        **facts | options,
    )


def counts() -> tuple[int, ...]:
    tables = (ActualFact, ForecastFact, MilestoneExplanation, Evidence)
    return tuple(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def test_dates_reasons_and_the_link_are_recorded_at_once(city: City) -> None:
    why = {"cause": DelayCause.BUDGET, "depends_on": DependsOn.COMMUNITY, "commitment_on": date(2022, 6, 20)}
    result = record(city, {"actual": date(2022, 5, 30), "forecast": date(2022, 6, 20), "url": LINK}, why)
    assert (result.recorded, result.problems, counts()) == (3, (), (1, 1, 1, 1))
    assert [(one.what, one.before, one.after) for one in result.differences] == [
        ("Fecha real", "", "30/05/2022"),
        ("Enlace del soporte", "", LINK),
        ("Fecha proyectada", "", "20/06/2022"),
        ("Causa", "", "Traslado o falta de recursos"),
        ("Depende de", "", "Comunidad"),
        ("Fecha de compromiso", "", "20/06/2022"),
    ]


def test_the_same_again_changes_nothing_and_another_link_is_added(city: City) -> None:
    told, why = {"actual": date(2022, 5, 30), "url": LINK, "note": "Firmados"}, {"cause": DelayCause.BUDGET}
    record(city, told, why)
    again = record(city, told, why)
    assert (again.recorded, again.unchanged, again.differences) == (0, 2, ())
    other = record(city, told | {"url": f"{LINK}?v=2"})
    assert [(one.what, one.before, one.after) for one in other.differences] == [
        ("Enlace del soporte", LINK, f"{LINK}?v=2")
    ]


def test_a_note_said_with_one_date_is_not_news_with_the_other(city: City) -> None:
    record(city, {"actual": date(2022, 5, 30), "note": "Firmados"})
    record(city, {"forecast": date(2022, 6, 20), "note": "Falta el acta"})
    both = {"actual": date(2022, 5, 30), "forecast": date(2022, 6, 20)}
    assert record(city, both | {"note": "Firmados"}).recorded == 0
    assert record(city, both | {"note": "Otra"}).recorded == 2


def test_a_date_that_only_gets_a_note_keeps_its_document(city: City) -> None:
    record(city, {"actual": date(2022, 5, 30), "url": LINK})
    record(city, {"actual": date(2022, 5, 30), "note": "Firmados"})
    newest = db.session.scalars(select(ActualFact).order_by(ActualFact.id.desc())).first()
    assert newest is not None
    assert (newest.note, newest.evidence_id) == ("Firmados", db.session.scalar(select(Evidence.id)))


def test_an_error_of_either_kind_keeps_both_out_and_all_are_told(city: City) -> None:
    result = record(city, {"actual": date(2022, 6, 2)}, {"reply": "x" * 281})
    assert [problem.what for problem in result.problems] == [
        "La fecha real de «Estudios previos aprobados», 02/06/2022, está en el futuro.",
        "Falta la causa del retraso.",
        "La explicación tiene 281 caracteres y caben 280.",
    ]
    record(city, {"actual": date(2022, 5, 30), "url": LINK}, {"cause": DelayCause.OTHER})
    record(city, {"actual": date(2022, 6, 2)}, {"cause": DelayCause.BUDGET})
    assert counts() == (0, 0, 0, 0)


def test_a_forecast_with_a_cause_of_the_list_asks_for_no_other(city: City) -> None:
    late = {"forecast": date(2022, 6, 20)}
    assert [note.what for note in record(city, late, dry_run=True).problems] == [
        "Falta la causa del retraso de «Estudios previos aprobados»."
    ]
    assert record(city, late, {"cause": DelayCause.BUDGET}).problems == ()
    assert record(city, {"forecast": date(2022, 6, 24)}).problems == ()


def test_a_rehearsal_tells_what_would_change_and_records_nothing(city: City) -> None:
    result = record(city, {"actual": date(2022, 5, 30), "url": LINK}, {"cause": DelayCause.BUDGET}, dry_run=True)
    assert (len(result.differences), counts()) == (3, (0, 0, 0, 0))
    assert {one.project_code for one in result.differences} == {project_code(1)}
