"""Sending a plan: the drafts of an organism, frozen as they were shown, go to its head; and taking them back."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.dated import View, value_as_at
from pp_monitor.domain.errors import ConflictError, NotFoundError, Problem, ProblemsError
from pp_monitor.domain.plan_doubt import DoubtGroup
from pp_monitor.domain.project import ProjectState
from pp_monitor.domain.wording import explains
from pp_monitor.extensions import db
from pp_monitor.labels_plan import SAY_MORE, TOO_SHORT, reason_problem
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.plan import Registration, RegistrationKind, RegistrationStep
from pp_monitor.models.project import Project
from pp_monitor.models.submission import PlanSubmission, PlanSubmissionProject, PlanSubmissionSeat
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.history import load_histories
from pp_monitor.services.mail import Render
from pp_monitor.services.plan_check import ProjectPlan
from pp_monitor.services.plan_grid import Grid, GridRow
from pp_monitor.services.plan_read import load_check, read_grid
from pp_monitor.services.plan_review import require_reasons, review_rows
from pp_monitor.services.plan_text import plan_rows
from pp_monitor.services.registration import Batch, check_batch, refuse_closed
from pp_monitor.services.submission_mail import MailKind, queue_step_mail
from pp_monitor.services.submission_step import NewStep, add_steps, leave, standings, steps_of
from pp_monitor.services.transaction import writing_vigencia


@dataclass(frozen=True, slots=True)
class Sending:
    """What an enlace sends: a plan and its modality for each project id, and a reason for each code left out.

    ``doubts`` are the groups of doubts about it with the reasons given.
    """

    plans: Mapping[int, ProjectPlan]
    modalities: Mapping[int, Modality | None]
    left_out: Mapping[str, str]
    act: str = ""
    doubts: Sequence[DoubtGroup] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does to a submission: who, on which day; ``render`` gives the mails that tell it."""

    vigencia: Vigencia
    submission_id: int
    actor: Actor
    today: date
    render: Render


def send_drafts(
    *,
    vigencia: Vigencia,
    organism: Organism,
    stamps: Mapping[int, str],
    left_out: Mapping[str, str],
    actor: Actor,
    today: date,
    render: Render,
    act: str = "",
) -> PlanSubmission:
    """Send the drafts of these projects to the organism's head, exactly as they were shown.

    ``stamps`` gives what the person saw and confirmed of each project, ``left_out`` why each other open project
    stays out, by code, where its draft does not say. Raises ``ConflictError`` when a draft changed since or is in
    approval already, ``ProblemsError`` when one is not complete or a reason is missing, ``NotFoundError`` for
    another's project.
    """
    with sending(), writing_vigencia(vigencia.id) as now:
        check = load_check(vigencia, today)
        grid = read_grid(vigencia, organism, check)
        rows = {row.project_id: row for row in grid.rows}
        refuse_closed(rows, stamps, organism)
        _refuse_changed(rows, stamps)
        reasons = _reasons(grid, stamps, left_out)
        doubts = review_rows(vigencia, organism, [rows[id_] for id_ in stamps], check.review)
        require_reasons(doubts)
        plans = {id_: rows[id_].plan for id_ in stamps}
        modalities = {id_: rows[id_].modality for id_ in stamps}
        sent = write_submission(vigencia, organism, Sending(plans, modalities, reasons, act, doubts), actor, today, now)
        queue_step_mail(MailKind.SENT, vigencia, sent, today, now, render)
        return sent


@contextmanager
def sending() -> Iterator[None]:
    """Tell what the database refuses as a second approval in the reader's words."""
    try:
        yield
    except IntegrityError as error:
        raise ConflictError("Alguno de los proyectos ya está en aprobación. Actualice la página.") from error


def _refuse_changed(rows: Mapping[int, GridRow], stamps: Mapping[int, str]) -> None:
    changed = sorted(rows[id_].code for id_, seen in stamps.items() if rows[id_].stamp != seen)
    if changed:
        raise ConflictError(f"Alguien cambió el borrador de {', '.join(changed)}. Revise de nuevo antes de enviar.")


