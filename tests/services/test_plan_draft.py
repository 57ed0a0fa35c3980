"""Drafts keep what was typed, put two editors together, and are registered as they were shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import ConflictError, NotFoundError, ProblemsError
from pp_monitor.domain.plan_draft import TypedRow
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.plan import PlanDraft
from pp_monitor.models.project import ProjectModality
from pp_monitor.models.submission import PlanSubmission
from pp_monitor.services.approval import let_through
from pp_monitor.services.plan_draft import (
    DraftConflictError,
    Grid,
    load_grid,
    save_drafts,
    save_without_clashes,
    write_modalities,
)
from pp_monitor.services.plan_grid import RowState
from pp_monitor.services.submission import send_drafts
from pp_monitor.services.transaction import writing_vigencia
from tests.pages import counted_queries
from tests.plan_data import SALUD, TODAY, VIAS, City, add_projects, build_city, move, plan_lines, set_state
from tests.submissions import approve, deed


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


def grid(city: City, organism: str = SALUD, **options: Any) -> Grid:
    return load_grid(city.vigencia, city.organism(organism), TODAY, **options)


def typed(shown: Grid, number: int = 1, modality: str | None = None, **cells: str) -> dict[int, TypedRow]:
    """What a person who sees ``shown`` sends after changing some cells of a row."""
    row = shown.rows[number - 1]
    texts = {cell.code: cell.text for cell in row.cells} | cells
    code = (row.modality or "") if modality is None else modality
    return {row.project_id: TypedRow(texts, code, row.stamp)}


def save(city: City, rows: Mapping[int, TypedRow], **changes: Any) -> int:
    facts: dict[str, Any] = {"organism": city.organism(), "actor": city.actor, "today": TODAY}
    return save_drafts(vigencia=city.vigencia, typed=rows, **facts | changes)


def texts(city: City, number: int = 1) -> dict[str, str]:
    return {cell.code: cell.text for cell in grid(city).rows[number - 1].cells if cell.text}


def full() -> dict[str, Any]:
    return {code: f"{line.planned:%d/%m/%Y}" for code, line in plan_lines().items()}


def test_what_is_typed_is_kept_even_when_it_is_wrong(city: City) -> None:
    wrong: dict[str, Any] = {"H01": "31/02/2022", "H02": "pronto", "H03": "02/05/2022"}
    assert save(city, typed(grid(city), **wrong)) == 1

    assert texts(city) == {"H01": "31/02/2022", "H02": "pronto", "H03": "02/05/22"}
    assert grid(city).rows[0].state is RowState.ERROR
    assert [problem.milestone_code for problem in grid(city).problems] == ["H01", "H02"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("18/4", "18/04/22"),
        ("18/4/22", "18/04/22"),
        ("2022-04-18", "18/04/22"),
        ("18 de abril de 2022", "18/04/22"),
        ("na", "No aplica"),
        (" N/A ", "No aplica"),
        ("NO APLICA", "No aplica"),
        ("mañana", "mañana"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_cell_is_read_as_people_write_it(city: City, text: str, shown: str) -> None:
    save(city, typed(grid(city), H10=text))
    assert texts(city) == {"H10": shown}


def test_a_save_that_changes_nothing_leaves_no_trace(city: City) -> None:
    save(city, typed(grid(city), H01="18/4/2022"))
    before = city.vigencia.last_recorded_at, db.session.scalar(select(func.count()).select_from(AuditEvent))

    assert save(city, typed(grid(city)) | typed(grid(city), 2)) == 0
    db.session.expire_all()
    assert (city.vigencia.last_recorded_at, db.session.scalar(select(func.count()).select_from(AuditEvent))) == before
    assert db.session.scalar(select(func.count()).select_from(PlanDraft)) == 1


def test_the_grid_after_a_save_is_the_one_that_would_be_read(city: City) -> None:
    save(city, typed(grid(city), H01="18/4/2022"))
    shown = grid(city)
    mine = {"H01": "19/4/2022", "H02": "pronto", "H05": "na", "H05-motivo": "Ya se hizo", "H01-real": "14/4"}
    own = {"P01": "2/6/2022", "P01-nombre": "Entrega", "fuera": "Falta un concepto"}
    rows = typed(shown, modality="MC", **mine) | typed(shown, 2, **own)
    done = save_without_clashes(
        vigencia=city.vigencia, organism=city.organism(), typed=rows, actor=city.actor, today=TODAY
    )

    db.session.expire_all()
    assert done.grid == grid(city)
    assert (done.grid.rows[0].cells[0].text, done.grid.rows[1].left_out) == ("19/04/22", "Falta un concepto")


def test_a_cell_can_be_emptied_again(city: City) -> None:
    save(city, typed(grid(city), H01="18/4/2022", H02="20/4/2022"))
    save(city, typed(grid(city), H01=""))
    assert texts(city) == {"H02": "20/04/22"}


def test_problems_stand_at_their_cell_with_row_and_column_in_words(city: City) -> None:
    save(city, typed(grid(city), 2, **full() | {"H08": "02/05/2022", "H11": "17/09/2022"}))
    row = grid(city).rows[1]

    error, doubt = row.problems
    assert (error.sheet, error.cell, error.milestone_code) == ("Fila 2", "RP", "H08")
    assert error.what == "«Registro presupuestal (RP)» está antes de «Contrato firmado»."
    assert (doubt.severity, doubt.cell) == ("warning", "100 %")
    assert row.cells[7].problems == (error,)
    assert (row.state, row.errors, row.warnings) == (RowState.ERROR, 1, 1)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, RowState.COMPLETE),
        ({"H11": "01/10/2022"}, RowState.WARNING),
        ({"H05": ""}, RowState.INCOMPLETE),
        ({"H05": "", "H11": "x"}, RowState.ERROR),
        ({"H12": "02/05/2022"}, RowState.ERROR),
        ({"H01": "No aplica"}, RowState.ERROR),
    ],
)
def test_the_state_of_a_row_is_the_worst_that_holds(city: City, changes: dict[str, str], state: RowState) -> None:
    save(city, typed(grid(city), **full() | changes))
    assert grid(city).rows[0].state is state
    assert grid(city).rows[0].is_registrable is (state in (RowState.COMPLETE, RowState.WARNING))


def test_missing_dates_are_told_only_on_review(city: City) -> None:
    save(city, typed(grid(city), H01="26/04/2022"))
    assert grid(city).errors == ()
    reviewed = grid(city, with_missing=True)
    assert len(reviewed.rows[0].problems) == 13
    assert reviewed.rows[0].state is RowState.INCOMPLETE
    assert len(reviewed.errors) == 13 + 14 + 14


def test_a_modality_offers_no_aplica_where_the_cell_is_empty_and_takes_it_back(city: City) -> None:
    save(city, typed(grid(city), modality="CI", H04="10/5/2022"))
    assert texts(city) == {"H03": "No aplica", "H04": "10/05/22", "H05": "No aplica"}
    assert grid(city).rows[0].modality is Modality.CI
    save(city, typed(grid(city), modality="LP"))
    assert texts(city) == {"H04": "10/05/22"}
    assert db.session.scalars(select(ProjectModality.modality).order_by(ProjectModality.id)).all() == ["CI", "LP"]


def test_a_grid_opens_with_what_the_modality_does_not_need_as_no_aplica(city: City) -> None:
    with writing_vigencia(city.vigencia.id) as now:
        write_modalities({city.id(1): "CI"}, city.vigencia, TODAY, now)
    assert texts(city) == dict.fromkeys(("H03", "H04", "H05"), "No aplica")
    assert texts(city, 2) == {}
    reviewed = grid(city, with_missing=True).rows[0]
    assert not {problem.milestone_code for problem in reviewed.problems} & {"H03", "H04", "H05"}

    assert save(city, typed(grid(city))) == 0
    save(city, typed(grid(city), H04="10/5/2022"))
    assert texts(city) == {"H03": "No aplica", "H04": "10/05/22", "H05": "No aplica"}
    save(city, typed(grid(city), modality="LP"))
    assert texts(city) == {"H04": "10/05/22"}


def test_two_people_in_different_cells_of_a_row_both_keep_theirs(city: City) -> None:
    shown = grid(city)
    save(city, typed(shown, H01="26/4/2022"))
    save(city, typed(shown, H02="10/5/2022"))
    assert texts(city) == {"H01": "26/04/22", "H02": "10/05/22"}


def test_two_people_in_the_same_cell_are_told_both_texts_and_nothing_is_saved(city: City) -> None:
    shown = grid(city)
    save(city, typed(shown, H01="26/4/2022"))
    mine = typed(shown, H01="27/4/2022", H02="10/5/2022")

    with pytest.raises(DraftConflictError) as conflict:
        save(city, mine)

    assert [clash.what for clash in conflict.value.clashes] == [
        "Otra persona guardó «26/04/22» y usted escribió «27/4/2022»."
    ]
    assert texts(city) == {"H01": "26/04/22"}
    again = grid(city, typed=mine, clashes=conflict.value.clashes)
    assert again.rows[0].cells[0].text == "27/04/22"
    assert "Otra persona guardó" in again.rows[0].cells[0].problems[0].what


def test_after_a_conflict_a_second_save_keeps_the_last_one(city: City) -> None:
    shown = grid(city)
    save(city, typed(shown, H01="26/4/2022"))
    mine = typed(shown, H01="27/4/2022")
    with pytest.raises(DraftConflictError):
        save(city, mine)
    row = mine[city.id(1)]
    save(city, {city.id(1): TypedRow(row.cells, row.modality, grid(city).rows[0].stamp)})
    assert texts(city) == {"H01": "27/04/22"}


def test_the_same_text_from_both_is_no_conflict(city: City) -> None:
    shown = grid(city)
    save(city, typed(shown, H01="26/04/22"))
    assert save(city, typed(shown, H01="26/04/22")) == 0


def test_a_form_without_a_readable_stamp_never_overwrites(city: City) -> None:
    save(city, typed(grid(city), H01="26/4/2022"))
    row = typed(grid(city), H01="27/4/2022")[city.id(1)]
    with pytest.raises(DraftConflictError):
        save(city, {city.id(1): TypedRow(row.cells, row.modality, "alterado")})


def test_a_modality_that_both_changed_is_a_conflict_too(city: City) -> None:
    shown = grid(city)
    save(city, typed(shown, modality="CI"))
    with pytest.raises(DraftConflictError) as conflict:
        save(city, typed(shown, modality="LP"))
    assert conflict.value.clashes[0].cell == "Modalidad"


def test_drafts_of_another_organism_do_not_exist(city: City) -> None:
    rows = typed(grid(city, VIAS), H01="26/4/2022")
    with pytest.raises(NotFoundError):
        save(city, rows)


def test_a_project_moves_with_its_draft(city: City) -> None:
    save(city, typed(grid(city), H01="26/4/2022"))
    move(city, city.id(1), VIAS, date(2022, 4, 10))
    assert [row.code for row in grid(city).rows] == ["BP26450002", "BP26450003"]
    moved = grid(city, VIAS).rows[0]
    assert (moved.code, moved.cells[0].text) == ("BP26450001", "26/04/22")


def send(city: City, shown: Grid, **changes: Any) -> Any:
    facts: dict[str, Any] = {"organism": city.organism(), "actor": city.actor, "today": TODAY, "render": render_mail}
    facts |= {"stamps": shown.stamps, "left_out": {}}
    return send_drafts(vigencia=city.vigencia, **facts | changes)


def register(city: City, shown: Grid, **changes: Any) -> Any:
    sent = send(city, shown, **changes)
    approve(city, sent)
    return let_through(deed(city, sent.id))


def fill(city: City, *numbers: int) -> None:
    for number in numbers:
        save(city, typed(grid(city), number, **full()))


def test_complete_drafts_are_registered_as_they_were_shown(city: City) -> None:
    fill(city, 1, 2, 3)
    registration = register(city, grid(city))

    assert (registration.number, registration.kind, registration.declared_on) == (1, "principal", TODAY)
    after = grid(city)
    assert [row.state for row in after.rows] == [RowState.REGISTERED] * 3
    assert after.rows[0].cells[0].text == "26/04/22"
    assert (after.receipts, after.submissions) == ((1,), (1,))


def test_incomplete_projects_stay_out_only_with_a_reason(city: City) -> None:
    fill(city, 1, 2)
    with pytest.raises(ProblemsError, match="Falta el motivo por el que queda por fuera BP26450003"):
        send(city, grid(city))
    sent = send(city, grid(city), left_out={"BP26450003": "Sin estudio de suelos"})

    assert [row.state for row in grid(city).rows] == [RowState.SENT, RowState.SENT, RowState.INCOMPLETE]
    assert sent.left_out == {"BP26450003": "Sin estudio de suelos"}


def test_a_draft_that_changed_after_it_was_shown_is_not_sent(city: City) -> None:
    fill(city, 1, 2, 3)
    shown = grid(city)
    save(city, typed(grid(city), 2, H14="20/12/2022"))
    with pytest.raises(ConflictError, match="Alguien cambió el borrador de BP26450002"):
        send(city, shown)
    assert db.session.scalar(select(func.count()).select_from(PlanSubmission)) == 0


def test_an_incomplete_draft_is_not_sent_even_if_asked(city: City) -> None:
    fill(city, 1)
    shown = grid(city)
    reasons = dict.fromkeys(("BP26450001", "BP26450003"), "Irá más adelante")
    with pytest.raises(ProblemsError, match="Falta la fecha"):
        send(city, shown, stamps={shown.rows[1].project_id: shown.rows[1].stamp}, left_out=reasons)


def test_what_was_sent_is_neither_sent_again_nor_typed_in(city: City) -> None:
    fill(city, 1, 2, 3)
    shown = grid(city)
    sent = send(city, shown)
    with pytest.raises(ConflictError, match="están en aprobación"):
        send(city, shown)
    with pytest.raises(ConflictError, match="están en aprobación"):
        save(city, typed(shown, H01="27/4/2022"))
    approve(city, sent)
    let_through(deed(city, sent.id))
    with pytest.raises(ConflictError, match="ya están registrados"):
        send(city, shown)
    with pytest.raises(ConflictError, match="ya está registrado"):
        save(city, typed(shown, H01="27/4/2022"))


def test_a_project_that_enters_later_gets_a_supplementary_registration(city: City) -> None:
    fill(city, 1, 2, 3)
    register(city, grid(city))
    add_projects(city.vigencia_id, SALUD, range(4, 5))
    fill(city, 4)
    assert register(city, grid(city)).kind == "supplementary"


def test_withdrawn_projects_are_neither_typed_nor_wanted(city: City) -> None:
    shown = grid(city)
    set_state(city, city.id(1), ProjectState.WITHDRAWN)
    with pytest.raises(ConflictError, match="se retiraron"):
        save(city, typed(shown, H01="26/4/2022"))
    assert grid(city).dates_wanted == 28


@pytest.mark.parametrize(
    ("today", "days_left"), [(date(2022, 4, 18), 4), (date(2022, 4, 22), 0), (date(2022, 4, 26), -2)]
)
def test_days_left_are_working_days_and_negative_when_late(city: City, today: date, days_left: int) -> None:
    assert load_grid(city.vigencia, city.organism(), today).days_left == days_left


def test_queries_do_not_grow_with_the_projects(any_app: Flask) -> None:
    counts = []
    with any_app.app_context():
        city = build_city()
        for extra in (0, 20):
            add_projects(city.vigencia_id, SALUD, range(4, 4 + extra))
            fill(city, 1)
            vigencia, organism = city.vigencia, city.organism()
            assert vigencia.id
            with counted_queries(any_app) as statements:
                load_grid(vigencia, organism, TODAY)
            counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 26
