"""Keep who accepted which version of the privacy notice, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import refuse_changes

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None

TABLE = "privacy_acceptance"


def upgrade() -> None:
    """Create the table and forbid changes of what it holds."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_privacy_acceptance_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_privacy_acceptance_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_acceptance")),
        sa.UniqueConstraint("user_id", "version", name=op.f("uq_privacy_acceptance_user_id_version")),
    )
    refuse_changes([TABLE])


def downgrade() -> None:
    """Drop the triggers with their table."""
    op.drop_table(TABLE)
