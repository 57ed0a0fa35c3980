"""How values are written for a reader in Colombia."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask, render_template_string

from pp_monitor import formatters
from pp_monitor.formatters import Column

CASES = [
    (formatters.cop, 49_564_317_004, "$49.564.317.004"),
    (formatters.cop, 0, "$0"),
    (formatters.cop, 999, "$999"),
    (formatters.cop, -1_500, "−$1.500"),
    (formatters.cop, None, "—"),
    (formatters.cop_millions, 49_564_317_004, "$49.564 millones"),
    (formatters.cop_millions, 1_184_500_000, "$1.185 millones"),
    (formatters.cop_millions, 1_184_499_999, "$1.184 millones"),
    (formatters.cop_millions, 1_200_000, "$1 millón"),
    (formatters.cop_millions, 0, "$0 millones"),
    (formatters.cop_millions, -2_500_000, "−$3 millones"),
    (formatters.cop_millions, -400_000, "$0 millones"),
    (formatters.cop_millions, None, "—"),
    (formatters.millions, 1_102_499_999, "1.102"),
    (formatters.millions, None, "—"),
    (formatters.integer, 1_184, "1.184"),
    (formatters.integer, -1_184, "−1.184"),
    (formatters.integer, 0, "0"),
    (formatters.integer, None, "—"),
    (formatters.percent, 0.401, "40,1 %"),
    (formatters.percent, Fraction(1, 3), "33,3 %"),
    (formatters.percent, Fraction(2, 3), "66,7 %"),
    (formatters.percent, 0.4005, "40,1 %"),
    (formatters.percent, Fraction(801, 2000), "40,1 %"),
    (formatters.percent, Decimal("0.5"), "50,0 %"),
    (formatters.percent, 0, "0,0 %"),
    (formatters.percent, 1, "100,0 %"),
    (formatters.percent, 12.345, "1.234,5 %"),
    (formatters.percent, None, "—"),
    (formatters.points, -20, "−20,0"),
    (formatters.points, Fraction(-199, 20), "−10,0"),
    (formatters.points, 1.04, "+1,0"),
    (formatters.points, 0, "0,0"),
    (formatters.points, -0.01, "0,0"),
    (formatters.points, None, "—"),
    (formatters.workdays, 5, "+5"),
    (formatters.workdays, -3, "−3"),
    (formatters.workdays, 0, "0"),
    (formatters.workdays, 1_200, "+1.200"),
    (formatters.workdays, 10, "+10"),
    (formatters.workdays, None, "—"),
    (formatters.index, Fraction(49, 100), "0,49"),
    (formatters.index, 0.485, "0,49"),
    (formatters.index, 1, "1,00"),
    (formatters.index, None, "—"),
    (formatters.file_size, 1, "1 KB"),
    (formatters.file_size, 10 * 1024, "10 KB"),
    (formatters.file_size, 1024 * 1023 + 1, "1,0 MB"),
    (formatters.file_size, 10 * 1024 * 1024, "10,0 MB"),
    (formatters.svg_percent, 0.421, "42.10%"),
    (formatters.svg_percent, Fraction(1, 3), "33.33%"),
    (formatters.svg_percent, 1.2, "100.00%"),
    (formatters.svg_percent, -0.1, "0.00%"),
    (formatters.svg_percent, None, "0.00%"),
    (formatters.date_short, date(2022, 4, 18), "18/04/2022"),
    (formatters.date_short, date(2022, 4, 1), "01/04/2022"),
    (formatters.date_short, None, "—"),
    (formatters.date_compact, date(2022, 4, 18), "18/04/22"),
    (formatters.date_compact, None, "—"),
    (formatters.date_day, date(2022, 4, 18), "18/04"),
    (formatters.date_day, None, "—"),
    (formatters.date_long, date(2022, 4, 18), "18 de abril de 2022"),
    (formatters.date_long, date(2022, 9, 1), "1 de septiembre de 2022"),
    (formatters.date_long, None, "—"),
    (formatters.date_weekday, date(2022, 4, 22), "viernes 22 de abril de 2022"),
    (formatters.date_weekday, None, "—"),
    (formatters.date_time, datetime(2022, 4, 18, 15, 42, tzinfo=UTC), "18/04/2022 10:42"),
    (formatters.date_time, datetime(2022, 4, 19, 0, 30, tzinfo=UTC), "18/04/2022 19:30"),
    (formatters.date_time, datetime(2022, 4, 18, 10, 42, tzinfo=timezone(timedelta(hours=-5))), "18/04/2022 10:42"),
    (formatters.date_time, datetime(2022, 4, 18, 15, 42), "18/04/2022 10:42"),  # noqa: DTZ001 - as SQLite gives it
    (formatters.date_time, None, "—"),
]


@pytest.mark.parametrize(("formatter", "value", "text"), CASES)
def test_value_is_written_as_in_colombia(formatter: Callable[[object], str], value: object, text: str) -> None:
    assert formatter(value) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 proyectos"), (1, "1 proyecto"), (2, "2 proyectos"), (1278, "1.278 proyectos")]
)
def test_count_agrees_with_its_noun(count: int, text: str) -> None:
    assert formatters.plural(count, "proyecto", "proyectos") == text


def test_row_with_a_missing_value_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        list(formatters.pair([Column("Organismo"), Column("Real")], ["DATIC"]))


def test_filters_work_in_a_template_in_the_zone_of_the_city() -> None:
    app = Flask(__name__)
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Pacific/Easter"
    formatters.init_app(app)
    page = "{{ 1184220000|cop_millions }} · {{ 3|plural('hito', 'hitos') }} · {{ at|date_time }}"
    with app.test_request_context():
        text = render_template_string(page, at=datetime(2022, 7, 18, 16, 0, tzinfo=UTC))
    assert text == "$1.184 millones · 3 hitos · 18/07/2022 10:00"
