"""What every page of figures begins with: the cut-off asked for and what this person may see at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import g, request

from pp_monitor import access, clock
from pp_monitor.domain.errors import NotFoundError, PpMonitorError, Problem, ProblemsError
from pp_monitor.domain.listing import ProjectFilter
from pp_monitor.domain.narrowing import narrow_to
from pp_monitor.domain.portfolio import Portfolio, narrow
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import date_short
from pp_monitor.forms.project import project_args
from pp_monitor.intake.parsing import parse_date
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import newest_vigencia
from pp_monitor.services.report_archive import ClosedReport, closed_reports

TODAY = ""


class NoVigenciaError(PpMonitorError):
    """No vigencia is open yet, so that there is nothing to show."""


@dataclass(frozen=True, slots=True)
class CutoffChoice:
    """The cut-off of a page. ``report`` is the closed one, whose ``K`` then counts; ``problem`` what was refused.

    ``options`` are those of the control; ``args`` keep the choice in the links of the page.
    """

    day: date
    today: date
    report: ClosedReport | None
    options: tuple[tuple[str, str], ...]
    selected: str
    problem: Problem | None = None

    @property
    def args(self) -> dict[str, Any]:
        """Arguments of a link to another page at the same cut-off."""
        return {"corte": self.selected} if self.selected else {}

    @property
    def known_at(self) -> datetime | None:
        """``K`` of the closed cut-off, none where everything recorded counts."""
        return self.report.known_at if self.report else None

    @property
    def source(self) -> str:
        """Where the figures come from, in words."""
        if self.report:
            return f"cifras del {self.report.label[0].lower()}{self.report.label[1:]}"
        return "con todo lo registrado hasta hoy"


@dataclass(frozen=True, slots=True)
class Reading:
    """A person's view of the vigencia: ``portfolio`` holds only organisms that they may see.

    ``chosen`` is what the page is about, where that is a part of it: an organism, a territory, a phase.
    """

    vigencia: Vigencia
    cutoff: CutoffChoice
    portfolio: Portfolio
    reports: tuple[ClosedReport, ...]
    organism_codes: frozenset[str] | None
    chosen: ProjectFilter | None = None

    @property
    def list_args(self) -> dict[str, Any]:
        """Arguments of a link to the list of the projects that the page is about, at the same cut-off."""
        return (project_args(self.chosen) if self.chosen else {}) | self.cutoff.args

    @property
    def is_city(self) -> bool:
        """Whether every organism is seen."""
        return self.organism_codes is None

    def previous(self) -> tuple[ClosedReport, Portfolio] | None:
        """The closed cut-off before this one, with its figures as they were known then."""
        report = next((row for row in self.reports if row.cutoff < self.cutoff.day), None)
        if report is None:
            return None
        return report, self._narrowed(report.cutoff, report.known_at)

    def at_today(self) -> Reading:
        """The same with everything recorded up to today, whatever cut-off was asked for."""
        if not self.cutoff.selected:
            return self
        today = self.cutoff.today
        cutoff = replace(self.cutoff, day=today, report=None, selected=TODAY)
        return replace(self, cutoff=cutoff, portfolio=self._narrowed(today, None))

    def _narrowed(self, day: date, known_at: datetime | None) -> Portfolio:
        """The figures of another cut-off, of what this person sees and the page is about."""
        portfolio = _visible(self.vigencia, day, known_at, self.organism_codes)
        return narrow_to(portfolio, self.chosen) if self.chosen else portfolio

    def of_organism(self, code: str) -> Reading:
        """The same reading of one organism alone."""
        codes = frozenset({code})
        chosen = ProjectFilter(organism=code)
        return replace(self, portfolio=narrow(self.portfolio, codes), organism_codes=codes, chosen=chosen)

    def of_projects(self, chosen: ProjectFilter) -> Reading:
        """The same reading of the projects that ``chosen`` admits."""
        return replace(self, portfolio=narrow_to(self.portfolio, chosen), chosen=chosen)

    def project(self, public_id: str) -> ProjectAssessment:
        """The project with this public id; raise ``NotFoundError`` where it is not, or not for this person."""
        found = next((row for row in self.portfolio.projects if row.public_id == public_id), None)
        if found is None:
            raise NotFoundError("Ese proyecto no existe, o no está entre lo que usted puede consultar.")
        return found

    def require_sound(self) -> None:
        """Raise ``ProblemsError`` for a cut-off that was refused: a file never shows another one instead."""
        if self.cutoff.problem:
            raise ProblemsError((self.cutoff.problem,))


def current_vigencia() -> Vigencia:
    """The vigencia that pages show; raise ``NoVigenciaError`` before the first one opens."""
    vigencia = newest_vigencia()
    if vigencia is None:
        raise NoVigenciaError("Aún no hay una vigencia abierta.")
    return vigencia


def read() -> Reading:
    """The reading that this request asks for; raise ``NoVigenciaError`` before the first vigencia.

    Its thresholds are those that the explanations of the page tell.
    """
    vigencia = current_vigencia()
    reports = tuple(closed_reports(vigencia.id))
    cutoff = choose_cutoff(request.args, clock.today(), vigencia.year, reports)
    codes = access.visible_organism_codes()
    portfolio = _visible(vigencia, cutoff.day, cutoff.known_at, codes)
    g.thresholds = portfolio.frame.thresholds
    return Reading(vigencia, cutoff, portfolio, reports, codes)


def _visible(vigencia: Vigencia, day: date, known_at: datetime | None, codes: frozenset[str] | None) -> Portfolio:
    portfolio = assess_portfolio(vigencia, day, known_at)
    return portfolio if codes is None else narrow(portfolio, codes)


def choose_cutoff(args: Mapping[str, str], today: date, year: int, reports: Sequence[ClosedReport]) -> CutoffChoice:
    """Read ``fecha`` or ``corte``: a day up to today, or a closed cut-off.

    What is refused gives today, with its problem.
    """
    text = (args.get("fecha") or args.get("corte") or TODAY).strip()
    day, problem = _read_day(text, today, year)
    chosen = day if text and not problem else None
    report = next((row for row in reports if row.cutoff == chosen), None)
    selected = chosen.isoformat() if chosen and (report or chosen != today) else TODAY
    return CutoffChoice(day, today, report, _options(today, reports, selected), selected, problem)


def _read_day(text: str, today: date, year: int) -> tuple[date, Problem | None]:
    """The day asked for, or today with what is wrong."""
    if not text:
        return today, None
    fix = f"Se muestra el corte de hoy, {date_short(today)}."
    read = parse_date(text)
    if not isinstance(read, date):
        return today, Problem(f"Fecha de corte: {read.what} {read.fix}", fix)
    if read > today:
        return today, Problem(f"La fecha de corte {date_short(read)} está en el futuro.", fix)
    if read < date(year, 1, 1):
        return today, Problem(f"La fecha de corte {date_short(read)} es anterior a la vigencia {year}.", fix)
    return read, None


def _options(today: date, reports: Sequence[ClosedReport], selected: str) -> tuple[tuple[str, str], ...]:
    """Today, the newest version of each closed cut-off, and the day chosen when it is none of them."""
    found = {TODAY: f"Hoy, {date_short(today)}"}
    for report in reports:
        found.setdefault(report.cutoff.isoformat(), f"{date_short(report.cutoff)} · {report.label.lower()}")
    if selected not in found:
        found[selected] = date_short(date.fromisoformat(selected))
    return tuple(found.items())
