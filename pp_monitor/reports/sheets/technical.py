"""Sheet ``12_Ficha_técnica``: what each figure means, with the thresholds in force, and the checks of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pp_monitor.reports.columns import Column, Formula, Kind, Table, Value, control
from pp_monitor.reports.scope import Scope

SHEET = "12_Ficha_técnica"
NAME, CONTROLS_NAME = "tFicha", "tControl"
CONTROLS_TITLE = "Controles del informe"
_PLAN, _FACTS, _BUDGET = "Plan registrado", "Avances reportados y verificados", "Ejecución presupuestal"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure explained to who reads the workbook."""

    name: str
    definition: str
    formula: str
    thresholds: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """A total of the report and the formula that finds it again."""

    text: str
    published: Value
    again: str


def threshold_text(limits: Mapping[str, int]) -> str:
    """The thresholds in force, in one Spanish sentence after another."""
    return (
        "Atrasado: ICC menor de {red_index_percent} % con más de {red_delay_workdays} días hábiles de retraso; "
        "contrato, RP o inicio vencidos por más de {critical_overdue_workdays}; un hito obligatorio por más de "
        "{compulsory_overdue_workdays}; o terminación después del 31/12 sin respaldo. "
        "En alerta: cualquier hito vencido, o terminación en los últimos {year_end_workdays} días hábiles del año. "
        "Organismo: atrasado desde {organism_red_percent} % y a tiempo desde {organism_green_percent} % de su valor."
    ).format(**limits)


def indicators(scope: Scope) -> Sequence[Indicator]:
    """Every figure of the workbook, in the order of its sheets."""
    limits = asdict(scope.portfolio.frame.thresholds)
    return [Indicator(*(text.format(**limits) for text in row)) for row in _INDICATORS]


_INDICATORS = (
    (
        "Corte de hitos",
        "Último día cuyos hechos cuentan.",
        "Celda B5 de 00_Portada, con el nombre «corte»",
        "",
        "",
        "Cuenta lo registrado hasta el instante que dice la portada.",
    ),
    (
        "Línea base",
        "Fechas del plan que el organismo registró una sola vez; no cambian nunca.",
        "",
        "",
        _PLAN,
        "Las cifras se miden contra ella, salvo donde dice «plan vigente».",
    ),
    (
        "Plan vigente",
        "Línea base o su última reprogramación aprobada.",
        "",
        "Desde la reprogramación n.º {replannings_to_b0} el semáforo vuelve a la línea base",
        _PLAN,
        "",
    ),
    (
        "Día hábil",
        "De lunes a viernes, sin festivos nacionales ni días no hábiles locales.",
        "",
        "",
        "Hoja 11_Festivos",
        "",
    ),
    ("Fecha efectiva", "La planeada o, si no es hábil, el día hábil siguiente.", "", "", _PLAN, ""),
    (
        "Desviación",
        "Días hábiles entre lo planeado y lo real; positivo es tarde.",
        "Real después de la efectiva: hábiles desde la efectiva. Real antes de la planeada: hábiles en negativo",
        "",
        _FACTS,
        "Cumplir entre la fecha planeada y la efectiva es desviación cero.",
    ),
    (
        "Días vencidos",
        "Días hábiles que un hito sin cumplir lleva después de su fecha efectiva.",
        "Hábiles desde la efectiva hasta el corte",
        "",
        _FACTS,
        "En un proyecto suspendido siguen corriendo y se muestran.",
    ),
    (
        "Estado del hito",
        "Cumplido a tiempo, cumplido con retraso, superado sin fecha, suspendido, vencido, próximo o pendiente.",
        "",
        "Próximo: faltan {due_soon_workdays} días hábiles o menos",
        _FACTS,
        "Superado: falta su fecha pero un hito posterior está cumplido; es un dato por reportar, no un retraso.",
    ),
    ("Hito exigible", "Aplica y su fecha efectiva ya llegó.", "", "", _PLAN, ""),
    (
        "Avance programado",
        "Peso de los hitos exigibles sobre el de todos los que aplican.",
        "exigible / total",
        "",
        _PLAN,
        "",
    ),
    (
        "Avance real",
        "Peso de los hitos cumplidos sobre el de todos los que aplican.",
        "cumplido / total",
        "",
        _FACTS,
        "En un grupo, cada proyecto con plan pesa por su valor; al lado está el promedio simple.",
    ),
    ("Avance con soporte", "El avance real, contando solo los hitos con documento de soporte.", "", "", _FACTS, ""),
    (
        "Desviación (p. p.)",
        "Avance real menos programado; negativo es atraso.",
        "100 × (real − programado)",
        "",
        "",
        "",
    ),
    (
        "ICC",
        "Índice de cumplimiento del cronograma.",
        "avance real / avance programado",
        "Menos de {red_index_percent} % con más de {red_delay_workdays} días de retraso: atrasado",
        "",
        "Sin hitos exigibles no hay índice: «—».",
    ),
    (
        "Oportunidad",
        "Parte de los hitos exigibles que se cumplió a tiempo.",
        "a tiempo / exigibles",
        "",
        _FACTS,
        "No cuenta los hitos cumplidos antes de registrar el plan.",
    ),
    ("Mayor retraso", "Los días vencidos del hito vencido más antiguo.", "", "", _FACTS, ""),
    (
        "Retraso promedio",
        "Promedio de las desviaciones positivas y de los días vencidos.",
        "",
        "",
        _FACTS,
        "Al lado está el número de hitos que promedia.",
    ),
    (
        "Más temprana posible",
        "Primera fecha en que un hito puede cumplirse si lo vencido se cumpliera hoy.",
        "fecha vigente + retraso que trae, nunca antes del corte; o la proyectada por el organismo si es posterior",
        "",
        "",
        "No es un compromiso ni cambia el plan.",
    ),
    ("Ejecución física", "0, 50 o 100 % según el inicio, el avance físico 50 % y la terminación.", "", "", _FACTS, ""),
    (
        "Cobertura",
        "Proyectos con plan registrado sobre proyectos.",
        "con plan / proyectos",
        "",
        _PLAN,
        "Un proyecto sin plan nunca mejora un promedio.",
    ),
    (
        "Semáforo del proyecto",
        "Atrasado, en alerta, a tiempo, aún no exigible, cerrado, sin plan, en registro, suspendido o retirado.",
        "Gana la primera condición que se cumple",
        "Contrato, RP o inicio: {critical_overdue_workdays} días; otro obligatorio: {compulsory_overdue_workdays}",
        "",
        "El motivo está en la hoja 09_Proyectos.",
    ),
    (
        "Semáforo del organismo",
        "Por el valor de sus proyectos atrasados, en alerta, a tiempo y cerrados.",
        "",
        "Atrasado: {organism_red_percent} % del valor o del número. A tiempo: {organism_green_percent} % del valor",
        "",
        "Los proyectos sin plan se muestran aparte, siempre.",
    ),
    (
        "Valor en riesgo",
        "Lo que aún no está comprometido de los proyectos atrasados y de los que no tienen plan con el plazo vencido.",
        "valor vigente − compromisos (RP); sin datos presupuestales, todo el valor mientras no haya RP",
        "",
        _BUDGET,
        "",
    ),
    ("Comprometido y atrasado", "Lo ya comprometido de los proyectos atrasados.", "", "", _BUDGET, ""),
    (
        "Compromisos RP, pagos",
        "Al corte presupuestal de la portada, que es distinto del corte de hitos.",
        "",
        "",
        _BUDGET,
        "«—»: no hay información presupuestal cargada.",
    ),
    (
        "Reporte tardío",
        "Hecho que se informó mucho después de ocurrir.",
        "",
        "Más de {late_report_workdays} días hábiles",
        _FACTS,
        "",
    ),
    (
        "Orden",
        "Del peor al mejor.",
        "sin plan con el plazo vencido, luego valor en riesgo, luego desviación",
        "",
        "",
        "",
    ),
)

