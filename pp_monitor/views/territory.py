"""Comunas and corregimientos: the schematic map and the ranking of them."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.reports.pdf import can_make_pdf
from pp_monitor.views import downloads, territory_map, territory_page, territory_rows
from pp_monitor.views.figures import Before, subtitle
from pp_monitor.views.reading import read

blueprint = Blueprint("territory", __name__)


@blueprint.get("/territorios")
@access.roles(*access.READERS)
def list_all() -> ResponseReturnValue:
    """Every territory on its tile and in a table, worst first, with the projects that this person may see."""
    reading = read()
    before = Before.of(reading)
    found = territory_rows.ranking(reading, before)
    return render_template(
        "territory/list.html",
        reading=reading,
        subtitle=subtitle(reading),
        before=before,
        ranking=found,
        tiles=territory_map.build(reading, found.territories),
    )


@blueprint.get("/territorios.csv")
@access.roles(*access.READERS)
def csv() -> ResponseReturnValue:
    """The same table as a file."""
    reading = read()
    reading.require_sound()
    name = f"pp-{reading.vigencia.year}-{reading.cutoff.day}-territorios.csv"
    return downloads.csv(name, *downloads.territory_table(reading.portfolio))


@blueprint.get("/territorios/<code>")
@access.roles(*access.READERS)
def show(code: str) -> ResponseReturnValue:
    """One territory: its figures, its projects worst first, who answers for them and what is near."""
    reading = read()
    if code not in reading.portfolio.names.territories:
        raise NotFoundError("Ese territorio no existe.")
    page_data = territory_page.build(reading, code)
    return render_template("territory/show.html", reading=reading, page_data=page_data, can_make_pdf=can_make_pdf())
