"""Plans that were sent, as people read them: what is in them, who has them and what was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import Catalogue, Modality
from pp_monitor.domain.dated import View, value_as_at
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.plan_rule import Backing
from pp_monitor.domain.plan_warning import PlanDoubt
from pp_monitor.domain.project import ProjectHistory
from pp_monitor.domain.submission import ApprovalStage, comments_until
from pp_monitor.extensions import db
from pp_monitor.labels_plan import PLAN_DOUBT
from pp_monitor.models.account import User
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.plan import Registration, RegistrationKind, RegistrationStep
from pp_monitor.models.project import Project
from pp_monitor.models.submission import PlanSubmission, PlanSubmissionProject
from pp_monitor.services import entity as entity_service
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.history import load_histories
from pp_monitor.services.plan_check import ProjectPlan
from pp_monitor.services.plan_text import read_plan_rows
from pp_monitor.services.submission_step import OPEN_STEPS, Step, standings, steps_of

_CURRENT = frozenset({*OPEN_STEPS, RegistrationStep.REGISTERED})
_Row = TypeVar("_Row", PlanSubmissionProject, Step)


@dataclass(frozen=True, slots=True)
class SentProject:
    """One project as it was sent; ``step`` is its newest, money in COP."""

    id: int
    code: str
    name: str
    territory: str
    amount_cop: int
    modality: Modality | None
    plan: ProjectPlan
    sha256: str
    step: Step
    warnings: tuple[str, ...]

    def is_at(self, step: RegistrationStep) -> bool:
        """Whether that is its newest step."""
        return self.step.step is step

    def planned(self, code: str) -> date | None:
        """The planned date of a milestone, none where it does not apply."""
        line = self.plan.lines.get(code)
        return line.planned if line else None


@dataclass(frozen=True, slots=True)
class Said:
    """One step as it is told: what was done to which projects, by whom, when (UTC) and why.

    ``signed_by`` names who signed an approval that was handed in.
    """

    step: RegistrationStep
    day: date
    recorded_at: datetime
    who: str
    reason: str
    projects: tuple[str, ...]
    evidence_id: int | None
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A project that the enlace left out, with its reason."""

    code: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class SentDoubt:
    """A group of doubts as it was sent: what is told of each project code, and the reason given, if one was asked."""

    doubt: PlanDoubt
    told: tuple[tuple[str, str], ...]
    reason: str
    backing: Backing | None
    document: str
    title: str

    @property
    def codes(self) -> frozenset[str]:
        """The projects that it speaks of."""
        return frozenset(code for code, _ in self.told)


@dataclass(frozen=True, slots=True)
class SentPlan:
    """A submission; ``comments_until`` is known once it was approved."""

    id: int
    number: int
    year: int
    organism_id: int
    organism_code: str
    organism_name: str
    kind: RegistrationKind
    act: str
    sent_on: date
    sent_by: str
    sha256: str
    projects: tuple[SentProject, ...]
    left_out: tuple[LeftOut, ...]
    doubts: tuple[SentDoubt, ...]
    said: tuple[Said, ...]
    approved_on: date | None
    comments_until: date | None
    receipt: int | None
    catalogue: Catalogue

    def at(self, step: RegistrationStep) -> tuple[SentProject, ...]:
        """The projects whose newest step it is."""
        return tuple(project for project in self.projects if project.is_at(step))

    @property
    def stage(self) -> ApprovalStage | None:
        """Who has it; none when nobody has."""
        if self.at(RegistrationStep.SENT):
            return ApprovalStage.HEAD
        return ApprovalStage.COMMENTS if self.at(RegistrationStep.APPROVED) else None

    @property
    def waiting(self) -> tuple[SentProject, ...]:
        """The projects that somebody has now."""
        return self.at(RegistrationStep.SENT) or self.at(RegistrationStep.APPROVED)

    @property
    def current(self) -> tuple[SentProject, ...]:
        """The projects that go on being a plan: in approval or registered."""
        return tuple(project for project in self.projects if project.step.step in _CURRENT)

    @property
    def back(self) -> tuple[SentProject, ...]:
        """The projects that came back or left the approval."""
        return tuple(project for project in self.projects if project.step.step not in _CURRENT)

    @property
    def registered_by(self) -> Said | None:
        """The step that registered it, if it was: its ``who`` is empty where nobody spoke in time."""
        return next((one for one in self.said if one.step is RegistrationStep.REGISTERED), None)

    @property
    def approval(self) -> Said | None:
        """The head's approval, if it was given."""
        return next((one for one in self.said if one.step is RegistrationStep.APPROVED), None)


