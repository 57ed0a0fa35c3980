"""The demonstration is whole, adds up to the real totals and is the same each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pp_monitor import clock
from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.errors import ConflictError
from pp_monitor.domain.light import Light
from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.replanning import ReplanningStep
from pp_monitor.domain.wording import explains
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.alert import Alert
from pp_monitor.models.explanation import MilestoneExplanation
from pp_monitor.models.mail import OutboxMessage
from pp_monitor.models.plan import BaselineRow
from pp_monitor.models.progress import ActualFact
from pp_monitor.models.report import ClosedCutoff
from pp_monitor.models.submission import PlanSubmission
from pp_monitor.services import demo
from pp_monitor.services.calendar import national_holidays
from pp_monitor.services.commitment import list_commitments
from pp_monitor.services.demo_data import ORGANISMS, TOTAL_COP, YEAR
from pp_monitor.services.demo_story import list_facts, list_projects
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.replanning_read import list_requests
from pp_monitor.services.submission_read import find_submission, list_submissions
from pp_monitor.services.verification import waiting_facts
from tests.conftest import AppFactory
from tests.factories import colombia

_MAILS = select(OutboxMessage.kind, func.count(OutboxMessage.id)).group_by(OutboxMessage.kind)
TERRITORIES = [("01", "Comuna 1"), ("51", "Navarro")]


@pytest.fixture
def portfolio(demo_folder: Path, make_app: AppFactory) -> Iterator[Portfolio]:
    """The demonstration on its last day."""
    with make_app(f"sqlite:///{demo_folder / 'pp_monitor.sqlite3'}").app_context():
        yield assess_portfolio(find_vigencia(YEAR), demo.UNTIL)


@pytest.mark.slow
def test_the_demonstration_lives_the_year_until_september(portfolio: Portfolio) -> None:
    assert portfolio.is_demo
    assert clock.today() == demo.UNTIL
    assert (len(portfolio.projects), len(portfolio.organisms)) == (278, 15)
    assert sum(project.allocation_cop for project in portfolio.projects) == TOTAL_COP == 49_564_317_004
    assert (portfolio.city.projects, portfolio.city.with_plan) == (277, 271)
    assert [portfolio.city.count(light) for light in (Light.SUSPENDED, Light.NO_PLAN)] == [1, 6]
    assert portfolio.organisms[0].light is Light.NO_PLAN


@pytest.mark.slow
def test_a_second_demonstration_is_refused(portfolio: Portfolio) -> None:
    with pytest.raises(ConflictError, match="ya tiene proyectos"):
        demo.build_demo(demo.UNTIL, render=render_mail)
    again = assess_portfolio(find_vigencia(YEAR), demo.UNTIL)
    assert [project.id for project in again.projects] == [project.id for project in portfolio.projects]


@pytest.mark.slow
@pytest.mark.usefixtures("portfolio")
def test_each_month_was_closed_and_its_mails_went_out() -> None:
    closed = db.session.scalars(select(ClosedCutoff.cutoff_on).order_by(ClosedCutoff.cutoff_on)).all()
    assert (closed[0], len(closed)) == (date(2022, 4, 13), 6)
    mails = dict(db.session.execute(_MAILS).tuples().all())
    assert (mails.pop("replanning_step"), mails.pop("plan_sent"), sum(mails.values())) == (5, 1, 6 * 16)


@pytest.mark.slow
def test_a_plan_waits_for_its_head_and_what_stays_out_says_why(portfolio: Portfolio) -> None:
    vigencia = find_vigencia(YEAR)
    doubts = db.session.scalars(select(PlanSubmission)).one().doubts
    assert {one["doubt"]: bool(one["reason"]) for one in doubts} == {
        "maybe_met": False,
        "completion_after_year": True,
        "after_year": True,
    }
    [submission] = list_submissions(vigencia, demo.UNTIL, None)
    plan = find_submission(vigencia, submission.number, demo.UNTIL)
    unregistered = {one.code for one in portfolio.projects if not one.has_plan and not one.is_withdrawn}
    assert {one.code for one in plan.left_out} == unregistered - {one.code for one in plan.projects}
    assert all(explains(one.reason) for one in plan.left_out)


@pytest.mark.slow
def test_some_plans_moved_and_one_more_is_asked_for(portfolio: Portfolio) -> None:
    waiting, decided = list_requests(find_vigencia(YEAR).id)
    assert (waiting.state, decided.state) == (ReplanningStep.REQUESTED, ReplanningStep.APPROVED)
    assert [row.requested_by for row in (waiting, decided)] == ["Enlace · Infraestructura", "Enlace · Educación"]
    replanned = select(func.count(BaselineRow.id)).where(BaselineRow.kind == BaselineKind.REPLANNING)
    assert (db.session.scalar(replanned) or 0) >= 10
    assert max(project.replannings for project in portfolio.projects) == 3


@pytest.mark.slow
@pytest.mark.usefixtures("portfolio")
def test_each_date_is_told_once_and_some_wait_to_be_verified() -> None:
    table = ActualFact
    told = db.session.execute(
        select(table.project_id, table.milestone_code, table.day, table.contract_id).where(table.of_fact_id.is_(None))
    ).all()
    assert len(told) == len(set(told)) > 0
    waiting = waiting_facts(find_vigencia(YEAR))
    assert 50 < len(waiting) < 500
    assert {bool(fact.proof) for fact in waiting} == {True, False}


@pytest.mark.slow
def test_what_is_late_is_followed_in_each_of_its_states(portfolio: Portfolio) -> None:
    agreed = [row.state(demo.UNTIL, portfolio.frame.calendar) for row in list_commitments(find_vigencia(YEAR))]
    assert Counter(agreed) == {"overdue": 3, "open": 2, "done": 2, "cancelled": 1}
    answered = set(db.session.scalars(select(MilestoneExplanation.project_id)))
    red = {one.id for one in portfolio.projects if one.light is Light.RED}
    assert answered & red
    assert red - answered
    states = set(db.session.scalars(select(Alert.state).distinct()))
    assert states == {"open", "handling", "snoozed", "resolved", "dismissed"}


def test_the_invented_split_adds_up_to_the_real_totals() -> None:
    projects = list_projects(TERRITORIES, DEFAULT_CATALOGUE, colombia(), demo.SEED)
    assert (len(projects), len(ORGANISMS)) == (278, 15)
    assert sum(project.amount_cop for project in projects) == TOTAL_COP
    assert len({project.code for project in projects}) == 278


def test_the_same_seed_tells_the_same_story() -> None:
    def story(seed: int) -> object:
        projects = list_projects(TERRITORIES, DEFAULT_CATALOGUE, colombia(), seed)
        return list_facts(projects, colombia(), demo.UNTIL, seed)

    assert story(7) == story(7)
    assert story(7) != story(8)


def test_no_invented_fact_lies_after_the_last_day() -> None:
    projects = list_projects(TERRITORIES, DEFAULT_CATALOGUE, colombia(), demo.SEED)
    until = date(2022, 6, 1)
    facts = list_facts(projects, colombia(), until, demo.SEED)
    assert facts
    assert all(fact.day <= until and fact.reported_on <= until for fact in facts)


def test_invented_dates_fall_on_working_days() -> None:
    off = set(national_holidays())
    projects = list_projects(TERRITORIES, DEFAULT_CATALOGUE, colombia(), demo.SEED)
    days = {line.planned for project in projects for line in project.lines.values() if line.planned}
    assert not days & off
    assert all(day.weekday() < 5 for day in days)
