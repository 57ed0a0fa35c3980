"""The mails of a re-planning: to who decides when it is asked or withdrawn, to who asked when it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from pp_monitor.domain.account import ORGANISM_ROLES, Role
from pp_monitor.domain.replanning import ReplanningStep, moves
from pp_monitor.extensions import db
from pp_monitor.formatters import date_short, plural
from pp_monitor.formatters import workdays as workdays_text
from pp_monitor.labels_plan import REPLANNING_CAUSE, of_organism, to_organism, with_article
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.deviation import Standing, project_standing
from pp_monitor.services.entity import find_organism, organism_labels
from pp_monitor.services.mail import Render
from pp_monitor.services.replanning_check import standing_names
from pp_monitor.services.replanning_read import AskedRequest, find_request
from pp_monitor.services.role import addresses
from pp_monitor.services.step_mail import Quote, StepMail, Words, queue_step

KIND = "replanning_step"
_PLANNING, _HEAD = frozenset({Role.PLANEACION}), frozenset({Role.ORDENADOR})
# Planning decides and the head is told: each gets a mail of its own.
_READERS = {
    ReplanningStep.REQUESTED: (_PLANNING, _HEAD),
    ReplanningStep.WITHDRAWN: (_PLANNING, _HEAD),
    ReplanningStep.RETURNED: (ORGANISM_ROLES,),
    ReplanningStep.APPROVED: (ORGANISM_ROLES,),
}


def queue_replanning_mail(
    vigencia: Vigencia, request_id: int, step: ReplanningStep, today: date, now: datetime, render: Render
) -> None:
    """Put the mails of a step in the outbox within the caller's transaction; nothing where nobody is to read them."""
    db.session.flush()
    request = find_request(vigencia.id, request_id)
    standing = project_standing(vigencia, request.project_id, today, now)
    code = standing.project.organism_code
    organism = organism_labels(vigencia.entity_id, today, now)[code].name
    organism_id, told = find_organism(code).id, set[str]()
    for roles in _READERS[step]:
        found = addresses(vigencia.entity_id, roles, organism_id, today)
        people = [address for address in found if address not in told]
        told |= set(people)
        if people:
            key = f"{request.id}/{step}" + ("/head" if roles is _HEAD else "")
            said = _mail(request, step, standing, organism, roles)
            queue_step(vigencia, KIND, key, people, said, now, render)


def _mail(
    request: AskedRequest, step: ReplanningStep, standing: Standing, organism: str, roles: frozenset[Role]
) -> StepMail:
    newest = request.steps[-1]
    text = request.justification if step is ReplanningStep.REQUESTED else newest.reason
    greetings = {_PLANNING: "equipo de Planeación", _HEAD: f"ordenador(a) del gasto {of_organism(organism)}"}
    is_for_head = roles is _HEAD and step is ReplanningStep.REQUESTED
    return StepMail(
        words=_head_words(request) if is_for_head else _words(request, step, organism),
        greeting=greetings.get(roles, organism),
        facts=_facts(request, standing),
        dates=_dates(request, step, standing),
        quotes=(Quote(newest.author or "Planeación", request.project_code, text),) if text else (),
        link_text="Abrir la solicitud",
        path=f"/reprogramaciones/{request.id}",
    )


def queue_transfer_mails(
    vigencia: Vigencia, request_id: int, former_code: str, today: date, now: datetime, render: Render
) -> None:
    """Tell, within the caller's transaction, that a request ended because its project has another organism now.

    One mail each to the organism that asked (``former_code``), to the one that has the project, and to Planning.
    """
    db.session.flush()
    request = find_request(vigencia.id, request_id)
    standing = project_standing(vigencia, request.project_id, today, now)
    codes = {"former": former_code, "present": standing.project.organism_code}
    labels = organism_labels(vigencia.entity_id, today, now)
    names = {who: labels[code].name for who, code in codes.items()}
    told = set[str]()
    for who, roles in (("former", ORGANISM_ROLES), ("present", ORGANISM_ROLES), ("planning", _PLANNING)):
        organism_id = find_organism(codes.get(who, former_code)).id
        found = addresses(vigencia.entity_id, roles, organism_id, today)
        people = [address for address in found if address not in told]
        told |= set(people)
        if people:
            mail = _transfer_mail(request, standing, who, names)
            queue_step(vigencia, KIND, f"{request.id}/transfer/{who}", people, mail, now, render)


