"""The Spanish words of contracting: states and steps of a process, offices and steps of a file."""

from __future__ import annotations

from pp_monitor.domain.contract import ProcessAct, ProcessState, ProcessStep
from pp_monitor.domain.procurement import FileStep, Office

PROCESS_STATE = {
    ProcessState.OPEN: "En curso",
    ProcessState.SUSPENDED: "Suspendido",
    ProcessState.ABANDONED: "Abandonado",
}
PROCESS_ACT = {
    ProcessAct.SUSPENDED: "Suspensión",
    ProcessAct.RESTARTED: "Reinicio",
    ProcessAct.ABANDONED: "Abandono",
}
PROCESS_STEP = {
    ProcessStep.VOID: "Declarar desierto",
    ProcessStep.SUSPEND: "Suspender el proceso",
    ProcessStep.RESTART: "Reiniciar el proceso",
    ProcessStep.ABANDON: "Abandonar el proceso",
}
OFFICE = {
    Office.ORGANISM: "Organismo",
    Office.CONTRATACION: "Contratación Pública",
    Office.LEGAL: "Jurídica",
    Office.FINANCE: "Hacienda",
    Office.PLANNING: "Planeación",
    Office.OTHER: "Otra",
}
FILE_STEP = {
    FileStep.FILED: "Radicado",
    FileStep.RETURNED: "Devuelto",
    FileStep.APPROVED: "Aprobado",
}


def office_name(office: Office, name: str = "") -> str:
    """The name of an office; that of the organism tells that it corrects what was returned.

    >>> office_name(Office.OTHER, "Curaduría 1"), office_name(Office.ORGANISM)
    ('Curaduría 1', 'Organismo, por corregir')
    """
    if office is Office.ORGANISM:
        return "Organismo, por corregir"
    return name.strip() or OFFICE[office]
