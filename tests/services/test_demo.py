"""The demonstration is whole, adds up to the real totals and is the same each time."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pp_monitor import clock
from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.errors import ConflictError
from pp_monitor.domain.light import Light
from pp_monitor.domain.plan import BaselineKind
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


@pytest.mark.slow
def test_the_demonstration_lives_the_year_until_september(demo_folder: Path, make_app: AppFactory) -> None:
    app = make_app(f"sqlite:///{demo_folder / 'pp_monitor.sqlite3'}")
    with app.app_context():
        portfolio = assess_portfolio(find_vigencia(YEAR), demo.UNTIL)
        assert portfolio.is_demo
        assert clock.today() == demo.UNTIL
        assert (len(portfolio.projects), len(portfolio.organisms)) == (278, 15)
        assert sum(project.allocation_cop for project in portfolio.projects) == TOTAL_COP == 49_564_317_004
        assert (portfolio.city.projects, portfolio.city.with_plan) == (277, 271)
        counts = [portfolio.city.count(light) for light in (Light.SUSPENDED, Light.NO_PLAN)]
        assert counts == [1, 6]
        assert portfolio.organisms[0].light is Light.NO_PLAN
        closed = db.session.scalars(select(ClosedCutoff.cutoff_on).order_by(ClosedCutoff.cutoff_on)).all()
        assert closed[0] == date(2022, 4, 13)
        assert len(closed) == 6
        mails = dict(db.session.execute(_MAILS).tuples().all())
        assert (mails.pop("replanning_step"), mails.pop("plan_sent"), sum(mails.values())) == (5, 1, 6 * 16)
        waiting = db.session.scalars(select(PlanSubmission)).one()
        assert {one["doubt"]: bool(one["reason"]) for one in waiting.doubts} == {
            "maybe_met": False,
            "completion_after_year": True,
            "after_year": True,
        }
        waiting, decided = list_requests(find_vigencia(YEAR).id)
        assert (waiting.state, decided.state) == (ReplanningStep.REQUESTED, ReplanningStep.APPROVED)
        assert [row.requested_by for row in (waiting, decided)] == ["Enlace · Infraestructura", "Enlace · Educación"]
        told = select(func.count()).select_from(ActualFact)
        told = told.where(ActualFact.of_fact_id.is_(None))
        once = (
            select(ActualFact.project_id, ActualFact.milestone_code, ActualFact.day, ActualFact.contract_id)
            .distinct()
            .subquery()
        )
        assert db.session.scalar(told) == db.session.scalar(select(func.count()).select_from(once))
        [submission] = list_submissions(find_vigencia(YEAR), demo.UNTIL, None)
        plan = find_submission(find_vigencia(YEAR), submission.number, demo.UNTIL)
        unregistered = {one.code for one in portfolio.projects if not one.has_plan and not one.is_withdrawn}
        assert {one.code for one in plan.left_out} == unregistered - {one.code for one in plan.projects}
        assert all(explains(one.reason) for one in plan.left_out)
        replanned = select(func.count(BaselineRow.id)).where(BaselineRow.kind == BaselineKind.REPLANNING)
        assert (db.session.scalar(replanned) or 0) >= 10
        assert max(project.replannings for project in portfolio.projects) == 3
        calendar = portfolio.frame.calendar
        agreed = [row.state(demo.UNTIL, calendar) for row in list_commitments(find_vigencia(YEAR))]
        assert Counter(agreed) == {"overdue": 3, "open": 2, "done": 2, "cancelled": 1}
        waiting_dates = waiting_facts(find_vigencia(YEAR))
        assert 50 < len(waiting_dates) < 500
        assert {bool(fact.proof) for fact in waiting_dates} == {True, False}
        answered = set(db.session.scalars(select(MilestoneExplanation.project_id)))
        red = {one.id for one in portfolio.projects if one.light is Light.RED}
        assert answered & red
        assert red - answered
        states = set(db.session.scalars(select(Alert.state).distinct()))
        assert states == {"open", "handling", "snoozed", "resolved", "dismissed"}
        with pytest.raises(ConflictError, match="ya tiene proyectos"):
            demo.build_demo(demo.UNTIL, render=render_mail)


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
