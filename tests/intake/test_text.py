"""Names, codes and cell references as people write them."""

import pytest

from pp_monitor.intake.text import (
    Refusal,
    base_code,
    match_word,
    nearest,
    normalise,
    normalise_project_code,
    parse_yes,
    plain,
    shown,
)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("BP26004119", "BP26004119"),
        ("bp26004119", "BP26004119"),
        ("BP-26004119", "BP26004119"),
        ("BP 26004119", "BP26004119"),
        ("BP-26-004119", "BP26004119"),
        ("  BP 26 004 119 ", "BP26004119"),
        ("BP\u00a026004119", "BP26004119"),
        ("BP–26004119", "BP26004119"),
        ("BP26004119-02", "BP26004119-02"),
        ("BP26004119 - 03", "BP26004119-03"),
        ("BP-26004119 12", "BP26004119-12"),
    ],
)
def test_project_code_is_stored_in_one_form(written: str, stored: str) -> None:
    assert normalise_project_code(written) == stored


@pytest.mark.parametrize(
    "written",
    [
        "",
        None,
        "26004119",
        26004119,
        "BP25004119",
        "BP2600411",
        "BP260041191",
        "BP2600411902",
        "BP26004119-01",
        "BP26OO4119",
    ],
)
def test_what_is_not_a_project_code_is_refused_with_an_example(written: object) -> None:
    refusal = normalise_project_code(written)
    assert isinstance(refusal, Refusal)
    assert "BP26004119" in refusal.fix


def test_base_code_drops_the_suffix_of_the_territory() -> None:
    assert base_code("BP26004119-02") == "BP26004119"
    assert base_code("BP26004119") == "BP26004119"


@pytest.mark.parametrize(
    "written", ["Nombre del Proyecto", " NOMBRE  DEL PROYECTO ", "nombre_del_proyecto", "Nómbre del\u00a0proyecto:"]
)
def test_headers_are_equal_whatever_their_case_accents_and_spaces(written: str) -> None:
    assert normalise(written) == "nombre del proyecto"


def test_plain_text_carries_no_control_or_invisible_character() -> None:
    assert plain("Sede\x00 \u200bcomunal\r\n\t1\ufeff") == "Sede comunal 1"
    assert plain(None) == ""


def test_a_long_value_is_cut_in_messages() -> None:
    assert len(shown("x" * 500)) == 40


@pytest.mark.parametrize(
    ("cell", "answer"),
    [("SI", True), ("Sí", True), ("x", True), (True, True), (1, True), ("", False), (None, False), ("No", False)],
)
def test_yes_is_read_in_the_usual_ways(cell: object, answer: bool) -> None:
    assert parse_yes(cell) is answer


def test_neither_yes_nor_no_is_refused() -> None:
    assert parse_yes("tal vez") == Refusal("«tal vez» no es SI ni NO.", "Escriba SI, o deje la celda vacía.")


def test_nearest_candidate_is_offered_only_when_near() -> None:
    assert nearest("BP26004191", ["BP26004119", "BP26009999"]) == "BP26004119"
    assert nearest("otra cosa", ["BP26004119"]) == ""


@pytest.mark.parametrize(
    ("cell", "code"),
    [("LP", "LP"), ("licitacion publica", "LP"), ("LP – Licitación pública", "LP"), ("Otra", ""), ("", "")],
)
def test_a_word_of_a_list_is_found_by_code_or_name(cell: str, code: str) -> None:
    assert match_word(cell, {"LP": "Licitación pública", "CM": "Concurso de méritos"}) == code
