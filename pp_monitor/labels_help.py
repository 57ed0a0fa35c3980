"""How each figure is made, in the words of who reads it: one text for pages, workbook and glossary.

``docs/deviation-rules.md`` prints the same texts with the initial thresholds; a test holds both equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace

from pp_monitor.domain.physical import REVIEW_POINTS
from pp_monitor.domain.threshold import Thresholds

_PLAN, _FACTS, _BUDGET = "Plan registrado", "Avances reportados y verificados", "Ejecución presupuestal"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One figure explained: what it is, numerator over denominator, the thresholds of its rule, its source.

    ``is_of_pages`` marks what the workbook does not show.
    """

    code: str
    name: str
    definition: str
    formula: str = ""
    thresholds: str = ""
    source: str = ""
    note: str = ""
    is_of_pages: bool = False


def explanations(thresholds: Thresholds) -> Sequence[Explanation]:
    """Every explanation with these thresholds, in the order of the workbook; those of pages alone last."""
    return tuple(_filled(row, thresholds) for row in _EXPLANATIONS)


def explanation(code: str, thresholds: Thresholds) -> Explanation:
    """The explanation of one figure with these thresholds; raise ``KeyError`` for a code that is none.

    >>> explanation("coverage", Thresholds()).formula
    'proyectos con plan / proyectos no retirados'
    """
    return _filled(_BY_CODE[code], thresholds)


def _filled(row: Explanation, thresholds: Thresholds) -> Explanation:
    values = asdict(thresholds)
    return replace(row, **{name: getattr(row, name).format(**values) for name in _TEXTS})


_TEXTS = tuple(field.name for field in fields(Explanation) if field.name not in ("code", "is_of_pages"))

