"""A cut-off is closed once, whatever is killed half-way, and answers the same for good."""

from __future__ import annotations

import hashlib
import io
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from pp_monitor.config import Settings
from pp_monitor.domain.cause import DelayCause
from pp_monitor.domain.errors import ConflictError
from pp_monitor.domain.threshold import Thresholds
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.account import Role
from pp_monitor.models.entity import LocalDay, ThresholdSet, Vigencia
from pp_monitor.models.mail import OutboxAttachment, OutboxMessage, OutboxRecipient
from pp_monitor.models.project import Project
from pp_monitor.models.report import ClosedCutoff, CutoffRow, CutoffRowKind, IssuedFile
from pp_monitor.reports.evaluation import city_payload, organism_payload, project_payload
from pp_monitor.services.deviation import assess_closed
from pp_monitor.services.entity import find_organism
from pp_monitor.services.explanation import ExplanationEntry, explain
from pp_monitor.services.lease import exclusive
from pp_monitor.services.report import CloseResult, close_cutoff, draft_editions
from pp_monitor.services.transaction import writing_vigencia
from tests.factories_db import make_user
from tests.portfolio_db import NewProject, add_actual, add_projects, an_actor, met_through, open_vigencia
from tests.reports.books import rows
from tests.rows import count

CUTOFF = date(2022, 7, 15)
ISSUED_ON = date(2022, 7, 18)
PROJECTS = (
    NewProject("BP26000001", actual=met_through("H06", 3)),
    NewProject("BP26000002", "4151", actual=met_through("H03"), commitments_cop=40_000_000),
    NewProject("BP26000003", "4134", planned=None),
)


@pytest.fixture
def city(any_app: Flask) -> Iterator[Flask]:
    with any_app.app_context():
        open_vigencia(PROJECTS)
        make_user(Role.PLANEACION, email="planeacion@example.org")
        make_user(Role.LECTURA, email="gabinete@example.org")
        make_user(Role.ENLACE, find_organism("4145"), email="enlace.salud@example.org")
        make_user(Role.ORDENADOR, find_organism("4145"), email="despacho.salud@example.org")
        make_user(Role.ENLACE, find_organism("4151"), email="enlace.vias@example.org")
        yield any_app


def vigencia() -> Vigencia:
    return db.session.scalars(select(Vigencia)).one()


def close(cutoff: date = CUTOFF, **options: object) -> CloseResult:
    return close_cutoff(vigencia().id, cutoff, ISSUED_ON, an_actor(), ISSUED_ON, render=render_mail, **options)


def the_closed() -> ClosedCutoff:
    return db.session.scalars(select(ClosedCutoff)).one()


def frozen_rows(cutoff_id: int) -> dict[tuple[str, str], object]:
    rows = db.session.scalars(select(CutoffRow).where(CutoffRow.cutoff_id == cutoff_id))
    return {(row.kind, row.code): row.payload for row in rows}


def test_closing_stores_rows_files_and_mails_together(city: Flask) -> None:
    result = close()
    assert (result.is_new, result.number, result.version) == (True, 1, 1)
    names = db.session.scalars(select(IssuedFile.filename).order_by(IssuedFile.filename)).all()
    stem = "pp-2022-2022-07-15"
    assert names == [f"{stem}-{part}.xlsx" for part in ("4134", "4145", "4151", "consolidado")]
    kinds = [kind for kind, _ in frozen_rows(result.cutoff_id)]
    assert [kinds.count(kind) for kind in CutoffRowKind] == [1, 3, 3]
    recipients = db.session.execute(
        select(OutboxMessage.kind, OutboxRecipient.address)
        .join(OutboxRecipient, OutboxRecipient.message_id == OutboxMessage.id)
        .order_by(OutboxRecipient.address)
    ).all()
    assert [tuple(row) for row in recipients] == [
        ("organism_report", "despacho.salud@example.org"),
        ("organism_report", "enlace.salud@example.org"),
        ("organism_report", "enlace.vias@example.org"),
        ("monthly_report", "gabinete@example.org"),
        ("monthly_report", "planeacion@example.org"),
    ]


