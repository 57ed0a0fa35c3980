"""Projects are found by what they are called and by the numbers under which the State knows them."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import update

from pp_monitor.domain.listing import ProjectFilter, choose_projects
from pp_monitor.extensions import db
from pp_monitor.models.project import Project
from pp_monitor.services.contract import NewContract, NewProcess, add_contract, add_process
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.project_search import sought_by
from tests.pages import counted_queries
from tests.plan_data import build_city, project_code
from tests.services.contracting import CONTRACT, PROCESS, SINCE, TODAY, by

URL = "https://community.secop.gov.co/Public/Tendering/OpportunityDetail/Index?noticeUID=CO1.NTC.2889911"


@pytest.fixture
def found(any_app: Flask) -> dict[str, list[str]]:
    """The codes of the projects that each text finds, in a city where the first has a process and a contract."""
    with any_app.app_context():
        city = build_city()
        add_process(city.vigencia, city.id(1), NewProcess(PROCESS, URL, SINCE), by(city))
        add_contract(city.vigencia, city.id(1), NewContract(CONTRACT, "", date(2022, 9, 1)), by(city))
        db.session.execute(update(Project).where(Project.id == city.id(2)).values(bpin="2021760010123"))
        db.session.commit()
        portfolio = assess_portfolio(city.vigencia, TODAY)
        before = assess_portfolio(city.vigencia, date(2022, 8, 31))
        with counted_queries(any_app) as queries:
            sought = sought_by(city.vigencia_id, portfolio)
        texts = dict.fromkeys((PROCESS, CONTRACT.lower(), URL, "CO1.NTC.2889911", "20217600"), (portfolio, sought))
        texts["26.1.0668"] = (before, sought_by(city.vigencia_id, before))
        answers = {
            text: [row.code for row in choose_projects(own.projects, ProjectFilter(text=text), sought=by_id)]
            for text, (own, by_id) in texts.items()
        }
        answers["queries"] = [str(len(queries))]
        db.session.remove()
        return answers


def test_number_address_and_bpin_find_their_project_from_the_day_on_which_it_had_them(
    found: dict[str, list[str]],
) -> None:
    first, second = project_code(1), project_code(2)
    assert found == {
        PROCESS: [first],
        CONTRACT.lower(): [first],
        URL: [first],
        "CO1.NTC.2889911": [first],
        "20217600": [second],
        "26.1.0668": [],
        "queries": ["4"],
    }
