"""When something was last told of a project, and what an organism says of what is overdue."""

from __future__ import annotations

from datetime import date

import pytest

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.cause import DelayCause, Explanation
from pp_monitor.domain.deviation import Setting, assess_milestones
from pp_monitor.domain.light import Light
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.progress import FactStatus
from pp_monitor.domain.reporting import Reports, reports_as_at, silent_since
from pp_monitor.domain.threshold import Thresholds
from tests.domain.doc_tables import Row, doc_table, optional_day
from tests.factories import PLANNED, REGISTERED_ON, WHENEVER, assessed, colombia, fact, instant

CUTOFF = date(2022, 5, 13)
CALENDAR = colombia()


def told(code: str, day: date, cause: DelayCause = DelayCause.BUDGET) -> Explanation:
    return Explanation(1, code, cause, instant(day), day)


@pytest.mark.parametrize("row", doc_table("silence of an overdue milestone"), ids=lambda row: row["why"])
def test_what_was_not_reported_is_told_from_what_was_not_done(row: Row) -> None:
    planned = optional_day(row["planned"])
    assert planned is not None
    last = optional_day(row["last report"])
    setting = Setting(CUTOFF, CALENDAR, Thresholds(), REGISTERED_ON)
    (result,) = assess_milestones(DEFAULT_CATALOGUE.milestones[:1], {"H01": PlanLine(planned)}, {}, setting)
    reports = Reports({"H01": last} if last else {})
    assert silent_since(result, reports, CALENDAR) == optional_day(row["since"])


def test_the_last_report_is_the_newest_of_dates_forecasts_and_explanations() -> None:
    actuals = [fact("H01", date(2022, 4, 18)), fact("H02", date(2022, 4, 25))]
    forecasts = [fact("H03", date(2022, 8, 1), recorded_at=instant(date(2022, 5, 2)))]
    explained = [told("H03", date(2022, 5, 9))]
    found = reports_as_at(actuals, forecasts, explained, WHENEVER)
    assert found.days == {"H01": date(2022, 4, 18), "H02": date(2022, 4, 25), "H03": date(2022, 5, 9)}
    assert found.last_on == date(2022, 5, 9)
    before = reports_as_at(actuals, forecasts, explained, instant(date(2022, 5, 2)))
    assert (before.days["H03"], before.last_on, before.explanations) == (date(2022, 5, 2), date(2022, 5, 2), {})


def test_what_was_returned_or_annulled_is_no_report() -> None:
    wrong = fact("H01", date(2022, 4, 18))
    back = fact("H01", None, status=FactStatus.RETURNED, recorded_at=instant(date(2022, 4, 20)), of_fact_id=wrong.id)
    gone = fact("H02", None, status=FactStatus.ANNULLED, recorded_at=instant(date(2022, 5, 20)))
    found = reports_as_at([wrong, back, fact("H02", date(2022, 4, 25)), gone], [], [], WHENEVER)
    assert (found.days, found.last_on) == ({}, None)


def test_the_answer_about_what_heads_the_light_comes_first() -> None:
    met = [fact("H01", PLANNED["H01"])]
    rows = [told("H01", CUTOFF), told("H02", CUTOFF), told("H03", CUTOFF, DelayCause.COMMUNITY)]
    project = assessed(date(2022, 6, 17), actuals=met, explanations=rows)
    heading = project.reasons[0].milestone_code
    assert project.light is Light.RED
    late = [row.code for row in project.current.overdue] if project.current else []
    assert heading in late
    found = [row.milestone_code for row in project.answers]
    assert found[0] == heading
    assert sorted(found) == [code for code in ("H02", "H03") if code in late]


def test_a_project_without_plan_answers_nothing() -> None:
    assert assessed(CUTOFF, baselines=[], explanations=[told("H01", CUTOFF)]).answers == ()
