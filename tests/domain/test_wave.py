"""What is to be published and signed in the weeks to come."""

from __future__ import annotations

from datetime import date

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.project import ProjectState
from pp_monitor.domain.wave import Coming, WaveCell, coming, wave, weeks_from
from tests.factories import PLANNED, assessed, colombia, dated, states

CUTOFF = date(2022, 5, 4)


def items(**history: object) -> tuple[Coming, ...]:
    return coming([assessed(CUTOFF, **history)], CUTOFF, colombia())


def test_publications_and_signatures_of_twelve_weeks_are_awaited_by_day() -> None:
    assert [(item.code, item.day, item.week) for item in items()] == [
        ("H03", date(2022, 5, 6), date(2022, 5, 2)),
        ("H07", date(2022, 6, 24), date(2022, 6, 20)),
    ]


def test_what_is_overdue_has_no_week_and_comes_first() -> None:
    late = items(planned=PLANNED | {"H03": date(2022, 4, 29)})
    assert [(item.code, item.week) for item in late] == [("H03", None), ("H07", date(2022, 6, 20))]


def test_what_is_met_passed_or_far_is_not_awaited() -> None:
    assert [item.code for item in items(actual={"H03": date(2022, 5, 2)})] == ["H07"]
    assert [item.code for item in items(actual={"H04": date(2022, 5, 2)})] == ["H07"]
    assert [item.code for item in items(planned=PLANNED | {"H07": date(2022, 7, 26)})] == ["H03"]


def test_nothing_is_awaited_of_who_has_no_plan_is_suspended_or_left() -> None:
    assert items(planned=None) == ()
    for state in (ProjectState.SUSPENDED, ProjectState.WITHDRAWN):
        assert items(states=states((state, date(2022, 5, 2)))) == ()


def test_a_day_off_counts_in_the_week_of_the_next_working_day() -> None:
    [first, _] = items(planned=PLANNED | {"H03": date(2022, 5, 7)})
    assert (first.day, first.week) == (date(2022, 5, 9), date(2022, 5, 9))


def test_cells_count_projects_and_pesos_by_step_modality_and_week() -> None:
    rows = [
        assessed(CUTOFF, project_id=1, allocation_cop=10),
        assessed(CUTOFF, project_id=2, allocation_cop=20),
        assessed(CUTOFF, project_id=3, allocation_cop=5, modalities=[dated(Modality.MC)]),
        assessed(CUTOFF, project_id=4, allocation_cop=7, modalities=[]),
    ]
    cells = wave(coming(rows, CUTOFF, colombia()))
    week = date(2022, 5, 2)
    assert [cell for cell in cells if cell.code == "H03"] == [
        WaveCell("H03", Modality.LP, week, 2, 30),
        WaveCell("H03", Modality.MC, week, 1, 5),
        WaveCell("H03", None, week, 1, 7),
    ]


def test_twelve_weeks_begin_with_that_of_the_cutoff() -> None:
    weeks = weeks_from(CUTOFF)
    assert (weeks[0], weeks[-1], len(weeks)) == (date(2022, 5, 2), date(2022, 7, 18), 12)
