"""What people of the demonstration did with its cases, so that one of each state can be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from pp_monitor.domain.account import Grant, Role
from pp_monitor.models.entity import Vigencia
from pp_monitor.services import case
from pp_monitor.services.alert_read import CaseQuery, list_cases
from pp_monitor.services.audit import Actor
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.case import CaseAt, Stepper
from pp_monitor.services.case_read import find_case
from pp_monitor.services.case_row import CaseRow


def step_cases(vigencia: Vigencia, today: date, planning: Actor) -> None:
    """Give the gravest case of a project to its enlace, who answers; put one to rest and dismiss the mildest."""
    calendar = work_calendar(vigencia.entity_id, vigencia.last_recorded_at)
    rows = [row for row in list_cases(vigencia, calendar, today, CaseQuery()).page.rows if row.project]
    if len(rows) < 3:
        return
    by = Stepper(planning, (Grant(Role.PLANEACION, today),), today)
    _talk(vigencia, rows[0], by)
    rest = today + timedelta(days=12)
    case.snooze(_at(rows[1]), by, until=rest, reason="Se espera la respuesta de Hacienda sobre el CDP")
    case.dismiss(_at(rows[-1]), by, reason="El organismo explicó la diferencia con su acta")


def _talk(vigencia: Vigencia, row: CaseRow, by: Stepper) -> None:
    owner = next(
        holder
        for holder in case.owner_choices(vigencia.entity_id, [row.organism_id], by.today, by.grants)
        if holder.role is Role.ENLACE
    )
    case.handle(_at(row), by, owner_id=owner.user_id, commitment_on=by.today + timedelta(days=7))
    case.comment(row.id, by, "¿Qué falta para cumplir este hito y quién lo tiene?")
    calendar = work_calendar(vigencia.entity_id, vigencia.last_recorded_at)
    asked = find_case(vigencia, calendar, by.today, row.id).thread[-1]
    grant = Grant(Role.ENLACE, by.today, organism_id=row.organism_id, organism_code=row.organism_code)
    enlace = replace(by.actor, label=owner.label, user_id=owner.user_id)
    answer = "Falta el visto bueno de Contratación. Se reporta esta semana."
    case.answer(row.id, Stepper(enlace, (grant,), by.today), asked.id, answer)


def _at(row: CaseRow) -> CaseAt:
    return CaseAt(row.id, row.version)
