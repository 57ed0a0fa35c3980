"""Sheet ``00_Portada``: which report this is; its cell B5 is named ``corte`` and every check counts to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from pp_monitor.reports.cells import Look
from pp_monitor.reports.columns import Kind, Value
from pp_monitor.reports.scope import DEMO_MARK, Scope, plain
from pp_monitor.reports.sheet import LINE_HEIGHT, Canvas, lines_of
from pp_monitor.reports.sheets.technical import threshold_text

SHEET = "00_Portada"
CUTOFF_CELL = f"'{SHEET}'!$B$5"
WIDTHS = (34, 74)
CONTENTS = (
    ("01_Resumen", "Lo que se necesita decidir y las cifras, en una página."),
    ("02_Organismos", "Todas las cifras de cada organismo, del más atrasado al menos."),
    ("03_Desviaciones", "Cada hito vencido o cumplido tarde, primero los de mayor valor por retraso."),
    ("05_Sin_plan", "Los organismos y los proyectos sin plan registrado."),
    ("09_Proyectos", "Todas las cifras de cada proyecto."),
    ("10_Hitos", "Las fechas de cada hito de cada plan."),
    ("11_Festivos", "Los días no hábiles con que se contaron los retrasos."),
    ("12_Ficha_técnica", "Qué es cada cifra, cómo se calcula y los controles del informe."),
)


def cover(scope: Scope) -> Canvas:
    """The identity of the report, field by field, and what its sheets hold."""
    canvas = Canvas()
    canvas.line(34)
    canvas.put(1, f"Seguimiento a presupuesto participativo {scope.info.year}", Look(role="title"), until=2)
    for label, value, kind in _fields(scope):
        canvas.line(max(18.0, LINE_HEIGHT * lines_of(value, WIDTHS[1])))
        canvas.put(1, label, Look(role="strong"))
        canvas.put(2, value, Look(kind, role="left"))
    if scope.info.is_demo:
        canvas.line()
        canvas.line(22)
        canvas.put(1, f"{DEMO_MARK}: los proyectos y los montos son inventados.", Look(role="demo"), until=2)
    canvas.line()
    canvas.line(24)
    canvas.put(1, "Contenido", Look(role="section"))
    for title, text in CONTENTS:
        canvas.line(18)
        canvas.put(1, title, Look(is_link=True), link=f"#'{title}'!A1")
        canvas.put(2, text, Look())
    return canvas


def _fields(scope: Scope) -> Iterator[tuple[str, Value, Kind]]:
    info, whole = scope.info, scope.whole
    yield "Informe n.º", info.number, Kind.COUNT
    yield "Vigencia", str(info.year), Kind.CODE
    yield "Versión", f"{info.version}" + (f": {plain(info.reason)}" if info.reason else ""), Kind.TEXT
    yield "Corte de hitos", info.cutoff, Kind.DATE
    yield "Con lo registrado hasta", info.known_at, Kind.INSTANT
    yield "Corte presupuestal", info.budget_cutoff or "Sin información presupuestal cargada", Kind.DATE
    yield "Fecha de emisión", info.issued_on, Kind.DATE
    yield "Entidad", plain(info.entity), Kind.TEXT
    if info.office:
        yield "Secretaría", plain(info.office), Kind.TEXT
    if scope.organism_code is not None:
        yield "Organismo", f"{plain(scope.organism_code)} {scope.organism_name(scope.organism_code)}", Kind.WRAP
    yield "Responsable", plain(info.author), Kind.TEXT
    yield "Total de proyectos", whole.projects if whole else 0, Kind.COUNT
    yield "Proyectos sin plan registrado", whole.projects - whole.with_plan if whole else 0, Kind.COUNT
    yield "Proyectos retirados (fuera del total)", whole.withdrawn if whole else 0, Kind.COUNT
    yield "Valor total", whole.allocation_cop if whole else 0, Kind.MONEY
    yield "Versión del catálogo de hitos", plain(info.catalogue_version), Kind.TEXT
    yield "Umbrales", threshold_text(asdict(scope.portfolio.frame.thresholds)), Kind.WRAP
    yield "Huella (SHA-256) de los datos", info.data_sha256, Kind.WRAP
    if info.public_url:
        yield "Versión en línea", plain(info.public_url), Kind.TEXT
