from datetime import date

from hypothesis import given, settings

from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.group import worst_first
from pp_monitor.domain.listing import CLOSED_PHASE, NO_PHASE, ProjectFilter, phase_code
from pp_monitor.domain.narrowing import group_in, narrow_to
from pp_monitor.domain.portfolio import Names, assess
from pp_monitor.domain.project import ProjectHistory
from pp_monitor.domain.territory import territory_figures
from pp_monitor.reports.evaluation import city_payload
from tests.domain.portfolios import cutoffs, portfolios
from tests.factories import frame, project_history, snapshot

CUTOFF = date(2022, 5, 13)
NAMES = Names("Santiago de Cali", {}, {}, {})


def test_a_territory_holds_its_projects_with_their_part_of_the_money() -> None:
    whole = assess(
        frame(CUTOFF),
        [
            project_history(project_id=1, shares=[("01", 3), ("51", 1)], snapshots=[snapshot(CUTOFF, 400, 200)]),
            project_history(project_id=2, organism="4151", allocation_cop=70, shares=[("51", 0)]),
            project_history(project_id=3, organism="4162", allocation_cop=5, shares=[("02", 0)]),
        ],
        NAMES,
        is_demo=False,
    )
    found = narrow_to(whole, ProjectFilter(territory="51"))
    assert [(project.id, project.allocation_cop) for project in found.projects] == [(1, 100), (2, 70)]
    assert (found.city.projects, found.city.allocation_cop) == (2, 170)
    assert {group.code: group.allocation_cop for group in found.organisms} == {"4145": 100, "4151": 70}
    assert found.projects[0].uncommitted_cop == 50
    assert found.budget_cutoff == CUTOFF
    empty = narrow_to(whole, ProjectFilter(territory="22"))
    assert (empty.projects, empty.organisms, empty.city.projects, empty.budget_cutoff) == ((), (), 0, None)


@given(portfolio=portfolios(), cutoff=cutoffs)
@settings(max_examples=25)
def test_each_territory_is_its_line_of_the_ranking_and_phases_part_the_city(
    portfolio: list[ProjectHistory], cutoff: date
) -> None:
    whole = assess(frame(cutoff), portfolio, NAMES, is_demo=False)
    for territory in territory_figures(whole):
        group, alone = territory.group, narrow_to(whole, ProjectFilter(territory=territory.code))
        assert city_payload(alone)["commitments_cop"] == (territory.money and territory.money.commitments_cop)
        assert alone.city.light is group.light
        assert alone.city.value_at_risk_cop == group.value_at_risk_cop
        assert alone.city.actual_progress == group.actual_progress
        assert list(alone.organisms) == worst_first(alone.organisms)
    codes = (*Phase, CLOSED_PHASE, NO_PHASE)
    parts = [narrow_to(whole, ProjectFilter(phase=code)) for code in codes]
    assert sum(part.city.projects for part in parts) == whole.city.projects
    for code, part in zip(codes, parts, strict=True):
        assert {phase_code(project) for project in part.projects} <= {code}


def test_projects_of_a_territory_together_have_their_part_of_the_money() -> None:
    histories = [
        project_history(project_id=1, allocation_cop=400, shares=[("01", 3), ("51", 1)]),
        project_history(project_id=2, allocation_cop=70, shares=[("51", 0)]),
    ]
    whole = assess(frame(CUTOFF), histories, NAMES, is_demo=False)
    group = group_in(whole, whole.projects, "51")
    assert (group.code, group.projects, group.allocation_cop) == ("51", 2, 170)
