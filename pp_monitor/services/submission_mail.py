"""What each step of a plan that was sent tells whom, through the outbox, in the transaction of the step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import or_, select

from pp_monitor.extensions import db
from pp_monitor.formatters import cop, date_long, plural
from pp_monitor.models.account import Role, RoleAssignment, User
from pp_monitor.models.entity import Entity, Vigencia
from pp_monitor.models.plan import RegistrationStep
from pp_monitor.models.submission import PlanSubmission
from pp_monitor.services.mail import Render, queue_message
from pp_monitor.services.submission_read import Said, SentPlan, find_submission

TEMPLATE = "plan_step"


class MailKind(StrEnum):
    """The mails of a plan that was sent, as the outbox names them."""

    SENT = "plan_sent"
    APPROVED = "plan_approved"
    RETURNED = "plan_returned"
    RECALLED = "plan_recalled"
    COMMENTED = "plan_commented"
    REGISTERED = "plan_registered"


_CITY = frozenset({Role.PLANEACION, Role.CONTRATACION})
_OWN = frozenset({Role.ENLACE, Role.ORDENADOR})
_READERS = {
    MailKind.SENT: frozenset({Role.ORDENADOR}),
    MailKind.APPROVED: _CITY | {Role.ENLACE},
    MailKind.RETURNED: _OWN,
    MailKind.RECALLED: frozenset({Role.ORDENADOR}),
    MailKind.COMMENTED: _OWN,
    MailKind.REGISTERED: _OWN,
}
_STEP = {
    MailKind.RETURNED: RegistrationStep.RETURNED,
    MailKind.RECALLED: RegistrationStep.RECALLED,
    MailKind.COMMENTED: RegistrationStep.COMMENTED,
}


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote about some projects."""

    who: str
    projects: str
    text: str


@dataclass(frozen=True, slots=True)
class StepMail:
    """What the mail of a step says; ``path`` is the page that it leads to."""

    subject: str
    greeting: str
    opening: str
    facts: tuple[str, ...]
    quotes: tuple[Quote, ...]
    ask: str
    link_text: str
    path: str
    author: str
    entity: str
    is_demo: bool


def queue_step_mail(
    kind: MailKind,
    vigencia: Vigencia,
    submission: PlanSubmission,
    today: date,
    now: datetime,
    render: Render,
    receipt: int | None = None,
) -> None:
    """Put the mail of a step in the outbox within the caller's transaction; nothing where nobody is to read it."""
    db.session.flush()
    addresses = addresses_of(submission.entity_id, _READERS[kind], submission.organism_id, today)
    if not addresses:
        return
    plan = find_submission(vigencia, submission.number, today)
    said = _mail(kind, plan, now, receipt, vigencia.is_demo, db.session.get_one(Entity, submission.entity_id).name)
    queue_message(
        entity_id=submission.entity_id,
        vigencia_id=vigencia.id,
        kind=kind,
        idempotency_key=f"{kind}/{submission.id}/{now.isoformat()}",
        recipients=addresses,
        mail=render(TEMPLATE, mail=said),
        recorded_at=now,
    )


def addresses_of(entity_id: int, roles: frozenset[Role], organism_id: int, on: date) -> list[str]:
    """The addresses of those who hold one of ``roles`` on a day, for the whole city or for this organism."""
    query = (
        select(User.email)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .where(User.entity_id == entity_id, User.is_enabled, RoleAssignment.valid_from <= on)
        .where(or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until >= on))
        .where(RoleAssignment.role.in_(roles))
        .where(or_(RoleAssignment.organism_id.is_(None), RoleAssignment.organism_id == organism_id))
        .order_by(User.email)
        .distinct()
    )
    return list(db.session.scalars(query))


def _mail(kind: MailKind, plan: SentPlan, now: datetime, receipt: int | None, is_demo: bool, entity: str) -> StepMail:
    subject, opening, ask = _words(kind, plan, receipt)
    path = f"/registro/constancia/{receipt}" if receipt else f"/registro/envios/{plan.number}"
    return StepMail(
        subject=("DATOS DE DEMOSTRACIÓN · " if is_demo else "") + subject,
        greeting=plan.organism_name if kind is not MailKind.APPROVED else "equipos de Planeación y de Contratación",
        opening=opening,
        facts=_facts(plan),
        quotes=tuple(_quote(said) for said in plan.said if said.recorded_at == now and said.step is _STEP.get(kind)),
        ask=ask,
        link_text="Ver la constancia" if receipt else "Abrir el envío",
        path=path,
        author="Equipo de Planeación – Secretaría de Gobierno",
        entity=entity,
        is_demo=is_demo,
    )


def _words(kind: MailKind, plan: SentPlan, receipt: int | None) -> tuple[str, str, str]:
    """Subject, opening and what is asked."""
    about = f"Plan {plan.year} de {plan.organism_name}, envío n.º {plan.number}"
    until = f"el {date_long(plan.comments_until)}" if plan.comments_until else ""
    words = {
        MailKind.SENT: (
            f"Para su aprobación: {about}",
            f"{plan.sent_by} le envió el plan para que usted lo apruebe. Con estas fechas se medirá al organismo.",
            "Apruébelo o devuélvalo con su motivo. La página sirve en el celular.",
        ),
        MailKind.APPROVED: (
            f"Para comentarios: {about}",
            f"El despacho de {plan.organism_name} aprobó el plan.",
            f"Puede comentarlo o devolverlo hasta {until}. Si nadie lo devuelve, queda registrado como línea base.",
        ),
        MailKind.RETURNED: (
            f"Devuelto: {about}",
            "El plan se devolvió, todo o en parte. Lo devuelto vuelve a ser borrador y se puede corregir.",
            "Corrija lo devuelto y envíelo otra vez.",
        ),
        MailKind.RECALLED: (
            f"Ya no espera su aprobación: {about}",
            f"{plan.sent_by} recogió el envío antes de que usted lo aprobara.",
            "No tiene que hacer nada. Cuando se envíe de nuevo, le avisaremos.",
        ),
        MailKind.COMMENTED: (
            f"Comentario: {about}",
            "Hay un comentario sobre el plan aprobado. No lo detiene.",
            "Léalo y, si hace falta, hable con quien lo escribió antes del registro.",
        ),
        MailKind.REGISTERED: (
            f"Registrado: {about}, constancia n.º {receipt}",
            "El plan quedó registrado. Sus fechas son la línea base y no se cambian.",
            "Guarde la constancia. Lo que sigue es reportar los avances.",
        ),
    }
    return words[kind]


def _facts(plan: SentPlan) -> tuple[str, ...]:
    return (
        f"{plural(len(plan.projects), 'proyecto enviado', 'proyectos enviados')} por {cop(plan.amount_cop)}.",
        f"Enviado el {date_long(plan.sent_on)}."
        + (f" Aprobado el {date_long(plan.approved_on)}." if plan.approved_on else ""),
        *((f"{plural(len(plan.left_out), 'proyecto queda', 'proyectos quedan')} por fuera.",) if plan.left_out else ()),
    )


def _quote(said: Said) -> Quote:
    names = ", ".join(said.projects) if len(said.projects) <= 6 else plural(len(said.projects), "proyecto", "proyectos")
    return Quote(said.who or "Planeación", names, said.reason)