def test_each_organism_is_sent_its_own_workbook_and_no_other(city: Flask) -> None:
    close()
    attached = db.session.execute(
        select(OutboxMessage.idempotency_key, IssuedFile.filename)
        .join(OutboxAttachment, OutboxAttachment.message_id == OutboxMessage.id)
        .join(IssuedFile, IssuedFile.id == OutboxAttachment.issued_file_id)
    ).all()
    assert {key.rpartition("/")[2]: name.rpartition("-")[2] for key, name in attached} == {
        "city": "consolidado.xlsx",
        "4145": "4145.xlsx",
        "4151": "4151.xlsx",
    }


def test_closing_again_says_that_it_is_closed_and_adds_nothing(city: Flask) -> None:
    first = close()
    before = [count(table) for table in (ClosedCutoff, IssuedFile, OutboxMessage, CutoffRow)]
    again = close()
    assert (again.is_new, again.cutoff_id, again.files) == (False, first.cutoff_id, first.files)
    assert [count(table) for table in (ClosedCutoff, IssuedFile, OutboxMessage, CutoffRow)] == before


def test_a_reissue_is_version_two_with_its_reason_and_leaves_the_first(city: Flask) -> None:
    first = close()
    bytes_before = db.session.scalars(select(IssuedFile.sha256).order_by(IssuedFile.id)).all()
    second = close(reissue=True, reason="Se corrigió una fecha")
    assert (second.number, second.version, second.is_new) == (1, 2, True)
    kept = select(IssuedFile.sha256).where(IssuedFile.cutoff_id == first.cutoff_id).order_by(IssuedFile.id)
    assert db.session.scalars(kept).all() == bytes_before
    assert count(OutboxMessage) == 6


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"cutoff": date(2022, 7, 19)}, "está en el futuro"),
        ({"reissue": True, "reason": "  "}, "escriba el motivo"),
    ],
)
def test_what_cannot_be_closed_is_refused(city: Flask, options: dict[str, object], words: str) -> None:
    with pytest.raises(ConflictError, match=words):
        close(**options)
    assert count(ClosedCutoff) == 0


def test_issued_files_are_what_their_hash_says(city: Flask) -> None:
    close()
    for file in db.session.scalars(select(IssuedFile)):
        assert hashlib.sha256(file.content).hexdigest() == file.sha256
        assert len(file.content) == file.size_bytes


def test_a_closed_cutoff_computed_again_gives_its_rows_whatever_came_later(city: Flask) -> None:
    closed = close()
    frozen = frozen_rows(closed.cutoff_id)
    add_actual("BP26000001", "H07", date(2022, 7, 1))
    add_actual("BP26000001", "H06", date(2022, 7, 14))
    add_projects(vigencia().id, [NewProject("BP26000009")])
    change_the_rules()
    again = assess_closed(vigencia(), the_closed())
    payloads: dict[tuple[str, str], object] = {("city", "city"): city_payload(again)}
    payloads |= {("organism", group.code): organism_payload(group, again) for group in again.organisms}
    payloads |= {("project", project.code): project_payload(project, again) for project in again.projects}
    assert payloads == frozen


def change_the_rules() -> None:
    """Other thresholds and a local non-working day, recorded after the closing."""
    with writing_vigencia(vigencia().id) as now:
        strict = asdict(replace(Thresholds(), red_delay_workdays=1, due_soon_workdays=40))
        day = date(2022, 7, 14)
        since = date(2022, 1, 1)
        db.session.add(
            ThresholdSet(entity_id=1, vigencia_id=vigencia().id, values=strict, valid_from=since, recorded_at=now)
        )
        db.session.add(LocalDay(entity_id=1, day=day, is_non_working=True, name="Cívico", act="1", recorded_at=now))


