"""The file of a contracting process on its way through offices, and the working days that it spends in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.calendar import WorkCalendar


class Office(StrEnum):
    """Where a file is handed in; ``ORGANISM`` has it while it corrects what was returned."""

    ORGANISM = "organism"
    CONTRATACION = "contratacion"
    LEGAL = "legal"
    FINANCE = "finance"
    PLANNING = "planning"
    OTHER = "other"


class FileStep(StrEnum):
    """What happens to a file in an office."""

    FILED = "filed"
    RETURNED = "returned"
    APPROVED = "approved"


ALLOWED_AFTER: Mapping[FileStep | None, frozenset[FileStep]] = {
    None: frozenset({FileStep.FILED}),
    FileStep.FILED: frozenset({FileStep.RETURNED, FileStep.APPROVED}),
    FileStep.RETURNED: frozenset({FileStep.FILED}),
    FileStep.APPROVED: frozenset({FileStep.FILED}),
}


@dataclass(frozen=True, slots=True)
class Passage:
    """One step of a file in an office; ``office_name`` tells which where it is another than those of the list."""

    office: Office
    step: FileStep
    happened_on: date
    office_name: str = ""
    id: int = 0

    @property
    def place(self) -> tuple[Office, str]:
        """The office, apart from others of other names."""
        return self.office, self.office_name.strip().casefold()


@dataclass(frozen=True, slots=True)
class OfficeDays:
    """The working days that a file has spent in an office by a day; ``since`` while it is still there."""

    office: Office
    office_name: str
    workdays: int
    since: date | None = None


def last_step(passages: Iterable[Passage], place: tuple[Office, str]) -> Passage | None:
    """The newest step of a file in an office; none before the first.

    >>> last_step([Passage(Office.LEGAL, FileStep.FILED, date(2022, 5, 2))], (Office.FINANCE, "")) is None
    True
    """
    return next((row for row in reversed(in_order(passages)) if row.place == place), None)


def in_order(passages: Iterable[Passage]) -> list[Passage]:
    """The steps from the oldest to the newest."""
    return sorted(passages, key=lambda row: (row.happened_on, row.id))


def days_by_office(passages: Iterable[Passage], cutoff: date, calendar: WorkCalendar) -> tuple[OfficeDays, ...]:
    """The working days that a file has spent in each office by ``cutoff``, in the order in which it came to them.

    A file is in an office from the day after it is handed in until the day on which it is returned or approved, or
    ``cutoff``; what is returned is with the organism until it is handed in there again.

    >>> steps = [
    ...     Passage(Office.LEGAL, FileStep.FILED, date(2022, 5, 2)),
    ...     Passage(Office.LEGAL, FileStep.RETURNED, date(2022, 5, 5)),
    ... ]
    >>> [
    ...     (row.office.value, row.workdays, row.since)
    ...     for row in days_by_office(steps, date(2022, 5, 6), WorkCalendar.of(()))
    ... ]
    [('legal', 3, None), ('organism', 1, datetime.date(2022, 5, 5))]
    """
    found: dict[tuple[Office, str], OfficeDays] = {}
    inside: dict[tuple[Office, str], Passage] = {}
    for row in in_order(passage for passage in passages if passage.happened_on <= cutoff):
        before = inside.get(row.place)
        if before and before.step is not FileStep.APPROVED:
            _add(found, before, calendar.workdays(before.happened_on, row.happened_on))
        inside[row.place] = row
        if row.step is not FileStep.APPROVED:
            _add(found, row, 0)
    for row in inside.values():
        if row.step is not FileStep.APPROVED:
            _add(found, row, calendar.workdays(row.happened_on, cutoff), row.happened_on)
    return tuple(found.values())


def _add(found: dict[tuple[Office, str], OfficeDays], row: Passage, workdays: int, since: date | None = None) -> None:
    """Count days where the file is after ``row``: in its office, or once returned with the organism."""
    is_returned = row.step is FileStep.RETURNED
    place = (Office.ORGANISM, "") if is_returned else row.place
    before = found.get(place, OfficeDays(place[0], "" if is_returned else row.office_name, 0))
    first = min((day for day in (before.since, since) if day), default=None)
    found[place] = OfficeDays(before.office, before.office_name, before.workdays + workdays, first)
