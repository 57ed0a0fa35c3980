"""The two lists of projects: what counts, what stops the import, what is only noted."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pp_monitor.intake.budget import Layout, ProjectFile, read_project_list
from tests.intake.files import workbook
from tests.intake.territories import TERRITORIES

HEADER = (
    *("Centro Gestor", "Nombre Centro Gestor", "BPIN", "BP", "Nombre BP", "Fondo", "Origen", "COMUNA", "VIGENCIA"),
    *("PPTO INICIAL", "REDUCCIONES", "ADICIONES", "CONTRACREDITOS", "CREDITOS", "APLAZAMIENTO", "DESAPLAZAMIENTO"),
    *("PPTO. MODIFICADO", "TOTAL ACUMULADO CDP", "TOTAL ACUMULADO RPC", "TOTAL ACUMUL OBLIGAC", "PAGOS"),
)
ZERO = " -   "


def line(code: str = "BP26000001", **changes: str) -> list[str]:
    cells = {
        "Centro Gestor": "4145",
        "Nombre Centro Gestor": "Secretaría de Salud Pública",
        "BPIN": "2024760010001",
        "BP": code,
        "Nombre BP": f"Proyecto de prueba {code}",
        "Fondo": "121000",
        "Origen": "Territorio",
        "COMUNA": "COMUNA 1",
        "VIGENCIA": "Actual",
        "PPTO INICIAL": " 1.000.000 ",
        "PPTO. MODIFICADO": " 1.000.000 ",
    }
    return [(dict.fromkeys(HEADER, ZERO) | cells | changes)[name] for name in HEADER]


def csv_file(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, separator: str = ";") -> bytes:
    return "\n".join(separator.join(f'"{cell}"' for cell in row) for row in (header, *rows)).encode()


def read(content: bytes) -> ProjectFile:
    return read_project_list("ejecucion.csv", content, territories=TERRITORIES)


def plain(*rows: str) -> ProjectFile:
    return read("\n".join(("codigo;organismo;nombre;territorio;valor", *rows)).encode())


def accepted(content: bytes) -> ProjectFile:
    file = read(content)
    assert [str(problem) for problem in file.errors] == []
    return file


def test_the_rows_of_a_project_are_added_up() -> None:
    second = line(
        **{
            "PPTO INICIAL": " 500.000 ",
            "ADICIONES": " 300.000 ",
            "REDUCCIONES": "100.000",
            "CREDITOS": "70.000",
            "CONTRACREDITOS": "-20.000",
            "APLAZAMIENTO": "40.000",
            "DESAPLAZAMIENTO": "10.000",
            "PPTO. MODIFICADO": " 750.000 ",
            "TOTAL ACUMULADO CDP": "600.000",
            "TOTAL ACUMULADO RPC": "500.000",
            "TOTAL ACUMUL OBLIGAC": "400.000",
            "PAGOS": "300.000",
        }
    )
    file = accepted(csv_file([line(), second, line("BP26000002")]))
    project = file.projects[0]
    assert (file.rows_read, len(file.projects), file.organism_codes) == (3, 2, frozenset({"4145"}))
    assert (file.initial_cop, file.current_cop) == (2_500_000, 2_750_000)
    assert (project.code, project.territory_code, project.bpin) == ("BP26000001", "01", "2024760010001")
    assert (project.initial_cop, project.current_cop) == (1_500_000, 1_750_000)
    assert (project.additions_cop, project.reductions_cop, project.transfers_cop) == (300_000, 100_000, 50_000)
    assert project.postponed_cop == 30_000
    assert (project.cdp_cop, project.commitments_cop) == (600_000, 500_000)
    assert (project.obligations_cop, project.payments_cop) == (400_000, 300_000)
    assert project.lines == (2, 3)
    assert file.notes == ()


@pytest.mark.parametrize(
    ("origin", "counts"),
    [
        ("Territorio", True),
        (" TERRITORIO ", True),
        ("territorio", True),
        ("Organismo", False),
        ("Organismo - Territorio", False),
        ("Territorio - Organismo", False),
        ("", False),
    ],
)
def test_only_rows_whose_origin_is_exactly_territorio_count(origin: str, counts: bool) -> None:
    file = accepted(csv_file([line(), line("BP26000002", Origen=origin)]))
    assert len(file.projects) == 1 + counts


def test_rows_of_other_origins_are_not_validated() -> None:
    wild = line("sin código", Origen="Organismo - Territorio", COMUNA="Marte", **{"PPTO INICIAL": "mucho"})
    assert accepted(csv_file([line(), wild])).notes == ()


def test_a_project_only_of_reserva_counts_and_is_flagged() -> None:
    reserve = line("BP26000002", VIGENCIA="Reserva")
    file = accepted(csv_file([line(), line(VIGENCIA="Reserva"), reserve]))
    assert [project.only_reserve for project in file.projects] == [False, True]


@pytest.mark.parametrize("name", ["Nombre BP", "Nombre Proyecto", "Nombre del Proyecto", " NOMBRE  DEL  PROYECTO "])
def test_the_name_is_found_under_each_header_seen(name: str) -> None:
    header = [name if title == "Nombre BP" else title for title in HEADER]
    assert accepted(csv_file([line()], header)).projects[0].name == "Proyecto de prueba BP26000001"


def test_of_a_repeated_header_the_first_cell_with_something_is_read() -> None:
    header = ["Nombre BP", *HEADER]
    file = accepted(csv_file([["", *line()], ["Otro nombre", *line("BP26000002")]], header))
    assert [project.name for project in file.projects] == ["Proyecto de prueba BP26000001", "Otro nombre"]


def test_the_table_may_begin_below_titles_and_end_with_a_source() -> None:
    rows = csv_file([line()]).decode()
    assert len(accepted(f"Alcaldía de Santiago de Cali\n\n{rows}\nFuente: SAP".encode()).projects) == 1


def test_a_workbook_is_read_like_a_csv() -> None:
    row: list[object] = list(line())
    row[HEADER.index("Centro Gestor")] = 4145
    row[HEADER.index("PPTO INICIAL")] = 1_000_000.0
    row[HEADER.index("PAGOS")] = None
    file = accepted(workbook({"Notas": [["Origen de los datos"]], "Datos": [HEADER, row, ["Total"]]}))
    assert (len(file.projects), file.initial_cop, file.organism_codes) == (1, 1_000_000, frozenset({"4145"}))


@pytest.mark.parametrize(
    ("changes", "place", "what"),
    [
        ({"BP": "BP2600"}, "línea 3, columna BP", "«BP2600» no es un código de proyecto."),
        ({"BP": ""}, "línea 3, columna BP", "Falta el código del proyecto."),
        ({"Centro Gestor": "Salud"}, "línea 3, columna Centro Gestor", "«Salud» no es un código de organismo."),
        ({"Centro Gestor": ""}, "línea 3, columna Centro Gestor", "Falta el código del organismo."),
        ({"Nombre BP": " "}, "línea 3, columna Nombre BP", "Falta el nombre del proyecto."),
        ({"COMUNA": "COMUNA 40"}, "línea 3, columna COMUNA", "«COMUNA 40» no es un territorio conocido."),
        ({"PPTO INICIAL": "abc"}, "línea 3, columna PPTO INICIAL", "«abc» no es una suma de dinero."),
        ({"PPTO INICIAL": ""}, "línea 3, columna PPTO INICIAL", "Falta la suma."),
        ({"PAGOS": "N/A"}, "línea 3, columna PAGOS", "«N/A» no es una suma de dinero."),
        ({"PPTO. MODIFICADO": "1,5"}, "línea 3, columna PPTO. MODIFICADO", "«1,5» trae centavos."),
        ({"PPTO. MODIFICADO": "-9"}, "línea 3", "El valor de BP26000002 da negativo (-9)."),
        ({"BP": "BP26000001", "Centro Gestor": "4143"}, "línea 3", "BP26000001 está en dos organismos: 4145"),
    ],
)
def test_a_bad_cell_stops_the_import_and_is_named(changes: dict[str, str], place: str, what: str) -> None:
    file = read(csv_file([line(), line("BP26000002", **changes)]))
    assert file.projects == ()
    assert [(problem.cell, problem.what.startswith(what)) for problem in file.errors] == [(place, True)]
    assert file.errors[0].fix


def test_every_problem_is_told_at_once() -> None:
    bad = line("BP26", COMUNA="Marte", PAGOS="x")
    assert len(read(csv_file([bad, bad])).errors) == 6


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (line()[:5], "La fila tiene 5 celdas y el encabezado 21."),
        (line()[:-1], "La fila tiene 20 celdas y el encabezado 21."),
        ([*line(), "sobra"], "La fila tiene 22 celdas y el encabezado 21."),
        (["partido", *line()], "La fila tiene 22 celdas y el encabezado 21."),
    ],
)
def test_a_row_that_does_not_fit_the_header_stops_the_import(row: list[str], what: str) -> None:
    file = read(csv_file([line(), row]))
    assert [(problem.what, problem.cell) for problem in file.errors] == [(what, "línea 3")]


def test_missing_columns_are_named_with_the_unknown_ones() -> None:
    header = ["Apropiación" if title == "PPTO INICIAL" else title for title in HEADER if title != "COMUNA"]
    row = [cell for title, cell in zip(HEADER, line(), strict=True) if title != "COMUNA"]
    problem = read(csv_file([row], header)).errors[0]
    assert problem.what == "Faltan las columnas «COMUNA», «PPTO INICIAL»."
    assert "«Fondo», «Apropiación»" in problem.fix


def test_a_file_of_something_else_says_what_is_missing() -> None:
    file = read(b"uno;dos\n1;2\n")
    assert "«Origen»" in file.errors[0].what
    assert "«uno», «dos»" in file.errors[0].fix


def test_a_file_without_territorial_rows_is_refused() -> None:
    file = read(csv_file([line(Origen="Organismo")]))
    assert [problem.what for problem in file.errors] == ["Ninguna fila tiene «Territorio» en la columna «Origen»."]


def test_a_broken_file_gives_its_problem() -> None:
    assert [problem.what for problem in read(b"").errors] == ["El archivo está vacío."]


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([line(), line(**{"Nombre BP": "Otro nombre"})], "BP26000001 tiene otro nombre en las filas 3: «Otro nombre»."),
        ([line(COMUNA="")], "No dice el territorio."),
        ([line(PAGOS=""), line(PAGOS="")], "La columna «PAGOS» tiene 2 celdas vacías."),
        (
            [line(ADICIONES="5")],
            "En 1 proyectos el presupuesto modificado no sale del inicial y sus cambios: BP26000001.",
        ),
    ],
)
def test_what_is_odd_but_harmless_is_only_noted(rows: list[list[str]], note: str) -> None:
    file = accepted(csv_file(rows))
    assert [problem.what for problem in file.notes] == [note]


def test_absent_optional_columns_are_noted_and_left_empty() -> None:
    keep = [index for index, title in enumerate(HEADER) if title not in {"PAGOS", "CREDITOS", "CONTRACREDITOS"}]
    file = accepted(csv_file([[line()[index] for index in keep]], [HEADER[index] for index in keep]))
    assert [problem.what for problem in file.notes] == ["El archivo no trae «CONTRACREDITOS», «CREDITOS», «PAGOS»."]
    assert (file.projects[0].payments_cop, file.projects[0].transfers_cop) == (None, None)
    assert file.projects[0].cdp_cop == 0


def test_a_bp_in_several_comunas_becomes_a_project_for_each() -> None:
    file = accepted(csv_file([line(), line(COMUNA="PANCE"), line(), line(COMUNA="COMUNA 3")]))
    assert [(one.code, one.territory_code, one.current_cop) for one in file.projects] == [
        ("BP26000001", "01", 2_000_000),
        ("BP26000001-02", "53", 1_000_000),
        ("BP26000001-03", "03", 1_000_000),
    ]
    assert [problem.what for problem in file.notes] == ["BP26000001 está en 3 territorios (01, 53, 03)."]


def test_a_plain_list_is_read() -> None:
    file = plain("BP-26000001;4145;Dotación;Comuna 1;$ 1.500.000", "BP26000002;4143 Educación;Otro;Pance;2000000")
    assert [str(problem) for problem in file.problems] == []
    assert file.layout is Layout.PLAIN
    assert [(one.code, one.organism_code, one.territory_code, one.current_cop) for one in file.projects] == [
        ("BP26000001", "4145", "01", 1_500_000),
        ("BP26000002", "4143", "53", 2_000_000),
    ]
    assert file.projects[0].initial_cop == 1_500_000
    assert file.projects[0].payments_cop is None


def test_a_plain_list_gives_suffixes_in_the_order_of_the_file_around_those_it_brings() -> None:
    file = plain(
        "BP26000001;4145;Dotación;Comuna 1;1",
        "BP26000001;4145;Dotación;Comuna 2;2",
        "BP26000001-02;4145;Dotación;Comuna 3;3",
        "BP26000001;4145;Dotación;Comuna 4;4",
    )
    codes = [(one.code, one.territory_code) for one in file.projects]
    assert codes == [
        ("BP26000001", "01"),
        ("BP26000001-03", "02"),
        ("BP26000001-02", "03"),
        ("BP26000001-04", "04"),
    ]
    assert {one.base_code for one in file.projects} == {"BP26000001"}


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("BP26000001;4145;Otra;Comuna 1;5", "BP26000001 ya está en la fila 2 con el mismo territorio."),
        ("BP26000001;4143;Otra;Comuna 2;5", "BP26000001 está en dos organismos: 4145 (fila 2) y 4143."),
        ("BP26000002;4145;Otra;Comuna 2;-5", "El valor es negativo."),
        ("BP26000002;4145;Otra;Comuna 2", "La fila tiene 4 celdas y el encabezado 5."),
        ("BP26000002;4145;Otra; parte;Comuna 2;7", "La fila tiene 6 celdas y el encabezado 5."),
        ("BP26000002", "La fila tiene 1 celdas y el encabezado 5."),
        ("BP26000002;4145;Otra;Comuna 99;7", "«Comuna 99» no es un territorio conocido."),
    ],
)
def test_a_bad_row_of_a_plain_list_stops_the_import(row: str, what: str) -> None:
    file = plain("BP26000001;4145;Dotación;Comuna 1;1", row)
    assert ([problem.what for problem in file.errors], file.projects) == ([what], ())


def test_a_comuna_that_does_not_exist_is_told_with_its_line_and_column() -> None:
    [problem] = plain("BP26000001;4145;Dotación;Comuna 99;1").errors
    assert str(problem).startswith("línea 2, columna territorio: «Comuna 99» no es un territorio conocido.")


def test_an_organism_given_by_its_name_is_told_once_for_each_cell() -> None:
    rows = ("BP26000001;Secretaría de Salud;Dotación;Comuna 1;1", "BP26000001;4145;Dotación;Comuna 2;1")
    content = "\n".join(("codigo;organismo;nombre;territorio;valor", *rows)).encode()
    file = read_project_list("lista.csv", content, territories=TERRITORIES, organism_codes=frozenset({"4145"}))
    assert [problem.what for problem in file.errors] == ["«Secretaría de Salud» no es un código de organismo."]


def test_an_organism_that_does_not_exist_is_told_with_its_name_if_it_has_one() -> None:
    content = csv_file([line()])
    file = read_project_list("ejecucion.csv", content, territories=TERRITORIES, organism_codes=frozenset())
    listed = "codigo;organismo;nombre;territorio;valor\nBP26000001;4145;Dotación;Comuna 1;1".encode()
    short = read_project_list("lista.csv", listed, territories=TERRITORIES, organism_codes=frozenset())
    assert [problem.what for problem in short.errors] == ["El organismo 4145 no existe."]
    assert [problem.what.startswith("El organismo 4145 (") for problem in file.errors] == [True]


def test_a_plain_list_without_rows_is_refused() -> None:
    assert [problem.what for problem in plain().errors] == ["La lista no trae proyectos."]


@given(st.permutations(range(len(HEADER))), st.sampled_from([str.upper, str.lower, str.title]), st.sampled_from(";,"))
def test_order_case_and_separator_of_the_columns_do_not_matter(order: list[int], case: object, separator: str) -> None:
    assert callable(case)
    header = [f"  {case(HEADER[index])} " for index in order]
    row = line(PAGOS="7.000")
    file = accepted(csv_file([[row[index] for index in order]], header, separator))
    assert (file.current_cop, file.projects[0].payments_cop) == (1_000_000, 7_000)
