"""The grid of an organism as a page."""

from __future__ import annotations

from flask import render_template

from pp_monitor.domain.errors import Problem
from pp_monitor.services.plan_grid import Grid
from pp_monitor.views import plan_page


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
