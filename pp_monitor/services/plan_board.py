"""How far the registration of each organism is: registered, in draft, late."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.light import Light
from pp_monitor.domain.portfolio import Portfolio, first_deadline
from pp_monitor.domain.project import ProjectAssessment
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
    PARTLY = "partly"
    DRAFT = "draft"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    WITH_HEAD = "with_head"
    IN_COMMENTS = "in_comments"
    REGISTERED = "registered"


@dataclass(frozen=True, slots=True)
class People:
    """The enlaces of an organism on a day, and when one of them last entered (UTC)."""

    enlaces: int = 0
    last_login: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """How an organism stands before the deadlines of its projects.

    ``late`` lack their plan past their own deadline, the oldest of them by ``late_workdays``; ``next_deadline`` is the
    first that is still ahead, in ``days_left`` working days, and none where nothing more is due.
    """

    late: int = 0
    late_workdays: int = 0
    next_deadline: date | None = None
    days_left: int | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One organism; ``projects`` without the withdrawn, ``drafted`` of those neither sent nor registered.

    ``with_head`` and ``in_comments`` were sent and wait; ``returned`` came back and were not sent again. ``suspended``
    lack their plan and owe none while they are suspended.
    """

    code: str
    name: str
    projects: int
    registered: int
    drafted: int
    due: Due
    receipts: tuple[int, ...]
    people: People = People()
    reminded_at: datetime | None = None
    notices: int = 0
    with_head: int = 0
    in_comments: int = 0
    returned: int = 0
    suspended: int = 0

    @property
    def stage(self) -> Stage:
        """How far its people have come."""
        first = (
            (self.is_done, Stage.REGISTERED),
            (self.is_suspended, Stage.SUSPENDED),
            (self.returned, Stage.RETURNED),
            (self.with_head, Stage.WITH_HEAD),
            (self.in_comments, Stage.IN_COMMENTS),
            (self.drafted, Stage.DRAFT),
            (not self.people.enlaces, Stage.NOBODY),
            (self.registered, Stage.PARTLY),
            (self.people.last_login, Stage.ENTERED),
        )
        return next((stage for holds, stage in first if holds), Stage.INVITED)

    @property
    def is_done(self) -> bool:
        """Whether every project has its plan."""
        return self.registered == self.projects

    @property
    def is_suspended(self) -> bool:
        """Whether every project that lacks its plan is suspended, so that nobody owes one."""
        return 0 < self.suspended == self.pending

    @property
    def is_late(self) -> bool:
        """Whether a project lacks its plan past its own deadline."""
        return self.due.late > 0

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
    suspended = Counter(one.organism_code for one in counted if not (one.has_plan or one.owes_plan))
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
            due=_due(portfolio, code),
            receipts=tuple(receipts[code]),
            people=people.get(code, People()),
            reminded_at=reminded.get(ids[code]),
            notices=len(required.get(ids[code], ())),
            with_head=sent[code, ApprovalStage.HEAD],
            in_comments=sent[code, ApprovalStage.COMMENTS],
            returned=returned[code],
            suspended=suspended[code],
        )
        for code, count in projects.items()
    ]
    return tuple(sorted(rows, key=lambda row: (not row.is_late, row.is_done, -row.pending, row.code)))


def _due(portfolio: Portfolio, code: str) -> Due:
    """Late are those whose light says so: the board, the lights and the alerts tell the same."""
    projects = portfolio.of_organism(code)
    late = [project.reasons[0].workdays for project in projects if project.light is Light.NO_PLAN]
    ahead = first_deadline(project for project in projects if project.light is Light.REGISTERING)
    return Due(len(late), max(late, default=0), ahead, _days_left(portfolio, ahead))


def _days_left(portfolio: Portfolio, deadline: date | None) -> int | None:
    return -days_from_deadline(deadline, portfolio.cutoff, portfolio.frame.calendar) if deadline else None


@dataclass(frozen=True, slots=True)
class Owed:
    """A project that lacks its plan; ``days_left`` are working days to its deadline, none where it has none."""

    project: ProjectAssessment
    days_left: int | None


def owed_projects(portfolio: Portfolio, code: str) -> tuple[Owed, ...]:
    """The projects of an organism that lack their plan, by deadline, those without one last."""
    lacking = [one for one in portfolio.of_organism(code) if not one.is_withdrawn and not one.has_plan]
    return tuple(
        Owed(project, _days_left(portfolio, project.deadline))
        for project in sorted(lacking, key=lambda project: (project.deadline or date.max, project.code))
    )


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
