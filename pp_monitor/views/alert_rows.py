"""Alerts as lines, and the filters of alerts and agenda."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.agenda import AgendaItem
from pp_monitor.domain.alert_rule import AlertLevel, AlertRule
from pp_monitor.domain.catalogue import Phase
from pp_monitor.formatters import plural
from pp_monitor.forms.alert import Narrowing
from pp_monitor.labels_alert import ALERT_RULE, cause_sentence
from pp_monitor.services.alert_read import CaseQuery
from pp_monitor.services.case_row import CaseRow
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
        "regla": {rule: ALERT_RULE[rule] for rule in AlertRule},
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


def asked(narrowing: Narrowing) -> CaseQuery:
    """The same as the list of cases takes it."""
    chosen = narrowing.chosen
    return CaseQuery(
        organism_code=chosen["organismo"],
        level=AlertLevel(chosen["nivel"]) if chosen["nivel"] else None,
        rule=AlertRule(chosen["regla"]) if chosen["regla"] else None,
    )


def admits_item(narrowing: Narrowing, item: AgendaItem) -> bool:
    """Whether a milestone to come belongs to the agenda."""
    mine = {"organismo": item.project.organism_code, "fase": item.milestone.milestone.phase}
    return all(code in ("", mine[word]) for word, code in narrowing.chosen.items())


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One open case: what it is about, since when, and the sentence of each cause, the gravest first."""

    level: str
    level_word: str
    rule_word: str
    title: str
    url: str
    code: str
    organism: str
    days: int
    causes: list[str]
    opened_on: date
    age: str
    owner: str


def row(case: CaseRow, reading: Reading) -> AlertRow:
    """A case as a line of the list."""
    names = reading.portfolio.names
    project = case.project
    return AlertRow(
        level=case.level,
        level_word=labels.ALERT_LEVEL[case.level],
        rule_word=ALERT_RULE[case.rule],
        title=project.name if project else official_name(names, case.organism_code),
        url=_url(case),
        code=project.code if project else case.organism_code,
        organism=short_name(names, case.organism_code),
        days=case.workdays,
        causes=[cause_sentence(cause, names.milestones) for cause in case.causes],
        opened_on=case.opened_on,
        age=plural(case.age_days, "día", "días"),
        owner=case.owner or "Sin responsable",
    )


def _url(case: CaseRow) -> str:
    if case.project:
        return url_for("project.show", public_id=case.project.public_id)
    return url_for("dashboard.organism", code=case.organism_code)
