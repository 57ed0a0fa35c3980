"""Tables in pipeline order, one module a noun; importing the package declares them all."""

from pp_monitor.models import (
    account,
    alert,
    audit,
    entity,
    held_document,
    held_file,
    job,
    mail,
    notice,
    plan,
    plan_rule,
    progress,
    project,
    replanning,
    report,
    submission,
)

__all__ = [
    "account",
    "alert",
    "audit",
    "entity",
    "held_document",
    "held_file",
    "job",
    "mail",
    "notice",
    "plan",
    "plan_rule",
    "progress",
    "project",
    "replanning",
    "report",
    "submission",
]
