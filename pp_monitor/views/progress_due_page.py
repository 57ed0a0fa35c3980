"""The work list as its page shows it: milestones by project, each with its boxes and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.cause import LONGEST_ACTION, LONGEST_CAUSE_TEXT, LONGEST_REPLY, LONGEST_RESPONSIBLE, Explanation
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.progress_due import Due, DueMilestone
from pp_monitor.formatters import date_short, file_size, plural
from pp_monitor.forms.alert import Narrowing
from pp_monitor.forms.attachment import ACCEPTED
from pp_monitor.forms.progress_due import BOX_OF_FIELD, Box, FileBox, TypedReport, box_name, row_key
from pp_monitor.labels_progress import DELAY_CAUSE, DEPENDS_ON, DUE, due_text
from pp_monitor.services.held_document import HeldName
from pp_monitor.services.held_form import TypedForm
from pp_monitor.services.progress_due import DueRow
from pp_monitor.services.verification import returned_facts
from pp_monitor.views.project_list import Filter
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import short_name

_LABELS = {"organismo": "Organismo", "estado": "Estado", "fase": "Fase", "proyecto": "Proyecto"}
_ALL = {"organismo": "Elija uno", "estado": "Todos", "fase": "Todas", "proyecto": "Todos"}
_TITLES = {
    Box.ACTUAL: "Fecha real",
    Box.FORECAST: "Fecha proyectada",
    Box.CAUSE: "Causa",
    Box.CAUSE_TEXT: "Detalle de la causa",
    Box.DEPENDS_ON: "Depende de",
    Box.ACTION: "Acción propuesta",
    Box.RESPONSIBLE: "Responsable",
    Box.COMMITMENT: "Fecha de compromiso",
    Box.REPLY: "Explicación, junto al semáforo",
    Box.URL: "Enlace SECOP II de la fecha real",
    Box.NOTE: "Nota, o motivo si corrige una fecha",
}
_LONGEST = {
    **dict.fromkeys((Box.ACTUAL, Box.FORECAST, Box.COMMITMENT), 20),
    Box.CAUSE_TEXT: LONGEST_CAUSE_TEXT,
    Box.ACTION: LONGEST_ACTION,
    Box.RESPONSIBLE: LONGEST_RESPONSIBLE,
    Box.REPLY: LONGEST_REPLY,
    Box.URL: 400,
    Box.NOTE: 1000,
}
_CHOICES: Mapping[Box, list[tuple[str, str]]] = {
    Box.CAUSE: [("", "—"), *((code.value, word) for code, word in DELAY_CAUSE.items())],
    Box.DEPENDS_ON: [("", "—"), *((code.value, word) for code, word in DEPENDS_ON.items())],
}
_BOX_OF_CELL: Mapping[str, Box | FileBox] = {**{box.value: box for box in (*Box, *FileBox)}, **BOX_OF_FIELD}
_IN_ROW = (Box.ACTUAL, Box.FORECAST, Box.CAUSE)
FOLDED = tuple(box for box in Box if box not in _IN_ROW)


@dataclass(frozen=True, slots=True)
class BoxView:
    """One box: what was typed in it, what stands (``now``), and what is wrong with it."""

    name: str
    title: str
    label: str
    text: str
    now: str
    longest: int
    options: list[tuple[str, str]]
    problems: Sequence[str]


@dataclass(frozen=True, slots=True)
class ProofView:
    """The document of a milestone: ``held`` is the hash of one that came along before, ``told`` its name and size.

    ``expected`` is what the catalogue asks, ``accepted`` the endings that the browser offers.
    """

    name: str
    held_name: str
    held: str
    told: str
    drop_name: str
    expected: str
    accepted: str
    problems: Sequence[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One milestone of the list. ``is_open`` shows the folded boxes from the start."""

    key: str
    title: str
    label: str
    planned: date | None
    state: str
    state_word: str
    last_report: str
    boxes: Mapping[str, BoxView]
    proof: ProofView
    folded: tuple[BoxView, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The milestones of one project."""

    title: str
    note: str
    url: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed and could not be recorded, or was left for later: texts and problems by the name of a box."""

    texts: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def hashes(self) -> list[str]:
        """Those of the documents that came along."""
        return [text for name, text in self.texts.items() if name.endswith(f"-{FileBox.HELD}")]

    @classmethod
    def of(cls, typed: TypedForm | None) -> Kept:
        """What a held form keeps."""
        return cls(dict(typed.boxes), typed.told) if typed else cls()


def choices(reading: Reading, items: Sequence[DueMilestone]) -> dict[str, Mapping[str, str]]:
    """The codes that each filter takes, with their words."""
    names = reading.portfolio.names
    organisms = {group.code: short_name(names, group.code) for group in reading.portfolio.organisms}
    projects = {item.project.code: f"{item.project.code} {item.project.name}" for item in items}
    return {
        "organismo": dict(sorted(organisms.items(), key=lambda pair: pair[1])),
        "estado": {due: DUE[due] for due in Due},
        "fase": {phase: labels.PHASE[phase] for phase in Phase},
        "proyecto": projects,
    }


def filters(known: Mapping[str, Mapping[str, str]], narrowing: Narrowing) -> list[Filter]:
    """The controls of the list; the one of organisms only for who sees several."""
    return [
        Filter(name, _LABELS[name], [("", _ALL[name]), *words.items()], narrowing.chosen[name])
        for name, words in known.items()
        if name != "organismo" or len(words) > 1
    ]


def admits(narrowing: Narrowing, item: DueMilestone) -> bool:
    """Whether a milestone belongs to the list."""
    mine = {
        "organismo": item.project.organism_code,
        "estado": item.due,
        "fase": item.milestone.milestone.phase,
        "proyecto": item.project.code,
    }
    return all(code in ("", mine[word]) for word, code in narrowing.chosen.items())


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """A date that was sent back and waits to be reported again."""

    title: str
    project: str
    url: str
    reason: str


def returned_lines(reading: Reading, code: str) -> list[ReturnedLine]:
    """The dates of an organism that were returned, in the order in which that happened."""
    projects = {row.id: row for row in reading.portfolio.projects if row.organism_code == code}
    names = reading.portfolio.names.milestones
    return [
        ReturnedLine(
            f"{fact.milestone_code} {names.get(fact.milestone_code, '')}".strip() + f", {date_short(fact.day)}",
            projects[fact.project_id].code,
            url_for("progress.report", public_id=projects[fact.project_id].public_id, hito=fact.milestone_code),
            f"{fact.who}: {fact.reason}" if fact.who else fact.reason,
        )
        for fact in returned_facts(projects)
    ]


@dataclass(frozen=True, slots=True)
class OrganismLine:
    """How much an organism has to report, by how pressing it is."""

    name: str
    url: str
    counts: tuple[int, ...]


def organism_lines(reading: Reading, items: Sequence[DueMilestone]) -> list[OrganismLine]:
    """The organisms that have something to report, by name."""
    codes = sorted({item.project.organism_code for item in items})
    found = [
        OrganismLine(
            short_name(reading.portfolio.names, code),
            url_for("progress_due.show", organismo=code),
            tuple(sum(item.due is due and item.project.organism_code == code for item in items) for due in Due),
        )
        for code in codes
    ]
    return sorted(found, key=lambda line: line.name)


def groups(rows: Sequence[DueRow], kept: Kept, held: Mapping[str, HeldName]) -> list[Group]:
    """The milestones by project, each with its boxes; ``held`` are the documents that came along, by hash."""
    by_project = groupby(rows, key=lambda row: row.item.project.id)
    return [_group(list(of_one), kept, held) for _, of_one in by_project]


def _group(rows: list[DueRow], kept: Kept, held: Mapping[str, HeldName]) -> Group:
    project = rows[0].item.project
    note = f"{project.code} · {plural(len(rows), 'hito', 'hitos')}"
    lines = tuple(_line(row, kept, held) for row in rows)
    return Group(project.name, note, url_for("project.show", public_id=project.public_id), lines)


_STATES = {Due.OVERDUE: "overdue", Due.NOW: "due_soon", Due.MISSING: "passed", Due.SOON: "pending"}


def _line(row: DueRow, kept: Kept, held: Mapping[str, HeldName]) -> Line:
    item, key = row.item, row_key(row.item)
    label = f"{item.milestone.milestone.name} de {item.project.code}"
    boxes = {box: _box(key, box, label, _now(row, box), kept) for box in Box}
    folded = tuple(boxes[box] for box in FOLDED)
    proof = _proof(row.item, kept, held)
    is_faulty = any(boxes[box].problems for box in _IN_ROW) or bool(proof.problems)
    return Line(
        key=key,
        title=f"{item.code} {item.milestone.milestone.name}",
        label=label,
        planned=item.milestone.planned,
        state=_STATES[item.due],
        state_word=due_text(item),
        last_report=f"último reporte {date_short(row.last_report_on)}" if row.last_report_on else "sin reporte",
        boxes={box.name.lower(): boxes[box] for box in _IN_ROW},
        proof=proof,
        folded=folded,
        is_open=any(box.text or box.problems for box in folded) or is_faulty or bool(proof.held),
    )


def _proof(item: DueMilestone, kept: Kept, held: Mapping[str, HeldName]) -> ProofView:
    key = row_key(item)
    name, held_name = box_name(key, FileBox.FILE), box_name(key, FileBox.HELD)
    sha256 = kept.texts.get(held_name, "")
    found, problems = held.get(sha256), list(kept.told.get(name, ()))
    if sha256 and not found:
        problems.append("El archivo que adjuntó ya no está. Adjúntelo otra vez.")
    document = item.milestone.milestone.document
    return ProofView(
        name=name,
        held_name=held_name,
        held=sha256 if found else "",
        told=f"{found.filename} · {file_size(found.size_bytes)}" if found else "",
        drop_name=box_name(key, FileBox.DROP),
        expected=f"Adjunte: {document}." if document else "",
        accepted=ACCEPTED,
        problems=problems,
    )


def _box(key: str, box: Box, label: str, now: str, kept: Kept) -> BoxView:
    name = box_name(key, box)
    return BoxView(
        name=name,
        title=_TITLES[box],
        label=f"{_TITLES[box]}, {label}",
        text=kept.texts.get(name, ""),
        now=now,
        longest=_LONGEST.get(box, 0),
        options=_CHOICES.get(box, []),
        problems=kept.told.get(name, ()),
    )


def _now(row: DueRow, box: Box) -> str:
    """What stands in a box, in words; empty where nothing does."""
    days = {Box.ACTUAL: row.actual, Box.FORECAST: row.forecast}
    if box in days:
        day = days[box]
        return date_short(day) if day else ""
    if box in (Box.URL, Box.NOTE):
        return row.url if box is Box.URL else row.note
    return _now_why(row.explanation, box) if row.explanation else ""


def _now_why(why: Explanation, box: Box) -> str:
    words = {
        Box.CAUSE: DELAY_CAUSE[why.cause],
        Box.DEPENDS_ON: DEPENDS_ON[why.depends_on] if why.depends_on else "",
        Box.COMMITMENT: date_short(why.commitment_on) if why.commitment_on else "",
    }
    if box in words:
        return words[box]
    fields = {kind: name for name, kind in BOX_OF_FIELD.items()}
    return str(getattr(why, fields[box]))


def told(problems: Sequence[Problem], typed: Sequence[TypedReport]) -> dict[str, list[str]]:
    """What is wrong, by the name of its box; what is told of a date stands at the one that was typed."""
    with_actual = {row.key for row in typed if row.has_actual}
    found: dict[str, list[str]] = {}
    for problem in problems:
        key = f"{problem.project_code}-{problem.milestone_code}"
        of_date = Box.ACTUAL if key in with_actual else Box.FORECAST
        box = _BOX_OF_CELL.get(problem.cell, of_date)
        found.setdefault(box_name(key, box), []).append(f"{problem.what} {problem.fix}")
    return found
