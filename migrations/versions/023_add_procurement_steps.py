"""Keep the steps of procurement files in each office, and how many small contracts are signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import refuse_changes

revision = "023"
down_revision = "022"
branch_labels = None
depends_on = None

STEP, PACKAGE = "procurement_step", "contract_package"
INDEXES = {STEP: ("project_id", "process_id"), PACKAGE: ("project_id",)}
OFFICES = "office IN ('organism', 'contratacion', 'legal', 'finance', 'planning', 'other')"


def upgrade() -> None:
    """Create both tables and forbid changes of what is recorded."""
    _create_steps()
    _create_packages()
    for table, columns in INDEXES.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    refuse_changes([STEP, PACKAGE])


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def _create_steps() -> None:
    op.create_table(
        STEP,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("process_id", sa.Integer(), nullable=True),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("office_name", sa.String(length=400), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("annuls_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(OFFICES, name=op.f(f"ck_{STEP}_office_code")),
        sa.CheckConstraint("step IN ('filed', 'returned', 'approved')", name=op.f(f"ck_{STEP}_step_code")),
        sa.CheckConstraint("(project_id IS NULL) <> (process_id IS NULL)", name=op.f(f"ck_{STEP}_one_file")),
        _key(STEP, "entity_id", "entity"),
        _key(STEP, "project_id", "project"),
        _key(STEP, "process_id", "process"),
        _key(STEP, "annuls_id", STEP),
        _key(STEP, "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{STEP}")),
        sa.UniqueConstraint("annuls_id", name=op.f(f"uq_{STEP}_annuls_id")),
    )


def _create_packages() -> None:
    op.create_table(
        PACKAGE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "planned >= 1 AND signed >= 0 AND signed <= planned", name=op.f(f"ck_{PACKAGE}_signed_of_planned")
        ),
        _key(PACKAGE, "entity_id", "entity"),
        _key(PACKAGE, "project_id", "project"),
        _key(PACKAGE, "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{PACKAGE}")),
    )


def downgrade() -> None:
    """Drop both; their triggers go with them."""
    for table, columns in INDEXES.items():
        for column in columns:
            op.drop_index(op.f(f"ix_{table}_{column}"), table)
        op.drop_table(table)
