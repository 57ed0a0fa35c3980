"""The Spanish words of cases, and the sentence of each cause, event and fact with its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_cause import GUARANTEES, Cause
from pp_monitor.domain.alert_fact import FactKind, Settlement
from pp_monitor.domain.alert_rule import (
    ESCALATION,
    GRAVEST_FIRST,
    AlertLevel,
    AlertRule,
    Limit,
    RuleFamily,
    RuleSetting,
)
from pp_monitor.domain.case import AgeBand, Awaited, CaseState, CaseStep
from pp_monitor.domain.catalogue import SETTLEMENT
from pp_monitor.formatters import cop, plural
from pp_monitor.labels import ALERT_LEVEL, days_text, long_date

ALERT_RULE = {
    AlertRule.OVERDUE: "Hitos vencidos",
    AlertRule.LEGAL_START: "Inicio sin requisitos",
    AlertRule.OUT_OF_ORDER: "Fechas reales en desorden",
    AlertRule.PASSED: "Hito superado sin fecha",
    AlertRule.NO_UPDATE: "Sin reporte en ejecución",
    AlertRule.FINISH_AFTER_YEAR: "Termina después del año",
    AlertRule.PHYSICAL_GAP: "Pagos por delante de la obra",
    AlertRule.LONG_SUSPENSION: "Suspensión larga",
    AlertRule.THIRD_REPLANNING: "Tercera reprogramación",
    AlertRule.RESTRICTION_WINDOW: "Firma en ley de garantías",
    AlertRule.ORGANISM_WITHOUT_PLAN: "Organismo sin plan",
    AlertRule.ORGANISM_WITHOUT_ENLACE: "Organismo sin enlace activo",
    AlertRule.MISSING_MODALITY: "Sin modalidad",
    AlertRule.ZERO_VALUE: "Valor en cero",
    AlertRule.MONEY_CHAIN: "Cadena presupuestal rota",
}
RULE_FAMILY = {
    RuleFamily.PROGRESS: "Avance",
    RuleFamily.LEGAL: "Riesgo jurídico",
    RuleFamily.ORGANISM: "Organismo",
    RuleFamily.DATA: "Calidad de los datos",
}
CASE_STATE = {
    CaseState.OPEN: "Abierto",
    CaseState.HANDLING: "En gestión",
    CaseState.SNOOZED: "Pospuesto",
    CaseState.RESOLVED: "Resuelto",
    CaseState.DISMISSED: "Descartado",
}
CASE_STEP = {
    CaseStep.HANDLE: "Tomar en gestión",
    CaseStep.SNOOZE: "Posponer",
    CaseStep.WAKE: "Despertar",
    CaseStep.DISMISS: "Descartar",
    CaseStep.REOPEN: "Abrir de nuevo",
    CaseStep.COMMENT: "Comentar",
    CaseStep.ANSWER: "Responder",
}
ALERT_CHANGE = {
    AlertChange.OPENED: "Abierto",
    AlertChange.RAISED: "Subió de nivel",
    AlertChange.LOWERED: "Bajó de nivel",
    AlertChange.UPDATED: "Cambiaron sus causas",
    AlertChange.MOVED: "Pasó a otro organismo",
    AlertChange.WOKEN: "Despertó",
    AlertChange.ESCALATED: "Escalado",
    AlertChange.CLOSED: "Resuelto por el hecho",
    AlertChange.HANDLED: "En gestión",
    AlertChange.SNOOZED: "Pospuesto",
    AlertChange.DISMISSED: "Descartado",
    AlertChange.REOPENED: "Abierto de nuevo",
    AlertChange.COMMENTED: "Observación",
    AlertChange.ANSWERED: "Respuesta",
}
ESCALATED_TO = {
    Role.ENLACE: "al enlace del organismo",
    Role.ORDENADOR: "al ordenador del gasto",
    Role.PLANEACION: "a Planeación",
    Role.LECTURA: "al gabinete",
}
AWAITED = {Awaited.PLANNING: "de Planeación", Awaited.ORGANISM: "del organismo"}
MONEY_LINK = {
    "payments_cop": "los pagos",
    "obligations_cop": "las obligaciones",
    "commitments_cop": "los compromisos (RP)",
    "cdp_cop": "los CDP",
    "current_cop": "la apropiación vigente",
}


AGE_BAND = {
    AgeBand.WEEK: "Hasta 5 días hábiles",
    AgeBand.FORTNIGHT: "De 6 a 10 días hábiles",
    AgeBand.MONTH: "De 11 a 20 días hábiles",
    AgeBand.OLDER: "Más de 20 días hábiles",
}
LIMIT = {
    Limit.SERIOUS_OVER: "Grave con más de, en días hábiles",
    Limit.CRITICAL_OVER: "Crítico con más de, en días hábiles",
    Limit.KEY_SERIOUS_OVER: "Contrato, RP e inicio: grave con más de, en días hábiles",
    Limit.KEY_CRITICAL_OVER: "Contrato, RP e inicio: crítico con más de, en días hábiles",
    Limit.DAYS: "Días calendario",
    Limit.WORKDAYS: "Días hábiles",
    Limit.POINTS: "Puntos porcentuales",
    Limit.TIMES: "Veces",
}


def rule_sentence(setting: RuleSetting) -> str:
    """What a rule looks for, in one Spanish sentence with its numbers."""
    n = {limit: setting.limits.get(limit, 0) for limit in Limit}
    over, key = (n[Limit.SERIOUS_OVER], n[Limit.CRITICAL_OVER]), (n[Limit.KEY_SERIOUS_OVER], n[Limit.KEY_CRITICAL_OVER])
    by_days = f"Grave con más de {days_text(over[0])} y crítico con más de {over[1]}"
    sentences = {
        AlertRule.OVERDUE: (
            f"Un hito del plan vigente está vencido. {by_days}; el contrato, el RP y el acta de inicio, con más de "
            f"{key[0]} y {key[1]}; la liquidación es siempre leve."
        ),
        AlertRule.LEGAL_START: "El acta de inicio es anterior al RP o a la aprobación de garantías.",
        AlertRule.OUT_OF_ORDER: "Un hito tiene fecha real anterior a la del que va antes de él.",
        AlertRule.PASSED: "Un hito no tiene fecha real y otro posterior ya se cumplió.",
        AlertRule.NO_UPDATE: f"Un proyecto en ejecución lleva {n[Limit.DAYS]} días o más sin ningún reporte.",
        AlertRule.FINISH_AFTER_YEAR: "La terminación se prevé después del 31 de diciembre; leve si hay respaldo.",
        AlertRule.PHYSICAL_GAP: f"Los pagos van más de {n[Limit.POINTS]} puntos por delante de la ejecución física.",
        AlertRule.LONG_SUSPENSION: f"Una suspensión lleva más de {days_text(n[Limit.WORKDAYS])}.",
        AlertRule.THIRD_REPLANNING: f"Un proyecto sin cerrar se ha reprogramado {n[Limit.TIMES]} veces o más.",
        AlertRule.RESTRICTION_WINDOW: (
            f"La firma está prevista dentro de {n[Limit.DAYS]} días, en una fecha en que su modalidad está restringida."
        ),
        AlertRule.ORGANISM_WITHOUT_PLAN: (
            "Un organismo tiene proyectos sin plan registrado después del plazo; crítico si no ha registrado ninguno y "
            "debe alguno sin enviar, o grave."
        ),
        AlertRule.ORGANISM_WITHOUT_ENLACE: f"Un organismo con proyectos no tiene enlace activo. {by_days}.",
        AlertRule.MISSING_MODALITY: "Un proyecto con plan registrado no tiene modalidad.",
        AlertRule.ZERO_VALUE: "Un proyecto tiene valor asignado de $0.",
        AlertRule.MONEY_CHAIN: "Un valor de la cadena presupuestal supera al siguiente.",
    }
    return sentences[setting.rule]


def preview_sentence(
    *, opened: int, closed: int, raised: Mapping[AlertLevel, int], lowered: int, escalated: int
) -> str:
    """What a change of the rules would do today to how many cases, in one Spanish sentence."""
    rises = [
        (raised.get(level, 0), f"sube a {ALERT_LEVEL[level].lower()}", f"suben a {ALERT_LEVEL[level].lower()}")
        for level in GRAVEST_FIRST
    ]
    counts = [
        *rises,
        (lowered, "baja de nivel", "bajan de nivel"),
        (opened, "se abre", "se abren"),
        (closed, "se cierra", "se cierran"),
        (escalated, "se avisa o escala de una vez", "se avisan o escalan de una vez"),
    ]
    told = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
    return f"Casos que cambian hoy: {', '.join(told)}." if told else "Hoy no cambia ningún caso."


def escalation_sentence(days: Sequence[int | None]) -> str:
    """When the cases of a level reach each role, in one Spanish sentence."""
    steps = [
        f"{ESCALATED_TO[role]} {'el mismo día' if not day else f'a los {days_text(day)}'}"
        for role, day in zip(ESCALATION, days, strict=True)
        if day is not None
    ]
    return f"Se avisa {', '.join(steps)}."


def cause_sentence(cause: Cause, milestones: Mapping[str, str]) -> str:
    """A cause in one Spanish sentence with its numbers; ``milestones`` names each code."""
    name = milestones.get(cause.code, cause.code)
    other = milestones.get(cause.other_code, cause.other_code)
    day, other_day, late = long_date(cause.day), long_date(cause.other_day), days_text(cause.workdays)
    owed = plural(cause.count, "proyecto", "proyectos")
    before = "la aprobación de garantías" if cause.other_code == GUARANTEES else f"«{other}»"
    restart = f", reinicio previsto el {other_day}" if cause.other_day else ""
    settling = "Está por liquidar: " if cause.code == SETTLEMENT else ""
    sentences = {
        AlertRule.OVERDUE: f"{settling}«{name}» era para el {day} y lleva {late} de retraso.",
        AlertRule.LEGAL_START: f"«{name}» es del {day}, antes de {before}, que es del {other_day}.",
        AlertRule.OUT_OF_ORDER: f"«{name}» es del {day}, antes de «{other}», que es del {other_day}.",
        AlertRule.PASSED: f"«{name}» no tiene fecha real y un hito posterior ya se cumplió.",
        AlertRule.NO_UPDATE: f"Está en ejecución y no reporta desde el {day}, hace {cause.days} días.",
        AlertRule.FINISH_AFTER_YEAR: f"Su terminación se prevé para el {day}, {late} después de la vigencia.",
        AlertRule.PHYSICAL_GAP: (
            f"Se ha pagado el {cause.percent} % ({cop(cause.amount_cop)}) y la ejecución física va en el "
            f"{cause.other_percent} %, con corte presupuestal {day}."
        ),
        AlertRule.LONG_SUSPENSION: f"Está suspendido desde el {day}, hace {late}{restart}.",
        AlertRule.THIRD_REPLANNING: f"Se ha reprogramado {plural(cause.count, 'vez', 'veces')}, hasta {late} más.",
        AlertRule.RESTRICTION_WINDOW: (
            f"«{name}» está previsto para el {day}, dentro de una restricción que va hasta el {other_day} "
            f"({cause.norm})."
        ),
        AlertRule.ORGANISM_WITHOUT_PLAN: _without_plan(cause),
        AlertRule.ORGANISM_WITHOUT_ENLACE: f"No tiene enlace activo hace {late}; nadie reporta por {owed}.",
        AlertRule.MISSING_MODALITY: "Tiene plan registrado y no tiene modalidad de contratación.",
        AlertRule.ZERO_VALUE: "Su valor asignado es $0.",
        AlertRule.MONEY_CHAIN: (
            f"Con corte {day}, {MONEY_LINK.get(cause.code, '')} ({cop(cause.amount_cop)}) superan "
            f"{MONEY_LINK.get(cause.other_code, '')} ({cop(cause.other_cop)})."
        ),
    }
    return sentences[cause.rule]


def _without_plan(cause: Cause) -> str:
    """What the enlace owes, then what was sent with who has it."""
    late = f"el plazo venció hace {days_text(cause.workdays)}"
    head = f"la aprobación de su ordenador del gasto desde el {long_date(cause.other_day)}"
    waits = [
        f"{count} {'espera' if count == 1 else 'esperan'} {what}"
        for count, what in (
            (cause.with_head, head),
            (cause.in_comments, "los comentarios de Planeación y Contratación"),
        )
        if count
    ]
    if cause.count:
        owed = f"Debe el plan de {plural(cause.count, 'proyecto', 'proyectos')}; {late}."
        return f"{owed} De los enviados, {' y '.join(waits)}." if waits else owed
    sent = plural(cause.with_head + cause.in_comments, "proyecto", "proyectos")
    return f"Envió el plan de {sent} y aún no está registrado; {late}. De los enviados, {' y '.join(waits)}."


def fact_sentence(cause: Cause, fact: Settlement, milestones: Mapping[str, str]) -> str:
    """Which fact ended a cause, in one Spanish sentence."""
    name = milestones.get(cause.code, cause.code) or ALERT_RULE[cause.rule]
    day = long_date(fact.day)
    sentences = {
        FactKind.MET: f"«{name}» se cumplió el {day}.",
        FactKind.PASSED: f"Un hito posterior a «{name}» ya se cumplió.",
        FactKind.REPLANNED: f"«{name}» se reprogramó para el {day}.",
        FactKind.SUSPENDED: f"El proyecto se suspendió el {day}.",
        FactKind.RESTARTED: f"El proyecto se reinició el {day}.",
        FactKind.WITHDRAWN: f"El proyecto se retiró el {day}.",
        FactKind.REPORTED: f"Se reportó el {day}.",
        FactKind.FORECAST: f"«{name}» se prevé ahora para el {day}.",
        FactKind.REGISTERED: "Ya no debe planes.",
        FactKind.ENLACE: "Ya tiene enlace activo.",
        FactKind.CORRECTED: f"Se corrigió: {ALERT_RULE[cause.rule].lower()}.",
        FactKind.RULE_OFF: f"La regla «{ALERT_RULE[cause.rule]}» se apagó.",
    }
    return sentences[fact.kind]


def _step_sentence(role: Role) -> str:
    """The first step is no escalation: the enlace is told of the case."""
    to = ESCALATED_TO[role]
    return f"Se avisó {to}." if role is ESCALATION[0] else f"El caso se escaló {to}."


def rules_off_sentence(rules: Sequence[AlertRule]) -> str:
    """Why a case was closed whose rules were switched off."""
    names = list(dict.fromkeys(f"«{ALERT_RULE[rule]}»" for rule in rules))
    told = "Se apagó la regla" if len(names) == 1 else "Se apagaron las reglas"
    return f"{told} {' y '.join(names)}."


def event_sentence(
    change: AlertChange, rule: AlertRule, level: AlertLevel | None, *, workdays: int = 0, milestone: str = "",
    role: str = "", day: date | None = None, owner: str = "",
) -> str:  # fmt: skip
    """What happened to a case, in one Spanish sentence; ``milestone`` is the name of that of its gravest cause."""
    grave = ALERT_LEVEL[level].lower() if level else ""
    about = f"{days_text(workdays)} de retraso" if rule is AlertRule.OVERDUE else ALERT_RULE[rule].lower()
    if milestone:
        about = f"«{milestone}», {about}"
    sentences = {
        AlertChange.OPENED: f"Se abrió un caso {grave}: {about}.",
        AlertChange.RAISED: f"El caso subió a {grave}: {about}.",
        AlertChange.LOWERED: f"El caso bajó a {grave}: {about}.",
        AlertChange.UPDATED: f"Cambiaron las causas del caso {grave}: {about}.",
        AlertChange.MOVED: "El caso pasó a otro organismo con el proyecto.",
        AlertChange.WOKEN: "El caso despertó.",
        AlertChange.ESCALATED: _step_sentence(Role(role)) if role else "",
        AlertChange.CLOSED: "El caso se cerró.",
        AlertChange.HANDLED: f"El caso está en gestión: {owner}, compromiso {long_date(day)}.",
        AlertChange.SNOOZED: f"El caso se pospuso hasta el {long_date(day)}.",
        AlertChange.DISMISSED: "El caso se descartó.",
        AlertChange.REOPENED: "El caso se abrió de nuevo.",
        AlertChange.COMMENTED: "Se escribió una observación en el caso.",
        AlertChange.ANSWERED: "Se respondió una observación del caso.",
    }
    return sentences[change]
