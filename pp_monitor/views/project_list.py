"""Filters, headings and links of the list of projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.light import Light
from pp_monitor.domain.listing import (
    AT_RISK,
    LIGHTS_WORST_FIRST,
    NO_MODALITY,
    Page,
    choose_projects,
    count_lights,
)
from pp_monitor.domain.narrowing import group_in
from pp_monitor.domain.part import territory_codes
from pp_monitor.domain.portfolio import group_of
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import Column, cop, plural
from pp_monitor.forms.project import PAGE_SIZES, ProjectQuery
from pp_monitor.reports.evaluation import Payload, group_figures
from pp_monitor.reports.list_file import ListInfo
from pp_monitor.reports.project_list import CHOICES, NAMED
from pp_monitor.reports.scope import Contracting
from pp_monitor.services.project_search import sought_by
from pp_monitor.services.report_detail import contracting
from pp_monitor.views import project_row
from pp_monitor.views.reading import Reading
from pp_monitor.views.shown import Shown, Tally
from pp_monitor.views.wording import short_name, territory_name


def choices(reading: Reading) -> dict[str, Mapping[str, str]]:
    """The codes that each filter takes, with their words, in the order of the control."""
    portfolio, names = reading.portfolio, reading.portfolio.names
    organisms = {group.code: short_name(names, group.code) for group in portfolio.organisms}
    present = {code for project in portfolio.projects for code in territory_codes(project)}
    return {
        "organismo": dict(sorted(organisms.items(), key=lambda pair: pair[1])),
        "semaforo": {AT_RISK: "En riesgo (atrasado o sin plan)"}
        | {code: labels.LIGHT[code] for code in LIGHTS_WORST_FIRST},
        "fase": labels.STANDING,
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


def columns(reading: Reading, query: ProjectQuery) -> list[Column]:
    """The headings of the list, which order it."""

    def sort_url(column: Shown) -> str:
        args = query.sorted_args(column.order, is_descending_first=column.falls)
        return url_for("project.list_projects", **args, **reading.cutoff.args)

    direction = "descending" if query.is_descending else "ascending"
    return project_row.columns(query.columns, sort_url=sort_url, sorted_by=query.order_word, direction=direction)


@dataclass(frozen=True, slots=True)
class Listing:
    """The projects that an address asks for, in its order, and the figures of all of them together.

    ``lights`` counts them by light, whatever light is asked for.
    """

    query: ProjectQuery
    found: list[ProjectAssessment]
    figures: Payload
    lights: Mapping[Light, int]


def listing(reading: Reading, query: ProjectQuery) -> Listing:
    """The projects of the address with their figures."""
    every = chosen(reading, replace(query, chosen=replace(query.chosen, light="")))
    found = [project for project in every if query.chosen.has_light(project)]
    group = group_of(reading.portfolio, found)
    return Listing(query, found, group_figures(group, found), count_lights(every))


def chosen(reading: Reading, query: ProjectQuery) -> list[ProjectAssessment]:
    """The projects that the address asks for, in its order."""
    portfolio = reading.portfolio
    sought = sought_by(reading.vigencia.id, portfolio) if query.chosen.text else {}
    return choose_projects(
        portfolio.projects, query.chosen, query.order, is_descending=query.is_descending, sought=sought
    )


def named(reading: Reading, query: ProjectQuery) -> Mapping[int, Contracting]:
    """Under which names the State knows each project, by its id; read only where a column shows them."""
    if NAMED.isdisjoint(query.columns):
        return {}
    return contracting(reading.vigencia.id, reading.portfolio.frame.view)


def tallies(reading: Reading, asked: Listing) -> list[tuple[str, list[Tally]]]:
    """How many projects have each light, each leading to them, or back to all where they are asked for."""
    query, rows = asked.query, []
    for light, count in asked.lights.items():
        is_chosen = query.chosen.light == light
        args = query.without("semaforo") | ({} if is_chosen else {"semaforo": light})
        url = url_for("project.list_projects", **args, **reading.cutoff.args)
        rows.append(Tally(f"cuenta-{light}", labels.LIGHT[light], count, url, is_chosen=is_chosen))
    return [("Por semáforo", rows)]


def sizes(reading: Reading, query: ProjectQuery) -> list[tuple[int, str]]:
    """How many rows a page may have, each with its address, empty for the one that it has."""
    args = {**query.without("filas"), **reading.cutoff.args}
    return [
        (size, "" if size == query.size else url_for("project.list_projects", **args, filas=size))
        for size in PAGE_SIZES
    ]


@dataclass(frozen=True, slots=True)
class Ways:
    """Addresses of the list as files, from the worst first, and of everything; empty where it is so already."""

    csv: str
    workbook: str
    worst_first: str
    everything: str


def ways(reading: Reading, query: ProjectQuery) -> Ways:
    """Where the list leads besides its pages."""
    kept = reading.cutoff.args

    def url(endpoint: str, args: Mapping[str, Any]) -> str:
        return url_for(f"project.{endpoint}", **args, **kept)

    all_sides = query.without("q", *_LABELS)
    return Ways(
        csv=url("projects_csv", query.args),
        workbook=url("projects_workbook", query.args),
        worst_first=url("list_projects", query.without("orden", "sentido")) if query.order_word != "peor" else "",
        everything=url("list_projects", all_sides) if query.is_narrowed else "",
    )


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """The columns that the list may show: word, label and whether it is shown; addresses of the usual ones and all."""

    options: list[tuple[str, str, bool]]
    hidden: list[tuple[str, Any]]
    usual_url: str
    all_url: str


def column_choice(reading: Reading, query: ProjectQuery) -> ColumnChoice:
    """What the list may show besides the project itself."""
    args = {**query.without("columnas"), **reading.cutoff.args}
    return ColumnChoice(
        [(choice.word, choice.label, choice.word in query.columns) for choice in CHOICES],
        list(args.items()),
        url_for("project.list_projects", **args),
        url_for("project.list_projects", **args, columnas=",".join(choice.word for choice in CHOICES)),
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
    "semaforo": "semáforo, del peor al mejor",
    "fase": "fase",
    "avance": "avance real",
    "proximo": "fecha del próximo hito",
    "riesgo": "valor en riesgo",
}


def summary(asked: Listing) -> str:
    """How many projects and how much money the list holds, what of it is at risk."""
    figures = asked.figures
    count = plural(figures["projects"], "proyecto", "proyectos")
    if gone := figures["withdrawn"]:
        count += f" y {plural(gone, 'retirado', 'retirados')}, que no {'suma' if gone == 1 else 'suman'}"
    return f"{count} · {cop(figures['allocation_cop'])} · {cop(figures['value_at_risk_cop'])} en riesgo"


def part_text(reading: Reading, asked: Listing) -> str:
    """What falls to the territory asked for, where some of the projects serve others too; else empty."""
    territory, figures = asked.query.chosen.territory, asked.figures
    if not territory:
        return ""
    part = group_in(reading.portfolio, asked.found, territory)
    if part.allocation_cop == figures["allocation_cop"]:
        return ""
    name = territory_name(reading.portfolio.names, territory)
    money = f"{cop(part.allocation_cop)}, con {cop(part.value_at_risk_cop)} en riesgo"
    return f"Algunos están también en otros territorios: a {name} le corresponden {money}."


def order_text(query: ProjectQuery) -> str:
    """In which order the list is."""
    direction = ", de mayor a menor" if query.is_descending and query.order_word != "peor" else ""
    if direction and query.order_word == "semaforo":
        return "Orden: semáforo, del mejor al peor."
    return f"Orden: {_ORDERED[query.order_word]}{direction}."


def narrowed_words(reading: Reading, asked: Listing) -> str:
    """The list in words, for a file: what it holds, then each filter with what was chosen."""
    known, args = choices(reading), asked.query.args
    words = [f"{_LABELS[name]}: {known[name][args[name]]}" for name in _LABELS if name in args]
    if asked.query.chosen.text:
        words.append(f"Texto: {asked.query.chosen.text}")
    part = part_text(reading, asked)
    return " · ".join([summary(asked), *words, *([part] if part else []), order_text(asked.query)])


def info(reading: Reading, what: str, narrowed: str) -> ListInfo:
    """What the workbook of a list says of itself."""
    portfolio = reading.portfolio
    known_at = portfolio.frame.view.known_at
    return ListInfo(
        what, portfolio.names.entity, portfolio.year, portfolio.cutoff, known_at, narrowed, is_demo=portfolio.is_demo
    )
