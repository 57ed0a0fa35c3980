"""Reading the plans of an organism: registered ones, drafts, and what was just typed over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import bindparam, select

from pp_monitor.domain.catalogue import Catalogue, Modality
from pp_monitor.domain.dated import View, value_as_at
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.plan import PlanLine, Plans, plans_as_at
from pp_monitor.domain.plan_draft import (
    LEFT_OUT,
    MODALITY,
    Merged,
    TypedRow,
    actual_part,
    merge,
    name_part,
    reason_part,
)
from pp_monitor.domain.plan_warning import PlanReview
from pp_monitor.domain.portfolio import TerritoryLabel
from pp_monitor.domain.project import ProjectHistory, ProjectState, registration_deadline
from pp_monitor.domain.reminder import days_from_deadline
from pp_monitor.domain.submission import approval_as_at
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.plan import PlanDraft, PlanDraftLine, Registration
from pp_monitor.models.project import Project, ProjectOrganism
from pp_monitor.models.submission import PlanSubmission, PlanSubmissionProject
from pp_monitor.services import entity as entity_service
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.history import load_histories
from pp_monitor.services.plan_cell import NOT_APPLICABLE
from pp_monitor.services.plan_check import ProjectPlan
from pp_monitor.services.plan_grid import Cell, Grid, GridRow, OwnLine
from pp_monitor.services.plan_row import RowCheck, row_texts
from pp_monitor.services.plan_rule import load_plan_rules
from pp_monitor.services.plan_text import read_plan_rows
from pp_monitor.services.submission_step import OPEN_STEPS, Step, newest_steps


@dataclass(frozen=True, slots=True)
class DraftRow:
    """The stored draft of a project: text, actual date as typed, own name and reason by milestone code.

    ``left_out`` says why the project stays without dates for now, empty when it does not. ``saved_at`` is none while
    nobody saved it.
    """

    typed: Mapping[str, str]
    actuals: Mapping[str, str]
    own_names: Mapping[str, str]
    reasons: Mapping[str, str] = field(default_factory=dict)
    left_out: str = ""
    saved_at: datetime | None = None
    saved_by: str = ""

    @property
    def texts(self) -> dict[str, str]:
        """Everything typed, by part of the row, the modality apart."""
        return draft_texts(self.typed, self.actuals, self.own_names, self.reasons, self.left_out)


EMPTY = DraftRow({}, {}, {})


def draft_texts(
    typed: Mapping[str, str],
    actuals: Mapping[str, str],
    own_names: Mapping[str, str],
    reasons: Mapping[str, str],
    left_out: str,
) -> dict[str, str]:
    """Everything typed of a project by part of its row, the modality apart; each given by milestone code."""
    texts = dict(typed)
    texts |= {actual_part(code): text for code, text in actuals.items()}
    texts |= {name_part(code): text for code, text in own_names.items()}
    texts |= {reason_part(code): text for code, text in reasons.items()}
    return texts | {LEFT_OUT: left_out}


def own_histories(
    vigencia_id: int, organism: Organism, view: View, *, with_progress: bool = False
) -> list[ProjectHistory]:
    """The projects that are the organism's at ``view``, by code."""
    ever = select(ProjectOrganism.project_id).where(ProjectOrganism.organism_id == organism.id)
    ids = sorted(set(db.session.scalars(ever)))
    histories = load_histories(vigencia_id, view.known_at, ids, with_progress=with_progress)
    own = (row for row in histories if value_as_at(row.organisms, view) == organism.code)
    return sorted(own, key=lambda row: row.code)


def project_ids(vigencia_id: int) -> dict[str, int]:
    """The id of every project of a vigencia by code; one query."""
    rows = db.session.execute(select(Project.code, Project.id).where(Project.vigencia_id == vigencia_id))
    return dict(rows.tuples().all())


