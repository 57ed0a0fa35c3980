"""Which fact ended a cause: what the closing of a case tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.alert_cause import Cause, Watch
from pp_monitor.domain.alert_rule import AlertRule
from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.project import ProjectAssessment, ProjectState


class FactKind(StrEnum):
    """What happened that a cause no longer holds."""

    MET = "met"
    PASSED = "passed"
    REPLANNED = "replanned"
    SUSPENDED = "suspended"
    RESTARTED = "restarted"
    WITHDRAWN = "withdrawn"
    REPORTED = "reported"
    FORECAST = "forecast"
    REGISTERED = "registered"
    ENLACE = "enlace"
    CORRECTED = "corrected"
    RULE_OFF = "rule_off"


@dataclass(frozen=True, slots=True)
class Settlement:
    """The fact with its day, none where it has no date of its own."""

    kind: FactKind
    day: date | None = None


def settled_by(cause: Cause, project: ProjectAssessment | None, watch: Watch) -> Settlement:
    """The fact that ended a cause of ``project``, or of an organism where none is given."""
    if not watch.is_on(cause.rule):
        return Settlement(FactKind.RULE_OFF)
    if project is None:
        return Settlement(_ORGANISM.get(cause.rule, FactKind.CORRECTED))
    if project.is_withdrawn:
        return Settlement(FactKind.WITHDRAWN, project.state_since)
    if cause.rule is AlertRule.LONG_SUSPENSION and project.state is ProjectState.ACTIVE:
        return Settlement(FactKind.RESTARTED, project.state_since)
    if cause.rule in _DATED:
        return _milestone_fact(cause, project)
    reported = watch.signals.last_reports.get(project.id)
    if cause.rule is AlertRule.NO_UPDATE and reported and cause.day and reported > cause.day:
        return Settlement(FactKind.REPORTED, reported)
    if cause.rule is AlertRule.NO_UPDATE and project.state is ProjectState.SUSPENDED:
        return Settlement(FactKind.SUSPENDED, project.state_since)
    return Settlement(FactKind.CORRECTED)


_ORGANISM = {
    AlertRule.ORGANISM_WITHOUT_PLAN: FactKind.REGISTERED,
    AlertRule.ORGANISM_WITHOUT_ENLACE: FactKind.ENLACE,
}
# Rules about the date of a milestone that was still to come.
_DATED = frozenset({AlertRule.OVERDUE, AlertRule.PASSED, AlertRule.FINISH_AFTER_YEAR, AlertRule.RESTRICTION_WINDOW})


def _milestone_fact(cause: Cause, project: ProjectAssessment) -> Settlement:
    row = project.current.result(cause.code) if project.current else None
    if row and row.is_met and row.actual:
        return Settlement(FactKind.MET, row.actual.day)
    if row and row.state is MilestoneState.PASSED:
        return Settlement(FactKind.PASSED)
    if project.state is ProjectState.SUSPENDED:
        return Settlement(FactKind.SUSPENDED, project.state_since)
    if cause.rule is AlertRule.FINISH_AFTER_YEAR and cause.code in project.forecasts:
        return Settlement(FactKind.FORECAST, project.forecasts[cause.code].day)
    if row and row.planned and row.planned != cause.day:
        return Settlement(FactKind.REPLANNED, row.planned)
    return Settlement(FactKind.CORRECTED)
