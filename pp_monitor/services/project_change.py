"""Changes of a project that an act orders: each is a dated row with its author and reason, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from pp_monitor.domain.dated import Dated
from pp_monitor.domain.errors import ConflictError, Problem, ProblemsError
from pp_monitor.domain.evidence import Document
from pp_monitor.domain.plan import PlanStatus
from pp_monitor.domain.project import ProjectHistory, ProjectState
from pp_monitor.domain.project_change import ChangeKind
from pp_monitor.extensions import db
from pp_monitor.formatters import cop, date_short
from pp_monitor.labels import PROJECT_STATE
from pp_monitor.labels_plan import reason_problem
from pp_monitor.models.entity import Deadline, Territory, Vigencia
from pp_monitor.models.project import (
    Project,
    ProjectAllocation,
    ProjectChange,
    ProjectName,
    ProjectOrganism,
    ProjectTerritory,
    ProjectTerritoryShare,
)
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.deviation import Standing, project_standing
from pp_monitor.services.entity import find_organism, organism_labels, territory_labels
from pp_monitor.services.event import Act, add_state, present_state
from pp_monitor.services.evidence import keep_proof, proof_problems
from pp_monitor.services.mail import Render
from pp_monitor.services.replanning import end_with_transfer, end_with_withdrawal
from pp_monitor.services.transaction import writing_vigencia


@dataclass(frozen=True, slots=True)
class Order:
    """An act that changes a project; ``seen`` is the stamp of what its author had before them.

    ``url`` leads to the act, or ``attached`` is it.
    """

    act: Act
    url: str = ""
    seen: str = ""
    attached: Document | None = None


def stamp(history: ProjectHistory) -> str:
    """What marks a project as it is: another change gives another stamp."""
    dated: tuple[Iterable[Dated[Any]], ...] = (
        history.names,
        history.organisms,
        history.territories,
        history.states,
        history.allocations,
    )
    return max(row.recorded_at for rows in dated for row in rows).isoformat()


@dataclass(frozen=True, slots=True)
class _Change:
    """One change being written: the project as it stands and the act that orders it."""

    vigencia: Vigencia
    standing: Standing
    order: Order
    actor: Actor
    now: datetime

    @property
    def history(self) -> ProjectHistory:
        """Everything recorded about the project."""
        return self.standing.history

    def row(self, table: Any, **values: object) -> Any:
        """Add a dated row that holds from the day of the act."""
        found = table(
            entity_id=self.vigencia.entity_id,
            project_id=self.history.id,
            valid_from=self.order.act.valid_from,
            act=self.order.act.name,
            recorded_at=self.now,
            **values,
        )
        db.session.add(found)
        db.session.flush()
        return found

    def tell(self, kind: ChangeKind, before: str = "", after: str = "", destination: str = "") -> None:
        """Write the change with its author, and its event in the trail."""
        act = self.order.act
        db.session.add(
            ProjectChange(
                entity_id=self.vigencia.entity_id,
                project_id=self.history.id,
                kind=kind,
                valid_from=act.valid_from,
                act=act.name.strip(),
                reason=act.reason.strip(),
                before=before,
                after=after,
                destination=destination,
                evidence_id=keep_proof(self.vigencia.entity_id, self.order.url, self.order.attached, self.now),
                user_id=self.actor.user_id,
                recorded_at=self.now,
            )
        )
        details = {"kind": kind, "before": before, "after": after, "act": act.name, "reason": act.reason}
        record(self.actor, "change_project", "project", self.history.code, self.now, details)


def _begin(
    vigencia: Vigencia,
    project_id: int,
    order: Order,
    actor: Actor,
    today: date,
    now: datetime,
    rows: str,
    problems: Iterable[Problem | None] = (),
) -> _Change:
    """Read the project within the caller's transaction and refuse what the act cannot order.

    ``rows`` names the dated values that change: an act never goes back behind a newer one.
    """
    standing = project_standing(vigencia, project_id, today, now)
    if order.seen and order.seen != stamp(standing.history):
        raise ConflictError("Otra persona cambió este proyecto mientras usted escribía. Revise y envíe de nuevo.")
    found = (
        *order_problems(order, _first_day(standing.history, rows), today),
        *(problem for problem in problems if problem),
    )
    if found:
        raise ProblemsError(found)
    return _Change(vigencia, standing, order, actor, now)


def _first_day(history: ProjectHistory, rows: str) -> date:
    """The first day from which an act may hold that changes the dated values named ``rows``, empty for none."""
    dated: Iterable[Dated[Any]] = getattr(history, rows) if rows else ()
    return max([history.entered_on, *(row.valid_from for row in dated)])


def restart_problems(standing: Standing, order: Order, today: date) -> tuple[Problem, ...]:
    """What is wrong with the act of a restart, before its dates are shown."""
    return order_problems(order, _first_day(standing.history, "states"), today)


def order_problems(order: Order, first: date, today: date) -> tuple[Problem, ...]:
    """What is wrong with an act that may hold from ``first`` up to today; ``cell`` names the box."""
    found = []
    if problem := reason_problem(order.act.reason, "Falta el motivo."):
        found.append(replace(problem, cell="reason"))
    if not first <= order.act.valid_from <= today:
        what = f"El acto debe regir desde un día entre el {date_short(first)} y hoy, {date_short(today)}."
        found.append(Problem(what, "Corrija la fecha.", cell="day"))
    return (*found, *proof_problems(order.url, order.attached))


def _must(holds: object, what: str, fix: str, cell: str) -> Problem | None:
    return None if holds else Problem(what, fix, cell=cell)


def rename(vigencia: Vigencia, project_id: int, name: str, order: Order, actor: Actor, today: date) -> None:
    """Give a project another name from the day of the act.

    Like every change here, raises ``NotFoundError`` for a project of another vigencia, ``ProblemsError`` for what a
    person can mend and ``ConflictError`` where the project changed meanwhile or does not allow it.
    """
    name = name.strip()
    with writing_vigencia(vigencia.id) as now:
        missing = _must(name, "Falta el nombre.", "Escriba el nombre del proyecto.", "name")
        change = _begin(vigencia, project_id, order, actor, today, now, "names", [missing])
        before = change.standing.project.name
        _require_new(before, name, "name")
        change.row(ProjectName, name=name)
        change.tell(ChangeKind.NAME, before, name)


def _require_new(before: object, after: object, cell: str) -> None:
    if before == after:
        raise ProblemsError((Problem("No cambia nada.", "Escriba un valor distinto del que tiene.", cell=cell),))


def revalue(vigencia: Vigencia, project_id: int, amount_cop: int, order: Order, actor: Actor, today: date) -> None:
    """Give a project another value (COP) from the day of the act. Raises as ``rename``."""
    with writing_vigencia(vigencia.id) as now:
        negative = _must(amount_cop > 0, "El valor debe ser mayor que cero.", "Escriba pesos enteros.", "amount")
        change = _begin(vigencia, project_id, order, actor, today, now, "allocations", [negative])
        newest = max(change.history.allocations, key=lambda row: (row.valid_from, row.recorded_at), default=None)
        before = newest.value if newest else 0
        _require_new(before, amount_cop, "amount")
        change.row(ProjectAllocation, amount_cop=amount_cop)
        change.tell(ChangeKind.ALLOCATION, cop(before), cop(amount_cop))


def relocate(
    vigencia: Vigencia, project_id: int, shares: Mapping[str, int], order: Order, actor: Actor, today: date
) -> None:
    """Give a project other territories, each with its amount (COP) or 0 for all. Raises as ``rename``."""
    with writing_vigencia(vigencia.id) as now:
        standing = project_standing(vigencia, project_id, today, now)
        problem = share_problem(shares, standing.project.allocation_cop)
        change = _begin(vigencia, project_id, order, actor, today, now, "territories", [problem])
        before = {share.territory_code: share.amount_cop for share in standing.project.territories}
        _require_new(before, dict(shares), "territory_1")
        add_shares(change.row(ProjectTerritory), shares)
        names = {code: label.name for code, label in territory_labels(vigencia.entity_id).items()}
        change.tell(ChangeKind.TERRITORY, _told(before, names), _told(shares, names))


def share_problem(shares: Mapping[str, int], amount_cop: int) -> Problem | None:
    """What is wrong with a split: nothing at all, some amounts missing, or another sum than the project's value."""
    if not shares:
        return Problem("Falta el territorio.", "Elija al menos uno.", cell="territory_1")
    declared = [amount for amount in shares.values() if amount]
    if declared and len(declared) < len(shares):
        return Problem("Falta el valor de un territorio.", "Escriba todos o deje todos vacíos.", cell="amount_1")
    if declared and sum(declared) != amount_cop:
        gap = sum(declared) - amount_cop
        what = f"Los territorios suman {cop(sum(declared))} y el proyecto vale {cop(amount_cop)}"
        what += f": sobran {cop(gap)}." if gap > 0 else f": faltan {cop(-gap)}."
        return Problem(what, "Corrija los valores o déjelos vacíos.", cell="amount_1")
    return None


