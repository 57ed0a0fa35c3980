"""The rules written a second time, plainly and slowly, from their text alone: days are counted one by one.

Nothing here calls a function of the domain; it reads the recorded rows of projects without
contracts or attempts of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.dated import Dated
from pp_monitor.domain.plan import Baseline, PlanLine
from pp_monitor.domain.progress import Fact
from pp_monitor.domain.project import ProjectHistory
from tests.factories import national_holidays

CATALOGUE = DEFAULT_CATALOGUE.milestones
YEAR_END = date(2022, 12, 31)


@cache
def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in national_holidays(day.year)


@cache
def effective(day: date) -> date:
    return day if is_working(day) else effective(day + timedelta(days=1))


@cache
def workdays(after: date, until: date) -> int:
    return sum(is_working(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


@cache
def plus(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def deviation(planned: date, actual: date) -> int:
    if actual < planned:
        return -workdays(actual, planned)
    if actual <= effective(planned):
        return 0
    return workdays(effective(planned), actual)


@dataclass
class Sums:
    """What a plan gives at a cut-off."""

    states: dict[str, str] = field(default_factory=dict)
    all: int = 0
    due: int = 0
    met: int = 0
    supported: int = 0
    counted: int = 0
    on_time: int = 0
    overdue: dict[str, int] = field(default_factory=dict)
    delays: list[int] = field(default_factory=list)
    forecasts: dict[str, date] = field(default_factory=dict)


@dataclass
class Answer:
    """What one project comes to."""

    organism: str
    light: str
    allocation: int
    uncommitted: int
    b0: Sums | None = None
    current: Sums | None = None


def _newest(rows: Sequence[Dated[Any]], cutoff: date, known_at: datetime, *, or_first: bool) -> Any:
    known = [row for row in rows if row.recorded_at <= known_at]
    known.sort(key=lambda row: (row.valid_from, row.recorded_at, row.id))
    held = [row for row in known if row.valid_from <= cutoff]
    if held:
        return held[-1].value
    return known[0].value if known and or_first else None


def _standing(stream: Sequence[Fact], known_at: datetime) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for milestone in CATALOGUE:
        own = [row for row in stream if row.milestone_code == milestone.code and row.recorded_at <= known_at]
        own = [row for row in own if row.status != "proposed"]
        if own:
            newest = max(own, key=lambda row: (row.recorded_at, row.id))
            if newest.status in ("reported", "verified"):
                found[milestone.code] = newest
    return found


def _add_unmet(sums: Sums, code: str, planned: date, cutoff: date, state: str) -> None:
    overdue = workdays(effective(planned), cutoff)
    if state == "suspended":
        sums.states[code] = "suspended"
    elif overdue > 0:
        sums.states[code] = "overdue"
        sums.overdue[code] = overdue
        sums.delays.append(overdue)
    else:
        near = workdays(cutoff, effective(planned)) <= 10
        sums.states[code] = "due_soon" if near else "pending"


def _sums(
    lines: Mapping[str, PlanLine],
    actual: Mapping[str, Fact],
    declared: Mapping[str, Fact],
    cutoff: date,
    registered_on: date,
    state: str,
) -> Sums:
    sums = Sums()
    applicable = [row for row in CATALOGUE if not lines[row.code].not_applicable]
    sums.states = {row.code: "not_applicable" for row in CATALOGUE if row not in applicable}
    carry = 0
    for position, row in enumerate(applicable):
        planned, fact = lines[row.code].planned, actual.get(row.code)
        assert planned is not None
        sums.all += row.weight
        sums.due += row.weight if effective(planned) <= cutoff else 0
        later_met = any(later.code in actual for later in applicable[position + 1 :])
        if fact and fact.day:
            late = deviation(planned, fact.day)
            sums.states[row.code] = "met_late" if late > 0 else "met_on_time"
            sums.met += row.weight
            sums.supported += row.weight if fact.has_evidence else 0
            sums.delays += [late] if late > 0 else []
            carry = max(0, late)
        elif later_met:
            sums.states[row.code] = "passed"
        else:
            _add_unmet(sums, row.code, planned, cutoff, state)
            own = declared.get(row.code)
            computed = plus(effective(planned), carry)
            computed = effective(cutoff) if computed < cutoff else computed
            forecast = max(computed, effective(own.day)) if own and own.day else computed
            carry = workdays(effective(planned), forecast)
            if state == "active":
                sums.forecasts[row.code] = forecast
        if effective(planned) <= cutoff and not (fact and fact.day and fact.day < registered_on):
            sums.counted += 1
            sums.on_time += sums.states[row.code] == "met_on_time"
    return sums


def _light(plan: Sums, b0: Sums, current: Sums, in_force: Baseline, b0_plan: Baseline, against_b0: bool,
           cutoff: date, is_backed: bool) -> str:  # fmt: skip
    lines = b0_plan.lines if against_b0 else in_force.lines
    leaves = {"H14"} if cutoff > YEAR_END else set()
    overdue = {code: late for code, late in plan.overdue.items() if code not in leaves}
    met = [code for code, state in plan.states.items() if state.startswith("met") and code not in leaves]
    planned = {code: line.planned for code, line in lines.items() if line.planned and code not in leaves}
    if all(code in met for code in planned if code != "H14"):
        return "closed"
    weight = {row.code: row.weight for row in CATALOGUE}
    due = [code for code, day in planned.items() if effective(day) <= cutoff]
    finish = current.forecasts.get("H11")
    low = 100 * sum(weight[code] for code in met) < 70 * sum(weight[code] for code in due)
    compulsory = {row.code for row in CATALOGUE if row.compulsory}
    if low and max(overdue.values(), default=0) > 10:
        return "red"
    if any(overdue.get(code, 0) > 15 for code in ("H07", "H08", "H09")):
        return "red"
    if any(late > 30 for code, late in overdue.items() if code in compulsory):
        return "red"
    if finish and finish > YEAR_END:
        return "yellow" if is_backed else "red"
    last_days = plus_back(YEAR_END, 15)
    if overdue or (finish and "H11" in planned and finish > effective(planned["H11"]) and finish in last_days):
        return "yellow"
    if any(code not in leaves for code in b0.overdue):
        return "yellow"
    return "green" if due or met else "not_due"


@cache
def plus_back(day: date, count: int) -> frozenset[date]:
    """The last ``count`` working days up to and including ``day``."""
    found: set[date] = set()
    while len(found) < count:
        found |= {day} if is_working(day) else set()
        day -= timedelta(days=1)
    return frozenset(found)


def answer(history: ProjectHistory, cutoff: date, known_at: datetime, deadline: date | None) -> Answer:
    """Every figure of one project, from its rows."""
    event = _newest(history.states, cutoff, known_at, or_first=False)
    state = str(getattr(event, "state", "active"))
    organism = _newest(history.organisms, cutoff, known_at, or_first=True) or ""
    known_money = [row for row in history.snapshots if row.recorded_at <= known_at]
    seen_money = [row for row in known_money if row.cutoff <= cutoff]
    money = max(seen_money, key=lambda row: (row.cutoff, row.recorded_at, row.id), default=None)
    if money:
        allocation = money.current_cop
    elif known_money:
        first = min(row.cutoff for row in known_money)
        allocation = max((r for r in known_money if r.cutoff == first), key=lambda r: (r.recorded_at, r.id)).current_cop
    else:
        allocation = _newest(history.allocations, cutoff, known_at, or_first=True) or 0
    standing = _standing(history.actuals, known_at)
    actual = {code: row for code, row in standing.items() if row.day and row.day <= cutoff}
    uncommitted = max(0, allocation - money.commitments_cop) if money else (0 if "H08" in actual else allocation)
    result = Answer(organism, state, allocation, uncommitted)
    plans = sorted((row for row in history.baselines if row.recorded_at <= known_at), key=lambda row: row.number)
    if plans:
        b0_plan = plans[0]
        later = [row for row in plans[1:] if row.decided_on <= cutoff]
        in_force = later[-1] if later else b0_plan
        declared = _standing(history.forecasts, known_at)
        result.b0, result.current = (
            _sums(plan.lines, actual, declared, cutoff, b0_plan.decided_on, state) for plan in (b0_plan, in_force)
        )
        against_b0 = sum(row.kind == "replanning" for row in later) >= 3
        if state == "active":
            backed = bool(_newest(history.backing, cutoff, known_at, or_first=False))
            result.light = _light(
                result.b0 if against_b0 else result.current, result.b0, result.current,
                in_force, b0_plan, against_b0, cutoff, backed,
            )  # fmt: skip
    elif state == "active":
        result.light = "no_plan" if deadline and cutoff > effective(deadline) else "registering"
    return result


@dataclass
class GroupAnswer:
    """What a group comes to, each ratio as numerator and denominator."""

    light: str
    coverage: tuple[int, int]
    planned: tuple[Fraction, int]
    actual: tuple[Fraction, int]
    supported: tuple[Fraction, int]
    on_time: tuple[int, int]
    worst: int
    delays: list[int]
    risk: tuple[int, int]
    committed_late: int


def _weighed(members: Sequence[Answer], figure: str) -> tuple[Fraction, int]:
    pairs = [(row.b0, row.allocation) for row in members if row.b0 and row.b0.all]
    total = sum((Fraction(getattr(sums, figure) * cop, sums.all) for sums, cop in pairs), Fraction(0))
    return total, sum(cop for _, cop in pairs)


def _group_light(members: Sequence[Answer]) -> str:
    if not any(row.b0 for row in members):
        return "no_plan" if any(row.light == "no_plan" for row in members) else "registering"
    said = [row for row in members if row.light in ("red", "yellow", "green", "closed")]
    value = sum(row.allocation for row in said)
    if value == 0:
        return "not_due"
    red = [row for row in said if row.light == "red"]
    good = sum(row.allocation for row in said if row.light in ("green", "closed"))
    if Fraction(sum(row.allocation for row in red), value) >= Fraction(3, 10):
        return "red"
    if Fraction(len(red), len(said)) >= Fraction(3, 10):
        return "red"
    return "green" if Fraction(good, value) >= Fraction(9, 10) else "yellow"


def group_answer(projects: Sequence[Answer]) -> GroupAnswer:
    """Every figure of a group, from those of its projects."""
    members = [row for row in projects if row.light != "withdrawn"]
    plans = [row.b0 for row in members if row.b0]
    red, owed = ([row for row in members if row.light == light] for light in ("red", "no_plan"))
    return GroupAnswer(
        light=_group_light(members),
        coverage=(len(plans), len(members)),
        planned=_weighed(members, "due"),
        actual=_weighed(members, "met"),
        supported=_weighed(members, "supported"),
        on_time=(sum(plan.on_time for plan in plans), sum(plan.counted for plan in plans)),
        worst=max((late for plan in plans for late in plan.overdue.values()), default=0),
        delays=sorted(late for plan in plans for late in plan.delays),
        risk=(sum(row.uncommitted for row in red), sum(row.uncommitted for row in owed)),
        committed_late=sum(row.allocation - row.uncommitted for row in red),
    )
