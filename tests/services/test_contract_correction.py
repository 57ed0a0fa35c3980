"""A mistyped number or address is corrected with a reason; what it was is kept, audited, and seen by earlier views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.dated import View
from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, PpMonitorError, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.contract import ContractingCorrection
from pp_monitor.services.contract import link_projects
from pp_monitor.services.contract_correction import (
    Correction,
    contract_corrections,
    correct_contract,
    correct_process,
    process_corrections,
)
from pp_monitor.services.contract_read import project_processes, told_contract
from pp_monitor.services.report_detail import contracting
from tests.plan_data import SALUD, VIAS, City, build_city, project_code
from tests.services.contracting import CONTRACT, PROCESS, SINCE, TODAY, by, contract, process

RIGHT, URL = "4145.010.26.1.0686-2022", "https://community.secop.gov.co/2"
REASON = "Se cambiaron dos cifras"


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()
        db.session.remove()


def right(number: str = RIGHT, url: str = "", reason: str = REASON, seen: int = 0) -> Correction:
    return Correction(number, url, reason, seen)


def test_a_contract_gets_its_number_and_keeps_what_it_was(city: City) -> None:
    found = contract(city)
    correct_contract(city.vigencia, found, right(), by(city))
    [first] = contract_corrections([found])[found]
    correct_contract(city.vigencia, found, right(url=URL, seen=first.id), by(city))
    assert (told_contract(found).number, told_contract(found).secop_url) == (RIGHT, URL)
    told = contract_corrections([found])[found]
    assert [(row.number_before, row.url_before, row.number, row.url, row.reason) for row in told] == [
        (CONTRACT, "", RIGHT, "", REASON),
        (RIGHT, "", RIGHT, URL, REASON),
    ]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "correct")).first()
    assert event is not None
    assert [event.details[name] for name in ("before", "after", "reason")] == [CONTRACT, RIGHT, REASON]


def test_a_process_is_corrected_for_all_its_projects(city: City) -> None:
    found = process(city)
    process(city, 2)
    correct_process(city.vigencia, found, right(number="4145.010.32.1.0021-2022"), by(city, SALUD))
    numbers = [project_processes(city.id(number))[0].reference for number in (1, 2)]
    assert numbers == ["4145.010.32.1.0021-2022"] * 2
    assert process_corrections([found])[found][0].number_before == PROCESS


def test_a_report_of_before_keeps_the_number_of_before(city: City) -> None:
    found = contract(city)
    correct_contract(city.vigencia, found, right(url=URL), by(city))
    after = db.session.scalars(select(ContractingCorrection.recorded_at)).one()
    then, now = View(TODAY, after - timedelta(microseconds=1)), View(TODAY, after)
    assert contracting(city.vigencia_id, then)[city.id(1)].contracts == (CONTRACT,)
    seen = contracting(city.vigencia_id, now)[city.id(1)]
    assert (seen.contracts, seen.secop_urls) == ((RIGHT,), (URL,))


@pytest.mark.parametrize(
    ("wrong", "cell"),
    [
        (right(number="--"), "number"),
        (right(number=CONTRACT), "number"),
        (right(number=" 4145.010.26.1.0669 - 2022"), "number"),
        (right(url="secop"), "url"),
        (right(reason="error"), "reason"),
    ],
)
def test_what_cannot_be_right_is_told_at_its_box(city: City, wrong: Correction, cell: str) -> None:
    found = contract(city)
    contract(city, name="4145.010.26.1.0669-2022")
    with pytest.raises(ProblemsError) as refused:
        correct_contract(city.vigencia, found, wrong, by(city))
    assert [problem.cell for problem in refused.value.problems] == [cell]
    assert told_contract(found).number == CONTRACT


def _twice(city: City) -> None:
    found = contract(city)
    correct_contract(city.vigencia, found, right(), by(city))
    correct_contract(city.vigencia, found, right(url=URL), by(city))


def _of_others(city: City) -> None:
    found = contract(city)
    link_projects(city.vigencia, found, {project_code(1, VIAS): 0}, SINCE, "", by(city))
    correct_contract(city.vigencia, found, right(), by(city, SALUD))


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (_twice, ConflictError),
        (_of_others, ForbiddenError),
        (lambda city: correct_contract(city.vigencia, 99, right(), by(city)), NotFoundError),
        (lambda city: correct_process(city.vigencia, 99, right(), by(city)), NotFoundError),
    ],
)
def test_what_may_not_be_corrected_is_refused(
    city: City, act: Callable[[City], None], error: type[PpMonitorError]
) -> None:
    with pytest.raises(error):
        act(city)
