from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from pp_monitor.domain.dated import View
from pp_monitor.domain.progress import (
    ContractCount,
    Fact,
    FactStatus,
    Happening,
    Procurement,
    contract_counts,
    declared_dates,
    happenings,
    standing_facts,
)
from tests.domain.doc_tables import Row, doc_table, optional_day
from tests.factories import WHENEVER, fact, instant

CUTOFF = date(2022, 12, 16)
NOON = instant(date(2022, 4, 20))


def _met(
    records: Sequence[Fact],
    *,
    cutoff: date = CUTOFF,
    known_at: datetime = WHENEVER,
    contracts: tuple[int, ...] = (),
    void: dict[int | None, date] | None = None,
) -> dict[str, date]:
    found = happenings(records, View(cutoff, known_at), Procurement(contracts, void or {}))
    return {code: happening.day for code, happening in found.items()}


def _row_records(row: Row) -> list[Fact]:
    records = []
    for minutes, record in enumerate(row["records, oldest first"].split(", ")):
        status, cell = record.split(" ")
        day, at = optional_day(cell), NOON + timedelta(minutes=minutes)
        reports = [row.id for row in records if row.status is FactStatus.REPORTED and row.day == day]
        judged = reports[-1] if reports and status in ("verified", "returned") else None
        records.append(fact("H01", day, status=FactStatus(status), recorded_at=at, of_fact_id=judged))
    return records


def test_a_return_recorded_after_k_takes_nothing_away() -> None:
    first = fact("H01", date(2022, 4, 20), recorded_at=NOON)
    wrong = fact("H01", date(2022, 4, 21), recorded_at=NOON + timedelta(hours=1))
    at = NOON + timedelta(hours=2)
    sent_back = fact("H01", None, status=FactStatus.RETURNED, recorded_at=at, of_fact_id=wrong.id)
    records = [first, wrong, sent_back]
    assert _met(records, known_at=at) == {"H01": date(2022, 4, 20)}
    assert _met(records, known_at=at - timedelta(minutes=1)) == {"H01": date(2022, 4, 21)}


def test_a_return_without_the_record_that_it_names_ends_the_date() -> None:
    ended = fact("H01", None, status=FactStatus.RETURNED, recorded_at=NOON + timedelta(hours=1))
    assert _met([fact("H01", date(2022, 4, 20), recorded_at=NOON), ended]) == {}


@pytest.mark.parametrize("row", doc_table("records of one milestone"), ids=lambda row: row["records, oldest first"])
def test_the_newest_record_that_counts_is_the_documented_one(row: Row) -> None:
    expected = optional_day(row["met on"])
    assert _met(_row_records(row)) == ({"H01": expected} if expected else {})
    assert _met(_row_records(row)[::-1]) == ({"H01": expected} if expected else {})


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (FactStatus.PROPOSED, False),
        (FactStatus.REPORTED, True),
        (FactStatus.VERIFIED, True),
        (FactStatus.RETURNED, False),
        (FactStatus.ANNULLED, False),
    ],
)
def test_only_reported_and_verified_facts_count(status: FactStatus, counts: bool) -> None:
    assert status.counts is counts
    assert (_met([fact("H01", date(2022, 4, 18), status=status)]) != {}) is counts


def test_of_two_records_of_one_instant_the_one_with_the_higher_id_counts() -> None:
    first = fact("H01", date(2022, 4, 18), id=1, recorded_at=NOON)
    second = fact("H01", date(2022, 4, 19), id=2, recorded_at=NOON)
    assert _met([second, first]) == {"H01": date(2022, 4, 19)}


def test_a_report_of_the_thirteenth_issued_on_the_sixteenth_counts_what_was_recorded_meanwhile() -> None:
    late_record = fact("H03", date(2022, 5, 10), recorded_at=instant(date(2022, 5, 16), 13))
    cutoff = date(2022, 5, 13)
    assert _met([late_record], cutoff=cutoff, known_at=instant(date(2022, 5, 16), 14)) == {"H03": date(2022, 5, 10)}
    assert _met([late_record], cutoff=cutoff, known_at=instant(date(2022, 5, 16), 13)) == {"H03": date(2022, 5, 10)}
    assert _met([late_record], cutoff=cutoff, known_at=instant(date(2022, 5, 16), 12)) == {}


