"""The plan's workbook, plans and dates from the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from pp_monitor.cli import pp
from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.plan import BaselineRow, PlanDraft, Registration
from pp_monitor.models.progress import ActualFact
from pp_monitor.services.entity import find_organism, find_vigencia
from pp_monitor.services.held_file import SentFile, hold_file
from tests.factories_db import make_actor
from tests.plan_data import SALUD, build_city, plan_lines, project_code
from tests.views.registering import count

FIRST, SECOND = project_code(1), project_code(2)


@pytest.fixture
def salud(app: Flask) -> Flask:
    """An application that stands at 20/09/2022, with three projects of Salud."""
    with app.app_context():
        build_city(demo_today=date(2022, 9, 20))
    return app


def run(app: Flask, *words: str | Path) -> Result:
    return app.test_cli_runner().invoke(pp, [str(word) for word in words])


def write(path: Path, rows: Sequence[str], header: str = "proyecto;hito;fecha_planeada;no_aplica;fecha_real") -> Path:
    path.write_text("\n".join((header, *rows)), encoding="utf-8")
    return path


def complete(project: str) -> list[str]:
    return [f"{project};{code};{line.planned:%d/%m/%Y};;" for code, line in plan_lines().items()]


def load(app: Flask, file: Path, *words: str) -> Result:
    return run(app, "plan", "load", file, "--organism", SALUD, "--year", "2022", *words)


def test_the_workbook_goes_out_is_filled_and_comes_back_registered(salud: Flask, tmp_path: Path) -> None:
    book = tmp_path / "salud.xlsx"
    told = run(salud, "plan", "template", "--organism", SALUD, "--year", "2022", "--out", book)
    assert (told.exit_code, told.stdout) == (0, f"{book}: 3 proyectos.\n")

    workbook = load_workbook(book)
    sheet = workbook["Plan"]
    [header] = [row for row in sheet.iter_rows() if row[0].value == "Código"]
    first = next(row for row, cells in enumerate(sheet.iter_rows(), start=1) if cells[0].value == "Código")
    for index, cell in enumerate(header, start=1):
        line = plan_lines().get(str(cell.value or "")[:3])
        for row in (1, 2, 3):
            if line:
                sheet.cell(first + row, index).value = line.planned
    workbook.save(book)
    told = load(salud, book, "--register", "--registered-on", "2022-04-08", "--act", "Oficio 12")

    assert told.exit_code == 0, told.output
    assert "3 proyectos, 42 hitos, 0 problemas, 0 avisos. Constancia 1: 3 líneas base registradas." in told.stdout
    assert count(salud, BaselineRow) == 3
    with salud.app_context():
        registration = db.session.scalars(select(Registration)).one()
        assert (registration.declared_on, registration.act) == (date(2022, 4, 8), "Oficio 12")
        actors = db.session.scalars(select(AuditEvent.actor).where(AuditEvent.action == "register")).all()
        assert [actor.startswith("consola") for actor in actors] == [True]


def test_a_draft_by_default_and_nothing_in_a_dry_run(salud: Flask, tmp_path: Path) -> None:
    file = write(tmp_path / "plan.csv", complete(FIRST)[:-1])
    rehearsed = load(salud, file, "--dry-run")
    assert (rehearsed.exit_code, count(salud, PlanDraft)) == (0, 0)
    assert rehearsed.stdout.endswith("Sin guardar (ensayo).\n")

    told = load(salud, file)
    assert told.exit_code == 0
    assert told.stdout.endswith("1 borrador actualizado; faltan 1 fecha para registrar.\n")
    assert (count(salud, PlanDraft), count(salud, BaselineRow)) == (1, 0)


def test_problems_are_told_one_a_line_with_place_and_remedy_and_status_1(salud: Flask, tmp_path: Path) -> None:
    rows = complete(FIRST)
    rows[11] = f"{FIRST};H12;02/05/2022;;"
    told = load(salud, write(tmp_path / "plan.csv", [*rows, f"{SECOND};H01;31/02/2022;;"]), "--register")

    lines = told.stdout.splitlines()
    assert told.exit_code == 1
    assert (
        "línea 13, columna fecha_planeada: «Recibo final a satisfacción» está antes de «Acta de inicio». "
        "Escriba una fecha igual o posterior a la de «Acta de inicio»."
    ) in lines
    assert any(line.startswith("línea 16, columna fecha_planeada: «31/02/2022»") for line in lines)
    assert lines[-1].endswith("No se guardó nada.")
    assert count(salud, BaselineRow) == 0


def test_doubts_are_printed_and_do_not_stop_a_registration(salud: Flask, tmp_path: Path) -> None:
    rows = complete(FIRST)
    rows[6] = f"{FIRST};H07;20/07/2022;;"
    told = load(salud, write(tmp_path / "plan.csv", rows), "--register")
    assert told.exit_code == 0
    assert "«Contrato firmado»: 20/07/2022 no es día hábil." in told.stdout


def test_a_second_registration_names_every_project_and_writes_nothing(salud: Flask, tmp_path: Path) -> None:
    file = write(tmp_path / "plan.csv", [*complete(FIRST), *complete(SECOND)])
    load(salud, file, "--register")
    told = load(salud, file, "--register")
    assert told.exit_code == 1
    assert f"{FIRST} ya está registrado." in told.stdout
    assert f"{SECOND} ya está registrado." in told.stdout
    assert count(salud, Registration) == 1


@pytest.mark.parametrize(
    ("act", "told"),
    [("", "el acto está vacío"), (" \t ", "el acto está vacío"), ("Oficio " * 40, "más de 200 caracteres")],
)
def test_an_act_that_names_nothing_registers_nothing(salud: Flask, tmp_path: Path, act: str, told: str) -> None:
    result = load(salud, write(tmp_path / "plan.csv", complete(FIRST)), "--register", "--act", act)
    assert result.exit_code == 2
    assert told in result.stderr
    assert count(salud, BaselineRow) == 0


def test_the_act_only_goes_with_a_registration(salud: Flask, tmp_path: Path) -> None:
    told = load(salud, write(tmp_path / "plan.csv", complete(FIRST)), "--act", "Oficio 12")
    assert told.exit_code == 2
    assert "solo van con --register" in told.stderr


@pytest.mark.parametrize(
    ("organism", "year", "told"),
    [("9999", "2022", "El organismo 9999 no existe."), (SALUD, "2021", "La vigencia 2021 no está abierta.")],
)
def test_an_unknown_organism_or_vigencia_is_told(
    salud: Flask, tmp_path: Path, organism: str, year: str, told: str
) -> None:
    result = run(salud, "plan", "template", "--organism", organism, "--year", year, "--out", tmp_path / "x.xlsx")
    assert result.exit_code == 1
    assert told in result.stderr


def test_progress_is_loaded_and_told_in_one_line(salud: Flask, tmp_path: Path) -> None:
    load(salud, write(tmp_path / "plan.csv", complete(FIRST)), "--register")
    header = "proyecto;hito;fecha_real;fecha_proyectada;causa;nota"
    file = write(tmp_path / "avance.csv", [f"{FIRST};H01;28/04/2022;;;", f"{FIRST};H02;;03/10/2022;;"], header)

    told = run(salud, "progress", "load", file, "--year", "2022")
    assert told.exit_code == 0
    assert told.stdout.endswith("2 filas, 1 proyecto, 0 problemas, 1 nota. 2 fechas nuevas, 0 sin cambio.\n")
    again = run(salud, "progress", "load", file, "--year", "2022")
    assert again.stdout.endswith("0 fechas nuevas, 2 sin cambio.\n")
    assert count(salud, ActualFact) == 1


def test_future_dates_are_refused_by_file(salud: Flask, tmp_path: Path) -> None:
    load(salud, write(tmp_path / "plan.csv", complete(FIRST)), "--register")
    header = "proyecto;hito;fecha_real;fecha_proyectada;causa;nota"
    told = run(
        salud, "progress", "load", write(tmp_path / "a.csv", [f"{FIRST};H01;21/09/2022;;;"], header), "--year", "2022"
    )
    assert told.exit_code == 1
    assert told.stdout.startswith("línea 2, columna fecha_real: La fecha real de «Estudios previos aprobados»")


def test_what_is_to_be_reported_goes_out_and_comes_back_unchanged(salud: Flask, tmp_path: Path) -> None:
    load(salud, write(tmp_path / "plan.csv", complete(FIRST)), "--register", "--registered-on", "2022-04-08")
    book = tmp_path / "avance.xlsx"
    told = run(salud, "progress", "template", "--organism", SALUD, "--cutoff", "2022-05-13", "--out", book)
    assert (told.exit_code, told.stdout) == (0, f"{book}: 4 hitos por reportar de 1 proyecto.\n"), told.output
    told = run(salud, "progress", "load", book, "--year", "2022")
    assert (told.exit_code, told.stdout.splitlines()) == (
        0,
        [
            "El archivo no trae ningún avance. Escriba una fecha real o una proyectada.",
            "0 filas, 0 proyectos, 0 problemas, 1 nota. 0 fechas nuevas, 0 sin cambio.",
        ],
    )

    workbook = load_workbook(book)
    workbook["Avance"]["F6"], workbook["Avance"]["H7"] = "26/04/2022", "Demora en CDP/RP"
    workbook.save(book)
    told = run(salud, "progress", "load", book, "--year", "2022")
    assert told.stdout.endswith("1 fecha nueva, 1 explicación nueva, 0 sin cambio.\n"), told.output


def test_nothing_is_written_for_an_organism_or_a_vigencia_that_is_not_there(salud: Flask, tmp_path: Path) -> None:
    for organism, cutoff in (("9999", "2022-05-13"), (SALUD, "2023-05-13")):
        out = tmp_path / "a.xlsx"
        told = run(salud, "progress", "template", "--organism", organism, "--cutoff", cutoff, "--out", out)
        assert (told.exit_code, out.exists()) == (1, False)
        assert told.stderr.startswith("Error: ")


def test_help_is_there_for_every_command(salud: Flask) -> None:
    for words in (["plan", "template"], ["plan", "load"], ["progress", "load"]):
        result = run(salud, *words, "--help")
        assert result.exit_code == 0
        assert json.dumps(words[-1])[1:-1] in result.stdout


def test_a_refused_file_is_listed_and_written_by_its_code(salud: Flask, tmp_path: Path) -> None:
    with salud.app_context():
        facts = (find_vigencia(2022), find_organism(SALUD))
        code = hold_file(*facts, SentFile("plan ñ.csv", b"contenido", 2), make_actor(), date(2022, 9, 20))
    listed = run(salud, "plan", "held")
    assert (listed.exit_code, listed.stdout.startswith(f"{code} · {SALUD} · ")) == (0, True)
    assert listed.stdout.endswith(" · plan ñ.csv · 2 problemas\n")
    out = tmp_path / "fallido.csv"
    told = run(salud, "plan", "held", code.lower(), "--out", out)
    assert (told.exit_code, out.read_bytes()) == (0, b"contenido")
    assert told.stdout.startswith(f"{out}: plan ñ.csv, SHA-256 ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["AAAA-22", "--out", "{out}"], "No hay un archivo con el código «AAAA-22»."),
        (["AAAA-22"], "Escriba el código y --out juntos"),
        (["--out", "{out}"], "Escriba el código y --out juntos"),
    ],
)
def test_a_code_that_is_not_held_writes_nothing(salud: Flask, tmp_path: Path, words: list[str], told: str) -> None:
    out = tmp_path / "nada.csv"
    result = run(salud, "plan", "held", *[word.format(out=out) for word in words])
    assert result.exit_code != 0
    assert told in result.stderr
    assert not out.exists()
