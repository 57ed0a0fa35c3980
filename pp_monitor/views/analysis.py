"""*Análisis*: the pictures behind the figures, each with its table."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.views import analysis_page
from pp_monitor.views.reading import read

blueprint = Blueprint("analysis", __name__)


@blueprint.get("/analisis")
@access.roles(*access.READERS)
def show() -> ResponseReturnValue:
    """The curve and where time is lost, of the city or of the organism in the address."""
    reading = read()
    return render_template("analysis/show.html", reading=reading, page_data=analysis_page.build(reading))
