"""The one page that a cabinet reads: decisions, figures with their change, what is near, calendar alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor import labels
from pp_monitor.domain import agenda
from pp_monitor.domain import decision as rules
from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.decision import DecisionKind
from pp_monitor.domain.deviation import MilestoneResult, MilestoneState
from pp_monitor.domain.light import Light, light_gain
from pp_monitor.domain.portfolio import narrow
from pp_monitor.domain.project import ProjectAssessment, ProjectState
from pp_monitor.formatters import plural
from pp_monitor.reports.evaluation import completion_forecast
from pp_monitor.reports.scope import Scope, plain


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that only a head can settle: what, who, by when, and the value (COP) it touches."""

    text: str
    responsible: str
    due_on: date
    amount_cop: int


@dataclass(frozen=True, slots=True)
class PhaseCount:
    """Milestones of one phase that fall due soon, of how many projects."""

    phase: Phase
    milestones: int
    projects: int


@dataclass(frozen=True, slots=True)
class YearEnd:
    """Projects whose H11 cannot come before a day of the year's end, by forecast; with their value (COP)."""

    after: date
    projects: int
    amount_cop: int


class Unit(StrEnum):
    """How a figure and its change are written."""

    COUNT = "count"
    FRACTION = "fraction"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the page with what it is made of and what it was; no value is none.

    ``change`` is in the figure's unit, in percentage points for a fraction. ``code`` is its field in the payload.
    """

    code: str
    label: str
    unit: Unit
    value: float | int | None
    numerator: int | None = None
    denominator: int | None = None
    before: float | int | None = None

    @property
    def change(self) -> float | int | None:
        """This cut less the previous one; none when either has no value."""
        if self.value is None or self.before is None:
            return None
        gap = self.value - self.before
        return 100 * gap if self.unit is Unit.FRACTION else gap


def answer_day(scope: Scope) -> date:
    """By when a head answers and a correction is in time for the next cut."""
    return rules.answer_day(scope.info.issued_on, scope.portfolio.frame.calendar)


def decisions(scope: Scope) -> list[Decision]:
    """Up to five lines, from the worst facts: plans that are missing, red projects, the year's end, approvals."""
    portfolio, code = scope.portfolio, scope.organism_code
    found = rules.decisions(narrow(portfolio, {code}) if code else portfolio)
    answer = answer_day(scope)
    return [Decision(_text(row, scope), scope.head_of(row.organism_code), answer, row.amount_cop) for row in found]


def _text(row: rules.Decision, scope: Scope) -> str:
    """What is to be decided, in one sentence."""
    organism, many = scope.short_name(row.organism_code), len(row.projects)
    projects = plural(many, "proyecto", "proyectos")
    if row.kind is DecisionKind.REGISTER:
        return f"Registrar el plan de {projects} de {organism}; el plazo venció el {labels.long_date(row.day)}."
    if row.kind is DecisionKind.UNBLOCK:
        late = plural(many, "proyecto atrasado", "proyectos atrasados")
        where = f"en «{scope.milestone_name(row.milestone_code)}» de {plain(row.worst_code)}"
        return f"Destrabar {late} de {organism}; el mayor retraso es de {labels.days_text(row.workdays)}, {where}."
    if row.kind is DecisionKind.PAST_YEAR:
        verb = "terminarían" if many > 1 else "terminaría"
        return f"Respaldar, acortar o reducir {projects} de {organism} que {verb} después del 31/12/{scope.info.year}."
    return f"Aprobar o devolver {plural(many, 'plan enviado', 'planes enviados')} de {organism}."


# The figures that stand as they are in a payload and in the previous cut; the addends of the risk have no past.
_PLAIN_FIGURES = (
    ("planned_progress", "Avance de hitos programado", Unit.FRACTION),
    ("actual_progress", "Avance de hitos real", Unit.FRACTION),
    ("red_projects", "Proyectos atrasados", Unit.COUNT),
    ("red_value_cop", "Valor de los proyectos atrasados", Unit.MONEY),
    ("value_at_risk_cop", "Valor en riesgo", Unit.MONEY),
    ("risk_red_cop", "   de proyectos atrasados", Unit.MONEY),
    ("risk_no_plan_cop", "   de proyectos sin plan", Unit.MONEY),
    ("committed_late_cop", "Comprometido y atrasado", Unit.MONEY),
)


