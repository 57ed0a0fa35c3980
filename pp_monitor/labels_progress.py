"""The words of progress: why a milestone is late and on whom it depends."""

from __future__ import annotations

from datetime import date

from pp_monitor.domain.cause import DelayCause, DependsOn, Explanation
from pp_monitor.domain.progress_due import Due, DueMilestone
from pp_monitor.domain.verification import Reporter
from pp_monitor.labels import days_text, long_date

DELAY_CAUSE = {
    DelayCause.INCOMPLETE_STUDIES: "Estudios previos incompletos",
    DelayCause.CDP_OR_RP: "Demora en CDP/RP",
    DelayCause.LEGAL_REVIEW: "Observaciones de DACP/jurídica",
    DelayCause.VOID_PROCESS: "Proceso desierto",
    DelayCause.ELECTORAL_LAW: "Ley de garantías",
    DelayCause.COMMUNITY: "Falta de concertación con la comunidad",
    DelayCause.LAND_OR_PERMITS: "Predios, permisos o licencias",
    DelayCause.FORCE_MAJEURE: "Clima/fuerza mayor",
    DelayCause.CONTRACTOR: "Incumplimiento del contratista",
    DelayCause.BUDGET: "Traslado o falta de recursos",
    DelayCause.SCOPE_CHANGE: "Cambio de alcance",
    DelayCause.PEOPLE_CHANGE: "Cambio de enlace/supervisor",
    DelayCause.OTHER: "Otra",
}
DEPENDS_ON = {
    DependsOn.ORGANISM: "Organismo",
    DependsOn.CONTRACTING: "Contratación",
    DependsOn.TREASURY: "Hacienda",
    DependsOn.COMMUNITY: "Comunidad",
    DependsOn.THIRD_PARTY: "Tercero",
}
# In the order in which they are told: the parts of an explanation.
EXPLANATION_PART = {
    "cause": "Causa",
    "cause_text": "Detalle de la causa",
    "depends_on": "Depende de",
    "action": "Acción propuesta",
    "responsible": "Responsable",
    "commitment_on": "Fecha de compromiso",
    "reply": "Explicación",
}
DUE = {Due.OVERDUE: "Vencido", Due.NOW: "Exigible", Due.MISSING: "Superado sin fecha", Due.SOON: "Próximo"}
REPORTER = {
    Reporter.ORGANISM: "Los organismos reportan y Planeación verifica",
    Reporter.PLANNING: "Planeación registra y el enlace del organismo confirma",
}


def silent_text(since: date | None) -> str:
    """What is told of an overdue milestone of which nothing was reported, empty where something was.

    >>> silent_text(date(2022, 5, 6)), silent_text(None)
    ('sin reporte desde 06/05', '')
    """
    return f"sin reporte desde {since:%d/%m}" if since else ""


def last_report_text(last_on: date | None) -> str:
    """When something was last told of a project, as the end of a line.

    >>> last_report_text(date(2022, 5, 6)), last_report_text(None)
    ('último reporte 06/05/2022', 'sin reportes')
    """
    return f"último reporte {long_date(last_on)}" if last_on else "sin reportes"


def explanation_text(told: Explanation) -> str:
    """Why a milestone is late in one line: cause, reply, action, who and until when."""
    parts = [cause_text(told), told.reply, told.action, told.responsible]
    parts.append(f"compromiso {long_date(told.commitment_on)}" if told.commitment_on else "")
    return " · ".join(part for part in parts if part)


def cause_text(explanation: Explanation) -> str:
    """The cause in words, with what was added to it.

    >>> from datetime import UTC, datetime
    >>> told = Explanation(1, "H07", DelayCause.BUDGET, datetime(2022, 5, 2, tzinfo=UTC), date(2022, 5, 2), "falta CDP")
    >>> cause_text(told)
    'Traslado o falta de recursos: falta CDP'
    """
    return ": ".join(part for part in (DELAY_CAUSE[explanation.cause], explanation.cause_text) if part)


def due_text(item: DueMilestone) -> str:
    """How pressing a milestone is, with its days: *Vencido, 5 días hábiles*, *Próximo, en 8 días hábiles*."""
    if item.due is Due.OVERDUE:
        return f"{DUE[item.due]}, {days_text(item.days)}"
    if item.due is Due.SOON:
        return f"{DUE[item.due]}, en {days_text(item.days)}"
    return DUE[item.due]
