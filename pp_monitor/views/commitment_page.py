"""Commitments as pages show them: lines, filters, the story of one, and what a person may do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.account import ORGANISM_ROLES
from pp_monitor.domain.commitment import (
    Commitment,
    CommitmentFilter,
    CommitmentState,
    CommitmentStep,
    Side,
    may,
    most_urgent_first,
    near,
)
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import date_short, plural
from pp_monitor.forms.alert import read_narrowing
from pp_monitor.forms.commitment import CommitmentForm, commitment_form
from pp_monitor.intake.text import normalise_project_code
from pp_monitor.labels_commitment import COMMITMENT_STATE, COMMITMENT_STEP, lateness_text
from pp_monitor.services.commitment import NewCommitment, list_commitments, seen_on
from pp_monitor.services.entity import find_organism
from pp_monitor.views.downloads import Table
from pp_monitor.views.project_list import Filter
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import short_name

WHOLE_CITY = "Toda la ciudad"
_LONGEST = 100
_MARKS = {
    CommitmentState.OVERDUE: ("square", "late"),
    CommitmentState.OPEN: ("half", "done"),
    CommitmentState.DONE: ("check", "ok"),
    CommitmentState.CANCELLED: ("cross", "none"),
}


@dataclass(frozen=True, slots=True)
class Query:
    """The list that an address asks for; ``problems`` tell what was not understood."""

    chosen: CommitmentFilter
    args: dict[str, Any]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Line:
    """One commitment in a table."""

    number: int
    url: str
    what: str
    meeting: str
    responsible: str
    about: str
    about_url: str
    due_on: date
    moved: str
    shape: str
    tone: str
    word: str
    late: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """One step of a commitment."""

    happened_on: date
    word: str
    text: str
    author: str
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class CommitmentPage:
    """Everything that the page of one commitment shows."""

    line: Line
    facts: list[tuple[str, str]]
    events: list[EventLine]


def _own_codes() -> frozenset[str]:
    """The organisms of which this person is enlace or head."""
    grants = access.require_person().grants
    return frozenset(grant.organism_code for grant in grants if grant.role in ORGANISM_ROLES)


def can_add() -> bool:
    """Whether this person writes commitments down."""
    return access.has_role(Role.PLANEACION, *ORGANISM_ROLES)


def writes_commitments_of(organism_code: str) -> bool:
    """Whether this person writes commitments of this organism and its projects down."""
    return access.has_role(Role.PLANEACION) or organism_code in _own_codes()


def side(found: Commitment) -> Side:
    """From where this person acts on a commitment."""
    if access.has_role(Role.PLANEACION):
        return Side.PLANNING
    codes = _own_codes()
    if not any(found.concerns(code) for code in codes):
        return Side.READER
    return Side.WRITER if found.organism_code in codes and not found.is_by_planning else Side.ANSWERER


def allowed_steps(found: Commitment) -> frozenset[CommitmentStep]:
    """The steps that this person may take now."""
    mine = side(found)
    return frozenset(step for step in CommitmentStep if may(mine, found.status, step))


def _organisms(reading: Reading) -> dict[str, str]:
    names = reading.portfolio.names
    found = {code: label.short_name for code, label in names.organisms.items()}
    codes = reading.organism_codes
    kept = {code: name for code, name in found.items() if codes is None or code in codes}
    return dict(sorted(kept.items(), key=lambda pair: pair[1]))


def read_query(args: Mapping[str, str], reading: Reading) -> Query:
    """Read the address: organism, state, part of a name, code of a project."""
    states = {state.value: word for state, word in COMMITMENT_STATE.items()}
    narrowing = read_narrowing(args, {"organismo": _organisms(reading), "estado": states})
    problems = list(narrowing.problems)
    responsible, code = args.get("responsable", "").strip()[:_LONGEST], args.get("proyecto", "").strip()
    project = _project(reading, code)
    if code and project is None:
        problems.append(Problem(f"El proyecto «{code[:40]}» no existe.", "No se tuvo en cuenta."))
    chosen = CommitmentFilter(
        narrowing.chosen["organismo"], narrowing.chosen["estado"], responsible, project.id if project else None
    )
    typed = {"responsable": responsible, "proyecto": project.code if project else ""}
    return Query(chosen, narrowing.args | {word: text for word, text in typed.items() if text}, problems)


def _project(reading: Reading, text: str) -> ProjectAssessment | None:
    code = normalise_project_code(text)
    return next((row for row in reading.portfolio.projects if row.code == code), None)


def filters(reading: Reading, query: Query) -> list[Filter]:
    """The controls of the list that are chosen, not typed; organisms only where there are several."""
    organisms = _organisms(reading)
    states = {state.value: word for state, word in COMMITMENT_STATE.items()}
    found = [
        Filter("organismo", "Organismo", [("", "Todos"), *organisms.items()], query.chosen.organism),
        Filter("estado", "Estado", [("", "Todos"), *states.items()], query.chosen.state),
    ]
    return found if len(organisms) > 1 else found[1:]


def chosen(reading: Reading, query: Query) -> list[Commitment]:
    """The commitments of the list, the most urgent first."""
    day, calendar = reading.cutoff.today, reading.portfolio.frame.calendar
    rows = list_commitments(reading.vigencia, reading.organism_codes)
    return most_urgent_first((row for row in rows if query.chosen.admits(row, day, calendar)), day, calendar)


def summary(reading: Reading, rows: Sequence[Commitment]) -> str:
    """How many the list holds and how many of them are overdue."""
    day, calendar = reading.cutoff.today, reading.portfolio.frame.calendar
    late = sum(row.state(day, calendar) is CommitmentState.OVERDUE for row in rows)
    return f"{plural(len(rows), 'compromiso', 'compromisos')}, {plural(late, 'vencido', 'vencidos')}"


def lines(reading: Reading, rows: Iterable[Commitment]) -> list[Line]:
    """Commitments as a table shows them, as at the day of the page."""
    projects = {project.id: project for project in reading.portfolio.projects}
    return [_line(reading, row, projects.get(row.project_id or 0)) for row in rows]


def _line(reading: Reading, row: Commitment, project: ProjectAssessment | None) -> Line:
    day, calendar = reading.cutoff.day, reading.portfolio.frame.calendar
    state = row.state(day, calendar)
    shape, tone = _MARKS[state]
    times = "1 vez" if row.postponements == 1 else f"{row.postponements} veces"
    names = reading.portfolio.names
    answering = f" · {short_name(names, row.responsible_code)}" if row.responsible_code else ""
    return Line(
        number=row.number,
        url=url_for("commitment.show", number=row.number),
        what=row.what,
        meeting=f"{row.meeting}, {date_short(row.meeting_on)}",
        responsible=f"{row.responsible}{answering}",
        about=project.name if project else _organism(reading, row),
        about_url=_about_url(row, project),
        due_on=row.due_on,
        moved=f"aplazado {times}; era para el {date_short(row.agreed_on)}" if row.postponements else "",
        shape=shape,
        tone=tone,
        word=COMMITMENT_STATE[state],
        late=lateness_text(row.overdue_workdays(day, calendar), row.done_workdays(calendar)),
    )


def _organism(reading: Reading, row: Commitment) -> str:
    return short_name(reading.portfolio.names, row.organism_code) if row.organism_code else WHOLE_CITY


def _about_url(row: Commitment, project: ProjectAssessment | None) -> str:
    if project:
        return url_for("project.show", public_id=project.public_id)
    if row.project_id or not row.organism_code or not access.can_see(find_organism(row.organism_code).id):
        return ""
    return url_for("dashboard.organism", code=row.organism_code)


def near_lines(reading: Reading, organism: str = "") -> list[Line]:
    """What is overdue or falls due within thirty days of the cut-off of the page, as it was known then."""
    rows = seen_on(
        list_commitments(reading.vigencia, reading.organism_codes), reading.cutoff.day, reading.cutoff.known_at
    )
    mine = [row for row in rows if not organism or row.concerns(organism)]
    return lines(reading, near(mine, reading.cutoff.day, reading.portfolio.frame.calendar))


def lines_about(
    reading: Reading,
    *,
    organism: str = "",
    project_id: int | None = None,
    project_ids: Collection[int] | None = None,
) -> list[Line]:
    """The open commitments of an organism or of some projects, or all of a project, as at the cut-off of the page."""
    day, calendar = reading.cutoff.day, reading.portfolio.frame.calendar
    wanted = CommitmentFilter(organism=organism, project_id=project_id)
    rows = seen_on(list_commitments(reading.vigencia, reading.organism_codes), day, reading.cutoff.known_at)
    mine = [row for row in rows if wanted.admits(row, day, calendar)]
    if project_ids is not None:
        mine = [row for row in mine if row.project_id in project_ids]
    is_live = (CommitmentState.OVERDUE, CommitmentState.OPEN)
    kept = [row for row in mine if project_id or row.state(day, calendar) in is_live]
    return lines(reading, most_urgent_first(kept, day, calendar))


def build(reading: Reading, found: Commitment) -> CommitmentPage:
    """The page of one commitment."""
    [line] = lines(reading, [found])
    first = EventLine(
        found.meeting_on, "Acordado", f"Para el {date_short(found.agreed_on)}.", found.author, found.recorded_at
    )
    events = [
        EventLine(
            event.happened_on,
            COMMITMENT_STEP[event.step] + (f" para el {date_short(event.due_on)}" if event.due_on else ""),
            event.text,
            event.author,
            event.recorded_at,
        )
        for event in reversed(found.events)
    ]
    facts = [
        ("Reunión", line.meeting),
        ("Responde", line.responsible),
        ("Para el", date_short(line.due_on) + (f" ({line.moved})" if line.moved else "")),
        ("Escrito por", found.author or "—"),
    ]
    return CommitmentPage(line, facts, [*events, first])


def form_of(reading: Reading, **given: Any) -> CommitmentForm:
    """The form as it was sent, or as it is ``given``."""
    return commitment_form(
        _organisms(reading), has_city=access.has_role(Role.PLANEACION), year=reading.vigencia.year, **given
    )


def blank_form(reading: Reading, args: Mapping[str, str]) -> CommitmentForm:
    """An empty form, of the project or organism that the address names."""
    organism = args.get("organismo", "")
    given: dict[str, Any] = {"project": args.get("proyecto", ""), "meeting_on": reading.cutoff.today}
    if organism in _organisms(reading):
        given |= {"organism": organism, "responsible_organism": organism}
    return form_of(reading, formdata=None, **given)


def judged(reading: Reading, form: CommitmentForm) -> NewCommitment:
    """What was typed; all that is wrong is told at its box, which says only so where it could not be read."""
    form.validate()
    text = form.project.data or ""
    project = _project(reading, text) if text else None
    new = _new_commitment(reading, form, project)
    problems = [*new.problems(reading.cutoff.today)]
    if text and (project is None or not writes_commitments_of(project.organism_code)):
        problems.append(Problem("Ese proyecto no existe.", "Revise el código.", cell="project"))
    form.tell(problems)
    return new


def _new_commitment(reading: Reading, form: CommitmentForm, project: ProjectAssessment | None) -> NewCommitment:
    today = reading.cutoff.today
    organisms = _organisms(reading)
    about, answering = form.organism.data or "", form.responsible_organism.data or ""
    return NewCommitment(
        meeting_on=form.meeting_on.data or min(today, form.due_on.data or today),
        meeting=form.meeting.data or "",
        what=form.what.data or "",
        responsible=form.responsible.data or "",
        due_on=form.due_on.data or date.max,
        project_id=project.id if project else None,
        organism_id=find_organism(about).id if about in organisms and not project else None,
        responsible_organism_id=find_organism(answering).id if answering in organisms else None,
    )


HEADINGS = (
    "Número",
    "Fecha de la reunión",
    "Reunión",
    "Compromiso",
    "Responde",
    "Organismo que responde",
    "Código del proyecto",
    "Trata de",
    "Fecha acordada",
    "Fecha vigente",
    "Aplazamientos",
    "Estado",
    "Días hábiles vencido",
    "Cumplido el",
    "Escrito por",
)


def table(reading: Reading, rows: Iterable[Commitment]) -> Table:
    """The commitments of the list as a file."""
    day, calendar, names = reading.cutoff.today, reading.portfolio.frame.calendar, reading.portfolio.names
    projects = {project.id: project for project in reading.portfolio.projects}

    def cells(row: Commitment) -> Sequence[Any]:
        project = projects.get(row.project_id or 0)
        return (
            row.number,
            row.meeting_on,
            row.meeting,
            row.what,
            row.responsible,
            short_name(names, row.responsible_code) if row.responsible_code else "",
            project.code if project else "",
            project.name if project else _organism(reading, row),
            row.agreed_on,
            row.due_on,
            row.postponements,
            COMMITMENT_STATE[row.state(day, calendar)],
            row.overdue_workdays(day, calendar),
            row.done_on,
            row.author,
        )

    return HEADINGS, [cells(row) for row in rows]
