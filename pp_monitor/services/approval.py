"""After a plan was sent: its head approves or returns it, others comment, silence lets it through."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import ConflictError, PpMonitorError
from pp_monitor.domain.evidence import SIGNED, Document
from pp_monitor.domain.plan_doubt import Justification
from pp_monitor.domain.plan_warning import PlanDoubt
from pp_monitor.domain.submission import comments_until
from pp_monitor.extensions import db
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.plan import Registration, RegistrationKind, RegistrationStep
from pp_monitor.models.submission import PlanSubmission, PlanSubmissionProject, PlanSubmissionSeat
from pp_monitor.services.audit import Actor
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.evidence import store_document
from pp_monitor.services.mail import Render
from pp_monitor.services.plan_text import read_plan_rows
from pp_monitor.services.registration import Batch, registering, write_registration
from pp_monitor.services.submission import Deed, at_step, explained, leave_lost, open_submission, required, write_step
from pp_monitor.services.submission_mail import MailKind, queue_step_mail
from pp_monitor.services.submission_read import sent_doubts
from pp_monitor.services.submission_step import NewStep, Step, standings, steps_of
from pp_monitor.services.transaction import writing_vigencia

DECIDED = "Este envío ya no espera la aprobación del despacho."
NONE_APPROVED = "Este envío no tiene proyectos aprobados por registrar."
CHANGED = "El envío cambió mientras usted lo revisaba. Actualice la página y decida de nuevo."


@dataclass(frozen=True, slots=True)
class Signed:
    """An approval signed outside: who signed it and by which right, what document it is, and the document."""

    by: str
    act: str
    document: Document


def decide(deed: Deed, shown: Collection[int], returned: Mapping[int, str], signed: Signed | None = None) -> None:
    """Approve what was shown but the projects ``returned``, each with its reason.

    ``signed`` is the approval that was signed outside, handed in by the enlace; the head is told at once. Raises
    ``ConflictError`` when somebody decided before or the submission is not what was shown, ``ProblemsError`` for
    a return whose reason has less than ten letters, a signature without name or a document that is none. Who sent it
    approves nothing, but for such a document.
    """
    with writing_vigencia(deed.vigencia.id) as now:
        submission = open_submission(deed)
        lost = leave_lost(deed, submission, now)
        waiting = at_step(submission, RegistrationStep.SENT)
        if not waiting | lost:
            raise ConflictError(DECIDED)
        if waiting != frozenset(shown) - lost or not returned.keys() <= frozenset(shown):
            raise ConflictError(CHANGED)
        returned = {id_: reason for id_, reason in returned.items() if id_ in waiting}
        approved = waiting - returned.keys()
        if approved:
            if deed.actor.user_id and deed.actor.user_id == submission.user_id and not signed:
                raise ConflictError("Usted envió este plan: lo aprueba otra persona, el ordenador del gasto.")
            write_step(deed, submission, approved, _approval(deed, submission, signed, now), now)
        _return(deed, submission, returned, now)
        # Told after the return, so that it tells only what goes on.
        for kind in _approval_mails(signed) if approved else ():
            queue_step_mail(kind, deed.vigencia, submission, deed.today, now, deed.render)


def _approval(deed: Deed, submission: PlanSubmission, signed: Signed | None, now: datetime) -> NewStep:
    if signed is None:
        return NewStep(RegistrationStep.APPROVED, deed.today, deed.actor)
    by = required(signed.by, "Falta quién firmó la aprobación.")
    evidence = store_document(submission.entity_id, signed.document, now, SIGNED)
    step = RegistrationStep.APPROVED
    return NewStep(step, deed.today, deed.actor, signed.act.strip(), evidence.id, signed_by=by)


def _approval_mails(signed: Signed | None) -> tuple[MailKind, ...]:
    told = (MailKind.APPROVED, MailKind.GOES_ON)
    return (MailKind.HANDED_IN, *told) if signed else told


def _return(deed: Deed, submission: PlanSubmission, returned: Mapping[int, str], now: datetime) -> None:
    by_reason: dict[str, list[int]] = {}
    for project_id, reason in sorted(returned.items()):
        by_reason.setdefault(explained(reason, "Falta el motivo por el que se devuelve."), []).append(project_id)
    for text, ids in by_reason.items():
        write_step(deed, submission, ids, NewStep(RegistrationStep.RETURNED, deed.today, deed.actor, text), now)
    if returned:
        queue_step_mail(MailKind.RETURNED, deed.vigencia, submission, deed.today, now, deed.render)


def return_approved(deed: Deed, project_ids: Collection[int], reason: str) -> None:
    """Return approved projects with a reason, within the days for comments; they open again as drafts.

    Raises ``ConflictError`` outside those days, ``ProblemsError`` for a reason of less than ten letters.
    """
    with writing_vigencia(deed.vigencia.id) as now:
        submission = _in_comments(deed, project_ids)
        _return(deed, submission, dict.fromkeys(project_ids, reason), now)


def comment(deed: Deed, project_ids: Collection[int], text: str) -> None:
    """Comment on approved projects, within the days for comments; it moves nothing."""
    with writing_vigencia(deed.vigencia.id) as now:
        submission = _in_comments(deed, project_ids)
        said = required(text, "El comentario está vacío.")
        step = NewStep(RegistrationStep.COMMENTED, deed.today, deed.actor, said)
        write_step(deed, submission, project_ids, step, now)
        queue_step_mail(MailKind.COMMENTED, deed.vigencia, submission, deed.today, now, deed.render)


def _in_comments(deed: Deed, project_ids: Collection[int]) -> PlanSubmission:
    """The submission, with these projects approved and not yet registered."""
    submission = open_submission(deed)
    approved = at_step(submission, RegistrationStep.APPROVED)
    if not approved:
        raise ConflictError("Este envío ya no está en días de comentarios.")
    if not project_ids or not frozenset(project_ids) <= approved:
        raise ConflictError(CHANGED)
    return submission


def let_through(deed: Deed, shown: Collection[int] | None = None, *, is_due: bool = False) -> Registration | None:
    """Register what the head approved as B0, with the plan that was sent and the day of the approval.

    Gives none when every project was withdrawn or transferred meanwhile. ``shown`` are the projects that somebody
    confirmed; ``is_due`` asks that the days for comments be over. Raises ``ConflictError`` where nothing is approved,
    where others are approved than were shown or, with ``is_due``, while comments are possible.
    """
    vigencia = deed.vigencia
    with registering(), writing_vigencia(vigencia.id) as now:
        submission = open_submission(deed)
        lost = leave_lost(deed, submission, now)
        newest = standings(steps_of([submission.id]))
        approved = {id_: step for id_, step in newest.items() if step.step is RegistrationStep.APPROVED}
        if not approved and not lost:
            raise ConflictError(NONE_APPROVED)
        if shown is not None and approved.keys() != frozenset(shown) - lost:
            raise ConflictError(CHANGED)
        if not approved:
            return None
        approval = next(iter(approved.values()))
        if is_due and deed.today <= comments_until(approval.day, work_calendar(vigencia.entity_id, now)):
            raise ConflictError("Todavía se pueden hacer comentarios a este envío.")
        registration = write_registration(_batch(deed, submission, approval, list(approved)), now)
        queue_step_mail(MailKind.REGISTERED, vigencia, submission, deed.today, now, deed.render, registration.number)
        return registration


def _batch(deed: Deed, submission: PlanSubmission, approval: Step, project_ids: Sequence[int]) -> Batch:
    table = PlanSubmissionProject
    rows = db.session.scalars(
        select(table).where(table.submission_id == submission.id, table.project_id.in_(project_ids))
    ).all()
    return Batch(
        vigencia=deed.vigencia,
        organism=db.session.get_one(Organism, submission.organism_id),
        plans={row.project_id: read_plan_rows(row.plan_text) for row in rows},
        declared_on=approval.day,
        act=approval.reason or submission.act or f"Aprobación del ordenador, envío n.º {submission.number}",
        actor=deed.actor,
        user_id=approval.user_id,
        today=deed.today,
        left_out=submission.left_out,
        submission_id=submission.id,
        kind=RegistrationKind(submission.kind),
        modalities={row.project_id: Modality(row.modality) if row.modality else None for row in rows},
        paid_with=_paid_with(submission),
    )


def _paid_with(submission: PlanSubmission) -> Justification | None:
    """What was said, when the plan was sent, of completions after the year."""
    said = [one for one in sent_doubts(submission) if one.doubt is PlanDoubt.COMPLETION_AFTER_YEAR]
    return Justification(said[0].reason, said[0].backing, said[0].document) if said else None


def due_submissions(vigencia: Vigencia, today: date) -> list[int]:
    """The ids of the submissions whose days for comments are over by ``today``, oldest first."""
    seated = (
        select(PlanSubmission.id)
        .join(PlanSubmissionSeat, PlanSubmissionSeat.submission_id == PlanSubmission.id)
        .where(PlanSubmission.vigencia_id == vigencia.id)
        .distinct()
        .order_by(PlanSubmission.id)
    )
    calendar = work_calendar(vigencia.entity_id, vigencia.last_recorded_at)
    ids = db.session.scalars(seated).all()
    approved = {
        step.submission_id
        for step in standings(steps_of(ids)).values()
        if step.step is RegistrationStep.APPROVED and comments_until(step.day, calendar) < today
    }
    return [id_ for id_ in ids if id_ in approved]


class LeftUnregisteredError(PpMonitorError):
    """Some plans whose days for comments are over could not be registered; the others were."""


def register_due(vigencia: Vigencia, actor: Actor, today: date, render: Render) -> tuple[int, ...]:
    """Register every plan whose days for comments are over, each on its own; give the numbers of their receipts.

    What is registered is not due again, so that a run cut short is simply run again. Raises
    ``LeftUnregisteredError`` at the end when one could not be registered.
    """
    done: list[int] = []
    troubles: list[str] = []
    for submission_id in due_submissions(vigencia, today):
        try:
            registration = let_through(Deed(vigencia, submission_id, actor, today, render), is_due=True)
            done += [registration.number] if registration else []
        except PpMonitorError as error:
            db.session.rollback()
            troubles.append(str(error))
    if troubles:
        raise LeftUnregisteredError(" ".join(troubles))
    return tuple(done)
