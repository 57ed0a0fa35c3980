"""Keep the plan files that were refused, under a code for support."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; unlike facts, its rows go when their time is over."""
    references = ("entity", "vigencia", "organism")
    op.create_table(
        "held_file",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(f"{name}_id", sa.Integer(), nullable=False) for name in references),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("filename", sa.String(length=400), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_held_file_size_positive")),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_held_file_{name}_id"), ondelete="RESTRICT"
            )
            for name in references
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_held_file_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_file")),
        sa.UniqueConstraint("code", name=op.f("uq_held_file_code")),
    )
    with op.batch_alter_table("held_file") as batch_op:
        batch_op.create_index("ix_held_file_organism", ["organism_id", "sha256"], unique=False)


def downgrade() -> None:
    """Drop the table and what is held in it."""
    with op.batch_alter_table("held_file") as batch_op:
        batch_op.drop_index("ix_held_file_organism")
    op.drop_table("held_file")
