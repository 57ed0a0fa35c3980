"""The figures of a city or an organism as cards and rows, each with its change and the way to its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.alert_rule import AlertLevel
from pp_monitor.domain.group import GroupAssessment
from pp_monitor.domain.light import Light
from pp_monitor.domain.listing import AT_RISK, NO_PHASE
from pp_monitor.domain.portfolio import Portfolio, first_deadline
from pp_monitor.formatters import (
    MINUS,
    NO_VALUE,
    cop,
    cop_millions,
    date_day,
    date_short,
    integer,
    millions,
    percent,
    plural,
    points,
)
from pp_monitor.reports.evaluation import Payload, city_payload
from pp_monitor.views.glossary import How
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import LightChange, light_change, short_name


@dataclass(frozen=True, slots=True)
class Card:
    """One figure: ``delta`` is its second line, ``url`` leads to its rows, ``how`` tells how it is made."""

    label: str
    value: str
    unit: str = ""
    delta: str = ""
    tone: str = ""
    url: str = ""
    how: How | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """The figures of the closed cut-off before, with the day to call it by and that of its issue."""

    day: date
    issued_on: date
    portfolio: Portfolio
    figures: Payload

    @classmethod
    def of(cls, reading: Reading) -> Before | None:
        """Those before the cut-off of a page, if any was closed."""
        found = reading.previous()
        return cls(found[0].cutoff, found[0].issued_on, found[1], city_payload(found[1])) if found else None


def city_cards(reading: Reading, before: Before | None) -> list[Card]:
    """The six figures of Inicio, over what this person sees."""
    now = city_payload(reading.portfolio)
    return [
        _coverage(now, before, reading),
        _progress(
            now,
            reading.portfolio.city,
            before,
            "#proyectos" if reading.chosen or not reading.is_city else "#organismos",
        ),
        _red(now, before, reading),
        _risk(now, before, reading),
        _money("Compromisos (RP)", "commitments_cop", now, before, reading.portfolio.budget_cutoff),
        _money("Pagos", "payments_cop", now, before, reading.portfolio.budget_cutoff),
    ]


def _list_url(reading: Reading, **chosen: Any) -> str:
    return url_for("project.list_projects", **reading.list_args | chosen)


def _coverage(now: Payload, before: Before | None, reading: Reading) -> Card:
    missing = now["projects"] - now["with_plan"]
    of_organisms = f"{now['organisms_registered']} de {plural(now['organisms'], 'organismo', 'organismos')}"
    parts = [of_organisms if now["organisms"] != 1 else f"{missing} sin plan" if missing else "completa"]
    if now["awaiting_approval"]:
        parts.append(f"{now['awaiting_approval']} en aprobación")
    if before:
        parts.append(f"{date_day(before.day)}: {integer(before.figures['with_plan'])}")
    value = f"{integer(now['with_plan'])} / {integer(now['projects'])}"
    tone = "late" if now["lights"][Light.NO_PLAN] else ""
    url = _list_url(reading, fase=NO_PHASE) if now["with_plan"] < now["projects"] else _list_url(reading)
    made = (
        ("Proyectos con plan registrado", integer(now["with_plan"])),
        ("Proyectos no retirados", integer(now["projects"])),
        ("Cobertura", percent(now["coverage"])),
    )
    return Card("Cobertura de registro", value, "", " · ".join(parts), tone, url, How(("coverage",), made))


def _progress(now: Payload, group: GroupAssessment, before: Before | None, url: str) -> Card:
    parts = [f"programado {percent(now['planned_progress'])}"]
    if now["deviation_points"] is not None:
        parts.append(f"{points(now['deviation_points'])} puntos")
    if before:
        parts.append(f"{date_day(before.day)}: {percent(before.figures['actual_progress'])}")
    tone = "late" if (now["deviation_points"] or 0) < 0 else ""
    value = percent(now["actual_progress"])
    how = How(("group_progress", "deviation_points"), _weighed(group))
    return Card("Avance de hitos", value, "", " · ".join(parts), tone, url, how)


def _weighed(group: GroupAssessment) -> tuple[tuple[str, str], ...]:
    """What the progress of a group is made of: value by the part of its milestones that is met, and exigible."""
    actual, planned = group.actual_progress, group.planned_progress
    return (
        ("Valor por su parte cumplida", cop(round(actual.numerator))),
        ("Valor por su parte exigible", cop(round(planned.numerator))),
        ("Valor de los proyectos con plan", cop(int(actual.denominator))),
    )


def _red(now: Payload, before: Before | None, reading: Reading) -> Card:
    count = now["lights"][Light.RED]
    parts = [cop_millions(now["light_values_cop"][Light.RED])]
    if before:
        parts.append(f"{_change(count - before.figures['lights'][Light.RED])} desde el {date_day(before.day)}")
    url = _list_url(reading, semaforo=Light.RED)
    made = (
        ("Proyectos atrasados", integer(count)),
        ("Proyectos no retirados", integer(now["projects"])),
        ("Valor de los atrasados", cop(now["light_values_cop"][Light.RED])),
    )
    tone = "late" if count else ""
    return Card("Proyectos atrasados", integer(count), "", " · ".join(parts), tone, url, How(("light",), made))


def _risk(now: Payload, before: Before | None, reading: Reading) -> Card:
    red, no_plan, whole = now["risk_red_cop"], now["risk_no_plan_cop"], now["value_at_risk_cop"]
    parts = [f"{millions(red)} atrasado + {millions(no_plan)} sin plan"]
    if before:
        parts.append(f"{date_day(before.day)}: {millions(before.figures['value_at_risk_cop'])}")
    url = _list_url(reading, semaforo=AT_RISK)
    value = f"${millions(whole)}"
    made = (
        ("De los proyectos atrasados", cop(red)),
        ("De los que no tienen plan con el plazo vencido", cop(no_plan)),
        ("Valor en riesgo", cop(whole)),
        ("Comprometido y atrasado", cop(now["committed_late_cop"])),
    )
    how = How(("value_at_risk_cop", "committed_late_cop"), made)
    return Card("Valor en riesgo", value, "millones", " · ".join(parts), "late" if whole else "", url, how)


def _money(label: str, name: str, now: Payload, before: Before | None, budget_cutoff: date | None) -> Card:
    if now[name] is None:
        return Card(label, NO_VALUE, delta="sin corte presupuestal cargado", how=How((name,)))
    parts = [f"{cop_millions(now[name])} · corte {date_day(budget_cutoff)}"]
    if before and before.figures[name] is not None:
        parts.append(f"{date_day(before.day)}: {percent(_share(before.figures, name))}")
    made = ((label, cop(now[name])), ("Valor vigente", cop(now["allocation_cop"])))
    return Card(label, percent(_share(now, name)), delta=" · ".join(parts), how=How((name,), made))


def _share(figures: Payload, name: str) -> float | None:
    allocation = figures["allocation_cop"]
    return figures[name] / allocation if allocation else None


def _change(difference: int) -> str:
    """A change of a count with its sign.

    >>> _change(-3), _change(0)
    ('−3', 'igual')
    """
    if difference == 0:
        return "igual"
    return f"+{difference}" if difference > 0 else f"{MINUS}{-difference}"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A line of a ranking of organisms or territories; ``detail`` are its cells of the second table."""

    code: str
    name: str
    url: str
    projects_url: str
    red_url: str
    light: str
    light_word: str
    change: LightChange | None
    group: GroupAssessment
    deadline: date | None
    detail: list[str] = field(default_factory=list)


