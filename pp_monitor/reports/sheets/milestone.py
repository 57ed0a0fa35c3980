"""Sheet ``10_Hitos``: every milestone of every plan, with its deviation worked out again by a formula."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pp_monitor import labels
from pp_monitor.domain.deviation import MilestoneResult
from pp_monitor.domain.forecast import Forecast
from pp_monitor.domain.progress import ATTEMPT, FIRST_CONTRACT, LAST_CONTRACT
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.reporting import silent_since
from pp_monitor.reports.columns import Column, Kind, Table, Tone, Value, control, state_tone
from pp_monitor.reports.scope import Contracting, Proof, Scope, plain, web_address

SHEET = "10_Hitos"
NAME = "tHito"
CONTRACTED = ATTEMPT | FIRST_CONTRACT | LAST_CONTRACT


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone against B0 and, where it differs, against the plan in force."""

    project: ProjectAssessment
    b0: MilestoneResult
    current: MilestoneResult
    name: str
    effective: date | None
    forecast: Forecast | None
    proof: Proof
    contracting: Contracting
    silent_since: date | None

    @property
    def id(self) -> str:
        """What tells the row from every other one, the same in every report."""
        return f"{self.project.public_id}-{self.b0.code}"


def milestone_rows(scope: Scope) -> list[MilestoneRow]:
    """The milestones of the projects with a plan, by organism, project and catalogue order."""
    effective, proofs = scope.portfolio.frame.calendar.effective, scope.info.proofs
    found = []
    for project in scope.projects:
        if not project.b0 or not project.current:
            continue
        its = scope.info.contracting.get(project.id, Contracting())
        for b0, current in zip(project.b0.milestones, project.current.milestones, strict=True):
            day = effective(b0.planned) if b0.planned else None
            forecast = project.forecasts.get(b0.code)
            proof = proofs.get(b0.actual.fact.id, Proof()) if b0.actual else Proof()
            silent = silent_since(b0, project.reports, scope.portfolio.frame.calendar)
            name = plain(b0.milestone.name)
            found.append(MilestoneRow(project, b0, current, name, day, forecast, proof, its, silent))
    return found


def _yes(value: bool) -> str:
    return "Sí" if value else "No"


def _fact(row: MilestoneRow, *, is_true: bool) -> Value:
    return None if row.b0.actual is None else _yes(is_true)


def _supported(row: MilestoneRow) -> Value:
    return _fact(row, is_true=row.b0.actual is not None and row.b0.actual.fact.has_evidence)


def _verified(row: MilestoneRow) -> Value:
    return _fact(row, is_true=row.b0.actual is not None and row.b0.actual.is_verified)


def _contract(row: MilestoneRow) -> Value:
    """The contract of the date, else what the milestone is about: the processes until H06, then the contracts."""
    if row.proof.contract:
        return plain(row.proof.contract)
    names = row.contracting.processes if row.b0.code in ATTEMPT else row.contracting.contracts
    return plain(", ".join(names)) if names and row.b0.code in CONTRACTED else None


def _evidence(row: MilestoneRow) -> Value:
    return plain(row.proof.evidence) or None


def _tone(row: MilestoneRow) -> Tone:
    tone = state_tone(row.b0.state)
    return Tone.PLAIN if tone is Tone.NONE else tone


def deviation_formula(planned: str, actual: str) -> str:
    """Deviation in working days of a met milestone, as rules 2 say it, over the holidays of ``tFest``."""
    effective = f"WORKDAY({planned}-1,1,tFest[Fecha])"
    early = f"-NETWORKDAYS({actual}+1,{planned},tFest[Fecha])"
    late = f"NETWORKDAYS({effective}+1,{actual},tFest[Fecha])"
    return f"IF({actual}<{planned},{early},IF({actual}<={effective},0,{late}))"


