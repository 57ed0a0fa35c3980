"""Name the date that a verification or a return judges, and who reports in a vigencia."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import allow_changes, refuse_changes

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None

FACT = "actual_fact"
KEY, INDEX = f"fk_{FACT}_of_fact_id", f"ix_{FACT}_of_fact_id"
# In words that both engines take: everything refers to a vigencia, whose table is not rebuilt.
REPORTER = (
    "ALTER TABLE vigencia ADD COLUMN reporter VARCHAR(40) NOT NULL DEFAULT 'organism' "
    "CONSTRAINT ck_vigencia_reporter_code CHECK (reporter IN ('organism', 'planning'))"
)


def upgrade() -> None:
    """Add both columns; until now organisms reported and nothing was judged."""
    allow_changes((FACT,))
    with op.batch_alter_table(FACT) as batch:
        batch.add_column(sa.Column("of_fact_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f(KEY), FACT, ["of_fact_id"], ["id"], ondelete="RESTRICT")
        batch.create_index(op.f(INDEX), ["of_fact_id"])
    refuse_changes((FACT,))
    op.execute(REPORTER)


def downgrade() -> None:
    """Drop them: a return then ends the date of its milestone, whatever stood before."""
    op.execute("ALTER TABLE vigencia DROP COLUMN reporter")
    allow_changes((FACT,))
    with op.batch_alter_table(FACT) as batch:
        batch.drop_index(op.f(INDEX))
        batch.drop_constraint(op.f(KEY), type_="foreignkey")
        batch.drop_column("of_fact_id")
    refuse_changes((FACT,))
