"""Closing a cut-off: claim (C, K), build outside any transaction, store rows, files and mails together."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from flask import current_app
from sqlalchemy import func, insert, select

from pp_monitor.config import Settings
from pp_monitor.domain.errors import ConflictError
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.report import ClosedCutoff, CutoffRow, CutoffRowKind, IssuedFile
from pp_monitor.reports.evaluation import city_payload, evaluation, organism_payload, project_payload
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.deviation import assess_closed, assess_portfolio
from pp_monitor.services.edition import XLSX, Edition, Issue, build_editions, previous_cut, report_info
from pp_monitor.services.lease import exclusive
from pp_monitor.services.mail import Render
from pp_monitor.services.report_mail import prepare_mails, queue_mails
from pp_monitor.services.transaction import writing_vigencia


@dataclass(frozen=True, slots=True)
class Closing:
    """What to close: cut-off, day of issue and, for a reissue, its reason."""

    cutoff: date
    issued_on: date
    reason: str = ""
    is_reissue: bool = False


@dataclass(frozen=True, slots=True)
class CloseResult:
    """A closed cut-off; ``is_new`` is false when it was closed before."""

    cutoff_id: int
    number: int
    version: int
    is_new: bool
    files: int
    messages: int


def close_cutoff(
    vigencia_id: int,
    cutoff: date,
    issued_on: date,
    actor: Actor,
    today: date,
    *,
    render: Render,
    reissue: bool = False,
    reason: str = "",
) -> CloseResult:
    """Close ``cutoff`` once: freeze its rows, keep its workbooks and put its mails in the outbox.

    Again without ``reissue`` it gives what is there. What a killed process left claimed is taken
    over with a new ``K``. Raises ``ConflictError`` for a cut-off after ``today``, a reissue
    without reason or while another process closes.
    """
    if cutoff > today:
        raise ConflictError(f"El corte {cutoff:%d/%m/%Y} está en el futuro: hoy es {today:%d/%m/%Y}.")
    if reissue and not reason.strip():
        raise ConflictError("Para emitir otra versión escriba el motivo.")
    closing = Closing(cutoff, issued_on, reason.strip(), reissue)
    with exclusive(f"close-{vigencia_id}") as is_mine:
        if not is_mine:
            raise ConflictError("Otro proceso está cerrando un corte de esta vigencia. Intente en un minuto.")
        claimed = _claim(vigencia_id, closing, actor)
        if claimed.closed_at is not None:
            files = db.session.scalar(select(func.count(IssuedFile.id)).where(IssuedFile.cutoff_id == claimed.id))
            return CloseResult(claimed.id, claimed.number, claimed.version, False, files or 0, 0)
        return _build_and_store(vigencia_id, claimed, actor, render)


def _claim(vigencia_id: int, closing: Closing, actor: Actor) -> ClosedCutoff:
    """The row of this cut-off: the closed one, one left half-way with its ``K`` renewed, or a new one."""
    with writing_vigencia(vigencia_id) as now:
        newest = db.session.scalar(
            select(ClosedCutoff)
            .where(ClosedCutoff.vigencia_id == vigencia_id, ClosedCutoff.cutoff_on == closing.cutoff)
            .order_by(ClosedCutoff.version.desc())
            .limit(1)
        )
        if newest and newest.closed_at is None:
            newest.known_at = now
            newest.issued_on = closing.issued_on
            return newest
        if newest and not closing.is_reissue:
            return newest
        claimed = _new_row(vigencia_id, closing, newest, now, actor)
        db.session.add(claimed)
        return claimed


def _new_row(
    vigencia_id: int, closing: Closing, newest: ClosedCutoff | None, now: datetime, actor: Actor
) -> ClosedCutoff:
    last = db.session.scalar(select(func.max(ClosedCutoff.number)).where(ClosedCutoff.vigencia_id == vigencia_id))
    vigencia = db.session.get_one(Vigencia, vigencia_id)
    return ClosedCutoff(
        entity_id=vigencia.entity_id,
        vigencia_id=vigencia_id,
        cutoff_on=closing.cutoff,
        version=newest.version + 1 if newest else 1,
        number=newest.number if newest else (last or 0) + 1,
        known_at=now,
        issued_on=closing.issued_on,
        reason=closing.reason if newest else "",
        catalogue_version_id=vigencia.catalogue_version_id,
        thresholds={},
        non_working_days=[],
        data_sha256="",
        user_id=actor.user_id,
    )


def _build_and_store(vigencia_id: int, claimed: ClosedCutoff, actor: Actor, render: Render) -> CloseResult:
    """Assess and build with no write transaction open, then store everything in one."""
    cutoff_id = claimed.id
    vigencia = db.session.get_one(Vigencia, vigencia_id)
    portfolio = assess_portfolio(vigencia, claimed.cutoff_on, claimed.known_at)
    issue = Issue(claimed.number, claimed.version, claimed.issued_on, claimed.reason)
    settings: Settings = current_app.config["SETTINGS"]
    info = report_info(vigencia, portfolio, issue, data_sha256(portfolio), settings.public_url)
    previous = previous_cut(vigencia_id, claimed.cutoff_on, claimed.known_at)
    editions = build_editions(portfolio, info, previous)
    mails = prepare_mails(vigencia.entity_id, portfolio, info, previous, render)
    with writing_vigencia(vigencia_id) as now:
        row = db.session.get_one(ClosedCutoff, cutoff_id)
        if row.closed_at is not None:
            raise ConflictError("Otro proceso cerró este corte mientras se preparaba.")
        _freeze(row, portfolio, info.data_sha256, now)
        _store_rows(row, portfolio)
        files = _store_files(row, editions)
        messages = queue_mails(row, mails, files, now)
        details = {"version": row.version, "files": len(files), "messages": messages, "reason": row.reason}
        record(actor, "close", "cutoff", row.cutoff_on.isoformat(), now, details)
        return CloseResult(row.id, row.number, row.version, True, len(files), messages)


def draft_editions(vigencia: Vigencia, cutoff: date, today: date) -> tuple[Edition, ...]:
    """The workbooks of a cut-off without issuing them; of a closed one, as it was closed. Writes nothing.

    Raises ``ConflictError`` for a cut-off after ``today``.
    """
    if cutoff > today:
        raise ConflictError(f"El corte {cutoff:%d/%m/%Y} está en el futuro: hoy es {today:%d/%m/%Y}.")
    closed = newest_closed(vigencia.id, cutoff)
    portfolio = assess_closed(vigencia, closed) if closed else assess_portfolio(vigencia, cutoff)
    issue = Issue(closed.number, closed.version, closed.issued_on, closed.reason) if closed else Issue(0, 1, today)
    settings: Settings = current_app.config["SETTINGS"]
    info = report_info(vigencia, portfolio, issue, data_sha256(portfolio), settings.public_url)
    previous = previous_cut(vigencia.id, cutoff, portfolio.frame.view.known_at)
    return build_editions(portfolio, info, previous)


def newest_closed(vigencia_id: int, cutoff: date) -> ClosedCutoff | None:
    """The newest closed version of a cut-off, or none."""
    return db.session.scalar(
        select(ClosedCutoff)
        .where(
            ClosedCutoff.vigencia_id == vigencia_id,
            ClosedCutoff.cutoff_on == cutoff,
            ClosedCutoff.closed_at.is_not(None),
        )
        .order_by(ClosedCutoff.version.desc())
        .limit(1)
    )


def data_sha256(portfolio: Portfolio) -> str:
    """Hash of every figure of the portfolio, the same whenever it is computed with the same ``C`` and ``K``."""
    payload = evaluation(portfolio)
    payload.pop("known_at", None)
    return hashlib.sha256(json.dumps(payload, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _freeze(row: ClosedCutoff, portfolio: Portfolio, sha256: str, now: datetime) -> None:
    """Keep what the figures depended on."""
    row.thresholds = asdict(portfolio.frame.thresholds)
    row.non_working_days = sorted(day.isoformat() for day in portfolio.frame.calendar.non_working)
    row.budget_cutoff_on = portfolio.budget_cutoff
    row.data_sha256 = sha256
    row.closed_at = now


def _store_rows(row: ClosedCutoff, portfolio: Portfolio) -> None:
    city = (CutoffRowKind.CITY, "city", portfolio.city.light, city_payload(portfolio))
    organisms = [
        (CutoffRowKind.ORGANISM, group.code, group.light, organism_payload(group, portfolio))
        for group in portfolio.organisms
    ]
    projects = [
        (CutoffRowKind.PROJECT, project.code, project.light, project_payload(project, portfolio))
        for project in portfolio.projects
    ]
    shared = {"entity_id": row.entity_id, "cutoff_id": row.id}
    rows = [
        shared | {"kind": kind, "code": code, "light": light, "payload": payload}
        for kind, code, light, payload in [city, *organisms, *projects]
    ]
    db.session.execute(insert(CutoffRow), rows)


def _store_files(row: ClosedCutoff, editions: tuple[Edition, ...]) -> dict[str | None, int]:
    """Store the workbooks; give the id of each by organism code, the city's under none."""
    found: dict[str | None, int] = {}
    for edition in editions:
        file = IssuedFile(
            entity_id=row.entity_id,
            cutoff_id=row.id,
            organism_id=edition.organism_id,
            filename=edition.filename,
            media_type=XLSX,
            sha256=hashlib.sha256(edition.content).hexdigest(),
            size_bytes=len(edition.content),
            content=edition.content,
        )
        db.session.add(file)
        db.session.flush()
        found[edition.organism_code] = file.id
    return found