def figures(scope: Scope) -> list[Figure]:
    """The figures of the page, each with what it was at the previous cut."""
    whole, old = scope.whole, scope.before
    if whole is None:
        return []
    red = {"red_projects": whole.count(Light.RED), "red_value_cop": whole.value_of(Light.RED)}
    now = scope.figures | red
    before = old.coverage if old else None
    coverage = "Cobertura: proyectos con plan"
    return [
        Figure("coverage", coverage, Unit.FRACTION, now["coverage"], whole.with_plan, whole.projects, before),
        *([_organism_coverage(scope)] if scope.organism_code is None else []),
        *(
            Figure(code, label, unit, now[code], before=getattr(old, code, None))
            for code, label, unit in _PLAIN_FIGURES
        ),
        _share(scope, "commitments_cop", "Compromisos (RP)", old.commitments_cop if old else None),
        _share(scope, "payments_cop", "Pagos", old.payments_cop if old else None),
    ]


def _organism_coverage(scope: Scope) -> Figure:
    done, of = scope.figures["organisms_registered"], scope.figures["organisms"]
    old = scope.before
    before = (
        old.organisms_registered / old.organisms
        if old and old.organisms and old.organisms_registered is not None
        else None
    )
    label = "Cobertura: organismos con todos sus planes"
    return Figure("organisms_registered", label, Unit.FRACTION, done / of if of else None, done, of, before)


def _share(scope: Scope, code: str, label: str, amount_before: int | None) -> Figure:
    """Part of the allocation that is committed or paid; none without money data."""
    old = scope.before
    amount, allocation = scope.figures[code], scope.figures["allocation_cop"]
    value = amount / allocation if amount is not None and allocation else None
    before = amount_before / old.allocation_cop if old and amount_before is not None and old.allocation_cop else None
    return Figure(code, label, Unit.FRACTION, value, amount, allocation if amount is not None else None, before)


def upcoming(scope: Scope) -> list[tuple[ProjectAssessment, MilestoneResult]]:
    """Milestones of the plan in force that fall due within thirty days after the cut-off, earliest first."""
    items = agenda.upcoming(scope.counted, scope.info.cutoff, scope.portfolio.frame.calendar)
    return [(item.project, item.milestone) for item in items]


def upcoming_by_phase(scope: Scope) -> list[PhaseCount]:
    """How many milestones of each phase fall due within thirty days, and of how many projects."""
    rows = upcoming(scope)
    found = []
    for phase in Phase:
        lines = [project.id for project, line in rows if line.milestone.phase is phase]
        found.append(PhaseCount(phase, len(lines), len(set(lines))))
    return found


def to_report(scope: Scope) -> list[tuple[ProjectAssessment, MilestoneResult]]:
    """Milestones whose date an organism still owes: overdue or passed without a date, the latest first."""
    owed = (MilestoneState.OVERDUE, MilestoneState.PASSED)
    found = [
        (project, line)
        for project in scope.counted
        if project.current and project.state is ProjectState.ACTIVE
        for line in project.current.milestones
        if line.state in owed
    ]
    return sorted(found, key=lambda row: (-row[1].overdue_workdays, row[1].planned or date.max, row[0].code))


def year_ends(scope: Scope) -> list[YearEnd]:
    """Projects whose H11, by forecast, comes after 30 November and after 31 December."""
    year = scope.info.year
    return [_year_end(scope, day) for day in (date(year, 11, 30), date(year, 12, 31))]


def _year_end(scope: Scope, after: date) -> YearEnd:
    late = [row for row in scope.counted if (day := completion_forecast(row)) is not None and day > after]
    return YearEnd(after, len(late), sum(row.allocation_cop for row in late))


def change_of_light(now: Light, before: Light | None) -> str:
    """How a light changed: *Igual*, *Mejora (antes …)*, *Empeora (antes …)*; ``—`` without a previous cut."""
    if before is None:
        return "—"
    if before is now:
        return "Igual"
    gap = light_gain(before, now)
    word = "Mejora" if gap > 0 else "Empeora" if gap < 0 else "Cambia"
    return f"{word} (antes: {labels.LIGHT[before]})"