def organism_rows(reading: Reading, before: Before | None = None) -> list[GroupRow]:
    """The organisms in the order of every ranking, worst first."""
    portfolio, args = reading.portfolio, reading.cutoff.args
    old = {group.code: group.light for group in before.portfolio.organisms} if before else {}
    return [
        GroupRow(
            code=group.code,
            name=short_name(portfolio.names, group.code),
            url=url_for("dashboard.organism", code=group.code, **args),
            projects_url=_list_url(reading, organismo=group.code),
            red_url=_list_url(reading, organismo=group.code, semaforo=Light.RED),
            light=group.light,
            light_word=labels.LIGHT[group.light],
            change=light_change(group.light, old.get(group.code)),
            group=group,
            deadline=first_deadline(portfolio.of_organism(group.code)) if group.light is Light.NO_PLAN else None,
        )
        for group in portfolio.organisms
    ]


def mean_days(days: float | None, count: int) -> str:
    """A mean of working days with its number of cases: ``4,5 (n = 12)``."""
    return NO_VALUE if days is None else f"{f'{days:.1f}'.replace('.', ',')} (n = {integer(count)})"


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many alerts are open at a level."""

    level: str
    word: str
    count: int
    url: str


def alert_counts(counted: Mapping[AlertLevel, int], **about: Any) -> list[LevelCount]:
    """The open cases by level, the gravest first; ``about`` narrows the inbox to the same."""
    return [
        LevelCount(
            level,
            labels.ALERT_LEVEL[level],
            count,
            url_for("alert.list_alerts", **about, nivel=level),
        )
        for level, count in counted.items()
    ]


def subtitle(reading: Reading) -> str:
    """What a page counts: projects, money, budget cut-off and whose knowledge."""
    city = reading.portfolio.city
    parts = [plural(city.projects, "proyecto", "proyectos"), f"${integer(city.allocation_cop)}"]
    if reading.portfolio.budget_cutoff:
        parts.append(f"corte presupuestal {date_short(reading.portfolio.budget_cutoff)}")
    return " · ".join([*parts, reading.cutoff.source])
