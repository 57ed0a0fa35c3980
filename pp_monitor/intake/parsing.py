"""Dates and sums of money as people and SAP write them, read without guessing."""

from __future__ import annotations

import calendar
import math
import re
from datetime import date, datetime, time, timedelta
from typing import Final

from pp_monitor.intake.text import Formula, Refusal, normalise, plain, shown, shown_number

YEAR_RANGE: Final = (2015, 2059)
LARGEST_COP: Final = 10**15
_EXAMPLE = "Escriba día/mes/año, por ejemplo 18/04/2022."
_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
_SHORT_MONTHS = {name[:3]: number for number, name in enumerate(_MONTHS, start=1)} | {"sept": 9, "set": 9}
_MONTH_NUMBERS = {name: number for number, name in enumerate(_MONTHS, start=1)} | _SHORT_MONTHS | {"setiembre": 9}
_MONTHS_IN_YEAR = 12
_CENTURY = 2000
_LONGEST_TEXT = 60
_RELATIVE_DAYS = frozenset({"hoy", "ayer", "manana"})
_YEARS_BEFORE = 1
_YEARS_AFTER = 3
_EXCEL_ZERO = date(1899, 12, 30)
_LAST_SERIAL = (date(9999, 12, 31) - _EXCEL_ZERO).days
_HALF_CENTAVO = 0.005

_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(?::00(?:\.0+)?)?Z?$")
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{1,6})")
_ISO = re.compile(r"([0-9]{4})([/.-])([0-9]{1,2})\2([0-9]{1,2})")
_SHORT_YEAR = re.compile(r"([0-9]{1,2}[.-][0-9]{1,2}[.-]|[0-9]{4})([0-9]{2})")
_EIGHT = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_EIGHT_YEAR_FIRST = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
# With the day of the week in front, as a spreadsheet shows a long date.
_WEEKDAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_WEEKDAY = re.compile(rf"({'|'.join(rf'{name[:3]}(?:{name[3:]})?' for name in _WEEKDAYS)}) (?=[0-9])")
_IN_WORDS = re.compile(r"([0-9]{1,2}) ?(?:de )?([a-z]{3,10}) (?:de |del )?([0-9]{4}|[0-9]{2})")
_BEFORE_DIGITS = re.compile(r"^[^0-9]+")
_AROUND_SIGN = re.compile(r" ?([/.-]) ?(?=[0-9])")
_GROUPED = re.compile(r"([0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]+))?")
_SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:,[0-9]+)?")
_CURRENCY_BEFORE = re.compile(r"^(?:COP *)?(?:\$ *)?")
_CURRENCY_AFTER = re.compile(r"(?: *COP)?$")
_POINT_DECIMALS = re.compile(r"([0-9]+)\.([0-9]{1,2})")
_COMMA_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")

# A day without its year: 18/4, 18-4, 18.4, 18 abr, 18 de abril.
_DAY_AND_MONTH = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}")
_DAY_AND_WORD = re.compile(r"[0-9]{1,2} ?(?:de )?[a-z]{3,10}")


def parse_date(value: object, *, year_range: tuple[int, int] = YEAR_RANGE, year: int | None = None) -> date | Refusal:
    """Read one day; what cannot be read for certain is refused with its exact reason.

    Accepts real dates, ``dd/mm/aaaa``, ``d/m/aa``, ISO, eight digits ``ddmmaaaa`` and ``18 de abril de 2022``,
    with its day of the week or without.
    ``year_range`` holds the first and the last year accepted. With the ``year`` of a vigencia, a day may come without
    its own (``18/4``, ``18 de abril``), and ``18-04-22`` and ``180422`` are read where their year is near it.

    >>> parse_date("18/4/22")
    datetime.date(2022, 4, 18)
    >>> parse_date("04/18/2022").what
    '«04/18/2022» parece mes/día/año.'
    """
    if isinstance(value, datetime):
        if value.time() != time():
            return Refusal(f"«{shown(value)}» trae una hora.", "Escriba solo el día, sin hora.")
        return _in_range(value.date(), year_range)
    if isinstance(value, date):
        return _in_range(value, year_range)
    if isinstance(value, bool | time | timedelta):
        return Refusal(f"«{shown(value)}» no es una fecha.", _EXAMPLE)
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) and value.is_integer() else plain(value)
    if isinstance(value, int):
        return _from_number(value, year_range, year)
    if isinstance(value, Formula):
        return _formula(value.text, "la fecha")
    return _from_text(plain(value), year_range, year)


def _in_range(day: date, year_range: tuple[int, int]) -> date | Refusal:
    if year_range[0] <= day.year <= year_range[1]:
        return day
    return _bad_year(f"{day:%d/%m}/{day.year}", str(day.year), year_range)


