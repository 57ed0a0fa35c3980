"""Sheet ``05_Sin_plan``: the organisms that owe plans, then each project that has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pp_monitor import labels
from pp_monitor.domain.group import GroupAssessment
from pp_monitor.domain.plan import PlanStatus
from pp_monitor.domain.portfolio import first_deadline
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.submission import ApprovalStage
from pp_monitor.reports.columns import Column, Kind, Table, Tone, control, light_tone
from pp_monitor.reports.scope import People, Scope, plain

SHEET = "05_Sin_plan"
NAME, PROJECTS_NAME = "tSinPlan", "tSinPlanProy"
NO_LOGIN = "Nunca ha ingresado"
LIST_TITLE = "Proyectos sin plan registrado"


@dataclass(frozen=True, slots=True)
class OwingRow:
    """An organism with projects without plan, and how late it is (working days, 0 before the deadline)."""

    group: GroupAssessment
    name: str
    head: str
    projects: Sequence[ProjectAssessment]
    deadline: date | None
    late_workdays: int | None
    people: People


@dataclass(frozen=True, slots=True)
class OwedRow:
    """A project without plan and who has it."""

    project: ProjectAssessment
    name: str
    organism: str
    territories: str
    holder: str
    url: str | None


def owing_rows(scope: Scope) -> list[OwingRow]:
    """The organisms with projects without plan, in the order of every ranking."""
    frame = scope.portfolio.frame
    found = []
    for group in scope.groups:
        rows = [project for project in scope.without_plan if project.organism_code == group.code]
        if rows:
            deadline = first_deadline(rows)
            late = frame.calendar.workdays(deadline, scope.info.cutoff) if deadline else None
            name, head = scope.organism_name(group.code), scope.head_of(group.code)
            people = scope.info.people.get(group.code, People())
            found.append(OwingRow(group, name, head, rows, deadline, late, people))
    return found


def owed_rows(scope: Scope) -> list[OwedRow]:
    """The projects without plan, those of the greatest value first."""
    rows = sorted(scope.without_plan, key=lambda project: (-project.allocation_cop, project.code))
    return [
        OwedRow(
            project,
            plain(project.name),
            scope.organism_name(project.organism_code),
            scope.territories_of(project),
            _holder(project, scope),
            scope.info.project_urls.get(project.public_id),
        )
        for project in rows
    ]


def _holder(project: ProjectAssessment, scope: Scope) -> str:
    if project.approval and project.approval.stage is ApprovalStage.COMMENTS:
        return "Planeación y Contratación"
    if project.plan_status is PlanStatus.AWAITING_APPROVAL:
        return scope.head_of(project.organism_code)
    return f"Enlace de {scope.short_name(project.organism_code)}"


def _standing(row: OwedRow) -> str:
    """Since when a plan that was sent waits, else the bare state."""
    approval = row.project.approval
    word = labels.PLAN_STATUS[row.project.plan_status]
    return f"{word} desde el {approval.sent_on:%d/%m/%Y}" if approval else word


def _tone(row: OwedRow) -> Tone:
    return light_tone(row.project.light)


_OWN = 'tProy[Código organismo],[@Código],tProy[Estado del plan],"<>Registrado",tProy[Semáforo],"<>Retirado"'

ORGANISMS: Table[OwingRow] = Table(
    NAME,
    (
        Column("Código", lambda row: row.group.code, 14, Kind.CODE),
        Column("Organismo", lambda row: row.name, 52, Kind.WRAP),
        Column("Responsable", lambda row: row.head, 34, Kind.WRAP),
        Column("Proyectos sin plan", lambda row: len(row.projects), 20, Kind.COUNT),
        Column("Valor sin plan", lambda row: sum(one.allocation_cop for one in row.projects), 20, Kind.MONEY),
        Column("Enviados, en aprobación", lambda row: row.group.awaiting_approval, 16, Kind.COUNT),
        Column("Plazo", lambda row: row.deadline, 26, Kind.DATE),
        Column("Días hábiles desde el plazo", lambda row: row.late_workdays, 34, Kind.COUNT),
        Column("Enlace designado", lambda row: "Sí" if row.people.has_enlace else "No", 28),
        Column("Último ingreso", lambda row: row.people.last_login or NO_LOGIN, 22, Kind.INSTANT),
        Column("Requerimientos enviados", lambda row: row.people.notices, 22, Kind.COUNT),
        Column("Último requerimiento", lambda row: row.people.last_notice, 22, Kind.DATE),
        control(f"AND([@Proyectos sin plan]=COUNTIFS({_OWN}),[@Valor sin plan]=SUMIFS(tProy[Valor vigente],{_OWN}))"),
    ),
    frozen_columns=2,
)
PROJECTS: Table[OwedRow] = Table(
    PROJECTS_NAME,
    (
        Column("BP", lambda row: row.project.code, 14, Kind.CODE, link=lambda row: row.url),
        Column("Proyecto", lambda row: row.name, 52, Kind.WRAP),
        Column("Organismo", lambda row: row.organism, 34, Kind.WRAP),
        Column("Territorios", lambda row: row.territories, 20, Kind.WRAP),
        Column("Valor vigente", lambda row: row.project.allocation_cop, 20, Kind.MONEY),
        Column("Semáforo", lambda row: labels.LIGHT[row.project.light], 16, Kind.TAG, _tone),
        Column("Estado del plan", _standing, 26, Kind.WRAP),
        Column("Quién lo tiene", lambda row: row.holder, 34, Kind.WRAP),
    ),
)
