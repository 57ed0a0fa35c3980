"""Mark what each person was told by mail, and let a document go with a message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import refuse_changes

revision = "024"
down_revision = "023"
branch_labels = None
depends_on = None

MARK, DOCUMENT = "mail_mark", "outbox_document"


def upgrade() -> None:
    """Create the tables and forbid changes of what is recorded."""
    op.create_table(
        MARK,
        *_common(MARK, vigencia_id="vigencia", user_id="user_account"),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("occasion", sa.String(length=400), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seen_event_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        _unique(MARK, "vigencia_id", "user_id", "kind", "occasion"),
    )
    op.create_table(
        DOCUMENT,
        *_common(DOCUMENT, message_id="outbox_message", evidence_id="evidence"),
        sa.Column("filename", sa.String(length=400), nullable=False),
        _unique(DOCUMENT, "message_id", "evidence_id"),
    )
    refuse_changes((MARK, DOCUMENT))


def _common(table: str, **references: str) -> list[sa.Column[object] | sa.Constraint]:
    targets = {"entity_id": "entity", **references}
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=False) for column in targets),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")
            for column, to in targets.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def downgrade() -> None:
    """Drop the tables; their triggers go with them."""
    op.drop_table(DOCUMENT)
    op.drop_table(MARK)
