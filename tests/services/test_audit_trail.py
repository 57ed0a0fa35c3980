"""Reading the audit trail, on both engines."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

import pp_monitor
from pp_monitor.labels_audit import AUDIT_ACTION, AUDIT_OBJECT
from pp_monitor.services import audit
from pp_monitor.services.audit import PAGE_SIZE, TrailFilter
from pp_monitor.services.transaction import writing
from tests.factories_db import make_actor, make_entity

NOON = datetime(2022, 5, 2, 17, 0, tzinfo=UTC)


def add_events(count: int) -> int:
    actor = make_actor()
    with writing():
        for number in range(count):
            audit.record(actor, "add", "user", f"persona {number + 1}", NOON, {"número": number})
    return actor.entity_id


def test_an_empty_trail_has_one_empty_page(any_app: Flask) -> None:
    with any_app.app_context():
        page = audit.list_events(make_entity().id, TrailFilter(), page=7)
        assert (page.page, page.pages, page.total, page.first, page.last) == (1, 1, 0, 0, 0)
        assert page.entries == ()


@pytest.mark.parametrize(
    ("asked", "given", "first", "last"),
    [(1, 1, 1, 50), (2, 2, 51, 60), (9, 2, 51, 60), (-3, 1, 1, 50)],
)
def test_a_page_that_is_not_there_is_the_nearest(any_app: Flask, asked: int, given: int, first: int, last: int) -> None:
    with any_app.app_context():
        page = audit.list_events(add_events(PAGE_SIZE + 10), TrailFilter(), page=asked)
        assert (page.page, page.first, page.last) == (given, first, last)
        assert page.entries[0].object_code == f"persona {61 - first}"


def test_letters_of_any_case_and_marks_of_patterns_are_plain_text(any_app: Flask) -> None:
    with any_app.app_context():
        entity_id = add_events(3)
        found = {
            what: audit.list_events(entity_id, TrailFilter(what=what)).total
            for what in ("PERSONA", "persona 2", "%", "_", "\\")
        }
        assert found == {"PERSONA": 3, "persona 2": 1, "%": 0, "_": 0, "\\": 0}


def test_every_action_and_object_that_is_recorded_has_its_word() -> None:
    actions, kinds = set(), set()
    for path in Path(pp_monitor.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _called(node) == "record":
                actions |= _texts(node.args[1])
                kinds |= _texts(node.args[2])
    assert actions - set(AUDIT_ACTION) == set()
    assert kinds - set(AUDIT_OBJECT) == set()


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))


def _texts(node: ast.expr) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