# Built once: at each save, building a statement takes longer than running it.
_HEADS = (
    select(PlanDraft.id, PlanDraft.project_id, PlanDraft.left_out_reason, PlanDraft.saved_at, User.label)
    .outerjoin(User, User.id == PlanDraft.user_id)
    .where(PlanDraft.project_id.in_(bindparam("project_ids", expanding=True)))
)
# Columns and not objects: there may be a thousand of them.
_LINES = select(
    PlanDraftLine.draft_id,
    PlanDraftLine.milestone_code,
    PlanDraftLine.typed,
    PlanDraftLine.typed_actual,
    PlanDraftLine.own_name,
    PlanDraftLine.reason,
).where(PlanDraftLine.draft_id.in_(bindparam("draft_ids", expanding=True)))


_Texts = tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str]]


def stored_drafts(project_ids: Sequence[int]) -> dict[int, DraftRow]:
    """The stored drafts by project id; two queries."""
    heads = db.session.execute(_HEADS, {"project_ids": list(project_ids)}).all()
    said: dict[int, _Texts] = {head.id: ({}, {}, {}, {}) for head in heads}
    for draft_id, code, typed, *others in db.session.execute(_LINES, {"draft_ids": list(said)}):
        texts, *around = said[draft_id]
        texts[code] = typed
        for kind, text in zip(around, others, strict=True):
            if text:
                kind[code] = text
    return {
        head.project_id: DraftRow(
            *said[head.id],
            left_out=head.left_out_reason or "",
            saved_at=head.saved_at,
            saved_by=head.label or "",
        )
        for head in heads
    }


def load_grid(
    vigencia: Vigencia,
    organism: Organism,
    today: date,
    *,
    with_missing: bool = False,
    typed: Mapping[int, TypedRow] | None = None,
    clashes: Sequence[Problem] = (),
) -> Grid:
    """The organism's grid as it stands on ``today``; ``with_missing`` tells each missing date too.

    ``typed`` shows what a person sent put over what is stored, with the ``clashes`` at their cells.
    The number of queries does not depend on the number of projects.
    """
    return read_grid(vigencia, organism, load_check(vigencia, today, with_missing=with_missing), typed, clashes)


def plan_review(vigencia: Vigencia) -> PlanReview:
    """What the plans of a vigencia are reviewed against today."""
    return PlanReview(
        entity_service.load_catalogue(vigencia.catalogue_version_id),
        work_calendar(vigencia.entity_id, vigencia.last_recorded_at),
        vigencia.year,
        load_plan_rules(vigencia.entity_id),
    )


def load_check(vigencia: Vigencia, today: date, *, with_missing: bool = False) -> RowCheck:
    """What the rows of a grid are judged by on ``today``."""
    return RowCheck(plan_review(vigencia), today, with_missing)


def read_grid(
    vigencia: Vigencia,
    organism: Organism,
    check: RowCheck,
    typed: Mapping[int, TypedRow] | None = None,
    clashes: Sequence[Problem] = (),
) -> Grid:
    """Like ``load_grid``, for who judges rows by ``check`` afterwards too."""
    known_at, today, calendar = vigencia.last_recorded_at, check.today, check.calendar
    view = View(today, known_at)
    histories = own_histories(vigencia.id, organism, view)
    rows = [_with_clashes(row, clashes) for row in _rows(vigencia, histories, check, view, typed or {})]
    is_open = {row.project_id for row in rows if row.is_open}
    awaited = [row for row in histories if row.id in is_open and not _is_suspended(row, view)]
    deadline = _deadline(vigencia, organism, awaited, check) if awaited or not is_open else None
    label = entity_service.organism_labels(vigencia.entity_id, today, known_at)[organism.code]
    return Grid(
        organism_code=organism.code,
        organism_name=label.name,
        short_name=label.short_name,
        year=vigencia.year,
        milestones=check.catalogue.milestones,
        rows=tuple(rows),
        deadline=deadline,
        days_left=-days_from_deadline(deadline, today, calendar) if deadline else None,
        is_late=deadline is not None and today > deadline,
        is_suspended=bool(is_open) and not awaited,
        receipts=_numbers(Registration, vigencia.id, organism.id),
        submissions=_numbers(PlanSubmission, vigencia.id, organism.id),
    )


