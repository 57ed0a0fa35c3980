"""Phases: which projects stand in each, and for which milestone they wait."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.labels import STANDING
from pp_monitor.views import phase_page
from pp_monitor.views.reading import read

blueprint = Blueprint("phase", __name__)


@blueprint.get("/fases/<code>")
@access.roles(*access.READERS)
def show(code: str) -> ResponseReturnValue:
    """The projects that stand in a phase, are closed or have no plan: figures, delays, who answers for them."""
    if code not in STANDING:
        raise NotFoundError("Esa fase no existe.")
    reading = read()
    return render_template("phase/show.html", reading=reading, page_data=phase_page.build(reading, code))
