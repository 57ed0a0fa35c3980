"""A ratio that never hides what it was made of (rules 7)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio that carries its numerator and denominator; its value is none when the denominator is 0.

    >>> Ratio(1, 4).value, Ratio(0, 0).value
    (0.25, None)
    """

    numerator: int | Fraction
    denominator: int | Fraction

    @property
    def value(self) -> float | None:
        """The fraction 0-1, unrounded, or none."""
        return float(Fraction(self.numerator) / self.denominator) if self.denominator else None
