from datetime import date

import pytest

from pp_monitor.domain.calendar import ReportDates
from pp_monitor.domain.report import FollowUp, cutoff_ahead, follow_up_dates, reports_due
from tests.domain.doc_tables import day, doc_table
from tests.factories import colombia

OPENED = date(2022, 4, 4)
FROM_APRIL = FollowUp(OPENED, date(2022, 4, 1), date(2022, 12, 31))


def _issues(follow_up: FollowUp, today: date) -> list[date]:
    return [dates.issue for dates in reports_due(follow_up, today, colombia())]


def test_the_first_report_of_2022_goes_out_on_18_april_with_cutoff_13_april() -> None:
    assert reports_due(FROM_APRIL, date(2022, 4, 17), colombia()) == ()
    assert reports_due(FROM_APRIL, date(2022, 4, 18), colombia()) == (
        ReportDates(issue=date(2022, 4, 18), cutoff=date(2022, 4, 13)),
    )


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2022, 5, 15), [4]),
        (date(2022, 5, 16), [4, 5]),
        (date(2022, 6, 20), [4, 5]),
        (date(2022, 6, 21), [4, 5, 6]),
        (date(2022, 9, 20), [4, 5, 6, 7, 8, 9]),
        (date(2024, 1, 1), [4, 5, 6, 7, 8, 9, 10, 11, 12]),
    ],
)
def test_reports_missed_while_the_process_was_down_are_still_due(today: date, months: list[int]) -> None:
    assert [issue.month for issue in _issues(FROM_APRIL, today)] == months


@pytest.mark.parametrize(
    ("opened", "first"),
    [
        (date(2022, 6, 21), date(2022, 6, 21)),
        (date(2022, 6, 22), date(2022, 7, 18)),
        (date(2022, 6, 1), date(2022, 6, 21)),
    ],
)
def test_nothing_is_made_up_for_before_the_opening(opened: date, first: date) -> None:
    assert _issues(FollowUp(opened, date(2022, 4, 1), date(2022, 12, 1)), date(2022, 9, 20))[0] == first


def test_only_months_of_the_follow_up_calendar_have_a_report() -> None:
    summer = FollowUp(date(2022, 1, 3), date(2022, 5, 31), date(2022, 7, 1))
    assert [issue.month for issue in _issues(summer, date(2023, 1, 1))] == [5, 6, 7]


def test_the_follow_up_calendar_goes_on_into_the_next_year() -> None:
    follow_up = FollowUp(OPENED, date(2022, 11, 1), date(2023, 2, 1))
    assert [dates.issue for dates in follow_up_dates(follow_up, colombia())] == [
        date(2022, 11, 21),
        date(2022, 12, 19),
        date(2023, 1, 16),
        date(2023, 2, 20),
    ]


def test_the_documented_calendar_of_2022_is_the_follow_up_from_april() -> None:
    documented = [ReportDates(day(row["issue"]), day(row["cut-off"])) for row in doc_table("report calendar 2022")]
    assert list(follow_up_dates(FROM_APRIL, colombia())) == documented


@pytest.mark.parametrize(
    ("today", "cutoff"),
    [
        (date(2022, 5, 9), None),
        (date(2022, 5, 10), date(2022, 5, 13)),
        (date(2022, 5, 12), date(2022, 5, 13)),
        (date(2022, 5, 13), None),
        (date(2022, 5, 14), None),
        (date(2022, 6, 12), None),
    ],
    ids=["four working days before", "three", "one", "the cut-off itself", "a Saturday", "a Sunday near the next"],
)
def test_a_cut_off_is_warned_of_on_the_working_days_just_before_it(today: date, cutoff: date | None) -> None:
    assert cutoff_ahead(FROM_APRIL, today, colombia()) == cutoff
