"""The words of commitments: their states and steps."""

from __future__ import annotations

from pp_monitor.domain.commitment import CommitmentState, CommitmentStep
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.wording import LEAST_LETTERS, explains
from pp_monitor.labels import days_text

COMMITMENT_STATE = {
    CommitmentState.OVERDUE: "Vencido",
    CommitmentState.OPEN: "Abierto",
    CommitmentState.DONE: "Cumplido",
    CommitmentState.CANCELLED: "Cancelado",
}
COMMITMENT_STEP = {
    CommitmentStep.COMMENTED: "Comentario",
    CommitmentStep.DONE: "Cumplido",
    CommitmentStep.POSTPONED: "Aplazado",
    CommitmentStep.CANCELLED: "Cancelado",
    CommitmentStep.REOPENED: "Reabierto",
}


def text_problem(text: str, missing: str, cell: str) -> tuple[Problem, ...]:
    """What is wrong with a text that must be understood, at its box; ``missing`` where it is empty.

    >>> text_problem("Acta", "Falta.", "what")[0].what, text_problem("Se entregó el acta.", "Falta.", "what")
    ('El texto es demasiado corto.', ())
    """
    if explains(text):
        return ()
    what = "El texto es demasiado corto." if text.strip() else missing
    return (Problem(what, f"Escriba al menos {LEAST_LETTERS} letras: quien lo lea debe entenderlo.", cell=cell),)


def lateness_text(overdue_workdays: int, done_workdays: int | None) -> str:
    """How late a commitment is or was done, in working days; empty for one that is not due.

    >>> lateness_text(1, None), lateness_text(0, 3), lateness_text(0, -2), lateness_text(0, None)
    ('vencido hace 1 día hábil', 'con 3 días hábiles de retraso', 'a tiempo', '')
    """
    if overdue_workdays:
        return f"vencido hace {days_text(overdue_workdays)}"
    if done_workdays is None:
        return ""
    return f"con {days_text(done_workdays)} de retraso" if done_workdays > 0 else "a tiempo"
