"""Commitments of meetings: what was agreed, who answers and by when; steps are only ever added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from pp_monitor.domain.agenda import AGENDA_DAYS
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.deviation import deviation_workdays, overdue_workdays
from pp_monitor.domain.listing import plain


class CommitmentStep(StrEnum):
    """What may happen to a commitment after it was written down."""

    COMMENTED = "commented"
    DONE = "done"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    REOPENED = "reopened"


class CommitmentStatus(StrEnum):
    """How a commitment stands, by its steps alone."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class CommitmentState(StrEnum):
    """What a list says of a commitment on a day: an open one is overdue from its due day on."""

    OVERDUE = "overdue"
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Side(StrEnum):
    """From where a person acts on one commitment.

    ``WRITER`` is of the organism that wrote it down, ``ANSWERER`` of the one it concerns where Planning did.
    """

    PLANNING = "planning"
    WRITER = "writer"
    ANSWERER = "answerer"
    READER = "reader"


_ALL = frozenset({Side.PLANNING, Side.WRITER, Side.ANSWERER})
_OWNERS = frozenset({Side.PLANNING, Side.WRITER})
_PLANNING = frozenset({Side.PLANNING})
# Who may take which step at which status; what is not here nobody may.
ALLOWED: Mapping[CommitmentStatus, Mapping[CommitmentStep, frozenset[Side]]] = {
    CommitmentStatus.OPEN: {
        CommitmentStep.COMMENTED: _ALL,
        CommitmentStep.DONE: _ALL,
        CommitmentStep.POSTPONED: _OWNERS,
        CommitmentStep.CANCELLED: _OWNERS,
    },
    CommitmentStatus.DONE: {CommitmentStep.COMMENTED: _ALL, CommitmentStep.REOPENED: _PLANNING},
    CommitmentStatus.CANCELLED: {CommitmentStep.REOPENED: _PLANNING},
}
_AFTER = {
    CommitmentStep.DONE: CommitmentStatus.DONE,
    CommitmentStep.CANCELLED: CommitmentStatus.CANCELLED,
    CommitmentStep.REOPENED: CommitmentStatus.OPEN,
}


def may(side: Side, status: CommitmentStatus, step: CommitmentStep) -> bool:
    """Whether somebody may take a step.

    >>> may(Side.ANSWERER, CommitmentStatus.OPEN, CommitmentStep.POSTPONED)
    False
    """
    return side in ALLOWED[status].get(step, frozenset())


@dataclass(frozen=True, slots=True)
class CommitmentEvent:
    """One step: ``due_on`` is the new date of a postponement, ``happened_on`` the day of a delivery."""

    number: int
    step: CommitmentStep
    happened_on: date
    text: str
    due_on: date | None
    author: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Commitment:
    """What was agreed at a meeting, of a project, an organism or the city, with its steps, oldest first.

    ``organism_code`` is that of the project where it has one, empty for the city; ``responsible_code`` is the organism
    that answers, where it was named. ``agreed_on`` is the first due date.
    """

    id: int
    number: int
    meeting_on: date
    meeting: str
    what: str
    responsible: str
    responsible_code: str
    organism_code: str
    project_id: int | None
    agreed_on: date
    is_by_planning: bool
    author: str
    recorded_at: datetime
    events: tuple[CommitmentEvent, ...] = ()

    @property
    def version(self) -> int:
        """How many steps it has: what a form says it had seen."""
        return len(self.events)

    @property
    def due_on(self) -> date:
        """The due date in force."""
        return next((event.due_on for event in reversed(self.events) if event.due_on), self.agreed_on)

    @property
    def postponements(self) -> int:
        """How often it was put off."""
        return sum(event.step is CommitmentStep.POSTPONED for event in self.events)

    @property
    def status(self) -> CommitmentStatus:
        """How it stands by its newest step that is no comment nor postponement."""
        found = (_AFTER[event.step] for event in reversed(self.events) if event.step in _AFTER)
        return next(found, CommitmentStatus.OPEN)

    @property
    def done_on(self) -> date | None:
        """The day of its delivery, none while it is not done."""
        if self.status is not CommitmentStatus.DONE:
            return None
        return next(event.happened_on for event in reversed(self.events) if event.step is CommitmentStep.DONE)

    def concerns(self, organism_code: str) -> bool:
        """Whether an organism is its subject or answers for it."""
        return organism_code in (self.organism_code, self.responsible_code)

    def seen(self, day: date, known_at: datetime | None = None) -> Commitment | None:
        """As it stood on ``day``, by what was recorded by ``known_at``; none before its meeting or its record."""
        if self.meeting_on > day or (known_at is not None and self.recorded_at > known_at):
            return None
        events = (row for row in self.events if row.happened_on <= day)
        return replace(self, events=tuple(row for row in events if known_at is None or row.recorded_at <= known_at))

    def overdue_workdays(self, day: date, calendar: WorkCalendar) -> int:
        """Working days that it is past its due date while open; 0 if not."""
        return overdue_workdays(self.due_on, day, calendar) if self.status is CommitmentStatus.OPEN else 0

    def done_workdays(self, calendar: WorkCalendar) -> int | None:
        """Working days from its due date to its delivery, positive is late; none while it is not done."""
        return deviation_workdays(self.due_on, self.done_on, calendar) if self.done_on else None

    def state(self, day: date, calendar: WorkCalendar) -> CommitmentState:
        """What a list says of it on ``day``."""
        if self.overdue_workdays(day, calendar):
            return CommitmentState.OVERDUE
        return CommitmentState(self.status)


@dataclass(frozen=True, slots=True)
class CommitmentFilter:
    """What a list is narrowed to; an empty value leaves that side open. ``responsible`` is a part of the name."""

    organism: str = ""
    state: str = ""
    responsible: str = ""
    project_id: int | None = None

    def admits(self, row: Commitment, day: date, calendar: WorkCalendar) -> bool:
        """Whether a commitment belongs to the list on ``day``."""
        return (
            (not self.organism or row.concerns(self.organism))
            and self.state in ("", row.state(day, calendar))
            and plain(self.responsible) in plain(row.responsible)
            and self.project_id in (None, row.project_id)
        )


def most_urgent_first(rows: Iterable[Commitment], day: date, calendar: WorkCalendar) -> list[Commitment]:
    """Overdue ones, the oldest first, then those to come, then the done and the cancelled, the newest first."""
    order = list(CommitmentState)

    def key(row: Commitment) -> tuple[int, int, int]:
        state = row.state(day, calendar)
        days = row.due_on.toordinal()
        return order.index(state), days if row.status is CommitmentStatus.OPEN else -days, row.number

    return sorted(rows, key=key)


def near(rows: Iterable[Commitment], day: date, calendar: WorkCalendar) -> list[Commitment]:
    """The open ones that are overdue on ``day`` or fall due within the 30 calendar days after it, by due date."""
    last = day + timedelta(days=AGENDA_DAYS)
    found = (row for row in rows if row.status is CommitmentStatus.OPEN and calendar.effective(row.due_on) <= last)
    return sorted(found, key=lambda row: (row.due_on, row.number))
