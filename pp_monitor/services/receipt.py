"""The receipt of a registration, and the proof that what is stored is what was registered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import select

from pp_monitor.domain.catalogue import Catalogue, Modality
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.plan import PlanLine
from pp_monitor.extensions import db
from pp_monitor.labels_plan import BY_SILENCE
from pp_monitor.models.account import User
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.plan import (
    BaselineLine,
    BaselineRow,
    Registration,
    RegistrationEvent,
    RegistrationKind,
    RegistrationStep,
)
from pp_monitor.models.progress import ActualFact, FactSource
from pp_monitor.models.project import OwnMilestone, Project, ProjectBacking, ProjectModality, ProjectName
from pp_monitor.models.submission import PlanSubmission, PlanSubmissionProject
from pp_monitor.services.entity import load_catalogue, organism_labels
from pp_monitor.services.plan_check import ProjectPlan
from pp_monitor.services.registration import plan_hash
from pp_monitor.services.submission_read import SentDoubt, sent_doubts
from pp_monitor.services.submission_step import steps_of


@dataclass(frozen=True, slots=True)
class ReceiptProject:
    """One project of a registration with its frozen plan.

    ``modality`` is the one that it was judged by, ``backing`` the document that backs a completion after the year.
    """

    code: str
    name: str
    plan: ProjectPlan
    modality: Modality | None = None
    backing: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who sent, approved or registered the plan, and when (UTC); ``signed_by`` when ``who`` handed it in signed."""

    who: str
    recorded_at: datetime
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A registration as it is handed over; ``recorded_at`` is UTC, ``is_intact`` tells that the hash still fits."""

    number: int
    year: int
    organism_id: int
    organism_code: str
    organism_name: str
    kind: RegistrationKind
    act: str
    declared_on: date
    recorded_at: datetime
    who: str
    sha256: str
    is_intact: bool
    catalogue: Catalogue
    projects: tuple[ReceiptProject, ...]
    submission: int | None = None
    submission_sha256: str = ""
    submission_projects: int = 0
    doubts: tuple[SentDoubt, ...] = ()
    sent: Signature | None = None
    approved: Signature | None = None
    registered: Signature | None = None

    @property
    def dates(self) -> int:
        """How many planned dates were frozen."""
        return sum(line.planned is not None for project in self.projects for line in project.plan.lines.values())


def find_receipt(vigencia: Vigencia, number: int) -> Receipt:
    """The receipt with this number of the vigencia; raise ``NotFoundError``."""
    same = (Registration.vigencia_id == vigencia.id, Registration.number == number)
    query = (
        select(Registration, Organism.code, User.label)
        .join(Organism, Organism.id == Registration.organism_id)
        .outerjoin(User, User.id == Registration.user_id)
        .where(*same)
    )
    found = db.session.execute(query).first()
    if found is None:
        raise NotFoundError(f"La constancia {number} no existe.")
    row, organism_code, who = found
    plans = _plans(row)
    names, modalities, backings = _names(row, vigencia.id), _modalities(row), _backings(row)
    sha256 = plan_hash(vigencia.year, organism_code, row.declared_on, row.act, plans)
    return Receipt(
        number=row.number,
        year=vigencia.year,
        organism_id=row.organism_id,
        organism_code=organism_code,
        organism_name=organism_labels(row.entity_id, row.declared_on, row.recorded_at)[organism_code].name,
        kind=RegistrationKind(row.kind),
        act=row.act,
        declared_on=row.declared_on,
        recorded_at=row.recorded_at,
        who=who or "Planeación",
        sha256=row.plan_sha256,
        is_intact=sha256 == row.plan_sha256,
        catalogue=load_catalogue(vigencia.catalogue_version_id),
        projects=tuple(
            ReceiptProject(code, names.get(code, code), plan, modalities.get(code), backings.get(code, ""))
            for code, plan in sorted(plans.items())
        ),
        **_signatures(row, frozenset(plans)),
    )


class _Signed(TypedDict, total=False):
    submission: int
    submission_sha256: str
    submission_projects: int
    doubts: tuple[SentDoubt, ...]
    sent: Signature
    approved: Signature
    registered: Signature


def _speaks_of(doubt: SentDoubt, codes: Collection[str]) -> bool:
    """Whether a doubt is about one of these projects, or about the plan as a whole."""
    named = doubt.codes - {""}
    return not named or not named.isdisjoint(codes)


def _told_of(doubt: SentDoubt, codes: Collection[str]) -> SentDoubt:
    return replace(doubt, told=tuple((code, what) for code, what in doubt.told if code in codes))


def _signatures(row: Registration, codes: frozenset[str]) -> _Signed:
    """Both signatures of what came through a submission; nothing for an act of Planning."""
    query = (
        select(PlanSubmission)
        .join(RegistrationEvent, RegistrationEvent.submission_id == PlanSubmission.id)
        .where(RegistrationEvent.registration_id == row.id)
        .limit(1)
    )
    found = db.session.scalar(query)
    if found is None:
        return {}
    all_steps = steps_of([found.id])
    steps = {step.step: step for step in all_steps}
    sent, approved = steps[RegistrationStep.SENT], steps[RegistrationStep.APPROVED]
    registered = steps[RegistrationStep.REGISTERED]
    return {
        "submission": found.number,
        "submission_sha256": found.plan_sha256,
        "submission_projects": len({step.project_id for step in all_steps}),
        "doubts": tuple(_told_of(doubt, codes) for doubt in sent_doubts(found) if _speaks_of(doubt, codes)),
        "sent": Signature(sent.who or "Planeación", sent.recorded_at),
        "approved": Signature(approved.who or "Planeación", approved.recorded_at, approved.signed_by),
        "registered": Signature(registered.who or BY_SILENCE, registered.recorded_at),
    }


def _plans(row: Registration) -> dict[str, ProjectPlan]:
    """What was registered, by project code, read back from what is stored."""
    of_batch = (
        select(
            Project.code,
            BaselineLine.milestone_code,
            BaselineLine.planned_on,
            BaselineLine.is_not_applicable,
            BaselineLine.reason,
        )
        .join(BaselineRow, BaselineRow.project_id == Project.id)
        .join(BaselineLine, BaselineLine.baseline_id == BaselineRow.id)
        .where(BaselineRow.registration_id == row.id)
    )
    lines: dict[str, dict[str, PlanLine]] = defaultdict(dict)
    for code, milestone, planned, not_applicable, reason in db.session.execute(of_batch):
        lines[code][milestone] = PlanLine(planned, not_applicable, reason or "")
    actuals, own_names = _actuals(row), _own_names(row)
    return {code: ProjectPlan(found, actuals.get(code, {}), own_names.get(code, {})) for code, found in lines.items()}


def _actuals(row: Registration) -> Mapping[str, dict[str, date]]:
    query = (
        select(Project.code, ActualFact.milestone_code, ActualFact.day)
        .join(Project, Project.id == ActualFact.project_id)
        .where(
            Project.vigencia_id == row.vigencia_id,
            ActualFact.source == FactSource.REGISTRATION,
            ActualFact.recorded_at == row.recorded_at,
        )
    )
    found: dict[str, dict[str, date]] = defaultdict(dict)
    for code, milestone, day in db.session.execute(query):
        found[code][milestone] = day
    return found


def _own_names(row: Registration) -> Mapping[str, dict[str, str]]:
    query = (
        select(Project.code, OwnMilestone.code.label("milestone"), OwnMilestone.name)
        .join(Project, Project.id == OwnMilestone.project_id)
        .where(Project.vigencia_id == row.vigencia_id, OwnMilestone.recorded_at == row.recorded_at)
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for code, milestone, name in db.session.execute(query):
        found[code][milestone] = name
    return found


def _modalities(row: Registration) -> dict[str, Modality]:
    """The modality that each project was sent with, or had on the day of an act without sending."""
    of_batch = (
        select(Project.code, PlanSubmissionProject.modality)
        .join(RegistrationEvent, RegistrationEvent.project_id == Project.id)
        .join(
            PlanSubmissionProject,
            (PlanSubmissionProject.project_id == Project.id)
            & (PlanSubmissionProject.submission_id == RegistrationEvent.submission_id),
        )
        .where(RegistrationEvent.registration_id == row.id)
    )
    sent = db.session.execute(of_batch).all()
    table = ProjectModality
    known = (
        select(Project.code, table.modality)
        .join(table, table.project_id == Project.id)
        .join(BaselineRow, BaselineRow.project_id == Project.id)
        .where(BaselineRow.registration_id == row.id)
        .where(table.valid_from <= row.declared_on, table.recorded_at <= row.recorded_at)
        .order_by(table.valid_from, table.recorded_at, table.id)
    )
    found = sent or db.session.execute(known).all()
    return {code: Modality(modality) for code, modality in found if modality}


def _backings(row: Registration) -> dict[str, str]:
    """The documents that this registration wrote down for completions after the year."""
    query = (
        select(Project.code, ProjectBacking.act)
        .join(ProjectBacking, ProjectBacking.project_id == Project.id)
        .where(Project.vigencia_id == row.vigencia_id, ProjectBacking.recorded_at == row.recorded_at)
    )
    return dict(db.session.execute(query).tuples().all())


def _names(row: Registration, vigencia_id: int) -> dict[str, str]:
    """The name that each project had by then."""
    query = (
        select(Project.code, ProjectName.name)
        .join(ProjectName, ProjectName.project_id == Project.id)
        .where(Project.vigencia_id == vigencia_id, ProjectName.recorded_at <= row.recorded_at)
        .order_by(ProjectName.valid_from, ProjectName.recorded_at, ProjectName.id)
    )
    return {found.code: found.name for found in db.session.execute(query)}
