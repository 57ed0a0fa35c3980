"""To which attempt of a project's process a new fact belongs (rules 10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from pp_monitor.extensions import db
from pp_monitor.models.project import Attempt, AttemptVoid, ProjectProcess


@dataclass(frozen=True, slots=True)
class OpenAttempts:
    """The open attempt by project where it is not the unnamed first one, and the projects that have none open."""

    by_project: Mapping[int, int]
    closed: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Newest:
    """The newest attempt of a process."""

    process_id: int
    attempt_id: int
    number: int
    is_void: bool


def open_attempts(project_ids: Sequence[int]) -> OpenAttempts:
    """The attempt of each project that takes facts: the newest of its first process that still has one open.

    One query. The first attempt of the first process has no name in facts; a project without process has it too.
    """
    query = (
        select(ProjectProcess.project_id, ProjectProcess.process_id, Attempt.id, Attempt.number, AttemptVoid.id)
        .join(Attempt, Attempt.process_id == ProjectProcess.process_id)
        .outerjoin(AttemptVoid, AttemptVoid.attempt_id == Attempt.id)
        .where(ProjectProcess.project_id.in_(project_ids))
        .order_by(ProjectProcess.id, Attempt.number)
    )
    newest: dict[int, dict[int, _Newest]] = defaultdict(dict)
    for project_id, process_id, attempt_id, number, void_id in db.session.execute(query):
        newest[project_id][process_id] = _Newest(process_id, attempt_id, number, void_id is not None)
    chosen: dict[int, int] = {}
    closed: set[int] = set()
    for project_id, of_process in newest.items():
        attempts = list(of_process.values())
        attempt = next((row for row in attempts if not row.is_void), None)
        if attempt is None:
            closed.add(project_id)
        elif attempt.number > 1 or attempt is not attempts[0]:
            chosen[project_id] = attempt.attempt_id
    return OpenAttempts(chosen, frozenset(closed))
