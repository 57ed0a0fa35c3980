"""A person of an organism who registers its plan: what they see, type and press."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.services.entity import find_organism
from tests import rows
from tests.factories_db import make_user
from tests.pages import Page, Pages
from tests.plan_data import SALUD, plan_lines, project_code

GRID = f"/registro/{SALUD}"
FIRST, SECOND, THIRD = (project_code(number) for number in (1, 2, 3))
FIELD = re.compile(r"<input ([^>]+)>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
SELECT = re.compile(r'<select name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected>')


@dataclass(slots=True)
class Person:
    """Somebody of an organism (or of the city) with a browser."""

    pages: Pages
    email: str
    shown: dict[str, str] = field(default_factory=dict)

    def open(self, url: str = GRID) -> Page:
        """Look at a page and keep what its fields hold."""
        page = self.pages.get(url)
        self.shown = fields(page)
        return page

    def follow(self, answer: Page) -> Page:
        """The page that a form leads to, with what its fields hold."""
        return self.open(answer.location)

    def save(self, cells: Mapping[str, str] | None = None, *, action: str = "guardar") -> Page:
        """Type in the grid last seen and press a button."""
        typed = self.shown | dict(cells or {})
        return self.pages.post(GRID, typed | {"accion": action})


def fields(page: Page) -> dict[str, str]:
    """Every field of the page with its value, as a browser would send them."""
    found: dict[str, str] = {}
    for tag in FIELD.findall(page.html):
        attributes = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(tag)}
        if attributes.get("type") in ("text", "hidden") and "name" in attributes:
            found[attributes["name"]] = attributes.get("value", "")
    for name, options in SELECT.findall(page.html):
        chosen = CHOSEN.findall(options)
        found[name] = chosen[0] if chosen else ""
    return found


def person(app: Flask, role: Role = Role.ENLACE, organism: str = SALUD, label: str = "Ana Prueba") -> Person:
    """Somebody with that role, of that organism where the role needs one, who has entered."""
    with app.app_context():
        needs_organism = role in (Role.ENLACE, Role.ORDENADOR)
        user = make_user(role, find_organism(organism) if needs_organism else None, label=label)
        return Person(Pages(app).log_in(user), user.email)


def full(project: str) -> dict[str, str]:
    """Every cell of a project with its date."""
    return {f"{project}-{code}": f"{line.planned:%d/%m/%Y}" for code, line in plan_lines().items()}


def count(app: Flask, table: Any) -> int:
    """How many rows a table has."""
    with app.app_context():
        return rows.count(table)


def send(ana: Person, **changes: str) -> Page:
    """Confirm what the last word shows."""
    page = ana.pages.get(f"{GRID}/enviar")
    return ana.pages.post(f"{GRID}/enviar", fields(page) | {"understood": "y"} | changes)


def refused(ana: Person, **changes: str) -> Page:
    """Confirm what the last word shows, and what is told when it is not sent."""
    return ana.pages.get(send(ana, **changes).location)


def register(app: Flask, ana: Person, **changes: str) -> None:
    """Send, let the head approve, and let it through at once."""
    number = int(send(ana, **changes).location.rpartition("/")[2])
    head, planner = person(app, Role.ORDENADOR), person(app, Role.PLANEACION)
    page = head.pages.get(f"/registro/envios/{number}")
    head.pages.post(f"/registro/envios/{number}/decision", fields(page) | {"accion": "confirmar"})
    let_through(planner.pages, f"/registro/envios/{number}")


def let_through(planner: Pages, sent: str) -> None:
    """Register what the head approved of a submission, on the page that asks once more."""
    planner.post(f"{sent}/registro", fields(planner.get(f"{sent}/registro")))


def fill(ana: Person, *projects: str) -> None:
    """Save a complete draft of the projects."""
    ana.open()
    ana.save({name: text for project in projects for name, text in full(project).items()})
