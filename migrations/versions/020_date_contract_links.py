"""Let a contract leave a project and come back, and keep what acts do to a process."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import allow_changes, refuse_changes

revision = "020"
down_revision = "019"
branch_labels = None
depends_on = None

LINK, VOID, EVENT = "project_contract", "attempt_void", "process_event"
PAIR = ["project_id", "contract_id"]


def upgrade() -> None:
    """Date the links, name who declares a process void, and create the table of its other acts."""
    with op.batch_alter_table(LINK) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"uq_{LINK}_project_id_contract_id"), type_="unique")
        batch_op.add_column(sa.Column("is_linked", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.create_check_constraint(batch_op.f(f"ck_{LINK}_amount_not_negative"), "amount_cop >= 0")
        batch_op.create_index(batch_op.f(f"ix_{LINK}_contract_id"), ["contract_id"])
    with op.batch_alter_table(LINK) as batch_op:
        batch_op.alter_column("is_linked", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)
    with op.batch_alter_table(VOID) as batch_op:
        batch_op.add_column(sa.Column("user_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f(f"fk_{VOID}_user_id"), "user_account", ["user_id"], ["id"], ondelete="RESTRICT"
        )
    _create_events()
    refuse_changes([LINK, VOID, EVENT])


def _key(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{EVENT}_{column}"), ondelete="RESTRICT")


def _create_events() -> None:
    op.create_table(
        EVENT,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("restart_expected_on", sa.Date(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('suspended', 'restarted', 'abandoned')", name=op.f(f"ck_{EVENT}_kind_code")),
        _key("entity_id", "entity"),
        _key("process_id", "process"),
        _key("user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{EVENT}")),
    )
    op.create_index(op.f(f"ix_{EVENT}_process_id"), EVENT, ["process_id"])


def downgrade() -> None:
    """Keep the newest link of each pair alone, and forget the acts."""
    op.drop_index(op.f(f"ix_{EVENT}_process_id"), EVENT)
    op.drop_table(EVENT)
    allow_changes([LINK, VOID])
    op.execute(
        "DELETE FROM project_contract WHERE id NOT IN "
        "(SELECT MAX(id) FROM project_contract GROUP BY project_id, contract_id)"
    )
    with op.batch_alter_table(VOID) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"fk_{VOID}_user_id"), type_="foreignkey")
        batch_op.drop_column("user_id")
    with op.batch_alter_table(LINK) as batch_op:
        batch_op.drop_index(batch_op.f(f"ix_{LINK}_contract_id"))
        batch_op.drop_constraint(batch_op.f(f"ck_{LINK}_amount_not_negative"), type_="check")
        batch_op.drop_column("is_linked")
        batch_op.create_unique_constraint(batch_op.f(f"uq_{LINK}_project_id_contract_id"), PAIR)
