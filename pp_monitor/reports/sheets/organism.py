"""Sheet ``02_Organismos``: every figure of each organism, worst first, checked against the projects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pp_monitor import labels
from pp_monitor.domain.group import GroupAssessment
from pp_monitor.domain.light import Light
from pp_monitor.formatters import plural
from pp_monitor.reports.columns import Column, Kind, Table, Value, control, light_tone, near
from pp_monitor.reports.evaluation import Payload, organism_payload
from pp_monitor.reports.scope import People, PreviousFigures, Scope
from pp_monitor.reports.summary import change_of_light

SHEET = "02_Organismos"
NAME = "tOrg"


@dataclass(frozen=True, slots=True)
class OrganismRow:
    """An organism with its figures, its part of the money of the edition, and what it was before."""

    group: GroupAssessment
    name: str
    figures: Payload
    share: float | None
    before: PreviousFigures | None
    has_before: bool
    people: People


def organism_rows(scope: Scope) -> list[OrganismRow]:
    """One row for each organism of the edition, worst first."""
    total = scope.whole.allocation_cop if scope.whole else 0
    return [
        OrganismRow(
            group,
            scope.organism_name(group.code),
            organism_payload(group, scope.portfolio),
            group.allocation_cop / total if total else None,
            scope.before_of(group.code),
            scope.previous is not None,
            scope.info.people.get(group.code, People()),
        )
        for group in scope.groups
    ]


def _figure(name: str) -> Callable[[OrganismRow], Value]:
    def get(row: OrganismRow) -> Value:
        value: Value = row.figures[name]
        return value

    return get


def _count(light: Light) -> Callable[[OrganismRow], Value]:
    return lambda row: row.group.count(light)


def _part(name: str) -> Callable[[OrganismRow], Value]:
    def get(row: OrganismRow) -> Value:
        amount, whole = row.figures[name], row.figures["allocation_cop"]
        return amount / whole if amount is not None and whole else None

    return get


def _registered_on(row: OrganismRow) -> Value:
    day = row.figures["registered_on"]
    return date.fromisoformat(day) if day else None


def _change(row: OrganismRow) -> str:
    if row.has_before and row.before is None:
        return "Nuevo en el informe"
    return change_of_light(row.group.light, row.before.light if row.before else None)


def _remark(row: OrganismRow) -> str:
    """What stands beside the figures and no average may hide."""
    group, alone_since = row.group, row.people.alone_since
    parts = [
        (group.projects - group.with_plan, "proyecto sin plan registrado", "proyectos sin plan registrado"),
        (group.awaiting_approval, "plan enviado, en aprobación", "planes enviados, en aprobación"),
        (group.count(Light.SUSPENDED), "suspendido", "suspendidos"),
        (group.withdrawn, "retirado", "retirados"),
    ]
    told = [plural(count, *words) for count, *words in parts if count]
    if alone_since:
        told.append(f"sin enlace activo, en alerta desde el {labels.long_date(alone_since)}")
    return "; ".join(told) or "Sin novedades"


# The rows of ``tProy`` that belong to the organism of the row and enter the counts.
_OWN = '--(tProy[Código organismo]=[@Código]),--(tProy[Semáforo]<>"Retirado")'
_OWN_IFS = 'tProy[Código organismo],[@Código],tProy[Semáforo],"<>Retirado"'
_PLANNED_VALUE = f'SUMIFS(tProy[Valor vigente],{_OWN_IFS},tProy[Estado del plan],"Registrado")'


_CHECK = (
    "AND("
    f"[@Proyectos]=COUNTIFS({_OWN_IFS}),"
    f"[@Valor asignado]=SUMIFS(tProy[Valor vigente],{_OWN_IFS}),"
    f'[@Proyectos con plan]=COUNTIFS({_OWN_IFS},tProy[Estado del plan],"Registrado"),'
    f'[@Atrasados]=COUNTIFS(tProy[Código organismo],[@Código],tProy[Semáforo],"Atrasado"),'
    f'[@Sin plan]=COUNTIFS(tProy[Código organismo],[@Código],tProy[Semáforo],"Sin plan"),'
    "[@Valor en riesgo]=SUMIFS(tProy[Valor en riesgo],tProy[Código organismo],[@Código]),"
    "IF([@Proyectos con plan]=0,TRUE,AND("
    + ",".join(
        near(f"[@{heading}]", f"SUMPRODUCT({_OWN},tProy[{heading}],tProy[Valor vigente])/{_PLANNED_VALUE}")
        for heading in ("Avance programado", "Avance real")
    )
    + ")))"
)

TABLE: Table[OrganismRow] = Table(
    NAME,
    (
        Column("Código", lambda row: row.group.code, 9, Kind.CODE),
        Column("Organismo", lambda row: row.name, 40, Kind.WRAP),
        Column(
            "Semáforo", lambda row: labels.LIGHT[row.group.light], 15, Kind.TAG, lambda row: light_tone(row.group.light)
        ),
        Column("Cambio desde el corte anterior", _change, 24, Kind.WRAP),
        Column("Proyectos", lambda row: row.group.projects, 10, Kind.COUNT),
        Column("Valor asignado", lambda row: row.group.allocation_cop, 19, Kind.MONEY),
        Column("% del valor total", lambda row: row.share, 10, Kind.PERCENT),
        Column("Proyectos con plan", lambda row: row.group.with_plan, 10, Kind.COUNT),
        Column("Enviados, en aprobación", lambda row: row.group.awaiting_approval, 12, Kind.COUNT),
        Column("Cobertura", _figure("coverage"), 11, Kind.PERCENT),
        Column("Fecha de registro del plan", _registered_on, 12, Kind.DATE),
        Column("Avance programado", _figure("planned_progress"), 13, Kind.PERCENT),
        Column("Avance real", _figure("actual_progress"), 10, Kind.PERCENT),
        Column("Avance real con soporte", _figure("supported_progress"), 12, Kind.PERCENT),
        Column("Desviación (p. p.)", _figure("deviation_points"), 13, Kind.POINTS),
        Column("ICC", _figure("schedule_index"), 8, Kind.INDEX),
        Column("Avance programado, promedio simple", _figure("mean_planned_progress"), 13, Kind.PERCENT),
        Column("Avance real, promedio simple", _figure("mean_actual_progress"), 13, Kind.PERCENT),
        Column("Hitos exigibles", _figure("due"), 10, Kind.COUNT),
        Column("Exigibles para oportunidad", _figure("due_for_on_time"), 13, Kind.COUNT),
        Column("Cumplidos a tiempo", _figure("met_on_time"), 11, Kind.COUNT),
        Column("Oportunidad", _figure("on_time_rate"), 12, Kind.PERCENT),
        Column("Oportunidad con soporte", _figure("supported_on_time_rate"), 12, Kind.PERCENT),
        Column("Mayor retraso (días háb.)", _figure("worst_delay_workdays"), 12, Kind.COUNT),
        Column("Retraso promedio (días háb.)", _figure("mean_delay_workdays"), 12, Kind.DECIMAL),
        Column("Hitos con retraso", _figure("mean_delay_count"), 10, Kind.COUNT),
        Column("A tiempo", _count(Light.GREEN), 9, Kind.COUNT),
        Column("En alerta", _count(Light.YELLOW), 9, Kind.COUNT),
        Column("Atrasados", _count(Light.RED), 10, Kind.COUNT),
        Column("Sin plan", _count(Light.NO_PLAN), 9, Kind.COUNT),
        Column("En registro", _count(Light.REGISTERING), 10, Kind.COUNT),
        Column("Aún no exigibles", _count(Light.NOT_DUE), 10, Kind.COUNT),
        Column("Suspendidos", _count(Light.SUSPENDED), 12, Kind.COUNT),
        Column("Cerrados", _count(Light.CLOSED), 10, Kind.COUNT),
        Column("Valor en riesgo", lambda row: row.group.value_at_risk_cop, 19, Kind.MONEY),
        Column("En riesgo por atraso", lambda row: row.group.risk_red_cop, 19, Kind.MONEY),
        Column("En riesgo por falta de plan", lambda row: row.group.risk_no_plan_cop, 19, Kind.MONEY),
        Column("Comprometido y atrasado", lambda row: row.group.committed_late_cop, 19, Kind.MONEY),
        Column("Compromisos RP", _figure("commitments_cop"), 19, Kind.MONEY),
        Column("Compromisos (%)", _part("commitments_cop"), 13, Kind.PERCENT),
        Column("Pagos", _figure("payments_cop"), 19, Kind.MONEY),
        Column("Pagos (%)", _part("payments_cop"), 10, Kind.PERCENT),
        Column("Observación", _remark, 40, Kind.WRAP),
        control(_CHECK),
    ),
    frozen_columns=2,
)


def total(scope: Scope) -> dict[str, Value]:
    """The values of the line under the table, by heading: the city, or the organism itself."""
    if scope.whole is None:
        return {}
    row = OrganismRow(scope.whole, "", scope.figures, 1.0, scope.before, scope.previous is not None, People())
    skipped = {"Código", "Semáforo", "Cambio desde el corte anterior", "Fecha de registro del plan", "Control"}
    values = {column.heading: column.get(row) for column in TABLE.columns if column.heading not in skipped}
    return {"Código": "Total"} | values
