"""Reminders of registration: one digest a person, to those who owe and only to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.reminder import days_from_deadline, reminder_step
from pp_monitor.domain.submission import ApprovalStage
from pp_monitor.extensions import db
from pp_monitor.formatters import date_weekday, plural
from pp_monitor.labels import days_text
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.notice import Reminder
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.mail import Render, RenderedMail, queue_message
from pp_monitor.services.planned_mail import Addressee, PlannedMail
from pp_monitor.services.role import Holder, holders
from pp_monitor.services.submission_step import submission_numbers
from pp_monitor.services.transaction import insert_once, writing

KIND = "registration_reminder"
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Debt:
    """What an organism owes by one last day: plans to be sent, or sent plans that its head has to approve."""

    organism_code: str
    organism: str
    deadline: date | None
    role: Role
    projects: tuple[str, ...]
    project_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DigestLink:
    """A page on which the person goes on; ``path`` is within the site."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class DigestPart:
    """What the mail says of one organism, in words, and what is to be done on which pages."""

    organism: str
    owed: str
    deadline: str
    projects: tuple[str, ...]
    more: str
    action: str
    links: tuple[DigestLink, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """One debt of which a person is reminded, under the mark that lets it in only once."""

    mark: int
    person: Holder
    debt: Debt


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many persons and organisms a round of reminders reached; ``without_person`` owe and have nobody."""

    persons: int
    organisms: int
    without_person: tuple[str, ...]


def debts(portfolio: Portfolio) -> tuple[Debt, ...]:
    """Everything owed at the portfolio's day, by organism and deadline."""
    groups: dict[tuple[str, date | None, Role], list[ProjectAssessment]] = defaultdict(list)
    for project in portfolio.projects:
        if role := _owed_by(project):
            groups[project.organism_code, project.deadline, role].append(project)
    return tuple(
        Debt(
            code,
            portfolio.names.organisms[code].name,
            deadline,
            role,
            tuple(project.name for project in rows),
            tuple(project.id for project in rows),
        )
        for (code, deadline, role), rows in sorted(groups.items(), key=_debt_order)
    )


def _debt_order(group: tuple[tuple[str, date | None, Role], list[ProjectAssessment]]) -> tuple[str, date, str]:
    (code, deadline, role), _ = group
    return code, deadline or date.max, role


def _owed_by(project: ProjectAssessment) -> Role | None:
    """Whose turn it is to move the registration of a project; none when it is nobody's."""
    if not project.owes_plan:
        return None
    if project.approval is None:
        return Role.ENLACE
    return Role.ORDENADOR if project.approval.stage is ApprovalStage.HEAD else None


def send_due_reminders(vigencia: Vigencia, today: date, actor: Actor, *, render: Render) -> Reminded:
    """Queue the reminders whose day is ``today``: the same one never twice to the same person."""
    portfolio = assess_portfolio(vigencia, today)
    return _send(vigencia, portfolio, _due(portfolio), actor, render)


def plan_due_reminders(
    vigencia: Vigencia, portfolio: Portfolio, told: Collection[tuple[int, str]], render: Render
) -> list[PlannedMail]:
    """The reminders of the day of ``portfolio``, nothing written; ``told`` are (user id, occasion)."""
    people = _people(vigencia, portfolio)
    found: dict[int, list[tuple[str, _Told]]] = defaultdict(list)
    for debt, key in _due(portfolio).items():
        for person in _who_pays(debt, people):
            occasion = f"{person.organism_id}/{debt.role}/{key}"
            if (person.user_id, occasion) not in told:
                found[person.user_id].append((occasion, _Told(0, person, debt)))
    return [_planned(vigencia, portfolio, rows, render) for rows in found.values()]


def reminded_occasions(vigencia: Vigencia) -> set[tuple[int, str]]:
    """What each person was reminded of, as (user id, occasion); one query."""
    query = select(Reminder.user_id, Reminder.organism_id, Reminder.occasion)
    rows = db.session.execute(query.where(Reminder.vigencia_id == vigencia.id))
    return {(user_id, f"{organism_id}/{occasion}") for user_id, organism_id, occasion in rows}


def _due(portfolio: Portfolio) -> dict[Debt, str]:
    """What is owed and reminded of on the day of a portfolio, with the occasion."""
    steps = {
        debt: reminder_step(debt.deadline, portfolio.cutoff, portfolio.frame.calendar)
        for debt in debts(portfolio)
        if debt.deadline
    }
    return {debt: f"{debt.deadline}/{step:+d}" for debt, step in steps.items() if step is not None}


def _people(vigencia: Vigencia, portfolio: Portfolio) -> list[Holder]:
    return [holder for holder in holders(vigencia.entity_id, portfolio.cutoff) if holder.organism_code]


def _planned(
    vigencia: Vigencia, portfolio: Portfolio, rows: Sequence[tuple[str, _Told]], render: Render
) -> PlannedMail:
    digest = [told for _, told in rows]
    person = digest[0].person
    grants = frozenset({(person.role, person.organism_code)})
    to = Addressee(person.user_id, person.email, person.label, grants, person.has_entered)
    why = "; ".join(f"{each.debt.organism}: {_deadline_text(each.debt, portfolio).rstrip('.')}" for each in digest)
    mail = _mail(vigencia, portfolio, digest, render)
    return PlannedMail(KIND, portfolio.cutoff, to, tuple(occasion for occasion, _ in rows), why, mail)


def remind_now(vigencia: Vigencia, today: date, actor: Actor, *, render: Render) -> Reminded:
    """Queue a reminder for everybody who owes today, at most one a day for each person."""
    portfolio = assess_portfolio(vigencia, today)
    return _send(vigencia, portfolio, dict.fromkeys(debts(portfolio), f"a-mano/{today}"), actor, render)


def _send(
    vigencia: Vigencia, portfolio: Portfolio, occasions: Mapping[Debt, str], actor: Actor, render: Render
) -> Reminded:
    people = _people(vigencia, portfolio)
    payers = {debt: _who_pays(debt, people) for debt in occasions}
    alone = tuple(sorted({debt.organism for debt, found in payers.items() if not found}))
    with writing() as now:
        told: dict[int, list[_Told]] = defaultdict(list)
        for debt, found in payers.items():
            for person in found:
                if mark := _mark(vigencia, person, f"{debt.role}/{occasions[debt]}", now):
                    told[person.user_id].append(_Told(mark, person, debt))
        for digest in told.values():
            _queue(vigencia, portfolio, digest, render, now)
        reached = sorted({row.debt.organism_code for digest in told.values() for row in digest})
        if reached:
            details = {"organisms": reached, "recipients": len(told), "without_person": list(alone)}
            record(actor, "remind", "plan", str(vigencia.year), now, details)
    return Reminded(len(told), len(reached), alone)


def _mark(vigencia: Vigencia, person: Holder, occasion: str, now: datetime) -> int | None:
    """Note that a person is reminded on an occasion; none when that was done before."""
    return insert_once(
        Reminder,
        entity_id=vigencia.entity_id,
        vigencia_id=vigencia.id,
        organism_id=person.organism_id,
        user_id=person.user_id,
        occasion=occasion,
        recorded_at=now,
    )


def _who_pays(debt: Debt, people: Sequence[Holder]) -> list[Holder]:
    """Those whose turn it is; where nobody holds that role, whoever else answers for the organism."""
    own = [person for person in people if person.organism_code == debt.organism_code]
    return [person for person in own if person.role is debt.role] or own


def _queue(vigencia: Vigencia, portfolio: Portfolio, digest: Sequence[_Told], render: Render, now: datetime) -> None:
    """Put what one person is told in the outbox, as one mail."""
    queue_message(
        entity_id=vigencia.entity_id,
        vigencia_id=vigencia.id,
        kind=KIND,
        idempotency_key=f"{KIND}/{min(row.mark for row in digest)}",
        recipients=[digest[0].person.email],
        mail=_mail(vigencia, portfolio, digest, render),
        recorded_at=now,
    )


def _mail(vigencia: Vigencia, portfolio: Portfolio, digest: Sequence[_Told], render: Render) -> RenderedMail:
    parts = [_part(row, portfolio) for row in digest]
    said = {"label": digest[0].person.label, "year": vigencia.year, "is_demo": vigencia.is_demo, "parts": parts}
    return render(KIND, **said)


def _part(told: _Told, portfolio: Portfolio) -> DigestPart:
    debt = told.debt
    count = len(debt.projects)
    noun = plural(count, "proyecto", "proyectos")
    is_head = debt.role is Role.ORDENADOR
    owed = f"{noun} por aprobar" if is_head else f"{noun} sin plan registrado"
    more = plural(count - _NAMED, "proyecto más", "proyectos más") if count > _NAMED else ""
    return DigestPart(
        debt.organism,
        owed,
        _deadline_text(debt, portfolio),
        debt.projects[:_NAMED],
        more,
        _action(debt.role, told.person.role),
        _links(debt),
    )


def _action(owed_by: Role, role: Role) -> str:
    """What a person is asked to do: only whose turn it is can do it."""
    if role is not owed_by:
        return "Véalos aquí"
    return "Apruébelos aquí" if role is Role.ORDENADOR else "Regístrelos aquí"


def _links(debt: Debt) -> tuple[DigestLink, ...]:
    """The pages of the submissions that wait for the head, or the page on which the organism registers."""
    if debt.role is Role.ENLACE:
        return (DigestLink("registro del plan", f"/registro/{debt.organism_code}"),)
    numbers = submission_numbers(debt.project_ids)
    return tuple(DigestLink(f"envío n.º {number}", f"/registro/envios/{number}") for number in numbers)


def _deadline_text(debt: Debt, portfolio: Portfolio) -> str:
    if debt.deadline is None:
        return "No tiene plazo fijado."
    days = days_from_deadline(debt.deadline, portfolio.cutoff, portfolio.frame.calendar)
    day = date_weekday(debt.deadline)
    if portfolio.cutoff > debt.deadline:
        return f"El plazo venció el {day}, hace {days_text(days)}."
    if days == 0:
        return f"El plazo vence hoy, {day}."
    return f"El plazo vence el {day}: {'falta' if days == -1 else 'faltan'} {days_text(-days)}."
