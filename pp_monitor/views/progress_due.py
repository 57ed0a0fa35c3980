"""*Por reportar*: what an organism is expected to tell, each milestone with its boxes, saved one by one or at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock
from pp_monitor.access import Role
from pp_monitor.domain.errors import NotFoundError, Problem
from pp_monitor.domain.progress_due import Due, DueMilestone
from pp_monitor.formatters import plural
from pp_monitor.forms.alert import Narrowing, read_narrowing
from pp_monitor.forms.progress_due import Box, TypedReport, read_reports, row_key
from pp_monitor.intake.progress import ToldReasons
from pp_monitor.labels_progress import DUE
from pp_monitor.models.progress import FactSource
from pp_monitor.services.explanation import ExplanationEntry
from pp_monitor.services.held_document import held_names
from pp_monitor.services.held_form import TypedForm, hold_form
from pp_monitor.services.plan_check import errors_only
from pp_monitor.services.progress import FactEntry, RecordResult, record_facts
from pp_monitor.services.progress_due import due_items, due_rows
from pp_monitor.views import held_form, progress_due_page
from pp_monitor.views.notes import flash_notes
from pp_monitor.views.plan_access import is_enlace_of
from pp_monitor.views.progress_due_file import sent_documents, told_elsewhere
from pp_monitor.views.progress_due_page import Kept
from pp_monitor.views.reading import Reading, read
from pp_monitor.views.wording import official_name

blueprint = Blueprint("progress_due", __name__)
ONE = "fila"


def _reading() -> tuple[Reading, tuple[DueMilestone, ...], Narrowing]:
    """What is to be reported today by the organism that the address names, or by the only one of this person."""
    reading = read().at_today()
    codes = sorted(group.code for group in reading.portfolio.organisms)
    asked = request.args.get("organismo", "")
    code = asked if asked in codes else codes[0] if len(codes) == 1 else ""
    chosen = reading.of_organism(code) if code else reading
    items = due_items(chosen.portfolio)
    known = progress_due_page.choices(reading, items if code else ())
    narrowing = read_narrowing({**request.args, "organismo": code}, known)
    if asked and asked not in codes:
        left_out = read_narrowing(request.args, {"organismo": dict.fromkeys(codes, "")}).problems
        narrowing = replace(narrowing, problems=(*left_out, *narrowing.problems))
    return reading, items, narrowing


@blueprint.get("/por-reportar")
@access.roles(*access.REGISTRARS)
def show() -> ResponseReturnValue:
    """The list of one organism; for who sees several and has chosen none, how much each has to report."""
    reading, items, narrowing = _reading()
    code = narrowing.chosen["organismo"]
    if not code:
        return _organisms(reading, items, narrowing)
    kept = Kept.of(held_form.kept(request.path))
    rows = due_rows(reading.vigencia, [item for item in items if progress_due_page.admits(narrowing, item)])
    return render_template(
        "progress/due.html",
        reading=reading,
        organism=official_name(reading.portfolio.names, code),
        code=code,
        narrowing=narrowing,
        filters=progress_due_page.filters(progress_due_page.choices(reading, items), narrowing),
        groups=progress_due_page.groups(rows, kept, held_names(access.actor(), kept.hashes)),
        summary=_summary(items),
        kept=kept,
        returned=progress_due_page.returned_lines(reading, code),
        can_upload=is_enlace_of(code),
        send_url=url_for("progress_due.save", **narrowing.args),
        most_bytes=current_app.config["MAX_CONTENT_LENGTH"],
    )


def _summary(items: Sequence[DueMilestone]) -> str:
    counts = {due: sum(item.due is due for item in items) for due in Due}
    return " · ".join(f"{DUE[due]}: {count}" for due, count in counts.items() if count)


def _organisms(reading: Reading, items: Sequence[DueMilestone], narrowing: Narrowing) -> str:
    return render_template(
        "progress/due_organisms.html",
        reading=reading,
        narrowing=narrowing,
        headings=[DUE[due] for due in Due],
        lines=progress_due_page.organism_lines(reading, items),
    )


@blueprint.post("/por-reportar")
@access.roles(*access.REGISTRARS)
def save() -> ResponseReturnValue:
    """Record what was typed, of one milestone or of all, all or nothing; what is not recorded stays typed."""
    reading, items, narrowing = _reading()
    if not narrowing.chosen["organismo"]:
        raise NotFoundError("Elija primero un organismo.")
    sent = sent_documents(items)
    typed = read_reports(request.form, sent.documents, items, reading.vigencia.year, request.form.get(ONE, ""))
    for text in told_elsewhere(sent, typed):
        flash(text, "warning")
    if not typed:
        flash(_nothing(items), "warning")
        return _back(narrowing, {**_typed(), **sent.hold()})
    result, problems = _record(reading, typed, sent.faults(typed))
    if problems:
        return _back(narrowing, {**_typed(), **sent.hold()}, progress_due_page.told(problems, typed))
    _tell(result)
    return _back(narrowing, {**_typed(but=typed), **sent.hold(but=typed)})


def _record(
    reading: Reading, typed: Sequence[TypedReport], faults: Sequence[Problem]
) -> tuple[RecordResult, list[Problem]]:
    """Record it, or only judge it when part of it cannot be read, so that all that is wrong is told at once.

    ``faults`` are those of its documents.
    """
    unread = [*(problem for row in typed for problem in row.problems), *faults]
    result = record_facts(
        vigencia=reading.vigencia,
        entries=[
            FactEntry(
                row.item.project.id,
                row.item.code,
                row.actual,
                row.forecast,
                note=row.note,
                url="" if row.document else row.url,
                document=row.document,
            )
            for row in typed
        ],
        explanations=[
            ExplanationEntry(row.item.project.id, row.item.code, **asdict(row.reasons), is_partial=True)
            for row in typed
            if row.reasons != ToldReasons()
        ],
        actor=access.actor(),
        today=reading.cutoff.today,
        source=FactSource.PLANNING if access.has_role(Role.PLANEACION) else FactSource.FORM,
        dry_run=bool(unread),
    )
    return result, [*unread, *errors_only(result.problems)]


def _nothing(items: Sequence[DueMilestone]) -> str:
    """Why nothing was recorded: nothing was typed, or only of milestones that are no longer to be reported here."""
    known = tuple(f"{row_key(item)}-" for item in items)
    gone = {name.rpartition("-")[0] for name, text in _typed().items() if text.strip() and not name.startswith(known)}
    if not gone:
        return "No escribió nada para guardar."
    what = "un hito que ya no está" if len(gone) == 1 else f"{len(gone)} hitos que ya no están"
    told = f"Lo que escribió es de {what} por reportar aquí: alguien reportó antes."
    return f"{told} Mire el proyecto; no se guardó nada."


def _tell(result: RecordResult) -> None:
    if not result.recorded:
        flash("Eso ya estaba registrado; no cambió nada.", "success")
    else:
        flash(f"Guardado: {plural(result.recorded, 'dato nuevo', 'datos nuevos')}.", "success")
    flash_notes(result.problems)


def _typed(but: Sequence[TypedReport] = ()) -> dict[str, str]:
    """What was typed, of the milestones that were not saved; the documents are for ``SentDocuments.hold``."""
    saved, ends = tuple(f"{row.key}-" for row in but), tuple(f"-{box}" for box in Box)
    return {name: text for name, text in request.form.items() if name.endswith(ends) and not name.startswith(saved)}


def _back(
    narrowing: Narrowing, boxes: Mapping[str, str], told: Mapping[str, Sequence[str]] | None = None
) -> ResponseReturnValue:
    """To the same list, with what was typed and not recorded."""
    texts = tuple((name, text) for name, text in boxes.items() if text.strip())
    args = narrowing.args
    if texts or told:
        args[held_form.TYPED] = hold_form(access.actor(), TypedForm(request.path, texts, told or {}), clock.today())
    return redirect(url_for("progress_due.show", **args))
