"""How columns are declared."""

from __future__ import annotations

import pytest

from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.light import Light
from pp_monitor.reports.columns import (
    CENTRED,
    FORMATS,
    NUMBERS,
    Column,
    Kind,
    Tone,
    control,
    light_tone,
    near,
    state_tone,
)


@pytest.mark.parametrize(
    ("light", "tone"),
    [
        (Light.GREEN, Tone.OK),
        (Light.YELLOW, Tone.WARN),
        (Light.RED, Tone.LATE),
        (Light.NO_PLAN, Tone.LATE),
        (Light.CLOSED, Tone.DONE),
        (Light.REGISTERING, Tone.DONE),
        (Light.SUSPENDED, Tone.NONE),
        (Light.WITHDRAWN, Tone.NONE),
        (Light.NOT_DUE, Tone.NONE),
    ],
)
def test_each_light_has_its_tint(light: Light, tone: Tone) -> None:
    assert light_tone(light) is tone


def test_only_what_is_overdue_has_the_tint_of_lateness() -> None:
    assert [state for state in MilestoneState if state_tone(state) is Tone.LATE] == [MilestoneState.OVERDUE]


def test_every_kind_has_its_format_and_numbers_stand_to_the_right() -> None:
    assert set(FORMATS) == set(Kind)
    assert not NUMBERS & CENTRED
    assert {Kind.MONEY, Kind.SIGNED, Kind.PERCENT} <= NUMBERS


def test_a_control_says_ok_or_revisar_and_an_error_is_to_be_revised() -> None:
    column: Column[object] = control(near("[@Avance]", "[@Cumplido]/[@Total]"))
    assert column.kind is Kind.CONTROL
    assert column.formula == (
        '=IFERROR(IF(ABS([@Avance]-([@Cumplido]/[@Total]))<0.000000001,"OK","Revisar"),"Revisar")'
    )
