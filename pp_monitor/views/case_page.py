"""One case as its page shows it: causes with their links, thread, history, and the steps of the person who looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import request, url_for

from pp_monitor import access, labels
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_cause import Cause
from pp_monitor.domain.alert_rule import FAMILY, AlertRule
from pp_monitor.domain.case import MOST_REST_WORKDAYS, CaseState, CaseStep, may
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import date_short, date_time, plural
from pp_monitor.forms.case import CaseStepForm, case_step_form
from pp_monitor.labels_alert import (
    ALERT_CHANGE,
    ALERT_RULE,
    CASE_STATE,
    ESCALATED_TO,
    RULE_FAMILY,
    cause_sentence,
    event_sentence,
    fact_sentence,
)
from pp_monitor.services.case import owner_choices
from pp_monitor.services.case_read import CaseView, ThreadEntry
from pp_monitor.services.case_row import CaseRow
from pp_monitor.services.held_form import TypedForm
from pp_monitor.views import alert_rows, held_form
from pp_monitor.views.case_bulk import owner_options
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import official_name

# The step of each word of the address, in the order of the page.
STEPS: Mapping[str, CaseStep] = {
    "gestion": CaseStep.HANDLE,
    "observacion": CaseStep.COMMENT,
    "posponer": CaseStep.SNOOZE,
    "despertar": CaseStep.WAKE,
    "descartar": CaseStep.DISMISS,
    "reabrir": CaseStep.REOPEN,
}
ANSWER = "respuesta"
_TITLES = {
    CaseStep.HANDLE: "Tomar en gestión",
    CaseStep.COMMENT: "Agregar una observación",
    CaseStep.SNOOZE: "Posponer",
    CaseStep.WAKE: "Despertar ahora",
    CaseStep.DISMISS: "Descartar",
    CaseStep.REOPEN: "Abrir de nuevo",
    CaseStep.ANSWER: "Responder",
}
_OWNING = "Quién responde por el caso y para cuándo."
_REST = f"No se escala mientras descansa, y despierta solo ese día: máximo en {MOST_REST_WORKDAYS} días hábiles."
_HINTS = {
    CaseStep.HANDLE: _OWNING,
    CaseStep.SNOOZE: _REST,
    CaseStep.WAKE: "Vuelve a estar abierto, o en gestión si tiene responsable.",
    CaseStep.DISMISS: "Las mismas causas no abren otro caso mientras sigan igual o bajen de nivel.",
    CaseStep.REOPEN: "Sus causas vuelven a contar.",
}
# What a step is called, and told, where the state of the case gives it another sense.
_TITLED = {
    (CaseState.HANDLING, CaseStep.HANDLE): ("Cambiar responsable o fecha", _OWNING),
    (CaseState.SNOOZED, CaseStep.HANDLE): ("Tomar en gestión", f"{_OWNING} El caso despierta."),
    (CaseState.SNOOZED, CaseStep.SNOOZE): ("Posponer para otro día", _REST),
}
_TALK = (AlertChange.COMMENTED, AlertChange.ANSWERED)
_DATED = (
    AlertRule.OVERDUE,
    AlertRule.LEGAL_START,
    AlertRule.OUT_OF_ORDER,
    AlertRule.PASSED,
    AlertRule.NO_UPDATE,
    AlertRule.FINISH_AFTER_YEAR,
    AlertRule.RESTRICTION_WINDOW,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A way from a cause to where it is seen or mended."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class CauseRow:
    """One cause in words; ``family`` tells delay from law and from quality of data."""

    level: str
    level_word: str
    rule: str
    family: str
    sentence: str
    links: list[Link]


@dataclass(frozen=True, slots=True)
class Said:
    """An observation or an answer, with the answers to it and the form of one more."""

    id: int
    author: str
    happened_on: date
    recorded_at: datetime
    text: str
    answers: list[Said]
    form: CaseStepForm | None
    url: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of the history; ``details`` are the causes that began and the facts that ended others.

    What was said stands in the thread, its event alone here.
    """

    happened_on: date
    recorded_at: datetime
    author: str
    word: str
    sentence: str
    text: str
    details: list[str]


