"""Keep who signed an approval that was handed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None

EVENT = "registration_event"


def upgrade() -> None:
    """Add the name; a plain column leaves the table and its triggers where they are."""
    op.add_column(EVENT, sa.Column("signed_by", sa.String(200), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column(EVENT, "signed_by")
