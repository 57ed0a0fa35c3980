"""Sheet ``01_Resumen``: the page that the cabinet reads, each figure checked against its detail sheet."""

from __future__ import annotations

from collections.abc import Sequence

from pp_monitor import labels
from pp_monitor.domain.light import Light
from pp_monitor.formatters import cop, integer, plural
from pp_monitor.reports.cells import Look
from pp_monitor.reports.columns import Kind, light_tone, near, verdict
from pp_monitor.reports.scope import DEMO_MARK, Scope
from pp_monitor.reports.sheet import Canvas
from pp_monitor.reports.sheets.organism import organism_rows
from pp_monitor.reports.summary import (
    Figure,
    Unit,
    change_of_light,
    decisions,
    figures,
    upcoming_by_phase,
    year_ends,
)

SHEET = "01_Resumen"
WIDTHS = (40, 15, 12, 10, 19, 9, 11, 13, 19, 25)
LAST = len(WIDTHS)
STRONG, BODY, SECTION, QUIET = (Look(role=role) for role in ("strong", "body", "section", "quiet"))
ROW = 18.0
_KINDS = {Unit.COUNT: Kind.COUNT, Unit.FRACTION: Kind.PERCENT, Unit.MONEY: Kind.MONEY}
_CHANGES = {Unit.COUNT: Kind.SIGNED, Unit.FRACTION: Kind.POINTS_CHANGE, Unit.MONEY: Kind.MONEY_CHANGE}

_IN = 'tProy[Semáforo],"<>Retirado"'
_RED, _NONE = 'tProy[Semáforo],"Atrasado"', 'tProy[Semáforo],"Sin plan"'
_PLANNED = f'{_IN},tProy[Estado del plan],"Registrado"'


def _weighed(heading: str) -> str:
    over = 'SUMPRODUCT(--(tProy[Semáforo]<>"Retirado"),'
    return f"{over}tProy[{heading}],tProy[Valor vigente])/SUMIFS(tProy[Valor vigente],{_PLANNED})"


# How each figure is found again in the detail sheets.
RECOUNTS = {
    "coverage": f"COUNTIFS({_PLANNED})/COUNTIFS({_IN})",
    "organisms_registered": "SUMPRODUCT(--(tOrg[Proyectos]=tOrg[Proyectos con plan]),--(tOrg[Proyectos]>0))"
    '/COUNTIFS(tOrg[Proyectos],">0")',
    "planned_progress": _weighed("Avance programado"),
    "actual_progress": _weighed("Avance real"),
    "red_projects": f"COUNTIFS({_RED})",
    "red_value_cop": f"SUMIFS(tProy[Valor vigente],{_RED})",
    "value_at_risk_cop": "SUM(tProy[Valor en riesgo])",
    "risk_red_cop": f"SUMIFS(tProy[Valor en riesgo],{_RED})",
    "risk_no_plan_cop": f"SUMIFS(tProy[Valor en riesgo],{_NONE})",
    "committed_late_cop": f"SUMIFS(tProy[Valor vigente],{_RED})-SUMIFS(tProy[Valor en riesgo],{_RED})",
    "commitments_cop": f"SUMIFS(tProy[Compromisos RP],{_IN})/SUMIFS(tProy[Valor vigente],{_IN})",
    "payments_cop": f"SUMIFS(tProy[Pagos],{_IN})/SUMIFS(tProy[Valor vigente],{_IN})",
}


def summary(scope: Scope) -> Canvas:
    """The page, from what has to be decided to how it was counted."""
    canvas = Canvas()
    _title(canvas, scope)
    _decisions(canvas, scope)
    _figures(canvas, scope)
    _organisms(canvas, scope)
    _upcoming(canvas, scope)
    _year_end(canvas, scope)
    _method(canvas, scope)
    return canvas