@dataclass(frozen=True, slots=True)
class StepForm:
    """A step that this person may take, with its form."""

    title: str
    hint: str
    url: str
    form: CaseStepForm
    is_grave: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything that the page of one case shows."""

    number: int
    title: str
    subtitle: str
    about_url: str
    is_project: bool
    level: str
    level_word: str
    state_word: str
    is_open: bool
    facts: list[tuple[str, str]]
    causes: list[CauseRow]
    steps: list[StepForm]
    said: list[Said]
    history: list[EventRow]
    lost: held_form.LostForm | None


def build(reading: Reading, found: CaseView) -> CasePage:
    """The page for who asks, with what they typed in a step that could not be taken."""
    case = found.case
    typed = held_form.kept(*_places(found))
    steps = _steps(reading, found, typed)
    said = _said(reading, found, typed)
    return CasePage(
        number=case.id,
        title=alert_rows.title(case, reading),
        subtitle=_subtitle(case, reading),
        about_url=alert_rows.about_url(case),
        is_project=case.project is not None,
        level=case.level,
        level_word=labels.ALERT_LEVEL[case.level],
        state_word=CASE_STATE[case.state],
        is_open=case.state.is_open,
        facts=_facts(found, reading.cutoff.today),
        causes=_causes(reading, case),
        steps=steps,
        said=said,
        history=[_event(reading, row) for row in sorted(_entries(found), key=_when, reverse=True)],
        lost=_lost(typed, [*(step.url for step in steps), *(each.url for each in said if each.form)]),
    )


def _subtitle(case: CaseRow, reading: Reading) -> str:
    whose = official_name(reading.portfolio.names, case.organism_code)
    return f"Caso n.º {case.id} · {case.project.code} · {whose}" if case.project else f"Caso n.º {case.id} · {whose}"


def _facts(found: CaseView, today: date) -> list[tuple[str, str]]:
    case = found.case
    age = plural(case.age_workdays, "día hábil", "días hábiles")
    opened, closed, snoozed = date_short(case.opened_on), date_short(case.closed_on), date_short(case.snoozed_until)
    late = ", vencido" if alert_rows.is_late(case, today) else ""
    has_risen = case.state.is_open and case.level_on != case.opened_on
    told = {
        "Estado": CASE_STATE[case.state],
        "Abierto el": f"{opened}, hace {age}" if case.state.is_open else opened,
        f"{labels.ALERT_LEVEL[case.level]} desde": date_short(case.level_on) if has_risen else "",
        "Responsable": case.owner or "Nadie todavía",
        "Compromiso": f"{date_short(case.commitment_on)}{late}" if case.commitment_on else "",
        "Pospuesto hasta": snoozed if case.snoozed_until else "",
        "Motivo": case.reason,
        "Escalado": alert_rows.escalated(case),
        "Avisado": "" if alert_rows.escalated(case) or case.escalated_to is None else ESCALATED_TO[case.escalated_to],
        "Revisado el": date_short(found.reviewed_on) if found.reviewed_on else "",
        "Cerrado el": f"{closed}, a los {age}" if case.closed_on else "",
    }
    return [(label, value) for label, value in told.items() if value]


def _causes(reading: Reading, case: CaseRow) -> list[CauseRow]:
    project = next((row for row in reading.portfolio.projects if case.project and row.id == case.project.id), None)
    can_write = access.can_write(case.organism_id)
    return [
        CauseRow(
            level=cause.level,
            level_word=labels.ALERT_LEVEL[cause.level],
            rule=ALERT_RULE[cause.rule],
            family=RULE_FAMILY[FAMILY[cause.rule]],
            sentence=cause_sentence(cause, _milestones(reading, project)),
            links=_project_links(cause, project, can_write=can_write) if project else _organism_links(cause, case),
        )
        for cause in case.causes
    ]


def _milestones(reading: Reading, project: ProjectAssessment | None) -> Mapping[str, str]:
    """Names of the milestones, those of the project's own included."""
    own = {row.code: row.milestone.name for row in project.own} if project else {}
    return {**reading.portfolio.names.milestones, **own}


def _project_links(cause: Cause, project: ProjectAssessment, *, can_write: bool) -> list[Link]:
    """Where a cause is seen, and where it is mended by who may."""
    page = url_for("project.show", public_id=project.public_id)
    if cause.rule not in _DATED:
        return [Link("Ver el proyecto", page)]
    found = [Link("Ver los hitos", f"{page}#hitos")]
    if can_write and project.has_plan and not project.is_withdrawn:
        found.append(Link("Reportar avance", url_for("progress.report", public_id=project.public_id)))
    return found


def _organism_links(cause: Cause, case: CaseRow) -> list[Link]:
    found = [Link("Ver el organismo", alert_rows.about_url(case))]
    if cause.rule is AlertRule.ORGANISM_WITHOUT_PLAN:
        found.append(Link("Ver su registro", url_for("registration_follow.show", code=case.organism_code)))
    return found


def _may(case: CaseRow, step: CaseStep) -> bool:
    return may(case.state, step, access.require_person().grants, case.organism_id)


def _url(case_id: int, word: str, event_id: int = 0) -> str:
    if event_id:
        return url_for("case.answer_one", case_id=case_id, event_id=event_id)
    return url_for("case.take", case_id=case_id, word=word)


def _places(found: CaseView) -> list[str]:
    """Every address to which a form of this page is sent."""
    number = found.case.id
    answers = [_url(number, ANSWER, row.id) for row in found.thread if row.change is AlertChange.COMMENTED]
    return [*(_url(number, word) for word in STEPS), *answers]


