"""Filters, headings and links of the list of projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.catalogue import Modality, Phase
from pp_monitor.domain.light import Light
from pp_monitor.domain.listing import AT_RISK, CLOSED_PHASE, NO_MODALITY, NO_PHASE, Page
from pp_monitor.domain.part import territory_codes
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import Column, cop, plural
from pp_monitor.forms.project import ProjectQuery
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import short_name

_LIGHTS = (
    Light.NO_PLAN,
    Light.RED,
    Light.YELLOW,
    Light.GREEN,
    Light.NOT_DUE,
    Light.REGISTERING,
    Light.SUSPENDED,
    Light.CLOSED,
    Light.WITHDRAWN,
)


def choices(reading: Reading) -> dict[str, Mapping[str, str]]:
    """The codes that each filter takes, with their words, in the order of the control."""
    portfolio, names = reading.portfolio, reading.portfolio.names
    organisms = {group.code: short_name(names, group.code) for group in portfolio.organisms}
    present = {code for project in portfolio.projects for code in territory_codes(project)}
    return {
        "organismo": dict(sorted(organisms.items(), key=lambda pair: pair[1])),
        "semaforo": {AT_RISK: "En riesgo (atrasado o sin plan)"} | {code: labels.LIGHT[code] for code in _LIGHTS},
        "fase": {phase: labels.PHASE[phase] for phase in Phase}
        | {CLOSED_PHASE: labels.PHASE_CLOSED, NO_PHASE: "Sin plan registrado"},
        "territorio": {code: label.name for code, label in names.territories.items() if code in present},
        "modalidad": {code: labels.MODALITY[code] for code in Modality} | {NO_MODALITY: "Sin modalidad"},
    }


@dataclass(frozen=True, slots=True)
class Filter:
    """One control: its options are pairs of code and word."""

    name: str
    label: str
    options: list[tuple[str, str]]
    value: str


_LABELS = {
    "organismo": "Organismo",
    "semaforo": "Semáforo",
    "fase": "Fase",
    "territorio": "Territorio",
    "modalidad": "Modalidad",
}
_ALL = {"fase": "Todas", "modalidad": "Todas"}


def filters(reading: Reading, query: ProjectQuery) -> list[Filter]:
    """The controls of the list; the one of organisms only where there are several."""
    chosen = query.args
    return [
        Filter(name, _LABELS[name], [("", _ALL.get(name, "Todos")), *words.items()], chosen.get(name, ""))
        for name, words in choices(reading).items()
        if name != "organismo" or len(words) > 1
    ]


# Heading, word of the address, whether the first click goes down, whether figures.
_SORTED = {
    "Proyecto": ("nombre", False),
    "Desviación, p. p.": ("desviacion", False),
    "Mayor retraso, días hábiles": ("retraso", True),
    "Más temprana posible": ("fin", True),
    "Valor, $ millones": ("valor", True),
}


def columns(reading: Reading, query: ProjectQuery) -> list[Column]:
    """The headings, which order the list."""
    plain = [
        Column("Proyecto", kind="name"),
        Column("Organismo"),
        Column("Semáforo", how="light"),
        Column("Fase", how="phase"),
        Column("Avance", kind="bar"),
        Column("Real", numeric=True, how="actual_progress"),
        Column("Programado", numeric=True, how="planned_progress"),
        Column("Desviación, p. p.", numeric=True, how="deviation_points"),
        Column("Mayor retraso, días hábiles", numeric=True, how="worst_delay_workdays"),
        Column("Más temprana posible", numeric=True, how="forecast"),
        Column("Valor, $ millones", numeric=True, how="allocation_cop"),
    ]
    return [_sortable(column, reading, query) for column in plain]


def _sortable(column: Column, reading: Reading, query: ProjectQuery) -> Column:
    if column.heading not in _SORTED:
        return column
    word, is_descending_first = _SORTED[column.heading]
    args = query.sorted_args(word, is_descending_first=is_descending_first)
    direction = ("descending" if query.is_descending else "ascending") if query.order_word == word else ""
    return Column(
        column.heading,
        numeric=column.numeric,
        kind=column.kind,
        sort_url=url_for("project.list_projects", **args, **reading.cutoff.args),
        sorted=direction,
        how=column.how,
    )


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Addresses of the pages before and after, empty where there is none."""

    previous: str
    next: str

    @classmethod
    def of(cls, page: Page[Any], endpoint: str, args: Mapping[str, Any]) -> PageLinks:
        """The ways to the neighbouring pages of the same list."""

        def url(number: int) -> str:
            return url_for(endpoint, **args, pagina=number)

        return cls(url(page.page - 1) if page.page > 1 else "", url(page.page + 1) if page.page < page.pages else "")


_ORDERED = {
    "peor": "sin plan primero, luego valor en riesgo y desviación",
    "codigo": "código",
    "nombre": "nombre",
    "desviacion": "desviación",
    "retraso": "mayor retraso",
    "fin": "fecha más temprana posible",
    "valor": "valor",
}


def summary(found: Sequence[ProjectAssessment], query: ProjectQuery) -> str:
    """How many projects and how much money the list holds, and in which order."""
    counted = [project for project in found if not project.is_withdrawn]
    total = sum(project.allocation_cop for project in counted)
    direction = ", de mayor a menor" if query.is_descending and query.order_word != "peor" else ""
    count = plural(len(counted), "proyecto", "proyectos")
    if gone := len(found) - len(counted):
        count += f" y {plural(gone, 'retirado', 'retirados')}, que no {'suma' if gone == 1 else 'suman'}"
    return f"{count} · {cop(total)} · Orden: {_ORDERED[query.order_word]}{direction}."
