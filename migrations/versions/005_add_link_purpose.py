"""Tell links of invitations from those that renew a forgotten password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the purpose; every link until now renews a password."""
    with op.batch_alter_table("password_token") as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.String(length=40), nullable=False, server_default="reset"))
    with op.batch_alter_table("password_token") as batch_op:
        batch_op.alter_column("purpose", server_default=None)
        batch_op.create_check_constraint(
            batch_op.f("ck_password_token_purpose_code"), "purpose IN ('reset', 'invitation')"
        )


def downgrade() -> None:
    """Forget the purpose."""
    with op.batch_alter_table("password_token") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_password_token_purpose_code"), type_="check")
        batch_op.drop_column("purpose")
