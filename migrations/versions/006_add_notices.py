"""Reminders and *requerimientos*: what each organism was told of the plan that it owes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import refuse_changes

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None


APPEND_ONLY = ("reminder", "formal_notice")


def upgrade() -> None:
    """Create both tables and forbid changes of what is recorded."""
    op.create_table(
        "formal_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("organism_id", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("filing_number", sa.String(length=400), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_formal_notice_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organism_id"], ["organism.id"], name=op.f("fk_formal_notice_organism_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_formal_notice_user_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_formal_notice_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_formal_notice")),
        sa.UniqueConstraint(
            "vigencia_id",
            "organism_id",
            "filing_number",
            name=op.f("uq_formal_notice_vigencia_id_organism_id_filing_number"),
        ),
    )
    with op.batch_alter_table("formal_notice", schema=None) as batch_op:
        batch_op.create_index("ix_formal_notice_organism", ["vigencia_id", "organism_id"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("organism_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_reminder_entity_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["organism_id"], ["organism.id"], name=op.f("fk_reminder_organism_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_reminder_user_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_reminder_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "vigencia_id",
            "organism_id",
            "user_id",
            "occasion",
            name=op.f("uq_reminder_vigencia_id_organism_id_user_id_occasion"),
        ),
    )
    refuse_changes(APPEND_ONLY)


def downgrade() -> None:
    """Drop both tables; their triggers go with them."""
    op.drop_table("reminder")
    with op.batch_alter_table("formal_notice", schema=None) as batch_op:
        batch_op.drop_index("ix_formal_notice_organism")

    op.drop_table("formal_notice")
