"""Sheet ``12_Ficha_técnica``: what each figure means, with the thresholds in force, and the checks of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pp_monitor.labels_help import Explanation, explanations
from pp_monitor.reports.columns import Column, Formula, Kind, Table, Value, control
from pp_monitor.reports.scope import Scope

SHEET = "12_Ficha_técnica"
NAME, CONTROLS_NAME = "tFicha", "tControl"
CONTROLS_TITLE = "Controles del informe"


@dataclass(frozen=True, slots=True)
class Control:
    """A total of the report and the formula that finds it again."""

    text: str
    published: Value
    again: str


def threshold_text(limits: Mapping[str, int]) -> str:
    """The thresholds in force, in one Spanish sentence after another."""
    return (
        "Atrasado: ICC menor de {red_index_percent} % con más de {red_delay_workdays} días hábiles de retraso; "
        "contrato, RP o inicio vencidos por más de {critical_overdue_workdays}; un hito obligatorio por más de "
        "{compulsory_overdue_workdays}; o terminación después del 31/12 sin respaldo. "
        "En alerta: cualquier hito vencido, o terminación en los últimos {year_end_workdays} días hábiles del año. "
        "Organismo: atrasado desde {organism_red_percent} % y a tiempo desde {organism_green_percent} % de su valor."
    ).format(**limits)


def indicators(scope: Scope) -> Sequence[Explanation]:
    """Every figure of the workbook, in the order of its sheets."""
    return [each for each in explanations(scope.portfolio.frame.thresholds) if not each.is_of_pages]


TABLE: Table[Explanation] = Table(
    NAME,
    (
        Column("Indicador", lambda row: row.name, 30, Kind.WRAP),
        Column("Definición", lambda row: row.definition, 52, Kind.WRAP),
        Column("Fórmula", lambda row: row.formula, 40, Kind.WRAP),
        Column("Umbrales", lambda row: row.thresholds, 40, Kind.WRAP),
        Column("Fuente", lambda row: row.source, 26, Kind.WRAP),
        Column("Nota", lambda row: row.note, 44, Kind.WRAP),
    ),
    frozen_columns=1,
)
CONTROLS: Table[Control] = Table(
    CONTROLS_NAME,
    (
        Column("Total", lambda row: row.text, 30, Kind.WRAP),
        Column("Publicado", lambda row: row.published, 52, Kind.COUNT),
        Column("Contado otra vez", lambda row: Formula(f"={row.again}"), 40, Kind.COUNT),
        control("[@Publicado]=[@Contado otra vez]"),
    ),
)


def controls(scope: Scope) -> list[Control]:
    """The totals of the edition, and how many checks of each sheet ask for a review (none)."""
    whole = scope.whole
    gone = [project for project in scope.projects if project.is_withdrawn]
    counted = 'tProy[Semáforo],"<>Retirado"'
    lights = (
        "A tiempo",
        "En alerta",
        "Atrasados",
        "Sin plan",
        "En registro",
        "Aún no exigibles",
        "Suspendidos",
        "Cerrados",
    )
    sums = "+".join(f"SUM(tOrg[{name}])" for name in lights)
    sheets = (("02_Organismos", "tOrg"), ("03_Desviaciones", "tDesv"), ("09_Proyectos", "tProy"), ("10_Hitos", "tHito"))
    return [
        Control("Proyectos", whole.projects if whole else 0, f'COUNTIFS(tProy[BP],"BP*",{counted})'),
        Control("Proyectos, por organismo", whole.projects if whole else 0, "SUM(tOrg[Proyectos])"),
        Control("Proyectos, por semáforo", whole.projects if whole else 0, sums),
        Control("Valor vigente", whole.allocation_cop if whole else 0, f"SUMIFS(tProy[Valor vigente],{counted})"),
        Control("Valor vigente, por organismo", whole.allocation_cop if whole else 0, "SUM(tOrg[Valor asignado])"),
        Control(
            "Valor en riesgo, por organismo", whole.value_at_risk_cop if whole else 0, "SUM(tOrg[Valor en riesgo])"
        ),
        Control("Organismos", len(scope.groups), "COUNT(tOrg[Proyectos])"),
        Control("Proyectos retirados", len(gone), 'COUNTIFS(tProy[Semáforo],"Retirado")'),
        Control(
            "Valor de los proyectos retirados",
            sum(project.allocation_cop for project in gone),
            'SUMIFS(tProy[Valor vigente],tProy[Semáforo],"Retirado")',
        ),
        Control("«Revisar» en 01_Resumen", 0, "COUNTIF('01_Resumen'!$J:$J,\"Revisar\")"),
        *(Control(f"«Revisar» en {title}", 0, f'COUNTIF({name}[Control],"Revisar")') for title, name in sheets),
    ]
