"""How a value is written for a reader in Colombia: pure functions, registered as Jinja filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment

LOCALE = "es_CO"
NO_VALUE = "—"
MINUS = "\N{MINUS SIGN}"
MILLION = 1_000_000

Number = int | float | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table on a page: its heading, how its cells align, how it sorts.

    ``header`` replaces the heading on screen by ready markup (the months of a timeline); ``heading``
    still names the cell on a phone. ``kind`` is a class suffix: ``nowrap``, ``bar`` or ``track``.
    ``sorted`` is ``ascending``, ``descending`` or empty. ``how`` is the code of its explanation in ``labels_help``.
    """

    heading: str
    numeric: bool = False
    kind: str = ""
    sort_url: str = ""
    sorted: str = ""
    header: str = ""
    how: str = ""


class Application(Protocol):
    """What ``init_app`` needs of Flask, so that files written outside Flask can use these functions too."""

    @property
    def config(self) -> Mapping[str, Any]:
        """Settings by name."""

    @property
    def jinja_env(self) -> Environment:
        """Where filters and globals are registered."""


def cop(amount_cop: int | None) -> str:
    """Whole pesos as ``$49.564.317.004``; no value as ``—``."""
    return NO_VALUE if amount_cop is None else _money(amount_cop)


def cop_millions(amount_cop: int | None) -> str:
    """Pesos as millions, rounded half up: ``$49.564 millones``."""
    if amount_cop is None:
        return NO_VALUE
    unit = "millón" if abs(_millions(amount_cop)) == 1 else "millones"
    return f"{_money(_millions(amount_cop))} {unit}"


def millions(amount_cop: int | None) -> str:
    """Pesos as a bare number of millions, for a column whose heading says the unit: ``1.102``."""
    return NO_VALUE if amount_cop is None else integer(_millions(amount_cop))


def integer(value: int | None) -> str:
    """A count with points for thousands: ``1.184``."""
    return NO_VALUE if value is None else _grouped(value, "#,##0")


def percent(fraction: Number | None) -> str:
    """A fraction 0-1 with one decimal, rounded half up: ``40,1 %``; no value as ``—``."""
    return NO_VALUE if fraction is None else f"{_fixed(_exact(fraction) * 100, 1)} %"


def points(value: Number | None) -> str:
    """Percentage points with sign and one decimal: ``−20,0``, ``+1,0``, ``0,0``."""
    return NO_VALUE if value is None else _plus(_fixed(value, 1))


def workdays(value: int | None) -> str:
    """A deviation in working days with its sign, positive when late: ``+5``, ``−3``, ``0``."""
    return NO_VALUE if value is None else _plus(integer(value))


def tenth(value: Number | None) -> str:
    """A number with one decimal where it is not whole, rounded half up: ``3``, ``1,5``."""
    return NO_VALUE if value is None else _fixed(value, 1).removesuffix(",0")


def index(value: Number | None) -> str:
    """A ratio with two decimals, rounded half up: ``0,49``."""
    return NO_VALUE if value is None else _fixed(value, 2)


def file_size(size_bytes: int) -> str:
    """How much a file weighs, rounded up: ``1 KB``, ``482 KB``, ``1,4 MB``."""
    kilobytes = -(-size_bytes // 1024)
    return f"{integer(kilobytes)} KB" if kilobytes < 1024 else f"{_fixed(Fraction(size_bytes, 1024 * 1024), 1)} MB"


def svg_percent(fraction: Number | None) -> str:
    """A fraction as a length of an SVG attribute, kept within the drawing: ``42.10%``."""
    return f"{min(max(float(fraction or 0), 0.0), 1.0) * 100:.2f}%"


def date_short(day: date | None) -> str:
    """A date for a table or a form: ``18/04/2022``."""
    return NO_VALUE if day is None else f"{day:%d/%m/%Y}"


def date_compact(day: date | None) -> str:
    """A date for a dense table: ``18/04/22``."""
    return NO_VALUE if day is None else f"{day:%d/%m/%y}"


def date_day(day: date | None) -> str:
    """Day and month where the year is known: ``18/04``."""
    return NO_VALUE if day is None else f"{day:%d/%m}"


def date_long(day: date | None) -> str:
    """A date inside a sentence: ``18 de abril de 2022``."""
    return NO_VALUE if day is None else format_date(day, "d 'de' MMMM 'de' y", locale=LOCALE)


def date_weekday(day: date | None) -> str:
    """A date with its weekday: ``viernes 22 de abril de 2022``."""
    return NO_VALUE if day is None else format_date(day, "EEEE d 'de' MMMM 'de' y", locale=LOCALE)


def date_time(instant: datetime | None, zone: str = "America/Bogota") -> str:
    """An instant as the wall clock of ``zone`` shows it: ``18/04/2022 10:42``; naive instants are UTC."""
    if instant is None:
        return NO_VALUE
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return f"{aware.astimezone(ZoneInfo(zone)):%d/%m/%Y %H:%M}"


def time_of_day(instant: datetime, zone: str = "America/Bogota") -> str:
    """The hour and minute of an instant where the reader is.

    >>> time_of_day(datetime(2022, 4, 18, 15, 42, tzinfo=UTC))
    '10:42'
    """
    return f"{instant.astimezone(ZoneInfo(zone)):%H:%M}"


def plural(count: int, singular: str, plural_form: str) -> str:
    """A count with its noun: ``1 proyecto``, ``1.278 proyectos``."""
    return f"{integer(count)} {singular if abs(count) == 1 else plural_form}"


def pair(columns: Sequence[Column], values: Iterable[object]) -> Iterator[tuple[Column, object]]:
    """Each value beside its column; raise ``ValueError`` when their numbers differ."""
    return zip(columns, values, strict=True)


def init_app(app: Application) -> None:
    """Register the filters by their own names, and ``column`` and ``pair`` for the table macros."""
    zone = app.config.get("BABEL_DEFAULT_TIMEZONE", "America/Bogota")

    def local_date_time(instant: datetime | None) -> str:
        return date_time(instant, zone)

    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.filters["date_time"] = local_date_time
    app.jinja_env.globals.update(column=Column, pair=pair)


FILTERS: tuple[Callable[..., str], ...] = (
    cop,
    cop_millions,
    millions,
    integer,
    percent,
    points,
    workdays,
    index,
    tenth,
    file_size,
    svg_percent,
    date_short,
    date_compact,
    date_day,
    date_long,
    date_weekday,
    plural,
)


def _exact(value: Number) -> Fraction:
    # A float is read as it prints, so that 0.4005 is 40,05 % and not the binary number below it.
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def _round_half_up(value: Fraction) -> int:
    rounded = int(abs(value) + Fraction(1, 2))
    return -rounded if value < 0 else rounded


def _millions(amount_cop: int) -> int:
    return _round_half_up(Fraction(amount_cop, MILLION))


def _fixed(value: Number, digits: int) -> str:
    scaled = _round_half_up(_exact(value) * 10**digits)
    return _grouped(Decimal(scaled).scaleb(-digits), "#,##0." + "0" * digits)


@lru_cache(maxsize=4096)
def _grouped(value: int | Decimal, pattern: str) -> str:
    return format_decimal(value, format=pattern, locale=LOCALE).replace("-", MINUS)


def _plus(text: str) -> str:
    is_zero = not text.strip("0,")
    return text if is_zero or text.startswith(MINUS) else f"+{text}"


def _money(value: int) -> str:
    return f"{MINUS if value < 0 else ''}${integer(abs(value))}"