def add_shares(row: ProjectTerritory, shares: Mapping[str, int]) -> None:
    """Write the territories of a set within the caller's transaction."""
    ids = dict(db.session.execute(select(Territory.code, Territory.id)).tuples().all())
    db.session.add_all(
        ProjectTerritoryShare(
            entity_id=row.entity_id, project_territory_id=row.id, territory_id=ids[code], amount_cop=amount
        )
        for code, amount in shares.items()
    )


def _told(shares: Mapping[str, int], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(code, code) + (f" {cop(amount)}" if amount else "") for code, amount in shares.items())


def correct_bpin(vigencia: Vigencia, project_id: int, bpin: str, order: Order, actor: Actor, today: date) -> None:
    """Correct the BPIN of a project, which no figure depends on. Raises as ``rename``."""
    bpin = bpin.strip()
    with writing_vigencia(vigencia.id) as now:
        wrong = _must(is_bpin(bpin), "Ese no es un BPIN.", "Escriba solo sus cifras, de 6 a 20.", "bpin")
        change = _begin(vigencia, project_id, order, actor, today, now, "", [wrong])
        project = db.session.get_one(Project, project_id)
        before = project.bpin
        _require_new(before, bpin, "bpin")
        project.bpin = bpin
        change.tell(ChangeKind.BPIN, before, bpin)