def _title(canvas: Canvas, scope: Scope) -> None:
    info = scope.info
    canvas.line(30)
    canvas.put(
        1, f"Seguimiento a presupuesto participativo {info.year} – {scope.title}", Look(role="title"), until=LAST
    )
    canvas.line()
    budget = (
        f"corte presupuestal {info.budget_cutoff:%d/%m/%Y}" if info.budget_cutoff else "sin información presupuestal"
    )
    who = scope.organism_name(scope.organism_code) if scope.organism_code else scope.info.entity
    whole = scope.whole
    size = f" · {plural(whole.projects, 'proyecto', 'proyectos')} · {cop(whole.allocation_cop)}" if whole else ""
    text = f"{who}{size} · corte de hitos {info.cutoff:%d/%m/%Y} · {budget}"
    canvas.put(1, text, QUIET, until=LAST)
    if info.is_demo:
        canvas.line(20)
        canvas.put(1, DEMO_MARK, Look(role="demo"), until=LAST)


def _section(canvas: Canvas, text: str, note: str = "") -> None:
    canvas.line(9)
    canvas.line(20)
    canvas.put(1, text, SECTION)
    if note:
        canvas.put(2, note, Look(role="note"), until=LAST)


def _heads(canvas: Canvas, spans: Sequence[tuple[str, int, int, Kind]], height: float = ROW) -> None:
    canvas.line(height)
    for text, first, last, kind in spans:
        canvas.put(first, text, Look(kind, role="head"), until=last)


def _decisions(canvas: Canvas, scope: Scope) -> None:
    _section(canvas, "Lo que se necesita decidir")
    text, money, day = Kind.TEXT, Kind.MONEY, Kind.DATE
    spans = (
        ("Decisión", 1, 5, text),
        ("Responsable", 6, 8, text),
        ("Valor afectado", 9, 9, money),
        ("Plazo", 10, 10, day),
    )
    _heads(canvas, spans)
    found = decisions(scope)
    for decision in found:
        canvas.line(32)
        canvas.put(1, decision.text, Look(Kind.WRAP, role="strong"), until=5)
        canvas.put(6, decision.responsible, Look(Kind.WRAP), until=8)
        canvas.put(9, decision.amount_cop, Look(Kind.MONEY))
        canvas.put(10, decision.due_on, Look(Kind.DATE))
    if not found:
        canvas.line()
        canvas.put(1, "En este corte ningún proyecto está atrasado ni le falta el plan.", BODY, until=LAST)


def _figures(canvas: Canvas, scope: Scope) -> None:
    previous = scope.previous
    note = (
        f"Comparado con el informe n.º {previous.number}, corte {previous.cutoff:%d/%m/%Y}."
        if previous
        else ("Es el primer corte: no hay con qué comparar.")
    )
    _section(canvas, "Cifras", note)
    text, money = Kind.TEXT, Kind.MONEY
    _heads(
        canvas,
        (
            ("Cifra", 1, 4, text),
            ("Valor", 5, 5, money),
            ("De dónde sale", 6, 8, text),
            ("Cambio", 9, 9, money),
            ("Control", 10, 10, Kind.CONTROL),
        ),
    )
    for figure in figures(scope):
        canvas.line(ROW)
        canvas.put(1, figure.label, BODY, until=4)
        canvas.put(5, figure.value, Look(_KINDS[figure.unit], role="strong"))
        canvas.put(6, _parts(figure), BODY, until=8)
        canvas.put(9, figure.change, Look(_CHANGES[figure.unit]))
        canvas.formula(10, verdict(_recount(figure, f"$E${canvas.row}")), Look(Kind.CONTROL))


def _parts(figure: Figure) -> str:
    """Numerator and denominator of a ratio."""
    if figure.numerator is None or not figure.denominator:
        return ""
    write = cop if figure.code.endswith("_cop") else integer
    return f"{write(figure.numerator)} de {write(figure.denominator)}"


def _recount(figure: Figure, cell: str) -> str:
    again = RECOUNTS[figure.code]
    same = near(cell, again) if figure.unit is Unit.FRACTION else f"{cell}={again}"
    return f"IF(ISNUMBER({cell}),{same},TRUE)"


