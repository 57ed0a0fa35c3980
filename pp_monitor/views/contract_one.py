"""What the page of one contract shows: the projects that it serves, its guarantees, and the forms of a writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from pp_monitor.formatters import NO_VALUE, cop, date_short, plural
from pp_monitor.forms.contract import GuaranteeForm, LinkForm, ToldForm, UnlinkForm
from pp_monitor.services.contract_correction import ToldCorrection, contract_corrections
from pp_monitor.services.contract_read import ToldContract
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.views.attachment import ProofLink
from pp_monitor.views.contract_form import Block, Scene
from pp_monitor.views.contract_page import CORRECT, ActRow, act_proof, contract_of, correction_block, correction_text
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import short_name


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One project that a contract serves; without ``url`` it is of an organism that this person does not read."""

    name: str
    url: str
    organism: str
    amount: str
    since: date
    state: str
    act: str
    proof: ProofLink | None


@dataclass(frozen=True, slots=True)
class OneContractPage:
    """Everything that the page of a contract shows."""

    contract: ToldContract
    facts: list[tuple[str, str]]
    guarantees: ProofLink | None
    corrections: list[ActRow]
    projects: list[ProjectRow]
    blocks: list[Block]
    others: str


def build_contract(scene: Scene, contract_id: int) -> OneContractPage:
    """The page of one contract, seen from one of its projects."""
    project = scene.project
    contract = contract_of(project, contract_id)
    rows = _project_rows(scene.reading, contract)
    hidden = sum(not row.url for row in rows)
    corrected = contract_corrections([contract_id])[contract_id]
    others = (
        f"Sirve también a {plural(hidden, 'proyecto', 'proyectos')} de otro organismo: las garantías y los reportes de "
        "todos juntos los registra Planeación."
        if hidden
        else ""
    )
    return OneContractPage(
        contract=contract,
        facts=_contract_facts(contract),
        corrections=[ActRow(row.corrected_on, correction_text(row), "", row.reason, row.author) for row in corrected],
        guarantees=act_proof(project, contract.approval.proof),
        projects=rows,
        blocks=_contract_blocks(scene, contract, corrected) if scene.is_writer else [],
        others=others,
    )


def _contract_facts(contract: ToldContract) -> list[tuple[str, str]]:
    approval = contract.approval
    by = ", ".join(part for part in (approval.act, approval.author) if part)
    approved = f"{date_short(approval.approved_on)} ({by})" if approval.approved_on else "Sin registrar"
    total = sum(link.amount_cop for link in contract.serving)
    return [
        ("Proceso", contract.process or NO_VALUE),
        ("Proyectos a los que sirve", str(len(contract.serving))),
        ("Suma de lo que pone", cop(total) if total else NO_VALUE),
        ("Garantías aprobadas", approved),
    ]


def _project_rows(reading: Reading, contract: ToldContract) -> list[ProjectRow]:
    """The projects of the contract; those of organisms that are not read are told apart, without name, value or act."""
    visible = {row.id: row for row in reading.portfolio.projects}
    names = assess_portfolio(reading.vigencia, reading.cutoff.day).names
    found = []
    for link in contract.links:
        seen = visible.get(link.project_id)
        state = "Sirve" if link.is_linked else f"Dejó de servir el {date_short(link.valid_from)}"
        amount = cop(link.amount_cop) if seen and link.amount_cop else NO_VALUE
        name = f"{seen.code} {seen.name}" if seen else "Proyecto de otro organismo"
        url = url_for("contract.show", public_id=seen.public_id) if seen else ""
        act, proof = (link.act, act_proof(seen, link.proof)) if seen else ("", None)
        organism = short_name(names, link.organism_code)
        found.append(ProjectRow(name, url, organism, amount, link.valid_from, state, act, proof))
    return found


def _contract_blocks(scene: Scene, contract: ToldContract, corrected: Sequence[ToldCorrection]) -> list[Block]:
    today = scene.reading.cutoff.today
    link = contract.link_of(scene.project.id)
    approval = contract.approval
    wanted: Sequence[tuple[str, str, str, str, str, type[ToldForm], dict[str, Any]]] = (
        ("vincular", "link", "Vincular a más proyectos", "Vincular", "", LinkForm, {"day": today}),
        (
            "garantias",
            "approve_guarantees",
            "Garantías aprobadas",
            "Registrar",
            "Las obras no empiezan antes de esa fecha (Ley 80 de 1993, artículo 41).",
            GuaranteeForm,
            {"approved": approval.approved_on, "seen": str(approval.id)},
        ),
        (
            "desvincular",
            "unlink",
            "Desvincular de este proyecto",
            "Desvincular",
            "Desde ese día las fechas de este contrato dejan de contar en el proyecto. Quedan en la historia.",
            UnlinkForm,
            {"day": today},
        ),
    )
    about: dict[str, Any] = {"public_id": scene.project.public_id, "contract_id": contract.id}
    found = [
        scene.block(name, title, button, url_for(f"contract.{to}", **about), scene.maker(base, name), note, **given)
        for name, to, title, button, note, base, given in wanted
        if base is not UnlinkForm or (link and link.is_linked)
    ]
    action = url_for("contract_correction.correct_contract", **about)
    return [*found, correction_block(scene, CORRECT, action, (contract.number, contract.secop_url), corrected)]