def _bad_year(text: str, year: str, year_range: tuple[int, int]) -> Refusal:
    what = f"«{text}» tiene el año {year}, que no está entre {year_range[0]} y {year_range[1]}."
    return Refusal(what, "Escriba el año con cuatro cifras, por ejemplo 18/04/2022.")


def _formula(text: str, expected: str) -> Refusal:
    what = f"La celda trae una fórmula ({shown(text)})."
    return Refusal(what, f"Escriba {expected}; si viene de otra hoja, péguela como valor.")


def _from_number(number: int, year_range: tuple[int, int], year: int | None) -> date | Refusal:
    if 10**6 <= number < 10**8:
        return _from_text(str(number).zfill(8), year_range, year)
    if year and 10**5 <= number < 10**6:
        return _from_text(str(number), year_range, year)
    what = f"«{shown_number(number)}» es un número, no una fecha."
    if 0 < number <= _LAST_SERIAL:
        day = _EXCEL_ZERO + timedelta(days=number)
        if year_range[0] <= day.year <= year_range[1]:
            return Refusal(what, f"Dé formato de fecha a la celda, o escriba {day:%d/%m/%Y} si ese es el día.")
    return Refusal(what, _EXAMPLE)


def _from_text(text: str, year_range: tuple[int, int], vigencia: int | None) -> date | Refusal:
    refused = _refuse_at_sight(text)
    if refused is not None:
        return refused
    text = _MIDNIGHT.sub("", text)
    if weekday := _WEEKDAY.match(normalise(text)):
        return _on_weekday(text, weekday[1], year_range, vigencia)
    return _without_weekday(text, year_range, vigencia)


def _without_weekday(text: str, year_range: tuple[int, int], vigencia: int | None) -> date | Refusal:
    text = _AROUND_SIGN.sub(r"\1", text)
    text = _with_year(text, vigencia) if vigencia else text
    if _CLOCK.search(text):
        return Refusal(f"«{shown(text)}» trae una hora.", "Escriba solo el día, sin hora.")
    if match := _ISO.fullmatch(text):
        return _build(text, match[4], match[3], match[1], year_range)
    if match := _DAY_FIRST.fullmatch(text):
        if len(match[4]) == len("22") and match[2] != "/":
            return Refusal(f"«{text}» tiene el año con dos cifras.", f"Escriba el año completo. {_EXAMPLE}")
        return _build(text, match[1], match[3], match[4], year_range)
    if _EIGHT.fullmatch(text):
        return _from_eight_digits(text, year_range)
    if match := _IN_WORDS.fullmatch(normalise(text)):
        month = _MONTH_NUMBERS.get(match[2])
        if month:
            return _build(text, match[1], str(month), match[3], year_range)
    return Refusal(f"«{shown(text)}» no es una fecha.", _EXAMPLE)


def _on_weekday(text: str, weekday: str, year_range: tuple[int, int], vigencia: int | None) -> date | Refusal:
    """A day that says its day of the week, which must be that one."""
    day = _without_weekday(_BEFORE_DIGITS.sub("", text), year_range, vigencia)
    if isinstance(day, Refusal):
        return Refusal(f"«{shown(text)}» no es una fecha.", _EXAMPLE)
    name = _WEEKDAYS[day.weekday()]
    if name.startswith(weekday):
        return day
    accented = {"miercoles": "miércoles", "sabado": "sábado"}.get(name, name)
    return Refusal(f"«{shown(text)}» no puede ser: el {day:%d/%m/%Y} es {accented}.", "Escriba el día correcto.")


def _with_year(text: str, year: int) -> str:
    """What was typed with a whole year of the vigencia ``year`` where it has none, or two digits near it.

    What may as well be a year first stays as it is.
    """
    if match := _DAY_AND_MONTH.fullmatch(text):
        return f"{text}{match[1]}{year}"
    if (match := _SHORT_YEAR.fullmatch(text)) and year - _YEARS_BEFORE <= _CENTURY + int(
        match[2]
    ) <= year + _YEARS_AFTER:
        return f"{match[1]}{_CENTURY + int(match[2])}"
    return f"{text} {year}" if _DAY_AND_WORD.fullmatch(normalise(text)) else text


def _refuse_at_sight(text: str) -> Refusal | None:
    if not text:
        return Refusal("Falta la fecha.", _EXAMPLE)
    if text.startswith("="):
        return _formula(text, "la fecha")
    if text.startswith("#"):
        return Refusal(f"La celda trae un error de Excel ({shown(text)}).", _EXAMPLE)
    if normalise(text) in _RELATIVE_DAYS:
        return Refusal(f"«{shown(text)}» no es una fecha.", f"Escriba qué día es. {_EXAMPLE}")
    if len(text) > _LONGEST_TEXT:
        return Refusal(f"«{shown(text)}» no es una fecha.", _EXAMPLE)
    return None


