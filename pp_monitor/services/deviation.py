"""The one source of numbers: every project of a vigencia assessed at a cut-off."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import current_app
from sqlalchemy import select

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.dated import Dated, View, value_as_at
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.plan import Plans, plans_as_at
from pp_monitor.domain.portfolio import Names, Portfolio, assess
from pp_monitor.domain.project import Frame, ProjectAssessment, ProjectHistory, assess_project
from pp_monitor.domain.threshold import Thresholds
from pp_monitor.extensions import db
from pp_monitor.models.entity import Entity, Organism, ThresholdSet, Vigencia
from pp_monitor.models.report import ClosedCutoff
from pp_monitor.services import entity as entity_service
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.history import load_histories
from pp_monitor.services.history_change import changed_projects

_Key = tuple[int, date, datetime]
# What a process may keep: a page asks for two portfolios, and 10,000 projects take some 70 MB each.
_KEPT, _ALWAYS_KEPT, _KEPT_PROJECTS = 12, 2, 4_000


class _Cache:
    """Assessments asked for last, each by (vigencia, cut-off, newest fact): rebuilt at will, never stale."""

    def __init__(self) -> None:
        self._rows: OrderedDict[_Key, Portfolio] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: _Key) -> Portfolio | None:
        """The assessment kept under ``key``, none when it was never made or is forgotten."""
        with self._lock:
            found = self._rows.get(key)
            if found:
                self._rows.move_to_end(key)
            return found

    def before(self, key: _Key) -> Portfolio | None:
        """The newest assessment of the same vigencia and cut-off that knew less, none without one."""
        vigencia_id, cutoff, known_at = key
        with self._lock:
            older = [row for row in self._rows if row[:2] == (vigencia_id, cutoff) and row[2] < known_at]
            return self._rows[max(older)] if older else None

    def put(self, key: _Key, portfolio: Portfolio) -> None:
        """Keep an assessment, forgetting those not asked for since long."""
        with self._lock:
            self._rows[key] = portfolio
            while self._is_full():
                self._rows.popitem(last=False)

    def _is_full(self) -> bool:
        projects = sum(len(portfolio.projects) for portfolio in self._rows.values())
        return len(self._rows) > _KEPT or (len(self._rows) > _ALWAYS_KEPT and projects > _KEPT_PROJECTS)


def assess_portfolio(vigencia: Vigencia, cutoff: date, known_at: datetime | None = None) -> Portfolio:
    """Every figure of the vigencia at ``cutoff``, as recorded by ``known_at`` (by default, everything).

    Reads plain columns in a constant number of queries, whatever the number of projects.
    Asked again with no newer fact, it is answered from memory; with newer facts of some projects,
    those alone are read and assessed again.
    """
    known_at = min(known_at or vigencia.last_recorded_at, vigencia.last_recorded_at)
    key = (vigencia.id, cutoff, known_at)
    cache: _Cache = current_app.extensions.setdefault("pp_assessments", _Cache())
    if found := cache.get(key):
        return found
    frame = load_frame(vigencia, View(cutoff, known_at))
    portfolio = _renewed(vigencia, frame, cache.before(key)) or _assess(vigencia, frame)
    cache.put(key, portfolio)
    return portfolio


def _renewed(vigencia: Vigencia, frame: Frame, before: Portfolio | None) -> Portfolio | None:
    """``before`` with the projects touched since assessed again; none where what all of them share has changed."""
    if before is None or replace(frame, view=before.frame.view) != before.frame:
        return None
    touched = changed_projects(vigencia.id, before.frame.view.known_at, frame.view.known_at)
    if len(touched) > len(before.projects) // 2:
        return None
    again = load_histories(vigencia.id, frame.view.known_at, touched) if touched else []
    kept = {project.id: project for project in before.projects}
    for project_id in touched:
        kept.pop(project_id, None)
    return assess(frame, again, _names(vigencia, frame), is_demo=vigencia.is_demo, kept=kept.values())


@dataclass(frozen=True, slots=True)
class Standing:
    """One project as it stands: its history, its figures and what they were computed with."""

    history: ProjectHistory
    project: ProjectAssessment
    frame: Frame

    @property
    def plans(self) -> Plans | None:
        """B0 and the plan in force; none without B0."""
        return plans_as_at(self.history.baselines, self.frame.view)


def project_standing(vigencia: Vigencia, project_id: int, cutoff: date, known_at: datetime) -> Standing:
    """One project alone at a view, for who is about to change it; raise ``NotFoundError`` where it is not there."""
    frame = load_frame(vigencia, View(cutoff, known_at))
    histories = load_histories(vigencia.id, known_at, [project_id])
    if not histories:
        raise NotFoundError("Ese proyecto no existe en la vigencia.")
    return Standing(histories[0], assess_project(histories[0], frame), frame)


def assess_closed(vigencia: Vigencia, closed: ClosedCutoff) -> Portfolio:
    """The figures of a closed cut-off computed again from its ``C`` and ``K``, with what it kept.

    Its own calendar, thresholds and catalogue version are used, whatever has changed since.
    """
    view = View(closed.cutoff_on, closed.known_at)
    frame = replace(
        load_frame(vigencia, view),
        calendar=WorkCalendar.of(date.fromisoformat(day) for day in closed.non_working_days),
        catalogue=entity_service.load_catalogue(closed.catalogue_version_id),
        thresholds=Thresholds(**closed.thresholds),
    )
    return _assess(vigencia, frame)


def _assess(vigencia: Vigencia, frame: Frame) -> Portfolio:
    histories = load_histories(vigencia.id, frame.view.known_at)
    return assess(frame, histories, _names(vigencia, frame), is_demo=vigencia.is_demo)


def _names(vigencia: Vigencia, frame: Frame) -> Names:
    entity = db.session.get_one(Entity, vigencia.entity_id)
    return Names(
        entity.name,
        entity_service.organism_labels(entity.id, frame.view.cutoff, frame.view.known_at),
        entity_service.territory_labels(entity.id),
        {milestone.code: milestone.name for milestone in frame.catalogue.milestones},
    )


def load_frame(vigencia: Vigencia, view: View) -> Frame:
    """What all projects share at ``view``: calendar, frozen catalogue, thresholds in force, deadlines."""
    codes = {row.id: row.code for row in db.session.execute(select(Organism.id, Organism.code))}
    deadlines = entity_service.deadlines(vigencia.id, view.known_at, codes)
    return Frame(
        year=vigencia.year,
        view=view,
        calendar=work_calendar(vigencia.entity_id, view.known_at),
        catalogue=entity_service.load_catalogue(vigencia.catalogue_version_id),
        thresholds=_thresholds(vigencia.id, view),
        deadlines=deadlines.by_organism,
        project_deadlines=deadlines.by_project,
    )


def _thresholds(vigencia_id: int, view: View) -> Thresholds:
    rows = db.session.scalars(select(ThresholdSet).where(ThresholdSet.vigencia_id == vigencia_id))
    dated = [Dated(row.values, row.valid_from, row.recorded_at, row.id) for row in rows]
    values = value_as_at(dated, view)
    return Thresholds(**values) if values else Thresholds()
