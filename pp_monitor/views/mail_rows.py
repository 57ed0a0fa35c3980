"""Mails as lines, and the filters of their list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import url_for

from pp_monitor import clock, job_table
from pp_monitor.formatters import date_time, date_weekday
from pp_monitor.forms.alert import Narrowing
from pp_monitor.labels import DELIVERY_STATE, MAIL_KIND
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.mail import DeliveryState
from pp_monitor.services import cutoff_warning, digest, milestone_reminder, reminder, report_mail
from pp_monitor.services.mail_forecast import DAYS, ForeseenMail
from pp_monitor.services.mail_read import MailQuery, SentMail
from pp_monitor.views.delivery_row import DeliveryRow, delivery_row
from pp_monitor.views.project_list import Filter

COMING, SENT = "", "enviados"
_LABELS = {"clase": "Clase", "estado": "Entrega"}
_JOBS = {
    digest.KIND: job_table.SEND_DIGESTS,
    cutoff_warning.KIND: job_table.WARN_CUTOFF,
    milestone_reminder.KIND: job_table.REMIND_MILESTONES,
    reminder.KIND: job_table.REMIND,
    report_mail.KIND_CITY: job_table.CLOSE_MONTH,
}


@dataclass(frozen=True, slots=True)
class ForeseenRow:
    """A mail to come, in words; ``text`` is none where only that day's figures give it."""

    day: str
    kind: str
    label: str
    to: tuple[str, ...]
    subject: str
    text: str | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentRow:
    """A mail; ``text`` is none where it holds a personal link, ``retry_url`` empty where nothing failed."""

    id: int
    written: str
    kind: str
    subject: str
    text: str | None
    files: tuple[str, ...]
    recipients: list[DeliveryRow]
    again: str
    retry_url: str


@dataclass(frozen=True, slots=True)
class ViewLink:
    """One of the two lists."""

    label: str
    url: str
    is_current: bool


def choices() -> Mapping[str, Mapping[str, str]]:
    """The codes that each filter takes."""
    return {
        "vista": {SENT: "Últimos 7 días"},
        "clase": dict(sorted(MAIL_KIND.items(), key=lambda pair: pair[1])),
        "estado": DELIVERY_STATE,
    }


def filters(narrowing: Narrowing) -> list[Filter]:
    """The controls; how a mail was delivered is asked only of those that went out."""
    is_sent = narrowing.chosen["vista"] == SENT
    known = choices()
    kinds = known["clase"] if is_sent else {kind: known["clase"][kind] for kind in (*_JOBS, report_mail.KIND_ORGANISM)}
    options = {"clase": kinds} | ({"estado": known["estado"]} if is_sent else {})
    return [
        Filter(name, _LABELS[name], [("", "Todas"), *words.items()], narrowing.chosen[name])
        for name, words in options.items()
    ]


def views(narrowing: Narrowing) -> list[ViewLink]:
    """The two lists, each keeping the kind and the person asked for."""
    kept = {name: code for name, code in narrowing.args.items() if name in ("clase", "persona")}
    now = narrowing.chosen["vista"]
    return [
        ViewLink("Próximos 7 días", url_for("mail.list_mails", **kept), now == COMING),
        ViewLink("Últimos 7 días", url_for("mail.list_mails", vista=SENT, **kept), now == SENT),
    ]


def query(narrowing: Narrowing, today: date) -> MailQuery:
    """The same as the outbox takes it, from the first moment of the day seven days ago."""
    chosen = narrowing.chosen
    state = DeliveryState(chosen["estado"]) if chosen["estado"] else None
    since = datetime.combine(today - timedelta(days=DAYS), time(), clock.zone())
    return MailQuery(since, chosen["clase"], state, chosen["persona"])


def admits(narrowing: Narrowing, mail: ForeseenMail) -> bool:
    """Whether a mail to come belongs to the list."""
    kind, person = narrowing.chosen["clase"], narrowing.chosen["persona"].casefold()
    return kind in ("", mail.kind) and any(person in text.casefold() for text in (mail.label, *mail.to))


def gone(vigencia: Vigencia, today: date) -> Collection[str]:
    """The kinds whose work of today is done."""
    return frozenset(kind for kind, job in _JOBS.items() if job_table.was_run(job, vigencia, today))


def foreseen_row(mail: ForeseenMail) -> ForeseenRow:
    """A mail to come as a line."""
    subject = mail.subject or "Se escribe con las cifras de ese día"
    why = tuple(mail.why.split("; "))
    return ForeseenRow(date_weekday(mail.day), MAIL_KIND[mail.kind], mail.label, mail.to, subject, mail.text, why)


def sent_row(sent: SentMail, back: Mapping[str, Any]) -> SentRow:
    """A mail of the last days as a line; ``back`` are the arguments of the list to which a new try returns."""
    message = sent.message
    zone = str(clock.zone())
    again = message.next_try_at if message.tries else None
    return SentRow(
        id=message.id,
        written=date_time(message.recorded_at, zone),
        kind=MAIL_KIND.get(message.kind, message.kind),
        subject=message.subject,
        text=sent.text,
        files=sent.files,
        recipients=[
            delivery_row(each.address, each.state, " ".join(f"{each.code or ''} {each.text}".split()))
            for each in message.recipients
        ],
        again=f"Próximo intento: {date_time(again, zone)}" if again else "",
        retry_url=url_for("mail.retry", message_id=message.id, **back) if sent.can_retry else "",
    )
