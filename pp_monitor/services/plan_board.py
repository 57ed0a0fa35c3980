"""How far the registration of each organism is: registered, in draft, late."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, or_, select

from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.reminder import days_from_deadline
from pp_monitor.extensions import db
from pp_monitor.models.account import Role, RoleAssignment, User, UserSession
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.plan import PlanDraft, PlanDraftLine, Registration
from pp_monitor.services.notice import last_reminders, notices


class Stage(StrEnum):
    """How far an organism has come with its registration."""

    NOBODY = "nobody"
    INVITED = "invited"
    ENTERED = "entered"
    DRAFT = "draft"
    REGISTERED = "registered"


@dataclass(frozen=True, slots=True)
class People:
    """The enlaces of an organism on a day, and when one of them last entered (UTC)."""

    enlaces: int = 0
    last_login: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One organism; ``projects`` without the withdrawn, ``drafted`` of those not registered.

    ``days_left`` are working days to its deadline, negative past it; ``saved_at`` is UTC.
    """

    code: str
    name: str
    projects: int
    registered: int
    drafted: int
    deadline: date | None
    days_left: int | None
    saved_at: datetime | None
    receipts: tuple[int, ...]
    people: People = People()
    reminded_at: datetime | None = None
    notices: int = 0

    @property
    def stage(self) -> Stage:
        """How far its people have come."""
        if self.is_done:
            return Stage.REGISTERED
        if self.drafted:
            return Stage.DRAFT
        if not self.people.enlaces:
            return Stage.NOBODY
        return Stage.ENTERED if self.people.last_login else Stage.INVITED

    @property
    def is_done(self) -> bool:
        """Whether every project has its plan."""
        return self.registered == self.projects

    @property
    def is_late(self) -> bool:
        """Whether a project lacks its plan and the deadline passed."""
        return not self.is_done and self.days_left is not None and self.days_left < 0

    @property
    def pending(self) -> int:
        """How many projects lack their plan."""
        return self.projects - self.registered


def plan_board(vigencia: Vigencia, portfolio: Portfolio) -> tuple[BoardRow, ...]:
    """The registration of the organisms of ``portfolio``, worst first; six queries."""
    projects, registered = Counter[str](), Counter[str]()
    pending: dict[int, str] = {}
    for project in portfolio.projects:
        if project.is_withdrawn:
            continue
        projects[project.organism_code] += 1
        registered[project.organism_code] += project.has_plan
        if not project.has_plan:
            pending[project.id] = project.organism_code
    drafted, saved = _drafts(pending)
    receipts = _receipts(vigencia.id)
    people = _people(vigencia.entity_id, portfolio.cutoff)
    ids = dict(db.session.execute(select(Organism.code, Organism.id)).tuples().all())
    reminded, required = last_reminders(vigencia.id), notices(vigencia.id)
    rows = [
        BoardRow(
            code=code,
            name=portfolio.names.organisms[code].name,
            projects=count,
            registered=registered[code],
            drafted=drafted[code],
            deadline=portfolio.frame.deadlines.get(code),
            days_left=_days_left(portfolio, code),
            saved_at=saved.get(code),
            receipts=tuple(receipts[code]),
            people=people.get(code, People()),
            reminded_at=reminded.get(ids[code]),
            notices=len(required.get(ids[code], ())),
        )
        for code, count in projects.items()
    ]
    return tuple(sorted(rows, key=lambda row: (not row.is_late, row.is_done, -row.pending, row.code)))


def _days_left(portfolio: Portfolio, code: str) -> int | None:
    deadline = portfolio.frame.deadlines.get(code)
    if deadline is None:
        return None
    return -days_from_deadline(deadline, portfolio.cutoff, portfolio.frame.calendar)


def _people(entity_id: int, on: date) -> dict[str, People]:
    last_login = (
        select(UserSession.user_id, func.max(UserSession.opened_at).label("opened_at"))
        .group_by(UserSession.user_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Organism.code, func.count(User.id.distinct()), func.max(last_login.c.opened_at))
        .join(RoleAssignment, RoleAssignment.organism_id == Organism.id)
        .join(User, User.id == RoleAssignment.user_id)
        .outerjoin(last_login, last_login.c.user_id == User.id)
        .where(User.entity_id == entity_id, User.is_enabled, RoleAssignment.role == Role.ENLACE)
        .where(RoleAssignment.valid_from <= on)
        .where(or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until >= on))
        .group_by(Organism.code)
    )
    return {code: People(count, entered) for code, count, entered in rows}


def _drafts(pending: dict[int, str]) -> tuple[Counter[str], dict[str, datetime]]:
    """By organism, how many pending projects have something typed and when it was last saved."""
    query = (
        select(PlanDraft.project_id, PlanDraft.saved_at)
        .join(PlanDraftLine, PlanDraftLine.draft_id == PlanDraft.id)
        .where(PlanDraft.project_id.in_(list(pending)), PlanDraftLine.typed != "")
        .distinct()
    )
    drafted, saved = Counter[str](), dict[str, datetime]()
    for project_id, saved_at in db.session.execute(query):
        code = pending[project_id]
        drafted[code] += 1
        saved[code] = max(saved.get(code, saved_at), saved_at)
    return drafted, saved


def _receipts(vigencia_id: int) -> dict[str, list[int]]:
    query = (
        select(Organism.code, Registration.number)
        .join(Organism, Organism.id == Registration.organism_id)
        .where(Registration.vigencia_id == vigencia_id)
        .order_by(Registration.number)
    )
    found: dict[str, list[int]] = defaultdict(list)
    for code, number in db.session.execute(query):
        found[code].append(number)
    return found
