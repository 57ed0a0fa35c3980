"""Plans from a file: a draft for the organism, or B0 at once as an act of Planning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pp_monitor.domain.catalogue import Catalogue, Modality
from pp_monitor.domain.dated import View, value_as_at
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.plan_warning import PlanReview
from pp_monitor.domain.project import ProjectHistory, ProjectState
from pp_monitor.extensions import db
from pp_monitor.intake.plan_cells import NOWHERE
from pp_monitor.intake.plan_rows import PlanRow
from pp_monitor.intake.plan_template import PlanFile
from pp_monitor.intake.text import plain
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.plan import Registration
from pp_monitor.models.project import Load
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.plan_cell import NOT_APPLICABLE, read_cell
from pp_monitor.services.plan_check import (
    ProjectPlan,
    down_the_file,
    draft_problems,
    errors_only,
    future_actuals,
    plan_errors,
    plan_warnings,
)
from pp_monitor.services.plan_diff import PlanTexts, ProjectDiff, given_cells, project_diff, told
from pp_monitor.services.plan_draft import DraftChange, write_drafts, write_modalities
from pp_monitor.services.plan_frozen import Frozen, frozen_plans, frozen_problems
from pp_monitor.services.plan_read import EMPTY, DraftRow, own_histories, stored_drafts
from pp_monitor.services.plan_repeat import StoredDrafts
from pp_monitor.services.plan_rule import load_plan_rules
from pp_monitor.services.registration import Batch, register_plan, registering, write_registration
from pp_monitor.services.transaction import writing_vigencia

__all__ = ["PlanLoadResult", "PlanTargets", "ProjectPlan", "load_plan_file", "plan_targets", "register_plan"]


@dataclass(frozen=True, slots=True)
class PlanTargets:
    """The projects that a plan file of an organism may name, with what a reader of the file needs of each."""

    names: Mapping[str, str]
    modalities: Mapping[str, Modality | None]


@dataclass(frozen=True, slots=True)
class PlanLoadResult:
    """What a plan file brought; with ``problems`` nothing was written.

    ``warnings`` were told and not asked. ``lines`` counts the dates and *No aplica* of the file, ``changed`` the
    projects whose draft or plan is new. ``missing`` counts the dates that the drafts still lack. ``diffs`` tell, of
    each project of the file, what is not as it is stored; a registration has none.
    """

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    projects: int
    lines: int
    changed: int = 0
    missing: int = 0
    registration: Registration | None = None
    diffs: tuple[ProjectDiff, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanLoad:
    """How a plan file comes in. ``declared_on`` is the day of the act that registers it."""

    file: PlanFile
    vigencia: Vigencia
    organism: Organism
    actor: Actor
    today: date
    register: bool
    declared_on: date
    act: str
    filename: str
    sha256: str

    @property
    def rows(self) -> dict[str, dict[str, PlanRow]]:
        """The rows of the file by project and milestone."""
        found: dict[str, dict[str, PlanRow]] = {code: {} for code in self.file.projects}
        for row in self.file.rows:
            found.setdefault(row.project_code, {})[row.milestone_code] = row
        return found


def plan_targets(vigencia: Vigencia, organism: Organism, today: date) -> PlanTargets:
    """The projects that are the organism's on ``today``."""
    view = View(today, vigencia.last_recorded_at)
    own = own_histories(vigencia.id, organism, view)
    names = {row.code: value_as_at(row.names, view) or row.code for row in own}
    return PlanTargets(names, {row.code: value_as_at(row.modalities, view) for row in own})


