"""Note that a process of a project waits for another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import refuse_changes

revision = "027"
down_revision = "026"
branch_labels = None
depends_on = None

TABLE = "process_dependency"


def upgrade() -> None:
    """Create the table and forbid changes of what is recorded."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("needs_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("is_standing", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("process_id <> needs_id", name=op.f(f"ck_{TABLE}_of_another")),
        _key("entity_id", "entity"),
        _key("process_id", "process"),
        _key("needs_id", "process"),
        _key("user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_process_id"), TABLE, ["process_id"])
    refuse_changes([TABLE])


def _key(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    """Drop the table; its triggers go with it."""
    op.drop_index(op.f(f"ix_{TABLE}_process_id"), TABLE)
    op.drop_table(TABLE)
