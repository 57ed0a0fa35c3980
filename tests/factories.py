"""Plain builders of domain values with believable defaults; each test names only what it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import count
from typing import Any

import holidays

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Catalogue, Modality
from pp_monitor.domain.dated import Dated, View
from pp_monitor.domain.group import Member
from pp_monitor.domain.light import Light
from pp_monitor.domain.money import MoneySnapshot
from pp_monitor.domain.plan import Baseline, BaselineKind, PlanLine
from pp_monitor.domain.progress import Fact, FactStatus
from pp_monitor.domain.project import (
    Frame,
    ProjectAssessment,
    ProjectHistory,
    ProjectState,
    StateEvent,
    TerritoryShare,
    assess_project,
)
from pp_monitor.domain.threshold import Thresholds

YEAR = 2022
ENTERED_ON = date(2022, 1, 3)
REGISTERED_ON = date(2022, 4, 8)
DEADLINE = date(2022, 4, 22)
ORGANISM = "4145"
WHENEVER = datetime(2100, 1, 1, tzinfo=UTC)

# A plan whose dates are all working days and follow one another through the year.
PLANNED: Mapping[str, date] = {
    "H01": date(2022, 4, 18),
    "H02": date(2022, 4, 25),
    "H03": date(2022, 5, 6),
    "H04": date(2022, 5, 16),
    "H05": date(2022, 5, 27),
    "H06": date(2022, 6, 10),
    "H07": date(2022, 6, 24),
    "H08": date(2022, 7, 1),
    "H09": date(2022, 7, 11),
    "H10": date(2022, 9, 12),
    "H11": date(2022, 11, 18),
    "H12": date(2022, 12, 2),
    "H13": date(2022, 12, 9),
    "H14": date(2022, 12, 16),
}

_ids = count(1)


def instant(day: date, hour: int = 17) -> datetime:
    """That hour of the day in UTC; 17 is noon in Bogotá."""
    return datetime.combine(day, time(hour), UTC)


@cache
def national_holidays(year: int) -> frozenset[date]:
    """Colombia's holidays of one year, as the product reads them."""
    return frozenset(holidays.country_holidays("CO", years=year))


@cache
def colombia(*more: date) -> WorkCalendar:
    """The calendar of 2021 to 2027, with ``more`` local non-working days."""
    return WorkCalendar.of(set(more).union(*(national_holidays(year) for year in range(2021, 2028))))


def dated(value: Any, valid_from: date = ENTERED_ON, recorded_at: datetime | None = None) -> Dated[Any]:
    """A value in force from a day on, recorded at noon of that day unless said otherwise."""
    return Dated(value, valid_from, recorded_at or instant(valid_from), next(_ids))


def plan_lines(planned: Mapping[str, date] = PLANNED, not_applicable: Collection[str] = ()) -> dict[str, PlanLine]:
    """The lines of a plan; codes in ``not_applicable`` lose their date."""
    lines = {code: PlanLine(day) for code, day in planned.items()}
    return lines | {code: PlanLine(not_applicable=True) for code in not_applicable}


def baseline(
    planned: Mapping[str, date] = PLANNED,
    *,
    number: int = 0,
    kind: BaselineKind | None = None,
    decided_on: date = REGISTERED_ON,
    recorded_at: datetime | None = None,
    not_applicable: Collection[str] = (),
) -> Baseline:
    """B0 by default; a re-planning from number 1 on."""
    own_kind = kind or (BaselineKind.REPLANNING if number else BaselineKind.REGISTRATION)
    lines = plan_lines(planned, not_applicable)
    return Baseline(number, own_kind, decided_on, recorded_at or instant(decided_on), lines)


def fact(
    code: str,
    day: date | None,
    *,
    status: FactStatus = FactStatus.REPORTED,
    recorded_at: datetime | None = None,
    **others: Any,
) -> Fact:
    """A record of a stream, made at noon of the day it tells of unless said otherwise."""
    at = recorded_at or instant(day or REGISTERED_ON)
    rest: dict[str, Any] = {"id": next(_ids), "reported_on": at.date()} | others
    return Fact(milestone_code=code, day=day, status=status, recorded_at=at, **rest)


