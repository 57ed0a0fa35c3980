"""Who receives a report and what it says to them: the city's to those who read all, each organism its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pp_monitor.domain.account import CITY_READERS
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.models.report import ClosedCutoff
from pp_monitor.reports.mail import report_mail
from pp_monitor.reports.scope import PreviousCut, ReportInfo
from pp_monitor.services.mail import Render, RenderedMail, queue_message
from pp_monitor.services.role import holders

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
    found: dict[str | None, list[str]] = {}
    for holder in holders(entity_id, on):
        if holder.organism_code or holder.role in CITY_READERS:
            own = found.setdefault(holder.organism_code or None, [])
            if holder.email not in own:
                own.append(holder.email)
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
