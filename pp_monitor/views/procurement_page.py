"""What pages show of procurement files: steps, days in each office, packages of small contracts, sums by office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from flask import url_for

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.procurement import Office, OfficeDays, days_by_office
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import date_short, plural
from pp_monitor.forms.contract import PackageForm, StepAnnulForm, StepForm
from pp_monitor.labels_contract import FILE_STEP, office_name
from pp_monitor.services.procurement import Package, ProcurementFile, load_files, project_package
from pp_monitor.views.contract_form import Block, Scene
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import short_name

OWN_FILE = "Del proyecto"
_CHOOSABLE = tuple(office for office in Office if office is not Office.ORGANISM)


@dataclass(frozen=True, slots=True)
class DaysRow:
    """The working days of one file in one office."""

    office: str
    file: str
    workdays: int
    since: date | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a file."""

    day: date
    office: str
    step: str
    file: str
    note: str
    author: str


@dataclass(frozen=True, slots=True)
class FilePanel:
    """What the page of a project's contracts shows of its files and of its package."""

    days: list[DaysRow]
    steps: list[StepRow]
    package: str
    step_blocks: list[Block]
    package_blocks: list[Block]


def offices() -> frozenset[Office]:
    """The offices whose steps this person may write in the files of every organism."""
    return frozenset({Office.CONTRATACION}) if access.has_role(Role.CONTRATACION) else frozenset()


def step_form(scene: Scene, **filled: Any) -> StepForm:
    """The form of a step with the files of the project and the offices of this person."""
    form = scene.form(StepForm, "paso", **filled)
    form.offer(scene.process_choices, _CHOOSABLE if scene.is_writer else sorted(offices()))
    return form


def annul_form(scene: Scene, files: Sequence[ProcurementFile] | None = None, **filled: Any) -> StepAnnulForm:
    """The form that takes a step back."""
    form = scene.form(StepAnnulForm, "anular", **filled)
    known = _files(scene) if files is None else files
    rows = [(row.passage, file.reference) for file in known for row in file.steps]
    form.step.choices = [
        (
            str(row.id),
            f"{FILE_STEP[row.step]} en {office_name(row.office, row.office_name)}, {date_short(row.happened_on)}"
            + (f" ({reference})" if reference else ""),
        )
        for row, reference in reversed(rows)
    ]
    return form


def _files(scene: Scene) -> tuple[ProcurementFile, ...]:
    return load_files(scene.reading.vigencia.id, [scene.project.id])


def build(scene: Scene) -> FilePanel:
    """The files of a project as they stand today."""
    files = _files(scene)
    calendar, today = scene.reading.portfolio.frame.calendar, scene.reading.cutoff.today
    days = [
        DaysRow(office_name(row.office, row.office_name), file.reference or OWN_FILE, row.workdays, row.since)
        for file in files
        for row in days_by_office(file.passages, today, calendar)
    ]
    package = project_package(scene.project.id)
    return FilePanel(
        days=days,
        steps=[step for file in files for step in _steps(file)],
        package=_package_text(package, is_writer=scene.is_writer),
        step_blocks=_step_blocks(scene, files) if scene.is_writer or offices() else [],
        package_blocks=[_package_block(scene, package)] if scene.is_writer else [],
    )


def days_text(reading: Reading, project: ProjectAssessment) -> str:
    """The working days that the files of a project have spent in each office by the cut-off; empty without any."""
    calendar, day = reading.portfolio.frame.calendar, reading.cutoff.day
    sums: dict[str, int] = defaultdict(int)
    inside: set[str] = set()
    for file in load_files(reading.vigencia.id, [project.id], reading.cutoff.known_at):
        for row in days_by_office(file.passages, day, calendar):
            name = office_name(row.office, row.office_name)
            sums[name] += row.workdays
            inside |= {name} if row.since else set()
    told = [
        f"{plural(workdays, 'día hábil', 'días hábiles')} en {name}" + (" (sigue ahí)" if name in inside else "")
        for name, workdays in sums.items()
    ]
    return f"En trámite: {', '.join(told)}." if told else ""


def package_text(reading: Reading, project: ProjectAssessment) -> str:
    """How many of a project's small contracts were signed by the cut-off; empty where they are not counted."""
    package = project_package(project.id, reading.cutoff.day, reading.cutoff.known_at)
    return _counted_text(package) if package else ""


def _counted_text(package: Package) -> str:
    return f"{package.signed} de {package.planned} contratos firmados, contados el {date_short(package.counted_on)}"


def _steps(file: ProcurementFile) -> list[StepRow]:
    return [
        StepRow(
            row.passage.happened_on,
            office_name(row.passage.office, row.passage.office_name),
            FILE_STEP[row.passage.step],
            file.reference or OWN_FILE,
            row.note,
            row.author,
        )
        for row in file.steps
    ]


