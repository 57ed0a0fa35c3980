"""The words of a report's mail, in the variants that readers get."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask

from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.mail_templates import render_mail
from pp_monitor.reports.mail import ReportMail, report_mail
from pp_monitor.reports.scope import DEMO_MARK
from pp_monitor.services.mail import RenderedMail
from tests.factories import PLANNED, snapshot
from tests.reports.books import info, previous
from tests.reports.portfolios import CUTOFF, HEALTH, ON_TIME, SLOW, SPORT, named, portfolio

GOLDEN = Path(__file__).parent / "golden"
BEFORE_DEADLINE = date(2022, 4, 13)


def in_order() -> Portfolio:
    """Every project has its plan and none is late."""
    return portfolio([named("Puesto de salud", actual=ON_TIME), named("Brigadas", project_id=2, actual=ON_TIME)])


def rendered(app: Flask, mail: ReportMail) -> RenderedMail:
    with app.app_context():
        return render_mail("organism_report" if mail.organism else "monthly_report", mail=mail)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("city", (portfolio(), info(), previous(), None)),
        ("city-demo-first-cut", (portfolio(is_demo=True), info(is_demo=True, budget_cutoff=None), None, None)),
        ("city-in-order", (in_order(), info(), None, None)),
        ("organism", (portfolio(), info(version=2, reason="Se corrigió una fecha."), previous(), HEALTH)),
        ("organism-without-plan", (portfolio(), info(public_url=""), previous(), SPORT)),
    ],
)
def test_mail_reads_word_for_word(name: str, arguments: tuple[Any, ...], app: Flask) -> None:
    mail = rendered(app, report_mail(*arguments))
    assert f"{mail.subject}\n\n{mail.body_text}" == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("histories", "cutoff", "facts"),
    [
        ([named("A", actual=ON_TIME)], CUTOFF, "ningún proyecto atrasado"),
        ([named("A", actual=SLOW)], CUTOFF, "1 proyecto atrasado por $100.000.000"),
        ([named("A", planned=None)], CUTOFF, "1 proyecto sin plan"),
        (
            [named("A", planned=None), named("B", project_id=2, planned=None)],
            BEFORE_DEADLINE,
            "2 proyectos en registro",
        ),
        (
            [named("A", actual=SLOW), named("B", project_id=2, planned=None)],
            CUTOFF,
            "1 proyecto atrasado por $100.000.000 y 1 sin plan",
        ),
        ([], CUTOFF, "sin proyectos"),
    ],
)
def test_subject_tells_the_worst_fact(histories: list[Any], cutoff: date, facts: str) -> None:
    subject = report_mail(portfolio(histories, cutoff=cutoff), info(cutoff=cutoff), None).subject
    start = "Informe n.º 4 – Presupuesto participativo 2022 – corte"
    assert subject == f"{start} {cutoff:%d/%m/%Y}: {facts}"


def test_low_coverage_is_never_told_as_good_news() -> None:
    half = portfolio([named("A", actual=ON_TIME), named("B", project_id=2, planned=None)])
    points = report_mail(half, info(), None).points
    assert points[0].startswith("1 de 2 proyectos tiene plan registrado (50,0 %). Falta el plan de: Salud Pública (1).")
    assert points[2] == "Ningún proyecto con plan está atrasado; de los que no tienen plan no se puede saber."
    assert "Ningún proyecto está atrasado." not in points


def test_without_any_plan_nothing_is_said_about_delay() -> None:
    points = report_mail(portfolio([named("A", planned=None)]), info(), None).points
    assert "Sin planes registrados no hay avance que medir." in points
    assert not [point for point in points if "atrasado;" in point or "está atrasado" in point]


def test_plans_in_time_are_told_with_their_deadline_ahead() -> None:
    early = portfolio([named("A", planned=None)], cutoff=BEFORE_DEADLINE)
    mail = report_mail(early, info(cutoff=BEFORE_DEADLINE), None)
    assert mail.points[0].endswith("El plazo para registrarlo aún no vence.")
    assert mail.decisions == ()


def test_committed_red_projects_are_told_apart() -> None:
    met = {code: PLANNED[code] for code in ON_TIME if code < "H09"}
    paid = named("A", actual=met, snapshots=[snapshot(date(2022, 6, 30), 100, 100)])
    late = date(2022, 8, 12)
    points = report_mail(portfolio([paid], cutoff=late), info(cutoff=late), None).points
    assert "1 proyecto está atrasado. Vale $100; todos tienen registro presupuestal." in points


def test_milestones_to_report_are_the_five_latest_and_the_rest_is_counted() -> None:
    mail = report_mail(portfolio(), info(), previous(), HEALTH)
    assert [row.milestone for row in mail.to_report] == [
        "Proceso publicado",
        "Apertura y pliego definitivo",
        "Cierre de ofertas",
        "Adjudicación o selección",
        "Contrato firmado",
    ]
    assert mail.to_report_more == "Y 2 hitos más, en la hoja 10_Hitos."
    assert report_mail(portfolio(), info(), previous()).to_report == ()


def test_milestone_without_its_date_is_asked_for_too() -> None:
    gap = portfolio([named("Salto", actual={code: PLANNED[code] for code in ON_TIME if code != "H05"})])
    mail = report_mail(gap, info(), None, HEALTH)
    assert [(row.milestone, row.delay) for row in mail.to_report] == [("Cierre de ofertas", "falta su fecha")]


def test_organism_mail_holds_nothing_of_the_others(app: Flask) -> None:
    mail = rendered(app, report_mail(portfolio(), info(), previous(), HEALTH))
    for text in (mail.subject, mail.body_text, mail.body_html):
        for other in ("Deporte", "Infraestructura", "BP26000006", "BP26000009", "p0009"):
            assert other not in text


def test_many_missing_plans_are_cut_short() -> None:
    many = [named(f"P{n}", project_id=n, planned=None) for n in range(1, 14)]
    point = report_mail(portfolio(many), info(), None, HEALTH).points[0]
    assert "BP26000010 y 3 más." in point
    assert "BP26000011" not in point


def test_corrections_have_a_working_day_as_their_limit() -> None:
    # Five working days after Monday 18/07/2022, over the holiday of the 20th.
    assert report_mail(portfolio(), info(), None).corrections_until == "26 de julio de 2022"


@pytest.mark.parametrize("organism_code", [None, HEALTH])
def test_html_says_the_same_in_valid_markup(organism_code: str | None, app: Flask) -> None:
    mail = report_mail(portfolio(is_demo=True), info(is_demo=True), previous(), organism_code)
    page = rendered(app, mail).body_html
    html5lib.HTMLParser(strict=True).parse(page)
    for text in (mail.opening, *mail.points, *(row.text for row in mail.decisions), mail.corrections_until, DEMO_MARK):
        assert text in page
    assert page.count("<h1") == 1


def test_names_cannot_bring_markup_into_the_html(app: Flask) -> None:
    sly = portfolio([named("<b onclick=x>Parque</b>", actual=SLOW)])
    page = rendered(app, report_mail(sly, info(), None, HEALTH)).body_html
    assert "<b onclick" not in page
    assert "&lt;b onclick=x&gt;Parque" in page
