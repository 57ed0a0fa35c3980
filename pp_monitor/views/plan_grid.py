"""The grid of an organism as a page, and what comes back from it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request
from flask.typing import ResponseReturnValue

from pp_monitor import clock
from pp_monitor.domain.errors import PpMonitorError, Problem
from pp_monitor.domain.plan_draft import TypedRow
from pp_monitor.forms.plan import read_grid
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.plan_draft import DraftConflictError, load_grid
from pp_monitor.services.plan_grid import Grid
from pp_monitor.services.plan_read import project_ids
from pp_monitor.views import plan_page


def read_typed(vigencia: Vigencia) -> dict[int, TypedRow]:
    """The rows that the page sent, by project id, whosever they are: who saves them looks at that."""
    codes = load_catalogue(vigencia.catalogue_version_id).codes
    return read_grid(request.form, project_ids(vigencia.id), codes)


def show_conflict(
    vigencia: Vigencia, organism: Organism, typed: Mapping[int, TypedRow], error: PpMonitorError
) -> ResponseReturnValue:
    """The grid with what was typed and could not be saved, and both texts where two people clash."""
    clashes = error.clashes if isinstance(error, DraftConflictError) else ()
    again = load_grid(vigencia, organism, clock.today(), typed=typed, clashes=clashes)
    return show_grid(again, notice=str(error), clashes=clashes), 409


def show_grid(
    found: Grid,
    *,
    can_edit: bool = True,
    notice: str = "",
    clashes: tuple[Problem, ...] = (),
    refused: tuple[Problem, ...] = (),
) -> str:
    """The grid, typed in only by who may; ``clashes`` tells what two people changed at once.

    ``refused`` tells what a tool left alone.
    """
    return render_template(
        "plan/grid.html",
        grid=found,
        rows=plan_page.rows(found),
        phases=plan_page.phases(found.milestones),
        modalities=plan_page.MODALITIES,
        standing=plan_page.standing_text(found),
        legend=plan_page.modality_legend(found),
        can_edit=can_edit and bool(found.open_rows),
        notice=notice,
        clashes=clashes,
        refused=refused,
        sources=plan_page.sources(found),
        problems=plan_page.error_summary(found),
    )
