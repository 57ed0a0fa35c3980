"""What happened and what is foretold: append-only facts and the dates that stand at a view (rules 9 and 10)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pp_monitor.domain.catalogue import START
from pp_monitor.domain.dated import View


class FactStatus(StrEnum):
    """Where a fact stands; only reported and verified ones count."""

    PROPOSED = "proposed"
    REPORTED = "reported"
    VERIFIED = "verified"
    RETURNED = "returned"
    ANNULLED = "annulled"

    @property
    def counts(self) -> bool:
        """Whether a fact of this status is part of the figures."""
        return self in (FactStatus.REPORTED, FactStatus.VERIFIED)


@dataclass(frozen=True, slots=True)
class Fact:
    """One record of a stream: the date of a milestone, for a contract and an attempt where there are several.

    ``day`` is none in an annulment and a return. ``reported_on`` is the declared day of the report,
    which only flags lateness; ``recorded_at`` (UTC) is what ``K`` sees. ``of_fact_id`` is the record that a
    verification or a return judges; ``is_by_planning`` tells who reported.
    """

    id: int
    milestone_code: str
    day: date | None
    status: FactStatus
    recorded_at: datetime
    reported_on: date
    contract_id: int | None = None
    attempt_id: int | None = None
    has_evidence: bool = False
    of_fact_id: int | None = None
    is_by_planning: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """The date on which a milestone was met, with the record that says so."""

    day: date
    fact: Fact

    @property
    def is_verified(self) -> bool:
        """Whether the planning team has verified it."""
        return self.fact.status is FactStatus.VERIFIED


@dataclass(frozen=True, slots=True)
class Procurement:
    """Contracts of a project and the attempts declared *desierto* (attempt id to the day of the act).

    ``left_ids`` are contracts that served the project and serve it no longer: their facts do not count for it.
    """

    contract_ids: tuple[int, ...] = ()
    void_attempts: Mapping[int | None, date] = field(default_factory=dict)
    left_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ContractCount:
    """How many of a project's contracts have met a milestone."""

    met: int
    total: int


# Met by the first contract, and by the last one (rules 10); facts of these milestones fall with a void attempt.
FIRST_CONTRACT = frozenset({"H07", "H08", "H09"})
LAST_CONTRACT = frozenset({"H10", "H11", "H12", "H13", "H14"})
ATTEMPT = frozenset({"H03", "H04", "H05", "H06"})


def standing_facts(facts: Iterable[Fact], known_at: datetime) -> tuple[Fact, ...]:
    """The newest record by ``K`` of each milestone, contract and attempt, where it counts.

    A proposed record leaves what stood. A return takes away the record that it names, verified or not, so that the
    one before stands again; one that names none ends the date, as an annulment does.
    """
    known = [fact for fact in facts if fact.recorded_at <= known_at and fact.status is not FactStatus.PROPOSED]
    gone = {fact.of_fact_id for fact in known if fact.status is FactStatus.RETURNED} - {None}
    newest: dict[tuple[str, int | None, int | None], Fact] = {}
    for fact in sorted(known, key=lambda row: (row.recorded_at, row.id)):
        if fact.id not in gone and fact.of_fact_id not in gone:
            newest[fact.milestone_code, fact.contract_id, fact.attempt_id] = fact
    return tuple(fact for fact in newest.values() if fact.status.counts and fact.day is not None)


def actual_start(days: Iterable[tuple[str, date]]) -> date | None:
    """The earliest actual start among (milestone, day), before which nothing of execution or closure happens.

    >>> actual_start([("H09", date(2022, 6, 24)), ("H12", date(2022, 2, 1)), ("H09", date(2022, 7, 1))])
    datetime.date(2022, 6, 24)
    """
    return min((day for code, day in days if code == START), default=None)


def happenings(facts: Iterable[Fact], view: View, procurement: Procurement) -> dict[str, Happening]:
    """The date on which each met milestone was met, at ``view``; others are absent."""
    by_code: dict[str, list[Happening]] = {}
    for fact in standing_facts(facts, view.known_at):
        if fact.day is None or fact.day > view.cutoff or _is_void(fact, view, procurement):
            continue
        by_code.setdefault(fact.milestone_code, []).append(Happening(fact.day, fact))
    chosen = {code: _choose(code, found, procurement.contract_ids) for code, found in by_code.items()}
    return {code: happening for code, happening in chosen.items() if happening}


