"""How far the registration of each organism is: registered, in draft, late."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.reminder import days_from_deadline
from pp_monitor.domain.submission import ApprovalStage
from pp_monitor.extensions import db
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.plan import PlanDraft, PlanDraftLine, Registration
from pp_monitor.services.notice import last_reminders, notices
from pp_monitor.services.person import last_logins
from pp_monitor.services.role import holders
from pp_monitor.services.submission_step import returned_ids


class Stage(StrEnum):
    """How far an organism has come with its registration."""

    NOBODY = "nobody"
    INVITED = "invited"
    ENTERED = "entered"
    DRAFT = "draft"
    RETURNED = "returned"
    WITH_HEAD = "with_head"
    IN_COMMENTS = "in_comments"
    REGISTERED = "registered"


@dataclass(frozen=True, slots=True)
class People:
    """The enlaces of an organism on a day, and when one of them last entered (UTC)."""

    enlaces: int = 0
    last_login: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One organism; ``projects`` without the withdrawn, ``drafted`` of those neither sent nor registered.

    ``with_head`` and ``in_comments`` were sent and wait; ``returned`` came back and were not sent again.

    ``days_left`` are working days to its deadline, negative past it.
    """

    code: str
    name: str
    projects: int
    registered: int
    drafted: int
    deadline: date | None
    days_left: int | None
    receipts: tuple[int, ...]
    people: People = People()
    reminded_at: datetime | None = None
    notices: int = 0
    with_head: int = 0
    in_comments: int = 0
    returned: int = 0

    @property
    def stage(self) -> Stage:
        """How far its people have come."""
        if self.is_done:
            return Stage.REGISTERED
        if self.returned:
            return Stage.RETURNED
        if self.with_head:
            return Stage.WITH_HEAD
        if self.in_comments:
            return Stage.IN_COMMENTS
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
    """The registration of the organisms of ``portfolio``, worst first; seven queries."""
    counted = [project for project in portfolio.projects if not project.is_withdrawn]
    projects = Counter(project.organism_code for project in counted)
    registered = Counter(project.organism_code for project in counted if project.has_plan)
    sent = Counter((one.organism_code, one.approval.stage) for one in counted if one.approval)
    pending = {one.id: one.organism_code for one in counted if not (one.has_plan or one.approval)}
    returned = Counter(pending[id_] for id_ in returned_ids(list(pending)))
    drafted, receipts = _drafted(pending), _receipts(vigencia.id)
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
            receipts=tuple(receipts[code]),
            people=people.get(code, People()),
            reminded_at=reminded.get(ids[code]),
            notices=len(required.get(ids[code], ())),
            with_head=sent[code, ApprovalStage.HEAD],
            in_comments=sent[code, ApprovalStage.COMMENTS],
            returned=returned[code],
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
    logins = last_logins(entity_id)
    enlaces = defaultdict[str, list[int]](list)
    for holder in holders(entity_id, on):
        if holder.role is Role.ENLACE:
            enlaces[holder.organism_code].append(holder.user_id)
    return {
        code: People(len(ids), max((logins[id_] for id_ in ids if id_ in logins), default=None))
        for code, ids in enlaces.items()
    }


def _drafted(pending: dict[int, str]) -> Counter[str]:
    """By organism, how many pending projects have something typed."""
    query = (
        select(PlanDraft.project_id)
        .join(PlanDraftLine, PlanDraftLine.draft_id == PlanDraft.id)
        .where(PlanDraft.project_id.in_(list(pending)), PlanDraftLine.typed != "")
        .distinct()
    )
    return Counter(pending[project_id] for project_id in db.session.scalars(query))


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
