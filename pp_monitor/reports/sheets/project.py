"""Sheet ``09_Proyectos``: one row for each project, withdrawn ones too, checked against its milestones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pp_monitor import labels
from pp_monitor.domain.deviation import MET_STATES, Measures
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.reports.columns import Column, Kind, Table, Tone, Value, control, light_tone, near
from pp_monitor.reports.evaluation import completion_forecast, value_at_risk_cop
from pp_monitor.reports.scope import Contracting, Scope, plain, web_address

SHEET = "09_Proyectos"
NAME = "tProy"


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project with the words it is shown with."""

    project: ProjectAssessment
    name: str
    organism: str
    territories: str
    reason: str
    url: str | None
    year: int
    contracting: Contracting


def project_rows(scope: Scope) -> list[ProjectRow]:
    """The projects of the edition, by organism and code."""
    names = scope.portfolio.names.milestones
    return [
        ProjectRow(
            project,
            plain(project.name),
            scope.organism_name(project.organism_code),
            scope.territories_of(project),
            plain(" ".join(labels.reason_sentence(reason, names) for reason in project.reasons)),
            scope.info.project_urls.get(project.public_id),
            scope.info.year,
            scope.info.contracting.get(project.id, Contracting()),
        )
        for project in scope.projects
    ]


def _b0(get: Callable[[Measures], Value]) -> Callable[[ProjectRow], Value]:
    return lambda row: get(row.project.b0) if row.project.b0 else None


def _current(get: Callable[[Measures], Value]) -> Callable[[ProjectRow], Value]:
    return lambda row: get(row.project.current) if row.project.current else None


def _last_met(measures: Measures) -> Value:
    met = [line for line in measures.milestones if line.state in MET_STATES]
    return f"{met[-1].code} {plain(met[-1].milestone.name)}" if met else None


def _next_name(measures: Measures) -> Value:
    line = measures.next_milestone
    return f"{line.code} {plain(line.milestone.name)}" if line else None


def _next_day(measures: Measures) -> Value:
    line = measures.next_milestone
    return line.planned if line else None


def _phase(measures: Measures) -> Value:
    return labels.PHASE[measures.phase] if measures.phase else labels.PHASE_CLOSED


def _physical(row: ProjectRow) -> Value:
    percent = row.project.physical_percent
    return None if percent is None else percent / 100


def _ends_late(row: ProjectRow) -> Value:
    day = completion_forecast(row.project)
    return "Sí" if day is not None and day > date(row.year, 12, 31) else "No"


def _secop(row: ProjectRow) -> Value:
    return plain("\n".join(row.contracting.secop_urls)) or None


def _secop_link(row: ProjectRow) -> str | None:
    return next((address for url in row.contracting.secop_urls if (address := web_address(url))), None)


def _tone(row: ProjectRow) -> Tone:
    return light_tone(row.project.light)


def _money(name: str) -> Callable[[ProjectRow], Value]:
    return lambda row: getattr(row.project.snapshot, name) if row.project.snapshot else None


_WEIGHT = 'SUMIFS(tHito[Peso],tHito[BP],[@BP],tHito[Aplica],"Sí"'
_WORST = 'SUMPRODUCT(MAX((tHito[BP]=[@BP])*(tHito[Estado]="Vencido")*tHito[Días vencidos]))'
_CHECK = (
    'IF([@Estado del plan]<>"Registrado",COUNTIFS(tHito[BP],[@BP])=0,AND('
    + near("[@Avance programado]", f'{_WEIGHT},tHito[Exigible],"Sí")/{_WEIGHT})')
    + ","
    + near("[@Avance real]", f'{_WEIGHT},tHito[Estado],"Cumplido*")/{_WEIGHT})')
    + f",[@Mayor retraso (días háb.)]={_WORST}))"
)

