"""Who opens which plan: the vigencia shown, an organism for its readers, and for its own enlace."""

from __future__ import annotations

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.errors import ForbiddenError
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.entity import find_organism, newest_vigencia
from pp_monitor.views.reading import NoVigenciaError


def open_vigencia() -> Vigencia:
    """The newest vigencia; raise ``NoVigenciaError`` before the first one."""
    vigencia = newest_vigencia()
    if vigencia is None:
        raise NoVigenciaError("Aún no hay una vigencia abierta.")
    return vigencia


def seen_organism(code: str) -> Organism:
    """The organism, for who may see it; otherwise it does not exist."""
    organism = find_organism(code)
    access.require_see(organism.id)
    return organism


def is_enlace(organism: Organism) -> bool:
    """Whether who asks types the dates of this organism."""
    grants = access.require_person().grants
    return any(grant.role is Role.ENLACE and grant.organism_id == organism.id for grant in grants)


def is_enlace_of(code: str) -> bool:
    """The same by the organism's code, without asking the database."""
    grants = access.require_person().grants
    return any(grant.role is Role.ENLACE and grant.organism_code == code for grant in grants)


def own_organism(code: str) -> Organism:
    """The organism, for its own enlace: nobody else writes its dates."""
    organism = seen_organism(code)
    if not is_enlace(organism):
        raise ForbiddenError("Solo el enlace del organismo escribe sus fechas.")
    return organism
