"""The demonstration: vigencia 2022 lived through day by day, by the same services that real data use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from random import Random

from sqlalchemy import func, select

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import Catalogue
from pp_monitor.domain.errors import ConflictError
from pp_monitor.domain.plan import PlanLine, shift_unmet
from pp_monitor.domain.project import ProjectState
from pp_monitor.domain.replanning import ReplanningCause, movable_codes, moved_lines
from pp_monitor.domain.report import reports_due
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import FactSource
from pp_monitor.models.project import Project
from pp_monitor.services import entity as entity_service
from pp_monitor.services.account import get_user
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.audit import Actor
from pp_monitor.services.calendar import follow_up, work_calendar
from pp_monitor.services.demo_case import step_cases
from pp_monitor.services.demo_commitment import commitment_steps
from pp_monitor.services.demo_contract import Ground, contract_steps
from pp_monitor.services.demo_data import DEADLINE, LEFT_OUT_REASONS, OPENED_ON, ORGANISMS, YEAR, DemoOrganism
from pp_monitor.services.demo_money import money_rows
from pp_monitor.services.demo_monitoring import ANSWERED_ON, FactKey, answer_delays, keep_proofs, verify_reported
from pp_monitor.services.demo_sending import send_plans
from pp_monitor.services.demo_setting import add_people, take_list
from pp_monitor.services.demo_story import DemoFact, DemoProject, list_facts, list_projects
from pp_monitor.services.deviation import project_standing
from pp_monitor.services.event import Act, change_state, replan
from pp_monitor.services.mail import Render
from pp_monitor.services.money import record_snapshots
from pp_monitor.services.notice import NewNotice, add_notice
from pp_monitor.services.plan import register_plan
from pp_monitor.services.plan_check import ProjectPlan
from pp_monitor.services.progress import FactEntry, record_facts
from pp_monitor.services.project import set_modalities
from pp_monitor.services.replanning import Wish, approve, ask
from pp_monitor.services.replanning_read import list_requests
from pp_monitor.services.report import close_cutoff
from pp_monitor.services.transaction import writing

SEED = 2022
UNTIL = date(2022, 9, 20)
# The organisms that never registered by themselves: there is something left to do with their accounts.
UNREGISTERED = frozenset(organism.code for organism in ORGANISMS if organism.registered_on is None)
_SUSPENDED = ("4151", date(2022, 8, 1))
_WITHDRAWN = ("4162", date(2022, 8, 24))
_REPLANNED = {"4143": 2, "4151": 4, "4162": 3, "4171": 2}
_REPLANNING_DAYS = (date(2022, 6, 30), date(2022, 7, 25), date(2022, 8, 29))
# Asked for by an enlace and approved the day after; and one that Planning has still to decide.
_APPROVED_REQUEST = ("4143", date(2022, 8, 24), date(2022, 8, 25))
_OPEN_REQUEST = ("4151", date(2022, 9, 15))
_FORECAST_DAY = date(2022, 9, 7)
_MONEY_LAG = timedelta(days=10)
# Working days after the deadline on which who never registered is required to.
_REQUIRED_AFTER = (1, 5, 10)
_LATE_SENDING = date(2022, 9, 15)
_ASKED_WORKDAYS = 15
_FINISHED = {"H11", "H12", "H13", "H14"}


@dataclass(slots=True)
class _Stage:
    """Everything that the days of the demonstration share."""

    vigencia: Vigencia
    actor: Actor
    catalogue: Catalogue
    calendar: WorkCalendar
    projects: Sequence[DemoProject]
    facts: Sequence[DemoFact]
    ids: Mapping[str, int]
    render: Render
    proofs: Mapping[FactKey, int]
    lines: dict[str, dict[str, PlanLine]] = field(default_factory=dict)
    stopped: dict[str, date] = field(default_factory=dict)
    told: set[tuple[str, str]] = field(default_factory=set)

    def of(self, organism: DemoOrganism) -> list[DemoProject]:
        """The projects of an organism."""
        return [project for project in self.projects if project.organism is organism]

    def met(self, day: date) -> dict[str, dict[str, date]]:
        """The actual dates reported by ``day``, by project and milestone."""
        found: dict[str, dict[str, date]] = defaultdict(dict)
        for fact in self.facts:
            if fact.reported_on <= day:
                found[fact.project_code][fact.milestone_code] = fact.day
        return found


Step = tuple[date, int, Callable[[], object]]


def build_demo(until: date, *, render: Render, tell: Callable[[str], object] = str) -> None:
    """Fill an empty database with the demonstration as lived until ``until``; the same each time.

    Raises ``ConflictError`` for a database that has projects.
    """
    if db.session.scalar(select(func.count(Project.id))):
        raise ConflictError("La base de datos ya tiene proyectos. La demostración solo se carga en una vacía.")
    stage = _set_stage(until, render)
    tell("Proyectos y cuentas creados.")
    for day, _, act in sorted(_steps(stage, until), key=lambda step: step[:2]):
        if day <= until and isinstance(told := act(), str):
            tell(told)
    refresh_alerts(stage.vigencia.id, until, stage.actor)
    step_cases(stage.vigencia, until, _person(stage, "planeacion"))


def _set_stage(until: date, render: Render) -> _Stage:
    entity = entity_service.the_entity()
    with writing():
        entity_service.the_entity().demo_today = until
    actor = Actor(entity.id, "demostración")
    vigencia = entity_service.ensure_vigencia(entity_service.Opening(YEAR, OPENED_ON, is_demo=True), actor)
    catalogue = entity_service.load_catalogue(vigencia.catalogue_version_id)
    calendar = work_calendar(entity.id, vigencia.last_recorded_at)
    territories = [
        (label.code, label.name)
        for label in entity_service.territory_labels(entity.id).values()
        if label.code not in (entity_service.WHOLE_CITY, entity_service.NO_TERRITORY)
    ]
    projects = list_projects(territories, catalogue, calendar, SEED)
    take_list(projects, actor)
    entity_service.set_deadline(YEAR, DEADLINE, actor)
    add_people(actor)
    ids = {row.code: row.id for row in db.session.execute(select(Project.code, Project.id))}
    set_modalities(vigencia, {ids[project.code]: project.modality for project in projects}, OPENED_ON, actor)
    facts = [_after_registration(fact, projects) for fact in list_facts(projects, calendar, until, SEED)]
    proofs = keep_proofs(vigencia, facts, SEED)
    return _Stage(vigencia, actor, catalogue, calendar, projects, facts, ids, render, proofs)


def _after_registration(fact: DemoFact, projects: Sequence[DemoProject]) -> DemoFact:
    """A fact is reported once the plan is registered, at the earliest."""
    registered_on = next(p.organism.registered_on for p in projects if p.code == fact.project_code)
    return replace(fact, reported_on=max(fact.reported_on, registered_on or date.max))


def _steps(stage: _Stage, until: date) -> list[Step]:
    """Everything that happens, by day: registrations, events, reports of progress, money, closings."""
    steps: list[Step] = [
        (organism.registered_on, 0, partial(_register, stage, organism))
        for organism in ORGANISMS
        if organism.registered_on
    ]
    without = [organism for organism in ORGANISMS if organism.registered_on is None]
    steps += [
        (stage.calendar.add(DEADLINE, workdays), 1, partial(_require, stage, organism, number))
        for organism in without
        for number, workdays in enumerate(_REQUIRED_AFTER, start=1)
    ]
    steps += [(_LATE_SENDING, 1, partial(_send, stage, organism)) for organism in without]
    steps += _event_steps(stage)
    mailboxes = {organism.code: organism.mailbox for organism in ORGANISMS}
    answering = partial(answer_delays, stage.vigencia, ANSWERED_ON, partial(_person, stage), mailboxes)
    steps.append((ANSWERED_ON, 1, answering))
    steps += contract_steps(Ground(stage.vigencia, stage.actor, stage.calendar, stage.projects, stage.ids, stage.facts))
    first = {project.organism.code: stage.ids[project.code] for project in reversed(stage.projects)}
    steps += commitment_steps(stage.vigencia, first, partial(_person, stage))
    weeks = sorted({_friday(fact.reported_on) for fact in stage.facts})
    steps += [(week, 2, partial(_report, stage, week)) for week in weeks]
    for dates in reports_due(follow_up(stage.vigencia), until, stage.calendar):
        budget_cutoff = dates.issue.replace(day=1) - timedelta(days=1)
        money_day = budget_cutoff + _MONEY_LAG
        steps.append((money_day, 3, partial(_money, stage, budget_cutoff)))
        steps.append((dates.issue, 4, partial(_close, stage, dates.cutoff, dates.issue)))
    return steps


def _friday(day: date) -> date:
    return day + timedelta(days=(4 - day.weekday()) % 7)


def _register(stage: _Stage, organism: DemoOrganism) -> None:
    """One organism registers all its projects, with what had already been met."""
    day = organism.registered_on
    assert day is not None
    plans = {}
    for project in stage.of(organism):
        met = {f.milestone_code: f.day for f in stage.facts if f.project_code == project.code and f.day < day}
        plans[stage.ids[project.code]] = ProjectPlan(project.lines, met)
        stage.told |= {(project.code, milestone) for milestone in met}
        stage.lines[project.code] = dict(project.lines)
    register_plan(
        vigencia=stage.vigencia,
        organism=entity_service.find_organism(organism.code),
        plans=plans,
        declared_on=day,
        act=f"Acta de registro {organism.code}-2022",
        actor=stage.actor,
        user_id=None,
    )


def _require(stage: _Stage, organism: DemoOrganism, number: int) -> None:
    """One *requerimiento* to an organism that never registers."""
    day = stage.calendar.add(DEADLINE, _REQUIRED_AFTER[number - 1])
    text = f"Registre el plan de sus {len(stage.of(organism))} proyectos. El plazo venció el {DEADLINE:%d/%m/%Y}."
    notice = NewNotice(day, f"DEMO-2022-{organism.code}-{number:03d}", text)
    add_notice(stage.vigencia, entity_service.find_organism(organism.code), notice, day, stage.actor)


def _send(stage: _Stage, organism: DemoOrganism) -> None:
    """Who never registered sends its last two projects and says why the others stay out; its head has not decided."""
    late = stage.calendar.workdays(DEADLINE, _LATE_SENDING)
    own = stage.of(organism)
    sent = own[-2:]
    left_out = {one.code: reason for one, reason in zip(own[:-2], LEFT_OUT_REASONS, strict=True)}
    plans = {stage.ids[one.code]: shift_unmet(one.lines, (), late, stage.calendar) for one in sent}
    modalities = {stage.ids[one.code]: one.modality for one in sent}
    sender, by = entity_service.find_organism(organism.code), _enlace(stage, organism)
    send_plans(stage.vigencia, sender, plans, modalities, left_out, by, _LATE_SENDING, stage.render)


def _enlace(stage: _Stage, organism: DemoOrganism) -> Actor:
    return _person(stage, f"enlace.{organism.mailbox}")


def _person(stage: _Stage, mailbox: str) -> Actor:
    user = get_user(stage.actor.entity_id, f"{mailbox}@example.org")
    return Actor(stage.actor.entity_id, user.label, user.id)


def _report(stage: _Stage, week: date) -> None:
    """The week's reports of progress of every organism, on its Friday."""
    entries = [
        FactEntry(
            stage.ids[fact.project_code],
            fact.milestone_code,
            actual=fact.day,
            cause=fact.cause,
            evidence_id=stage.proofs.get((fact.project_code, fact.milestone_code)),
        )
        for fact in stage.facts
        if _friday(fact.reported_on) == week
        and fact.project_code in stage.lines
        and (fact.project_code, fact.milestone_code) not in stage.told
        and week < stage.stopped.get(fact.project_code, date.max)
    ]
    if entries:
        record_facts(vigencia=stage.vigencia, entries=entries, actor=stage.actor, today=week, source=FactSource.FORM)


