"""Comunas and corregimientos: the schematic map and the ranking of them."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.evidence import XLSX
from pp_monitor.formatters import plural
from pp_monitor.reports.list_file import list_csv, list_workbook
from pp_monitor.reports.pdf import can_make_pdf
from pp_monitor.reports.table_csv import MEDIA_TYPE
from pp_monitor.reports.territory_list import COLUMNS, total
from pp_monitor.views import downloads, project_list, territory_map, territory_page, territory_rows
from pp_monitor.views.figures import Before, subtitle
from pp_monitor.views.reading import Reading, read

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
    """The same ranking as CSV; nothing where the address is not understood."""
    reading = read()
    reading.require_sound()
    content = list_csv(COLUMNS, territory_rows.lines(reading))
    return downloads.attached(content, MEDIA_TYPE, _filename(reading, "csv"))


@blueprint.get("/territorios.xlsx")
@access.roles(*access.READERS)
def workbook() -> ResponseReturnValue:
    """The same as a workbook, with all projects together, each counted once."""
    reading = read()
    reading.require_sound()
    lines = territory_rows.lines(reading)
    info = project_list.info(reading, "Territorios", plural(len(lines), "territorio", "territorios"))
    content = list_workbook(COLUMNS, lines, info, total=total(territory_rows.whole(reading)))
    return downloads.attached(content, XLSX, _filename(reading, "xlsx"))


def _filename(reading: Reading, ending: str) -> str:
    return f"pp-{reading.vigencia.year}-{reading.cutoff.day}-territorios.{ending}"


@blueprint.get("/territorios/<code>")
@access.roles(*access.READERS)
def show(code: str) -> ResponseReturnValue:
    """One territory: its figures, its projects worst first, who answers for them and what is near."""
    reading = read()
    if code not in reading.portfolio.names.territories:
        raise NotFoundError("Ese territorio no existe.")
    page_data = territory_page.build(reading, code)
    return render_template("territory/show.html", reading=reading, page_data=page_data, can_make_pdf=can_make_pdf())
