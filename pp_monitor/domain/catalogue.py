"""Milestones, phases and modalities; the default catalogue is data of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The three phases of a project, in order."""

    PRECONTRACTUAL = "precontractual"
    EXECUTION = "execution"
    CLOSURE = "closure"


class Modality(StrEnum):
    """How the main process of a project selects its contractor (Ley 1150 de 2007, Decreto 092 de 2017)."""

    LP = "LP"
    SAMC = "SAMC"
    SASI = "SASI"
    AMP = "AMP"
    CM = "CM"
    MC = "MC"
    CDPS = "CDPS"
    CDO = "CDO"
    CI = "CI"
    ESALC = "ESALC"
    ESALD = "ESALD"
    AD = "AD"
    OT = "OT"


@dataclass(frozen=True, slots=True)
class CatalogueMilestone:
    """One milestone that every project may have; ``weight`` is an integer, 100 in all.

    ``document`` is what backs its date, as people call it; ``document_type`` is that of open data (OC4IDS).
    """

    code: str
    name: str
    phase: Phase
    weight: int
    compulsory: bool
    position: int
    not_for: frozenset[Modality] = frozenset()
    document: str = ""
    document_type: str = ""

    def needed_by(self, modality: Modality | None) -> bool:
        """Whether a project of this modality normally has the milestone."""
        return modality not in self.not_for


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The milestones of a vigencia in their order, frozen when it opens."""

    milestones: tuple[CatalogueMilestone, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The milestone codes in catalogue order."""
        return tuple(milestone.code for milestone in self.milestones)

    def by_code(self, code: str) -> CatalogueMilestone | None:
        """The milestone with this code, or none."""
        return next((milestone for milestone in self.milestones if milestone.code == code), None)


# Milestones with a part of their own in rules 3 to 5 and 10.
PUBLICATION = "H03"
AWARD = "H06"
CONTRACT = "H07"
COMMITMENT = "H08"
START = "H09"
HALFWAY = "H10"
COMPLETION = "H11"
SETTLEMENT = "H14"
OWN_CODES = ("P01", "P02", "P03")

_NO_OFFERS = frozenset({Modality.CDPS, Modality.CDO, Modality.CI, Modality.ESALD})
_NO_OPENING = _NO_OFFERS | {Modality.MC, Modality.AMP, Modality.ESALC}
_SERVICES = frozenset({Modality.CDPS})


# What backs the date of each milestone, in the order of the catalogue, with its type in open data (OC4IDS).
_DOCUMENTS = (
    ("Estudios previos firmados", "feasibilityStudy"),
    ("Certificado de disponibilidad presupuestal (CDP)", "budgetApproval"),
    ("Aviso de convocatoria o constancia de publicación", "tenderNotice"),
    ("Acto de apertura y pliego definitivo", "biddingDocuments"),
    ("Acta de cierre con las ofertas recibidas", "submissionDocuments"),
    ("Acto de adjudicación o de selección", "awardNotice"),
    ("Contrato firmado", "contractSigned"),
    ("Registro presupuestal (RP)", "budgetApproval"),
    ("Acta de inicio firmada", "contractSchedule"),
    ("Informe de avance con registro fotográfico", "physicalProgressReport"),
    ("Acta de terminación", "completionCertificate"),
    ("Acta de recibo final a satisfacción", "completionCertificate"),
    ("Informe final de supervisión o interventoría", "finalAudit"),
    ("Acta de liquidación", "financialProgressReport"),
)


def _default() -> tuple[CatalogueMilestone, ...]:
    pre, execution, closure = Phase.PRECONTRACTUAL, Phase.EXECUTION, Phase.CLOSURE
    never: frozenset[Modality] = frozenset()
    rows = (
        ("Estudios previos aprobados", pre, 6, True, never),
        ("CDP expedido", pre, 4, True, never),
        ("Proceso publicado", pre, 5, True, _NO_OFFERS),
        ("Apertura y pliego definitivo", pre, 2, False, _NO_OPENING),
        ("Cierre de ofertas", pre, 3, False, _NO_OFFERS),
        ("Adjudicación o selección", pre, 5, True, _SERVICES),
        ("Contrato firmado", pre, 5, True, never),
        ("Registro presupuestal (RP)", pre, 5, True, never),
        ("Acta de inicio", execution, 10, True, never),
        ("Avance físico 50 %", execution, 20, False, never),
        ("Terminación (100 %)", execution, 20, True, never),
        ("Recibo final a satisfacción", closure, 5, True, never),
        ("Informe final de supervisión", closure, 5, True, never),
        ("Liquidación", closure, 5, False, _SERVICES),
    )
    return tuple(
        CatalogueMilestone(f"H{position:02d}", name, phase, weight, compulsory, position, not_for, *document)
        for position, ((name, phase, weight, compulsory, not_for), document) in enumerate(
            zip(rows, _DOCUMENTS, strict=True), start=1
        )
    )


DEFAULT_CATALOGUE = Catalogue(_default())
