"""The figures of one project as cards, each with what it was made of."""

from __future__ import annotations

from collections.abc import Sequence

from pp_monitor import labels
from pp_monitor.domain.deviation import Measures, MilestoneResult
from pp_monitor.domain.project import ProjectAssessment, ProjectState
from pp_monitor.formatters import NO_VALUE, cop, cop_millions, date_short, integer, millions, percent, plural, points
from pp_monitor.services.case_row import CaseRow
from pp_monitor.views.figures import Card
from pp_monitor.views.glossary import How
from pp_monitor.views.wording import phase_word


def cards(project: ProjectAssessment, cases: Sequence[CaseRow]) -> list[Card]:
    """Value, progress, phase, commitments and open cases of a project; days of cases are working days."""
    return [
        Card(
            "Valor",
            f"${millions(project.allocation_cop)}",
            "millones",
            cop(project.allocation_cop),
            how=How(("allocation_cop",)),
        ),
        _progress_card(project),
        _phase_card(project),
        _money_card(project),
        _alert_card(cases),
    ]


def _progress_card(project: ProjectAssessment) -> Card:
    if project.b0 is None:
        return Card("Avance de hitos", NO_VALUE, delta="sin plan registrado")
    behind = project.b0.deviation_points
    delta = f"programado {percent(project.b0.planned_progress.value)} · {points(behind)} puntos"
    tone = "late" if project.state is ProjectState.ACTIVE and behind is not None and behind < 0 else ""
    value = percent(project.b0.actual_progress.value)
    return Card("Avance de hitos", value, "", delta, tone, "#hitos", How(_PROGRESS, _weights(project.b0)))


_PROGRESS = ("actual_progress", "planned_progress", "deviation_points", "schedule_index")


def _weights(measures: Measures) -> tuple[tuple[str, str], ...]:
    return (
        ("Peso cumplido", integer(measures.met_weight)),
        ("Peso exigible", integer(measures.due_weight)),
        ("Peso total", integer(measures.all_weight)),
        ("ICC", percent(measures.schedule_index.value)),
    )


def _phase_card(project: ProjectAssessment) -> Card:
    if project.current is None:
        return Card("Fase", NO_VALUE, delta="sin plan registrado")
    rows = [row for row in project.current.milestones if row.is_applicable]
    if project.phase:
        rows = [row for row in rows if row.milestone.phase is project.phase]
    return Card("Fase", phase_word(project), "", met_text(rows), url="#hitos", how=How(("phase",)))


def met_text(rows: Sequence[MilestoneResult]) -> str:
    """How many of these milestones are met: ``2 de 8 hitos``."""
    return f"{sum(row.is_met for row in rows)} de {plural(len(rows), 'hito', 'hitos')}"


def _money_card(project: ProjectAssessment) -> Card:
    if project.snapshot is None:
        return Card("Compromisos (RP)", NO_VALUE, delta="sin corte presupuestal cargado")
    snapshot = project.snapshot
    made = (
        ("Compromisos (RP)", cop(snapshot.commitments_cop)),
        ("Valor vigente", cop(snapshot.current_cop)),
    )
    delta = f"CDP {cop_millions(snapshot.cdp_cop)} · corte {date_short(snapshot.cutoff)}"
    return Card(
        "Compromisos (RP)",
        f"${millions(snapshot.commitments_cop)}",
        "millones",
        delta,
        how=How(("commitments_cop",), made),
    )


def _alert_card(cases: Sequence[CaseRow]) -> Card:
    if not cases:
        return Card("Casos abiertos", "0", delta="hoy")
    words = ", ".join(labels.ALERT_LEVEL[case.level].lower() for case in cases)
    ages = plural(max(case.age_workdays for case in cases), "día hábil", "días hábiles")
    return Card("Casos abiertos", integer(len(cases)), "", f"{words} · hace {ages}", "late", "#alertas")


def light_how(project: ProjectAssessment) -> How:
    """What the light of a project was made of: the weights and the worst delay against the plan in force."""
    if project.current is None:
        return How(("light",))
    worst = ("Mayor retraso, días hábiles", integer(project.current.worst_delay_workdays))
    return How(("light", "current"), (*_weights(project.current), worst))
