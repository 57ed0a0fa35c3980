"""The story of a project: everything recorded about it, told from the newest to the oldest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import case, func, literal, select, union
from sqlalchemy.orm import aliased

from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_rule import AlertLevel
from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.progress import FactStatus
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.labels_plan import BY_SILENCE
from pp_monitor.models.account import User
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Organism
from pp_monitor.models.plan import BaselineRow, RegistrationEvent
from pp_monitor.models.progress import ActualFact, Evidence, FactSource, ForecastFact
from pp_monitor.models.project import (
    Contract,
    Project,
    ProjectAllocation,
    ProjectChange,
    ProjectOrganism,
    ProjectStateRow,
)
from pp_monitor.models.replanning import ReplanningEvent
from pp_monitor.services.evidence import proof_of
from pp_monitor.services.story_contract import contracting_entries
from pp_monitor.services.story_entry import NOWHERE, Origin, StoryEntry, StoryKind, authored

Origins = Mapping[datetime, Origin]


def project_story(project_id: int) -> tuple[StoryEntry, ...]:
    """The story of one project, the newest first, in sixteen queries; what it entered with is part of its entrance."""
    origins = _origins(project_id)
    entered = _entered(project_id, origins)
    entries = [
        entered,
        *_baselines(project_id, origins),
        *_facts(project_id, ActualFact, StoryKind.ACTUAL),
        *_facts(project_id, ForecastFact, StoryKind.FORECAST),
        *_states(project_id, origins),
        *(row for row in _allocations(project_id, origins) if row.recorded_at > entered.recorded_at),
        *(row for row in _organisms(project_id, origins) if row.recorded_at > entered.recorded_at),
        *_alerts(project_id),
        *contracting_entries(project_id),
    ]
    return tuple(sorted(entries, key=lambda row: (row.recorded_at, row.happened_on), reverse=True))


def _origins(project_id: int) -> Origins:
    """Where each act came from, by the instant at which it was recorded: no two of a vigencia share one."""
    change, plan, step = ProjectChange, BaselineRow, ReplanningEvent
    changes = select(
        change.recorded_at,
        change.evidence_id,
        change.id.label("change_id"),
        literal(0).label("request_id"),
        change.user_id.label("user_id"),
    )
    plans = select(plan.recorded_at, plan.evidence_id, literal(0), func.coalesce(step.request_id, 0), literal(0))
    given = union(
        changes.where(change.project_id == project_id),
        plans.outerjoin(step, step.baseline_id == plan.id).where(plan.project_id == project_id),
    ).subquery()
    query = select(given, Evidence).outerjoin(Evidence, Evidence.id == given.c.evidence_id)
    found: dict[datetime, Origin] = {}
    for row in authored(query, given.c.user_id):
        known = found.get(row.recorded_at, NOWHERE)
        found[row.recorded_at] = Origin(
            proof_of(row.Evidence) or known.proof,
            row.change_id or known.change_id,
            row.request_id or known.request_id,
            author=row.author or known.author,
        )
    return found


def _entered(project_id: int, origins: Origins) -> StoryEntry:
    row = db.session.get_one(Project, project_id)
    return StoryEntry(StoryKind.ENTERED, row.entered_on, row.recorded_at, origin=origins.get(row.recorded_at, NOWHERE))


def _baselines(project_id: int, origins: Origins) -> list[StoryEntry]:
    table = BaselineRow
    event = RegistrationEvent
    registered = (event.project_id == project_id) & (event.registration_id == table.registration_id)
    query = (
        select(
            table.number,
            table.kind,
            table.decided_on,
            table.act,
            table.cause,
            table.justification,
            table.recorded_at,
            event.submission_id,
        )
        .outerjoin(event, registered)
        .where(table.project_id == project_id)
    )
    # What organisms send is registered by Planning or by silence, not by who approved it.
    author_id = case((table.number == 0, event.user_id), else_=table.decided_by_id)
    return [
        StoryEntry(
            StoryKind.BASELINE,
            row.decided_on,
            row.recorded_at,
            code=BaselineKind(row.kind),
            number=row.number,
            note=". ".join(part for part in (row.cause, row.justification) if part),
            act=row.act,
            author=row.author or (BY_SILENCE if row.submission_id else ""),
            origin=origins.get(row.recorded_at, NOWHERE),
        )
        for row in authored(query, author_id)
    ]


def _facts(project_id: int, table: type[ActualFact] | type[ForecastFact], kind: StoryKind) -> list[StoryEntry]:
    query = select(
        table.milestone_code,
        table.day,
        table.status,
        table.reported_on,
        table.note,
        table.cause,
        table.source,
        table.recorded_at,
        (Contract.number if table is ActualFact else literal("")).label("contract"),
    ).where(table.project_id == project_id)
    if table is ActualFact:
        query = query.outerjoin(Contract, Contract.id == ActualFact.contract_id)
    return [
        StoryEntry(
            kind,
            row.reported_on,
            row.recorded_at,
            code=FactStatus(row.status),
            milestone_code=row.milestone_code,
            day=row.day,
            note=". ".join(part for part in (row.cause, row.note) if part),
            author=row.author or "",
            subject=row.contract or "",
            is_by_planning=row.source == FactSource.PLANNING,
        )
        for row in authored(query, table.user_id)
    ]


def _states(project_id: int, origins: Origins) -> list[StoryEntry]:
    table = ProjectStateRow
    query = select(
        table.state, table.valid_from, table.act, table.reason, table.restart_expected_on, table.recorded_at
    ).where(table.project_id == project_id)
    return [
        StoryEntry(
            StoryKind.STATE,
            row.valid_from,
            row.recorded_at,
            code=ProjectState(row.state),
            day=row.restart_expected_on,
            note=row.reason,
            act=row.act,
            origin=origins.get(row.recorded_at, NOWHERE),
        )
        for row in db.session.execute(query)
    ]


def _allocations(project_id: int, origins: Origins) -> list[StoryEntry]:
    table = ProjectAllocation
    query = select(table.amount_cop, table.valid_from, table.act, table.recorded_at).where(
        table.project_id == project_id
    )
    return [
        StoryEntry(
            StoryKind.ALLOCATION,
            row.valid_from,
            row.recorded_at,
            number=row.amount_cop,
            act=row.act,
            origin=origins.get(row.recorded_at, NOWHERE),
        )
        for row in db.session.execute(query)
    ]


def _organisms(project_id: int, origins: Origins) -> list[StoryEntry]:
    table = ProjectOrganism
    query = (
        select(Organism.code, table.valid_from, table.act, table.recorded_at)
        .join(Organism, Organism.id == table.organism_id)
        .where(table.project_id == project_id)
    )
    return [
        StoryEntry(
            StoryKind.ORGANISM,
            row.valid_from,
            row.recorded_at,
            code=row.code,
            act=row.act,
            origin=origins.get(row.recorded_at, NOWHERE),
        )
        for row in db.session.execute(query)
    ]


def _alerts(project_id: int) -> list[StoryEntry]:
    """What happened to its cases, but for who was told of them as they grew old: that is in the case itself."""
    table, owner = AlertEvent, aliased(User)
    query = (
        select(table, owner.label.label("owner"))
        .join(Alert, Alert.id == table.alert_id)
        .outerjoin(owner, owner.id == table.owner_id)
        .where(Alert.project_id == project_id, table.change != AlertChange.ESCALATED)
    )
    return [
        StoryEntry(
            StoryKind.ALERT,
            row.AlertEvent.happened_on,
            row.AlertEvent.recorded_at,
            code=AlertChange(row.AlertEvent.change),
            day=row.AlertEvent.day,
            milestone_code=row.AlertEvent.milestone_code or "",
            number=row.AlertEvent.workdays,
            level=AlertLevel(row.AlertEvent.level),
            rule=row.AlertEvent.rule,
            role=row.AlertEvent.role,
            owner=row.owner or "",
            note=row.AlertEvent.text,
            origin=Origin(case_id=row.AlertEvent.alert_id),
            author=row.author or "",
        )
        for row in authored(query, table.user_id)
    ]
