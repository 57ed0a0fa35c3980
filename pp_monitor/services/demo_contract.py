"""Contracting in the demonstration: a contract of three projects, a process declared *desierto*, guarantees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.contract import ProcessStep
from pp_monitor.domain.procurement import FileStep, Office
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import FactSource
from pp_monitor.services.audit import Actor
from pp_monitor.services.contract import (
    By,
    NewContract,
    NewProcess,
    add_contract,
    add_process,
    approve_guarantees,
    link_projects,
)
from pp_monitor.services.contract_correction import Correction, correct_process
from pp_monitor.services.contract_read import project_processes
from pp_monitor.services.demo_story import DemoFact, DemoProject
from pp_monitor.services.process import ProcessOrder, take_step
from pp_monitor.services.process_dependency import DependencyNote, note_dependency
from pp_monitor.services.procurement import NewStep, count_package, record_step
from pp_monitor.services.progress import FactEntry, record_facts

Step = tuple[date, int, Callable[[], object]]
# After registrations and acts of a day, before what is reported on it.
_ORDER = 1
_SECOP = "https://community.secop.gov.co/Public/Tendering/OpportunityDetail/Index?noticeUID=CO1.NTC."
_SHARED, _SEVERAL, _VOID, _STOPPED = "4151", "4146", "4143", "4146"
# Working days from a registration to the publication of a second attempt, at least.
_VOID_LASTS = 30
_VOID_PROCESS, _STOPPED_PROCESS = "4143.010.32.1.0112-2022", "4146.010.32.1.0077-2022"
_FILED, _FILES_EACH = ("4143", "4151", "4162"), 3
_WAY = (
    (Office.LEGAL, FileStep.FILED, 0),
    (Office.LEGAL, FileStep.APPROVED, 5),
    (Office.CONTRATACION, FileStep.FILED, 1),
    (Office.CONTRATACION, FileStep.RETURNED, 6),
    (Office.CONTRATACION, FileStep.FILED, 4),
    (Office.CONTRATACION, FileStep.APPROVED, 8),
)
_VOID_REASON = "La única propuesta no cumplió los requisitos de experiencia."


@dataclass(frozen=True, slots=True)
class Ground:
    """What the days of the demonstration stand on: its projects with their ids, and what happens to them."""

    vigencia: Vigencia
    actor: Actor
    calendar: WorkCalendar
    projects: Sequence[DemoProject]
    ids: Mapping[str, int]
    facts: Sequence[DemoFact]

    def by(self, day: date) -> By:
        """Who writes on a day."""
        return By(self.actor, day, None)

    def day(self, project: DemoProject, code: str) -> date | None:
        """When a milestone of a project is met; none where it is not."""
        found = (row.day for row in self.facts if (row.project_code, row.milestone_code) == (project.code, code))
        return next(found, None)

    def signed(self, organism_code: str) -> list[tuple[DemoProject, date]]:
        """The projects of an organism whose contract is signed after its plan was registered, with the day."""
        return [row for row in self._dated(organism_code, "H07") if row[1] > _registered(row[0])]

    def published(self, organism_code: str, least_workdays: int) -> list[tuple[DemoProject, date]]:
        """The projects whose process was published so many working days after the plan was registered, or more."""
        dated = self._dated(organism_code, "H03")
        return [row for row in dated if self.calendar.workdays(_registered(row[0]), row[1]) > least_workdays]

    def _dated(self, organism_code: str, code: str) -> Iterator[tuple[DemoProject, date]]:
        for project in self.projects:
            day = self.day(project, code)
            if project.organism.code == organism_code and day:
                yield project, day


def _registered(project: DemoProject) -> date:
    """When the plan of a project was registered."""
    return project.organism.registered_on or date.max


def contract_steps(ground: Ground) -> list[Step]:
    """Everything that happens to processes and contracts, by day; no figure of the last day depends on it."""
    return [*_shared(ground), *_several(ground), *_void(ground), *_stopped(ground), *_files(ground), *_package(ground)]


def _shared(ground: Ground) -> list[Step]:
    """One contract over three projects, with its guarantees."""
    chosen = ground.signed(_SHARED)[:3]
    if len(chosen) < 3:
        return []
    day = ground.calendar.add(max(signed for _, signed in chosen), 2)
    return [(day, _ORDER, partial(_share, ground, [project for project, _ in chosen], day))]


def _share(ground: Ground, projects: Sequence[DemoProject], day: date) -> None:
    first, *others = projects
    process_id = _process(ground, first, "4151.010.32.1.0522-2022", day)
    number = "4151.010.26.1.0668-2022"
    new = NewContract(number, f"{_SECOP}2022668", day, int(first.amount_cop * 0.96), process_id)
    contract_id = add_contract(ground.vigencia, ground.ids[first.code], new, ground.by(day)).id
    amounts = {project.code: int(project.amount_cop * 0.96) for project in others}
    link_projects(ground.vigencia, contract_id, amounts, day, f"Contrato {number}", ground.by(day))
    approve_guarantees(ground.vigencia, contract_id, day, "Acta de aprobación de garantías 31", 0, ground.by(day))


def _process(ground: Ground, project: DemoProject, reference: str, since: date) -> int:
    new = NewProcess(reference, f"{_SECOP}{reference[-9:-5]}", since)
    return add_process(ground.vigencia, ground.ids[project.code], new, ground.by(since)).id


def _several(ground: Ground) -> list[Step]:
    """A project of works, supervision and equipment: two of its three contracts are signed."""
    days = [(project, ground.calendar.add(signed, 3)) for project, signed in ground.signed(_SEVERAL)[:1]]
    return [(day, _ORDER, partial(_sign_several, ground, project, day)) for project, day in days]


def _sign_several(ground: Ground, project: DemoProject, day: date) -> None:
    project_id, by = ground.ids[project.code], ground.by(day)
    shares = {"4146.010.26.1.0201-2022": 0.8, "4146.010.26.1.0202-2022": 0.1, "4146.010.26.1.0215-2022": 0.1}
    numbers = [
        add_contract(ground.vigencia, project_id, NewContract(number, "", day, int(project.amount_cop * part)), by).id
        for number, part in shares.items()
    ]
    approve_guarantees(ground.vigencia, numbers[0], day, "Acta de aprobación de garantías 7", 0, by)
    _wait(ground, project, day)
    entries = [FactEntry(project_id, "H07", actual=day, contract_id=number) for number in numbers[:2]]
    record_facts(vigencia=ground.vigencia, entries=entries, actor=ground.actor, today=day, source=FactSource.FORM)


def _wait(ground: Ground, project: DemoProject, day: date) -> None:
    """The works wait for their interventoría, whose process was mistyped at first."""
    works = _process(ground, project, "4146.010.32.1.0151-2022", day)
    watch = _process(ground, project, "4146.010.32.1.0125-2022", day)
    right = Correction("4146.010.32.1.0152-2022", f"{_SECOP}0152", "Se cambiaron dos cifras al escribirlo.", 0)
    correct_process(ground.vigencia, watch, right, ground.by(day))
    note = DependencyNote(works, watch, day, "Las obras no empiezan sin interventoría contratada.")
    note_dependency(ground.vigencia, ground.ids[project.code], note, ground.by(day))


def _void(ground: Ground) -> list[Step]:
    """A process declared *desierto*, whose second attempt is the one that the project tells of later."""
    steps: list[Step] = []
    for project, _ in ground.published(_VOID, _VOID_LASTS)[:1]:
        opened = ground.calendar.add(_registered(project), 3)
        void = ground.calendar.add(opened, 22)
        steps.append((opened, _ORDER, partial(_open, ground, project, opened)))
        steps.append((void, _ORDER, partial(_declare_void, ground, project, void)))
    return steps


def _open(ground: Ground, project: DemoProject, day: date) -> None:
    _process(ground, project, _VOID_PROCESS, day)
    entries = [FactEntry(ground.ids[project.code], "H03", actual=day)]
    record_facts(vigencia=ground.vigencia, entries=entries, actor=ground.actor, today=day, source=FactSource.FORM)


def _declare_void(ground: Ground, project: DemoProject, day: date) -> None:
    _step(
        ground, project, "4143.010.32.1.0112-2022", ProcessStep.VOID, "Resolución 4143.010.21.0.411", _VOID_REASON, day
    )


def _stopped(ground: Ground) -> list[Step]:
    """A process suspended and restarted."""
    steps: list[Step] = []
    for project, since in ground.published(_STOPPED, 0)[-1:]:
        stop, again = ground.calendar.add(since, 4), ground.calendar.add(since, 12)
        steps.append((since, _ORDER, partial(_process, ground, project, _STOPPED_PROCESS, since)))
        steps.append((stop, _ORDER, partial(_suspend, ground, project, stop, again)))
        steps.append((again, _ORDER, partial(_restart, ground, project, again)))
    return steps


def _suspend(ground: Ground, project: DemoProject, day: date, expected: date) -> None:
    reason = "Se responden observaciones al pliego."
    _step(ground, project, _STOPPED_PROCESS, ProcessStep.SUSPEND, "Resolución 4146.010.21.0.203", reason, day, expected)


def _restart(ground: Ground, project: DemoProject, day: date) -> None:
    reason = "Se respondieron las observaciones."
    _step(ground, project, _STOPPED_PROCESS, ProcessStep.RESTART, "Resolución 4146.010.21.0.219", reason, day)


def _step(
    ground: Ground,
    project: DemoProject,
    reference: str,
    step: ProcessStep,
    act: str,
    reason: str,
    day: date,
    expected: date | None = None,
) -> None:
    process = next(row for row in project_processes(ground.ids[project.code]) if row.reference == reference)
    take_step(ground.vigencia, process.id, step, ProcessOrder(act, day, reason, expected), ground.by(day))


def _files(ground: Ground) -> list[Step]:
    """The files of some projects on their way: handed in, returned by Contratación, handed in again, some approved."""
    steps: list[Step] = []
    for organism_code in _FILED:
        chosen = [row for row in ground.projects if row.organism.code == organism_code][:_FILES_EACH]
        for place, project in enumerate(chosen):
            day = ground.calendar.add(_registered(project), 4 + 3 * place)
            for office, step, after in _WAY[: len(_WAY) - 2 * place]:
                day = ground.calendar.add(day, after + place)
                steps.append((day, _ORDER, partial(_pass, ground, project, NewStep(office, step, day))))
    return steps


def _pass(ground: Ground, project: DemoProject, new: NewStep) -> None:
    record_step(ground.vigencia, ground.ids[project.code], new, ground.by(new.happened_on))


def _package(ground: Ground) -> list[Step]:
    """A project of many small contracts, counted twice."""
    steps: list[Step] = []
    for project in [row for row in ground.projects if row.modality is Modality.CDPS][:1]:
        counts = ((date(2022, 7, 8), 12), (date(2022, 8, 12), 27))
        for number, (day, signed) in enumerate(counts):
            steps.append((day, _ORDER, partial(_count, ground, project, day, signed, number)))
    return steps


def _count(ground: Ground, project: DemoProject, day: date, signed: int, number: int) -> None:
    note = "Prestación de servicios de formadores."
    count_package(ground.vigencia, ground.ids[project.code], 34, signed, day, note, number, ground.by(day))
