"""Who receives a report and what it says to them: the city's to those who read all, each organism its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.extensions import db
from pp_monitor.models.account import Role, RoleAssignment, User
from pp_monitor.models.entity import Organism
from pp_monitor.models.report import ClosedCutoff
from pp_monitor.reports.mail import report_mail
from pp_monitor.reports.scope import PreviousCut, ReportInfo
from pp_monitor.services.mail import Render, RenderedMail, queue_message

CITY_READERS = frozenset({Role.PLANEACION, Role.CONTRATACION, Role.LECTURA, Role.CONTROL})
KIND_CITY = "monthly_report"
KIND_ORGANISM = "organism_report"


@dataclass(frozen=True, slots=True)
class PreparedMail:
    """A mail ready to queue; ``organism_code`` none is the city's."""

    kind: str
    organism_code: str | None
    recipients: tuple[str, ...]
    mail: RenderedMail


def recipients(entity_id: int, on: date) -> dict[str | None, list[str]]:
    """Addresses by organism code on a day, those who read the whole city under none."""
    rows = db.session.execute(
        select(User.email, RoleAssignment.role, Organism.code)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .outerjoin(Organism, Organism.id == RoleAssignment.organism_id)
        .where(User.entity_id == entity_id, User.is_enabled, RoleAssignment.valid_from <= on)
        .where(or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until >= on))
        .order_by(User.email)
    )
    found: dict[str | None, list[str]] = {}
    for email, role, code in rows:
        if code is not None or role in CITY_READERS:
            addresses = found.setdefault(code, [])
            if email not in addresses:
                addresses.append(email)
    return found


def prepare_mails(
    entity_id: int, portfolio: Portfolio, info: ReportInfo, previous: PreviousCut | None, render: Render
) -> tuple[PreparedMail, ...]:
    """Render the mails of a report for everybody who is to receive one."""
    prepared = []
    for code, addresses in recipients(entity_id, info.issued_on).items():
        if code is not None and portfolio.organism(code) is None:
            continue
        kind = KIND_CITY if code is None else KIND_ORGANISM
        said = report_mail(portfolio, info, previous, code)
        prepared.append(PreparedMail(kind, code, tuple(addresses), render(kind, mail=said)))
    return tuple(prepared)


def queue_mails(
    row: ClosedCutoff, prepared: Sequence[PreparedMail], files: Mapping[str | None, int], now: datetime
) -> int:
    """Put the mails in the outbox, each with its workbook, within the caller's transaction; give how many."""
    queued = 0
    for each in prepared:
        key = f"{each.kind}/{row.vigencia_id}/{row.cutoff_on.isoformat()}/v{row.version}/{each.organism_code or 'city'}"
        message = queue_message(
            entity_id=row.entity_id,
            vigencia_id=row.vigencia_id,
            kind=each.kind,
            idempotency_key=key,
            recipients=each.recipients,
            mail=each.mail,
            recorded_at=now,
            attachment_file_ids=[files[each.organism_code]],
        )
        queued += message is not None
    return queued
