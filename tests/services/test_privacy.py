"""The acceptance of the privacy notice, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import PRIVACY_VERSION
from pp_monitor.extensions import db
from pp_monitor.models.account import PrivacyAcceptance
from pp_monitor.models.audit import AuditEvent
from pp_monitor.services import privacy, session
from pp_monitor.services.privacy import accept_notice
from tests.factories_db import PASSWORD, make_actor, make_user

TODAY = date(2022, 5, 2)
MONDAY = datetime(2022, 5, 2, 15, 0, tzinfo=UTC)


def accepted(token: str) -> bool:
    found = session.find_account(token, MONDAY)
    assert found is not None
    return found.has_accepted


def test_an_acceptance_is_kept_once_with_its_version_and_instant(any_app: Flask) -> None:
    with any_app.app_context(), time_machine.travel(MONDAY, tick=False):
        user = make_user(has_accepted=False)
        token = session.log_in(user.email, PASSWORD, "192.0.2.7", TODAY)
        assert not accepted(token)
        for _ in range(2):
            accept_notice(make_actor(user), user.email)
        assert accepted(token)
        [row] = db.session.scalars(select(PrivacyAcceptance))
        assert (row.user_id, row.version, row.accepted_at) == (user.id, PRIVACY_VERSION, MONDAY)
        assert list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id))) == [
            "log_in",
            "accept_notice",
        ]


def test_a_new_version_asks_again(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with any_app.app_context(), time_machine.travel(MONDAY, tick=False):
        user, other = make_user(), make_user(has_accepted=False)
        tokens = [session.log_in(each.email, PASSWORD, "192.0.2.7", TODAY) for each in (user, other)]
        assert [accepted(token) for token in tokens] == [True, False]
        monkeypatch.setattr(privacy, "PRIVACY_VERSION", PRIVACY_VERSION + 1)
        assert [accepted(token) for token in tokens] == [False, False]
        accept_notice(make_actor(user), user.email)
        assert [accepted(token) for token in tokens] == [True, False]
