"""The grid at work: what is typed is saved by itself, and tools fill several cells at once."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock
from pp_monitor.access import Role
from pp_monitor.domain.errors import ConflictError, NotFoundError
from pp_monitor.domain.plan_draft import MODALITY, TypedRow
from pp_monitor.domain.plan_tool import Tool
from pp_monitor.formatters import plural
from pp_monitor.forms.plan_tool import read_tool
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.plan_draft import load_grid, save_drafts, save_without_clashes
from pp_monitor.services.plan_grid import Grid
from pp_monitor.services.plan_tool import Filled, fill_rows
from pp_monitor.views.plan_access import open_vigencia, own_organism
from pp_monitor.views.plan_answer import answer, as_json
from pp_monitor.views.plan_grid import keep_conflict, keep_refused, read_typed

blueprint = Blueprint("plan_edit", __name__)


@blueprint.post("/registro/<code>/borrador")
@access.roles(Role.ENLACE)
def autosave(code: str) -> ResponseReturnValue:
    """Save the rows that were sent and tell how each stands now; a clash keeps only its own row from being saved."""
    organism, vigencia = own_organism(code), open_vigencia()
    typed = read_typed(vigencia)
    try:
        saved = save_without_clashes(
            vigencia=vigencia, organism=organism, typed=typed, actor=access.actor(), today=clock.today()
        )
    except (ConflictError, NotFoundError) as error:
        return jsonify({"message": str(error)}), 409
    told = as_json(answer(saved, typed.keys(), clock.utc_now()))
    return Response(told, 409 if saved.clashes else 200, mimetype="application/json")


@blueprint.post("/registro/<code>/<any(generar, copiar, correr):tool>")
@access.roles(Role.ENLACE)
def tool(code: str, tool: str) -> ResponseReturnValue:
    """Fill several cells at once: as texts for a script that asks for JSON, else saved with what was typed."""
    organism, vigencia, today = own_organism(code), open_vigencia(), clock.today()
    typed = read_typed(vigencia)
    grid = load_grid(vigencia, organism, today, typed=typed)
    filled = fill_rows(grid, read_tool(request.form, Tool(tool)), vigencia)
    if request.accept_mimetypes.best == "application/json":
        problems = [str(problem) for problem in filled.problems]
        return jsonify({"rows": filled.texts, "problems": problems}), 200 if filled.texts else 422
    return _save_filled(grid, filled, typed, organism, vigencia)


def _save_filled(
    grid: Grid, filled: Filled, typed: dict[int, TypedRow], organism: Organism, vigencia: Vigencia
) -> ResponseReturnValue:
    """Save what was typed with what the tool gave over it."""
    today = clock.today()
    ids = {row.code: row.project_id for row in grid.rows}
    for project_code, texts in filled.texts.items():
        row = typed.get(ids[project_code])
        if row is None:
            raise NotFoundError(f"El proyecto {project_code} no venía en la página.")
        typed[ids[project_code]] = TypedRow({**row.cells, **texts}, texts.get(MODALITY, row.modality), row.stamp)
    try:
        save_drafts(vigencia=vigencia, organism=organism, typed=typed, actor=access.actor(), today=today)
    except (ConflictError, NotFoundError) as error:
        return keep_conflict(organism.code, error)
    if filled.texts:
        flash(f"Listo: {plural(len(filled.texts), 'fila', 'filas')} con fechas nuevas. Borrador guardado.", "success")
    if filled.problems:
        return keep_refused(organism.code, filled.problems)
    return redirect(url_for("plan.grid", code=organism.code))
