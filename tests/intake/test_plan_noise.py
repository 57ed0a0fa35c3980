"""Plan workbooks as people leave them: whatever was moved, renamed or typed in another way, nothing is misread."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from pp_monitor.domain.catalogue import Modality
from pp_monitor.labels import MODALITY
from tests.intake.files import saved, workbook
from tests.intake.plans import FIRST, HEADINGS, PROJECTS, SECOND, faults, read

DAY = date(2022, 4, 18)
MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
FORMS: tuple[Callable[[date], object], ...] = (
    lambda day: day,
    lambda day: datetime.combine(day, time()),
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day.day}/{day.month}/{day:%y}",
    lambda day: f"{day:%d-%m-%Y}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day:%Y-%m-%d} 00:00:00",
    lambda day: f"{day:%d%m%Y}",
    lambda day: int(f"{day:%d%m%Y}"),
    lambda day: f"{day.day} de {MONTHS[day.month - 1]} de {day.year}",
    lambda day: f"{day.day} {MONTHS[day.month - 1][:3].upper()}. {day.year}",
    lambda day: f"  {day:%d/%m/%Y}\u00a0",
)
BAD = ("pronto", "31/02/2022", "04/18/2022", "=B2", "=HOY()", 44669, 1.5, True, "#N/A", "#¡REF!", time(8), "18/04/1822")
Plan = Mapping[tuple[str, str], date]


@pytest.mark.parametrize("form", FORMS, ids=[repr(form(DAY)) for form in FORMS])
def test_a_day_is_read_in_every_form_of_the_country(form: Callable[[date], object]) -> None:
    assert [row.planned for row in read(workbook({"Plan": [["Código", "H01"], [FIRST, form(DAY)]]})).rows] == [DAY]


def noisy(text: str, noise: random.Random) -> str:
    changed = noise.choice((str, str.upper, str.lower, str.title))(text)
    if noise.random() < 0.5:
        changed = changed.translate(str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU"))
    return noise.choice(("{}", " {}", "{} \u00a0", "\n{}")).format(
        changed.replace(" ", noise.choice((" ", "  ", "\n")))
    )


def noisy_code(code: str, noise: random.Random) -> str:
    parts = code.partition("-")
    bare = noise.choice((parts[0], f"BP-{parts[0][2:]}", f"bp 26 {parts[0][4:7]} {parts[0][7:]}"))
    return f" {bare} {'- ' + parts[2] if parts[2] else ''}"


def book_of(plan: Plan, noise: random.Random) -> bytes:
    """A workbook that says ``plan``, with its columns, rows, sheets and forms in any order."""
    book = Workbook()
    book.epoch = noise.choice((book.epoch, CALENDAR_MAC_1904))
    book.remove(book.worksheets[0])
    others = ["Instrucciones", "Ejemplo", "Festivos", "Mis notas"]
    for title in noise.sample(others, noise.randrange(len(others) + 1)):
        other = book.create_sheet(title)
        other.append(["H01 es el primer hito"] if title != "Ejemplo" else ["Código", "H01 a", "H02 b"])
        other.append(["BP26999999", DAY, DAY] if title == "Ejemplo" else ["Nada que leer", 5])
    sheet = book.create_sheet(
        noisy(noise.choice(("Plan", "Hoja 1", "Lista de fechas")), noise).strip(), index=noise.choice((0, None))
    )
    for _ in range(noise.randrange(4)):
        sheet.append([noise.choice(("Secretaría de Salud", "Vigencia 2022", None))])
    leading = noise.sample(["Código", "Proyecto", "Asignación", "Observaciones"], 4)
    milestones = noise.sample(HEADINGS, len(HEADINGS))
    sheet.append([noisy(heading, noise) for heading in (*leading, *milestones)])
    for code in noise.sample(sorted({code for code, _ in plan}), len({code for code, _ in plan})):
        known = {"Código": noisy_code(code, noise), "Proyecto": PROJECTS[code], "Asignación": 5_000_000}
        days = [plan.get((code, heading[:3])) for heading in milestones]
        cells = [noise.choice(FORMS)(day) if day else noise.choice((None, "", " \u00a0")) for day in days]
        sheet.append([*(known.get(heading) for heading in leading), *cells])
        for _ in range(noise.randrange(2)):
            sheet.append([])
    sheet.append(["Total", "3 proyectos"])
    return saved(book)


@settings(max_examples=60, deadline=None)
@given(
    plan=st.dictionaries(
        st.tuples(st.sampled_from(sorted(PROJECTS)), st.sampled_from([heading[:3] for heading in HEADINGS])),
        st.dates(date(2021, 1, 1), date(2024, 12, 31)),
        min_size=1,
    ),
    noise=st.randoms(use_true_random=False),
)
def test_nothing_that_people_move_or_rename_changes_what_is_read(plan: Plan, noise: random.Random) -> None:
    file = read(book_of(plan, noise))
    assert faults(file) == []
    assert {(row.project_code, row.milestone_code): row.planned for row in file.rows} == plan


@settings(max_examples=40, deadline=None)
@given(
    bad=st.dictionaries(
        st.tuples(st.integers(2, 4), st.integers(1, len(HEADINGS))),
        st.sampled_from(BAD),
        min_size=1,
    )
)
def test_whatever_cannot_be_read_is_told_at_exactly_its_cell(bad: Mapping[tuple[int, int], object]) -> None:
    rows: list[list[object]] = [["Código", *HEADINGS]]
    for number, code in enumerate(sorted(PROJECTS), start=2):
        days = [DAY + timedelta(days=index) for index in range(len(HEADINGS))]
        rows.append([code, *(bad.get((number, column), day) for column, day in enumerate(days, start=1))])
    file = read(workbook({"Plan": rows}))
    assert {problem.cell for problem in file.errors} == {f"{chr(ord('A') + column)}{row}" for row, column in bad}
    assert len(file.errors) == len(bad)
    assert len(file.rows) == len(PROJECTS) * len(HEADINGS) - len(bad)


def merged(ref: str, *rows: Sequence[Any]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Código", "Nota", "H01", "H02"])
    for row in rows:
        sheet.append(list(row))
    sheet.merge_cells(ref)
    return saved(book)


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        ("C2:C3", [("C2", "Las celdas C2:C3 están combinadas y solo la primera guarda la fecha.")]),
        ("C2:D2", [("C2", "Las celdas C2:D2 están combinadas y solo la primera guarda la fecha.")]),
        ("A2:A3", [("A3", "La fila trae fechas y no tiene código de proyecto.")]),
        ("A1:B1", []),
        ("B2:C2", []),
        ("B2:B3", []),
    ],
)
def test_a_date_joined_over_several_cells_is_not_guessed(ref: str, told: list[tuple[str, str]]) -> None:
    content = merged(ref, [FIRST, "a", DAY, DAY], [SECOND, "b", DAY, DAY])
    assert faults(read(content)) == told


def test_empty_cells_joined_together_say_nothing() -> None:
    assert faults(read(merged("C2:C3", [FIRST, "a", None, DAY], [SECOND, "b", None, DAY]))) == []


def test_the_example_is_not_read_under_another_name() -> None:
    header: list[object] = ["Código", "H01", "H02"]
    example: list[list[object]] = [["Ejemplo: esta hoja no se lee"], [], header, [FIRST, DAY, DAY]]
    file = read(workbook({"Copia": example, "Mi plan": [header, [SECOND, DAY, None]]}))
    assert (faults(file), file.projects) == ([], (SECOND,))


def test_the_plan_is_read_under_the_name_of_a_list_when_no_other_sheet_has_one() -> None:
    header: list[object] = ["Código", "H01", "H02"]
    assert read(workbook({"Lista de fechas": [header, [FIRST, DAY]], "Otra": [["nada"]]})).projects == (FIRST,)
    both: dict[str, list[list[object]]] = {"Lista": [header, [FIRST, DAY]], "Plan": [header, [SECOND, DAY]]}
    assert read(workbook(both)).projects == (SECOND,)


def test_the_modality_is_read_by_its_code_or_its_name() -> None:
    names = ["lp", "LP – Licitación pública", "MINIMA CUANTIA"]
    rows = [[code, name, DAY] for code, name in zip(sorted(PROJECTS), names, strict=True)]
    file = read(workbook({"Plan": [["Código", "Modalidad", "H01"], *rows]}), modality_names=MODALITY)
    assert list(file.modalities.values()) == [Modality.LP, Modality.LP, Modality.MC]
