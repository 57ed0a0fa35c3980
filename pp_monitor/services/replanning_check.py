"""What is wrong or doubtful in the dates that a re-planning asks for, as a person can mend it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pp_monitor.domain.catalogue import Catalogue
from pp_monitor.domain.errors import ConflictError, Problem
from pp_monitor.domain.plan import Plans
from pp_monitor.domain.plan_warning import PlanReview
from pp_monitor.domain.project import ProjectState
from pp_monitor.domain.replanning import movable_codes, move_faults, moved_lines, moved_order_faults
from pp_monitor.labels_plan import move_fix, plan_fix
from pp_monitor.services.deviation import Standing
from pp_monitor.services.plan_check import milestone_names, warning_problem

NO_DATES = "dates"


def require_movable(standing: Standing) -> Plans:
    """The plans of a project whose dates may move now; raise ``ConflictError`` for any other."""
    project, plans = standing.project, standing.plans
    if plans is None:
        raise ConflictError(f"El proyecto {project.code} no tiene plan registrado: no hay qué reprogramar.")
    if project.state is ProjectState.WITHDRAWN:
        raise ConflictError(f"El proyecto {project.code} está retirado: sus fechas ya no se siguen.")
    if project.state is ProjectState.SUSPENDED:
        raise ConflictError(f"El proyecto {project.code} está suspendido: el reinicio corre sus fechas.")
    if not movable_codes(project):
        raise ConflictError(f"El proyecto {project.code} no tiene hitos pendientes: no hay qué reprogramar.")
    return plans


def require_same_plan(plans: Plans, baseline_number: int) -> None:
    """Raise ``ConflictError`` where the plan in force is no longer the baseline that a request moves from."""
    if plans.current.number != baseline_number:
        raise ConflictError("El plan vigente cambió después de esta solicitud. Devuélvala para que la rehagan.")


def standing_names(standing: Standing) -> dict[str, str]:
    """The name of each milestone of a project, its own ones too."""
    return milestone_names(standing.frame.catalogue) | dict(standing.history.own_names)


def wanted_problems(
    standing: Standing, wanted: Mapping[str, date], today: date, past_reason: str = ""
) -> tuple[Problem, ...]:
    """Everything that refuses the dates asked for: none at all, what is met, days that are over, impossible orders."""
    if not wanted:
        return (Problem("No hay fechas nuevas.", "Escriba la fecha nueva de al menos un hito.", cell=NO_DATES),)
    names = standing_names(standing)
    project, catalogue = standing.project, standing.frame.catalogue
    allows_past = bool(past_reason.strip())
    found = [
        _problem(project.code, fault.milestone_code, move_fix(fault, names))
        for fault in move_faults(project, wanted, today, allows_past=allows_past)
    ]
    return (*found, *_order_problems(standing, wanted, catalogue, names))


def _order_problems(
    standing: Standing, wanted: Mapping[str, date], catalogue: Catalogue, names: Mapping[str, str]
) -> list[Problem]:
    plans = standing.plans
    lines = plans.current.lines if plans else {}
    return [
        _problem(standing.project.code, fault.milestone_code, plan_fix(fault, names))
        for fault in moved_order_faults(standing.project, lines, wanted, catalogue)
    ]


def wanted_doubts(standing: Standing, wanted: Mapping[str, date], review: PlanReview) -> tuple[Problem, ...]:
    """The doubts about the plan that the dates asked for would make, without those it already has."""
    plans = standing.plans
    if plans is None:
        return ()
    project, names = standing.project, standing_names(standing)
    known = set(review.warn(plans.current.lines, project.modality, project.allocation_cop))
    lines = moved_lines(plans.current.lines, wanted)
    return tuple(
        warning_problem(project.code, warning, names)
        for warning in review.warn(lines, project.modality, project.allocation_cop)
        if warning not in known and (not warning.milestone_code or warning.milestone_code in wanted)
    )


def _problem(code: str, milestone: str, text: tuple[str, str]) -> Problem:
    return Problem(text[0], text[1], project_code=code, milestone_code=milestone)
