"""Projects as lines of a list: on a page, and the same in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.light import Light
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.reporting import silent_since
from pp_monitor.formatters import Column, date_short
from pp_monitor.labels_plan import postponed_text
from pp_monitor.labels_progress import cause_text, last_report_text, silent_text
from pp_monitor.reports.evaluation import Payload
from pp_monitor.reports.list_file import Choice
from pp_monitor.reports.project_list import ALWAYS, USUAL, ProjectLine, chosen, secop_addresses
from pp_monitor.reports.scope import Contracting
from pp_monitor.views import shown
from pp_monitor.views.reading import Reading
from pp_monitor.views.shown import Shown
from pp_monitor.views.wording import phase_word, short_name, territories

PAGES: Mapping[str, Sequence[Shown]] = {
    "organismo": (Shown("Organismo", 1),),
    "bpin": (Shown("BPIN"),),
    "modalidad": (Shown("Modalidad"),),
    "plan": (Shown("Estado del plan"), Shown("Plan registrado el", 1)),
    "semaforo": (Shown("Semáforo", draw="light", order="semaforo", how="light"),),
    "motivo": (Shown("Motivo", css="text"),),
    "explicacion": (Shown("Explicación del organismo", css="text"),),
    "fase": (Shown("Fase", order="fase", how="phase"),),
    "proximo": (Shown("Próximo hito"), Shown("Fecha del próximo hito", 1, order="proximo")),
    "avance": (
        Shown("Avance", draw="bar", css="bar"),
        Shown("Real", order="avance", how="actual_progress"),
        Shown("Programado", 1, how="planned_progress"),
    ),
    "desviacion": (Shown("Desviación, p. p.", order="desviacion", how="deviation_points"),),
    "icc": (Shown("ICC", how="schedule_index"),),
    "oportunidad": (Shown("Oportunidad", how="on_time_rate"), Shown("A tiempo", 1), Shown("Exigibles", 2)),
    "retraso": (Shown("Mayor retraso, días hábiles", order="retraso", falls=True, how="worst_delay_workdays"),),
    "promedio": (Shown("Retraso promedio, días hábiles", how="mean_delay_workdays"), Shown("Hitos con retraso", 1)),
    "fin": (Shown("Más temprana posible", order="fin", falls=True, how="forecast"),),
    "terminacion": (
        Shown("Terminación, línea base", how="baseline"),
        Shown("Terminación, plan vigente", 1, how="current"),
    ),
    "fisica": (Shown("Ejecución física", how="physical_percent"),),
    "valor": (Shown("Valor, $ millones", order="valor", falls=True, how="allocation_cop"),),
    "riesgo": (Shown("En riesgo, $ millones", order="riesgo", falls=True, how="value_at_risk_cop"),),
    "compromisos": (Shown("Compromisos (RP), $ millones", how="commitments_cop"),),
    "pagos": (Shown("Pagos, $ millones", how="payments_cop"),),
    "contratos": (Shown("Procesos"), Shown("Contratos", 1), Shown("SECOP II", 2, draw="links")),
}
# Where all the projects are of one organism.
OF_ORGANISM = tuple(word for word in USUAL if word != "organismo")
_NAME = Shown("Proyecto", 2, order="nombre", css="name")


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A line of a list of projects; ``actual`` and ``planned`` are fractions 0-1, ``cells`` follow the name."""

    name: str
    code: str
    url: str
    territory: str
    light: str
    light_word: str
    actual: float | None
    planned: float | None
    postponed: str
    reported: str
    answer: str
    cells: list[shown.Cell]
    links: list[str]


def columns(words: Sequence[str] = USUAL, **sorting: Any) -> list[Column]:
    """The headings of a list; ``sorting`` as ``shown.headings`` takes it, none for a list in one order."""
    sorting = sorting or {"sort_url": lambda _: "", "sorted_by": "", "direction": ""}
    choices = [ALWAYS, *_choices(words)]
    return shown.headings(choices, {**PAGES, ALWAYS.word: (_NAME,)}, **sorting)


def _choices(words: Sequence[str]) -> list[Choice[ProjectLine]]:
    return chosen(words)[1:]


def project_lines(
    reading: Reading, projects: Iterable[ProjectAssessment], named: Mapping[int, Contracting] | None = None
) -> list[ProjectLine]:
    """The projects in words; ``named`` are the names under which the State knows each, by its id."""
    names, calendar = reading.portfolio.names, reading.portfolio.frame.calendar
    return [
        ProjectLine(
            project=project,
            cutoff=reading.cutoff.day,
            organism=short_name(names, project.organism_code),
            territories=territories(names, project),
            phase=phase_word(project),
            reason=labels.reason_sentence(project.reasons[0], names.milestones),
            answer=project.answers[0] if project.answers else None,
            silent_since=_silent_since(project, calendar),
            contracting=(named or {}).get(project.id, Contracting()),
        )
        for project in projects
    ]


def _silent_since(project: ProjectAssessment, calendar: WorkCalendar) -> date | None:
    """Beside a bad light: since when nothing was told of its oldest silent milestone."""
    if project.current is None or project.light not in _TOLD:
        return None
    silent = (silent_since(row, project.reports, calendar) for row in project.current.overdue)
    return next((day for day in silent if day), None)


_TOLD = (Light.RED, Light.YELLOW)


def project_rows(
    reading: Reading,
    projects: Iterable[ProjectAssessment],
    words: Sequence[str] = USUAL,
    named: Mapping[int, Contracting] | None = None,
    **list_args: Any,
) -> list[ProjectRow]:
    """The projects as lines of a page; ``list_args`` lead from each to its neighbours in the same list."""
    args = {**list_args, **reading.cutoff.args}
    return [_row(line, words, args) for line in project_lines(reading, projects, named)]


def _row(line: ProjectLine, words: Sequence[str], args: Mapping[str, Any]) -> ProjectRow:
    project = line.project
    return ProjectRow(
        name=project.name,
        code=project.code,
        url=url_for("project.show", public_id=project.public_id, **args),
        territory=line.territories,
        light=project.light,
        light_word=labels.LIGHT[project.light],
        actual=project.b0.actual_progress.value if project.b0 else None,
        planned=project.b0.planned_progress.value if project.b0 else None,
        postponed=postponed_text(project.replannings, project.postponed_workdays),
        reported=_reported(line),
        answer=_answer(line),
        cells=shown.cells(_choices(words), PAGES, line),
        links=secop_addresses(line),
    )


def _reported(line: ProjectLine) -> str:
    """Beside a bad light: since when nothing was told of its oldest silent milestone, else the last report."""
    if line.project.current is None or line.project.light not in _TOLD:
        return ""
    if line.silent_since:
        return f"vencido, {silent_text(line.silent_since)}"
    return last_report_text(line.project.reports.last_on)


def _answer(line: ProjectLine) -> str:
    """What the organism says in short: why it is late, and until when; all of it has a column of its own."""
    if line.answer is None:
        return ""
    until = f"compromiso {date_short(line.answer.commitment_on)}" if line.answer.commitment_on else ""
    return " · ".join(part for part in (cause_text(line.answer), line.answer.reply, until) if part)


def total_cells(words: Sequence[str], figures: Payload) -> list[str]:
    """The totals of a list under its headings, after the one of the name."""
    return shown.total_cells(_choices(words), PAGES, figures)