def value_cop(projects: Iterable[SentProject]) -> int:
    """The value of projects together, in COP."""
    return sum(project.amount_cop for project in projects)


def find_submission(vigencia: Vigencia, number: int, today: date) -> SentPlan:
    """The submission with this number of the vigencia, with names and values of ``today``; raise ``NotFoundError``."""
    found = _load(vigencia, today, PlanSubmission.number == number)
    if not found:
        raise NotFoundError(f"El envío {number} no existe.")
    return found[0]


def list_submissions(vigencia: Vigencia, today: date, organism_ids: Collection[int] | None = None) -> list[SentPlan]:
    """The submissions of these organisms (none: of all), the newest first; as many queries for few as for many."""
    if organism_ids is None:
        return _load(vigencia, today)
    return _load(vigencia, today, PlanSubmission.organism_id.in_(organism_ids))


def _load(vigencia: Vigencia, today: date, *conditions: ColumnElement[bool]) -> list[SentPlan]:
    query = (
        select(PlanSubmission, Organism.code, User.label)
        .join(Organism, Organism.id == PlanSubmission.organism_id)
        .outerjoin(User, User.id == PlanSubmission.user_id)
        .where(PlanSubmission.vigencia_id == vigencia.id, *conditions)
        .order_by(PlanSubmission.number.desc())
    )
    rows = db.session.execute(query).all()
    if not rows:
        return []
    reader = _Reader.of(vigencia, today, [row[0] for row in rows])
    return [reader.plan(submission, code, label or "Planeación") for submission, code, label in rows]


