"""What a person may type of a plan: the grid, a file, the last word before sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

from pp_monitor.domain.catalogue import OWN_CODES
from pp_monitor.domain.plan_draft import LEFT_OUT, MODALITY, TypedRow, actual_part, name_part, reason_part
from pp_monitor.forms.fields import LineField, clean_line

STAMP = "huella"


def field_name(project_code: str, part: str) -> str:
    """The name of a field of the grid: a milestone's, the modality's or the stamp's, of one project."""
    return f"{project_code}-{part}"


def read_grid(
    form: Mapping[str, str], project_ids: Mapping[str, int], milestones: Sequence[str]
) -> dict[int, TypedRow]:
    """The rows that a grid sent, by project id; a project without stamp was not in it.

    ``project_ids`` gives the id of each project code that the person may type in.
    """
    parts = row_parts(milestones)
    return {
        project_id: TypedRow(
            {part: clean_line(form[field_name(code, part)]) or "" for part in parts if field_name(code, part) in form},
            form.get(field_name(code, MODALITY), ""),
            form[field_name(code, STAMP)],
        )
        for code, project_id in project_ids.items()
        if field_name(code, STAMP) in form
    }


def row_parts(milestones: Sequence[str]) -> tuple[str, ...]:
    """The parts of a row that a person may type in, but for its modality."""
    around = [part for code in milestones for part in (actual_part(code), reason_part(code))]
    own = [part for code in OWN_CODES for part in (code, name_part(code))]
    return (*milestones, *around, *own, LEFT_OUT)


def read_stamps(form: Mapping[str, str], project_ids: Mapping[str, int]) -> dict[int, str]:
    """The stamps of the projects that were confirmed, by project id."""
    return {
        project_id: form[field_name(code, STAMP)]
        for code, project_id in project_ids.items()
        if field_name(code, STAMP) in form
    }


class UploadForm(FlaskForm):
    """A plan file to be reviewed."""

    file = FileField(
        "Archivo del plan",
        validators=[FileRequired("Elija un archivo.")],
        description="La plantilla .xlsx llena, o un CSV: proyecto, hito, fecha_planeada, no_aplica y fecha_real.",
        render_kw={"accept": ".xlsx,.csv"},
    )


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent."""

    filename: str
    content: bytes


def read_upload(form: FlaskForm) -> Upload:
    """The file that was sent."""
    storage: FileStorage = form.file.data
    with storage.stream as stream:
        return Upload((clean_line(storage.filename) or "")[:200], stream.read())


class SendForm(FlaskForm):
    """The last word before a plan goes to the organism's head."""

    act = LineField(
        "Acto con que se registra",
        validators=[Length(max=200)],
        description="Oficio o acta, si lo hay. Quedará en la constancia.",
        render_kw={"maxlength": "200"},
    )
    reason = TextAreaField(
        "Motivo",
        validators=[Length(max=1000)],
        description="Por qué estos proyectos quedan por fuera. Lo verán su despacho y Planeación.",
        render_kw={"rows": "2", "maxlength": "1000"},
    )
    understood = BooleanField(
        "Revisé las fechas y entiendo que, una vez aprobadas, no se podrán cambiar",
        validators=[InputRequired("Marque la casilla para enviar.")],
    )
