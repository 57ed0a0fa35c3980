"""The words of progress: why a milestone is late and on whom it depends."""

from __future__ import annotations

from pp_monitor.domain.cause import DelayCause, DependsOn, Explanation
from pp_monitor.domain.progress_due import Due, DueMilestone
from pp_monitor.domain.verification import Reporter
from pp_monitor.labels import days_text

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


def cause_text(explanation: Explanation) -> str:
    """The cause in words, with what was added to it.

    >>> from datetime import UTC, date, datetime
    >>> told = Explanation(1, "H07", DelayCause.BUDGET, datetime(2022, 5, 2, tzinfo=UTC), date(2022, 5, 2), "falta CDP")
    >>> cause_text(told)
    'Traslado o falta de recursos: falta CDP'
    """
    return ": ".join(part for part in (DELAY_CAUSE[explanation.cause], explanation.cause_text) if part)


def due_text(item: DueMilestone) -> str:
    """How pressing a milestone is, with its days: *Vencido, 5 días hábiles*, *Próximo, en 12 días*."""
    if item.due is Due.OVERDUE:
        return f"{DUE[item.due]}, {days_text(item.days)}"
    if item.due is Due.SOON:
        return f"{DUE[item.due]}, {'mañana' if item.days == 1 else f'en {item.days} días'}"
    return DUE[item.due]
