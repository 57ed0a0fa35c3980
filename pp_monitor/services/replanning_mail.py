"""The mails of a re-planning: to who decides when it is asked or withdrawn, to who asked when it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from pp_monitor.domain.replanning import ReplanningStep, moves
from pp_monitor.extensions import db
from pp_monitor.formatters import date_short, plural
from pp_monitor.formatters import workdays as workdays_text
from pp_monitor.labels_plan import REPLANNING_CAUSE
from pp_monitor.models.account import Role, RoleAssignment, User
from pp_monitor.models.entity import Entity, Vigencia
from pp_monitor.services.deviation import Standing, project_standing
from pp_monitor.services.entity import find_organism, organism_labels
from pp_monitor.services.mail import Render, queue_message
from pp_monitor.services.replanning_check import standing_names
from pp_monitor.services.replanning_read import AskedRequest, find_request

TEMPLATE = "replanning_step"
_OWN = frozenset({Role.ENLACE, Role.ORDENADOR})
_READERS = {
    ReplanningStep.REQUESTED: frozenset({Role.PLANEACION, Role.ORDENADOR}),
    ReplanningStep.WITHDRAWN: frozenset({Role.PLANEACION, Role.ORDENADOR}),
    ReplanningStep.RETURNED: _OWN,
    ReplanningStep.APPROVED: _OWN,
}


@dataclass(frozen=True, slots=True)
class StepMail:
    """What the mail of a step says; ``path`` is the page that it leads to."""

    subject: str
    greeting: str
    opening: str
    facts: tuple[str, ...]
    dates: tuple[str, ...]
    quote: str
    ask: str
    link_text: str
    path: str
    author: str
    entity: str
    is_demo: bool


def queue_replanning_mail(
    vigencia: Vigencia, request_id: int, step: ReplanningStep, today: date, now: datetime, render: Render
) -> None:
    """Put the mail of a step in the outbox within the caller's transaction; nothing where nobody is to read it."""
    db.session.flush()
    request = find_request(vigencia.id, request_id)
    standing = project_standing(vigencia, request.project_id, today, now)
    organism_code = standing.project.organism_code
    addresses = _addresses(vigencia.entity_id, _READERS[step], find_organism(organism_code).id, today)
    if not addresses:
        return
    said = _mail(vigencia, request, step, standing, organism_labels(vigencia.entity_id, today, now)[organism_code].name)
    queue_message(
        entity_id=vigencia.entity_id,
        vigencia_id=vigencia.id,
        kind=TEMPLATE,
        idempotency_key=f"{TEMPLATE}/{request.id}/{step}",
        recipients=addresses,
        mail=render(TEMPLATE, mail=said),
        recorded_at=now,
    )


def _addresses(entity_id: int, roles: frozenset[Role], organism_id: int, on: date) -> list[str]:
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


def _mail(
    vigencia: Vigencia, request: AskedRequest, step: ReplanningStep, standing: Standing, organism: str
) -> StepMail:
    subject, opening, ask = _words(request, step, organism)
    is_city = step in (ReplanningStep.REQUESTED, ReplanningStep.WITHDRAWN)
    return StepMail(
        subject=("DATOS DE DEMOSTRACIÓN · " if vigencia.is_demo else "") + subject,
        greeting="equipo de Planeación" if is_city else organism,
        opening=opening,
        facts=(
            f"Proyecto {request.project_code}: {standing.project.name}.",
            f"Causa: {REPLANNING_CAUSE[request.cause]}.",
            f"Documento: {request.document}.",
        ),
        dates=_dates(request, step, standing),
        quote=request.steps[-1].reason or ("" if step is not ReplanningStep.REQUESTED else request.justification),
        ask=ask,
        link_text="Abrir la solicitud",
        path=f"/reprogramaciones/{request.id}",
        author="Equipo de Planeación – Secretaría de Gobierno",
        entity=db.session.get_one(Entity, vigencia.entity_id).name,
        is_demo=vigencia.is_demo,
    )


def _words(request: AskedRequest, step: ReplanningStep, organism: str) -> tuple[str, str, str]:
    """Subject, opening and what is asked."""
    about = f"reprogramación n.º {request.number} de {request.project_code}"
    many = plural(len(request.wanted), "fecha", "fechas")
    return {
        ReplanningStep.REQUESTED: (
            f"Para decidir: {about}",
            f"{organism} pide mover {many}.",
            "Apruebe la solicitud o devuélvala con su motivo.",
        ),
        ReplanningStep.RETURNED: (
            f"Devuelta: {about}",
            "Planeación devolvió la solicitud. Las fechas no cambian.",
            "Si todavía hace falta, corríjala y pídala otra vez.",
        ),
        ReplanningStep.APPROVED: (
            f"Aprobada: {about}",
            "Planeación aprobó la solicitud. La línea base no cambia; las fechas nuevas son el plan vigente.",
            "Reporte los avances contra las fechas nuevas.",
        ),
        ReplanningStep.WITHDRAWN: (
            f"Ya no espera decisión: {about}",
            f"{organism} retiró la solicitud. Las fechas no cambian.",
            "No tiene que hacer nada.",
        ),
    }[step]


def _dates(request: AskedRequest, step: ReplanningStep, standing: Standing) -> tuple[str, ...]:
    """Each date with its original and how far it moves; nothing once the request was withdrawn."""
    plans = standing.plans
    if plans is None or step is ReplanningStep.WITHDRAWN:
        return ()
    names = standing_names(standing)
    return tuple(
        f"{names.get(move.code, move.code)}: original {date_short(move.original)}, "
        f"vigente al pedirla {date_short(move.in_force)}, pedida {date_short(move.wanted)} "
        f"({workdays_text(move.wanted_workdays)} días hábiles desde la original)"
        for move in moves(plans, request.in_force, request.wanted, standing.frame.calendar)
    )
