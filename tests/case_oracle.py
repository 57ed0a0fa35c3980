"""Cases worked out a second time, in the plainest way: dictionaries, loops over days, numbers written out.

It shares no rule with the product: it counts working days one by one and says itself which causes hold, when a case
opens, wakes, is escalated, is resolved, and what stays silent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

import holidays

CODES = [f"H{number:02d}" for number in range(1, 15)]
KEY_CODES = {"H07", "H08", "H09"}
WEIGHT = {"mild": 1, "serious": 2, "critical": 3}
STEPS = {"critical": [0, 3, 6, 10], "serious": [0, 10, 20], "mild": [0, 20]}
DAY = timedelta(days=1)
OFF = set(holidays.country_holidays("CO", years=range(2021, 2025)))

CauseId = tuple[str, str, str]


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in OFF


def working_days(after: date, until: date) -> int:
    count, day = 0, after
    while day < until:
        day += DAY
        count += works(day)
    return count


def next_working(day: date) -> date:
    while not works(day):
        day += DAY
    return day


@dataclass
class World:
    """A project as a person would note it down; ``planned`` is the plan in force, empty without one."""

    planned: dict[str, date]
    actual: dict[str, date] = field(default_factory=dict)
    suspended_on: date | None = None
    replannings: int = 0
    reported_on: date = date(2022, 4, 8)

    def causes(self, today: date) -> dict[CauseId, str]:
        """What is wrong today, with its level."""
        if not self.planned:
            return {}
        return self._dates(today) | self._order() | self._standing(today)

    def _dates(self, today: date) -> dict[CauseId, str]:
        found: dict[CauseId, str] = {}
        last_met = max((CODES.index(code) for code in self.actual), default=-1)
        for code in self._left():
            late = working_days(next_working(self.planned[code]), today)
            if CODES.index(code) < last_met:
                found["passed", code, ""] = "mild"
            elif late > 0 and not self.suspended_on:
                found["overdue", code, ""] = overdue(code, late)
        return found

    def _left(self) -> list[str]:
        return [code for code in CODES if code not in self.actual]

    def _order(self) -> dict[CauseId, str]:
        found: dict[CauseId, str] = {}
        met = [code for code in CODES if code in self.actual]
        for earlier, later in pairwise(met):
            if self.actual[later] < self.actual[earlier] and (earlier, later) != ("H08", "H09"):
                found["out_of_order", later, earlier] = "mild"
        if {"H08", "H09"} <= set(met) and self.actual["H09"] < self.actual["H08"]:
            found["legal_start", "H09", "H08"] = "critical"
        return found

    def _standing(self, today: date) -> dict[CauseId, str]:
        found: dict[CauseId, str] = {}
        last_met = max((CODES.index(code) for code in self.actual), default=-1)
        ahead = CODES[last_met + 1 : last_met + 2]
        is_silent = not self.suspended_on and (today - self.reported_on).days >= 30
        if is_silent and ahead in (["H09"], ["H10"], ["H11"]):
            found["no_update", "", ""] = "mild"
        if self.suspended_on and working_days(self.suspended_on, today) > 30:
            found["long_suspension", "", ""] = "serious"
        is_closed = not self.suspended_on and set(CODES[:-1]) <= set(self.actual)
        if self.replannings >= 3 and not is_closed:
            found["third_replanning", "", ""] = "serious"
        return found


def overdue(code: str, late: int) -> str:
    if code == "H14":
        return "mild"
    if code in KEY_CODES:
        return "critical" if late > 15 else "serious"
    if late > 30:
        return "critical"
    return "serious" if late > 10 else "mild"


@dataclass
class Paper:
    """An open case on paper."""

    opened_on: date
    reached_on: date
    causes: dict[CauseId, str]
    state: str = "open"
    owned: bool = False
    until: date | None = None
    steps: int = 0

    @property
    def standing(self) -> int:
        return min(self.steps, len(STEPS[self.level]))

    @property
    def level(self) -> str:
        return max(self.causes.values(), key=WEIGHT.__getitem__)


@dataclass
class Register:
    """Every open case by subject, and the causes that dismissals keep silent."""

    cases: dict[str, Paper] = field(default_factory=dict)
    silent: dict[str, list[dict[CauseId, str]]] = field(default_factory=dict)

    def run(self, holding: dict[str, dict[CauseId, str]], today: date) -> None:
        """The daily run."""
        for subject, now in holding.items():
            heard = self._heard(subject, now)
            case = self.cases.get(subject)
            if not heard:
                self.cases.pop(subject, None)
                continue
            if case is None:
                case = self.cases[subject] = Paper(today, today, heard)
            elif max(WEIGHT[level] for level in heard.values()) > WEIGHT[case.level]:
                case.reached_on = today
            case.causes = heard
            if case.state == "snoozed" and case.until and today >= case.until:
                case.state, case.until = ("handling" if case.owned else "open"), None
            if case.state != "snoozed":
                age, days = working_days(case.reached_on, today), STEPS[case.level]
                while case.steps < len(days) and age >= days[case.steps]:
                    case.steps += 1

    def _heard(self, subject: str, now: dict[CauseId, str]) -> dict[CauseId, str]:
        muted: set[CauseId] = set()
        for silence in self.silent.get(subject, []):
            for cause, level in list(silence.items()):
                if cause not in now or WEIGHT[now[cause]] > WEIGHT[level]:
                    del silence[cause]
            muted |= set(silence)
        return {cause: level for cause, level in now.items() if cause not in muted}

    def dismiss(self, subject: str) -> None:
        self.silent.setdefault(subject, []).append(dict(self.cases.pop(subject).causes))
