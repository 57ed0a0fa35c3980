"""The mails of the days to come: what the services would queue if nothing more were recorded, nothing written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import func, select

from pp_monitor.domain.alert import CaseMove
from pp_monitor.domain.alert_rule import ESCALATION
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.digest import CaseNews, Told
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.report import follow_up_dates
from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.mail import MailMark
from pp_monitor.services import cutoff_warning, digest, milestone_reminder, reminder, report_mail
from pp_monitor.services.alert import foresee
from pp_monitor.services.calendar import follow_up, work_calendar
from pp_monitor.services.case_row import CaseProject, CaseRow
from pp_monitor.services.digest import FollowedCase, followed_cases, gravest_first, plan_digests, told_until, watched
from pp_monitor.services.mail import Render
from pp_monitor.services.planned_mail import PlannedMail

DAYS = 7
# Deeds that are in the trail and change neither who is written to nor what about.
_MOVE_NO_MAIL = ("log_in", "log_out", "log_out_others", "save_draft", "fetch_file", "backup")


@dataclass(frozen=True, slots=True)
class ForeseenMail:
    """A mail to come: ``to`` are addresses; ``subject`` and ``text`` are none where that day's figures give them."""

    kind: str
    day: date
    to: tuple[str, ...]
    label: str
    subject: str | None
    text: str | None
    why: str


@dataclass(frozen=True, slots=True)
class _Stamp:
    """All that a forecast was made of: whatever changes a mail moves the newest of one of these."""

    vigencia_id: int
    today: date
    done: frozenset[str]
    recorded_at: datetime
    deed: int
    mark: int


def foreseen_mails(
    vigencia: Vigencia, today: date, render: Render, *, done: Collection[str] = ()
) -> tuple[ForeseenMail, ...]:
    """What goes out from ``today`` through the next seven days, by day; kinds in ``done`` have gone out today.

    The cases are followed through those days: what will open, rise, wake and be escalated without a new fact is told.
    Asked again while the trail holds nothing new, it is answered from memory.
    """
    stamp = _stamp(vigencia, today, frozenset(done))
    kept: dict[int, tuple[_Stamp, tuple[ForeseenMail, ...]]] = current_app.extensions.setdefault("pp_foreseen", {})
    before = kept.get(vigencia.id)
    if before and before[0] == stamp:
        return before[1]
    mails = _foresee(vigencia, today, render, done)
    kept[vigencia.id] = stamp, mails
    return mails


def _stamp(vigencia: Vigencia, today: date, done: frozenset[str]) -> _Stamp:
    """What a forecast would be made of now; two queries."""
    deed = select(func.max(AuditEvent.id)).where(
        AuditEvent.entity_id == vigencia.entity_id, AuditEvent.action.not_in(_MOVE_NO_MAIL)
    )
    mark = select(func.max(MailMark.id)).where(MailMark.vigencia_id == vigencia.id)
    newest = (db.session.scalar(query) or 0 for query in (deed, mark))
    return _Stamp(vigencia.id, today, done, vigencia.last_recorded_at, *newest)


def _foresee(vigencia: Vigencia, today: date, render: Render, done: Collection[str]) -> tuple[ForeseenMail, ...]:
    calendar = work_calendar(vigencia.entity_id, vigencia.last_recorded_at)
    days = [day for offset in range(DAYS + 1) if calendar.is_working(day := today + timedelta(days=offset))]
    course = _Course(vigencia, today, render)
    found: list[ForeseenMail] = []
    for day, portfolio, moves in foresee(vigencia, days):
        gone = done if day == today else ()
        found += [_foreseen(each) for each in course.mails(portfolio, moves, gone)]
        if report_mail.KIND_CITY not in gone:
            found += _reports(vigencia, portfolio, calendar)
    return tuple(found)


def _foreseen(planned: PlannedMail) -> ForeseenMail:
    to, mail = planned.to, planned.mail
    return ForeseenMail(planned.kind, planned.day, (to.email,), to.label, mail.subject, mail.body_text, planned.why)


def _reports(vigencia: Vigencia, portfolio: Portfolio, calendar: WorkCalendar) -> Iterable[ForeseenMail]:
    """The report of the month, to who reads the city and to each organism."""
    for dates in follow_up_dates(follow_up(vigencia), calendar):
        if dates.issue != portfolio.cutoff:
            continue
        for code, addresses in report_mail.recipients(vigencia.entity_id, dates.issue).items():
            group = portfolio.organism(code) if code else None
            if code is None or group is not None:
                kind = report_mail.KIND_CITY if code is None else report_mail.KIND_ORGANISM
                label = portfolio.names.organisms[code].short_name if code else "Toda la ciudad"
                why = f"Cierre del corte {dates.cutoff:%d/%m/%Y}"
                yield ForeseenMail(kind, dates.issue, tuple(addresses), label, None, None, why)


