"""A backup brings everything back, on either engine, or nothing at all."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.extensions import Base, db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.entity import Organism
from pp_monitor.services import audit, backup
from pp_monitor.services.audit import Actor
from pp_monitor.services.backup import BackupError, restore_backup, write_backup
from pp_monitor.services.entity import ORGANISMS, load_reference_data, the_entity
from tests import filling

NOW = datetime(2022, 9, 20, 15, 4, 5, 678901, tzinfo=UTC)
Rows = Mapping[str, list[tuple[Any, ...]]]


def fill(app: Flask) -> Rows:
    with app.app_context():
        with db.engine.begin() as connection:
            filling.fill(connection, Base.metadata)
        return stored(app)


def stored(app: Flask) -> Rows:
    with app.app_context(), db.engine.connect() as connection:
        return filling.rows(connection, Base.metadata)


def back_up(app: Flask, target: Path) -> backup.BackupSummary:
    with app.app_context():
        return write_backup(target, Actor(1, "consola (ana)"), NOW)


def without_audit(rows: Rows) -> Rows:
    return {name: listed for name, listed in rows.items() if name != "audit_event"}


@pytest.fixture
def another_app(request: pytest.FixtureRequest, tmp_path: Path, make_app: Callable[..., Flask]) -> Flask:
    """A second, empty instance on SQLite."""
    template: Path = request.getfixturevalue("sqlite_template")
    return make_app(f"sqlite:///{shutil.copy(template, tmp_path / 'another.sqlite3')}")


def test_a_backup_brings_every_value_of_every_table_to_sqlite(
    any_app: Flask, another_app: Flask, tmp_path: Path
) -> None:
    before = fill(any_app)
    summary = back_up(any_app, tmp_path / "copia.zip")
    assert {table.rows for table in summary.tables} == {filling.ROWS}

    with another_app.app_context():
        restore_backup(tmp_path / "copia.zip", "consola (luz)")
    after = stored(another_app)
    assert without_audit(after) == without_audit(before)
    assert after["audit_event"][: filling.ROWS] == before["audit_event"]


@pytest.mark.postgres
def test_a_backup_of_sqlite_goes_into_postgresql_and_new_rows_are_numbered_after_it(
    app: Flask, postgres_app: Flask, tmp_path: Path
) -> None:
    before = fill(app)
    back_up(app, tmp_path / "copia.zip")

    with postgres_app.app_context():
        restore_backup(tmp_path / "copia.zip", "consola (luz)")
        assert without_audit(stored(postgres_app)) == without_audit(before)
        db.session.add(Organism(entity_id=1, code="4199"))
        db.session.commit()
        assert db.session.scalar(select(func.max(Organism.id))) == filling.ROWS + 1


@pytest.fixture
def postgres_app(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """An empty instance on PostgreSQL."""
    server = request.getfixturevalue("postgres_server")
    return make_app(server.url(server.create(request.getfixturevalue("postgres_template"))))


def test_backup_and_restore_stand_in_an_unbroken_audit_trail(
    any_app: Flask, another_app: Flask, tmp_path: Path
) -> None:
    with any_app.app_context():
        load_reference_data()
    back_up(any_app, tmp_path / "copia.zip")
    back_up(any_app, tmp_path / "copia.zip")

    with another_app.app_context():
        restore_backup(tmp_path / "copia.zip", "consola (luz)")
        events = db.session.execute(select(AuditEvent.action, AuditEvent.actor).order_by(AuditEvent.sequence)).all()
        assert [tuple(event) for event in events] == [
            ("init", "init"),
            ("backup", "consola (ana)"),
            ("restore", "consola (luz)"),
        ]
        assert audit.first_broken(the_entity().id) is None


def test_an_instance_that_init_made_takes_a_backup(any_app: Flask, another_app: Flask, tmp_path: Path) -> None:
    before = fill(another_app)
    back_up(another_app, tmp_path / "copia.zip")

    with any_app.app_context():
        load_reference_data()
        restore_backup(tmp_path / "copia.zip", "consola (luz)")
    assert without_audit(stored(any_app)) == without_audit(before)


def test_a_database_without_tables_gets_them_from_the_restore(
    app: Flask, database_url: str, make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    before = fill(app)
    back_up(app, tmp_path / "copia.zip")

    bare = make_app(database_url)
    with bare.app_context():
        restore_backup(tmp_path / "copia.zip", "consola (luz)")
    assert without_audit(stored(bare)) == without_audit(before)


def test_facts_stay_append_only_after_a_restore_over_init(any_app: Flask, another_app: Flask, tmp_path: Path) -> None:
    fill(another_app)
    back_up(another_app, tmp_path / "copia.zip")

    with any_app.app_context():
        load_reference_data()
        restore_backup(tmp_path / "copia.zip", "consola (luz)")
        with pytest.raises(Exception, match="append-only table: audit_event"), db.engine.begin() as connection:
            connection.execute(AuditEvent.__table__.delete())  # type: ignore[attr-defined]


def test_an_instance_with_data_refuses_a_restore_and_keeps_what_it_has(any_app: Flask, tmp_path: Path) -> None:
    fill(any_app)
    back_up(any_app, tmp_path / "copia.zip")
    before = stored(any_app)

    with any_app.app_context(), pytest.raises(BackupError, match="ya tiene datos"):
        restore_backup(tmp_path / "copia.zip", "consola (luz)")
    assert stored(any_app) == before


def rewritten(source: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The same backup with some of its members changed."""
    target = source.with_name("alterada.zip")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def with_manifest(**values: Any) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        return json.dumps(json.loads(content) | values).encode() if name == backup.MANIFEST else content

    return change


