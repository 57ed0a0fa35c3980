from datetime import date

from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.light import Light
from pp_monitor.domain.listing import NO_PHASE
from pp_monitor.domain.portfolio import Names, Portfolio, assess
from pp_monitor.domain.project import ProjectHistory, ProjectState
from pp_monitor.domain.territory import territory_figures, whole_figures
from tests.factories import PLANNED, frame, project_history, snapshot, states

CUTOFF = date(2022, 5, 13)
ON_PLAN = {code: day for code, day in PLANNED.items() if day <= CUTOFF}


def _assess(*histories: ProjectHistory) -> Portfolio:
    return assess(frame(CUTOFF), histories, Names("Santiago de Cali", {}, {}, {}), is_demo=False)


def test_territories_share_the_money_and_add_up_to_the_city() -> None:
    found = _assess(
        project_history(
            project_id=1, shares=[("01", 0), ("02", 0)], actual=ON_PLAN, snapshots=[snapshot(CUTOFF, 101, 33)]
        ),
        project_history(project_id=2, allocation_cop=50, shares=[("02", 0)], actual=ON_PLAN),
    )
    territories = {each.code: each for each in territory_figures(found)}
    counted = {code: (each.group.projects, each.group.allocation_cop) for code, each in territories.items()}
    assert counted == {"01": (1, 51), "02": (2, 100)}
    money = [each.money.commitments_cop for each in territories.values() if each.money]
    whole = whole_figures(found)
    assert whole.money
    assert sum(money) == whole.money.commitments_cop == 33
    assert sum(each.group.allocation_cop for each in territories.values()) == whole.group.allocation_cop == 151
    assert (whole.group.projects, whole.phases) == (2, {Phase.PRECONTRACTUAL: 2})


def test_the_worst_comes_first_and_withdrawn_projects_make_no_territory() -> None:
    withdrawn = states((ProjectState.WITHDRAWN, date(2022, 5, 2)))
    found = _assess(
        project_history(project_id=1, shares=[("01", 0)], actual=ON_PLAN),
        project_history(project_id=2, shares=[("51", 0)], planned=None),
        project_history(project_id=3, shares=[("22", 0)], states=withdrawn),
    )
    worst, other = territory_figures(found)
    assert (worst.code, worst.group.light, worst.phases) == ("51", Light.NO_PLAN, {NO_PHASE: 1})
    assert (other.code, other.money) == ("01", None)
