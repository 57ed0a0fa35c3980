"""Files of progress: what changes, and every problem at its place."""

from datetime import date

import pytest

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.intake.progress import ProgressFile, read_progress_file
from tests.intake.files import workbook
from tests.intake.plans import FIRST, PROJECTS, SECOND

HEADER = "proyecto;hito;fecha_real;fecha_proyectada;causa;nota"
CAUSES = {"permits": "Permisos y licencias", "rain": "Clima"}


def read(content: bytes) -> ProgressFile:
    return read_progress_file(
        "avance.csv", content, milestones=DEFAULT_CATALOGUE.milestones, known_projects=PROJECTS, causes=CAUSES
    )


def lines(*rows: str) -> ProgressFile:
    return read("\n".join((HEADER, *rows)).encode())


def test_each_line_gives_what_it_says_and_an_empty_cell_nothing() -> None:
    file = lines(
        f"{FIRST};H01;22/04/2022;;;",
        f"{FIRST};H02 CDP expedido;;2022-05-20;clima;Espera del acta",
        f"{SECOND};P01;;;PERMITS;",
        f"{SECOND};H05;;;;",
        "",
    )
    assert file.problems == ()
    assert [
        (row.project_code, row.milestone_code, row.actual, row.forecast, row.cause, row.note) for row in file.rows
    ] == [
        (FIRST, "H01", date(2022, 4, 22), None, "", ""),
        (FIRST, "H02", None, date(2022, 5, 20), "rain", "Espera del acta"),
        (SECOND, "P01", None, None, "permits", ""),
    ]
    assert file.rows[0].place.cell == "línea 2, columna fecha_real"


def test_a_workbook_is_read_like_a_csv() -> None:
    header = ["Código del proyecto", "Nombre", "Hito", "Fecha real"]
    content = workbook({"Léame": [["hola"]], "Avance": [header, [FIRST, "Dotación", "H01", date(2022, 4, 22)]]})
    file = read(content)
    assert [(row.actual, row.place.sheet, row.place.cell) for row in file.rows] == [(date(2022, 4, 22), "Avance", "D2")]


def test_without_a_list_of_causes_their_text_is_kept() -> None:
    content = f"{HEADER}\n{FIRST};H01;;;lo que sea;\n".encode()
    file = read_progress_file("x", content, milestones=DEFAULT_CATALOGUE.milestones, known_projects=PROJECTS)
    assert file.rows[0].cause == "lo que sea"


@pytest.mark.parametrize(
    ("row", "cell", "what"),
    [
        ("BP26000007;H01;22/04/2022;;;", "línea 3, columna proyecto", "BP26000007 no está entre los proyectos"),
        (f"{FIRST};H20;22/04/2022;;;", "línea 3, columna hito", "«H20» no es un hito de esta vigencia."),
        (f"{FIRST};H02;ayer;;;", "línea 3, columna fecha_real", "«ayer» no es una fecha."),
        (f"{FIRST};H02;;31/04/2022;;", "línea 3, columna fecha_proyectada", "«31/04/2022» no existe"),
        (f"{FIRST};H02;;;pereza;", "línea 3, columna causa", "«pereza» no es una causa conocida."),
        (f"{FIRST};H01;22/04/2022;;;", "línea 3, columna hito", "H01 de BP26000001 ya está en línea 2"),
        (f"{FIRST};H02;22/04/2022;;;a;b", "línea 3", "La fila tiene 7 celdas y el encabezado 6."),
    ],
)
def test_every_problem_is_told_at_its_place(row: str, cell: str, what: str) -> None:
    file = lines(f"{FIRST};H01;22/04/2022;;;", row)
    assert [(problem.cell, problem.what.startswith(what), bool(problem.fix)) for problem in file.errors] == [
        (cell, True, True)
    ]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "El archivo está vacío."),
        (HEADER.encode(), "El archivo no trae ningún avance."),
        (b"proyecto;hito;nota\nx;H01;y", "Falta la columna «fecha_real» o la columna «fecha_proyectada»."),
        (b"proyecto;fecha_real\nx;y", "Falta la columna «hito»."),
    ],
)
def test_a_file_without_progress_says_so(content: bytes, what: str) -> None:
    assert [problem.what for problem in read(content).errors] == [what]
