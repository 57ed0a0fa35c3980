"""Keep which milestone headed a case when something happened to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "029"
down_revision = "028"
branch_labels = None
depends_on = None

TABLE, COLUMN = "alert_event", "milestone_code"


def upgrade() -> None:
    """Add it, empty in what happened before: no rebuilt table, which would lose its triggers."""
    op.add_column(TABLE, sa.Column(COLUMN, sa.String(40), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column(TABLE, COLUMN)
