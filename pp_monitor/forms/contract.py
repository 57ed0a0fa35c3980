"""What people type about processes and contracts of a project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from pp_monitor.domain.errors import Problem, ProblemsError
from pp_monitor.domain.procurement import FileStep, Office
from pp_monitor.forms.attachment import AttachedForm
from pp_monitor.forms.fields import CountField, DayField, LineField, LinkField, MoneyField, choice, says_enough
from pp_monitor.forms.replanning import act_field
from pp_monitor.intake.text import normalise_project_code
from pp_monitor.labels_contract import FILE_STEP, OFFICE

PROJECT_ROWS = 6


class ToldForm(FlaskForm):
    """A form that shows what a service refused at the box that it names."""

    def placed(self, problems: Iterable[Problem]) -> dict[str, list[str]]:
        """What is told by the name of its box, empty for what stands above the form.

        A box that could not be read says only that.
        """
        found: dict[str, list[str]] = defaultdict(list)
        for problem in problems:
            box = self.box_of(problem)
            if not (box in self._fields and self._fields[box].errors):
                found[box].append(f"{problem.what} {problem.fix}".strip())
        return found

    def box_of(self, problem: Problem) -> str:
        """The name of the box that a problem is about; empty for none."""
        return problem.cell if problem.cell in self._fields else ""

    def show(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its box."""
        for name, texts in self.placed(problems).items():
            self._fields[name].errors = [*self._fields[name].errors, *texts]

    def require_read(self, *names: str) -> None:
        """Raise ``ProblemsError`` without problems where one of these boxes has errors: no more can be judged."""
        if any(self._fields[name].errors for name in names):
            raise ProblemsError(())


class BackedForm(ToldForm, AttachedForm):
    """A form of an act that may carry the document that orders it, or its address."""

    url = LinkField(
        "Enlace del documento",
        validators=[Length(max=400)],
        description="Dirección del acto en SECOP II o en el archivo de la entidad.",
        render_kw={"maxlength": "400", "inputmode": "url"},
    )


def _day(label: str = "Rige desde") -> DayField:
    return DayField(label, validators=[InputRequired("Escriba el día.")])


def _number(label: str, missing: str) -> LineField:
    return LineField(
        label,
        validators=[InputRequired(missing), Length(max=200)],
        description="Como está en el SECOP, por ejemplo 4151.010.26.1.0668-2022.",
        render_kw={"maxlength": "200"},
    )


def _link() -> LinkField:
    return LinkField(
        "Enlace al SECOP II", validators=[Length(max=400)], render_kw={"maxlength": "400", "inputmode": "url"}
    )


def _amount(label: str = "Valor que pone en este proyecto") -> MoneyField:
    return MoneyField(label, description="Pesos enteros. Vacío si aún no se conoce.")


class ProjectRow(Form):
    """One project that a contract serves."""

    code = LineField("Código del proyecto", render_kw={"maxlength": "20"})
    amount = MoneyField("Valor")

    @property
    def stored_code(self) -> str:
        """The code as it is stored, or as typed where it is none."""
        code = normalise_project_code(self.code.data or "")
        return code if isinstance(code, str) else (self.code.data or "")


class ProcessForm(ToldForm):
    """A process that serves the project."""

    reference = _number("Número del proceso", "Escriba el número del proceso.")
    url = _link()
    day = _day("Sirve al proyecto desde")


class ContractForm(ToldForm):
    """A contract that serves the project; its number may be of one that serves others already."""

    number = _number("Número del contrato", "Escriba el número del contrato.")
    url = _link()
    origin = SelectField("Proceso del que sale", default="")
    amount = _amount()
    day = _day("Sirve al proyecto desde")

    def offer_processes(self, processes: Sequence[tuple[str, str]]) -> None:
        """Fill the list with (id, reference)."""
        self.origin.choices = [choice("", "Ninguno de la lista"), *(choice(*pair) for pair in processes)]


def _reason(label: str = "Motivo") -> TextAreaField:
    return TextAreaField(
        label,
        validators=[InputRequired("Escriba el motivo."), Length(max=1000), says_enough],
        render_kw={"rows": "2", "maxlength": "1000"},
    )


class CorrectionForm(ToldForm):
    """The right number and address of a contract or a process."""

    number = _number("Número correcto", "Escriba el número correcto.")
    url = _link()
    reason = _reason("Motivo de la corrección")
    seen = HiddenField()


class DependencyForm(ToldForm):
    """A process that waits for another."""

    waiter = SelectField("Proceso que espera", validators=[InputRequired("Elija el proceso.")])
    needs = SelectField("Depende de", validators=[InputRequired("Elija el otro proceso.")])
    day = _day("Desde")
    note = _reason("Por qué")

    def offer(self, processes: Sequence[tuple[str, str]]) -> None:
        """Fill both lists with (id, reference)."""
        self.waiter.choices = self.needs.choices = [choice("", "Elija…"), *(choice(*pair) for pair in processes)]


class DependencyEndForm(ToldForm):
    """A process that waits for another no longer."""

    pair = SelectField("Dependencia", validators=[InputRequired("Elija la dependencia.")])
    day = _day("Ya no depende desde")
    note = _reason("Por qué")


