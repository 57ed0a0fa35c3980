"""The story of a project, from the newest to the oldest."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.project import Project
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.event import Act, change_state
from pp_monitor.services.story import project_story
from pp_monitor.services.story_entry import StoryKind
from tests.portfolio_db import NewProject, add_actual, an_actor, open_vigencia


def test_everything_recorded_is_told_newest_first(any_app: Flask) -> None:
    with any_app.app_context():
        vigencia = open_vigencia([NewProject("BP26000001", forecast={"H07": date(2022, 7, 1)})])
        project_id = db.session.scalars(select(Project.id)).one()
        add_actual("BP26000001", "H01", date(2022, 4, 18))
        refresh_alerts(vigencia.id, date(2022, 7, 15), an_actor())
        act = Act("Acta de suspensión 3", date(2022, 8, 1), "Lluvias")
        change_state(vigencia, project_id, ProjectState.SUSPENDED, act, an_actor(), date(2022, 9, 1))

        story = project_story(project_id)
        kinds = [entry.kind for entry in story]
        assert kinds[:3] == [StoryKind.STATE, StoryKind.ALERT, StoryKind.ACTUAL]
        assert sorted(kinds[3:]) == sorted([StoryKind.BASELINE, StoryKind.FORECAST, StoryKind.ENTERED])
        state, _, actual = story[:3]
        assert (state.act, state.note, state.day) == ("Acta de suspensión 3", "Lluvias", date(2022, 9, 1))
        assert (actual.milestone_code, actual.day) == ("H01", date(2022, 4, 18))
        db.session.remove()
