"""Turn alerts into cases: one for each project and organism, with its causes, owner, state and steps."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from pp_monitor.models.append_only import allow_changes, refuse_changes

revision = "019"
down_revision = "018"
branch_labels = None
depends_on = None

OLD_RULES = ("overdue", "organism_without_plan", "organism_without_enlace")
NEW_RULES = (
    *("overdue", "legal_start", "out_of_order", "passed", "no_update", "finish_after_year", "physical_gap"),
    *("long_suspension", "third_replanning", "restriction_window", "organism_without_plan", "organism_without_enlace"),
    *("missing_modality", "zero_value", "money_chain"),
)
OLD_CHANGES = ("opened", "raised", "lowered", "updated", "closed")
NEW_CHANGES = (
    *("opened", "raised", "lowered", "updated", "moved", "woken", "escalated", "closed"),
    *("handled", "snoozed", "dismissed", "reopened", "commented", "answered"),
)
STATES = ("open", "handling", "snoozed", "resolved", "dismissed")
OPEN = {True: "closed_at IS NULL AND project_id IS NOT NULL", False: "closed_at IS NULL AND project_id IS NULL"}
KEY_MILESTONES = ("H07", "H08", "H09")

ALERT = sa.table(
    "alert",
    sa.column("id", sa.Integer),
    sa.column("vigencia_id", sa.Integer),
    sa.column("organism_id", sa.Integer),
    sa.column("project_id", sa.Integer),
    sa.column("rule", sa.String),
    sa.column("rules", sa.Text),
    sa.column("level", sa.String),
    sa.column("workdays", sa.Integer),
    sa.column("projects", sa.Integer),
    sa.column("items", sa.JSON),
    sa.column("causes", sa.JSON),
    sa.column("state", sa.String),
    sa.column("refreshed_on", sa.Date),
    sa.column("opened_at", sa.DateTime(timezone=True)),
    sa.column("closed_on", sa.Date),
    sa.column("closed_at", sa.DateTime(timezone=True)),
)
EVENT = sa.table(
    "alert_event",
    sa.column("id", sa.Integer),
    sa.column("alert_id", sa.Integer),
    sa.column("change", sa.String),
    sa.column("rule", sa.String),
    sa.column("state", sa.String),
    sa.column("level", sa.String),
    sa.column("workdays", sa.Integer),
    sa.column("added", sa.JSON),
    sa.column("ceased", sa.JSON),
    sa.column("recorded_at", sa.DateTime(timezone=True)),
)


def _one_of(column: str, codes: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(code) for code in codes)})"


def upgrade() -> None:
    """Widen the tables, bring what is there to causes, then hold it to the new rules."""
    allow_changes(["alert_event"])
    _widen_alert()
    _widen_event()
    _convert_alerts()
    _convert_events()
    _tighten()
    refuse_changes(["alert_event"])


def _drop_open_indexes() -> None:
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_index("uq_alert_open_organism")
        batch_op.drop_index("uq_alert_open_project")


def _create_open_indexes(*more: str) -> None:
    with op.batch_alter_table("alert") as batch_op:
        for column in ("organism", "project"):
            where = sa.text(OPEN[column == "project"])
            columns = ["vigencia_id", *more, f"{column}_id"]
            name = f"uq_alert_open_{column}"
            batch_op.create_index(name, columns, unique=True, sqlite_where=where, postgresql_where=where)


def _widen_alert() -> None:
    _drop_open_indexes()
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_alert_rule_code"), type_="check")
        batch_op.alter_column("overdue_workdays", new_column_name="workdays", existing_type=sa.Integer())
        batch_op.add_column(sa.Column("causes", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("rules", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("state", sa.String(length=40), nullable=False, server_default="open"))
        batch_op.add_column(sa.Column("commitment_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("snoozed_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("silenced", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("is_silencing", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("escalation_step", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def _key(column: str, target: str) -> dict[str, Any]:
    return {
        "constraint_name": op.f(f"fk_alert_event_{column}"),
        "referent_table": target,
        "local_cols": [column],
        "remote_cols": ["id"],
        "ondelete": "RESTRICT",
    }


def _widen_event() -> None:
    with op.batch_alter_table("alert_event") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_alert_event_change_code"), type_="check")
        batch_op.alter_column("overdue_workdays", new_column_name="workdays", existing_type=sa.Integer())
        batch_op.add_column(sa.Column("rule", sa.String(length=40), nullable=False, server_default="overdue"))
        batch_op.add_column(sa.Column("state", sa.String(length=40), nullable=False, server_default="open"))
        batch_op.add_column(sa.Column("added", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("ceased", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("role", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("day", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("text", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reply_to_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(**_key("owner_id", "user_account"))
        batch_op.create_foreign_key(**_key("reply_to_id", "alert_event"))


def _convert_alerts() -> None:
    """Causes of each alert; of several open ones of an organism the oldest goes on with the causes of all."""
    connection = op.get_bind()
    first: dict[tuple[int, int], tuple[int, list[dict[str, Any]]]] = {}
    for row in connection.execute(sa.select(ALERT).order_by(ALERT.c.id)).all():
        causes = _causes(row)
        changes: dict[str, Any] = {"state": "open" if row.closed_at is None else "resolved"}
        key = (row.vigencia_id, row.organism_id)
        if row.closed_at is None and row.project_id is None and key in first:
            kept_id, kept = first[key]
            first[key] = kept_id, kept + causes
            _set_causes(connection, kept_id, kept + causes)
            changes = {"state": "resolved", "closed_on": row.refreshed_on, "closed_at": row.opened_at}
        elif row.closed_at is None and row.project_id is None:
            first[key] = row.id, causes
        connection.execute(ALERT.update().where(ALERT.c.id == row.id).values(**changes))
        _set_causes(connection, row.id, causes)


def _set_causes(connection: sa.Connection, alert_id: int, causes: list[dict[str, Any]]) -> None:
    weights = ("critical", "serious", "mild")
    ordered = sorted(causes, key=lambda cause: (weights.index(cause["level"]), -cause.get("workdays", 0)))
    head = ordered[0]
    values = {
        "causes": ordered,
        "rules": f",{','.join(dict.fromkeys(cause['rule'] for cause in ordered))},",
        "rule": head["rule"],
        "level": head["level"],
        "workdays": head.get("workdays", 0),
    }
    connection.execute(ALERT.update().where(ALERT.c.id == alert_id).values(**values))


def _causes(row: Any) -> list[dict[str, Any]]:
    if row.rule == "overdue" and isinstance(row.items, list) and row.items:
        return [
            {
                "rule": "overdue",
                "level": _overdue_level(item["code"], item["overdue_workdays"]),
                "code": item["code"],
                "day": item["planned"],
                "workdays": item["overdue_workdays"],
            }
            for item in row.items
        ]
    return [{"rule": row.rule, "level": row.level, "workdays": row.workdays, "count": row.projects}]


def _overdue_level(code: str, workdays: int) -> str:
    if code in KEY_MILESTONES:
        return "critical" if workdays > 15 else "serious"
    return "critical" if workdays > 30 else "serious" if workdays > 10 else "mild"


def _convert_events() -> None:
    """The rule of each event, and the cause that began or ended with it where an alert had only one."""
    connection = op.get_bind()
    rules = {row.id: row.rule for row in connection.execute(sa.select(ALERT.c.id, ALERT.c.rule))}
    for row in connection.execute(sa.select(EVENT)).all():
        rule = rules[row.alert_id]
        cause = [] if rule == "overdue" else [{"rule": rule, "level": row.level, "workdays": row.workdays}]
        values: dict[str, Any] = {"rule": rule, "state": "resolved" if row.change == "closed" else "open"}
        if row.change == "opened":
            values["added"] = cause
        if row.change == "closed":
            values["ceased"] = cause
        connection.execute(EVENT.update().where(EVENT.c.id == row.id).values(**values))


def _tighten() -> None:
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_column("projects")
        batch_op.drop_column("items")
        for name in ("causes", "rules", "state", "reason", "silenced", "is_silencing", "escalation_step", "version"):
            batch_op.alter_column(name, server_default=None)
        batch_op.create_check_constraint(batch_op.f("ck_alert_rule_code"), _one_of("rule", NEW_RULES))
        batch_op.create_check_constraint(batch_op.f("ck_alert_state_code"), _one_of("state", STATES))
        closed = "(closed_at IS NULL) = (state NOT IN ('resolved', 'dismissed'))"
        batch_op.create_check_constraint(batch_op.f("ck_alert_closed_by_state"), closed)
        snoozed = "(snoozed_until IS NULL) = (state <> 'snoozed')"
        batch_op.create_check_constraint(batch_op.f("ck_alert_snoozed_by_state"), snoozed)
    _create_open_indexes()
    with op.batch_alter_table("alert_event") as batch_op:
        for name in ("rule", "state", "added", "ceased", "role", "text"):
            batch_op.alter_column(name, server_default=None)
        batch_op.create_check_constraint(batch_op.f("ck_alert_event_change_code"), _one_of("change", NEW_CHANGES))


def downgrade() -> None:
    """Back to alerts of the three old rules; steps of people and cases of other rules are forgotten."""
    allow_changes(["alert_event"])
    _drop_open_indexes()
    with op.batch_alter_table("alert_event") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_alert_event_change_code"), type_="check")
        for column in ("owner_id", "reply_to_id"):
            batch_op.drop_constraint(batch_op.f(f"fk_alert_event_{column}"), type_="foreignkey")
        for column in ("rule", "state", "added", "ceased", "role", "day", "owner_id", "text", "reply_to_id"):
            batch_op.drop_column(column)
        batch_op.alter_column("workdays", new_column_name="overdue_workdays", existing_type=sa.Integer())
    with op.batch_alter_table("alert") as batch_op:
        for check in ("rule_code", "state_code", "closed_by_state", "snoozed_by_state"):
            batch_op.drop_constraint(batch_op.f(f"ck_alert_{check}"), type_="check")
        batch_op.add_column(sa.Column("projects", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("items", sa.JSON(), nullable=False, server_default="[]"))
    _forget()
    _narrow_alert()
    _create_open_indexes("rule")
    refuse_changes(["alert_event"])


def _forget() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(ALERT)).all():
        known = [cause for cause in row.causes if cause["rule"] in OLD_RULES] if isinstance(row.causes, list) else []
        if known:
            _set_items(connection, row.id, known)
        else:
            connection.execute(EVENT.delete().where(EVENT.c.alert_id == row.id))
            connection.execute(ALERT.delete().where(ALERT.c.id == row.id))
    connection.execute(EVENT.delete().where(EVENT.c.change.not_in(OLD_CHANGES)))


def _set_items(connection: sa.Connection, alert_id: int, causes: list[dict[str, Any]]) -> None:
    rule = causes[0]["rule"]
    items = [
        {"code": cause["code"], "planned": cause["day"], "overdue_workdays": cause["workdays"]}
        for cause in causes
        if cause["rule"] == "overdue" and cause.get("day")
    ]
    values = {
        "rule": rule,
        "level": causes[0]["level"],
        "workdays": causes[0].get("workdays", 0),
        "projects": causes[0].get("count") or 1,
        "items": sorted(items, key=lambda item: item["planned"]),
    }
    connection.execute(ALERT.update().where(ALERT.c.id == alert_id).values(**values))


def _narrow_alert() -> None:
    with op.batch_alter_table("alert") as batch_op:
        for column in (
            *("causes", "rules", "state", "commitment_on", "snoozed_until", "reason", "silenced", "is_silencing"),
            *("escalation_step", "version"),
        ):
            batch_op.drop_column(column)
        batch_op.alter_column("workdays", new_column_name="overdue_workdays", existing_type=sa.Integer())
        batch_op.alter_column("projects", server_default=None)
        batch_op.alter_column("items", server_default=None)
        batch_op.create_check_constraint(batch_op.f("ck_alert_rule_code"), _one_of("rule", OLD_RULES))
    with op.batch_alter_table("alert_event") as batch_op:
        batch_op.create_check_constraint(batch_op.f("ck_alert_event_change_code"), _one_of("change", OLD_CHANGES))
