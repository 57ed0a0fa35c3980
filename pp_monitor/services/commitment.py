"""Commitments of meetings: written down, answered, put off, cancelled; each step a row of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from pp_monitor.domain.commitment import Commitment, CommitmentEvent, CommitmentStep, Side, may
from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, Problem, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.labels_commitment import COMMITMENT_STEP, text_problem
from pp_monitor.models.account import User
from pp_monitor.models.commitment import CommitmentEventRow, CommitmentRow
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.project import Project, ProjectOrganism
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.transaction import writing_vigencia


@dataclass(frozen=True, slots=True)
class NewCommitment:
    """What was agreed; of a project, of an organism, or of the city where it names neither."""

    meeting_on: date
    meeting: str
    what: str
    responsible: str
    due_on: date
    project_id: int | None = None
    organism_id: int | None = None
    responsible_organism_id: int | None = None

    def problems(self, today: date) -> tuple[Problem, ...]:
        """What is missing, and dates that cannot be; ``cell`` names the field."""
        found = (
            (not self.meeting.strip(), Problem("Falta el nombre de la reunión.", cell="meeting")),
            (not self.responsible.strip(), Problem("Falta quién responde.", cell="responsible")),
            (
                self.meeting_on > today,
                Problem("La reunión está en el futuro.", "Escriba el día en que se hizo.", cell="meeting_on"),
            ),
            (
                self.due_on < self.meeting_on,
                Problem("La fecha es anterior a la reunión.", "Escriba la fecha acordada.", cell="due_on"),
            ),
        )
        wording = text_problem(self.what, "Falta el compromiso.", "what")
        return (*(problem for is_wrong, problem in found if is_wrong), *wording)


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it was typed, over the ``version`` that was seen.

    ``day`` is the new date of a postponement or the day of a delivery; other steps happen today.
    """

    step: CommitmentStep
    text: str
    version: int
    day: date | None = None


def add_commitment(vigencia: Vigencia, new: NewCommitment, actor: Actor, today: date, *, is_by_planning: bool) -> int:
    """Write a commitment down and give its number.

    Raises ``ProblemsError`` where something is missing or cannot be, ``NotFoundError`` for a project of another
    vigencia.
    """
    if problems := new.problems(today):
        raise ProblemsError(problems)
    with writing_vigencia(vigencia.id) as now:
        project = db.session.get(Project, new.project_id) if new.project_id else None
        if new.project_id and (project is None or project.vigencia_id != vigencia.id):
            raise NotFoundError("Ese proyecto no existe en la vigencia.")
        last = select(func.max(CommitmentRow.number)).where(CommitmentRow.vigencia_id == vigencia.id)
        row = CommitmentRow(
            entity_id=vigencia.entity_id,
            vigencia_id=vigencia.id,
            number=(db.session.scalar(last) or 0) + 1,
            meeting_on=new.meeting_on,
            meeting=new.meeting.strip(),
            what=new.what.strip(),
            responsible=new.responsible.strip(),
            responsible_organism_id=new.responsible_organism_id,
            organism_id=None if project else new.organism_id,
            project_id=project.id if project else None,
            due_on=new.due_on,
            is_by_planning=is_by_planning,
            user_id=actor.user_id,
            recorded_at=now,
        )
        db.session.add(row)
        details = {"declared_on": new.meeting_on.isoformat(), "deadline": new.due_on.isoformat()}
        if project:
            details["project"] = project.code
        record(actor, "add", "commitment", str(row.number), now, details)
        return row.number


def take_step(vigencia: Vigencia, number: int, step: Step, side: Side, actor: Actor, today: date) -> None:
    """Add a step to a commitment.

    Raises ``ProblemsError`` for a text that says nothing or a day that cannot be, ``ForbiddenError`` where this side
    may not, ``ConflictError`` where somebody else took a step since it was seen.
    """
    with writing_vigencia(vigencia.id) as now:
        found = find_commitment(vigencia, number)
        if found.version != step.version:
            newest = found.events[-1]
            raise ConflictError(
                f"Mientras usted escribía, {newest.author} hizo otro cambio. Revíselo y envíe de nuevo."
            )
        if not may(side, found.status, step.step):
            raise ForbiddenError("En el estado que tiene el compromiso, usted no puede hacer ese cambio.")
        if problems := step_problems(found, step, today):
            raise ProblemsError(problems)
        is_postponed, is_done = step.step is CommitmentStep.POSTPONED, step.step is CommitmentStep.DONE
        db.session.add(
            CommitmentEventRow(
                entity_id=vigencia.entity_id,
                commitment_id=found.id,
                number=found.version + 1,
                step=step.step,
                happened_on=(step.day if is_done else None) or today,
                text=step.text.strip(),
                due_on=step.day if is_postponed else None,
                user_id=actor.user_id,
                recorded_at=now,
            )
        )
        details = {"kind": COMMITMENT_STEP[step.step].lower(), "reason": step.text.strip()}
        if step.day:
            details["deadline" if is_postponed else "declared_on"] = step.day.isoformat()
        record(actor, "change_commitment", "commitment", str(number), now, details)