def _package_text(package: Package | None, *, is_writer: bool) -> str:
    if package is None:
        use = " Úselo si el proyecto tiene tantos contratos pequeños que no vale la pena registrar cada uno."
        return f"Sin contar.{use if is_writer else ''}"
    return f"{_counted_text(package)}. {package.note}".strip()


def _step_blocks(scene: Scene, files: Sequence[ProcurementFile]) -> list[Block]:
    public_id, make = scene.project.public_id, partial(step_form, scene)
    note, today = "Los días de una oficina van de la radicación a la devolución o la aprobación.", scene.by.today
    action = url_for("procurement.add_step", public_id=public_id)
    found = [scene.block("paso", "Registrar un paso", "Registrar", action, make, note, day=today)]
    if files:
        note, make_annul = (
            "Se anula el último paso de una oficina; queda en la historia.",
            partial(annul_form, scene, files),
        )
        action = url_for("procurement.annul", public_id=public_id)
        found.append(scene.block("anular", "Anular un paso", "Anular", action, make_annul, note))
    return found


def _package_block(scene: Scene, package: Package | None) -> Block:
    given: dict[str, Any] = {"day": scene.by.today, "seen": str(package.id if package else 0)}
    if package:
        given |= {"planned": package.planned, "signed": package.signed, "note": package.note}
    action = url_for("procurement.count_package", public_id=scene.project.public_id)
    make = scene.maker(PackageForm, "paquete")
    return scene.block("paquete", "Contar los contratos", "Registrar", action, make, **given)


@dataclass(frozen=True, slots=True)
class OfficeSum:
    """What all the files have spent in one office; ``inside`` are there now."""

    office: str
    files: int
    workdays: int
    longest: int
    inside: int


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file in one office, with the project that it is of and how many more."""

    office: str
    file: str
    project: str
    url: str
    organism: str
    workdays: int
    since: date | None


@dataclass(frozen=True, slots=True)
class OfficesPage:
    """Days by office: the sums, the files behind them, and the filters."""

    sums: list[OfficeSum]
    rows: list[FileRow]
    filters: list[tuple[str, str, list[tuple[str, str]], str]]


def build_offices(reading: Reading, args: Mapping[str, str]) -> OfficesPage:
    """The files of what this person reads, narrowed by office, organism and whether they are still there."""
    visible = {row.id: row for row in reading.portfolio.projects}
    office, organism, state = (args.get(name, "") for name in ("oficina", "organismo", "estado"))
    found: list[tuple[ProcurementFile, ProjectAssessment, OfficeDays]] = []
    for file in load_files(reading.vigencia.id, known_at=reading.cutoff.known_at):
        project = next((visible[one] for one in file.project_ids if one in visible), None)
        if project is None or (organism and project.organism_code != organism):
            continue
        days = days_by_office(file.passages, reading.cutoff.day, reading.portfolio.frame.calendar)
        found += [
            (file, project, row)
            for row in days
            if (not office or row.office == office) and (state != "dentro" or row.since)
        ]
    found.sort(key=lambda row: (-row[2].workdays, row[1].code))
    return OfficesPage(
        _sums([row for _, _, row in found]), [_file_row(reading, *row) for row in found], _filters(reading, args)
    )


def _sums(rows: Sequence[OfficeDays]) -> list[OfficeSum]:
    by_office: dict[str, list[OfficeDays]] = defaultdict(list)
    for row in rows:
        by_office[office_name(row.office, row.office_name)].append(row)
    sums = [
        OfficeSum(
            name,
            len(mine),
            sum(row.workdays for row in mine),
            max(row.workdays for row in mine),
            sum(row.since is not None for row in mine),
        )
        for name, mine in by_office.items()
    ]
    return sorted(sums, key=lambda row: -row.workdays)


def _file_row(reading: Reading, file: ProcurementFile, project: ProjectAssessment, days: OfficeDays) -> FileRow:
    more = len(file.project_ids) - 1
    return FileRow(
        office=office_name(days.office, days.office_name),
        file=file.reference or OWN_FILE,
        project=f"{project.code} {project.name}" + (f" y {more} más" if more else ""),
        url=url_for("contract.show", public_id=project.public_id, _anchor="expediente"),
        organism=short_name(reading.portfolio.names, project.organism_code),
        workdays=days.workdays,
        since=days.since,
    )


def _filters(reading: Reading, args: Mapping[str, str]) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    names = reading.portfolio.names
    organisms = {(short_name(names, row.organism_code), row.organism_code) for row in reading.portfolio.projects}
    return [
        (
            "oficina",
            "Oficina",
            [("", "Todas"), *((row.value, office_name(row)) for row in Office)],
            args.get("oficina", ""),
        ),
        (
            "organismo",
            "Organismo",
            [("", "Todos"), *((code, name) for name, code in sorted(organisms))],
            args.get("organismo", ""),
        ),
        ("estado", "Estado", [("", "Todos"), ("dentro", "Todavía ahí")], args.get("estado", "")),
    ]
