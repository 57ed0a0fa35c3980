"""The story of a project tells its contracting, each thing once, by whom and by which act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from pp_monitor.domain.contract import ProcessStep
from pp_monitor.domain.evidence import Document
from pp_monitor.extensions import db
from pp_monitor.services.contract import approve_guarantees, link_projects, unlink
from pp_monitor.services.contract_correction import Correction, correct_contract
from pp_monitor.services.evidence import Backing
from pp_monitor.services.process_dependency import DependencyNote, note_dependency
from pp_monitor.services.story_contract import contracting_entries
from pp_monitor.services.story_entry import StoryEntry, StoryKind
from tests.plan_data import City, build_city, project_code
from tests.services.contracting import CONTRACT, PROCESS, SINCE, by, contract, process, step

LATER = date(2022, 9, 1)
ACT = "Otrosí 2 del 01/09/2022"
PAPER = Backing(document=Document("Acto.pdf", b"%PDF-1.7 acto"))


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()
        db.session.remove()


def told(city: City, number: int = 1) -> list[StoryEntry]:
    return sorted(contracting_entries(city.id(number)), key=lambda row: row.recorded_at)


def test_a_contract_is_added_linked_and_left_with_its_act(city: City) -> None:
    found = contract(city, amount_cop=5)
    link_projects(city.vigencia, found, {project_code(2): 7}, SINCE, "Otrosí 1", by(city))
    unlink(city.vigencia, found, city.id(1), LATER, ACT, by(city), PAPER)
    added, left = told(city)
    assert (added.kind, added.subject, added.number) == (StoryKind.CONTRACT_ADDED, CONTRACT, 5)
    assert (left.kind, left.act, left.happened_on) == (StoryKind.CONTRACT_LEFT, ACT, LATER)
    assert left.origin.proof is not None
    assert left.origin.proof.filename == "Acto.pdf"
    [linked] = told(city, 2)
    assert (linked.kind, linked.number, linked.act) == (StoryKind.CONTRACT_LINKED, 7, "Otrosí 1")


def test_guarantees_and_corrections_of_a_contract_are_told(city: City) -> None:
    found = contract(city)
    approve_guarantees(city.vigencia, found, LATER, ACT, 0, by(city))
    right = Correction("4145.010.26.1.0686-2022", "", "Se cambiaron dos cifras", 0)
    correct_contract(city.vigencia, found, right, by(city))
    _, guarantees, fixed = told(city)
    assert (guarantees.kind, guarantees.day, guarantees.act) == (StoryKind.GUARANTEES, LATER, ACT)
    assert (fixed.kind, fixed.other, fixed.subject) == (StoryKind.CORRECTION, CONTRACT, right.number)


def test_acts_on_a_process_are_told_once_each(city: City) -> None:
    found, other = process(city), process(city, reference="4145.010.32.1.0099-2022")
    step(city, found, ProcessStep.VOID, date(2022, 6, 14))
    step(city, found, ProcessStep.SUSPEND, date(2022, 7, 1), restart_expected_on=date(2022, 7, 15))
    step(city, found, ProcessStep.RESTART, date(2022, 7, 12))
    step(city, found, ProcessStep.ABANDON, LATER)
    note_dependency(city.vigencia, city.id(1), DependencyNote(other, found, LATER, "Espera a la obra"), by(city))
    rows = told(city)
    assert [(row.kind, row.code, row.number) for row in rows] == [
        (StoryKind.PROCESS_ADDED, "", 0),
        (StoryKind.PROCESS_ADDED, "", 0),
        (StoryKind.ATTEMPT_VOID, "", 1),
        (StoryKind.PROCESS_ACT, "suspended", 0),
        (StoryKind.PROCESS_ACT, "restarted", 0),
        (StoryKind.PROCESS_ACT, "abandoned", 0),
        (StoryKind.WAITING, "", 0),
    ]
    assert {row.act for row in rows[2:6]} == {"Resolución 41"}
    assert (rows[0].subject, rows[6].other) == (PROCESS, PROCESS)
