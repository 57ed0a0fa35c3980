"""What closed cut-offs froze of the days of milestones."""

from __future__ import annotations

from datetime import date

from flask import Flask

from pp_monitor.domain.trend import expected_days
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.trend import frozen_days
from tests.portfolio_db import NewProject, met_through, open_vigencia
from tests.views.test_analysis import close_with_rows

MAY, JUNE = date(2022, 5, 13), date(2022, 6, 17)


def test_what_was_frozen_is_what_the_cutoff_expected(any_app: Flask) -> None:
    with any_app.app_context():
        some = NewProject("BP26000001", actual=met_through("H03"), not_applicable=("H10",))
        open_vigencia([some, NewProject("BP26000002", planned=None)])
        close_with_rows(MAY)
        close_with_rows(JUNE)
        portfolio = assess_portfolio(find_vigencia(2022), JUNE)
        found = frozen_days([2], ["BP26000001", "BP26000002"])
        assert found == {2: [expected_days(project) for project in portfolio.projects]}
        assert "H10" not in found[2][0]
        assert found[2][1] == {}
        assert set(frozen_days([1, 2], ["BP26000001"])) == {1, 2}
        assert frozen_days([1], ["BP9"]) == {}
