"""Every macro in every state on one page, without database or views."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask, render_template
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.file import FileField
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired

from pp_monitor import formatters, timeline
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.formatters import Column
from pp_monitor.tile_map import Spot
from pp_monitor.views import glossary
from pp_monitor.views.glossary import How
from pp_monitor.views.territory_map import LegendLine, Tile, TileMap

PACKAGE = Path(formatters.__file__).parent
CUTOFF = date(2022, 7, 15)
AXIS = timeline.axis([date(2022, 4, 18), date(2023, 1, 17)], cutoff=CUTOFF, year_end=date(2022, 12, 31))

LIGHTS = [
    ("green", "A tiempo"),
    ("yellow", "En alerta"),
    ("red", "Atrasado"),
    ("closed", "Cerrado"),
    ("not_due", "Aún no exigible"),
    ("no_plan", "Sin plan"),
    ("registering", "En registro"),
    ("suspended", "Suspendido"),
    ("withdrawn", "Retirado"),
]
STATES = [
    ("met_on_time", "Cumplido a tiempo"),
    ("met_late", "Cumplido con retraso"),
    ("overdue", "Vencido"),
    ("due_soon", "Próximo"),
    ("pending", "Pendiente"),
    ("passed", "Superado sin fecha"),
    ("suspended", "Suspendido"),
    ("not_applicable", "No aplica"),
]
ORGANISMS = [
    ("Infraestructura", "red", "Atrasado", "en alerta", 0.33, 0.53),
    ("Deporte y Recreación", "yellow", "En alerta", "", 0.40, 0.51),
    ("UAESP", "green", "A tiempo", "", 0.50, 0.50),
]
PROBLEMS = (
    Problem(
        "La fecha del RP (27/06/22) es anterior a la firma del contrato (07/07/22).",
        "Escriba una fecha igual o posterior.",
        project_code="BP-26004119",
        milestone_code="RP",
    ),
    Problem("La columna «Valor» no está.", "Use la plantilla.", sheet="Plan", cell="C7"),
)
WARNINGS = (Problem("El 20/07/22 es festivo.", "Use el 21/07/22.", severity=Severity.WARNING),)
GROUPS = [
    ("Precontractual", [Column(name) for name in ("Estudios previos", "CDP", "Publicación", "Apertura", "RP")]),
    ("Ejecución", [Column(name) for name in ("Inicio", "50 %", "100 %")]),
    ("Cierre", [Column(name) for name in ("Recibo", "Informe final", "Liquidación")]),
]
PROJECTS = [
    (1, "Malla vial de la comuna 16", "BP-26004119"),
    (2, "Placa huella, Los Andes", "BP-26005101"),
    (3, "Andenes de la comuna 10", "BP-26005103"),
]


def _tiles() -> TileMap:
    """A tile of every light, one without projects, and one with no place."""
    tiles = [
        Tile(f"Comuna {n}", str(n), f"#t{n}", code, word, "3 proyectos", Spot(n, 1 + n % 2))
        for n, (code, word) in enumerate(LIGHTS[:6], start=1)
    ]
    empty = Tile("Comuna 7", "7", "", "", "Sin proyectos", "", Spot(7, 1))
    named = Tile("Pichindé", "Pichindé", "#t57", "green", "A tiempo", "1 proyecto", None)
    legend = [LegendLine(code, word, 1) for code, word in LIGHTS[:6]]
    limit = "30 % o más de su valor"
    return TileMap([*tiles, empty], [named], [named], legend, limit, "De 6 territorios: 1 con atraso.")


@dataclass(frozen=True)
class Entry:
    """A link of the navigation."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Fold:
    """A place of the bar."""

    label: str
    entries: tuple[Entry, ...]
    current: bool = False
    count: int = 0


@dataclass(frozen=True)
class Site:
    """What the context processor of the views supplies to every page."""

    entity_name: str = "Alcaldía de Santiago de Cali"
    vigencia_label: str = "vigencia 2022"
    is_demo: bool = True
    demo_today: date | None = date(2022, 9, 20)
    nav: tuple[Entry, ...] = (
        Entry("Inicio", "#i", current=True),
        Entry("Proyectos", "#p"),
        Entry("Organismos", "#o"),
        Entry("Alertas", "#a", count=23),
        Entry("Informes", "#r"),
        Entry("Registro", "#g"),
        Entry("Datos", "#d"),
    )
    pending: tuple[Entry, ...] = (Entry("Por decidir", "#pd", count=1), Entry("Por verificar", "#pv", count=2))
    waiting: int = 26
    user_label: str | None = "Equipo de Planeación"
    account_url: str = "#cuenta"
    logout_url: str = "#salir"
    login_url: str = "#ingresar"

    @property
    def bar(self) -> tuple[Fold, ...]:
        """Links, and a fold at the end."""
        return (*(Fold("", (entry,)) for entry in self.nav), Fold("Pendientes", self.pending, count=3))