class LinkForm(ToldForm):
    """More projects that a contract serves, each with its amount."""

    act = LineField("Acto que lo ordena", validators=[Length(max=200)], render_kw={"maxlength": "200"})
    day = _day("Sirve a los proyectos desde")
    projects = FieldList(FormField(ProjectRow), min_entries=PROJECT_ROWS, max_entries=PROJECT_ROWS)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for number, row in enumerate(self.projects, start=1):
            row.form.code.label.text = f"Código del proyecto {number}"
            row.form.amount.label.text = f"Valor que pone en el proyecto {number}"

    def amounts(self) -> dict[str, int]:
        """The amount (COP) of each project, by its code, 0 where none is told."""
        return {row.form.stored_code: row.form.amount.data or 0 for row in self.projects if row.form.code.data}

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a form without projects, a code twice, an amount without its project."""
        is_valid, known = bool(super().validate(extra_validators)), set[str]()
        self.projects.errors = []
        for row in self.projects:
            self.form_errors += [f"{box.label.text}: {text}" for box in row.form for text in box.errors]
            code = row.form.stored_code
            fault = "Ese proyecto ya está." if code in known else ""
            fault = "Escriba el código de este valor." if row.form.amount.data and not code else fault
            known |= {code} if code else set()
            is_valid = self._refuse(row.form, fault) and is_valid
        return self._refuse(self.projects[0].form, "" if known else "Escriba al menos un proyecto.") and is_valid

    def _refuse(self, row: ProjectRow, fault: str) -> bool:
        """Show a fault at its row and above the form; tell whether there was none."""
        if fault:
            row.code.errors = [*row.code.errors, fault]
            self.form_errors.append(fault)
        return not fault

    def box_of(self, problem: Problem) -> str:
        """The row of the project that a problem is about."""
        rows = {row.form.stored_code: row.short_name for row in self.projects if row.form.code.data}
        return rows.get(problem.project_code) or super().box_of(problem)

    def mark(self, told: Mapping[str, Sequence[str]]) -> None:
        """Show at its row what was told of a project."""
        for row in self.projects:
            row.form.code.errors = [*row.form.code.errors, *told.get(row.short_name, ())]


class UnlinkForm(BackedForm):
    """A contract that serves a project no longer."""

    act = act_field()
    day = _day("Deja el proyecto desde")


class GuaranteeForm(BackedForm):
    """The day on which the guarantees were approved; empty takes the approval back."""

    approved = DayField("Garantías aprobadas el", description="dd/mm/aaaa. Vacía quita la aprobación registrada.")
    act = act_field()
    seen = HiddenField()


class ProcessOrderForm(BackedForm):
    """The act that orders a step of a process, and the attempt that the page showed."""

    seen = HiddenField()
    act = act_field()
    day = _day()
    reason = TextAreaField(
        "Causa",
        validators=[InputRequired("Escriba la causa."), Length(max=1000), says_enough],
        render_kw={"rows": "2", "maxlength": "1000"},
    )


class ProcessSuspendForm(ProcessOrderForm):
    """A suspension with the restart that is expected."""

    expected = DayField("Reinicio previsto", validators=[InputRequired("Escriba cuándo se prevé el reinicio.")])


class ProcessAbandonForm(ProcessOrderForm):
    """An abandoned process, and the contract to which its works were added."""

    contract = LineField(
        "Contrato que asume las obras",
        validators=[Length(max=200)],
        description="Número de un contrato ya registrado, si las obras se adicionaron a él.",
        render_kw={"maxlength": "200"},
    )
    amount = _amount("Valor que pone ese contrato en este proyecto")


class StepForm(ToldForm):
    """A step of a procurement file in an office."""

    file = SelectField("Expediente", default="")
    office = SelectField("Oficina", validators=[InputRequired("Elija la oficina.")])
    office_name = LineField(
        "Cuál oficina",
        validators=[Length(max=200)],
        description="Solo si eligió «Otra».",
        render_kw={"maxlength": "200"},
    )
    step = SelectField(
        "Paso",
        validators=[InputRequired("Elija el paso.")],
        choices=[choice("", "Elija…"), *(choice(code.value, FILE_STEP[code]) for code in FileStep)],
    )
    day = _day("Día")
    note = TextAreaField("Nota", validators=[Length(max=1000)], render_kw={"rows": "2", "maxlength": "1000"})

    def offer(self, processes: Sequence[tuple[str, str]], offices: Iterable[Office]) -> None:
        """Fill the lists with (id, reference) of the processes and the offices that may be told."""
        self.file.choices = [choice("", "El del proyecto, sin número de proceso"), *(choice(*row) for row in processes)]
        self.office.choices = [choice("", "Elija…"), *(choice(code.value, OFFICE[code]) for code in offices)]


class StepAnnulForm(ToldForm):
    """A step that is taken back."""

    step = SelectField("Paso", validators=[InputRequired("Elija el paso.")])
    reason = _reason()


class PackageForm(ToldForm):
    """How many small contracts are planned and signed."""

    planned = CountField(
        "Contratos previstos",
        validators=[InputRequired("Escriba cuántos se prevén.")],
        render_kw={"inputmode": "numeric"},
    )
    signed = CountField(
        "Contratos firmados",
        validators=[InputRequired("Escriba cuántos hay firmados.")],
        render_kw={"inputmode": "numeric"},
    )
    day = _day("Contados el")
    note = LineField("Nota", validators=[Length(max=400)], render_kw={"maxlength": "400"})
    seen = HiddenField()
