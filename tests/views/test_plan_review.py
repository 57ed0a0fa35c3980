"""The review of a plan: everything wrong and doubtful at once, a reason for what stays so."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.extensions import db
from pp_monitor.models.plan import BaselineRow
from pp_monitor.models.plan_rule import PlanJustification
from pp_monitor.models.project import ProjectBacking
from tests.pages import NOT_FOUND, Page
from tests.plan_data import TODAY
from tests.views.registering import (
    FIRST,
    GRID,
    SECOND,
    THIRD,
    Person,
    count,
    fields,
    fill,
    full,
    person,
    refused,
    register,
    send,
)

REVIEW = f"{GRID}/revisar"
AREA = re.compile(r'<textarea [^>]*name="([0-9a-f]{8}-reason)"')


def draft(ana: Person, **changes: str) -> Page:
    """All three projects complete, the first one changed; the review that follows."""
    ana.open()
    cells = {name: text for project in (FIRST, SECOND, THIRD) for name, text in full(project).items()}
    ana.save(cells | {name.replace("_", "-"): text for name, text in changes.items()})
    return ana.pages.get(REVIEW, 302 if not changes else 200)


def first(milestone: str) -> str:
    return f"{FIRST}_{milestone}"


def late(project: str = FIRST) -> dict[str, str]:
    """A completion after the year and the closure that follows it."""
    days = {"H11": "17/01/2023", "H12": "19/01/2023", "H13": "20/01/2023", "H14": "24/01/2023"}
    return {f"{project}_{code}": day for code, day in days.items()}


def swapped() -> dict[str, str]:
    """Offers that close after the award."""
    return {first("H05"): "06/07/2022"}


def answers(page: Page, reason: str = "El diseño ya está contratado.") -> dict[str, str]:
    """What a browser sends with the same reason in every box."""
    return fields(page) | dict.fromkeys(AREA.findall(page.html), reason)


def test_a_plan_without_doubts_goes_on_at_once(city_app: Flask) -> None:
    page = draft(person(city_app))
    assert page.response.location.endswith("/enviar")


def test_equal_doubts_stand_together_with_one_box(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **late(), **late(SECOND), **swapped())
    assert "Terminación después del 31 de diciembre" in page
    assert page.html.count("Con qué se paga") == 1
    assert len(AREA.findall(page.html)) == 2
    assert f'href="{GRID}#cell-{FIRST}-H11"' in page.html


def test_going_on_needs_every_reason_and_keeps_what_was_typed(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **swapped(), **late())
    boxes = AREA.findall(page.html)
    document = next(name for name in fields(page) if name.endswith("-document"))
    typed = fields(page) | {boxes[0]: "Lo pide la comunidad", document: "Acuerdo 512", "accion": "continuar"}
    again = ana.pages.post(REVIEW, typed).location
    for _ in range(2):
        page = ana.pages.get(again)
        assert "Falta la justificación de" in page
        assert "Lo pide la comunidad" in html.unescape(page.html)
        assert fields(page)[document] == "Acuerdo 512"
    later = ana.pages.get(REVIEW)
    assert "Lo pide la comunidad" in later
    assert "Falta la justificación de" not in later


def test_what_was_typed_stays_when_dates_move_to_working_days(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **swapped(), **{first("H11"): "20/11/2022"})
    assert 'formaction="/registro/4145/habiles"' in page.html
    moved = ana.pages.send(f"{GRID}/habiles", answers(page, "Lo pide la comunidad"))
    assert "Fechas que pasaron al siguiente día hábil: 1." in moved
    assert "Lo pide la comunidad" in moved
    assert count(city_app, PlanJustification) == 0


def test_a_justification_too_long_is_told_at_its_box(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **swapped())
    told = ana.pages.send(REVIEW, answers(page, "x" * 1001) | {"accion": "continuar"})
    assert "Escriba máximo 1.000 caracteres." in told
    assert count(city_app, PlanJustification) == 0


def test_a_completion_after_the_year_needs_its_document_and_is_then_backed(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **late())
    backing = re.findall(r'name="([0-9a-f]{8})-backing"', page.html)[0]
    told = ana.pages.send(REVIEW, answers(page) | {"accion": "continuar"})
    assert "Falta con qué se paga o el documento." in told
    whole = answers(page) | {f"{backing}-backing": "future_appropriation", f"{backing}-document": "Acuerdo 512"}
    ana.pages.post(REVIEW, whole | {"accion": "continuar"}, 302)
    register(city_app, ana)
    with city_app.app_context():
        row = db.session.scalars(select(ProjectBacking)).one()
        assert (row.is_backed, row.act, row.valid_from) == (True, "Acuerdo 512", TODAY)


def test_an_account_payable_backs_no_later_completion(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **late())
    backing = re.findall(r'name="([0-9a-f]{8})-backing"', page.html)[0]
    whole = answers(page) | {f"{backing}-backing": "payable", f"{backing}-document": "Acta 3"}
    ana.pages.post(REVIEW, whole | {"accion": "continuar"}, 302)
    register(city_app, ana)
    assert count(city_app, ProjectBacking) == 0


def test_nothing_is_sent_while_a_reason_is_missing(city_app: Flask) -> None:
    ana = person(city_app)
    draft(ana, **swapped())
    page = refused(ana)
    assert "Falta la justificación de" in page
    assert count(city_app, BaselineRow) == 0


def test_a_reason_is_written_once_however_often_it_is_sent(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **swapped())
    for _ in range(2):
        ana.pages.post(REVIEW, answers(page) | {"accion": "guardar"}, 302)
    assert count(city_app, PlanJustification) == 1


def test_days_off_are_information_and_move_only_when_asked(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **{first("H13"): "15/10/2022", f"{SECOND}_H13": "17/10/2022"})
    assert "Fechas en días no hábiles" in page
    assert AREA.findall(page.html) == []
    ana.open()
    assert ana.shown[f"{FIRST}-H13"] == "15/10/22"
    ana.pages.post(f"{GRID}/habiles", {}, 302)
    ana.open()
    assert (ana.shown[f"{FIRST}-H13"], ana.shown[f"{SECOND}-H13"]) == ("18/10/22", "18/10/22")


def test_only_the_organisms_own_enlace_reviews(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **swapped(), **{first("H13"): "15/10/2022"})
    other = person(city_app, organism="4151").pages
    assert NOT_FOUND in other.get(REVIEW, 404)
    assert NOT_FOUND in other.post(REVIEW, answers(page) | {"accion": "guardar"}, 404)
    assert NOT_FOUND in other.post(f"{GRID}/habiles", {}, 404)
    assert count(city_app, PlanJustification) == 0
    ana.open()
    assert ana.shown[f"{FIRST}-H13"] == "15/10/22"


def test_a_project_left_incomplete_is_no_obstacle_for_the_others(city_app: Flask) -> None:
    ana = person(city_app)
    fill(ana, FIRST)
    page = ana.pages.get(REVIEW)
    assert "Todavía no tiene ninguna fecha." in page
    assert "Continuar con 1 proyecto" in page


def test_a_date_that_has_passed_asks_whether_it_was_met(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **{first("H01"): "11/04/2022", f"{SECOND}_H01": "11/04/2022", f"{SECOND}_H01_real": "11/04/2022"})
    assert "¿Ya se cumplió?" in page
    assert "1 fecha · no impiden enviar" in page
    assert f'href="{GRID}#cell-{FIRST}-H01"' in page.html
    assert f"#cell-{SECOND}-H01" not in page.html
    assert AREA.findall(page.html) == []
    assert "¿Ya se cumplió?" in ana.pages.get(f"{GRID}/enviar")
    register(city_app, ana)


def test_a_project_without_dates_for_now_is_never_an_error(city_app: Flask) -> None:
    ana = person(city_app)
    fill(ana, FIRST, SECOND)
    ana.open()
    ana.save({f"{THIRD}-H01": "18/04/2022", f"{THIRD}-fuera": "La comunidad aún no decide."})
    assert ana.pages.get(REVIEW, 302).location.endswith("/enviar")
    page = ana.pages.get(f"{GRID}/enviar")
    assert "Por fuera La comunidad aún no decide." in page
    assert 'name="reason"' not in page.html
    send(ana)


def test_the_doubts_of_projects_with_errors_are_told_with_the_others(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **late(), **{first("H09"): "No aplica"})
    assert page.html.index("«Acta de inicio» es obligatorio.") < page.html.index("Terminación después del 31 de")
    asked = ana.pages.post(REVIEW, fields(page) | {"accion": "continuar"}, 302)
    assert asked.location.endswith("/enviar")


def test_an_own_milestone_without_name_is_an_error_of_the_review(city_app: Flask) -> None:
    page = draft(person(city_app), **{first("P03"): "08/11/2022"})
    assert "El hito propio P03 no tiene nombre." in page


def test_dates_that_the_modality_does_not_need_are_told_and_taken_away_when_asked(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **{first("modalidad"): "AMP", f"{SECOND}_modalidad": "LP"})
    assert "Fechas de hitos que la modalidad no exige" in page
    assert f'href="{GRID}#cell-{FIRST}-H04"' in page.html
    assert "1 fecha · no impiden enviar" in page
    ana.open()
    assert ana.shown[f"{FIRST}-H04"] != "No aplica"
    told = ana.pages.post(f"{GRID}/no-aplican", {}, 302)
    assert "Hitos que quedaron como «No aplica»: 1." in ana.pages.get(told.location)
    ana.open()
    assert ana.shown[f"{FIRST}-H04"] == "No aplica"
    assert ana.shown[f"{SECOND}-H04"] != "No aplica"


def test_short_terms_of_one_modality_have_one_title_and_one_box(city_app: Flask) -> None:
    page = draft(
        person(city_app),
        **{first("modalidad"): "LP", f"{SECOND}_modalidad": "SAMC"},
        **{f"{project}_H04": "03/05/2022" for project in (FIRST, SECOND)},
        **{f"{project}_H03": "02/05/2022" for project in (FIRST, SECOND)},
        **{f"{project}_H05": "04/05/2022" for project in (FIRST, SECOND)},
        **{f"{project}_H06": "05/05/2022" for project in (FIRST, SECOND)},
    )
    titles = re.findall(r">(Plazos [^<]+)<", page.html)
    assert sorted(titles) == [
        "Plazos cortos en licitación pública",
        "Plazos cortos en selección abreviada de menor cuantía",
    ]
    assert "«Adjudicación o selección» hay 3 días hábiles" in page


def test_the_last_look_shows_what_was_answered_only_of_what_goes(city_app: Flask) -> None:
    ana = person(city_app)
    page = draft(ana, **late(), **late(SECOND), **{f"{SECOND}_H09": "No aplica"})
    backing = re.findall(r'name="([0-9a-f]{8})-backing"', page.html)[0]
    whole = answers(page) | {f"{backing}-backing": "reserve", f"{backing}-document": "Acuerdo 512"}
    ana.pages.post(REVIEW, whole | {"accion": "continuar"}, 302)
    last = ana.pages.get(f"{GRID}/enviar")
    said = "Reserva presupuestal, documento Acuerdo 512: El diseño ya está contratado."
    assert f"Terminación después del 31 de diciembre{FIRST} {said}" in last.text.replace(f" {FIRST}", FIRST)
    assert "Diga con qué se paga" not in last
    assert f"{FIRST}, {SECOND}" not in last


@pytest.mark.parametrize(
    ("reason", "document", "told"),
    [
        ("x", "Acuerdo 512", "Una justificación es demasiado corta. Escriba al menos 10 letras"),
        ("El diseño ya está contratado.", "x", "El documento no se puede reconocer. Identifíquelo con al menos 5"),
    ],
)
def test_a_reason_and_a_document_must_say_something(city_app: Flask, reason: str, document: str, told: str) -> None:
    ana = person(city_app)
    page = draft(ana, **late())
    backing = re.findall(r'name="([0-9a-f]{8})-backing"', page.html)[0]
    whole = answers(page, reason) | {f"{backing}-backing": "reserve", f"{backing}-document": document}
    assert told in ana.pages.send(REVIEW, whole | {"accion": "continuar"})
    assert count(city_app, PlanJustification) == 0


def test_what_stays_out_and_what_does_not_apply_need_a_reason_that_says_something(city_app: Flask) -> None:
    ana = person(city_app)
    fill(ana, FIRST)
    ana.open()
    ana.save({f"{THIRD}-fuera": "x", f"{SECOND}-H10": "No aplica", f"{SECOND}-H10-motivo": "x"})
    assert "El motivo por el que «Avance físico 50 %» no aplica es demasiado corto." in ana.pages.get(REVIEW)
    assert "Escriba al menos 10 letras" in refused(ana, reason="x")
    send(ana, reason="Falta el certificado de disponibilidad.")
