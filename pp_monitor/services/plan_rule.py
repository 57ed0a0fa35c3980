"""Terms, windows of restriction and amount bands: read for a review, confirmed and changed by Contratación."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, func, insert, select

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import NotFoundError, Problem, ProblemsError
from pp_monitor.domain.plan_rule import DEFAULT_RULES, AmountBand, PlanRules, RestrictionWindow, ShortestTerm
from pp_monitor.extensions import db
from pp_monitor.models.plan_rule import AmountBandRow, RestrictionWindowRow, ShortestTermRow
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.transaction import writing

Row = TypeVar("Row", ShortestTermRow, RestrictionWindowRow, AmountBandRow)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules in force as rows, with who confirmed each term."""

    terms: Sequence[ShortestTermRow]
    windows: Sequence[RestrictionWindowRow]
    bands: Sequence[AmountBandRow]

    @property
    def rules(self) -> PlanRules:
        """The same as a review takes them."""
        return PlanRules(
            terms=tuple(_term(row) for row in self.terms),
            windows=tuple(
                RestrictionWindow(row.norm, row.first_on, row.last_on, frozenset(map(Modality, row.modalities)))
                for row in self.windows
            ),
            bands=tuple(AmountBand(row.year, row.least_cop, row.minor_cop, row.norm) for row in self.bands),
        )


def _term(row: ShortestTermRow) -> ShortestTerm:
    modality = Modality(row.modality)
    return ShortestTerm(modality, row.from_code, row.to_code, row.workdays, row.norm, row.confirmed_on is not None)


def load_rule_book(entity_id: int) -> RuleBook:
    """The newest record of each term, window and band, in three queries."""
    terms = _newest(_rows(ShortestTermRow, entity_id), lambda row: (row.modality, row.to_code, row.from_code))
    windows = _newest(_rows(RestrictionWindowRow, entity_id), lambda row: (row.first_on, row.norm))
    bands = _newest(_rows(AmountBandRow, entity_id), lambda row: row.year)
    return RuleBook(terms, windows, bands)


def load_plan_rules(entity_id: int) -> PlanRules:
    """What a plan is reviewed against today."""
    return load_rule_book(entity_id).rules


def _rows(model: type[Row], entity_id: int) -> Iterable[Row]:
    query: Select[tuple[Row]] = select(model).where(model.entity_id == entity_id)
    return db.session.scalars(query.order_by(model.recorded_at, model.id))


def _newest(rows: Iterable[Row], key: Callable[[Row], Any]) -> list[Row]:
    found = {key(row): row for row in rows}
    return [found[one] for one in sorted(found)]


def add_default_rules(entity_id: int, now: datetime) -> None:
    """Load the rules of the contract where there are none yet, within the caller's transaction."""
    if db.session.scalar(select(func.count(ShortestTermRow.id))):
        return
    common = {"entity_id": entity_id, "recorded_at": now}
    terms = [
        {
            **common,
            "modality": term.modality,
            "from_code": term.from_code,
            "to_code": term.to_code,
            "workdays": term.workdays,
            "norm": term.norm,
        }
        for term in DEFAULT_RULES.terms
    ]
    windows = [
        {
            **common,
            "norm": window.norm,
            "first_on": window.first,
            "last_on": window.last,
            "modalities": sorted(window.modalities),
        }
        for window in DEFAULT_RULES.windows
    ]
    bands = [
        {**common, "year": band.year, "least_cop": band.least_cop, "minor_cop": band.minor_cop, "norm": band.norm}
        for band in DEFAULT_RULES.bands
    ]
    db.session.execute(insert(ShortestTermRow), terms)
    db.session.execute(insert(RestrictionWindowRow), windows)
    db.session.execute(insert(AmountBandRow), bands)


def confirm_term(term_id: int, *, workdays: int, norm: str, name: str, today: date, actor: Actor) -> None:
    """Record that ``name`` of Contratación answers for a term: from now on it is told as legal.

    Raises ``NotFoundError`` for an unknown term and ``ProblemsError`` where something is missing.
    """
    _require(workdays > 0, "El plazo debe ser de al menos un día hábil.")
    _require(bool(norm.strip()), "Escriba la norma que fija el plazo.")
    _require(bool(name.strip()), "Escriba el nombre de quien confirma.")
    with writing() as now:
        old = db.session.get(ShortestTermRow, term_id)
        if old is None or old.entity_id != actor.entity_id:
            raise NotFoundError("El plazo no existe.")
        row = ShortestTermRow(
            entity_id=old.entity_id,
            modality=old.modality,
            from_code=old.from_code,
            to_code=old.to_code,
            workdays=workdays,
            norm=norm.strip(),
            confirmed_by=name.strip(),
            confirmed_on=today,
            user_id=actor.user_id,
            recorded_at=now,
        )
        db.session.add(row)
        details = {"from": old.from_code, "to": old.to_code, "workdays": workdays, "norm": row.norm, "name": name}
        record(actor, "confirm_term", "plan_rule", old.modality, now, details)


def set_window(window: RestrictionWindow, actor: Actor) -> None:
    """Record a window of restriction; the one with the same norm and first day is replaced."""
    _require(bool(window.norm.strip()), "Escriba la norma.")
    _require(window.first <= window.last, "El último día no puede ser anterior al primero.")
    _require(bool(window.modalities), "Marque al menos una modalidad.")
    with writing() as now:
        db.session.add(
            RestrictionWindowRow(
                entity_id=actor.entity_id,
                norm=window.norm.strip(),
                first_on=window.first,
                last_on=window.last,
                modalities=sorted(window.modalities),
                user_id=actor.user_id,
                recorded_at=now,
            )
        )
        details = {
            "first_on": window.first.isoformat(),
            "last_on": window.last.isoformat(),
            "modalities": sorted(window.modalities),
        }
        record(actor, "set_window", "plan_rule", window.norm, now, details)


def set_band(band: AmountBand, actor: Actor) -> None:
    """Record the amount bands of a vigencia, in place of the former ones."""
    _require(bool(band.norm.strip()), "Escriba la norma.")
    _require(0 < band.least_cop <= band.minor_cop, "La mínima cuantía no puede pasar de la menor cuantía.")
    with writing() as now:
        db.session.add(
            AmountBandRow(
                entity_id=actor.entity_id,
                year=band.year,
                least_cop=band.least_cop,
                minor_cop=band.minor_cop,
                norm=band.norm.strip(),
                user_id=actor.user_id,
                recorded_at=now,
            )
        )
        details = {"least_cop": band.least_cop, "minor_cop": band.minor_cop, "norm": band.norm}
        record(actor, "set_band", "plan_rule", str(band.year), now, details)


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ProblemsError((Problem(what),))
