"""Files of progress: what changes, and every problem at its place."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.cause import DelayCause, DependsOn
from pp_monitor.intake.progress import ProgressFile, ToldReasons, read_progress_file
from pp_monitor.labels_progress import DELAY_CAUSE, DEPENDS_ON
from tests.intake.files import workbook
from tests.intake.plans import FIRST, PROJECTS, SECOND

HEADER = "proyecto;hito;fecha_real;fecha_proyectada;causa;nota"
REASONS = "depende_de;accion;responsable;fecha_compromiso;respuesta;texto_causa;enlace_soporte"


def read(content: bytes) -> ProgressFile:
    return read_progress_file(
        "avance.csv", content, milestones=DEFAULT_CATALOGUE.milestones, known_projects=PROJECTS, year=2022
    )


def lines(*rows: str) -> ProgressFile:
    return read("\n".join((HEADER, *rows)).encode())


def test_each_line_gives_what_it_says_and_an_empty_cell_nothing() -> None:
    file = lines(
        f"{FIRST};H01;22/04/2022;;;",
        f"{FIRST};H02 CDP expedido;;20/5;clima / fuerza mayor;Espera del acta",
        f"{SECOND};P01;;2022-05-20;lo que sea;",
        f"{SECOND};H05;;;;",
        "",
    )
    assert file.problems == ()
    assert [
        (row.project_code, row.milestone_code, row.actual, row.forecast, row.cause, row.reasons.cause, row.note)
        for row in file.rows
    ] == [
        (FIRST, "H01", date(2022, 4, 22), None, "", None, ""),
        (FIRST, "H02", None, date(2022, 5, 20), "", DelayCause.FORCE_MAJEURE, "Espera del acta"),
        (SECOND, "P01", None, date(2022, 5, 20), "lo que sea", None, ""),
    ]
    assert [row.place.cell for row in file.rows[:2]] == [
        "línea 2, columna fecha_real",
        "línea 3, columna fecha_proyectada",
    ]


def test_the_columns_of_the_template_say_why_it_is_late() -> None:
    told = "Hacienda;Insistir;Ana Díaz;30/6/2022;Va en camino;falta el RP;https://a.co/x"
    [row] = read(f"{HEADER};{REASONS}\n{FIRST};H08;2/6;;Demora en CDP/RP;;{told}".encode()).rows
    assert row.reasons == ToldReasons(
        DelayCause.CDP_OR_RP,
        "falta el RP",
        DependsOn.TREASURY,
        "Insistir",
        "Ana Díaz",
        date(2022, 6, 30),
        "Va en camino",
    )
    assert (row.url, row.cause, row.places["reply"].cell) == ("https://a.co/x", "", "línea 2, columna respuesta")


FULL = (*HEADER.split(";"), *REASONS.split(";"))
VALUES = dict(
    zip(
        FULL,
        (
            *(FIRST, "H08", "22/04/2022", "2022-05-20", "Ley de garantías", "Oficio 4"),
            *("Comunidad", "Insistir", "Ana", "30/06/2022", "Va", "por el censo", "https://a.co/x"),
        ),
        strict=True,
    )
)


@given(order=st.permutations(FULL), dropped=st.sets(st.sampled_from(FULL[3:])), strange=st.integers(0, len(FULL)))
def test_columns_are_read_in_any_order_whichever_are_there(order: list[str], dropped: set[str], strange: int) -> None:
    kept = [name for name in order if name not in dropped]
    kept.insert(strange, "Estado")
    values = {name: "" if name in dropped else value for name, value in VALUES.items()}
    [row] = read("\n".join((";".join(kept), ";".join(VALUES.get(name, "x") for name in kept))).encode()).rows
    reasons = row.reasons
    told: tuple[str, ...] = (row.project_code, row.milestone_code, f"{row.actual:%d/%m/%Y}", f"{row.forecast or ''}")
    told += (DELAY_CAUSE[reasons.cause] if reasons.cause else "", row.note)
    told += (DEPENDS_ON[reasons.depends_on] if reasons.depends_on else "", reasons.action, reasons.responsible)
    told += (f"{reasons.commitment_on:%d/%m/%Y}" if reasons.commitment_on else "", reasons.reply)
    assert (*told, reasons.cause_text, row.url) == tuple(values.values())


def test_a_workbook_is_read_like_a_csv() -> None:
    header = ["Código del proyecto", "Nombre", "Hito", "Fecha real"]
    content = workbook({"Léame": [["hola"]], "Avance": [header, [FIRST, "Dotación", "H01", date(2022, 4, 22)]]})
    file = read(content)
    assert [(row.actual, row.place.sheet, row.place.cell) for row in file.rows] == [(date(2022, 4, 22), "Avance", "D2")]


@pytest.mark.parametrize(
    ("row", "cell", "what"),
    [
        ("BP26000007;H01;22/04/2022;;;", "línea 3, columna proyecto", "BP26000007 no está entre los proyectos"),
        (f"{FIRST};H20;22/04/2022;;;", "línea 3, columna hito", "«H20» no es un hito de esta vigencia."),
        (f"{FIRST};H02;ayer;;;", "línea 3, columna fecha_real", "«ayer» no es una fecha."),
        (f"{FIRST};H02;;31/04/2022;;", "línea 3, columna fecha_proyectada", "«31/04/2022» no existe"),
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
    ("row", "cell", "what"),
    [
        (";;pereza;;;;;;;;", "causa", "«pereza» no es una causa conocida."),
        (";;;;nadie;;;;;;", "depende_de", "«nadie» no es alguien de quien dependa."),
        (";;;;;;;pronto;;;", "fecha_compromiso", "«pronto» no es una fecha."),
        (";;;;;;;;;;javascript:alert(1)", "enlace_soporte", "El enlace no es una dirección web."),
    ],
)
def test_what_is_wrong_in_a_column_of_the_template_is_told_at_its_cell(row: str, cell: str, what: str) -> None:
    file = read(f"{HEADER};{REASONS}\n{FIRST};H01;{row}".encode())
    assert [(problem.cell, problem.what) for problem in file.errors] == [(f"línea 2, columna {cell}", what)]
    assert all(problem.fix for problem in file.errors)


PLAIN = f"{HEADER};fecha_planeada"


@pytest.mark.parametrize(
    ("row", "cell", "what"),
    [
        (f"{FIRST};H99;;;;;1/6/2022", "hito", "«H99» no es un hito de esta vigencia."),
        (f"{FIRST};;;;;;1/6/2022", "hito", "Falta el código del hito."),
        ("BP26000007;H01;;;;;1/6/2022", "proyecto", "BP26000007 no está entre los proyectos que se esperan."),
        (f"{FIRST};H01;;;;;pronto", "fecha_planeada", "«pronto» no es una fecha."),
        (f"{FIRST};H02;;;;;1/6/2022", "hito", "H02 de BP26000001 ya está en línea 2, columna hito."),
        (f"{FIRST};H03 CDP expedido;;;;;", "hito", "El código es H03 y el nombre, «CDP expedido», es de H02."),
        (f"{FIRST};H03;;;;Acta;", "nota", "La nota acompaña una fecha y no la hay."),
        (f"{FIRST};H03;;;lluvias;;", "causa", "La causa acompaña una fecha y no la hay."),
    ],
)
def test_what_was_changed_in_a_row_where_nothing_else_was_typed_is_told(row: str, cell: str, what: str) -> None:
    file = read(f"{PLAIN}\n{FIRST};H02 CDP expedido;;;;;01/06/2022\n{row}".encode())
    assert [(problem.cell, problem.what) for problem in file.errors] == [(f"línea 3, columna {cell}", what)]
    assert all(problem.fix for problem in file.errors)


def test_a_row_in_which_nobody_typed_keeps_its_planned_date() -> None:
    file = read(f"{PLAIN}\n{FIRST};H02 CDP expedido;;;;;01/06/2022\nFuente: Planeación;;;;;;".encode())
    assert (file.errors, file.rows) == ((), ())
    assert [(row.milestone_code, row.planned) for row in file.untouched] == [("H02", date(2022, 6, 1))]


def test_a_template_in_which_nobody_typed_is_no_error() -> None:
    file = read(f"{HEADER};{REASONS}\n{FIRST};H01{';' * 11}".encode())
    assert (file.errors, [problem.what for problem in file.problems]) == ((), ["El archivo no trae ningún avance."])


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
