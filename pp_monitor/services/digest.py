"""The daily digest: to each person one mail with the cases that changed since the last and ask something of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from pp_monitor.domain.account import ORGANISM_ROLES, Role
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_rule import AlertLevel
from pp_monitor.domain.case import OPEN_STATES
from pp_monitor.domain.digest import Asked, CaseNews, Desk, Reader, Told, WatchedCase, asked_of
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.extensions import db
from pp_monitor.formatters import plural
from pp_monitor.labels import ALERT_LEVEL
from pp_monitor.labels_alert import cause_sentence
from pp_monitor.labels_mail import DIGEST_ACT, ask_sentence, digest_news, digest_since, waiting_sentence
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.mail import MailMark
from pp_monitor.services.alert_rule import load_rules
from pp_monitor.services.audit import Actor
from pp_monitor.services.case_row import CaseRow, case_rows
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.mail import Render
from pp_monitor.services.planned_mail import Addressee, PlannedMail, addressees, queue_planned, staffed
from pp_monitor.services.transaction import beside_vigencia

KIND = "case_digest"
MOST_NAMED = 15
# The cabinet is asked for decisions, not for a reading of its list.
MOST_NAMED_TO_CABINET = 5
_CABINET = frozenset({Role.LECTURA})


@dataclass(frozen=True, slots=True)
class FollowedCase:
    """A case as a line and as the rules of the digest look at it."""

    row: CaseRow
    watched: WatchedCase


@dataclass(frozen=True, slots=True)
class DigestLine:
    """A case in the mail, in words; ``path`` is within the site, empty for a case that a day to come opens."""

    level: str
    title: str
    under: str
    reasons: tuple[str, ...]
    cause: str
    path: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open cases that wait for a person whether or not they changed, in words, and the list that holds them."""

    sentence: str
    path: str


def send_digests(vigencia: Vigencia, today: date, actor: Actor, *, render: Render) -> int:
    """Queue the digests of today, none on a day off, all of them or none; give to how many people.

    Nobody gets a second one of a day, and what was told once is not told again. The cases wait meanwhile.
    """
    portfolio = assess_portfolio(vigencia, today)
    if not portfolio.frame.calendar.is_working(today):
        return 0
    with beside_vigencia(vigencia.id) as now:
        planned = plan_digests(vigencia, portfolio, followed_cases(vigencia, portfolio), told_until(vigencia), render)
        return queue_planned(vigencia, planned, actor, now)


def plan_digests(
    vigencia: Vigencia,
    portfolio: Portfolio,
    cases: Sequence[FollowedCase],
    told: Mapping[int, Told],
    render: Render,
) -> list[PlannedMail]:
    """The digests of the day of ``portfolio``, which nobody has got who was told that day; three queries."""
    today = portfolio.cutoff
    people = addressees(vigencia.entity_id, today)
    roles = {person.user_id: person.grants for person in people}
    desk = Desk(today, load_rules(vigencia.id), roles, staffed(people))
    newest = max((news.id for case in cases for news in case.watched.news), default=0)
    found = []
    for person in people:
        until = told.get(person.user_id, Told())
        if until.day and until.day >= today:
            continue
        reader = Reader(person.user_id, person.grants)
        asked = [(case, why) for case in cases if (why := asked_of(case.watched, reader, until, desk))]
        if asked:
            mail = _planned(vigencia, portfolio, person, until.day, asked, _waiting(person, asked, cases), render)
            found.append(replace(mail, seen_event_id=max(newest, until.event_id)))
    return found


def told_until(vigencia: Vigencia) -> dict[int, Told]:
    """Up to where each person was told, by user id; one query."""
    rows = db.session.execute(
        select(MailMark.user_id, func.max(MailMark.seen_event_id), func.max(MailMark.day))
        .where(MailMark.vigencia_id == vigencia.id, MailMark.kind == KIND)
        .group_by(MailMark.user_id)
    )
    return {user_id: Told(event_id, day) for user_id, event_id, day in rows}


def followed_cases(vigencia: Vigencia, portfolio: Portfolio) -> list[FollowedCase]:
    """The cases that are open, the gravest and oldest first, with their events; four queries."""
    query = select(Alert.id).where(Alert.vigencia_id == vigencia.id, Alert.state.in_(OPEN_STATES))
    ids = list(db.session.scalars(query))
    rows = case_rows(ids, portfolio.frame.calendar, portfolio.cutoff)
    news = _news(vigencia)
    return gravest_first(FollowedCase(row, watched(row, news.get(row.id, []))) for row in rows.values())


def gravest_first(cases: Iterable[FollowedCase]) -> list[FollowedCase]:
    """The same in the order in which a mail names them: the gravest, then the latest, then the oldest first."""

    def rank(each: FollowedCase) -> tuple[int, int, date, int]:
        return -each.row.level.weight, -(each.row.workdays or 0), each.row.opened_on, each.row.id

    return sorted(cases, key=rank)