def _from_eight_digits(text: str, year_range: tuple[int, int]) -> date | Refusal:
    year_first = _EIGHT_YEAR_FIRST.fullmatch(text)
    day_first = _EIGHT.fullmatch(text)
    if day_first is None or year_first is None:
        return Refusal(f"«{shown(text)}» no es una fecha.", _EXAMPLE)
    read = _build(text, day_first[1], day_first[2], day_first[3], year_range)
    if isinstance(read, Refusal):
        other = _build(text, year_first[3], year_first[2], year_first[1], year_range)
        return other if isinstance(other, date) else read
    return read


def _build(text: str, day: str, month: str, year: str, year_range: tuple[int, int]) -> date | Refusal:
    full_year = int(year) + _CENTURY if len(year) == len("22") else int(year)
    day_number, month_number = int(day), int(month)
    if month_number > _MONTHS_IN_YEAR >= day_number > 0 and month_number <= calendar.monthrange(2024, day_number)[1]:
        turned = f"{month_number:02d}/{day_number:02d}/{full_year}"
        return Refusal(f"«{text}» parece mes/día/año.", f"Escriba día/mes/año: {turned}.")
    if not year_range[0] <= full_year <= year_range[1]:
        return _bad_year(text, year, year_range)
    if not 1 <= month_number <= _MONTHS_IN_YEAR:
        return Refusal(f"«{text}» no existe: no hay mes {month_number}.", _EXAMPLE)
    last = calendar.monthrange(full_year, month_number)[1]
    if not 1 <= day_number <= last:
        name = _MONTHS[month_number - 1]
        return Refusal(f"«{text}» no existe: {name} de {full_year} tiene {last} días.", "Escriba el día correcto.")
    return date(full_year, month_number, day_number)


def parse_cop(value: object) -> int | Refusal:
    """Read a sum in whole pesos; points are thousands, a comma begins the decimals, which must be zero.

    Negative sums may stand in parentheses or with a minus before or after (as SAP writes it); a lone dash is 0.

    >>> parse_cop("$ 49.564.317.004"), parse_cop(" -   "), parse_cop("(1.234,00)")
    (49564317004, 0, -1234)
    """
    if isinstance(value, Formula):
        return _formula(value.text, "la suma")
    if isinstance(value, bool):
        return _not_a_sum(value)
    if isinstance(value, int):
        return value if abs(value) <= LARGEST_COP else _too_large(shown_number(value))
    if isinstance(value, float):
        return _whole(value)
    text = plain(value)
    if not text:
        return Refusal("Falta la suma.", "Escriba el valor en pesos; si no hay, escriba 0.")
    if text.startswith("="):
        return _formula(text, "la suma")
    return _cop_from_text(text) if len(text) <= _LONGEST_TEXT else _not_a_sum(text)


def _not_a_sum(value: object) -> Refusal:
    return Refusal(f"«{shown(value)}» no es una suma de dinero.", "Escriba pesos enteros, por ejemplo 224.436.000.")


def _too_large(value: object) -> Refusal:
    return Refusal(f"«{shown(value)}» es una suma demasiado grande.", "Revise las cifras; se escriben en pesos.")


def _has_centavos(value: object) -> Refusal:
    return Refusal(f"«{shown(value)}» trae centavos.", "Escriba pesos enteros, sin decimales.")


def _whole(value: float) -> int | Refusal:
    if not math.isfinite(value):
        return _not_a_sum(value)
    if abs(value) > LARGEST_COP:
        return _too_large(value)
    whole = round(value)
    return whole if abs(value - whole) < _HALF_CENTAVO else _has_centavos(value)


def _cop_from_text(text: str) -> int | Refusal:
    bare, negative = _without_sign(text)
    if bare == "-":
        return 0
    match = _GROUPED.fullmatch(_joined(bare)) or _POINT_DECIMALS.fullmatch(bare)
    if match is None:
        if _COMMA_GROUPED.fullmatch(bare):
            return Refusal(f"«{text}» separa los miles con coma.", "Escríbalos con punto, por ejemplo 224.436.000.")
        return _not_a_sum(text)
    if match[2] and match[2].strip("0"):
        return _has_centavos(text)
    amount = int(match[1].replace(".", ""))
    if amount > LARGEST_COP:
        return _too_large(text)
    return -amount if negative else amount


def _without_sign(text: str) -> tuple[str, bool]:
    bare = _strip_currency(re.sub(r"[\u2010-\u2015\u2212]", "-", text.upper()))
    for start, end in (("(", ")"), ("-", ""), ("", "-")):
        if len(bare) > 1 and bare.startswith(start) and bare.endswith(end):
            return _strip_currency(bare[len(start) : len(bare) - len(end)].strip()), True
    return bare, False


def _strip_currency(text: str) -> str:
    return _CURRENCY_AFTER.sub("", _CURRENCY_BEFORE.sub("", text))


def _joined(text: str) -> str:
    return text.replace(" ", "") if _SPACED.fullmatch(text) else text
