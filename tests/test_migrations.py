"""The schema on both engines: every step up and down, and what the database itself refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, MetaData, Table, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from pp_monitor.extensions import MIGRATIONS, Base, db
from pp_monitor.models.plan import RegistrationStep
from tests import filling

REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
HEAD = REVISIONS[-1]
NOW = datetime(2022, 9, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def bare(database_url: str, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The application on a database without tables, once on each engine, in its context."""
    app = make_app(database_url)
    with app.app_context():
        yield app


@pytest.fixture
def filled(any_app: Flask) -> Iterator[Connection]:
    """A connection to a database with rows in every table, once on each engine."""
    with any_app.app_context():
        with db.engine.begin() as connection:
            filling.fill(connection, Base.metadata)
        with db.engine.connect() as connection:
            yield connection


def reflected(connection: Connection) -> MetaData:
    """The tables as they are in the database."""
    metadata = MetaData()
    metadata.reflect(connection)
    return metadata


def rows_by_table(connection: Connection) -> dict[str, int]:
    return {name: len(rows) for name, rows in filling.rows(connection, reflected(connection)).items()}


def test_revisions_are_numbered_in_order_with_a_name() -> None:
    files = sorted((MIGRATIONS / "versions").glob("*.py"))
    assert [file.name[:3] for file in files] == REVISIONS
    assert [f"{number:03}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS
    assert [file.name for file in files if not re.fullmatch(r"\d{3}(_[a-z0-9]+){2,}\.py", file.name)] == []


def test_the_schema_goes_up_down_and_up_again(bare: Flask) -> None:
    flask_migrate.upgrade()
    wanted = set(inspect(db.engine).get_table_names())
    flask_migrate.downgrade(revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    assert leftovers() == []
    flask_migrate.upgrade()
    assert set(inspect(db.engine).get_table_names()) == wanted == {*Base.metadata.tables, "alembic_version"}


def leftovers() -> list[str]:
    """Functions and triggers that a downgrade forgot."""
    queries = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    }
    with db.engine.connect() as connection:
        return list(connection.scalars(text(queries[db.engine.dialect.name])))


def test_the_migrated_schema_is_the_one_of_the_models(any_app: Flask) -> None:
    with any_app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.slow
def test_every_step_keeps_every_row_of_a_filled_database(bare: Flask) -> None:
    for revision in REVISIONS:
        before = filled_at(revision)
        if revision != HEAD:
            flask_migrate.upgrade(revision=REVISIONS[REVISIONS.index(revision) + 1])
            with db.engine.connect() as connection:
                after = rows_by_table(connection)
            assert {name: after.get(name) for name in before} == before
    with db.engine.connect() as connection:
        assert set(rows_by_table(connection).values()) == {filling.ROWS}


def filled_at(revision: str) -> dict[str, int]:
    """Rows of each table at ``revision``, those that this revision made filled too."""
    flask_migrate.upgrade(revision=revision)
    with db.engine.begin() as connection:
        filling.fill(connection, reflected(connection))
        return rows_by_table(connection)


def test_every_table_belongs_to_a_city() -> None:
    without = [name for name, table in Base.metadata.tables.items() if "entity_id" not in table.columns]
    assert without == ["entity"]


def test_every_constraint_and_index_has_a_conventional_name(any_app: Flask) -> None:
    with any_app.app_context():
        inspector = inspect(db.engine)
        odd = [
            f"{table}: {name}"
            for table in Base.metadata.tables
            for kind, name in named(inspector, table)
            if not re.match(rf"{kind}_{table}(_|$)", name or "")
        ]
    assert odd == []


def named(inspector: Any, table: str) -> list[tuple[str, str]]:
    """Prefix that the convention asks and name of each constraint and index of a table."""
    uniques = {unique["name"] for unique in inspector.get_unique_constraints(table)}
    indexes = [index for index in inspector.get_indexes(table) if index["name"] not in uniques]
    return [
        ("pk", inspector.get_pk_constraint(table)["name"]),
        *(("fk", key["name"]) for key in inspector.get_foreign_keys(table)),
        *(("ck", check["name"]) for check in inspector.get_check_constraints(table)),
        *(("uq", name) for name in uniques),
        *(("uq" if index["unique"] else "ix", index["name"]) for index in indexes),
    ]


def test_nothing_is_deleted_along_with_what_it_belongs_to(any_app: Flask) -> None:
    with any_app.app_context():
        inspector = inspect(db.engine)
        rules = {
            key["options"].get("ondelete")
            for table in Base.metadata.tables
            for key in inspector.get_foreign_keys(table)
        }
    assert rules == {"RESTRICT"}


APPEND_ONLY = (
    "registration",
    "registration_event",
    "plan_submission",
    "plan_submission_project",
    "evidence",
    "evidence_content",
    "baseline",
    "baseline_line",
    "actual_fact",
    "forecast_fact",
    "milestone_explanation",
    "alert_event",
    "alert_rule_setting",
    "alert_escalation_setting",
    "cutoff_row",
    "issued_file",
    "audit_event",
    "privacy_acceptance",
    "shortest_term",
    "restriction_window",
    "amount_band",
    "plan_justification",
    "reminder",
    "formal_notice",
    "mail_mark",
    "outbox_document",
    "replanning_request",
    "replanning_line",
    "replanning_event",
    "project_change",
    "project_contract",
    "attempt_void",
    "contract_guarantee",
    "process_event",
    "procurement_step",
    "contract_package",
    "contracting_correction",
    "process_dependency",
)


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_recorded_facts_are_neither_changed_nor_deleted(filled: Connection, verb: str) -> None:
    before = filling.rows(filled, Base.metadata)
    filled.rollback()
    for name in APPEND_ONLY:
        table = Base.metadata.tables[name]
        statement = table.update().values(entity_id=1) if verb == "update" else table.delete()
        with pytest.raises(DBAPIError, match=f"append-only table: {name}"):
            filled.execute(statement)
        filled.rollback()
    assert filling.rows(filled, Base.metadata) == before


ALERT = {
    "entity_id": 1,
    "vigencia_id": 1,
    "organism_id": 1,
    "rule": "overdue",
    "level": "mild",
    "workdays": 1,
    "causes": [],
    "rules": ",overdue,",
    "opened_on": date(2022, 9, 20),
    "level_on": date(2022, 9, 20),
    "opened_at": NOW,
    "refreshed_on": date(2022, 9, 20),
}
CLOSED = {"closed_on": date(2022, 9, 21), "closed_at": NOW, "state": "resolved"}
REGISTRATION = {
    "entity_id": 1,
    "vigencia_id": 1,
    "organism_id": 1,
    "kind": "principal",
    "act": "Oficio 1",
    "declared_on": date(2022, 4, 8),
    "plan_sha256": "0" * 64,
    "recorded_at": NOW,
}


def add(connection: Connection, table: str, *rows: dict[str, Any]) -> None:
    for row in rows:
        connection.execute(Base.metadata.tables[table].insert(), [row])


def test_a_project_has_one_open_case_whatever_the_rule(filled: Connection) -> None:
    late = ALERT | {"project_id": 1}
    dismissed = late | CLOSED | {"state": "dismissed"}
    add(filled, "alert", late | CLOSED, dismissed, late, ALERT | {"project_id": 2})
    with pytest.raises(IntegrityError):
        add(filled, "alert", late | {"rule": "passed", "rules": ",passed,"})


def test_an_organism_has_one_open_case_of_its_own(filled: Connection) -> None:
    own = ALERT | {"rule": "organism_without_plan", "project_id": None}
    add(filled, "alert", own | CLOSED, own, own | {"organism_id": 2})
    with pytest.raises(IntegrityError):
        add(filled, "alert", own | {"rule": "organism_without_enlace"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"closed_at": NOW},
        {"state": "resolved"},
        {"state": "snoozed"},
        {"snoozed_until": date(2022, 9, 30)},
    ],
)
def test_a_case_is_closed_or_snoozed_as_its_state_says(filled: Connection, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        add(filled, "alert", ALERT | {"project_id": 1} | wrong)


def test_an_organism_registers_its_principal_batch_once(filled: Connection) -> None:
    later = REGISTRATION | {"kind": "supplementary"}
    add(filled, "registration", REGISTRATION | {"number": 1}, later | {"number": 2}, later | {"number": 3})
    add(filled, "registration", REGISTRATION | {"number": 4, "organism_id": 2})
    with pytest.raises(IntegrityError):
        add(filled, "registration", REGISTRATION | {"number": 5})


def test_a_project_has_one_first_baseline(filled: Connection) -> None:
    first = {
        "entity_id": 1,
        "project_id": 2,
        "number": 0,
        "kind": "registration",
        "decided_on": date(2022, 4, 8),
        "act": "Oficio 1",
        "cause": "",
        "justification": "",
        "recorded_at": NOW,
    }
    add(filled, "baseline", first)
    with pytest.raises(IntegrityError):
        add(filled, "baseline", first)


def test_the_steps_of_a_registration_are_those_that_are_known(filled: Connection) -> None:
    event = {"entity_id": 1, "project_id": 1, "happened_on": date(2022, 4, 8), "reason": "", "recorded_at": NOW}
    add(filled, "registration_event", *(event | {"step": step} for step in RegistrationStep))
    with pytest.raises(IntegrityError):
        add(filled, "registration_event", event | {"step": "lost"})


def test_a_project_is_in_approval_once(filled: Connection) -> None:
    with pytest.raises(IntegrityError):
        add(filled, "plan_submission_seat", {"entity_id": 1, "project_id": 1, "submission_id": 2})


def test_a_row_that_others_refer_to_is_not_deleted(filled: Connection) -> None:
    organism: Table = Base.metadata.tables["organism"]
    with pytest.raises(IntegrityError):
        filled.execute(organism.delete())
    filled.rollback()
    assert len(filled.execute(select(organism)).all()) == filling.ROWS


def test_cases_of_before_have_their_level_since_the_last_rise(bare: Flask) -> None:
    flask_migrate.upgrade(revision="027")
    days = {"raised": date(2022, 5, 9), "lowered": date(2022, 5, 20)}
    with db.engine.begin() as connection:
        tables = reflected(connection)
        filling.fill(connection, tables)
        alert, event = tables.tables["alert"], tables.tables["alert_event"]
        kept = {"state": "open", "reason": "", "silenced": [], "is_silencing": False, "version": 1}
        row = {name: value for name, value in ALERT.items() if name in alert.columns} | kept | {"escalation_step": 4}
        quiet = connection.execute(alert.insert().returning(alert.c.id), [row | {"project_id": 1}]).scalar_one()
        moved = connection.execute(alert.insert().returning(alert.c.id), [row | {"project_id": 2}]).scalar_one()
        common = filling.row(event, 1)
        for number, (change, day) in enumerate(days.items(), start=900):
            told = {"id": number, "alert_id": moved, "change": change, "happened_on": day, "reply_to_id": None}
            connection.execute(event.insert(), [common | told])
    flask_migrate.upgrade(revision="028")
    with db.engine.connect() as connection:
        alert = reflected(connection).tables["alert"]
        rows = connection.execute(select(alert).where(alert.c.id.in_([quiet, moved])).order_by(alert.c.id)).all()
    assert [row.level_on for row in rows] == [ALERT["opened_on"], days["raised"]]
    assert [(row.level, row.escalation_step, row.standing_step) for row in rows] == [("mild", 4, 2)] * 2


def test_alerts_of_before_become_cases_and_go_back(bare: Flask) -> None:
    """Several open ones of an organism become one with all their causes; a project's keeps its milestones."""
    flask_migrate.upgrade(revision="018")
    with db.engine.begin() as connection:
        tables = reflected(connection)
        filling.fill(connection, tables)
        alert, common = tables.tables["alert"], ALERT | {"overdue_workdays": 16, "projects": 2, "level": "serious"}
        old = {name: value for name, value in common.items() if name in alert.columns}
        items = [{"code": "H07", "planned": "2022-08-29", "overdue_workdays": 16}]
        late = old | {"rule": "overdue", "project_id": 1, "items": items}
        own = old | {"project_id": None, "items": [], "organism_id": 2}
        for row in (
            late,
            own | {"rule": "organism_without_plan"},
            own | {"rule": "organism_without_enlace", "level": "critical"},
        ):
            connection.execute(alert.insert(), [row])
    flask_migrate.upgrade(revision="019")
    with db.engine.connect() as connection:
        cases = connection.execute(select(reflected(connection).tables["alert"]).order_by(text("id"))).all()[-3:]
    project, kept, joined = cases
    assert (project.state, project.rule, project.level, project.rules) == ("open", "overdue", "critical", ",overdue,")
    assert project.causes == [
        {"rule": "overdue", "level": "critical", "code": "H07", "day": "2022-08-29", "workdays": 16}
    ]
    assert (kept.state, kept.rule, kept.level) == ("open", "organism_without_enlace", "critical")
    assert [cause["rule"] for cause in kept.causes] == ["organism_without_enlace", "organism_without_plan"]
    assert (joined.state, joined.closed_on, joined.closed_at is not None) == ("resolved", date(2022, 9, 20), True)
    flask_migrate.downgrade(revision="018")
    with db.engine.connect() as connection:
        back = connection.execute(select(reflected(connection).tables["alert"]).order_by(text("id"))).all()[-3:]
    assert [(row.rule, row.overdue_workdays) for row in back] == [
        ("overdue", 16),
        ("organism_without_enlace", 16),
        ("organism_without_enlace", 16),
    ]
    assert back[0].items == items
