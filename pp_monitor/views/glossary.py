"""How each figure is made and what each word means: beside the figure, and on a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, g, render_template
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.threshold import Thresholds
from pp_monitor.labels_help import Explanation, explanation
from pp_monitor.services.entity import newest_vigencia
from pp_monitor.views import glossary_page
from pp_monitor.views.reading import read

blueprint = Blueprint("glossary", __name__)


@dataclass(frozen=True, slots=True)
class How:
    """What explains one figure: its texts by code, and the numbers that it was made of, written."""

    codes: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...] = ()


@blueprint.get("/glosario")
@access.logged_in
def show() -> ResponseReturnValue:
    """Every word of the application, and how each figure is made with the thresholds of the cut-off."""
    reading = read() if newest_vigencia() else None
    return render_template("glossary/show.html", reading=reading, letters=glossary_page.letters(_thresholds()))


def _thresholds() -> Thresholds:
    """Those of the reading that this page was made from, else the initial ones."""
    found: Thresholds = g.get("thresholds") or Thresholds()
    return found


def explained(code: str) -> Explanation:
    """The explanation of a figure with the thresholds of this page."""
    return explanation(code, _thresholds())


def init_app(app: Flask) -> None:
    """Offer ``explained`` to the macros."""
    app.jinja_env.globals["explained"] = explained
