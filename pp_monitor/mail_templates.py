"""Mails out of templates, for those who call a service that tells something."""

from __future__ import annotations

from typing import Any

from flask import current_app

from pp_monitor.config import Settings
from pp_monitor.services.mail import RenderedMail


def render_mail(name: str, /, **context: Any) -> RenderedMail:
    """Fill ``templates/mail/<name>/`` (``subject.txt``, ``body.txt``, ``body.html``).

    The templates get ``context`` and ``public_url`` (without a slash at its end); nothing of a
    request, for a mail says the same whoever causes it.
    """
    settings: Settings = current_app.config["SETTINGS"]
    values = {"public_url": settings.public_url.rstrip("/")} | context
    subject, text, html = (
        current_app.jinja_env.get_template(f"mail/{name}/{part}").render(values)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return RenderedMail(" ".join(subject.split()), f"{text.strip()}\n", html)