def _is_void(fact: Fact, view: View, procurement: Procurement) -> bool:
    """Whether a fact stopped counting: its attempt was declared *desierto*, or its contract left the project."""
    if fact.contract_id in procurement.left_ids:
        return True
    void_from = procurement.void_attempts.get(fact.attempt_id)
    return fact.milestone_code in ATTEMPT and void_from is not None and void_from <= view.cutoff


def _choose(code: str, found: Sequence[Happening], contract_ids: tuple[int, ...]) -> Happening | None:
    """First contract, last contract once all have it, or the newest record."""
    if code in FIRST_CONTRACT:
        return min(found, key=lambda happening: (happening.day, happening.fact.id))
    if code in LAST_CONTRACT and len(contract_ids) > 1:
        whole = [happening for happening in found if happening.fact.contract_id is None]
        if not whole and set(contract_ids) - {happening.fact.contract_id for happening in found}:
            return None
        return max(whole or found, key=lambda happening: (happening.day, happening.fact.id))
    return max(found, key=lambda happening: (happening.fact.recorded_at, happening.fact.id))


def contract_counts(facts: Iterable[Fact], view: View, procurement: Procurement) -> dict[str, ContractCount]:
    """For each milestone of a contract, how many of several have met it at ``view``; empty below two contracts.

    A date that names no contract tells of all of them where the last one meets the milestone, else of one.
    """
    total = len(procurement.contract_ids)
    if total < 2:
        return {}
    named: dict[str, set[int | None]] = {code: set() for code in sorted(FIRST_CONTRACT | LAST_CONTRACT)}
    for fact in standing_facts(facts, view.known_at):
        is_ours = fact.contract_id is None or fact.contract_id in procurement.contract_ids
        if fact.milestone_code in named and fact.day is not None and fact.day <= view.cutoff and is_ours:
            named[fact.milestone_code].add(fact.contract_id)
    return {code: ContractCount(_count(code, ids, total), total) for code, ids in named.items()}


def contract_days(facts: Iterable[Fact], view: View, procurement: Procurement) -> dict[tuple[str, int | None], date]:
    """The day of each milestone that the first contract meets, by contract, at ``view``; empty below two contracts."""
    if len(procurement.contract_ids) < 2:
        return {}
    found: dict[tuple[str, int | None], date] = {}
    for fact in standing_facts(facts, view.known_at):
        key, day = (fact.milestone_code, fact.contract_id), fact.day
        is_left = fact.contract_id in procurement.left_ids
        if fact.milestone_code in FIRST_CONTRACT and day is not None and day <= view.cutoff and not is_left:
            found[key] = min(day, found.get(key, day))
    return found


def days_of_contract(days: Mapping[tuple[str, int | None], date], contract_id: int | None) -> dict[str, date]:
    """The day of each milestone for one contract: its own, else the one that names none; for none, the first of all.

    >>> days = {("H08", 7): date(2022, 3, 1), ("H08", 8): date(2022, 4, 20), ("H09", 8): date(2022, 4, 5)}
    >>> days_of_contract(days, 8)["H08"], days_of_contract(days, None)["H08"]
    (datetime.date(2022, 4, 20), datetime.date(2022, 3, 1))
    """
    found: dict[str, date] = {}
    for (code, named), day in days.items():
        if contract_id is None:
            found[code] = min(day, found.get(code, day))
        elif named == contract_id:
            found[code] = day
        elif named is None:
            found.setdefault(code, day)
    return found


def _count(code: str, contract_ids: Collection[int | None], total: int) -> int:
    if None not in contract_ids:
        return len(contract_ids)
    return total if code in LAST_CONTRACT else max(1, len(contract_ids) - 1)


def declared_dates(forecasts: Iterable[Fact], view: View, procurement: Procurement) -> dict[str, date]:
    """The newest declared forecast of each milestone known at ``K``, whatever its date; none of void attempts."""
    standing = sorted(standing_facts(forecasts, view.known_at), key=lambda fact: (fact.recorded_at, fact.id))
    return {
        fact.milestone_code: fact.day
        for fact in standing
        if fact.day is not None and not _is_void(fact, view, procurement)
    }
