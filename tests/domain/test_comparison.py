"""What changed between two cut-offs: each row with its fact, and money that closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from pp_monitor.domain.comparison import Comparison, compare
from pp_monitor.domain.comparison_money import Cell
from pp_monitor.domain.comparison_row import Change, ChangeOf, Why
from pp_monitor.domain.light import Light
from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.portfolio import Names, Portfolio, assess
from pp_monitor.domain.progress import FactStatus
from pp_monitor.domain.project import ProjectHistory, ProjectState
from tests.domain.portfolios import portfolios
from tests.factories import (
    PLANNED,
    baseline,
    colombia,
    dated,
    fact,
    frame,
    instant,
    project_history,
    snapshot,
    states,
)

FIRST, LAST = date(2022, 5, 13), date(2022, 5, 24)
SINCE = date(2022, 5, 18)
KNOWN = instant(FIRST)
NAMES = Names("Cali", {}, {}, {})


def portfolio(histories: Sequence[ProjectHistory], cutoff: date, **of_frame: Any) -> Portfolio:
    return assess(frame(cutoff, **of_frame), histories, NAMES, is_demo=False)


def compared(*histories: ProjectHistory, organism_codes: set[str] | None = None, **first: Any) -> Comparison:
    """The comparison of these projects; ``first`` is the frame of the earlier cut-off."""
    return compare(portfolio(histories, FIRST, **first), portfolio(histories, LAST), organism_codes)


def told(comparison: Comparison, kind: ChangeOf) -> list[tuple[str, Why, int]]:
    """Milestone, fact and days of each row of one kind."""
    return [(row.milestone.code if row.milestone else "", row.why, row.workdays) for row in comparison.of(kind)]


def only(comparison: Comparison, kind: ChangeOf) -> Change:
    (change,) = comparison.of(kind)
    return change


def met(through: str) -> dict[str, date]:
    """Every milestone up to this one, on its planned day."""
    return {code: day for code, day in PLANNED.items() if code <= through}


def replanned(kind: BaselineKind = BaselineKind.REPLANNING, **days: date) -> list[Any]:
    """B0 and a baseline decided between the cut-offs that moves these milestones."""
    return [baseline(), baseline({**PLANNED, **days}, number=1, kind=kind, decided_on=SINCE)]


ACTIVE, SUSPENDED, WITHDRAWN = ProjectState.ACTIVE, ProjectState.SUSPENDED, ProjectState.WITHDRAWN
EARLY, MOVED_IN = date(2022, 5, 2), [dated("4151"), dated("4145", SINCE)]
MOVED_OUT = [dated("4145"), dated("4151", SINCE)]


def test_nothing_changed_between_a_cut_off_and_itself() -> None:
    whole = portfolio([project_history(actual=met("H03"))], FIRST)
    same = compare(whole, whole)
    assert (same.changes, same.days, same.net_workdays) == ((), (), 0)
    assert same.matrix.cells == {(Light.GREEN, Light.GREEN): Cell(1, 100_000_000)}
    assert same.bridge.after_cop == same.bridge.before_cop == 100_000_000


@pytest.mark.parametrize(
    ("why", "workdays", "changes"),
    [
        (Why.FELL_DUE, 6, {}),
        (Why.PLAN_REGISTERED, 6, {"baselines": [baseline(recorded_at=instant(SINCE))]}),
        (Why.RESTARTED, 6, {"states": states((SUSPENDED, EARLY), (ACTIVE, SINCE))}),
        (Why.REPLANNED, 2, {"baselines": replanned(H04=date(2022, 5, 20))}),
        (Why.JOINED, 6, {"states": states((WITHDRAWN, EARLY), (ACTIVE, SINCE))}),
        (Why.JOINED, 6, {"organisms": MOVED_IN}),
    ],
)
def test_why_a_milestone_entered_delay(why: Why, workdays: int, changes: dict[str, Any]) -> None:
    history = project_history(actual=met("H03"), **changes)
    found = compared(history, organism_codes={"4145"}, known_at=KNOWN)
    assert told(found, ChangeOf.ENTERED_DELAY) == [("H04", why, workdays)]


@pytest.mark.parametrize("annulled", ["H04", "H05"])
def test_a_date_that_no_longer_stands_brings_delay_back(annulled: str) -> None:
    """The date of the milestone itself, or of a later one that had left it behind."""
    history = project_history(
        actual=met("H03"),
        actuals=[
            *project_history(actual=met("H03")).actuals,
            fact(annulled, date(2022, 5, 12)),
            fact(annulled, None, status=FactStatus.ANNULLED, recorded_at=instant(SINCE)),
        ],
    )
    found = compared(history, known_at=KNOWN)
    assert told(found, ChangeOf.ENTERED_DELAY) == [("H04", Why.REOPENED, 6)]
    assert [(row.milestone, row.day_after) for row in found.of(ChangeOf.CORRECTED)] != []


@pytest.mark.parametrize(
    ("why", "day", "changes"),
    [
        (Why.MET, date(2022, 5, 17), {"actual": met("H02") | {"H03": date(2022, 5, 17)}}),
        (Why.PASSED, PLANNED["H03"], {"actual": met("H02") | {"H04": date(2022, 5, 17)}}),
        (Why.SUSPENDED, PLANNED["H03"], {"states": states((SUSPENDED, SINCE))}),
        (Why.REPLANNED, date(2022, 6, 10), {"baselines": replanned(H03=date(2022, 6, 10))}),
        (Why.WITHDRAWN, None, {"states": states((WITHDRAWN, SINCE))}),
        (Why.TRANSFERRED_OUT, None, {"organisms": MOVED_OUT}),
    ],
)
def test_why_a_milestone_left_delay(why: Why, day: date | None, changes: dict[str, Any]) -> None:
    history = project_history(**{"actual": met("H02"), **changes})
    row = only(compared(history, organism_codes={"4145"}), ChangeOf.LEFT_DELAY)
    assert (row.milestone and row.milestone.code, row.why, row.workdays, row.day_after) == ("H03", why, 5, day)


def test_a_day_off_that_was_declared_later_takes_a_milestone_out_of_delay() -> None:
    history = project_history(actual=met("H02"))
    off = colombia(*(date(2022, 5, day) for day in range(6, 25)))
    found = compare(portfolio([history], FIRST), portfolio([history], LAST, calendar=off))
    assert told(found, ChangeOf.LEFT_DELAY) == [("H03", Why.CALENDAR, 5)]


@pytest.mark.parametrize(
    "changes", [{"recorded_at": instant(SINCE)}, {"baselines": [baseline(recorded_at=instant(SINCE))]}]
)
def test_what_a_closed_cut_off_did_not_know_is_gone(changes: dict[str, Any]) -> None:
    """The earlier cut-off with all that is known today, the later one as it was closed."""
    history = project_history(actual=met("H02"), **changes)
    found = compare(portfolio([history], FIRST), portfolio([history], LAST, known_at=KNOWN))
    assert told(found, ChangeOf.LEFT_DELAY) == [("H03", Why.GONE, 5)]
    assert [row.why for row in found.of(ChangeOf.MEMBERSHIP)] == ([Why.GONE] if "recorded_at" in changes else [])


@pytest.mark.parametrize(
    ("code", "why", "workdays", "changes"),
    [
        ("H04", Why.OVERDUE, 6, {}),
        ("H05", Why.CARRIED, 6, {}),
        ("H04", Why.MET, 1, {"actual": met("H03") | {"H04": date(2022, 5, 17)}}),
        ("H07", Why.DECLARED, 8, {"forecasts": [fact("H07", date(2022, 7, 8), recorded_at=instant(SINCE))]}),
        ("H05", Why.REPLANNED, 15, {"baselines": replanned(H05=date(2022, 6, 10))}),
        ("H05", Why.RESTARTED, 15, {"baselines": replanned(BaselineKind.RESTART, H05=date(2022, 6, 10))}),
    ],
)
def test_why_an_expected_day_moved(code: str, why: Why, workdays: int, changes: dict[str, Any]) -> None:
    history = project_history(**{"actual": met("H03"), **changes})
    assert (code, why, workdays) in told(compared(history, known_at=KNOWN), ChangeOf.DAYS)


def test_a_milestone_met_before_it_was_expected_gains_days() -> None:
    early = {"H04": date(2022, 5, 12), "H05": date(2022, 5, 13)}
    facts = [fact(code, day, recorded_at=instant(SINCE)) for code, day in early.items()]
    history = project_history(actuals=[*project_history(actual=met("H03")).actuals, *facts])
    found = compared(history, known_at=KNOWN)
    assert told(found, ChangeOf.DAYS) == [("H05", Why.MET, -10), ("H04", Why.MET, -2)]
    assert [(row.milestone.code, row.gained_workdays, row.gained, row.lost) for row in found.days] == [
        ("H04", 2, 1, 0),
        ("H05", 10, 1, 0),
    ]
    assert (found.days[1].net_workdays, found.net_workdays) == (-10, -12)


def test_a_corrected_date_is_told_with_both_days() -> None:
    first, right = date(2022, 5, 6), date(2022, 5, 10)
    actuals = [*project_history(actual=met("H03")).actuals, fact("H03", right, recorded_at=instant(SINCE))]
    row = only(compared(project_history(actuals=actuals), known_at=KNOWN), ChangeOf.CORRECTED)
    assert (row.why, row.day_before, row.day_after, row.workdays) == (Why.CORRECTED, first, right, 2)


def test_an_annulled_date_that_is_still_to_come_is_told_without_a_day() -> None:
    actuals = [
        *project_history(actual=met("H03")).actuals,
        fact("H05", date(2022, 5, 12)),
        fact("H05", None, status=FactStatus.ANNULLED, recorded_at=instant(SINCE)),
    ]
    found = compared(project_history(actuals=actuals), known_at=KNOWN)
    row = only(found, ChangeOf.CORRECTED)
    assert (row.why, row.day_after, row.workdays) == (Why.REOPENED, None, 17)
    assert ("H05", Why.REOPENED, 17) in told(found, ChangeOf.DAYS)


def test_a_suspended_project_has_no_expected_days_to_compare() -> None:
    found = compared(project_history(actual=met("H03"), states=states((SUSPENDED, SINCE))))
    assert found.of(ChangeOf.DAYS) == ()
    assert only(found, ChangeOf.LIGHT).code_after == Light.SUSPENDED


@pytest.mark.parametrize(
    ("why", "before", "after", "actual"),
    [
        (Why.WORSE, Light.GREEN, Light.YELLOW, met("H03")),
        (Why.BETTER, Light.YELLOW, Light.GREEN, met("H02") | {code: date(2022, 5, 17) for code in ("H03", "H04")}),
    ],
)
def test_a_light_gets_worse_or_better_with_its_money(
    why: Why, before: Light, after: Light, actual: dict[str, date]
) -> None:
    found = compared(project_history(actual=actual))
    row = only(found, ChangeOf.LIGHT)
    assert (row.why, row.code_before, row.code_after, row.amount_after_cop) == (why, before, after, 100_000_000)
    moved = (found.matrix.worsened_cop, found.matrix.improved_cop)
    assert moved == ((100_000_000, 0) if why is Why.WORSE else (0, 100_000_000))


def test_a_light_may_change_without_being_better_or_worse() -> None:
    found = compared(project_history(actual=met("H03"), states=states((SUSPENDED, SINCE))))
    assert only(found, ChangeOf.LIGHT).why is Why.OTHER
    assert (found.matrix.worsened_cop, found.matrix.improved_cop) == (0, 0)


def test_phase_value_and_plan_of_a_project() -> None:
    actual = {code: date(2022, 5, 17) if code > "H03" else day for code, day in met("H08").items()}
    history = project_history(
        actual=actual,
        baselines=replanned(H10=date(2022, 9, 19), H11=date(2022, 11, 16)),
        snapshots=[snapshot(FIRST, 100), snapshot(SINCE, 130)],
    )
    found = compared(history)
    phase, value, plan = (only(found, kind) for kind in (ChangeOf.PHASE, ChangeOf.VALUE, ChangeOf.REPLANNED))
    assert (phase.code_before, phase.code_after) == ("precontractual", "execution")
    assert (value.amount_before_cop, value.amount_after_cop) == (100, 130)
    assert (plan.why, plan.count, plan.workdays) == (Why.REPLANNED, 1, 5)
    assert (found.bridge.before_cop, found.bridge.revaluation_cop, found.bridge.after_cop) == (100, 30, 130)


def test_coverage_and_re_plannings_are_told_of_the_whole() -> None:
    registered = project_history(project_id=1, baselines=[baseline(recorded_at=instant(SINCE))], actual=met("H03"))
    moved = project_history(project_id=2, actual=met("H03"), baselines=replanned(H05=date(2022, 6, 10)))
    found = compared(registered, moved, known_at=KNOWN)
    assert (found.before.coverage.value, found.after.coverage.value, found.coverage_points) == (0.5, 1.0, 50.0)
    assert (found.replannings, found.projects_of(ChangeOf.REPLANNED)) == (1, 1)
    assert found.projects_of(ChangeOf.DAYS) == 1
    assert compared().coverage_points is None


def test_a_re_planning_is_told_between_its_cut_offs_alone_even_of_the_same_dates() -> None:
    before = [baseline(), baseline(number=1, decided_on=EARLY)]
    assert compared(project_history(actual=met("H03"), baselines=before)).of(ChangeOf.REPLANNED) == ()
    row = only(compared(project_history(actual=met("H03"), baselines=replanned())), ChangeOf.REPLANNED)
    assert (row.why, row.count, row.workdays) == (Why.REPLANNED, 1, 0)


def test_a_restart_is_no_re_planning() -> None:
    baselines = replanned(BaselineKind.RESTART, H05=date(2022, 6, 10))
    row = only(compared(project_history(actual=met("H03"), baselines=baselines)), ChangeOf.REPLANNED)
    assert (row.why, row.count, row.workdays) == (Why.RESTARTED, 0, 9)


@pytest.mark.parametrize(
    ("why", "enters", "changes"),
    [
        (Why.ENTERED, True, {"entered_on": SINCE}),
        (Why.RETURNED, True, {"states": states((WITHDRAWN, EARLY), (ACTIVE, SINCE))}),
        (Why.TRANSFERRED_IN, True, {"organisms": MOVED_IN}),
        (Why.WITHDRAWN, False, {"states": states((WITHDRAWN, SINCE))}),
        (Why.TRANSFERRED_OUT, False, {"organisms": MOVED_OUT}),
    ],
)
def test_who_enters_and_who_leaves_closes_the_bridge(why: Why, enters: bool, changes: dict[str, Any]) -> None:
    other = project_history(project_id=2, allocation_cop=7)
    found = compared(project_history(**changes), other, organism_codes={"4145"})
    row = only(found, ChangeOf.MEMBERSHIP)
    assert (row.why, row.amount_cop, row.is_elsewhere) == (why, 100_000_000, why is Why.TRANSFERRED_OUT)
    assert (row.amount_before_cop, row.amount_after_cop) == ((0, 100_000_000) if enters else (100_000_000, 0))
    bridge = found.bridge
    assert (bridge.entered_cop, bridge.left_cop) == ((100_000_000, 0) if enters else (0, 100_000_000))
    assert (bridge.before_cop, bridge.after_cop) == ((7, 100_000_007) if enters else (100_000_007, 7))
    assert found.matrix.row_total(None).projects == int(enters)


def test_what_was_and_stays_withdrawn_is_told_nowhere() -> None:
    found = compared(project_history(states=states((WITHDRAWN, EARLY))))
    assert (found.changes, found.matrix.cells, found.bridge.after_cop) == ((), {}, 0)


def test_the_worst_comes_first_in_each_kind() -> None:
    histories = [
        project_history(project_id=1, actual=met("H03"), allocation_cop=5),
        project_history(project_id=2, actual=met("H03"), allocation_cop=9),
        project_history(project_id=3, actual=met("H02") | dict.fromkeys(("H03", "H04"), LAST)),
    ]
    lights = compared(*histories).of(ChangeOf.LIGHT)
    assert [(row.why, row.project.id) for row in lights] == [(Why.WORSE, 2), (Why.WORSE, 1), (Why.BETTER, 3)]


@settings(max_examples=80, deadline=None)
@given(portfolios())
def test_money_closes_whatever_happened(histories: list[ProjectHistory]) -> None:
    """Rows close to the earlier cut-off, columns to the later one, and the bridge joins them."""
    half = datetime(2022, 7, 1, tzinfo=UTC)
    old, new = portfolio(histories, date(2022, 6, 30), known_at=half), portfolio(histories, date(2022, 10, 31))
    for codes in (None, {"4145"}, {"4151"}):
        found = compare(old, new, codes)
        matrix, bridge = found.matrix, found.bridge
        assert bridge.before_cop == found.before.allocation_cop
        assert bridge.after_cop == found.after.allocation_cop
        lights = [column for column in matrix.columns if column]
        assert {light: matrix.column_total(light).amount_cop for light in lights} == found.after.value_by_light_cop
        assert {light: matrix.column_total(light).projects for light in lights} == found.after.lights
        assert {row: matrix.before_cop[row] for row in matrix.rows if row} == found.before.value_by_light_cop
        rows = sum(matrix.row_total(row).amount_cop for row in matrix.rows)
        assert rows == sum(matrix.column_total(column).amount_cop for column in matrix.columns)
        assert rows == matrix.total.amount_cop
        assert found.net_workdays == sum(row.workdays for row in found.of(ChangeOf.DAYS))
        assert found.net_workdays == found.lost_workdays - found.gained_workdays


@settings(max_examples=60, deadline=None)
@given(portfolios())
def test_delay_at_the_end_is_what_was_there_and_what_entered_less_what_left(histories: list[ProjectHistory]) -> None:
    old, new = portfolio(histories, date(2022, 6, 30)), portfolio(histories, date(2022, 10, 31))
    found = compare(old, new)

    def overdue(whole: Portfolio) -> int:
        counted = [row for row in whole.projects if row.current and not row.is_withdrawn]
        return sum(len(row.current.overdue) for row in counted if row.current)

    entered, left = len(found.of(ChangeOf.ENTERED_DELAY)), len(found.of(ChangeOf.LEFT_DELAY))
    assert overdue(new) == overdue(old) + entered - left