def _reasons(grid: Grid, stamps: Mapping[int, str], left_out: Mapping[str, str]) -> dict[str, str]:
    """Why each open project that is not sent stays out; raise ``ProblemsError`` where that is not said."""
    left = [row for row in grid.open_rows if row.project_id not in stamps]
    said = {row.code: left_out.get(row.code, "").strip() for row in left}
    found = {row.code: row.left_out if explains(row.left_out) else said[row.code] for row in left}
    if any(reason and not explains(reason) for reason in found.values()):
        raise ProblemsError((Problem(TOO_SHORT, SAY_MORE),))
    if missing := [code for code, reason in found.items() if not reason]:
        what = f"Falta el motivo por el que quedan por fuera {len(missing)} proyectos."
        if len(missing) == 1:
            what = f"Falta el motivo por el que queda por fuera {missing[0]}."
        raise ProblemsError((Problem(what, "Escríbalo en «Motivo»."),))
    return found


def write_submission(
    vigencia: Vigencia, organism: Organism, sent: Sending, actor: Actor, today: date, now: datetime
) -> PlanSubmission:
    """Check plans as a registration would and freeze them, within the caller's transaction of the vigencia."""
    batch = Batch(
        vigencia=vigencia,
        organism=organism,
        plans=sent.plans,
        declared_on=today,
        act=sent.act,
        actor=actor,
        user_id=actor.user_id,
        today=today,
        left_out=sent.left_out,
        modalities=sent.modalities,
    )
    codes = check_batch(batch, now)
    texts = {id_: "\n".join(plan_rows(code, sent.plans[id_])) + "\n" for id_, code in codes.items()}
    submission = _add_submission(batch, texts, sent.doubts, now)
    db.session.execute(insert(PlanSubmissionProject), _project_rows(submission, texts, sent.modalities))
    seats = [
        {"entity_id": submission.entity_id, "project_id": project_id, "submission_id": submission.id}
        for project_id in sorted(texts)
    ]
    db.session.execute(insert(PlanSubmissionSeat), seats)
    add_steps(submission.entity_id, submission.id, list(texts), NewStep(RegistrationStep.SENT, today, actor), now)
    details = {
        "number": submission.number,
        "kind": submission.kind,
        "projects": sorted(codes.values()),
        "act": sent.act,
        "sha256": submission.plan_sha256,
        "left_out": dict(sent.left_out),
    }
    record(actor, "send", "plan", organism.code, now, details)
    return submission


def _add_submission(
    batch: Batch, texts: Mapping[int, str], doubts: Sequence[DoubtGroup], now: datetime
) -> PlanSubmission:
    same = PlanSubmission.vigencia_id == batch.vigencia.id
    last = db.session.scalar(select(func.max(PlanSubmission.number)).where(same)) or 0
    whole = "".join(text for _, text in sorted(texts.items()))
    submission = PlanSubmission(
        entity_id=batch.vigencia.entity_id,
        vigencia_id=batch.vigencia.id,
        organism_id=batch.organism.id,
        number=last + 1,
        kind=_kind(batch),
        act=batch.act,
        left_out=dict(batch.left_out),
        doubts=[_doubt(group) for group in doubts],
        plan_sha256=_hash(whole),
        sent_on=batch.today,
        user_id=batch.user_id,
        recorded_at=now,
    )
    db.session.add(submission)
    db.session.flush()
    return submission


def _doubt(group: DoubtGroup) -> dict[str, object]:
    given = group.justification
    return {
        "doubt": group.doubt,
        "title": group.title,
        "told": [[problem.project_code, problem.what] for problem in group.problems],
        "reason": given.reason if given else "",
        "backing": (given.backing if given else None) or "",
        "document": given.document if given else "",
    }


def _kind(batch: Batch) -> RegistrationKind:
    """Principal until the organism has registered, or is about to."""
    here = (Registration.vigencia_id == batch.vigencia.id, Registration.organism_id == batch.organism.id)
    registered = db.session.scalar(select(Registration.id).where(*here).limit(1))
    open_one = (
        select(PlanSubmission.id)
        .join(PlanSubmissionSeat, PlanSubmissionSeat.submission_id == PlanSubmission.id)
        .where(PlanSubmission.vigencia_id == batch.vigencia.id, PlanSubmission.organism_id == batch.organism.id)
        .where(PlanSubmission.kind == RegistrationKind.PRINCIPAL)
        .limit(1)
    )
    is_later = registered is not None or db.session.scalar(open_one) is not None
    return RegistrationKind.SUPPLEMENTARY if is_later else RegistrationKind.PRINCIPAL


