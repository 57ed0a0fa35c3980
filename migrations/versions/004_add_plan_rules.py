"""What plans are reviewed against, and the reasons that organisms give for what stays doubtful."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import refuse_changes

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None


APPEND_ONLY = ("shortest_term", "restriction_window", "amount_band", "plan_justification")


def upgrade() -> None:
    """Create the tables and forbid changes of what is recorded."""
    _create_tables()
    refuse_changes(APPEND_ONLY)


def _create_tables() -> None:
    op.create_table(
        "amount_band",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("least_cop", sa.BigInteger(), nullable=False),
        sa.Column("minor_cop", sa.BigInteger(), nullable=False),
        sa.Column("norm", sa.String(length=400), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("0 < least_cop AND least_cop <= minor_cop", name=op.f("ck_amount_band_bands_order")),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_amount_band_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_amount_band_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amount_band")),
    )
    op.create_table(
        "restriction_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("norm", sa.String(length=400), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("modalities", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_restriction_window_days_order")),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_restriction_window_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_restriction_window_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction_window")),
    )
    op.create_table(
        "shortest_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("modality", sa.String(length=40), nullable=False),
        sa.Column("from_code", sa.String(length=40), nullable=False),
        sa.Column("to_code", sa.String(length=40), nullable=False),
        sa.Column("workdays", sa.Integer(), nullable=False),
        sa.Column("norm", sa.String(length=400), nullable=False),
        sa.Column("confirmed_by", sa.String(length=400), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(confirmed_by = '') = (confirmed_on IS NULL)", name=op.f("ck_shortest_term_confirmed_by_and_on")
        ),
        sa.CheckConstraint("workdays > 0", name=op.f("ck_shortest_term_workdays_positive")),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_shortest_term_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_shortest_term_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortest_term")),
    )
    op.create_table(
        "plan_justification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("organism_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("backing", sa.String(length=40), nullable=False),
        sa.Column("document", sa.String(length=400), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "backing IN ('', 'reserve', 'future_appropriation', 'payable')",
            name=op.f("ck_plan_justification_backing_code"),
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_plan_justification_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organism_id"], ["organism.id"], name=op.f("fk_plan_justification_organism_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_plan_justification_user_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_plan_justification_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_justification")),
    )
    with op.batch_alter_table("plan_justification", schema=None) as batch_op:
        batch_op.create_index("ix_plan_justification_organism", ["vigencia_id", "organism_id"], unique=False)


def downgrade() -> None:
    """Drop the tables; their triggers go with them."""
    with op.batch_alter_table("plan_justification", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_justification_organism")

    op.drop_table("plan_justification")
    op.drop_table("shortest_term")
    op.drop_table("restriction_window")
    op.drop_table("amount_band")
