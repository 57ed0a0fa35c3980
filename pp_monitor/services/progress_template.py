"""The workbook in which an organism reports, filled with what is to be reported and what stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.portfolio import narrow
from pp_monitor.labels_progress import DELAY_CAUSE, DEPENDS_ON, due_text
from pp_monitor.models.entity import Vigencia
from pp_monitor.reports.progress_template import TemplateLine, build_progress_template
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.plan_template import days_off
from pp_monitor.services.progress_due import DueRow, due_items, due_rows


@dataclass(frozen=True, slots=True)
class ProgressTemplate:
    """A workbook to be handed over: how many milestones of how many projects it asks."""

    filename: str
    content: bytes
    rows: int
    projects: int


def build_template(vigencia: Vigencia, organism_code: str, cutoff: date) -> ProgressTemplate:
    """Build the workbook of what an organism has to report at ``cutoff``, with everything recorded by now.

    Raises ``NotFoundError`` for an organism that the entity does not have.
    """
    portfolio = assess_portfolio(vigencia, cutoff)
    label = portfolio.names.organisms.get(organism_code)
    if label is None:
        raise NotFoundError(f"No existe el organismo {organism_code}.")
    rows = due_rows(vigencia, due_items(narrow(portfolio, {organism_code})))
    content = build_progress_template(
        organism_name=label.name,
        year=vigencia.year,
        cutoff=cutoff,
        lines=[_line(row) for row in rows],
        holidays=days_off(vigencia),
        is_demo=vigencia.is_demo,
    )
    filename = f"avance-{vigencia.year}-{organism_code}-{cutoff}.xlsx"
    return ProgressTemplate(filename, content, len(rows), len({row.item.project.id for row in rows}))


def template_bytes(vigencia: Vigencia, organism_code: str, cutoff: date) -> bytes:
    """The same workbook alone, to be attached to a mail. Raises as ``build_template``."""
    return build_template(vigencia, organism_code, cutoff).content


def _line(row: DueRow) -> TemplateLine:
    why, item = row.explanation, row.item
    return TemplateLine(
        project_code=item.project.code,
        project=item.project.name,
        milestone_code=item.code,
        milestone=item.milestone.milestone.name,
        planned=item.milestone.planned,
        due=due_text(item),
        actual=row.actual,
        forecast=row.forecast,
        cause=DELAY_CAUSE[why.cause] if why else "",
        cause_text=why.cause_text if why else "",
        depends_on=DEPENDS_ON[why.depends_on] if why and why.depends_on else "",
        action=why.action if why else "",
        responsible=why.responsible if why else "",
        commitment_on=why.commitment_on if why else None,
        reply=why.reply if why else "",
        note=row.note,
        url=row.url,
    )