_ORGANISM_HEADS = (
    ("Organismo", Kind.TEXT),
    ("Semáforo", Kind.TEXT),
    ("Proyectos", Kind.COUNT),
    ("Con plan", Kind.COUNT),
    ("Valor", Kind.MONEY),
    ("ICC", Kind.INDEX),
    ("Atrasados", Kind.COUNT),
    ("Mayor retraso (días háb.)", Kind.COUNT),
    ("Valor en riesgo", Kind.MONEY),
    ("Cambio", Kind.TEXT),
)


def _organisms(canvas: Canvas, scope: Scope) -> None:
    if scope.organism_code is None:
        _section(canvas, "Organismos", "Del peor al mejor: sin plan vencido, luego valor en riesgo, luego desviación.")
    else:
        _section(canvas, "El organismo")
    _heads(canvas, [(name, place, place, kind) for place, (name, kind) in enumerate(_ORGANISM_HEADS, start=1)], 32)
    for row in organism_rows(scope):
        group = row.group
        canvas.line(ROW)
        canvas.put(1, scope.short_name(group.code), Look(role="strong"))
        canvas.put(2, labels.LIGHT[group.light], Look(Kind.TAG, light_tone(group.light)))
        canvas.put(3, group.projects, Look(Kind.COUNT))
        canvas.put(4, group.with_plan, Look(Kind.COUNT))
        canvas.put(5, group.allocation_cop, Look(Kind.MONEY))
        canvas.put(6, row.figures["schedule_index"], Look(Kind.INDEX))
        canvas.put(7, group.count(Light.RED), Look(Kind.COUNT))
        canvas.put(8, row.figures["worst_delay_workdays"], Look(Kind.COUNT))
        canvas.put(9, group.value_at_risk_cop, Look(Kind.MONEY))
        canvas.put(10, change_of_light(group.light, row.before.light if row.before else None), Look())


def _upcoming(canvas: Canvas, scope: Scope) -> None:
    _section(canvas, "Próximos 30 días", "Hitos del plan vigente que vencen después del corte.")
    count = Kind.COUNT
    _heads(canvas, (("Fase", 1, 2, Kind.TEXT), ("Proyectos", 3, 3, count), ("Hitos", 4, 4, count)))
    for row in upcoming_by_phase(scope):
        canvas.line(ROW)
        canvas.put(1, labels.PHASE[row.phase], BODY, until=2)
        canvas.put(3, row.projects, Look(count))
        canvas.put(4, row.milestones, Look(count))


def _year_end(canvas: Canvas, scope: Scope) -> None:
    _section(canvas, "Cierre de la vigencia", "Proyectos que no terminan antes, si lo vencido se cumpliera hoy.")
    _heads(
        canvas, (("Terminación (100 %)", 1, 2, Kind.TEXT), ("Proyectos", 3, 4, Kind.COUNT), ("Valor", 5, 5, Kind.MONEY))
    )
    for late in year_ends(scope):
        canvas.line(ROW)
        canvas.put(1, f"Después del {late.after:%d/%m/%Y}", BODY, until=2)
        canvas.put(3, late.projects, Look(Kind.COUNT), until=4)
        canvas.put(5, late.amount_cop, Look(Kind.MONEY))


def _method(canvas: Canvas, scope: Scope) -> None:
    whole = scope.whole
    missing = whole.projects - whole.with_plan if whole else 0
    owed = (
        "No falta ningún plan."
        if not missing
        else (
            f"{plural(missing, 'proyecto no tiene', 'proyectos no tienen')} plan registrado: su avance no se promedia, "
            "se muestra aparte."
        )
    )
    _section(canvas, "Cómo se contó")
    for text in (
        "Los retrasos son días hábiles contra la línea base; el semáforo y lo próximo van contra el plan vigente.",
        f"El avance pondera cada proyecto por su valor. {owed}",
        "«Control» cuenta otra vez cada cifra en las hojas de detalle. Definiciones y umbrales: hoja 12_Ficha_técnica.",
    ):
        canvas.line()
        canvas.put(1, text, QUIET, until=LAST)
