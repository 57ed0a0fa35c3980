"""Everything an installation holds, in one file that either engine can read back.

The file is a zip: a member of JSON lines for each table, in an order that respects the
references, and a manifest with the schema's revision and the count and SHA-256 of each
table. Bytes are base64; days and instants (UTC) are ISO 8601.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Column, Connection, LargeBinary, Table, func, select, text

from pp_monitor import labels
from pp_monitor.domain.errors import PpMonitorError
from pp_monitor.extensions import Base, db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.entity import the_entity
from pp_monitor.services.schema import current_revision, newest_revision, upgrade_schema
from pp_monitor.services.transaction import writing

KIND = "pp-monitor-backup"
FORMAT = 1
MANIFEST = "manifest.json"
# An instance that holds only these, with no event but its own making, is still empty.
INITIAL_TABLES = frozenset(
    "entity organism organism_name territory catalogue_version catalogue_milestone modality_term "
    "shortest_term restriction_window amount_band audit_event heartbeat".split()
)
_ROWS_AT_ONCE = 500
_FILES_AT_ONCE = 4


class BackupError(PpMonitorError):
    """A backup that cannot be written, or not be restored here."""


@dataclass(frozen=True, slots=True)
class TableSummary:
    """One table of a backup: how many rows, and the SHA-256 of their lines."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """What a backup holds; ``made_at_utc`` is ISO 8601."""

    revision: str
    made_at_utc: str
    tables: tuple[TableSummary, ...]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)

    def document(self) -> dict[str, Any]:
        """The manifest as plain JSON."""
        return {"kind": KIND, "format": FORMAT, **asdict(self)}


def write_backup(target: Path, actor: Actor, now: datetime) -> BackupSummary:
    """Write every row to ``target`` as they stood at one instant, then record it in the audit trail.

    The file appears whole or not at all, readable by its owner only, and replaces the one
    that was there. Rows are streamed. Raises ``BackupError`` when the schema is not the
    newest or the file cannot be written.
    """
    _require_newest(current_revision())
    try:
        with _whole_or_absent(target) as file:
            summary = _write_archive(file, now)
    except OSError as error:
        raise BackupError(
            f"No se pudo escribir «{target}»: {labels.system_trouble(error)}. No quedó ninguna copia nueva."
        ) from error
    with writing() as recorded_at:
        details = {"rows": summary.rows, "revision": summary.revision}
        record(actor, "backup", "entity", the_entity().code, recorded_at, details)
    return summary


def restore_backup(source: Path, actor_label: str) -> BackupSummary:
    """Fill this empty instance with the backup ``source``, all of it or nothing, and record it in the trail.

    A database without tables gets them first. Raises ``BackupError`` when the file is
    damaged or of another schema, or when the instance has data.
    """
    with _opened(source) as archive:
        summary = _read_manifest(archive)
        _verify(archive, summary)
        if current_revision() is None:
            upgrade_schema()
        _require_newest(current_revision())
        with writing() as now:
            connection = db.session.connection()
            _require_empty(connection)
            _clear(connection)
            for table in Base.metadata.sorted_tables:
                _load_table(connection, table, archive)
            _reset_sequences(connection)
            entity = the_entity()
            details = {"rows": summary.rows, "revision": summary.revision, "made_at_utc": summary.made_at_utc}
            record(Actor(entity.id, actor_label), "restore", "entity", entity.code, now, details)
    return summary


def _require_newest(revision: str | None) -> None:
    if revision != newest_revision():
        raise BackupError(
            f"El esquema de la base de datos es {revision or 'ninguno'} y este programa usa {newest_revision()}. "
            "Ejecute primero «pp-monitor init»."
        )


@contextmanager
def _whole_or_absent(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name only once it is written to the end."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".parcial", dir=target.absolute().parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _write_archive(file: IO[bytes], now: datetime) -> BackupSummary:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, _snapshot() as connection:
        tables = tuple(_write_table(connection, table, archive) for table in Base.metadata.sorted_tables)
        summary = BackupSummary(newest_revision(), now.astimezone(UTC).isoformat(), tables)
        archive.writestr(MANIFEST, json.dumps(summary.document(), indent=1))
    return summary


@contextmanager
def _snapshot() -> Iterator[Connection]:
    """A connection of its own that sees the database as it stands at its first query."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def _write_table(connection: Connection, table: Table, archive: zipfile.ZipFile) -> TableSummary:
    writers = {column.name: _writer(column) for column in table.columns}
    rows, digest = 0, hashlib.sha256()
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_at_once(table))
    with archive.open(_member(table), "w", force_zip64=True) as lines:
        for row in connection.execute(query).mappings():
            line = _line({name: write(row[name]) for name, write in writers.items()})
            lines.write(line)
            digest.update(line)
            rows += 1
    return TableSummary(table.name, rows, digest.hexdigest())


def _member(table: Table) -> str:
    return f"{table.name}.jsonl"


