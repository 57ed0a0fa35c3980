"""A file that an organism sends: judged as an upload, and held for its review at an address of its own."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from pp_monitor import access, clock
from pp_monitor.forms.plan import Upload, read_upload
from pp_monitor.models.entity import Organism
from pp_monitor.services.held_file import FetchedFile, SentFile, hold_file
from pp_monitor.views.plan_access import open_vigencia

LARGEST_UPLOAD = 2 * 1024 * 1024


def sent_upload(form: FlaskForm, sheet: str) -> Upload | Sequence[str]:
    """The file that came with the form, or why none can be read; ``sheet`` says which one to leave in a large one."""
    if not form.validate_on_submit():
        return list(form.file.errors)
    sent = read_upload(form)
    if not sent.content:
        return ["El archivo está vacío. Elija otro."]
    if len(sent.content) > LARGEST_UPLOAD:
        return [f"El archivo pesa más de 2 MB. Deje solo la hoja {sheet} y envíelo otra vez."]
    return sent


def hold(organism: Organism, sent: Upload | FetchedFile, problems: int, review: str) -> ResponseReturnValue:
    """To the page ``review`` of the file, which is held until then; longer with problems, for who helps."""
    file = SentFile(sent.filename, sent.content, problems)
    held = hold_file(open_vigencia(), organism, file, access.actor(), clock.today())
    return redirect(url_for(review, code=organism.code, held=held))


def gone(code: str, upload: str) -> ResponseReturnValue:
    """To the page ``upload``, since the file is no longer held."""
    flash("Ese archivo ya no está guardado. Súbalo otra vez.", "warning")
    return redirect(url_for(upload, code=code))
