"""Two people, one row: what each touched decides."""

from __future__ import annotations

import pytest

from pp_monitor.domain.plan_draft import MODALITY, Merged, TypedRow, actual_part, merge, name_part, reason_part, stamp


@pytest.mark.parametrize(
    ("shown", "stored", "typed", "merged"),
    [
        ("a", "a", "a", Merged("a")),
        ("a", "a", "b", Merged("b")),
        ("a", "b", "a", Merged("b")),
        ("a", "b", "b", Merged("b")),
        ("a", "b", "c", Merged("c", "b")),
        ("a", "", "b", Merged("b", "")),
        ("a", "b", "", Merged("", "b")),
        ("", "", " b ", Merged("b")),
        ("a", "a", " a ", Merged("a")),
    ],
)
def test_a_cell_is_a_clash_only_when_both_changed_it(shown: str, stored: str, typed: str, merged: Merged) -> None:
    assert merge([typed], [stored], stamp([shown])) == (merged,)


@pytest.mark.parametrize("shown", ["", "abc", stamp(["a"]) + "x"])
def test_without_a_readable_stamp_nothing_stored_is_overwritten_in_silence(shown: str) -> None:
    assert merge(["b", "", "c"], ["a", "", "c"], shown) == (Merged("b", "a"), Merged(""), Merged("c"))


def test_the_modality_is_one_of_the_texts() -> None:
    row = TypedRow({"H01": "x"}, "CI", "")
    assert [row.text(code) for code in (MODALITY, "H01", "H02")] == ["CI", "x", None]


def test_what_was_not_sent_keeps_what_is_stored() -> None:
    assert merge([None, "x"], ["a", ""], stamp(["a", ""])) == (Merged("a"), Merged("x"))


def test_each_part_of_a_row_has_its_own_name() -> None:
    assert [part("H07") for part in (actual_part, reason_part, name_part)] == ["H07-real", "H07-motivo", "H07-nombre"]
