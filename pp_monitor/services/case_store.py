"""Cases between the database and the rules: causes as JSON, open cases, silences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select

from pp_monitor.domain.alert import Case, Silence
from pp_monitor.domain.alert_cause import CaseKey, Cause
from pp_monitor.domain.alert_fact import FactKind, Settlement
from pp_monitor.domain.alert_rule import AlertLevel, AlertRule
from pp_monitor.domain.case import CaseState
from pp_monitor.extensions import db
from pp_monitor.models.alert import Alert
from pp_monitor.models.entity import Organism

_DATES = ("day", "other_day")
_NAMES = tuple(field.name for field in fields(Cause))
_CODES = {rule.value: rule for rule in AlertRule}
_LEVELS = {level.value: level for level in AlertLevel}


@dataclass(frozen=True, slots=True)
class Ended:
    """A cause that ceased, with the fact that ended it."""

    cause: Cause
    fact: Settlement


def cause_row(cause: Cause) -> dict[str, Any]:
    """A cause as it is stored: what is empty is left out, dates are ISO."""
    values = ((name, getattr(cause, name)) for name in _NAMES)
    return {name: value.isoformat() if name in _DATES else value for name, value in values if value}


def read_cause(row: Mapping[str, Any]) -> Cause:
    """The same back."""
    values: dict[str, Any] = dict(row)
    values |= {name: date.fromisoformat(row[name]) for name in _DATES if name in row}
    values |= {"rule": _CODES[row["rule"]], "level": _LEVELS[row["level"]]}
    return Cause(**values)


def read_causes(rows: Sequence[Mapping[str, Any]]) -> tuple[Cause, ...]:
    """Several, in their order."""
    return tuple(read_cause(row) for row in rows)


def rules_text(causes: Iterable[Cause]) -> str:
    """The codes of the rules of some causes, each between commas, so that one can be looked for."""
    return f",{','.join(dict.fromkeys(cause.rule.value for cause in causes))},"


def ended_row(ended: Ended) -> dict[str, Any]:
    """A ceased cause as it is stored, its fact inside."""
    fact = {"kind": ended.fact.kind.value, "day": ended.fact.day.isoformat() if ended.fact.day else None}
    return {"cause": cause_row(ended.cause), "fact": fact}


def read_ended(row: Mapping[str, Any]) -> Ended:
    """The same back; a cause of before facts were told has none of its own."""
    if "cause" not in row:
        return Ended(read_cause(row), Settlement(FactKind.CORRECTED))
    day = row["fact"]["day"]
    fact = Settlement(FactKind(row["fact"]["kind"]), date.fromisoformat(day) if day else None)
    return Ended(read_cause(row["cause"]), fact)


@dataclass(frozen=True, slots=True)
class StoredCase:
    """An open case with its row's id and version."""

    id: int
    version: int
    case: Case


def open_cases(vigencia_id: int) -> dict[CaseKey, StoredCase]:
    """The open cases of a vigencia by what they are about; one query."""
    rows = db.session.execute(
        select(
            Alert.id, Alert.version, Alert.project_id, Alert.causes, Alert.opened_on, Alert.level_on, Alert.state,
            Alert.snoozed_until, Alert.owner_id, Alert.escalation_step, Alert.standing_step, Organism.code,
        )
        .join(Organism, Organism.id == Alert.organism_id)
        .where(Alert.vigencia_id == vigencia_id, Alert.closed_at.is_(None))
    )  # fmt: skip
    found = {}
    for row in rows:
        key = case_key(row.project_id, row.code)
        case = Case(
            key,
            row.code,
            read_causes(row.causes),
            row.opened_on,
            row.level_on,
            CaseState(row.state),
            row.snoozed_until,
            row.owner_id is not None,
            row.escalation_step,
            row.standing_step,
        )
        found[key] = StoredCase(row.id, row.version, case)
    return found


def case_key(project_id: int | None, organism_code: str) -> CaseKey:
    """What a case is about."""
    return CaseKey(project_id) if project_id else CaseKey(organism_code=organism_code)


def silences(vigencia_id: int) -> dict[int, Silence]:
    """What dismissed cases still keep quiet, by the id of each; one query."""
    rows = db.session.execute(
        select(Alert.id, Alert.project_id, Alert.silenced, Organism.code)
        .join(Organism, Organism.id == Alert.organism_id)
        .where(Alert.vigencia_id == vigencia_id, Alert.is_silencing)
    )
    return {row.id: Silence(case_key(row.project_id, row.code), read_causes(row.silenced)) for row in rows}