def _money(stage: _Stage, cutoff: date) -> None:
    rows = money_rows(stage.projects, stage.ids, stage.met(cutoff), Random(SEED))
    record_snapshots(stage.vigencia, cutoff, rows, stage.actor)


def _close(stage: _Stage, cutoff: date, issue: date) -> str:
    verify_reported(stage.vigencia, issue, _person(stage, "planeacion"))
    refresh_alerts(stage.vigencia.id, issue, stage.actor)
    result = close_cutoff(stage.vigencia.id, cutoff, issue, stage.actor, issue, render=stage.render)
    return f"Informe n.º {result.number}, corte {cutoff:%d/%m/%Y}: {result.files} libros, {result.messages} correos."


def _event_steps(stage: _Stage) -> list[Step]:
    """One suspension, one withdrawal, re-plannings (one project three times) and declared forecasts."""
    code, day = _SUSPENDED
    suspended = _unfinished(stage, code, day)[-1]
    act = Act("Acta de suspensión 01", day, "Se revisa el trazado con la comunidad.")
    steps: list[Step] = [(day, 1, partial(_change, stage, suspended, ProjectState.SUSPENDED, act, date(2022, 10, 3)))]
    code, day = _WITHDRAWN
    withdrawn = _unfinished(stage, code, day)[0]
    act_out = Act("Acuerdo de traslado presupuestal", day, "Los recursos pasan a otro proyecto del territorio.")
    steps.append((day, 1, partial(_change, stage, withdrawn, ProjectState.WITHDRAWN, act_out, None)))
    stage.stopped = {suspended.code: _SUSPENDED[1], withdrawn.code: _WITHDRAWN[1]}
    for organism_code, count in _REPLANNED.items():
        chosen = [p for p in _unfinished(stage, organism_code, _REPLANNING_DAYS[1]) if p not in (suspended, withdrawn)]
        steps += [(_REPLANNING_DAYS[1], 1, partial(_replan, stage, p, _REPLANNING_DAYS[1])) for p in chosen[:count]]
        if organism_code == "4151":
            others = (_REPLANNING_DAYS[0], _REPLANNING_DAYS[2])
            steps += [(other, 1, partial(_replan, stage, chosen[0], other)) for other in others]
    steps.append((_FORECAST_DAY, 1, partial(_declare, stage, suspended, withdrawn)))
    return [*steps, *_request_steps(stage, suspended)]


