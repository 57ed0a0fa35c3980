"""Let each vigencia set the rules of its alerts and how their cases are escalated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import refuse_changes

revision = "022"
down_revision = "021"
branch_labels = None
depends_on = None

SETTING, ESCALATION = "alert_rule_setting", "alert_escalation_setting"
RULES = (
    *("overdue", "legal_start", "out_of_order", "passed", "no_update", "finish_after_year", "physical_gap"),
    *("long_suspension", "third_replanning", "restriction_window", "organism_without_plan", "organism_without_enlace"),
    *("missing_modality", "zero_value", "money_chain"),
)
LEVELS = ("mild", "serious", "critical")


def upgrade() -> None:
    """Create the tables and forbid changes of what is recorded."""
    rules = ", ".join(repr(code) for code in RULES)
    levels = ", ".join(repr(code) for code in LEVELS)
    _create(
        SETTING,
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.CheckConstraint(f"rule IN ({rules})", name=op.f(f"ck_{SETTING}_rule_code")),
        sa.CheckConstraint(f"level IN ('', {levels})", name=op.f(f"ck_{SETTING}_level_code")),
    )
    _create(
        ESCALATION,
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.CheckConstraint(f"level IN ({levels})", name=op.f(f"ck_{ESCALATION}_level_code")),
    )
    refuse_changes((SETTING, ESCALATION))


def _create(table: str, *own: sa.Column[object] | sa.CheckConstraint) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        *own,
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")
            for column, to in (("entity_id", "entity"), ("vigencia_id", "vigencia"), ("user_id", "user_account"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_vigencia_id"), table, ["vigencia_id"])


def downgrade() -> None:
    """Drop the tables; their triggers go with them."""
    for table in (ESCALATION, SETTING):
        op.drop_index(op.f(f"ix_{table}_vigencia_id"), table)
        op.drop_table(table)