TABLE: Table[Indicator] = Table(
    NAME,
    (
        Column("Indicador", lambda row: row.name, 30, Kind.WRAP),
        Column("Definición", lambda row: row.definition, 52, Kind.WRAP),
        Column("Fórmula", lambda row: row.formula, 40, Kind.WRAP),
        Column("Umbrales", lambda row: row.thresholds, 40, Kind.WRAP),
        Column("Fuente", lambda row: row.source, 26, Kind.WRAP),
        Column("Nota", lambda row: row.note, 44, Kind.WRAP),
    ),
    frozen_columns=1,
)
CONTROLS: Table[Control] = Table(
    CONTROLS_NAME,
    (
        Column("Total", lambda row: row.text, 30, Kind.WRAP),
        Column("Publicado", lambda row: row.published, 52, Kind.COUNT),
        Column("Contado otra vez", lambda row: Formula(f"={row.again}"), 40, Kind.COUNT),
        control("[@Publicado]=[@Contado otra vez]"),
    ),
)


def controls(scope: Scope) -> list[Control]:
    """The totals of the edition, and how many checks of each sheet ask for a review (none)."""
    whole = scope.whole
    gone = [project for project in scope.projects if project.is_withdrawn]
    counted = 'tProy[Semáforo],"<>Retirado"'
    lights = (
        "A tiempo",
        "En alerta",
        "Atrasados",
        "Sin plan",
        "En registro",
        "Aún no exigibles",
        "Suspendidos",
        "Cerrados",
    )
    sums = "+".join(f"SUM(tOrg[{name}])" for name in lights)
    sheets = (("02_Organismos", "tOrg"), ("03_Desviaciones", "tDesv"), ("09_Proyectos", "tProy"), ("10_Hitos", "tHito"))
    return [
        Control("Proyectos", whole.projects if whole else 0, f'COUNTIFS(tProy[BP],"BP*",{counted})'),
        Control("Proyectos, por organismo", whole.projects if whole else 0, "SUM(tOrg[Proyectos])"),
        Control("Proyectos, por semáforo", whole.projects if whole else 0, sums),
        Control("Valor vigente", whole.allocation_cop if whole else 0, f"SUMIFS(tProy[Valor vigente],{counted})"),
        Control("Valor vigente, por organismo", whole.allocation_cop if whole else 0, "SUM(tOrg[Valor asignado])"),
        Control(
            "Valor en riesgo, por organismo", whole.value_at_risk_cop if whole else 0, "SUM(tOrg[Valor en riesgo])"
        ),
        Control("Organismos", len(scope.groups), "COUNT(tOrg[Proyectos])"),
        Control("Proyectos retirados", len(gone), 'COUNTIFS(tProy[Semáforo],"Retirado")'),
        Control(
            "Valor de los proyectos retirados",
            sum(project.allocation_cop for project in gone),
            'SUMIFS(tProy[Valor vigente],tProy[Semáforo],"Retirado")',
        ),
        Control("«Revisar» en 01_Resumen", 0, "COUNTIF('01_Resumen'!$J:$J,\"Revisar\")"),
        *(Control(f"«Revisar» en {title}", 0, f'COUNTIF({name}[Control],"Revisar")') for title, name in sheets),
    ]
