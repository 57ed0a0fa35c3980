"""A file that an organism sends: judged as an upload, and held for its review at an address of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from pp_monitor import access, clock
from pp_monitor.domain.errors import Problem
from pp_monitor.forms.plan import Upload, read_upload
from pp_monitor.models.entity import Organism
from pp_monitor.services.held_file import FetchedFile, SentFile, hold_file
from pp_monitor.views import held_form
from pp_monitor.views.plan_access import open_vigencia

LARGEST_UPLOAD = 2 * 1024 * 1024


class Read(Protocol):
    """What came of reading a file."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What keeps the file from being recorded, one each."""


@dataclass(frozen=True, slots=True)
class FilePages:
    """Where one kind of file is asked for (``upload``) and reviewed (``review``), as endpoints.

    ``sheet`` says which sheet to leave in a file that is too large.
    """

    upload: str
    review: str
    sheet: str

    def take(self, organism: Organism, form: FlaskForm, rehearse: Callable[[Upload], Read]) -> ResponseReturnValue:
        """Hold the file that came with the form and go to its review; back, saying why, where none can be read."""
        sent = _sent_upload(form, self.sheet)
        if not isinstance(sent, Upload):
            return redirect(url_for(self.upload, code=organism.code, escrito=held_form.keep({"file": sent})))
        return self.hold(organism, sent, rehearse(sent))

    def hold(self, organism: Organism, sent: Upload | FetchedFile, read: Read) -> ResponseReturnValue:
        """To the review of the file, which is held until then; longer with problems, for who helps."""
        file = SentFile(sent.filename, sent.content, len(read.problems))
        held = hold_file(open_vigencia(), organism, file, access.actor(), clock.today())
        return redirect(url_for(self.review, code=organism.code, held=held))

    def ask_again(self, code: str) -> ResponseReturnValue:
        """To the page that asks for the file, since it is no longer held."""
        flash("Ese archivo ya no está guardado. Súbalo otra vez.", "warning")
        return redirect(url_for(self.upload, code=code))


def _sent_upload(form: FlaskForm, sheet: str) -> Upload | Sequence[str]:
    if not form.validate_on_submit():
        return list(form.file.errors)
    sent = read_upload(form)
    if not sent.content:
        return ["El archivo está vacío. Elija otro."]
    if len(sent.content) > LARGEST_UPLOAD:
        return [f"El archivo pesa más de 2 MB. Deje solo la hoja {sheet} y envíelo otra vez."]
    return sent