def _projects_of(
    vigencia: Vigencia, submissions: Sequence[PlanSubmission], rows: Sequence[PlanSubmissionProject]
) -> list[int]:
    """The ids of every project that these submissions sent or left out."""
    left_out = {code for submission in submissions for code in submission.left_out}
    query = select(Project.id).where(Project.vigencia_id == vigencia.id, Project.code.in_(left_out))
    return sorted({row.project_id for row in rows}.union(db.session.scalars(query)))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Everything that several submissions share, read once."""

    vigencia: Vigencia
    view: View
    catalogue: Catalogue
    calendar: WorkCalendar
    histories: Mapping[int, ProjectHistory]
    by_code: Mapping[str, ProjectHistory]
    rows: Mapping[int, Sequence[PlanSubmissionProject]]
    steps: Mapping[int, Sequence[Step]]
    territories: Mapping[str, str]
    receipts: Mapping[int, int]
    organisms: Mapping[str, str]

    @classmethod
    def of(cls, vigencia: Vigencia, today: date, submissions: Sequence[PlanSubmission]) -> _Reader:
        """Read what these submissions need; as many queries for few as for many."""
        ids = [submission.id for submission in submissions]
        table = PlanSubmissionProject
        rows = db.session.scalars(select(table).where(table.submission_id.in_(ids)).order_by(table.project_id)).all()
        view = View(today, vigencia.last_recorded_at)
        steps = steps_of(ids)
        histories = load_histories(vigencia.id, view.known_at, _projects_of(vigencia, submissions, rows))
        return cls(
            vigencia=vigencia,
            view=view,
            catalogue=entity_service.load_catalogue(vigencia.catalogue_version_id),
            calendar=work_calendar(vigencia.entity_id, view.known_at),
            histories={row.id: row for row in histories},
            by_code={row.code: row for row in histories},
            rows=_grouped(rows),
            steps=_grouped(steps),
            territories={
                code: label.name for code, label in entity_service.territory_labels(vigencia.entity_id).items()
            },
            receipts=_receipts(steps),
            organisms={
                code: label.name
                for code, label in entity_service.organism_labels(vigencia.entity_id, today, view.known_at).items()
            },
        )

    def plan(self, submission: PlanSubmission, organism_code: str, sent_by: str) -> SentPlan:
        """A submission with its projects, steps and doubts."""
        steps = self.steps[submission.id]
        newest = standings(steps)
        approved = next((step.day for step in steps if step.step is RegistrationStep.APPROVED), None)
        doubts = sent_doubts(submission)
        projects = [self._project(row, newest[row.project_id], doubts) for row in self.rows[submission.id]]
        return SentPlan(
            id=submission.id,
            number=submission.number,
            year=self.vigencia.year,
            organism_id=submission.organism_id,
            organism_code=organism_code,
            organism_name=self.organisms[organism_code],
            kind=RegistrationKind(submission.kind),
            act=submission.act,
            sent_on=submission.sent_on,
            sent_by=sent_by,
            sha256=submission.plan_sha256,
            projects=tuple(sorted(projects, key=lambda project: project.code)),
            doubts=doubts,
            left_out=tuple(self._left_out(code, reason) for code, reason in sorted(submission.left_out.items())),
            said=tuple(self._said(steps)),
            approved_on=approved,
            comments_until=comments_until(approved, self.calendar) if approved else None,
            receipt=self.receipts.get(submission.id),
            catalogue=self.catalogue,
        )

    def _project(self, row: PlanSubmissionProject, step: Step, doubts: Sequence[SentDoubt]) -> SentProject:
        history = self.histories[row.project_id]
        plan = read_plan_rows(row.plan_text)
        shares = value_as_at(history.territories, self.view) or ()
        return SentProject(
            id=row.project_id,
            code=history.code,
            name=value_as_at(history.names, self.view) or history.code,
            territory=", ".join(self.territories[share.territory_code] for share in shares),
            amount_cop=value_as_at(history.allocations, self.view) or 0,
            modality=Modality(row.modality) if row.modality else None,
            plan=plan,
            sha256=row.plan_sha256,
            step=step,
            warnings=tuple(what for doubt in doubts for code, what in doubt.told if code == history.code),
        )

    def _left_out(self, code: str, reason: str) -> LeftOut:
        history = self.by_code.get(code)
        return LeftOut(code, (value_as_at(history.names, self.view) if history else None) or code, reason)

    def _said(self, steps: Iterable[Step]) -> list[Said]:
        """The steps, those written together for the same reason told as one."""

        def together(step: Step) -> tuple[object, ...]:
            return step.recorded_at, step.step, step.reason

        found = []
        for _, group in groupby(steps, key=together):
            members = list(group)
            first = members[0]
            codes = tuple(sorted(self.histories[step.project_id].code for step in members))
            found.append(
                Said(
                    step=first.step,
                    day=first.day,
                    recorded_at=first.recorded_at,
                    who=first.who,
                    reason=first.reason,
                    projects=codes,
                    evidence_id=first.evidence_id,
                    signed_by=first.signed_by,
                )
            )
        return found


def sent_doubts(submission: PlanSubmission) -> tuple[SentDoubt, ...]:
    """The doubts about a plan with their reasons, as they were when it was sent."""
    return tuple(_doubt(one) for one in submission.doubts)


def _doubt(stored: Mapping[str, Any]) -> SentDoubt:
    return SentDoubt(
        doubt=PlanDoubt(stored["doubt"]),
        told=tuple((code, what) for code, what in stored["told"]),
        reason=stored["reason"],
        backing=Backing(stored["backing"]) if stored["backing"] else None,
        document=stored["document"],
        title=stored.get("title") or PLAN_DOUBT[PlanDoubt(stored["doubt"])],
    )


def _grouped(rows: Iterable[_Row]) -> Mapping[int, Sequence[_Row]]:
    """The rows of each submission, in their order."""
    found: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.submission_id].append(row)
    return found


def _receipts(steps: Sequence[Step]) -> dict[int, int]:
    """The number of the receipt of each submission that was registered."""
    ids = {step.registration_id: step.submission_id for step in steps if step.registration_id}
    query = select(Registration.id, Registration.number).where(Registration.id.in_(list(ids)))
    return {ids[id_]: number for id_, number in db.session.execute(query)}
