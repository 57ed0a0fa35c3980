"""The monthly workbook: the consolidated edition, and one for each organism with its own rows only."""

from __future__ import annotations

from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.reports.scope import PreviousCut, ReportInfo, Scope, plain
from pp_monitor.reports.sheet import Book, Section
from pp_monitor.reports.sheets import (
    cover,
    deviation,
    holiday,
    milestone,
    no_plan,
    organism,
    project,
    summary,
    technical,
)


def build_workbook(
    portfolio: Portfolio, info: ReportInfo, *, organism_code: str | None = None, previous: PreviousCut | None = None
) -> bytes:
    """Write the workbook of ``portfolio`` as an xlsx file, for the city or for one organism.

    Figures are values; the *Control* columns hold formulas that find them again and say *OK* or
    *Revisar*. What a person typed is never a formula.
    """
    scope = Scope.of(portfolio, info, previous, organism_code)
    book = _book(scope)
    book.canvas(cover.SHEET, cover.cover(scope), cover.WIDTHS)
    book.canvas(summary.SHEET, summary.summary(scope), summary.WIDTHS, one_page=True)
    book.table(organism.SHEET, organism.TABLE, organism.organism_rows(scope), total=organism.total(scope))
    book.table(deviation.SHEET, deviation.table(scope), deviation.deviation_rows(scope))
    owed = Section(no_plan.LIST_TITLE, no_plan.PROJECTS, no_plan.owed_rows(scope))
    book.table(no_plan.SHEET, no_plan.ORGANISMS, no_plan.owing_rows(scope), below=owed)
    book.table(project.SHEET, project.TABLE, project.project_rows(scope))
    book.table(milestone.SHEET, milestone.TABLE, milestone.milestone_rows(scope))
    book.table(holiday.SHEET, holiday.TABLE, holiday.holiday_rows(scope))
    checks = Section(technical.CONTROLS_TITLE, technical.CONTROLS, technical.controls(scope))
    book.table(technical.SHEET, technical.TABLE, technical.indicators(scope), below=checks)
    return book.data()


def workbook_name(info: ReportInfo, organism_code: str | None = None) -> str:
    """File name of an edition, as ``pp-2022-2022-05-13-consolidado.xlsx`` or ``pp-2022-2022-05-13-4145-v2.xlsx``."""
    version = f"-v{info.version}" if info.version > 1 else ""
    return f"pp-{info.year}-{info.cutoff.isoformat()}-{organism_code or 'consolidado'}{version}.xlsx"


def _book(scope: Scope) -> Book:
    info = scope.info
    who = scope.organism_name(scope.organism_code) if scope.organism_code else "Consolidado"
    book = Book(
        title=f"Seguimiento a presupuesto participativo {info.year} – {scope.title}",
        author=plain(info.author),
        subject=f"{who} – corte de hitos {info.cutoff:%d/%m/%Y}",
        footer=f"{plain(info.entity)} · {who} · {scope.title}",
        is_demo=info.is_demo,
    )
    book.created_at(info.known_at)
    book.name("corte", cover.CUTOFF_CELL)
    return book
