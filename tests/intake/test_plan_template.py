"""Registration workbooks and CSV plans: what is read, and every problem at its cell."""

import random
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import Severity
from pp_monitor.intake.plan_cells import Place
from pp_monitor.intake.plan_template import PlanFile
from pp_monitor.labels import MODALITY
from tests.intake.files import workbook
from tests.intake.plans import FIRST, HEADINGS, PROJECTS, SECOND, faults, lines, read, sheet

APRIL_18, APRIL_22 = date(2022, 4, 18), date(2022, 4, 22)
Shown = list[tuple[str, str, date | str | None, date | None]]


def shown(file: PlanFile) -> Shown:
    assert faults(file) == []
    return [
        (row.project_code, row.milestone_code, "No aplica" if row.not_applicable else row.planned, row.actual)
        for row in file.rows
    ]


def test_a_workbook_gives_the_dates_of_each_project() -> None:
    file = read(sheet([FIRST, "Dotación", APRIL_18, None], [SECOND, "Vía", "18/4/22", "2022-04-22"]))
    assert shown(file) == [
        (FIRST, "H01", APRIL_18, None),
        (SECOND, "H01", APRIL_18, None),
        (SECOND, "H02", APRIL_22, None),
    ]
    assert file.projects == (FIRST, SECOND)
    assert file.rows[2].place == Place("Plan", "D3")


@pytest.mark.parametrize("word", ["No aplica", "no  aplica", "NA", "N/A", "n.a."])
def test_an_optional_milestone_may_not_apply(word: str) -> None:
    content = sheet([FIRST, APRIL_18, word], header=["BP", "H01 Estudios", "H04 Apertura"])
    assert shown(read(content)) == [(FIRST, "H01", APRIL_18, None), (FIRST, "H04", "No aplica", None)]


def test_columns_are_found_by_their_code_wherever_they_stand() -> None:
    header = ["N.º", "Modalidad", "h2 cdp", "Código BP", "H01\nEstudios previos", "Observaciones"]
    content = workbook(
        {
            "Instrucciones": [["H01 Estudios previos"], ["H02 CDP"]],
            "Ejemplo": [["Código", "H01 a", "H02 b"], ["BP26999999", "x", "y"]],
            "Listas": [["Hito"], ["H01 Estudios previos"], ["H02 CDP"]],
            "Hoja 7": [
                ["Secretaría de Salud"],
                [],
                header,
                [1, "LP – Licitación pública", APRIL_22, "BP-26 000001", APRIL_18, "H01 listo"],
                [],
                [2, "minima cuantia", "", SECOND, "18.04.2022"],
                ["Total", None, None, "2 proyectos"],
            ],
        }
    )
    file = read(content, modality_names=MODALITY)
    assert shown(file) == [
        (FIRST, "H02", APRIL_22, None),
        (FIRST, "H01", APRIL_18, None),
        (SECOND, "H01", APRIL_18, None),
    ]
    assert file.modalities == {FIRST: Modality.LP, SECOND: Modality.MC}


def test_plans_on_several_sheets_are_read_together() -> None:
    header = ["Código", "H01", "H02"]
    content = workbook({"A": [header, [FIRST, APRIL_18]], "B": [header, [SECOND, APRIL_18]]})
    assert [row.place for row in read(content).rows] == [Place("A", "B2"), Place("B", "B2")]


@pytest.mark.parametrize(
    "heading", ["H01 real", "H01 Fecha real", "h01_fecha_real", "H01 Estudios previos (fecha real)"]
)
def test_a_column_of_real_dates_may_stand_beside_a_milestone(heading: str) -> None:
    content = sheet([FIRST, APRIL_18, APRIL_22], header=["Código", "H01 Estudios previos", heading])
    file = read(content)
    assert shown(file) == [(FIRST, "H01", APRIL_18, APRIL_22)]
    assert (file.rows[0].place.cell, file.rows[0].actual_place.cell) == ("B2", "C2")


