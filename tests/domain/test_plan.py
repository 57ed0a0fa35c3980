from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Modality
from pp_monitor.domain.dated import View
from pp_monitor.domain.plan import (
    BaselineKind,
    PlanFault,
    PlanLine,
    PlanProblem,
    check_plan,
    out_of_order,
    plans_as_at,
    shift_unmet,
)
from tests.factories import PLANNED, WHENEVER, baseline, colombia, instant, plan_lines

B0 = baseline()
B1 = baseline(number=1, decided_on=date(2022, 6, 1))
B2 = baseline(number=2, decided_on=date(2022, 7, 1), recorded_at=instant(date(2022, 7, 20)))
RESTART = baseline(number=3, kind=BaselineKind.RESTART, decided_on=date(2022, 8, 1))
ALL = [RESTART, B2, B1, B0]


@pytest.mark.parametrize(
    ("cutoff", "known_at", "current", "replannings"),
    [
        (date(2022, 4, 1), WHENEVER, 0, 0),
        (date(2022, 5, 31), WHENEVER, 0, 0),
        (date(2022, 6, 1), WHENEVER, 1, 1),
        (date(2022, 7, 1), WHENEVER, 2, 2),
        (date(2022, 7, 1), instant(date(2022, 7, 19)), 1, 1),
        (date(2022, 8, 1), WHENEVER, 3, 2),
    ],
)
def test_the_plan_in_force_is_the_newest_decided_by_c_and_recorded_by_k(
    cutoff: date, known_at: datetime, current: int, replannings: int
) -> None:
    plans = plans_as_at(ALL, View(cutoff, known_at))
    assert plans is not None
    assert (plans.b0.number, plans.current.number, plans.replannings) == (0, current, replannings)


def test_there_is_no_plan_before_it_is_recorded() -> None:
    declared_early = baseline(decided_on=date(2022, 4, 8), recorded_at=datetime(2022, 5, 2, 15, tzinfo=UTC))
    assert plans_as_at([declared_early], View(date(2022, 5, 13), datetime(2022, 5, 2, 14, tzinfo=UTC))) is None
    assert plans_as_at([declared_early], View(date(2022, 1, 1), datetime(2022, 5, 2, 15, tzinfo=UTC))) is not None


def _faults(
    changes: Mapping[str, PlanLine | None], modality: Modality | None = Modality.LP
) -> list[tuple[PlanFault, str, str, bool]]:
    lines = {code: line for code, line in {**plan_lines(), **changes}.items() if line}
    problems = check_plan(lines, DEFAULT_CATALOGUE, modality)
    return [(found.fault, found.milestone_code, found.other_code, found.blocks_draft) for found in problems]


def _on(day: date) -> PlanLine:
    return PlanLine(day)


NOT_APPLICABLE = PlanLine(not_applicable=True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"H02": PlanLine()}, [(PlanFault.MISSING, "H02", "", False)]),
        ({"H02": None, "H14": None}, [(PlanFault.MISSING, "H02", "", False), (PlanFault.MISSING, "H14", "", False)]),
        ({"H04": NOT_APPLICABLE, "H14": NOT_APPLICABLE}, []),
        ({"H02": NOT_APPLICABLE}, [(PlanFault.COMPULSORY, "H02", "", True)]),
        ({"H04": PlanLine(PLANNED["H04"], True)}, [(PlanFault.BOTH, "H04", "", True)]),
        ({"H08": _on(date(2022, 6, 23))}, [(PlanFault.OUT_OF_ORDER, "H08", "H07", False)]),
        ({"H08": _on(PLANNED["H07"])}, []),
        ({"H09": _on(date(2022, 6, 30))}, [(PlanFault.OUT_OF_ORDER, "H09", "H08", False)]),
        ({"H10": _on(date(2022, 7, 8))}, [(PlanFault.OUT_OF_ORDER, "H10", "H09", False)]),
        ({"H10": _on(date(2022, 11, 19))}, [(PlanFault.OUT_OF_ORDER, "H11", "H10", False)]),
        (
            {"H10": NOT_APPLICABLE, "H11": _on(date(2022, 7, 8))},
            [(PlanFault.OUT_OF_ORDER, "H11", "H09", False)],
        ),
        ({"H14": _on(date(2022, 12, 1))}, [(PlanFault.OUT_OF_ORDER, "H14", "H12", False)]),
        ({"H13": _on(date(2022, 7, 8))}, [(PlanFault.CLOSURE_BEFORE_START, "H13", "H09", True)]),
        ({"H14": _on(date(2022, 7, 8))}, [(PlanFault.CLOSURE_BEFORE_START, "H14", "H09", True)]),
        ({"H07": _on(date(2022, 6, 9))}, []),
    ],
)
def test_every_fault_of_a_plan_is_told(
    changes: Mapping[str, PlanLine | None], expected: list[tuple[PlanFault, str, str, bool]]
) -> None:
    assert _faults(changes) == expected


@pytest.mark.parametrize(
    ("modality", "refused"),
    [
        (Modality.LP, ["H03", "H06"]),
        (Modality.MC, ["H03", "H06"]),
        (Modality.CDO, ["H06"]),
        (Modality.CDPS, []),
        (None, ["H03", "H06"]),
    ],
)
def test_a_compulsory_milestone_may_be_left_out_where_the_modality_has_none(
    modality: Modality | None, refused: list[str]
) -> None:
    changes = dict.fromkeys(("H03", "H04", "H05", "H06"), NOT_APPLICABLE)
    assert [code for fault, code, *_ in _faults(changes, modality) if fault is PlanFault.COMPULSORY] == refused


def test_faults_of_several_milestones_come_together_in_catalogue_order() -> None:
    found = _faults({"H12": _on(date(2022, 7, 8)), "H01": PlanLine(), "H08": _on(date(2022, 6, 1))})
    assert [code for _, code, *_ in found] == ["H01", "H08", "H12"]


def test_a_problem_names_its_place_and_what_it_clashes_with() -> None:
    (found,) = check_plan({**plan_lines(), "H08": _on(date(2022, 6, 1))}, DEFAULT_CATALOGUE, None)
    assert found == PlanProblem(PlanFault.OUT_OF_ORDER, "H08", "H07", blocks_draft=False)


def test_actual_dates_out_of_order_are_paired() -> None:
    actual = {"H07": date(2022, 7, 1), "H08": date(2022, 6, 30), "H09": date(2022, 7, 1), "P01": date(2022, 1, 3)}
    assert out_of_order(actual, DEFAULT_CATALOGUE.codes) == (("H07", "H08"),)
    assert out_of_order({}, DEFAULT_CATALOGUE.codes) == ()


def test_a_restart_shifts_what_is_unmet_and_keeps_what_does_not_apply() -> None:
    lines = {"H01": PlanLine(date(2022, 4, 13)), "H02": PlanLine(date(2022, 4, 13)), "H04": PlanLine(None, True)}
    shifted = shift_unmet(lines, {"H01"}, 2, colombia())
    assert shifted == {"H01": lines["H01"], "H02": PlanLine(date(2022, 4, 19)), "H04": lines["H04"]}
