"""The same step on several cases of the inbox: their forms, and what is told of the cases that refused it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any, TypeVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.account import ORGANISM_ROLES
from pp_monitor.domain.errors import Problem, ProblemsError
from pp_monitor.domain.portfolio import OrganismLabel
from pp_monitor.formatters import plural
from pp_monitor.forms.alert import Narrowing
from pp_monitor.forms.case import AssignForm, SnoozeForm, assign_form, snooze_form
from pp_monitor.forms.commitment import TellingForm
from pp_monitor.forms.project import read_page
from pp_monitor.services.alert_read import CaseList
from pp_monitor.services.case import CaseAt, StepsDone, owner_choices
from pp_monitor.services.case_row import case_rows
from pp_monitor.services.held_form import TypedForm
from pp_monitor.services.role import Holder
from pp_monitor.views import alert_rows, held_form
from pp_monitor.views.reading import Reading

TICK, ALL, MARK, DONE = "caso", "todos", "marcar", "hechos"
PAGE = "pagina"
HANDLERS = (Role.PLANEACION, *sorted(ORGANISM_ROLES))
SNOOZERS = (Role.PLANEACION,)
_PLACES = ("case.step_many", "case.assign_many", "case.snooze_many")
_LONGEST_NUMBER = 9
# How many of the cases that refused for one reason are named.
_NAMED = 3
_SEAL = 24
# What the steps call the boxes that the forms of several name otherwise.
_BOX_OF = {"commitment_on": "day", "until": "day"}
FormT = TypeVar("FormT", AssignForm, SnoozeForm)


@dataclass(frozen=True, slots=True)
class Bulk:
    """The forms of the steps on several; none where this person may not take them or nothing is listed.

    ``ticked`` are the boxes that were ticked before and still show the case as it was. ``seal`` names the ``total``
    cases of the filter as they are; it is empty where the page shows them all. ``mark_url`` is the same page with all
    its boxes ticked, or, where ``is_marked``, without.
    """

    assign: AssignForm | None
    snooze: SnoozeForm | None
    url: str
    assign_url: str
    snooze_url: str
    ticked: frozenset[str]
    title: str
    total: int
    seal: str
    is_all: bool
    mark_url: str
    is_marked: bool


def bulk(reading: Reading, narrowing: Narrowing, found: CaseList) -> Bulk:
    """What stands below the list, with what was typed there if it could not be done."""
    typed, args = held_form.kept(*(url_for(place) for place in _PLACES)), _list_args(narrowing)
    url, assign_url, snooze_url = (url_for(place, **args) for place in _PLACES)
    rows, boxes, given = found.page.rows, typed.boxes if typed else (), held_form.filled(typed)
    seal = _seal(found.ats) if found.page.pages > 1 else ""
    has_open = any(row.state.is_open for row in rows)
    can_assign, can_snooze = (has_open and access.has_role(*roles) for roles in (HANDLERS, SNOOZERS))
    is_marked = request.args.get(MARK) == PAGE
    ticked = {alert_rows.seen(row) for row in rows} if is_marked else {text for name, text in boxes if name == TICK}
    return Bulk(
        assign=_shown(make_assign_form(reading, found.organism_codes, **given), typed, assign_url, url)
        if can_assign
        else None,
        snooze=_shown(make_snooze_form(reading, **given), typed, snooze_url) if can_snooze else None,
        url=url if can_snooze else assign_url,
        assign_url=assign_url,
        snooze_url=snooze_url,
        ticked=frozenset(ticked),
        title="No se pudo con todo" if any(pair[0] == DONE for pair in boxes) else "No se hizo nada",
        total=found.page.total,
        seal=seal,
        is_all=bool(seal) and (ALL, seal) in boxes,
        mark_url=url_for("alert.list_alerts", **(args if is_marked else {**args, MARK: PAGE})),
        is_marked=is_marked,
    )


def _seal(ats: Sequence[CaseAt]) -> str:
    """A short name of these cases at these versions: another case, or one that changed, has another."""
    return sha256(" ".join(f"{at.id}-{at.version}" for at in ats).encode()).hexdigest()[:_SEAL]


def make_assign_form(reading: Reading, codes: Collection[str] | None = None, **given: Any) -> AssignForm:
    """The form with the people who may have a case of what this person sees, or of some organisms of it."""
    grants = access.require_person().grants
    people = owner_choices(reading.vigencia.entity_id, access.visible_organism_ids(), reading.cutoff.today, grants)
    able = [who for who in people if codes is None or not who.organism_code or who.organism_code in codes]
    return assign_form(owner_options(able, reading), reading.vigencia.year, **given)


def make_snooze_form(reading: Reading, **given: Any) -> SnoozeForm:
    """The form of the rest of several cases."""
    return snooze_form(reading.vigencia.year, **given)


def owner_options(people: Sequence[Holder], reading: Reading) -> list[tuple[int, str]]:
    """People to choose from, with what they are or the organism that they are of."""
    names = reading.portfolio.names
    return [(who.user_id, _named(who.label, _place(who, names.organisms))) for who in people]


def _named(label: str, place: str) -> str:
    return label if label.endswith(place) else f"{label} · {place}"


def _place(who: Holder, organisms: Mapping[str, OrganismLabel]) -> str:
    if not who.organism_code:
        return "Planeación"
    label = organisms.get(who.organism_code)
    return label.short_name if label else who.organism_code


def _shown(form: FormT, typed: TypedForm | None, *urls: str) -> FormT:
    if typed and typed.place in [url.partition("?")[0] for url in urls]:
        held_form.tell(form, typed)
    return form


def by_what_was_typed(reading: Reading) -> ResponseReturnValue:
    """Send on what came without a button, as Enter sends it, to the step whose boxes alone have something."""
    forms = {"case.assign_many": make_assign_form(reading), "case.snooze_many": make_snooze_form(reading)}
    filled = [place for place, form in forms.items() if form.is_filled]
    if len(filled) == 1:
        args = _list_args(_narrowing(reading))
        return redirect(url_for(filled[0], **args), HTTPStatus.TEMPORARY_REDIRECT)
    what = "Llenó los dos pasos." if filled else "No llenó ningún paso."
    return ask_again(reading, {"": [f"{what} Oprima el botón de lo que quiere hacer."]})


def step(
    reading: Reading,
    form: AssignForm | SnoozeForm,
    take: Callable[[Sequence[CaseAt]], StepsDone],
    words: tuple[str, str],
) -> ResponseReturnValue:
    """Take a step on the cases that were chosen, and go back to the list with what became of it.

    ``words`` say what was done of one case, and of several.
    """
    problems: tuple[Problem, ...] = ()
    is_whole = form.validate_on_submit()
    try:
        ats = _chosen(reading)
        if is_whole:
            return _told(reading, take(ats), words)
    except ProblemsError as error:
        problems = error.problems
    return ask_again(reading, field_problems(form, problems))


def _chosen(reading: Reading) -> list[CaseAt]:
    """The cases that were ticked, or all that the filter finds; raise ``ProblemsError`` for none, or other ones."""
    asked = request.form.get(ALL, "")
    ats = list(alert_rows.found(reading, _narrowing(reading)).ats) if asked else _ticked()
    if asked and _seal(ats) != asked:
        count = plural(len(ats), "caso", "casos")
        raise ProblemsError(
            (Problem("La lista cambió mientras usted la veía.", f"Ahora son {count}: revise y repita."),)
        )
    if not ats:
        raise ProblemsError((Problem("No marcó ningún caso.", "Marque al menos uno."),))
    return ats


def _ticked() -> list[CaseAt]:
    """The cases that were ticked, each as the page showed it; what is none is left out."""
    pairs = [text.partition("-") for text in request.form.getlist(TICK)]
    return [CaseAt(int(number), int(version)) for number, _, version in pairs if _is_number(number, version)]


def _is_number(*texts: str) -> bool:
    return all(text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER for text in texts)


def _told(reading: Reading, done: StepsDone, words: tuple[str, str]) -> ResponseReturnValue:
    """Back to the list: how many were done, and each that was not with its reason."""
    if done.done:
        flash(f"{plural(done.done, 'caso', 'casos')} {words[done.done > 1]}.", "success")
    if not done.refused:
        return _back(reading)
    return ask_again(reading, {"": _refusals(reading, done)}, **({DONE: str(done.done)} if done.done else {}))


def _refusals(reading: Reading, done: StepsDone) -> list[str]:
    """Each reason with the cases that refused for it, by what they are about where this person may know it."""
    calendar, today = reading.portfolio.frame.calendar, reading.cutoff.today
    rows = case_rows([each.case_id for each in done.refused], calendar, today)
    codes = reading.organism_codes
    seen = {number: row for number, row in rows.items() if codes is None or row.organism_code in codes}
    names = {number: f"{alert_rows.title(row, reading)} (caso {number})" for number, row in seen.items()}
    by_reason: dict[str, list[str]] = {}
    for each in done.refused:
        by_reason.setdefault(each.why, []).append(names.get(each.case_id, f"Caso {each.case_id}"))
    return [_refusal(why, own) for why, own in by_reason.items()]


def _refusal(why: str, names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{names[0]}: {why}"
    more = f" y {len(names) - _NAMED} más" if len(names) > _NAMED else ""
    return f"{len(names)} casos: {why} Son: {'; '.join(names[:_NAMED])}{more}."


def ask_again(reading: Reading, problems: dict[str, list[str]], **more: str) -> ResponseReturnValue:
    """Back to the list with what was typed, ``more`` beside it, and what is wrong by the name of its box."""
    return _back(reading, escrito=held_form.keep(problems, **more))


def field_problems(form: TellingForm, problems: Sequence[Problem] = ()) -> dict[str, list[str]]:
    """What a form and the step said of what was typed, by the name of its box; what has none, by none."""
    found = {field.short_name: list(field.errors) for field in form if field.errors} | {"": []}
    boxes = {_BOX_OF.get(field.short_name, field.short_name): field.short_name for field in form}
    for problem in problems:
        found.setdefault(boxes.get(problem.cell, ""), []).append(f"{problem.what} {problem.fix}".strip())
    return found


def _narrowing(reading: Reading) -> Narrowing:
    return alert_rows.read_asked(reading, alert_rows.choices(reading))


def _back(reading: Reading, **more: Any) -> ResponseReturnValue:
    return redirect(url_for("alert.list_alerts", **_list_args(_narrowing(reading)), **more))


def _list_args(narrowing: Narrowing) -> dict[str, Any]:
    """The list as the address narrows it, for the way there and back."""
    number = read_page(request.args, [])
    return {**narrowing.args, **({"pagina": number} if number > 1 else {})}
