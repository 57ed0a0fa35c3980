"""The rules of alerts of the vigencia: everybody who reads sees them, Planning changes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.alert_rule import FAMILY, GRAVEST_FIRST, AlertLevel, AlertRule
from pp_monitor.domain.digest import told_at_once
from pp_monitor.domain.errors import NotFoundError, ProblemsError
from pp_monitor.formatters import date_time
from pp_monitor.forms.alert_rule import escalation_form, rule_form
from pp_monitor.labels import ALERT_LEVEL, ROLE
from pp_monitor.labels_alert import ALERT_RULE, RULE_FAMILY, escalation_sentence, rule_sentence
from pp_monitor.services.alert_rule import LastChange, RuleBook, load_rule_book, set_escalation, set_rule
from pp_monitor.views.reading import current_vigencia

blueprint = Blueprint("alert_rule", __name__)
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
    """The form of one rule."""
    setting = load_rule_book(current_vigencia().id).rules.setting(_code(AlertRule, code))
    return _page(rule_form(setting), ALERT_RULE[setting.rule], rule_sentence(setting))


@blueprint.post("/alertas/reglas/<code>")
@access.roles(Role.PLANEACION)
def change_rule(code: str) -> ResponseReturnValue:
    """Record how the vigencia applies a rule."""
    vigencia = current_vigencia()
    before = load_rule_book(vigencia.id).rules.setting(_code(AlertRule, code))
    form = rule_form(before)
    return _save(
        form,
        lambda: set_rule(vigencia.id, form.setting(before), reason=form.reason.data or "", actor=access.actor()),
        ALERT_RULE[before.rule],
        rule_sentence(before),
    )


@blueprint.get("/alertas/escalamiento/<code>")
@access.roles(Role.PLANEACION)
def ask_escalation(code: str) -> ResponseReturnValue:
    """The form of the escalation of one level."""
    level = _code(AlertLevel, code)
    days = load_rule_book(current_vigencia().id).rules.escalation[level]
    return _page(escalation_form(days), _escalation_title(level), escalation_sentence(days))


@blueprint.post("/alertas/escalamiento/<code>")
@access.roles(Role.PLANEACION)
def change_escalation(code: str) -> ResponseReturnValue:
    """Record when the cases of a level reach each role."""
    vigencia, level = current_vigencia(), _code(AlertLevel, code)
    days = load_rule_book(vigencia.id).rules.escalation[level]
    form = escalation_form(days)
    return _save(
        form,
        lambda: set_escalation(vigencia.id, level, form.days(), reason=form.reason.data or "", actor=access.actor()),
        _escalation_title(level),
        escalation_sentence(days),
    )


def _escalation_title(level: AlertLevel) -> str:
    return f"Escalamiento: alerta {ALERT_LEVEL[level].lower()}"


def _code(codes: type[Code], code: str) -> Code:
    try:
        return codes(code)
    except ValueError:
        raise NotFoundError("Esa regla no existe.") from None


def _save(form: FlaskForm, save: Callable[[], None], title: str, sentence: str) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return _page(form, title, sentence), 422
    try:
        save()
    except ProblemsError as error:
        form.form_errors += [str(problem) for problem in error.problems]
        return _page(form, title, sentence), 422
    flash("Regla guardada. Los casos abiertos la siguen desde la próxima revisión.", "success")
    return redirect(url_for("alert_rule.show"))


def _page(form: FlaskForm, title: str, sentence: str) -> str:
    fields = [field for field in form if field.name not in ("csrf_token", "reason")]
    return render_template("alert/rule.html", form=form, fields=fields, title=title, sentence=sentence)
