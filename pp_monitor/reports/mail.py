"""What the mail of a report says: to those who read the whole city, or to one organism about its own projects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pp_monitor import formatters as write
from pp_monitor import labels
from pp_monitor.domain.deviation import MilestoneResult
from pp_monitor.domain.group import GroupAssessment
from pp_monitor.domain.light import Light
from pp_monitor.domain.plan import PlanStatus
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.reports.scope import DEMO_MARK, PreviousCut, ReportInfo, Scope, plain
from pp_monitor.reports.summary import answer_day, decisions, to_report, upcoming

TO_REPORT = 5
MISSING_NAMED = 10


@dataclass(frozen=True, slots=True)
class MailDecision:
    """A decision that is asked for, in words."""

    text: str
    responsible: str
    due_on: str
    amount: str


@dataclass(frozen=True, slots=True)
class MailMilestone:
    """A milestone whose date an organism owes, in words; ``url`` is empty without a public page."""

    project: str
    name: str
    milestone: str
    planned: str
    delay: str
    url: str


@dataclass(frozen=True, slots=True)
class ReportMail:
    """Everything the templates of a report's mail print, in words; ``organism`` is empty in the city's."""

    subject: str
    is_demo: bool
    organism: str
    opening: str
    reissue: str
    points: tuple[str, ...]
    decisions: tuple[MailDecision, ...]
    to_report: tuple[MailMilestone, ...]
    to_report_more: str
    url: str
    corrections_until: str
    author: str
    entity: str


def report_mail(
    portfolio: Portfolio, info: ReportInfo, previous: PreviousCut | None, organism_code: str | None = None
) -> ReportMail:
    """Word the mail of the report for the city, or for one organism with nothing of the others."""
    scope = Scope.of(portfolio, info, previous, organism_code)
    owed = to_report(scope) if organism_code else []
    more = len(owed) - TO_REPORT
    return ReportMail(
        subject=_subject(scope),
        is_demo=info.is_demo,
        organism=scope.organism_name(organism_code) if organism_code else "",
        opening=_opening(scope),
        reissue=_reissue(info),
        points=tuple(_points(scope)),
        decisions=tuple(
            MailDecision(row.text, row.responsible, write.date_long(row.due_on), write.cop(row.amount_cop))
            for row in decisions(scope)
        ),
        to_report=tuple(_owed(scope, project, line) for project, line in owed[:TO_REPORT]),
        to_report_more=f"Y {write.plural(more, 'hito', 'hitos')} más, en la hoja 10_Hitos." if more > 0 else "",
        url=plain(info.public_url),
        corrections_until=write.date_long(answer_day(scope)),
        author=plain(info.author),
        entity=plain(info.entity),
    )


def _subject(scope: Scope) -> str:
    """Report, cut-off and the worst fact; it never says that all goes well while plans are missing."""
    info, whole = scope.info, scope.whole
    who = f" – {scope.short_name(scope.organism_code)}" if scope.organism_code else ""
    version = f" (versión {info.version})" if info.version > 1 else ""
    start = f"Informe n.º {info.number}{version} – Presupuesto participativo {info.year}{who}"
    facts = _worst(whole) if whole and whole.projects else "sin proyectos"
    mark = f"[{DEMO_MARK}] " if info.is_demo else ""
    return f"{mark}{start} – corte {info.cutoff:%d/%m/%Y}: {facts}"


def _worst(whole: GroupAssessment) -> str:
    red, missing, registering = (whole.count(light) for light in (Light.RED, Light.NO_PLAN, Light.REGISTERING))
    facts = []
    if red:
        late = write.plural(red, "proyecto atrasado", "proyectos atrasados")
        facts.append(f"{late} por {write.cop(whole.value_of(Light.RED))}")
    if missing:
        facts.append(f"{missing} sin plan" if red else f"{_projects(missing)} sin plan")
    if registering:
        facts.append(f"{registering} en registro" if facts else f"{_projects(registering)} en registro")
    return _phrase(facts) or "ningún proyecto atrasado"


def _projects(count: int) -> str:
    return write.plural(count, "proyecto", "proyectos")


def _phrase(facts: list[str]) -> str:
    """The facts in one phrase: commas, and *y* before the last."""
    return " y ".join([", ".join(facts[:-1]), facts[-1]] if len(facts) > 1 else facts)


def _opening(scope: Scope) -> str:
    info = scope.info
    budget = f" y corte presupuestal al {write.date_long(info.budget_cutoff)}" if info.budget_cutoff else ""
    what = "a sus proyectos" if scope.organism_code else "a los proyectos"
    return (
        f"Adjuntamos el informe de seguimiento {what} de presupuesto participativo de {info.year}, "
        f"con corte de hitos al {write.date_long(info.cutoff)}{budget}."
    )


def _reissue(info: ReportInfo) -> str:
    if info.version < 2:
        return ""
    reason = f" Motivo: {plain(info.reason).rstrip('.')}." if info.reason else ""
    return f"Esta versión {info.version} reemplaza la anterior.{reason}"


def _points(scope: Scope) -> Iterator[str]:
    """What matters most, each in one or two sentences."""
    whole = scope.whole
    if whole is None or not whole.projects:
        yield "En este corte no hay proyectos que contar."
        return
    yield _coverage(scope, whole)
    yield _progress(scope, whole)
    if whole.with_plan:
        yield _red(scope, whole)
    if whole.value_at_risk_cop:
        yield (
            f"El valor en riesgo es {write.cop(whole.value_at_risk_cop)}: {write.cop(whole.risk_red_cop)} de proyectos "
            f"atrasados y {write.cop(whole.risk_no_plan_cop)} de proyectos sin plan con el plazo vencido."
        )
    yield _near(len(upcoming(scope)))


def _near(count: int) -> str:
    if not count:
        return "En los próximos 30 días no vence ningún hito."
    return f"En los próximos 30 días {'vence' if count == 1 else 'vencen'} {write.plural(count, 'hito', 'hitos')}."


def _coverage(scope: Scope, whole: GroupAssessment) -> str:
    have = "tiene" if whole.with_plan == 1 else "tienen"
    share = write.percent(whole.coverage.value)
    of = write.plural(whole.projects, "proyecto", "proyectos")
    text = f"{write.integer(whole.with_plan)} de {of} {have} plan registrado ({share})."
    missing = scope.without_plan
    if not missing:
        return text
    if scope.organism_code is None:
        counts = [(group, sum(row.organism_code == group.code for row in missing)) for group in scope.groups]
        names = ", ".join(f"{scope.short_name(group.code)} ({count})" for group, count in counts if count)
        text += f" Falta el plan de: {names}."
    else:
        text += f" Falta el plan de: {_listed([plain(row.code) for row in missing])}."
    waiting = sum(row.plan_status is PlanStatus.AWAITING_APPROVAL for row in missing)
    if waiting:
        text += f" De ellos, {write.plural(waiting, 'está enviado', 'están enviados')} y en aprobación."
    return text + _deadline(missing)


def _listed(codes: list[str]) -> str:
    more = len(codes) - MISSING_NAMED
    return ", ".join(codes[:MISSING_NAMED]) + (f" y {more} más" if more > 0 else "")


def _deadline(missing: tuple[ProjectAssessment, ...]) -> str:
    """The consequence, as a fact: past the deadline the report says *Sin plan*."""
    late = sum(row.light is Light.NO_PLAN for row in missing)
    if not any(row.owes_plan for row in missing):
        return " Está suspendido."
    if not late:
        return " El plazo para registrarlo aún no vence."
    verb = "figura" if late == 1 else "figuran"
    return (
        f" {write.plural(late, 'proyecto', 'proyectos')} {verb} como «{labels.LIGHT[Light.NO_PLAN]}»: el plazo venció."
    )


def _progress(scope: Scope, whole: GroupAssessment) -> str:
    if whole.actual_progress.value is None:
        return "Sin planes registrados no hay avance que medir."
    old = scope.before.deviation_points if scope.before else None
    before = f" (en el corte anterior, {write.points(old)})" if old is not None else ""
    only = (
        " Es el avance de los proyectos con plan; los demás no se promedian."
        if whole.with_plan < whole.projects
        else ""
    )
    return (
        f"El avance real de los hitos es {write.percent(whole.actual_progress.value)}, frente a "
        f"{write.percent(whole.planned_progress.value)} programado: {write.points(whole.deviation_points)} puntos "
        f"porcentuales{before}.{only}"
    )


def _red(scope: Scope, whole: GroupAssessment) -> str:
    red = [row for row in scope.counted if row.light is Light.RED]
    if not red:
        if whole.with_plan == whole.projects:
            return "Ningún proyecto está atrasado."
        return "Ningún proyecto con plan está atrasado; de los que no tienen plan no se puede saber."
    open_ = [row for row in red if not row.has_commitment]
    verb, cost = ("está atrasado", "Vale") if len(red) == 1 else ("están atrasados", "Valen")
    text = f"{write.plural(len(red), 'proyecto', 'proyectos')} {verb}. {cost} {write.cop(whole.value_of(Light.RED))}"
    if not open_:
        return f"{text}; todos tienen registro presupuestal."
    lack = "no tiene" if len(open_) == 1 else "no tienen"
    return (
        f"{text}; {len(open_)} aún {lack} registro presupuestal ({write.cop(sum(r.uncommitted_cop for r in open_))})."
    )


def _owed(scope: Scope, project: ProjectAssessment, line: MilestoneResult) -> MailMilestone:
    late = f"{labels.days_text(line.overdue_workdays)} de retraso" if line.overdue_workdays else "falta su fecha"
    return MailMilestone(
        project=plain(project.code),
        name=plain(project.name),
        milestone=scope.milestone_name(line.code),
        planned=write.date_short(line.planned),
        delay=late,
        url=scope.info.project_urls.get(project.public_id, ""),
    )
