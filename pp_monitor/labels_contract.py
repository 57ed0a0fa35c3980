"""The Spanish words of contracting: states and steps of a process, offices and steps of a file."""

from __future__ import annotations

from pp_monitor.domain.contract import ProcessAct, ProcessState, ProcessStep

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
