"""The grid of an organism as a page, and what comes back from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import clock
from pp_monitor.domain.errors import PpMonitorError, Problem
from pp_monitor.domain.plan_draft import TypedRow
from pp_monitor.forms.plan import read_grid
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.held_form import TypedForm
from pp_monitor.services.plan_draft import DraftConflictError, load_conflict, load_grid
from pp_monitor.services.plan_grid import Grid
from pp_monitor.services.plan_read import project_ids
from pp_monitor.views import held_form, plan_page

_REFUSED = "rechazos"


def read_typed(vigencia: Vigencia) -> dict[int, TypedRow]:
    """The rows that the page sent, by project id, whosever they are: who saves them looks at that."""
    return read_rows(vigencia, request.form)


def read_rows(vigencia: Vigencia, boxes: Mapping[str, str]) -> dict[int, TypedRow]:
    """The same of boxes that were kept, a text by the name of each."""
    codes = load_catalogue(vigencia.catalogue_version_id).codes
    return read_grid(boxes, project_ids(vigencia.id), codes)


def keep_conflict(code: str, error: PpMonitorError) -> ResponseReturnValue:
    """To the grid with what was typed and could not be saved, and why."""
    # What two people changed at once is looked for each time, and no longer told once it is over.
    told = [] if isinstance(error, DraftConflictError) else [str(error)]
    return redirect(url_for("plan.grid", code=code, escrito=held_form.keep({"": told})))


def keep_refused(code: str, problems: Sequence[Problem]) -> ResponseReturnValue:
    """To the grid as it was saved, with what a tool left alone."""
    kept = held_form.keep({_REFUSED: [str(problem) for problem in problems]})
    return redirect(url_for("plan.grid", code=code, escrito=kept))


def show_kept(vigencia: Vigencia, organism: Organism, kept: TypedForm) -> str:
    """The grid that answers a form: as it was typed, with both texts where two people clash, or what a tool refused."""
    today = clock.today()
    if _REFUSED in kept.told:
        refused = tuple(Problem(text) for text in kept.told[_REFUSED])
        return show_grid(load_grid(vigencia, organism, today), refused=refused)
    again, clashes = load_conflict(vigencia, organism, read_rows(vigencia, dict(kept.boxes)), today)
    told = [str(DraftConflictError(clashes))] if clashes else kept.told.get("", ())
    return show_grid(again, notice=" ".join(told), clashes=clashes, is_pending=True)


def show_grid(
    found: Grid,
    *,
    can_edit: bool = True,
    notice: str = "",
    clashes: tuple[Problem, ...] = (),
    refused: tuple[Problem, ...] = (),
    is_pending: bool = False,
) -> str:
    """The grid, typed in only by who may; ``clashes`` tells what two people changed at once.

    ``refused`` tells what a tool left alone; ``is_pending`` that it shows what is not saved.
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
        is_pending=is_pending,
        sources=plan_page.sources(found),
        problems=plan_page.error_summary(found),
    )
