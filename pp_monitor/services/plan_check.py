"""What is wrong or doubtful in the plan of a project, as problems that a person can mend."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from pp_monitor.domain.catalogue import OWN_CODES, START, Catalogue, Modality
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.domain.plan import PlanFault, PlanLine, PlanProblem, check_plan
from pp_monitor.domain.plan_warning import PlanReview, PlanWarning, not_needed
from pp_monitor.domain.progress import LAST_CONTRACT, actual_start
from pp_monitor.intake.plan_rows import PlanRow
from pp_monitor.labels_plan import plan_advice, plan_fix

_ROW_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """The plan of one project: a line for each milestone code, with what had already been met.

    ``actuals`` are the actual dates known at registration; ``own_names`` names the
    project's own milestones (P01 to P03), which have lines too.
    """

    lines: Mapping[str, PlanLine]
    actuals: Mapping[str, date] = field(default_factory=dict)
    own_names: Mapping[str, str] = field(default_factory=dict)


def plan_faults(
    plan: ProjectPlan, catalogue: Catalogue, modality: Modality | None, today: date
) -> tuple[PlanProblem, ...]:
    """Every fault that refuses the registration of ``plan``: rules, unknown codes, impossible actual dates."""
    allowed = {*catalogue.codes, *plan.own_names} & {*catalogue.codes, *OWN_CODES}
    unknown = sorted({*plan.lines, *plan.actuals} - allowed)
    found = [PlanProblem(PlanFault.UNKNOWN, code) for code in unknown]
    found += check_plan(plan.lines, catalogue, modality)
    own = [code for code in sorted(plan.own_names) if not plan.lines.get(code, PlanLine()).is_complete]
    found += [PlanProblem(PlanFault.MISSING, code) for code in own]
    found += [
        PlanProblem(PlanFault.ACTUAL_IN_FUTURE, code) for code, day in sorted(plan.actuals.items()) if day > today
    ]
    start = actual_start(plan.actuals.items())
    found += [
        PlanProblem(PlanFault.ACTUAL_BEFORE_START, code, START)
        for code, day in sorted(plan.actuals.items())
        if start and code in LAST_CONTRACT and day < start
    ]
    return tuple(found)


def met_but_not_applicable(plan: ProjectPlan) -> tuple[str, ...]:
    """The milestones that have an actual date and are marked *No aplica*."""
    return tuple(code for code in sorted(plan.actuals) if plan.lines.get(code, PlanLine()).not_applicable)


def plan_errors(
    code: str, plan: ProjectPlan, catalogue: Catalogue, modality: Modality | None, today: date
) -> list[Problem]:
    """The faults of the plan of project ``code`` with their remedies, for the milestone each is at."""
    names = milestone_names(catalogue) | dict(plan.own_names)
    found = [
        _problem(code, fault.milestone_code, plan_fix(fault, names))
        for fault in plan_faults(plan, catalogue, modality, today)
    ]
    for milestone in met_but_not_applicable(plan):
        what = f"«{names.get(milestone, milestone)}» tiene fecha real y «No aplica»."
        found.append(_problem(code, milestone, (what, "Quite «No aplica» o la fecha real.")))
    return found


def plan_warnings(
    code: str, lines: Mapping[str, PlanLine], review: PlanReview, modality: Modality | None, amount_cop: int
) -> list[Problem]:
    """The doubts about the plan of project ``code``, which never refuse it."""
    names = milestone_names(review.catalogue)
    return [warning_problem(code, doubt, names) for doubt in review.warn(lines, modality, amount_cop)]


def draft_problems(
    code: str,
    lines: Mapping[str, PlanLine],
    catalogue: Catalogue,
    modality: Modality | None,
    changed: Collection[str],
) -> list[Problem]:
    """What refuses even a draft of project ``code``; as warnings, what will refuse its registration or needs a look.

    ``changed`` are the milestone codes that are new, empty for the modality: what stands between others was there
    before, and is a warning too. Missing dates are not told.
    """
    names = milestone_names(catalogue)
    found = [warning_problem(code, doubt, names) for doubt in not_needed(lines, catalogue, modality)]
    for fault in check_plan(lines, catalogue, modality):
        if fault.fault is not PlanFault.MISSING:
            is_new = not {fault.milestone_code, fault.other_code, ""}.isdisjoint(changed)
            severity = Severity.ERROR if fault.blocks_draft and is_new else Severity.WARNING
            found.append(_problem(code, fault.milestone_code, plan_fix(fault, names), severity))
    return found


def future_actuals(rows: Iterable[PlanRow], today: date) -> list[Problem]:
    """The actual dates of a file after ``today``, each at its own cell."""
    return [
        Problem(
            f"La fecha real de {row.milestone_code}, {row.actual:%d/%m/%Y}, está en el futuro.",
            "Escriba una fecha que ya haya pasado o deje la celda vacía.",
            sheet=row.actual_place.sheet,
            cell=row.actual_place.cell,
            project_code=row.project_code,
            milestone_code=row.milestone_code,
        )
        for row in rows
        if row.actual and row.actual > today
    ]


def warning_problem(code: str, warning: PlanWarning, names: Mapping[str, str]) -> Problem:
    """One doubt about the plan of project ``code`` in the reader's words."""
    return _problem(code, warning.milestone_code, plan_advice(warning, names), Severity.WARNING)


def milestone_names(catalogue: Catalogue) -> dict[str, str]:
    """The name of each milestone by code."""
    return {milestone.code: milestone.name for milestone in catalogue.milestones}


def errors_only(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that refuse what was sent."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)


def down_the_file(problem: Problem) -> tuple[str, int]:
    """The order in which the problems of a file are told: row by row; what has no place comes first."""
    row = _ROW_NUMBER.search(problem.cell)
    return problem.sheet, int(row[0]) if row else 0


def _problem(code: str, milestone: str, text: tuple[str, str], severity: Severity = Severity.ERROR) -> Problem:
    return Problem(text[0], text[1], severity, project_code=code, milestone_code=milestone)