_MISSING = {
    CommitmentStep.DONE: "Falta qué se entregó.",
    CommitmentStep.POSTPONED: "Falta el motivo del aplazamiento.",
    CommitmentStep.CANCELLED: "Falta el motivo de la cancelación.",
    CommitmentStep.REOPENED: "Falta el motivo para reabrirlo.",
}


def step_problems(found: Commitment, step: Step, today: date) -> tuple[Problem, ...]:
    """A text that says nothing, a day that cannot be; ``cell`` names the field."""
    problems: list[Problem] = []
    if step.step in _MISSING:
        problems += text_problem(step.text, _MISSING[step.step], "text")
    elif not step.text.strip():
        problems.append(Problem("Falta el comentario.", cell="text"))
    if step.step is CommitmentStep.POSTPONED and not (step.day and step.day > found.due_on and step.day >= today):
        what = f"La fecha nueva debe ser posterior al {found.due_on:%d/%m/%Y} y no haber pasado."
        problems.append(Problem(what, "Escriba otra fecha.", cell="day"))
    if step.step is CommitmentStep.DONE and step.day and not found.meeting_on <= step.day <= today:
        what = f"La entrega debe estar entre la reunión, {found.meeting_on:%d/%m/%Y}, y hoy."
        problems.append(Problem(what, "Corrija la fecha.", cell="day"))
    return tuple(problems)


_Answering = aliased(Organism)


def list_commitments(vigencia: Vigencia, organism_codes: Collection[str] | None = None) -> list[Commitment]:
    """The commitments of a vigencia, all or those that concern some organisms, in the order of their numbers.

    A project counts for the organism that it belongs to now. Three queries.
    """
    found = _load(vigencia, _commitments(vigencia))
    return [row for row in found if organism_codes is None or any(row.concerns(code) for code in organism_codes)]


def find_commitment(vigencia: Vigencia, number: int) -> Commitment:
    """One commitment by its number; raise ``NotFoundError``."""
    found = _load(vigencia, _commitments(vigencia).where(CommitmentRow.number == number))
    if not found:
        raise NotFoundError("Ese compromiso no existe, o no está entre lo que usted puede consultar.")
    return found[0]


def _commitments(vigencia: Vigencia) -> Select[Any]:
    return (
        select(CommitmentRow, Organism.code, _Answering.code, User.label)
        .outerjoin(Organism, Organism.id == CommitmentRow.organism_id)
        .outerjoin(_Answering, _Answering.id == CommitmentRow.responsible_organism_id)
        .outerjoin(User, User.id == CommitmentRow.user_id)
        .where(CommitmentRow.vigencia_id == vigencia.id)
        .order_by(CommitmentRow.number)
    )


def _load(vigencia: Vigencia, query: Select[Any]) -> list[Commitment]:
    rows = db.session.execute(query).tuples().all()
    if not rows:
        return []
    events = _events([row.id for row, *_ in rows])
    owners = _owners({row.project_id for row, *_ in rows if row.project_id})
    return [
        Commitment(
            id=row.id,
            number=row.number,
            meeting_on=row.meeting_on,
            meeting=row.meeting,
            what=row.what,
            responsible=row.responsible,
            responsible_code=answering or "",
            organism_code=owners.get(row.project_id, "") if row.project_id else code or "",
            project_id=row.project_id,
            agreed_on=row.due_on,
            is_by_planning=row.is_by_planning,
            author=label or "",
            recorded_at=row.recorded_at,
            events=tuple(events[row.id]),
        )
        for row, code, answering, label in rows
    ]


def _events(commitment_ids: Iterable[int]) -> dict[int, list[CommitmentEvent]]:
    query = (
        select(CommitmentEventRow, User.label)
        .outerjoin(User, User.id == CommitmentEventRow.user_id)
        .where(CommitmentEventRow.commitment_id.in_(list(commitment_ids)))
        .order_by(CommitmentEventRow.number)
    )
    found: dict[int, list[CommitmentEvent]] = defaultdict(list)
    for row, label in db.session.execute(query).tuples():
        step = CommitmentStep(row.step)
        event = CommitmentEvent(row.number, step, row.happened_on, row.text, row.due_on, label or "", row.recorded_at)
        found[row.commitment_id].append(event)
    return found


def _owners(project_ids: Collection[int]) -> dict[int, str]:
    """The organism to which each project was last given."""
    query = (
        select(ProjectOrganism.project_id, Organism.code)
        .join(Organism, Organism.id == ProjectOrganism.organism_id)
        .where(ProjectOrganism.project_id.in_(project_ids))
        .order_by(ProjectOrganism.valid_from, ProjectOrganism.recorded_at, ProjectOrganism.id)
    )
    return dict(db.session.execute(query).tuples().all())


def seen_on(rows: Iterable[Commitment], day: date, known_at: datetime | None) -> list[Commitment]:
    """The commitments as they stood on a day, as recorded by ``known_at`` where it is given."""
    return [seen for row in rows if (seen := row.seen(day, known_at))]
