"""Which fact ended a cause."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pp_monitor.domain.alert_cause import Cause, Signals, Watch
from pp_monitor.domain.alert_fact import FactKind, Settlement, settled_by
from pp_monitor.domain.alert_rule import DEFAULT_RULES, AlertLevel, AlertRule, changed_rules
from pp_monitor.domain.project import ProjectState
from tests.factories import PLANNED, YEAR, assessed, baseline, colombia, facts, states

CUTOFF = date(2022, 5, 13)
ACTIVE, SUSPENDED, WITHDRAWN = ProjectState.ACTIVE, ProjectState.SUSPENDED, ProjectState.WITHDRAWN
MAY_2 = date(2022, 5, 2)
LATER = {**PLANNED, "H01": date(2022, 9, 1)}


def cause(rule: AlertRule, code: str = "", day: date | None = None) -> Cause:
    return Cause(rule, AlertLevel.MILD, code, day=day)


OVERDUE = cause(AlertRule.OVERDUE, "H01", PLANNED["H01"])
LATE_END = cause(AlertRule.FINISH_AFTER_YEAR, "H11", date(2023, 1, 10))
SILENT = cause(AlertRule.NO_UPDATE, day=date(2022, 4, 1))


def watch(rules: Any = DEFAULT_RULES, **last_reports: date) -> Watch:
    reports = {int(name.removeprefix("p")): day for name, day in last_reports.items()}
    return Watch(CUTOFF, YEAR, colombia(), rules, Signals(last_reports=reports))


@pytest.mark.parametrize(
    ("ended", "history", "fact"),
    [
        (OVERDUE, {"actual": {"H01": MAY_2}}, Settlement(FactKind.MET, MAY_2)),
        (OVERDUE, {"actual": {"H02": MAY_2}}, Settlement(FactKind.PASSED)),
        (OVERDUE, {"states": states((SUSPENDED, MAY_2))}, Settlement(FactKind.SUSPENDED, MAY_2)),
        (OVERDUE, {"states": states((WITHDRAWN, MAY_2))}, Settlement(FactKind.WITHDRAWN, MAY_2)),
        (
            OVERDUE,
            {"baselines": [baseline(), baseline(LATER, number=1, decided_on=MAY_2)]},
            Settlement(FactKind.REPLANNED, LATER["H01"]),
        ),
        (OVERDUE, {}, Settlement(FactKind.CORRECTED)),
        (OVERDUE, {"planned": None}, Settlement(FactKind.CORRECTED)),
        (
            LATE_END,
            {"forecasts": facts({"H11": date(2022, 12, 1)}, recorded_at=None)},
            Settlement(FactKind.FORECAST, date(2022, 12, 7)),
        ),
        (cause(AlertRule.LONG_SUSPENSION), {"states": states((SUSPENDED, MAY_2), (ACTIVE, CUTOFF))}, None),
        (SILENT, {"states": states((SUSPENDED, MAY_2))}, Settlement(FactKind.SUSPENDED, MAY_2)),
        (SILENT, {}, Settlement(FactKind.CORRECTED)),
        (cause(AlertRule.ZERO_VALUE), {}, Settlement(FactKind.CORRECTED)),
    ],
)
def test_the_fact_of_a_project_is_told_with_its_day(
    ended: Cause, history: dict[str, Any], fact: Settlement | None
) -> None:
    told = settled_by(ended, assessed(CUTOFF, **history), watch())
    assert told.kind is (fact.kind if fact else FactKind.RESTARTED)
    if fact and fact.kind is not FactKind.FORECAST:
        assert told == fact


def test_a_new_report_ends_the_lack_of_updates_and_an_old_one_does_not() -> None:
    assert settled_by(SILENT, assessed(CUTOFF), watch(p1=MAY_2)) == Settlement(FactKind.REPORTED, MAY_2)
    old = watch(p1=date(2022, 4, 1))
    assert settled_by(SILENT, assessed(CUTOFF), old) == Settlement(FactKind.CORRECTED)


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        (AlertRule.ORGANISM_WITHOUT_PLAN, FactKind.REGISTERED),
        (AlertRule.ORGANISM_WITHOUT_ENLACE, FactKind.ENLACE),
        (AlertRule.OVERDUE, FactKind.CORRECTED),
    ],
)
def test_what_ends_a_cause_of_an_organism(rule: AlertRule, kind: FactKind) -> None:
    assert settled_by(cause(rule), None, watch()) == Settlement(kind)


def test_a_rule_that_was_turned_off_is_said() -> None:
    off = changed_rules(DEFAULT_RULES, [replace(DEFAULT_RULES.setting(AlertRule.OVERDUE), is_on=False)])
    assert settled_by(OVERDUE, assessed(CUTOFF), watch(off)) == Settlement(FactKind.RULE_OFF)