def load_plan_file(
    file: PlanFile,
    *,
    vigencia: Vigencia,
    organism: Organism,
    actor: Actor,
    today: date,
    register: bool = False,
    declared_on: date | None = None,
    act: str = "",
    dry_run: bool = False,
    filename: str = "",
    sha256: str = "",
) -> PlanLoadResult:
    """Take in the plan of an organism, all or nothing, touching only the projects in the file.

    Without ``register`` the file is laid over the drafts, and refused where a closure comes before the start or
    where a registered plan would change. With it the file alone is registered as B0 on ``declared_on`` (by default
    ``today``), past dates and a past deadline included; registered projects are refused, all of them named.
    Withdrawn ones always are. ``dry_run`` writes nothing.
    """
    load = PlanLoad(file, vigencia, organism, actor, today, register, declared_on or today, act, filename, sha256)
    with registering(), writing_vigencia(vigencia.id) as now:
        result = (_register if register else _save)(_Checked.of(load, now), now)
        if dry_run or result.problems or not result.changed:
            db.session.rollback()
            return replace(result, registration=None)
        return result


@dataclass(frozen=True, slots=True)
class _Checked:
    """A load with what is known of its projects and everything wrong with it so far."""

    load: PlanLoad
    catalogue: Catalogue
    histories: Mapping[str, ProjectHistory]
    modalities: Mapping[str, Modality | None]
    problems: tuple[Problem, ...]
    frozen: Mapping[str, Frozen]
    drafts: Mapping[str, DraftRow]

    @classmethod
    def of(cls, load: PlanLoad, now: datetime) -> _Checked:
        """Check a file against what is stored; two queries more when drafts are compared."""
        view = View(load.declared_on if load.register else load.today, now)
        own = own_histories(load.vigencia.id, load.organism, view, with_progress=True)
        histories = {row.code: row for row in own}
        known = {code: value_as_at(row.modalities, view) for code, row in histories.items()}
        frozen = {} if load.register else frozen_plans(histories, view)
        catalogue = load_catalogue(load.vigencia.catalogue_version_id)
        drafts = {} if load.register else _stored(load, histories, frozen)
        stored = StoredDrafts(drafts, known, catalogue, load.vigencia.year)
        faults = set(load.file.faults)
        softened = (*load.file.faults, *future_actuals(load.file.rows, load.today))
        problems = [
            *(problem for problem in load.file.problems if problem not in faults),
            *_refused_projects(load, histories, frozen, view),
            *stored.soften(softened, load.rows, load.file.modalities),
        ]
        if load.declared_on > load.today:
            problems.append(Problem("La fecha del acto está en el futuro.", "Escriba el día en que se firmó."))
        modalities = known | dict(load.file.modalities)
        return cls(load, catalogue, histories, modalities, tuple(problems), frozen, drafts)

    def placed(self, problem: Problem) -> Problem:
        """The problem at its cell of the file; where the file has none, at the project's."""
        places = self.load.file.places
        place = places.get((problem.project_code, problem.milestone_code))
        place = place or places.get((problem.project_code, ""), NOWHERE)
        return replace(problem, sheet=place.sheet, cell=place.cell)

    def result(
        self, problems: Sequence[Problem], changed: int, missing: int = 0, diffs: Sequence[ProjectDiff] = ()
    ) -> PlanLoadResult:
        """What to tell of this load, in the order of the file."""
        told = {(problem.project_code, problem.milestone_code) for problem in self.problems}
        rest = (problem for problem in problems if (problem.project_code, problem.milestone_code) not in told)
        said = sorted((*self.problems, *(self.placed(problem) for problem in rest)), key=down_the_file)
        return PlanLoadResult(
            problems=errors_only(said),
            warnings=tuple(problem for problem in said if problem.severity is not Severity.ERROR),
            projects=len(self.load.rows),
            lines=len(self.load.file.rows),
            changed=0 if errors_only(said) else changed,
            missing=missing,
            diffs=tuple(diffs),
        )

    def name(self, code: str) -> str:
        """The name of one of its projects."""
        return value_as_at(self.histories[code].names, self.before) or code

    @property
    def before(self) -> View:
        """What was known before the file."""
        return View(self.load.today, self.load.vigencia.last_recorded_at)

    def in_force(self, code: str) -> Modality | None:
        """The modality of a project before the file."""
        return value_as_at(self.histories[code].modalities, self.before)

    def offered(self, modality: Modality | None) -> dict[str, PlanLine]:
        """What a modality does not need: unless it is dated, it does not apply."""
        return {
            one.code: PlanLine(not_applicable=True) for one in self.catalogue.milestones if not one.needed_by(modality)
        }