def watched(row: CaseRow, news: Sequence[CaseNews]) -> WatchedCase:
    """A case as the rules of the digest look at it, with its events, the oldest first."""
    rules = tuple(dict.fromkeys(cause.rule for cause in row.causes))
    return WatchedCase(
        row.organism_code, row.state, rules, row.owner_id, row.commitment_on, tuple(news), row.level, row.escalated_to
    )


def _news(vigencia: Vigencia) -> dict[int, list[CaseNews]]:
    """The events of every open case, by its id, the oldest first."""
    said, answer = aliased(AlertEvent), aliased(AlertEvent)
    it = AlertEvent
    is_answered = it.id.in_(select(answer.reply_to_id).where(answer.reply_to_id.is_not(None)))
    rows = db.session.execute(
        select(
            it.alert_id, it.id, it.change, it.user_id, it.role, it.owner_id, said.user_id, is_answered, it.text,
            it.level,
        )
        .join(Alert, Alert.id == it.alert_id)
        .outerjoin(said, said.id == it.reply_to_id)
        .where(Alert.vigencia_id == vigencia.id, Alert.state.in_(OPEN_STATES))
        .order_by(it.id)
    )  # fmt: skip
    found: dict[int, list[CaseNews]] = {}
    for alert_id, event_id, change, author_id, role, owner_id, asker_id, has_answer, said_text, level in rows:
        about = Role(role) if role else None
        told = (author_id, about, owner_id, asker_id, has_answer, said_text, AlertLevel(level))
        news = CaseNews(event_id, AlertChange(change), *told)
        found.setdefault(alert_id, []).append(news)
    return found


def _planned(
    vigencia: Vigencia,
    portfolio: Portfolio,
    person: Addressee,
    last: date | None,
    asked: Sequence[tuple[FollowedCase, tuple[Asked, ...]]],
    waiting: Waiting | None,
    render: Render,
) -> PlannedMail:
    roles = {held for held, _ in person.grants}
    most = MOST_NAMED_TO_CABINET if roles == _CABINET else MOST_NAMED
    more = len(asked) - most
    mail = render(
        KIND,
        label=person.label,
        year=vigencia.year,
        is_demo=vigencia.is_demo,
        news=digest_news([case.row.level for case, _ in asked], is_cabinet=roles == _CABINET),
        since=digest_since(last),
        act=next(text for role, text in DIGEST_ACT.items() if role in roles),
        lines=[_line(case.row, why, portfolio) for case, why in asked[:most]],
        more=plural(more, "caso más", "casos más") if more > 0 else "",
        waiting=waiting,
    )
    why = "; ".join(dict.fromkeys(_reasons(asked)))
    return PlannedMail(KIND, portfolio.cutoff, person, (portfolio.cutoff.isoformat(),), why, mail)


def _waiting(
    person: Addressee, asked: Sequence[tuple[FollowedCase, tuple[Asked, ...]]], cases: Sequence[FollowedCase]
) -> Waiting | None:
    """What waits for people of an organism, Planning or the cabinet; none where no list holds exactly that."""
    roles, codes = {held for held, _ in person.grants}, {code for _, code in person.grants}
    role = next((each for each in (Role.PLANEACION, Role.LECTURA) if each in roles), None)
    if roles <= ORGANISM_ROLES:
        found, path = [case for case in cases if case.row.organism_code in codes], "/alertas"
    elif role is not None:
        found, path = [case for case in cases if case.watched.reached(role)], f"/alertas?escalado={role.value}"
    else:
        return None
    is_all = {id(case) for case in found} == {id(case) for case, _ in asked}
    return Waiting(waiting_sentence(role, len(found), is_all=is_all), path) if found else None


def _reasons(asked: Sequence[tuple[FollowedCase, tuple[Asked, ...]]]) -> Iterator[str]:
    for case, why in asked:
        name = case.row.project.code if case.row.project else case.row.organism_code
        yield f"{name}: {ask_sentence(why[0], case.row.level, case.row.commitment_on).rstrip('.')}"


def _line(row: CaseRow, why: Sequence[Asked], portfolio: Portfolio) -> DigestLine:
    names = portfolio.names
    label = names.organisms.get(row.organism_code)
    organism, official = (label.short_name, label.name) if label else (row.organism_code, row.organism_code)
    return DigestLine(
        level=ALERT_LEVEL[row.level],
        title=row.project.name if row.project else official,
        under=f"{row.project.code} · {organism}" if row.project else row.organism_code,
        reasons=tuple(ask_sentence(each, row.level, row.commitment_on) for each in why),
        cause=cause_sentence(row.causes[0], names.milestones),
        path=f"/alertas/{row.id}" if row.id else "",
    )
