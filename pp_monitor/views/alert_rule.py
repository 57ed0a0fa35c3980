"""The rules of alerts of the vigencia: everybody who reads sees them, Planning changes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from pp_monitor import access, clock
from pp_monitor.access import Role
from pp_monitor.domain.alert_rule import (
    FAMILY,
    GRAVEST_FIRST,
    AlertLevel,
    AlertRule,
    AlertRules,
    RuleSetting,
    changed_rules,
)
from pp_monitor.domain.digest import told_at_once
from pp_monitor.domain.errors import NotFoundError, ProblemsError
from pp_monitor.formatters import date_time
from pp_monitor.forms.alert_rule import escalation_form, rule_form
from pp_monitor.labels import ALERT_LEVEL, ROLE
from pp_monitor.labels_alert import (
    ALERT_RULE,
    RULE_FAMILY,
    escalation_sentence,
    preview_sentence,
    rule_sentence,
)
from pp_monitor.services.alert import preview_rules
from pp_monitor.services.alert_rule import (
    LastChange,
    RuleBook,
    check_escalation,
    check_rule,
    escalation_history,
    load_rule_book,
    load_rules,
    rule_history,
    set_escalation,
    set_rule,
)
from pp_monitor.views.reading import current_vigencia

blueprint = Blueprint("alert_rule", __name__)
TAKES_EFFECT = "Rige desde la próxima revisión de los casos: en unos minutos, o a las 06:00 si la de hoy no ha pasado."
_SEAL = 16
Code = TypeVar("Code", AlertRule, AlertLevel)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule, or the escalation of a level, as a line: what it says, who is told and who changed it last."""

    name: str
    family: str
    sentence: str
    level: str
    level_word: str
    told: str
    is_on: bool
    changed: str
    url: str


def _rule_lines(book: RuleBook) -> list[RuleLine]:
    return [
        RuleLine(
            ALERT_RULE[rule],
            RULE_FAMILY[FAMILY[rule]],
            rule_sentence(setting),
            setting.level or "",
            ALERT_LEVEL[setting.level] if setting.level else "Según la regla",
            _told(setting.recipients),
            setting.is_on,
            _changed(book.rule_changes.get(rule)),
            url_for("alert_rule.ask_rule", code=rule.value),
        )
        for rule, setting in book.rules.settings.items()
    ]


def _told(named: frozenset[Role]) -> str:
    """Who hears of a case at once, and whether others wait for the escalation."""
    first = told_at_once(named)
    words = [", ".join(ROLE[role] for role in Role if role in first)] if first else []
    return "; ".join([*words, *(["los demás por escalamiento"] if named - first else [])])


def _escalation_lines(book: RuleBook) -> list[RuleLine]:
    return [
        RuleLine(
            ALERT_LEVEL[level], "", escalation_sentence(book.rules.escalation[level]), level, ALERT_LEVEL[level], "",
            True, _changed(book.escalation_changes.get(level)), url_for("alert_rule.ask_escalation", code=level.value),
        )
        for level in GRAVEST_FIRST
    ]  # fmt: skip


def _changed(last: LastChange | None) -> str:
    if last is None:
        return "De origen"
    return f"{date_time(last.recorded_at)}, {last.author or 'proceso'}: {last.reason}"


@blueprint.get("/alertas/reglas")
@access.roles(*access.READERS)
def show() -> ResponseReturnValue:
    """Every rule with its sentence and numbers, and how cases are escalated."""
    book = load_rule_book(current_vigencia().id)
    return render_template(
        "alert/rules.html",
        rules=_rule_lines(book),
        levels=_escalation_lines(book),
        can_change=access.has_role(Role.PLANEACION),
    )


@blueprint.get("/alertas/reglas/<code>")
@access.roles(Role.PLANEACION)
def ask_rule(code: str) -> ResponseReturnValue:
    """The form of one rule with everything that was changed of it."""
    return _page(_rule(code))


@blueprint.post("/alertas/reglas/<code>")
@access.roles(Role.PLANEACION)
def change_rule(code: str) -> ResponseReturnValue:
    """Tell what a change of a rule would do today, then record it."""
    return _change(_rule(code))


@blueprint.get("/alertas/escalamiento/<code>")
@access.roles(Role.PLANEACION)
def ask_escalation(code: str) -> ResponseReturnValue:
    """The form of the escalation of one level with everything that was changed of it."""
    return _page(_escalation(code))


@blueprint.post("/alertas/escalamiento/<code>")
@access.roles(Role.PLANEACION)
def change_escalation(code: str) -> ResponseReturnValue:
    """Tell what a change of when the cases of a level reach each role would do today, then record it."""
    return _change(_escalation(code))


