"""What the pages of a project's contracts show: processes with their attempts, contracts, and the forms of a writer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from flask import url_for

from pp_monitor import access
from pp_monitor.domain.catalogue import CONTRACT
from pp_monitor.domain.contract import ALLOWED_STEPS, ProcessState, ProcessStep, looks_like_reference
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import NO_VALUE, cop, date_short, plural
from pp_monitor.forms.contract import (
    BackedForm,
    ContractForm,
    CorrectionForm,
    ProcessAbandonForm,
    ProcessForm,
    ProcessOrderForm,
    ProcessSuspendForm,
    ToldForm,
)
from pp_monitor.forms.fields import hidden_number
from pp_monitor.labels_contract import PROCESS_ACT, PROCESS_STATE, PROCESS_STEP
from pp_monitor.services.contract import Link
from pp_monitor.services.contract_correction import ToldCorrection, process_corrections
from pp_monitor.services.contract_read import (
    ToldContract,
    ToldProcess,
    project_contracts,
)
from pp_monitor.services.evidence import Backing, Proof
from pp_monitor.services.process import ProcessOrder
from pp_monitor.views.attachment import ProofLink, proof_link
from pp_monitor.views.contract_form import Block, Scene

CORRECT = "corregir"
STEP_SLUGS = {
    "desierto": ProcessStep.VOID,
    "suspension": ProcessStep.SUSPEND,
    "reinicio": ProcessStep.RESTART,
    "abandono": ProcessStep.ABANDON,
}
_SLUGS = {step: slug for slug, step in STEP_SLUGS.items()}
STEP_FORMS: dict[ProcessStep, type[ProcessOrderForm]] = {
    ProcessStep.VOID: ProcessOrderForm,
    ProcessStep.SUSPEND: ProcessSuspendForm,
    ProcessStep.RESTART: ProcessOrderForm,
    ProcessStep.ABANDON: ProcessAbandonForm,
}
STEP_DONE = {
    ProcessStep.VOID: "Intento declarado desierto. Quedó abierto el siguiente.",
    ProcessStep.SUSPEND: "Proceso suspendido.",
    ProcessStep.RESTART: "Proceso reiniciado.",
    ProcessStep.ABANDON: "Proceso abandonado. Sus fechas de selección ya no cuentan.",
}
_STEP_NOTES = {
    ProcessStep.VOID: "Desde ese día dejan de contar las fechas de publicación a adjudicación de este intento; "
    "quedan en la historia. Se abre el siguiente intento y el plan no se mueve.",
    ProcessStep.SUSPEND: "El proyecto no se suspende: sus días siguen corriendo.",
    ProcessStep.RESTART: "",
    ProcessStep.ABANDON: "Las fechas de publicación a adjudicación dejan de contar. Si las obras se adicionaron a otro "
    "contrato, escriba su número y el proyecto queda vinculado a él.",
}


@dataclass(frozen=True, slots=True)
class ContractRow:
    """One contract of the project."""

    number: str
    url: str
    secop_url: str
    amount: str
    since: date
    serves: str
    process: str
    guarantees: str


@dataclass(frozen=True, slots=True)
class ActRow:
    """One attempt or act of a process, as its table tells it."""

    day: date
    what: str
    act: str
    reason: str
    author: str
    proof: ProofLink | None = None


@dataclass(frozen=True, slots=True)
class ProcessCard:
    """One process with what happened to it and the forms of its next steps."""

    reference: str
    secop_url: str
    state: str
    note: str
    rows: list[ActRow]
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class ContractsPage:
    """Everything that the page of a project's contracts shows."""

    summary: str
    contracts: list[ContractRow]
    left: list[ContractRow]
    processes: list[ProcessCard]
    blocks: list[Block]

    @property
    def all_blocks(self) -> list[Block]:
        """Every form, those of processes included."""
        return [*self.blocks, *(block for process in self.processes for block in process.blocks)]


def contract_form(scene: Scene, **filled: Any) -> ContractForm:
    """The form of a new contract with the processes of the project."""
    form = scene.form(ContractForm, "contrato", **filled)
    form.offer_processes(scene.process_choices)
    return form