def is_bpin(text: str) -> bool:
    """Whether a text can be a BPIN: 6 to 20 digits."""
    return text.isascii() and text.isdigit() and 6 <= len(text) <= 20


def transfer(
    vigencia: Vigencia,
    project_id: int,
    organism_code: str,
    order: Order,
    actor: Actor,
    today: date,
    render: Render,
    deadline_on: date | None = None,
) -> None:
    """Move a project, with its plan, to another organism; ``deadline_on`` is its own where it has no plan yet.

    An open request for new dates ends, and ``render`` gives the mails that tell it.
    Raises as ``rename``; ``ConflictError`` while its plan is in approval, ``ProblemsError`` for a deadline of a project
    that has a plan.
    """
    organism = find_organism(organism_code)
    with writing_vigencia(vigencia.id) as now:
        change = _begin(
            vigencia,
            project_id,
            order,
            actor,
            today,
            now,
            "organisms",
            [deadline_problem(vigencia, deadline_on, today)],
        )
        before = change.standing.project.organism_code
        _require_settled(change)
        _require_no_deadline(change, deadline_on)
        _require_new(before, organism_code, "organism")
        change.row(ProjectOrganism, organism_id=organism.id)
        add_deadline(vigencia, project_id, deadline_on, order.act, now)
        names = organism_labels(vigencia.entity_id, order.act.valid_from, now)
        change.tell(ChangeKind.TRANSFER, names[before].name, names[organism_code].name)
        end_with_transfer(vigencia, project_id, before, order.act, actor, today, now, render)


def _require_settled(change: _Change) -> None:
    if change.standing.project.plan_status is PlanStatus.AWAITING_APPROVAL:
        raise ConflictError("Su plan está en aprobación. Espere a que se registre o pida que lo devuelvan.")


def _require_no_deadline(change: _Change, deadline_on: date | None) -> None:
    """A project that has its plan owes no registration: a deadline would do nothing."""
    if deadline_on and change.standing.project.has_plan:
        what = "Este proyecto ya tiene plan registrado: no lleva plazo para registrar."
        raise ProblemsError((Problem(what, "Deje vacía la casilla.", cell="deadline"),))


