"""A plan file that repeats what a draft holds, faults included: they stay told and refuse nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pp_monitor.domain.catalogue import Catalogue, Modality
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.intake.plan_rows import PlanRow
from pp_monitor.intake.text import plain
from pp_monitor.services.plan_cell import NOT_APPLICABLE
from pp_monitor.services.plan_diff import line_text, told
from pp_monitor.services.plan_read import DraftRow


@dataclass(frozen=True, slots=True)
class StoredDrafts:
    """The drafts of a vigencia ``year`` by project code, with the modality that each project has."""

    drafts: Mapping[str, DraftRow]
    modalities: Mapping[str, Modality | None]
    catalogue: Catalogue
    year: int

    def soften(
        self, faults: Iterable[Problem], rows: Mapping[str, Mapping[str, PlanRow]], given: Mapping[str, Modality]
    ) -> Iterator[Problem]:
        """The faults of readable cells, as warnings where ``rows`` says of the cell what its draft says.

        ``given`` are the modalities of the file: under another one nothing is a repetition.
        """
        for fault in faults:
            project = fault.project_code
            row = rows.get(project, {}).get(fault.milestone_code)
            is_same = given.get(project, self.modalities.get(project)) is self.modalities.get(project)
            is_repeated = row is not None and is_same and self._repeats(row)
            yield replace(fault, severity=Severity.WARNING) if is_repeated else fault

    def _repeats(self, row: PlanRow) -> bool:
        draft = self.drafts.get(row.project_code)
        if draft is None or (row.planned and row.not_applicable):
            return False
        actual = f"{row.actual:%d/%m/%Y}" if row.actual else ""
        planned = line_text(row.line)
        return (
            planned in ("", self._planned(draft, row))
            and actual in ("", told(draft.actuals.get(row.milestone_code, ""), self.year))
            and row.own_name == plain(draft.own_names.get(row.milestone_code, ""))
        )

    def _planned(self, draft: DraftRow, row: PlanRow) -> str:
        """A planned cell as the grid shows it: what the modality does not need says so."""
        milestone = self.catalogue.by_code(row.milestone_code)
        is_idle = milestone is not None and not milestone.needed_by(self.modalities.get(row.project_code))
        return told(draft.typed.get(row.milestone_code, ""), self.year) or (NOT_APPLICABLE if is_idle else "")
