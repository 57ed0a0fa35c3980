"""Add plans on their way to B0: what was sent, its steps and the documents handed in with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import allow_changes, refuse_changes

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None

APPEND_ONLY = ("plan_submission", "plan_submission_project", "evidence_content")
EVENT = "registration_event"
STEP_CHECK = "ck_registration_event_step_code"
BEFORE = ("sent", "approved", "returned", "registered")
AFTER = ("sent", "approved", "returned", "commented", "recalled", "left", "registered")


def upgrade() -> None:
    """Create the tables, widen the steps of a registration and keep all of it append-only."""
    _create_tables()
    allow_changes([EVENT])
    _widen_events()
    refuse_changes([EVENT, *APPEND_ONLY])


def downgrade() -> None:
    """Forget what was sent; steps that were not known before go with it."""
    allow_changes([EVENT, *APPEND_ONLY])
    events = sa.table(EVENT, sa.column("step"))
    op.execute(events.delete().where(events.c.step.not_in(BEFORE)))
    _narrow_events()
    refuse_changes([EVENT])
    for table in ("evidence_content", "plan_submission_seat", "plan_submission_project", "plan_submission"):
        op.drop_table(table)


def _widen_events() -> None:
    with op.batch_alter_table(EVENT) as batch:
        _check(batch, AFTER)
        for name in ("submission_id", "evidence_id"):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
        for name, target in (("submission_id", "plan_submission"), ("evidence_id", "evidence")):
            batch.create_foreign_key(op.f(f"fk_{EVENT}_{name}"), target, [name], ["id"], ondelete="RESTRICT")
        batch.create_index(f"ix_{EVENT}_submission_id", ["submission_id"])


def _narrow_events() -> None:
    with op.batch_alter_table(EVENT) as batch:
        _check(batch, BEFORE)
        batch.drop_index(f"ix_{EVENT}_submission_id")
        for name in ("submission_id", "evidence_id"):
            batch.drop_constraint(op.f(f"fk_{EVENT}_{name}"), type_="foreignkey")
            batch.drop_column(name)


def _check(batch, steps: tuple[str, ...]) -> None:
    codes = ", ".join(f"'{step}'" for step in steps)
    batch.drop_constraint(op.f(STEP_CHECK), type_="check")
    batch.create_check_constraint(op.f(STEP_CHECK), f"step IN ({codes})")


def _key(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"), ondelete="RESTRICT")


def _create_tables() -> None:
    table = "plan_submission"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("organism_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.Column("plan_sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('principal', 'supplementary')", name=op.f("ck_plan_submission_kind_code")),
        _key(table, "entity_id", "entity"),
        _key(table, "vigencia_id", "vigencia"),
        _key(table, "organism_id", "organism"),
        _key(table, "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_submission")),
        sa.UniqueConstraint("vigencia_id", "number", name=op.f("uq_plan_submission_vigencia_id_number")),
    )
    table = "plan_submission_project"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("modality", sa.String(length=40), nullable=False),
        sa.Column("plan_text", sa.Text(), nullable=False),
        sa.Column("plan_sha256", sa.String(length=64), nullable=False),
        _key(table, "entity_id", "entity"),
        _key(table, "submission_id", "plan_submission"),
        _key(table, "project_id", "project"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_submission_project")),
        sa.UniqueConstraint(
            "submission_id", "project_id", name=op.f("uq_plan_submission_project_submission_id_project_id")
        ),
    )
    op.create_index("ix_plan_submission_project_project_id", table, ["project_id"])
    table = "plan_submission_seat"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        _key(table, "entity_id", "entity"),
        _key(table, "project_id", "project"),
        _key(table, "submission_id", "plan_submission"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_submission_seat")),
        sa.UniqueConstraint("project_id", name=op.f("uq_plan_submission_seat_project_id")),
    )
    table = "evidence_content"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _key(table, "entity_id", "entity"),
        _key(table, "evidence_id", "evidence"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_content")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_evidence_content_evidence_id")),
    )
