from fractions import Fraction

import pytest

from pp_monitor.domain.ratio import Ratio


@pytest.mark.parametrize(
    ("ratio", "value"),
    [
        (Ratio(0, 0), None),
        (Ratio(3, 0), None),
        (Ratio(0, 3), 0.0),
        (Ratio(1, 3), 1 / 3),
        (Ratio(Fraction(1, 3), Fraction(2, 3)), 0.5),
    ],
)
def test_a_ratio_over_zero_has_no_value(ratio: Ratio, value: float | None) -> None:
    assert ratio.value == value
