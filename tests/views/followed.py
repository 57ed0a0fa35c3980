"""A vigencia with a project in every state, followed on 15 July 2022, and people who read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.project import ProjectState
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia
from tests.factories_db import make_organism, make_user
from tests.pages import Pages
from tests.portfolio_db import PLANNED, NewProject, met_through, open_vigencia

TODAY = date(2022, 7, 15)
HEALTH, WORKS, SPORT = "4145", "4151", "4162"
_SOON = {code: date(2022, 7, 25) for code in ("H07", "H08", "H09")}

ON_TIME = NewProject("BP26000001", HEALTH, "Puesto de salud", actual=met_through("H09"), allocation_cop=400_000_000)
LATE = NewProject(
    "BP26000002",
    HEALTH,
    "Jornadas de vacunación",
    actual=met_through("H02", days_late=4),
    forecast={"H03": date(2022, 8, 5)},
    allocation_cop=300_000_000,
    territories=("01", "51"),
)
SUSPENDED = NewProject("BP26000003", HEALTH, "Dotación", states=[(ProjectState.SUSPENDED, date(2022, 6, 1))])
WITHDRAWN = NewProject("BP26000004", HEALTH, "Brigadas", states=[(ProjectState.WITHDRAWN, date(2022, 6, 1))])
MONEY = NewProject(
    "BP26000005",
    WORKS,
    "Malla vial",
    actual=met_through("H09"),
    allocation_cop=900_000_000,
    commitments_cop=600_000_000,
)
MOVED = NewProject(
    "BP26000006",
    WORKS,
    "=Andenes y ñandúes",
    replanned=dict(PLANNED) | _SOON,
    actual=met_through("H06"),
    own={"P01": ("Entrega a la comunidad", date(2022, 8, 1))},
    not_applicable=("H14",),
    allocation_cop=70_000_001,
)
CLOSED = NewProject("BP26000007", WORKS, "Mirador", actual=dict.fromkeys(PLANNED, date(2022, 7, 1)))
NO_PLAN = NewProject("BP26000008", SPORT, "Cancha", planned=None, allocation_cop=600_000_000)
PROJECTS = (ON_TIME, LATE, SUSPENDED, WITHDRAWN, MONEY, MOVED, CLOSED, NO_PLAN)


def stand_at(app: Flask, today: date = TODAY) -> None:
    """Fix the date *today* of the application."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], today=today)


def follow(app: Flask, projects: tuple[NewProject, ...] = PROJECTS, today: date = TODAY) -> None:
    """Open the vigencia with these projects and stand at ``today``."""
    stand_at(app, today)
    with app.app_context():
        open_vigencia(projects)


def reader(app: Flask, role: Role = Role.LECTURA, organism: str = "") -> Pages:
    """A browser of somebody with this role, of this organism where it needs one."""
    with app.app_context():
        user = make_user(role, make_organism(organism) if organism else None)
    return Pages(app).log_in(user)


def seen(app: Flask, cutoff: date = TODAY) -> Portfolio:
    """The figures that pages must show."""
    with app.app_context():
        return assess_portfolio(find_vigencia(2022), cutoff)