def _request_steps(stage: _Stage, suspended: DemoProject) -> list[Step]:
    """Two requests for new dates, of projects that were not re-planned before."""
    code, asked_on, decided_on = _APPROVED_REQUEST
    later, open_on = _OPEN_REQUEST
    approved = _unfinished(stage, code, _REPLANNING_DAYS[1])[_REPLANNED[code]]
    waiting = [p for p in _unfinished(stage, later, _REPLANNING_DAYS[1]) if p is not suspended][_REPLANNED[later]]
    return [
        (asked_on, 1, partial(_ask, stage, approved, asked_on)),
        (decided_on, 1, partial(_approve, stage, approved, decided_on)),
        (open_on, 1, partial(_ask, stage, waiting, open_on)),
    ]


def _ask(stage: _Stage, project: DemoProject, day: date) -> None:
    """The enlace asks to put off everything that can still move."""
    project_id = stage.ids[project.code]
    standing = project_standing(stage.vigencia, project_id, day, stage.vigencia.last_recorded_at)
    movable = movable_codes(standing.project)
    dates = {
        code: stage.calendar.add(max(line.planned, day), _ASKED_WORKDAYS)
        for code, line in stage.lines[project.code].items()
        if line.planned and code in movable
    }
    wish = Wish(
        dates,
        ReplanningCause.CONTRACTOR,
        "El contratista entregó los diseños después de lo acordado. La interventoría avaló las fechas nuevas.",
        f"Oficio de interventoría 14 del {day:%d/%m/%Y}",
    )
    ask(stage.vigencia, project_id, wish, _enlace(stage, project.organism), day, stage.render)


