"""What is to be reported: overdue, exigible, passed without a date, and to come in thirty calendar days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.dated import Dated, View
from pp_monitor.domain.plan import Baseline, BaselineKind, PlanLine
from pp_monitor.domain.progress import Fact, FactStatus
from pp_monitor.domain.progress_due import DueMilestone, due_milestones
from pp_monitor.domain.project import Frame, ProjectHistory, ProjectState, StateEvent, assess_project
from pp_monitor.domain.threshold import Thresholds

NOW = datetime(2022, 4, 8, tzinfo=UTC)
OPENING = date(2022, 1, 3)
FRIDAY = date(2022, 5, 13)
CALENDAR = WorkCalendar.of([date(2022, 5, 30)])


def due(planned: dict[str, date], met: dict[str, date] | None = None, **how: Any) -> list[tuple[str, str, int]]:
    """Code, kind and days of what a project with this plan has to report; ``how`` as in ``items``."""
    return [(item.code, item.due, item.days) for item in items(planned, met, **how)]


def items(
    planned: dict[str, date],
    met: dict[str, date] | None = None,
    cutoff: date = FRIDAY,
    state: ProjectState | None = None,
    *,
    has_plan: bool = True,
) -> tuple[DueMilestone, ...]:
    """What a project with this plan has to report at ``cutoff``."""
    lines = {code: PlanLine(not_applicable=True) for code in DEFAULT_CATALOGUE.codes}
    lines |= {code: PlanLine(day) for code, day in planned.items()}
    facts = [Fact(i, code, day, FactStatus.REPORTED, NOW, day) for i, (code, day) in enumerate((met or {}).items())]
    history = ProjectHistory(
        id=1,
        public_id="p1",
        code="BP1",
        entered_on=OPENING,
        recorded_at=NOW,
        organisms=[Dated("4145", OPENING, NOW)],
        states=[Dated(StateEvent(state), OPENING, NOW)] if state else [],
        baselines=[Baseline(0, BaselineKind.REGISTRATION, date(2022, 4, 8), NOW, lines)] if has_plan else [],
        actuals=facts,
        own_names={"P01": "Entrega a la comunidad"},
    )
    frame = Frame(2022, View(cutoff, NOW), CALENDAR, DEFAULT_CATALOGUE, Thresholds(), {})
    return due_milestones([assess_project(history, frame)], cutoff, CALENDAR)


@pytest.mark.parametrize(
    ("planned", "cutoff", "told"),
    [
        (date(2022, 5, 12), FRIDAY, ("overdue", 1)),
        (date(2022, 5, 13), FRIDAY, ("now", 0)),
        (date(2022, 5, 13), date(2022, 5, 15), ("now", 0)),
        (date(2022, 5, 14), FRIDAY, ("soon", 3)),
        (date(2022, 6, 12), FRIDAY, None),
        (date(2022, 6, 10), FRIDAY, ("soon", 28)),
        (date(2022, 5, 28), date(2022, 5, 1), ("soon", 30)),
        (date(2022, 5, 29), date(2022, 5, 1), ("soon", 30)),
        (date(2022, 6, 1), date(2022, 5, 1), None),
    ],
)
def test_how_pressing_a_milestone_is_goes_by_its_effective_day(
    planned: date, cutoff: date, told: tuple[str, int] | None
) -> None:
    assert due({"H01": planned}, cutoff=cutoff) == ([("H01", *told)] if told else [])


def test_what_a_later_milestone_passed_is_asked_and_what_is_met_is_not() -> None:
    planned = {"H01": date(2022, 4, 20), "H02": date(2022, 4, 27), "H03": date(2022, 5, 4), "P01": date(2022, 5, 20)}
    assert due(planned, {"H02": date(2022, 4, 27)}) == [
        ("H01", "missing", 0),
        ("H03", "overdue", 7),
        ("P01", "soon", 7),
    ]


def test_what_is_only_coming_does_not_press_yet() -> None:
    planned = {"H01": date(2022, 4, 20), "H02": date(2022, 5, 20)}
    assert [(item.code, item.is_pressing) for item in items(planned)] == [("H01", True), ("H02", False)]


@pytest.mark.parametrize("state", [ProjectState.SUSPENDED, ProjectState.WITHDRAWN])
def test_nothing_is_asked_of_a_project_that_stands_still(state: ProjectState) -> None:
    planned = {"H01": date(2022, 4, 20), "H02": date(2022, 4, 27)}
    assert due(planned, {"H02": date(2022, 4, 27)}, state=state) == []


def test_a_project_without_plan_has_nothing_to_report() -> None:
    assert due({"H01": date(2022, 4, 20)}, has_plan=False) == []
