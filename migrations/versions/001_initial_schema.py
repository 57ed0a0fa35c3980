"""Create every table, and the triggers that keep recorded facts as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import allow_changes, create_function, drop_function, refuse_changes

revision = "001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "registration",
    "registration_event",
    "baseline",
    "baseline_line",
    "actual_fact",
    "forecast_fact",
    "alert_event",
    "cutoff_row",
    "issued_file",
    "audit_event",
)


def upgrade() -> None:
    """Create the tables and forbid changes of what is append-only."""
    _create_tables()
    create_function()
    refuse_changes(APPEND_ONLY)


def _create_tables() -> None:
    op.create_table(
        "entity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("demo_today", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity")),
        sa.UniqueConstraint("code", name=op.f("uq_entity_code")),
    )
    op.create_table(
        "catalogue_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_catalogue_version_entity_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_version")),
        sa.UniqueConstraint("entity_id", "number", name=op.f("uq_catalogue_version_entity_id_number")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=400), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 <> '' OR url <> ''", name=op.f("ck_evidence_file_or_link")),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_evidence_entity_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("entity_id", "sha256", "url", name=op.f("uq_evidence_entity_id_sha256_url")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_heartbeat_entity_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
        sa.UniqueConstraint("entity_id", "process", name=op.f("uq_heartbeat_entity_id_process")),
    )
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'done', 'failed')", name=op.f("ck_job_run_state_code")),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_job_run_entity_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("entity_id", "job", "period", name=op.f("uq_job_run_entity_id_job_period")),
    )
    op.create_table(
        "local_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_non_working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_local_day_entity_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_day")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=400), nullable=False),
        sa.Column("address", sa.String(length=40), nullable=False),
        sa.Column("has_succeeded", sa.Boolean(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_login_attempt_entity_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_login_attempt_account_tried_at", ["account", "tried_at"], unique=False)
        batch_op.create_index("ix_login_attempt_address_tried_at", ["address", "tried_at"], unique=False)

    op.create_table(
        "organism",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_organism_entity_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organism")),
        sa.UniqueConstraint("entity_id", "code", name=op.f("uq_organism_entity_id_code")),
    )
    op.create_table(
        "territory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "kind IN ('comuna', 'corregimiento', 'city', 'unknown')", name=op.f("ck_territory_kind_code")
        ),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_territory_entity_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory")),
        sa.UniqueConstraint("entity_id", "code", name=op.f("uq_territory_entity_id_code")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=400), nullable=False),
        sa.Column("label", sa.String(length=400), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_user_account_entity_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("entity_id", "email", name=op.f("uq_user_account_entity_id_email")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_code", sa.String(length=400), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=400), nullable=False),
        sa.Column("address", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_audit_event_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_audit_event_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("entity_id", "sequence", name=op.f("uq_audit_event_entity_id_sequence")),
    )
    op.create_table(
        "catalogue_milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("phase", sa.String(length=40), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_compulsory", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("not_for", sa.JSON(), nullable=False),
        sa.CheckConstraint("weight BETWEEN 0 AND 100", name=op.f("ck_catalogue_milestone_weight_range")),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_catalogue_milestone_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["catalogue_version.id"],
            name=op.f("fk_catalogue_milestone_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_milestone")),
        sa.UniqueConstraint("version_id", "code", name=op.f("uq_catalogue_milestone_version_id_code")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_catalogue_milestone_version_id_position")),
    )
    op.create_table(
        "organism_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("organism_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("short_name", sa.String(length=400), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_organism_name_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organism_id"], ["organism.id"], name=op.f("fk_organism_name_organism_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organism_name")),
    )
    with op.batch_alter_table("organism_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organism_name_organism_id"), ["organism_id"], unique=False)

    op.create_table(
        "password_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_password_token_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_password_token_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_token")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_password_token_token_sha256")),
    )
    with op.batch_alter_table("password_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_password_token_user_id"), ["user_id"], unique=False)

    op.create_table(
        "role_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("organism_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("assigned_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(role IN ('enlace', 'ordenador')) = (organism_id IS NOT NULL)",
            name=op.f("ck_role_assignment_organism_where_needed"),
        ),
        sa.CheckConstraint(
            "role IN ('enlace', 'ordenador', 'planeacion', 'contratacion', 'lectura', 'control', 'admin')",
            name=op.f("ck_role_assignment_role_code"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_from <= valid_until", name=op.f("ck_role_assignment_valid_order")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"], ["user_account.id"], name=op.f("fk_role_assignment_assigned_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_role_assignment_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organism_id"], ["organism.id"], name=op.f("fk_role_assignment_organism_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_role_assignment_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
    )
    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_assignment_user_id"), ["user_id"], unique=False)

    op.create_table(
        "user_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_user_session_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_user_session_token_sha256")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "vigencia",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("catalogue_version_id", sa.Integer(), nullable=False),
        sa.Column("follow_from", sa.Date(), nullable=False),
        sa.Column("follow_until", sa.Date(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("last_recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("follow_from <= follow_until", name=op.f("ck_vigencia_follow_order")),
        sa.CheckConstraint("year BETWEEN 2015 AND 2059", name=op.f("ck_vigencia_year_range")),
        sa.ForeignKeyConstraint(
            ["catalogue_version_id"],
            ["catalogue_version.id"],
            name=op.f("fk_vigencia_catalogue_version_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_vigencia_entity_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vigencia")),
        sa.UniqueConstraint("entity_id", "year", name=op.f("uq_vigencia_entity_id_year")),
    )
    op.create_table(
        "closed_cutoff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("cutoff_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("budget_cutoff_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("catalogue_version_id", sa.Integer(), nullable=False),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.Column("non_working_days", sa.JSON(), nullable=False),
        sa.Column("data_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("version = 1 OR reason <> ''", name=op.f("ck_closed_cutoff_reissue_has_reason")),
        sa.ForeignKeyConstraint(
            ["catalogue_version_id"],
            ["catalogue_version.id"],
            name=op.f("fk_closed_cutoff_catalogue_version_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_closed_cutoff_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_closed_cutoff_user_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_closed_cutoff_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_cutoff")),
        sa.UniqueConstraint(
            "vigencia_id", "cutoff_on", "version", name=op.f("uq_closed_cutoff_vigencia_id_cutoff_on_version")
        ),
    )
    op.create_table(
        "load",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("filename", sa.String(length=400), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_load_entity_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_load_user_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_load_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_load")),
    )
    with op.batch_alter_table("load", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_load_vigencia_id"), ["vigencia_id"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("idempotency_key", sa.String(length=400), nullable=False),
        sa.Column("message_id", sa.String(length=400), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_outbox_message_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_outbox_message_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("entity_id", "idempotency_key", name=op.f("uq_outbox_message_entity_id_idempotency_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_message_finished_at_next_try_at", ["finished_at", "next_try_at"], unique=False)

    op.create_table(
        "process",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=400), nullable=False),
        sa.Column("secop_url", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_process_entity_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_process_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process")),
    )
    with op.batch_alter_table("process", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_process_vigencia_id"), ["vigencia_id"], unique=False)

    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("bpin", sa.String(length=40), nullable=False),
        sa.Column("is_reserve", sa.Boolean(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_project_entity_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_project_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("entity_id", "public_id", name=op.f("uq_project_entity_id_public_id")),
        sa.UniqueConstraint("entity_id", "vigencia_id", "code", name=op.f("uq_project_entity_id_vigencia_id_code")),
    )
    op.create_table(
        "deadline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("organism_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_deadline_entity_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["organism_id"], ["organism.id"], name=op.f("fk_deadline_organism_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_deadline_project_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_deadline_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_vigencia_id"), ["vigencia_id"], unique=False)

    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("organism_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("plan_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('principal', 'supplementary')", name=op.f("ck_registration_kind_code")),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_registration_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organism_id"], ["organism.id"], name=op.f("fk_registration_organism_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_registration_user_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_registration_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("vigencia_id", "number", name=op.f("uq_registration_vigencia_id_number")),
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index(
            "uq_registration_principal",
            ["vigencia_id", "organism_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'principal'"),
            postgresql_where=sa.text("kind = 'principal'"),
        )

    op.create_table(
        "threshold_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_threshold_set_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_threshold_set_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_set")),
    )
    with op.batch_alter_table("threshold_set", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_threshold_set_vigencia_id"), ["vigencia_id"], unique=False)

    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("organism_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("overdue_workdays", sa.Integer(), nullable=False),
        sa.Column("projects", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refreshed_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("level IN ('mild', 'serious', 'critical')", name=op.f("ck_alert_level_code")),
        sa.CheckConstraint("rule IN ('overdue', 'organism_without_plan')", name=op.f("ck_alert_rule_code")),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_alert_entity_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["organism_id"], ["organism.id"], name=op.f("fk_alert_organism_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_alert_owner_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_alert_project_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_alert_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_project_id"), ["project_id"], unique=False)
        batch_op.create_index(
            "uq_alert_open_organism",
            ["vigencia_id", "rule", "organism_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL AND project_id IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND project_id IS NULL"),
        )
        batch_op.create_index(
            "uq_alert_open_project",
            ["vigencia_id", "rule", "project_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL AND project_id IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND project_id IS NOT NULL"),
        )

    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_attempt_number_positive")),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_attempt_entity_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["process_id"], ["process.id"], name=op.f("fk_attempt_process_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("process_id", "number", name=op.f("uq_attempt_process_id_number")),
    )
    op.create_table(
        "baseline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("cause", sa.String(length=400), nullable=False),
        sa.Column("justification", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(number = 0) = (kind = 'registration')", name=op.f("ck_baseline_first_is_registration")),
        sa.CheckConstraint("kind IN ('registration', 'replanning', 'restart')", name=op.f("ck_baseline_kind_code")),
        sa.CheckConstraint("number >= 0", name=op.f("ck_baseline_number_not_negative")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_baseline_decided_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_baseline_entity_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_baseline_evidence_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_baseline_project_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_baseline_registration_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name=op.f("fk_baseline_requested_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_baseline_project_id_number")),
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("vigencia_id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=400), nullable=False),
        sa.Column("secop_url", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_contract_entity_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["process_id"], ["process.id"], name=op.f("fk_contract_process_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["vigencia_id"], ["vigencia.id"], name=op.f("fk_contract_vigencia_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_vigencia_id"), ["vigencia_id"], unique=False)

    op.create_table(
        "cutoff_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("cutoff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("light", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('city', 'organism', 'project')", name=op.f("ck_cutoff_row_kind_code")),
        sa.ForeignKeyConstraint(
            ["cutoff_id"], ["closed_cutoff.id"], name=op.f("fk_cutoff_row_cutoff_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_cutoff_row_entity_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cutoff_row")),
        sa.UniqueConstraint("cutoff_id", "kind", "code", name=op.f("uq_cutoff_row_cutoff_id_kind_code")),
    )
    op.create_table(
        "issued_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("cutoff_id", sa.Integer(), nullable=False),
        sa.Column("organism_id", sa.Integer(), nullable=True),
        sa.Column("filename", sa.String(length=400), nullable=False),
        sa.Column("media_type", sa.String(length=400), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cutoff_id"], ["closed_cutoff.id"], name=op.f("fk_issued_file_cutoff_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_issued_file_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organism_id"], ["organism.id"], name=op.f("fk_issued_file_organism_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_file")),
        sa.UniqueConstraint("cutoff_id", "filename", name=op.f("uq_issued_file_cutoff_id_filename")),
    )
    op.create_table(
        "money_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=True),
        sa.Column("cutoff_on", sa.Date(), nullable=False),
        sa.Column("initial_cop", sa.BigInteger(), nullable=False),
        sa.Column("additions_cop", sa.BigInteger(), nullable=False),
        sa.Column("reductions_cop", sa.BigInteger(), nullable=False),
        sa.Column("transfers_cop", sa.BigInteger(), nullable=False),
        sa.Column("current_cop", sa.BigInteger(), nullable=False),
        sa.Column("cdp_cop", sa.BigInteger(), nullable=False),
        sa.Column("commitments_cop", sa.BigInteger(), nullable=False),
        sa.Column("obligations_cop", sa.BigInteger(), nullable=False),
        sa.Column("payments_cop", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_money_snapshot_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("fk_money_snapshot_load_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_money_snapshot_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_snapshot")),
    )
    with op.batch_alter_table("money_snapshot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_money_snapshot_project_id"), ["project_id"], unique=False)

    op.create_table(
        "outbox_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("smtp_code", sa.Integer(), nullable=True),
        sa.Column("smtp_text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'sent', 'refused', 'given_up')", name=op.f("ck_outbox_recipient_state_code")
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_outbox_recipient_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_message.id"], name=op.f("fk_outbox_recipient_message_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_recipient")),
        sa.UniqueConstraint("message_id", "address", name=op.f("uq_outbox_recipient_message_id_address")),
    )
    op.create_table(
        "own_milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("code IN ('P01', 'P02', 'P03')", name=op.f("ck_own_milestone_code_range")),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_own_milestone_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_own_milestone_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_milestone")),
        sa.UniqueConstraint("project_id", "code", name=op.f("uq_own_milestone_project_id_code")),
    )
    op.create_table(
        "plan_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_plan_draft_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_plan_draft_project_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_plan_draft_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_draft")),
        sa.UniqueConstraint("project_id", name=op.f("uq_plan_draft_project_id")),
    )
    op.create_table(
        "project_allocation",
        sa.Column("amount_cop", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_cop >= 0", name=op.f("ck_project_allocation_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_project_allocation_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_allocation_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_allocation")),
    )
    with op.batch_alter_table("project_allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_allocation_project_id"), ["project_id"], unique=False)

    op.create_table(
        "project_backing",
        sa.Column("is_backed", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_project_backing_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_backing_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_backing")),
    )
    with op.batch_alter_table("project_backing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_backing_project_id"), ["project_id"], unique=False)

    op.create_table(
        "project_modality",
        sa.Column("modality", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "modality IN ('LP', 'SAMC', 'SASI', 'AMP', 'CM', 'MC', 'CDPS', 'CDO', 'CI', 'ESALC', 'ESALD', 'AD', 'OT')",
            name=op.f("ck_project_modality_modality_code"),
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_project_modality_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_modality_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_modality")),
    )
    with op.batch_alter_table("project_modality", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_modality_project_id"), ["project_id"], unique=False)

    op.create_table(
        "project_name",
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_project_name_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_name_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_name")),
    )
    with op.batch_alter_table("project_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_name_project_id"), ["project_id"], unique=False)

    op.create_table(
        "project_organism",
        sa.Column("organism_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_project_organism_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organism_id"], ["organism.id"], name=op.f("fk_project_organism_organism_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_organism_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_organism")),
    )
    with op.batch_alter_table("project_organism", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_organism_project_id"), ["project_id"], unique=False)

    op.create_table(
        "project_process",
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_project_process_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["process_id"], ["process.id"], name=op.f("fk_project_process_process_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_process_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_process")),
        sa.UniqueConstraint("project_id", "process_id", name=op.f("uq_project_process_project_id_process_id")),
    )
    with op.batch_alter_table("project_process", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_process_project_id"), ["project_id"], unique=False)

    op.create_table(
        "project_state",
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("restart_expected_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'suspended', 'withdrawn')", name=op.f("ck_project_state_state_code")),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_project_state_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_state_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_state")),
    )
    with op.batch_alter_table("project_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_state_project_id"), ["project_id"], unique=False)

    op.create_table(
        "project_territory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_project_territory_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_territory_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_territory")),
    )
    with op.batch_alter_table("project_territory", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_territory_project_id"), ["project_id"], unique=False)

    op.create_table(
        "registration_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step IN ('sent', 'approved', 'returned', 'registered')", name=op.f("ck_registration_event_step_code")
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_registration_event_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_registration_event_project_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_registration_event_registration_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_registration_event_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_event")),
    )
    with op.batch_alter_table("registration_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_event_project_id"), ["project_id"], unique=False)

    op.create_table(
        "actual_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("milestone_code", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cause", sa.String(length=400), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=True),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("contract_id", sa.Integer(), nullable=True),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "day IS NOT NULL OR status IN ('annulled', 'returned')", name=op.f("ck_actual_fact_day_when_counting")
        ),
        sa.CheckConstraint(
            "source IN ('form', 'file', 'registration', 'planning')", name=op.f("ck_actual_fact_source_code")
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'reported', 'verified', 'returned', 'annulled')",
            name=op.f("ck_actual_fact_status_code"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_actual_fact_attempt_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_actual_fact_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_actual_fact_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_actual_fact_evidence_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("fk_actual_fact_load_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_actual_fact_project_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_actual_fact_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actual_fact")),
    )
    with op.batch_alter_table("actual_fact", schema=None) as batch_op:
        batch_op.create_index(
            "ix_actual_fact_project_id_milestone_code", ["project_id", "milestone_code"], unique=False
        )

    op.create_table(
        "alert_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("overdue_workdays", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "change IN ('opened', 'raised', 'lowered', 'updated', 'closed')", name=op.f("ck_alert_event_change_code")
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_event_alert_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_alert_event_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_alert_event_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_event")),
    )
    with op.batch_alter_table("alert_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_event_alert_id"), ["alert_id"], unique=False)

    op.create_table(
        "attempt_void",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_void_attempt_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_attempt_void_entity_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_void")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_attempt_void_attempt_id")),
    )
    op.create_table(
        "baseline_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("baseline_id", sa.Integer(), nullable=False),
        sa.Column("milestone_code", sa.String(length=40), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("is_not_applicable", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(planned_on IS NULL) = is_not_applicable", name=op.f("ck_baseline_line_date_or_not_applicable")
        ),
        sa.ForeignKeyConstraint(
            ["baseline_id"], ["baseline.id"], name=op.f("fk_baseline_line_baseline_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_baseline_line_entity_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline_line")),
        sa.UniqueConstraint("baseline_id", "milestone_code", name=op.f("uq_baseline_line_baseline_id_milestone_code")),
    )
    op.create_table(
        "forecast_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("milestone_code", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cause", sa.String(length=400), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=True),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("contract_id", sa.Integer(), nullable=True),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "day IS NOT NULL OR status IN ('annulled', 'returned')", name=op.f("ck_forecast_fact_day_when_counting")
        ),
        sa.CheckConstraint(
            "source IN ('form', 'file', 'registration', 'planning')", name=op.f("ck_forecast_fact_source_code")
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'reported', 'verified', 'returned', 'annulled')",
            name=op.f("ck_forecast_fact_status_code"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_forecast_fact_attempt_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_forecast_fact_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_forecast_fact_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_forecast_fact_evidence_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("fk_forecast_fact_load_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_forecast_fact_project_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_forecast_fact_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_fact")),
    )
    with op.batch_alter_table("forecast_fact", schema=None) as batch_op:
        batch_op.create_index(
            "ix_forecast_fact_project_id_milestone_code", ["project_id", "milestone_code"], unique=False
        )

    op.create_table(
        "outbox_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("issued_file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_outbox_attachment_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["issued_file_id"],
            ["issued_file.id"],
            name=op.f("fk_outbox_attachment_issued_file_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_message.id"], name=op.f("fk_outbox_attachment_message_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_attachment")),
        sa.UniqueConstraint(
            "message_id", "issued_file_id", name=op.f("uq_outbox_attachment_message_id_issued_file_id")
        ),
    )
    op.create_table(
        "plan_draft_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("milestone_code", sa.String(length=40), nullable=False),
        sa.Column("typed", sa.String(length=60), nullable=False),
        sa.Column("is_not_applicable", sa.Boolean(), nullable=False),
        sa.Column("typed_actual", sa.String(length=60), nullable=False),
        sa.Column("own_name", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["plan_draft.id"], name=op.f("fk_plan_draft_line_draft_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_plan_draft_line_entity_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_draft_line")),
        sa.UniqueConstraint("draft_id", "milestone_code", name=op.f("uq_plan_draft_line_draft_id_milestone_code")),
    )
    op.create_table(
        "project_contract",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("amount_cop", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_project_contract_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_project_contract_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_contract_project_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_contract")),
        sa.UniqueConstraint("project_id", "contract_id", name=op.f("uq_project_contract_project_id_contract_id")),
    )
    with op.batch_alter_table("project_contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_contract_project_id"), ["project_id"], unique=False)

    op.create_table(
        "project_territory_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("project_territory_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("amount_cop", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_id"], ["entity.id"], name=op.f("fk_project_territory_share_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["project_territory_id"],
            ["project_territory.id"],
            name=op.f("fk_project_territory_share_project_territory_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"],
            ["territory.id"],
            name=op.f("fk_project_territory_share_territory_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_territory_share")),
        sa.UniqueConstraint(
            "project_territory_id",
            "territory_id",
            name=op.f("uq_project_territory_share_project_territory_id_territory_id"),
        ),
    )


def downgrade() -> None:
    """Drop everything, triggers first."""
    allow_changes(APPEND_ONLY)
    drop_function()
    op.drop_table("project_territory_share")
    with op.batch_alter_table("project_contract", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_contract_project_id"))

    op.drop_table("project_contract")
    op.drop_table("plan_draft_line")
    op.drop_table("outbox_attachment")
    with op.batch_alter_table("forecast_fact", schema=None) as batch_op:
        batch_op.drop_index("ix_forecast_fact_project_id_milestone_code")

    op.drop_table("forecast_fact")
    op.drop_table("baseline_line")
    op.drop_table("attempt_void")
    with op.batch_alter_table("alert_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_event_alert_id"))

    op.drop_table("alert_event")
    with op.batch_alter_table("actual_fact", schema=None) as batch_op:
        batch_op.drop_index("ix_actual_fact_project_id_milestone_code")

    op.drop_table("actual_fact")
    with op.batch_alter_table("registration_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_event_project_id"))

    op.drop_table("registration_event")
    with op.batch_alter_table("project_territory", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_territory_project_id"))

    op.drop_table("project_territory")
    with op.batch_alter_table("project_state", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_state_project_id"))

    op.drop_table("project_state")
    with op.batch_alter_table("project_process", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_process_project_id"))

    op.drop_table("project_process")
    with op.batch_alter_table("project_organism", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_organism_project_id"))

    op.drop_table("project_organism")
    with op.batch_alter_table("project_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_name_project_id"))

    op.drop_table("project_name")
    with op.batch_alter_table("project_modality", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_modality_project_id"))

    op.drop_table("project_modality")
    with op.batch_alter_table("project_backing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_backing_project_id"))

    op.drop_table("project_backing")
    with op.batch_alter_table("project_allocation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_allocation_project_id"))

    op.drop_table("project_allocation")
    op.drop_table("plan_draft")
    op.drop_table("own_milestone")
    op.drop_table("outbox_recipient")
    with op.batch_alter_table("money_snapshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_money_snapshot_project_id"))

    op.drop_table("money_snapshot")
    op.drop_table("issued_file")
    op.drop_table("cutoff_row")
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_vigencia_id"))

    op.drop_table("contract")
    op.drop_table("baseline")
    op.drop_table("attempt")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_alert_open_project",
            sqlite_where=sa.text("closed_at IS NULL AND project_id IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND project_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_alert_open_organism",
            sqlite_where=sa.text("closed_at IS NULL AND project_id IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND project_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_alert_project_id"))

    op.drop_table("alert")
    with op.batch_alter_table("threshold_set", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_threshold_set_vigencia_id"))

    op.drop_table("threshold_set")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_registration_principal",
            sqlite_where=sa.text("kind = 'principal'"),
            postgresql_where=sa.text("kind = 'principal'"),
        )

    op.drop_table("registration")
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deadline_vigencia_id"))

    op.drop_table("deadline")
    op.drop_table("project")
    with op.batch_alter_table("process", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_process_vigencia_id"))

    op.drop_table("process")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_finished_at_next_try_at")

    op.drop_table("outbox_message")
    with op.batch_alter_table("load", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_load_vigencia_id"))

    op.drop_table("load")
    op.drop_table("closed_cutoff")
    op.drop_table("vigencia")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_user_id"))

    op.drop_table("user_session")
    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_assignment_user_id"))

    op.drop_table("role_assignment")
    with op.batch_alter_table("password_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_password_token_user_id"))

    op.drop_table("password_token")
    with op.batch_alter_table("organism_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organism_name_organism_id"))

    op.drop_table("organism_name")
    op.drop_table("catalogue_milestone")
    op.drop_table("audit_event")
    op.drop_table("user_account")
    op.drop_table("territory")
    op.drop_table("organism")
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_login_attempt_address_tried_at")
        batch_op.drop_index("ix_login_attempt_account_tried_at")

    op.drop_table("login_attempt")
    op.drop_table("local_day")
    op.drop_table("job_run")
    op.drop_table("heartbeat")
    op.drop_table("evidence")
    op.drop_table("catalogue_version")
    op.drop_table("entity")
