"""The agenda holds what falls due in thirty days, by its effective day."""

from __future__ import annotations

from datetime import date

from pp_monitor.domain.agenda import AgendaItem, by_week, count_by_phase, upcoming
from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Phase
from pp_monitor.domain.project import ProjectState
from tests.factories import ENTERED_ON, assessed, colombia, states

CUTOFF = date(2022, 5, 13)


def agenda(
    planned: dict[str, date],
    met: dict[str, date] | None = None,
    state: ProjectState | None = None,
    *,
    with_own: bool = False,
) -> tuple[AgendaItem, ...]:
    """What the agenda of one project with this plan holds at the cut-off."""
    project = assessed(
        CUTOFF,
        planned=planned,
        not_applicable=set(DEFAULT_CATALOGUE.codes) - planned.keys(),
        actual=met,
        states=states((state, ENTERED_ON)) if state else [],
        own_names={"P01": "Entrega a la comunidad"},
    )
    return upcoming([project], CUTOFF, colombia(), with_own=with_own)


def days(items: tuple[AgendaItem, ...]) -> list[tuple[str, date]]:
    return [(item.milestone.code, item.due_on) for item in items]


def test_agenda_goes_from_the_day_after_the_cutoff_to_thirty_calendar_days() -> None:
    planned = {
        "H01": date(2022, 5, 13),
        "H02": date(2022, 5, 16),
        "H03": date(2022, 6, 10),
        "H06": date(2022, 6, 13),
    }
    assert days(agenda(planned)) == [("H02", date(2022, 5, 16)), ("H03", date(2022, 6, 10))]


def test_effective_day_decides_and_is_marked_as_moved() -> None:
    # 14/05 is a Saturday and 30/05 a holiday; 11/06 would fall due on the 13th, out of the thirty days.
    items = agenda({"H01": date(2022, 5, 14), "H02": date(2022, 5, 30), "H03": date(2022, 6, 11)})
    assert days(items) == [("H01", date(2022, 5, 16)), ("H02", date(2022, 5, 31))]
    assert [item.is_moved for item in items] == [True, True]


def test_what_is_met_passed_or_overdue_is_not_to_come() -> None:
    planned = {"H01": date(2022, 5, 10), "H02": date(2022, 5, 16), "H03": date(2022, 5, 17), "H06": date(2022, 5, 20)}
    assert days(agenda(planned, met={"H03": date(2022, 5, 12)})) == [("H06", date(2022, 5, 20))]


def test_suspended_and_withdrawn_projects_have_no_agenda() -> None:
    planned = {"H01": date(2022, 5, 16)}
    assert agenda(planned, state=ProjectState.SUSPENDED) == ()
    assert agenda(planned, state=ProjectState.WITHDRAWN) == ()


def test_milestones_of_the_project_itself_are_outside_the_counts_and_in_the_agenda_on_demand() -> None:
    assert agenda({"P01": date(2022, 5, 20)}) == ()
    (item,) = agenda({"P01": date(2022, 5, 20)}, with_own=True)
    assert (item.milestone.milestone.name, item.is_moved) == ("Entrega a la comunidad", False)


def test_weeks_begin_on_monday_and_phases_are_all_counted() -> None:
    items = agenda({"H01": date(2022, 5, 16), "H02": date(2022, 5, 20), "H09": date(2022, 5, 23)})
    assert [(week.monday, len(week.items)) for week in by_week(items)] == [
        (date(2022, 5, 16), 2),
        (date(2022, 5, 23), 1),
    ]
    assert count_by_phase(items) == {Phase.PRECONTRACTUAL: 2, Phase.EXECUTION: 1, Phase.CLOSURE: 0}