def test_a_correction_recorded_after_k_does_not_change_the_view() -> None:
    records = [
        fact("H03", date(2022, 5, 10), recorded_at=instant(date(2022, 5, 10))),
        fact("H03", date(2022, 5, 12), recorded_at=instant(date(2022, 6, 1))),
        fact("H03", None, status=FactStatus.ANNULLED, recorded_at=instant(date(2022, 7, 1))),
    ]
    known = {month: _met(records, known_at=instant(date(2022, month, 15))) for month in (5, 6, 7)}
    assert known == {5: {"H03": date(2022, 5, 10)}, 6: {"H03": date(2022, 5, 12)}, 7: {}}


def test_the_declared_day_of_a_report_never_stands_for_the_instant() -> None:
    record = fact("H03", date(2022, 5, 10), reported_on=date(2022, 5, 10), recorded_at=instant(date(2022, 6, 1)))
    assert _met([record], known_at=instant(date(2022, 5, 20))) == {}


def test_a_date_after_the_cutoff_is_not_seen() -> None:
    assert _met([fact("H03", date(2022, 5, 14))], cutoff=date(2022, 5, 13)) == {}
    assert _met([fact("H03", date(2022, 5, 13))], cutoff=date(2022, 5, 13)) == {"H03": date(2022, 5, 13)}


def _of_contracts(code: str, **days: date) -> list[Fact]:
    """A date for each contract, named ``c1``, ``c2`` …"""
    return [fact(code, day, contract_id=int(name[1:])) for name, day in days.items()]


EARLY, LATE = date(2022, 7, 5), date(2022, 8, 9)


@pytest.mark.parametrize("code", ["H07", "H08", "H09"])
@pytest.mark.parametrize("days", [{"c1": EARLY, "c2": LATE}, {"c1": LATE, "c2": EARLY}, {"c2": EARLY}])
def test_signature_registry_and_start_are_met_by_the_first_contract(code: str, days: dict[str, date]) -> None:
    assert _met(_of_contracts(code, **days), contracts=(1, 2)) == {code: EARLY}


@pytest.mark.parametrize("code", ["H10", "H11", "H12", "H13", "H14"])
@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"c1": EARLY}, None),
        ({"c1": EARLY, "c2": LATE}, LATE),
        ({"c1": LATE, "c2": EARLY}, LATE),
    ],
)
def test_completion_and_closure_are_met_by_the_last_contract(
    code: str, days: dict[str, date], expected: date | None
) -> None:
    assert _met(_of_contracts(code, **days), contracts=(1, 2)) == ({code: expected} if expected else {})


def test_one_contract_is_enough_where_there_is_only_one() -> None:
    assert _met(_of_contracts("H11", c1=EARLY), contracts=(1,)) == {"H11": EARLY}
    assert _met(_of_contracts("H11", c1=EARLY)) == {"H11": EARLY}


def test_a_date_of_the_whole_project_stands_for_all_its_contracts() -> None:
    records = [*_of_contracts("H11", c1=LATE), fact("H11", EARLY)]
    assert _met(records, contracts=(1, 2)) == {"H11": EARLY}


def test_the_dates_of_a_contract_that_left_the_project_no_longer_count() -> None:
    records = _of_contracts("H07", c1=EARLY, c2=LATE)
    left = Procurement((2,), left_ids=frozenset({1}))
    assert happenings(records, View(LATE, WHENEVER), left)["H07"].day == LATE
    assert "H07" not in happenings(records[:1], View(LATE, WHENEVER), left)


def test_an_annulled_date_of_one_contract_leaves_that_of_the_other() -> None:
    records = [
        *_of_contracts("H07", c1=EARLY, c2=LATE),
        fact("H07", None, status=FactStatus.ANNULLED, contract_id=1, recorded_at=instant(date(2022, 9, 1))),
    ]
    assert _met(records, contracts=(1, 2)) == {"H07": LATE}


ACT = date(2022, 6, 1)


@pytest.mark.parametrize(
    ("code", "cutoff", "is_met"),
    [
        ("H02", ACT, True),
        ("H03", date(2022, 5, 31), True),
        ("H03", ACT, False),
        ("H04", ACT, False),
        ("H05", ACT, False),
        ("H06", ACT, False),
        ("H07", ACT, True),
    ],
)
def test_dates_of_a_void_attempt_stop_counting_from_the_day_of_the_act(code: str, cutoff: date, is_met: bool) -> None:
    records = [fact(code, date(2022, 5, 10), attempt_id=1)]
    assert (_met(records, cutoff=cutoff, void={1: ACT}) != {}) is is_met


