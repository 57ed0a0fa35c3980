"""What each step of a plan that was sent tells whom, through the outbox, in the transaction of the step."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pp_monitor.domain.account import ORGANISM_ROLES, Role
from pp_monitor.extensions import db
from pp_monitor.formatters import cop, date_long, plural
from pp_monitor.labels_plan import of_organism
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.plan import RegistrationStep
from pp_monitor.models.submission import PlanSubmission
from pp_monitor.services.mail import Render
from pp_monitor.services.role import addresses
from pp_monitor.services.step_mail import Quote, StepMail, Words, queue_step
from pp_monitor.services.submission_read import Said, SentPlan, find_submission, value_cop


class MailKind(StrEnum):
    """The mails of a plan that was sent, as the outbox names them."""

    SENT = "plan_sent"
    APPROVED = "plan_approved"
    GOES_ON = "plan_goes_on"
    HANDED_IN = "plan_handed_in"
    RETURNED = "plan_returned"
    RECALLED = "plan_recalled"
    COMMENTED = "plan_commented"
    REGISTERED = "plan_registered"


_CITY = frozenset({Role.PLANEACION, Role.CONTRATACION})
_READERS = {
    MailKind.SENT: frozenset({Role.ORDENADOR}),
    MailKind.APPROVED: _CITY,
    MailKind.GOES_ON: frozenset({Role.ENLACE}),
    MailKind.HANDED_IN: frozenset({Role.ORDENADOR}),
    MailKind.RETURNED: ORGANISM_ROLES,
    MailKind.RECALLED: frozenset({Role.ORDENADOR}),
    MailKind.COMMENTED: ORGANISM_ROLES,
    MailKind.REGISTERED: ORGANISM_ROLES,
}
_STEP = {
    MailKind.RETURNED: RegistrationStep.RETURNED,
    MailKind.RECALLED: RegistrationStep.RECALLED,
    MailKind.COMMENTED: RegistrationStep.COMMENTED,
}

_GOING_ON = {
    MailKind.SENT: ("proyecto enviado", "proyectos enviados"),
    MailKind.APPROVED: ("proyecto aprobado", "proyectos aprobados"),
    MailKind.GOES_ON: ("proyecto aprobado", "proyectos aprobados"),
    MailKind.HANDED_IN: ("proyecto aprobado", "proyectos aprobados"),
    MailKind.REGISTERED: ("proyecto registrado", "proyectos registrados"),
}


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
    people = addresses(submission.entity_id, _READERS[kind], submission.organism_id, today)
    if people:
        said = _mail(kind, find_submission(vigencia, submission.number, today), now, receipt)
        queue_step(vigencia, kind, f"{submission.id}/{now.isoformat()}", people, said, now, render)


def _mail(kind: MailKind, plan: SentPlan, now: datetime, receipt: int | None) -> StepMail:
    link_text, path = _link(kind, plan, receipt)
    return StepMail(
        words=_words(kind, plan, receipt),
        greeting=plan.organism_name if kind is not MailKind.APPROVED else "equipos de Planeación y de Contratación",
        facts=_facts(kind, plan),
        quotes=tuple(_quote(said) for said in plan.said if said.recorded_at == now and said.step is _STEP.get(kind)),
        link_text=link_text,
        path=path,
    )


def _link(kind: MailKind, plan: SentPlan, receipt: int | None) -> tuple[str, str]:
    """What the mail leads to: its words and its page."""
    here = f"/registro/envios/{plan.number}"
    if receipt:
        return "Ver la constancia", f"/registro/constancia/{receipt}"
    return ("Ver el documento adjunto", f"{here}/soporte") if kind is MailKind.HANDED_IN else ("Abrir el envío", here)


def _words(kind: MailKind, plan: SentPlan, receipt: int | None) -> Words:
    about = f"Plan {plan.year} {of_organism(plan.organism_name)}, envío n.º {plan.number}"
    return (_approved_words(plan, about) | _other_words(plan, about, receipt))[kind]


def _approved_words(plan: SentPlan, about: str) -> dict[MailKind, Words]:
    """What the mails of an approval say to each of their readers."""
    until = f"el {date_long(plan.comments_until)}" if plan.comments_until else ""
    return {
        MailKind.APPROVED: Words(
            f"Para comentarios: {about}",
            _who_approved(plan),
            f"Puede comentarlo o devolverlo hasta {until}. Si nadie lo devuelve, queda registrado como línea base.",
        ),
        MailKind.GOES_ON: Words(
            f"Aprobado: {about}",
            _who_approved(plan),
            "Por lo aprobado no tiene que hacer nada: Planeación y Contratación pueden comentarlo o devolverlo "
            f"hasta {until}. Si nadie lo devuelve, queda registrado como línea base.",
        ),
        MailKind.HANDED_IN: Words(
            f"Aprobado con un documento firmado: {about}",
            _who_approved(plan),
            f"Si usted no lo autorizó, avise a Planeación: hasta {until} puede devolverlo. Después queda registrado.",
        ),
    }


def _other_words(plan: SentPlan, about: str, receipt: int | None) -> dict[MailKind, Words]:
    return {
        MailKind.SENT: Words(
            f"Para su aprobación: {about}",
            f"{plan.sent_by} le envió el plan para que usted lo apruebe. Con estas fechas se medirá al organismo.",
            "Apruébelo o devuélvalo con su motivo. La página sirve en el celular.",
        ),
        MailKind.RETURNED: Words(
            f"Devuelto: {about}",
            "El plan se devolvió, todo o en parte. Lo devuelto vuelve a ser borrador y se puede corregir.",
            "Corrija lo devuelto y envíelo otra vez.",
        ),
        MailKind.RECALLED: Words(
            f"Ya no espera su aprobación: {about}",
            f"{plan.sent_by} recogió el envío antes de que usted lo aprobara.",
            "No tiene que hacer nada. Cuando se envíe de nuevo, le avisaremos.",
        ),
        MailKind.COMMENTED: Words(
            f"Comentario: {about}",
            "Hay un comentario sobre el plan aprobado. No lo detiene.",
            "Léalo y, si hace falta, hable con quien lo escribió antes del registro.",
        ),
        MailKind.REGISTERED: Words(
            f"Registrado: {about}, constancia n.º {receipt}",
            "El plan quedó registrado. Sus fechas son la línea base y no se cambian.",
            "Guarde la constancia. Lo que sigue es reportar los avances.",
        ),
    }


def _who_approved(plan: SentPlan) -> str:
    given = plan.approval
    if given is None or given.evidence_id is None:
        return f"El despacho {of_organism(plan.organism_name)} aprobó el plan."
    return f"{given.who} adjuntó la aprobación del plan, firmada por {given.signed_by}. Documento: {given.reason}."


def _facts(kind: MailKind, plan: SentPlan) -> tuple[str, ...]:
    return (
        *_counts(kind, plan),
        f"Enviado el {date_long(plan.sent_on)}."
        + (f" Aprobado el {date_long(plan.approved_on)}." if plan.approved_on else ""),
        *((f"{plural(len(plan.left_out), 'proyecto queda', 'proyectos quedan')} por fuera.",) if plan.left_out else ()),
    )


def _counts(kind: MailKind, plan: SentPlan) -> tuple[str, ...]:
    """How many projects with which value go on, and how many came back."""
    if not plan.current:
        sent = plan.projects
        return (f"{plural(len(sent), 'proyecto enviado', 'proyectos enviados')} por {cop(value_cop(sent))}.",)
    one, many = _GOING_ON.get(kind, ("proyecto en aprobación", "proyectos en aprobación"))
    told = [f"{plural(len(plan.current), one, many)} por {cop(value_cop(plan.current))}."]
    if plan.back:
        back = plural(len(plan.back), "proyecto volvió o salió", "proyectos volvieron o salieron")
        told.append(f"{back} de la aprobación, por {cop(value_cop(plan.back))}.")
    return tuple(told)


def _quote(said: Said) -> Quote:
    names = ", ".join(said.projects) if len(said.projects) <= 6 else plural(len(said.projects), "proyecto", "proyectos")
    return Quote(said.who or "Planeación", names, said.reason)