TABLE: Table[ProjectRow] = Table(
    NAME,
    (
        Column("BP", lambda row: row.project.code, 14, Kind.CODE, link=lambda row: row.url),
        Column("Proyecto", lambda row: row.name, 52, Kind.WRAP),
        Column("Semáforo", lambda row: labels.LIGHT[row.project.light], 15, Kind.TAG, _tone),
        Column("Motivo del semáforo", lambda row: row.reason, 52, Kind.WRAP),
        Column("Último reporte", lambda row: row.project.reports.last_on, 12, Kind.DATE),
        Column("Id", lambda row: plain(row.project.public_id), 16, Kind.CODE),
        Column("BPIN", lambda row: plain(row.contracting.bpin) or None, 18, Kind.CODE),
        Column("Vigencia", lambda row: row.year, 9, Kind.CODE),
        Column("Código organismo", lambda row: row.project.organism_code, 12, Kind.CODE),
        Column("Organismo", lambda row: row.organism, 34, Kind.WRAP),
        Column("Territorios", lambda row: row.territories, 20, Kind.WRAP),
        Column(
            "Modalidad principal",
            lambda row: labels.MODALITY[row.project.modality] if row.project.modality else None,
            26,
            Kind.WRAP,
        ),
        Column("N.º de procesos", lambda row: len(row.contracting.processes), 11, Kind.COUNT),
        Column("N.º de contratos", lambda row: len(row.contracting.contracts), 11, Kind.COUNT),
        Column("Valor inicial", _money("initial_cop"), 18, Kind.MONEY),
        Column("Valor vigente", lambda row: row.project.allocation_cop, 18, Kind.MONEY),
        Column("Estado del plan", lambda row: labels.PLAN_STATUS[row.project.plan_status], 15, Kind.WRAP),
        Column("Fecha de registro", lambda row: row.project.registered_on, 12, Kind.DATE),
        Column("Veces reprogramado", lambda row: row.project.replannings, 13, Kind.COUNT),
        Column("Mayor corrimiento (días háb.)", lambda row: row.project.postponed_workdays, 13, Kind.COUNT),
        Column("Estado del proyecto", lambda row: labels.PROJECT_STATE[row.project.state], 12),
        Column("Fase actual", _b0(_phase), 14),
        Column("Último hito cumplido", _b0(_last_met), 26, Kind.WRAP),
        Column("Próximo hito", _current(_next_name), 26, Kind.WRAP),
        Column("Fecha del próximo hito", _current(_next_day), 12, Kind.DATE),
        Column("Avance programado", _b0(lambda m: m.planned_progress.value), 13, Kind.PERCENT),
        Column("Avance real", _b0(lambda m: m.actual_progress.value), 10, Kind.PERCENT),
        Column("Avance real con soporte", _b0(lambda m: m.supported_progress.value), 12, Kind.PERCENT),
        Column("Desviación (p. p.)", _b0(lambda m: m.deviation_points), 13, Kind.POINTS),
        Column("ICC", _b0(lambda m: m.schedule_index.value), 8, Kind.INDEX),
        Column("Hitos exigibles", _b0(lambda m: m.due_count), 10, Kind.COUNT),
        Column("Exigibles para oportunidad", _b0(lambda m: m.due_for_on_time), 13, Kind.COUNT),
        Column("Cumplidos a tiempo", _b0(lambda m: m.met_on_time), 11, Kind.COUNT),
        Column("Oportunidad", _b0(lambda m: m.on_time_rate.value), 12, Kind.PERCENT),
        Column("Mayor retraso (días háb.)", _b0(lambda m: m.worst_delay_workdays), 12, Kind.COUNT),
        Column("Retraso promedio (días háb.)", _b0(lambda m: m.mean_delay_workdays), 12, Kind.DECIMAL),
        Column("Hitos con retraso", _b0(lambda m: len(m.delay_workdays)), 10, Kind.COUNT),
        Column("Avance programado, plan vigente", _current(lambda m: m.planned_progress.value), 13, Kind.PERCENT),
        Column("ICC, plan vigente", _current(lambda m: m.schedule_index.value), 10, Kind.INDEX),
        Column("Mayor retraso, plan vigente", _current(lambda m: m.worst_delay_workdays), 12, Kind.COUNT),
        Column("Ejecución física", _physical, 11, Kind.PERCENT),
        Column("RP registrado", lambda row: "Sí" if row.project.has_commitment else "No", 11),
        Column("Compromisos RP", _money("commitments_cop"), 18, Kind.MONEY),
        Column("Pagos", _money("payments_cop"), 18, Kind.MONEY),
        Column("Valor en riesgo", lambda row: value_at_risk_cop(row.project), 18, Kind.MONEY),
        Column("Terminación más temprana posible", lambda row: completion_forecast(row.project), 14, Kind.DATE),
        Column("Cierre más temprano posible", lambda row: row.project.forecast_finish, 13, Kind.DATE),
        Column("Termina después de 31/12", _ends_late, 12),
        Column("URL SECOP", _secop, 44, Kind.WRAP, link=_secop_link),
        control(_CHECK),
    ),
    frozen_columns=2,
)
