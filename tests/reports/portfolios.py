"""A small vigencia made by hand: every light, two organisms with a plan and one without, money for one project."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.portfolio import Names, OrganismLabel, Portfolio, TerritoryLabel, assess
from pp_monitor.domain.project import ProjectHistory, ProjectState
from pp_monitor.domain.submission import ApprovalStage
from tests.factories import (
    DEFAULT_CATALOGUE,
    PLANNED,
    baseline,
    dated,
    frame,
    project_history,
    snapshot,
)
from tests.factories import states as state_rows

CUTOFF = date(2022, 7, 15)
KNOWN_AT = datetime.fromisoformat("2022-07-18T13:00:00+00:00")
HEALTH, WORKS, SPORT = "4145", "4151", "4162"

NAMES = Names(
    entity="Santiago de Cali",
    organisms={
        HEALTH: OrganismLabel(HEALTH, "Secretaría de Salud Pública", "Salud Pública"),
        WORKS: OrganismLabel(WORKS, "Secretaría de Infraestructura", "Infraestructura"),
        SPORT: OrganismLabel(SPORT, "Secretaría del Deporte y la Recreación", "Deporte"),
    },
    territories={"01": TerritoryLabel("01", "Comuna 1"), "51": TerritoryLabel("51", "Navarro")},
    milestones={milestone.code: milestone.name for milestone in DEFAULT_CATALOGUE.milestones},
)

# What was planned up to the cut-off and how it went: the first nine milestones are exigible on 15/07/2022.
ON_TIME = {code: PLANNED[code] for code in ("H01", "H02", "H03", "H04", "H05", "H06", "H07", "H08", "H09")}
SLOW = {"H01": date(2022, 4, 25), "H02": date(2022, 5, 4)}


def named(name: str, **more: Any) -> ProjectHistory:
    """A project with this name; more are fields of the factory."""
    return project_history(names=[dated(name)], **more)


def small_histories() -> list[ProjectHistory]:
    """One project for each light, in three organisms."""
    return [*_of_health(), *_of_works(), *_of_sport()]


def _of_health() -> list[ProjectHistory]:
    return [
        named("Puesto de salud", project_id=1, actual=ON_TIME, allocation_cop=400_000_000),
        named(
            "Jornadas de vacunación",
            project_id=2,
            actual=SLOW,
            allocation_cop=300_000_000,
            shares=[("01", 1), ("51", 2)],
        ),
        named("Brigadas", project_id=3, planned=None, allocation_cop=50_000_000),
        named("Dotación", project_id=4, states=state_rows((ProjectState.SUSPENDED, date(2022, 6, 1)))),
        named("Vacunas", project_id=5, states=state_rows((ProjectState.WITHDRAWN, date(2022, 6, 1))), actual=SLOW),
    ]


def _of_works() -> list[ProjectHistory]:
    later = {code: date(2022, 12, 20) for code in PLANNED}
    replanned = dict(PLANNED) | {code: date(2022, 9, 1) for code in ("H07", "H08", "H09")} | {"H10": date(2022, 9, 20)}
    return [
        named(
            "Parque",
            project_id=6,
            organism=WORKS,
            actual=ON_TIME | {"H01": date(2022, 4, 11), "H09": date(2022, 7, 13)},
            allocation_cop=900_000_000,
            snapshots=[snapshot(date(2022, 6, 30), 950_000_000, 700_000_000, payments_cop=9)],
        ),
        named("=1+1 Andenes", project_id=7, organism=WORKS, planned=later, allocation_cop=70_000_001),
        named(
            "Vía",
            project_id=8,
            organism=WORKS,
            allocation_cop=200_000_000,
            actual={code: day for code, day in ON_TIME.items() if code < "H07"},
            baselines=[
                baseline(),
                baseline(replanned, number=1, kind=BaselineKind.REPLANNING, decided_on=date(2022, 6, 20)),
            ],
        ),
    ]


def _of_sport() -> list[ProjectHistory]:
    return [
        named("Cancha", project_id=9, organism=SPORT, planned=None, allocation_cop=600_000_000),
        named(
            "Gimnasio",
            project_id=10,
            organism=SPORT,
            planned=None,
            allocation_cop=10_000_000,
            submissions=[dated(ApprovalStage.HEAD)],
        ),
    ]


def portfolio(
    histories: list[ProjectHistory] | None = None, *, cutoff: date = CUTOFF, is_demo: bool = False, **frame_fields: Any
) -> Portfolio:
    """The small vigencia assessed at the cut-off."""
    found = small_histories() if histories is None else histories
    base = frame(cutoff, **({"known_at": KNOWN_AT} | frame_fields))
    deadlines = dict.fromkeys((HEALTH, WORKS, SPORT), date(2022, 4, 22))
    return assess(replace(base, deadlines=deadlines), found, NAMES, is_demo=is_demo)
