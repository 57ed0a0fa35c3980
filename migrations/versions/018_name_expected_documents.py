"""Name the document that backs each milestone, and its type in open data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "018"
down_revision = "017"
branch_labels = None
depends_on = None

TABLE = "catalogue_milestone"
# What the default catalogue names, by code; versions with codes of their own say it themselves.
DOCUMENTS = {
    "H01": ("Estudios previos firmados", "feasibilityStudy"),
    "H02": ("Certificado de disponibilidad presupuestal (CDP)", "budgetApproval"),
    "H03": ("Aviso de convocatoria o constancia de publicación", "tenderNotice"),
    "H04": ("Acto de apertura y pliego definitivo", "biddingDocuments"),
    "H05": ("Acta de cierre con las ofertas recibidas", "submissionDocuments"),
    "H06": ("Acto de adjudicación o de selección", "awardNotice"),
    "H07": ("Contrato firmado", "contractSigned"),
    "H08": ("Registro presupuestal (RP)", "budgetApproval"),
    "H09": ("Acta de inicio firmada", "contractSchedule"),
    "H10": ("Informe de avance con registro fotográfico", "physicalProgressReport"),
    "H11": ("Acta de terminación", "completionCertificate"),
    "H12": ("Acta de recibo final a satisfacción", "completionCertificate"),
    "H13": ("Informe final de supervisión o interventoría", "finalAudit"),
    "H14": ("Acta de liquidación", "financialProgressReport"),
}


def upgrade() -> None:
    """Add both columns and fill them by code."""
    op.add_column(TABLE, sa.Column("evidence_name", sa.String(length=400), nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("evidence_type", sa.String(length=40), nullable=False, server_default=""))
    table = sa.table(TABLE, sa.column("code"), sa.column("evidence_name"), sa.column("evidence_type"))
    for code, (name, kind) in DOCUMENTS.items():
        op.execute(table.update().where(table.c.code == code).values(evidence_name=name, evidence_type=kind))


def downgrade() -> None:
    """Drop them."""
    op.drop_column(TABLE, "evidence_type")
    op.drop_column(TABLE, "evidence_name")
