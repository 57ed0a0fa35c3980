"""Keep what backs a fact as it was handed in, its name and hash included."""

from __future__ import annotations

from pp_monitor.models.append_only import allow_changes, refuse_changes

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None

APPEND_ONLY = ("evidence",)


def upgrade() -> None:
    """Forbid changes of evidence; its bytes were append-only already."""
    refuse_changes(APPEND_ONLY)


def downgrade() -> None:
    """Allow them again."""
    allow_changes(APPEND_ONLY)