def contract_of(project: ProjectAssessment, contract_id: int) -> ToldContract:
    """A contract that serves the project or served it; raise ``NotFoundError`` for any other."""
    found = next((row for row in project_contracts(project.id) if row.id == contract_id), None)
    if found is None:
        raise NotFoundError("Ese contrato no es de este proyecto.")
    return found


def added_text(noun: str, number: str, *, is_known: bool) -> str:
    """What was done with a number that was typed."""
    told = (
        f"Se vinculó el {noun} {number}, que ya estaba en otro proyecto."
        if is_known
        else f"{noun.capitalize()} agregado."
    )
    doubt = "" if looks_like_reference(number) else " El número no tiene la forma usual del Distrito: revíselo."
    return told + doubt


def step_name(process_id: int, step: ProcessStep) -> str:
    """The prefix of the form of a step of a process."""
    return f"{_SLUGS[step]}-{process_id}"


def order_of(form: ProcessOrderForm, project: ProjectAssessment, today: date) -> ProcessOrder:
    """The act that a form holds, of ``today`` where its day could not be read."""
    expected = None
    if isinstance(form, ProcessSuspendForm):
        form.require_read("day")
        expected = form.expected.data
    contract, amount = "", 0
    if isinstance(form, ProcessAbandonForm):
        contract, amount = form.contract.data or "", form.amount.data or 0
    return ProcessOrder(
        form.act.data or "",
        form.day.data or today,
        form.reason.data or "",
        expected,
        contract,
        amount,
        project.id,
        backing_of(form),
        hidden_number(form.seen.data),
    )


def backing_of(form: BackedForm) -> Backing:
    """What backs the act of a form that was found sound."""
    return Backing("" if form.attached else form.url.data or "", form.attached)


def act_proof(project: ProjectAssessment, proof: Proof | None) -> ProofLink | None:
    """The way to what backs an act, for who may read it."""
    if proof is None or not any(access.has_role(role) for role in access.EVIDENCE_READERS):
        return None
    return proof_link(proof, url_for("contract.document", public_id=project.public_id, evidence_id=proof.evidence_id))


def build(scene: Scene) -> ContractsPage:
    """The page of a project's contracts."""
    project = scene.project
    corrections = process_corrections([row.id for row in scene.processes])
    contracts = [(row, row.link_of(project.id)) for row in project_contracts(project.id)]
    rows = [(link, _contract_row(project, row, link)) for row, link in contracts if link]
    return ContractsPage(
        summary=signed_text(project),
        contracts=[row for link, row in rows if link.is_linked],
        left=[row for link, row in rows if not link.is_linked],
        processes=[_process_card(scene, row, corrections.get(row.id, [])) for row in scene.processes],
        blocks=_blocks(scene) if scene.is_writer else [],
    )


def signed_text(project: ProjectAssessment) -> str:
    """How many of several contracts are signed, as ``2 de 3 contratos firmados``; empty below two."""
    count = project.contracts.get(CONTRACT)
    return f"{count.met} de {count.total} contratos firmados" if count else ""


def _contract_row(project: ProjectAssessment, contract: ToldContract, link: Link) -> ContractRow:
    approved = contract.approval.approved_on
    return ContractRow(
        number=contract.number,
        url=url_for("contract.show_contract", public_id=project.public_id, contract_id=contract.id),
        secop_url=contract.secop_url,
        amount=cop(link.amount_cop) if link.amount_cop else NO_VALUE,
        since=link.valid_from,
        serves=plural(len(contract.serving), "proyecto", "proyectos"),
        process=contract.process or NO_VALUE,
        guarantees=date_short(approved) if approved else NO_VALUE,
    )


def _process_card(scene: Scene, process: ToldProcess, corrections: Sequence[ToldCorrection]) -> ProcessCard:
    attempt = process.attempt
    note = f"sirve al proyecto desde el {date_short(process.since)}"
    if attempt.number > 1:
        note = f"intento {attempt.number} desde el {date_short(attempt.opened_on)} · {note}"
    return ProcessCard(
        reference=process.reference,
        secop_url=process.secop_url,
        state=PROCESS_STATE[process.state],
        note=note,
        rows=_act_rows(scene.project, process, corrections),
        blocks=_process_blocks(scene, process, corrections) if scene.is_writer else [],
    )


