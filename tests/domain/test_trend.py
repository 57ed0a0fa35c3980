"""The trend of milestones: what each cut-off said of their day."""

from __future__ import annotations

from datetime import date

from pp_monitor.domain.trend import Days, Expected, expected_days, milestone_trends
from tests.factories import PLANNED, assessed, colombia

MAY, JUNE, JULY = date(2022, 5, 13), date(2022, 6, 17), date(2022, 7, 15)


def views(*histories: dict[str, object]) -> list[tuple[date, list[Days]]]:
    return [
        (
            cutoff,
            [expected_days(assessed(cutoff, project_id=number, **each)) for number, each in enumerate(histories, 1)],
        )
        for cutoff in (MAY, JUNE, JULY)
    ]


def test_an_overdue_milestone_rises_from_cutoff_to_cutoff() -> None:
    [trend] = milestone_trends(views({}), ["H01"])
    assert trend.points == (Expected(MAY, MAY, False), Expected(JUNE, JUNE, False), Expected(JULY, JULY, False))
    assert trend.moved_workdays(colombia()) == colombia().workdays(MAY, JULY)


def test_what_is_met_stays_where_it_was_met() -> None:
    [trend] = milestone_trends(views({"actual": {"H01": date(2022, 6, 3)}}), ["H01"])
    assert [(point.day, point.is_met) for point in trend.points] == [
        (MAY, False),
        (date(2022, 6, 3), True),
        (date(2022, 6, 3), True),
    ]


def test_a_day_that_comes_nearer_moves_backwards() -> None:
    met = {code: day for code, day in PLANNED.items() if code <= "H05"}
    early = {"actual": met | {"H06": date(2022, 6, 3)}}
    [trend] = milestone_trends(views({"actual": {}} | early), ["H06"])
    assert trend.moved_workdays(colombia()) == -colombia().workdays(date(2022, 6, 3), trend.points[0].day)


def test_the_day_of_a_group_is_the_median_and_it_is_met_once_all_met_it() -> None:
    one, two, three = ({"actual": {"H01": date(2022, 4, day)}} for day in (18, 20, 29))
    [trend] = milestone_trends(views(one, two, three), ["H01"])
    assert trend.points[0] == Expected(MAY, date(2022, 4, 20), True, 3)
    [mixed] = milestone_trends(views(one, {}), ["H01"])
    assert mixed.points[0] == Expected(MAY, date(2022, 4, 18), False, 2)


def test_nothing_is_said_of_what_has_no_day() -> None:
    assert milestone_trends(views({"planned": None}), ["H01"]) == ()
    assert milestone_trends(views({"not_applicable": ("H01",)}), ["H01"]) == ()
    assert "H01" not in expected_days(assessed(MAY, actual={"H03": MAY}))
