"""Dates and sums as people and SAP write them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pp_monitor.intake.parsing import LARGEST_COP, parse_cop, parse_date
from pp_monitor.intake.text import Formula, Refusal

DATES = st.dates(date(2015, 1, 1), date(2059, 12, 31))
AMOUNTS = st.integers(-LARGEST_COP, LARGEST_COP)
CELLS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="0123456789/.-,$ ()COP=#:dei abrlTZ", max_size=40),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
)
APRIL_18 = date(2022, 4, 18)


@pytest.mark.parametrize(
    "written",
    [
        "18/04/2022",
        "18/4/2022",
        "18/4/22",
        "18-04-2022",
        "18.04.2022",
        " 18/04/2022\u00a0",
        "2022-04-18",
        "2022/04/18",
        "2022-04-18T00:00:00",
        "2022-04-18 00:00:00",
        "18/04/2022 0:00:00",
        "18042022",
        "20220418",
        18042022,
        18042022.0,
        "18 de abril de 2022",
        "18 DE ABRIL DEL 2022",
        "18-abr-22",
        "18 abr. 2022",
        date(2022, 4, 18),
        datetime(2022, 4, 18),  # noqa: DTZ001 - what a workbook gives
        datetime(2022, 4, 18, tzinfo=UTC),
    ],
)
def test_a_date_is_read_in_the_usual_ways(written: object) -> None:
    assert parse_date(written) == APRIL_18


def test_a_number_that_lost_its_first_zero_is_read() -> None:
    assert parse_date(5042022) == date(2022, 4, 5)


@pytest.mark.parametrize(
    ("written", "what", "fix"),
    [
        ("31/02/2022", "«31/02/2022» no existe: febrero de 2022 tiene 28 días.", "correcto"),
        ("2022-02-30", "«2022-02-30» no existe: febrero de 2022 tiene 28 días.", "correcto"),
        ("0/4/2022", "no existe: abril de 2022 tiene 30 días", "correcto"),
        ("15/13/2022", "«15/13/2022» no existe: no hay mes 13.", "18/04/2022"),
        ("02/31/2022", "no hay mes 31", "18/04/2022"),
        ("04/18/2022", "«04/18/2022» parece mes/día/año.", "Escriba día/mes/año: 18/04/2022."),
        ("2/2/0205", "tiene el año 0205, que no está entre 2015 y 2059", "cuatro cifras"),
        ("2/2/205", "tiene el año 205", "cuatro cifras"),
        ("2/2/20222", "tiene el año 20222", "cuatro cifras"),
        ("18/04/1922", "tiene el año 1922", "cuatro cifras"),
        (date(205, 2, 2), "tiene el año 205", "cuatro cifras"),
        ("18-04-22", "tiene el año con dos cifras", "año completo"),
        ("=HOY()", "La celda trae una fórmula (=HOY()).", "péguela como valor"),
        (Formula("=TODAY()"), "La celda trae una fórmula (=TODAY()).", "péguela como valor"),
        ("#¡REF!", "La celda trae un error de Excel (#¡REF!).", "18/04/2022"),
        ("18/04/2022 14:30", "trae una hora", "sin hora"),
        (datetime(2022, 4, 18, 14, 30), "trae una hora", "sin hora"),  # noqa: DTZ001 - what a workbook gives
        (time(14, 30), "no es una fecha", "18/04/2022"),
        (timedelta(days=3), "no es una fecha", "18/04/2022"),
        (44669, "«44669» es un número, no una fecha.", "escriba 18/04/2022 si ese es el día"),
        (7, "«7» es un número, no una fecha.", "18/04/2022"),
        (-1, "es un número, no una fecha.", "18/04/2022"),
        pytest.param(10**400, "es un número, no una fecha.", "18/04/2022"),
        (3.5, "«3.5» no es una fecha.", "18/04/2022"),
        (float("nan"), "no es una fecha.", "18/04/2022"),
        (True, "no es una fecha.", "18/04/2022"),
        ("PS", "«PS» no es una fecha.", "18/04/2022"),
        ("abril de 2022", "no es una fecha.", "18/04/2022"),
        ("18 de brumario de 2022", "no es una fecha.", "18/04/2022"),
        ("18/04/2022 o 19/04/2022", "no es una fecha.", "18/04/2022"),
        ("٢٢/٠٤/٢٠٢٢", "no es una fecha.", "18/04/2022"),
        pytest.param("1" * 5000, "no es una fecha.", "18/04/2022", id="five thousand ones"),
        ("", "Falta la fecha.", "18/04/2022"),
        (None, "Falta la fecha.", "18/04/2022"),
    ],
)
def test_what_is_not_certainly_a_date_is_refused_with_its_reason(written: object, what: str, fix: str) -> None:
    refusal = parse_date(written)
    assert isinstance(refusal, Refusal)
    assert what in refusal.what
    assert fix in refusal.fix


def test_the_years_accepted_can_be_narrowed() -> None:
    assert isinstance(parse_date("18/04/2022", year_range=(2023, 2026)), Refusal)
    assert parse_date("18/04/2024", year_range=(2023, 2026)) == date(2024, 4, 18)


@given(DATES, st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d%m%Y", "%d.%m.%Y", "%d/%m/%y"]))
def test_every_date_is_read_back_from_its_text(day: date, form: str) -> None:
    assert parse_date(day.strftime(form)) == day


@given(CELLS)
def test_any_cell_gives_a_date_in_range_or_a_reason(cell: object) -> None:
    read = parse_date(cell)
    assert 2015 <= read.year <= 2059 if isinstance(read, date) else bool(read.what and read.fix)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("49.564.317.004", 49_564_317_004),
        ("49564317004", 49_564_317_004),
        ("$ 49.564.317.004", 49_564_317_004),
        ("$49.564.317.004 COP", 49_564_317_004),
        ("COP 1.234", 1_234),
        (" 224.436.000 ", 224_436_000),
        ("\u00a0224\u00a0436\u00a0000", 224_436_000),
        (" -   ", 0),
        ("$ -", 0),
        ("—", 0),
        ("0", 0),
        ("1.234,00", 1_234),
        ("1234,0", 1_234),
        ("1234.00", 1_234),
        (1234, 1_234),
        (1234.0, 1_234),
        (224436000.0000001, 224_436_000),
        (-5.0, -5),
        ("-1.234", -1_234),
        ("−1.234", -1_234),
        ("$ -1.234", -1_234),
        ("-$1.234", -1_234),
        ("1.234-", -1_234),
        ("(1.234)", -1_234),
        ("$ (1.234,00)", -1_234),
    ],
)
def test_a_sum_is_read_in_whole_pesos(written: object, amount: int) -> None:
    assert parse_cop(written) == amount


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("1.234,50", "trae centavos"),
        ("1234.5", "trae centavos"),
        (1234.5, "trae centavos"),
        ("1,234,567", "separa los miles con coma"),
        ("1.23.456", "no es una suma"),
        ("1.2345", "no es una suma"),
        ("12 34", "no es una suma"),
        ("4,95E+10", "no es una suma"),
        ("doscientos", "no es una suma"),
        ("1COP2", "no es una suma"),
        ("N/A", "no es una suma"),
        ("((5))", "no es una suma"),
        pytest.param("9" * 5000, "no es una suma", id="five thousand nines"),
        (True, "no es una suma"),
        (float("inf"), "no es una suma"),
        (float("nan"), "no es una suma"),
        ("9.999.999.999.999.999", "demasiado grande"),
        (10**16, "demasiado grande"),
        pytest.param(10**5000, "demasiado grande", id="five thousand digits"),
        (1e300, "demasiado grande"),
        ("=A1+A2", "fórmula"),
        (Formula("=SUM(A1:A2)"), "fórmula"),
        ("", "Falta la suma"),
        (None, "Falta la suma"),
    ],
)
def test_what_is_not_a_sum_of_whole_pesos_is_refused_with_its_reason(written: object, what: str) -> None:
    refusal = parse_cop(written)
    assert isinstance(refusal, Refusal)
    assert what in refusal.what
    assert refusal.fix.endswith(".")


@given(AMOUNTS, st.sampled_from(["{}", "$ {}", " {} ", "{},00"]), st.booleans())
def test_every_sum_is_read_back_from_its_text(amount: int, form: str, grouped: bool) -> None:
    digits = f"{amount:,}".replace(",", ".") if grouped else str(amount)
    assert parse_cop(form.format(digits)) == amount


@given(CELLS)
def test_any_cell_gives_whole_pesos_or_a_reason(cell: object) -> None:
    read = parse_cop(cell)
    assert abs(read) <= LARGEST_COP if isinstance(read, int) else bool(read.what and read.fix)