def queue_withdrawal_mails(vigencia: Vigencia, request_id: int, today: date, now: datetime, render: Render) -> None:
    """Tell, within the caller's transaction, that a request ended because its project leaves the vigencia.

    One mail to the organism that asked and one to Planning.
    """
    db.session.flush()
    request = find_request(vigencia.id, request_id)
    standing = project_standing(vigencia, request.project_id, today, now)
    code = standing.project.organism_code
    organism = organism_labels(vigencia.entity_id, today, now)[code].name
    words = Words(
        f"Cerrada por retiro: {_about(request)}",
        "El proyecto se retiró de la vigencia. La solicitud se cerró y las fechas no cambian.",
        "No tiene que hacer nada.",
    )
    for who, roles in ((organism, ORGANISM_ROLES), ("equipo de Planeación", _PLANNING)):
        if people := addresses(vigencia.entity_id, roles, find_organism(code).id, today):
            mail = StepMail(
                words=words,
                greeting=who,
                facts=_facts(request, standing),
                link_text="Abrir la solicitud",
                path=f"/reprogramaciones/{request.id}",
                quotes=(Quote("Planeación", request.project_code, request.steps[-1].reason),),
            )
            key = f"{request.id}/withdrawal" + ("/planning" if roles is _PLANNING else "")
            queue_step(vigencia, KIND, key, people, mail, now, render)


def _transfer_mail(request: AskedRequest, standing: Standing, who: str, names: Mapping[str, str]) -> StepMail:
    # Who asked can no longer open a request of a project that others have.
    link = ("Ver las reprogramaciones", "/reprogramaciones")
    asks = {
        "former": f"No tiene que hacer nada. Si todavía hace falta, la pide {with_article(names['present'])}.",
        "present": "Si las fechas todavía hacen falta, pídalas otra vez desde la solicitud.",
        "planning": "No tiene que hacer nada.",
    }
    return StepMail(
        words=Words(
            f"Cerrada por traslado: {_about(request)}",
            f"El proyecto pasó {of_organism(names['former'])} {to_organism(names['present'])}. "
            "La solicitud se cerró y las fechas no cambian.",
            asks[who],
        ),
        greeting=names.get(who, "equipo de Planeación"),
        facts=_facts(request, standing),
        link_text=link[0] if who == "former" else "Abrir la solicitud",
        path=link[1] if who == "former" else f"/reprogramaciones/{request.id}",
        quotes=(Quote("Planeación", request.project_code, request.steps[-1].reason),),
    )


def _facts(request: AskedRequest, standing: Standing) -> tuple[str, ...]:
    return (
        f"Proyecto {request.project_code}: {standing.project.name}.",
        f"Causa: {REPLANNING_CAUSE[request.cause]}.",
        f"Documento: {request.document}.",
    )


def _about(request: AskedRequest) -> str:
    return f"reprogramación n.º {request.number} de {request.project_code}"


def _head_words(request: AskedRequest) -> Words:
    """What the head is told of a request that Planning decides."""
    many = plural(len(request.wanted), "fecha", "fechas")
    return Words(
        f"Para su información: {_about(request)}",
        f"El enlace de su organismo pidió a Planeación mover {many}. Mientras no se apruebe, nada cambia.",
        "No tiene que hacer nada: Planeación decide y le avisaremos.",
    )


def _words(request: AskedRequest, step: ReplanningStep, organism: str) -> Words:
    about = _about(request)
    many = plural(len(request.wanted), "fecha", "fechas")
    who = with_article(organism)
    who = who[:1].upper() + who[1:]
    return {
        ReplanningStep.REQUESTED: Words(
            f"Para decidir: {about}",
            f"{who} pide mover {many}.",
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
            f"{who} retiró la solicitud. Las fechas no cambian.",
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
