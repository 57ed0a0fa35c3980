"""Lists are narrowed, ordered and cut into pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.light import Light
from pp_monitor.domain.listing import (
    AT_RISK,
    CLOSED_PHASE,
    LIGHTS_WORST_FIRST,
    NO_MODALITY,
    NO_PHASE,
    Page,
    ProjectFilter,
    ProjectOrder,
    Sought,
    choose_projects,
    count_lights,
    neighbours,
    paginate,
    phase_code,
)
from pp_monitor.domain.project import ProjectAssessment, ProjectState
from tests.factories import PLANNED, assessed, dated, states

CUTOFF = date(2022, 5, 13)
NEW_YEAR = date(2022, 1, 3)


def project(number: int, name: str, **history: object) -> ProjectAssessment:
    return assessed(CUTOFF, project_id=number, names=[dated(name, NEW_YEAR)], **history)


ON_TIME = {code: day for code, day in PLANNED.items() if day <= CUTOFF}
PARK = project(1, "Parque del Ñame", actual=ON_TIME, allocation_cop=300)
SALON = replace(
    project(2, "Salón comunal", planned=None, organism="4151", shares=[("02", 0), ("51", 0)]), modality=None
)
ROAD = replace(project(3, "Vía rural", allocation_cop=900, actual={"H01": PLANNED["H01"]}), modality=Modality.MC)
DONE = project(4, "Dotación", actual=dict.fromkeys(PLANNED, date(2022, 5, 2)), allocation_cop=200)
ALL = [PARK, SALON, ROAD, DONE]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (ProjectFilter(), [SALON, ROAD, PARK, DONE]),
        (ProjectFilter(text="  SALON  "), [SALON]),
        (ProjectFilter(text="name parque"), [PARK]),
        (ProjectFilter(text=ROAD.code.lower()), [ROAD]),
        (ProjectFilter(text="nada así"), []),
        (ProjectFilter(organism="4151"), [SALON]),
        (ProjectFilter(light="closed"), [DONE]),
        (ProjectFilter(light=AT_RISK), [SALON, ROAD]),
        (ProjectFilter(territory="51"), [SALON]),
        (ProjectFilter(phase="precontractual"), [ROAD, PARK]),
        (ProjectFilter(phase=CLOSED_PHASE), [DONE]),
        (ProjectFilter(phase=NO_PHASE), [SALON]),
        (ProjectFilter(modality="LP"), [PARK, DONE]),
        (ProjectFilter(modality="MC"), [ROAD]),
        (ProjectFilter(modality=NO_MODALITY), [SALON]),
    ],
)
def test_filter_admits_what_it_names(chosen: ProjectFilter, expected: list[ProjectAssessment]) -> None:
    assert choose_projects(ALL, chosen) == expected


SOUGHT = Sought.of(ROAD, ["Comuna 1", "Montebello"], ["2021760010123", "4145.010.26.1.0668-2022", "CO1.NTC.28899"])


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("via comuna 1", True),
        ("COMUNA 01", True),
        ("comuna 11", False),
        ("comuna 26", False),
        ("montebello", True),
        ("20217600", True),
        ("26.1.0668", True),
        ("co1.ntc.28899", True),
        ("via montebello 0668", True),
        ("via felidia", False),
        (ROAD.code, True),
    ],
)
def test_project_is_found_by_what_it_is_called_and_short_numbers_are_sought_whole(text: str, is_found: bool) -> None:
    assert choose_projects([ROAD], ProjectFilter(text=text), sought={ROAD.id: SOUGHT}) == [ROAD] * is_found


@pytest.mark.parametrize(
    ("order", "is_descending", "expected"),
    [
        (ProjectOrder.WORST, True, [SALON, ROAD, PARK, DONE]),
        (ProjectOrder.CODE, False, [PARK, SALON, ROAD, DONE]),
        (ProjectOrder.NAME, False, [DONE, PARK, SALON, ROAD]),
        (ProjectOrder.VALUE, True, [ROAD, PARK, DONE]),
        (ProjectOrder.DEVIATION, False, [ROAD, PARK, DONE, SALON]),
        (ProjectOrder.DELAY, True, [ROAD, PARK, DONE, SALON]),
        (ProjectOrder.FINISH, False, [PARK, ROAD, SALON, DONE]),
        (ProjectOrder.LIGHT, False, [SALON, ROAD, PARK, DONE]),
        (ProjectOrder.LIGHT, True, [DONE, PARK, ROAD, SALON]),
        (ProjectOrder.PHASE, True, [DONE, ROAD, PARK, SALON]),
        (ProjectOrder.PROGRESS, False, [ROAD, PARK, DONE, SALON]),
        (ProjectOrder.NEXT, False, [ROAD, PARK, SALON, DONE]),
        (ProjectOrder.RISK, True, [SALON, ROAD, PARK, DONE]),
    ],
)
def test_order_puts_projects_without_the_value_last(
    order: ProjectOrder, is_descending: bool, expected: list[ProjectAssessment]
) -> None:
    found = choose_projects(ALL, ProjectFilter(), order, is_descending=is_descending)
    assert [row for row in found if row in expected] == expected


def test_phase_is_named_also_without_plan_and_when_all_is_done() -> None:
    assert [phase_code(row) for row in (PARK, SALON, DONE)] == ["precontractual", NO_PHASE, CLOSED_PHASE]


def test_lights_are_counted_the_worst_first() -> None:
    assert list(count_lights([DONE, ROAD, PARK, SALON, ROAD]).items()) == [
        (Light.NO_PLAN, 1),
        (Light.RED, 2),
        (Light.GREEN, 1),
        (Light.CLOSED, 1),
    ]


def test_every_light_has_its_place_in_a_list() -> None:
    assert sorted(LIGHTS_WORST_FIRST) == sorted(Light)


def test_withdrawn_project_is_not_ranked_by_its_delay() -> None:
    gone = project(5, "Brigadas", states=states((ProjectState.WITHDRAWN, date(2022, 5, 1))))
    for order in (ProjectOrder.DELAY, ProjectOrder.DEVIATION):
        found = choose_projects([gone, ROAD], ProjectFilter(), order, is_descending=True)
        assert found == [ROAD, gone]


@pytest.mark.parametrize(
    ("asked", "page", "rows", "first", "last"),
    [(1, 1, (0, 1), 1, 2), (3, 3, (4,), 5, 5), (0, 1, (0, 1), 1, 2), (99, 3, (4,), 5, 5)],
)
def test_page_nearest_to_the_one_asked_for(asked: int, page: int, rows: tuple[int, ...], first: int, last: int) -> None:
    found = paginate(range(5), asked, 2)
    assert (found.page, found.rows, found.first, found.last) == (page, rows, first, last)
    assert (found.pages, found.total) == (3, 5)


def test_empty_list_has_one_empty_page() -> None:
    found: Page[str] = paginate([], 1, 25)
    assert (found.rows, found.pages, found.first, found.last) == ((), 1, 0, 0)


def test_neighbours_are_those_of_the_list_it_came_from() -> None:
    rows = [ROAD, PARK, DONE]
    middle, first, last = (neighbours(rows, row.public_id) for row in (PARK, ROAD, DONE))
    assert middle
    assert first
    assert last
    assert (middle.position, middle.total, middle.previous, middle.next) == (2, 3, ROAD, DONE)
    assert (first.previous, first.next) == (None, PARK)
    assert (last.previous, last.next) == (PARK, None)
    assert neighbours(rows, SALON.public_id) is None