def test_own_milestones_are_named_in_their_header_or_beside_their_date() -> None:
    header = ["Código", "P01 Entrega a la comunidad", "P02 nombre", "P02 fecha planeada", "P03 nombre", "P03 fecha"]
    file = read(sheet([FIRST, APRIL_18, "Cabildo", APRIL_22], [SECOND, None, "Sin fecha aún"], header=header))
    assert faults(file) == []
    assert [(row.milestone_code, row.own_name, row.planned) for row in file.rows] == [
        ("P01", "Entrega a la comunidad", APRIL_18),
        ("P02", "Cabildo", APRIL_22),
    ]


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([["BP26000003", "", APRIL_18]], [("A2", "BP26000003 no está entre los proyectos que se esperan.")]),
        ([["Salud", "", APRIL_18]], [("A2", "«Salud» no es un código de proyecto.")]),
        ([["BP2600", "sin fechas"]], [("A2", "«BP2600» no es un código de proyecto.")]),
        ([[None, "Dotación", APRIL_18]], [("A2", "La fila trae fechas y no tiene código de proyecto.")]),
        ([[FIRST, "", APRIL_18], [FIRST, "", APRIL_22]], [("A3", "BP26000001 ya está en A2 de la hoja Plan.")]),
        ([[FIRST, "", "31/02/2022"]], [("C2", "«31/02/2022» no existe: febrero de 2022 tiene 28 días.")]),
        ([[FIRST, "", "04/18/2022"]], [("C2", "«04/18/2022» parece mes/día/año.")]),
        ([[FIRST, "", "=TODAY()"]], [("C2", "La celda trae una fórmula (=TODAY()).")]),
        ([[FIRST, "", 44669]], [("C2", "«44669» es un número, no una fecha.")]),
        ([[FIRST, "", "-"]], [("C2", "«-» no es una fecha.")]),
        (
            [[FIRST, "", "No aplica"]],
            [("C2", "H01 Estudios previos aprobados es obligatorio y está como «No aplica».")],
        ),
        (
            [["BP26000003", "", "pronto"], [FIRST, "", "ayer", "mañana"]],
            [
                ("A2", "BP26000003 no está entre los proyectos que se esperan."),
                ("C2", "«pronto» no es una fecha."),
                ("C3", "«ayer» no es una fecha."),
                ("D3", "«mañana» no es una fecha."),
            ],
        ),
    ],
)
def test_every_problem_of_a_workbook_is_told_at_its_cell(
    rows: Sequence[Sequence[object]], problems: list[tuple[str, str]]
) -> None:
    file = read(sheet(*rows))
    assert faults(file) == problems
    assert {problem.sheet for problem in file.errors} == {"Plan"}
    assert all(problem.fix for problem in file.errors)


@pytest.mark.parametrize(
    ("header", "cell", "what"),
    [
        (["Código", "H01 Estudios", "H15 Otro"], "C1", "«H15 Otro» no es un hito de esta vigencia."),
        (["Código", "H01 Estudios", "H01 Previos"], "C1", "H01 está en dos columnas; la primera es B1."),
        (["Código", "H01 Estudios", "P04 Fiesta"], "C1", "«P04 Fiesta» no es un hito de esta vigencia."),
    ],
)
def test_a_wrong_milestone_is_told_at_its_header(header: list[str], cell: str, what: str) -> None:
    assert faults(read(sheet([FIRST, APRIL_18], header=header))) == [(cell, what)]


def test_an_own_milestone_without_a_name_is_a_problem() -> None:
    content = sheet([FIRST, None, APRIL_18], header=["Código", "P01 nombre", "P01 fecha planeada"])
    assert faults(read(content)) == [("C2", "El hito propio P01 no tiene nombre.")]


def test_an_unknown_project_is_told_with_the_one_whose_digits_were_turned() -> None:
    problem = read(sheet(["BP26000010", "", APRIL_18])).errors[0]
    assert problem.fix == "¿Quiso decir BP26000001 (Dotación de sedes)?"
    assert problem.project_code == "BP26000010"


def test_a_modality_that_does_not_exist_is_a_problem() -> None:
    file = read(sheet([FIRST, "rifa", APRIL_18], header=["Código", "Modalidad", "H01"]))
    assert faults(file) == [("B2", "«rifa» no es una modalidad.")]


