"""A comparison as its page shows it: the two cut-offs asked for, cards, money from light to light, rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from pp_monitor import access, labels
from pp_monitor.domain.comparison import Comparison
from pp_monitor.domain.comparison_money import Cell, Place
from pp_monitor.domain.comparison_row import Change, ChangeOf, MilestoneDays
from pp_monitor.domain.listing import Page, paginate
from pp_monitor.domain.portfolio import Names
from pp_monitor.formatters import Column, cop, cop_millions, date_short, integer, percent, plural, points, workdays
from pp_monitor.labels_comparison import (
    CHANGE_OF,
    NOT_COUNTED_AFTER,
    NOT_COUNTED_BEFORE,
    change_sentence,
    code_word,
)
from pp_monitor.views.comparison_asked import Asked
from pp_monitor.views.downloads import Table
from pp_monitor.views.figures import Card
from pp_monitor.views.project_list import Filter, PageLinks
from pp_monitor.views.wording import short_name

SHOWN = 5
PAGE_SIZE = 50
_WITH_MILESTONE = frozenset(
    {ChangeOf.ENTERED_DELAY, ChangeOf.LEFT_DELAY, ChangeOf.CORRECTED, ChangeOf.DAYS},
)
_DAYS_HEADING = {
    ChangeOf.ENTERED_DELAY: "Retraso, días hábiles",
    ChangeOf.LEFT_DELAY: "Retraso que tenía, días hábiles",
    ChangeOf.REPLANNED: "Se movió, días hábiles",
    ChangeOf.CORRECTED: "Se movió, días hábiles",
    ChangeOf.DAYS: "Perdidos (+) o ganados (−)",
}
_WITH_VALUE_BEFORE = frozenset(
    {ChangeOf.LIGHT, ChangeOf.MEMBERSHIP, ChangeOf.REPLANNED, ChangeOf.PHASE, ChangeOf.VALUE},
)


@dataclass(frozen=True, slots=True)
class Row:
    """One change of a project; ``days`` is ready to be read, lights are empty where the change is of something else."""

    name: str
    code: str
    url: str
    organism: str
    milestone: str
    days: str
    light_before: str
    light_after: str
    word_before: str
    word_after: str
    amount_cop: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Section:
    """The changes of one kind; ``url`` leads to all of them where only the first are shown."""

    kind: str
    title: str
    note: str
    columns: list[Column]
    has_milestone: bool
    has_days: bool
    has_lights: bool
    rows: list[Row]
    url: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """Money that stood at one light, by the light at which it stands now; no text where nothing went."""

    code: str
    word: str
    cells: list[Cell]
    total: Cell
    before_cop: int
    revaluation_cop: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Money from light to light, with its totals by both sides."""

    columns: list[Column]
    rows: list[MatrixRow]
    totals: list[Cell]
    total: Cell
    before_cop: int
    revaluation_cop: int


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """Everything that the page shows; ``page_data`` and ``links`` are none where no single kind was asked for."""

    title: str
    subtitle: str
    whose: str
    filters: list[Filter]
    cards: list[Card]
    matrix: Matrix
    bridge: list[tuple[str, str]]
    days: tuple[MilestoneDays, ...]
    names: Mapping[str, str]
    sections: list[Section]
    page_data: Page[Change] | None
    links: PageLinks | None


def build(asked: Asked) -> ComparisonPage:
    """The page of a comparison."""
    found = asked.compared.comparison
    page = paginate(found.of(asked.kind), asked.page, PAGE_SIZE) if asked.kind else None
    kinds = [asked.kind] if asked.kind else [kind for kind in ChangeOf if found.of(kind)]
    organism = asked.narrowing.chosen["organismo"]
    return ComparisonPage(
        title=f"Qué cambió del {date_short(asked.first.day)} al {date_short(asked.last.day)}",
        subtitle=f"Primer corte: {asked.first.source}. Segundo corte: {asked.last.source}.",
        whose=short_name(asked.names, organism) if organism else "",
        filters=_filters(asked),
        cards=_cards(found, asked),
        matrix=_matrix(found),
        bridge=_bridge(found, asked),
        days=found.days,
        names=asked.names.milestones,
        sections=[_section(kind, asked, page.rows if page else found.of(kind)[:SHOWN]) for kind in kinds],
        page_data=page,
        links=PageLinks.of(page, "comparison.show", asked.args) if page else None,
    )


