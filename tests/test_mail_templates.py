"""Mails out of templates."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import DictLoader

from pp_monitor.mail_templates import render_mail
from tests.conftest import AppFactory

TEMPLATES = {
    "mail/prueba/subject.txt": "Informe n.º {{ number }}\n  de {{ organism }}\n",
    "mail/prueba/body.txt": "\nCordial saludo, {{ organism }}:\n\n{{ public_url }}/informes\n\n",
    "mail/prueba/body.html": "<p>Cordial saludo, {{ organism }}: <a href='{{ public_url }}/informes'>ver</a></p>",
}


@pytest.fixture
def app_with_mail(make_app: AppFactory, tmp_path: Path) -> Flask:
    app = make_app(f"sqlite:///{tmp_path / 'x.sqlite3'}", public_url="https://pp.example.org/")
    app.jinja_env.loader = DictLoader(TEMPLATES)
    return app


def test_a_mail_is_the_same_in_and_out_of_a_request(app_with_mail: Flask) -> None:
    with app_with_mail.app_context():
        outside = render_mail("prueba", number=6, organism="Agua & Vida")
    with app_with_mail.test_request_context("/"):
        inside = render_mail("prueba", number=6, organism="Agua & Vida")

    assert outside == inside
    assert outside.subject == "Informe n.º 6 de Agua & Vida"
    assert outside.body_text == "Cordial saludo, Agua & Vida:\n\nhttps://pp.example.org/informes\n"


def test_what_people_typed_is_escaped_in_html_only(app_with_mail: Flask) -> None:
    with app_with_mail.app_context():
        mail = render_mail("prueba", number=6, organism="<b>Agua</b>")

    assert "<b>Agua</b>" in mail.body_text
    assert "&lt;b&gt;Agua&lt;/b&gt;" in mail.body_html
