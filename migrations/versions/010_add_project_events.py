"""Add requests to move planned dates, and the changes of projects that an act orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import refuse_changes

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None

APPEND_ONLY = ("replanning_request", "replanning_line", "replanning_event", "project_change")
CAUSES = (
    "cause IN ('void_process', 'suspension', 'force_majeure', 'budget', 'electoral_law', 'contractor', 'community', "
    "'other')"
)
KINDS = (
    "kind IN ('added', 'name', 'allocation', 'territory', 'bpin', 'transfer', 'withdrawal', 'return', 'suspension', "
    "'restart')"
)


def upgrade() -> None:
    """Create the tables and forbid changes of what is recorded."""
    _create_replanning()
    _create_project_change()
    refuse_changes(APPEND_ONLY)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def _create_replanning() -> None:
    op.create_table(
        "replanning_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("baseline_number", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("justification", sa.Text(), nullable=False),
        sa.Column("past_reason", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=400), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_replanning_request_number_positive")),
        sa.CheckConstraint(CAUSES, name=op.f("ck_replanning_request_cause_code")),
        _key("replanning_request", "entity_id", "entity"),
        _key("replanning_request", "project_id", "project"),
        _key("replanning_request", "evidence_id", "evidence"),
        _key("replanning_request", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replanning_request")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_replanning_request_project_id_number")),
    )
    op.create_table(
        "replanning_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("milestone_code", sa.String(length=40), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        _key("replanning_line", "entity_id", "entity"),
        _key("replanning_line", "request_id", "replanning_request"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replanning_line")),
        sa.UniqueConstraint("request_id", "milestone_code", name=op.f("uq_replanning_line_request_id_milestone_code")),
    )
    op.create_table(
        "replanning_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("baseline_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(step = 'approved') = (baseline_id IS NOT NULL)", name=op.f("ck_replanning_event_baseline_of_approval")
        ),
        sa.CheckConstraint(
            "step IN ('requested', 'returned', 'approved', 'withdrawn')", name=op.f("ck_replanning_event_step_code")
        ),
        _key("replanning_event", "entity_id", "entity"),
        _key("replanning_event", "request_id", "replanning_request"),
        _key("replanning_event", "baseline_id", "baseline"),
        _key("replanning_event", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replanning_event")),
        sa.UniqueConstraint("request_id", "step", name=op.f("uq_replanning_event_request_id_step")),
    )
    op.create_table(
        "replanning_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        _key("replanning_seat", "entity_id", "entity"),
        _key("replanning_seat", "project_id", "project"),
        _key("replanning_seat", "request_id", "replanning_request"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replanning_seat")),
        sa.UniqueConstraint("project_id", name=op.f("uq_replanning_seat_project_id")),
    )


def _create_project_change() -> None:
    op.create_table(
        "project_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_project_change_kind_code")),
        _key("project_change", "entity_id", "entity"),
        _key("project_change", "project_id", "project"),
        _key("project_change", "evidence_id", "evidence"),
        _key("project_change", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_change")),
    )
    op.create_index(op.f("ix_project_change_project_id"), "project_change", ["project_id"])


def downgrade() -> None:
    """Drop the tables; their triggers go with them."""
    op.drop_index(op.f("ix_project_change_project_id"), "project_change")
    for table in ("project_change", "replanning_seat", "replanning_event", "replanning_line", "replanning_request"):
        op.drop_table(table)
