"""Cases on pages: who may take which step, two people on one case, and the same step on several."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Organism
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.case_read import REFRESH_JOB
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.job import RunKey, claim, finish
from tests.factories_db import make_organism, make_user
from tests.pages import NOT_FOUND, Page, Pages
from tests.portfolio_db import NewProject, an_actor, met_through, staff_every_organism
from tests.views.followed import HEALTH, PROJECTS, TODAY, WORKS, follow, reader, stand_at

WHY = "Se espera el concepto de Hacienda."


@pytest.fixture
def followed(app: Flask) -> Flask:
    """Two open cases: a late project of Health and the organism that owes a plan."""
    follow(app, PROJECTS)
    with app.app_context():
        staff_every_organism()
        refresh_alerts(find_vigencia(2022).id, TODAY, an_actor())
    return app


def case_of(app: Flask, organism: str = HEALTH) -> Alert:
    with app.app_context():
        query = db.select(Alert).join(Organism, Organism.id == Alert.organism_id).where(Organism.code == organism)
        found: Alert = db.session.scalars(query.order_by(Alert.id.desc())).first()
        return found


def page_of(app: Flask, organism: str = HEALTH) -> str:
    return f"/alertas/{case_of(app, organism).id}"


def somebody(app: Flask, role: Role, organism: str = "", label: str = "Ana Prueba") -> tuple[Pages, int]:
    """A browser of a person with a name, and their id."""
    with app.app_context():
        user = make_user(role, make_organism(organism) if organism else None, label=label)
        number = db.session.scalars(db.select(User.id).where(User.email == user.email)).one()
    return Pages(app).log_in(user), number


def typed(page: Page, word: str, **boxes: str) -> dict[str, str]:
    """What a person sends for a step of the page that they saw."""
    hidden = dict(re.findall(rf'name="({word}-(?:version|seen))" type="hidden" value="(\d+)"', page.html))
    hidden |= {
        name: value
        for value, name in re.findall(rf'type="hidden" value="(\d+)"[^>]*name="({word}-(?:version|seen))"', page.html)
    }
    assert len(hidden) == 2, f"{word} is not offered"
    return hidden | {f"{word}-{name}": text for name, text in boxes.items()}


def test_a_case_from_its_owner_to_its_end(followed: Flask) -> None:
    (luz, _), (ana, ana_id) = somebody(followed, Role.PLANEACION, label="Luz"), somebody(followed, Role.ENLACE, HEALTH)
    address = page_of(followed)
    page = ana.get(address)
    for words in (
        "Jornadas de vacunación",
        "«Proceso publicado» era para el 06/05/2022 y lleva 46 días hábiles de retraso.",
        "Nadie todavía",
        "Se abrió un caso crítico",
    ):
        assert words in page
    assert 'href="/proyectos/p-bp26000002#hitos"' in page.html
    assert 'href="/proyectos/p-bp26000002/avance"' in page.html
    sent = typed(page, "gestion", owner=str(ana_id), day="29/07/2022")
    page = ana.send(f"{address}/gestion", sent)
    assert "El caso está en gestión." in page
    assert "El caso está en gestión: Ana Prueba, compromiso 29/07/2022. Ana Prueba" in page
    page = luz.send(f"{address}/observacion", typed(luz.get(address), "observacion", text="¿Cuándo firma Hacienda?"))
    said = re.findall(r'action="(/alertas/\d+/respuesta/\d+)"', page.html)[0]
    name = f"respuesta-{said.rpartition('/')[2]}"
    page = ana.send(said, typed(ana.get(address), name, text="El viernes."))
    assert page.text.index("¿Cuándo firma Hacienda?") < page.text.index("El viernes.")
    page = luz.send(f"{address}/posponer", typed(luz.get(address), "posponer", day="01/08/2022", text=WHY))
    for words in ("Pospuesto", "01/08/2022", WHY, "Despertar ahora"):
        assert words in page
    page = luz.send(f"{address}/despertar", typed(page, "despertar"))
    assert "El caso despertó." in page
    page = luz.send(f"{address}/descartar", typed(page, "descartar", text="Se registró por error de digitación."))
    assert "Descartado" in page
    assert "Tomar en gestión" not in page
    page = luz.send(f"{address}/reabrir", typed(page, "reabrir", text="No era un error de digitación."))
    assert "El caso se abrió de nuevo." in page


OFFERED = {
    "gestion": {Role.PLANEACION, Role.ENLACE, Role.ORDENADOR},
    "observacion": {Role.PLANEACION, Role.ENLACE, Role.ORDENADOR, Role.CONTRATACION},
    "posponer": {Role.PLANEACION},
    "descartar": {Role.PLANEACION},
}
BOXES = {"gestion": {"day": "29/07/2022"}, "observacion": {"text": "Va en camino."}, "posponer": {"day": "01/08/2022"}}


@pytest.mark.parametrize("word", OFFERED)
@pytest.mark.parametrize(
    ("role", "organism"),
    [
        (Role.PLANEACION, ""),
        (Role.CONTRATACION, ""),
        (Role.LECTURA, ""),
        (Role.CONTROL, ""),
        (Role.ENLACE, HEALTH),
        (Role.ORDENADOR, HEALTH),
    ],
)
def test_a_step_is_offered_and_taken_only_where_it_is_allowed(
    followed: Flask, role: Role, organism: str, word: str
) -> None:
    pages, number = somebody(followed, role, organism)
    address, case = page_of(followed), case_of(followed)
    may = role in OFFERED[word]
    assert (f'action="{address}/{word}"' in pages.get(address).html) == may
    boxes = {"text": WHY} | BOXES.get(word, {}) | {"version": str(case.version), "seen": "1"}
    owner = {"owner": str(number)} if word == "gestion" else {}
    pages.post(
        f"{address}/{word}", {f"{word}-{name}": text for name, text in (boxes | owner).items()}, 302 if may else 403
    )
    with followed.app_context():
        changes = set(db.session.scalars(db.select(AlertEvent.change).where(AlertEvent.user_id == number)))
    assert bool(changes) == may


def test_people_of_another_organism_and_the_administrator_do_not_find_a_case(followed: Flask) -> None:
    address = page_of(followed)
    pages = reader(followed, Role.ENLACE, WORKS)
    pages.get(address, 404)
    pages.post(f"{address}/observacion", {"observacion-text": "Va en camino."}, 404)
    reader(followed, Role.ADMIN).get(address, 403)
    assert Pages(followed).get(address, 302).location.startswith("/ingresar?next=")
    reader(followed).get("/alertas/999999", 404)


def test_the_second_person_is_told_what_changed_and_keeps_what_was_typed(followed: Flask) -> None:
    (luz, luz_id), (ana, ana_id) = (
        somebody(followed, Role.PLANEACION, label="Luz Plan"),
        somebody(followed, Role.ENLACE, HEALTH),
    )
    address = page_of(followed)
    of_ana = typed(ana.get(address), "gestion", owner=str(ana_id), day="05/08/2022")
    luz.post(f"{address}/gestion", typed(luz.get(address), "gestion", owner=str(luz_id), day="29/07/2022"))
    page = ana.send(f"{address}/gestion", of_ana)
    assert "Este caso cambió mientras usted lo veía. Revíselo y repita el paso." in page
    told = r"Luz Plan, [\d/]{10} [\d:]{5}: El caso está en gestión: Luz Plan, compromiso 29/07/2022"
    assert re.search(told, page.text)
    assert 'value="05/08/2022"' in page.html
    ana.post(f"{address}/gestion", typed(page, "gestion", owner=str(ana_id), day="05/08/2022"))
    assert case_of(followed).owner_id == ana_id


def test_what_was_typed_in_a_step_that_is_gone_is_shown(followed: Flask) -> None:
    luz, ana = reader(followed, Role.PLANEACION), reader(followed, Role.ENLACE, HEALTH)
    address = page_of(followed)
    sent = typed(ana.get(address), "observacion", text="Ya radicamos los diseños.")
    luz.post(f"{address}/descartar", typed(luz.get(address), "descartar", text="Es un error del plan registrado."))
    page = ana.send(f"{address}/observacion", sent)
    assert "Lo que usted había escrito: Ya radicamos los diseños." in page
    assert "no se puede comentar" in page


@pytest.mark.parametrize(
    ("word", "boxes", "told"),
    [
        ("gestion", {"owner": "", "day": "29/07/2022"}, "Elija quién responde por el caso."),
        ("gestion", {"day": "01/07/2022"}, "La fecha de compromiso ya pasó."),
        ("gestion", {"day": "31/02/2022"}, "31/02/2022"),
        ("gestion", {"day": "01/01/2023"}, "La fecha de compromiso pasa del seguimiento de la vigencia."),
        ("posponer", {"day": "30/12/2022", "text": WHY}, "Un caso se pospone máximo 60 días hábiles."),
        ("observacion", {"text": "x" * 2_001}, "Escriba máximo 2.000 caracteres."),
        ("posponer", {"day": "15/07/2022", "text": WHY}, "El caso debe despertar después de hoy."),
        ("posponer", {"day": "01/08/2022", "text": "Ya"}, "demasiado corto"),
        ("descartar", {"text": ""}, "Escriba el motivo por el que se descarta."),
        ("observacion", {"text": "  "}, "Escriba la observación."),
    ],
)
def test_what_is_wrong_is_told_at_its_box_and_nothing_is_lost(
    followed: Flask, word: str, boxes: dict[str, str], told: str
) -> None:
    luz, luz_id = somebody(followed, Role.PLANEACION)
    address = page_of(followed)
    owner = {"owner": str(luz_id)} if word == "gestion" else {}
    page = luz.send(f"{address}/{word}", typed(luz.get(address), word, **(owner | boxes)))
    assert told in page
    for name, text in boxes.items():
        assert not text.strip() or name == "owner" or text in page.html
    assert case_of(followed).version == 1


def test_a_step_that_does_not_exist_is_not_found(followed: Flask) -> None:
    luz = reader(followed, Role.PLANEACION)
    address = page_of(followed)
    assert NOT_FOUND in luz.post(f"{address}/otra", {}, 404)
    assert NOT_FOUND in luz.post(f"{address}/respuesta/999999", {"respuesta-999999-text": "No está."}, 404)
    assert "No está." not in luz.get(address)


def boxes_of(page: Page) -> list[str]:
    return re.findall(r'name="caso" value="([^"]+)"', page.html)


def test_several_cases_are_assigned_and_those_that_refuse_are_told(followed: Flask) -> None:
    luz, luz_id = somebody(followed, Role.PLANEACION, label="Luz Plan")
    listed = luz.get("/alertas?nivel=critical")
    ticked = boxes_of(listed)
    address = page_of(followed)
    luz.post(f"{address}/gestion", typed(luz.get(address), "gestion", owner=str(luz_id), day="29/07/2022"))
    sent = {"caso": ticked, "asignar-owner": str(luz_id), "asignar-commitment_on": "05/08/2022"}
    page = luz.send("/alertas/asignar?nivel=critical", sent)
    assert "1 caso asignado." in page
    assert f"Jornadas de vacunación (caso {case_of(followed).id}): Este caso cambió mientras usted lo veía." in page
    assert page.html.count('name="caso" value="') == 2
    assert " checked" not in page.html
    assert 'value="05/08/2022"' in page.html
    assert "Luz Plan, compromiso 29/07/2022" in page
    assert "Luz Plan, compromiso 05/08/2022" in page


def test_an_owner_who_cannot_have_a_case_is_refused_for_that_one(followed: Flask) -> None:
    _, ana_id = somebody(followed, Role.ENLACE, HEALTH, label="Ana de Salud")
    luz = reader(followed, Role.PLANEACION)
    ticked = boxes_of(luz.get("/alertas"))
    sent = {"caso": ticked, "asignar-owner": str(ana_id), "asignar-commitment_on": "05/08/2022"}
    page = luz.send("/alertas/asignar", sent)
    assert "1 caso asignado." in page
    assert "Secretaría del Deporte y la Recreación (caso" in page
    assert "Esa persona no puede ser responsable de este caso." in page
    assert page.html.count(" checked") == 1


def test_several_cases_rest_until_a_day(followed: Flask) -> None:
    luz = reader(followed, Role.PLANEACION)
    ticked = boxes_of(luz.get("/alertas"))
    page = luz.send("/alertas/posponer", {"caso": ticked, "posponer-until": "01/08/2022", "posponer-reason": WHY})
    assert "2 casos pospuestos." in page
    assert "Pospuesto hasta el 01/08/2022" in page


@pytest.mark.parametrize(
    ("address", "sent", "told"),
    [
        ("asignar", {"asignar-commitment_on": "05/08/2022"}, "Elija quién responde por el caso."),
        (
            "posponer",
            {"posponer-until": "01/07/2022", "posponer-reason": WHY},
            "El caso debe despertar después de hoy.",
        ),
        (
            "posponer",
            {"posponer-until": "01/08/2022", "posponer-reason": "x" * 2_001},
            "Escriba máximo 2.000 caracteres.",
        ),
        ("posponer", {"posponer-until": "01/08/2022", "posponer-reason": WHY, "caso": []}, "No marcó ningún caso."),
        ("posponer", {"posponer-until": "01/08/2022", "posponer-reason": WHY, "caso": ["x-1"]}, "No marcó ningún"),
    ],
)
def test_a_step_on_several_that_cannot_be_is_told_with_what_was_typed(
    followed: Flask, address: str, sent: dict[str, str], told: str
) -> None:
    luz = reader(followed, Role.PLANEACION)
    ticked = boxes_of(luz.get("/alertas"))
    page = luz.send(f"/alertas/{address}?nivel=critical", {"caso": ticked} | sent)
    assert told in page
    assert page.html.count(" checked") == (0 if "caso" in sent else 2)
    for text in sent.values():
        assert not isinstance(text, str) or text in page.html


def test_an_organism_assigns_its_own_and_learns_nothing_of_others(followed: Flask) -> None:
    ana, ana_id = somebody(followed, Role.ENLACE, HEALTH)
    page = ana.get("/alertas")
    assert "Asignar los marcados" in page
    assert "Posponer los marcados" not in page
    other = case_of(followed, "4162")
    sent = {"caso": [*boxes_of(page), f"{other.id}-1"], "asignar-owner": str(ana_id)}
    page = ana.send("/alertas/asignar", sent | {"asignar-commitment_on": "05/08/2022"})
    assert "1 caso asignado." in page
    assert f"Caso {other.id}: Ese caso no existe." in page
    assert "Deporte" not in page
    ana.post("/alertas/posponer", {"posponer-until": "01/08/2022", "posponer-reason": WHY}, 403)


@pytest.mark.parametrize("role", [Role.LECTURA, Role.CONTROL, Role.CONTRATACION])
def test_who_reads_ticks_nothing(followed: Flask, role: Role) -> None:
    pages = reader(followed, role)
    assert boxes_of(pages.get("/alertas")) == []
    for word in ("asignar", "posponer"):
        pages.post(f"/alertas/{word}", {}, 403)


def test_a_closed_case_tells_the_fact_that_closed_it(app: Flask) -> None:
    late = NewProject("BP26000001", actual=met_through("H09", days_late=4), forecast={"H11": date(2022, 8, 5)})
    follow(app, (late,))
    with app.app_context():
        vigencia = find_vigencia(2022).id
        refresh_alerts(vigencia, TODAY, an_actor())
        staff_every_organism()
        refresh_alerts(vigencia, TODAY, an_actor())
    page = reader(app).get("/alertas?estado=resolved")
    for words in (
        "Alertas: casos resueltos al 15 de julio de 2022",
        "1 caso · 0 sin cerrar en total",
        "15/07/2022 cerrado el 15/07/2022, a los 0 días hábiles",
        "Ya tiene enlace activo. Al cerrarse decía: No tiene enlace activo",
    ):
        assert words in page
    assert "hace 0 días" not in page
    file = reader(app).get("/alertas.csv?estado=resolved").response.get_data(as_text=True)
    assert file.strip().endswith(";2022-07-15;Ya tiene enlace activo.")
    address = re.findall(r'href="(/alertas/\d+)"', page.html)[0]
    page = reader(app).get(address)
    for words in ("Resuelto", "Ya tiene enlace activo.", "El caso está cerrado."):
        assert words in page


ASSIGNING = {"asignar-owner": "7", "asignar-commitment_on": "05/08/2022"}
SNOOZING = {"posponer-until": "01/08/2022", "posponer-reason": WHY}
EMPTY = {"asignar-owner": "", "asignar-commitment_on": "", "posponer-until": "", "posponer-reason": " "}


@pytest.mark.parametrize(
    ("sent", "goes_to"),
    [(SNOOZING, "/alertas/posponer"), ({"posponer-reason": WHY}, "/alertas/posponer"), (ASSIGNING, "/alertas/asignar")],
)
def test_enter_takes_the_step_that_was_filled(followed: Flask, sent: dict[str, str], goes_to: str) -> None:
    luz = reader(followed, Role.PLANEACION)
    page = luz.get("/alertas?nivel=critical")
    assert '<form class="pp-form" action="/alertas/marcadas?nivel=critical"' in page.html
    answer = luz.post("/alertas/marcadas?nivel=critical", {"caso": boxes_of(page)} | EMPTY | sent, 307)
    assert answer.location == f"{goes_to}?nivel=critical"


@pytest.mark.parametrize(
    ("sent", "told"), [({}, "No llenó ningún paso."), (ASSIGNING | SNOOZING, "Llenó los dos pasos.")]
)
def test_enter_does_nothing_where_it_is_not_clear_what(followed: Flask, sent: dict[str, str], told: str) -> None:
    luz = reader(followed, Role.PLANEACION)
    page = luz.send("/alertas/marcadas", {"caso": boxes_of(luz.get("/alertas"))} | EMPTY | sent)
    assert f"No se hizo nada {told}" in page
    assert page.html.count(" checked") == 2
    assert (WHY in page.html, 'value="05/08/2022"' in page.html) == (bool(sent), bool(sent))
    assert case_of(followed).version == 1


def test_enter_of_an_organism_assigns(followed: Flask) -> None:
    ana = reader(followed, Role.ENLACE, HEALTH)
    assert '<form class="pp-form" action="/alertas/asignar"' in ana.get("/alertas").html


def test_all_of_the_page_are_ticked_by_a_link_and_unticked_by_another(followed: Flask) -> None:
    luz = reader(followed, Role.PLANEACION)
    page = luz.get("/alertas?nivel=critical")
    assert 'href="/alertas?nivel=critical&amp;marcar=pagina">Marcar los 2 de esta página' in page.html
    page = luz.get("/alertas?nivel=critical&marcar=pagina")
    assert page.html.count(" checked") == 2
    assert 'href="/alertas?nivel=critical">Quitar las marcas' in page.html


@pytest.fixture
def many(app: Flask) -> Flask:
    """Sixty open cases, on two pages."""
    follow(app, tuple(NewProject(f"BP26{number:06d}") for number in range(60)))
    with app.app_context():
        staff_every_organism()
        refresh_alerts(find_vigencia(2022).id, TODAY, an_actor())
    return app


def seal_of(page: Page) -> str:
    return re.findall(r'name="todos" value="(\w+)"', page.html)[0]


def test_a_step_is_taken_on_all_that_the_filter_finds(many: Flask) -> None:
    luz = reader(many, Role.PLANEACION)
    page = luz.get("/alertas?nivel=critical")
    assert "Los 60 de este filtro, no solo los marcados" in page
    page = luz.send("/alertas/posponer?nivel=critical", SNOOZING | {"todos": seal_of(page)})
    assert "60 casos pospuestos." in page
    assert "60 Pospuesto" in page


def test_a_step_on_all_is_refused_where_the_list_is_another_by_now(many: Flask) -> None:
    luz = reader(many, Role.PLANEACION)
    page, address = luz.get("/alertas"), page_of(many)
    luz.post(f"{address}/descartar", typed(luz.get(address), "descartar", text="Es un error del plan registrado."))
    page = luz.send("/alertas/posponer", SNOOZING | {"todos": seal_of(page)})
    assert "No se hizo nada La lista cambió mientras usted la veía. Ahora son 59 casos: revise y repita." in page
    assert WHY in page.html
    assert "60 Pospuesto" not in page


def test_equal_refusals_are_told_once_with_how_many_cases(many: Flask) -> None:
    luz = reader(many, Role.PLANEACION)
    _, ana_id = somebody(many, Role.ENLACE, WORKS, label="Ana de Obras")
    page = luz.get("/alertas")
    assert "Ana de Obras" not in page
    sent = {"caso": boxes_of(page), "asignar-owner": str(ana_id), "asignar-commitment_on": "05/08/2022"}
    page = luz.send("/alertas/asignar", sent)
    assert page.text.count("Esa persona no puede ser responsable de este caso.") == 1
    assert "No se hizo nada 50 casos: Esa persona no puede ser responsable" in page
    assert "y 47 más." in page


def test_a_case_of_others_and_one_that_is_not_are_answered_alike(followed: Flask) -> None:
    ana, ana_id = somebody(followed, Role.ENLACE, HEALTH)
    other = case_of(followed, "4162")
    for number in (other.id, 99_999):
        sent = {"caso": [f"{number}-1"], "asignar-owner": str(ana_id), "asignar-commitment_on": "05/08/2022"}
        page = ana.send("/alertas/asignar", sent)
        assert f"No se hizo nada Caso {number}: Ese caso no existe." in page


@pytest.mark.parametrize(
    ("word", "boxes"),
    [("gestion", {"day": "01/07/2022"}), ("posponer", {"day": "15/07/2022", "text": WHY})],
)
def test_a_day_that_cannot_be_is_told_at_its_box(followed: Flask, word: str, boxes: dict[str, str]) -> None:
    luz, luz_id = somebody(followed, Role.PLANEACION)
    address = page_of(followed)
    owner = {"owner": str(luz_id)} if word == "gestion" else {}
    page = luz.send(f"{address}/{word}", typed(luz.get(address), word, **(owner | boxes)))
    assert f'<a href="#{word}-day">' in page.html
    assert re.search(rf'<input[^>]* aria-invalid="true"[^>]* id="{word}-day"', page.html)


def test_a_day_that_cannot_be_for_several_is_told_at_its_box(followed: Flask) -> None:
    luz = reader(followed, Role.PLANEACION)
    sent = {"caso": boxes_of(luz.get("/alertas")), "posponer-until": "01/07/2022", "posponer-reason": WHY}
    page = luz.send("/alertas/posponer", sent)
    assert '<a href="#posponer-until">' in page.html
    assert page.html.count('aria-invalid="true"') == 1


def test_the_same_owner_and_date_again_change_nothing(followed: Flask) -> None:
    luz, luz_id = somebody(followed, Role.PLANEACION)
    address = page_of(followed)
    for _ in range(2):
        sent = typed(luz.get(address), "gestion", owner=str(luz_id), day="29/07/2022")
        page = luz.send(f"{address}/gestion", sent)
    assert "El caso ya tiene ese responsable y esa fecha." in page
    assert page.html.count("está en gestión: ") == 1
    sent = {"caso": boxes_of(luz.get(f"/alertas?organismo={HEALTH}")), "asignar-owner": str(luz_id)}
    page = luz.send("/alertas/asignar", sent | {"asignar-commitment_on": "29/07/2022"})
    assert "No se hizo nada Jornadas de vacunación" in page
    assert case_of(followed).version == 2


def test_what_was_said_is_dated_and_stands_in_the_history(followed: Flask) -> None:
    luz = reader(followed, Role.PLANEACION)
    address = page_of(followed)
    page = luz.send(f"{address}/observacion", typed(luz.get(address), "observacion", text="¿Cuándo firma Hacienda?"))
    said = re.findall(r'action="(/alertas/\d+/respuesta/\d+)"', page.html)[0]
    page = luz.send(said, typed(page, f"respuesta-{said.rpartition('/')[2]}", text="El viernes."))
    thread, _, history = page.text.partition("Historia")
    assert thread.count("· 15/07/2022, guardada") == 2
    assert "15/07/2022 Se respondió una observación" in history
    assert "15/07/2022 Se escribió una observación" in history
    assert "El viernes." not in history


def test_a_case_tells_the_day_of_the_last_review_of_all(followed: Flask) -> None:
    luz = reader(followed, Role.PLANEACION)
    address = page_of(followed)
    assert "Revisado el 15/07/2022" in luz.get(address)
    stand_at(followed, date(2022, 7, 17))
    assert "Revisado el 15/07/2022" in luz.get(address)
    with followed.app_context():
        key = RunKey(an_actor().entity_id, REFRESH_JOB, "2022/2022-07-17")
        claim(key)
        assert "Revisado el 15/07/2022" in luz.get(address)
        finish(key, "")
    assert "Revisado el 17/07/2022" in luz.get(address)


def test_a_case_that_rose_says_since_when_it_has_its_level(followed: Flask) -> None:
    address = page_of(followed)
    assert "desde 11/07/2022" not in reader(followed, Role.PLANEACION).get(address)
    with followed.app_context():
        db.session.get_one(Alert, int(address.rpartition("/")[2])).level_on = date(2022, 7, 11)
        db.session.commit()
    assert re.search(r"(Leve|Grave|Crítico) desde 11/07/2022", reader(followed, Role.PLANEACION).get(address).text)


def test_an_owner_is_named_with_the_organism_once(followed: Flask) -> None:
    somebody(followed, Role.ENLACE, HEALTH, label="Enlace · Salud Pública")
    somebody(followed, Role.ENLACE, HEALTH, label="Ana")
    page = reader(followed, Role.PLANEACION).get("/alertas")
    assert ">Enlace · Salud Pública</option>" in page.html
    assert ">Ana · Salud Pública</option>" in page.html


def test_a_printed_list_names_its_filters(followed: Flask) -> None:
    page = reader(followed).get("/alertas?nivel=critical&q=salud")
    assert '<p class="pp-onprint">1 caso · Nivel: Crítico · Texto: salud</p>' in page.html
    assert "pp-onprint" not in reader(followed).get("/alertas").html


def test_an_observation_without_answer_is_seen_in_the_list(followed: Flask) -> None:
    luz, ana = reader(followed, Role.PLANEACION), reader(followed, Role.ENLACE, HEALTH)
    address = page_of(followed)
    page = luz.send(f"{address}/observacion", typed(luz.get(address), "observacion", text="¿Cuándo firma Hacienda?"))
    assert "0 Esperan su respuesta" in luz.get("/alertas")
    listed = ana.get("/alertas")
    assert "1 Esperan su respuesta" in listed
    assert 'href="/alertas?respuesta=organism"' in listed.html
    assert "espera respuesta del organismo" in listed
    assert "Jornadas de vacunación" in luz.get("/alertas?respuesta=organism")
    said = re.findall(r'action="(/alertas/\d+/respuesta/\d+)"', page.html)[0]
    ana.post(said, typed(ana.get(address), f"respuesta-{said.rpartition('/')[2]}", text="El viernes."))
    page = ana.send(f"{address}/observacion", typed(ana.get(address), "observacion", text="Falta el visto bueno."))
    listed = luz.get("/alertas?respuesta=planning")
    assert "1 Esperan su respuesta" in listed
    assert "espera respuesta de Planeación" in listed
    assert "Ningún caso cumple" in luz.get("/alertas?respuesta=organism")
    assert "Esperan su respuesta" not in reader(followed, Role.LECTURA).get("/alertas")
