"""What the pages of a project's contracts show: processes with their attempts, contracts, and the forms of a writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask import url_for

from pp_monitor import access
from pp_monitor.domain.catalogue import CONTRACT
from pp_monitor.domain.contract import ALLOWED_STEPS, ProcessState, ProcessStep, looks_like_reference
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import NO_VALUE, cop, date_short, plural
from pp_monitor.forms.attachment import ATTACHMENT_FIELDS
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
from pp_monitor.labels_contract import PROCESS_ACT, PROCESS_STATE, PROCESS_STEP
from pp_monitor.services.contract import Link
from pp_monitor.services.contract_correction import ToldCorrection, process_corrections
from pp_monitor.services.contract_read import (
    ToldContract,
    ToldProcess,
    project_contracts,
    project_processes,
)
from pp_monitor.services.evidence import Backing, Proof
from pp_monitor.services.process import ProcessOrder
from pp_monitor.views.attachment import ProofLink, proof_link
from pp_monitor.views.reading import Reading

Told = TypeVar("Told", bound=ToldForm)
Sent = tuple[str, ToldForm] | None
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
class Block:
    """One form of a page; ``fields`` are its boxes in their order, ``is_backed`` adds that of a document."""

    name: str
    title: str
    button: str
    note: str
    action: str
    form: ToldForm
    fields: list[Any]
    is_backed: bool
    is_open: bool


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


def form_of(base: type[Told], name: str, reading: Reading, **given: Any) -> Told:
    """A form as it was sent, or as ``given`` where anything is; a day without its year is one of the vigencia."""
    filled: dict[str, Any] = {"formdata": None, "data": given} if given else {}
    return base(prefix=f"{name}-", meta={"year": reading.vigencia.year}, **filled)


def contract_form(reading: Reading, project: ProjectAssessment, **given: Any) -> ContractForm:
    """The form of a new contract with the processes of the project."""
    form = form_of(ContractForm, "contrato", reading, **given)
    form.offer_processes([(str(row.id), row.reference) for row in project_processes(project.id)])
    return form


def can_write(project: ProjectAssessment) -> bool:
    """Whether this person writes the project's contracts."""
    codes = access.writable_organism_codes()
    return codes is None or project.organism_code in codes


def process_ids(project: ProjectAssessment) -> set[int]:
    """The processes of the project."""
    return {row.id for row in project_processes(project.id)}


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


def order_of(form: ProcessOrderForm, project: ProjectAssessment) -> ProcessOrder:
    """The act that a form holds."""
    assert form.day.data
    expected = form.expected.data if isinstance(form, ProcessSuspendForm) else None
    contract, amount = "", 0
    if isinstance(form, ProcessAbandonForm):
        contract, amount = form.contract.data or "", form.amount.data or 0
    return ProcessOrder(
        form.act.data or "",
        form.day.data,
        form.reason.data or "",
        expected,
        contract,
        amount,
        project.id,
        backing_of(form),
    )


def backing_of(form: BackedForm) -> Backing:
    """What backs the act of a form that was found sound."""
    return Backing("" if form.attached else form.url.data or "", form.attached)


def act_proof(project: ProjectAssessment, proof: Proof | None) -> ProofLink | None:
    """The way to what backs an act, for who may read it."""
    if proof is None or not any(access.has_role(role) for role in access.EVIDENCE_READERS):
        return None
    return proof_link(proof, url_for("contract.document", public_id=project.public_id, evidence_id=proof.evidence_id))


