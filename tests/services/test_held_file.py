"""Refused files wait under a code for whoever helps, and are forgotten in time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.errors import NotFoundError
from pp_monitor.extensions import db
from pp_monitor.models.held_file import HeldFile
from pp_monitor.services.held_file import (
    MOST_OF_AN_ORGANISM,
    SentFile,
    find_held,
    hold_file,
    list_held,
    new_code,
    purge_held,
    sent_file,
)
from tests.plan_data import SALUD, TODAY, VIAS, City, build_city

FILE = SentFile("Plan ñ.xlsx", b"PK\x03\x04 contenido", 3)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


def hold(city: City, file: SentFile = FILE, organism: str = SALUD, today: date = TODAY, **options: object) -> str:
    return hold_file(city.vigencia, city.organism(organism), file, city.actor, today, **options)  # type: ignore[arg-type]


def held_count() -> int:
    return db.session.scalar(select(func.count()).select_from(HeldFile)) or 0


def test_a_refused_file_is_kept_byte_for_byte_with_who_when_and_whose(city: City) -> None:
    code = hold(city)
    held = find_held(city.actor.entity_id, code)
    assert (held.content, held.filename, held.sha256) == (FILE.content, FILE.filename, FILE.sha256)
    assert held.sha256 == hashlib.sha256(FILE.content).hexdigest()
    (entry,) = list_held(city.actor.entity_id)
    assert (entry.code, entry.organism_code, entry.problems, entry.size_bytes) == (code, SALUD, 3, len(FILE.content))
    assert entry.kept_until == TODAY + timedelta(days=30)


def test_codes_can_be_read_out() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) > 190
    assert [code for code in codes if not re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{2}", code)] == []


@pytest.mark.parametrize("typed", ["R7K2-4F", "r7k24f", " R7K2 4f ", "r7k2–4f"])
def test_a_code_is_found_however_it_was_typed(city: City, typed: str) -> None:
    assert hold(city, make_code=lambda: "R7K2-4F") == "R7K2-4F"
    assert find_held(city.actor.entity_id, typed).filename == FILE.filename


@pytest.mark.parametrize("typed", ["", "R7K2-4G", "R7K2-4F-1", "%", "una frase muy larga que no es un código"])
def test_another_code_is_refused_in_words(city: City, typed: str) -> None:
    hold(city, make_code=lambda: "R7K2-4F")
    with pytest.raises(NotFoundError, match="No hay un archivo con el código"):
        find_held(city.actor.entity_id, typed)


def test_the_same_file_again_keeps_its_code_and_waits_longer(city: City) -> None:
    first = hold(city)
    assert hold(city, today=TODAY + timedelta(days=5)) == first
    assert held_count() == 1
    assert list_held(city.actor.entity_id)[0].kept_until == TODAY + timedelta(days=35)
    assert hold(city, organism=VIAS) != first


def test_two_files_never_share_a_code(city: City) -> None:
    codes = iter(["R7K2-4F", "R7K2-4F", "A2B3-C4"])
    assert hold(city, make_code=codes.__next__) == "R7K2-4F"
    assert hold(city, SentFile("b.csv", b"otro", 1), make_code=codes.__next__) == "A2B3-C4"


def test_nothing_is_kept_of_an_empty_file(city: City) -> None:
    assert hold(city, SentFile("vacio.csv", b"", 1)) == ""
    assert held_count() == 0


def test_an_organism_keeps_its_newest_files_and_leaves_those_of_others(city: City) -> None:
    other = hold(city, organism=VIAS)
    codes = [hold(city, SentFile("a.csv", str(n).encode(), 1)) for n in range(MOST_OF_AN_ORGANISM + 2)]
    left = {entry.code for entry in list_held(city.actor.entity_id)}
    assert left == {other, *codes[2:]}


@pytest.mark.parametrize(("days", "purged"), [(30, 0), (31, 1)])
def test_files_are_forgotten_the_day_after_their_last_one(city: City, days: int, purged: int) -> None:
    hold(city)
    hold(city, SentFile("b.csv", b"b", 1), today=TODAY + timedelta(days=10))
    assert purge_held(city.actor.entity_id, TODAY + timedelta(days=days)) == purged
    assert held_count() == 2 - purged


SOUND = SentFile("bueno.csv", b"bueno", 0)


def test_a_sound_file_waits_two_days_for_its_organism_alone(city: City) -> None:
    code = hold(city, SOUND)
    found = sent_file(city.organism(SALUD), code)
    assert found is not None
    assert (found.filename, found.content, found.problems) == ("bueno.csv", b"bueno", 0)
    assert sent_file(city.organism(VIAS), code) is None
    assert list_held(city.actor.entity_id) == []
    with pytest.raises(NotFoundError):
        find_held(city.actor.entity_id, code)
    assert purge_held(city.actor.entity_id, TODAY + timedelta(days=2)) == 0
    assert purge_held(city.actor.entity_id, TODAY + timedelta(days=3)) == 1
    assert sent_file(city.organism(SALUD), code) is None


def test_a_sound_file_that_is_refused_later_is_kept_for_who_helps(city: City) -> None:
    code = hold(city, SOUND)
    assert hold(city, SentFile("bueno.csv", b"bueno", 2)) == code
    assert list_held(city.actor.entity_id)[0].kept_until == TODAY + timedelta(days=30)


def test_sound_files_make_room_for_one_another_and_not_for_refused_ones(city: City) -> None:
    refused = hold(city)
    codes = [hold(city, SentFile("b.csv", str(n).encode(), 0)) for n in range(MOST_OF_AN_ORGANISM + 1)]
    salud = city.organism(SALUD)
    assert [sent_file(salud, code) is not None for code in codes] == [False] + [True] * MOST_OF_AN_ORGANISM
    assert [entry.code for entry in list_held(city.actor.entity_id)] == [refused]
