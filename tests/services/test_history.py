"""What was recorded about projects, as known at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.history import load_histories
from tests.portfolio_db import PLANNED, NewProject, add_actual, open_vigencia

FULL = NewProject(
    "BP26000001",
    name="Parque del barrio Ñ",
    replanned={**PLANNED, "H11": date(2022, 12, 9)},
    actual={"H01": date(2022, 4, 18)},
    forecast={"H07": date(2022, 7, 1)},
    not_applicable=("H04",),
    territories=("02", "01"),
    commitments_cop=40_000_000,
    states=((ProjectState.SUSPENDED, date(2022, 8, 1)),),
    own={"P01": ("Entrega a la comunidad", date(2022, 12, 12))},
)


@pytest.fixture
def vigencia(any_app: Flask) -> Iterator[Vigencia]:
    """Two projects, one with everything that a project can have, once on each engine."""
    with any_app.app_context():
        open_vigencia([FULL, NewProject("BP26000002", planned=None)])
        yield db.session.scalars(select(Vigencia)).one()
        db.session.remove()


def test_a_history_has_all_that_was_recorded(vigencia: Vigencia) -> None:
    full, bare = load_histories(vigencia.id, vigencia.last_recorded_at)
    assert [row.value for row in full.names] == ["Parque del barrio Ñ"]
    assert [row.value for row in full.organisms] == ["4145"]
    assert [share.territory_code for share in full.territories[0].value] == ["01", "02"]
    assert [row.value.state for row in full.states] == [ProjectState.SUSPENDED]
    assert [baseline.number for baseline in full.baselines] == [0, 1]
    assert full.baselines[0].lines["H11"].planned == PLANNED["H11"]
    assert full.baselines[1].lines["H11"].planned == date(2022, 12, 9)
    assert full.baselines[0].lines["H04"].not_applicable
    assert [(fact.milestone_code, fact.day) for fact in full.actuals] == [("H01", date(2022, 4, 18))]
    assert [(fact.milestone_code, fact.day) for fact in full.forecasts] == [("H07", date(2022, 7, 1))]
    assert full.snapshots[0].commitments_cop == 40_000_000
    assert full.own_names == {"P01": "Entrega a la comunidad"}
    assert (bare.code, list(bare.baselines), list(bare.actuals)) == ("BP26000002", [], [])


def test_what_was_recorded_later_is_not_known_yet(vigencia: Vigencia) -> None:
    known_at = vigencia.last_recorded_at
    add_actual("BP26000002", "H01", date(2022, 4, 18))
    assert [len(row.actuals) for row in load_histories(vigencia.id, known_at)] == [1, 0]
    assert load_histories(vigencia.id, known_at - timedelta(hours=1)) == []


def test_single_projects_can_be_read(vigencia: Vigencia) -> None:
    wanted = load_histories(vigencia.id, vigencia.last_recorded_at)[1].id
    [history] = load_histories(vigencia.id, vigencia.last_recorded_at, [wanted])
    assert history.code == "BP26000002"
