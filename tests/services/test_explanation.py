"""Explanations of late milestones are added, never altered, and each fault names its box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.cause import DelayCause, DependsOn
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.explanation import MilestoneExplanation
from pp_monitor.services.explanation import ExplanationEntry, explain, load_explanations
from tests.plan_data import City, build_city, plan, register_plans, set_state

NOW = date(2022, 6, 1)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    """A registered project, a second without H04, and a third without plan."""
    with any_app.app_context():
        city = build_city()
        register_plans(city, {city.id(1): plan(), city.id(2): plan(H04=PlanLine(not_applicable=True))})
        yield city


def whole(city: City) -> ExplanationEntry:
    return ExplanationEntry(
        city.id(1),
        "H01",
        DelayCause.LEGAL_REVIEW,
        "dos devoluciones",
        DependsOn.CONTRACTING,
        "Responder hoy",
        "Ana Ruiz",
        date(2022, 6, 10),
        "Se radica el viernes con los  ajustes\r\npedidos.",
    )


def count() -> int:
    return db.session.scalar(select(func.count(MilestoneExplanation.id))) or 0


def test_an_explanation_is_kept_whole_and_told_in_the_trail(city: City) -> None:
    assert explain(city.vigencia, [whole(city)], city.actor, NOW).recorded == 1

    told = load_explanations(city.vigencia_id, city.vigencia.last_recorded_at)[city.id(1)]["H01"]
    assert (told.cause, told.depends_on, told.commitment_on) == (
        DelayCause.LEGAL_REVIEW,
        DependsOn.CONTRACTING,
        date(2022, 6, 10),
    )
    assert told.reply == "Se radica el viernes con los ajustes pedidos."
    assert told.reported_on == NOW
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.object_kind) == ("explain", "progress")
    assert event.details["changes"][0]["cause"] == "Observaciones de DACP/jurídica"


def test_the_same_again_records_nothing(city: City) -> None:
    explain(city.vigencia, [whole(city)], city.actor, NOW)
    again = explain(city.vigencia, [whole(city)], city.actor, date(2022, 7, 1))
    assert (again.recorded, again.unchanged, again.problems) == (0, 1, ())
    assert count() == 1


def test_a_part_keeps_what_stood_and_a_whole_one_empties_it(city: City) -> None:
    before_k = city.vigencia.last_recorded_at
    explain(city.vigencia, [whole(city)], city.actor, NOW)
    part = ExplanationEntry(city.id(1), "H01", DelayCause.BUDGET, is_partial=True)
    explain(city.vigencia, [part], city.actor, NOW)
    first_k = city.vigencia.last_recorded_at
    told = load_explanations(city.vigencia_id, first_k)[city.id(1)]["H01"]
    assert (told.cause, told.action, told.responsible) == (DelayCause.BUDGET, "Responder hoy", "Ana Ruiz")

    explain(city.vigencia, [replace(part, is_partial=False)], city.actor, NOW)
    emptied = load_explanations(city.vigencia_id, city.vigencia.last_recorded_at)[city.id(1)]["H01"]
    assert (emptied.action, emptied.reply, emptied.depends_on) == ("", "", None)
    assert load_explanations(city.vigencia_id, first_k)[city.id(1)]["H01"].action == "Responder hoy"
    assert load_explanations(city.vigencia_id, before_k) == {}


@pytest.mark.parametrize(
    ("changes", "cell", "what"),
    [
        ({"cause": None}, "cause", "Falta la causa del retraso."),
        ({"cause": DelayCause.OTHER, "cause_text": ""}, "cause_text", "Falta decir cuál es la otra causa."),
        ({"reply": "a" * 281}, "reply", "La explicación tiene 281 caracteres y caben 280."),
        ({"commitment_on": date(2022, 5, 31)}, "commitment_on", "La fecha de compromiso, 31/05/2022, ya pasó."),
    ],
)
def test_a_fault_names_its_box_and_nothing_is_recorded(
    city: City, changes: dict[str, object], cell: str, what: str
) -> None:
    good = replace(whole(city), milestone_code="H02")
    result = explain(city.vigencia, [good, replace(whole(city), **changes)], city.actor, NOW)  # type: ignore[arg-type]
    assert [(problem.cell, problem.what) for problem in result.problems] == [(cell, what)]
    assert count() == 0


@pytest.mark.parametrize(
    ("number", "code", "what"),
    [
        (1, "H99", "El hito H99 no existe."),
        (2, "H04", "«Apertura y pliego definitivo» no aplica en el plan del proyecto."),
        (3, "H01", "El proyecto no tiene plan registrado."),
    ],
)
def test_only_a_milestone_of_a_plan_is_explained(city: City, number: int, code: str, what: str) -> None:
    entry = replace(whole(city), project_id=city.id(number), milestone_code=code)
    assert [problem.what for problem in explain(city.vigencia, [entry], city.actor, NOW).problems] == [what]
    assert count() == 0


def test_a_withdrawn_project_is_not_explained(city: City) -> None:
    set_state(city, city.id(1), ProjectState.WITHDRAWN)
    result = explain(city.vigencia, [whole(city)], city.actor, NOW)
    assert [problem.what for problem in result.problems] == ["El proyecto está retirado."]


def test_a_project_of_another_vigencia_is_refused(city: City) -> None:
    result = explain(city.vigencia, [replace(whole(city), project_id=99_999)], city.actor, NOW)
    assert [problem.what for problem in result.problems] == ["El proyecto no existe en esta vigencia."]
