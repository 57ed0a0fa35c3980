"""The Spanish word for every stored code, and the sentence for every reason."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from pp_monitor.domain.account import SHORTEST_PASSWORD, PasswordFault, Role
from pp_monitor.domain.alert_rule import AlertLevel
from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Modality, Phase
from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.invitation import AccountState
from pp_monitor.domain.light import Light, Reason, ReasonCode
from pp_monitor.domain.listing import CLOSED_PHASE, NO_PHASE
from pp_monitor.domain.plan import BaselineKind, PlanStatus
from pp_monitor.domain.progress import FactStatus
from pp_monitor.domain.project import ProjectState
from pp_monitor.domain.project_change import ChangeKind

if TYPE_CHECKING:
    from flask import Flask

LIGHT = {
    Light.WITHDRAWN: "Retirado",
    Light.SUSPENDED: "Suspendido",
    Light.REGISTERING: "En registro",
    Light.NO_PLAN: "Sin plan",
    Light.CLOSED: "Cerrado",
    Light.RED: "Atrasado",
    Light.YELLOW: "En alerta",
    Light.NOT_DUE: "Aún no exigible",
    Light.GREEN: "A tiempo",
}
MILESTONE_STATE = {
    MilestoneState.NOT_APPLICABLE: "No aplica",
    MilestoneState.MET_ON_TIME: "Cumplido a tiempo",
    MilestoneState.MET_LATE: "Cumplido con retraso",
    MilestoneState.PASSED: "Superado sin fecha",
    MilestoneState.SUSPENDED: "Suspendido",
    MilestoneState.OVERDUE: "Vencido",
    MilestoneState.DUE_SOON: "Próximo",
    MilestoneState.PENDING: "Pendiente",
}
PHASE = {Phase.PRECONTRACTUAL: "Precontractual", Phase.EXECUTION: "Ejecución", Phase.CLOSURE: "Cierre"}
PHASE_CLOSED = "Cerrado"
# Where a project stands, by the codes of a list.
STANDING: Mapping[str, str] = {phase.value: word for phase, word in PHASE.items()} | {
    CLOSED_PHASE: PHASE_CLOSED,
    NO_PHASE: "Sin plan registrado",
}
MODALITY = {
    Modality.LP: "Licitación pública",
    Modality.SAMC: "Selección abreviada de menor cuantía",
    Modality.SASI: "Selección abreviada por subasta inversa",
    Modality.AMP: "Acuerdo marco de precios",
    Modality.CM: "Concurso de méritos",
    Modality.MC: "Mínima cuantía",
    Modality.CDPS: "Contratación directa, prestación de servicios",
    Modality.CDO: "Contratación directa, otras causales",
    Modality.CI: "Contrato o convenio interadministrativo",
    Modality.ESALC: "Régimen especial con ESAL, competitivo",
    Modality.ESALD: "Régimen especial con ESAL, directo",
    Modality.AD: "Adición a contrato vigente",
    Modality.OT: "Otro (transferencia o ejecución directa)",
}
PLAN_STATUS = {
    PlanStatus.UNREGISTERED: "Sin registrar",
    PlanStatus.AWAITING_APPROVAL: "Enviado, en aprobación",
    PlanStatus.REGISTERED: "Registrado",
}
PROJECT_STATE = {
    ProjectState.ACTIVE: "Activo",
    ProjectState.SUSPENDED: "Suspendido",
    ProjectState.WITHDRAWN: "Retirado",
}
PROJECT_BECAME = {
    ProjectState.ACTIVE: "Volvió a estar activo",
    ProjectState.SUSPENDED: "Se suspendió",
    ProjectState.WITHDRAWN: "Se retiró de la vigencia",
}
_CHANGES = (
    *("Entró a la vigencia", "Cambio de nombre", "Cambio de valor", "Cambio de territorio", "Corrección del BPIN"),
    *("Traslado a otro organismo", "Retiro", "Regreso a la vigencia", "Suspensión", "Reinicio"),
)
PROJECT_CHANGE = dict(zip(ChangeKind, _CHANGES, strict=True))
FACT_STATUS = {
    FactStatus.PROPOSED: "Propuesto",
    FactStatus.REPORTED: "Reportado",
    FactStatus.VERIFIED: "Verificado",
    FactStatus.RETURNED: "Devuelto",
    FactStatus.ANNULLED: "Anulado",
}
BASELINE_KIND = {
    BaselineKind.REGISTRATION: "Registro",
    BaselineKind.REPLANNING: "Reprogramación",
    BaselineKind.RESTART: "Reinicio tras suspensión",
}
# For the heads of narrow columns, as long as the catalogue has its usual name.
_SHORT_MILESTONE = dict(
    zip(
        (milestone.name for milestone in DEFAULT_CATALOGUE.milestones),
        (
            *("Estudios previos", "CDP", "Publicación", "Apertura", "Cierre de ofertas", "Adjudicación", "Contrato"),
            *("RP", "Inicio", "50 %", "100 %", "Recibo", "Informe final", "Liquidación"),
        ),
        strict=True,
    )
)
ALERT_LEVEL = {AlertLevel.MILD: "Leve", AlertLevel.SERIOUS: "Grave", AlertLevel.CRITICAL: "Crítico"}

ROLE = {
    Role.ENLACE: "Enlace",
    Role.ORDENADOR: "Ordenador del gasto",
    Role.PLANEACION: "Planeación",
    Role.CONTRATACION: "Contratación",
    Role.LECTURA: "Lectura",
    Role.CONTROL: "Control",
    Role.ADMIN: "Administración",
}
ACCOUNT_STATE = {
    AccountState.INVITED: "Invitada",
    AccountState.EXPIRED: "Invitación vencida",
    AccountState.ENTERED: "Activa",
    AccountState.ENDED: "Terminada",
    AccountState.DISABLED: "Deshabilitada",
}
PASSWORD_FAULT = {
    PasswordFault.SHORT: (
        f"La contraseña tiene menos de {SHORTEST_PASSWORD} caracteres.",
        "Use una frase de varias palabras.",
    ),
    PasswordFault.LONG: ("La contraseña es demasiado larga.", "Use a lo sumo 200 caracteres."),
    PasswordFault.OBVIOUS: ("La contraseña es fácil de adivinar.", "Use una frase de varias palabras."),
    PasswordFault.EMAIL: ("La contraseña es el mismo correo.", "Use una frase de varias palabras."),
}

JOB_STATE = {"running": "En curso", "done": "Hecha", "failed": "Falló"}
DELIVERY_STATE = {"pending": "Por enviar", "sent": "Entregado", "refused": "Rechazado", "given_up": "Sin entregar"}


def short_milestone(name: str) -> str:
    """A milestone's name for the head of a narrow column."""
    return _SHORT_MILESTONE.get(name, name)


