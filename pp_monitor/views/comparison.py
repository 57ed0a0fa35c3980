"""Two cut-offs compared: what changed and why, as a page and as a file."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.errors import ProblemsError
from pp_monitor.views import comparison_page, downloads
from pp_monitor.views.comparison_asked import read_asked

blueprint = Blueprint("comparison", __name__)


@blueprint.get("/comparar")
@access.roles(*access.READERS)
def show() -> ResponseReturnValue:
    """What changed between two cut-offs, of the city or of an organism."""
    asked = read_asked(request.args)
    return render_template(
        "comparison/show.html",
        asked=asked,
        page_data=comparison_page.build(asked),
        csv_url=url_for("comparison.csv", **asked.args),
    )


@blueprint.get("/comparar.csv")
@access.roles(*access.READERS)
def csv() -> ResponseReturnValue:
    """Every row of the same comparison as a file; nothing where the address is not understood."""
    asked = read_asked(request.args)
    if asked.problems:
        raise ProblemsError(tuple(asked.problems))
    name = f"pp-{asked.vigencia.year}-cambios-{asked.first.day}-{asked.last.day}.csv"
    return downloads.csv(name, *comparison_page.table(asked))
