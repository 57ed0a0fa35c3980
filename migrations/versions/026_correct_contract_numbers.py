"""Keep what the number or the address of a contract or a process was before it was corrected."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import refuse_changes

revision = "026"
down_revision = "025"
branch_labels = None
depends_on = None

TABLE = "contracting_correction"


def upgrade() -> None:
    """Create the table and forbid changes of what is recorded."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=True),
        sa.Column("contract_id", sa.Integer(), nullable=True),
        sa.Column("number_before", sa.String(length=400), nullable=False),
        sa.Column("url_before", sa.String(length=400), nullable=False),
        sa.Column("number", sa.String(length=400), nullable=False),
        sa.Column("url", sa.String(length=400), nullable=False),
        sa.Column("corrected_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(process_id IS NULL) <> (contract_id IS NULL)", name=op.f(f"ck_{TABLE}_one_object")),
        _key("entity_id", "entity"),
        _key("process_id", "process"),
        _key("contract_id", "contract"),
        _key("user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_process_id"), TABLE, ["process_id"])
    op.create_index(op.f(f"ix_{TABLE}_contract_id"), TABLE, ["contract_id"])
    refuse_changes([TABLE])


def _key(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    """Drop the table; its triggers go with it, and the corrected numbers stay."""
    op.drop_index(op.f(f"ix_{TABLE}_contract_id"), TABLE)
    op.drop_index(op.f(f"ix_{TABLE}_process_id"), TABLE)
    op.drop_table(TABLE)
