"""Keep what backs the acts on contracts and processes, and who wrote each link."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import allow_changes, refuse_changes

revision = "025"
down_revision = "024"
branch_labels = None
depends_on = None

EVIDENCE, USER = ("evidence_id", "evidence"), ("user_id", "user_account")
COLUMNS = {
    "attempt_void": (EVIDENCE,),
    "contract_guarantee": (EVIDENCE,),
    "process_event": (EVIDENCE,),
    "project_contract": (EVIDENCE, USER),
    "project_process": (USER,),
}
APPEND_ONLY = ("attempt_void", "contract_guarantee", "process_event", "project_contract")


def upgrade() -> None:
    """Add the columns; of what is recorded already nobody knows."""
    allow_changes(APPEND_ONLY)
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name, target in columns:
                batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
                batch.create_foreign_key(batch.f(f"fk_{table}_{name}"), target, [name], ["id"], ondelete="RESTRICT")
    refuse_changes(APPEND_ONLY)


def downgrade() -> None:
    """Drop them: the documents stay in the table of evidence."""
    allow_changes(APPEND_ONLY)
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name, _ in columns:
                batch.drop_constraint(batch.f(f"fk_{table}_{name}"), type_="foreignkey")
                batch.drop_column(name)
    refuse_changes(APPEND_ONLY)