def _rows(
    vigencia: Vigencia,
    histories: Sequence[ProjectHistory],
    check: RowCheck,
    view: View,
    typed: Mapping[int, TypedRow],
) -> list[GridRow]:
    ids = [row.id for row in histories]
    drafts, steps = stored_drafts(ids), newest_steps(ids)
    sent = {id_: step for id_, step in steps.items() if step.step in OPEN_STEPS}
    plans = _sent_plans(sent)
    territories = entity_service.territory_labels(vigencia.entity_id)
    rows = [
        grid_row(
            number,
            history,
            _territory(history, view, territories),
            drafts.get(history.id, EMPTY),
            check,
            view,
            typed.get(history.id),
        )
        for number, history in enumerate(histories, start=1)
    ]
    return [_on_its_way(row, steps.get(row.project_id), plans, check.catalogue) for row in rows]


def _on_its_way(row: GridRow, step: Step | None, plans: Mapping[int, ProjectPlan], catalogue: Catalogue) -> GridRow:
    """The row of a plan that was ever sent: what is in approval, or what brought it back."""
    if row.approval and row.project_id in plans:
        return _sent_row(row, plans[row.project_id], catalogue)
    return replace(row, returned=step) if step and row.is_open else row


def sent_plans(project_ids: Sequence[int]) -> dict[int, ProjectPlan]:
    """The plan of each of these projects that is in approval, as it was sent, by project id; two queries."""
    steps = newest_steps(project_ids)
    return _sent_plans({id_: step for id_, step in steps.items() if step.step in OPEN_STEPS})


def _sent_plans(sent: Mapping[int, Step]) -> dict[int, ProjectPlan]:
    """The plan of each project in approval, as it was sent, by project id."""
    table = PlanSubmissionProject
    query = select(table.project_id, table.submission_id, table.plan_text).where(table.project_id.in_(list(sent)))
    return {
        row.project_id: read_plan_rows(row.plan_text)
        for row in db.session.execute(query)
        if row.submission_id == sent[row.project_id].submission_id
    }


def _territory(history: ProjectHistory, view: View, labels: Mapping[str, TerritoryLabel]) -> str:
    shares = value_as_at(history.territories, view) or ()
    return ", ".join(labels[share.territory_code].name for share in shares)


def _is_suspended(history: ProjectHistory, view: View) -> bool:
    state = value_as_at(history.states, view)
    return state is not None and state.state is ProjectState.SUSPENDED


def _deadline(
    vigencia: Vigencia, organism: Organism, awaited: Sequence[ProjectHistory], check: RowCheck
) -> date | None:
    """The first last day of what is still to be registered; the organism's own when nothing is."""
    known = entity_service.deadlines(vigencia.id, vigencia.last_recorded_at, {organism.id: organism.code})
    common = known.by_organism[organism.code]
    if not awaited:
        return check.calendar.effective(common) if common else None
    days = [registration_deadline(project, common, known.by_project, check.calendar) for project in awaited]
    return min((day for day in days if day), default=None)


def _numbers(table: type[Registration] | type[PlanSubmission], vigencia_id: int, organism_id: int) -> tuple[int, ...]:
    """The numbers of an organism's receipts or submissions, oldest first."""
    query = select(table.number).where(table.vigencia_id == vigencia_id, table.organism_id == organism_id)
    return tuple(db.session.scalars(query.order_by(table.number)))


def grid_row(
    number: int,
    history: ProjectHistory,
    territory: str,
    draft: DraftRow,
    check: RowCheck,
    view: View,
    typed: TypedRow | None = None,
) -> GridRow:
    """The row of one project: its B0 when it is registered, else its draft, or what was just typed over it."""
    state = value_as_at(history.states, view)
    row = GridRow(
        number=number,
        project_id=history.id,
        public_id=history.public_id,
        code=history.code,
        name=value_as_at(history.names, view) or history.code,
        territory=territory,
        amount_cop=value_as_at(history.allocations, view) or 0,
        modality=value_as_at(history.modalities, view),
        cells=(),
        is_withdrawn=state is not None and state.state is ProjectState.WITHDRAWN,
        saved_at=draft.saved_at,
        saved_by=draft.saved_by,
        approval=None if history.baselines else approval_as_at(history.submissions, view),
    )
    if plans := plans_as_at(history.baselines, view):
        return _registered_row(row, plans, history, check)
    row = drafted(row, draft.texts, check)
    return row if typed is None else typed_over(row, typed, check)


