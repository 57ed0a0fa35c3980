"""Everything recorded about the projects of a vigencia, read in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, null, select
from sqlalchemy.orm import aliased

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.cause import DelayCause, DependsOn, Explanation
from pp_monitor.domain.contract import ContractLink, GuaranteeApproval, VoidAttempt
from pp_monitor.domain.dated import Dated
from pp_monitor.domain.money import MoneySnapshot
from pp_monitor.domain.plan import Baseline, BaselineKind, PlanLine
from pp_monitor.domain.progress import Fact, FactStatus
from pp_monitor.domain.project import ProjectHistory, ProjectState, StateEvent, TerritoryShare
from pp_monitor.domain.submission import ApprovalStage
from pp_monitor.extensions import db
from pp_monitor.models.contract import ContractGuarantee
from pp_monitor.models.entity import Organism, Territory
from pp_monitor.models.explanation import MilestoneExplanation
from pp_monitor.models.plan import BaselineLine, BaselineRow, RegistrationEvent, RegistrationStep
from pp_monitor.models.progress import ActualFact, FactSource, ForecastFact
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
    ProjectTerritoryShare,
)

Grouped = dict[int, list[Any]]


@cache
def _own_columns(table: Any, *columns: Any) -> Select[Any]:
    """The columns of ``table`` that every reader wants, and ``columns``."""
    query = select(table.project_id, table.id, table.recorded_at, *columns)
    return query.join(Project, Project.id == table.project_id)


# Kept, like what the functions beside give: a statement costs more to write than to run over a few projects.
_PROJECTS = select(Project.id, Project.public_id, Project.code, Project.entered_on, Project.recorded_at)
_ORGANISMS = _own_columns(ProjectOrganism, ProjectOrganism.valid_from, Organism.code).join(
    Organism, Organism.id == ProjectOrganism.organism_id
)
_TERRITORIES = (
    _own_columns(ProjectTerritory, ProjectTerritory.valid_from, Territory.code, ProjectTerritoryShare.amount_cop)
    .join(ProjectTerritoryShare, ProjectTerritoryShare.project_territory_id == ProjectTerritory.id)
    .join(Territory, Territory.id == ProjectTerritoryShare.territory_id)
)
_LINES = (
    select(
        BaselineLine.baseline_id,
        BaselineLine.milestone_code,
        BaselineLine.planned_on,
        BaselineLine.is_not_applicable,
        BaselineLine.reason,
    )
    .join(BaselineRow, BaselineRow.id == BaselineLine.baseline_id)
    .join(Project, Project.id == BaselineRow.project_id)
)
_OTHER_LINK = aliased(ProjectProcess)
_FIRST_LINK = (
    select(func.min(_OTHER_LINK.id)).where(_OTHER_LINK.project_id == ProjectProcess.project_id).scalar_subquery()
)
_VOIDS = (
    select(
        ProjectProcess.project_id,
        (ProjectProcess.id == _FIRST_LINK).label("is_main"),
        ProjectProcess.recorded_at.label("linked_at"),
        AttemptVoid.attempt_id,
        AttemptVoid.valid_from,
        AttemptVoid.recorded_at,
        Attempt.number,
    )
    .join(Attempt, Attempt.id == AttemptVoid.attempt_id)
    .join(ProjectProcess, ProjectProcess.process_id == Attempt.process_id)
    .join(Project, Project.id == ProjectProcess.project_id)
)
_CONTRACTS = _own_columns(
    ProjectContract,
    ProjectContract.valid_from,
    ProjectContract.contract_id,
    ProjectContract.is_linked,
    ContractGuarantee.id.label("approval_id"),
    ContractGuarantee.approved_on,
    ContractGuarantee.recorded_at.label("approval_at"),
).outerjoin(ContractGuarantee, ContractGuarantee.contract_id == ProjectContract.contract_id)


@cache
def _bounded(query: Select[Any], table: Any, is_of_some: bool) -> Select[Any]:
    """``query`` as at ``:known_at``, of all projects of ``:vigencia`` or only of ``:projects``."""
    query = query.where(Project.vigencia_id == bindparam("vigencia"), table.recorded_at <= bindparam("known_at"))
    if is_of_some:
        query = query.where(Project.id.in_(bindparam("projects", expanding=True)))
    return query.order_by(table.id)


def load_histories(
    vigencia_id: int, known_at: datetime, project_ids: Sequence[int] | None = None, *, with_progress: bool = True
) -> list[ProjectHistory]:
    """The histories of the vigencia's projects as recorded by ``known_at``, or of some of them.

    Sixteen queries, whatever the number of projects; nine without progress: no facts, money, contracts nor answers.
    """
    reader = _Reader(vigencia_id, known_at, project_ids)
    parts = reader.attributes()
    if with_progress:
        parts |= reader.progress()
    own = reader.own_names()
    return [
        ProjectHistory(
            id=row.id,
            public_id=row.public_id,
            code=row.code,
            entered_on=row.entered_on,
            recorded_at=row.recorded_at,
            own_names=dict(own[row.id]),
            **{part: rows[row.id] for part, rows in parts.items()},
        )
        for row in reader.projects()
    ]


def _modality(code: str | None) -> Modality | None:
    return Modality(code) if code else None


def _dated(rows: Iterable[Row[Any]], read: Any = None) -> Grouped:
    """Rows of `_own_columns`, ``valid_from`` and a value, by project."""
    found: Grouped = defaultdict(list)
    for project_id, row_id, recorded_at, valid_from, value in rows:
        found[project_id].append(Dated(read(value) if read else value, valid_from, recorded_at, row_id))
    return found


def _fact(
    row_id: int,
    recorded_at: datetime,
    code: str,
    day: date | None,
    status: str,
    reported_on: date,
    contract_id: int | None,
    attempt_id: int | None,
    evidence_id: int | None,
    of_fact_id: int | None,
    source: str,
) -> Fact:
    """A row of a stream; positions keep the reading of thousands quick."""
    kind, has_evidence, is_ours = FactStatus(status), evidence_id is not None, source == FactSource.PLANNING
    return Fact(
        row_id, code, day, kind, recorded_at, reported_on, contract_id, attempt_id, has_evidence, of_fact_id, is_ours
    )


class _Reader:
    """Reads one kind of row after the other and groups each by project."""

    def __init__(self, vigencia_id: int, known_at: datetime, project_ids: Sequence[int] | None) -> None:
        self._vigencia_id = vigencia_id
        self._known_at = known_at
        self._project_ids = project_ids

    def _rows(self, query: Select[Any], table: Any) -> Iterable[Row[Any]]:
        """Rows of ``table`` of the wanted projects recorded by ``known_at``, in order of id."""
        values: dict[str, Any] = {"vigencia": self._vigencia_id, "known_at": self._known_at}
        if self._project_ids is not None:
            values["projects"] = list(self._project_ids)
        return db.session.execute(_bounded(query, table, self._project_ids is not None), values)

    def _of_project(self, table: Any, *columns: Any) -> Iterable[Row[Any]]:
        return self._rows(_own_columns(table, *columns), table)

    def attributes(self) -> dict[str, Grouped]:
        """What the project is and what was planned, by part of its history."""
        return {
            "names": self.names(),
            "organisms": self.organisms(),
            "modalities": self.dated(ProjectModality, ProjectModality.modality, _modality),
            "territories": self.territories(),
            "states": self.states(),
            "allocations": self.dated(ProjectAllocation, ProjectAllocation.amount_cop),
            "submissions": self.submissions(),
            "baselines": self.baselines(),
        }

    def progress(self) -> dict[str, Grouped]:
        """What happened to it, by part of its history."""
        contracts, guarantees = self.contracts()
        return {
            "backing": self.dated(ProjectBacking, ProjectBacking.is_backed),
            "snapshots": self.snapshots(),
            "actuals": self.facts(ActualFact),
            "forecasts": self.facts(ForecastFact),
            "contracts": contracts,
            "void_attempts": self.void_attempts(),
            "explanations": self.explanations(),
            "guarantees": guarantees,
        }

    def projects(self) -> Iterable[Row[Any]]:
        """What never changes of each project, in order of entry."""
        return self._rows(_PROJECTS, Project)

    def dated(self, table: Any, column: Any, read: Any = None) -> Grouped:
        """The values of ``column`` with the day from which each holds; ``read`` makes them of what is stored."""
        return _dated(self._of_project(table, table.valid_from, column), read)

    def names(self) -> Grouped:
        """How the project has been called."""
        return self.dated(ProjectName, ProjectName.name)

    def organisms(self) -> Grouped:
        """The codes of the organisms that have had the project."""
        return _dated(self._rows(_ORGANISMS, ProjectOrganism))

    def territories(self) -> Grouped:
        """Each set of territories at once, with the share of each in pesos."""
        sets: dict[tuple[int, int], tuple[Row[Any], list[TerritoryShare]]] = {}
        for row in self._rows(_TERRITORIES, ProjectTerritory):
            shares = sets.setdefault((row.project_id, row.id), (row, []))[1]
            shares.append(TerritoryShare(row.code, row.amount_cop))
        found: Grouped = defaultdict(list)
        for (project_id, set_id), (row, shares) in sets.items():
            ordered = tuple(sorted(shares, key=lambda share: share.territory_code))
            found[project_id].append(Dated(ordered, row.valid_from, row.recorded_at, set_id))
        return found

    def states(self) -> Grouped:
        """Suspensions, restarts, withdrawals and returns, with their acts."""
        found: Grouped = defaultdict(list)
        table = ProjectStateRow
        columns = (table.valid_from, table.state, table.act, table.restart_expected_on)
        for row in self._of_project(table, *columns):
            event = StateEvent(ProjectState(row.state), row.act, row.restart_expected_on)
            found[row.project_id].append(Dated(event, row.valid_from, row.recorded_at, row.id))
        return found

    def submissions(self) -> Grouped:
        """Who has a plan that was sent, after each step but a comment, which moves nothing."""
        stages = {
            RegistrationStep.SENT: ApprovalStage.HEAD,
            RegistrationStep.APPROVED: ApprovalStage.COMMENTS,
        }
        found: Grouped = defaultdict(list)
        for row in self._of_project(RegistrationEvent, RegistrationEvent.happened_on, RegistrationEvent.step):
            if row.step != RegistrationStep.COMMENTED:
                stage = stages.get(RegistrationStep(row.step))
                found[row.project_id].append(Dated(stage, row.happened_on, row.recorded_at, row.id))
        return found

    def snapshots(self) -> Grouped:
        """The money of each budget cut-off, in pesos."""
        found: Grouped = defaultdict(list)
        table = MoneySnapshotRow
        columns = (
            table.cutoff_on,
            table.initial_cop,
            table.additions_cop,
            table.reductions_cop,
            table.transfers_cop,
            table.current_cop,
            table.cdp_cop,
            table.commitments_cop,
            table.obligations_cop,
            table.payments_cop,
        )
        for project_id, row_id, recorded_at, cutoff, *amounts in self._of_project(table, *columns):
            found[project_id].append(MoneySnapshot(cutoff, recorded_at, row_id, *amounts))
        return found

    def baselines(self) -> Grouped:
        """B0 and the re-plannings, each with all its lines."""
        lines: dict[int, dict[str, PlanLine]] = defaultdict(dict)
        for baseline_id, code, planned, not_applicable, reason in self._rows(_LINES, BaselineRow):
            lines[baseline_id][code] = PlanLine(planned, not_applicable, reason or "")
        found: Grouped = defaultdict(list)
        for row in self._of_project(BaselineRow, BaselineRow.number, BaselineRow.kind, BaselineRow.decided_on):
            kind = BaselineKind(row.kind)
            found[row.project_id].append(Baseline(row.number, kind, row.decided_on, row.recorded_at, lines[row.id]))
        return found

    def facts(self, table: type[ActualFact] | type[ForecastFact]) -> Grouped:
        """One stream of facts, whatever their status."""
        found: Grouped = defaultdict(list)
        columns = (
            table.milestone_code,
            table.day,
            table.status,
            table.reported_on,
            table.contract_id,
            table.attempt_id,
            table.evidence_id,
            table.of_fact_id if table is ActualFact else null(),
            table.source,
        )
        for project_id, row_id, recorded_at, *values in self._of_project(table, *columns):
            found[project_id].append(_fact(row_id, recorded_at, *values))
        return found

    def contracts(self) -> tuple[Grouped, Grouped]:
        """The contracts linked to the project, and the approvals of their guarantees."""
        links: dict[int, tuple[int, ContractLink]] = {}
        guarantees: Grouped = defaultdict(list)
        for row in self._rows(_CONTRACTS, ProjectContract):
            link = ContractLink(row.contract_id, row.valid_from, row.recorded_at, row.is_linked)
            links[row.id] = row.project_id, link
            if row.approval_id and row.approval_at <= self._known_at:
                approval = GuaranteeApproval(row.contract_id, row.approved_on, row.approval_at, row.approval_id)
                guarantees[row.project_id].append(approval)
        found: Grouped = defaultdict(list)
        for project_id, one in links.values():
            found[project_id].append(one)
        return found, guarantees

    def void_attempts(self) -> Grouped:
        """Void attempts of the project's processes; facts without attempt fall with the first of its first process."""
        found: Grouped = defaultdict(list)
        for row in self._rows(_VOIDS, AttemptVoid):
            if row.linked_at > self._known_at:
                continue
            found[row.project_id].append(VoidAttempt(row.attempt_id, row.valid_from, row.recorded_at))
            if row.number == 1 and row.is_main:
                found[row.project_id].append(VoidAttempt(None, row.valid_from, row.recorded_at))
        return found

    def explanations(self) -> Grouped:
        """What was said of late milestones."""
        found: Grouped = defaultdict(list)
        table = MilestoneExplanation
        words = (table.action, table.responsible, table.commitment_on, table.reply)
        columns = (table.milestone_code, table.cause, table.reported_on, table.cause_text, table.depends_on, *words)
        for row in self._of_project(table, *columns):
            project_id, row_id, recorded_at, code, cause, reported_on, detail, depends_on, *rest = row
            who = DependsOn(depends_on) if depends_on else None
            told = Explanation(row_id, code, DelayCause(cause), recorded_at, reported_on, detail, who, *rest)
            found[project_id].append(told)
        return found

    def own_names(self) -> Grouped:
        """Code and name of each own milestone."""
        found: Grouped = defaultdict(list)
        for row in self._of_project(OwnMilestone, OwnMilestone.code, OwnMilestone.name):
            found[row.project_id].append((row.code, row.name))
        return found
