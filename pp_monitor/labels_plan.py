"""The words of what is wrong or doubtful in a plan, and of the requests to move its dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pp_monitor.domain.errors import Problem
from pp_monitor.domain.plan import PlanFault, PlanProblem
from pp_monitor.domain.plan_rule import Backing
from pp_monitor.domain.plan_warning import PlanDoubt, PlanWarning
from pp_monitor.domain.replanning import MoveFault, MoveProblem, ReplanningCause, ReplanningStep
from pp_monitor.domain.submission import Approval, ApprovalStage
from pp_monitor.domain.wording import LEAST_LETTERS, LEAST_MARKS, explains
from pp_monitor.formatters import cop
from pp_monitor.labels import MODALITY, days_text, long_date

# Said of all the projects that share a doubt; the sentence of each one follows beneath.
PLAN_DOUBT = {
    PlanDoubt.MAYBE_MET: "¿Ya se cumplió?",
    PlanDoubt.NOT_NEEDED: "Fechas de hitos que la modalidad no exige",
    PlanDoubt.OTHER_YEAR: "Fechas lejos de la vigencia",
    PlanDoubt.OUT_OF_ORDER: "Hitos en un orden poco usual",
    PlanDoubt.COMPLETION_AFTER_YEAR: "Terminación después del 31 de diciembre",
    PlanDoubt.AFTER_YEAR: "Hitos después del 31 de diciembre",
    PlanDoubt.NOT_WORKING_DAY: "Fechas en días no hábiles",
    PlanDoubt.SHORT_TERM: "Plazos cortos para la modalidad",
    PlanDoubt.RESTRICTED: "Contratos dentro de la ley de garantías",
    PlanDoubt.OVER_BAND: "Valor mayor que la cuantía de la modalidad",
    PlanDoubt.SAME_DAY: "Muchos hitos el mismo día",
    PlanDoubt.DECEMBER: "Demasiadas fechas en diciembre",
}
WHOLE_PLAN = "Todo el plan"
TOO_SHORT = "El motivo es demasiado corto."
SAY_MORE = f"Escriba al menos {LEAST_LETTERS} letras: quien lo lea debe entender el motivo."
NAME_DOCUMENT = f"Identifíquelo con al menos {LEAST_MARKS} letras o cifras, por ejemplo: Acuerdo 0512 del 10/06/2022."
BACKING = {
    Backing.RESERVE: "Reserva presupuestal",
    Backing.FUTURE_APPROPRIATION: "Vigencia futura",
    Backing.PAYABLE: "Cuenta por pagar",
}


def reason_problem(text: str, missing: str) -> Problem | None:
    """What is wrong with a reason that must be understood: ``missing`` where it is empty; none where it says enough.

    >>> reason_problem("Falta una fecha", "Falta el motivo."), reason_problem("x", "Falta el motivo.").what
    (None, 'El motivo es demasiado corto.')
    """
    if explains(text):
        return None
    return Problem(TOO_SHORT if text.strip() else missing, SAY_MORE)


def doubt_title(warning: PlanWarning) -> str:
    """What the doubts of one group have in common, in words that no other group has.

    >>> from pp_monitor.domain.catalogue import Modality
    >>> doubt_title(PlanWarning(PlanDoubt.SHORT_TERM, "H06", modality=Modality.LP))
    'Plazos cortos en licitación pública'
    """
    if warning.doubt is PlanDoubt.SHORT_TERM:
        what = "Plazos por debajo del mínimo legal" if warning.is_legal else "Plazos cortos"
        return f"{what} en {_modality(warning)}"
    if warning.doubt is PlanDoubt.OVER_BAND:
        return f"Valor mayor que el de {_modality(warning)}"
    title = PLAN_DOUBT[warning.doubt]
    if warning.doubt is PlanDoubt.RESTRICTED:
        return f"{title} hasta el {long_date(warning.last_day)} ({warning.norm})"
    return title


def answer_text(reason: str, backing: Backing | None, document: str) -> str:
    """What was answered to a group of doubts: first with what it is paid, then why.

    >>> answer_text("La obra dura dos años.", Backing.RESERVE, "Acuerdo 0512")
    'Reserva presupuestal, documento Acuerdo 0512: La obra dura dos años.'
    """
    return f"{BACKING[backing]}, documento {document}: {reason}" if backing else reason


# Who has a plan that was sent.
APPROVAL_STAGE = {
    ApprovalStage.HEAD: "lo tiene el ordenador del gasto",
    ApprovalStage.COMMENTS: "lo tienen Planeación y Contratación",
}
REGISTRATION_STEP = {
    "sent": "Enviado",
    "approved": "Aprobado",
    "returned": "Devuelto",
    "commented": "Comentario",
    "recalled": "Recogido",
    "left": "Salió de la aprobación",
    "registered": "Registrado",
}


BY_SILENCE = "Por vencimiento del plazo de comentarios"


def approval_text(approval: Approval) -> str:
    """Since when a plan waits and who has it."""
    since = f"Enviado, en aprobación desde el {approval.sent_on:%d/%m/%Y}"
    return f"{since}: {APPROVAL_STAGE[approval.stage]}"


REPLANNING_CAUSE = {
    ReplanningCause.VOID_PROCESS: "Declaratoria de desierta",
    ReplanningCause.SUSPENSION: "Suspensión del contrato o del proceso",
    ReplanningCause.FORCE_MAJEURE: "Fuerza mayor o caso fortuito",
    ReplanningCause.BUDGET: "Ajuste presupuestal",
    ReplanningCause.ELECTORAL_LAW: "Ley de garantías",
    ReplanningCause.CONTRACTOR: "Demora del contratista",
    ReplanningCause.COMMUNITY: "Decisión de la comunidad",
    ReplanningCause.OTHER: "Otra",
}
REPLANNING_STEP = {
    ReplanningStep.REQUESTED: "Por decidir",
    ReplanningStep.RETURNED: "Devuelta",
    ReplanningStep.APPROVED: "Aprobada",
    ReplanningStep.WITHDRAWN: "Retirada",
}
_FEMININE = (
    "Secretaría",
    "Unidad",
    "Dirección",
    "Subdirección",
    "Oficina",
    "Subsecretaría",
    "Personería",
    "Contraloría",
)
_MASCULINE = ("Departamento", "Instituto", "Despacho", "Fondo", "Consejo", "Concejo")


def with_article(organism: str) -> str:
    """The name of an organism in the middle of a sentence; one that begins otherwise is said to be an organism.

    >>> with_article("Secretaría de Bienestar Social"), with_article("Departamento Administrativo de Planeación")
    ('la Secretaría de Bienestar Social', 'el Departamento Administrativo de Planeación')
    >>> with_article("Emcali")
    'el organismo Emcali'
    """
    first = organism.partition(" ")[0]
    if first in _FEMININE:
        return f"la {organism}"
    return f"el {organism}" if first in _MASCULINE else f"el organismo {organism}"


def of_organism(organism: str) -> str:
    """The name of an organism after «de», with its article.

    >>> of_organism("Secretaría de Bienestar Social"), of_organism("Departamento Administrativo de Planeación")
    ('de la Secretaría de Bienestar Social', 'del Departamento Administrativo de Planeación')
    """
    return _joined("de", organism)


def to_organism(organism: str) -> str:
    """The name of an organism after «a», with its article.

    >>> to_organism("Secretaría de Bienestar Social"), to_organism("Emcali")
    ('a la Secretaría de Bienestar Social', 'al organismo Emcali')
    """
    return _joined("a", organism)


def _joined(preposition: str, organism: str) -> str:
    return f"{preposition} {with_article(organism)}".replace(f"{preposition} el ", f"{preposition}l ", 1)


def postponed_text(replannings: int, workdays: int) -> str:
    """How often a plan was re-planned and how far it moved, empty where nothing did; the days of the most moved date.

    >>> postponed_text(2, 15)
    'reprogramado 2 veces, +15 días hábiles'
    >>> postponed_text(0, 1)
    'corrido por suspensión, +1 día hábil'
    """
    times = "1 vez" if replannings == 1 else f"{replannings} veces"
    what = f"reprogramado {times}" if replannings else "corrido por suspensión"
    days = f", +{days_text(workdays)}" if workdays else ""
    return what + days if replannings or workdays else ""


def move_fix(problem: MoveProblem, milestones: Mapping[str, str]) -> tuple[str, str]:
    """What is wrong with a date that is asked for and how to fix it, two Spanish sentences."""
    name = milestones.get(problem.milestone_code, problem.milestone_code)
    texts = {
        MoveFault.UNKNOWN: (f"El hito {problem.milestone_code} no está en el plan.", "Quite esa fecha."),
        MoveFault.NOT_APPLICABLE: (f"«{name}» no aplica en este plan.", "Quite esa fecha."),
        MoveFault.MET: (f"«{name}» ya se cumplió.", "Quite esa fecha: solo se mueve lo que falta."),
        MoveFault.PASSED: (
            f"«{name}» ya quedó atrás: hay un hito posterior cumplido.",
            "Quite esa fecha y reporte la fecha real.",
        ),
        MoveFault.SAME: (f"«{name}» ya tiene esa fecha.", "Escriba otra fecha o deje la casilla vacía."),
        MoveFault.PAST: (
            f"La fecha nueva de «{name}» ya pasó.",
            "Escriba una fecha de hoy en adelante o explique abajo por qué pide una que ya pasó.",
        ),
    }
    return texts[problem.fault]


def plan_fix(problem: PlanProblem, milestones: Mapping[str, str]) -> tuple[str, str]:
    """What is wrong with a plan and how to fix it, two Spanish sentences."""
    name = milestones.get(problem.milestone_code, problem.milestone_code)
    other = milestones.get(problem.other_code, problem.other_code)
    texts = {
        PlanFault.MISSING: (f"Falta la fecha de «{name}».", "Escriba la fecha o marque «No aplica»."),
        PlanFault.COMPULSORY: (f"«{name}» es obligatorio.", "Quite «No aplica» y escriba su fecha."),
        PlanFault.BOTH: (f"«{name}» tiene fecha y «No aplica».", "Deje solo una de las dos."),
        PlanFault.UNKNOWN: (f"El hito {problem.milestone_code} no existe.", "Use los códigos H01 a H14."),
        PlanFault.CLOSURE_BEFORE_START: (
            f"«{name}» está antes de «{other}».",
            f"Escriba una fecha igual o posterior a la de «{other}».",
        ),
        PlanFault.OUT_OF_ORDER: (
            f"«{name}» está antes de «{other}».",
            f"Escriba una fecha igual o posterior a la de «{other}».",
        ),
        PlanFault.ACTUAL_BEFORE_START: (f"«{name}» ocurrió antes de «{other}».", "Corrija la fecha real que no es."),
        PlanFault.ACTUAL_IN_FUTURE: (
            f"La fecha real de «{name}» está en el futuro.",
            "Escriba una fecha que ya haya pasado.",
        ),
    }
    return texts[problem.fault]


def plan_advice(warning: PlanWarning, milestones: Mapping[str, str]) -> tuple[str, str]:
    """What is doubtful in a plan and what may be done, two Spanish sentences."""
    name = milestones.get(warning.milestone_code, warning.milestone_code)
    other = milestones.get(warning.other_code, warning.other_code)
    return _ADVICE[warning.doubt](warning, name, other, long_date(warning.planned))


# Each of a doubt, the names of its milestone and of the other one, and its day.
_ADVICE: Mapping[PlanDoubt, Callable[[PlanWarning, str, str, str], tuple[str, str]]] = {
    PlanDoubt.NOT_WORKING_DAY: lambda it, name, _other, day: (
        f"«{name}»: {day} no es día hábil.",
        f"Puede usar el siguiente día hábil, {long_date(it.suggested)}.",
    ),
    PlanDoubt.MAYBE_MET: lambda _it, name, _other, day: (
        f"«{name}» era para el {day}.",
        "Si ya se cumplió, escriba su fecha real.",
    ),
    PlanDoubt.NOT_NEEDED: lambda it, name, _other, day: (
        f"«{name}» no se exige en {_modality(it)} y tiene fecha: {day}.",
        "Escriba «No aplica», o déjela si el proyecto sí tendrá ese hito.",
    ),
    PlanDoubt.OTHER_YEAR: lambda _it, name, _other, day: (
        f"«{name}»: {day} está lejos de la vigencia.",
        "Revise el año.",
    ),
    PlanDoubt.AFTER_YEAR: lambda _it, name, _other, day: (
        f"«{name}»: {day} es posterior a la vigencia.",
        "Revise la fecha o explique el motivo.",
    ),
    PlanDoubt.COMPLETION_AFTER_YEAR: lambda _it, name, _other, day: (
        f"«{name}»: {day} es posterior a la vigencia.",
        "Diga con qué se paga: reserva, vigencia futura o cuenta por pagar, y con qué documento.",
    ),
    PlanDoubt.OUT_OF_ORDER: lambda _it, name, other, _day: (
        f"«{name}» está antes de «{other}».",
        "Revise el orden de las dos fechas.",
    ),
    PlanDoubt.SHORT_TERM: lambda it, name, other, _day: (
        f"De «{other}» a «{name}» hay {days_text(it.found)}.",
        _term_fix(it),
    ),
    PlanDoubt.RESTRICTED: lambda it, name, _other, day: (
        f"«{name}»: {day} está dentro de la ley de garantías, que va hasta el {long_date(it.last_day)}.",
        f"Use una fecha posterior o explique la excepción ({it.norm}).",
    ),
    PlanDoubt.OVER_BAND: lambda it, _name, _other, _day: (
        f"El proyecto vale {cop(it.found)} y {_modality(it)} llega hasta {cop(it.limit)}.",
        "Revise la modalidad o explique el motivo.",
    ),
    PlanDoubt.SAME_DAY: lambda it, _name, _other, day: (
        f"Hay {it.found} hitos el {day}.",
        "Revise si de verdad ocurren el mismo día.",
    ),
    PlanDoubt.DECEMBER: lambda it, _name, _other, _day: (
        f"El {it.found} % de las fechas está en diciembre.",
        "Revise si alcanza el tiempo.",
    ),
}


def _term_fix(warning: PlanWarning) -> str:
    least = days_text(warning.limit)
    if warning.is_legal:
        return f"El mínimo legal en {_modality(warning)} es de {least} ({warning.norm})."
    return f"Lo usual en {_modality(warning)} es al menos {least}."


def _modality(warning: PlanWarning) -> str:
    """The modality in the middle of a sentence, as ``licitación pública``."""
    name = MODALITY[warning.modality] if warning.modality else ""
    return name[:1].lower() + name[1:]