class _Course:
    """What was told and how the cases stand while days are gone through, each on top of the one before."""

    def __init__(self, vigencia: Vigencia, today: date, render: Render) -> None:
        self._vigencia = vigencia
        self._render = render
        self._told = told_until(vigencia)
        self._milestones = milestone_reminder.told_occasions(vigencia, today)
        self._cutoffs = cutoff_warning.told_cutoffs(vigencia)
        self._plans = reminder.reminded_occasions(vigencia)
        self._cases: list[FollowedCase] | None = None

    def mails(self, portfolio: Portfolio, moves: Sequence[CaseMove], gone: Collection[str]) -> list[PlannedMail]:
        """The mails of the day of ``portfolio`` but for the kinds that are gone."""
        cases = self._cases if self._cases is not None else followed_cases(self._vigencia, portfolio)
        self._cases = _moved(cases, moves, portfolio)
        found: list[PlannedMail] = []
        if digest.KIND not in gone:
            digests = plan_digests(self._vigencia, portfolio, self._cases, self._told, self._render)
            self._told |= {each.to.user_id: Told(each.seen_event_id, each.day) for each in digests}
            found += digests
        for kind, told, plan in (
            (cutoff_warning.KIND, self._cutoffs, cutoff_warning.plan_cutoff_warnings),
            (milestone_reminder.KIND, self._milestones, milestone_reminder.plan_milestone_reminders),
            (reminder.KIND, self._plans, reminder.plan_due_reminders),
        ):
            if kind not in gone:
                planned = plan(self._vigencia, portfolio, told, self._render)
                told |= {(each.to.user_id, occasion) for each in planned for occasion in each.occasions}
                found += planned
        return found


def _moved(cases: Sequence[FollowedCase], moves: Sequence[CaseMove], portfolio: Portfolio) -> list[FollowedCase]:
    """The cases after the refresh of a day; those that close go, those that open have no number yet."""
    known = {_key(case.row.project.id if case.row.project else None, case.row.organism_code): case for case in cases}
    last_id = max((news.id for case in cases for news in case.watched.news), default=0)
    for move in moves:
        key = _key(move.after.key.project_id, move.after.organism_code)
        before = known.pop(key, None)
        if not move.after.state.is_open:
            continue
        events = [
            CaseNews(last_id + number, news.change, role=news.role, level=move.after.level)
            for number, news in enumerate(move.news, 1)
        ]
        last_id += len(events)
        row = _row(before.row if before else _opened(move, portfolio), move, portfolio)
        known[key] = FollowedCase(row, watched(row, [*(before.watched.news if before else ()), *events]))
    return gravest_first(known.values())


def _key(project_id: int | None, organism_code: str) -> tuple[int, str]:
    """What a case is about: a project, whichever organism has it, or an organism."""
    return (project_id, "") if project_id else (0, organism_code)


def _row(row: CaseRow, move: CaseMove, portfolio: Portfolio) -> CaseRow:
    case = move.after
    return replace(
        row,
        rule=case.head.rule,
        level=case.level,
        level_on=case.level_on,
        state=case.state,
        organism_code=case.organism_code,
        causes=case.causes,
        snoozed_until=case.snoozed_until,
        escalated_to=ESCALATION[case.standing_step - 1] if case.standing_step else None,
        refreshed_on=portfolio.cutoff,
    )


def _opened(move: CaseMove, portfolio: Portfolio) -> CaseRow:
    """A case that a day to come opens."""
    case, today = move.after, portfolio.cutoff
    project = next((each for each in portfolio.projects if each.id == case.key.project_id), None)
    return CaseRow(
        id=0,
        version=0,
        rule=case.head.rule,
        level=case.level,
        state=case.state,
        organism_id=0,
        organism_code=case.organism_code,
        project=CaseProject(project.id, project.public_id, project.code, project.name) if project else None,
        causes=case.causes,
        opened_on=today,
        level_on=today,
        age_workdays=0,
        age_days=0,
        escalated_to=None,
        owner_id=None,
        owner="",
        commitment_on=None,
        snoozed_until=None,
        reason="",
        refreshed_on=today,
        closed_on=None,
    )
