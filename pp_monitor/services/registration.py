"""The one writer of B0: an organism's plans, registered once and frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.dated import View, value_as_at
from pp_monitor.domain.errors import ConflictError, NotFoundError, Problem, ProblemsError
from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.plan_doubt import Justification
from pp_monitor.domain.plan_warning import PlanDoubt
from pp_monitor.domain.progress import FactStatus
from pp_monitor.domain.project import ProjectHistory, ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.plan import (
    BaselineRow,
    Registration,
    RegistrationKind,
    RegistrationStep,
)
from pp_monitor.models.progress import ActualFact, FactSource
from pp_monitor.models.project import OwnMilestone
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.event import add_lines
from pp_monitor.services.history import load_histories
from pp_monitor.services.plan_check import ProjectPlan, plan_errors
from pp_monitor.services.plan_grid import GridRow
from pp_monitor.services.plan_reason import add_backings, justifications
from pp_monitor.services.plan_text import plan_rows
from pp_monitor.services.submission_step import NewStep, add_steps, leave, seats
from pp_monitor.services.transaction import writing_vigencia


@dataclass(frozen=True, slots=True)
class Batch:
    """What an organism registers in one act: a plan for each project, by project id.

    ``declared_on`` is the day of the act, ``user_id`` who decided it (``actor`` only writes it); no actual date lies
    after ``today``. A batch that comes out of a submission names it, is judged by the ``modalities`` that were sent
    with it, and holds ``paid_with`` for what ends after the year.
    """

    vigencia: Vigencia
    organism: Organism
    plans: Mapping[int, ProjectPlan]
    declared_on: date
    act: str
    actor: Actor
    user_id: int | None
    today: date
    left_out: Mapping[str, str]
    submission_id: int | None = None
    kind: RegistrationKind | None = None
    modalities: Mapping[int, Modality | None] | None = None
    paid_with: Justification | None = None


def register_plan(
    *,
    vigencia: Vigencia,
    organism: Organism,
    plans: Mapping[int, ProjectPlan],
    declared_on: date,
    act: str,
    actor: Actor,
    user_id: int | None,
    today: date | None = None,
    left_out: Mapping[str, str] | None = None,
) -> Registration:
    """Freeze the plans of an organism's projects as their B0, all or none.

    ``today`` (by default the declared day) bounds the actual dates; ``left_out`` gives the reason for each project
    code that stays without plan. Raises ``ProblemsError`` with every fault, ``ConflictError`` naming the
    projects already registered, ``NotFoundError`` for a project that is not the organism's on the declared day.
    """
    batch = Batch(
        vigencia, organism, plans, declared_on, act, actor, user_id, today or declared_on, dict(left_out or {})
    )
    with registering(), writing_vigencia(vigencia.id) as now:
        return write_registration(batch, now)


@contextmanager
def registering() -> Iterator[None]:
    """Tell what the database refuses as a second registration in the reader's words."""
    try:
        yield
    except IntegrityError as error:
        raise ConflictError("Alguno de los proyectos ya está registrado. Actualice la página.") from error


def write_registration(batch: Batch, now: datetime) -> Registration:
    """Check the batch again and write it, within the caller's transaction of the vigencia."""
    codes = check_batch(batch, now)
    registration = _add_registration(batch, codes, now)
    _add_baselines(batch, registration, now)
    _add_events(batch, registration, now)
    _add_facts(batch, now)
    lines = {project_id: plan.lines for project_id, plan in batch.plans.items()}
    add_backings(batch.vigencia, _paid_with(batch), lines, batch.declared_on, now)
    details = {
        "number": registration.number,
        "kind": registration.kind,
        "projects": sorted(codes.values()),
        "declared_on": batch.declared_on.isoformat(),
        "act": batch.act,
        "sha256": registration.plan_sha256,
        "left_out": dict(batch.left_out),
    }
    record(batch.actor, "register", "plan", batch.organism.code, now, details)
    return registration


def _paid_with(batch: Batch) -> Justification | None:
    """What pays completions after the year: as it was when the plan was sent, or now for an act without sending."""
    if batch.submission_id is not None:
        return batch.paid_with
    return justifications(batch.vigencia, batch.organism).get(PlanDoubt.COMPLETION_AFTER_YEAR)


def check_batch(batch: Batch, now: datetime) -> dict[int, str]:
    """The code of each project of a batch that may be registered; raise as ``register_plan`` where one may not."""
    if not batch.plans:
        raise ProblemsError((Problem("No hay planes para registrar.", "Incluya al menos un proyecto."),))
    histories = load_histories(batch.vigencia.id, now, sorted(batch.plans))
    _refuse(batch, histories, View(batch.declared_on, now))
    return {history.id: history.code for history in histories}


def _refuse(batch: Batch, histories: Sequence[ProjectHistory], view: View) -> None:
    """Raise for projects of others, then for those already registered, then for faulty plans."""
    own = [row for row in histories if value_as_at(row.organisms, view) == batch.organism.code]
    if len(own) < len(batch.plans):
        foreign = ", ".join(sorted(row.code for row in histories if row not in own))
        raise NotFoundError(f"Hay proyectos que no son del organismo {batch.organism.code}. {foreign}".strip())
    if registered := sorted(row.code for row in own if row.baselines):
        raise ConflictError(already_registered(registered))
    catalogue = load_catalogue(batch.vigencia.catalogue_version_id)
    problems: list[Problem] = []
    for row in own:
        state = value_as_at(row.states, view)
        if state and state.state is ProjectState.WITHDRAWN:
            problems.append(Problem("El proyecto está retirado.", "Quítelo del registro.", project_code=row.code))
        modality = value_as_at(row.modalities, view) if batch.modalities is None else batch.modalities[row.id]
        problems += plan_errors(row.code, batch.plans[row.id], catalogue, modality, batch.today)
    if problems:
        raise ProblemsError(tuple(replace(problem, sheet=problem.project_code) for problem in problems))