def long_date(day: date | None) -> str:
    """A date in a sentence, as ``18/04/2022``; ``—`` without one."""
    return f"{day:%d/%m/%Y}" if day else "—"


MAIL_KIND = {
    "case_digest": "Resumen de casos",
    "cutoff_warning": "Preaviso de corte",
    "milestone_reminder": "Recordatorio de hitos",
    "role_end": "Fin de la función de un enlace",
    "monthly_report": "Informe del mes",
    "invitation": "Invitación",
    "organism_report": "Informe de un organismo",
    "password_reset": "Enlace de contraseña",
    "registration_reminder": "Recordatorio de registro",
    "formal_notice": "Requerimiento",
    "plan_approved": "Plan aprobado, para comentarios",
    "plan_goes_on": "Plan aprobado, al enlace",
    "plan_handed_in": "Aprobación firmada adjunta",
    "plan_commented": "Comentario sobre un plan",
    "plan_recalled": "Envío recogido",
    "plan_registered": "Plan registrado",
    "plan_returned": "Plan devuelto",
    "plan_sent": "Plan para aprobación",
    "replanning_step": "Reprogramación",
}

_SYSTEM_TROUBLE = {
    errno.ENOENT: "no existe",
    errno.EACCES: "no hay permiso",
    errno.EPERM: "no hay permiso",
    errno.EISDIR: "es una carpeta",
    errno.ENOTDIR: "una parte de la ruta es un archivo, no una carpeta",
    errno.EEXIST: "ya existe y es un archivo, no una carpeta",
    errno.EBUSY: "otro programa lo está usando",
    errno.ENOSPC: "el disco está lleno",
    errno.EROFS: "el disco es de solo lectura",
    errno.ENAMETOOLONG: "el nombre es demasiado largo",
    errno.ECONNREFUSED: "el servidor no acepta conexiones en esa dirección",
    errno.ECONNRESET: "el servidor cortó la conexión",
    errno.EPIPE: "el servidor cortó la conexión",
    errno.ETIMEDOUT: "el servidor no responde a tiempo",
    errno.EHOSTUNREACH: "no hay camino hasta el servidor",
    errno.ENETUNREACH: "no hay red hasta el servidor",
}


