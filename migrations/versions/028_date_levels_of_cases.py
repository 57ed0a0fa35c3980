"""Keep since when a case has its level, and how many of the roles told its level still names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "028"
down_revision = "027"
branch_labels = None
depends_on = None

TABLE = "alert"
# The day of the newest rise, else that of the opening.
LEVEL_ON = sa.text(
    "UPDATE alert SET level_on = COALESCE((SELECT MAX(alert_event.happened_on) FROM alert_event "
    "WHERE alert_event.alert_id = alert.id AND alert_event.change = 'raised'), opened_on)"
)
# As the product escalates unless a vigencia says otherwise; those that do are put right by the next daily run.
STANDING = sa.text(
    "UPDATE alert SET standing_step = CASE WHEN level = 'mild' AND escalation_step > 2 THEN 2 "
    "WHEN level = 'serious' AND escalation_step > 3 THEN 3 ELSE escalation_step END"
)


def upgrade() -> None:
    """Add both columns and fill them from what happened to each case."""
    op.add_column(TABLE, sa.Column("level_on", sa.Date(), nullable=True))
    op.add_column(TABLE, sa.Column("standing_step", sa.Integer(), nullable=False, server_default="0"))
    op.execute(LEVEL_ON)
    op.execute(STANDING)
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.alter_column("level_on", existing_type=sa.Date(), nullable=False)
        batch_op.alter_column("standing_step", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    """Drop them: ages count from the opening again."""
    op.drop_column(TABLE, "standing_step")
    op.drop_column(TABLE, "level_on")