def without_last_line(name: str, content: bytes) -> bytes:
    return content[: content.rindex(b"{")] if name == "issued_file.jsonl" else content


def with_other_date(name: str, content: bytes) -> bytes:
    return content.replace(b"2022-04-18", b"2022-04-19") if name == "baseline_line.jsonl" else content


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (with_manifest(revision="000"), "La copia es del esquema 000 y este programa usa"),
        (with_manifest(kind="otra-cosa"), "no es una copia de seguridad de este programa"),
        (with_manifest(format=2), "no es una copia de seguridad de este programa"),
        (with_manifest(tables=[]), "no trae las tablas"),
        (without_last_line, "dañada en la tabla «issued_file»"),
        (with_other_date, "dañada en la tabla «baseline_line»"),
    ],
)
def test_a_backup_that_is_not_whole_or_not_of_this_schema_writes_nothing(
    app: Flask, another_app: Flask, tmp_path: Path, change: Callable[[str, bytes], bytes], refusal: str
) -> None:
    fill(app)
    back_up(app, tmp_path / "copia.zip")
    altered = rewritten(tmp_path / "copia.zip", change)

    with another_app.app_context(), pytest.raises(BackupError, match=refusal):
        restore_backup(altered, "consola (luz)")
    assert not any(stored(another_app).values())


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.99])
def test_a_backup_cut_short_is_refused(app: Flask, another_app: Flask, tmp_path: Path, kept: float) -> None:
    fill(app)
    whole = tmp_path / "copia.zip"
    back_up(app, whole)
    content = whole.read_bytes()
    whole.write_bytes(content[: int(len(content) * kept)])

    with another_app.app_context(), pytest.raises(BackupError, match="no es una copia de seguridad"):
        restore_backup(whole, "consola (luz)")


def test_a_flipped_byte_is_noticed(app: Flask, another_app: Flask, tmp_path: Path) -> None:
    fill(app)
    whole = tmp_path / "copia.zip"
    back_up(app, whole)
    with zipfile.ZipFile(whole) as archive:
        place = archive.getinfo("project.jsonl").header_offset + 120
    content = bytearray(whole.read_bytes())
    content[place] ^= 0xFF
    whole.write_bytes(content)

    with another_app.app_context(), pytest.raises(BackupError, match="dañada en la tabla «project»"):
        restore_backup(whole, "consola (luz)")


def test_a_missing_file_is_told(another_app: Flask, tmp_path: Path) -> None:
    with another_app.app_context(), pytest.raises(BackupError, match=r"No se pudo leer «.*nada\.zip»: no existe"):
        restore_backup(tmp_path / "nada.zip", "consola (luz)")


