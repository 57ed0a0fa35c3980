"""The grid at work: autosave by itself, tools that fill rows, and what a person is asked in place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.plan import BaselineLine, PlanDraft, PlanDraftLine
from tests.plan_data import SALUD, TODAY, VIAS, City, build_city, move
from tests.views.registering import FIRST, GRID, SECOND, THIRD, Person, count, fields, full, person, register

SAVE = f"{GRID}/borrador"
JSON = {"Accept": "application/json"}


@pytest.fixture
def city_app(app: Flask) -> Flask:
    with app.app_context():
        app.extensions["test_city"] = build_city(demo_today=TODAY)
    return app


def row(who: Person, code: str, **parts: str) -> dict[str, str]:
    """What the script sends of one row: its stamp and modality, and every part that is shown, some changed."""
    shown = {name: text for name, text in who.shown.items() if name.startswith(f"{code}-")}
    return shown | {f"{code}-{part.replace('_', '-')}": text for part, text in parts.items()}


def autosave(who: Person, typed: dict[str, str], status: int = 200) -> Any:
    return who.pages.request("POST", SAVE, status, data=typed, headers=JSON).response.json


def tool(who: Person, name: str, typed: dict[str, Any], status: int = 200) -> Any:
    sent = who.shown | typed
    return who.pages.request("POST", f"{GRID}/{name}", status, data=sent, headers=JSON).response.json


def test_a_row_is_saved_by_itself_and_the_answer_tells_how_it_stands(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    told = autosave(ana, row(ana, FIRST, H01="26/4", H02="04/18/2022"))

    assert set(told["rows"]) == {FIRST}
    answered = told["rows"][FIRST]
    assert (answered["texts"]["H01"], answered["texts"]["H02"]) == ("26/04/22", "04/18/2022")
    assert answered["cells"]["H02"]["is_wrong"]
    assert "«04/18/2022» parece mes/día/año. Escriba día/mes/año: 18/04/2022." in answered["cells"]["H02"]["note"]
    assert "1 error" in answered["state"]
    assert "1 de 42" in told["summary"]
    assert f"#cell-{FIRST}-H02" in told["summary"]
    ana.open()
    assert ana.shown[f"{FIRST}-H01"] == "26/04/22"


def test_the_new_stamp_lets_the_next_save_go_through(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    ana.shown[f"{FIRST}-huella"] = autosave(ana, row(ana, FIRST, H01="26/4"))["rows"][FIRST]["stamp"]
    assert autosave(ana, row(ana, FIRST, H01="27/4"))["clashes"] == []
    ana.open()
    assert ana.shown[f"{FIRST}-H01"] == "27/04/22"


def test_a_doubt_about_the_whole_plan_counts_in_its_row(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    crowded = full(FIRST) | {f"{FIRST}-{code}": "26/04/2022" for code in ("H01", "H02", "H03", "H04")}
    ana.save(crowded | {f"{SECOND}-H01": "26/4"})
    told = "Hay 4 hitos el 26/04/2022. Revise si de verdad ocurren el mismo día."
    page = ana.open()
    assert f"Fila 1, Todo el plan: {told}" in page.text
    assert f'href="#cell-{FIRST}-modalidad"' in page.html

    answered = autosave(ana, row(ana, FIRST, H14="15/11/2022"))
    assert "1 aviso" in answered["rows"][FIRST]["state"]
    assert told in answered["rows"][FIRST]["doubts"]
    # Read again the next day, or after the doubt is gone, the row says so.
    mended = autosave(ana, row(ana, FIRST, H01="25/4", huella=answered["rows"][FIRST]["stamp"]))
    assert (mended["rows"][FIRST]["doubts"], "Completo" in mended["rows"][FIRST]["state"]) == ("", True)


def test_a_clash_shows_both_texts_and_keeps_no_other_row_from_being_saved(city_app: Flask) -> None:
    ana, eva = person(city_app), person(city_app, label="Eva Prueba")
    ana.open()
    eva.open()
    autosave(ana, row(ana, FIRST, H01="26/4", H02="2/5"))

    told = autosave(eva, row(eva, FIRST, H01="27/4") | row(eva, SECOND, H01="28/4"), 409)
    assert re.fullmatch(r"\d\d:\d\d", told["clashes"][0].pop("at"))
    assert told["clashes"] == [
        {"code": FIRST, "part": "H01", "mine": "27/4", "theirs": "26/04/22", "who": "Ana Prueba"}
    ]
    answered = told["rows"][FIRST]
    assert (answered["texts"]["H01"], answered["texts"]["H02"]) == ("27/04/22", "02/05/22")
    # Hers, over what she has now been told: the second save decides.
    again = row(eva, FIRST, H01="27/4", H02="02/05/22", huella=answered["stamp"])
    autosave(eva, again)
    eva.open()
    assert [eva.shown[f"{code}-H01"] for code in (FIRST, SECOND)] == ["27/04/22", "28/04/22"]
    assert eva.shown[f"{FIRST}-H02"] == "02/05/22"


def test_the_same_day_written_in_two_ways_is_no_clash(city_app: Flask) -> None:
    ana, eva = person(city_app), person(city_app, label="Eva Prueba")
    ana.open()
    eva.open()
    autosave(ana, row(ana, FIRST, H01="26/4"))
    assert autosave(eva, row(eva, FIRST, H01="26 de abril"))["clashes"] == []


def test_a_project_registered_meanwhile_is_told_and_not_saved(city_app: Flask) -> None:
    ana, eva = person(city_app), person(city_app, label="Eva Prueba")
    eva.open()
    ana.open()
    ana.save(full(FIRST))
    register(city_app, ana, reason="Irá más adelante")
    told = autosave(eva, row(eva, FIRST, H01="27/4"), 409)
    assert f"El proyecto {FIRST} ya está registrado." in told["message"]


def test_a_project_that_left_the_organism_meanwhile_is_told_and_no_text_is_lost(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    with city_app.app_context():
        city: City = city_app.extensions["test_city"]
        move(city, city.id(1), VIAS, TODAY)
    told = autosave(ana, row(ana, FIRST, H01="27/4") | row(ana, SECOND, H01="28/4"), 409)
    assert told == {"message": f"Hay proyectos que no son del organismo {SALUD}. Actualice la página."}
    page = ana.follow(ana.pages.post(GRID, ana.shown | {f"{SECOND}-H01": "28/4"}))
    assert told["message"] in page.text
    assert f'name="{FIRST}-H01"' not in page.response.text
    assert 'value="28/04/22"' in page.response.text


@pytest.mark.parametrize("path", ["borrador", "generar", "copiar", "correr"])
def test_only_the_own_enlace_types(city_app: Flask, path: str) -> None:
    ana = person(city_app)
    ana.open()
    person(city_app, organism=VIAS).pages.post(f"{GRID}/{path}", ana.shown, 404)
    for role in (Role.PLANEACION, Role.ORDENADOR, Role.CONTROL):
        person(city_app, role).pages.post(f"{GRID}/{path}", ana.shown, 403)
    assert count(city_app, PlanDraft) == 0


def test_dates_are_generated_from_a_modality_and_a_start(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    order = {"fila": [FIRST, SECOND], "generar-modalidad": "LP", "generar-inicio": "18/4", "generar-filas": "elegidas"}
    told = tool(ana, "generar", order)
    assert set(told["rows"]) == {FIRST, SECOND}
    assert {"modalidad": "LP", "H01": "18/04/22", "H03": "29/04/22", "H04": "16/05/22"}.items() <= told["rows"][
        FIRST
    ].items()
    assert count(city_app, PlanDraft) == 0

    ana.pages.post(f"{GRID}/generar", ana.shown | order)
    page = ana.open()
    assert "Listo: 2 filas con fechas nuevas. Borrador guardado." in page
    assert {part: ana.shown[f"{FIRST}-{part}"] for part in told["rows"][FIRST]} == told["rows"][FIRST]
    assert ana.shown[f"{THIRD}-H01"] == ""


def test_what_was_typed_is_saved_with_what_a_tool_gives(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    typed = {f"{THIRD}-H01": "2/5", "fila": [FIRST], "generar-modalidad": "MC", "generar-inicio": "18/4"}
    ana.pages.post(f"{GRID}/generar", ana.shown | typed)
    ana.open()
    assert (ana.shown[f"{THIRD}-H01"], ana.shown[f"{FIRST}-H04"]) == ("02/05/22", "No aplica")


@pytest.mark.parametrize(
    ("name", "order", "told"),
    [
        ("generar", {"fila": FIRST, "generar-modalidad": "LP"}, "Falta la fecha de inicio."),
        ("generar", {"fila": FIRST, "generar-inicio": "04/18/2022"}, "«04/18/2022» parece mes/día/año."),
        ("generar", {"fila": FIRST, "generar-inicio": "18/4"}, "Fila 1: Falta la modalidad."),
        ("generar", {"generar-modalidad": "LP", "generar-inicio": "18/4"}, "No hay filas elegidas."),
        (
            "generar",
            {"fila": FIRST, "generar-inicio": "18/4", "generar-ejecucion": "mucho"},
            "«mucho» no es una duración.",
        ),
        ("copiar", {"fila": FIRST, "copiar-de": SECOND}, "El proyecto del que se copia no tiene fechas."),
        ("correr", {"fila": FIRST, "correr-dias": "x"}, "«x» no dice cuánto correr."),
        ("correr", {"fila": FIRST, "correr-dias": "5"}, "Fila 1: No hay fechas."),
        ("generar", {"generar-filas": "vacias", "generar-inicio": "18/4"}, "Filas 1, 2 y 3: Falta la modalidad."),
    ],
)
def test_a_tool_that_cannot_work_says_why(city_app: Flask, name: str, order: dict[str, str], told: str) -> None:
    ana = person(city_app)
    ana.open()
    assert told in " ".join(tool(ana, name, order, 422)["problems"])
    answer = ana.pages.post(f"{GRID}/{name}", ana.shown | order)
    for _ in range(2):
        assert told in ana.follow(answer)


def generated(app: Flask, *codes: str, modality: str = "LP") -> Person:
    ana = person(app)
    ana.open()
    order = {"fila": [*codes], "generar-modalidad": modality, "generar-inicio": "18/4"}
    ana.pages.post(f"{GRID}/generar", ana.shown | order)
    ana.open()
    return ana


def test_dates_already_typed_are_replaced_only_when_asked(city_app: Flask) -> None:
    ana = generated(city_app, FIRST)
    order = {"fila": [FIRST, SECOND], "generar-modalidad": "LP", "generar-inicio": "2/5"}
    told = tool(ana, "generar", order)
    assert set(told["rows"]) == {SECOND}
    assert "Fila 1: Ya hay fechas." in told["problems"][0]
    assert set(tool(ana, "generar", order | {"generar-reemplazar": "si"})["rows"]) == {FIRST, SECOND}


def test_a_row_is_copied_to_the_similar_ones(city_app: Flask) -> None:
    ana = generated(city_app, FIRST)
    ana.save({f"{THIRD}-modalidad": "MC"})
    ana.open()
    order = {"copiar-de": FIRST, "copiar-filas": "similares"}
    assert set(tool(ana, "copiar", order)["rows"]) == {SECOND}
    told = tool(ana, "copiar", {"copiar-de": FIRST, "fila": [THIRD]}, 422)
    assert "Su modalidad es MC y la del otro, LP." in told["problems"][0]
    ana.pages.post(f"{GRID}/copiar", ana.shown | order)
    ana.open()
    assert [ana.shown[f"{SECOND}-{part}"] for part in ("modalidad", "H01", "H04")] == ["LP", "18/04/22", "16/05/22"]


@pytest.mark.parametrize(("days", "expected"), [("5", "29/04/22"), ("-2", "20/04/22"), ("−2", "20/04/22")])
def test_a_row_is_shifted_by_working_days_but_for_what_was_met(city_app: Flask, days: str, expected: str) -> None:
    ana = generated(city_app, FIRST)
    ana.save({f"{FIRST}-H01-real": "18/04/22", f"{FIRST}-H01": "11/4"})
    ana.open()
    ana.pages.post(f"{GRID}/correr", ana.shown | {"fila": [FIRST], "correr-dias": days})
    ana.open()
    assert (ana.shown[f"{FIRST}-H01"], ana.shown[f"{FIRST}-H02"]) == ("11/04/22", expected)


def test_a_planned_day_that_has_passed_asks_whether_it_was_met(city_app: Flask) -> None:
    ana = person(city_app)
    page = ana.open()
    assert "¿Ya se cumplió?" not in page
    ana.save(full(FIRST) | {f"{FIRST}-H01": "11/4/2022"})
    page = ana.open()
    assert page.html.count("¿Ya se cumplió?") == 1
    ana.save({f"{FIRST}-H01-real": "12/4"})
    assert "real 12/04/22" in ana.open()
    ana.save({f"{FIRST}-H01-real": "19/4"})
    assert "La fecha real de «Estudios previos aprobados» está en el futuro." in ana.open()


def test_no_aplica_asks_for_its_reason_and_the_baseline_keeps_it(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    ana.save(full(FIRST) | {f"{FIRST}-H10": "No aplica"})
    page = ana.open()
    assert "Falta el motivo por el que «Avance físico 50 %» no aplica." in page
    ana.save({f"{FIRST}-H10-motivo": "Compra con una sola entrega"})
    page = ana.open()
    assert "Falta el motivo" not in page
    ana.save({f"{code}-fuera": "Sin estudio de suelos" for code in (SECOND, THIRD)})
    register(city_app, ana)
    with city_app.app_context():
        reasons = select(BaselineLine.milestone_code, BaselineLine.reason).where(BaselineLine.reason.is_not(None))
        assert db.session.execute(reasons).all() == [("H10", "Compra con una sola entrega")]
    assert "Lo guardado coincide con lo registrado" in ana.pages.get("/registro/constancia/1")


@pytest.mark.parametrize(("modality", "told"), [("MC", False), ("LP", True)])
def test_what_the_modality_does_not_need_asks_for_no_reason(city_app: Flask, modality: str, told: bool) -> None:
    ana = person(city_app)
    ana.open()
    ana.save({f"{FIRST}-modalidad": modality, f"{FIRST}-H04": "No aplica"})
    assert ("Falta el motivo" in ana.open()) is told


def test_up_to_three_milestones_of_its_own_have_a_name_and_a_date(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    ana.save({f"{FIRST}-P01-nombre": "Entrega a la comunidad", f"{FIRST}-P01": "25/11", f"{FIRST}-P02": "26/11"})
    page = ana.open()
    assert (ana.shown[f"{FIRST}-P01-nombre"], ana.shown[f"{FIRST}-P01"]) == ("Entrega a la comunidad", "25/11/22")
    assert "El hito propio P02 no tiene nombre." in page
    ana.save({f"{FIRST}-P02": ""})
    assert "no tiene nombre" not in ana.open()
    assert ana.shown[f"{FIRST}-P01-nombre"] == "Entrega a la comunidad"


def test_a_project_without_dates_for_now_does_not_block_the_others(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    ana.save(full(FIRST) | full(SECOND) | {f"{THIRD}-fuera": "Sin predio todavía"})
    page = ana.open()
    assert "Por fuera" in page
    assert ana.pages.get(f"{GRID}/revisar", 302).location == f"{GRID}/enviar"
    register(city_app, ana)
    ana.open()
    assert f"{FIRST}-H01" not in ana.shown
    assert ana.shown[f"{THIRD}-fuera"] == "Sin predio todavía"


def test_an_emptied_reason_brings_the_project_back(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    ana.save({f"{THIRD}-fuera": "Sin predio todavía"})
    ana.open()
    ana.save({f"{THIRD}-fuera": ""})
    assert "Por fuera" not in ana.open()
    with city_app.app_context():
        assert db.session.scalars(select(PlanDraft.left_out_reason)).all() == [None]
        assert db.session.scalars(select(PlanDraftLine)).all() == []


def test_a_lost_session_answers_the_script_without_saving(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    typed = row(ana, FIRST, H01="26/4")
    stranger = city_app.test_client()
    assert stranger.post(SAVE, data=typed, headers=JSON).status_code == 401
    assert fields(ana.pages.get(GRID))[f"{FIRST}-H01"] == ""
    assert SALUD in GRID
