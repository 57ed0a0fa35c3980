"""What the frame of every page tells."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import select, update

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.entity import Entity, Organism
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.approval import decide
from pp_monitor.services.entity import Opening, ensure_vigencia, find_organism, load_reference_data
from pp_monitor.services.replanning import withdraw
from pp_monitor.services.site import SiteFacts, menu_counts, site_facts
from tests.factories_db import make_user
from tests.plan_data import SALUD, VIAS, City, build_city
from tests.portfolio_db import NewProject, an_actor, open_vigencia
from tests.replanned import ASKED_ON, asked, register
from tests.submissions import approve, deed, send

TODAY = date(2022, 7, 15)


def test_before_init_there_is_nothing_to_tell(any_app: Flask) -> None:
    with any_app.app_context():
        assert site_facts() == SiteFacts()


def test_the_newest_vigencia_is_told_and_a_demonstration_says_so(any_app: Flask) -> None:
    with any_app.app_context():
        load_reference_data()
        assert (site_facts().entity_name, site_facts().year) == ("Alcaldía de Santiago de Cali", None)
        for year in (2023, 2022):
            ensure_vigencia(Opening(year, date(year, 1, 3)), an_actor())
        assert (site_facts().year, site_facts().is_demo) == (2023, False)
        db.session.execute(update(Entity).values(demo_today=TODAY))
        db.session.commit()
        assert (site_facts().demo_today, site_facts().is_demo) == (TODAY, True)
        db.session.remove()


def test_open_alerts_are_counted_for_what_the_reader_may_see(any_app: Flask) -> None:
    with any_app.app_context():
        projects = [NewProject(f"BP2600000{n}", organism=code) for n, code in enumerate(("4145", "4145", "4146"))]
        vigencia_id = open_vigencia(projects).id
        for code in ("4145", "4146"):
            make_user(Role.ENLACE, find_organism(code))
        refresh_alerts(vigencia_id, TODAY, an_actor())
        health = db.session.scalars(select(Organism.id).where(Organism.code == "4145")).one()
        assert [menu_counts(vigencia_id, ids).alerts for ids in (None, [health], [])] == [3, 2, 0]
        db.session.remove()


def to_sign(city: City, organism: str = SALUD) -> int:
    return menu_counts(city.vigencia_id, [city.organism(organism).id]).plans_to_sign


def test_a_plan_is_to_be_signed_until_its_head_decided_on_all_of_it(any_app: Flask) -> None:
    with any_app.app_context():
        city = build_city()
        first = send(city, (1,))
        second = send(city, (2, 3))
        assert (to_sign(city), to_sign(city, VIAS)) == (2, 0)
        approve(city, first)
        assert to_sign(city) == 1
        ids = [city.id(number) for number in (2, 3)]
        decide(deed(city, second.id), ids, {ids[0]: "Falta una fecha."})
        assert to_sign(city) == 0
        db.session.remove()


def test_a_request_waits_until_it_ends(any_app: Flask) -> None:
    with any_app.app_context():
        city = build_city()
        request_id = asked(city, register(city))
        assert menu_counts(city.vigencia_id, None).replannings == 1
        withdraw(city.vigencia, request_id, city.actor, ASKED_ON, render_mail)
        assert menu_counts(city.vigencia_id, None).replannings == 0
        db.session.remove()
