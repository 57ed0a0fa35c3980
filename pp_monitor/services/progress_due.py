"""*Por reportar* with what was told before: the one reading behind the work list, its workbook and its count."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pp_monitor.domain.cause import Explanation
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.progress import Fact
from pp_monitor.domain.progress_due import DueMilestone, due_milestones
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.attempt import open_attempts
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.history import load_histories
from pp_monitor.services.progress_check import Key, by_key, report_key
from pp_monitor.services.progress_entry import Words, fact_words


@dataclass(frozen=True, slots=True)
class DueRow:
    """One milestone to be reported with what stands: dates, words beside them, and why it is late."""

    item: DueMilestone
    actual: date | None
    forecast: date | None
    note: str
    url: str

    @property
    def explanation(self) -> Explanation | None:
        """Why it is late, as the organism told it last."""
        return self.item.project.reports.explanations.get(self.item.code)

    @property
    def last_report_on(self) -> date | None:
        """The day of the last report of the milestone, of whatever kind; none when nothing stands."""
        return self.item.project.reports.days.get(self.item.code)


def due_items(portfolio: Portfolio) -> tuple[DueMilestone, ...]:
    """What the projects of a portfolio have to report at its cut-off."""
    return due_milestones(portfolio.projects, portfolio.cutoff, portfolio.frame.calendar)


def count_pressing(vigencia_id: int, today: date, organism_codes: Collection[str]) -> int:
    """How many milestones of these organisms are to be reported already, those to come left out."""
    portfolio = assess_portfolio(db.session.get_one(Vigencia, vigencia_id), today)
    mine = [project for project in portfolio.projects if project.organism_code in organism_codes]
    return sum(item.is_pressing for item in due_milestones(mine, portfolio.cutoff, portfolio.frame.calendar))


def due_rows(vigencia: Vigencia, items: Sequence[DueMilestone]) -> tuple[DueRow, ...]:
    """The items with everything recorded of them; a constant number of queries."""
    ids = sorted({item.project.id for item in items})
    known_at = vigencia.last_recorded_at
    histories = load_histories(vigencia.id, known_at, ids)
    told = _Told(
        actuals={row.id: by_key(row.actuals, known_at) for row in histories},
        forecasts={row.id: by_key(row.forecasts, known_at) for row in histories},
        attempts=open_attempts(ids).by_project,
        words={stream: fact_words(stream, ids) for stream in ("actual", "forecast")},
    )
    return tuple(_row(item, told) for item in items)


@dataclass(frozen=True, slots=True)
class _Told:
    """What stands of some projects, by their ids, and the words beside each record, by stream and its id."""

    actuals: Mapping[int, Mapping[Key, Fact]]
    forecasts: Mapping[int, Mapping[Key, Fact]]
    attempts: Mapping[int, int]
    words: Mapping[str, Mapping[int, Words]]


def _row(item: DueMilestone, told: _Told) -> DueRow:
    key = report_key(item.code, told.attempts.get(item.project.id))
    actual, forecast = told.actuals[item.project.id].get(key), told.forecasts[item.project.id].get(key)
    words = told.words["actual"].get(actual.id, Words()) if actual else Words()
    foretold = told.words["forecast"].get(forecast.id, Words()) if forecast else Words()
    return DueRow(
        item=item,
        actual=actual.day if actual else None,
        forecast=forecast.day if forecast else None,
        note=words.note or foretold.note,
        url=words.url,
    )
