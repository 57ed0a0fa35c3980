"""A document that comes with a request or with a change: kept whole, told everywhere, never lost on the way."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.models.progress import Evidence
from pp_monitor.models.submission import EvidenceContent
from tests.documents import LETTER, PDF, WORKBOOK
from tests.pages import Page, Pages
from tests.plan_data import VIAS, City
from tests.replanned import register
from tests.views.registering import count, fields, person
from tests.views.test_project_edit import CHANGES, NEW, typed
from tests.views.test_replanning import APPROVAL, ASK, PROJECT, WISH

SHORT_HASH = hashlib.sha256(PDF).hexdigest()[:12]
TOLD = f"acta 3.pdf, 1 KB, SHA-256 {SHORT_HASH}"
LINK = "https://example.org/acta.pdf"


def file(content: bytes = PDF, name: str = "../actas/acta 3.pdf", box: str = "file") -> dict[str, Any]:
    """A file as a browser sends it."""
    return {box: (io.BytesIO(content), name)}


def review(pages: Pages, changes: Mapping[str, Any]) -> Page:
    return pages.send(ASK, {**WISH, **changes, "accion": "revisar"})


def ask(pages: Pages, shown: Page, status: int = 302, **changes: str) -> Page:
    return pages.post(ASK, fields(shown) | WISH | changes | {"accion": "enviar"}, status)


@pytest.mark.parametrize(("content", "ending"), [(PDF, "pdf"), (WORKBOOK, "xlsx"), (LETTER, "docx")])
def test_a_request_keeps_its_document_from_the_first_look_to_the_history(
    app: Flask, city: City, content: bytes, ending: str
) -> None:
    ana, luz = person(app).pages, person(app, Role.PLANEACION).pages
    shown = review(ana, file(content))
    assert "Archivo adjunto: acta 3.pdf" in shown
    address = ask(ana, shown).location
    told = f"acta 3.pdf, 1 KB, SHA-256 {hashlib.sha256(content).hexdigest()[:12]}"
    assert told in luz.get(address)

    response = luz.get(f"{address}/soporte").response
    assert response.data == content
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert response.headers["Content-Disposition"].endswith(f'.{ending}"')
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    luz.post(f"{address}/aprobar", APPROVAL)
    page = ana.get(PROJECT)
    assert f"Descargar el soporte : {told}" in page
    assert f'href="{address}/soporte"' in page.html
    assert f'href="{address}"' in page.html


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"MZ\x90", "no es un PDF, una imagen, un libro de Excel ni un documento de Word"),
        (PDF + b"x" * 100, "El archivo pesa más de 10 MB."),
        (b"", "El archivo está vacío."),
    ],
)
def test_a_wrong_file_is_told_at_its_box_and_nothing_is_lost(
    app: Flask, city: City, content: bytes, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("forms.attachment", "services.evidence"):
        monkeypatch.setattr(f"pp_monitor.{module}.LARGEST_BYTES", 100)
    page = review(person(app).pages, file(content))
    assert told in page
    assert "Se declaró desierta." in page
    assert fields(page)["fecha_H07"] == "26/07/2022"
    assert count(app, Evidence) == 0


def test_a_fault_elsewhere_does_not_lose_the_file(app: Flask, city: City) -> None:
    ana = person(app).pages
    page = review(ana, {**file(), "justification": ""})
    shown = ana.send(ASK, fields(page) | WISH | {"accion": "revisar"})
    assert TOLD in ana.get(ask(ana, shown).location)


def test_a_file_is_taken_away_again(app: Flask, city: City) -> None:
    ana = person(app).pages
    shown = review(ana, file())
    page = ana.get(ask(ana, shown, drop="y").location)
    assert "SHA-256" not in page
    ana.get(f"{page.response.request.path}/soporte", 404)
    assert count(app, Evidence) == 0


def test_a_link_and_a_file_at_once_are_one_too_many(app: Flask, city: City) -> None:
    ana = person(app).pages
    page = review(ana, {**file(), "url": LINK})
    assert "Hay un enlace y un archivo. Deje solo uno de los dos." in page
    ask(ana, ana.send(ASK, fields(page) | {"url": ""} | WISH | {"accion": "revisar"}), url="")
    assert count(app, EvidenceContent) == 1


def test_nobody_uses_what_another_attached(app: Flask, city: City) -> None:
    shown = review(person(app).pages, file())
    page = review(person(app).pages, {"held": fields(shown)["held"]})
    assert "El archivo que adjuntó ya no está. Adjúntelo otra vez." in page


def returned(app: Flask, pages: Pages) -> str:
    """A request that came with a document and was returned; gives the address to ask it again."""
    address = ask(pages, review(pages, file())).location
    person(app, Role.PLANEACION).pages.post(f"{address}/devolver", {"devolver-reason": "Falta la fecha de H08."})
    return f"{ASK}?de={address.rpartition('/')[2]}"


def test_what_is_asked_again_comes_with_its_document(app: Flask, city: City) -> None:
    ana = person(app).pages
    again = ana.get(returned(app, ana))
    assert "Archivo adjunto: acta 3.pdf" in again
    shown = ana.send(ASK, fields(again) | WISH | {"accion": "revisar"})
    assert "Archivo adjunto: acta 3.pdf" in shown
    assert TOLD in ana.get(ask(ana, shown).location)
    assert count(app, EvidenceContent) == 1


def test_the_document_of_what_is_asked_again_is_replaced_or_taken_away(app: Flask, city: City) -> None:
    ana = person(app).pages
    again = ana.get(returned(app, ana))
    shown = ana.send(ASK, {**fields(again), **WISH, **file(LETTER, "carta.docx"), "accion": "revisar"})
    assert "Archivo adjunto: carta.docx" in shown
    shown = ana.send(ASK, fields(shown) | WISH | {"drop": "y", "accion": "revisar"})
    assert "Archivo adjunto" not in shown
    assert "SHA-256" not in ana.get(ask(ana, shown).location)


def test_another_project_cannot_take_the_document_of_a_request(app: Flask, city: City) -> None:
    ana = person(app).pages
    with app.app_context():
        register(city, 2)
    held = fields(ana.get(returned(app, ana)))["held"]
    other = ASK.replace("0001", "0002")
    page = ana.send(other, {**WISH, "held": held, "accion": "revisar"})
    assert "Archivo adjunto" in page
    # Ana attached it herself: it is hers; a colleague who never did gets none.
    page = person(app).pages.send(other, {**WISH, "held": held, "accion": "revisar"})
    assert "El archivo que adjuntó ya no está. Adjúntelo otra vez." in page


@pytest.mark.parametrize(
    ("role", "organism", "status"),
    [(Role.CONTROL, "4145", 200), (Role.ENLACE, "4145", 200), (Role.ENLACE, VIAS, 404), (Role.ADMIN, "4145", 403)],
)
def test_who_gets_a_document(app: Flask, city: City, role: Role, organism: str, status: int) -> None:
    ana, luz = person(app).pages, person(app, Role.PLANEACION).pages
    address = ask(ana, review(ana, file())).location
    luz.post(f"{CHANGES}/nombre", typed("nombre") | file(box="nombre-file"))
    reader = person(app, role, organism).pages.client
    assert reader.get(f"{address}/soporte").status_code == status
    assert reader.get(f"{CHANGES}/1/soporte").status_code == status


def test_a_change_keeps_its_act(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    page = luz.send(f"{CHANGES}/valor", typed("valor", amount="mucho") | file(box="valor-file"))
    luz.post(f"{CHANGES}/valor", typed("valor", held=fields(page)["valor-held"]))
    assert TOLD in luz.get(CHANGES)
    assert luz.get(f"{CHANGES}/1/soporte").response.data == PDF
    page = luz.get(PROJECT)
    assert f"Descargar el soporte : {TOLD}" in page
    assert f'href="{CHANGES}/1/soporte"' in page.html
    luz.get(f"{CHANGES}/2/soporte", 404)
    luz.get("/proyectos/pp-2022-bp26450002/cambios/1/soporte", 404)


def test_a_link_has_nothing_to_download(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    luz.post(f"{CHANGES}/nombre", typed("nombre", url=LINK))
    assert f'href="{LINK}"' in luz.get(CHANGES).html
    luz.get(f"{CHANGES}/1/soporte", 404)


def test_a_restart_keeps_its_act_while_its_dates_are_looked_at(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    luz.post(f"{CHANGES}/suspension", typed("suspension"))
    page = luz.send(f"{CHANGES}/reinicio", typed("reinicio", day="16/05/2022") | file(box="reinicio-file"))
    assert "Archivo adjunto: acta 3.pdf" in page
    luz.post(f"{CHANGES}/reinicio", fields(page) | typed("reinicio", day="16/05/2022") | {"accion": "registrar"})
    assert TOLD in luz.get(CHANGES)


def test_a_new_project_enters_with_its_act(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    page = luz.send("/proyectos/nuevo", NEW | {"code": "4119"} | file())
    added = luz.post("/proyectos/nuevo", NEW | {"held": fields(page)["held"]}).location
    assert TOLD in luz.get(added)