def _steps(reading: Reading, found: CaseView, typed: TypedForm | None) -> list[StepForm]:
    """The steps that this person may take now, each with its form."""
    case, steps = found.case, []
    for word, step in STEPS.items():
        if _may(case, step):
            url = _url(case.id, word)
            given = typed if typed and typed.place == url else None
            form = shown_form(reading, found, step, word, given)
            title, hint = _TITLED.get((case.state, step), (_TITLES[step], _HINTS.get(step, "")))
            steps.append(StepForm(title, hint, url, form, step is CaseStep.DISMISS))
    return steps


def shown_form(reading: Reading, found: CaseView, step: CaseStep, name: str, typed: TypedForm | None) -> CaseStepForm:
    """The form of a step over the case as it is now, with what was typed in it before and what was told of that."""
    case = found.case
    form = step_form(reading, case, step, name, **held_form.filled(typed))
    if typed:
        held_form.tell(form, typed)
    elif step is CaseStep.HANDLE:
        me = access.require_person().user_id
        form.owner.data = str(case.owner_id or me)
        form.day.data = None if alert_rows.is_late(case, reading.cutoff.today) else case.commitment_on
    form.version.data = str(case.version)
    form.seen.data = str(newest_event(found))
    return form


def step_form(reading: Reading, case: CaseRow, step: CaseStep, name: str, **given: Any) -> CaseStepForm:
    """The form of a step with the people who may have the case."""
    owners: Sequence[tuple[int, str]] = ()
    if step is CaseStep.HANDLE:
        grants = access.require_person().grants
        people = owner_choices(reading.vigencia.entity_id, [case.organism_id], reading.cutoff.today, grants)
        owners = owner_options(people, reading)
    return case_step_form(step, name, reading.vigencia.year, owners, **given)


def _entries(found: CaseView) -> Iterable[ThreadEntry]:
    for row in found.thread:
        yield row
        yield from row.answers


def _when(row: ThreadEntry) -> tuple[datetime, int]:
    return row.recorded_at, row.id


def newest_event(found: CaseView) -> int:
    """The newest event of a case, answers included; 0 in a case without any."""
    return max((row.id for row in _entries(found)), default=0)


def news_since(reading: Reading, found: CaseView, event_id: int) -> list[str]:
    """What happened to a case after an event, a sentence each, with its author and hour."""
    rows = sorted((row for row in _entries(found) if row.id > event_id), key=lambda row: row.id)
    return [_happened(reading, row) for row in rows]


def _happened(reading: Reading, row: ThreadEntry) -> str:
    who = row.author or "La revisión diaria"
    return f"{who}, {date_time(row.recorded_at)}: {_sentence(reading, row)} {row.text}".strip()


def _sentence(reading: Reading, row: ThreadEntry) -> str:
    milestone = reading.portfolio.names.milestones.get(row.milestone_code, row.milestone_code)
    return event_sentence(
        row.change, row.rule, row.level, workdays=row.workdays, milestone=milestone, role=row.role or "", day=row.day,
        owner=row.owner,
    )  # fmt: skip


def _said(reading: Reading, found: CaseView, typed: TypedForm | None) -> list[Said]:
    return [_one_said(reading, found, row, typed) for row in found.thread if row.change is AlertChange.COMMENTED]


def _one_said(reading: Reading, found: CaseView, row: ThreadEntry, typed: TypedForm | None) -> Said:
    url, form = _url(found.case.id, ANSWER, row.id), None
    if _may(found.case, CaseStep.ANSWER):
        given = typed if typed and typed.place == url else None
        form = shown_form(reading, found, CaseStep.ANSWER, answer_name(row.id), given)
    answers = [
        Said(each.id, each.author, each.happened_on, each.recorded_at, each.text, [], None, "") for each in row.answers
    ]
    return Said(row.id, row.author, row.happened_on, row.recorded_at, row.text, answers, form, url)


def answer_name(event_id: int) -> str:
    """How the boxes of the answer to an observation are named."""
    return f"{ANSWER}-{event_id}"


def _event(reading: Reading, row: ThreadEntry) -> EventRow:
    names = reading.portfolio.names.milestones
    began = [cause_sentence(cause, names) for cause in row.added]
    ended = [fact_sentence(each.cause, each.fact, names) for each in row.ceased]
    word = ALERT_CHANGE[row.change]
    text, told = "" if row.change in _TALK else row.text, _sentence(reading, row)
    return EventRow(row.happened_on, row.recorded_at, row.author, word, told, text, [*began, *ended])


def _lost(typed: TypedForm | None, shown: Sequence[str]) -> held_form.LostForm | None:
    """What was typed in a step that the case no longer lets this person take."""
    if typed is None or typed.place in shown:
        return None
    word = typed.place.removeprefix(f"{request.path}/").partition("/")[0]
    return held_form.lost(typed, f"No se pudo: {_TITLES[STEPS.get(word, CaseStep.ANSWER)].lower()}")
