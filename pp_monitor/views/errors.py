"""Pages for what went wrong: a broken rule, a lost session, a bug."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from pp_monitor import access
from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, PpMonitorError, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.forms.account import LoginForm, NoticeForm
from pp_monitor.reports.pdf import REMEDY, PdfUnavailableError
from pp_monitor.views.privacy import contact

WITH_PASSWORDS = frozenset({"account", "password"})
OWN_PAGES = frozenset({400, 403, 404})


def init_app(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(access.LoginNeededError, _login_needed)
    app.register_error_handler(access.NoticePendingError, _notice_pending)
    app.register_error_handler(CSRFError, _csrf_failed)
    app.register_error_handler(NotFoundError, lambda _: _page(404))
    app.register_error_handler(ForbiddenError, lambda _: _page(403))
    app.register_error_handler(ProblemsError, _problems)
    app.register_error_handler(ConflictError, lambda error: _told(error, 409))
    app.register_error_handler(PdfUnavailableError, _no_pdf)
    app.register_error_handler(PpMonitorError, lambda error: _told(error, 422))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, lambda _: (render_template("errors/500.html"), 500))


def _page(code: int) -> ResponseReturnValue:
    db.session.rollback()
    return render_template(f"errors/{code}.html"), code


def _told(error: PpMonitorError, code: int) -> ResponseReturnValue:
    db.session.rollback()
    return render_template("errors/rule.html", message=str(error), code=code), code


def _problems(error: ProblemsError) -> ResponseReturnValue:
    db.session.rollback()
    return render_template("errors/problems.html", problems=error.problems), 422


def _no_pdf(_error: PdfUnavailableError) -> ResponseReturnValue:
    """Say what the server lacks: who reads it prints the page, who runs it installs it."""
    return render_template("errors/no_pdf.html", remedy=REMEDY), 503


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error
    if code in OWN_PAGES:
        return _page(code)
    if code == 413:
        return render_template("errors/413.html", form_url=_form_url()), code
    return render_template("errors/other.html", code=code), code


def _form_url() -> str:
    """The page of the form that was sent here, empty where the address only takes what is sent."""
    try:
        current_app.url_map.bind("").match(request.path, method="GET")
    except HTTPException:
        return ""
    return f"{request.script_root}{request.path}"


def _login_needed(_error: access.LoginNeededError) -> ResponseReturnValue:
    """Send to the login page and back; what a lost session was about to save goes along."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("account.log_in", next=_here()))
    return _keep_typed(401)


def _notice_pending(_error: access.NoticePendingError) -> ResponseReturnValue:
    """Send to the notice and back; what was being sent goes along."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("privacy.show", next=_here()))
    pending = json.dumps(_typed()) if _can_be_sent_again() else ""
    form = NoticeForm(formdata=None, next=_here() if pending else "", pending=pending)
    return render_template("privacy/show.html", form=form, contact=contact()), 403


def _csrf_failed(_error: CSRFError) -> ResponseReturnValue:
    return _keep_typed(400)


def _keep_typed(code: int) -> ResponseReturnValue:
    """Say that the session is over; offer to send again what was typed in a page of ours."""
    if not _can_be_sent_again():
        return render_template("errors/session.html"), code
    pairs = _typed()
    if access.person():
        return render_template("account/send_again.html", action=_here(), pairs=pairs), code
    form = LoginForm(formdata=None, next=_here(), pending=json.dumps(pairs))
    return render_template("account/log_in.html", form=form, is_lost=True), code


def _typed() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def _here() -> str:
    return f"{request.script_root}{request.full_path}".rstrip("?")


def _can_be_sent_again() -> bool:
    """Whether it holds text of a page of ours: another site's must not get in by a person's click."""
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sender).netloc == request.host and not request.files and request.blueprint not in WITH_PASSWORDS
