"""Add the usual terms of each modality, and the reasons a person gives in a plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None

# Added in place, never by copying the table: the triggers of an append-only one would go with the copy.
REASONS = (("plan_draft", "left_out_reason"), ("plan_draft_line", "reason"), ("baseline_line", "reason"))


def upgrade() -> None:
    """Create the table of terms and a place for each reason."""
    op.create_table(
        "modality_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("modality", sa.String(length=40), nullable=False),
        sa.Column("milestone_code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("workdays", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('usual')", name=op.f("ck_modality_term_kind_code")),
        sa.CheckConstraint("workdays >= 0", name=op.f("ck_modality_term_workdays_not_negative")),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_modality_term_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["catalogue_version.id"],
            name=op.f("fk_modality_term_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_modality_term")),
        sa.UniqueConstraint(
            "version_id",
            "modality",
            "milestone_code",
            "kind",
            name=op.f("uq_modality_term_version_id_modality_milestone_code_kind"),
        ),
    )
    for table, column in REASONS:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for table, column in reversed(REASONS):
        op.drop_column(table, column)
    op.drop_table("modality_term")
