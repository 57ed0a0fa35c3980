"""Back and reload after a form was answered: the answer is there again, and nothing is sent twice."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import expect

from pp_monitor.domain.light import Light
from pp_monitor.services import demo
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia
from tests.browser.site import Visitor, assert_sound
from tests.browser.test_registration import codes_owed
from tests.portfolio_db import PLANNED

DATIC = "/registro/4134"


def assert_there_again(visitor: Visitor, words: str) -> None:
    """Fail unless ``words`` are on the page, and again after another page and *Back*, and after a reload."""
    page = visitor.page
    expect(page.get_by_text(words).first).to_be_visible()
    assert_sound(page)
    visitor.go("/cuenta")
    page.go_back()
    expect(page.get_by_text(words).first).to_be_visible()
    page.reload()
    expect(page.get_by_text(words).first).to_be_visible()


def plan_csv(app: Flask) -> bytes:
    """Complete plans of what DATIC owes."""
    rows = [f"{code};{milestone};{day:%d/%m/%Y};" for code in codes_owed(app) for milestone, day in PLANNED.items()]
    return "\n".join(["proyecto;hito;fecha_planeada;no_aplica", *rows]).encode()


def upload(visitor: Visitor, content: bytes) -> None:
    visitor.go(f"{DATIC}/archivo")
    file = {"name": "plan.csv", "mimeType": "text/csv", "buffer": content}
    visitor.page.get_by_label("Archivo del plan").set_input_files(file)
    visitor.page.get_by_role("button", name="Revisar archivo").click()


def test_what_was_missing_to_send_a_plan_is_told_again_with_what_was_typed(own_demo: Flask, visitor: Visitor) -> None:
    page = visitor.page
    visitor.log_in("enlace.datic@example.org")
    upload(visitor, plan_csv(own_demo))
    page.get_by_role("button", name="Guardar como borrador").click()
    visitor.go(f"{DATIC}/enviar")
    page.get_by_label("Acto con que se registra").fill("Acta 3 del comité")
    page.get_by_role("button", name="Enviar").click()
    assert_there_again(visitor, "Marque la casilla para enviar.")
    expect(page.get_by_label("Acto con que se registra")).to_have_value("Acta 3 del comité")


def test_the_review_of_new_dates_is_there_again(own_demo: Flask, visitor: Visitor) -> None:
    page = visitor.page
    with own_demo.app_context():
        portfolio = assess_portfolio(find_vigencia(2022), demo.UNTIL)
        moving = [project for project in portfolio.of_organism("4151") if project.light is Light.YELLOW][-1]
    visitor.log_in("enlace.infraestructura@example.org")
    visitor.go(f"/proyectos/{moving.public_id}/reprogramar")
    page.get_by_label("Fecha nueva de").last.fill("20/12/2022")
    page.get_by_label("Causa").select_option("void_process")
    page.get_by_label("Justificación").fill("Se declaró desierta.")
    page.get_by_label("Documento de soporte").fill("Resolución 12 del 10/05/2022")
    page.get_by_role("button", name="Revisar solicitud").click()
    assert_there_again(visitor, "Así quedarían las fechas")
    page.get_by_role("button", name="Enviar solicitud a Planeación").click()
    expect(page.get_by_text("Solicitud enviada a Planeación.")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reprogramación n.º")


def test_the_review_of_a_file_is_there_again_and_can_still_be_saved(own_demo: Flask, visitor: Visitor) -> None:
    page = visitor.page
    visitor.log_in("enlace.datic@example.org")
    upload(visitor, plan_csv(own_demo))
    assert_there_again(visitor, "El archivo se puede guardar como borrador")
    page.get_by_role("button", name="Guardar como borrador").click()
    expect(page.get_by_text("Borrador guardado desde el archivo.")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("El archivo no cambia nada: 0 cambios")


def test_what_was_wrong_with_a_file_is_there_again(own_demo: Flask, visitor: Visitor) -> None:
    visitor.log_in("enlace.datic@example.org")
    upload(visitor, plan_csv(own_demo).replace(b";18/04/2022;", b";31/02/2022;"))
    assert_there_again(visitor, "Si necesita ayuda, dé este código:")


def test_the_confirmation_of_an_approval_is_there_again_with_the_reason_that_was_typed(visitor: Visitor) -> None:
    page = visitor.page
    visitor.log_in("despacho.datic@example.org")
    visitor.go("/registro/envios/1")
    page.get_by_text("Devolver este proyecto").first.click()
    page.get_by_label("Motivo para devolver").first.fill("Corrija la fecha del contrato")
    page.get_by_role("button", name="Aprobar el plan").click()
    assert_there_again(visitor, "Sí, aprobar 1 proyecto y devolver 1")
    page.get_by_role("link", name="Volver sin decidir").click()
    expect(page.get_by_label("Motivo para devolver").first).to_have_value("Corrija la fecha del contrato")


def test_a_decision_on_new_dates_is_there_again_with_what_was_missing(visitor: Visitor) -> None:
    page = visitor.page
    visitor.log_in("planeacion@example.org")
    visitor.go("/reprogramaciones/2")
    page.get_by_label("Acto", exact=True).fill("Oficio 4132 del 20/09/2022")
    page.get_by_role("button", name="Aprobar la reprogramación").click()
    assert_there_again(visitor, "Marque la casilla para aprobar.")
    expect(page.get_by_label("Acto", exact=True)).to_have_value("Oficio 4132 del 20/09/2022")


def test_a_new_project_is_there_again_with_more_rows_for_territories(visitor: Visitor) -> None:
    page = visitor.page
    visitor.log_in("planeacion@example.org")
    visitor.go("/proyectos/nuevo")
    page.get_by_label("Nombre").fill("Parque nuevo")
    page.get_by_role("button", name="territorios").click()
    assert_there_again(visitor, "Territorio 10")
    expect(page.get_by_label("Nombre")).to_have_value("Parque nuevo")
