"""To set a password by a one-time link that comes by mail."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock
from pp_monitor.config import Settings
from pp_monitor.domain.account import RESET_LINK_LASTS
from pp_monitor.domain.errors import PpMonitorError, ProblemsError
from pp_monitor.forms.account import NewPasswordForm, ResetRequestForm
from pp_monitor.mail_templates import render_mail
from pp_monitor.services import password_link as links
from pp_monitor.services.invitation import Letter
from pp_monitor.services.mail import RenderedMail
from pp_monitor.services.site import site_facts
from pp_monitor.views.site import landing_url

blueprint = Blueprint("password", __name__)


@blueprint.route("/restablecer", methods=["GET", "POST"])
@access.public
def ask() -> ResponseReturnValue:
    """Mail a link; the answer is the same whether the account exists."""
    form = ResetRequestForm()
    if form.validate_on_submit():
        email, token = form.email.data or "", links.new_token()
        try:
            links.ask_reset(email, access.address(), token, link_mail(token, RESET_LINK_LASTS))
        except PpMonitorError as error:
            form.form_errors += [str(error)]
        else:
            return render_template("account/reset_sent.html", email=email)
    return render_template("account/reset_ask.html", form=form), 422 if form.errors else 200


@blueprint.route("/restablecer/<token>", methods=["GET", "POST"])
@access.public
def choose(token: str) -> ResponseReturnValue:
    """Set the password with the link; it serves once, and the one of an invitation lets the person in."""
    form = NewPasswordForm()
    link = links.find_link(token, clock.utc_now())
    if form.validate_on_submit():
        try:
            session = links.set_password(token, form.new.data or "", access.address(), clock.utc_now())
        except ProblemsError as error:
            form.form_errors += str(error).splitlines()
        else:
            return _land(session)
    return render_template("account/reset_choose.html", form=form, link=link), 422 if form.errors else 200


def _land(session: str) -> ResponseReturnValue:
    if session:
        access.enter(session)
        return redirect(landing_url())
    flash("La contraseña quedó fijada. Ya puede ingresar.", "success")
    return redirect(url_for("account.log_in"))


@blueprint.errorhandler(links.LinkExpiredError)
def _link_expired(error: links.LinkExpiredError) -> ResponseReturnValue:
    return render_template("account/link_expired.html", is_invitation=error.is_invitation), 410


def link_address(token: str) -> str:
    """The public address of a link, in and out of a request."""
    settings: Settings = current_app.config["SETTINGS"]
    path = current_app.url_map.bind("").build("password.choose", {"token": token})
    return f"{settings.public_url.rstrip('/')}{path}"


def link_mail(token: str, lasts: timedelta) -> RenderedMail:
    """The mail that carries the link of a forgotten password."""
    told = f"{int(lasts.total_seconds() // 3600)} horas"
    return render_mail("password_reset", link=link_address(token), lasts=told, is_demo=site_facts().is_demo)


def letter() -> Letter:
    """A new invitation, as it goes by mail."""
    token = links.new_token()
    return Letter(token, link_address(token), render_mail)
