"""Alerts open, change and close with the facts; running twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_rule import AlertLevel, AlertRule
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.alert import RefreshSummary, refresh_alerts
from pp_monitor.services.alert_read import CaseQuery, list_cases
from pp_monitor.services.audit import first_broken
from pp_monitor.services.case_row import CaseRow
from pp_monitor.services.transaction import writing_vigencia
from tests.factories import colombia
from tests.factories_db import make_organism, make_user
from tests.portfolio_db import NewProject, add_actual, an_actor, met_through, open_vigencia
from tests.threads import at_once

MAY_13 = date(2022, 5, 13)
LATE = NewProject("BP1", actual=met_through("H02"))  # H03 of 06/05 is unmet


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The SQL statements sent inside the block."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def refresh(vigencia: Vigencia, today: date = MAY_13) -> RefreshSummary:
    return refresh_alerts(vigencia.id, today, an_actor())


def listed(vigencia: Vigencia, today: date) -> tuple[CaseRow, ...]:
    return list_cases(vigencia, colombia(), today, CaseQuery()).page.rows


def changes() -> list[str]:
    """What was told, but for who was told of it."""
    told = select(AlertEvent.change).where(AlertEvent.change != AlertChange.ESCALATED)
    return list(db.session.scalars(told.order_by(AlertEvent.id)))


@pytest.fixture
def context(any_app: Flask) -> Iterator[Flask]:
    with any_app.app_context():
        yield any_app


@pytest.mark.usefixtures("context")
def test_overdue_project_opens_one_alert_headed_by_its_earliest_milestone() -> None:
    vigencia = open_vigencia([NewProject("BP1", name="Parque", actual=met_through("H01"))], staffed=True)
    assert refresh(vigencia) == RefreshSummary(opened=1, escalated=1)
    (alert,) = listed(vigencia, date(2022, 5, 16))
    assert alert.project
    assert (alert.rule, alert.level, alert.project.name) == (AlertRule.OVERDUE, AlertLevel.SERIOUS, "Parque")
    assert [(cause.code, cause.workdays) for cause in alert.causes] == [("H02", 14), ("H03", 5)]
    assert (alert.workdays, alert.opened_on, alert.age_days, alert.owner) == (14, MAY_13, 3, "")


@pytest.mark.usefixtures("context")
def test_second_refresh_of_the_day_writes_nothing() -> None:
    vigencia = open_vigencia([LATE], staffed=True)
    refresh(vigencia)
    before = db.session.scalar(select(Vigencia.last_recorded_at))
    assert refresh(vigencia) == RefreshSummary()
    assert not RefreshSummary().has_changes
    assert db.session.scalar(select(Vigencia.last_recorded_at)) == before
    assert changes() == [AlertChange.OPENED]


@pytest.mark.usefixtures("context")
def test_days_grow_in_place_and_only_changes_of_level_or_content_are_told() -> None:
    vigencia = open_vigencia([LATE], staffed=True)
    refresh(vigencia)
    assert refresh(vigencia, date(2022, 5, 16)) == RefreshSummary(updated=1)
    assert changes() == [AlertChange.OPENED]
    # H04 of 16/05 joins H03.
    assert refresh(vigencia, date(2022, 5, 17)) == RefreshSummary(updated=1)
    assert changes() == [AlertChange.OPENED, AlertChange.UPDATED]
    assert refresh(vigencia, date(2022, 5, 24)) == RefreshSummary(raised=1)
    assert changes()[-1] == AlertChange.RAISED
    add_actual("BP1", "H03", date(2022, 5, 20))
    assert refresh(vigencia, date(2022, 5, 24)) == RefreshSummary(lowered=1)
    (alert,) = listed(vigencia, date(2022, 5, 24))
    assert (alert.level, [cause.code for cause in alert.causes]) == (AlertLevel.MILD, ["H04"])
    assert changes()[-1] == AlertChange.LOWERED


@pytest.mark.usefixtures("context")
def test_alert_closes_by_the_fact_and_a_new_case_opens_after() -> None:
    vigencia = open_vigencia([LATE], staffed=True)
    refresh(vigencia)
    add_actual("BP1", "H03", MAY_13)
    assert refresh(vigencia) == RefreshSummary(closed=1)
    assert listed(vigencia, MAY_13) == ()
    closed = db.session.scalars(select(Alert)).one()
    assert (closed.closed_on, closed.closed_at is not None) == (MAY_13, True)
    assert refresh(vigencia, date(2022, 5, 17)) == RefreshSummary(opened=1, escalated=1)
    assert changes() == [AlertChange.OPENED, AlertChange.CLOSED, AlertChange.OPENED]


@pytest.mark.usefixtures("context")
def test_organism_without_plan_after_the_deadline_has_one_alert_for_all_its_projects() -> None:
    projects = [NewProject(f"BP{number}", organism="4134", planned=None) for number in range(3)]
    vigencia = open_vigencia(projects, staffed=True)
    assert refresh(vigencia, date(2022, 4, 22)) == RefreshSummary()
    assert refresh(vigencia, date(2022, 4, 25)) == RefreshSummary(opened=1, escalated=1)
    (alert,) = listed(vigencia, date(2022, 4, 25))
    assert (alert.rule, alert.level) == (AlertRule.ORGANISM_WITHOUT_PLAN, AlertLevel.CRITICAL)
    assert (alert.organism_code, alert.project, alert.causes[0].count, alert.workdays) == ("4134", None, 3, 1)


@pytest.mark.usefixtures("context")
def test_suspended_project_keeps_no_alert() -> None:
    suspended = NewProject("BP1", states=[(ProjectState.SUSPENDED, date(2022, 5, 2))])
    vigencia = open_vigencia([suspended], staffed=True)
    assert refresh(vigencia, date(2022, 4, 29)) == RefreshSummary(opened=1, escalated=1)
    assert refresh(vigencia) == RefreshSummary(closed=1)


@pytest.mark.usefixtures("context")
def test_worst_alert_is_first_and_other_organisms_can_be_left_out() -> None:
    vigencia = open_vigencia(
        [LATE, NewProject("BP2", organism="4151"), NewProject("BP3", organism="4134", planned=None)], staffed=True
    )
    refresh(vigencia)
    found = listed(vigencia, MAY_13)
    assert [alert.organism_code for alert in found] == ["4134", "4151", "4145"]
    assert [
        alert.organism_code
        for alert in list_cases(vigencia, colombia(), MAY_13, CaseQuery(), organism_codes={"4145"}).page.rows
    ] == ["4145"]


@pytest.mark.usefixtures("context")
def test_refresh_is_a_link_of_the_audit_trail() -> None:
    vigencia = open_vigencia([LATE], staffed=True)
    refresh(vigencia)
    assert first_broken(vigencia.entity_id) is None


@pytest.mark.usefixtures("context")
def test_unknown_vigencia_is_refused() -> None:
    vigencia = open_vigencia(staffed=True)
    with pytest.raises(NotFoundError):
        refresh_alerts(vigencia.id + 1, MAY_13, an_actor())


@pytest.mark.usefixtures("context")
def test_database_refuses_a_second_open_alert_of_the_same_rule_and_object() -> None:
    vigencia = open_vigencia([LATE], staffed=True)
    refresh(vigencia)
    first = db.session.scalars(select(Alert)).one()
    copied = {column.name: getattr(first, column.name) for column in Alert.__table__.columns if column.name != "id"}
    db.session.add(Alert(**copied))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def _opening_queries(app: Flask, projects: int) -> int:
    with app.app_context():
        vigencia = open_vigencia([NewProject(f"BP{number:03d}") for number in range(projects)], staffed=True)
        identifier, actor = vigencia.id, an_actor()
        with counted_queries() as sent:
            assert refresh_alerts(identifier, MAY_13, actor).opened == projects
        return len(sent)


@pytest.mark.parametrize("projects", [3, 40])
def test_number_of_queries_does_not_grow_with_the_projects(any_app: Flask, projects: int) -> None:
    # To assess, compare, lock, compare again, write alerts and events in bulk, and one audit event.
    assert _opening_queries(any_app, projects) == 47


def test_fact_recorded_while_a_refresh_waits_is_seen(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fact_first(vigencia_id: int) -> AbstractContextManager[datetime]:
        monkeypatch.undo()
        add_actual("BP1", "H03", MAY_13)
        return writing_vigencia(vigencia_id)

    with any_app.app_context():
        vigencia = open_vigencia([LATE], staffed=True)
        monkeypatch.setattr("pp_monitor.services.alert.writing_vigencia", fact_first)
        assert refresh(vigencia) == RefreshSummary()
        assert listed(vigencia, MAY_13) == ()


def test_two_refreshes_at_once_open_each_alert_once(any_app: Flask) -> None:
    with any_app.app_context():
        vigencia = open_vigencia([NewProject(f"BP{number:03d}") for number in range(20)], staffed=True)
        identifier, actor = vigencia.id, an_actor()
        db.session.remove()
    summaries = at_once(any_app, *[lambda: refresh_alerts(identifier, MAY_13, actor)] * 2)
    assert sorted(summary.opened for summary in summaries) == [0, 20]
    with any_app.app_context():
        assert db.session.scalar(select(func.count(Alert.id))) == 20
        assert changes() == [AlertChange.OPENED] * 20


def test_failed_refresh_leaves_nothing_behind(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with any_app.app_context():
        vigencia = open_vigencia([LATE], staffed=True)
        identifier = vigencia.id

        def refuse(*_arguments: object) -> None:
            raise NotFoundError("no")

        actor = an_actor()
        with monkeypatch.context() as patch:
            patch.setattr("pp_monitor.services.alert.record", refuse)
            with pytest.raises(NotFoundError):
                refresh_alerts(identifier, MAY_13, actor)
        assert db.session.scalar(select(func.count(Alert.id))) == 0
        with writing_vigencia(identifier):
            pass
        assert refresh_alerts(identifier, MAY_13, an_actor()) == RefreshSummary(opened=1, escalated=1)


@pytest.mark.usefixtures("context")
def test_an_organism_without_active_enlace_has_an_alert_that_grows_until_somebody_enters() -> None:
    on_time = NewProject("BP1", planned={"H01": date(2022, 12, 1)})
    vigencia = open_vigencia([on_time, NewProject("BP2", organism="4151", planned={"H01": date(2022, 12, 1)})])
    make_user(Role.ENLACE, make_organism("4151"))
    leaving = make_user(Role.ENLACE, make_organism("4145"), valid_until=date(2022, 5, 2))
    make_user(Role.ENLACE, make_organism("4145"), password_hash="", email="eva@example.org")
    make_user(Role.ENLACE, make_organism("4145"), is_enabled=False)
    assert refresh(vigencia, date(2022, 5, 2)) == RefreshSummary()

    assert refresh(vigencia, date(2022, 5, 3)) == RefreshSummary(opened=1, escalated=1)
    (alert,) = listed(vigencia, date(2022, 5, 3))
    assert (alert.rule, alert.level, alert.organism_code) == (
        AlertRule.ORGANISM_WITHOUT_ENLACE,
        AlertLevel.MILD,
        "4145",
    )
    assert (alert.project, alert.causes[0].count, alert.workdays) == (None, 1, 1)
    assert refresh(vigencia, date(2022, 5, 10)) == RefreshSummary(raised=1)
    assert refresh(vigencia, date(2022, 5, 24)) == RefreshSummary(raised=1)
    (alert,) = listed(vigencia, date(2022, 5, 24))
    assert (alert.level, alert.workdays) == (AlertLevel.CRITICAL, 16)

    invited = db.session.query(User).filter_by(email="eva@example.org").one()
    invited.password_hash = leaving.password_hash
    db.session.commit()
    assert refresh(vigencia, date(2022, 5, 24)) == RefreshSummary(closed=1)
    assert changes() == ["opened", "raised", "raised", "closed"]


@pytest.mark.usefixtures("context")
def test_an_organism_that_never_had_an_enlace_counts_from_the_opening_and_without_projects_not_at_all() -> None:
    withdrawn = NewProject("BP2", organism="4151", states=[(ProjectState.WITHDRAWN, date(2022, 4, 20))])
    vigencia = open_vigencia([NewProject("BP1", planned={"H01": date(2022, 12, 1)}), withdrawn])
    assert refresh(vigencia) == RefreshSummary(opened=1, escalated=1)
    (alert,) = listed(vigencia, MAY_13)
    # From 4 January, the day after the opening, to 13 May.
    assert (alert.organism_code, alert.workdays) == ("4145", 90)
