"""Add the commitments of meetings and their steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import refuse_changes

revision = "021"
down_revision = "020"
branch_labels = None
depends_on = None

TABLES = ("commitment", "commitment_event")
STEPS = "step IN ('commented', 'done', 'postponed', 'cancelled', 'reopened')"


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def upgrade() -> None:
    """Create the tables and forbid changes of what is recorded."""
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=False),
        sa.Column("meeting", sa.String(length=400), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(length=400), nullable=False),
        sa.Column("responsible_organism_id", sa.Integer(), nullable=True),
        sa.Column("organism_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_by_planning", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_commitment_number_positive")),
        sa.CheckConstraint("project_id IS NULL OR organism_id IS NULL", name=op.f("ck_commitment_one_subject")),
        sa.CheckConstraint("due_on >= meeting_on", name=op.f("ck_commitment_due_after_meeting")),
        _key("commitment", "entity_id", "entity"),
        _key("commitment", "vigencia_id", "vigencia"),
        _key("commitment", "responsible_organism_id", "organism"),
        _key("commitment", "organism_id", "organism"),
        _key("commitment", "project_id", "project"),
        _key("commitment", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("vigencia_id", "number", name=op.f("uq_commitment_vigencia_id_number")),
    )
    op.create_table(
        "commitment_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STEPS, name=op.f("ck_commitment_event_step_code")),
        sa.CheckConstraint(
            "(step = 'postponed') = (due_on IS NOT NULL)", name=op.f("ck_commitment_event_due_of_postponement")
        ),
        _key("commitment_event", "entity_id", "entity"),
        _key("commitment_event", "commitment_id", "commitment"),
        _key("commitment_event", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_event")),
        sa.UniqueConstraint("commitment_id", "number", name=op.f("uq_commitment_event_commitment_id_number")),
    )
    refuse_changes(TABLES)


def downgrade() -> None:
    """Drop the tables; their triggers go with them."""
    for table in reversed(TABLES):
        op.drop_table(table)