def _approve(stage: _Stage, project: DemoProject, day: date) -> None:
    [request] = list_requests(stage.vigencia.id, {stage.ids[project.code]})
    stage.lines[project.code] = moved_lines(stage.lines[project.code], request.wanted)
    act = Act("Oficio de Planeación 208", day)
    approve(stage.vigencia, request.id, act, _person(stage, "planeacion"), day, stage.render)


def _unfinished(stage: _Stage, organism_code: str, day: date) -> list[DemoProject]:
    """Projects of an organism with the most to do by ``day`` and works not finished, the furthest behind first."""
    met = stage.met(day)
    open_ones = [
        p for p in stage.projects if p.organism.code == organism_code and not _FINISHED & met.get(p.code, {}).keys()
    ]
    return sorted(open_ones, key=lambda project: (len(met.get(project.code, {})), project.code))


def _change(stage: _Stage, project: DemoProject, state: ProjectState, act: Act, restart: date | None) -> None:
    change_state(stage.vigencia, stage.ids[project.code], state, act, stage.actor, restart)


def _replan(stage: _Stage, project: DemoProject, day: date) -> None:
    """Put off what is not met by some weeks, never the original plan."""
    met = stage.met(day).get(project.code, {})
    shift = Random(f"{project.code}{day}").randint(12, 28)
    lines = {
        code: line
        if line.planned is None or code in met
        else PlanLine(stage.calendar.add(max(line.planned, day), shift))
        for code, line in stage.lines[project.code].items()
    }
    stage.lines[project.code] = lines
    act = Act("Acta de reprogramación", day, "La interventoría y el organismo acordaron las nuevas fechas.")
    replan(stage.vigencia, stage.ids[project.code], lines, act, stage.actor, cause="Estudios previos incompletos")


def _declare(stage: _Stage, *left_out: DemoProject) -> None:
    """Late organisms foretell the next milestone of some projects."""
    met = stage.met(_FORECAST_DAY)
    entries: list[FactEntry] = []
    for project in stage.projects:
        if project.organism.code not in ("4151", "4162", "4143") or project in left_out:
            continue
        lines = stage.lines[project.code]
        last = max((place for place, c in enumerate(lines) if c in met[project.code]), default=-1)
        pending = [c for place, (c, line) in enumerate(lines.items()) if line.planned and place > last]
        if pending and (planned := lines[pending[0]].planned) and planned < _FORECAST_DAY:
            day = stage.calendar.add(_FORECAST_DAY, 10 + len(entries) % 9)
            entries.append(FactEntry(stage.ids[project.code], pending[0], forecast=day, cause="Demora en CDP o RP"))
    told = entries[:24]
    record_facts(vigencia=stage.vigencia, entries=told, actor=stage.actor, today=_FORECAST_DAY, source=FactSource.FORM)
