"""Reminders of milestones: five working days before one falls due and the day after, in one mail a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.evidence import Document
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.progress_due import Due, DueMilestone
from pp_monitor.domain.reminder import MILESTONE_STEPS, reminder_step
from pp_monitor.domain.verification import Reporter
from pp_monitor.extensions import db
from pp_monitor.formatters import date_weekday, plural
from pp_monitor.labels import days_text
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.mail import MailMark
from pp_monitor.services.audit import Actor
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.mail import Render
from pp_monitor.services.planned_mail import Addressee, PlannedMail, addressees, send_planned, staffed
from pp_monitor.services.progress_due import due_items
from pp_monitor.services.progress_template import build_template

KIND = "milestone_reminder"
MOST_NAMED = 15
# Longer than from the first step to the last day of grace of the second, whatever the holidays.
_REMEMBERED = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A milestone with the step of which somebody is reminded: negative before it falls due."""

    item: DueMilestone
    step: int

    @property
    def occasion(self) -> str:
        """What is told once: another date of the same milestone is another occasion."""
        return f"{self.item.project.id}/{self.item.code}/{self.item.due_on}/{self.step:+d}"


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """A milestone in the mail, in words; ``path``, within the site, is where it is reported, or read by a head."""

    milestone: str
    project: str
    when: str
    path: str


def send_milestone_reminders(vigencia: Vigencia, today: date, actor: Actor, *, render: Render) -> int:
    """Queue the reminders of today, none on a day off, all of them or none; give to how many people.

    Each has the workbook of what its organisms have to report attached. The same step of a milestone is told once to
    each person.
    """
    portfolio = assess_portfolio(vigencia, today)
    planned = plan_milestone_reminders(vigencia, portfolio, told_occasions(vigencia, today), render)
    books = _books(vigencia, planned, today)
    ready = [replace(each, documents=tuple(books[code] for code in _own(each.to) if code in books)) for each in planned]
    return send_planned(vigencia, ready, actor)


def plan_milestone_reminders(
    vigencia: Vigencia, portfolio: Portfolio, told: Collection[tuple[int, str]], render: Render
) -> list[PlannedMail]:
    """The reminders of the day of ``portfolio`` without their workbooks; ``told`` are (user id, occasion).

    They go to the enlaces of the organism, to its head where it has none, and to Planning where it reports.
    """
    due = remembered(portfolio)
    if not due:
        return []
    people = addressees(vigencia.entity_id, portfolio.cutoff)
    found = []
    for person in people:
        codes = _asked_codes(person, people, Reporter(vigencia.reporter))
        own = [
            each
            for each in due
            if ("" in codes or each.item.project.organism_code in codes) and (person.user_id, each.occasion) not in told
        ]
        if own:
            found.append(_planned(vigencia, portfolio, person, own, render))
    return found


def remembered(portfolio: Portfolio) -> list[Remembered]:
    """The milestones of which somebody is to be reminded on a day, the nearest first, each with its step."""
    calendar, today = portfolio.frame.calendar, portfolio.cutoff
    found = []
    for item in due_items(portfolio):
        step = reminder_step(item.due_on, today, calendar, MILESTONE_STEPS)
        if step is not None and item.due is not Due.MISSING:
            found.append(Remembered(item, step))
    return sorted(found, key=lambda each: each.item.due_on)


def told_occasions(vigencia: Vigencia, today: date) -> set[tuple[int, str]]:
    """What each person was reminded of lately, as (user id, occasion); one query."""
    rows = db.session.execute(
        select(MailMark.user_id, MailMark.occasion).where(
            MailMark.vigencia_id == vigencia.id, MailMark.kind == KIND, MailMark.day >= today - _REMEMBERED
        )
    )
    return set(rows.tuples().all())


def _asked_codes(person: Addressee, people: Sequence[Addressee], reporter: Reporter) -> frozenset[str]:
    """The organisms for which a person is asked, the empty code for all of them."""
    if reporter is Reporter.PLANNING:
        return frozenset(code for role, code in person.grants if role is Role.PLANEACION)
    known = staffed(people)
    return frozenset(
        code for role, code in person.grants if role is Role.ENLACE or (role is Role.ORDENADOR and code not in known)
    )


def _own(person: Addressee) -> list[str]:
    return sorted({code for _, code in person.grants if code})


def _books(vigencia: Vigencia, planned: Sequence[PlannedMail], today: date) -> Mapping[str, Document]:
    """The workbook of each organism somebody of which is reminded."""
    built = {
        code: build_template(vigencia, code, today) for code in sorted({c for each in planned for c in _own(each.to)})
    }
    return {code: Document(book.filename, book.content) for code, book in built.items() if book.rows}


def _planned(
    vigencia: Vigencia, portfolio: Portfolio, person: Addressee, own: Sequence[Remembered], render: Render
) -> PlannedMail:
    coming, late = ([each for each in own if (each.step < 0) is is_ahead] for is_ahead in (True, False))
    counts = [
        text
        for rows, text in (
            (coming, plural(len(coming), "hito por vencer", "hitos por vencer")),
            (late, plural(len(late), "hito vencido sin reporte", "hitos vencidos sin reporte")),
        )
        if rows
    ]
    can_report = any(role in (Role.ENLACE, Role.PLANEACION) for role, _ in person.grants)
    mail = render(
        KIND,
        label=person.label,
        year=vigencia.year,
        is_demo=vigencia.is_demo,
        summary=" y ".join(counts),
        coming=[_line(each, portfolio, can_report=can_report) for each in coming[:MOST_NAMED]],
        late=[_line(each, portfolio, can_report=can_report) for each in late[:MOST_NAMED]],
        more=_more(coming) + _more(late),
        can_report=can_report,
        has_book=bool(_own(person)),
        can_send=any(role is Role.ENLACE for role, _ in person.grants),
    )
    why = "; ".join(f"{each.item.project.code} {each.item.code}: {_when(each, portfolio)}" for each in own)
    return PlannedMail(KIND, portfolio.cutoff, person, tuple(each.occasion for each in own), why, mail)


def _more(rows: Sequence[Remembered]) -> int:
    return max(0, len(rows) - MOST_NAMED)


def _line(each: Remembered, portfolio: Portfolio, *, can_report: bool) -> ReminderLine:
    project, names = each.item.project, portfolio.names.organisms
    organism = names[project.organism_code].short_name
    return ReminderLine(
        milestone=f"{each.item.code} {each.item.milestone.milestone.name}",
        project=f"{project.name} ({project.code} · {organism})",
        when=_when(each, portfolio),
        path=f"/proyectos/{project.public_id}" + (f"/avance?hito={each.item.code}" if can_report else "#hitos"),
    )


def _when(each: Remembered, portfolio: Portfolio) -> str:
    day, calendar = each.item.due_on, portfolio.frame.calendar
    if each.step > 0:
        return f"venció el {date_weekday(day)}, hace {days_text(calendar.workdays(day, portfolio.cutoff))}"
    left = calendar.workdays(portfolio.cutoff, day)
    return f"vence el {date_weekday(day)}: {'falta' if left == 1 else 'faltan'} {days_text(left)}"
