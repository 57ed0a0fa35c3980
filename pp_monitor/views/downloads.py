"""Tables as files: exactly the rows of the page that they are taken from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from flask import Response

from pp_monitor import labels
from pp_monitor.domain.light import Light
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.territory import territory_figures
from pp_monitor.reports.table_csv import MEDIA_TYPE, Cell, write_csv
from pp_monitor.views.wording import territory_name

Table = tuple[Sequence[str], list[Sequence[Cell]]]

TERRITORY_HEADINGS = (
    "Corte",
    "Código",
    "Territorio",
    "Semáforo",
    "Proyectos",
    "Precontractual",
    "Ejecución",
    "Cierre",
    "Cerrados",
    "Sin plan registrado",
    "Suspendidos",
    "Avance programado (%)",
    "Avance real (%)",
    "Desviación (p. p.)",
    "Mayor retraso (días hábiles)",
    "Atrasados",
    "Valor vigente ($)",
    "Compromisos ($)",
    "Valor en riesgo ($)",
)


def csv(filename: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The table as a file to keep."""
    return attached(write_csv(headings, rows), MEDIA_TYPE, filename)


def attached(content: bytes, media_type: str, filename: str) -> Response:
    """A file to keep, never opened in the browser."""
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def territory_table(portfolio: Portfolio) -> Table:
    """The territories, worst first; a project of several counts in each, with its part of the money."""
    return TERRITORY_HEADINGS, [
        (
            portfolio.cutoff,
            each.code,
            territory_name(portfolio.names, each.code),
            labels.LIGHT[each.group.light],
            each.group.projects,
            *(each.phases.get(phase, 0) for phase in labels.STANDING),
            each.group.count(Light.SUSPENDED),
            _percent(each.group.planned_progress.value),
            _percent(each.group.actual_progress.value),
            _rounded(each.group.deviation_points),
            each.group.worst_delay_workdays if each.group.with_plan else None,
            each.group.count(Light.RED),
            each.group.allocation_cop,
            each.money.commitments_cop if each.money else None,
            each.group.value_at_risk_cop,
        )
        for each in territory_figures(portfolio)
    ]


def _percent(fraction: float | None) -> Decimal | None:
    return None if fraction is None else _rounded(100 * fraction)


def _rounded(value: float | None) -> Decimal | None:
    """Two decimals, half up, of the number as it prints."""
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
