"""The story of a project as its page tells it, each act with the way to its request and to what backs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from pp_monitor.domain.portfolio import Names
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.services.story_entry import Origin, StoryEntry
from pp_monitor.views.attachment import ProofLink, proof_link
from pp_monitor.views.contract_page import act_proof
from pp_monitor.views.wording import story_sentence


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One line of the story."""

    happened_on: date
    sentence: str
    note: str
    proof: ProofLink | None
    request_url: str
    case_url: str
    recorded_at: datetime
    author: str


def story_rows(
    project: ProjectAssessment, story: Sequence[StoryEntry], names: Names, milestones: Mapping[str, str]
) -> list[StoryRow]:
    """The story from the newest to the oldest; ``milestones`` names each code, own ones too."""
    return [
        StoryRow(
            entry.happened_on,
            story_sentence(entry, names, milestones),
            entry.note,
            _proof(project, entry.origin),
            request_url(entry.origin.request_id),
            url_for("case.show", case_id=entry.origin.case_id) if entry.origin.case_id else "",
            entry.recorded_at,
            entry.author or entry.origin.author,
        )
        for entry in story
    ]


def request_url(request_id: int) -> str:
    """The page of a request for new dates; empty for none (0)."""
    return url_for("replanning.show", request_id=request_id) if request_id else ""


def _proof(project: ProjectAssessment, origin: Origin) -> ProofLink | None:
    """The way to what backs an act, at the page of the change or of the request that brought it."""
    if origin.change_id:
        url = url_for("project_edit.document", public_id=project.public_id, change_id=origin.change_id)
        return proof_link(origin.proof, url)
    if origin.request_id:
        return proof_link(origin.proof, url_for("replanning.document", request_id=origin.request_id))
    if origin.is_contracting:
        return act_proof(project, origin.proof)
    return proof_link(origin.proof, "") if origin.proof and not origin.proof.is_kept else None
