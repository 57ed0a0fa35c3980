"""The data of a project as pairs of words: what it is, and the figures of its plan with what each is made of."""

from __future__ import annotations

from typing import Any

from pp_monitor import labels
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import NO_VALUE, cop, date_short, index, percent
from pp_monitor.labels_plan import approval_text, postponed_text
from pp_monitor.reports.evaluation import value_at_risk_cop
from pp_monitor.views.figures import mean_days
from pp_monitor.views.procurement_page import package_text
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import official_name


def project_facts(reading: Reading, project: ProjectAssessment) -> list[tuple[str, str]]:
    """What the panel of data lists, in its order; after the organism the page puts the territories, as links."""
    names = reading.portfolio.names
    found = [
        ("Código", project.code),
        ("Organismo", official_name(names, project.organism_code)),
        ("Modalidad", labels.MODALITY[project.modality] if project.modality else NO_VALUE),
        ("Plan", _plan(project)),
        ("Valor en riesgo", cop(value_at_risk_cop(project))),
    ]
    if counted := package_text(reading, project):
        found.append(("Paquete de contratos pequeños", counted))
    return found + _measured(project)


def _plan(project: ProjectAssessment) -> str:
    if project.approval:
        return approval_text(project.approval)
    if not project.has_plan:
        return labels.PLAN_STATUS[project.plan_status]
    moved = postponed_text(project.replannings, project.postponed_workdays)
    return f"Registrado el {date_short(project.registered_on)}" + (f" · {moved}" if moved else "")


def _measured(project: ProjectAssessment) -> list[tuple[str, str]]:
    """The figures of the plan, each with what it is made of."""
    measures: Any = project.b0
    if measures is None:
        return []
    rate = f"{measures.met_on_time} de {measures.due_for_on_time}"
    mean = measures.mean_delay_workdays
    physical = project.physical_percent
    return [
        ("Índice de cumplimiento del cronograma (ICC)", index(measures.schedule_index.value)),
        ("Oportunidad", f"{percent(measures.on_time_rate.value)} ({rate} hitos exigibles)"),
        ("Mayor retraso", labels.days_text(measures.worst_delay_workdays)),
        (
            "Retraso promedio",
            mean_days(mean, len(measures.delay_workdays)),
        ),
        ("Avance con soporte", percent(measures.supported_progress.value)),
        ("Ejecución física", NO_VALUE if physical is None else percent(physical / 100)),
    ]
