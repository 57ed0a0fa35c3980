"""The story of a project tells everything recorded, newest first, and what changed after it entered."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.entity import Organism
from pp_monitor.models.project import Project, ProjectAllocation, ProjectOrganism
from pp_monitor.services.story import StoryKind, project_story
from pp_monitor.services.transaction import writing_vigencia
from tests.portfolio_db import PLANNED, NewProject, add_actual, met_through, open_vigencia


def test_story_is_complete_and_newest_first(any_app: Flask) -> None:
    with any_app.app_context():
        open_vigencia(
            [
                NewProject(
                    "BP1",
                    actual=met_through("H02"),
                    forecast={"H03": date(2022, 8, 5)},
                    replanned=PLANNED,
                    states=[(ProjectState.SUSPENDED, date(2022, 6, 1))],
                )
            ]
        )
        add_actual("BP1", "H03", date(2022, 7, 1))
        project = db.session.scalars(select(Project)).one()
        story = project_story(project.id)
    assert (story.entries[0].kind, story.entries[0].milestone_code) == (StoryKind.ACTUAL, "H03")
    assert sorted(entry.kind for entry in story.entries) == sorted(
        [
            *[StoryKind.ACTUAL] * 3,
            *[StoryKind.BASELINE] * 2,
            StoryKind.FORECAST,
            StoryKind.STATE,
            StoryKind.ENTERED,
        ]
    )
    assert story.last_report_on == date(2022, 8, 5)


def test_value_and_organism_are_told_only_when_they_change(any_app: Flask) -> None:
    with any_app.app_context():
        vigencia = open_vigencia([NewProject("BP1", planned=None)])
        project = db.session.scalars(select(Project)).one()
        assert [entry.kind for entry in project_story(project.id).entries] == [StoryKind.ENTERED]
        works = db.session.scalars(select(Organism).where(Organism.code == "4151")).one()
        with writing_vigencia(vigencia.id) as now:
            shared = {"entity_id": project.entity_id, "project_id": project.id, "recorded_at": now}
            day = {"valid_from": date(2022, 5, 2), "act": "Acta 9"}
            db.session.add(ProjectAllocation(amount_cop=7, **shared, **day))
            db.session.add(ProjectOrganism(organism_id=works.id, **shared, **day))
        story = project_story(project.id)
    told = {entry.kind: entry for entry in story.entries}
    assert told[StoryKind.ALLOCATION].number == 7
    assert (told[StoryKind.ORGANISM].code, told[StoryKind.ORGANISM].act) == ("4151", "Acta 9")
    assert story.last_report_on is None
