"""A document that comes with a form, in place of the address of one."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField

from pp_monitor.domain.evidence import LARGEST_BYTES, Document

ACCEPTED = ".pdf,.png,.jpg,.jpeg,.xlsx,.docx"
ATTACHMENT_FIELDS = ("file", "held", "drop")
_LONGEST_NAME = 200


class AttachedForm(FlaskForm):
    """A form that may carry a document; ``held`` is the hash of one sent before, ``attached`` what it carries now."""

    file = FileField(
        "Archivo del documento",
        description="En vez del enlace: PDF, PNG, JPG, Excel (.xlsx) o Word (.docx), hasta 10 MB.",
        render_kw={"accept": ACCEPTED},
    )
    held = HiddenField()
    drop = BooleanField("Quitar el archivo adjunto")
    attached: Document | None = None

    def tell_once(self, box: Any, text: str) -> None:
        """Show an error at ``box``, or above the form where it is none; what is told already is not said again."""
        if box is None:
            self.form_errors.append(text)
        elif text not in box.errors:
            box.errors = [*box.errors, text]

    def chosen(self) -> Document | None:
        """The document that was chosen now; none where none was."""
        return sent_document(self.file.data) if self.file.data else None


def sent_document(storage: FileStorage) -> Document:
    """A file that was sent, cut just past the largest size."""
    with storage.stream as stream:
        return Document(_shown_name(storage.filename or ""), stream.read(LARGEST_BYTES + 1))


def _shown_name(name: str) -> str:
    """The last part of a name, without signs that hide or turn what is read."""
    plain = "".join(letter for letter in name if not unicodedata.category(letter).startswith("C"))
    return PurePosixPath(plain.replace("\\", "/")).name[:_LONGEST_NAME]
