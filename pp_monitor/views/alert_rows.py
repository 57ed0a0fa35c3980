"""Alerts as lines, and the filters of alerts and agenda."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.agenda import AgendaItem
from pp_monitor.domain.alert import AlertLevel, AlertRule
from pp_monitor.domain.catalogue import Phase
from pp_monitor.formatters import plural
from pp_monitor.forms.alert import Narrowing
from pp_monitor.services.alert import OpenAlert
from pp_monitor.views.project_list import Filter
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import official_name, short_name

_LABELS = {"organismo": "Organismo", "nivel": "Nivel", "regla": "Regla", "fase": "Fase"}
Choices = Mapping[str, Mapping[str, str]]


def _organisms(reading: Reading) -> dict[str, str]:
    names = reading.portfolio.names
    found = {group.code: short_name(names, group.code) for group in reading.portfolio.organisms}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def choices(reading: Reading) -> Choices:
    """The codes that each filter of alerts takes."""
    levels = (AlertLevel.CRITICAL, AlertLevel.SERIOUS, AlertLevel.MILD)
    return {
        "organismo": _organisms(reading),
        "nivel": {level: labels.ALERT_LEVEL[level] for level in levels},
        "regla": {rule: labels.ALERT_RULE[rule] for rule in AlertRule},
    }


def agenda_choices(reading: Reading) -> Choices:
    """The codes that each filter of the agenda takes."""
    return {"organismo": _organisms(reading), "fase": {phase: labels.PHASE[phase] for phase in Phase}}


def filters(reading: Reading, narrowing: Narrowing) -> list[Filter]:
    """The controls of the list of alerts."""
    return _controls(choices(reading), narrowing)


def agenda_filters(reading: Reading, narrowing: Narrowing) -> list[Filter]:
    """The controls of the agenda."""
    return _controls(agenda_choices(reading), narrowing)


def _controls(known: Choices, narrowing: Narrowing) -> list[Filter]:
    """One control for each filter; none of organisms for who sees a single one."""
    return [
        Filter(
            name,
            _LABELS[name],
            [("", "Todos" if name == "organismo" else "Todas"), *words.items()],
            narrowing.chosen[name],
        )
        for name, words in known.items()
        if name != "organismo" or len(words) > 1
    ]


def admits(narrowing: Narrowing, alert: OpenAlert) -> bool:
    """Whether an alert belongs to the list."""
    mine = {"organismo": alert.organism_code, "nivel": alert.level, "regla": alert.rule}
    return all(code in ("", mine[word]) for word, code in narrowing.chosen.items())


def admits_item(narrowing: Narrowing, item: AgendaItem) -> bool:
    """Whether a milestone to come belongs to the agenda."""
    mine = {"organismo": item.project.organism_code, "fase": item.milestone.milestone.phase}
    return all(code in ("", mine[word]) for word, code in narrowing.chosen.items())


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One overdue milestone inside an alert."""

    name: str
    planned: date
    days: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One open alert: what it is about, since when, and what is inside."""

    level: str
    level_word: str
    rule_word: str
    title: str
    url: str
    code: str
    organism: str
    days: int
    items: list[ItemLine]
    note: str
    opened_on: date
    age: str
    owner: str


def row(alert: OpenAlert, reading: Reading) -> AlertRow:
    """An alert as a line of the list."""
    names = reading.portfolio.names
    project = alert.project
    return AlertRow(
        level=alert.level,
        level_word=labels.ALERT_LEVEL[alert.level],
        rule_word=labels.ALERT_RULE[alert.rule],
        title=project.name if project else official_name(names, alert.organism_code),
        url=_url(alert),
        code=project.code if project else alert.organism_code,
        organism=short_name(names, alert.organism_code),
        days=alert.overdue_workdays,
        items=[
            ItemLine(
                names.milestones.get(item.milestone_code, item.milestone_code),
                item.planned,
                labels.days_text(item.overdue_workdays),
            )
            for item in alert.items
        ],
        note="" if project else _note(alert),
        opened_on=alert.opened_on,
        age=plural(alert.age_days, "día", "días"),
        owner=alert.owner or "Sin responsable",
    )


def _note(alert: OpenAlert) -> str:
    counted = plural(alert.projects, "proyecto", "proyectos")
    if alert.rule is AlertRule.ORGANISM_WITHOUT_ENLACE:
        return f"Nadie reporta por {counted}"
    return f"{counted} sin plan registrado"


def _url(alert: OpenAlert) -> str:
    if alert.project:
        return url_for("project.show", public_id=alert.project.public_id)
    return url_for("dashboard.organism", code=alert.organism_code)