def _process_blocks(scene: Scene, process: ToldProcess, corrections: Sequence[ToldCorrection]) -> list[Block]:
    steps = [step for step in ProcessStep if step in ALLOWED_STEPS[process.state]]
    url = url_for("contract_correction.correct_process", public_id=scene.project.public_id, process_id=process.id)
    said = (process.reference, process.secop_url)
    fix = correction_block(scene, f"{CORRECT}-{process.id}", url, said, corrections)
    return [*(_step_block(scene, process, step) for step in steps), fix]


def _act_rows(project: ProjectAssessment, process: ToldProcess, corrections: Sequence[ToldCorrection]) -> list[ActRow]:
    """Attempts and acts in the order in which they happened."""
    found = []
    for row in process.attempts:
        found.append(ActRow(row.opened_on, f"Intento {row.number} abierto", "", "", ""))
        if row.void_from:
            is_left = process.state is ProcessState.ABANDONED and row is process.attempt
            how = "abandonado" if is_left else "declarado desierto"
            what = f"Intento {row.number} {how}: sus fechas no cuentan desde entonces"
            proof = act_proof(project, row.proof)
            found.append(ActRow(row.void_from, what, row.act, row.cause, row.author, proof))
    for event in process.events:
        expected = event.restart_expected_on
        what = PROCESS_ACT[event.kind] + (f", reinicio previsto el {date_short(expected)}" if expected else "")
        proof = act_proof(project, event.proof)
        found.append(ActRow(event.valid_from, what, event.act, event.reason, event.author, proof))
    found += [ActRow(row.corrected_on, correction_text(row), "", row.reason, row.author) for row in corrections]
    return sorted(found, key=lambda row: row.day)


def correction_text(told: ToldCorrection) -> str:
    """What was corrected, with what it was before."""
    parts = []
    if told.number != told.number_before:
        parts.append(f"Número corregido: antes {told.number_before}")
    if told.url != told.url_before:
        parts.append(f"Enlace corregido: antes {told.url_before or 'ninguno'}")
    return ". ".join(parts)


def correction_block(
    scene: Scene, name: str, action: str, said: tuple[str, str], corrections: Sequence[ToldCorrection]
) -> Block:
    """The form that corrects a number and an address, filled with what is ``said`` now."""
    note = "Solo para lo que se escribió mal: cambia en todos los proyectos a los que sirve, y lo de antes se conserva."
    make, seen = scene.maker(CorrectionForm, name), str(corrections[-1].id if corrections else 0)
    title = "Corregir número o enlace"
    return scene.block(name, title, "Corregir", action, make, note, number=said[0], url=said[1], seen=seen)


def _step_block(scene: Scene, process: ToldProcess, step: ProcessStep) -> Block:
    name, public_id = step_name(process.id, step), scene.project.public_id
    action = url_for("contract.change_process", public_id=public_id, process_id=process.id, step=_SLUGS[step])
    make, today = scene.maker(STEP_FORMS[step], name), scene.reading.cutoff.today
    seen = str(process.attempt.number)
    return scene.block(name, PROCESS_STEP[step], "Registrar", action, make, _STEP_NOTES[step], day=today, seen=seen)


def _blocks(scene: Scene) -> list[Block]:
    today = scene.reading.cutoff.today
    known = "Si el número ya está en otro proyecto, este queda vinculado al mismo."
    wanted: Sequence[tuple[str, str, str, Callable[..., ToldForm]]] = (
        ("contrato", "Agregar un contrato", "contract.add_contract", partial(contract_form, scene)),
        ("proceso", "Agregar un proceso", "contract.add_process", scene.maker(ProcessForm, "proceso")),
    )
    return [
        scene.block(name, title, "Agregar", url_for(to, public_id=scene.project.public_id), make, known, day=today)
        for name, title, to, make in wanted
    ]
