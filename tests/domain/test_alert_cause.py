"""Each rule, holding and not holding, at its exact threshold."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pp_monitor.domain.alert_cause import (
    GUARANTEES,
    CaseKey,
    Cause,
    Condition,
    Signals,
    Watch,
    conditions,
    organism_causes,
    project_causes,
)
from pp_monitor.domain.alert_rule import DEFAULT_RULES, AlertLevel, AlertRule, changed_rules
from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.contract import ContractLink, GuaranteeApproval
from pp_monitor.domain.group import Member, assess_group
from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.plan_rule import RestrictionWindow
from pp_monitor.domain.portfolio import Names, assess
from pp_monitor.domain.project import ProjectAssessment, ProjectState, StateEvent
from pp_monitor.domain.submission import Approval, ApprovalStage
from pp_monitor.domain.threshold import Thresholds
from tests.factories import (
    ENTERED_ON,
    ORGANISM,
    PLANNED,
    REGISTERED_ON,
    YEAR,
    assessed,
    baseline,
    colombia,
    dated,
    facts,
    frame,
    instant,
    project_history,
    snapshot,
    states,
)

MAY_13 = date(2022, 5, 13)
JULY_15 = date(2022, 7, 15)
STARTED = {code: day for code, day in PLANNED.items() if code <= "H09"}
SUSPENDED, WITHDRAWN = ProjectState.SUSPENDED, ProjectState.WITHDRAWN


def watch(cutoff: date, rules: Any = DEFAULT_RULES, **signals: Any) -> Watch:
    return Watch(cutoff, YEAR, colombia(), rules, Signals(**signals))


def found(rule: AlertRule, cutoff: date, history: dict[str, Any], **signals: Any) -> list[Cause]:
    causes = project_causes(assessed(cutoff, **history), watch(cutoff, **signals))
    return [cause for cause in causes if cause.rule is rule]


def test_each_overdue_milestone_is_a_cause_and_the_gravest_heads() -> None:
    causes = found(AlertRule.OVERDUE, MAY_13, {"actual": {"H01": date(2022, 4, 18)}})
    assert causes == [
        Cause(AlertRule.OVERDUE, AlertLevel.SERIOUS, "H02", day=PLANNED["H02"], workdays=14),
        Cause(AlertRule.OVERDUE, AlertLevel.MILD, "H03", day=PLANNED["H03"], workdays=5),
    ]


@pytest.mark.parametrize(
    "history",
    [
        {"actual": {"H03": date(2022, 5, 6)}},
        {"planned": None},
        {"states": states((SUSPENDED, date(2022, 5, 2)))},
        {"states": states((WITHDRAWN, date(2022, 5, 2)))},
    ],
)
def test_nothing_is_overdue_without_such_a_milestone_or_in_a_stopped_project(history: dict[str, Any]) -> None:
    assert found(AlertRule.OVERDUE, MAY_13, history) == []


def test_delay_looks_at_the_plan_in_force_even_from_the_third_replanning() -> None:
    later = dict.fromkeys(PLANNED, date(2022, 9, 1))
    plans = [baseline()] + [baseline(later, number=number, decided_on=date(2022, 5, number)) for number in (1, 2, 3)]
    causes = project_causes(assessed(MAY_13, baselines=plans), watch(MAY_13))
    assert [cause.rule for cause in causes] == [AlertRule.THIRD_REPLANNING]


@pytest.mark.parametrize(
    ("start", "needed", "guarantees", "clashes"),
    [
        (date(2022, 7, 8), date(2022, 7, 8), None, {}),
        (date(2022, 7, 7), date(2022, 7, 8), None, {"H08": 1}),
        (date(2022, 7, 8), date(2022, 7, 8), date(2022, 7, 8), {}),
        (date(2022, 7, 8), date(2022, 7, 8), date(2022, 7, 11), {GUARANTEES: 1}),
        (date(2022, 7, 7), date(2022, 7, 8), date(2022, 7, 11), {GUARANTEES: 2, "H08": 1}),
    ],
)
def test_a_start_before_its_rp_or_guarantees_is_a_legal_risk(
    start: date, needed: date, guarantees: date | None, clashes: dict[str, int]
) -> None:
    approved = [GuaranteeApproval(7, guarantees, instant(JULY_15))] if guarantees else []
    links = [ContractLink(7, ENTERED_ON, instant(ENTERED_ON))]
    history = {"actual": STARTED | {"H08": needed, "H09": start}, "contracts": links, "guarantees": approved}
    causes = found(AlertRule.LEGAL_START, JULY_15, history)
    assert {cause.other_code: cause.workdays for cause in causes} == clashes
    assert all((cause.level, cause.day) == (AlertLevel.CRITICAL, start) for cause in causes)
    assert found(AlertRule.OUT_OF_ORDER, JULY_15, history) == []


@pytest.mark.parametrize(("contract_id", "is_early"), [(7, False), (8, True), (9, False)])
def test_guarantees_are_those_of_the_contract_that_started(contract_id: int, is_early: bool) -> None:
    days = {7: date(2022, 7, 8), 8: date(2022, 7, 12)}
    history = {
        "contracts": [ContractLink(each, ENTERED_ON, instant(ENTERED_ON)) for each in (7, 8, 9)],
        "guarantees": [GuaranteeApproval(each, day, instant(JULY_15)) for each, day in days.items()],
        "actuals": facts(STARTED, contract_id=contract_id),
    }
    causes = found(AlertRule.LEGAL_START, JULY_15, history)
    assert [cause.other_day for cause in causes] == ([days[8]] if is_early else [])


EARLY = [
    # Days of July of RP, start and guarantees by contract (0 names none), and what the law finds: days late by cause.
    ({7: (1, 11, 0), 8: (12, 5, 0)}, {"H08": 5}),
    ({7: (1, 11, 0), 8: (4, 5, 0)}, {}),
    ({7: (12, 11, 0), 8: (8, 5, 0)}, {"H08": 3}),
    ({7: (1, 8, 0), 8: (0, 5, 0)}, {}),
    ({7: (12, 11, 0), 8: (0, 5, 0)}, {"H08": 1}),
    ({0: (6, 0, 0), 8: (0, 5, 0)}, {"H08": 1}),
    ({0: (0, 5, 0), 7: (6, 0, 0), 8: (8, 0, 0)}, {"H08": 1}),
    ({7: (1, 8, 8), 8: (1, 5, 7)}, {GUARANTEES: 2}),
    ({7: (1, 8, 12), 8: (1, 5, 5)}, {GUARANTEES: 2}),
]


@pytest.mark.parametrize(("contracts", "clashes"), EARLY)
def test_each_contract_starts_after_its_own_rp_and_guarantees(
    contracts: dict[int, tuple[int, int, int]], clashes: dict[str, int]
) -> None:
    days = {key: [date(2022, 7, day) if day else None for day in row] for key, row in contracts.items()}
    told = [
        *facts({code: day for code, day in STARTED.items() if code < "H08"}),
        *(
            row
            for key, (committed, start, _) in days.items()
            for code, day in (("H08", committed), ("H09", start))
            if day
            for row in facts({code: day}, contract_id=key or None)
        ),
    ]
    history = {
        "contracts": [ContractLink(each, ENTERED_ON, instant(ENTERED_ON)) for each in (7, 8)],
        "guarantees": [GuaranteeApproval(key, row[2], instant(JULY_15)) for key, row in days.items() if row[2]],
        "actuals": told,
    }
    causes = found(AlertRule.LEGAL_START, JULY_15, history)
    assert {cause.other_code: cause.workdays for cause in causes} == clashes


def test_a_start_without_rp_date_says_nothing_of_the_law() -> None:
    history = {"actual": {code: day for code, day in STARTED.items() if code != "H08"}}
    assert found(AlertRule.LEGAL_START, JULY_15, history) == []


@pytest.mark.parametrize(("award", "is_wrong"), [(date(2022, 6, 24), False), (date(2022, 6, 25), True)])
def test_real_dates_out_of_order_are_told_by_neighbours(award: date, is_wrong: bool) -> None:
    causes = found(AlertRule.OUT_OF_ORDER, JULY_15, {"actual": STARTED | {"H06": award}})
    clash = Cause(AlertRule.OUT_OF_ORDER, AlertLevel.MILD, "H07", "H06", PLANNED["H07"], award)
    assert causes == ([clash] if is_wrong else [])


def test_a_milestone_that_a_later_one_passed_is_missing_its_date() -> None:
    actual = {code: day for code, day in STARTED.items() if code != "H05"}
    causes = found(AlertRule.PASSED, JULY_15, {"actual": actual})
    assert causes == [Cause(AlertRule.PASSED, AlertLevel.MILD, "H05", day=PLANNED["H05"])]
    assert found(AlertRule.PASSED, JULY_15, {"actual": STARTED}) == []


@pytest.mark.parametrize(("days", "holds"), [(29, False), (30, True), (31, True)])
def test_thirty_days_without_report_in_execution(days: int, holds: bool) -> None:
    since = JULY_15 - timedelta(days=days)
    causes = found(AlertRule.NO_UPDATE, JULY_15, {"actual": STARTED}, last_reports={1: since})
    assert causes == ([Cause(AlertRule.NO_UPDATE, AlertLevel.MILD, day=since, days=days)] if holds else [])


@pytest.mark.parametrize(
    "history",
    [
        {"actual": {}},
        {"actual": STARTED, "states": states((SUSPENDED, date(2022, 7, 12)))},
        {"actual": dict.fromkeys(PLANNED, date(2022, 6, 1))},
        {"planned": None},
    ],
)
def test_only_a_project_in_execution_owes_updates(history: dict[str, Any]) -> None:
    assert found(AlertRule.NO_UPDATE, JULY_15, history, last_reports={1: date(2022, 5, 2)}) == []


def test_without_any_report_the_days_count_from_the_registration() -> None:
    (cause,) = found(AlertRule.NO_UPDATE, JULY_15, {"actual": STARTED})
    assert (cause.day, cause.days) == (REGISTERED_ON, 98)


@pytest.mark.parametrize(
    ("foreseen", "workdays"), [(date(2022, 12, 30), None), (date(2023, 1, 2), 1), (date(2023, 1, 10), 6)]
)
def test_an_end_foreseen_after_the_year_is_critical(foreseen: date, workdays: int | None) -> None:
    history = {"actual": STARTED, "forecasts": facts({"H11": foreseen})}
    causes = found(AlertRule.FINISH_AFTER_YEAR, JULY_15, history)
    held = Cause(AlertRule.FINISH_AFTER_YEAR, AlertLevel.CRITICAL, "H11", day=foreseen, workdays=workdays or 0)
    assert causes == ([held] if workdays else [])


def test_an_end_after_the_year_that_a_document_backs_is_mild() -> None:
    history = {"actual": STARTED, "forecasts": facts({"H11": date(2023, 1, 10)}), "backing": [dated(True)]}
    (cause,) = found(AlertRule.FINISH_AFTER_YEAR, JULY_15, history)
    assert cause.level is AlertLevel.MILD


@pytest.mark.parametrize(
    ("payments", "met", "percent"),
    [
        (20_000_000, STARTED, None),
        (20_000_001, STARTED, 20),
        (70_000_000, STARTED | {"H10": date(2022, 7, 12)}, None),
        (70_000_001, STARTED | {"H10": date(2022, 7, 12)}, 70),
    ],
)
def test_payments_more_than_twenty_points_ahead_of_the_work(
    payments: int, met: dict[str, date], percent: int | None
) -> None:
    money = snapshot(date(2022, 6, 30), 100_000_000, payments, obligations_cop=payments, payments_cop=payments)
    causes = found(AlertRule.PHYSICAL_GAP, JULY_15, {"actual": met, "snapshots": [money]})
    assert [(cause.percent, cause.other_percent) for cause in causes] == (
        [(percent, 50 if "H10" in met else 0)] if percent else []
    )
    assert all(cause.level is AlertLevel.SERIOUS for cause in causes)


@pytest.mark.parametrize("history", [{"planned": None}, {"actual": STARTED}, {"current_cop": 0}])
def test_no_gap_without_plan_money_or_appropriation(history: dict[str, Any]) -> None:
    current = history.pop("current_cop", 100)
    has_money = "actual" not in history
    money = [snapshot(date(2022, 6, 30), current, payments_cop=90)] if has_money else []
    assert found(AlertRule.PHYSICAL_GAP, JULY_15, history | {"snapshots": money}) == []


@pytest.mark.parametrize(("cutoff", "holds"), [(date(2022, 7, 7), False), (date(2022, 7, 8), True)])
def test_a_suspension_of_more_than_thirty_working_days(cutoff: date, holds: bool) -> None:
    since = date(2022, 5, 20)
    assert colombia().workdays(since, date(2022, 7, 7)) == 30
    stopped = [dated(StateEvent(SUSPENDED, "Acta", date(2022, 8, 1)), since)]
    causes = found(AlertRule.LONG_SUSPENSION, cutoff, {"states": stopped})
    held = Cause(AlertRule.LONG_SUSPENSION, AlertLevel.SERIOUS, day=since, other_day=date(2022, 8, 1), workdays=31)
    assert causes == ([held] if holds else [])


def test_a_project_that_restarted_is_suspended_no_longer() -> None:
    history = {"states": states((SUSPENDED, date(2022, 4, 20)), (ProjectState.ACTIVE, date(2022, 5, 2)))}
    assert found(AlertRule.LONG_SUSPENSION, JULY_15, history) == []
    assert found(AlertRule.LONG_SUSPENSION, JULY_15, {}) == []


@pytest.mark.parametrize(
    ("kinds", "holds"),
    [
        ([BaselineKind.REPLANNING] * 2, False),
        ([BaselineKind.REPLANNING] * 3, True),
        ([BaselineKind.REPLANNING] * 2 + [BaselineKind.RESTART], False),
    ],
)
def test_the_third_replanning_counts_no_restart(kinds: list[BaselineKind], holds: bool) -> None:
    plans = [baseline()] + [
        baseline(number=number, kind=kind, decided_on=date(2022, 5, number)) for number, kind in enumerate(kinds, 1)
    ]
    causes = found(AlertRule.THIRD_REPLANNING, MAY_13, {"baselines": plans})
    assert [(cause.count, cause.level) for cause in causes] == ([(3, AlertLevel.SERIOUS)] if holds else [])


def test_a_closed_project_is_not_reproached_its_replannings() -> None:
    plans = [baseline()] + [baseline(number=number, decided_on=date(2022, 5, number)) for number in (1, 2, 3)]
    history = {"baselines": plans, "actual": dict.fromkeys(PLANNED, date(2022, 7, 1))}
    assert found(AlertRule.THIRD_REPLANNING, JULY_15, history) == []


WINDOW = RestrictionWindow("Ley 996", date(2022, 5, 20), date(2022, 6, 24), frozenset({Modality.LP}))


@pytest.mark.parametrize(
    ("cutoff", "days"),
    [
        (date(2022, 5, 24), None),
        (date(2022, 5, 25), 30),
        (date(2022, 6, 24), 0),
        (date(2022, 6, 25), None),
    ],
)
def test_a_signature_planned_in_a_restriction_is_told_thirty_days_ahead(cutoff: date, days: int | None) -> None:
    causes = found(AlertRule.RESTRICTION_WINDOW, cutoff, {}, windows=[WINDOW])
    held = Cause(
        AlertRule.RESTRICTION_WINDOW, AlertLevel.SERIOUS, "H07", day=PLANNED["H07"], other_day=WINDOW.last,
        days=days or 0, norm="Ley 996",
    )  # fmt: skip
    assert causes == ([held] if days is not None else [])


@pytest.mark.parametrize(
    ("history", "window"),
    [
        ({"actual": {"H07": date(2022, 5, 31)}}, WINDOW),
        ({"not_applicable": ["H07"]}, WINDOW),
        ({"planned": None}, WINDOW),
        ({}, replace(WINDOW, modalities=frozenset({Modality.CI}))),
        ({}, replace(WINDOW, last=date(2022, 6, 23))),
    ],
)
def test_no_restriction_for_what_is_signed_or_of_another_modality_or_day(
    history: dict[str, Any], window: RestrictionWindow
) -> None:
    assert found(AlertRule.RESTRICTION_WINDOW, date(2022, 6, 10), history, windows=[window]) == []


def test_a_project_with_plan_needs_a_modality() -> None:
    assert len(found(AlertRule.MISSING_MODALITY, MAY_13, {"modalities": [dated(None)]})) == 1
    assert found(AlertRule.MISSING_MODALITY, MAY_13, {"modalities": [dated(None)], "planned": None}) == []
    assert found(AlertRule.MISSING_MODALITY, MAY_13, {}) == []


@pytest.mark.parametrize(("amount", "count"), [(0, 1), (1, 0)])
def test_a_value_of_zero_is_a_matter_of_data(amount: int, count: int) -> None:
    assert len(found(AlertRule.ZERO_VALUE, MAY_13, {"allocation_cop": amount})) == count


def test_each_break_of_the_money_chain_is_a_cause_with_both_amounts() -> None:
    cutoff = date(2022, 4, 30)
    broken = snapshot(cutoff, 100, 90, cdp_cop=80, obligations_cop=90, payments_cop=91)
    causes = found(AlertRule.MONEY_CHAIN, MAY_13, {"snapshots": [broken]})
    assert [(cause.code, cause.other_code, cause.amount_cop, cause.other_cop) for cause in causes] == [
        ("commitments_cop", "cdp_cop", 90, 80),
        ("payments_cop", "obligations_cop", 91, 90),
    ]
    whole = snapshot(cutoff, 100, 90, cdp_cop=90, obligations_cop=90, payments_cop=90)
    assert found(AlertRule.MONEY_CHAIN, MAY_13, {"snapshots": [whole]}) == []


def test_a_withdrawn_project_has_no_cause_at_all() -> None:
    gone = assessed(MAY_13, states=states((WITHDRAWN, date(2022, 5, 2))), allocation_cop=0, modalities=[dated(None)])
    assert project_causes(gone, watch(MAY_13)) == ()


def test_a_rule_that_is_off_finds_nothing_and_a_level_of_the_setting_counts() -> None:
    late = assessed(MAY_13)
    setting = DEFAULT_RULES.setting(AlertRule.OVERDUE)
    off = changed_rules(DEFAULT_RULES, [replace(setting, is_on=False)])
    mild = changed_rules(DEFAULT_RULES, [replace(setting, level=AlertLevel.MILD)])
    assert project_causes(late, watch(MAY_13, off)) == ()
    assert {cause.level for cause in project_causes(late, watch(MAY_13, mild))} == {AlertLevel.MILD}


def of_organism(*projects: ProjectAssessment, cutoff: date = MAY_13, **signals: Any) -> dict[str, tuple[Cause, ...]]:
    group = assess_group(ORGANISM, [Member.whole(project) for project in projects], Thresholds())
    return organism_causes([group], projects, watch(cutoff, **signals))


def test_an_organism_without_any_plan_after_the_deadline_is_critical() -> None:
    found_ = of_organism(assessed(MAY_13, planned=None), assessed(MAY_13, planned=None, project_id=2))
    assert found_ == {ORGANISM: (Cause(AlertRule.ORGANISM_WITHOUT_PLAN, AlertLevel.CRITICAL, workdays=15, count=2),)}


def test_an_organism_with_some_plans_missing_is_serious() -> None:
    (cause,) = of_organism(assessed(MAY_13), assessed(MAY_13, planned=None, project_id=2))[ORGANISM]
    assert (cause.level, cause.count) == (AlertLevel.SERIOUS, 1)


SENT, APPROVED = Approval(ApprovalStage.HEAD, date(2022, 5, 2)), Approval(ApprovalStage.COMMENTS, date(2022, 4, 29))


@pytest.mark.parametrize(
    ("approvals", "level", "counts"),
    [
        ((None, None, SENT), AlertLevel.CRITICAL, (2, 1, 0)),
        ((None, SENT, APPROVED), AlertLevel.CRITICAL, (1, 1, 1)),
        ((SENT, SENT, APPROVED), AlertLevel.SERIOUS, (0, 2, 1)),
    ],
)
def test_a_plan_that_was_sent_is_not_owed_and_has_its_holder(
    approvals: tuple[Approval | None, ...], level: AlertLevel, counts: tuple[int, int, int]
) -> None:
    owing = assessed(MAY_13, planned=None)
    rows = [replace(owing, id=number, approval=approval) for number, approval in enumerate(approvals)]
    (cause,) = of_organism(*rows)[ORGANISM]
    assert (cause.level, cause.counts, cause.other_day, cause.workdays) == (level, counts, SENT.sent_on, 15)


@pytest.mark.parametrize(("cutoff", "owes"), [(date(2022, 4, 22), False), (date(2022, 4, 25), True)])
def test_a_plan_is_owed_from_the_day_after_its_deadline(cutoff: date, owes: bool) -> None:
    assert bool(of_organism(assessed(cutoff, planned=None), cutoff=cutoff)) is owes


@pytest.mark.parametrize(
    ("workdays", "level"),
    [
        (0, AlertLevel.MILD),
        (5, AlertLevel.MILD),
        (6, AlertLevel.SERIOUS),
        (15, AlertLevel.SERIOUS),
        (16, AlertLevel.CRITICAL),
    ],
)
def test_the_absence_of_an_enlace_weighs_more_with_the_days(workdays: int, level: AlertLevel) -> None:
    absences = {ORGANISM: workdays, "4151": 9}
    found_ = of_organism(assessed(MAY_13), assessed(MAY_13, project_id=2), absences=absences)
    assert found_ == {ORGANISM: (Cause(AlertRule.ORGANISM_WITHOUT_ENLACE, level, workdays=workdays, count=2),)}


def test_an_organism_whose_projects_are_all_withdrawn_needs_no_enlace() -> None:
    gone = assessed(MAY_13, states=states((WITHDRAWN, date(2022, 5, 2))))
    assert of_organism(gone, absences={ORGANISM: 9}) == {}


def test_rules_of_organisms_can_be_off() -> None:
    setting = DEFAULT_RULES.setting(AlertRule.ORGANISM_WITHOUT_ENLACE)
    off = changed_rules(DEFAULT_RULES, [replace(setting, is_on=False)])
    project = assessed(MAY_13)
    group = assess_group(ORGANISM, [Member.whole(project)], Thresholds())
    assert organism_causes([group], [project], watch(MAY_13, off, absences={ORGANISM: 9})) == {}


def test_a_portfolio_gives_one_condition_for_each_project_and_organism_with_a_cause() -> None:
    late, fine = project_history(project_id=1), project_history(project_id=2, actual=STARTED)
    city = assess(frame(MAY_13), [late, fine], Names("Cali", {}, {}, {}), is_demo=False)
    found_ = conditions(city, watch(MAY_13, absences={ORGANISM: 6}))
    assert [(row.key, row.organism_code) for row in found_] == [
        (CaseKey(1), ORGANISM),
        (CaseKey(organism_code=ORGANISM), ORGANISM),
    ]
    assert [cause.code for cause in found_[0].causes] == ["H01", "H02", "H03"]
    assert isinstance(found_[0], Condition)
