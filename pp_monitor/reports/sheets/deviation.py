"""Sheet ``03_Desviaciones``: each overdue or late milestone, the heaviest (value by delay) first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pp_monitor import labels
from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.labels_progress import DEPENDS_ON, cause_text
from pp_monitor.reports.columns import Column, Kind, Table, Tone, control, light_tone, state_tone
from pp_monitor.reports.evaluation import completion_forecast
from pp_monitor.reports.scope import DelayNote, Scope, plain
from pp_monitor.reports.sheets.milestone import MilestoneRow, deviation_formula, milestone_rows, overdue_formula

SHEET = "03_Desviaciones"
NAME = "tDesv"
_LATE = frozenset({MilestoneState.OVERDUE, MilestoneState.MET_LATE, MilestoneState.SUSPENDED})
NO_CAUSE = "Sin causa informada"


@dataclass(frozen=True, slots=True)
class DeviationRow:
    """A late milestone with its place in the list and the words it is shown with."""

    place: int
    line: MilestoneRow
    name: str
    organism: str
    territories: str
    head: str
    url: str | None
    note: DelayNote
    ends_late: bool


def delay_workdays(line: MilestoneRow) -> int:
    """Working days that the milestone is late against B0, met or not."""
    return line.b0.deviation_workdays or line.b0.overdue_workdays


def deviation_rows(scope: Scope) -> list[DeviationRow]:
    """The late milestones of the counted projects, by value times delay."""
    late = [
        line
        for line in milestone_rows(scope)
        if not line.project.is_withdrawn and line.b0.state in _LATE and delay_workdays(line) > 0
    ]
    late.sort(key=lambda row: (-row.project.allocation_cop * delay_workdays(row), row.project.code, row.b0.code))
    return [_row(place, line, scope) for place, line in enumerate(late, start=1)]


def _row(place: int, line: MilestoneRow, scope: Scope) -> DeviationRow:
    project = line.project
    ends = completion_forecast(project)
    return DeviationRow(
        place,
        line,
        plain(project.name),
        scope.organism_name(project.organism_code),
        scope.territories_of(project),
        scope.head_of(project.organism_code),
        scope.info.project_urls.get(project.public_id),
        _note(line, scope),
        ends is not None and ends > date(scope.info.year, 12, 31),
    )


def _note(line: MilestoneRow, scope: Scope) -> DelayNote:
    """What the organism explains; before it explained anything, the words beside its dates."""
    told = line.project.reports.explanations.get(line.b0.code)
    if told is None:
        return (scope.info.delay_notes or {}).get((line.project.id, line.b0.code), DelayNote())
    who = DEPENDS_ON[told.depends_on] if told.depends_on else ""
    return DelayNote(cause_text(told), told.reply, who, told.action, told.responsible, told.commitment_on)


_PLANNED, _ACTUAL = "[@Fecha línea base]", "[@Fecha real]"
_CHECK = (
    f"IF(ISNUMBER({_ACTUAL}),[@Desviación (días háb.)]={deviation_formula(_PLANNED, _ACTUAL)},"
    f"[@Días vencidos]={overdue_formula(_PLANNED)})"
)


def _state_tone(row: DeviationRow) -> Tone:
    return state_tone(row.line.b0.state)


def _light_tone(row: DeviationRow) -> Tone:
    return light_tone(row.line.project.light)


_WHERE: tuple[Column[DeviationRow], ...] = (
    Column("N.º", lambda row: row.place, 7, Kind.COUNT),
    Column("BP", lambda row: row.line.project.code, 14, Kind.CODE, link=lambda row: row.url),
    Column("Proyecto", lambda row: row.name, 48, Kind.WRAP),
    Column("Hito", lambda row: f"{row.line.b0.code} {row.line.name}", 28, Kind.WRAP),
    Column("Estado", lambda row: labels.MILESTONE_STATE[row.line.b0.state], 21, Kind.TAG, _state_tone),
    Column("Días vencidos", lambda row: row.line.b0.overdue_workdays, 10, Kind.COUNT),
    Column("Desviación (días háb.)", lambda row: row.line.b0.deviation_workdays, 11, Kind.SIGNED),
    Column("Valor vigente", lambda row: row.line.project.allocation_cop, 18, Kind.MONEY),
    Column("Código organismo", lambda row: row.line.project.organism_code, 12, Kind.CODE),
    Column("Organismo", lambda row: row.organism, 34, Kind.WRAP),
    Column("Responsable", lambda row: row.head, 30, Kind.WRAP),
    Column("Territorios", lambda row: row.territories, 20, Kind.WRAP),
    Column("Fase", lambda row: labels.PHASE[row.line.b0.milestone.phase], 14),
    Column(
        "Modalidad",
        lambda row: labels.MODALITY[row.line.project.modality] if row.line.project.modality else None,
        26,
        Kind.WRAP,
    ),
)
_WHEN: tuple[Column[DeviationRow], ...] = (
    Column("Fecha línea base", lambda row: row.line.b0.planned, 12, Kind.DATE),
    Column("Fecha vigente", lambda row: row.line.current.planned, 12, Kind.DATE),
    Column("Fecha real", lambda row: row.line.b0.actual.day if row.line.b0.actual else None, 12, Kind.DATE),
    Column("Más temprana posible", lambda row: row.line.forecast.day if row.line.forecast else None, 12, Kind.DATE),
    Column(
        "Fecha proyectada por el organismo",
        lambda row: row.line.forecast.declared if row.line.forecast else None,
        13,
        Kind.DATE,
    ),
    Column("Días vencidos, plan vigente", lambda row: row.line.current.overdue_workdays, 11, Kind.COUNT),
    Column("Veces reprogramado", lambda row: row.line.project.replannings, 13, Kind.COUNT),
    Column("Afecta vigencia", lambda row: "Sí" if row.ends_late else "No", 10),
    Column("Semáforo", lambda row: labels.LIGHT[row.line.project.light], 15, Kind.TAG, _light_tone),
)
_WHY: tuple[Column[DeviationRow], ...] = (
    Column("Causa", lambda row: plain(row.note.cause) or NO_CAUSE, 24, Kind.WRAP),
    Column("Depende de", lambda row: row.note.depends_on or None, 14),
    Column("Explicación del organismo", lambda row: plain(row.note.note) or None, 40, Kind.WRAP),
    Column("Acción propuesta", lambda row: plain(row.note.action) or None, 34, Kind.WRAP),
    Column("Responsable de la acción", lambda row: plain(row.note.responsible) or None, 26, Kind.WRAP),
    Column("Fecha compromiso", lambda row: row.note.commitment_on, 12, Kind.DATE),
    Column("Sin reporte desde", lambda row: row.line.silent_since, 12, Kind.DATE),
    Column("Último reporte", lambda row: row.line.project.reports.last_on, 12, Kind.DATE),
)


def table(scope: Scope) -> Table[DeviationRow]:
    """The columns of the sheet; causes only where they are kept."""
    why = () if scope.info.delay_notes is None else _WHY
    return Table(NAME, (*_WHERE, *_WHEN, *why, control(_CHECK)), frozen_columns=3)
