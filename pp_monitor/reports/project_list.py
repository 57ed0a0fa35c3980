"""What a list of projects may show, declared once for its page, its CSV and its workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pp_monitor import labels
from pp_monitor.domain.catalogue import COMPLETION
from pp_monitor.domain.cause import Explanation
from pp_monitor.domain.deviation import Measures
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.labels_plan import approval_text
from pp_monitor.labels_progress import cause_text, explanation_text
from pp_monitor.reports.columns import Column, Kind, Tone, Value, light_tone
from pp_monitor.reports.evaluation import value_at_risk_cop
from pp_monitor.reports.list_file import Choice
from pp_monitor.reports.scope import Contracting, plain, web_address


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project with the words it is shown with at ``cutoff``; ``answer`` is what its organism says of its delay.

    ``silent_since`` is the day since which nothing was told of its oldest silent milestone, none where none is.
    """

    project: ProjectAssessment
    cutoff: date
    organism: str
    territories: str
    phase: str
    reason: str
    answer: Explanation | None
    silent_since: date | None
    contracting: Contracting


def _b0(get: Callable[[Measures], Value]) -> Callable[[ProjectLine], Value]:
    return lambda line: get(line.project.b0) if line.project.b0 else None


def _completion(measures: Measures) -> Value:
    """The planned date of the end of the works or deliveries; none where it does not apply."""
    row = measures.result(COMPLETION)
    return row.planned if row else None


def _current(get: Callable[[Measures], Value]) -> Callable[[ProjectLine], Value]:
    return lambda line: get(line.project.current) if line.project.current else None


def _next_name(measures: Measures) -> Value:
    return plain(measures.next_milestone.milestone.name) if measures.next_milestone else None


def _next_day(measures: Measures) -> Value:
    return measures.next_milestone.planned if measures.next_milestone else None


def _modality(line: ProjectLine) -> Value:
    return labels.MODALITY[line.project.modality] if line.project.modality else None


def _plan(line: ProjectLine) -> Value:
    project = line.project
    return approval_text(project.approval) if project.approval else labels.PLAN_STATUS[project.plan_status]


def _physical(line: ProjectLine) -> Value:
    percent = line.project.physical_percent
    return None if percent is None else percent / 100


def _money(name: str) -> Callable[[ProjectLine], Value]:
    return lambda line: getattr(line.project.snapshot, name) if line.project.snapshot else None


def _with_plan(name: str) -> Callable[[ProjectLine], Value]:
    return lambda line: getattr(line.project, name) if line.project.b0 else None


def _tone(line: ProjectLine) -> Tone:
    return light_tone(line.project.light)


def _lines(texts: Sequence[str]) -> Value:
    return plain("\n".join(texts)) or None


def _cause(line: ProjectLine) -> Value:
    return plain(cause_text(line.answer)) if line.answer else None


def _reply(line: ProjectLine) -> Value:
    return plain(line.answer.reply) or None if line.answer else None


def _explanation(line: ProjectLine) -> Value:
    return plain(explanation_text(line.answer)) if line.answer else None


def secop_addresses(line: ProjectLine) -> list[str]:
    """The addresses of its processes and contracts that lead somewhere."""
    return [address for url in line.contracting.secop_urls if (address := web_address(url))]


