"""What the frame of every page tells: whose follow-up this is, of which vigencia, what waits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, exists, func, literal, select

from pp_monitor.domain.verification import Reporter
from pp_monitor.extensions import db
from pp_monitor.models.alert import Alert
from pp_monitor.models.entity import Entity, Vigencia
from pp_monitor.models.held_file import HeldFile
from pp_monitor.models.plan import BaselineRow, RegistrationEvent, RegistrationStep
from pp_monitor.models.progress import FactSource
from pp_monitor.models.project import Project, ProjectOrganism
from pp_monitor.models.replanning import ReplanningSeat
from pp_monitor.models.submission import PlanSubmission, PlanSubmissionSeat
from pp_monitor.services.verification import count_waiting


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """The city and its newest vigencia; no vigencia before the first one opens."""

    entity_name: str = ""
    demo_today: date | None = None
    vigencia_id: int | None = None
    year: int | None = None
    is_demo: bool = False
    reporter: Reporter = Reporter.ORGANISM


def site_facts() -> SiteFacts:
    """Read them; one query."""
    query = (
        select(Entity.name, Entity.demo_today, Vigencia.id, Vigencia.year, Vigencia.is_demo, Vigencia.reporter)
        .outerjoin(Vigencia, Vigencia.entity_id == Entity.id)
        .order_by(Entity.id, Vigencia.year.desc())
        .limit(1)
    )
    found = db.session.execute(query).first()
    if found is None:
        return SiteFacts()
    name, demo_today, vigencia_id, year, is_demo, reporter = found
    return SiteFacts(
        name, demo_today, vigencia_id, year, bool(is_demo or demo_today), Reporter(reporter or Reporter.ORGANISM)
    )


@dataclass(frozen=True, slots=True)
class MenuCounts:
    """What waits for a reader: open alerts, requests for new dates to decide, plans that their head has to sign.

    ``held_files`` are plan files with problems that are kept for who helps, ``dates`` what was reported to verify.
    ``plans`` are those registered, without which nothing is to be reported.
    """

    alerts: int
    replannings: int
    plans_to_sign: int
    held_files: int
    dates: int
    plans: int


def menu_counts(
    vigencia_id: int, organism_ids: Collection[int] | None, judged: Collection[FactSource] = ()
) -> MenuCounts:
    """Count in a vigencia, alerts and plans of these organisms or, with none given, of all; one query.

    ``judged`` are the ways by which the dates came in that the reader verifies.
    """
    alerts = select(func.count(Alert.id)).where(Alert.vigencia_id == vigencia_id, Alert.closed_at.is_(None))
    requests = (
        select(func.count(ReplanningSeat.id))
        .join(Project, Project.id == ReplanningSeat.project_id)
        .where(Project.vigencia_id == vigencia_id)
    )
    plans = _unsigned().where(PlanSubmission.vigencia_id == vigencia_id)
    registered = (
        select(func.count(BaselineRow.project_id.distinct()))
        .join(Project, Project.id == BaselineRow.project_id)
        .where(Project.vigencia_id == vigencia_id)
    )
    if organism_ids is not None:
        theirs = select(ProjectOrganism.project_id).where(ProjectOrganism.organism_id.in_(organism_ids))
        registered = registered.where(BaselineRow.project_id.in_(theirs))
        alerts = alerts.where(Alert.organism_id.in_(organism_ids))
        plans = plans.where(PlanSubmission.organism_id.in_(organism_ids))
    files = select(func.count(HeldFile.id)).where(HeldFile.vigencia_id == vigencia_id, HeldFile.problems > 0)
    dates = count_waiting(vigencia_id, judged, organism_ids) if judged else select(literal(0))
    counts = (query.scalar_subquery() for query in (alerts, requests, plans, files, dates, registered))
    return MenuCounts(*db.session.execute(select(*counts)).one())


def _unsigned() -> Select[tuple[int]]:
    """How many submissions hold a project that was sent and not yet approved."""
    event = RegistrationEvent
    approved = exists().where(
        event.submission_id == PlanSubmissionSeat.submission_id,
        event.project_id == PlanSubmissionSeat.project_id,
        event.step == RegistrationStep.APPROVED,
    )
    return (
        select(func.count(PlanSubmission.id.distinct()))
        .join(PlanSubmissionSeat, PlanSubmissionSeat.submission_id == PlanSubmission.id)
        .where(~approved)
    )