def system_trouble(error: OSError) -> str:
    """What the system answered to a file or a connection, as the end of a Spanish sentence."""
    if isinstance(error, socket.gaierror):
        return "no se encuentra el nombre del servidor"
    if isinstance(error, ssl.SSLError):
        # Its numbers are those of the encryption library, not of the system.
        return f"no se pudo cifrar la conexión ({error})"
    if isinstance(error, TimeoutError) and error.args in ((), ("timed out",)):
        return "el servidor no responde a tiempo"
    return _SYSTEM_TROUBLE.get(error.errno or 0) or str(error.strerror or error)


def days_text(workdays: int) -> str:
    """A number of working days, as ``1 día hábil`` or ``17 días hábiles``."""
    return "1 día hábil" if workdays == 1 else f"{workdays} días hábiles"


def reason_sentence(reason: Reason, milestones: Mapping[str, str]) -> str:
    """The reason of a light in one Spanish sentence; ``milestones`` names each code."""
    name = milestones.get(reason.milestone_code, reason.milestone_code)
    day = long_date(reason.day)
    late = days_text(reason.workdays)
    index = 100 * reason.met_weight // reason.due_weight if reason.due_weight else 0
    sentences = {
        ReasonCode.WITHDRAWN: f"Se retiró el {day}.",
        ReasonCode.SUSPENDED: f"Está suspendido desde el {day}.",
        ReasonCode.REGISTERING: f"Su plan se registra hasta el {day}."
        if reason.day
        else "Su plan aún se puede registrar.",
        ReasonCode.NO_PLAN: f"No tiene plan registrado y el plazo venció el {day}, hace {late}.",
        ReasonCode.CLOSED: "Todos sus hitos están cumplidos.",
        ReasonCode.LOW_INDEX: f"Lleva cumplido el {index} % de lo exigible y «{name}» tiene {late} de retraso.",
        ReasonCode.CRITICAL_OVERDUE: f"«{name}» era para el {day} y lleva {late} de retraso.",
        ReasonCode.COMPULSORY_OVERDUE: f"«{name}» era para el {day} y lleva {late} de retraso.",
        ReasonCode.PAST_YEAR: f"Si lo vencido se cumpliera hoy, terminaría el {day}, después de la vigencia.",
        ReasonCode.PAST_YEAR_BACKED: f"Terminaría el {day}, después de la vigencia, con respaldo documentado.",
        ReasonCode.NEAR_YEAR_END: f"Terminaría el {day}, en los últimos días hábiles del año.",
        ReasonCode.OVERDUE: f"«{name}» era para el {day} y lleva {late} de retraso.",
        ReasonCode.RESCHEDULED: f"Reprogramado {_times(reason.count)}, +{late}: «{name}» era para el {day}.",
        ReasonCode.NOT_DUE: f"Su primer hito es el {day}." if reason.day else "Aún no tiene hitos exigibles.",
        ReasonCode.ON_TIME: "No tiene hitos vencidos.",
    }
    return sentences[reason.code]


def _times(count: int) -> str:
    return "1 vez" if count == 1 else f"{count} veces"


def init_app(app: Flask) -> None:
    """Offer the words to the templates, each by its name in lower case."""
    words = {name.lower(): table for name, table in globals().items() if name.isupper() and isinstance(table, dict)}
    app.jinja_env.globals.update({f"{name}_label": table for name, table in words.items()})