def _stored(
    load: PlanLoad, histories: Mapping[str, ProjectHistory], frozen: Mapping[str, Frozen]
) -> dict[str, DraftRow]:
    """The drafts of the projects of the file that can still be typed in, by code."""
    ids = {histories[code].id: code for code in load.rows if code in histories and code not in frozen}
    return {ids[id_]: draft for id_, draft in stored_drafts(list(ids)).items()}


def _refused_projects(
    load: PlanLoad, histories: Mapping[str, ProjectHistory], frozen: Mapping[str, Frozen], view: View
) -> list[Problem]:
    """Projects of others, withdrawn ones, and plans that stand and would change, each at its place in the file."""
    found: list[Problem] = []
    for code in load.rows:
        history = histories.get(code)
        state = value_as_at(history.states, view) if history else None
        if history is None:
            what, fix = f"{code} no es del organismo {load.organism.code}.", "Quite sus filas."
        elif code in frozen:
            found += frozen_problems(frozen[code], load.rows[code], load.file)
            continue
        elif history.baselines:
            what, fix = f"{code} ya está registrado. La línea base no se cambia.", "Quite sus filas."
        elif state and state.state is ProjectState.WITHDRAWN:
            what, fix = f"{code} está retirado.", "Quite sus filas."
        else:
            continue
        place = load.file.places.get((code, ""), NOWHERE)
        found.append(Problem(what, fix, sheet=place.sheet, cell=place.cell, project_code=code))
    return found


def _register(checked: _Checked, now: datetime) -> PlanLoadResult:
    load = checked.load
    plans: dict[int, ProjectPlan] = {}
    said: list[Problem] = []
    review = PlanReview(
        checked.catalogue,
        work_calendar(load.vigencia.entity_id, now),
        load.vigencia.year,
        load_plan_rules(load.vigencia.entity_id),
    )
    view = View(load.declared_on, now)
    for code, rows in load.rows.items():
        if code not in checked.histories:
            continue
        modality = checked.modalities.get(code)
        plan = _plan(rows, checked.offered(modality))
        amount_cop = value_as_at(checked.histories[code].allocations, view) or 0
        said += plan_errors(code, plan, checked.catalogue, modality, load.today)
        said += plan_warnings(code, plan.lines, review, modality, amount_cop)
        plans[checked.histories[code].id] = plan
    result = checked.result(said, len(plans))
    if result.problems:
        return result
    _write_file_modalities(checked, load.declared_on, now)
    batch = Batch(
        vigencia=load.vigencia,
        organism=load.organism,
        plans=plans,
        declared_on=load.declared_on,
        act=load.act,
        actor=load.actor,
        user_id=load.actor.user_id,
        today=load.today,
        left_out={},
    )
    db.session.flush()
    _record_load(load, now)
    return replace(result, registration=write_registration(batch, now))


def _plan(rows: Mapping[str, PlanRow], lines: dict[str, PlanLine]) -> ProjectPlan:
    lines |= {
        code: PlanLine(row.planned, row.not_applicable)
        for code, row in rows.items()
        if row.planned or row.not_applicable
    }
    actuals = {code: row.actual for code, row in rows.items() if row.actual}
    return ProjectPlan(lines, actuals, {code: row.own_name for code, row in rows.items() if row.own_name})