ALWAYS: Choice[ProjectLine] = Choice(
    "proyecto",
    "Proyecto",
    (
        Column("Corte", lambda line: line.cutoff, 12, Kind.DATE),
        Column("Código", lambda line: line.project.code, 14, Kind.CODE),
        Column("Proyecto", lambda line: plain(line.project.name), 52, Kind.WRAP),
        Column("Territorio", lambda line: line.territories, 20, Kind.WRAP),
        Column("Reprogramaciones", _with_plan("replannings"), 12, Kind.COUNT),
        Column("Mayor aplazamiento (días hábiles)", _with_plan("postponed_workdays"), 13, Kind.COUNT),
        Column("Causa del retraso", _cause, 36, Kind.WRAP),
        Column("Respuesta del organismo", _reply, 40, Kind.WRAP),
        Column(
            "Compromiso del organismo", lambda line: line.answer.commitment_on if line.answer else None, 13, Kind.DATE
        ),
    ),
    is_usual=True,
)
CHOICES: Sequence[Choice[ProjectLine]] = (
    Choice(
        "organismo",
        "Organismo",
        (
            Column("Código organismo", lambda line: line.project.organism_code, 11, Kind.CODE),
            Column("Organismo", lambda line: line.organism, 26),
        ),
        is_usual=True,
    ),
    Choice("bpin", "BPIN", (Column("BPIN", lambda line: plain(line.contracting.bpin) or None, 18, Kind.CODE),)),
    Choice("modalidad", "Modalidad", (Column("Modalidad", _modality, 26, Kind.WRAP),)),
    Choice(
        "plan",
        "Estado del plan",
        (
            Column("Estado del plan", _plan, 26, Kind.WRAP),
            Column("Plan registrado el", lambda line: line.project.registered_on, 12, Kind.DATE),
        ),
    ),
    Choice(
        "semaforo",
        "Semáforo",
        (
            Column("Semáforo", lambda line: labels.LIGHT[line.project.light], 15, Kind.TAG, _tone),
            Column("Último reporte", lambda line: line.project.reports.last_on, 12, Kind.DATE),
            Column("Vencido sin reporte desde", lambda line: line.silent_since, 13, Kind.DATE),
        ),
        is_usual=True,
    ),
    Choice("motivo", "Motivo del semáforo", (Column("Motivo", lambda line: plain(line.reason), 52, Kind.WRAP),)),
    Choice("explicacion", "Explicación del organismo", (Column("Explicación", _explanation, 52, Kind.WRAP),)),
    Choice("fase", "Fase", (Column("Fase", lambda line: line.phase, 14),), is_usual=True),
    Choice(
        "proximo",
        "Próximo hito",
        (
            Column("Próximo hito", _current(_next_name), 26, Kind.WRAP),
            Column("Fecha del próximo hito", _current(_next_day), 12, Kind.DATE),
        ),
    ),
    Choice(
        "avance",
        "Avance de hitos",
        (
            Column("Avance real (%)", _b0(lambda m: m.actual_progress.value), 11, Kind.PERCENT),
            Column("Avance programado (%)", _b0(lambda m: m.planned_progress.value), 13, Kind.PERCENT),
        ),
        ("actual_progress", "planned_progress"),
        is_usual=True,
    ),
    Choice(
        "desviacion",
        "Desviación",
        (Column("Desviación (p. p.)", _b0(lambda m: m.deviation_points), 13, Kind.POINTS),),
        ("deviation_points",),
        is_usual=True,
    ),
    Choice("icc", "ICC", (Column("ICC", _b0(lambda m: m.schedule_index.value), 8, Kind.INDEX),), ("schedule_index",)),
    Choice(
        "oportunidad",
        "Oportunidad",
        (
            Column("Oportunidad (%)", _b0(lambda m: m.on_time_rate.value), 13, Kind.PERCENT),
            Column("Cumplidos a tiempo", _b0(lambda m: m.met_on_time), 11, Kind.COUNT),
            Column("Exigibles para oportunidad", _b0(lambda m: m.due_for_on_time), 13, Kind.COUNT),
        ),
        ("on_time_rate", "met_on_time", "due_for_on_time"),
    ),
    Choice(
        "retraso",
        "Mayor retraso",
        (Column("Mayor retraso (días hábiles)", _b0(lambda m: m.worst_delay_workdays), 12, Kind.COUNT),),
        ("worst_delay_workdays",),
        is_usual=True,
    ),
    Choice(
        "promedio",
        "Retraso promedio",
        (
            Column("Retraso promedio (días hábiles)", _b0(lambda m: m.mean_delay_workdays), 12, Kind.DECIMAL),
            Column("Hitos con retraso", _b0(lambda m: len(m.delay_workdays)), 10, Kind.COUNT),
        ),
        ("mean_delay_workdays", "mean_delay_count"),
    ),
    Choice(
        "fin",
        "Fecha más temprana posible",
        (Column("Fecha más temprana posible", lambda line: line.project.forecast_finish, 13, Kind.DATE),),
        is_usual=True,
    ),
    Choice(
        "terminacion",
        "Terminación planeada",
        (
            Column("Terminación según línea base", _b0(_completion), 13, Kind.DATE),
            Column("Terminación según plan vigente", _current(_completion), 13, Kind.DATE),
        ),
    ),
    Choice("fisica", "Ejecución física", (Column("Ejecución física (%)", _physical, 11, Kind.PERCENT),)),
    Choice(
        "valor",
        "Valor",
        (Column("Valor vigente ($)", lambda line: line.project.allocation_cop, 18, Kind.MONEY),),
        ("allocation_cop",),
        is_usual=True,
    ),
    Choice(
        "riesgo",
        "Valor en riesgo",
        (Column("Valor en riesgo ($)", lambda line: value_at_risk_cop(line.project), 18, Kind.MONEY),),
        ("value_at_risk_cop",),
    ),
    Choice(
        "compromisos",
        "Compromisos (RP)",
        (Column("Compromisos RP ($)", _money("commitments_cop"), 18, Kind.MONEY),),
        ("commitments_cop",),
    ),
    Choice("pagos", "Pagos", (Column("Pagos ($)", _money("payments_cop"), 18, Kind.MONEY),), ("payments_cop",)),
    Choice(
        "contratos",
        "Procesos y contratos",
        (
            Column("Procesos", lambda line: _lines(line.contracting.processes), 26, Kind.WRAP),
            Column("Contratos", lambda line: _lines(line.contracting.contracts), 26, Kind.WRAP),
            Column(
                "SECOP II",
                lambda line: _lines(line.contracting.secop_urls),
                44,
                Kind.WRAP,
                link=lambda line: next(iter(secop_addresses(line)), None),
            ),
        ),
    ),
)
# What needs the names under which the State knows a project.
NAMED = frozenset({"bpin", "contratos"})
USUAL = tuple(choice.word for choice in CHOICES if choice.is_usual)


def chosen(words: Sequence[str]) -> list[Choice[ProjectLine]]:
    """What is shown: the project itself, then the choices among ``words``, in their own order."""
    return [ALWAYS, *(choice for choice in CHOICES if choice.word in words)]
