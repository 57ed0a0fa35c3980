"""Whether this installation is whole and alive: schema, references, audit trail, scheduler, mail, disk, key."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

from flask import current_app
from sqlalchemy import Table, exists, func, select
from sqlalchemy.exc import DatabaseError

from pp_monitor.config import Settings
from pp_monitor.extensions import Base, db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.entity import Entity
from pp_monitor.models.job import Heartbeat
from pp_monitor.models.mail import DeliveryState, OutboxMessage, OutboxRecipient
from pp_monitor.services.audit import first_broken
from pp_monitor.services.schema import current_revision, is_known, newest_revision

# The scheduler leaves a sign of life every minute; mail that waits longer than this is not arriving.
LONGEST_SILENCE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)
LEAST_FREE_BYTES = 500 * 1024 * 1024


class CheckName(StrEnum):
    """What is looked at."""

    SCHEMA = "schema"
    REFERENCES = "references"
    AUDIT = "audit"
    SCHEDULER = "scheduler"
    OUTBOX = "outbox"
    DISK = "disk"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, and a Spanish sentence that says what was seen."""

    name: CheckName
    is_ok: bool
    text: str


def check_system(now: datetime, *, longest_memory: timedelta = timedelta()) -> tuple[Check, ...]:
    """Look at everything as of ``now``, in the order of ``CheckName``.

    References and audit trail are read whole, which grows with the data: their last result in
    this process is given again while it is younger than ``longest_memory``. Without the
    newest schema only what needs no table is looked at.
    """
    schema, settings = _schema(), cast("Settings", current_app.config["SETTINGS"])
    if not schema.is_ok:
        return schema, _disk(settings), _key(settings, is_demo=False)
    is_demo = db.session.scalar(select(Entity.demo_today).limit(1)) is not None
    deep = _remembered(now, longest_memory)
    return schema, *deep, _scheduler(now), _outbox(now), _disk(settings), _key(settings, is_demo=is_demo)


def _schema() -> Check:
    try:
        revision = current_revision()
    except DatabaseError:
        return Check(CheckName.SCHEMA, False, "La base de datos no responde.")
    if revision == newest_revision():
        return Check(CheckName.SCHEMA, True, f"Al día ({revision}).")
    wanted = f"Está en {revision or 'ninguno'} y se necesita {newest_revision()}."
    advice = "Ejecute «pp-monitor init»." if is_known(revision) else "Actualice el programa."
    return Check(CheckName.SCHEMA, False, f"{wanted} {advice}")


def _remembered(now: datetime, longest_memory: timedelta) -> tuple[Check, Check]:
    kept = current_app.extensions.get("pp_deep_checks")
    if kept is None or now - kept[0] >= longest_memory:
        kept = current_app.extensions["pp_deep_checks"] = (now, (_references(), _audit()))
    return cast("tuple[Check, Check]", kept[1])


def _references() -> Check:
    broken = [told for table in Base.metadata.sorted_tables for told in _broken_references(table)]
    text = f"Rotas: {'; '.join(broken)}. Restaure una copia." if broken else "Completas."
    return Check(CheckName.REFERENCES, not broken, text)


def _broken_references(table: Table) -> Iterator[str]:
    """Each reference of ``table`` that leads nowhere, with how many rows have it."""
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        target = key.column.table.alias()
        is_there = exists().where(target.c[key.column.name] == key.parent)
        query = select(func.count()).select_from(table).where(key.parent.is_not(None), ~is_there)
        if count := db.session.scalar(query):
            yield f"{table.name}.{key.parent.name} ({count})"


def _audit() -> Check:
    events = db.session.scalar(select(func.count(AuditEvent.id))) or 0
    for entity_id in db.session.scalars(select(Entity.id)).all():
        if sequence := first_broken(entity_id):
            text = f"La cadena se rompe en el evento {sequence}: alguien cambió lo registrado."
            return Check(CheckName.AUDIT, False, text)
    return Check(CheckName.AUDIT, True, f"Cadena íntegra; eventos: {events}.")


def _scheduler(now: datetime) -> Check:
    beat = db.session.scalar(select(func.max(Heartbeat.beat_at)))
    if beat is None:
        return Check(CheckName.SCHEDULER, False, "Nunca ha corrido. Inicie «pp-monitor scheduler».")
    is_ok = now - beat <= LONGEST_SILENCE
    advice = "" if is_ok else " Inicie «pp-monitor scheduler»."
    return Check(CheckName.SCHEDULER, is_ok, f"Última señal hace {_age(now - beat)}.{advice}")


def _outbox(now: datetime) -> Check:
    pending, oldest = db.session.execute(
        select(func.count(), func.min(OutboxMessage.recorded_at))
        .select_from(OutboxRecipient)
        .join(OutboxMessage, OutboxMessage.id == OutboxRecipient.message_id)
        .where(OutboxRecipient.state == DeliveryState.PENDING)
    ).one()
    given_up = db.session.scalar(
        select(func.count(OutboxRecipient.id)).where(OutboxRecipient.state == DeliveryState.GIVEN_UP)
    )
    is_late = oldest is not None and now - oldest > LONGEST_WAIT
    text = f"Entregas pendientes: {pending}; abandonadas: {given_up}."
    if is_late:
        text += f" La más antigua espera hace {_age(now - oldest)}."
    if is_late or given_up:
        text += " Consulte «pp-monitor mail list»."
    return Check(CheckName.OUTBOX, not is_late and not given_up, text)


def _disk(settings: Settings) -> Check:
    free = shutil.disk_usage(settings.instance_dir).free
    text = f"{free // 1024**2} MB libres."
    return Check(CheckName.DISK, free >= LEAST_FREE_BYTES, text)


def _key(settings: Settings, *, is_demo: bool) -> Check:
    if settings.has_own_key:
        return Check(CheckName.KEY, True, "Propia.")
    if is_demo:
        return Check(CheckName.KEY, True, "De desarrollo, suficiente para la demostración.")
    return Check(CheckName.KEY, False, "Ponga en PP_SECRET_KEY al menos 32 caracteres secretos.")


def _age(span: timedelta) -> str:
    """A span as a person says it: ``40 s``, ``7 min``, ``5 h``, ``3 días``."""
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86400, "días"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
