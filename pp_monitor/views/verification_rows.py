"""Dates to verify as lines, and the filters of their list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.verification import Reporter
from pp_monitor.formatters import integer
from pp_monitor.forms.alert import Narrowing
from pp_monitor.models.progress import FactSource
from pp_monitor.services.verification import WaitingFact
from pp_monitor.views.attachment import ProofLink, proof_link
from pp_monitor.views.project_list import Filter
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import short_name

_LABELS = {"organismo": "Organismo", "hito": "Hito", "soporte": "Soporte", "tardio": "Reporte"}
_ALL = {"organismo": "Todos", "hito": "Todos", "soporte": "Con y sin soporte", "tardio": "A tiempo y tardíos"}
WITH, WITHOUT, LATE = "con", "sin", "si"


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One reported date; ``planned`` is that of the plan in force, ``flags`` what to look at."""

    id: int
    project: str
    code: str
    url: str
    organism_code: str
    organism: str
    milestone_code: str
    milestone: str
    planned: date | None
    day: date
    reported_on: date
    who: str
    note: str
    proof: ProofLink | None
    is_late: bool

    @property
    def flags(self) -> list[str]:
        """What has to be looked at, in words."""
        marks = {"sin soporte": self.proof is None, "reportado tarde": self.is_late}
        return [word for word, is_so in marks.items() if is_so]


def rows(reading: Reading, waiting: Sequence[WaitingFact]) -> list[WaitingRow]:
    """The dates of the projects that this person sees."""
    projects = {project.id: project for project in reading.portfolio.projects}
    return [_row(reading, projects[fact.project_id], fact) for fact in waiting if fact.project_id in projects]


def _row(reading: Reading, project: ProjectAssessment, fact: WaitingFact) -> WaitingRow:
    names, frame = reading.portfolio.names, reading.portfolio.frame
    results = (*project.current.milestones, *project.own) if project.current else ()
    result = next((row for row in results if row.code == fact.milestone_code), None)
    waited = frame.calendar.workdays(fact.day, fact.reported_on)
    url = url_for("progress.proof", public_id=project.public_id, fact_id=fact.id)
    return WaitingRow(
        id=fact.id,
        project=project.name,
        code=project.code,
        url=url_for("project.show", public_id=project.public_id),
        organism_code=project.organism_code,
        organism=short_name(names, project.organism_code),
        milestone_code=fact.milestone_code,
        milestone=result.milestone.name if result else fact.milestone_code,
        planned=result.planned if result else None,
        day=fact.day,
        reported_on=fact.reported_on,
        who=fact.who,
        note=fact.note,
        proof=proof_link(fact.proof, url),
        is_late=waited > frame.thresholds.late_report_workdays,
    )


def turning(reporter: Reporter, waiting: Sequence[WaitingFact]) -> list[str]:
    """What becomes of the dates that wait when ``reporter`` reports no longer and the other side does, in sentences."""
    count = Counter(fact.source for fact in waiting)
    told = [_kept(count[FactSource.FORM] + count[FactSource.REGISTRATION])]
    if reporter is Reporter.ORGANISM:
        told.append(_moved(count[FactSource.FILE], "al enlace, que las confirma"))
        told.append("Lo que registre Planeación, y lo que ya registró, lo confirma el enlace.")
    else:
        told.append(_moved(count[FactSource.FILE], "a Planeación, que las verifica"))
        told.append(_dropped(count[FactSource.PLANNING]))
        told.append("Lo que reporten los organismos lo verifica Planeación.")
    return [sentence for sentence in told if sentence]


def _kept(count: int) -> str:
    end = "siguen aquí, por verificar por Planeación."
    return f"Fechas que ya reportaron los organismos: {integer(count)} {end}" if count else ""


def _moved(count: int, to: str) -> str:
    return f"Fechas de archivos que cargó Planeación: {integer(count)} pasan {to}." if count else ""


def _dropped(count: int) -> str:
    end = "ya no esperan al enlace: cuentan, marcadas «registrado por Planeación»."
    return f"Fechas que registró Planeación y nadie ha confirmado: {integer(count)} {end}" if count else ""


def choices(reading: Reading) -> Mapping[str, Mapping[str, str]]:
    """The codes that each filter takes."""
    names = reading.portfolio.names
    organisms = {group.code: short_name(names, group.code) for group in reading.portfolio.organisms}
    return {
        "organismo": dict(sorted(organisms.items(), key=lambda pair: pair[1])),
        "hito": {code: f"{code} {name}" for code, name in names.milestones.items()},
        "soporte": {WITH: "Con soporte", WITHOUT: "Sin soporte"},
        "tardio": {LATE: "Reportado tarde"},
    }


def filters(reading: Reading, narrowing: Narrowing) -> list[Filter]:
    """The controls of the list; none of organisms for who sees a single one."""
    return [
        Filter(name, _LABELS[name], [("", _ALL[name]), *words.items()], narrowing.chosen[name])
        for name, words in choices(reading).items()
        if name != "organismo" or len(words) > 1
    ]


def admits(narrowing: Narrowing, row: WaitingRow) -> bool:
    """Whether a date belongs to the list."""
    mine = {
        "organismo": row.organism_code,
        "hito": row.milestone_code,
        "soporte": WITH if row.proof else WITHOUT,
        "tardio": LATE if row.is_late else "",
    }
    return all(code in ("", mine[word]) for word, code in narrowing.chosen.items())
