from dataclasses import fields
from datetime import date

import pytest

from pp_monitor.domain.part import NO_TERRITORY, territory_codes, territory_parts
from tests.factories import assessed, snapshot

CUTOFF = date(2022, 5, 13)


@pytest.mark.parametrize("commitments_cop", [0, 33, 100, 171])
def test_every_amount_is_split_to_the_peso_and_what_is_left_to_commit_too(commitments_cop: int) -> None:
    chain = snapshot(
        date(2022, 4, 30), 100, commitments_cop, additions_cop=7, reductions_cop=1, transfers_cop=-5,
        obligations_cop=20, payments_cop=11,
    )  # fmt: skip
    whole = assessed(CUTOFF, snapshots=[chain], shares=[("01", 40), ("07", 30), ("51", 29)])
    parts = territory_parts(whole)
    assert list(parts) == ["01", "07", "51"]
    assert sum(part.allocation_cop for part in parts.values()) == 100
    assert sum(part.uncommitted_cop for part in parts.values()) == whole.uncommitted_cop
    for field in fields(chain):
        if field.name.endswith("_cop"):
            amounts = [getattr(part.snapshot, field.name) for part in parts.values()]
            assert sum(amounts) == getattr(chain, field.name), field.name
    assert all(part.light is whole.light for part in parts.values())


def test_a_project_of_one_territory_or_of_none_counts_whole() -> None:
    one, none = assessed(CUTOFF, shares=[("01", 9)]), assessed(CUTOFF, territories=[])
    assert territory_parts(one) == {"01": one}
    assert territory_parts(none) == {NO_TERRITORY: none}
    assert (territory_codes(one), territory_codes(none)) == (("01",), (NO_TERRITORY,))


def test_a_territory_named_twice_counts_once_with_both_amounts() -> None:
    parts = territory_parts(assessed(CUTOFF, allocation_cop=100, shares=[("01", 20), ("02", 50), ("01", 30)]))
    assert {code: part.allocation_cop for code, part in parts.items()} == {"01": 50, "02": 50}
