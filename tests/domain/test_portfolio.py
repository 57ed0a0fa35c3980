from dataclasses import replace
from datetime import date

from pp_monitor.domain.light import Light
from pp_monitor.domain.portfolio import Names, Portfolio, assess, first_deadline, group_of, narrow, projects_worst_first
from pp_monitor.domain.project import ProjectAssessment, ProjectHistory, ProjectState
from tests.factories import PLANNED, assessed, frame, instant, project_history, snapshot, states

CUTOFF = date(2022, 5, 13)
NAMES = Names("Santiago de Cali", {}, {}, {})
ON_PLAN = {code: day for code, day in PLANNED.items() if day <= CUTOFF}


def _assess(*histories: ProjectHistory) -> Portfolio:
    return assess(frame(CUTOFF), histories, NAMES, is_demo=False)


def test_projects_are_grouped_by_organism_and_the_city_holds_all() -> None:
    found = _assess(
        project_history(project_id=3, organism="4151", planned=None),
        project_history(project_id=2),
        project_history(project_id=1, actual=ON_PLAN),
    )
    assert [project.id for project in found.projects] == [1, 2, 3]
    assert [group.code for group in found.organisms] == ["4151", "4145"]
    assert [project.id for project in found.of_organism("4145")] == [1, 2]
    assert (found.city.projects, found.city.with_plan) == (3, 2)
    assert (found.year, found.cutoff) == (2022, CUTOFF)


def test_an_organism_is_found_by_its_code() -> None:
    found = _assess(project_history())
    organism = found.organism("4145")
    assert organism is not None
    assert organism.projects == 1
    assert found.organism("4182") is None


def test_projects_that_entered_or_were_recorded_later_are_not_there() -> None:
    found = _assess(
        project_history(project_id=1),
        project_history(project_id=2, entered_on=date(2022, 5, 14)),
    )
    assert [project.id for project in found.projects] == [1]
    early = frame(CUTOFF, known_at=instant(date(2022, 1, 2)))
    assert assess(early, [project_history()], NAMES, is_demo=False).projects == ()


def test_withdrawn_projects_are_listed_and_not_counted() -> None:
    withdrawn = states((ProjectState.WITHDRAWN, date(2022, 5, 2)))
    found = _assess(project_history(project_id=1), project_history(project_id=2, states=withdrawn))
    assert (len(found.projects), found.city.projects, found.city.withdrawn) == (2, 1, 1)


def test_the_budget_cutoff_is_the_newest_in_use() -> None:
    march, april, may = (snapshot(day, 100) for day in (date(2022, 3, 31), date(2022, 4, 30), date(2022, 5, 31)))
    found = _assess(project_history(snapshots=[march]), project_history(project_id=2, snapshots=[march, april, may]))
    assert found.budget_cutoff == date(2022, 4, 30)
    assert _assess(project_history()).budget_cutoff is None


def test_the_first_deadline_is_of_those_that_are_to_register() -> None:
    view = replace(frame(CUTOFF), project_deadlines={2: date(2022, 10, 14), 3: date(2022, 9, 30)})
    histories = [project_history(), *(project_history(project_id=number, planned=None) for number in (2, 3))]
    found = assess(view, histories, NAMES, is_demo=False)
    assert first_deadline(found.projects) == date(2022, 9, 30)
    assert first_deadline(_assess(project_history()).projects) is None


def test_projects_are_ranked_by_missing_plan_then_value_at_risk_then_deviation() -> None:
    def ranked(number: int, light: Light, allocation_cop: int, actual: dict[str, date]) -> ProjectAssessment:
        project = assessed(CUTOFF, project_id=number, allocation_cop=allocation_cop, actual=actual)
        return replace(project, light=light)

    projects = [
        ranked(1, Light.WITHDRAWN, 900, {}),
        ranked(2, Light.GREEN, 900, ON_PLAN),
        ranked(3, Light.YELLOW, 900, {"H01": date(2022, 4, 18)}),
        ranked(4, Light.RED, 50, {}),
        ranked(5, Light.RED, 70, {}),
        assessed(CUTOFF, project_id=6, allocation_cop=1, planned=None),
    ]
    found = projects_worst_first(projects)
    assert [project.id for project in found] == [6, 5, 4, 3, 2, 1]


def test_narrowed_portfolio_holds_only_its_organisms_and_adds_them_up() -> None:
    whole = _assess(
        project_history(project_id=1, allocation_cop=100, snapshots=[snapshot(date(2022, 4, 30), 100, 40)]),
        project_history(project_id=2, organism="4151", allocation_cop=70),
        project_history(project_id=3, organism="4162", allocation_cop=5),
    )
    narrowed = narrow(whole, {"4151", "4162"})
    assert [project.id for project in narrowed.projects] == [2, 3]
    assert {group.code for group in narrowed.organisms} == {"4151", "4162"}
    assert (narrowed.city.allocation_cop, narrowed.city.projects) == (75, 2)
    assert (whole.budget_cutoff, narrowed.budget_cutoff) == (date(2022, 4, 30), None)
    assert narrowed.organism("4145") is None


def test_projects_of_a_list_are_added_up_as_an_organism_is() -> None:
    whole = _assess(
        project_history(project_id=1, allocation_cop=100),
        project_history(project_id=2, organism="4151", allocation_cop=70, actual=ON_PLAN),
        project_history(project_id=3, organism="4151", allocation_cop=5),
    )
    assert group_of(whole, whole.projects) is whole.city
    works = whole.organism("4151")
    assert works
    assert group_of(whole, whole.of_organism("4151")) == replace(works, code="list")
