"""Random projects for properties: any plan, any records, nothing assumed about their order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Modality
from pp_monitor.domain.contract import ContractLink, VoidAttempt
from pp_monitor.domain.dated import Dated
from pp_monitor.domain.plan import Baseline, BaselineKind, PlanLine
from pp_monitor.domain.progress import Fact, FactStatus
from pp_monitor.domain.project import (
    ProjectHistory,
    ProjectState,
    StateEvent,
    TerritoryShare,
)
from pp_monitor.domain.submission import ApprovalStage
from tests.factories import REGISTERED_ON, instant, project_history, snapshot

CODES = DEFAULT_CATALOGUE.codes
YEAR_START, YEAR_END = date(2022, 1, 3), date(2022, 12, 31)

days = st.dates(date(2022, 2, 1), date(2023, 2, 28))
cutoffs = st.dates(date(2022, 4, 1), date(2023, 3, 31))


@dataclass(frozen=True, slots=True)
class Rows:
    """What some rows of a history may be: when they were recorded, from which id on, and how rich they are."""

    recorded: st.SearchStrategy[datetime]
    first_id: int = 1
    latest_day: date = date(2023, 2, 28)
    has_events: bool = True
    has_contracts: bool = False


def _instants(earliest: date, latest: date) -> st.SearchStrategy[datetime]:
    return st.builds(instant, st.dates(earliest, latest), st.integers(0, 23))


BEFORE_JULY = _instants(date(2022, 1, 3), date(2022, 6, 30))
FROM_JULY = _instants(date(2022, 7, 1), date(2023, 3, 31))
ANY_TIME = _instants(date(2022, 1, 3), date(2023, 3, 31))


@st.composite
def plan_lines(draw: st.DrawFn) -> dict[str, PlanLine]:
    """A line for each milestone: mostly in order through the year, some anywhere, some *No aplica*."""
    start = draw(st.dates(date(2022, 3, 1), date(2022, 6, 30)))
    steps = draw(st.lists(st.integers(0, 30), min_size=len(CODES), max_size=len(CODES)))
    left_out = draw(st.sets(st.sampled_from(CODES), max_size=3))
    moved = draw(st.dictionaries(st.sampled_from(CODES), days, max_size=1))
    lines: dict[str, PlanLine] = {}
    day = start
    for code, step in zip(CODES, steps, strict=True):
        day += timedelta(days=step)
        lines[code] = PlanLine(not_applicable=True) if code in left_out else PlanLine(moved.get(code, day))
    return lines


@st.composite
def baselines(draw: st.DrawFn, rows: Rows, *, first_number: int = 0) -> list[Baseline]:
    """B0 and up to four more, or later ones alone."""
    found = []
    for number in range(first_number, first_number + draw(st.sampled_from([1, 2, 1, 4, 0]))):
        kind = draw(st.sampled_from([BaselineKind.REPLANNING, BaselineKind.RESTART]))
        found.append(
            Baseline(
                number=number,
                kind=kind if number else BaselineKind.REGISTRATION,
                decided_on=draw(st.dates(REGISTERED_ON, min(date(2022, 9, 30), rows.latest_day))),
                recorded_at=draw(rows.recorded),
                lines=draw(plan_lines()),
            )
        )
    # A later baseline is never recorded before an earlier one.
    instants = sorted(row.recorded_at for row in found)
    return [replace(row, recorded_at=at) for row, at in zip(found, instants, strict=True)]


@st.composite
def records(draw: st.DrawFn, rows: Rows, *, most: int = 8) -> list[Fact]:
    """Records of one stream, of any status."""
    links = st.sampled_from([None, 1, 2]) if rows.has_contracts else st.none()
    statuses = st.sampled_from([*FactStatus, FactStatus.REPORTED, FactStatus.VERIFIED, FactStatus.VERIFIED])
    dates = st.dates(date(2022, 2, 1), min(rows.latest_day, date(2022, 12, 31)))
    found = []
    for position, code in enumerate(draw(st.lists(st.sampled_from(CODES), max_size=most))):
        status = draw(statuses)
        found.append(
            Fact(
                id=rows.first_id + position,
                milestone_code=code,
                day=None if status is FactStatus.ANNULLED else draw(dates),
                status=status,
                recorded_at=draw(rows.recorded),
                reported_on=draw(dates),
                contract_id=draw(links),
                attempt_id=draw(links),
                has_evidence=draw(st.booleans()),
            )
        )
    return found


@st.composite
def followed(draw: st.DrawFn, plan: dict[str, PlanLine], rows: Rows) -> list[Fact]:
    """Dates not far from those of a plan, up to one of its milestones, with perhaps one missing."""
    until = draw(st.sampled_from([*CODES, "H14", "H13"]))
    missing = draw(st.one_of(st.none(), st.sampled_from(CODES)))
    offset = draw(st.integers(-5, 10))
    recorded_at = draw(rows.recorded)
    return [
        Fact(
            id=rows.first_id + position,
            milestone_code=code,
            day=min(line.planned + timedelta(days=offset), rows.latest_day),
            status=FactStatus.REPORTED,
            recorded_at=recorded_at,
            reported_on=recorded_at.date(),
        )
        for position, (code, line) in enumerate(plan.items())
        if code <= until and code != missing and line.planned
    ]


@st.composite
def dated_rows(draw: st.DrawFn, values: st.SearchStrategy[Any], rows: Rows, *, least: int = 0) -> list[Dated[Any]]:
    """Up to three dated rows of these values."""
    found = draw(st.lists(st.tuples(values, days, rows.recorded), min_size=least, max_size=3))
    return [Dated(value, day, at, rows.first_id + position) for position, (value, day, at) in enumerate(found)]


_organisms = st.sampled_from(["4145", "4151"])
_states = st.builds(StateEvent, st.sampled_from(list(ProjectState)))
_shares = st.lists(st.builds(TerritoryShare, st.sampled_from(["01", "02", "51"]), st.integers(0, 10)), max_size=3).map(
    tuple
)


@st.composite
def histories(draw: st.DrawFn, rows: Rows, *, project_id: int = 1, first_number: int = 0) -> ProjectHistory:
    """One project with rows of every kind."""
    moments = st.tuples(st.integers(1, 3), days, rows.recorded)
    money = st.lists(st.tuples(days, st.integers(0, 500), st.integers(0, 500), rows.recorded), max_size=2)
    plans = draw(baselines(rows, first_number=first_number))
    actuals = records(rows)
    if plans:
        actuals = st.one_of(followed(dict(plans[0].lines), rows), actuals)
    links = draw(st.lists(moments, max_size=3)) if rows.has_contracts else []
    voids = draw(st.lists(moments, max_size=2)) if rows.has_contracts else []
    return replace(
        project_history(project_id=project_id, planned=None),
        organisms=draw(dated_rows(_organisms, rows, least=1)),
        modalities=draw(dated_rows(st.sampled_from(list(Modality)), rows)),
        territories=draw(dated_rows(_shares, rows)),
        states=draw(st.one_of(st.just([]), dated_rows(_states, rows))) if rows.has_events else [],
        allocations=draw(dated_rows(st.integers(0, 500), rows, least=1)),
        backing=draw(dated_rows(st.booleans(), rows)) if rows.has_events else [],
        submissions=draw(dated_rows(st.sampled_from([*ApprovalStage, None]), rows)),
        snapshots=[
            snapshot(day, current, committed, recorded_at=at, id=rows.first_id + position)
            for position, (day, current, committed, at) in enumerate(draw(money))
        ],
        baselines=plans,
        actuals=draw(actuals),
        forecasts=draw(records(rows, most=4)),
        contracts=[ContractLink(number, day, at) for number, day, at in links],
        void_attempts=[VoidAttempt(number if number < 3 else None, day, at) for number, day, at in voids],
    )


def joined(first: ProjectHistory, second: ProjectHistory, order: Any) -> ProjectHistory:
    """The rows of both histories in one, each stream in an order of chance."""

    def rows(name: str) -> list[Any]:
        found = [*getattr(first, name), *getattr(second, name)]
        order.shuffle(found)
        return found

    streams = (
        "names", "organisms", "modalities", "territories", "states", "allocations", "backing", "submissions",
        "snapshots", "baselines", "actuals", "forecasts", "contracts", "void_attempts",
    )  # fmt: skip
    changes: dict[str, Any] = {name: rows(name) for name in streams}
    return replace(first, **changes)


@st.composite
def portfolios(draw: st.DrawFn) -> list[ProjectHistory]:
    """Up to three projects of two organisms, without contracts of their own."""
    size = draw(st.integers(1, 3))
    return [draw(histories(Rows(ANY_TIME), project_id=number)) for number in range(1, size + 1)]
