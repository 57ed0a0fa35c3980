"""What the page of an uploaded plan shows: problems told once each, and what would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pp_monitor.domain.catalogue import CatalogueMilestone
from pp_monitor.formatters import plural
from pp_monitor.labels import short_milestone
from pp_monitor.services.plan import PlanLoadResult
from pp_monitor.services.plan_diff import CellDiff, Part, ProjectDiff

_PART_WORDS = {Part.PLANNED: "", Part.ACTUAL: " · fecha real", Part.OWN_NAME: " · nombre"}
EMPTY = "—"
_TOGETHER = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of what changes: a cell with both values, or all that is added together."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DiffGroup:
    """One project that changes, with its counts in words."""

    title: str
    note: str
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class DiffView:
    """What a file would change of the drafts; ``same`` names the projects that stay as they are."""

    groups: tuple[DiffGroup, ...]
    added: int
    changed: int
    unchanged: int
    same: str


def diff_view(result: PlanLoadResult, milestones: Sequence[CatalogueMilestone]) -> DiffView:
    """What the file of ``result`` would change, project by project in its order."""
    names = {milestone.code: short_milestone(milestone.name) for milestone in milestones}
    different = [diff for diff in result.diffs if diff.cells]
    same = [diff.code for diff in result.diffs if not diff.cells]
    return DiffView(
        groups=tuple(_group(diff, names) for diff in different),
        added=sum(len(diff.added) for diff in different),
        changed=sum(len(diff.changed) for diff in different),
        unchanged=sum(diff.unchanged for diff in result.diffs),
        same=f"{plural(len(same), 'proyecto', 'proyectos')} sin cambios: {', '.join(same)}." if same else "",
    )


def _group(diff: ProjectDiff, names: Mapping[str, str]) -> DiffGroup:
    counts = (
        (len(diff.changed), "cambia", "cambian"),
        (len(diff.added), "se agrega", "se agregan"),
        (diff.unchanged, "igual", "iguales"),
    )
    note = " · ".join(plural(count, one, many) for count, one, many in counts if count)
    lines = [DiffLine(_named(cell, names), cell.before, cell.after or EMPTY) for cell in diff.changed]
    if diff.added:
        added = ", ".join(f"{_short(cell)}{_TOGETHER}{cell.after}" for cell in diff.added)
        lines.append(DiffLine("Nuevo", EMPTY, added))
    return DiffGroup(f"{diff.code} {diff.name}", note, tuple(lines))


def _named(cell: CellDiff, names: Mapping[str, str]) -> str:
    if cell.part is Part.MODALITY:
        return "Modalidad"
    return f"{cell.milestone_code} {names.get(cell.milestone_code, 'Hito propio')}{_PART_WORDS[cell.part]}"


def _short(cell: CellDiff) -> str:
    if cell.part is Part.MODALITY:
        return "modalidad"
    return f"{cell.milestone_code}{_PART_WORDS[cell.part].replace(' · ', ' ')}"
