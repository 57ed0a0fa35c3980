"""The privacy notice: public to read, and asked for once of everybody who enters."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.config import Settings
from pp_monitor.forms.account import NoticeForm
from pp_monitor.services.privacy import accept_notice
from pp_monitor.views.account import send_again
from pp_monitor.views.site import landing_url

blueprint = Blueprint("privacy", __name__)


def contact() -> str:
    """The address that answers for personal data."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.contact


@blueprint.get("/privacidad")
@access.public
def show() -> ResponseReturnValue:
    """What is done with personal data; whoever has entered and not accepted finds the button here."""
    who = access.person()
    form = NoticeForm(formdata=None, next=request.args.get("next", "")) if who and not who.has_accepted else None
    return render_template("privacy/show.html", form=form, contact=contact())


@blueprint.post("/privacidad")
@access.before_notice
def accept() -> ResponseReturnValue:
    """Record the acceptance; afterwards back to where the person was going."""
    form = NoticeForm()
    accept_notice(access.actor(), access.require_person().email)
    access.reload()
    target = access.safe_next(form.next.data or "")
    if form.pending.data and target:
        return send_again(target, form.pending.data)
    return redirect(target or landing_url())
