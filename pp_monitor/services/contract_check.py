"""What is wrong with what was typed about a process or a contract; each problem names its box in ``cell``."""

from __future__ import annotations

from datetime import date

from pp_monitor.domain.errors import Problem, ProblemsError
from pp_monitor.domain.wording import explains, identifies
from pp_monitor.formatters import date_short
from pp_monitor.models.entity import Vigencia


def day_problem(vigencia: Vigencia, day: date, today: date, cell: str = "day") -> Problem | None:
    """A day after ``today``, or before the year that precedes the vigencia."""
    return span_problem(first_day(vigencia), day, today, cell)


def first_day(vigencia: Vigencia) -> date:
    """The first day of which something is told in a vigencia: the year before is when its processes begin."""
    return date(vigencia.year - 1, 1, 1)


def span_problem(first: date, day: date, today: date, cell: str = "day") -> Problem | None:
    """A day before ``first`` or after ``today``."""
    if first <= day <= today:
        return None
    what = f"El día debe estar entre el {date_short(first)} y hoy, {date_short(today)}."
    return Problem(what, "Corrija la fecha.", cell=cell)


def number_problem(text: str, cell: str) -> Problem | None:
    """A number of process or contract that identifies nothing."""
    fix = "Escríbalo como está en el SECOP, por ejemplo 4151.010.26.1.0668-2022."
    return None if identifies(text) else Problem("Ese número no identifica nada.", fix, cell=cell)


def act_problem(act: str) -> Problem | None:
    """An act that is not named."""
    fix = "Escriba cuál es, por ejemplo «Acta 3 del 10/06/2022»."
    return None if identifies(act) else Problem("Falta el acto.", fix, cell="act")


def reason_problem(reason: str) -> Problem | None:
    """A reason that says too little."""
    return None if explains(reason) else Problem("Falta el motivo.", "Escríbalo en diez letras o más.", cell="reason")


def refuse(*problems: Problem | None) -> None:
    """Raise ``ProblemsError`` with those that there are; do nothing where there is none."""
    if found := tuple(problem for problem in problems if problem):
        raise ProblemsError(found)