def overdue_formula(planned: str) -> str:
    """Working days that an unmet milestone is past its effective day at the cut-off named ``corte``."""
    effective = f"WORKDAY({planned}-1,1,tFest[Fecha])"
    return f"IF(corte<={effective},0,NETWORKDAYS({effective}+1,corte,tFest[Fecha]))"


_PLANNED, _ACTUAL = "[@Fecha línea base]", "[@Fecha real]"
_CHECK = (
    f"IF(NOT(ISNUMBER({_PLANNED})),TRUE,IF(ISNUMBER({_ACTUAL}),"
    f"[@Desviación (días háb.)]={deviation_formula(_PLANNED, _ACTUAL)},"
    f'IF(OR([@Estado]="Vencido",[@Estado]="Suspendido"),'
    f"[@Días vencidos]={overdue_formula(_PLANNED)},[@Días vencidos]=0)))"
)

TABLE: Table[MilestoneRow] = Table(
    NAME,
    (
        Column("Código organismo", lambda row: row.project.organism_code, 12, Kind.CODE),
        Column("BP", lambda row: row.project.code, 14),
        Column("Código hito", lambda row: row.b0.code, 8),
        Column("Hito", lambda row: row.name, 28),
        Column("Fase", lambda row: labels.PHASE[row.b0.milestone.phase], 14),
        Column("Orden", lambda row: row.b0.milestone.position, 8, Kind.COUNT),
        Column("Aplica", lambda row: _yes(row.b0.is_applicable), 8),
        Column("Exigible", lambda row: _yes(row.b0.is_due), 9),
        Column("Peso", lambda row: row.b0.milestone.weight, 7, Kind.COUNT),
        Column("Fecha línea base", lambda row: row.b0.planned, 12, Kind.DATE),
        Column("Fecha efectiva (hábil)", lambda row: row.effective, 12, Kind.DATE),
        Column("Fecha vigente", lambda row: row.current.planned, 12, Kind.DATE),
        Column("Fecha real", lambda row: row.b0.actual.day if row.b0.actual else None, 12, Kind.DATE),
        Column("Más temprana posible", lambda row: row.forecast.day if row.forecast else None, 12, Kind.DATE),
        Column(
            "Proyectada por el organismo", lambda row: row.forecast.declared if row.forecast else None, 13, Kind.DATE
        ),
        Column("Estado", lambda row: labels.MILESTONE_STATE[row.b0.state], 22, Kind.TAG, _tone),
        Column("Sin reporte desde", lambda row: row.silent_since, 12, Kind.DATE),
        Column("Estado, plan vigente", lambda row: labels.MILESTONE_STATE[row.current.state], 20),
        Column("Desviación (días háb.)", lambda row: row.b0.deviation_workdays, 11, Kind.SIGNED),
        Column("Días calendario de desviación", lambda row: row.b0.deviation_days, 11, Kind.SIGNED),
        Column("Días vencidos", lambda row: row.b0.overdue_workdays, 10, Kind.COUNT),
        Column("Con soporte", _supported, 9),
        Column("Evidencia", _evidence, 34, link=lambda row: web_address(row.proof.evidence_url)),
        Column("Verificado", _verified, 10),
        Column(
            "Fecha de reporte", lambda row: row.b0.actual.fact.reported_on if row.b0.actual else None, 12, Kind.DATE
        ),
        Column("Reportado por", lambda row: plain(row.proof.reported_by) or None, 30),
        Column("Fecha de verificación", lambda row: row.proof.verified_on, 12, Kind.DATE),
        Column("Verificado por", lambda row: plain(row.proof.verified_by) or None, 30),
        Column("Cumplido antes del registro", lambda row: _yes(row.b0.is_met_before_registration), 11),
        Column("Proceso o contrato", _contract, 34),
        Column("Id", lambda row: plain(row.id), 20),
        Column("Proyecto", lambda row: plain(row.project.name), 80),
        control(_CHECK),
    ),
    frozen_columns=4,
    is_dense=True,
)
