"""Keep when the guarantees of a contract were approved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import refuse_changes

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None

TABLE = "contract_guarantee"


def upgrade() -> None:
    """Create the table and forbid changes of what is recorded."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        _key("entity_id", "entity"),
        _key("contract_id", "contract"),
        _key("user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_contract_id"), TABLE, ["contract_id"])
    refuse_changes([TABLE])


def _key(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    """Drop the table; its triggers go with it."""
    op.drop_index(op.f(f"ix_{TABLE}_contract_id"), TABLE)
    op.drop_table(TABLE)
