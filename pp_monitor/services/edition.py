"""The editions of a report: the city's workbook and one for each organism, with what they need to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select

from pp_monitor import clock
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.extensions import db
from pp_monitor.models.entity import CatalogueVersion, Organism, Vigencia
from pp_monitor.models.progress import ActualFact, ForecastFact
from pp_monitor.models.project import Project
from pp_monitor.models.report import ClosedCutoff, CutoffRow, CutoffRowKind
from pp_monitor.reports.scope import DelayNote, Holiday, PreviousCut, ReportInfo
from pp_monitor.reports.workbook import build_workbook, workbook_name
from pp_monitor.services.calendar import holiday_norm, local_days, national_holidays
from pp_monitor.services.report_detail import contracting, people, proofs

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AUTHOR, OFFICE = "Equipo de Planeación", "Secretaría de Gobierno"


@dataclass(frozen=True, slots=True)
class Issue:
    """What identifies a report: its number, version and reason, and the day it goes out."""

    number: int
    version: int
    issued_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """One workbook; ``organism_code`` none is the city's."""

    filename: str
    content: bytes
    organism_code: str | None = None
    organism_id: int | None = None


def report_info(
    vigencia: Vigencia, portfolio: Portfolio, issue: Issue, data_sha256: str, public_url: str
) -> ReportInfo:
    """Everything that a report says about itself."""
    view = portfolio.frame.view
    number = db.session.scalar(
        select(CatalogueVersion.number).where(CatalogueVersion.id == vigencia.catalogue_version_id)
    )
    base = public_url.rstrip("/")
    return ReportInfo(
        number=issue.number,
        version=issue.version,
        year=vigencia.year,
        cutoff=portfolio.cutoff,
        known_at=view.known_at.replace(tzinfo=view.known_at.tzinfo or UTC)
        .astimezone(clock.zone())
        .replace(tzinfo=None, microsecond=0),
        issued_on=issue.issued_on,
        entity=portfolio.names.entity,
        author=AUTHOR,
        office=OFFICE,
        catalogue_version=str(number),
        data_sha256=data_sha256,
        reason=issue.reason,
        budget_cutoff=portfolio.budget_cutoff,
        is_demo=portfolio.is_demo,
        public_url=base,
        holidays=_holidays(vigencia, portfolio),
        project_urls={project.public_id: f"{base}/proyectos/{project.public_id}" for project in portfolio.projects},
        delay_notes=_delay_notes(vigencia.id, view.known_at),
        contracting=contracting(vigencia.id, view),
        proofs=proofs(vigencia.id, view.known_at),
        people=people(vigencia.entity_id, vigencia.id, view),
    )


def _holidays(vigencia: Vigencia, portfolio: Portfolio) -> tuple[Holiday, ...]:
    """The weekdays off around the vigencia that the figures counted with, named."""
    local = local_days(vigencia.entity_id, portfolio.frame.view.known_at)
    names = national_holidays()
    days = (day for day in portfolio.frame.calendar.non_working if abs(day.year - vigencia.year) <= 2)
    return tuple(
        Holiday(day, local[day].name, is_local=True, norm=local[day].act)
        if day in local
        else Holiday(day, names.get(day, "No hábil"), norm=holiday_norm(names.get(day, "")))
        for day in sorted(days)
    )


def _delay_notes(vigencia_id: int, known_at: datetime) -> dict[tuple[int, str], DelayNote]:
    """The newest cause or note told for each milestone by ``known_at``; not what its verifier wrote."""
    found: dict[tuple[int, str], tuple[datetime, DelayNote]] = {}
    for table, told in ((ActualFact, (ActualFact.of_fact_id.is_(None),)), (ForecastFact, ())):
        rows = db.session.execute(
            select(table.project_id, table.milestone_code, table.cause, table.note, table.recorded_at)
            .join(Project, Project.id == table.project_id)
            .where(Project.vigencia_id == vigencia_id, table.recorded_at <= known_at)
            .where((table.cause != "") | (table.note != ""), *told)
            .order_by(table.recorded_at, table.id)
        )
        for project_id, code, cause, note, recorded_at in rows:
            before = found.get((project_id, code))
            if before is None or before[0] <= recorded_at:
                found[project_id, code] = recorded_at, DelayNote(cause, note)
    return {key: note for key, (_, note) in found.items()}


def previous_cut(vigencia_id: int, cutoff: date, known_at: datetime) -> PreviousCut | None:
    """The newest version of the last cut-off closed before ``cutoff`` and by ``known_at``, or none."""
    row = db.session.scalar(
        select(ClosedCutoff)
        .where(
            ClosedCutoff.vigencia_id == vigencia_id,
            ClosedCutoff.cutoff_on < cutoff,
            ClosedCutoff.closed_at <= known_at,
        )
        .order_by(ClosedCutoff.cutoff_on.desc(), ClosedCutoff.version.desc())
        .limit(1)
    )
    if row is None:
        return None
    kinds = (CutoffRowKind.CITY, CutoffRowKind.ORGANISM)
    rows = db.session.scalars(select(CutoffRow).where(CutoffRow.cutoff_id == row.id, CutoffRow.kind.in_(kinds)))
    payloads = {each.code: each.payload for each in rows}
    return PreviousCut.of(row.number, row.cutoff_on, payloads.pop("city"), payloads)


def build_editions(portfolio: Portfolio, info: ReportInfo, previous: PreviousCut | None) -> tuple[Edition, ...]:
    """The consolidated workbook and one for each organism with a project."""
    ids = {row.code: row.id for row in db.session.execute(select(Organism.code, Organism.id))}
    codes = sorted(group.code for group in portfolio.organisms)
    return (
        Edition(workbook_name(info), build_workbook(portfolio, info, previous=previous)),
        *(
            Edition(
                workbook_name(info, code),
                build_workbook(portfolio, info, organism_code=code, previous=previous),
                code,
                ids[code],
            )
            for code in codes
        ),
    )
