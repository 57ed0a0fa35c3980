"""The privacy notice: who accepted which version, once and for good."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists

from pp_monitor.domain.account import PRIVACY_VERSION
from pp_monitor.models.account import PrivacyAcceptance, User
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.transaction import insert_once, writing


def has_accepted() -> ColumnElement[bool]:
    """Whether the account of a query over ``User`` has accepted the notice in force, as a column of that query."""
    accepted = (PrivacyAcceptance.user_id == User.id, PrivacyAcceptance.version == PRIVACY_VERSION)
    return exists().where(*accepted).correlate(User)


def accept_notice(actor: Actor, email: str) -> None:
    """Record that the actor accepts the notice in force; a second time changes nothing."""
    assert actor.user_id is not None
    with writing() as now:
        values = {"entity_id": actor.entity_id, "user_id": actor.user_id, "version": PRIVACY_VERSION}
        if insert_once(PrivacyAcceptance, **values, accepted_at=now) is not None:
            record(actor, "accept_notice", "user", email, now, {"version": PRIVACY_VERSION})