def build(reading: Reading, project: ProjectAssessment, sent: Sent) -> ContractsPage:
    """The page of a project's contracts."""
    is_writer = can_write(project)
    processes = project_processes(project.id)
    corrections = process_corrections([row.id for row in processes])
    contracts = [(row, row.link_of(project.id)) for row in project_contracts(project.id)]
    rows = [(link, _contract_row(project, row, link)) for row, link in contracts if link]
    return ContractsPage(
        summary=signed_text(project),
        contracts=[row for link, row in rows if link.is_linked],
        left=[row for link, row in rows if not link.is_linked],
        processes=[
            _process_card(reading, project, row, corrections.get(row.id, []), sent, is_writer=is_writer)
            for row in processes
        ],
        blocks=_blocks(reading, project, sent) if is_writer else [],
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


def _process_card(
    reading: Reading,
    project: ProjectAssessment,
    process: ToldProcess,
    corrections: Sequence[ToldCorrection],
    sent: Sent,
    *,
    is_writer: bool,
) -> ProcessCard:
    attempt = process.attempt
    note = f"sirve al proyecto desde el {date_short(process.since)}"
    if attempt.number > 1:
        note = f"intento {attempt.number} desde el {date_short(attempt.opened_on)} · {note}"
    steps = [step for step in ProcessStep if step in ALLOWED_STEPS[process.state]] if is_writer else []
    name, said = f"corregir-{process.id}", (process.reference, process.secop_url)
    action = url_for("contract_correction.correct_process", public_id=project.public_id, process_id=process.id)
    fix = [correction_block(reading, name, action, said, corrections, sent)] if is_writer else []
    return ProcessCard(
        reference=process.reference,
        secop_url=process.secop_url,
        state=PROCESS_STATE[process.state],
        note=note,
        rows=_act_rows(project, process, corrections),
        blocks=[*(_step_block(reading, project, process, step, sent) for step in steps), *fix],
    )


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
    reading: Reading, name: str, action: str, said: tuple[str, str], corrections: Sequence[ToldCorrection], sent: Sent
) -> Block:
    """The form that corrects a number and an address, filled with what is ``said`` now."""
    seen = corrections[-1].id if corrections else 0
    form: ToldForm
    form = (
        sent[1]
        if sent and sent[0] == name
        else form_of(CorrectionForm, name, reading, number=said[0], url=said[1], seen=str(seen))
    )
    note = "Solo para lo que se escribió mal: cambia en todos los proyectos a los que sirve, y lo de antes se conserva."
    return block(name, "Corregir número o enlace", "Corregir", note, action, form, sent)


def _step_block(
    reading: Reading, project: ProjectAssessment, process: ToldProcess, step: ProcessStep, sent: Sent
) -> Block:
    name = step_name(process.id, step)
    form = sent[1] if sent and sent[0] == name else form_of(STEP_FORMS[step], name, reading, day=reading.cutoff.today)
    action = url_for("contract.change_process", public_id=project.public_id, process_id=process.id, step=_SLUGS[step])
    return block(name, PROCESS_STEP[step], "Registrar", _STEP_NOTES[step], action, form, sent)


def block(name: str, title: str, button: str, note: str, action: str, form: ToldForm, sent: Sent) -> Block:
    """One form of a page, open where it is the one that was sent."""
    is_backed = isinstance(form, BackedForm)
    apart = {"csrf_token", "projects", *(ATTACHMENT_FIELDS if is_backed else ())}
    fields = [field for field in form if field.short_name not in apart]
    if isinstance(form, BackedForm):
        # What backs an act is asked after the act, beside its document.
        fields = [*(field for field in fields if field is not form.url), form.url]
    is_open = bool(sent and sent[0] == name)
    return Block(name, title, button, note, action, form, fields, is_backed=is_backed, is_open=is_open)


def _blocks(reading: Reading, project: ProjectAssessment, sent: Sent) -> list[Block]:
    today = reading.cutoff.today
    known = "Si el número ya está en otro proyecto, este queda vinculado al mismo."
    found = []
    for name, title, endpoint in (
        ("contrato", "Agregar un contrato", "contract.add_contract"),
        ("proceso", "Agregar un proceso", "contract.add_process"),
    ):
        form: ToldForm
        if sent and sent[0] == name:
            form = sent[1]
        elif name == "contrato":
            form = contract_form(reading, project, day=today)
        else:
            form = form_of(ProcessForm, name, reading, day=today)
        action = url_for(endpoint, public_id=project.public_id)
        found.append(block(name, title, "Agregar", known, action, form, sent))
    return found
