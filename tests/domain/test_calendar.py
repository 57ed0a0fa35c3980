from datetime import date, timedelta

import pytest

from pp_monitor.domain.calendar import FIRST_DAY, LAST_DAY, ReportDates, WorkCalendar, report_dates
from tests.domain.doc_tables import Row, day, doc_table
from tests.factories import colombia, national_holidays


@pytest.mark.parametrize("row", doc_table("national holidays"), ids=lambda row: row["year"])
def test_the_year_has_as_many_holidays_as_documented(row: Row) -> None:
    assert len(national_holidays(int(row["year"]))) == int(row["holidays"])


@pytest.mark.parametrize(
    ("holiday", "is_working"),
    [(date(2026, 7, 13), False), (date(2025, 6, 30), False), (date(2025, 7, 14), True), (date(2022, 5, 2), True)],
)
def test_movable_holidays_are_off_in_the_years_that_have_them(holiday: date, is_working: bool) -> None:
    assert colombia().is_working(holiday) is is_working


@pytest.mark.parametrize("row", doc_table("working days of 2022"), ids=lambda row: row["month"])
def test_the_month_has_as_many_working_days_as_documented(row: Row) -> None:
    month = int(row["month"])
    before_first = date(2022, month, 1) - timedelta(days=1)
    last = date(2022 + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    assert colombia().workdays(before_first, last) == int(row["working days"])


def test_2022_has_246_working_days() -> None:
    assert sum(int(row["working days"]) for row in doc_table("working days of 2022")) == 246
    assert colombia().workdays(date(2021, 12, 31), date(2022, 12, 31)) == 246


@pytest.mark.parametrize("row", doc_table("report calendar 2022"), ids=lambda row: row["month"])
def test_the_report_of_a_month_has_the_documented_dates(row: Row) -> None:
    found = report_dates(2022, int(row["month"]), colombia())
    assert found == ReportDates(issue=day(row["issue"]), cutoff=day(row["cut-off"]))


def test_a_local_non_working_monday_moves_issue_but_not_cutoff() -> None:
    local = colombia(date(2022, 5, 16))
    assert report_dates(2022, 5, local) == ReportDates(issue=date(2022, 5, 17), cutoff=date(2022, 5, 13))


def test_a_local_non_working_day_moves_deadlines_and_counts() -> None:
    local = colombia(date(2022, 12, 26))
    assert not local.is_working(date(2022, 12, 26))
    assert local.effective(date(2022, 12, 24)) == date(2022, 12, 27)
    assert local.workdays(date(2022, 12, 23), date(2022, 12, 27)) == 1


@pytest.mark.parametrize(
    ("planned", "effective"),
    [
        (date(2022, 4, 13), date(2022, 4, 13)),
        (date(2022, 4, 14), date(2022, 4, 18)),
        (date(2022, 4, 16), date(2022, 4, 18)),
        (date(2022, 12, 31), date(2023, 1, 2)),
    ],
)
def test_effective_day_is_the_day_itself_or_the_next_working_one(planned: date, effective: date) -> None:
    assert colombia().effective(planned) == effective


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        (date(2022, 5, 13), date(2022, 5, 13), 0),
        (date(2022, 5, 13), date(2022, 5, 6), 0),
        (date(2022, 5, 13), date(2022, 5, 15), 0),
        (date(2022, 5, 13), date(2022, 5, 16), 1),
        (date(2022, 5, 14), date(2022, 5, 16), 1),
    ],
)
def test_workdays_leave_the_first_day_out_and_take_the_last_in(after: date, until: date, expected: int) -> None:
    assert colombia().workdays(after, until) == expected


@pytest.mark.parametrize(
    ("start", "workdays", "expected"),
    [
        (date(2022, 5, 13), 0, date(2022, 5, 13)),
        (date(2022, 5, 14), 0, date(2022, 5, 16)),
        (date(2022, 5, 27), 1, date(2022, 5, 31)),
        (date(2022, 5, 31), -1, date(2022, 5, 27)),
    ],
)
def test_add_counts_from_the_effective_day(start: date, workdays: int, expected: date) -> None:
    assert colombia().add(start, workdays) == expected


def test_before_is_the_last_working_day_strictly_earlier() -> None:
    assert colombia().before(date(2022, 4, 18)) == date(2022, 4, 13)
    assert colombia().before(date(2022, 4, 17)) == date(2022, 4, 13)


def test_dates_beyond_the_table_are_brought_to_its_ends() -> None:
    calendar = WorkCalendar.of([])
    assert calendar.workdays(date(1990, 1, 1), FIRST_DAY) == 0
    assert calendar.workdays(LAST_DAY, date(2200, 1, 1)) == 0
    assert calendar.add(date(2200, 1, 1), 5) == calendar.add(LAST_DAY, 0) == date(2100, 12, 31)
    assert calendar.add(date(2000, 1, 3), -5) == calendar.before(FIRST_DAY) == date(2000, 1, 3)


def test_calendars_with_the_same_days_off_are_equal() -> None:
    assert WorkCalendar.of([date(2022, 4, 14)]) == WorkCalendar.of([date(2022, 4, 14)])
    assert WorkCalendar.of([date(2022, 4, 14)]) != WorkCalendar.of([])
