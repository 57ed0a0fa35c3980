"""Ten months of daily runs with people in between, against cases worked out a second time on paper."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Grant, Role
from pp_monitor.domain.alert_rule import DEFAULT_RULES, AlertRule
from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Organism
from pp_monitor.models.plan import BaselineLine, BaselineRow
from pp_monitor.models.project import Project, ProjectStateRow
from pp_monitor.services import case
from pp_monitor.services.alert import RefreshSummary, refresh_alerts
from pp_monitor.services.alert_rule import set_rule
from pp_monitor.services.case import CaseAt, Stepper
from pp_monitor.services.transaction import writing_vigencia
from tests.case_oracle import CODES, Register, World
from tests.factories import DEADLINE, PLANNED
from tests.factories_db import make_actor, make_user
from tests.portfolio_db import NewProject, add_actual, an_actor, open_vigencia

FIRST, LAST = date(2022, 4, 11), date(2023, 2, 10)
REGISTERED_LATE = date(2022, 7, 5)
OWING = "4134"
WHY = "Lo decidió el comité de seguimiento"
SEED = 20_220_411


@dataclass
class Year:
    """The city and its double on paper, moved together."""

    vigencia_id: int
    worlds: dict[str, World]
    register: Register
    planning: Stepper
    owner_id: int
    random: Random

    def something_happens(self, today: date) -> None:
        for code, world in self.worlds.items():
            if not world.planned:
                continue
            chance = self.random.random()
            if chance < 0.05:
                self.report(code, world, today)
            elif chance < 0.056:
                self.replan(code, world, today)
            elif chance < 0.062 or (world.suspended_on and chance < 0.09):
                self.stop_or_go(code, world, today)
        if today == REGISTERED_LATE:
            self.plan("BP0", PLANNED, 0, today)
            self.worlds["BP0"].planned = dict(PLANNED)

    def report(self, code: str, world: World, today: date) -> None:
        left = [each for each in CODES if each not in world.actual][:3]
        if not left:
            return
        milestone = self.random.choice(left[:1] * 4 + left)
        day = today - timedelta(days=self.random.choice([0, 0, 1, 3, 12]))
        add_actual(code, milestone, day)
        world.actual[milestone] = day
        world.reported_on = max(world.reported_on, day)

    def replan(self, code: str, world: World, today: date) -> None:
        days = timedelta(days=self.random.randint(15, 60))
        world.planned |= {each: day + days for each, day in world.planned.items() if each not in world.actual}
        world.replannings += 1
        self.plan(code, world.planned, world.replannings, today)

    def plan(self, code: str, planned: dict[str, date] | object, number: int, today: date) -> None:
        project = db.session.query(Project).filter_by(code=code).one()
        ids = {"entity_id": project.entity_id, "project_id": project.id}
        with writing_vigencia(self.vigencia_id) as now:
            kind = BaselineKind.REPLANNING if number else BaselineKind.REGISTRATION
            row = BaselineRow(number=number, kind=kind, decided_on=today, act="Acta", recorded_at=now, **ids)
            db.session.add(row)
            db.session.flush()
            for milestone, day in dict(planned).items():  # type: ignore[call-overload]
                line = {"baseline_id": row.id, "milestone_code": milestone, "planned_on": day}
                db.session.add(BaselineLine(entity_id=ids["entity_id"], is_not_applicable=False, **line))

    def stop_or_go(self, code: str, world: World, today: date) -> None:
        state = ProjectState.ACTIVE if world.suspended_on else ProjectState.SUSPENDED
        project = db.session.query(Project).filter_by(code=code).one()
        ids = {"entity_id": project.entity_id, "project_id": project.id}
        with writing_vigencia(self.vigencia_id) as now:
            db.session.add(ProjectStateRow(state=state, valid_from=today, act="Acta", recorded_at=now, **ids))
        world.suspended_on = None if world.suspended_on else today

    def run(self, today: date) -> RefreshSummary:
        holding = {code: world.causes(today) for code, world in self.worlds.items()}
        owes = today > DEADLINE and not self.worlds["BP0"].planned
        holding[OWING] = {("organism_without_plan", "", ""): "critical"} if owes else {}
        self.register.run(holding, today)
        return refresh_alerts(self.vigencia_id, today, an_actor())

    def someone_steps(self, today: date) -> None:
        by = replace(self.planning, today=today)
        for row in open_rows():
            chance, paper, at = self.random.random(), self.register.cases[subject(row)], CaseAt(row.id, row.version)
            if chance < 0.02:
                case.handle(at, by, owner_id=self.owner_id, commitment_on=today + timedelta(days=9))
                paper.state, paper.owned, paper.until = "handling", True, None
            elif chance < 0.035:
                paper.until = today + timedelta(days=self.random.randint(1, 40))
                case.snooze(at, by, until=paper.until, reason=WHY)
                paper.state = "snoozed"
            elif chance < 0.045:
                case.dismiss(at, by, reason=WHY)
                self.register.dismiss(subject(row))
            elif chance < 0.06 and row.state == "snoozed":
                case.wake(at, by)
                paper.state, paper.until = ("handling" if paper.owned else "open"), None
            elif chance < 0.08:
                case.comment(row.id, by, "¿Cuándo se reporta?")


def open_rows() -> list[Alert]:
    db.session.expire_all()
    return list(db.session.scalars(select(Alert).where(Alert.closed_at.is_(None)).order_by(Alert.id)))


def subject(row: Alert) -> str:
    if row.project_id:
        return db.session.get_one(Project, row.project_id).code
    return db.session.get_one(Organism, row.organism_id).code


def as_told(row: Alert) -> tuple[object, ...]:
    causes = {
        (cause["rule"], cause.get("code", ""), cause.get("other_code", "")): cause["level"] for cause in row.causes
    }
    steps = row.level_on, row.escalation_step, row.standing_step
    return row.state, row.level, causes, row.snoozed_until, row.opened_on, *steps


def on_paper(register: Register) -> dict[str, tuple[object, ...]]:
    return {
        name: (
            *(each.state, each.level, each.causes, each.until, each.opened_on),
            *(each.reached_on, each.steps, each.standing),
        )
        for name, each in register.cases.items()
    }


def begin() -> Year:
    projects = [NewProject(f"BP{number}", ("4145", "4151")[number % 2]) for number in range(1, 7)]
    vigencia = open_vigencia([NewProject("BP0", OWING, planned=None), *projects], staffed=True)
    # The forecast has an oracle of its own.
    late_end = replace(DEFAULT_RULES.setting(AlertRule.FINISH_AFTER_YEAR), is_on=False)
    set_rule(vigencia.id, late_end, reason=WHY, actor=an_actor())
    user = make_user(Role.PLANEACION)
    planning = Stepper(make_actor(user), (Grant(Role.PLANEACION, date(2022, 1, 1)),), FIRST)
    worlds = {"BP0": World({})} | {project.code: World(dict(PLANNED)) for project in projects}
    return Year(vigencia.id, worlds, Register(), planning, user.id, Random(SEED))


@pytest.mark.slow
def test_ten_months_of_runs_and_steps_are_as_on_paper(app: Flask) -> None:
    with app.app_context():
        year, today = begin(), FIRST
        while today <= LAST:
            year.something_happens(today)
            year.run(today)
            rows = open_rows()
            assert len({subject(row) for row in rows}) == len(rows), today
            assert {subject(row): as_told(row) for row in rows} == on_paper(year.register), today
            if today.day == 1:
                assert year.run(today) == RefreshSummary(), today
            year.someone_steps(today)
            today += timedelta(days=1)
        events = db.session.scalars(select(AlertEvent)).all()
        told = Counter((event.alert_id, event.role) for event in events if event.change == "escalated")
        assert set(told.values()) == {1}
        closings = [event for event in events if event.change == "closed"]
        assert all(event.ceased and event.user_id is None for event in closings)
        happened = Counter(event.change for event in events)
        wanted = "opened raised lowered updated woken escalated closed handled snoozed dismissed commented".split()
        assert {change: happened[change] > 1 for change in wanted} == dict.fromkeys(wanted, True)
