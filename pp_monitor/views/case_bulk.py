"""The same step on several cases of the inbox: their forms, and what is told of the cases that refused it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.account import ORGANISM_ROLES
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.listing import Page
from pp_monitor.domain.portfolio import OrganismLabel
from pp_monitor.formatters import plural
from pp_monitor.forms.alert import Narrowing
from pp_monitor.forms.case import AssignForm, SnoozeForm, assign_form, snooze_form
from pp_monitor.forms.commitment import TellingForm
from pp_monitor.forms.project import read_page
from pp_monitor.services.case import CaseAt, StepsDone, owner_choices
from pp_monitor.services.case_row import CaseRow, case_rows
from pp_monitor.services.held_form import TypedForm
from pp_monitor.services.role import Holder
from pp_monitor.views import alert_rows, held_form
from pp_monitor.views.reading import Reading

TICK = "caso"
HANDLERS = (Role.PLANEACION, *sorted(ORGANISM_ROLES))
SNOOZERS = (Role.PLANEACION,)
_LONGEST_NUMBER = 9
FormT = TypeVar("FormT", AssignForm, SnoozeForm)


@dataclass(frozen=True, slots=True)
class Bulk:
    """The forms of the steps on several; none where this person may not take them or nothing is listed.

    ``ticked`` are the boxes that were ticked before and still show the case as it was.
    """

    assign: AssignForm | None
    snooze: SnoozeForm | None
    assign_url: str
    snooze_url: str
    ticked: frozenset[str]


def bulk(reading: Reading, narrowing: Narrowing, page: Page[CaseRow]) -> Bulk:
    """What stands below the list, with what was typed there if it could not be done."""
    args = _list_args(narrowing)
    urls = url_for("case.assign_many", **args), url_for("case.snooze_many", **args)
    typed = held_form.kept(url_for("case.assign_many"), url_for("case.snooze_many"))
    has_open = any(row.state.is_open for row in page.rows)
    can_assign, can_snooze = (has_open and access.has_role(*roles) for roles in (HANDLERS, SNOOZERS))
    return Bulk(
        assign=_shown(make_assign_form(reading, **_given(typed, urls[0])), typed, urls[0]) if can_assign else None,
        snooze=_shown(make_snooze_form(reading, **_given(typed, urls[1])), typed, urls[1]) if can_snooze else None,
        assign_url=urls[0],
        snooze_url=urls[1],
        ticked=frozenset(text for name, text in typed.boxes if name == TICK) if typed else frozenset(),
    )


def make_assign_form(reading: Reading, **given: Any) -> AssignForm:
    """The form with the people who may have a case of what this person sees."""
    people = owner_choices(reading.vigencia.entity_id, access.visible_organism_ids(), reading.cutoff.today)
    return assign_form(owner_options(people, reading), reading.vigencia.year, **given)


def make_snooze_form(reading: Reading, **given: Any) -> SnoozeForm:
    """The form of the rest of several cases."""
    return snooze_form(reading.vigencia.year, **given)


def owner_options(people: Sequence[Holder], reading: Reading) -> list[tuple[int, str]]:
    """People to choose from, with what they are or the organism that they are of."""
    names = reading.portfolio.names
    return [(who.user_id, f"{who.label} · {_place(who, names.organisms)}") for who in people]


def _place(who: Holder, organisms: Mapping[str, OrganismLabel]) -> str:
    if not who.organism_code:
        return "Planeación" if who.role is Role.PLANEACION else "Contratación"
    label = organisms.get(who.organism_code)
    return label.short_name if label else who.organism_code


def _is_of(typed: TypedForm | None, url: str) -> bool:
    return typed is not None and url.partition("?")[0] == typed.place


def _given(typed: TypedForm | None, url: str) -> dict[str, Any]:
    return held_form.filled(typed if _is_of(typed, url) else None)


def _shown(form: FormT, typed: TypedForm | None, url: str) -> FormT:
    if typed and _is_of(typed, url):
        held_form.tell(form, typed)
    return form


def ticked() -> list[CaseAt]:
    """The cases that were ticked, each as the page showed it; what is none is left out."""
    pairs = [text.partition("-") for text in request.form.getlist(TICK)]
    return [CaseAt(int(number), int(version)) for number, _, version in pairs if _is_number(number, version)]


def _is_number(*texts: str) -> bool:
    return all(text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER for text in texts)


def told(reading: Reading, done: StepsDone, words: tuple[str, str]) -> ResponseReturnValue:
    """Back to the list: how many were done, and each that was not with its reason."""
    if done.done:
        flash(f"{plural(done.done, 'alerta', 'alertas')} {words[done.done > 1]}.", "success")
    if not done.refused:
        return _back(reading)
    return ask_again(reading, {"": _refusals(reading, done)})


def _refusals(reading: Reading, done: StepsDone) -> list[str]:
    """Each case that refused the step, by the name of what it is about where this person may know it."""
    calendar, today = reading.portfolio.frame.calendar, reading.cutoff.today
    rows = case_rows([each.case_id for each in done.refused], calendar, today)
    codes = reading.organism_codes
    seen = {number: row for number, row in rows.items() if codes is None or row.organism_code in codes}
    names = {number: f"{alert_rows.title(row, reading)} (caso {number})" for number, row in seen.items()}
    return [f"{names.get(each.case_id, f'Caso {each.case_id}')}: {each.why}" for each in done.refused]


def ask_again(reading: Reading, problems: dict[str, list[str]]) -> ResponseReturnValue:
    """Back to the list with what was typed and what is wrong with it, by the name of its box."""
    return _back(reading, escrito=held_form.keep(problems))


def typed_problems(
    form: AssignForm | SnoozeForm, ats: Sequence[CaseAt], problems: Sequence[Problem] = ()
) -> dict[str, list[str]]:
    """What is wrong with what was typed, by the name of its box, and whether nothing was ticked."""
    found = field_problems(form, problems)
    if not ats:
        found[""].append("No marcó ninguna alerta. Marque al menos una.")
    return found


def field_problems(form: TellingForm, problems: Sequence[Problem] = ()) -> dict[str, list[str]]:
    """What a form and the step said of what was typed, by the name of its box; what has none, by none."""
    found = {field.short_name: list(field.errors) for field in form if field.errors}
    return {**found, "": [f"{problem.what} {problem.fix}".strip() for problem in problems]}


def _back(reading: Reading, **more: Any) -> ResponseReturnValue:
    narrowing = alert_rows.read_asked(reading, alert_rows.choices(reading))
    return redirect(url_for("alert.list_alerts", **_list_args(narrowing), **more))


def _list_args(narrowing: Narrowing) -> dict[str, Any]:
    """The list as the address narrows it, for the way there and back."""
    number = read_page(request.args, [])
    return {**narrowing.args, **({"pagina": number} if number > 1 else {})}
