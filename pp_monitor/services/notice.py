"""What an organism that owes its plan is given or formally told: more time, *requerimientos*."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import IntegrityError

from pp_monitor.domain.account import ORGANISM_ROLES
from pp_monitor.domain.errors import ConflictError, Problem, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.labels_plan import reason_problem
from pp_monitor.models.entity import Deadline, Organism, Vigencia
from pp_monitor.models.notice import FormalNotice, Reminder
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.entity import deadlines, write_deadline, year_problem
from pp_monitor.services.mail import Render, queue_message
from pp_monitor.services.role import addresses
from pp_monitor.services.transaction import writing_vigencia

KIND = "formal_notice"


def extend_deadline(
    vigencia: Vigencia, organism: Organism, deadline_on: date, reason: str, today: date, actor: Actor
) -> None:
    """Give an organism more time to register, with its reason.

    Raises ``ProblemsError`` for a day that is past, not later than the deadline in force or outside the vigencia, and
    for a reason of less than ten letters.
    """
    reason = reason.strip()
    with writing_vigencia(vigencia.id) as now:
        given = deadlines(vigencia.id, now, {organism.id: organism.code}).by_organism[organism.code]
        # A deadline on a day off counts to the next working day: giving that day would extend nothing.
        in_force = work_calendar(vigencia.entity_id, now).effective(given) if given else None
        problems = (
            year_problem(vigencia.year, deadline_on),
            _extension_problem(deadline_on, in_force, today),
            reason_problem(reason, "Falta el motivo de la prórroga."),
        )
        if found := tuple(problem for problem in problems if problem):
            raise ProblemsError(found)
        write_deadline(vigencia, deadline_on, actor, now, organism=organism, reason=reason)


def _extension_problem(deadline_on: date, in_force: date | None, today: date) -> Problem | None:
    if in_force and deadline_on <= in_force:
        what = f"El plazo vigente es el {in_force:%d/%m/%Y}: una prórroga es posterior."
    elif deadline_on < today:
        what = f"El {deadline_on:%d/%m/%Y} ya pasó."
    else:
        return None
    first = max(today, in_force + timedelta(days=1)) if in_force else today
    return Problem(what, f"Escriba el {first:%d/%m/%Y} o un día posterior.")


def deadline_history(vigencia_id: int, organism_id: int, project_ids: Collection[int]) -> list[Deadline]:
    """Every deadline that an organism ever had, of all, its own and those of its projects, newest first."""
    of_all = and_(Deadline.organism_id.is_(None), Deadline.project_id.is_(None))
    query = (
        select(Deadline)
        .where(Deadline.vigencia_id == vigencia_id)
        .where(or_(of_all, Deadline.organism_id == organism_id, Deadline.project_id.in_(project_ids)))
        .order_by(Deadline.recorded_at.desc(), Deadline.id.desc())
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A *requerimiento* as it was filed."""

    sent_on: date
    filing_number: str
    text: str

    def problems(self, today: date) -> tuple[Problem, ...]:
        """What is missing, and a day in the future."""
        found = (
            (not self.filing_number.strip(), Problem("Falta el número de radicado.")),
            (not self.text.strip(), Problem("Falta el texto del requerimiento.")),
            (self.sent_on > today, Problem("La fecha está en el futuro.", "Escriba el día en que se radicó.")),
        )
        return tuple(problem for is_wrong, problem in found if is_wrong)


def add_notice(
    vigencia: Vigencia, organism: Organism, new: NewNotice, today: date, actor: Actor, *, render: Render | None = None
) -> int:
    """Log a *requerimiento*; with ``render`` mail it to the people of the organism, and tell to how many.

    Raises ``ProblemsError`` where something is missing or the day is in the future, ``ConflictError`` for a *radicado*
    that the organism already has.
    """
    if problems := new.problems(today):
        raise ProblemsError(problems)
    number = new.filing_number.strip()
    try:
        with writing_vigencia(vigencia.id) as now:
            notice = FormalNotice(
                entity_id=vigencia.entity_id,
                vigencia_id=vigencia.id,
                organism_id=organism.id,
                sent_on=new.sent_on,
                filing_number=number,
                text=new.text.strip(),
                user_id=actor.user_id,
                recorded_at=now,
            )
            db.session.add(notice)
            db.session.flush()
            details = {"number": number, "declared_on": new.sent_on.isoformat()}
            record(actor, "require", "plan", organism.code, now, details)
            return _mail(vigencia, organism, notice, today, render, now) if render else 0
    except IntegrityError as error:
        raise ConflictError(f"El radicado {number} ya está registrado para este organismo.") from error


def _mail(
    vigencia: Vigencia, organism: Organism, notice: FormalNotice, today: date, render: Render, now: datetime
) -> int:
    people = addresses(vigencia.entity_id, ORGANISM_ROLES, organism.id, today)
    if not people:
        return 0
    queue_message(
        entity_id=vigencia.entity_id,
        vigencia_id=vigencia.id,
        kind=KIND,
        idempotency_key=f"{KIND}/{notice.id}",
        recipients=people,
        mail=render(KIND, notice=notice, year=vigencia.year, is_demo=vigencia.is_demo, organism_code=organism.code),
        recorded_at=now,
    )
    return len(people)


def notices(vigencia_id: int, known_at: datetime | None = None) -> dict[int, Sequence[FormalNotice]]:
    """The *requerimientos* by organism id, oldest first; as recorded by ``known_at`` where it is given."""
    query = select(FormalNotice).where(FormalNotice.vigencia_id == vigencia_id)
    if known_at:
        query = query.where(FormalNotice.recorded_at <= known_at)
    found: dict[int, list[FormalNotice]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(FormalNotice.sent_on, FormalNotice.id)):
        found[row.organism_id].append(row)
    return dict(found)


def last_reminders(vigencia_id: int) -> Mapping[int, datetime]:
    """When somebody of each organism, by id, was last reminded."""
    rows = db.session.execute(
        select(Reminder.organism_id, func.max(Reminder.recorded_at))
        .where(Reminder.vigencia_id == vigencia_id)
        .group_by(Reminder.organism_id)
    )
    return dict(rows.tuples().all())
