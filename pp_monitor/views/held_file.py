"""Refused plan files, for those who help: found by the code that their sender reads out."""

from __future__ import annotations

from pathlib import PurePath

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.services.held_file import KEPT_DAYS, fetch_held, find_held, list_held

blueprint = Blueprint("held_file", __name__)
SUPPORT = (Role.PLANEACION, Role.ADMIN)
_KINDS = frozenset({".xlsx", ".csv"})


@blueprint.get("/registro/archivos-con-problemas")
@access.roles(*SUPPORT)
def list_files() -> ResponseReturnValue:
    """The files that are held; with a code, straight to the file."""
    entity_id, asked = access.require_person().entity_id, request.args.get("codigo", "").strip()
    refusal = ""
    if asked:
        try:
            return redirect(url_for("held_file.download", held=find_held(entity_id, asked).code))
        except NotFoundError as error:
            refusal = str(error)
    page = render_template(
        "plan/held.html",
        files=list_held(entity_id),
        asked=asked[:20],
        refusal=refusal,
        kept_days=KEPT_DAYS,
        registration_url=url_for("plan.overview") if access.has_role(*access.READERS) else "",
    )
    return page, 404 if refusal else 200


@blueprint.get("/registro/archivos-con-problemas/<held>")
@access.roles(*SUPPORT)
def download(held: str) -> ResponseReturnValue:
    """The file as it was sent, never opened in the browser; who fetches it stays in the trail."""
    found = fetch_held(access.actor(), held)
    ending = PurePath(found.filename).suffix.lower()
    name = f"{found.code}{ending if ending in _KINDS else '.bin'}"
    response = Response(found.content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