@dataclass(frozen=True, slots=True)
class _Past:
    """A change of before: how it left the rule, a sentence each, by whom, when and why."""

    told: list[str]
    author: str
    recorded_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class _Matter:
    """What is changed: its form, its past, and what is done with what was typed, once the form is valid.

    ``wanted`` gives the rules as they would be, ``seal`` a short name of what was typed: a change is saved only as its
    preview showed it. ``base`` names what it is changed from, so that nobody undoes what another one saved meanwhile.
    """

    title: str
    sentence: str
    form: FlaskForm
    past: list[_Past]
    check: Callable[[], object]
    save: Callable[[], None]
    wanted: Callable[[], AlertRules]
    seal: Callable[[], str]
    base: str


def _rule(code: str) -> _Matter:
    vigencia, rule = current_vigencia(), _code(AlertRule, code)
    rules = load_rules(vigencia.id)
    before = rules.setting(rule)
    form = rule_form(before)
    return _Matter(
        title=ALERT_RULE[rule],
        sentence=rule_sentence(before),
        form=form,
        past=[_past(last, _setting_told(setting)) for last, setting in rule_history(vigencia.id, rule)],
        check=lambda: check_rule(vigencia.id, form.setting(before), form.why),
        save=lambda: set_rule(vigencia.id, form.setting(before), reason=form.why, actor=access.actor()),
        wanted=lambda: changed_rules(rules, [form.setting(before)]),
        seal=lambda: _seal(*_setting_told(form.setting(before))),
        base=_seal(*_setting_told(before)),
    )


def _escalation(code: str) -> _Matter:
    vigencia, level = current_vigencia(), _code(AlertLevel, code)
    rules = load_rules(vigencia.id)
    days = rules.escalation[level]
    form = escalation_form(days)
    return _Matter(
        title=f"Escalamiento: caso {ALERT_LEVEL[level].lower()}",
        sentence=escalation_sentence(days),
        form=form,
        past=[_past(last, [escalation_sentence(then)]) for last, then in escalation_history(vigencia.id, level)],
        check=lambda: check_escalation(vigencia.id, level, form.days(), form.why),
        save=lambda: set_escalation(vigencia.id, level, form.days(), reason=form.why, actor=access.actor()),
        wanted=lambda: replace(rules, escalation={**rules.escalation, level: form.days()}),
        seal=lambda: _seal(*map(str, form.days())),
        base=_seal(*map(str, days)),
    )


def _past(last: LastChange, told: list[str]) -> _Past:
    return _Past(told, last.author or "Proceso", last.recorded_at, last.reason)


def _setting_told(setting: RuleSetting) -> list[str]:
    """A setting in words: every part of it."""
    level = ALERT_LEVEL[setting.level].lower() if setting.level else "según la regla"
    roles = ", ".join(ROLE[role] for role in Role if role in setting.recipients)
    return [rule_sentence(setting), f"{'Encendida' if setting.is_on else 'Apagada'}; nivel {level}; avisa a {roles}."]


def _seal(*texts: str) -> str:
    return sha256("|".join(texts).encode()).hexdigest()[:_SEAL]


def _code(codes: type[Code], code: str) -> Code:
    try:
        return codes(code)
    except ValueError:
        raise NotFoundError("Esa regla no existe.") from None


def _change(matter: _Matter) -> ResponseReturnValue:
    """Save what was seen in its preview; what was not is shown first."""
    if not matter.form.validate_on_submit():
        return _page(matter), 422
    if request.form.get("desde", matter.base) != matter.base:
        matter.form.form_errors.append(_overtaken(matter))
        return _page(matter), 409
    try:
        matter.check()
        if request.form.get("visto") != matter.seal():
            return _page(matter, _preview(matter))
        matter.save()
    except ProblemsError as error:
        matter.form.form_errors += [str(problem) for problem in error.problems]
        return _page(matter), 422
    flash(f"Cambio guardado. {TAKES_EFFECT}", "success")
    return redirect(url_for("alert_rule.show"))


def _overtaken(matter: _Matter) -> str:
    """Who changed the rule since the page was opened, and how it stands now."""
    last = matter.past[0]
    told = f"{last.author} la cambió el {date_time(last.recorded_at)}. Ahora dice: {' '.join(last.told)}"
    return f"{told} Revise lo que usted escribió y mire otra vez qué cambiaría; no se guardó nada."


def _preview(matter: _Matter) -> str:
    found = preview_rules(current_vigencia(), clock.today(), matter.wanted())
    return preview_sentence(
        opened=found.opened,
        closed=found.closed,
        raised=found.raised,
        lowered=found.lowered,
        escalated=found.escalated,
    )


def _page(matter: _Matter, preview: str = "") -> str:
    fields = [field for field in matter.form if field.name not in ("csrf_token", "reason")]
    seal = matter.seal() if preview else ""
    return render_template(
        "alert/rule.html", matter=matter, fields=fields, preview=preview, seal=seal, takes_effect=TAKES_EFFECT
    )
