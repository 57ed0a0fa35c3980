"""The plan of a project as canonical lines: what its hash is taken of, and what is kept of a plan that was sent."""

from __future__ import annotations

from datetime import date

from pp_monitor.domain.plan import PlanLine
from pp_monitor.services.plan_check import ProjectPlan

_NOT_APPLICABLE = "no aplica"
_NAME, _ACTUAL = "nombre", "real"


def plan_rows(code: str, plan: ProjectPlan) -> list[str]:
    """The plan of project ``code``, a line a date, names and actual dates after them, each in order of milestone."""
    rows = [f"{code};{milestone};{_line_text(line)}" for milestone, line in sorted(plan.lines.items())]
    rows += [f"{code};{milestone};{_NAME};{name}" for milestone, name in sorted(plan.own_names.items())]
    rows += [f"{code};{milestone};{_ACTUAL};{day.isoformat()}" for milestone, day in sorted(plan.actuals.items())]
    return rows


def read_plan_rows(text: str) -> ProjectPlan:
    """The plan that ``plan_rows`` wrote."""
    lines: dict[str, PlanLine] = {}
    actuals: dict[str, date] = {}
    own_names: dict[str, str] = {}
    for row in text.splitlines():
        _, milestone, value, *rest = row.split(";", 3)
        if not rest or value == _NOT_APPLICABLE:
            lines[milestone] = _line(value, "".join(rest))
        elif value == _NAME:
            own_names[milestone] = rest[0]
        else:
            actuals[milestone] = date.fromisoformat(rest[0])
    return ProjectPlan(lines, actuals, own_names)


def _line_text(line: PlanLine) -> str:
    if line.planned:
        return line.planned.isoformat()
    return f"{_NOT_APPLICABLE};{line.reason}" if line.reason else _NOT_APPLICABLE


def _line(value: str, reason: str) -> PlanLine:
    if value == _NOT_APPLICABLE:
        return PlanLine(not_applicable=True, reason=reason)
    return PlanLine(date.fromisoformat(value))
