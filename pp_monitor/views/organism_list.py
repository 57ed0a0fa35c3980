"""The list of organisms: its headings, lines and totals, and its lines as files have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from pp_monitor.domain.listing import plain
from pp_monitor.formatters import Column
from pp_monitor.forms.organism import NAME, WORST, OrganismQuery
from pp_monitor.reports.evaluation import city_payload, group_figures
from pp_monitor.reports.list_file import Choice
from pp_monitor.reports.organism_list import ALWAYS, CHOICES, OrganismLine, chosen
from pp_monitor.views import figures, shown
from pp_monitor.views.figures import Before, GroupRow
from pp_monitor.views.project_list import ColumnChoice
from pp_monitor.views.reading import Reading
from pp_monitor.views.shown import Shown
from pp_monitor.views.wording import light_change, short_name

PAGES: Mapping[str, Sequence[Shown]] = {
    ALWAYS.word: (Shown("Organismo", 2, order=NAME, css="nowrap"),),
    "semaforo": (Shown("Semáforo", draw="light", how="organism_light"),),
    "antes": (Shown("Antes", draw="change"),),
    "proyectos": (Shown("Proyectos", draw="projects", order="proyectos", falls=True),),
    "registro": (
        Shown("Con plan"),
        Shown("Sin plan vencido", 1),
        Shown("En aprobación", 2),
        Shown("Cobertura", 3, how="coverage"),
    ),
    "avance": (
        Shown("Avance", draw="bar", css="bar"),
        Shown("Real", order="avance", how="actual_progress"),
        Shown("Programado", 1, how="planned_progress"),
    ),
    "desviacion": (Shown("Desviación, p. p.", order="desviacion", how="deviation_points"),),
    "icc": (Shown("ICC", order="icc", how="schedule_index"),),
    "oportunidad": (
        Shown("Oportunidad", order="oportunidad", how="on_time_rate"),
        Shown("A tiempo", 1),
        Shown("Exigibles", 2),
    ),
    "atrasados": (Shown("Atrasados", draw="red", order="atrasados", falls=True, how="light"),),
    "semaforos": (Shown("En alerta"), Shown("A tiempo o cerrados", 1), Shown("Suspendidos", 2)),
    "retraso": (Shown("Mayor retraso, días hábiles", order="retraso", falls=True, how="worst_delay_workdays"),),
    "promedio": (
        Shown("Retraso promedio, días hábiles", order="promedio", falls=True, how="mean_delay_workdays"),
        Shown("Hitos con retraso", 1),
    ),
    "valor": (Shown("Valor, $ millones", order="valor", falls=True, how="allocation_cop"),),
    "riesgo": (Shown("En riesgo, $ millones", order="riesgo", falls=True, how="value_at_risk_cop"),),
    "compromisos": (Shown("Compromisos (RP), $ millones", order="compromisos", falls=True, how="commitments_cop"),),
    "pagos": (Shown("Pagos, $ millones", order="pagos", falls=True, how="payments_cop"),),
}
_DRAWN = ("light", "change", "bar")


@dataclass(frozen=True, slots=True)
class OrganismList:
    """What the page shows; ``rows`` are pairs of a line and its cells after the name, ``total`` those under them."""

    columns: list[Column]
    rows: list[tuple[GroupRow, list[shown.Cell]]]
    total: list[str]
    order: str
    worst_first: str
    csv: str
    workbook: str
    choice: ColumnChoice


def lines(reading: Reading, query: OrganismQuery, before: Before | None) -> list[OrganismLine]:
    """The organisms in words, in the order of the address; those without the value come last."""
    portfolio = reading.portfolio
    old = {group.code: group.light for group in before.portfolio.organisms} if before else {}
    found = []
    for group in portfolio.organisms:
        change = light_change(group.light, old.get(group.code))
        of_group = group_figures(group, portfolio.of_organism(group.code))
        name = short_name(portfolio.names, group.code)
        found.append(OrganismLine(group, portfolio.cutoff, name, change.word if change else "", of_group))
    return _ordered(found, query)


def _ordered(found: list[OrganismLine], query: OrganismQuery) -> list[OrganismLine]:
    if query.order_word == WORST:
        return found
    if query.order_word == NAME:
        return sorted(found, key=lambda line: plain(line.name), reverse=query.is_descending)
    column = next(choice for choice in CHOICES if choice.word == query.order_word).columns[0]
    known: list[tuple[Any, OrganismLine]] = [(column.get(line), line) for line in found]
    told = [pair for pair in known if pair[0] is not None]
    told.sort(key=lambda pair: pair[0], reverse=query.is_descending)
    return [line for _, line in told] + [line for value, line in known if value is None]


def whole(reading: Reading) -> OrganismLine:
    """All the organisms together."""
    portfolio = reading.portfolio
    return OrganismLine(portfolio.city, portfolio.cutoff, "Todos", "", city_payload(portfolio))


def choices(query: OrganismQuery, before: Before | None) -> list[Choice[OrganismLine]]:
    """What is shown; without an earlier cut-off nothing has changed since."""
    return [choice for choice in chosen(query.columns) if before or choice.word != "antes"]


def build(reading: Reading, query: OrganismQuery, before: Before | None) -> OrganismList:
    """The page of the list."""
    what, drawn = choices(query, before), {row.code: row for row in figures.organism_rows(reading, before)}
    rows = [(drawn[line.group.code], shown.cells(what[1:], PAGES, line)) for line in lines(reading, query, before)]
    total = shown.cells(what[1:], PAGES, whole(reading))
    kept = reading.cutoff.args
    return OrganismList(
        columns=_columns(reading, query, what),
        rows=rows,
        total=["" if cell.draw in _DRAWN else cell.text for cell in total],
        order=_order(query),
        worst_first="" if query.order_word == WORST else _url(reading, replace(query, order_word=WORST).args),
        csv=url_for("dashboard.organisms_csv", **query.args, **kept),
        workbook=url_for("dashboard.organisms_workbook", **query.args, **kept),
        choice=_choice(reading, query),
    )


def _url(reading: Reading, args: Mapping[str, Any]) -> str:
    return url_for("dashboard.organisms", **args, **reading.cutoff.args)


def _columns(reading: Reading, query: OrganismQuery, what: list[Choice[OrganismLine]]) -> list[Column]:
    def sort_url(column: Shown) -> str:
        return _url(reading, query.sorted_args(column.order, is_descending_first=column.falls))

    direction = "descending" if query.is_descending else "ascending"
    return shown.headings(what, PAGES, sort_url, query.order_word, direction)


def _order(query: OrganismQuery) -> str:
    if query.order_word == WORST:
        return "Orden: sin plan vencido, valor en riesgo, desviación."
    label = next((choice.label for choice in CHOICES if choice.word == query.order_word), "nombre")
    return f"Orden: {label[0].lower()}{label[1:]}{', de mayor a menor' if query.is_descending else ''}."


def _choice(reading: Reading, query: OrganismQuery) -> ColumnChoice:
    args = {**query.order_args, **reading.cutoff.args}
    return ColumnChoice(
        [(choice.word, choice.label, choice.word in query.columns) for choice in CHOICES],
        list(args.items()),
        url_for("dashboard.organisms", **args),
        url_for("dashboard.organisms", **args, columnas=",".join(choice.word for choice in CHOICES)),
    )
