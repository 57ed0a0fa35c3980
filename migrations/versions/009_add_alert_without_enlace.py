"""Let an organism without active enlace open an alert."""

from __future__ import annotations

from alembic import op

from pp_monitor.models.append_only import allow_changes, refuse_changes

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None

BEFORE = "rule IN ('overdue', 'organism_without_plan')"
AFTER = "rule IN ('overdue', 'organism_without_plan', 'organism_without_enlace')"


def upgrade() -> None:
    """Take the new rule in."""
    _allow(AFTER)


def downgrade() -> None:
    """Leave it out again, with the alerts that it opened and what happened to them."""
    _forget()
    _allow(BEFORE)


def _allow(rules: str) -> None:
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_alert_rule_code"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_alert_rule_code"), rules)


def _forget() -> None:
    allow_changes(["alert_event"], ["DELETE"])
    op.execute(
        "DELETE FROM alert_event WHERE alert_id IN (SELECT id FROM alert WHERE rule = 'organism_without_enlace')"
    )
    op.execute("DELETE FROM alert WHERE rule = 'organism_without_enlace'")
    refuse_changes(["alert_event"], ["DELETE"])
