"""To enter and leave, and a person's own account."""

from __future__ import annotations

import json

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock
from pp_monitor.domain.errors import PpMonitorError
from pp_monitor.forms.account import ChangePasswordForm, LoginForm
from pp_monitor.services import account as accounts
from pp_monitor.services import session as sessions
from pp_monitor.services.entity import organism_labels
from pp_monitor.views.site import landing_url

blueprint = Blueprint("account", __name__)


@blueprint.route("/ingresar", methods=["GET", "POST"])
@access.public
def log_in() -> ResponseReturnValue:
    """Ask who it is; afterwards back to where the person was going."""
    form = LoginForm(next=request.args.get("next", ""))
    target = access.safe_next(form.next.data or "")
    if request.method == "GET" and access.person():
        return redirect(target or landing_url())
    if form.validate_on_submit():
        try:
            token = sessions.log_in(form.email.data or "", form.password.data or "", access.address(), clock.today())
        except PpMonitorError as error:
            form.form_errors += str(error).splitlines()
        else:
            access.enter(token)
            if form.pending.data and target:
                return send_again(target, form.pending.data)
            return redirect(target or landing_url())
    return render_template("account/log_in.html", form=form, is_lost=False), 200 if request.method == "GET" else 422


def send_again(target: str, pending: str) -> ResponseReturnValue:
    """Show a button that sends what the lost session did not save."""
    try:
        pairs = [(str(name), str(value)) for name, value in json.loads(pending)]
    except (ValueError, TypeError):
        abort(400)
    return render_template("account/send_again.html", action=target, pairs=pairs)


@blueprint.post("/salir")
@access.public
def log_out() -> ResponseReturnValue:
    """End this session, also for who is out already."""
    if who := access.person():
        sessions.revoke_session(access.actor(), who.session_id)
    access.leave()
    return redirect(url_for("account.log_in"))


@blueprint.get("/cuenta")
@access.logged_in
def show() -> ResponseReturnValue:
    """A person's roles, sessions and password."""
    return _account_page(ChangePasswordForm()), 200


@blueprint.post("/cuenta/contrasena")
@access.logged_in
def change_password() -> ResponseReturnValue:
    """Set a new password; every other session ends."""
    who = access.require_person()
    form = ChangePasswordForm()
    if form.validate_on_submit():
        current, new = form.current.data or "", form.new.data or ""
        try:
            accounts.change_password(access.actor(), current, new, keep_session_id=who.session_id)
        except PpMonitorError as error:
            form.form_errors += str(error).splitlines()
        else:
            flash("La contraseña cambió. Las demás sesiones quedaron cerradas.", "success")
            return redirect(url_for("account.show"))
    return _account_page(form), 422


def _account_page(form: ChangePasswordForm) -> str:
    who, now = access.require_person(), clock.utc_now()
    names = organism_labels(who.entity_id, clock.today(), now)
    rows = sessions.open_sessions(who.user_id, now)
    return render_template("account/show.html", person=who, organisms=names, sessions=rows, form=form)


@blueprint.post("/cuenta/sesiones/<int:session_id>/cerrar")
@access.logged_in
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of a person's own sessions."""
    sessions.revoke_session(access.actor(), session_id)
    flash("La sesión quedó cerrada.", "success")
    return redirect(url_for("account.show"))


@blueprint.post("/cuenta/sesiones/cerrar-otras")
@access.logged_in
def end_other_sessions() -> ResponseReturnValue:
    """End every session of this person but this one."""
    sessions.revoke_other_sessions(access.actor(), access.require_person().session_id)
    flash("Las demás sesiones quedaron cerradas.", "success")
    return redirect(url_for("account.show"))