def already_registered(codes: Sequence[str]) -> str:
    """The sentence that names the projects which have their plan."""
    if len(codes) == 1:
        return f"El proyecto {codes[0]} ya está registrado. La línea base no se cambia."
    return f"Los proyectos {', '.join(codes)} ya están registrados. La línea base no se cambia."


def refuse_closed(rows: Mapping[int, GridRow], project_ids: Collection[int], organism: Organism) -> None:
    """Refuse projects whose plan is no draft of the organism.

    Raises ``NotFoundError`` for another's, ``ConflictError`` for what is registered or in approval.
    """
    if any(project_id not in rows for project_id in project_ids):
        raise NotFoundError(f"Hay proyectos que no son del organismo {organism.code}. Actualice la página.")
    if registered := sorted(rows[id_].code for id_ in project_ids if rows[id_].is_registered):
        raise ConflictError(already_registered(registered))
    if waiting := sorted(rows[id_].code for id_ in project_ids if rows[id_].approval):
        raise ConflictError(f"Ya se enviaron y están en aprobación: {', '.join(waiting)}.")


def _add_registration(batch: Batch, codes: Mapping[int, str], now: datetime) -> Registration:
    same_vigencia = Registration.vigencia_id == batch.vigencia.id
    last = db.session.scalar(select(func.max(Registration.number)).where(same_vigencia)) or 0
    principal = db.session.scalar(
        select(Registration.id).where(
            same_vigencia,
            Registration.organism_id == batch.organism.id,
            Registration.kind == RegistrationKind.PRINCIPAL,
        )
    )
    registration = Registration(
        entity_id=batch.vigencia.entity_id,
        vigencia_id=batch.vigencia.id,
        organism_id=batch.organism.id,
        number=last + 1,
        kind=RegistrationKind.SUPPLEMENTARY if principal else batch.kind or RegistrationKind.PRINCIPAL,
        act=batch.act,
        declared_on=batch.declared_on,
        plan_sha256=plan_hash(
            batch.vigencia.year,
            batch.organism.code,
            batch.declared_on,
            batch.act,
            {code: batch.plans[project_id] for project_id, code in codes.items()},
        ),
        user_id=batch.user_id,
        recorded_at=now,
    )
    db.session.add(registration)
    db.session.flush()
    return registration


def plan_hash(year: int, organism: str, declared_on: date, act: str, plans: Mapping[str, ProjectPlan]) -> str:
    """SHA-256 of what is registered as text, the same for the same plans by project code."""
    return hashlib.sha256(canonical_text(year, organism, declared_on, act, plans).encode()).hexdigest()


def canonical_text(year: int, organism: str, declared_on: date, act: str, plans: Mapping[str, ProjectPlan]) -> str:
    """What is registered, a line a date, in order of project and milestone."""
    rows = [f"vigencia;{year}", f"organismo;{organism}", f"acto;{declared_on.isoformat()};{act}"]
    for code, plan in sorted(plans.items()):
        rows += plan_rows(code, plan)
    return "\n".join(rows) + "\n"


def _add_baselines(batch: Batch, registration: Registration, now: datetime) -> None:
    common = {"entity_id": registration.entity_id, "recorded_at": now}
    project_ids = sorted(batch.plans)
    rows = [
        {
            **common,
            "project_id": project_id,
            "registration_id": registration.id,
            "number": 0,
            "kind": BaselineKind.REGISTRATION,
            "decided_on": batch.declared_on,
            "act": batch.act,
            "decided_by_id": batch.user_id,
        }
        for project_id in project_ids
    ]
    returning = insert(BaselineRow).returning(BaselineRow.id, sort_by_parameter_order=True)
    baseline_ids = db.session.scalars(returning, rows).all()
    plans = zip(baseline_ids, project_ids, strict=True)
    add_lines(registration.entity_id, {baseline_id: batch.plans[project_id].lines for baseline_id, project_id in plans})


def _add_events(batch: Batch, registration: Registration, now: datetime) -> None:
    step = NewStep(RegistrationStep.REGISTERED, batch.declared_on, batch.actor, registration_id=registration.id)
    elsewhere = [id_ for id_, found in seats(list(batch.plans)).items() if found != batch.submission_id]
    leave(registration.entity_id, elsewhere, "Se registró por otro acto.", batch.today, batch.actor, now)
    add_steps(registration.entity_id, batch.submission_id, list(batch.plans), step, now)


def _add_facts(batch: Batch, now: datetime) -> None:
    """What had been met before, and the names of the projects' own milestones."""
    common = {"entity_id": batch.vigencia.entity_id, "recorded_at": now}
    facts = [
        {
            **common,
            "project_id": project_id,
            "milestone_code": code,
            "day": day,
            "status": FactStatus.REPORTED,
            "source": FactSource.REGISTRATION,
            "reported_on": max(batch.declared_on, day),
            "user_id": batch.user_id,
        }
        for project_id, plan in sorted(batch.plans.items())
        for code, day in sorted(plan.actuals.items())
    ]
    names = [
        {**common, "project_id": project_id, "code": code, "name": name}
        for project_id, plan in sorted(batch.plans.items())
        for code, name in sorted(plan.own_names.items())
    ]
    if facts:
        db.session.execute(insert(ActualFact), facts)
    if names:
        db.session.execute(insert(OwnMilestone), names)
