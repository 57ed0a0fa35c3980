import pytest

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, SETTLEMENT, Modality, Phase

NOT_COMPULSORY = ["H04", "H05", "H10", "H14"]


def test_weights_add_up_to_100_and_by_phase_to_35_50_15() -> None:
    by_phase = {phase: sum(row.weight for row in DEFAULT_CATALOGUE.milestones if row.phase is phase) for phase in Phase}
    assert by_phase == {Phase.PRECONTRACTUAL: 35, Phase.EXECUTION: 50, Phase.CLOSURE: 15}


def test_codes_run_from_h01_to_h14_in_order() -> None:
    assert DEFAULT_CATALOGUE.codes == tuple(f"H{number:02d}" for number in range(1, 15))
    assert [row.position for row in DEFAULT_CATALOGUE.milestones] == list(range(1, 15))


def test_all_but_four_are_compulsory_and_the_settlement_never() -> None:
    assert [row.code for row in DEFAULT_CATALOGUE.milestones if not row.compulsory] == NOT_COMPULSORY
    assert SETTLEMENT in NOT_COMPULSORY


@pytest.mark.parametrize(
    ("modality", "not_needed"),
    [
        (None, []),
        (Modality.LP, []),
        (Modality.MC, ["H04"]),
        (Modality.AMP, ["H04"]),
        (Modality.ESALC, ["H04"]),
        (Modality.CDO, ["H03", "H04", "H05"]),
        (Modality.CI, ["H03", "H04", "H05"]),
        (Modality.ESALD, ["H03", "H04", "H05"]),
        (Modality.CDPS, ["H03", "H04", "H05", "H06", "H14"]),
    ],
)
def test_a_modality_does_without_its_milestones(modality: Modality | None, not_needed: list[str]) -> None:
    assert [row.code for row in DEFAULT_CATALOGUE.milestones if not row.needed_by(modality)] == not_needed


def test_a_milestone_is_found_by_its_code() -> None:
    found = DEFAULT_CATALOGUE.by_code("H07")
    assert found is not None
    assert (found.name, found.weight) == ("Contrato firmado", 5)
    assert DEFAULT_CATALOGUE.by_code("H99") is None
