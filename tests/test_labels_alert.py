"""The sentences of causes, facts, events and rules."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_cause import GUARANTEES, Cause
from pp_monitor.domain.alert_fact import FactKind, Settlement
from pp_monitor.domain.alert_rule import DEFAULT_RULES, AlertLevel, AlertRule, RuleFamily
from pp_monitor.domain.case import CaseState, CaseStep
from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.labels_alert import (
    ALERT_CHANGE,
    ALERT_RULE,
    CASE_STATE,
    CASE_STEP,
    RULE_FAMILY,
    cause_sentence,
    escalation_sentence,
    event_sentence,
    fact_sentence,
    rule_sentence,
)

NAMES = {milestone.code: milestone.name for milestone in DEFAULT_CATALOGUE.milestones}
DAY, LATER = date(2022, 7, 1), date(2022, 8, 1)


@pytest.mark.parametrize(
    ("rule", "numbers", "sentence"),
    [
        (
            "overdue",
            {"code": "H07", "day": DAY, "workdays": 1},
            "era para el 01/07/2022 y lleva 1 día",
        ),
        ("overdue", {"code": "H14", "day": DAY, "workdays": 2}, "Está por liquidar: «Liquidación» era para el"),
        (
            "legal_start",
            {"code": "H09", "other_code": "H08", "day": DAY, "other_day": LATER},
            "«Acta de inicio» es del 01/07/2022, antes de «Registro presupuestal (RP)», que es del 01/08/2022.",
        ),
        (
            "legal_start",
            {"code": "H09", "other_code": GUARANTEES, "day": DAY, "other_day": LATER},
            "antes de la aprobación de garantías, que es del 01/08/2022.",
        ),
        ("no_update", {"day": DAY, "days": 31}, "no reporta desde el 01/07/2022, hace 31 días."),
        ("finish_after_year", {"day": date(2023, 1, 10), "workdays": 6}, "se prevé para el 10/01/2023, 6 días hábiles"),
        (
            "physical_gap",
            {"percent": 71, "other_percent": 50, "amount_cop": 710_000, "day": DAY},
            "Se ha pagado el 71 % ($710.000) y la ejecución física va en el 50 %, con corte presupuestal 01/07/2022.",
        ),
        ("long_suspension", {"day": DAY, "workdays": 31, "other_day": LATER}, "reinicio previsto el 01/08/2022."),
        ("third_replanning", {"count": 3, "workdays": 40}, "Se ha reprogramado 3 veces, hasta 40 días hábiles más."),
        (
            "restriction_window",
            {"code": "H07", "day": DAY, "other_day": LATER, "norm": "Ley 996"},
            "dentro de una restricción que va hasta el 01/08/2022 (Ley 996).",
        ),
        (
            "organism_without_plan",
            {"count": 2, "workdays": 9},
            "plan de 2 proyectos; el plazo venció hace 9 días",
        ),
        (
            "organism_without_plan",
            {"count": 4, "with_head": 2, "other_day": DAY, "workdays": 9},
            (
                "Debe el plan de 4 proyectos; el plazo venció hace 9 días hábiles. De los enviados, 2 esperan la "
                "aprobación de su ordenador del gasto desde el 01/07/2022."
            ),
        ),
        (
            "organism_without_plan",
            {"with_head": 1, "in_comments": 1, "other_day": DAY, "workdays": 9},
            (
                "Envió el plan de 2 proyectos y aún no está registrado; el plazo venció hace 9 días hábiles. De los "
                "enviados, 1 espera la aprobación de su ordenador del gasto desde el 01/07/2022 y 1 espera los"
            ),
        ),
        (
            "money_chain",
            {"code": "payments_cop", "other_code": "obligations_cop", "amount_cop": 91, "other_cop": 90, "day": DAY},
            "Con corte 01/07/2022, los pagos ($91) superan las obligaciones ($90).",
        ),
    ],
)
def test_a_cause_is_told_with_its_numbers(rule: str, numbers: dict[str, Any], sentence: str) -> None:
    assert sentence in cause_sentence(Cause(AlertRule(rule), AlertLevel.MILD, **numbers), NAMES)


@pytest.mark.parametrize("rule", AlertRule)
def test_every_rule_has_its_words(rule: AlertRule) -> None:
    cause = Cause(rule, AlertLevel.MILD, "H07", "H06")
    for sentence in (cause_sentence(cause, NAMES), rule_sentence(DEFAULT_RULES.setting(rule)), f"{ALERT_RULE[rule]}."):
        assert sentence.endswith(".")
        assert "None" not in sentence


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (FactKind.MET, "«Contrato firmado» se cumplió el 01/07/2022."),
        (FactKind.RULE_OFF, "La regla «Hitos vencidos» se apagó."),
        (FactKind.CORRECTED, "Se corrigió: hitos vencidos."),
    ],
)
def test_a_fact_is_told_with_its_day(kind: FactKind, sentence: str) -> None:
    cause = Cause(AlertRule.OVERDUE, AlertLevel.MILD, "H07")
    assert fact_sentence(cause, Settlement(kind, DAY), NAMES) == sentence


@pytest.mark.parametrize("kind", FactKind)
def test_every_fact_has_a_sentence(kind: FactKind) -> None:
    assert fact_sentence(Cause(AlertRule.ZERO_VALUE, AlertLevel.MILD), Settlement(kind, DAY), NAMES).endswith(".")


@pytest.mark.parametrize("change", AlertChange)
def test_every_event_has_a_sentence(change: AlertChange) -> None:
    told = event_sentence(change, AlertRule.NO_UPDATE, AlertLevel.MILD, role=Role.LECTURA, day=DAY, owner="Ana")
    assert told.endswith(".")
    assert "caso" in told


def test_an_event_tells_who_has_a_case_and_who_is_told() -> None:
    raised = event_sentence(
        AlertChange.RAISED, AlertRule.OVERDUE, AlertLevel.CRITICAL, workdays=33, milestone="Contrato firmado"
    )
    assert raised == "El caso subió a crítico: «Contrato firmado», 33 días hábiles de retraso."
    handled = event_sentence(AlertChange.HANDLED, AlertRule.OVERDUE, None, day=DAY, owner="Ana")
    assert handled == "El caso está en gestión: Ana, compromiso 01/07/2022."
    escalated = event_sentence(AlertChange.ESCALATED, AlertRule.OVERDUE, None, role=Role.LECTURA)
    assert escalated == "El caso se escaló al gabinete."
    first = event_sentence(AlertChange.ESCALATED, AlertRule.OVERDUE, None, role=Role.ENLACE)
    assert first == "Se avisó al enlace del organismo."


def test_an_escalation_is_one_sentence_without_the_steps_it_has_not() -> None:
    assert escalation_sentence((0, 20, None, None)) == (
        "Se avisa al enlace del organismo el mismo día, al ordenador del gasto a los 20 días hábiles."
    )


def test_every_code_has_its_word() -> None:
    assert set(ALERT_RULE) == set(AlertRule)
    assert set(ALERT_CHANGE) == set(AlertChange)
    assert set(CASE_STATE) == set(CaseState)
    assert set(CASE_STEP) == set(CaseStep)
    assert set(RULE_FAMILY) == set(RuleFamily)