@pytest.mark.parametrize(
    ("in_file", "known", "is_accepted"),
    [
        ("CDPS", None, True),
        ("CDPS", Modality.LP, True),
        (None, Modality.CDPS, True),
        ("LP", Modality.CDPS, False),
        (None, Modality.LP, False),
        (None, None, False),
    ],
)
def test_a_compulsory_milestone_may_not_apply_where_the_modality_does_not_need_it(
    in_file: str | None, known: Modality | None, is_accepted: bool
) -> None:
    content = sheet([FIRST, in_file, "No aplica"], header=["Código", "Modalidad", "H03 Proceso publicado"])
    file = read(content, known_modalities={FIRST: known})
    if is_accepted:
        assert shown(file) == [(FIRST, "H03", "No aplica", None)]
    else:
        assert [problem.cell for problem in file.errors] == ["C2"]
        assert file.errors[0].fix.endswith("estas modalidades: CDPS, CDO, CI, ESALD.")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "El archivo está vacío."),
        (workbook({"Hoja1": [["Hola"], ["H01 Estudios previos"]]}), "No se encontró la tabla del plan."),
        (workbook({"Ejemplo": [["Código", "H01", "H02"], [FIRST, APRIL_18]]}), "No se encontró la tabla del plan."),
        (sheet([FIRST, "Dotación"]), "El archivo no trae ninguna fecha."),
        (sheet(), "El archivo no trae ninguna fecha."),
        (lines(), "El archivo no trae ninguna fecha."),
        (lines(f"{FIRST};H01;;;"), "El archivo no trae ninguna fecha."),
        (b"hito;fecha\nH01;18/04/2022\n", "Faltan las columnas «proyecto», «fecha_planeada»."),
    ],
)
def test_a_file_without_a_plan_says_so(content: bytes, what: str) -> None:
    assert [problem.what for problem in read(content).problems] == [what]


def test_a_csv_gives_one_milestone_a_line() -> None:
    file = read(
        lines(
            f"{FIRST};H01;18/04/2022;;22/04/2022",
            f"{FIRST};h02 CDP expedido;2022-04-22;NO;",
            f"{FIRST};H04;;SI;",
            f"{FIRST};H10;No aplica",
            f"{FIRST};P01 Entrega a la comunidad;22/04/2022",
            f"{SECOND};H01;;;18/04/2022",
        )
    )
    assert shown(file) == [
        (FIRST, "H01", APRIL_18, APRIL_22),
        (FIRST, "H02", APRIL_22, None),
        (FIRST, "H04", "No aplica", None),
        (FIRST, "H10", "No aplica", None),
        (FIRST, "P01", APRIL_22, None),
        (SECOND, "H01", None, APRIL_18),
    ]
    assert file.rows[0].place == Place("", "línea 2, columna fecha_planeada")
    assert file.rows[4].own_name == "Entrega a la comunidad"


