"""The plan that waits for its head in the demonstration, sent as an enlace sends it: with its doubts answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.plan_doubt import DoubtGroup, Justification
from pp_monitor.domain.plan_draft import TypedRow
from pp_monitor.domain.plan_rule import Backing
from pp_monitor.domain.plan_warning import PlanDoubt
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.audit import Actor
from pp_monitor.services.mail import Render
from pp_monitor.services.plan_cell import NOT_APPLICABLE
from pp_monitor.services.plan_draft import save_drafts
from pp_monitor.services.plan_read import load_grid
from pp_monitor.services.plan_reason import justify
from pp_monitor.services.plan_review import load_last_look
from pp_monitor.services.submission import send_drafts

_ANSWERS = {
    PlanDoubt.COMPLETION_AFTER_YEAR: Justification(
        "El proceso se publica en el último trimestre y la entrega pasa a 2023.",
        Backing.RESERVE,
        "Oficio 4134-118 del 12/09/2022",
    ),
    PlanDoubt.AFTER_YEAR: Justification("Va con la terminación, que pasa a 2023."),
}
_ANY = Justification("Así lo acordaron el supervisor y el contratista en el comité del 12/09/2022.")


def send_plans(
    vigencia: Vigencia,
    organism: Organism,
    plans: Mapping[int, Mapping[str, PlanLine]],
    modalities: Mapping[int, Modality],
    left_out: Mapping[str, str],
    actor: Actor,
    today: date,
    render: Render,
) -> None:
    """Type these plans as drafts, say why of what is doubtful in them, and send them to the head.

    ``plans`` and ``modalities`` are by project id, ``left_out`` is why each other project stays out, by its code.
    """
    stamps = {row.project_id: row.stamp for row in load_grid(vigencia, organism, today).rows}
    typed = {
        id_: TypedRow({code: _text(line) for code, line in lines.items()}, modalities[id_], stamps[id_])
        for id_, lines in plans.items()
    }
    save_drafts(vigencia=vigencia, organism=organism, typed=typed, actor=actor, today=today)
    grid, doubts = load_last_look(vigencia, organism, today)
    justify(vigencia, organism, {group.key: _answer(group) for group in doubts if group.needs_reason}, actor)
    send_drafts(
        vigencia=vigencia,
        organism=organism,
        stamps={row.project_id: row.stamp for row in grid.registrable_rows},
        left_out=left_out,
        actor=actor,
        today=today,
        render=render,
    )


def _text(line: PlanLine) -> str:
    return f"{line.planned:%d/%m/%Y}" if line.planned else NOT_APPLICABLE


def _answer(group: DoubtGroup) -> Justification:
    return _ANSWERS.get(group.doubt, _ANY)
