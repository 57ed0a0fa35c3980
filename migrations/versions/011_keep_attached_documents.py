"""Keep documents of Office too, and hold what is attached to a form until it is recorded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None

TABLE = "held_document"


def upgrade() -> None:
    """Give the kind of a document room for the long names of Office, and create the table."""
    _resize(sa.String(length=40), sa.String(length=400))
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=400), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_held_document_size_positive")),
        _key("entity_id", "entity"),
        _key("user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_document")),
        sa.UniqueConstraint("user_id", "sha256", name=op.f("uq_held_document_user_id_sha256")),
    )


def downgrade() -> None:
    """Drop what is held; of a long kind only its beginning stays."""
    op.drop_table(TABLE)
    _resize(sa.String(length=400), sa.String(length=40))


def _key(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{column}"), ondelete="RESTRICT")


def _resize(before: sa.String, after: sa.String) -> None:
    with op.batch_alter_table("evidence") as batch:
        using = f"left(media_type, {after.length})"
        batch.alter_column(
            "media_type", existing_type=before, type_=after, existing_nullable=False, postgresql_using=using
        )