def test_the_second_attempt_meets_what_the_void_one_no_longer_does() -> None:
    records = [
        fact("H03", date(2022, 5, 10)),
        fact("H03", date(2022, 6, 20), attempt_id=2),
    ]
    assert _met(records, cutoff=date(2022, 6, 10), void={None: ACT}) == {}
    assert _met(records, cutoff=date(2022, 6, 30), void={None: ACT}) == {"H03": date(2022, 6, 20)}


def test_a_happening_tells_whether_it_is_verified() -> None:
    reported, verified = (
        fact("H01", date(2022, 4, 18), status=status) for status in (FactStatus.REPORTED, FactStatus.VERIFIED)
    )
    assert not Happening(date(2022, 4, 18), reported).is_verified
    assert Happening(date(2022, 4, 18), verified).is_verified


def test_a_reported_record_without_a_date_meets_nothing() -> None:
    assert standing_facts([fact("H01", None)], WHENEVER) == ()


def _declared(*records: Fact, cutoff: date = date(2022, 5, 13), **procurement: Any) -> dict[str, date]:
    return declared_dates(records, View(cutoff, WHENEVER), Procurement(**procurement))


def test_the_newest_declared_date_counts_whatever_it_is() -> None:
    first = fact("H05", date(2022, 9, 1), recorded_at=instant(date(2022, 5, 2)))
    second = fact("H05", date(2022, 4, 1), recorded_at=instant(date(2022, 5, 3)))
    of_contract = fact("H05", date(2022, 8, 1), contract_id=7, recorded_at=instant(date(2022, 5, 4)))
    assert _declared(second, first) == {"H05": date(2022, 4, 1)}
    assert _declared(of_contract, second, first) == {"H05": date(2022, 8, 1)}


def test_an_annulled_declaration_leaves_none() -> None:
    declared = fact("H05", date(2022, 9, 1), recorded_at=instant(date(2022, 5, 2)))
    annulled = fact("H05", None, status=FactStatus.ANNULLED, recorded_at=instant(date(2022, 5, 3)))
    assert _declared(declared, annulled) == {}


def test_a_declaration_for_a_void_attempt_no_longer_counts() -> None:
    declared = fact("H05", date(2022, 9, 1), attempt_id=1)
    assert _declared(declared, void_attempts={1: date(2022, 5, 16)}) == {"H05": date(2022, 9, 1)}
    assert _declared(declared, void_attempts={1: date(2022, 5, 13)}) == {}


@pytest.mark.parametrize(
    ("records", "counts"),
    [
        ([("H07", 1), ("H07", 3)], {"H07": 2}),
        ([("H07", 1), ("H07", 1)], {"H07": 1}),
        ([("H07", None)], {"H07": 1}),
        ([("H07", None), ("H07", 2)], {"H07": 1}),
        ([("H11", 1), ("H11", 2)], {"H11": 2}),
        ([("H11", None)], {"H11": 3}),
        ([("H07", 9), ("H06", 1)], {}),
    ],
)
def test_contracts_that_met_a_milestone_are_counted(
    records: Sequence[tuple[str, int | None]], counts: dict[str, int]
) -> None:
    facts = [fact(code, date(2022, 9, 1), contract_id=contract) for code, contract in records]
    found = contract_counts(facts, View(CUTOFF, WHENEVER), Procurement((1, 2, 3)))
    assert {code: count.met for code, count in found.items() if count.met} == counts
    assert {count.total for count in found.values()} == {3}


def test_a_contract_met_after_the_cutoff_or_withdrawn_is_not_counted() -> None:
    late = fact("H07", date(2022, 12, 17), contract_id=2)
    undone = [
        fact("H07", date(2022, 9, 1), contract_id=1, recorded_at=NOON),
        fact("H07", None, contract_id=1, status=FactStatus.ANNULLED, recorded_at=NOON + timedelta(minutes=1)),
    ]
    found = contract_counts([late, *undone], View(CUTOFF, WHENEVER), Procurement((1, 2)))
    assert found["H07"] == ContractCount(0, 2)


def test_a_project_of_one_contract_counts_none() -> None:
    facts = [fact("H07", date(2022, 9, 1), contract_id=1)]
    assert contract_counts(facts, View(CUTOFF, WHENEVER), Procurement((1,))) == {}
