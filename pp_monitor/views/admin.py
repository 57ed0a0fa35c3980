"""The audit trail, for those who control and those who administer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock
from pp_monitor.forms.admin import TrailForm
from pp_monitor.labels_audit import AUDIT_ACTION
from pp_monitor.services import audit as trail
from pp_monitor.services.audit import TrailFilter, TrailPage
from pp_monitor.views import trail_rows
from pp_monitor.views.held_file import SUPPORT

blueprint = Blueprint("admin", __name__)


@blueprint.get("/auditoria")
@access.roles(*access.TRAIL_READERS)
def audit() -> ResponseReturnValue:
    """Who did what, the newest first; the chain of hashes is checked when asked."""
    form = TrailForm(request.args)
    is_valid = form.validate()
    wanted = _wanted(form) if is_valid else TrailFilter()
    entity_id = access.require_person().entity_id
    page = trail.list_events(entity_id, wanted, request.args.get("page", 1, type=int))
    is_checked = request.args.get("check") == "1"
    return render_template(
        "admin/audit.html",
        form=form,
        page_of=page,
        details_of=trail_rows.details,
        object_words=trail_rows.object_words,
        action_words=AUDIT_ACTION,
        action_options=[("", "Todas"), *((code, AUDIT_ACTION.get(code, code)) for code in page.actions)],
        previous_url=_page_url(page.page - 1, page),
        next_url=_page_url(page.page + 1, page),
        check_url=_url(check="1"),
        is_checked=is_checked,
        can_help=access.has_role(*SUPPORT),
        broken_at=trail.first_broken(entity_id) if is_checked else None,
    ), 200 if is_valid else 422


def _wanted(form: TrailForm) -> TrailFilter:
    return TrailFilter(
        who=form.who.data or "",
        action=form.action.data or "",
        what=form.what.data or "",
        since=_midnight(form.since.data),
        until=_midnight(form.until.data, days=1),
    )


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    """When a day begins in the city, or the day so many days later."""
    return datetime.combine(day + timedelta(days=days), time(), clock.zone()) if day else None


def _page_url(number: int, page: TrailPage) -> str:
    if not 1 <= number <= page.pages:
        return ""
    return _url(page=str(number))


def _url(**changed: str) -> str:
    """This page with the same filters and something else changed."""
    asked = {name: value for name, value in request.args.items() if name in TrailForm.FILTERS}
    return f"{url_for('admin.audit')}?{urlencode(asked | changed)}"