def test_a_restore_that_fails_half_way_leaves_the_instance_as_init_made_it(
    any_app: Flask, another_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(another_app)
    back_up(another_app, tmp_path / "copia.zip")
    with any_app.app_context():
        load_reference_data()
    before = stored(any_app)

    def fail(*_: Any) -> None:
        raise OSError("disco")

    monkeypatch.setattr(backup, "_reset_sequences", fail)
    with any_app.app_context(), pytest.raises(OSError, match="disco"):
        restore_backup(tmp_path / "copia.zip", "consola (luz)")
    assert stored(any_app) == before
    assert len(before["organism"]) == len(ORGANISMS)


def test_only_its_owner_can_read_a_backup(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        load_reference_data()
    back_up(app, tmp_path / "copia.zip")
    assert stat.S_IMODE((tmp_path / "copia.zip").stat().st_mode) == 0o600


@pytest.mark.parametrize(("place", "reason"), [("no-hay/copia.zip", "no existe"), ("carpeta", "es una carpeta")])
def test_a_place_that_cannot_be_written_is_told(app: Flask, tmp_path: Path, place: str, reason: str) -> None:
    with app.app_context():
        load_reference_data()
    (tmp_path / "carpeta").mkdir()
    with pytest.raises(BackupError, match=f"No se pudo escribir .*: {reason}"):
        back_up(app, tmp_path / place)
    assert list(tmp_path.glob(".*.parcial")) == []


def test_what_is_written_during_a_backup_is_not_in_it(
    any_app: Flask, another_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fill(any_app)
    write_table = backup._write_table
    written: list[str] = []

    def write_late_row_too(connection: Any, table: Any, archive: Any) -> backup.TableSummary:
        summary = write_table(connection, table, archive)
        if not written:
            written.append(table.name)
            with db.engine.begin() as other:
                late = Organism.__table__
                other.execute(late.insert(), [{"entity_id": 1, "code": "4199", "id": 99}])  # type: ignore[attr-defined]
        return summary

    monkeypatch.setattr(backup, "_write_table", write_late_row_too)
    back_up(any_app, tmp_path / "copia.zip")
    with another_app.app_context():
        restore_backup(tmp_path / "copia.zip", "consola (luz)")
    assert stored(another_app)["organism"] == before["organism"]
    assert len(stored(any_app)["organism"]) == filling.ROWS + 1


FILES, FILE_BYTES = 40, 2**20


@pytest.mark.slow
def test_memory_is_bounded_however_many_files_were_issued(app: Flask, another_app: Flask, tmp_path: Path) -> None:
    fill(app)
    with app.app_context(), db.engine.begin() as connection:
        table = Base.metadata.tables["issued_file"]
        common = {"entity_id": 1, "cutoff_id": 1, "media_type": "x", "sha256": "0" * 64, "size_bytes": FILE_BYTES}
        for number in range(FILES):
            content = random.Random(number).randbytes(FILE_BYTES)
            connection.execute(table.insert(), [common | {"filename": f"{number}.xlsx", "content": content}])

    assert peak_bytes(lambda: back_up(app, tmp_path / "copia.zip")) < FILES * FILE_BYTES / 2
    with another_app.app_context():
        assert peak_bytes(lambda: restore_backup(tmp_path / "copia.zip", "luz")) < FILES * FILE_BYTES / 2
        count = db.session.scalar(select(func.count()).select_from(table))
    assert count == filling.ROWS + FILES


def peak_bytes(work: Callable[[], object]) -> int:
    """The most that Python held at once while it worked."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from pp_monitor import create_app
from pp_monitor.services import backup
from pp_monitor.services.audit import Actor

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

backup.os.fsync = die
with create_app().app_context():
    backup.write_backup(Path(sys.argv[1]), Actor(1, "consola"), datetime.now(UTC))
"""


@pytest.mark.slow
def test_a_backup_killed_half_way_leaves_the_former_one(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        load_reference_data()
    target = tmp_path / "copia.zip"
    back_up(app, target)
    before = target.read_bytes()

    environment = os.environ | {"PP_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"], "PYTHONPATH": str(Path.cwd())}
    environment["PP_INSTANCE_DIR"] = str(tmp_path / "instance")
    done = subprocess.run([sys.executable, "-c", KILLED, str(target)], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert target.read_bytes() == before
