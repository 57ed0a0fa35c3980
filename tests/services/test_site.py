"""What the frame of every page tells."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import select, update

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.entity import Entity, Organism
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.entity import Opening, ensure_vigencia, find_organism, load_reference_data
from pp_monitor.services.site import SiteFacts, count_open_alerts, site_facts
from tests.factories_db import make_user
from tests.portfolio_db import NewProject, an_actor, open_vigencia

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
        assert [count_open_alerts(vigencia_id, ids) for ids in (None, [health], [])] == [3, 2, 0]
        db.session.remove()