def _save(checked: _Checked, now: datetime) -> PlanLoadResult:
    load = checked.load
    own = {code: checked.histories[code] for code in load.rows if code in checked.histories}
    changes: list[DraftChange] = []
    diffs: list[ProjectDiff] = []
    said: list[Problem] = []
    missing = 0
    for code, history in own.items():
        if code in checked.frozen:
            diffs.append(ProjectDiff(code, checked.name(code), (), len(given_cells(load.rows[code]))))
            continue
        before = checked.drafts.get(code, EMPTY)
        change = _draft_change(checked, history, before)
        lines = {one: read_cell(text, load.vigencia.year).line for one, text in change.typed.items() if text}
        missing += sum(one not in lines for one in checked.catalogue.codes)
        diffs.append(_draft_diff(checked, change, before))
        changed = {cell.milestone_code for cell in diffs[-1].cells}
        said += draft_problems(code, lines, checked.catalogue, checked.modalities.get(code), changed)
        if diffs[-1].cells:
            changes.append(change)
    result = checked.result(said, len(changes), missing, diffs)
    if not result.problems and changes:
        write_drafts(changes, load.vigencia, load.actor, load.today, now)
        _record_load(load, now)
        codes = sorted(change.project_code for change in changes)
        details = {"projects": codes, "file": load.filename, "sha256": load.sha256}
        record(load.actor, "save_draft", "plan", load.organism.code, now, details)
    return result


def _draft_change(checked: _Checked, history: ProjectHistory, before: DraftRow) -> DraftChange:
    rows, year = checked.load.rows[history.code], checked.load.vigencia.year
    in_force, modality = checked.in_force(history.code), checked.modalities.get(history.code)
    not_needed = checked.offered(modality)
    typed = {
        code: "" if text == NOT_APPLICABLE and code in checked.offered(in_force) and code not in not_needed else text
        for code, text in before.typed.items()
        if text or code in before.actuals
    }
    for code, row in rows.items():
        line = PlanLine(row.planned, row.not_applicable)
        if line.is_complete and read_cell(typed.get(code, ""), year).line != line:
            typed[code] = f"{row.planned:%d/%m/%Y}" if row.planned else NOT_APPLICABLE
    typed |= {code: NOT_APPLICABLE for code in not_needed if not typed.get(code)}
    given = {code: f"{row.actual:%d/%m/%Y}" for code, row in rows.items() if row.actual}
    kept = {code: text for code, text in before.actuals.items() if told(text, year) == given.get(code)}
    actuals = dict(before.actuals) | given | kept
    return DraftChange(
        project_id=history.id,
        project_code=history.code,
        typed=typed,
        actuals=actuals,
        own_names=dict(before.own_names) | _new_names(rows, before),
        modality=modality.value if modality and modality is not in_force else None,
        reasons=before.reasons,
        left_out=before.left_out,
    )


def _new_names(rows: Mapping[str, PlanRow], before: DraftRow) -> dict[str, str]:
    """The own names of a file that are not those of the draft, but for the spaces that a file does not keep."""
    names = {code: row.own_name for code, row in rows.items() if row.own_name}
    return {code: name for code, name in names.items() if name != plain(before.own_names.get(code, ""))}


def _draft_diff(checked: _Checked, change: DraftChange, before: DraftRow) -> ProjectDiff:
    """What the file changes of a draft as the grid shows it: there, what the modality does not need says so."""
    code, year = change.project_code, checked.load.vigencia.year
    in_force = checked.in_force(code)
    shown = dict.fromkeys(checked.offered(in_force), NOT_APPLICABLE)
    shown |= {one: text for one, text in before.typed.items() if text}
    old = PlanTexts.of(shown, before.actuals, before.own_names, in_force or "", year)
    new = PlanTexts.of(change.typed, change.actuals, change.own_names, change.modality or in_force or "", year)
    return project_diff(code, checked.name(code), old, new, given_cells(checked.load.rows[code]))


def _write_file_modalities(checked: _Checked, valid_from: date, now: datetime) -> None:
    load = checked.load
    changed = {}
    for code, modality in load.file.modalities.items():
        history = checked.histories[code]
        if value_as_at(history.modalities, View(valid_from, now)) is not modality:
            changed[history.id] = modality.value
    write_modalities(changed, load.vigencia, valid_from, now)


def _record_load(load: PlanLoad, now: datetime) -> None:
    db.session.add(
        Load(
            entity_id=load.vigencia.entity_id,
            vigencia_id=load.vigencia.id,
            kind="plan",
            filename=load.filename,
            sha256=load.sha256,
            rows=len(load.file.rows),
            user_id=load.actor.user_id,
            recorded_at=now,
        )
    )
