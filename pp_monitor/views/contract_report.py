"""One report of a contract for all the projects that it serves: which they are, and what is asked before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pp_monitor import access
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import plural
from pp_monitor.forms.fields import choice
from pp_monitor.forms.progress import ReportForm, SharedReportForm
from pp_monitor.services.contract import Link
from pp_monitor.services.contract_read import project_contracts, told_contract
from pp_monitor.services.explanation import ExplanationEntry
from pp_monitor.services.held_form import TypedForm
from pp_monitor.services.progress import FactEntry
from pp_monitor.views import held_form, progress_page
from pp_monitor.views.reading import Reading

CONFIRM = "confirmar"


@dataclass(frozen=True, slots=True)
class SharedReport:
    """What the page that asks shows: the contract, its projects to tick, and what was typed, to be sent again.

    ``others`` tells of projects of organisms that this person does not write.
    """

    number: str
    milestone: str
    day: date | None
    forecast: date | None
    others: str
    form: SharedReportForm
    typed: list[tuple[str, str]]


def contract_choices(project: ProjectAssessment) -> list[tuple[str, str]]:
    """The contracts that serve the project, after the whole of it."""
    found = []
    for row in project_contracts(project.id):
        link = row.link_of(project.id)
        if link and link.is_linked:
            more = f" (sirve a {len(row.serving)} proyectos)" if len(row.serving) > 1 else ""
            found.append(choice(str(row.id), f"{row.number}{more}"))
    return [choice("", "Todo el proyecto"), *found]


def serves_others(project: ProjectAssessment, entry: FactEntry) -> bool:
    """Whether the report is of a contract that serves other projects too."""
    if entry.contract_id is None:
        return False
    return any(link.project_id != project.id for link in told_contract(entry.contract_id).serving)


def own_projects(entry: FactEntry) -> list[Link]:
    """The projects that the contract of a report serves and that this person may write."""
    assert entry.contract_id is not None
    codes = access.writable_organism_codes()
    return [row for row in told_contract(entry.contract_id).serving if codes is None or row.organism_code in codes]


def build(
    reading: Reading, project: ProjectAssessment, form: ReportForm, entry: FactEntry, typed: TypedForm
) -> SharedReport:
    """The page that asks for which projects the report is; all that may be written are ticked at first."""
    assert entry.contract_id is not None
    contract, own = told_contract(entry.contract_id), own_projects(entry)
    asked = _asked(reading, own, typed)
    hidden = len(contract.serving) - len(own)
    many = plural(hidden, "proyecto", "proyectos")
    others = f"El contrato sirve también a {many} de otro organismo: ahí lo registra Planeación." if hidden else ""
    chosen = next(row for row in progress_page.results(project) if row.code == entry.milestone_code)
    return SharedReport(
        contract.number, chosen.milestone.name, entry.actual, entry.forecast, others, asked, _typed(form)
    )


def _asked(reading: Reading, own: Sequence[Link], typed: TypedForm) -> SharedReportForm:
    """The projects to tick: all, or those that were ticked when the form was refused, with what was told of it."""
    names = {row.id: row.name for row in reading.portfolio.projects}
    choices = [choice(row.project_code, f"{row.project_code} {names.get(row.project_id, '')}") for row in own]
    if ("accion", CONFIRM) not in typed.boxes:
        return SharedReportForm(formdata=None, data={"projects": [row.project_code for row in own]}).offer(choices)
    form = SharedReportForm(**held_form.filled(typed)).offer(choices)
    form.validate()
    held_form.tell(form, typed)
    return form


def _typed(form: ReportForm) -> list[tuple[str, str]]:
    """What was typed, field by field; the document travels by its hash."""
    skipped = ("CSRFTokenField", "FileField", "BooleanField")
    found = []
    for field in form:
        if field.type not in skipped:
            raw = field._value() if hasattr(field, "_value") else field.data
            found.append((field.name, str(raw or "")))
    return found


def for_all(
    own: Sequence[Link], codes: Collection[str], entry: FactEntry, explanations: Sequence[ExplanationEntry]
) -> tuple[list[FactEntry], list[ExplanationEntry]]:
    """The same report for each project that was ticked, by its code."""
    ids = [row.project_id for row in own if row.project_code in codes]
    return (
        [replace(entry, project_id=project_id) for project_id in ids],
        [replace(told, project_id=project_id) for told in explanations for project_id in ids],
    )


def named(problems: Sequence[Problem]) -> list[str]:
    """The problems, each with the code of its project in front."""
    return [f"{row.project_code}: {row.what} {row.fix}".strip() for row in problems]
