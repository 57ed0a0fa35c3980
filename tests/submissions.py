"""Plans that were sent, written as the services write, and people to decide on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.plan_doubt import DoubtGroup
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.plan import RegistrationStep
from pp_monitor.models.submission import PlanSubmission
from pp_monitor.services.approval import decide
from pp_monitor.services.audit import Actor
from pp_monitor.services.plan_check import ProjectPlan
from pp_monitor.services.submission import Deed, Sending, at_step, write_submission
from pp_monitor.services.submission_read import SentPlan, find_submission
from pp_monitor.services.transaction import writing_vigencia
from tests.factories_db import make_actor, make_user
from tests.plan_data import SALUD, TODAY, City, plan

# Approved on Monday the 18th: the last day for comments is Thursday.
LAST_DAY = date(2022, 4, 21)


def actor(city: City, role: Role, organism: str = SALUD, label: str = "") -> Actor:
    """Somebody new with that role."""
    own = city.organism(organism) if role in (Role.ENLACE, Role.ORDENADOR) else None
    return make_actor(make_user(role, own, label=label or role.value.capitalize()))


def send(
    city: City,
    numbers: Sequence[int] = (1, 2, 3),
    *,
    organism: str = SALUD,
    plan_: ProjectPlan | None = None,
    modality: Modality | None = None,
    by: Actor | None = None,
    on: date = TODAY,
    act: str = "",
    doubts: Sequence[DoubtGroup] = (),
) -> PlanSubmission:
    """Send complete plans of these projects, without drafts."""
    plans = {city.id(number, organism): plan_ or plan() for number in numbers}
    sent = Sending(plans, dict.fromkeys(plans, modality), {}, act, doubts)
    vigencia, own = city.vigencia, city.organism(organism)
    by = by or city.actor
    with writing_vigencia(vigencia.id) as now:
        submission = write_submission(vigencia, own, sent, by, on, now)
        submission_id = submission.id
    return db.session.get_one(PlanSubmission, submission_id)


def deed(city: City, submission_id: int, by: Actor | None = None, on: date = TODAY) -> Deed:
    """What somebody does to a submission on a day."""
    return Deed(city.vigencia, submission_id, by or city.actor, on, render_mail)


def approve(city: City, submission: PlanSubmission, by: Actor | None = None, on: date = TODAY) -> None:
    """The head approves everything that is sent."""
    decide(deed(city, submission.id, by, on), at_step(submission, RegistrationStep.SENT), {})


def ids(city: City, *numbers: int) -> list[int]:
    """Projects of Salud by their numbers."""
    return [city.id(number) for number in numbers]


def found(city: City, number: int = 1) -> SentPlan:
    """A submission as its page reads it."""
    return find_submission(city.vigencia, number, TODAY)


def newest_audit() -> AuditEvent:
    """What was last written in the trail."""
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1)).one()