@pytest.mark.parametrize(
    ("row", "cell", "what"),
    [
        ("BP26000009;H01;18/04/2022;;", "línea 3, columna proyecto", "BP26000009 no está entre los proyectos"),
        (f"{FIRST};H99;18/04/2022;;", "línea 3, columna hito", "«H99» no es un hito de esta vigencia."),
        (f"{FIRST};;18/04/2022;;", "línea 3, columna hito", "Falta el código del hito."),
        (f"{FIRST};H01;18/04/2022;;", "línea 3, columna fecha_planeada", "H01 de BP26000001 ya está en línea 2"),
        (f"{FIRST};H02;pronto;;", "línea 3, columna fecha_planeada", "«pronto» no es una fecha."),
        (f"{FIRST};H02;2/2/0205;;", "línea 3, columna fecha_planeada", "«2/2/0205» tiene el año 0205"),
        (f"{FIRST};H02;=HOY();;", "línea 3, columna fecha_planeada", "La celda trae una fórmula (=HOY())."),
        (f"{FIRST};H02;;quizás;", "línea 3, columna no_aplica", "«quizás» no es SI ni NO."),
        (f"{FIRST};H02;;SI;", "línea 3, columna fecha_planeada", "H02 CDP expedido es obligatorio"),
        (f"{FIRST};H04;18/04/2022;SI;", "línea 3, columna fecha_planeada", "H04 trae una fecha y también «No aplica»."),
        (f"{FIRST};H04;;SI;18/04/2022", "línea 3, columna fecha_planeada", "H04 trae una fecha y también «No aplica»."),
        (f"{FIRST};H02;18/04/2022;;ayer", "línea 3, columna fecha_real", "«ayer» no es una fecha."),
        (f"{FIRST};P01;18/04/2022;;", "línea 3, columna fecha_planeada", "El hito propio P01 no tiene nombre."),
        (f"{FIRST};H02;18/04/2022;;;;algo", "línea 3", "La fila tiene 7 celdas y el encabezado 5."),
    ],
)
def test_every_problem_of_a_csv_is_told_at_its_line(row: str, cell: str, what: str) -> None:
    problems = faults(read(lines(f"{FIRST};H01;18/04/2022;;", row)))
    assert [(place, text.startswith(what)) for place, text in problems] == [(cell, True)]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("31/02/2022;", "2022-03-01;", [("línea 2", "«31/02/2022» no existe"), ("línea 3", "ya está en línea 2")]),
        (
            "2022-03-01;",
            "31/02/2022;",
            [("línea 3", "«31/02/2022» no existe"), ("línea 3", "ya está en línea 2")],
        ),
        (";SI", "2022-03-01;", [("línea 2", "es obligatorio"), ("línea 3", "ya está en línea 2")]),
        (";", "2022-03-01;", []),
    ],
)
def test_a_milestone_twice_is_told_whether_or_not_its_dates_can_be_read(
    first: str, second: str, told: list[tuple[str, str]]
) -> None:
    problems = read(
        f"proyecto;hito;fecha_planeada;no_aplica\n{FIRST};H01;{first}\n{FIRST};H01;{second}\n".encode()
    ).problems
    assert len(problems) == len(told)
    for problem, (cell, what) in zip(problems, told, strict=True):
        assert problem.cell.startswith(cell)
        assert what in problem.what


def test_the_table_saved_as_csv_is_read_too() -> None:
    content = f"Código;Modalidad;{';'.join(HEADINGS)}\n{FIRST};LP;18/04/2022\n".encode()
    assert shown(read(content)) == [(FIRST, "H01", APRIL_18, None)]


def test_the_lines_in_a_workbook_are_read_too() -> None:
    content = workbook({"Datos": [["Proyecto", "Hito", "Fecha planeada"], [FIRST, "H01", APRIL_18]]})
    assert shown(read(content)) == [(FIRST, "H01", APRIL_18, None)]


def test_a_windows_file_is_read_with_a_note_that_stops_nothing() -> None:
    file = read(lines(f"{FIRST};P01 Celebración;18/04/2022").decode().encode("latin-1"))
    assert file.rows[0].own_name == "Celebración"
    assert [problem.severity for problem in file.problems] == [Severity.NOTE]


def _noisy(text: str, noise: random.Random) -> str:
    changes: tuple[Callable[[str], str], ...] = (
        str,
        str.upper,
        str.lower,
        lambda one: f"  {one}\u00a0",
        lambda one: one,
    )
    accents = str.maketrans("óáí", "oai")
    changed = noise.choice(changes)(text)
    return changed.translate(accents) if noise.random() < 0.5 else changed


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_shuffled_columns_stray_spaces_and_lost_accents_change_nothing(noise: random.Random) -> None:
    milestones = [*HEADINGS]
    noise.shuffle(milestones)
    days = {heading: date(2022, 4, 1 + index) for index, heading in enumerate(milestones)}
    leading = ["Código", "Modalidad", "Asignación"]
    noise.shuffle(leading)
    cells: dict[str, object] = {"Código": _noisy(FIRST, noise), "Modalidad": "lp ", "Asignación": 5, **days}
    content = sheet(
        [cells[heading] for heading in (*leading, *milestones)],
        header=[_noisy(heading, noise) for heading in (*leading, *milestones)],
    )
    file = read(content)
    assert {(row.milestone_code, row.planned) for row in file.rows} == {(key[:3], day) for key, day in days.items()}
    assert (faults(file), file.modalities, file.projects) == ([], {FIRST: Modality.LP}, (FIRST,))


def test_projects_of_one_bp_are_told_apart_by_their_suffix() -> None:
    file = read(sheet(["BP26000002", "", APRIL_18], ["BP26000002 - 02", "", APRIL_22]))
    assert [row.project_code for row in file.rows] == ["BP26000002", "BP26000002-02"]
    assert set(file.projects) <= set(PROJECTS)