def _filters(asked: Asked) -> list[Filter]:
    """Both cut-offs, the organism for who sees several, and the kind of change."""
    chosen = asked.narrowing.chosen
    found = [
        Filter("desde", "Desde", list(asked.first.options), asked.first.selected),
        Filter("hasta", "Hasta", list(asked.last.options), asked.last.selected),
        Filter("organismo", "Organismo", [("", "Todos"), *asked.organisms.items()], chosen["organismo"]),
        Filter("cambio", "Cambio", [("", "Todos"), *CHANGE_OF.items()], chosen["cambio"]),
    ]
    return [row for row in found if row.name != "organismo" or len(asked.organisms) > 1]


def _kind_url(kind: ChangeOf, asked: Asked) -> str:
    return url_for("comparison.show", **(asked.args | {"cambio": kind}))


def _cards(found: Comparison, asked: Asked) -> list[Card]:
    def counted(label: str, kind: ChangeOf, tone: str) -> Card:
        many = len(found.of(kind))
        projects = plural(found.projects_of(kind), "proyecto", "proyectos")
        return Card(label, integer(many), delta=f"en {projects}", tone=tone if many else "", url=_kind_url(kind, asked))

    net, matrix = found.net_workdays, found.matrix
    return [
        counted("Hitos que entraron en atraso", ChangeOf.ENTERED_DELAY, "late"),
        counted("Hitos que salieron de atraso", ChangeOf.LEFT_DELAY, "ok"),
        Card(
            "Días hábiles, perdidos menos ganados",
            workdays(net),
            delta=f"{integer(found.lost_workdays)} perdidos, {integer(found.gained_workdays)} ganados",
            tone="late" if net > 0 else "ok" if net < 0 else "",
            url=_kind_url(ChangeOf.DAYS, asked),
        ),
        Card(
            "Valor que empeoró de semáforo",
            cop_millions(matrix.worsened_cop),
            delta=f"mejoró: {cop_millions(matrix.improved_cop)}",
            url=_kind_url(ChangeOf.LIGHT, asked),
        ),
        Card(
            "Cobertura de registro",
            percent(found.after.coverage.value),
            delta=f"antes {percent(found.before.coverage.value)} ({points(found.coverage_points)} p. p.)",
        ),
        Card(
            "Reprogramaciones",
            integer(found.replannings),
            delta=f"en {plural(found.projects_of(ChangeOf.REPLANNED), 'proyecto', 'proyectos')}, con reinicios",
            url=_kind_url(ChangeOf.REPLANNED, asked),
        ),
    ]


def _matrix(found: Comparison) -> Matrix:
    matrix = found.matrix
    rows = [
        MatrixRow(
            code=row or "",
            word=labels.LIGHT[row] if row else NOT_COUNTED_BEFORE,
            cells=[matrix.cell(row, column) for column in matrix.columns],
            total=matrix.row_total(row),
            before_cop=matrix.before_cop[row],
            revaluation_cop=matrix.revaluation_cop(row),
        )
        for row in matrix.rows
    ]
    return Matrix(
        columns=[
            Column("Semáforo antes", kind="nowrap"),
            *(Column(_after_word(column), numeric=True) for column in matrix.columns),
            Column("Total", numeric=True),
            Column("Valor al primer corte", numeric=True),
            Column("Cambio de valor", numeric=True),
        ],
        rows=rows,
        totals=[matrix.column_total(column) for column in matrix.columns],
        total=matrix.total,
        before_cop=found.bridge.before_cop,
        revaluation_cop=found.bridge.revaluation_cop,
    )


def _after_word(place: Place) -> str:
    return labels.LIGHT[place] if place else NOT_COUNTED_AFTER


