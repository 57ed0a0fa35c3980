"""What people may say of a plan that was sent: its head decides, others comment, the enlace takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from pp_monitor.domain.evidence import Document
from pp_monitor.forms.attachment import sent_document
from pp_monitor.forms.fields import LineField, says_enough

_LONGEST = 1000
_AREA = {"rows": "2", "maxlength": str(_LONGEST)}
WHOLE = ""


class ShownForm(FlaskForm):
    """What is decided on the projects that the page showed, which ``shown`` names."""

    shown = HiddenField()

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the projects that the page showed."""
        return frozenset((self.shown.data or "").split())


class DecisionForm(ShownForm):
    """The head's decision."""

    reason = TextAreaField(
        "Motivo para devolver todo",
        validators=[Length(max=_LONGEST), says_enough],
        description="Solo si devuelve el envío completo. Diga qué hay que corregir.",
        render_kw=_AREA,
    )

    def of_project(self, code: str) -> TextAreaField:
        """The field of the reason to return one project."""
        field: TextAreaField = self[_name(code)]
        return field

    def reasons(self) -> dict[str, str]:
        """The reason of each project that is returned, by code."""
        found = {code: (self[_name(code)].data or "").strip() for code in self.codes if _name(code) in self}
        return {code: reason for code, reason in found.items() if reason}


def decision_form(codes: Iterable[str]) -> type[DecisionForm]:
    """A form with a box for each project."""
    fields = {
        _name(code): TextAreaField(
            f"Motivo para devolver {code}",
            validators=[Length(max=_LONGEST), says_enough],
            description="Si lo deja vacío, el proyecto se aprueba.",
            render_kw=_AREA,
        )
        for code in codes
    }
    return type("ProjectsDecisionForm", (DecisionForm,), fields)


def _name(code: str) -> str:
    return f"motivo_{code.replace('-', '_')}"


class CommentForm(FlaskForm):
    """A comment, or the reason of a return, on one project or on all of them."""

    project = SelectField("Sobre", validate_choice=True)
    text = TextAreaField(
        "Comentario o motivo",
        validators=[InputRequired("Escriba el comentario o el motivo."), Length(max=_LONGEST)],
        description="Lo leen el enlace y su despacho, y queda en la historia del envío.",
        render_kw={"rows": "3", "maxlength": str(_LONGEST)},
    )

    def offer(self, projects: Sequence[tuple[str, str]]) -> CommentForm:
        """Let choose among these projects, or all."""
        self.project.choices = [(WHOLE, "Todo el envío"), *projects]
        return self


class RecallForm(FlaskForm):
    """Why the enlace takes a submission back."""

    reason = TextAreaField(
        "Motivo",
        validators=[InputRequired("Escriba por qué recoge el envío."), Length(max=_LONGEST), says_enough],
        description="El despacho lo recibe por correo. Las fechas vuelven a ser borrador.",
        render_kw=_AREA,
    )


class SignedForm(FlaskForm):
    """The approval that the head signed outside, handed in by the enlace."""

    signed_by = LineField(
        "Quién firmó",
        validators=[InputRequired("Escriba quién firmó y con qué facultad."), Length(max=200)],
        description=(
            "Nombre y cargo. Si no es el ordenador del gasto, también el acto que le delega la firma. "
            "Por ejemplo: Ana Ruiz, subsecretaria, Resolución 4145-021 de 2022."
        ),
        render_kw={"maxlength": "200"},
    )
    act = LineField(
        "Documento",
        validators=[InputRequired("Escriba qué documento es."), Length(max=200)],
        description="Por ejemplo: Oficio 202241450100012344 del 20/04/2022.",
        render_kw={"maxlength": "200"},
    )
    file = FileField(
        "Aprobación firmada",
        validators=[FileRequired("Adjunte el documento firmado.")],
        description="PDF, PNG o JPG, hasta 10 MB.",
        render_kw={"accept": ".pdf,.png,.jpg,.jpeg"},
    )

    def document(self) -> Document:
        """The document that was sent."""
        return sent_document(self.file.data)
