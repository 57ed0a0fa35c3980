"""What a plan is compared with before it is sent: terms, windows of restriction, amount bands (all of them data)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.catalogue import AWARD, CONTRACT, PUBLICATION, Modality

OPENING = "H04"


class Backing(StrEnum):
    """With what a completion after the vigencia is paid (Decreto 111 de 1996, art. 89; Ley 819 de 2003)."""

    RESERVE = "reserve"
    FUTURE_APPROPRIATION = "future_appropriation"
    PAYABLE = "payable"

    @property
    def covers_completion(self) -> bool:
        """Whether work may still end after the year; an account payable is for what was received before."""
        return self is not Backing.PAYABLE


@dataclass(frozen=True, slots=True)
class ShortestTerm:
    """The fewest working days that a modality usually takes from one milestone to a later one.

    ``is_confirmed`` only once Contratación has confirmed norm and value: until then nobody may call it legal.
    """

    modality: Modality
    from_code: str
    to_code: str
    workdays: int
    norm: str
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class RestrictionWindow:
    """Days, both included, on which contracts of some modalities may not be signed."""

    norm: str
    first: date
    last: date
    modalities: frozenset[Modality]

    def holds(self, modality: Modality | None, day: date) -> bool:
        """Whether it restricts a contract of ``modality`` signed on ``day``."""
        return modality in self.modalities and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class AmountBand:
    """The largest amounts of a vigencia, in whole COP, for which *mínima* and *menor cuantía* are meant."""

    year: int
    least_cop: int
    minor_cop: int
    norm: str

    def largest(self, modality: Modality | None) -> int | None:
        """The largest amount of a modality, none where it has no limit."""
        return {Modality.MC: self.least_cop, Modality.SAMC: self.minor_cop}.get(modality) if modality else None


@dataclass(frozen=True, slots=True)
class PlanRules:
    """Everything that the review of a plan compares with."""

    terms: Sequence[ShortestTerm] = ()
    windows: Sequence[RestrictionWindow] = ()
    bands: Sequence[AmountBand] = ()

    def band(self, year: int) -> AmountBand | None:
        """The band of a vigencia, none where it was never given."""
        return next((band for band in self.bands if band.year == year), None)


# Each step of a process has a least length of its own; from publication to award they add up to these
# (Decreto 1082 de 2015, Ley 80 de 1993, art. 30, Ley 1150 de 2007, art. 2).
_OPENING_NORM = "Decreto 1082 de 2015, art. 2.2.1.1.2.1.4"
_TERMS = (
    (Modality.LP, OPENING, 11, _OPENING_NORM),
    (Modality.SAMC, OPENING, 6, _OPENING_NORM),
    (Modality.SASI, OPENING, 6, _OPENING_NORM),
    (Modality.CM, OPENING, 6, _OPENING_NORM),
    (Modality.LP, AWARD, 22, "Ley 80 de 1993, art. 30"),
    (Modality.SAMC, AWARD, 17, "Decreto 1082 de 2015, art. 2.2.1.2.1.2.20"),
    (Modality.SASI, AWARD, 13, "Decreto 1082 de 2015, art. 2.2.1.2.1.2.2"),
    (Modality.CM, AWARD, 13, "Decreto 1082 de 2015, art. 2.2.1.2.1.3.2"),
    (Modality.MC, AWARD, 4, "Decreto 1082 de 2015, art. 2.2.1.2.1.5.2"),
)
_AGREEMENTS = frozenset({Modality.CI, Modality.ESALD})
_DIRECT = frozenset({Modality.CDPS, Modality.CDO, Modality.CI})
_AGREEMENTS_NORM = "Ley 996 de 2005, art. 38, parágrafo"
_DIRECT_NORM = "Ley 996 de 2005, art. 33"
_WINDOWS = (
    (_AGREEMENTS_NORM, date(2021, 11, 13), date(2022, 6, 19), _AGREEMENTS),
    (_DIRECT_NORM, date(2022, 1, 29), date(2022, 6, 19), _DIRECT),
    (_AGREEMENTS_NORM, date(2023, 6, 29), date(2023, 10, 29), _AGREEMENTS),
)
# Menor cuantía is 1.000 SMMLV for budgets from 1.200.000 SMMLV on, mínima a tenth of it (Ley 1150 de 2007, art. 2).
_MINIMUM_WAGES = ((2022, 1_000_000), (2023, 1_160_000), (2024, 1_300_000), (2025, 1_423_500))

DEFAULT_RULES = PlanRules(
    terms=tuple(ShortestTerm(modality, PUBLICATION, to, days, norm) for modality, to, days, norm in _TERMS),
    windows=tuple(RestrictionWindow(*row) for row in _WINDOWS),
    bands=tuple(
        AmountBand(year, 100 * wage, 1_000 * wage, "Ley 1150 de 2007, art. 2") for year, wage in _MINIMUM_WAGES
    ),
)
RESTRICTED_MILESTONE = CONTRACT