def _bridge(found: Comparison, asked: Asked) -> list[tuple[str, str]]:
    bridge = found.bridge
    return [
        (f"Valor al {date_short(asked.first.day)}", cop(bridge.before_cop)),
        ("Más lo que entró", cop(bridge.entered_cop)),
        ("Menos lo que salió", cop(bridge.left_cop)),
        ("Más cambios de valor", cop(bridge.revaluation_cop)),
        (f"Valor al {date_short(asked.last.day)}", cop(bridge.after_cop)),
    ]


def _section(kind: ChangeOf, asked: Asked, shown: Sequence[Change]) -> Section:
    total = len(asked.compared.comparison.of(kind))
    has_milestone, has_days, has_lights = kind in _WITH_MILESTONE, kind in _DAYS_HEADING, kind is ChangeOf.LIGHT
    columns = [
        Column("Proyecto", kind="name"),
        Column("Organismo"),
        *([Column("Hito")] if has_milestone else []),
        *([Column("Antes"), Column("Después")] if has_lights else []),
        *([Column(_DAYS_HEADING[kind], numeric=True)] if has_days else []),
        Column("Valor, $ millones", numeric=True),
        Column("Por qué"),
    ]
    return Section(
        kind=kind,
        title=CHANGE_OF[kind],
        note=plural(total, "cambio", "cambios"),
        columns=columns,
        has_milestone=has_milestone,
        has_days=has_days,
        has_lights=has_lights,
        rows=[_row(change, asked) for change in shown],
        url=_kind_url(kind, asked) if len(shown) < total and not asked.kind else "",
    )


def _row(change: Change, asked: Asked) -> Row:
    project, names = change.project, asked.names
    is_delay = change.kind in (ChangeOf.ENTERED_DELAY, ChangeOf.LEFT_DELAY)
    is_light = change.kind is ChangeOf.LIGHT
    return Row(
        name=project.name,
        code=project.code,
        url=_project_url(change, asked),
        organism=short_name(names, project.organism_code),
        milestone=_milestone(change, names),
        days=integer(change.workdays) if is_delay else workdays(change.workdays),
        light_before=change.code_before if is_light else "",
        light_after=change.code_after if is_light else "",
        word_before=code_word(change, change.code_before),
        word_after=code_word(change, change.code_after),
        amount_cop=change.amount_cop,
        sentence=change_sentence(change, names.milestones),
    )


def _milestone(change: Change, names: Names) -> str:
    return names.milestones.get(change.milestone.code, change.milestone.code) if change.milestone else ""


def _project_url(change: Change, asked: Asked) -> str:
    """The project at the later cut-off, where this person may see it then; else nothing."""
    codes = access.visible_organism_codes()
    project = change.project
    if change.is_elsewhere or (codes is not None and project.organism_code not in codes):
        return ""
    return url_for("project.show", public_id=project.public_id, **asked.last.args)


HEADINGS = (
    "Desde",
    "Hasta",
    "Cambio",
    "Código",
    "Proyecto",
    "Código organismo",
    "Organismo",
    "Hito",
    "Antes",
    "Después",
    "Fecha antes",
    "Fecha después",
    "Días hábiles",
    "Valor antes ($)",
    "Valor después ($)",
    "Por qué",
)


def table(asked: Asked) -> Table:
    """Every change of the page, of one kind where it was asked for, in its order."""
    found = asked.compared.comparison
    changes = found.of(asked.kind) if asked.kind else found.changes
    return HEADINGS, [_cells(change, asked) for change in changes]


def _cells(change: Change, asked: Asked) -> Sequence[Any]:
    project, names, kind = change.project, asked.names, change.kind
    return (
        asked.first.day,
        asked.last.day,
        CHANGE_OF[kind],
        project.code,
        project.name,
        project.organism_code,
        short_name(names, project.organism_code),
        _milestone(change, names),
        code_word(change, change.code_before),
        code_word(change, change.code_after),
        change.day_before,
        change.day_after,
        change.workdays if kind in _DAYS_HEADING else None,
        change.amount_before_cop if kind in _WITH_VALUE_BEFORE else None,
        change.amount_after_cop,
        change_sentence(change, names.milestones),
    )
