"""Plans that were sent, and the people who decide on them in their browsers."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.plan import RegistrationStep
from pp_monitor.models.submission import PlanSubmission
from pp_monitor.services.submission import at_step
from tests.pages import Page, Pages, as_role
from tests.plan_data import SALUD, TODAY, City, build_city, project_code
from tests.submissions import approve, send
from tests.views.registering import fields

SENT = "/registro/envios/1"
FIRST, SECOND, THIRD = (project_code(number) for number in (1, 2, 3))


def sent_city(app: Flask) -> Flask:
    """A city where Salud has sent three plans."""
    with app.app_context():
        city = build_city(demo_today=TODAY)
        send(city)
        app.extensions["test_city"] = city
    return app


def person(app: Flask, role: Role, organism: str = SALUD) -> Pages:
    with app.app_context():
        city: City = app.extensions["test_city"]
        own = city.organism(organism) if role in (Role.ENLACE, Role.ORDENADOR) else None
    return as_role(app, role, own)


def approved(app: Flask) -> None:
    with app.app_context():
        city: City = app.extensions["test_city"]
        approve(city, db.session.scalars(select(PlanSubmission)).one())


def steps(app: Flask) -> dict[str, list[str]]:
    """Which projects stand at which step."""
    with app.app_context():
        city: City = app.extensions["test_city"]
        names = {id_: code for code, id_ in city.ids.items()}
        submission = db.session.scalars(select(PlanSubmission)).one()
        found = {step.value: sorted(names[id_] for id_ in at_step(submission, step)) for step in RegistrationStep}
    return {step: codes for step, codes in found.items() if codes}


def decide(head: Pages, action: str = "aprobar", **typed: str) -> Page:
    page = head.get(SENT)
    if action == "aprobar":
        page = head.send(f"{SENT}/decision", fields(page) | {"accion": action} | typed)
        action, typed = "confirmar", {}
    return head.post(f"{SENT}/decision", fields(page) | {"accion": action} | typed)
