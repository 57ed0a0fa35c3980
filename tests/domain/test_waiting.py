from datetime import date

from pp_monitor.domain.project import ProjectState
from pp_monitor.domain.waiting import WaitingLine, waiting_lines
from tests.factories import PLANNED, assessed, states

CUTOFF = date(2022, 5, 13)


def _met_through(code: str) -> dict[str, date]:
    return {name: day for name, day in PLANNED.items() if name <= code}


def test_projects_are_counted_by_the_milestone_that_they_wait_for() -> None:
    late = assessed(CUTOFF, project_id=1, actual=_met_through("H02"), allocation_cop=30)
    later = assessed(CUTOFF, project_id=2, actual=_met_through("H02"), allocation_cop=5)
    ahead = assessed(CUTOFF, project_id=3, actual=_met_through("H03"), allocation_cop=7)
    overdue = next(row for row in late.current.milestones if row.code == "H03").overdue_workdays
    assert overdue
    found = waiting_lines([ahead, late, later])
    assert [(line.code, line.projects, line.overdue, line.worst_delay_workdays) for line in found] == [
        ("H03", 2, 2, overdue),
        ("H04", 1, 0, 0),
    ]
    assert [line.allocation_cop for line in found] == [35, 7]
    assert isinstance(found[0], WaitingLine)


def test_nobody_waits_who_has_no_plan_is_done_or_left() -> None:
    withdrawn = states((ProjectState.WITHDRAWN, date(2022, 5, 2)))
    done = dict.fromkeys(PLANNED, date(2022, 5, 2))
    projects = [
        assessed(CUTOFF, project_id=1, planned=None),
        assessed(CUTOFF, project_id=2, states=withdrawn),
        assessed(CUTOFF, project_id=3, actual=done),
    ]
    assert waiting_lines(projects) == ()
