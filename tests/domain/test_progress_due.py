"""What is to be reported: overdue, exigible, passed without a date, and to come in thirty calendar days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.progress_due import DueMilestone, due_milestones
from pp_monitor.domain.project import ProjectState
from tests.factories import ENTERED_ON, assessed, colombia, states

FRIDAY = date(2022, 5, 13)


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
    project = assessed(
        cutoff,
        planned=planned if has_plan else None,
        not_applicable=set(DEFAULT_CATALOGUE.codes) - planned.keys(),
        actual=met,
        states=states((state, ENTERED_ON)) if state else [],
        own_names={"P01": "Entrega a la comunidad"},
    )
    return due_milestones([project], cutoff, colombia())


@pytest.mark.parametrize(
    ("planned", "cutoff", "told"),
    [
        (date(2022, 5, 12), FRIDAY, ("overdue", 1)),
        (date(2022, 5, 13), FRIDAY, ("now", 0)),
        (date(2022, 5, 13), date(2022, 5, 15), ("now", 0)),
        (date(2022, 5, 14), FRIDAY, ("soon", 1)),
        (date(2022, 6, 12), FRIDAY, None),
        (date(2022, 6, 10), FRIDAY, ("soon", 19)),
        (date(2022, 5, 28), date(2022, 5, 1), ("soon", 21)),
        (date(2022, 5, 29), date(2022, 5, 1), ("soon", 21)),
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
        ("P01", "soon", 5),
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
