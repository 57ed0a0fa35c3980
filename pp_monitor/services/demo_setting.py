"""What the demonstration begins with: the list of projects and the accounts of invented people."""

from __future__ import annotations

from collections.abc import Sequence

from pp_monitor.domain.account import Role
from pp_monitor.intake.budget import read_project_list
from pp_monitor.services import entity as entity_service
from pp_monitor.services.account import NewUser, add_user
from pp_monitor.services.audit import Actor
from pp_monitor.services.demo_data import OPENED_ON, ORGANISMS, PASSWORD, YEAR
from pp_monitor.services.demo_story import DemoProject
from pp_monitor.services.privacy import accept_notice
from pp_monitor.services.project import SourceFile, import_projects, territory_names

_STAFF = (
    ("planeacion", "Equipo de Planeación", Role.PLANEACION),
    ("contratacion", "Contratación Pública", Role.CONTRATACION),
    ("gabinete", "Gabinete", Role.LECTURA),
    ("control", "Control Interno", Role.CONTROL),
    ("admin", "Administración técnica", Role.ADMIN),
)


def take_list(projects: Sequence[DemoProject], actor: Actor) -> None:
    """Take the projects in through the reader of real lists, so that the demonstration tries it too."""
    rows = [f"{p.code};{p.organism.code};{p.name};{p.territory_code};{p.amount_cop}" for p in projects]
    content = "\n".join(["codigo;organismo;nombre;territorio;valor", *rows]).encode()
    file = read_project_list("demostracion.csv", content, territories=territory_names())
    source = SourceFile("demostracion.csv", content)
    import_projects(file, source, year=YEAR, today=OPENED_ON, actor=actor, is_demo=True)


def add_people(actor: Actor) -> None:
    """Add an account for each role of the city, and an enlace and a head for each organism."""
    for mailbox, label, role in _STAFF:
        _add_user(actor, NewUser(f"{mailbox}@example.org", label, role, password=PASSWORD))
    labels = entity_service.organism_labels(actor.entity_id, OPENED_ON, entity_service.find_vigencia(YEAR).recorded_at)
    for organism in ORGANISMS:
        short = labels[organism.code].short_name
        for prefix, word, role in (("enlace", "Enlace", Role.ENLACE), ("despacho", "Despacho", Role.ORDENADOR)):
            email = f"{prefix}.{organism.mailbox}@example.org"
            _add_user(actor, NewUser(email, f"{word} · {short}", role, (organism.code,), PASSWORD))


def _add_user(actor: Actor, new: NewUser) -> None:
    """An account whose invented person has read the privacy notice."""
    user_id = add_user(actor, new, OPENED_ON)
    accept_notice(Actor(actor.entity_id, new.label, user_id), new.email)