def drafted(row: GridRow, texts: Mapping[str, str], check: RowCheck) -> GridRow:
    """The row with what its draft says by part, the modality apart, marked by its stamp."""
    return check.fill(row, _with_offered(row, texts, check.catalogue))


def typed_over(row: GridRow, typed: TypedRow, check: RowCheck) -> GridRow:
    """The row with what a person typed over it; its stamp stays that of what is stored."""
    texts = {part: cell.text for part, cell in merge_row(row_texts(row), typed).items()}
    return replace(check.fill(replace(row, modality=modality_of(texts[MODALITY])), texts), stamp=row.stamp)


def _with_offered(row: GridRow, typed: Mapping[str, str], catalogue: Catalogue) -> dict[str, str]:
    """The texts of a draft, where an empty cell that the modality does not need says so, as it will once saved."""
    offered = {one.code: NOT_APPLICABLE for one in catalogue.milestones if not one.needed_by(row.modality)}
    return offered | {code: text for code, text in typed.items() if text or code not in offered}


def merge_row(shown: Mapping[str, str], typed: TypedRow) -> dict[str, Merged]:
    """What was typed put over what a row shows, by part, the modality first."""
    merged = merge([typed.text(part) for part in shown], list(shown.values()), typed.stamp)
    return dict(zip(shown, merged, strict=True))


def _registered_row(row: GridRow, plans: Plans, history: ProjectHistory, check: RowCheck) -> GridRow:
    b0, now = plans.b0, plans.current.lines
    own = tuple(OwnLine(code, name, "", b0.lines[code]) for code, name in history.own_names.items() if code in b0.lines)
    return replace(
        row,
        cells=_fixed_cells(b0.lines, check.catalogue),
        own=own,
        is_registered=True,
        registered_on=b0.decided_on,
        replannings=plans.replannings,
        postponed_workdays=plans.postponed_workdays(check.calendar),
        moved={code: line.planned for code, line in now.items() if line.planned and line != b0.lines.get(code)},
    )


def _sent_row(row: GridRow, plan: ProjectPlan, catalogue: Catalogue) -> GridRow:
    """A plan in approval shows what was sent, whatever a draft says."""
    own = tuple(OwnLine(code, name, "", plan.lines[code]) for code, name in sorted(plan.own_names.items()))
    cells = tuple(
        replace(cell, actual=f"{day:%d/%m/%Y}", actual_on=day) if (day := plan.actuals.get(cell.code)) else cell
        for cell in _fixed_cells(plan.lines, catalogue)
    )
    return replace(row, cells=cells, own=own)


def _fixed_cells(lines: Mapping[str, PlanLine], catalogue: Catalogue) -> tuple[Cell, ...]:
    cells = []
    for code in catalogue.codes:
        line = lines.get(code)
        text = ""
        if line:
            text = NOT_APPLICABLE if line.not_applicable else f"{line.planned:%d/%m/%y}"
        cells.append(Cell(code, text, text, line or PlanLine()))
    return tuple(cells)


def _with_clashes(row: GridRow, clashes: Sequence[Problem]) -> GridRow:
    own = {problem.milestone_code: problem for problem in clashes if problem.project_code == row.code}
    if not own:
        return row
    cells = tuple(
        replace(cell, problems=(own[cell.code], *cell.problems)) if cell.code in own else cell for cell in row.cells
    )
    return replace(row, cells=cells)


def modality_of(code: str) -> Modality | None:
    """The modality with this code; none for an empty or unknown one."""
    return Modality(code) if code in set(Modality) else None
