"""How a workbook's column is declared: heading, getter, width and kind, from which format and alignment follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.light import Light

Row = TypeVar("Row")
Value: TypeAlias = str | int | float | date | datetime | None

NO_VALUE = "—"


class Formula(str):
    """Text of ours that is a formula; whatever else begins with ``=`` is text."""

    __slots__ = ()


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    CODE = "code"
    WRAP = "wrap"
    COUNT = "count"
    MONEY = "money"
    MONEY_CHANGE = "money_change"
    PERCENT = "percent"
    INDEX = "index"
    POINTS = "points"
    POINTS_CHANGE = "points_change"
    SIGNED = "signed"
    DECIMAL = "decimal"
    DATE = "date"
    INSTANT = "instant"
    TAG = "tag"
    CONTROL = "control"


FORMATS = {
    Kind.TEXT: "General",
    Kind.CODE: "@",
    Kind.WRAP: "General",
    Kind.COUNT: "#,##0",
    Kind.MONEY: '"$"#,##0',
    Kind.MONEY_CHANGE: '"+$"#,##0;"−$"#,##0;"$"0',
    Kind.PERCENT: "0.0 %",
    Kind.INDEX: "0.00",
    Kind.POINTS: '"+"0.0;"−"0.0;0.0',
    Kind.POINTS_CHANGE: '"+"0.0" p. p.";"−"0.0" p. p.";0.0" p. p."',
    Kind.SIGNED: '"+"#,##0;"−"#,##0;0',
    Kind.DECIMAL: "#,##0.0",
    Kind.DATE: "dd/mm/yyyy",
    Kind.INSTANT: "dd/mm/yyyy hh:mm",
    Kind.TAG: "General",
    Kind.CONTROL: "General",
}
CENTRED = frozenset({Kind.DATE, Kind.INSTANT, Kind.CONTROL})
NUMBERS = frozenset(Kind) - CENTRED - {Kind.TEXT, Kind.CODE, Kind.WRAP, Kind.TAG}


class Tone(StrEnum):
    """Meaning of a tint; it never stands without its word."""

    PLAIN = "plain"
    OK = "ok"
    WARN = "warn"
    LATE = "late"
    NONE = "none"
    DONE = "done"


LIGHT_TONES = {
    Light.GREEN: Tone.OK,
    Light.YELLOW: Tone.WARN,
    Light.RED: Tone.LATE,
    Light.NO_PLAN: Tone.LATE,
    Light.CLOSED: Tone.DONE,
    Light.REGISTERING: Tone.DONE,
}
STATE_TONES = {
    MilestoneState.MET_ON_TIME: Tone.OK,
    MilestoneState.MET_LATE: Tone.WARN,
    MilestoneState.OVERDUE: Tone.LATE,
    MilestoneState.DUE_SOON: Tone.DONE,
}


def light_tone(light: Light) -> Tone:
    """Tint of a light; grey for what nobody has to act on."""
    return LIGHT_TONES.get(light, Tone.NONE)


def state_tone(state: MilestoneState) -> Tone:
    """Tint of the state of a milestone."""
    return STATE_TONES.get(state, Tone.NONE)


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a table: ``get`` reads its value, none is written as ``—``.

    ``width`` is in characters. ``tone`` tints the cell, ``link`` gives it an address. A control has a formula in
    place of a value: ``[@Heading]`` stands for the cell of that heading in the same row.
    """

    heading: str
    get: Callable[[Row], Value]
    width: float
    kind: Kind = Kind.TEXT
    tone: Callable[[Row], Tone] | None = None
    link: Callable[[Row], str | None] | None = None
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """A named table on a sheet: its columns, how many of the first stay in sight, and whether its rows are one line."""

    name: str
    columns: Sequence[Column[Row]]
    frozen_columns: int = 0
    is_dense: bool = False


def control(formula: str, heading: str = "Control", width: float = 11) -> Column[Row]:
    """A column that says *OK* where ``formula`` (a condition) holds and *Revisar* where not."""
    return Column(heading, lambda _: None, width, Kind.CONTROL, formula=verdict(formula))


def verdict(condition: str) -> str:
    """The formula that says *OK* or *Revisar*; an error of calculation says *Revisar*."""
    return f'=IFERROR(IF({condition},"OK","Revisar"),"Revisar")'


def near(left: str, right: str) -> str:
    """The condition that two fractions are the same but for the last binary digits."""
    return f"ABS({left}-({right}))<0.000000001"
