"""The rules of a vigencia: the newest record counts, what was before stays, and cases follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert_rule import (
    DEFAULT_RULES,
    AlertLevel,
    AlertRule,
    EscalationDays,
    Limit,
    RuleSetting,
    changed_rules,
)
from pp_monitor.domain.errors import ProblemsError
from pp_monitor.extensions import db
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.alert import RefreshSummary, RulePreview, preview_rules, refresh_alerts
from pp_monitor.services.alert_rule import load_rule_book, load_rules, rule_history, set_escalation, set_rule
from tests.factories_db import make_actor, make_user
from tests.portfolio_db import NewProject, an_actor, met_through, open_vigencia

MAY_13 = date(2022, 5, 13)
WHY = "Lo acordó el comité de mayo"
OVERDUE = DEFAULT_RULES.setting(AlertRule.OVERDUE)


@pytest.fixture
def vigencia(any_app: Flask) -> Iterator[Vigencia]:
    with any_app.app_context():
        yield open_vigencia([NewProject("BP1", actual=met_through("H02"))], staffed=True)


def test_without_records_the_rules_are_those_of_the_contract(vigencia: Vigencia) -> None:
    book = load_rule_book(vigencia.id)
    assert (book.rules, dict(book.rule_changes)) == (DEFAULT_RULES, {})


def test_the_newest_record_counts_and_an_instant_gives_what_was_known(vigencia: Vigencia) -> None:
    limits = {**OVERDUE.limits, Limit.SERIOUS_OVER: 4, Limit.CRITICAL_OVER: 9}
    user = make_user(Role.PLANEACION, label="Ana Prueba")
    set_rule(vigencia.id, replace(OVERDUE, is_on=False), reason=WHY, actor=make_actor(user))
    known_at = db.session.scalar(select(Vigencia.last_recorded_at))
    changed = replace(OVERDUE, limits=limits, recipients=frozenset({Role.ENLACE}))
    set_rule(vigencia.id, changed, reason=WHY, actor=make_actor(user))
    assert load_rules(vigencia.id).setting(AlertRule.OVERDUE) == changed
    assert not load_rules(vigencia.id, known_at).setting(AlertRule.OVERDUE).is_on
    last = load_rule_book(vigencia.id).rule_changes[AlertRule.OVERDUE]
    assert (last.author, last.reason) == ("Ana Prueba", WHY)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "set_alert_rule")).all()[-1]
    assert event.details["limits"]["serious_over"] == 4


def test_a_level_of_the_vigencia_changes_the_open_case_in_place(vigencia: Vigencia) -> None:
    refresh_alerts(vigencia.id, MAY_13, an_actor())
    set_rule(vigencia.id, replace(OVERDUE, level=AlertLevel.CRITICAL), reason=WHY, actor=an_actor())
    assert refresh_alerts(vigencia.id, MAY_13, an_actor()) == RefreshSummary(raised=1)
    assert db.session.scalars(select(Alert.level)).all() == ["critical"]


def test_a_rule_turned_off_dismisses_its_cases_and_no_fact_resolved_them(vigencia: Vigencia) -> None:
    refresh_alerts(vigencia.id, MAY_13, an_actor())
    set_rule(vigencia.id, replace(OVERDUE, is_on=False), reason=WHY, actor=an_actor())
    assert refresh_alerts(vigencia.id, MAY_13, an_actor()) == RefreshSummary(closed=1)
    event = db.session.scalars(select(AlertEvent).where(AlertEvent.change == "dismissed")).one()
    assert event.ceased[0]["fact"]["kind"] == "rule_off"
    row = db.session.scalars(select(Alert)).one()
    assert (row.state, row.is_silencing) == ("dismissed", False)
    assert row.reason == event.text == "Se apagó la regla «Hitos vencidos»."
    set_rule(vigencia.id, OVERDUE, reason=WHY, actor=an_actor())
    assert refresh_alerts(vigencia.id, MAY_13, an_actor()).opened == 1


def test_escalation_follows_the_days_of_the_vigencia(vigencia: Vigencia) -> None:
    set_escalation(vigencia.id, AlertLevel.MILD, (0, 0, 1, None), reason=WHY, actor=an_actor())
    assert load_rules(vigencia.id).escalation[AlertLevel.MILD] == (0, 0, 1, None)
    assert load_rules(vigencia.id).escalation[AlertLevel.CRITICAL] == (0, 3, 6, 10)
    assert refresh_alerts(vigencia.id, MAY_13, an_actor()) == RefreshSummary(opened=1, escalated=2)
    assert AlertLevel.MILD in load_rule_book(vigencia.id).escalation_changes


@pytest.mark.parametrize(
    ("setting", "what"),
    [
        (replace(OVERDUE, recipients=frozenset()), "no avisa a nadie"),
        (replace(OVERDUE, limits={**OVERDUE.limits, Limit.SERIOUS_OVER: 31}), "después de lo grave"),
        (replace(OVERDUE, limits={**OVERDUE.limits, Limit.KEY_SERIOUS_OVER: 16}), "después de lo grave"),
        (replace(OVERDUE, limits={**OVERDUE.limits, Limit.CRITICAL_OVER: 367}), "de 0 a 366"),
        (replace(OVERDUE, limits={}), "Faltan números"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(vigencia: Vigencia, setting: RuleSetting, what: str) -> None:
    with pytest.raises(ProblemsError, match=what):
        set_rule(vigencia.id, setting, reason=WHY, actor=an_actor())
    assert load_rules(vigencia.id) == DEFAULT_RULES


@pytest.mark.parametrize(
    ("days", "what"),
    [
        ((0, None, 6, 10), "sin huecos"),
        ((None, None, None, None), "sin huecos"),
        ((0, 3, 6), "sin huecos"),
        ((0, 6, 3, 10), "no disminuyen"),
        ((0, 3, 6, 367), "de 0 a 366"),
    ],
)
def test_steps_that_go_backwards_are_refused(vigencia: Vigencia, days: EscalationDays, what: str) -> None:
    with pytest.raises(ProblemsError, match=what):
        set_escalation(vigencia.id, AlertLevel.CRITICAL, days, reason=WHY, actor=an_actor())


def test_a_change_needs_its_reason(vigencia: Vigencia) -> None:
    with pytest.raises(ProblemsError, match="motivo"):
        set_rule(vigencia.id, OVERDUE, reason="", actor=an_actor())


def test_a_change_that_changes_nothing_is_refused(vigencia: Vigencia) -> None:
    with pytest.raises(ProblemsError, match="No cambió nada"):
        set_rule(vigencia.id, OVERDUE, reason=WHY, actor=an_actor())
    with pytest.raises(ProblemsError, match="No cambió nada"):
        set_escalation(vigencia.id, AlertLevel.MILD, (0, 20, None, None), reason=WHY, actor=an_actor())
    assert rule_history(vigencia.id, AlertRule.OVERDUE) == ()


@pytest.mark.parametrize(
    ("setting", "preview"),
    [
        (replace(OVERDUE, level=AlertLevel.CRITICAL), {"raised": {AlertLevel.CRITICAL: 1}}),
        (replace(OVERDUE, is_on=False), {"closed": 1}),
        (replace(OVERDUE, recipients=frozenset({Role.ENLACE})), {}),
    ],
)
def test_what_a_rule_would_change_is_told_and_nothing_is_written(
    vigencia: Vigencia, setting: RuleSetting, preview: dict[str, Any]
) -> None:
    refresh_alerts(vigencia.id, MAY_13, an_actor())
    nothing = RulePreview(0, 0, {}, 0, 0)
    rules = changed_rules(load_rules(vigencia.id), [setting])
    assert preview_rules(vigencia, MAY_13, rules) == replace(nothing, **preview)
    assert preview_rules(vigencia, MAY_13, load_rules(vigencia.id)) == nothing
    assert refresh_alerts(vigencia.id, MAY_13, an_actor()) == RefreshSummary()


def test_a_rule_that_is_on_again_would_open_and_days_would_escalate(vigencia: Vigencia) -> None:
    set_rule(vigencia.id, replace(OVERDUE, is_on=False), reason=WHY, actor=an_actor())
    rules = changed_rules(load_rules(vigencia.id), [OVERDUE])
    assert preview_rules(vigencia, MAY_13, rules).opened == 1
    set_rule(vigencia.id, OVERDUE, reason=WHY, actor=an_actor())
    refresh_alerts(vigencia.id, MAY_13, an_actor())
    sooner = replace(load_rules(vigencia.id), escalation=dict.fromkeys(AlertLevel, (0, 0, 0, 0)))
    assert preview_rules(vigencia, MAY_13, sooner).escalated == 1
