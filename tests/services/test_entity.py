"""The city: what `init` loads, once; vigencias, deadlines and names as they stood."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.plan_schedule import DEFAULT_TERMS
from pp_monitor.extensions import db
from pp_monitor.models.entity import CatalogueVersion, Organism, OrganismName, Territory, ThresholdSet, Vigencia
from pp_monitor.services import entity
from pp_monitor.services.audit import Actor
from pp_monitor.services.entity import Opening, the_entity

DEADLINE = date(2022, 4, 22)


@pytest.fixture
def actor(any_app: Flask) -> Iterator[Actor]:
    """Who acts in a city as `init` leaves it, once on each engine."""
    with any_app.app_context():
        entity.load_reference_data()
        yield Actor(the_entity().id, "pruebas")
        db.session.remove()


def counted() -> list[int]:
    tables = (Organism, OrganismName, Territory, CatalogueVersion)
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_init_loads_organisms_territories_and_catalogue_once(actor: Actor) -> None:
    before = counted()
    entity.load_reference_data()
    assert counted() == before == [15, 15, 22 + 15 + 2, 1]


def test_the_stored_catalogue_is_the_default_one(actor: Actor) -> None:
    version_id = db.session.scalars(select(CatalogueVersion.id)).one()
    assert entity.load_catalogue(version_id) == DEFAULT_CATALOGUE


def test_the_stored_terms_are_the_usual_ones_once(actor: Actor) -> None:
    entity.load_reference_data()
    version_id = db.session.scalars(select(CatalogueVersion.id)).one()
    assert entity.load_terms(version_id) == DEFAULT_TERMS


def test_before_init_the_reader_is_told_what_to_run(any_app: Flask) -> None:
    with any_app.app_context(), pytest.raises(NotFoundError, match="pp-monitor init"):
        the_entity()


def test_a_vigencia_opens_once_with_its_catalogue_and_thresholds(actor: Actor) -> None:
    opening = Opening(2022, date(2022, 1, 3))
    first = entity.ensure_vigencia(opening, actor)
    assert entity.ensure_vigencia(opening, actor).id == first.id
    assert (first.follow_from, first.follow_until) == (date(2022, 4, 1), date(2022, 12, 31))
    [thresholds] = db.session.scalars(select(ThresholdSet))
    assert (thresholds.vigencia_id, thresholds.values["due_soon_workdays"]) == (first.id, 10)
    assert entity.find_vigencia(2022).id == first.id


def test_a_vigencia_that_was_not_opened_is_told(actor: Actor) -> None:
    with pytest.raises(NotFoundError, match="La vigencia 2023 no está abierta"):
        entity.find_vigencia(2023)
    assert entity.newest_vigencia() is None


def test_the_newest_vigencia_is_that_of_the_latest_year(actor: Actor) -> None:
    for year in (2023, 2022):
        entity.ensure_vigencia(Opening(year, date(year, 1, 3)), actor)
    newest = entity.newest_vigencia()
    assert newest is not None
    assert newest.year == 2023


def test_the_deadline_is_the_newest_one_recorded_and_an_extension_is_of_its_organism(actor: Actor) -> None:
    entity.ensure_vigencia(Opening(2022, date(2022, 1, 3)), actor)
    entity.set_deadline(2022, DEADLINE, actor)
    first = entity.find_vigencia(2022).last_recorded_at
    entity.set_deadline(2022, date(2022, 4, 29), actor)
    entity.set_deadline(2022, date(2022, 5, 6), actor, organism_code="4145", reason="Prórroga")
    vigencia = entity.find_vigencia(2022)
    codes = {row.id: row.code for row in db.session.scalars(select(Organism))}

    now = entity.deadlines(vigencia.id, vigencia.last_recorded_at, codes).by_organism
    assert (now["4145"], now["4146"]) == (date(2022, 5, 6), date(2022, 4, 29))
    then = entity.deadlines(vigencia.id, first, codes).by_organism
    assert (then["4145"], then["4146"]) == (DEADLINE, DEADLINE)
    earlier = entity.deadlines(vigencia.id, first - timedelta(microseconds=1), codes).by_organism
    assert set(earlier.values()) == {None}


def test_an_organism_keeps_the_name_it_had_at_the_cutoff(actor: Actor) -> None:
    entity.ensure_vigencia(Opening(2022, date(2022, 1, 3)), actor)
    now = db.session.scalars(select(Vigencia.last_recorded_at)).one()
    renamed = OrganismName(
        entity_id=actor.entity_id,
        organism_id=entity.find_organism("4145").id,
        name="Secretaría de Salud",
        short_name="Salud",
        valid_from=date(2022, 7, 1),
        recorded_at=now,
    )
    db.session.add(renamed)
    db.session.commit()
    names = [
        entity.organism_labels(actor.entity_id, day, now)["4145"].short_name
        for day in (date(2022, 6, 30), date(2022, 7, 1))
    ]
    assert names == ["Salud Pública", "Salud"]


def test_an_unknown_organism_is_told(actor: Actor) -> None:
    with pytest.raises(NotFoundError, match="El organismo 9999 no existe"):
        entity.find_organism("9999")


def test_territories_are_the_communes_and_corregimientos_by_code(actor: Actor) -> None:
    labels = entity.territory_labels(actor.entity_id)
    assert list(labels) == sorted(labels)
    assert (labels["01"].name, labels["53"].name) == ("Comuna 1", "Pance")
