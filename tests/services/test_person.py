"""People as those who look after them see them, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from pp_monitor.domain.account import ORGANISM_ROLES, Role
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.invitation import AccountState
from pp_monitor.extensions import db
from pp_monitor.models.plan import RegistrationEvent, RegistrationStep
from pp_monitor.services import password_link, session
from pp_monitor.services.account import disable_user
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.person import count_alerts, count_returned, find_handover, find_person, list_people
from pp_monitor.services.transaction import writing
from tests.factories_db import PASSWORD, make_actor, make_entity, make_organism, make_user
from tests.portfolio_db import NewProject, add_projects, an_actor, open_vigencia

TODAY = date(2022, 5, 2)
NOON = datetime(2022, 5, 2, 17, 0, tzinfo=UTC)


def test_each_account_is_told_with_its_state_and_last_login(any_app: Flask) -> None:
    with any_app.app_context(), time_machine.travel(NOON, tick=False) as clock:
        health = make_organism()
        ana = make_user(Role.ENLACE, health, label="Ana")
        make_user(Role.ENLACE, health, label="Bea", email="bea@example.org", password_hash="")
        make_user(Role.ORDENADOR, health, label="Carla", valid_until=date(2022, 4, 30))
        out = make_user(Role.ORDENADOR, health, label="Dora")
        make_user(Role.LECTURA, label="Elsa")
        make_user(Role.ENLACE, health, label="Fe", password_hash="")
        session.log_in(ana.email, PASSWORD, "192.0.2.7", TODAY)
        clock.shift(timedelta(minutes=5))
        session.log_in(ana.email, PASSWORD, "192.0.2.7", TODAY)
        password_link.invite(make_actor(), "bea@example.org", "secreto")
        disable_user(make_actor(), out.email, TODAY)
        found = list_people(ana.entity_id, ORGANISM_ROLES, TODAY, NOON)
        assert [(each.label, each.state) for each in found] == [
            ("Ana", AccountState.ENTERED),
            ("Bea", AccountState.INVITED),
            ("Carla", AccountState.ENDED),
            ("Dora", AccountState.DISABLED),
            ("Fe", AccountState.EXPIRED),
        ]
        assert found[0].last_login_at == NOON + timedelta(minutes=5)
        assert found[1].last_login_at is None
        assert found[1].link_expires_at == datetime(2022, 5, 10, 5, tzinfo=UTC)
        assert [role.is_ahead for role in found[2].roles] == [False]
        assert "Elsa" in [each.label for each in list_people(ana.entity_id, frozenset(Role), TODAY, NOON)]


def test_people_cost_the_same_whatever_their_number(
    any_app: Flask, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    with any_app.app_context():
        entity_id = make_entity().id
        for _ in range(3):
            make_user()
        assert count_queries(lambda: list_people(entity_id, frozenset(Role), TODAY, NOON)) == 4


def test_an_account_of_other_roles_is_not_found(any_app: Flask) -> None:
    with any_app.app_context():
        reader = make_user(Role.LECTURA)
        assert find_person(reader.entity_id, reader.id, frozenset(Role), TODAY, NOON).label == reader.label
        with pytest.raises(NotFoundError):
            find_person(reader.entity_id, reader.id, ORGANISM_ROLES, TODAY, NOON)


def test_only_an_enlace_who_still_is_hands_over(any_app: Flask) -> None:
    with any_app.app_context():
        health = make_organism()
        people = [
            make_user(Role.ENLACE, health),
            make_user(Role.ENLACE, health, valid_until=date(2022, 5, 1)),
            make_user(Role.ENLACE, health, is_enabled=False),
            make_user(Role.ORDENADOR, health),
        ]
        ids = [
            find_person(user.entity_id, user.id, frozenset(Role), TODAY, NOON).roles[0].assignment_id for user in people
        ]
        assert find_handover(health.entity_id, ids[0], TODAY).organism_code == "4145"
        for other in (*ids[1:], 999):
            with pytest.raises(NotFoundError):
                find_handover(health.entity_id, other, TODAY)


def test_what_is_pending_counts_what_was_last_returned_and_open_alerts(any_app: Flask) -> None:
    with any_app.app_context():
        vigencia = open_vigencia([NewProject("BP1", planned=None)])
        [second] = add_projects(vigencia.id, [NewProject("BP2", planned=None)])
        health = make_organism()
        with writing() as now:
            for project_id, step in (
                (second, RegistrationStep.RETURNED),
                (second - 1, RegistrationStep.RETURNED),
                (second - 1, RegistrationStep.SENT),
            ):
                values = {"entity_id": health.entity_id, "project_id": project_id, "happened_on": TODAY}
                db.session.add(RegistrationEvent(**values, step=step, recorded_at=now))
                db.session.flush()
        assert count_returned([second - 1, second]) == 1
        assert count_returned([]) == 0
        before = count_alerts(vigencia.id, health.id)
        refresh_alerts(vigencia.id, TODAY, an_actor())
        assert count_alerts(vigencia.id, health.id) > before
