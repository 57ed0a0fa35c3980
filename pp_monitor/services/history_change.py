"""Which projects were touched between two instants, so that the figures of the rest can stay."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select, union_all

from pp_monitor.extensions import db
from pp_monitor.models.contract import ContractGuarantee
from pp_monitor.models.explanation import MilestoneExplanation
from pp_monitor.models.plan import BaselineRow, RegistrationEvent
from pp_monitor.models.progress import ActualFact, ForecastFact
from pp_monitor.models.project import (
    Attempt,
    AttemptVoid,
    MoneySnapshotRow,
    OwnMilestone,
    Project,
    ProjectAllocation,
    ProjectBacking,
    ProjectContract,
    ProjectModality,
    ProjectName,
    ProjectOrganism,
    ProjectProcess,
    ProjectStateRow,
    ProjectTerritory,
)

# The tables that a history is read from; rows of a territory or a baseline come with the row that they belong to.
_OF_PROJECT: tuple[Any, ...] = (
    ActualFact,
    BaselineRow,
    ForecastFact,
    MilestoneExplanation,
    MoneySnapshotRow,
    OwnMilestone,
    ProjectAllocation,
    ProjectBacking,
    ProjectContract,
    ProjectModality,
    ProjectName,
    ProjectOrganism,
    ProjectProcess,
    ProjectStateRow,
    ProjectTerritory,
    RegistrationEvent,
)


def changed_projects(vigencia_id: int, since: datetime, known_at: datetime) -> list[int]:
    """Ids of the vigencia's projects with something recorded after ``since`` and by ``known_at`` (UTC); one query."""
    values = {"vigencia": vigencia_id, "since": since, "known_at": known_at}
    return list(db.session.scalars(_statement(), values))


@cache
def _statement() -> Select[tuple[int]]:
    found = [_recorded(select(table.project_id), table) for table in _OF_PROJECT]
    found.append(_recorded(select(Project.id), Project))
    shared = select(ProjectContract.project_id)
    shared = shared.join(ContractGuarantee, ContractGuarantee.contract_id == ProjectContract.contract_id)
    found.append(_recorded(shared, ContractGuarantee))
    tried = select(ProjectProcess.project_id).join(Attempt, Attempt.process_id == ProjectProcess.process_id)
    found.append(_recorded(tried.join(AttemptVoid, AttemptVoid.attempt_id == Attempt.id), AttemptVoid))
    touched = union_all(*found).subquery()
    wanted = Project.id.in_(select(touched.c[0]))
    return select(Project.id).where(Project.vigencia_id == bindparam("vigencia"), wanted).order_by(Project.id)


def _recorded(query: Select[Any], table: Any) -> Select[Any]:
    return query.where(table.recorded_at > bindparam("since"), table.recorded_at <= bindparam("known_at"))
