"""What the rules of alerts look at beside the figures: last reports, restrictions, organisms without enlace."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select, union_all

from pp_monitor.domain.alert_cause import Signals
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.explanation import MilestoneExplanation
from pp_monitor.models.progress import ActualFact, ForecastFact
from pp_monitor.models.project import Project
from pp_monitor.services.person import enlace_absences
from pp_monitor.services.plan_rule import load_plan_rules


def load_signals(vigencia: Vigencia, portfolio: Portfolio) -> Signals:
    """Read them at the portfolio's cut-off, in five queries whatever the number of projects."""
    return Signals(
        last_reports=last_reports(vigencia.id, portfolio.cutoff),
        windows=load_plan_rules(vigencia.entity_id).windows,
        absences=enlace_absences(vigencia, portfolio.cutoff, portfolio.frame.calendar),
    )


def last_reports(vigencia_id: int, today: date) -> dict[int, date]:
    """The day of the newest report of each project by ``today``: a real date, a forecast or why it is late; one query.

    A return or an annulment is none: it takes away, it tells nothing new.
    """
    reported = union_all(
        *(
            select(table.project_id, table.reported_on)
            .join(Project, Project.id == table.project_id)
            .where(Project.vigencia_id == vigencia_id, table.reported_on <= today, table.day.is_not(None))
            for table in (ActualFact, ForecastFact)
        ),
        select(MilestoneExplanation.project_id, MilestoneExplanation.reported_on)
        .join(Project, Project.id == MilestoneExplanation.project_id)
        .where(Project.vigencia_id == vigencia_id, MilestoneExplanation.reported_on <= today),
    ).subquery()
    rows = db.session.execute(
        select(reported.c.project_id, func.max(reported.c.reported_on)).group_by(reported.c.project_id)
    )
    return dict(rows.tuples().all())
