"""Rows in every table, whatever the schema: what moving and migrating data has to keep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, Connection, LargeBinary, MetaData, Table, select

ROWS = 3
# Values of columns whose checks leave no free choice, for each row where one is not enough.
_CHOSEN: dict[str, dict[str, Any]] = {
    "alert": {
        "rule": "overdue",
        "level": "mild",
        "state": ("resolved", "dismissed", "snoozed"),
        "snoozed_until": (None, None, date(2022, 5, 2)),
    },
    "alert_escalation_setting": {"level": "mild"},
    "alert_rule_setting": {"rule": "overdue", "level": ""},
    "alert_event": {"change": "opened", "level": "mild"},
    "actual_fact": {"status": ("reported", "verified", "annulled"), "source": "form"},
    "baseline": {"number": (0, 1, 2), "kind": ("registration", "replanning", "restart"), "project_id": 1},
    "baseline_line": {"planned_on": (date(2022, 4, 18), None, date(2022, 5, 2)), "is_not_applicable": (0, 1, 0)},
    "catalogue_milestone": {"weight": (5, 0, 100)},
    "cutoff_row": {"kind": "project"},
    "forecast_fact": {"status": ("proposed", "reported", "returned"), "source": "file"},
    "job_run": {"state": "done"},
    "milestone_explanation": {"cause": ("other", "budget", "community"), "depends_on": ("organism", None, "treasury")},
    "modality_term": {"kind": "usual"},
    "outbox_recipient": {"state": "pending"},
    "password_token": {"purpose": "reset"},
    "own_milestone": {"code": ("P01", "P02", "P03")},
    "plan_justification": {"backing": ("", "reserve", "payable")},
    "plan_submission": {"kind": "supplementary"},
    "process_event": {"kind": ("suspended", "restarted", "abandoned")},
    "commitment": {"project_id": (1, None, None), "organism_id": (None, 2, None)},
    "commitment_event": {"step": ("done", "postponed", "cancelled"), "due_on": (None, date(2022, 5, 2), None)},
    "contract_package": {"planned": (3, 2, 1), "signed": (0, 2, 1)},
    "contracting_correction": {"process_id": (1, None, 3), "contract_id": (None, 2, None)},
    "process_dependency": {"needs_id": (2, 3, 1)},
    "procurement_step": {
        "project_id": (1, None, 3),
        "process_id": (None, 2, None),
        "office": "legal",
        "step": ("filed", "returned", "approved"),
        "annuls_id": (None, None, None),
    },
    "project_change": {"kind": ("name", "transfer", "withdrawal")},
    "project_modality": {"modality": ("LP", None, "MC")},
    "project_state": {"state": "active"},
    "registration": {"kind": "supplementary"},
    "registration_event": {"step": "sent"},
    "replanning_event": {"step": ("requested", "returned", "approved"), "baseline_id": (None, None, 1)},
    "replanning_request": {"cause": "other"},
    "role_assignment": {"role": ("enlace", "planeacion", "ordenador"), "organism_id": (1, None, 3)},
    "shortest_term": {
        "confirmed_by": ("", "Contratación", ""),
        "confirmed_on": (None, date(2022, 4, 18), None),
    },
    "territory": {"kind": "comuna"},
    "vigencia": {
        "reporter": "planning",
        "year": (2022, 2023, 2024),
        "follow_from": date(2022, 4, 1),
        "follow_until": date(2022, 12, 31),
    },
}


def fill(connection: Connection, metadata: MetaData) -> None:
    """Put ``ROWS`` rows into every empty table, those referred to first."""
    for table in metadata.sorted_tables:
        if table.name != "alembic_version" and connection.execute(select(table).limit(1)).first() is None:
            connection.execute(table.insert(), [row(table, number) for number in range(1, ROWS + 1)])


def rows(connection: Connection, metadata: MetaData) -> Mapping[str, list[tuple[Any, ...]]]:
    """Every row of every table, in order of its key."""
    tables = (table for table in metadata.sorted_tables if table.name != "alembic_version")
    return {
        table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
        for table in tables
    }


def row(table: Table, number: int) -> dict[str, Any]:
    """The values of the row with this number, but for its key."""
    chosen = _CHOSEN.get(table.name, {})
    return {
        column.name: _chosen(chosen[column.name], number) if column.name in chosen else _value(column, number)
        for column in table.columns
        if not column.primary_key  # numbered by the database, from 1
    }


def _chosen(value: Any, number: int) -> Any:
    return value[number - 1] if isinstance(value, tuple) else value


def _value(column: Column[Any], number: int) -> Any:
    """Something that a careless copy would lose: microseconds, accents, zero bytes, large sums, nothing at all."""
    if column.foreign_keys:
        return 1 if column.name == "entity_id" else number
    if column.nullable and number == ROWS:
        return None
    if isinstance(column.type, JSON):
        return {"días": [number, -1, 0.1], "«nota»": None, "sí": True}
    if isinstance(column.type, LargeBinary):
        return bytes([0, number, 255]) * 1000
    plain: dict[type, Any] = {
        bool: number % 2 == 0,
        int: 10**9 + number,
        date: date(2022, 4, 13) + timedelta(days=number),
        datetime: datetime(2022, 4, 14, 0, 30, 15, 123456 + number, tzinfo=UTC),
        str: f"Ñandú «{number}»\t\\ \n{column.name}"[: getattr(column.type, "length", None)],
    }
    return plain[column.type.python_type]
