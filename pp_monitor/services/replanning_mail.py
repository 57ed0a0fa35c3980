"""The mails of a re-planning: to who decides when it is asked or withdrawn, to who asked when it is decided."""

from __future__ import annotations

from datetime import date, datetime

from pp_monitor.domain.account import ORGANISM_ROLES, Role
from pp_monitor.domain.replanning import ReplanningStep, moves
from pp_monitor.extensions import db
from pp_monitor.formatters import date_short, plural
from pp_monitor.formatters import workdays as workdays_text
from pp_monitor.labels_plan import REPLANNING_CAUSE
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.deviation import Standing, project_standing
from pp_monitor.services.entity import find_organism, organism_labels
from pp_monitor.services.mail import Render
from pp_monitor.services.replanning_check import standing_names
from pp_monitor.services.replanning_read import AskedRequest, find_request
from pp_monitor.services.role import addresses
from pp_monitor.services.step_mail import Quote, StepMail, Words, queue_step

KIND = "replanning_step"
_TOLD = frozenset({Role.PLANEACION, Role.ORDENADOR})
_READERS = {
    ReplanningStep.REQUESTED: _TOLD,
    ReplanningStep.WITHDRAWN: _TOLD,
    ReplanningStep.RETURNED: ORGANISM_ROLES,
    ReplanningStep.APPROVED: ORGANISM_ROLES,
}


def queue_replanning_mail(
    vigencia: Vigencia, request_id: int, step: ReplanningStep, today: date, now: datetime, render: Render
) -> None:
    """Put the mail of a step in the outbox within the caller's transaction; nothing where nobody is to read it."""
    db.session.flush()
    request = find_request(vigencia.id, request_id)
    standing = project_standing(vigencia, request.project_id, today, now)
    organism_code = standing.project.organism_code
    people = addresses(vigencia.entity_id, _READERS[step], find_organism(organism_code).id, today)
    if people:
        organism = organism_labels(vigencia.entity_id, today, now)[organism_code].name
        said = _mail(request, step, standing, organism)
        queue_step(vigencia, KIND, f"{request.id}/{step}", people, said, now, render)


def _mail(request: AskedRequest, step: ReplanningStep, standing: Standing, organism: str) -> StepMail:
    newest = request.steps[-1]
    text = request.justification if step is ReplanningStep.REQUESTED else newest.reason
    return StepMail(
        words=_words(request, step, organism),
        greeting="equipo de Planeación" if _READERS[step] is _TOLD else organism,
        facts=(
            f"Proyecto {request.project_code}: {standing.project.name}.",
            f"Causa: {REPLANNING_CAUSE[request.cause]}.",
            f"Documento: {request.document}.",
        ),
        dates=_dates(request, step, standing),
        quotes=(Quote(newest.author or "Planeación", request.project_code, text),) if text else (),
        link_text="Abrir la solicitud",
        path=f"/reprogramaciones/{request.id}",
    )


def _words(request: AskedRequest, step: ReplanningStep, organism: str) -> Words:
    about = f"reprogramación n.º {request.number} de {request.project_code}"
    many = plural(len(request.wanted), "fecha", "fechas")
    return {
        ReplanningStep.REQUESTED: Words(
            f"Para decidir: {about}",
            f"{organism} pide mover {many}.",
            "Apruebe la solicitud o devuélvala con su motivo.",
        ),
        ReplanningStep.RETURNED: Words(
            f"Devuelta: {about}",
            "Planeación devolvió la solicitud. Las fechas no cambian.",
            "Si todavía hace falta, corríjala y pídala otra vez.",
        ),
        ReplanningStep.APPROVED: Words(
            f"Aprobada: {about}",
            "Planeación aprobó la solicitud. La línea base no cambia; las fechas nuevas son el plan vigente.",
            "Reporte los avances contra las fechas nuevas.",
        ),
        ReplanningStep.WITHDRAWN: Words(
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
