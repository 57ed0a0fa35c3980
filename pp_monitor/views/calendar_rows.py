"""What the calendar warns of on the day of a page: the next cut-off, days off, restrictions and the end of the year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pp_monitor import labels
from pp_monitor.domain.report import follow_up_dates
from pp_monitor.formatters import date_day, date_short, plural
from pp_monitor.services.calendar import follow_up, national_holidays
from pp_monitor.services.plan_rule import load_plan_rules
from pp_monitor.views.reading import Reading

AHEAD = timedelta(days=30)
_WEEKDAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """A day, or days, and what they are."""

    day: str
    what: str


def calendar_lines(reading: Reading) -> list[CalendarLine]:
    """What is near the cut-off of a page, by day, the end of the vigencia last."""
    found = sorted([*_cutoffs(reading), *_days_off(reading), *_restrictions(reading)], key=lambda pair: pair[0])
    return [line for _, line in found] + list(_year_end(reading))


def _cutoffs(reading: Reading) -> Iterator[tuple[date, CalendarLine]]:
    today, calendar = reading.cutoff.day, reading.portfolio.frame.calendar
    ahead = (each for each in follow_up_dates(follow_up(reading.vigencia), calendar) if each.cutoff > today)
    for each in ahead:
        left = plural(calendar.workdays(today, each.cutoff), "día hábil", "días hábiles")
        what = f"Próximo corte, en {left}; su informe sale el {date_short(each.issue)}"
        yield each.cutoff, CalendarLine(_short(each.cutoff), what)
        return


def _days_off(reading: Reading) -> Iterator[tuple[date, CalendarLine]]:
    """Weekdays off of the next thirty days."""
    today, names = reading.cutoff.day, national_holidays()
    for day in sorted(reading.portfolio.frame.calendar.non_working):
        if today < day <= today + AHEAD and day.weekday() < _SATURDAY:
            yield day, CalendarLine(_short(day), f"No hábil: {names.get(day, 'día no hábil de la ciudad')}")


def _restrictions(reading: Reading) -> Iterator[tuple[date, CalendarLine]]:
    """Restrictions on signing that hold on the day or begin within thirty days."""
    today = reading.cutoff.day
    for window in load_plan_rules(reading.vigencia.entity_id).windows:
        if window.last < today or window.first > today + AHEAD:
            continue
        modalities = ", ".join(labels.MODALITY[each].lower() for each in sorted(window.modalities))
        what = f"No se firman contratos de {modalities} hasta el {date_short(window.last)} ({window.norm})"
        day = f"hasta {date_day(window.last)}" if window.first <= today else _short(window.first)
        yield max(window.first, today), CalendarLine(day, what)


def _year_end(reading: Reading) -> Iterator[CalendarLine]:
    today, last = reading.cutoff.day, date(reading.vigencia.year, 12, 31)
    if today < last:
        left = reading.portfolio.frame.calendar.workdays(today, last)
        verb = "Queda" if left == 1 else "Quedan"
        what = f"{verb} {plural(left, 'día hábil', 'días hábiles')} de la vigencia"
        yield CalendarLine(_short(last), what)


def _short(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {date_day(day)}"
