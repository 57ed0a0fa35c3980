"""Documents that come with forms, and documents that are handed out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Response

from pp_monitor import access
from pp_monitor.domain.errors import NotFoundError, ProblemsError
from pp_monitor.domain.evidence import Document
from pp_monitor.forms.attachment import AttachedForm
from pp_monitor.services.evidence import Proof, read_document
from pp_monitor.services.held_document import held_document, hold_document
from pp_monitor.views.wording import proof_text


def attach(
    form: AttachedForm, today: date, recorded: Callable[[str], Document | None] | None = None
) -> Document | None:
    """The document of a form: what was chosen now, else what its sender chose before; a fault is told at its box.

    What can be kept is held until the form is recorded, so that it goes along with everything else that was typed.
    ``recorded`` gives by its hash a document that the sender may use again without holding it; none where it is none.
    """
    if form.drop.data:
        form.held.data, form.drop.data = "", False
    try:
        if document := form.chosen():
            form.held.data = hold_document(access.actor(), document, today)
        elif form.held.data:
            known = recorded(form.held.data) if recorded else None
            document = known or held_document(access.actor(), form.held.data)
    except ProblemsError as error:
        form.file.errors = [*form.file.errors, *(str(problem) for problem in error.problems)]
        form.held.data, document = "", None
    form.attached = document
    return document


def handed_out(evidence_id: int | None) -> Response:
    """A kept document as a file to keep, never opened in the browser; raise ``NotFoundError`` where there is none."""
    if evidence_id is None:
        raise NotFoundError("Aquí no hay un documento adjunto.")
    found = read_document(evidence_id)
    response = Response(found.content, content_type=found.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{found.filename}"'
    return response


@dataclass(frozen=True, slots=True)
class ProofLink:
    """Where a document is opened, and what it is: its name, size and the beginning of its hash, empty for a link."""

    url: str
    told: str


def proof_link(proof: Proof | None, download_url: str) -> ProofLink | None:
    """The way to what backs something: ``download_url`` where it is kept here."""
    if proof is None:
        return None
    return ProofLink(download_url, proof_text(proof)) if proof.is_kept else ProofLink(proof.url, "")