@dataclass(frozen=True)
class Tally:
    """A counter of the inbox."""

    id: str
    label: str
    count: int
    url: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Said:
    """An observation, or an answer to one."""

    id: int
    text: str
    answers: tuple[Said, ...] = ()
    author: str = "Equipo de Planeación"
    happened_on: date = CUTOFF
    recorded_at: datetime = datetime(2022, 7, 15, 15, 0, tzinfo=UTC)
    form: None = None


TALLIES = (("Por nivel", (Tally("t1", "Crítico", 16, "#c", is_chosen=True), Tally("t2", "Leve", 0, ""))),)
SAID = (Said(1, "¿Qué falta?", answers=(Said(2, "El visto bueno de Contratación."),)),)


@dataclass(frozen=True)
class Pages:
    """A page of a list, as the pagination macro reads it."""

    page: int = 2
    pages: int = 12
    total: int = 278
    first: int = 26
    last: int = 50


class ExampleForm(FlaskForm):
    """One field of each kind; submitted empty, it shows every error."""

    name = StringField("Nombre", validators=[InputRequired()], description="Como aparece en el acto.")
    email = EmailField("Correo", validators=[InputRequired(), Email()])
    password = PasswordField("Contraseña", validators=[InputRequired()])
    modality = SelectField(
        "Modalidad", choices=[SelectChoice("LP", "Licitación pública"), SelectChoice("MC", "Mínima cuantía")]
    )
    kind = RadioField(
        "Tipo",
        choices=[SelectChoice("a", "Cumplimiento"), SelectChoice("b", "Proyección")],
        validators=[InputRequired()],
    )
    sure = BooleanField("Revisé las fechas")
    note = TextAreaField("Observación")
    evidence = FileField("Soporte", description="PDF de hasta 12 MB.")
    token = HiddenField()
    actual_date = DateField("Fecha real", format="%d/%m/%Y", validators=[InputRequired()])


def build_app() -> Flask:
    """A bare application with only the templates, the filters and CSRF."""
    app = Flask("gallery", root_path=str(PACKAGE))
    app.config.update(SECRET_KEY="only-for-tests", BABEL_DEFAULT_LOCALE="es_CO")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_loader = ChoiceLoader([FileSystemLoader(PACKAGE / "templates"), FileSystemLoader(Path(__file__).parent)])
    CSRFProtect(app)
    Babel(app)
    formatters.init_app(app)
    app.add_url_rule("/privacidad", "privacy.show", lambda: "")
    app.add_url_rule("/glosario", "glossary.show", lambda: "")
    glossary.init_app(app)
    return app


def render_gallery(app: Flask, site: Site) -> str:
    """The gallery as a signed-in reader of ``site`` sees it."""
    with app.test_request_context(method="POST"):
        example = ExampleForm()
        example.validate()
        return render_template(
            "gallery.html",
            site=site,
            axis=AXIS,
            how=How(("actual_progress",), (("Peso cumplido", "42"), ("Peso total", "100"))),
            example=example,
            lights=LIGHTS,
            organisms=ORGANISMS,
            pages=Pages(),
            phases=_phases(),
            problems=PROBLEMS,
            said=SAID,
            sheet_groups=GROUPS,
            sheet_projects=PROJECTS,
            states=STATES,
            tallies=TALLIES,
            tiles=_tiles(),
            warnings=WARNINGS,
        )


def render_error(app: Flask, code: int) -> str:
    """The page of an HTTP error."""
    with app.test_request_context():
        return render_template(f"errors/{code}.html", site=Site())


def _phases() -> list[tuple[str, str, list[tuple[object, ...]]]]:
    return [
        (
            "Precontractual",
            "2 de 4 hitos",
            [
                _milestone("Estudios previos aprobados", date(2022, 4, 18), 0, STATES[0], actual=date(2022, 4, 18)),
                _milestone("CDP expedido", date(2022, 5, 13), 7, STATES[1], actual=date(2022, 5, 24)),
                _milestone("Proceso publicado", date(2022, 6, 13), -3, STATES[0], actual=date(2022, 5, 31)),
                _milestone(
                    "Contrato firmado",
                    date(2022, 6, 17),
                    17,
                    STATES[2],
                    earliest=date(2022, 7, 18),
                    declared=date(2022, 8, 5),
                ),
                _milestone("Registro presupuestal (RP)", date(2022, 6, 21), 16, STATES[2], earliest=date(2022, 7, 19)),
            ],
        ),
        (
            "Cierre",
            "0 de 1 hitos",
            [_milestone("Liquidación", date(2022, 12, 16), None, STATES[4], earliest=date(2023, 1, 17))],
        ),
    ]


def _milestone(
    name: str,
    baseline: date,
    days: int | None,
    state: tuple[str, str],
    *,
    actual: date | None = None,
    earliest: date | None = None,
    declared: date | None = None,
) -> tuple[object, ...]:
    drawn = timeline.track(AXIS, baseline=baseline, actual=actual, earliest=earliest, declared=declared)
    return (name, baseline, actual, earliest, days, *state, drawn)
