"""What is attached to a form waits for its sender alone, and not for long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.domain.errors import ProblemsError
from pp_monitor.services.audit import Actor
from pp_monitor.services.held_document import (
    MOST_OF_A_PERSON,
    held_document,
    hold_document,
    purge_held_documents,
)
from tests.documents import PDF, acta
from tests.factories_db import make_actor, make_user
from tests.plan_data import TODAY, build_city


@pytest.fixture
def ana(any_app: Flask) -> Iterator[Actor]:
    with any_app.app_context():
        build_city()
        yield make_actor(make_user(Role.PLANEACION))


def is_there(actor: Actor, sha256: str) -> bool:
    try:
        held_document(actor, sha256)
    except ProblemsError:
        return False
    return True


def test_its_sender_gets_it_back_and_nobody_else(ana: Actor) -> None:
    sha256 = hold_document(ana, acta(), TODAY)
    assert hold_document(ana, acta(filename="copia.pdf"), TODAY) == sha256
    found = held_document(ana, sha256)
    assert (found.filename, found.content) == ("copia.pdf", PDF)
    with pytest.raises(ProblemsError, match=r"ya no está. Adjúntelo otra vez\."):
        held_document(make_actor(make_user(Role.PLANEACION)), sha256)


def test_what_is_no_document_is_not_held(ana: Actor) -> None:
    with pytest.raises(ProblemsError, match="no es un PDF"):
        hold_document(ana, acta(b"MZ"), TODAY)


def test_the_oldest_make_room(ana: Actor) -> None:
    hashes = [hold_document(ana, acta(PDF + bytes([65 + n])), TODAY) for n in range(MOST_OF_A_PERSON + 1)]
    assert [is_there(ana, sha256) for sha256 in hashes] == [False] + [True] * MOST_OF_A_PERSON


def test_it_is_forgotten_after_two_days(ana: Actor) -> None:
    sha256 = hold_document(ana, acta(), TODAY)
    assert purge_held_documents(ana.entity_id, TODAY + timedelta(days=2)) == 0
    assert is_there(ana, sha256)
    assert purge_held_documents(ana.entity_id, TODAY + timedelta(days=3)) == 1
    assert not is_there(ana, sha256)
