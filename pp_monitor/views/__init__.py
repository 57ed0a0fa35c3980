"""Pages: address, access, one service call, render or redirect."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from jinja2 import StrictUndefined
from werkzeug.routing import IntegerConverter

from pp_monitor import access
from pp_monitor.views import (
    account,
    admin,
    alert,
    alert_rule,
    analysis,
    approval,
    case,
    commitment,
    comparison,
    contract,
    contract_correction,
    dashboard,
    dossier,
    errors,
    glossary,
    headers,
    health,
    held_file,
    mail,
    password,
    people,
    phase,
    plan,
    plan_edit,
    plan_review,
    plan_rule,
    privacy,
    process_dependency,
    procurement,
    progress,
    progress_due,
    progress_file,
    project,
    project_edit,
    registration_follow,
    replanning,
    report,
    site,
    territory,
    verification,
)

# The largest number of a row that either database holds: an address with a larger one leads nowhere.
_LARGEST = 2**31 - 1

# A line a noun, in the order of the pipeline.
BLUEPRINTS = (
    account.blueprint,
    password.blueprint,
    privacy.blueprint,
    dashboard.blueprint,
    territory.blueprint,
    phase.blueprint,
    analysis.blueprint,
    project.blueprint,
    dossier.blueprint,
    project_edit.blueprint,
    plan.blueprint,
    plan_edit.blueprint,
    plan_review.blueprint,
    plan_rule.blueprint,
    held_file.blueprint,
    registration_follow.blueprint,
    approval.blueprint,
    replanning.blueprint,
    contract.blueprint,
    contract_correction.blueprint,
    process_dependency.blueprint,
    procurement.blueprint,
    progress.blueprint,
    progress_due.blueprint,
    progress_file.blueprint,
    verification.blueprint,
    alert.blueprint,
    case.blueprint,
    commitment.blueprint,
    alert_rule.blueprint,
    report.blueprint,
    comparison.blueprint,
    mail.blueprint,
    people.blueprint,
    admin.blueprint,
    glossary.blueprint,
    health.blueprint,
)


class RowNumber(IntegerConverter):
    """``<int:…>`` of an address: the number of a row, if one may have it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": _LARGEST} | options)


def init_app(app: Flask) -> None:
    """Register every blueprint, the access check, error pages, headers and template context."""
    app.jinja_env.undefined = StrictUndefined
    assert isinstance(app.json, DefaultJSONProvider)
    app.json.ensure_ascii = False
    app.url_map.converters["int"] = RowNumber
    access.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    errors.init_app(app)
    headers.init_app(app)
    glossary.init_app(app)
    site.init_app(app)
