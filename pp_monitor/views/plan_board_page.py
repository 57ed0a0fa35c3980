"""The board of organisms: how far the registration of each one is, and what it was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.light import Light
from pp_monitor.formatters import date_short, date_time, plural
from pp_monitor.models.entity import Deadline
from pp_monitor.services.plan_board import BoardRow, Owed, Stage


def due_text(row: BoardRow) -> str:
    """How an organism stands before the deadlines of its projects, in a few words: what is late, what comes next."""
    if row.is_done:
        return "Completo"
    if row.is_suspended:
        return labels.LIGHT[Light.SUSPENDED]
    due = row.due
    told = [f"{labels.days_text(due.late_workdays)} de retraso"] if row.is_late else []
    if due.next_deadline and due.days_left is not None:
        day = date_short(due.next_deadline)
        told.append(f"el siguiente vence el {day}" if told else f"{day}, {_left_text(due.days_left)}")
    return " · ".join(told) or "Sin plazo"


def _left_text(days_left: int) -> str:
    if days_left == 0:
        return "vence ya"
    return f"{'falta' if days_left == 1 else 'faltan'} {labels.days_text(days_left)}"


@dataclass(frozen=True, slots=True)
class OwedView:
    """A project that lacks its plan and how it stands before its own deadline."""

    name: str
    url: str
    deadline: date | None
    standing: str


def owed(found: Sequence[Owed]) -> list[OwedView]:
    """The projects that an organism owes as the follow-up shows them."""
    return [
        OwedView(
            one.project.name,
            url_for("project.show", public_id=one.project.public_id),
            one.project.deadline,
            _standing(one),
        )
        for one in found
    ]


def _standing(one: Owed) -> str:
    project = one.project
    if project.light is Light.NO_PLAN:
        return f"{labels.days_text(project.reasons[0].workdays)} de retraso"
    if project.light is Light.SUSPENDED:
        return labels.LIGHT[Light.SUSPENDED]
    return _left_text(one.days_left) if one.days_left is not None else "Sin plazo"


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """A deadline as it was set; ``last_day`` is the working day to which one on a day off counts, none for others."""

    day: date | None
    last_day: date | None
    whose: str
    reason: str
    recorded_at: datetime


def deadlines(found: Sequence[Deadline], names: Mapping[int, str], calendar: WorkCalendar) -> list[DeadlineView]:
    """The deadlines of an organism as the follow-up shows them; ``names`` are those of its projects by id."""
    return [_deadline(one, names, calendar) for one in found]


def _deadline(one: Deadline, names: Mapping[int, str], calendar: WorkCalendar) -> DeadlineView:
    whose = "Este organismo" if one.organism_id else "Todos los organismos"
    if one.project_id:
        whose = names[one.project_id]
    day = one.deadline_on
    last_day = None if day is None or calendar.is_working(day) else calendar.effective(day)
    return DeadlineView(day, last_day, whose, one.reason or "—", one.recorded_at)


STAGE = {
    Stage.NOBODY: "Sin enlace activo",
    Stage.INVITED: "Invitado, sin ingresar",
    Stage.ENTERED: "Ya ingresó",
    Stage.PARTLY: "Registrado en parte",
    Stage.DRAFT: "En borrador",
    Stage.RETURNED: "Devuelto para corregir",
    Stage.SUSPENDED: labels.LIGHT[Light.SUSPENDED],
    Stage.WITH_HEAD: "Lo tiene el ordenador",
    Stage.IN_COMMENTS: "En comentarios",
    Stage.REGISTERED: "Registrado",
}


@dataclass(frozen=True, slots=True)
class BoardView:
    """One organism of the board."""

    name: str
    url: str
    fraction: float
    coverage: str
    tone: str
    shape: str
    word: str
    stage: str
    stage_note: str
    due: str
    followed: str
    follow_url: str
    receipts: list[tuple[int, str]]


def board(found: Sequence[BoardRow]) -> list[BoardView]:
    """The organisms as the board shows them."""
    return [
        BoardView(
            name=row.name,
            url=url_for("plan.grid", code=row.code),
            fraction=row.registered / row.projects,
            coverage=f"{row.registered} de {row.projects}",
            tone=_tone(row)[1],
            shape=_tone(row)[0],
            word=_tone(row)[2],
            stage="—" if row.is_done else STAGE[row.stage],
            stage_note=_stage_note(row),
            followed=_followed(row),
            follow_url=url_for("registration_follow.show", code=row.code),
            due=due_text(row),
            receipts=[(number, url_for("plan.receipt", number=number)) for number in row.receipts],
        )
        for row in found
    ]


def _stage_note(row: BoardRow) -> str:
    told = [plural(row.returned, "devuelto", "devueltos")] if row.returned else []
    counts = ((row.with_head, "por aprobar"), (row.in_comments, "en comentarios"))
    told += [f"{count} {word}" for count, word in counts if count]
    if row.suspended:
        told.append(plural(row.suspended, "suspendido", "suspendidos"))
    if row.drafted:
        told.append(f"borrador de {row.drafted} de {row.pending}")
    if told:
        return " · ".join(told)
    return f"último ingreso {date_time(row.people.last_login)}" if row.people.last_login else ""


def _followed(row: BoardRow) -> str:
    """What an organism was told, in a few words."""
    told = [plural(row.notices, "requerimiento", "requerimientos")] if row.notices else []
    if row.reminded_at:
        told.append(f"recordado el {date_time(row.reminded_at)}")
    return " · ".join(told) or "Seguimiento"


def _tone(row: BoardRow) -> tuple[str, str, str]:
    if row.is_done:
        return "check", "ok", "Registrado"
    if row.is_suspended:
        return "pause", "none", labels.LIGHT[Light.SUSPENDED]
    if row.is_late:
        return "square", "late", "Plazo vencido" if not row.registered else "Incompleto"
    return "half", "done", "En registro"
