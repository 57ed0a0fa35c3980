"""What a report tells beside the figures, as it was known then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from pp_monitor import clock
from pp_monitor.domain.account import Role
from pp_monitor.domain.dated import View
from pp_monitor.domain.progress import FactStatus
from pp_monitor.extensions import db
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import ActualFact, Evidence
from pp_monitor.models.project import Contract, Process, Project, ProjectContract, ProjectProcess
from pp_monitor.reports.scope import Contracting, People, Proof
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.notice import NewNotice, add_notice
from pp_monitor.services.report_detail import contracting, people, proofs
from pp_monitor.services.transaction import writing, writing_vigencia
from tests.factories_db import make_organism, make_user
from tests.portfolio_db import NewProject, open_vigencia

CUTOFF = date(2022, 7, 15)
SECOP = "https://community.secop.gov.co/Public/Tendering/"


@pytest.fixture
def city(any_app: Flask) -> Iterator[Flask]:
    """A vigencia with two projects of two organisms, once on each engine."""
    with any_app.app_context():
        open_vigencia([NewProject("BP26000001", actual={"H01": date(2022, 4, 11)}), NewProject("BP26000002", "4151")])
        yield any_app
        db.session.remove()


def vigencia() -> Vigencia:
    return db.session.scalars(select(Vigencia)).one()


def now() -> View:
    return View(CUTOFF, clock.utc_now() + timedelta(minutes=1))


def project_id(code: str = "BP26000001") -> int:
    found = db.session.scalar(select(Project.id).where(Project.code == code))
    assert found
    return found


def contract(number: str, valid_from: date = date(2022, 5, 2)) -> int:
    """A process with a contract of the first project."""
    with writing_vigencia(vigencia().id) as at:
        shared: dict[str, Any] = {"entity_id": 1, "recorded_at": at}
        process = Process(vigencia_id=vigencia().id, reference=f"P-{number}", secop_url=f"{SECOP}{number}", **shared)
        db.session.add(process)
        db.session.flush()
        row = Contract(vigencia_id=vigencia().id, process_id=process.id, number=number, secop_url="", **shared)
        db.session.add(row)
        db.session.flush()
        linked = {"project_id": project_id(), "valid_from": valid_from, **shared}
        db.session.add(ProjectProcess(process_id=process.id, **linked))
        db.session.add(ProjectContract(contract_id=row.id, **linked))
    return row.id


def fact(status: FactStatus, user: User, **more: Any) -> int:
    """One more record of H02 of the first project."""
    with writing_vigencia(vigencia().id) as at:
        row = ActualFact(
            entity_id=1,
            project_id=project_id(),
            milestone_code="H02",
            day=date(2022, 5, 2),
            status=status,
            source="form",
            reported_on=date(2022, 5, 3),
            user_id=user.id,
            recorded_at=at,
            **more,
        )
        db.session.add(row)
    return row.id


def test_a_project_tells_its_bpin_its_processes_and_its_contracts(city: Flask) -> None:
    contract("4145.010.26.1.100")
    contract("4145.010.26.1.200", valid_from=date(2022, 7, 18))
    db.session.execute(update(Project).where(Project.code == "BP26000001").values(bpin="2021760010123"))
    found = contracting(vigencia().id, now())
    assert found[project_id()] == Contracting(
        "2021760010123", ("P-4145.010.26.1.100",), ("4145.010.26.1.100",), (f"{SECOP}4145.010.26.1.100",)
    )
    assert found[project_id("BP26000002")] == Contracting()


def test_what_was_recorded_after_is_not_told(city: Flask) -> None:
    before = View(CUTOFF, vigencia().last_recorded_at)
    contract("4145.010.26.1.100")
    assert contracting(vigencia().id, before)[project_id()] == Contracting()


def test_a_verified_date_names_who_reported_and_who_verified_it(city: Flask) -> None:
    with writing_vigencia(vigencia().id) as at:
        document = Evidence(
            entity_id=1,
            filename="Acta de inicio.pdf",
            media_type="application/pdf",
            size_bytes=9,
            sha256="a" * 64,
            url="",
            recorded_at=at,
        )
        db.session.add(document)
    ana, luis = make_user(label="Ana Enlace"), make_user(label="Luis Planeación")
    number = contract("4145.010.26.1.100")
    reported = fact(FactStatus.REPORTED, ana, contract_id=number)
    verified = fact(FactStatus.VERIFIED, luis, contract_id=number, evidence_id=document.id)
    at = vigencia().last_recorded_at
    found = proofs(vigencia().id, at)
    assert found[reported] == Proof("Ana Enlace", contract="4145.010.26.1.100")
    verified_on = at.astimezone(clock.zone()).date()
    assert found[verified] == Proof(
        "Ana Enlace", "Luis Planeación", verified_on, "Acta de inicio.pdf", "", "4145.010.26.1.100"
    )


def test_a_date_without_a_person_names_the_way_it_came_in(city: Flask) -> None:
    assert [proof.reported_by for proof in proofs(vigencia().id, vigencia().last_recorded_at).values()] == [
        "Formulario"
    ]


def enter(user: User) -> datetime:
    with writing() as at:
        record(Actor(1, user.label, user.id), "log_in", "user", user.email, at)
    return at


def test_an_organism_tells_its_enlace_and_its_last_login(city: Flask) -> None:
    health, works = make_organism("4145"), make_organism("4151")
    ana = make_user(Role.ENLACE, health)
    make_user(Role.ENLACE, works, valid_until=date(2022, 7, 14))
    head = make_user(Role.ORDENADOR, works)
    enter(ana)
    last = enter(ana)
    found = people(1, 1, now())
    shown = last.astimezone(clock.zone()).replace(tzinfo=None, microsecond=0)
    assert (found["4145"], found["4151"], found["4162"]) == (People(True, shown), People(False, None), People())
    enter(head)
    again = people(1, 1, View(CUTOFF, last))
    assert (again["4145"].last_login, again["4151"].last_login) == (shown, None)


def test_an_organism_tells_what_it_was_required(city: Flask) -> None:
    year = vigencia()
    organism, actor = make_organism("4151"), Actor(1, "Planeación")
    for day in (date(2022, 4, 29), CUTOFF, date(2022, 7, 18)):
        add_notice(year, organism, NewNotice(day, f"Oficio {day}", "Registre el plan."), day, actor)
    found = people(1, 1, now())["4151"]
    assert (found.notices, found.last_notice) == (2, CUTOFF)
    assert people(1, 1, View(CUTOFF, datetime(2022, 7, 18, tzinfo=UTC)))["4151"].notices == 0


def test_who_was_named_after_is_not_told(city: Flask) -> None:
    health = make_organism("4145")
    make_user(Role.ENLACE, health)
    db.session.execute(update(RoleAssignment).values(recorded_at=datetime(2022, 8, 1, tzinfo=UTC)))
    assert people(1, 1, View(CUTOFF, datetime(2022, 7, 18, tzinfo=UTC)))["4145"] == People()


def test_an_organism_without_active_enlace_is_told_as_its_alert_stood(city: Flask) -> None:
    year, actor, works = vigencia(), Actor(1, "Planeación"), make_organism("4151")
    for day in (CUTOFF - timedelta(days=1), CUTOFF):
        refresh_alerts(year.id, day, actor)
    known_at = clock.utc_now()

    def alone_since(cutoff: date) -> date | None:
        return people(1, year.id, View(cutoff, known_at))["4151"].alone_since

    eve = CUTOFF - timedelta(days=1)
    assert (alone_since(CUTOFF), alone_since(eve), alone_since(eve - timedelta(days=1))) == (eve, eve, None)
    make_user(Role.ENLACE, works)
    refresh_alerts(year.id, CUTOFF, actor)
    assert people(1, year.id, now())["4151"].alone_since is None
    assert alone_since(CUTOFF) == eve


def test_details_take_eleven_queries(city: Flask, count_queries: Callable[[Callable[[], object]], int]) -> None:
    view, vigencia_id = now(), vigencia().id

    def read() -> object:
        return contracting(vigencia_id, view), proofs(vigencia_id, view.known_at), people(1, 1, view)

    assert count_queries(read) == 11
