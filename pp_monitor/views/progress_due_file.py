"""The documents that come with the work list: read and checked, one a milestone, and kept while it is not saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from flask import request

from pp_monitor import access, clock
from pp_monitor.domain.errors import Problem, ProblemsError
from pp_monitor.domain.evidence import Document
from pp_monitor.domain.progress_due import DueMilestone
from pp_monitor.forms.attachment import sent_document
from pp_monitor.forms.progress_due import FileBox, TypedReport, box_name, row_key
from pp_monitor.services.evidence import check_document, proof_problems
from pp_monitor.services.held_document import held_document, hold_document


@dataclass(slots=True)
class SentDocuments:
    """The documents of the list by milestone, none where ``problems`` tell why one cannot be kept."""

    documents: dict[str, Document | None] = field(default_factory=dict)
    problems: dict[str, list[Problem]] = field(default_factory=dict)

    def faults(self, typed: Sequence[TypedReport]) -> list[Problem]:
        """What is wrong with the documents of what is to be saved: their own faults, or a link beside one."""
        found = [problem for row in typed for problem in self.problems.get(row.key, ())]
        for row in typed:
            told = proof_problems(row.url, row.document)
            found += [replace(one, project_code=row.item.project.code, milestone_code=row.item.code) for one in told]
        return found

    def hold(self, but: Sequence[TypedReport] = ()) -> dict[str, str]:
        """Keep the documents of what was not saved for their sender; what is put into the boxes of the page."""
        saved, actor, today = {row.key for row in but}, access.actor(), clock.today()
        return {
            box_name(key, FileBox.HELD): hold_document(actor, document, today)
            for key, document in self.documents.items()
            if document and key not in saved
        }


def sent_documents(items: Iterable[DueMilestone]) -> SentDocuments:
    """What was chosen now in each milestone, else what was sent before and not taken away."""
    found = SentDocuments()
    for item in items:
        key = row_key(item)
        try:
            if document := _document(key):
                found.documents[key] = document
        except ProblemsError as error:
            code, milestone = item.project.code, item.code
            found.documents[key] = None
            found.problems[key] = [
                replace(problem, cell="file", project_code=code, milestone_code=milestone) for problem in error.problems
            ]
    return found


def _document(key: str) -> Document | None:
    if chosen := request.files.get(box_name(key, FileBox.FILE)):
        document = sent_document(chosen)
        check_document(document)
        return document
    held = request.form.get(box_name(key, FileBox.HELD), "")
    is_dropped = box_name(key, FileBox.DROP) in request.form
    return held_document(access.actor(), held) if held and not is_dropped else None


def told_elsewhere(sent: SentDocuments, typed: Sequence[TypedReport]) -> list[str]:
    """The faults of documents in milestones that are not being saved now, whose files cannot be kept."""
    keys = {row.key for row in typed}
    return [
        f"{problem.milestone_code} de {problem.project_code}: {problem.what} {problem.fix}"
        for key, problems in sent.problems.items()
        for problem in problems
        if key not in keys
    ]
