"""The editions of a report: which workbooks, under which names, compared with which cut."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.entity import Vigencia
from pp_monitor.reports.scope import ReportInfo
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.edition import Edition, Issue, build_editions, previous_cut, report_info
from pp_monitor.services.report import close_cutoff
from tests.portfolio_db import NewProject, an_actor, met_through, open_vigencia

JUNE, JULY = date(2022, 6, 17), date(2022, 7, 15)


@pytest.fixture
def city(any_app: Flask) -> Iterator[Flask]:
    """A vigencia with projects of two organisms, once on each engine."""
    with any_app.app_context():
        open_vigencia([NewProject("BP26000001", actual=met_through("H06")), NewProject("BP26000002", "4151")])
        yield any_app
        db.session.remove()


def vigencia() -> Vigencia:
    return db.session.scalars(select(Vigencia)).one()


def info(cutoff: date, issue: Issue) -> ReportInfo:
    return report_info(vigencia(), assess_portfolio(vigencia(), cutoff), issue, "0" * 64, "https://pp.example.org/")


def editions() -> tuple[Edition, ...]:
    issue = Issue(1, 1, date(2022, 7, 18))
    return build_editions(assess_portfolio(vigencia(), JULY), info(JULY, issue), None)


def test_there_is_one_workbook_for_the_city_and_one_for_each_organism(city: Flask) -> None:
    found = editions()
    assert [edition.filename for edition in found] == [
        "pp-2022-2022-07-15-consolidado.xlsx",
        "pp-2022-2022-07-15-4145.xlsx",
        "pp-2022-2022-07-15-4151.xlsx",
    ]
    assert [edition.organism_code for edition in found] == [None, "4145", "4151"]


def test_the_edition_of_an_organism_lists_its_projects_alone(city: Flask) -> None:
    _, health, works = editions()
    codes = [
        {
            row[1]
            for row in load_workbook(io.BytesIO(edition.content))["10_Hitos"].iter_rows(min_row=2, values_only=True)
        }
        for edition in (health, works)
    ]
    assert codes == [{"BP26000001"}, {"BP26000002"}]


def test_a_report_says_what_it_is_and_where_its_projects_are(city: Flask) -> None:
    about = info(JULY, Issue(3, 2, date(2022, 7, 18), "Se corrigió un valor"))
    assert (about.number, about.version, about.reason, about.cutoff) == (3, 2, "Se corrigió un valor", JULY)
    assert about.project_urls["p-bp26000001"] == "https://pp.example.org/proyectos/p-bp26000001"
    assert date(2022, 7, 4) in {holiday.day for holiday in about.holidays}
    assert about.known_at.tzinfo is None


def test_a_report_is_compared_with_the_newest_cut_closed_before_it(city: Flask) -> None:
    assert previous_cut(vigencia().id, JULY, vigencia().last_recorded_at) is None
    for reissue in (False, True):
        close_cutoff(
            vigencia().id,
            JUNE,
            JULY,
            an_actor(),
            JULY,
            render=render_mail,
            reissue=reissue,
            reason="Corrección" if reissue else "",
        )
    before = previous_cut(vigencia().id, JULY, vigencia().last_recorded_at)
    assert before is not None
    assert (before.cutoff, before.city.projects, set(before.organisms)) == (JUNE, 2, {"4145", "4151"})
    assert previous_cut(vigencia().id, JUNE, vigencia().last_recorded_at) is None
