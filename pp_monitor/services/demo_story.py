"""Believable plans and facts for the demonstration, drawn from a seed: the same seed gives the same story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import Catalogue, Modality
from pp_monitor.domain.money import split_cop
from pp_monitor.domain.plan import PlanLine
from pp_monitor.services.demo_data import CAUSES, ORGANISMS, TOTAL_COP, YEAR, DemoOrganism

# Working days that each milestone usually takes after the one before; H10 and H11 take half of the works each.
_USUAL = {
    "H02": 4,
    "H03": 5,
    "H04": 8,
    "H05": 8,
    "H06": 8,
    "H07": 4,
    "H08": 2,
    "H09": 4,
    "H12": 7,
    "H13": 5,
    "H14": 15,
}
_QUICK = {Modality.MC: 0.4, Modality.AMP: 0.7, Modality.CDPS: 0.6, Modality.CI: 0.8, Modality.ESALD: 0.8}
_RESTRICTED = frozenset({Modality.CDPS, Modality.CDO, Modality.CI, Modality.ESALD})
# First working day after the restriction of Ley 996 de 2005, arts. 33 and 38: the wave of signatures.
AFTER_RESTRICTION = date(2022, 6, 21)


@dataclass(frozen=True, slots=True)
class DemoProject:
    """A project of the demonstration with its plan; ``delay`` is its usual delay a step, in working days."""

    code: str
    organism: DemoOrganism
    name: str
    territory_code: str
    territory_name: str
    amount_cop: int
    modality: Modality
    delay: float
    lines: dict[str, PlanLine]


@dataclass(frozen=True, slots=True)
class DemoFact:
    """A milestone met on ``day`` and reported on ``reported_on``, with its cause where it was late."""

    project_code: str
    milestone_code: str
    day: date
    reported_on: date
    cause: str


def list_projects(
    territories: Sequence[tuple[str, str]], catalogue: Catalogue, calendar: WorkCalendar, seed: int
) -> list[DemoProject]:
    """The 278 projects with names, values that add up to the real total, and plans."""
    random = Random(seed)
    rows = [(organism, i) for organism in ORGANISMS for i in range(organism.projects)]
    weights = [int(organism.mean_millions * random.lognormvariate(0, 0.55) * 1000) for organism, _ in rows]
    amounts = split_cop(TOTAL_COP, weights)
    projects = []
    for number, ((organism, i), amount_cop) in enumerate(zip(rows, amounts, strict=True), start=1):
        kind, modality = organism.kinds[i % len(organism.kinds)]
        code, name = random.choice(territories)
        place = f"la {name.lower()}" if name.startswith("Comuna") else f"el corregimiento {name}"
        lines = _plan(modality, catalogue, calendar, random)
        full_name = f"{kind} en {place} de Santiago de Cali"
        delay = organism.delay * random.lognormvariate(-0.25, 0.9)
        bp = f"BP26{5100 + number:06d}"
        projects.append(DemoProject(bp, organism, full_name, code, name, amount_cop, modality, delay, lines))
    return projects


def _plan(modality: Modality, catalogue: Catalogue, calendar: WorkCalendar, random: Random) -> dict[str, PlanLine]:
    """Dates from one start and the usual terms of the modality; what the modality does not need is *No aplica*."""
    day = calendar.effective(date(YEAR, random.choice((2, 2, 3, 3, 4)), random.randint(1, 27)))
    works = random.randint(45, 95)
    quick = _QUICK.get(modality, 1.0)
    lines: dict[str, PlanLine] = {}
    for milestone in catalogue.milestones:
        if not milestone.needed_by(modality):
            lines[milestone.code] = PlanLine(not_applicable=True)
            continue
        if milestone.code in ("H10", "H11"):
            step = works // 2
        else:
            step = max(1, round(_USUAL.get(milestone.code, 0) * quick * random.uniform(0.8, 1.25)))
        if milestone.code != "H01":
            day = calendar.add(day, step)
        if milestone.code == "H07" and modality in _RESTRICTED and day < AFTER_RESTRICTION:
            day = calendar.add(AFTER_RESTRICTION, random.randint(0, 8))
        if milestone.code == "H11":
            day = min(day, calendar.effective(date(YEAR, 12, random.randint(1, 16))))
        lines[milestone.code] = PlanLine(day)
    return lines


def list_facts(projects: Sequence[DemoProject], calendar: WorkCalendar, until: date, seed: int) -> list[DemoFact]:
    """What happened by ``until``, in the order in which it was reported."""
    random = Random(seed + 1)
    facts = [fact for project in projects for fact in _happened(project, calendar, until, random)]
    return sorted(facts, key=lambda fact: (fact.reported_on, fact.project_code, fact.milestone_code))


def _happened(project: DemoProject, calendar: WorkCalendar, until: date, random: Random) -> Iterator[DemoFact]:
    """The milestones of one project until it falls behind the last day; delays carry on, some are made good."""
    carry = 0.0
    before = date(YEAR, 1, 11)
    for code, line in project.lines.items():
        if line.planned is None:
            continue
        carry = max(-3.0, 0.8 * carry + random.gauss(project.delay - 0.9, 1.2 + project.delay))
        day = max(calendar.add(line.planned, round(carry)), before)
        reported_on = calendar.add(day, random.choice((0, 1, 1, 2, 3, 5, 8, 24)))
        before = day
        if day > until:
            return
        if reported_on <= until and random.random() > 0.015:
            late = calendar.workdays(line.planned, day) > 2
            yield DemoFact(project.code, code, day, reported_on, random.choice(CAUSES) if late else "")
