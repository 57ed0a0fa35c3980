"""Add what organisms say of late milestones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import refuse_changes

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None

TABLE = "milestone_explanation"
CAUSES = (
    "cause IN ('incomplete_studies', 'cdp_or_rp', 'legal_review', 'void_process', 'electoral_law', 'community', "
    "'land_or_permits', 'force_majeure', 'contractor', 'budget', 'scope_change', 'people_change', 'other')"
)
DEPENDS_ON = "depends_on IN ('organism', 'contracting', 'treasury', 'community', 'third_party')"


def upgrade() -> None:
    """Create the table and forbid changes of what is recorded."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("milestone_code", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("cause_text", sa.String(length=400), nullable=False),
        sa.Column("depends_on", sa.String(length=40), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(length=400), nullable=False),
        sa.Column("commitment_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(CAUSES, name=op.f(f"ck_{TABLE}_cause_code")),
        sa.CheckConstraint(DEPENDS_ON, name=op.f(f"ck_{TABLE}_depends_on_code")),
        _key("entity_id", "entity"),
        _key("project_id", "project"),
        _key("user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_project_id_milestone_code", TABLE, ["project_id", "milestone_code"])
    refuse_changes((TABLE,))


def downgrade() -> None:
    """Drop the table; its triggers go with it."""
    op.drop_index(f"ix_{TABLE}_project_id_milestone_code", TABLE)
    op.drop_table(TABLE)


def _key(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{column}"), ondelete="RESTRICT")
