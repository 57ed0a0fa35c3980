"""What a list of organisms may show, declared once for its page, its CSV and its workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pp_monitor import labels
from pp_monitor.domain.group import GroupAssessment
from pp_monitor.domain.light import Light
from pp_monitor.reports.columns import Column, Kind, Tone, Value, light_tone
from pp_monitor.reports.evaluation import Payload
from pp_monitor.reports.list_file import Choice


@dataclass(frozen=True, slots=True)
class OrganismLine:
    """An organism at ``cutoff`` with the figures that ``evaluate`` tells; ``change`` is that of its light, in words."""

    group: GroupAssessment
    cutoff: date
    name: str
    change: str
    figures: Payload


def _figure(name: str) -> Callable[[OrganismLine], Value]:
    def get(line: OrganismLine) -> Value:
        value: Value = line.figures[name]
        return value

    return get


def _count(*lights: Light) -> Callable[[OrganismLine], Value]:
    return lambda line: sum(line.group.count(light) for light in lights)


def _tone(line: OrganismLine) -> Tone:
    return light_tone(line.group.light)


ALWAYS: Choice[OrganismLine] = Choice(
    "organismo",
    "Organismo",
    (
        Column("Corte", lambda line: line.cutoff, 12, Kind.DATE),
        Column("Código", lambda line: line.group.code, 10, Kind.CODE),
        Column("Organismo", lambda line: line.name, 34, Kind.WRAP),
    ),
    is_usual=True,
)


def _one(
    word: str, label: str, heading: str, name: str, kind: Kind, width: float = 13, *, is_usual: bool = False
) -> Choice[OrganismLine]:
    """A choice of one column, which is one figure."""
    return Choice(word, label, (Column(heading, _figure(name), width, kind),), is_usual=is_usual)


CHOICES: Sequence[Choice[OrganismLine]] = (
    Choice(
        "semaforo",
        "Semáforo",
        (Column("Semáforo", lambda line: labels.LIGHT[line.group.light], 15, Kind.TAG, _tone),),
        is_usual=True,
    ),
    Choice(
        "antes",
        "Cambio desde el corte anterior",
        (Column("Cambio desde el corte anterior", lambda line: line.change or None, 24),),
        is_usual=True,
    ),
    _one("proyectos", "Proyectos", "Proyectos", "projects", Kind.COUNT, 10, is_usual=True),
    Choice(
        "registro",
        "Registro de planes",
        (
            Column("Con plan", _figure("with_plan"), 10, Kind.COUNT),
            Column("Sin plan vencido", _count(Light.NO_PLAN), 10, Kind.COUNT),
            Column("Enviados, en aprobación", _figure("awaiting_approval"), 12, Kind.COUNT),
            Column("Cobertura (%)", _figure("coverage"), 11, Kind.PERCENT),
        ),
    ),
    Choice(
        "avance",
        "Avance de hitos",
        (
            Column("Avance real (%)", _figure("actual_progress"), 11, Kind.PERCENT),
            Column("Avance programado (%)", _figure("planned_progress"), 13, Kind.PERCENT),
        ),
        is_usual=True,
    ),
    _one("desviacion", "Desviación", "Desviación (p. p.)", "deviation_points", Kind.POINTS, is_usual=True),
    _one("icc", "ICC", "ICC", "schedule_index", Kind.INDEX, 8),
    Choice(
        "oportunidad",
        "Oportunidad",
        (
            Column("Oportunidad (%)", _figure("on_time_rate"), 13, Kind.PERCENT),
            Column("Cumplidos a tiempo", _figure("met_on_time"), 11, Kind.COUNT),
            Column("Exigibles para oportunidad", _figure("due_for_on_time"), 13, Kind.COUNT),
        ),
    ),
    Choice("atrasados", "Atrasados", (Column("Atrasados", _count(Light.RED), 10, Kind.COUNT),), is_usual=True),
    Choice(
        "semaforos",
        "Proyectos por semáforo",
        (
            Column("En alerta", _count(Light.YELLOW), 10, Kind.COUNT),
            Column("A tiempo o cerrados", _count(Light.GREEN, Light.CLOSED), 11, Kind.COUNT),
            Column("Suspendidos", _count(Light.SUSPENDED), 12, Kind.COUNT),
        ),
    ),
    _one("retraso", "Mayor retraso", "Mayor retraso (días hábiles)", "worst_delay_workdays", Kind.COUNT, is_usual=True),
    Choice(
        "promedio",
        "Retraso promedio",
        (
            Column("Retraso promedio (días hábiles)", _figure("mean_delay_workdays"), 13, Kind.DECIMAL),
            Column("Hitos con retraso", _figure("mean_delay_count"), 10, Kind.COUNT),
        ),
    ),
    _one("valor", "Valor", "Valor vigente ($)", "allocation_cop", Kind.MONEY, 18, is_usual=True),
    _one("riesgo", "Valor en riesgo", "Valor en riesgo ($)", "value_at_risk_cop", Kind.MONEY, 18, is_usual=True),
    _one("compromisos", "Compromisos (RP)", "Compromisos RP ($)", "commitments_cop", Kind.MONEY, 18),
    _one("pagos", "Pagos", "Pagos ($)", "payments_cop", Kind.MONEY, 18),
)
USUAL = tuple(choice.word for choice in CHOICES if choice.is_usual)
# What the whole city has none of.
_OF_EACH = frozenset({"Corte", "Código", "Organismo", "Semáforo", "Cambio desde el corte anterior"})


def chosen(words: Sequence[str]) -> list[Choice[OrganismLine]]:
    """What is shown: the organism itself, then the choices among ``words``, in their own order."""
    return [ALWAYS, *(choice for choice in CHOICES if choice.word in words)]


def total(columns: Sequence[Column[OrganismLine]], whole: OrganismLine) -> dict[str, Value]:
    """The row of totals by heading: the figures of all the organisms together."""
    found = {column.heading: column.get(whole) for column in columns if column.heading not in _OF_EACH}
    return {"Organismo": whole.name} | found
