"""What plans are reviewed against: everybody reads it, Contratación confirms it, Planning keeps it up."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from pp_monitor import access, clock
from pp_monitor.access import Role
from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import ProblemsError
from pp_monitor.domain.plan_rule import AmountBand, RestrictionWindow
from pp_monitor.forms.fields import choice
from pp_monitor.forms.plan_rule import BandForm, TermForm, WindowForm
from pp_monitor.labels import MODALITY
from pp_monitor.models.plan_rule import ShortestTermRow
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.plan_check import milestone_names
from pp_monitor.services.plan_rule import RuleBook, confirm_term, load_rule_book, set_band, set_window
from pp_monitor.views.plan_access import open_vigencia

blueprint = Blueprint("plan_rule", __name__)
KEEPERS = (Role.CONTRATACION, Role.PLANEACION)


@blueprint.get("/registro/reglas")
@access.roles(*access.READERS)
def show() -> ResponseReturnValue:
    """Terms, windows and bands in force, with who confirmed each term."""
    return _page()


def _page(**sent: FlaskForm) -> str:
    book, names = load_rule_book(access.require_person().entity_id), _milestones()
    forms: dict[str, Any] = {
        "term": TermForm(formdata=None, prefix="plazo-"),
        "window": WindowForm(formdata=None, prefix="restriccion-"),
        "band": BandForm(formdata=None, prefix="cuantia-"),
    } | sent
    forms["term"].term_id.choices = [choice(str(row.id), _term_text(row, names)) for row in book.terms]
    return render_template(
        "plan/rules.html",
        book=book,
        names=names,
        forms=forms,
        can_confirm=access.has_role(Role.CONTRATACION),
        can_keep=access.has_role(*KEEPERS),
    )


def _milestones() -> dict[str, str]:
    return milestone_names(load_catalogue(open_vigencia().catalogue_version_id))


def _term_text(row: ShortestTermRow, names: dict[str, str]) -> str:
    return f"{MODALITY[Modality(row.modality)]}: de {names[row.from_code]} a {names[row.to_code]}"


@blueprint.post("/registro/reglas/plazo")
@access.roles(Role.CONTRATACION)
def confirm() -> ResponseReturnValue:
    """Record who answers for a term, which may be called legal from then on."""
    form = TermForm(prefix="plazo-")
    book: RuleBook = load_rule_book(access.require_person().entity_id)
    form.term_id.choices = [choice(str(row.id), row.norm) for row in book.terms]
    if not form.validate_on_submit():
        return _page(term=form), 422
    confirm_term(
        form.term_id.data,
        workdays=form.workdays.data or 0,
        norm=form.norm.data or "",
        name=form.name.data or "",
        today=clock.today(),
        actor=access.actor(),
    )
    flash("Plazo confirmado.", "success")
    return redirect(url_for("plan_rule.show"))


@blueprint.post("/registro/reglas/restriccion")
@access.roles(*KEEPERS)
def restrict() -> ResponseReturnValue:
    """Record a window of restriction."""
    form = WindowForm(prefix="restriccion-")
    if not form.validate_on_submit():
        return _page(window=form), 422
    assert form.first.data
    assert form.last.data
    modalities = frozenset(Modality(code) for code in form.modalities.data or ())
    try:
        set_window(RestrictionWindow(form.norm.data or "", form.first.data, form.last.data, modalities), access.actor())
    except ProblemsError as error:
        form.form_errors += [str(problem) for problem in error.problems]
        return _page(window=form), 422
    flash("Restricción guardada.", "success")
    return redirect(url_for("plan_rule.show"))


@blueprint.post("/registro/reglas/cuantias")
@access.roles(*KEEPERS)
def set_amounts() -> ResponseReturnValue:
    """Record the amount bands of a vigencia."""
    form = BandForm(prefix="cuantia-")
    if not form.validate_on_submit():
        return _page(band=form), 422
    band = AmountBand(form.year.data or 0, form.least.data or 0, form.minor.data or 0, form.norm.data or "")
    try:
        set_band(band, access.actor())
    except ProblemsError as error:
        form.form_errors += [str(problem) for problem in error.problems]
        return _page(band=form), 422
    flash("Cuantías guardadas.", "success")
    return redirect(url_for("plan_rule.show"))
