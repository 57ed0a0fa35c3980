"""A registered project whose dates somebody asks to move."""

from __future__ import annotations

from datetime import date

from pp_monitor.domain.plan import BaselineKind, PlanLine
from pp_monitor.domain.replanning import ReplanningCause
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.plan import BaselineRow
from pp_monitor.services.event import Act, add_lines
from pp_monitor.services.replanning import Wish, ask
from pp_monitor.services.transaction import writing_vigencia
from tests.plan_data import City, plan_lines

# The plan has H07 on 19/07/2022 and H08 on 02/08/2022, both Tuesdays.
ASKED_ON = date(2022, 5, 16)
NEW_DATE = date(2022, 7, 26)
ACT = Act("Oficio 7", date(2022, 5, 17))


def register(city: City, number: int = 1, **lines: PlanLine) -> int:
    """B0 of a project, some of its lines replaced; give its id."""
    project_id = city.id(number)
    with writing_vigencia(city.vigencia_id) as now:
        row = BaselineRow(
            entity_id=city.actor.entity_id,
            project_id=project_id,
            number=0,
            kind=BaselineKind.REGISTRATION,
            decided_on=date(2022, 4, 18),
            act="Oficio 1",
            recorded_at=now,
        )
        db.session.add(row)
        db.session.flush()
        add_lines(row.entity_id, {row.id: plan_lines() | lines})
    return project_id


def wish(**dates: date) -> Wish:
    return Wish(
        dates or {"H07": NEW_DATE}, ReplanningCause.VOID_PROCESS, "Se declaró desierta.", "Resolución 12 del 10/05/2022"
    )


def asked(city: City, project_id: int, **dates: date) -> int:
    """Ask for new dates; give the request's id."""
    return ask(city.vigencia, project_id, wish(**dates), city.actor, ASKED_ON, render_mail)
