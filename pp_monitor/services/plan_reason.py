"""The reasons that organisms give for what is doubtful in their plans; the newest of each group counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import insert, select

from pp_monitor.domain.catalogue import COMPLETION
from pp_monitor.domain.errors import Problem, ProblemsError
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.plan_doubt import Justification
from pp_monitor.domain.plan_rule import Backing
from pp_monitor.domain.plan_warning import PlanDoubt
from pp_monitor.domain.wording import explains, identifies
from pp_monitor.extensions import db
from pp_monitor.labels_plan import NAME_DOCUMENT, SAY_MORE
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.plan_rule import PlanJustification
from pp_monitor.models.project import ProjectBacking
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.transaction import writing_vigencia


def justifications(vigencia: Vigencia, organism: Organism) -> dict[str, Justification]:
    """The newest reason that an organism gave for each group."""
    rows = db.session.scalars(
        select(PlanJustification)
        .where(PlanJustification.vigencia_id == vigencia.id, PlanJustification.organism_id == organism.id)
        .order_by(PlanJustification.recorded_at, PlanJustification.id)
    )
    return {
        row.group_key: Justification(row.reason, Backing(row.backing) if row.backing else None, row.document)
        for row in rows
    }


def justify(vigencia: Vigencia, organism: Organism, given: Mapping[str, Justification], actor: Actor) -> int:
    """Record the reasons that are new and tell how many; an empty reason is none.

    Raises ``ProblemsError`` where a completion after the year lacks what it is paid with or its document, and where
    a reason or a document says too little.
    """
    wanted = {key: one for key, one in given.items() if one.reason.strip()}
    if problems := _too_little(wanted):
        raise ProblemsError(tuple(problems))
    with writing_vigencia(vigencia.id) as now:
        known = justifications(vigencia, organism)
        new = {key: one for key, one in wanted.items() if known.get(key) != one}
        if not new:
            db.session.rollback()
            return 0
        db.session.execute(
            insert(PlanJustification),
            [
                {
                    "entity_id": vigencia.entity_id,
                    "vigencia_id": vigencia.id,
                    "organism_id": organism.id,
                    "group_key": key,
                    "reason": one.reason.strip(),
                    "backing": one.backing or "",
                    "document": one.document.strip(),
                    "user_id": actor.user_id,
                    "recorded_at": now,
                }
                for key, one in new.items()
            ],
        )
        record(actor, "justify", "plan", organism.code, now, {"groups": sorted(new)})
        return len(new)


def _too_little(wanted: Mapping[str, Justification]) -> list[Problem]:
    """What the reasons of these groups lack."""
    problems = [
        Problem("Falta con qué se paga o el documento.", "Elija una opción y escriba el documento que la respalda.")
        for key, one in wanted.items()
        if key == PlanDoubt.COMPLETION_AFTER_YEAR and not (one.backing and one.document.strip())
    ]
    if any(one.document.strip() and not identifies(one.document) for one in wanted.values()):
        problems.append(Problem("El documento no se puede reconocer.", NAME_DOCUMENT))
    if any(not explains(one.reason) for one in wanted.values()):
        problems.append(Problem("Una justificación es demasiado corta.", SAY_MORE))
    return problems


def add_backings(
    vigencia: Vigencia,
    given: Justification | None,
    plans: Mapping[int, Mapping[str, PlanLine]],
    day: date,
    now: datetime,
) -> None:
    """Record the document ``given`` for each completion after the year from ``day``, in the caller's transaction.

    ``plans`` are lines by project id; nothing is recorded without a document, or for one that only pays later.
    """
    if given is None or given.backing is None or not given.backing.covers_completion:
        return
    year_end = date(vigencia.year, 12, 31)
    rows = [
        {
            "entity_id": vigencia.entity_id,
            "project_id": project_id,
            "valid_from": day,
            "act": given.document,
            "is_backed": True,
            "recorded_at": now,
        }
        for project_id, lines in sorted(plans.items())
        if (planned := lines.get(COMPLETION, PlanLine()).planned) and planned > year_end
    ]
    if rows:
        db.session.execute(insert(ProjectBacking), rows)