def deadline_problem(vigencia: Vigencia, deadline_on: date | None, today: date) -> Problem | None:
    """What is wrong with a deadline of a project's own."""
    if deadline_on is None or today <= deadline_on <= date(vigencia.year, 12, 31):
        return None
    what = f"El plazo debe ser un día entre hoy y el 31/12/{vigencia.year}."
    return Problem(what, "Corríjalo o déjelo vacío.", cell="deadline")


def add_deadline(vigencia: Vigencia, project_id: int, deadline_on: date | None, act: Act, now: datetime) -> None:
    """Write the deadline of a project's own within the caller's transaction; nothing without one."""
    if deadline_on:
        db.session.add(
            Deadline(
                entity_id=vigencia.entity_id,
                vigencia_id=vigencia.id,
                organism_id=None,
                project_id=project_id,
                deadline_on=deadline_on,
                reason=act.name,
                recorded_at=now,
            )
        )


def withdraw(
    vigencia: Vigencia, project_id: int, destination: str, order: Order, actor: Actor, today: date, render: Render
) -> None:
    """Take a project out of the vigencia; ``destination`` says where its money goes.

    An open request for new dates ends, and ``render`` gives the mails that tell it. Raises as ``rename``;
    ``ConflictError`` while its plan is in approval or once it is withdrawn.
    """
    missing = _must(destination.strip(), "Falta el destino.", "Diga a dónde va el dinero.", "destination")
    with writing_vigencia(vigencia.id) as now:
        change = _begin(vigencia, project_id, order, actor, today, now, "states", [missing])
        _require_settled(change)
        end_with_withdrawal(vigencia, project_id, order.act, actor, today, now, render)
        _state(change, ProjectState.WITHDRAWN, ChangeKind.WITHDRAWAL, destination.strip())


def bring_back(vigencia: Vigencia, project_id: int, order: Order, actor: Actor, today: date) -> None:
    """Undo a withdrawal from the day of the act. Raises as ``rename``."""
    with writing_vigencia(vigencia.id) as now:
        change = _begin(vigencia, project_id, order, actor, today, now, "states")
        _require_state(change, ProjectState.WITHDRAWN, "no está retirado")
        _state(change, ProjectState.ACTIVE, ChangeKind.RETURN)


def suspend(
    vigencia: Vigencia, project_id: int, restart_expected_on: date, order: Order, actor: Actor, today: date
) -> None:
    """Suspend a project from the day of its act, until the restart that is expected. Raises as ``rename``."""
    later = _must(
        restart_expected_on > order.act.valid_from,
        "El reinicio previsto debe ser posterior a la suspensión.",
        "Corrija la fecha.",
        "expected",
    )
    with writing_vigencia(vigencia.id) as now:
        change = _begin(vigencia, project_id, order, actor, today, now, "states", [later])
        _state(change, ProjectState.SUSPENDED, ChangeKind.SUSPENSION, expected=restart_expected_on)


def restart(vigencia: Vigencia, project_id: int, order: Order, actor: Actor, today: date) -> None:
    """Restart a suspended project; what was unmet is put off by the suspended working days. Raises as ``rename``."""
    with writing_vigencia(vigencia.id) as now:
        change = _begin(vigencia, project_id, order, actor, today, now, "states")
        _require_state(change, ProjectState.SUSPENDED, "no está suspendido")
        _state(change, ProjectState.ACTIVE, ChangeKind.RESTART)


def _require_state(change: _Change, state: ProjectState, told: str) -> None:
    row = present_state(change.history, change.now)
    if row is None or row.value.state is not state:
        raise ConflictError(f"El proyecto {change.history.code} {told}.")


def _state(
    change: _Change, state: ProjectState, kind: ChangeKind, destination: str = "", expected: date | None = None
) -> None:
    before = add_state(change.vigencia, change.history, state, change.order.act, change.actor, change.now, expected)
    after = f"{PROJECT_STATE[state]}, reinicio previsto el {date_short(expected)}" if expected else PROJECT_STATE[state]
    change.tell(kind, PROJECT_STATE[before], after, destination)