def _at_once(table: Table) -> int:
    """How many rows to hold in memory: few where they carry whole files."""
    has_files = any(isinstance(column.type, LargeBinary) for column in table.columns)
    return _FILES_AT_ONCE if has_files else _ROWS_AT_ONCE


def _line(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _writer(column: Column[Any]) -> Callable[[Any], Any]:
    """From a value of ``column`` to what JSON can hold."""
    writers: dict[type, Callable[[Any], Any]] = {
        datetime: lambda instant: instant.astimezone(UTC).isoformat(),
        date: lambda day: day.isoformat(),
        bytes: lambda content: base64.b64encode(content).decode(),
    }
    return _keeping_none(writers.get(column.type.python_type, _same))


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    """The way back."""
    readers: dict[type, Callable[[Any], Any]] = {
        datetime: datetime.fromisoformat,
        date: date.fromisoformat,
        bytes: base64.b64decode,
    }
    return _keeping_none(readers.get(column.type.python_type, _same))


def _same(value: Any) -> Any:
    return value


def _keeping_none(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else change(value)


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(source)
    except OSError as error:
        raise BackupError(f"No se pudo leer «{source}»: {labels.system_trouble(error)}.") from error
    except zipfile.BadZipFile as error:
        raise BackupError(f"«{source}» no es una copia de seguridad, o está incompleta.") from error
    with archive:
        yield archive


def _read_manifest(archive: zipfile.ZipFile) -> BackupSummary:
    """What the file says of itself; refused unless this version can take it."""
    try:
        document = json.loads(archive.read(MANIFEST))
        if (document["kind"], document["format"]) != (KIND, FORMAT):
            raise ValueError(document["format"])
        tables = tuple(TableSummary(**table) for table in document["tables"])
        summary = BackupSummary(document["revision"], document["made_at_utc"], tables)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise BackupError(f"«{archive.filename}» no es una copia de seguridad de este programa.") from error
    if summary.revision != newest_revision():
        raise BackupError(
            f"La copia es del esquema {summary.revision} y este programa usa {newest_revision()}. "
            "Restáurela con la versión del programa que la hizo y actualice después con «pp-monitor init»."
        )
    return summary


def _verify(archive: zipfile.ZipFile, summary: BackupSummary) -> None:
    """Refuse a file whose tables are not those it lists, line for line."""
    if {table.name for table in summary.tables} != {table.name for table in Base.metadata.sorted_tables}:
        raise BackupError("La copia no trae las tablas de este programa. Use otra copia.")
    for listed in summary.tables:
        if _content(archive, f"{listed.name}.jsonl") != (listed.rows, listed.sha256):
            raise BackupError(
                f"La copia está dañada en la tabla «{listed.name}»: no coincide su huella. Use otra copia."
            )


def _content(archive: zipfile.ZipFile, member: str) -> tuple[int, str]:
    """Lines and SHA-256 of a member; an unreadable one has no hash."""
    rows, digest = 0, hashlib.sha256()
    try:
        with archive.open(member) as lines:
            for line in lines:
                digest.update(line)
                rows += 1
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError):
        return rows, ""
    return rows, digest.hexdigest()


def _require_empty(connection: Connection) -> None:
    """Refuse an instance with anything more than what ``init`` puts there."""
    for table in Base.metadata.sorted_tables:
        if table.name not in INITIAL_TABLES and _has_row(connection, table):
            raise BackupError(_NOT_EMPTY)
    if connection.scalar(select(AuditEvent.id).where(AuditEvent.action != "init").limit(1)):
        raise BackupError(_NOT_EMPTY)


_NOT_EMPTY = (
    "Esta instancia ya tiene datos, y restaurar no los mezcla ni los reemplaza. "
    "Restaure en una instancia vacía: otra carpeta en PP_INSTANCE_DIR u otra base en PP_DATABASE_URL."
)


def _has_row(connection: Connection, table: Table) -> bool:
    return connection.execute(select(*table.primary_key).limit(1)).first() is not None


def _clear(connection: Connection) -> None:
    """Remove what ``init`` put there, which the backup brings too."""
    tables = Base.metadata.sorted_tables
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))
        return
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    triggers = connection.execute(text(query)).all()
    for trigger in triggers:
        connection.execute(text(f"DROP TRIGGER {trigger.name}"))
    for table in reversed(tables):
        connection.execute(table.delete())
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)


def _load_table(connection: Connection, table: Table, archive: zipfile.ZipFile) -> None:
    readers = {column.name: _reader(column) for column in table.columns}
    with archive.open(_member(table)) as lines:
        for chunk in _chunks(lines, _at_once(table)):
            values = [json.loads(line) for line in chunk]
            connection.execute(
                table.insert(), [{name: read(row[name]) for name, read in readers.items()} for row in values]
            )


def _chunks(lines: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    rest = iter(lines)
    while chunk := list(islice(rest, size)):
        yield chunk


def _reset_sequences(connection: Connection) -> None:
    """Let PostgreSQL number new rows after the restored ones; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        newest = select(func.max(table.c.id)).scalar_subquery()
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, newest)).where(newest.is_not(None)))
