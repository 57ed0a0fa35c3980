"""*Preaviso de corte*: before a cut-off, what it will show red of an organism if nothing more is reported."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from pp_monitor.domain.account import ORGANISM_ROLES, Role
from pp_monitor.domain.light import Light
from pp_monitor.domain.portfolio import Portfolio, projects_worst_first
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.report import cutoff_ahead
from pp_monitor.domain.submission import ApprovalStage
from pp_monitor.extensions import db
from pp_monitor.formatters import date_weekday, plural
from pp_monitor.labels import LIGHT, reason_sentence
from pp_monitor.labels_plan import approval_text
from pp_monitor.models.alert import Alert
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.mail import MailMark
from pp_monitor.services.audit import Actor
from pp_monitor.services.calendar import follow_up
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.mail import Render
from pp_monitor.services.planned_mail import Addressee, PlannedMail, addressees, send_planned

KIND = "cutoff_warning"
SHOWN = (Light.NO_PLAN, Light.RED)
MOST_NAMED = 12
# The heaviest reasons of a project; its page has the others.
MOST_REASONS = 2


@dataclass(frozen=True, slots=True)
class WarnedProject:
    """A project in the mail, in words: its light at the cut-off, why, and where to answer (a path within the site)."""

    title: str
    under: str
    light: str
    change: str
    reasons: tuple[str, ...]
    path: str
    action: str


def send_cutoff_warnings(vigencia: Vigencia, today: date, actor: Actor, *, render: Render) -> int:
    """Queue the warnings of the cut-off that is near, all of them or none; give to how many people.

    Each person gets one a cut-off, and none where nothing will be red. Nothing goes out on a day off.
    """
    portfolio = assess_portfolio(vigencia, today)
    planned = plan_cutoff_warnings(vigencia, portfolio, told_cutoffs(vigencia), render)
    return send_planned(vigencia, planned, actor)


def plan_cutoff_warnings(
    vigencia: Vigencia, portfolio: Portfolio, told: Collection[tuple[int, str]], render: Render
) -> list[PlannedMail]:
    """The warnings of the day of ``portfolio``; ``told`` are (user id, cut-off) of those who have got theirs.

    The projects are assessed at the cut-off itself, with what is recorded now.
    """
    cutoff = cutoff_ahead(follow_up(vigencia), portfolio.cutoff, portfolio.frame.calendar)
    if cutoff is None:
        return []
    ahead = assess_portfolio(vigencia, cutoff)
    shown = [project for project in projects_worst_first(ahead.projects) if project.light in SHOWN]
    lights = {project.id: project.light for project in portfolio.projects}
    cases = _cases(vigencia)
    found = []
    for person in addressees(vigencia.entity_id, portfolio.cutoff):
        codes = {code for role, code in person.grants if role in ORGANISM_ROLES}
        own = [project for project in shown if project.organism_code in codes]
        if own and (person.user_id, cutoff.isoformat()) not in told:
            lines = [
                _line(project, lights.get(project.id), ahead, _answer(project, person, cases))
                for project in own[:MOST_NAMED]
            ]
            found.append(_planned(vigencia, portfolio.cutoff, person, own, lines, cutoff, render))
    return found


def told_cutoffs(vigencia: Vigencia) -> set[tuple[int, str]]:
    """Who was warned of which cut-off, as (user id, date); one query."""
    rows = db.session.execute(
        select(MailMark.user_id, MailMark.occasion).where(MailMark.vigencia_id == vigencia.id, MailMark.kind == KIND)
    )
    return set(rows.tuples().all())


def _planned(
    vigencia: Vigencia,
    day: date,
    person: Addressee,
    own: Sequence[ProjectAssessment],
    lines: Sequence[WarnedProject],
    cutoff: date,
    render: Render,
) -> PlannedMail:
    counts = _counts(own)
    more = len(own) - len(lines)
    mail = render(
        KIND,
        label=person.label,
        year=vigencia.year,
        is_demo=vigencia.is_demo,
        cutoff=cutoff,
        day=date_weekday(cutoff),
        counts=counts,
        lines=lines,
        more=plural(more, "proyecto más", "proyectos más") if more > 0 else "",
    )
    return PlannedMail(KIND, day, person, (cutoff.isoformat(),), f"Corte {cutoff:%d/%m/%Y}: {counts}", mail)


def _counts(own: Sequence[ProjectAssessment]) -> str:
    """As ``2 proyectos atrasados, 1 proyecto sin plan y 1 proyecto con el plan en aprobación``."""
    red = sum(project.light is Light.RED for project in own)
    sent = sum(project.light is Light.NO_PLAN and project.approval is not None for project in own)
    missing = len(own) - red - sent
    told = (
        (red, plural(red, "proyecto atrasado", "proyectos atrasados")),
        (missing, plural(missing, "proyecto sin plan", "proyectos sin plan")),
        (sent, plural(sent, "proyecto con el plan en aprobación", "proyectos con el plan en aprobación")),
    )
    *most, last = [text for count, text in told if count]
    return f"{', '.join(most)} y {last}" if most else last


def _line(project: ProjectAssessment, now: Light | None, ahead: Portfolio, answer: tuple[str, str]) -> WarnedProject:
    names = ahead.names
    path, action = answer
    return WarnedProject(
        title=project.name,
        under=f"{project.code} · {names.organisms[project.organism_code].short_name}",
        light=LIGHT[project.light],
        change=f"hoy: {LIGHT[now]}" if now and now is not project.light else "",
        reasons=_reasons(project, ahead),
        path=path,
        action=action,
    )


def _reasons(project: ProjectAssessment, ahead: Portfolio) -> tuple[str, ...]:
    """Why it will be shown so; of a plan that was sent, who has it."""
    if project.light is Light.NO_PLAN and project.approval:
        return (f"{approval_text(project.approval)}.",)
    return tuple(reason_sentence(reason, ahead.names.milestones) for reason in project.reasons[:MOST_REASONS])


def _answer(project: ProjectAssessment, person: Addressee, cases: Mapping[int, int]) -> tuple[str, str]:
    """Where a person answers, in what words: an enlace reports, a head approves or answers the case."""
    is_enlace = (Role.ENLACE, project.organism_code) in person.grants
    if project.light is Light.NO_PLAN and project.approval:
        is_theirs = project.approval.stage is ApprovalStage.HEAD and not is_enlace
        return "/registro/envios", "Apruebe o devuelva el envío" if is_theirs else "Vea el envío"
    if project.light is Light.NO_PLAN:
        return f"/registro/{project.organism_code}", "Registre su plan" if is_enlace else "Vea el registro"
    if is_enlace:
        return f"/proyectos/{project.public_id}/avance", "Reporte o explique el retraso"
    if project.id in cases:
        return f"/alertas/{cases[project.id]}", "Responda en su caso"
    return f"/proyectos/{project.public_id}", "Vea el proyecto"


def _cases(vigencia: Vigencia) -> dict[int, int]:
    """The open case of each project that has one, by its id; one query."""
    query = select(Alert.project_id, Alert.id).where(
        Alert.vigencia_id == vigencia.id, Alert.closed_at.is_(None), Alert.project_id.is_not(None)
    )
    return {project_id: case_id for project_id, case_id in db.session.execute(query) if project_id}
