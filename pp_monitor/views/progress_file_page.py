"""What a progress file would record, project by project."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from pp_monitor.formatters import NO_VALUE, plural
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.plan import plan_targets
from pp_monitor.services.plan_check import milestone_names
from pp_monitor.services.progress import ProgressLoadResult
from pp_monitor.views.plan_file_page import DiffGroup, DiffLine


def changes(result: ProgressLoadResult, vigencia: Vigencia, organism: Organism, today: date) -> list[DiffGroup]:
    """The differences of ``result`` by project; none where it has problems."""
    if not result.differences:
        return []
    catalogue = load_catalogue(vigencia.catalogue_version_id)
    milestones = milestone_names(catalogue)
    names = plan_targets(vigencia, organism, today).names
    ordered = sorted(result.differences, key=lambda one: (one.project_code, one.milestone_code))
    found = []
    for code, told in groupby(ordered, key=lambda one: one.project_code):
        lines = tuple(
            DiffLine(
                f"{one.milestone_code} {milestones.get(one.milestone_code, 'Hito propio')} · {one.what}",
                one.before or NO_VALUE,
                one.after or NO_VALUE,
            )
            for one in told
        )
        found.append(DiffGroup(f"{code} {names.get(code, '')}", plural(len(lines), "dato", "datos"), lines))
    return found
