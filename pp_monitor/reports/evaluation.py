"""Every figure of an assessment as plain JSON: the answer of ``evaluate`` and what a closed cut-off freezes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date
from enum import StrEnum
from typing import Any, TypeAlias

from pp_monitor import labels
from pp_monitor.domain.catalogue import COMPLETION
from pp_monitor.domain.deviation import Measures, MilestoneResult
from pp_monitor.domain.group import GroupAssessment, Member, assess_group, worst_first
from pp_monitor.domain.light import Light
from pp_monitor.domain.money import split_cop, total_money
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.ratio import Ratio

Payload: TypeAlias = dict[str, Any]
"""Plain JSON: fractions 0-1 unrounded, money in whole pesos, delays in working days, dates in ISO, no value as null."""

PHASE_DONE = "closed"
AT_RISK = frozenset({Light.RED, Light.NO_PLAN})


class Yardstick(StrEnum):
    """The plan that figures are measured against: the frozen one, or the one in force."""

    B0 = "b0"
    CURRENT = "current"


def evaluation(portfolio: Portfolio, *, baseline: str = Yardstick.B0) -> Payload:
    """Every figure of ``portfolio`` against ``baseline`` (``b0`` or ``current``); the light is that of the rules."""
    yardstick = Yardstick(baseline)
    known_at = portfolio.frame.view.known_at.astimezone(UTC).replace(tzinfo=None)
    groups = organism_groups(portfolio, yardstick)
    return {
        "year": portfolio.year,
        "cutoff": portfolio.cutoff.isoformat(),
        "known_at": f"{known_at.isoformat()}Z",
        "baseline": yardstick.value,
        "budget_cutoff": _iso(portfolio.budget_cutoff),
        "is_demo": portfolio.is_demo,
        "city": city_payload(portfolio, yardstick),
        "organisms": [organism_payload(group, portfolio) for group in groups],
        "projects": [project_payload(project, portfolio, yardstick) for project in portfolio.projects],
    }


def organism_groups(portfolio: Portfolio, yardstick: Yardstick = Yardstick.B0) -> Sequence[GroupAssessment]:
    """The organisms with a project, worst first, measured against ``yardstick``."""
    if yardstick is Yardstick.B0:
        return portfolio.organisms
    return worst_first(
        _against_current(group.code, portfolio.of_organism(group.code), portfolio) for group in portfolio.organisms
    )


def city_payload(portfolio: Portfolio, yardstick: Yardstick = Yardstick.B0) -> Payload:
    """Every figure of the city, with how many organisms have registered all their projects."""
    whole = portfolio.city
    if yardstick is Yardstick.CURRENT:
        whole = _against_current(whole.code, portfolio.projects, portfolio)
    groups = [group for group in portfolio.organisms if group.projects]
    return {
        "organisms": len(groups),
        "organisms_registered": sum(group.with_plan == group.projects for group in groups),
    } | group_figures(whole, portfolio.projects)


def organism_payload(group: GroupAssessment, portfolio: Portfolio) -> Payload:
    """Every figure of an organism; ``registered_on`` is the declared day of its first registration."""
    label = portfolio.names.organisms.get(group.code)
    projects = portfolio.of_organism(group.code)
    days = [project.registered_on for project in projects if project.registered_on and not project.is_withdrawn]
    return {
        "code": group.code,
        "name": label.name if label else group.code,
        "short_name": label.short_name if label else group.code,
        "registered_on": _iso(min(days, default=None)),
    } | group_figures(group, projects)


def project_payload(project: ProjectAssessment, portfolio: Portfolio, yardstick: Yardstick = Yardstick.B0) -> Payload:
    """Every figure of a project; those of a plan are null without one."""
    names = portfolio.names.milestones
    snapshot = project.snapshot
    return (
        {
            "code": project.code,
            "public_id": project.public_id,
            "name": project.name,
            "organism": project.organism_code,
            "status": project.plan_status.value,
            "state": project.state.value,
            "state_since": _iso(project.state_since),
            "light": project.light.value,
            "reasons": [labels.reason_sentence(reason, names) for reason in project.reasons],
            "modality": project.modality.value if project.modality else None,
            "territories": _territories(project),
            "registered_on": _iso(project.registered_on),
            "replannings": project.replannings,
            "postponed_workdays": project.postponed_workdays,
            "allocation_cop": project.allocation_cop,
            "value_at_risk_cop": value_at_risk_cop(project),
            "commitments_cop": snapshot.commitments_cop if snapshot else None,
            "payments_cop": snapshot.payments_cop if snapshot else None,
            "has_commitment": project.has_commitment,
        }
        | _measured(project, measures_of(project, yardstick))
        | {"milestones": _milestones(project, yardstick), "own_milestones": _own(project)}
    )


def measures_of(project: ProjectAssessment, yardstick: Yardstick) -> Measures | None:
    """The measures of a project against ``yardstick``; none without plan."""
    return project.b0 if yardstick is Yardstick.B0 else project.current


def value_at_risk_cop(project: ProjectAssessment) -> int:
    """What a red project, or one without plan past its deadline, has not committed; 0 for others (rules 7)."""
    return project.uncommitted_cop if project.light in AT_RISK else 0


def completion_forecast(project: ProjectAssessment) -> date | None:
    """Earliest possible date of H11 (*Terminación*); none once met, suspended, withdrawn or without plan."""
    forecast = project.forecasts.get(COMPLETION)
    return forecast.day if forecast else None


def _against_current(code: str, projects: Iterable[ProjectAssessment], portfolio: Portfolio) -> GroupAssessment:
    members = [Member.whole(project) for project in projects]
    return assess_group(code, members, portfolio.frame.thresholds, against_current=True)


def group_figures(group: GroupAssessment, projects: Iterable[ProjectAssessment]) -> Payload:
    """Every figure of a group of ``projects``, as ``evaluate`` tells it."""
    return {
        "light": group.light.value,
        "projects": group.projects,
        "with_plan": group.with_plan,
        "coverage": group.coverage.value,
        "awaiting_approval": group.awaiting_approval,
        "withdrawn": group.withdrawn,
        "allocation_cop": group.allocation_cop,
        "allocation_with_plan_cop": int(group.planned_progress.denominator),
        "planned_progress": group.planned_progress.value,
        "actual_progress": group.actual_progress.value,
        "supported_progress": group.supported_progress.value,
        "mean_planned_progress": group.mean_planned,
        "mean_actual_progress": group.mean_actual,
        "deviation_points": group.deviation_points,
        "schedule_index": group.schedule_index.value,
        "due": group.due,
        "due_for_on_time": group.due_for_on_time,
        "met_on_time": group.met_on_time,
        "supported_on_time": group.supported_on_time,
        "on_time_rate": group.on_time_rate.value,
        "supported_on_time_rate": Ratio(group.supported_on_time, group.due_for_on_time).value,
        "worst_delay_workdays": group.worst_delay_workdays if group.with_plan else None,
        "mean_delay_workdays": group.mean_delay_workdays,
        "mean_delay_count": group.mean_delay_count,
        "lights": {light.value: group.count(light) for light in Light if light is not Light.WITHDRAWN},
        "light_values_cop": {light.value: group.value_of(light) for light in Light if light is not Light.WITHDRAWN},
        "value_at_risk_cop": group.value_at_risk_cop,
        "risk_red_cop": group.risk_red_cop,
        "risk_no_plan_cop": group.risk_no_plan_cop,
        "committed_late_cop": group.committed_late_cop,
    } | _money(projects)


def _money(projects: Iterable[ProjectAssessment]) -> Payload:
    """Commitments and payments of the projects not withdrawn; null where no project has money data."""
    totals = total_money(project.snapshot for project in projects if not project.is_withdrawn)
    return {
        "commitments_cop": totals.commitments_cop if totals else None,
        "payments_cop": totals.payments_cop if totals else None,
    }


def _territories(project: ProjectAssessment) -> list[Payload]:
    amounts = split_cop(project.allocation_cop, [share.amount_cop for share in project.territories])
    return [
        {"code": share.territory_code, "allocation_cop": amount}
        for share, amount in zip(project.territories, amounts, strict=True)
    ]


_PLAN_FIGURES = (
    "phase physical_execution planned_progress actual_progress supported_progress deviation_points schedule_index "
    "due due_for_on_time met_on_time supported_on_time on_time_rate supported_on_time_rate "
    "worst_delay_workdays mean_delay_workdays mean_delay_count forecast_finish forecast_completion"
).split()


def _measured(project: ProjectAssessment, measures: Measures | None) -> Payload:
    if measures is None:
        return dict.fromkeys(_PLAN_FIGURES)
    percent = project.physical_percent
    return {
        "phase": measures.phase.value if measures.phase else PHASE_DONE,
        "physical_execution": None if percent is None else percent / 100,
        "planned_progress": measures.planned_progress.value,
        "actual_progress": measures.actual_progress.value,
        "supported_progress": measures.supported_progress.value,
        "deviation_points": measures.deviation_points,
        "schedule_index": measures.schedule_index.value,
        "due": measures.due_count,
        "due_for_on_time": measures.due_for_on_time,
        "met_on_time": measures.met_on_time,
        "supported_on_time": measures.supported_on_time,
        "on_time_rate": measures.on_time_rate.value,
        "supported_on_time_rate": measures.supported_on_time_rate.value,
        "worst_delay_workdays": measures.worst_delay_workdays,
        "mean_delay_workdays": measures.mean_delay_workdays,
        "mean_delay_count": len(measures.delay_workdays),
        "forecast_finish": _iso(project.forecast_finish),
        "forecast_completion": _iso(completion_forecast(project)),
    }


def _milestones(project: ProjectAssessment, yardstick: Yardstick) -> list[Payload]:
    chosen = measures_of(project, yardstick)
    if chosen is None or project.b0 is None or project.current is None:
        return []
    rows = zip(chosen.milestones, project.b0.milestones, project.current.milestones, strict=True)
    return [_milestone(row, b0.planned, current.planned, project) for row, b0, current in rows]


def _own(project: ProjectAssessment) -> list[Payload]:
    """The project's own milestones, named: dated and followed, outside the figures."""
    return [{"name": row.milestone.name} | _milestone(row, row.planned, row.planned, project) for row in project.own]


def _milestone(
    row: MilestoneResult, planned: date | None, planned_current: date | None, project: ProjectAssessment
) -> Payload:
    forecast = project.forecasts.get(row.code) if row.is_applicable else None
    fact = row.actual.fact if row.actual else None
    return {
        "code": row.code,
        "state": row.state.value,
        "planned": _iso(planned),
        "planned_current": _iso(planned_current),
        "actual": _iso(row.actual.day if row.actual else None),
        "deviation_workdays": row.deviation_workdays,
        "deviation_days": row.deviation_days,
        "overdue_workdays": row.overdue_workdays,
        "forecast": _iso(forecast.day if forecast else None),
        "declared_forecast": _iso(forecast.declared if forecast else None),
        "is_due": row.is_due,
        "is_met_before_registration": row.is_met_before_registration,
        "is_reported_late": row.is_reported_late,
        "has_evidence": fact.has_evidence if fact else False,
        "is_verified": row.actual.is_verified if row.actual else False,
        "reported_on": _iso(fact.reported_on if fact else None),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