def _project_rows(
    submission: PlanSubmission, texts: Mapping[int, str], modalities: Mapping[int, Modality | None]
) -> list[dict[str, object]]:
    return [
        {
            "entity_id": submission.entity_id,
            "submission_id": submission.id,
            "project_id": project_id,
            "modality": modalities[project_id] or "",
            "plan_text": text,
            "plan_sha256": _hash(text),
        }
        for project_id, text in sorted(texts.items())
    ]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def recall(deed: Deed, reason: str) -> None:
    """Take back what the head has not decided yet, with a reason; the plans open again as drafts.

    Raises ``ConflictError`` when the head has decided, ``ProblemsError`` for a reason of less than ten letters.
    """
    with writing_vigencia(deed.vigencia.id) as now:
        submission = open_submission(deed)
        waiting = at_step(submission, RegistrationStep.SENT)
        if not waiting:
            raise ConflictError("El despacho ya decidió sobre este envío: no se puede recoger.")
        text = explained(reason, "Falta el motivo por el que se recoge el envío.")
        write_step(deed, submission, waiting, NewStep(RegistrationStep.RECALLED, deed.today, deed.actor, text), now)
        queue_step_mail(MailKind.RECALLED, deed.vigencia, submission, deed.today, now, deed.render)


_ACTIONS = {
    RegistrationStep.APPROVED: "approve",
    RegistrationStep.RETURNED: "return",
    RegistrationStep.COMMENTED: "comment",
    RegistrationStep.RECALLED: "recall",
}


def write_step(
    deed: Deed, submission: PlanSubmission, project_ids: Collection[int], new: NewStep, now: datetime
) -> None:
    """Write a step of these projects and its line of the audit trail, within the caller's transaction."""
    add_steps(submission.entity_id, submission.id, project_ids, new, now)
    organism = db.session.get_one(Organism, submission.organism_id)
    codes = db.session.scalars(select(Project.code).where(Project.id.in_(project_ids)).order_by(Project.code))
    details = {"number": submission.number, "projects": list(codes), "reason": new.reason}
    if new.signed_by:
        details["signed_by"] = new.signed_by
    record(deed.actor, _ACTIONS[new.step], "plan", organism.code, now, details)


def open_submission(deed: Deed) -> PlanSubmission:
    """The submission of a deed, read inside the caller's transaction; raise ``NotFoundError``."""
    submission = db.session.get(PlanSubmission, deed.submission_id)
    if submission is None or submission.vigencia_id != deed.vigencia.id:
        raise NotFoundError("Ese envío no existe.")
    return submission


def at_step(submission: PlanSubmission, step: RegistrationStep) -> frozenset[int]:
    """The ids of the projects whose newest step in this submission is ``step``."""
    newest = standings(steps_of([submission.id]))
    return frozenset(project_id for project_id, found in newest.items() if found.step is step)


def required(text: str, what: str) -> str:
    """A text that must be written, without spaces around; raise ``ProblemsError`` where it is empty."""
    if not text.strip():
        raise ProblemsError((Problem(what, "Escríbalo: quien lo lea debe saber qué hacer."),))
    return text.strip()


def explained(reason: str, missing: str) -> str:
    """A reason of ten letters or more, without spaces around; raise ``ProblemsError`` with ``missing`` or too short."""
    if problem := reason_problem(reason, missing):
        raise ProblemsError((problem,))
    return reason.strip()


def leave_lost(deed: Deed, submission: PlanSubmission, now: datetime) -> frozenset[int]:
    """Take out what is no longer the organism's, or was withdrawn, since it was sent; give the project ids."""
    waiting = at_step(submission, RegistrationStep.SENT) | at_step(submission, RegistrationStep.APPROVED)
    organism = db.session.get_one(Organism, submission.organism_id)
    view = View(deed.today, now)
    lost: set[int] = set()
    for row in load_histories(submission.vigencia_id, now, sorted(waiting)):
        state = value_as_at(row.states, view)
        is_withdrawn = state is not None and state.state is ProjectState.WITHDRAWN
        if is_withdrawn or value_as_at(row.organisms, view) != organism.code:
            reason = "El proyecto se retiró." if is_withdrawn else "El proyecto pasó a otro organismo."
            leave(submission.entity_id, [row.id], reason, deed.today, deed.actor, now)
            lost.add(row.id)
    return frozenset(lost)
