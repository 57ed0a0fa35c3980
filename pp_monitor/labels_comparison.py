"""The words of a comparison of two cut-offs: what changed and the sentence that says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pp_monitor.domain.comparison_row import Change, ChangeOf, Why
from pp_monitor.domain.light import Light
from pp_monitor.formatters import cop, workdays
from pp_monitor.labels import LIGHT, STANDING, days_text, long_date, reason_sentence

CHANGE_OF = {
    ChangeOf.ENTERED_DELAY: "Entró en atraso",
    ChangeOf.LEFT_DELAY: "Salió de atraso",
    ChangeOf.LIGHT: "Cambió de semáforo",
    ChangeOf.MEMBERSHIP: "Entró o salió del conteo",
    ChangeOf.REPLANNED: "Cambió el plan vigente",
    ChangeOf.PHASE: "Cambió de fase",
    ChangeOf.VALUE: "Cambió de valor",
    ChangeOf.CORRECTED: "Cambió una fecha real ya reportada",
    ChangeOf.DAYS: "Ganó o perdió días",
}
NOT_COUNTED_BEFORE = "No estaba en el conteo"
NOT_COUNTED_AFTER = "Salió del conteo"


def code_word(change: Change, code: str) -> str:
    """The word of a light or a phase that a change goes from or to; empty without one."""
    if not code:
        return ""
    return STANDING[code] if change.kind is ChangeOf.PHASE else LIGHT[Light(code)]


def moved_text(days: int) -> str:
    """Working days moved, in words: lost when positive, gained when negative.

    >>> moved_text(5), moved_text(-1), moved_text(0)
    ('5 días hábiles perdidos', '1 día hábil ganado', 'sin mover días hábiles')
    """
    if not days:
        return "sin mover días hábiles"
    verb = "perdido" if days > 0 else "ganado"
    return f"{days_text(abs(days))} {verb}{'' if abs(days) == 1 else 's'}"


def change_sentence(change: Change, milestones: Mapping[str, str]) -> str:
    """Why a row of a comparison is there, in one Spanish sentence; ``milestones`` names each code."""
    return _SENTENCES[change.kind](change, milestones)


Sentence = Callable[[Change, Mapping[str, str]], str]


def _name(change: Change, milestones: Mapping[str, str]) -> str:
    code = change.milestone.code if change.milestone else ""
    return milestones.get(code, code)


def _entered_delay(change: Change, milestones: Mapping[str, str]) -> str:
    name, day = _name(change, milestones), long_date(change.day_after)
    late = f"era para el {day} y lleva {days_text(change.workdays)} de retraso"
    return {
        Why.FELL_DUE: f"«{name}» {late}.",
        Why.REPLANNED: f"«{name}» se corrió del {long_date(change.day_before)} al {day} y lleva "
        f"{days_text(change.workdays)} de retraso.",
        Why.RESTARTED: f"El proyecto se reinició: «{name}» {late}.",
        Why.REOPENED: f"Una fecha real ya reportada dejó de contar: «{name}» {late}.",
        Why.PLAN_REGISTERED: f"El plan se registró entre los dos cortes: «{name}» {late}.",
        Why.JOINED: f"El proyecto entró al conteo con «{name}» vencido: {late}.",
    }[change.why]


def _left_delay(change: Change, milestones: Mapping[str, str]) -> str:
    name, day = _name(change, milestones), long_date(change.day_after)
    had = f"tenía {days_text(change.workdays)} de retraso"
    return {
        Why.MET: f"«{name}» se cumplió el {day}; {had}.",
        Why.PASSED: f"«{name}» quedó superado: se cumplió un hito posterior, y falta su fecha real; {had}.",
        Why.SUSPENDED: f"El proyecto se suspendió; «{name}» {had}.",
        Why.REPLANNED: f"«{name}» cambió de fecha o dejó de aplicar en el plan vigente ({day}); {had}.",
        Why.CALENDAR: f"Cambió el calendario de días no hábiles; «{name}» {had}.",
        Why.WITHDRAWN: f"El proyecto se retiró; «{name}» {had}.",
        Why.TRANSFERRED_OUT: f"El proyecto pasó a otro organismo; «{name}» {had}.",
        Why.GONE: f"No consta en lo que conocía el segundo corte; «{name}» {had}.",
    }[change.why]


def _light(change: Change, milestones: Mapping[str, str]) -> str:
    verb = {Why.WORSE: "Empeoró", Why.BETTER: "Mejoró", Why.OTHER: "Cambió"}[change.why]
    before, after = (code_word(change, code) for code in (change.code_before, change.code_after))
    return f"{verb} de {before} a {after}. {reason_sentence(change.project.reasons[0], milestones)}"


def _membership(change: Change, _milestones: Mapping[str, str]) -> str:
    last = f"su último semáforo fue {code_word(change, change.code_before)}"
    return {
        Why.ENTERED: "Entró a la vigencia entre los dos cortes.",
        Why.RETURNED: "Estaba retirado y regresó a la vigencia.",
        Why.TRANSFERRED_IN: "Llegó de otro organismo.",
        Why.WITHDRAWN: f"Se retiró el {long_date(change.day_after)}; {last}.",
        Why.TRANSFERRED_OUT: f"Pasó a otro organismo; {last}.",
        Why.GONE: f"No consta en lo que conocía el segundo corte; {last}.",
    }[change.why]


def _replanned(change: Change, _milestones: Mapping[str, str]) -> str:
    times = "1 vez" if change.count == 1 else f"{change.count} veces"
    what = f"Se reprogramó {times}" if change.why is Why.REPLANNED else "Sus fechas se corrieron por suspensión"
    return f"{what}; la fecha que más se movió: {workdays(change.workdays)} días hábiles."


def _phase(change: Change, _milestones: Mapping[str, str]) -> str:
    before, after = (code_word(change, code) for code in (change.code_before, change.code_after))
    return f"Pasó de {before} a {after}."


def _value(change: Change, _milestones: Mapping[str, str]) -> str:
    gap = change.amount_after_cop - change.amount_before_cop
    verb = "aumentó" if gap > 0 else "disminuyó"
    return f"Su valor {verb} {cop(abs(gap))}: de {cop(change.amount_before_cop)} a {cop(change.amount_after_cop)}."


def _corrected(change: Change, milestones: Mapping[str, str]) -> str:
    name, before = _name(change, milestones), long_date(change.day_before)
    if change.why is Why.REOPENED:
        return f"La fecha real de «{name}», {before}, dejó de contar: se anuló o se devolvió."
    return f"La fecha real de «{name}» pasó del {before} al {long_date(change.day_after)}."


def _days(change: Change, milestones: Mapping[str, str]) -> str:
    name = _name(change, milestones)
    before, after, moved = long_date(change.day_before), long_date(change.day_after), moved_text(change.workdays)
    expected = f"se esperaba el {before} y ahora el {after}"
    return {
        Why.MET: f"«{name}» se cumplió el {after} y se esperaba el {before}: {moved}.",
        Why.CORRECTED: f"Se corrigió la fecha real de «{name}», del {before} al {after}: {moved}.",
        Why.REOPENED: f"La fecha real de «{name}», {before}, dejó de contar y ahora se espera el {after}: {moved}.",
        Why.REPLANNED: f"Se reprogramó «{name}»: {expected}: {moved}.",
        Why.RESTARTED: f"«{name}» se corrió por suspensión: {expected}: {moved}.",
        Why.DECLARED: f"El organismo cambió la fecha que declara de «{name}»: {expected}: {moved}.",
        Why.OVERDUE: f"«{name}» sigue sin cumplirse: {expected}: {moved}.",
        Why.CARRIED: f"«{name}» depende de los hitos anteriores: {expected}: {moved}.",
    }[change.why]


_SENTENCES: dict[ChangeOf, Sentence] = {
    ChangeOf.ENTERED_DELAY: _entered_delay,
    ChangeOf.LEFT_DELAY: _left_delay,
    ChangeOf.LIGHT: _light,
    ChangeOf.MEMBERSHIP: _membership,
    ChangeOf.REPLANNED: _replanned,
    ChangeOf.PHASE: _phase,
    ChangeOf.VALUE: _value,
    ChangeOf.CORRECTED: _corrected,
    ChangeOf.DAYS: _days,
}