def test_a_regenerated_workbook_of_a_closed_cutoff_names_its_report(city: Flask) -> None:
    close()
    messages = count(OutboxMessage)
    editions = draft_editions(vigencia(), CUTOFF, ISSUED_ON)
    assert [edition.organism_code for edition in editions] == [None, "4134", "4145", "4151"]
    issued = db.session.scalars(select(IssuedFile.sha256).order_by(IssuedFile.id)).all()
    assert [hashlib.sha256(edition.content).hexdigest() for edition in editions] == issued
    assert (count(ClosedCutoff), count(OutboxMessage)) == (1, messages)


def test_what_an_organism_explains_after_a_closing_is_not_in_its_workbooks(city: Flask) -> None:
    close()
    issued = db.session.scalars(select(IssuedFile.sha256).order_by(IssuedFile.id)).all()
    project = db.session.scalars(select(Project.id).where(Project.code == "BP26000002")).one()
    entry = ExplanationEntry(project, "H04", DelayCause.BUDGET, reply="Falta el CDP")
    assert explain(vigencia(), [entry], an_actor(), ISSUED_ON).recorded == 1
    editions = draft_editions(vigencia(), CUTOFF, ISSUED_ON)
    assert [hashlib.sha256(edition.content).hexdigest() for edition in editions] == issued
    later = draft_editions(vigencia(), ISSUED_ON, ISSUED_ON)[0]
    told = rows(load_workbook(io.BytesIO(later.content))["03_Desviaciones"])
    line = next(row for row in told if row["BP"] == "BP26000002" and row["Hito"].startswith("H04"))
    assert (line["Causa"], line["Explicación del organismo"]) == ("Traslado o falta de recursos", "Falta el CDP")
    assert line["Sin reporte desde"] is None
    assert line["Último reporte"].date() >= ISSUED_ON


CHILD = """
import os, signal, sys
from datetime import date
from pathlib import Path
from pp_monitor import create_app
from pp_monitor.config import Settings
from pp_monitor.mail_templates import render_mail
from pp_monitor.services import report
from pp_monitor.services.audit import Actor

step = sys.argv[3]
original = getattr(report, step)
def killed(*args, **kwargs):
    if sys.argv[4] == "after":
        original(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(report, step, killed)
app = create_app(Settings(instance_dir=Path(sys.argv[1]), database_url=sys.argv[2]))
with app.app_context():
    issued_on = date(2022, 7, 18)
    report.close_cutoff(1, date(2022, 7, 15), issued_on, Actor(1, "hija"), issued_on, render=render_mail)
"""


def wait_until_closing_is_free() -> None:
    """Return once the server has noticed that a killed process left: it keeps its lock until then."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with exclusive(f"close-{vigencia().id}") as is_free:
            if is_free:
                return
    raise AssertionError("the killed process still holds its lock")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "when"),
    [
        ("_claim", "before"),
        ("_claim", "after"),
        ("build_editions", "after"),
        ("_store_rows", "after"),
        ("_store_files", "after"),
        ("queue_mails", "after"),
    ],
)
def test_a_closing_killed_half_way_is_finished_by_the_next_one(city: Flask, step: str, when: str) -> None:
    settings: Settings = city.config["SETTINGS"]
    db.session.rollback()
    words = [sys.executable, "-c", CHILD, str(settings.instance_dir), settings.sqlalchemy_url, step, when]
    child = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert [count(table) for table in (IssuedFile, OutboxMessage, CutoffRow)] == [0, 0, 0]
    wait_until_closing_is_free()
    db.session.rollback()
    result = close()
    assert (result.is_new, result.number, result.version) == (True, 1, 1)
    assert [count(table) for table in (ClosedCutoff, IssuedFile, OutboxMessage)] == [1, 4, 3]


def test_two_who_close_at_once_close_it_once(city: Flask) -> None:
    vigencia_id, actor = vigencia().id, an_actor()
    db.session.rollback()
    results: list[object] = []

    def run() -> None:
        with city.app_context():
            try:
                results.append(
                    close_cutoff(vigencia_id, CUTOFF, ISSUED_ON, actor, ISSUED_ON, render=render_mail).is_new
                )
            except ConflictError:
                results.append("busy")

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count(True) == 1
    assert [count(table) for table in (ClosedCutoff, IssuedFile, OutboxMessage)] == [1, 4, 3]