def facts(actual: Mapping[str, date], **others: Any) -> list[Fact]:
    """One record for each milestone."""
    return [fact(code, day, **others) for code, day in actual.items()]


def snapshot(cutoff: date, current_cop: int, commitments_cop: int = 0, **others: Any) -> MoneySnapshot:
    """A budget chain without a break, recorded at noon of its cut-off."""
    chain: dict[str, Any] = {
        "recorded_at": instant(cutoff),
        "id": next(_ids),
        "initial_cop": current_cop,
        "additions_cop": 0,
        "reductions_cop": 0,
        "transfers_cop": 0,
        "cdp_cop": max(current_cop, commitments_cop),
        "obligations_cop": 0,
        "payments_cop": 0,
    }
    return MoneySnapshot(cutoff=cutoff, current_cop=current_cop, commitments_cop=commitments_cop, **(chain | others))


def states(*events: tuple[ProjectState, date]) -> list[Dated[StateEvent]]:
    """Acts that change the state of a project, each from its day on."""
    return [dated(StateEvent(state, "Acta"), day) for state, day in events]


def project_history(
    *,
    project_id: int = 1,
    planned: Mapping[str, date] | None = PLANNED,
    not_applicable: Collection[str] = (),
    registered_on: date = REGISTERED_ON,
    actual: Mapping[str, date] | None = None,
    organism: str = ORGANISM,
    allocation_cop: int = 100_000_000,
    shares: Iterable[tuple[str, int]] = (("01", 0),),
    **others: Any,
) -> ProjectHistory:
    """A registered project of one organism and one territory; ``planned=None`` leaves it without plan.

    ``others`` are fields of ``ProjectHistory``, taken as they come.
    """
    b0 = baseline(planned, decided_on=registered_on, not_applicable=not_applicable) if planned is not None else None
    history = ProjectHistory(
        id=project_id,
        public_id=f"p{project_id:04d}",
        code=f"BP26{project_id:06d}",
        entered_on=ENTERED_ON,
        recorded_at=instant(ENTERED_ON),
        names=[dated(f"Proyecto {project_id}")],
        organisms=[dated(organism)],
        modalities=[dated(Modality.LP)],
        territories=[dated(tuple(TerritoryShare(code, amount) for code, amount in shares))],
        allocations=[dated(allocation_cop)],
        baselines=[b0] if b0 else [],
        actuals=facts(actual or {}),
    )
    return replace(history, **others)


def frame(
    cutoff: date,
    *,
    known_at: datetime = WHENEVER,
    year: int = YEAR,
    calendar: WorkCalendar | None = None,
    catalogue: Catalogue = DEFAULT_CATALOGUE,
    thresholds: Thresholds | None = None,
    deadline: date | None = DEADLINE,
) -> Frame:
    """The vigencia 2022 seen at ``cutoff`` with everything recorded known."""
    return Frame(
        year=year,
        view=View(cutoff, known_at),
        calendar=calendar or colombia(),
        catalogue=catalogue,
        thresholds=thresholds or Thresholds(),
        deadlines={ORGANISM: deadline, "4151": deadline},
    )


def assessed(cutoff: date, **history: Any) -> ProjectAssessment:
    """The assessment of one project at ``cutoff``."""
    return assess_project(project_history(**history), frame(cutoff))


_NO_PLAN_LIGHTS = frozenset({Light.REGISTERING, Light.NO_PLAN})


def member_of(light: Light, allocation_cop: int, *, project_id: int = 1, **changes: Any) -> Member:
    """A project of this light and value, for what groups make of it."""
    planned = None if light in _NO_PLAN_LIGHTS else PLANNED
    project = assessed(date(2022, 5, 13), project_id=project_id, planned=planned, allocation_cop=allocation_cop)
    return Member.whole(replace(project, light=light, **changes))