_EXPLANATIONS = (
    Explanation(
        "cutoff",
        "Corte de hitos",
        "Último día cuyos hechos cuentan.",
        note="Cuenta lo registrado hasta hoy o, en un corte cerrado, hasta el instante en que se cerró.",
    ),
    Explanation(
        "baseline",
        "Línea base",
        "Fechas del plan que el organismo registró una sola vez; no cambian nunca.",
        source=_PLAN,
        note="Las cifras se miden contra ella, salvo donde dice «plan vigente».",
    ),
    Explanation(
        "current",
        "Plan vigente",
        "Línea base o su última reprogramación aprobada.",
        thresholds="Desde la reprogramación n.º {replannings_to_b0} el semáforo vuelve a la línea base",
        source=_PLAN,
        note="El semáforo, las alertas y las fechas posibles lo usan.",
    ),
    Explanation(
        "workday",
        "Día hábil",
        "De lunes a viernes, sin festivos nacionales ni días no hábiles locales.",
        source="Festivos de Colombia y días no hábiles de la ciudad",
    ),
    Explanation("effective", "Fecha efectiva", "La planeada o, si no es hábil, el día hábil siguiente.", source=_PLAN),
    Explanation(
        "deviation_workdays",
        "Desviación",
        "Días hábiles entre lo planeado y lo real; positivo es tarde.",
        "Real después de la efectiva: hábiles desde la efectiva. Real antes de la planeada: hábiles en negativo",
        source=_FACTS,
        note="Cumplir entre la fecha planeada y la efectiva es desviación cero.",
    ),
    Explanation(
        "overdue_workdays",
        "Días vencidos",
        "Días hábiles que un hito sin cumplir lleva después de su fecha efectiva.",
        "Hábiles desde la efectiva hasta el corte",
        source=_FACTS,
        note="En un proyecto suspendido siguen corriendo y se muestran.",
    ),
    Explanation(
        "milestone_state",
        "Estado del hito",
        "Cumplido a tiempo, cumplido con retraso, superado sin fecha, suspendido, vencido, próximo o pendiente.",
        thresholds="Próximo: faltan {due_soon_workdays} días hábiles o menos",
        source=_FACTS,
        note="Superado: falta su fecha pero un hito posterior está cumplido; es un dato por reportar, no un retraso.",
    ),
    Explanation("is_due", "Hito exigible", "Aplica y su fecha efectiva ya llegó.", source=_PLAN),
    Explanation(
        "planned_progress",
        "Avance programado",
        "Peso de los hitos exigibles sobre el de todos los que aplican.",
        "peso exigible / peso total",
        source=_PLAN,
    ),
    Explanation(
        "actual_progress",
        "Avance real",
        "Peso de los hitos cumplidos sobre el de todos los que aplican.",
        "peso cumplido / peso total",
        source=_FACTS,
        note="En un grupo, cada proyecto con plan pesa por su valor.",
    ),
    Explanation(
        "supported_progress",
        "Avance con soporte",
        "El avance real, contando solo los hitos con documento de soporte.",
        "peso cumplido con soporte / peso total",
        source=_FACTS,
    ),
    Explanation(
        "group_progress",
        "Avance de un grupo",
        "El avance, programado o real, de los proyectos con plan; cada uno pesa por su valor.",
        "suma de valor × avance del proyecto / suma de valor de los proyectos con plan",
        source=_FACTS,
        note="Los retirados no cuentan; los que no tienen plan no suman ni restan.",
    ),
    Explanation(
        "deviation_points",
        "Desviación (p. p.)",
        "Avance real menos programado, en puntos porcentuales; negativo es atraso.",
        "100 × (real − programado)",
    ),
    Explanation(
        "schedule_index",
        "ICC",
        "Índice de cumplimiento del cronograma.",
        "avance real / avance programado",
        "Menos de {red_index_percent} % con más de {red_delay_workdays} días hábiles de retraso: atrasado",
        note="Sin hitos exigibles no hay índice: «—».",
    ),
    Explanation(
        "on_time_rate",
        "Oportunidad",
        "Parte de los hitos exigibles que se cumplió a tiempo.",
        "hitos a tiempo / hitos exigibles",
        source=_FACTS,
        note="No cuenta los hitos cumplidos antes de registrar el plan.",
    ),
    Explanation(
        "worst_delay_workdays", "Mayor retraso", "Los días vencidos del hito vencido más antiguo.", source=_FACTS
    ),
    Explanation(
        "mean_delay_workdays",
        "Retraso promedio",
        "Promedio de las desviaciones positivas y de los días vencidos.",
        "suma de días hábiles de retraso / hitos con retraso",
        source=_FACTS,
        note="Al lado está el número de hitos que promedia.",
    ),
    Explanation(
        "phase",
        "Fase actual",
        "La del primer hito que no está cumplido ni superado; sin ninguno, el proyecto está cerrado.",
        source=_FACTS,
    ),
    Explanation(
        "forecast",
        "Más temprana posible",
        "Primera fecha en que un hito puede cumplirse si lo vencido se cumpliera hoy.",
        "fecha vigente + retraso que trae, nunca antes del corte; o la proyectada por el organismo si es posterior",
        note="No es un compromiso ni cambia el plan.",
    ),
    Explanation(
        "physical_percent",
        "Ejecución física",
        "0, 50 o 100 % según el inicio, el avance físico 50 % y la terminación.",
        source=_FACTS,
    ),
    Explanation(
        "coverage",
        "Cobertura",
        "Proyectos con plan registrado sobre proyectos.",
        "proyectos con plan / proyectos no retirados",
        source=_PLAN,
        note="Un proyecto sin plan nunca mejora un promedio.",
    ),
    Explanation(
        "light",
        "Semáforo del proyecto",
        "Atrasado, en alerta, a tiempo, aún no exigible, cerrado, sin plan, en registro, suspendido o retirado.",
        "Gana la primera condición que se cumple",
        "Atrasado: ICC menor de {red_index_percent} % con más de {red_delay_workdays} días hábiles de retraso; "
        "contrato, RP o inicio vencidos por más de {critical_overdue_workdays}; un hito obligatorio por más de "
        "{compulsory_overdue_workdays}; o terminación después del 31/12 sin respaldo. En alerta: cualquier otro hito "
        "vencido, o terminación corrida a los últimos {year_end_workdays} días hábiles del año",
        note="La frase que acompaña al semáforo dice el motivo.",
    ),
    Explanation(
        "organism_light",
        "Semáforo del organismo",
        "Por el valor de sus proyectos atrasados, en alerta, a tiempo y cerrados.",
        "valor en cada semáforo / valor de los cuatro",
        "Atrasado: {organism_red_percent} % del valor o del número. A tiempo: {organism_green_percent} % del valor",
        note="Los proyectos sin plan se muestran aparte, siempre.",
    ),
    Explanation(
        "value_at_risk_cop",
        "Valor en riesgo",
        "Lo que aún no está comprometido de los proyectos atrasados y de los que no tienen plan con el plazo vencido.",
        "valor vigente − compromisos (RP); sin datos presupuestales, todo el valor mientras no haya RP",
        source=_BUDGET,
    ),
    Explanation(
        "committed_late_cop",
        "Comprometido y atrasado",
        "Lo ya comprometido de los proyectos atrasados.",
        source=_BUDGET,
    ),
    Explanation(
        "allocation_cop",
        "Valor asignado",
        "Valor vigente del proyecto en la última ejecución presupuestal hasta el corte; sin ella, el de la lista.",
        source=_BUDGET,
        note="Un proyecto de varios territorios se reparte entre ellos y se cuenta una vez en los totales.",
    ),
    Explanation(
        "commitments_cop",
        "Compromisos (RP)",
        "Dinero atado a contratos por su registro presupuestal, al corte presupuestal, que tiene su propia fecha.",
        "compromisos / valor vigente",
        source=_BUDGET,
        note="«—»: no hay información presupuestal cargada.",
    ),
    Explanation(
        "payments_cop",
        "Pagos",
        "Dinero pagado, al corte presupuestal, que tiene su propia fecha.",
        "pagos / valor vigente",
        source=_BUDGET,
        note="«—»: no hay información presupuestal cargada.",
    ),
    Explanation(
        "is_reported_late",
        "Reporte tardío",
        "Hecho que se informó mucho después de ocurrir.",
        "Hábiles desde el hecho hasta su reporte",
        "Más de {late_report_workdays} días hábiles",
        _FACTS,
    ),
    Explanation(
        "order",
        "Orden",
        "Del peor al mejor.",
        "sin plan con el plazo vencido, luego valor en riesgo, luego desviación",
    ),
    Explanation(
        "curve",
        "Curva de avance",
        "Avance programado, real y más temprano posible de cada día; cada proyecto con plan pesa por su valor.",
        "valor por su parte de hitos de ese día / valor de los proyectos con plan",
        source=_FACTS,
        note="El real llega hasta el corte. Lo superado sin fecha y lo suspendido no tienen día posible.",
        is_of_pages=True,
    ),
    Explanation(
        "lost_workdays",
        "Días perdidos",
        "Días hábiles de retraso de los hitos exigibles: 0 a tiempo, su desviación o sus días vencidos.",
        "días del hito / días de todos los hitos",
        source=_FACTS,
        note="Sin lo cumplido antes del registro, lo superado sin fecha ni lo suspendido.",
        is_of_pages=True,
    ),
    Explanation(
        "median_workdays",
        "Mediana",
        "El retraso del hito del medio, de menor a mayor; con un número par, el promedio de los dos del medio.",
        source=_FACTS,
        is_of_pages=True,
    ),
    Explanation(
        "high_workdays",
        "Percentil 90",
        "El retraso que no superan nueve de cada diez hitos exigibles; lo que está a tiempo cuenta cero.",
        source=_FACTS,
        note="n es el número de hitos exigibles.",
        is_of_pages=True,
    ),
    Explanation(
        "payment_gap",
        "Pagos por delante de la obra",
        "Puntos en que los pagos superan la ejecución física.",
        "pagos / valor vigente − ejecución física",
        f"Por revisar: más de {REVIEW_POINTS} puntos",
        _BUDGET,
        is_of_pages=True,
    ),
    Explanation(
        "office_workdays",
        "Días en oficina",
        "Días hábiles que un expediente lleva en una oficina, desde el día siguiente a su radicación.",
        "Hábiles de la radicación a la devolución o aprobación, o hasta el corte",
        source="Pasos radicado, devuelto y aprobado",
        note="Lo devuelto está con el organismo hasta que lo radica de nuevo.",
        is_of_pages=True,
    ),
    Explanation(
        "change_workdays",
        "Días ganados o perdidos",
        "Días hábiles que se movió la fecha esperada de un hito entre dos cortes; positivo es perdido.",
        "Hábiles de la fecha esperada del primer corte a la del segundo",
        source=_FACTS,
        note="La fecha esperada es la real o, sin ella, la más temprana posible.",
        is_of_pages=True,
    ),
    Explanation(
        "wave",
        "Publicaciones y firmas que vienen",
        "Publicaciones y firmas de contrato sin cumplir, por la semana de su fecha efectiva en el plan vigente.",
        source=_PLAN,
        note="Lo vencido está aparte; los proyectos suspendidos y retirados no cuentan.",
        is_of_pages=True,
    ),
    Explanation(
        "trend",
        "Tendencia de los hitos",
        "El día real o más temprano posible de cada hito según cada corte cerrado.",
        "hábiles del día del primer corte al del último; positivo es más tarde",
        source=_FACTS,
        note="De varios proyectos, el día del medio.",
        is_of_pages=True,
    ),
)
_BY_CODE = {row.code: row for row in _EXPLANATIONS}
