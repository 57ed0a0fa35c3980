"""The money of *Análisis*: allocation against commitments and payments, and payments against what is built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from pp_monitor.domain.money import total_money
from pp_monitor.domain.physical import PhysicalPoint, physical_points
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import cop_millions, integer, percent, plural, points
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import short_name

MOST_TO_REVIEW = 10
_LANES = (100, 50, 0)


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """Money of an organism in COP; shares are of the largest allocation, 0-1, for the bar; none without money data."""

    name: str
    url: str
    allocation_cop: int
    commitments_cop: int | None
    payments_cop: int | None
    allocation_share: float
    commitments_share: float
    payments_share: float

    @property
    def commitments(self) -> float | None:
        """Commitments (RP) over allocation."""
        return _over(self.commitments_cop, self.allocation_cop)

    @property
    def payments(self) -> float | None:
        """Payments over allocation."""
        return _over(self.payments_cop, self.allocation_cop)


@dataclass(frozen=True, slots=True)
class Dot:
    """A project in a lane: ``x`` in percent of the width by its payments; to review it is a square."""

    x: str
    is_to_review: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """The projects of one physical execution, 0, 50 or 100 %."""

    physical: str
    dots: list[Dot]
    projects: int
    allocation_cop: int
    payments: float | None
    to_review: int


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A project paid more than twenty points ahead of what is built."""

    name: str
    url: str
    code: str
    organism: str
    physical: str
    payments: str
    gap: str
    payments_cop: int


@dataclass(frozen=True, slots=True)
class MoneyPicture:
    """Allocation, commitments and payments by organism, the largest first."""

    sentence: str
    rows: list[MoneyRow]
    total: MoneyRow


@dataclass(frozen=True, slots=True)
class PhysicalPicture:
    """Physical execution against payments."""

    sentence: str
    lanes: list[Lane]
    rows: list[ReviewRow]
    more: int


def money_picture(reading: Reading, organisms: Mapping[str, str]) -> MoneyPicture:
    """The money of each organism with a project, and of all of them."""
    portfolio = reading.portfolio
    most = max((group.allocation_cop for group in portfolio.organisms), default=0)
    rows = [
        _money_row(
            organisms[group.code],
            url_for("dashboard.organism", code=group.code, **reading.cutoff.args),
            group.allocation_cop,
            portfolio.of_organism(group.code),
            most,
        )
        for group in portfolio.organisms
    ]
    rows.sort(key=lambda row: (-row.allocation_cop, row.name))
    total = _money_row("Todos", "", portfolio.city.allocation_cop, portfolio.projects, portfolio.city.allocation_cop)
    return MoneyPicture(_money_sentence(rows, total), rows, total)


def _money_row(
    name: str, url: str, allocation_cop: int, projects: Sequence[ProjectAssessment], most_cop: int
) -> MoneyRow:
    money = total_money(project.snapshot for project in projects if not project.is_withdrawn)
    commitments, payments = (money.commitments_cop, money.payments_cop) if money else (None, None)
    shares = [(amount or 0) / most_cop if most_cop else 0.0 for amount in (allocation_cop, commitments, payments)]
    return MoneyRow(name, url, allocation_cop, commitments, payments, *shares)


def _over(part_cop: int | None, whole_cop: int) -> float | None:
    return None if part_cop is None or not whole_cop else part_cop / whole_cop


def _money_sentence(rows: Sequence[MoneyRow], total: MoneyRow) -> str:
    if not rows:
        return "No hay proyectos a este corte."
    first = rows[0]
    share = f"{first.name} tiene {cop_millions(first.allocation_cop)}"
    if len(rows) > 1:
        share += (
            f", el {percent(first.allocation_cop / total.allocation_cop if total.allocation_cop else None)} del valor"
        )
    if total.commitments is None:
        return f"{share}. Aún no hay corte presupuestal cargado."
    told = f"Se ha comprometido el {percent(total.commitments)} y pagado el {percent(total.payments)}"
    return f"{share}. {told} de {cop_millions(total.allocation_cop)}."


def physical_picture(reading: Reading) -> PhysicalPicture:
    """The lanes of physical execution with a dot for each project, and those to review."""
    found = physical_points(reading.portfolio.projects)
    review = [point for point in found if point.is_to_review]
    return PhysicalPicture(
        _physical_sentence(found, review),
        [_lane(percent_, [point for point in found if point.physical_percent == percent_]) for percent_ in _LANES],
        [_review_row(reading, point) for point in review[:MOST_TO_REVIEW]],
        max(0, len(review) - MOST_TO_REVIEW),
    )


def _lane(physical: int, own: Sequence[PhysicalPoint]) -> Lane:
    allocation = sum(int(point.payments.denominator) for point in own)
    paid = sum(int(point.payments.numerator) for point in own)
    dots = [Dot(f"{100 * min(point.payments.value or 0.0, 1.0):.2f}%", point.is_to_review) for point in own]
    to_review = sum(point.is_to_review for point in own)
    return Lane(f"{physical} %", dots, len(own), allocation, _over(paid, allocation), to_review)


def _review_row(reading: Reading, point: PhysicalPoint) -> ReviewRow:
    project = point.project
    return ReviewRow(
        name=project.name,
        url=url_for("project.show", public_id=project.public_id, **reading.cutoff.args),
        code=project.code,
        organism=short_name(reading.portfolio.names, project.organism_code),
        physical=f"{integer(point.physical_percent)} %",
        payments=percent(point.payments.value),
        gap=points(point.gap_points),
        payments_cop=int(point.payments.numerator),
    )


def _physical_sentence(found: Sequence[PhysicalPoint], review: Sequence[PhysicalPoint]) -> str:
    if not found:
        return "Ningún proyecto con plan tiene datos presupuestales a este corte."
    if not review:
        return "Ningún proyecto tiene pagos más de 20 puntos por delante de su ejecución física."
    paid = cop_millions(sum(int(point.payments.numerator) for point in review))
    verb = "tiene" if len(review) == 1 else "tienen"
    who = plural(len(review), "proyecto", "proyectos")
    return f"{who} {verb} pagos más de 20 puntos por delante de su ejecución física: {paid} pagados."
