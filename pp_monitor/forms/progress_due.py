"""What a person may type in the work list: a few boxes for each milestone, of which empty ones change nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pp_monitor.domain.cause import DelayCause, DependsOn
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.evidence import Document
from pp_monitor.domain.link import link_problem
from pp_monitor.domain.progress_due import DueMilestone
from pp_monitor.forms.fields import clean_line
from pp_monitor.intake.parsing import parse_date
from pp_monitor.intake.progress import FILE_ALONE, LINK_ALONE, NOTE_ALONE, ToldReasons


class Box(StrEnum):
    """The boxes of a milestone in which one types, by the end of their names."""

    ACTUAL = "real"
    FORECAST = "proyectada"
    CAUSE = "causa"
    URL = "enlace"
    NOTE = "nota"
    CAUSE_TEXT = "detalle"
    DEPENDS_ON = "depende"
    ACTION = "accion"
    RESPONSIBLE = "responsable"
    COMMITMENT = "compromiso"
    REPLY = "explicacion"


class FileBox(StrEnum):
    """The boxes of the document of a milestone: the file chosen, the hash of one sent before, and not to keep that."""

    FILE = "archivo"
    HELD = "adjunto"
    DROP = "quitar"


# Where the service tells a problem of a field.
BOX_OF_FIELD: Mapping[str, Box | FileBox] = {
    "file": FileBox.FILE,
    "actual": Box.ACTUAL,
    "url": Box.URL,
    "cause": Box.CAUSE,
    "cause_text": Box.CAUSE_TEXT,
    "action": Box.ACTION,
    "responsible": Box.RESPONSIBLE,
    "commitment_on": Box.COMMITMENT,
    "reply": Box.REPLY,
}
_DATES = (Box.ACTUAL, Box.FORECAST)
_LONGEST = 1000


def row_key(item: DueMilestone) -> str:
    """What names a milestone of the list, in its boxes and on its button."""
    return f"{item.project.code}-{item.code}"


def box_name(key: str, box: Box | FileBox) -> str:
    """The name of a box of a milestone."""
    return f"{key}-{box}"


@dataclass(frozen=True, slots=True)
class TypedReport:
    """What was typed of one milestone, as far as it can be read; ``problems`` name the box in ``cell``."""

    item: DueMilestone
    actual: date | None
    forecast: date | None
    note: str
    url: str
    document: Document | None
    reasons: ToldReasons
    problems: tuple[Problem, ...]
    has_actual: bool

    @property
    def key(self) -> str:
        """The name of the milestone in the list."""
        return row_key(self.item)


@dataclass(slots=True)
class _Reader:
    """Reads the boxes of one milestone; a day without year is one of ``year``."""

    item: DueMilestone
    texts: Mapping[Box, str]
    year: int
    document: Document | None
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> TypedReport:
        """Everything that was typed, with what is wrong."""
        url, note = self._url(), self._note()
        return TypedReport(
            item=self.item,
            actual=self._day(Box.ACTUAL),
            forecast=self._day(Box.FORECAST),
            note=note,
            url=url,
            document=self.document,
            reasons=self._reasons(),
            problems=tuple(self.problems),
            has_actual=bool(self._text(Box.ACTUAL)),
        )

    def _text(self, box: Box) -> str:
        return self.texts.get(box, "")

    def _url(self) -> str:
        url = self._text(Box.URL)
        problem = link_problem(url)
        if problem:
            self._tell(Box.URL, problem.what, problem.fix)
        elif url and not self._text(Box.ACTUAL):
            self._tell(Box.URL, LINK_ALONE.what, LINK_ALONE.fix)
        if self.document and not self._text(Box.ACTUAL):
            self._tell(FileBox.FILE, FILE_ALONE.what, FILE_ALONE.fix)
        return "" if problem else url

    def _note(self) -> str:
        note = self._text(Box.NOTE)
        if note and not any(self._text(box) for box in _DATES):
            self._tell(Box.NOTE, NOTE_ALONE.what, NOTE_ALONE.fix)
        if len(note) > _LONGEST:
            self._tell(Box.NOTE, f"La nota tiene {len(note)} caracteres y caben {_LONGEST}.", "Acorte el texto.")
        return note

    def _reasons(self) -> ToldReasons:
        cause, depends_on = self._text(Box.CAUSE), self._text(Box.DEPENDS_ON)
        return ToldReasons(
            cause=DelayCause(cause) if cause in set(DelayCause) else None,
            cause_text=self._text(Box.CAUSE_TEXT),
            depends_on=DependsOn(depends_on) if depends_on in set(DependsOn) else None,
            action=self._text(Box.ACTION),
            responsible=self._text(Box.RESPONSIBLE),
            commitment_on=self._day(Box.COMMITMENT),
            reply=self._text(Box.REPLY),
        )

    def _day(self, box: Box) -> date | None:
        text = self._text(box)
        if not text:
            return None
        day = parse_date(text, year=self.year)
        if isinstance(day, date):
            return day
        self._tell(box, day.what, day.fix)
        return None

    def _tell(self, box: Box | FileBox, what: str, fix: str) -> None:
        project_code, code = self.item.project.code, self.item.code
        self.problems.append(Problem(what, fix, cell=box, project_code=project_code, milestone_code=code))


def read_reports(
    form: Mapping[str, str],
    documents: Mapping[str, Document | None],
    items: Iterable[DueMilestone],
    year: int,
    only: str = "",
) -> list[TypedReport]:
    """What was typed of each milestone that has anything; with ``only``, of the one that is named so.

    ``documents`` are those that came along, by milestone, none for one that cannot be kept. A day without
    year is one of ``year``.
    """
    found = []
    for item in items:
        key = row_key(item)
        texts = {box: _line(form.get(box_name(key, box), "")) for box in Box}
        if (any(texts.values()) or key in documents) and only in ("", key):
            found.append(_Reader(item, texts, year, documents.get(key)).read())
    return found


def _line(text: str) -> str:
    return clean_line(" ".join(text.split())) or ""
