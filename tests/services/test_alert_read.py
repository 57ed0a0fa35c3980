"""The list of cases: what each filter finds, what is counted over it, and how old the cases are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from pp_monitor.domain.account import Grant, Role
from pp_monitor.domain.alert_rule import DEFAULT_RULES, AlertLevel, AlertRule, RuleFamily
from pp_monitor.domain.case import Awaited, CaseState
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.models.entity import Vigencia
from pp_monitor.services import case
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.alert_read import NOBODY, AgeBand, CaseList, CaseQuery, case_ages, level_counts, list_cases
from pp_monitor.services.alert_rule import set_rule
from pp_monitor.services.case import CaseAt, Stepper
from pp_monitor.services.case_read import find_case
from tests.factories import PLANNED, colombia
from tests.factories_db import make_actor, make_organism, make_user
from tests.portfolio_db import NewProject, add_actual, an_actor, met_through, open_vigencia

APRIL_25, MAY_13, JUNE_1, JULY_15 = date(2022, 4, 25), date(2022, 5, 13), date(2022, 6, 1), date(2022, 7, 15)
HEALTH, WORKS, OWING = "4145", "4151", "4134"
WHY = "Se espera el concepto de Hacienda"


@dataclass
class City:
    """Two late projects and an organism that owes its plan; the first case of all is in handling."""

    vigencia: Vigencia
    owner_id: int
    by: Stepper

    def find(self, query: CaseQuery | None = None, **options: Any) -> CaseList:
        return list_cases(self.vigencia, colombia(), MAY_13, query or CaseQuery(), **options)

    def codes(self, query: CaseQuery, **options: Any) -> list[str]:
        rows = self.find(query, **options).page.rows
        return [row.project.code if row.project else row.organism_code for row in rows]


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    projects = [
        NewProject("BP1", HEALTH, "Parque", actual=met_through("H01")),
        NewProject("BP2", WORKS, actual=met_through("H02"), allocation_cop=0),
        NewProject("BP3", OWING, planned=None),
        NewProject("BP4", WORKS, planned={**PLANNED, "H01": date(2022, 9, 1)}, actual={}),
    ]
    with any_app.app_context():
        vigencia = open_vigencia(projects, staffed=True)
        for day in (APRIL_25, MAY_13):
            refresh_alerts(vigencia.id, day, an_actor())
        user = make_user(Role.PLANEACION, label="Ana Prueba")
        by = Stepper(make_actor(user), (Grant(Role.PLANEACION, date(2022, 1, 1)),), MAY_13)
        made = City(vigencia, user.id, by)
        first = made.find(CaseQuery(organism_code=HEALTH)).page.rows[0]
        case.handle(CaseAt(first.id, first.version), by, owner_id=user.id, commitment_on=MAY_13)
        yield made


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        (CaseQuery(), [OWING, "BP1", "BP4", "BP2"]),
        (CaseQuery(organism_code=WORKS), ["BP4", "BP2"]),
        (CaseQuery(level=AlertLevel.CRITICAL), [OWING]),
        (CaseQuery(rule=AlertRule.ZERO_VALUE), ["BP2"]),
        (CaseQuery(rule=AlertRule.OVERDUE), ["BP1", "BP4", "BP2"]),
        (CaseQuery(family=RuleFamily.DATA), ["BP2"]),
        (CaseQuery(family=RuleFamily.ORGANISM), [OWING]),
        (CaseQuery(state=CaseState.HANDLING), ["BP1"]),
        (CaseQuery(state=CaseState.RESOLVED), []),
        (CaseQuery(owner_id=NOBODY), [OWING, "BP4", "BP2"]),
        (CaseQuery(escalated_to=Role.ENLACE), [OWING, "BP1", "BP4", "BP2"]),
        (CaseQuery(escalated_to=Role.LECTURA), [OWING]),
        (CaseQuery(age=AgeBand.MONTH), [OWING, "BP2"]),
        (CaseQuery(age=AgeBand.OLDER), []),
        (CaseQuery(level=AlertLevel.CRITICAL, organism_code=WORKS), []),
    ],
)
def test_each_filter_finds_its_cases_the_gravest_first(city: City, query: CaseQuery, codes: list[str]) -> None:
    assert city.codes(query) == codes


def test_a_case_that_falls_leaves_the_lists_that_its_level_no_longer_names_and_comes_back(city: City) -> None:
    owing = DEFAULT_RULES.setting(AlertRule.ORGANISM_WITHOUT_PLAN)
    for level, reached in ((AlertLevel.MILD, Role.ORDENADOR), (None, Role.LECTURA)):
        set_rule(city.vigencia.id, replace(owing, level=level), reason=WHY, actor=an_actor())
        refresh_alerts(city.vigencia.id, MAY_13, an_actor())
        (row,) = city.find(CaseQuery(organism_code=OWING)).page.rows
        assert row.escalated_to is reached
        assert city.codes(CaseQuery(escalated_to=Role.LECTURA)) == ([] if level else [OWING])


def test_an_owner_finds_the_own_cases(city: City) -> None:
    assert city.codes(CaseQuery(owner_id=city.owner_id)) == ["BP1"]
    assert city.codes(CaseQuery(owner_id=city.owner_id + 1)) == []


def test_a_reader_of_one_organism_sees_no_other(city: City) -> None:
    found = city.find(organism_codes={WORKS})
    assert {row.organism_code for row in found.page.rows} == {WORKS}
    assert found.counters.total == 2
    assert city.find(organism_codes=set()).counters.total == 0


def test_cases_wait_for_who_is_to_answer_their_observations(city: City) -> None:
    """Planning asks of two, and is answered in one; the enlace asks of that one."""
    organism = make_organism(HEALTH)
    enlace = make_user(Role.ENLACE, organism, label="Eva Salud")
    by_enlace = Stepper(make_actor(enlace), (Grant(Role.ENLACE, date(2022, 1, 1), organism_id=organism.id),), MAY_13)
    first = city.find(CaseQuery(organism_code=HEALTH)).page.rows[0]
    other = city.find(CaseQuery(organism_code=OWING)).page.rows[0]
    for row in (first, other):
        case.comment(row.id, city.by, "¿Cuándo sale el CDP?")
    assert city.codes(CaseQuery(awaited=Awaited.ORGANISM)) == [OWING, "BP1"]
    asked = find_case(city.vigencia, colombia(), MAY_13, first.id).thread[-1]
    case.answer(first.id, by_enlace, asked.id, "El lunes.")
    case.comment(first.id, by_enlace, "Falta el visto bueno.")
    assert city.codes(CaseQuery(awaited=Awaited.ORGANISM)) == [OWING]
    assert city.codes(CaseQuery(awaited=Awaited.PLANNING)) == ["BP1"]
    found = city.find()
    assert found.awaited == {first.id: (Awaited.PLANNING,), other.id: (Awaited.ORGANISM,)}
    assert found.counters.by_awaited == {Awaited.PLANNING: 1, Awaited.ORGANISM: 1}


def test_a_page_has_its_rows_and_the_counters_tell_of_all(city: City) -> None:
    whole, page = city.find(), city.find(page=2, size=3)
    assert [row.id for row in page.page.rows] == [row.id for row in whole.page.rows[3:]]
    assert (page.page.total, page.page.pages, page.counters) == (4, 2, whole.counters)
    counters = whole.counters
    assert (counters.total, counters.by_owner[NOBODY], counters.overdue_commitments) == (4, 3, 0)
    assert counters.by_state[CaseState.HANDLING] == 1
    assert counters.by_level == level_counts(city.vigencia.id)
    assert counters.by_rule[AlertRule.OVERDUE] == 3
    assert level_counts(city.vigencia.id, {OWING}) == {
        AlertLevel.CRITICAL: 1,
        AlertLevel.SERIOUS: 0,
        AlertLevel.MILD: 0,
    }


def test_ages_count_working_days_by_rule_and_by_organism(city: City) -> None:
    found = case_ages(city.vigencia, colombia(), MAY_13, CaseQuery())
    by_rule = {line.code: (line.count, line.most_workdays) for line in found.by_rule}
    assert by_rule["organism_without_plan"] == (1, 14)
    assert by_rule["overdue"][0] == 3
    (owing,) = [line for line in found.by_organism if line.code == OWING]
    assert (owing.count, owing.mean_workdays, dict(owing.bands)) == (1, 14.0, {AgeBand.MONTH: 1})
    assert found.by_organism[0].most_workdays >= found.by_organism[-1].most_workdays


def test_a_rule_is_as_old_as_its_cause_in_the_case(city: City) -> None:
    """The case of BP2 opened in April for its value; its milestone fell due in May."""
    query = CaseQuery(organism_code=WORKS, rule=AlertRule.ZERO_VALUE)
    found = case_ages(city.vigencia, colombia(), JUNE_1, query)
    since_april, since_may = (colombia().workdays(day, JUNE_1) for day in (APRIL_25, MAY_13))
    assert {line.code: line.most_workdays for line in found.by_rule} == {
        "zero_value": since_april,
        "overdue": since_may,
    }
    assert found.by_organism[0].most_workdays == since_april


def test_a_cause_that_ended_with_its_case_is_as_old_as_it_became(city: City) -> None:
    for code in ("H02", "H03"):
        add_actual("BP1", code, MAY_13)
    refresh_alerts(city.vigencia.id, MAY_13, an_actor())
    found = case_ages(city.vigencia, colombia(), JUNE_1, CaseQuery(state=CaseState.RESOLVED))
    assert {line.code: line.most_workdays for line in found.by_rule} == {"overdue": found.by_organism[0].most_workdays}


def test_the_list_tells_how_each_case_was_resolved(city: City) -> None:
    for code in ("H02", "H03"):
        add_actual("BP1", code, MAY_13)
    refresh_alerts(city.vigencia.id, MAY_13, an_actor())
    (row,) = city.find(CaseQuery(state=CaseState.RESOLVED)).page.rows
    assert [(each.cause.code, each.fact.kind.value, each.fact.day) for each in row.ended] == [
        ("H02", "met", MAY_13),
        ("H03", "met", MAY_13),
    ]


@pytest.mark.parametrize(
    ("workdays", "band"),
    [(0, "week"), (5, "week"), (6, "fortnight"), (10, "fortnight"), (11, "month"), (20, "month"), (21, "older")],
)
def test_bands_of_age_have_their_ends(workdays: int, band: str) -> None:
    assert AgeBand.of(workdays) == band


def test_the_list_takes_the_same_queries_for_any_number(
    city: City, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    city.find()  # which begins the transaction and reads the vigencia
    assert count_queries(city.find) == 3


def test_one_case_tells_everything_that_happened_and_which_fact_closed_it(city: City) -> None:
    row = next(each for each in city.find().page.rows if each.project and each.project.code == "BP1")
    assert (row.project and row.project.name, row.owner, row.commitment_on) == ("Parque", "Ana Prueba", MAY_13)
    case.comment(row.id, city.by, "¿Cuándo sale el CDP?")
    asked = find_case(city.vigencia, colombia(), MAY_13, row.id).thread[-1]
    case.answer(row.id, city.by, asked.id, "El lunes.")
    for code in ("H02", "H03"):
        add_actual("BP1", code, MAY_13)
    refresh_alerts(city.vigencia.id, MAY_13, an_actor())
    found = find_case(city.vigencia, colombia(), JUNE_1, row.id)
    assert (found.case.state, found.case.closed_on, found.case.age_workdays) == (
        CaseState.RESOLVED,
        MAY_13,
        row.age_workdays,
    )
    told = [entry.change.value for entry in found.thread]
    assert told[0] == "opened"
    assert told[-3:] == ["handled", "commented", "closed"]
    (reply,) = found.thread[-2].answers
    assert (reply.text, reply.author) == ("El lunes.", "Ana Prueba")
    facts = {ended.cause.code: (ended.fact.kind.value, ended.fact.day) for ended in found.thread[-1].ceased}
    assert facts == {"H02": ("met", MAY_13), "H03": ("met", MAY_13)}
    assert found.thread[0].added


def test_another_organisms_case_does_not_exist_for_a_reader(city: City) -> None:
    row = city.find(CaseQuery(organism_code=WORKS)).page.rows[0]
    for case_id, codes in ((row.id, {HEALTH}), (9_999, None)):
        with pytest.raises(NotFoundError, match="Ese caso no existe"):
            find_case(city.vigencia, colombia(), MAY_13, case_id, codes)


def test_a_forecast_is_no_delay_and_stands_after_every_delay_of_its_level(any_app: Flask) -> None:
    next_year = {code: day.replace(year=2023) for code, day in PLANNED.items()}
    late = [NewProject("BP1", HEALTH, planned=next_year, actual={}), NewProject("BP2", HEALTH, actual={})]
    with any_app.app_context():
        vigencia = open_vigencia(late, staffed=True)
        refresh_alerts(vigencia.id, JULY_15, an_actor())
        rows = list_cases(vigencia, colombia(), JULY_15, CaseQuery()).page.rows
    assert [(row.rule, row.level, row.workdays) for row in rows] == [
        (AlertRule.OVERDUE, AlertLevel.CRITICAL, rows[0].causes[0].workdays),
        (AlertRule.FINISH_AFTER_YEAR, AlertLevel.CRITICAL, None),
    ]
    assert 0 < rows[0].causes[0].workdays < rows[1].causes[0].workdays
