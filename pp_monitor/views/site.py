"""The frame of every page: names, demo banner, navigation by role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from flask import Flask, current_app, g, request, url_for
from werkzeug.local import LocalProxy

from pp_monitor import access, clock
from pp_monitor.access import Role
from pp_monitor.domain.verification import Reporter
from pp_monitor.services import site as service
from pp_monitor.services.progress_due import count_pressing
from pp_monitor.services.site import SiteFacts

ALERTS, TO_SIGN, TO_DECIDE = "alert.list_alerts", "approval.inbox", "replanning.list_all"
HELD_FILES, TO_VERIFY, TO_REPORT = "held_file.list_files", "verification.queue", "progress_due.show"
COUNTED = frozenset({ALERTS, TO_SIGN, TO_DECIDE, HELD_FILES, TO_VERIFY, TO_REPORT})
# Others who may open these come to them from the pages that they are about.
WAITED_FOR = {
    TO_SIGN: (Role.ORDENADOR,),
    TO_DECIDE: (Role.PLANEACION, Role.CONTRATACION),
    HELD_FILES: (Role.ADMIN,),
    TO_REPORT: (Role.ENLACE,),
}
# The same page for who waits on others: without a count, under what it holds.
FOLLOWED_BY = {
    TO_DECIDE: ((Role.ENLACE,), "Reprogramaciones"),
    TO_REPORT: ((Role.PLANEACION,), "Por reportar"),
}
# In the order of the bar; a page that is not there, or not for this reader, has no entry.
PAGES = (
    ("dashboard.home", "Inicio"),
    ("project.list_projects", "Proyectos"),
    ("dashboard.organisms", "Organismos"),
    ("analysis.show", "Análisis"),
    (ALERTS, "Alertas"),
    ("plan.overview", "Registro"),
    (TO_REPORT, "Por reportar"),
    (TO_SIGN, "Por firmar"),
    (TO_DECIDE, "Por decidir"),
    (TO_VERIFY, "Por verificar"),
    ("commitment.list_all", "Compromisos"),
    ("report.list_reports", "Informes"),
    ("project.upload", "Datos"),
    ("mail.list_mails", "Correos"),
    ("people.list_people", "Personas"),
    (HELD_FILES, "Archivos"),
    ("admin.audit", "Auditoría"),
)
# Neighbours that share a fold of the bar where it would not fit in one line.
MOST_IN_LINE = 8
FOLDS = {
    "Pendientes": (TO_REPORT, TO_SIGN, TO_DECIDE, TO_VERIFY, "commitment.list_all"),
    "Más": ("project.upload", "mail.list_mails", "people.list_people", HELD_FILES, "admin.audit"),
}
# Pages of a part without an entry of its own belong to that of another.
PART_OF = {"case": "alert", "alert_rule": "alert", "territory": "project", "phase": "project"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation."""

    label: str
    url: str
    current: bool = False
    count: int | None = None
    fold: str = ""


@dataclass(frozen=True, slots=True)
class Fold:
    """One place of the bar: a link, or under a ``label`` several that unfold."""

    label: str
    entries: tuple[Entry, ...]

    @property
    def current(self) -> bool:
        """Whether the page that is open is among them."""
        return any(entry.current for entry in self.entries)

    @property
    def count(self) -> int:
        """How much they count together."""
        return sum(entry.count or 0 for entry in self.entries)


class Site:
    """What `base.html` reads as ``site``; asks the database only when a page reads it.

    Two queries, and for an enlace the assessment of the day, which is kept until something is recorded.
    """

    @cached_property
    def _facts(self) -> SiteFacts:
        return service.site_facts()

    @property
    def entity_name(self) -> str:
        """The city's name."""
        return self._facts.entity_name

    @property
    def vigencia_label(self) -> str:
        """The newest vigencia in words."""
        return f"vigencia {self._facts.year}" if self._facts.year else "sin vigencia abierta"

    @property
    def reporter(self) -> Reporter:
        """Who reports in the newest vigencia."""
        return self._facts.reporter

    @property
    def is_demo(self) -> bool:
        """Whether the data are invented."""
        return self._facts.is_demo

    @property
    def demo_today(self) -> date | None:
        """The date at which a demonstration stands."""
        return self._facts.demo_today

    @property
    def user_label(self) -> str | None:
        """Who is here; none for a stranger."""
        who = access.person()
        return who.label if who else None

    @property
    def account_url(self) -> str:
        """Page of the reader's own account."""
        return url_for("account.show")

    @property
    def login_url(self) -> str:
        """Page to enter."""
        return url_for("account.log_in")

    @property
    def logout_url(self) -> str:
        """Where the button to leave posts."""
        return url_for("account.log_out")

    @cached_property
    def nav(self) -> tuple[Entry, ...]:
        """The pages that this reader may open."""
        who = access.person()
        if who is None or not who.has_accepted:
            return ()
        pages = _pages()
        current = _current([endpoint for endpoint, _ in pages])
        counts = self._counts if any(endpoint in COUNTED for endpoint, _ in pages) else {}
        return tuple(_entry(endpoint, label, endpoint == current, counts.get(endpoint)) for endpoint, label in pages)

    @property
    def bar(self) -> tuple[Fold, ...]:
        """The same in places of the bar; a fold of one is its link."""
        found: list[Fold] = []
        for label, entries in groupby(self.nav, key=lambda entry: entry.fold if len(self.nav) > MOST_IN_LINE else ""):
            own = tuple(entries)
            found += [Fold(label, own)] if label and len(own) > 1 else [Fold("", (entry,)) for entry in own]
        return tuple(found)

    @property
    def waiting(self) -> int:
        """How much the entries of the navigation count together, for a menu that is folded."""
        return sum(entry.count or 0 for entry in self.nav)

    @property
    def _counts(self) -> dict[str, int]:
        if self._facts.vigencia_id is None:
            return {}
        judged = access.judged_sources(self.reporter)
        found = service.menu_counts(self._facts.vigencia_id, access.visible_organism_ids(), judged)
        return {
            ALERTS: found.alerts,
            TO_SIGN: found.plans_to_sign,
            TO_DECIDE: found.replannings,
            HELD_FILES: found.held_files,
            TO_VERIFY: found.dates,
            TO_REPORT: self._pressing(self._facts.vigencia_id) if found.plans else 0,
        }

    @staticmethod
    def _pressing(vigencia_id: int) -> int:
        """How many milestones the organisms of an enlace have to report already; 0 for everybody else."""
        mine = {grant.organism_code for grant in access.require_person().grants if grant.role is Role.ENLACE}
        return count_pressing(vigencia_id, clock.today(), mine) if mine else 0


def landing_url() -> str:
    """Where a person goes after entering: the first page that is for them."""
    return url_for(next((endpoint for endpoint, _ in _pages()), "account.show"))


def _pages() -> list[tuple[str, str]]:
    return [(endpoint, label) for endpoint, label in PAGES if _may_open(endpoint)]


def _waits_here(endpoint: str) -> bool:
    return endpoint not in WAITED_FOR or access.has_role(*WAITED_FOR[endpoint])


def _entry(endpoint: str, label: str, is_current: bool, count: int | None) -> Entry:
    fold = next((name for name, endpoints in FOLDS.items() if endpoint in endpoints), "")
    if _waits_here(endpoint):
        return Entry(label, url_for(endpoint), is_current, count, fold)
    return Entry(FOLLOWED_BY[endpoint][1], url_for(endpoint), is_current, fold=fold)


def _may_open(endpoint: str) -> bool:
    if endpoint not in current_app.view_functions:
        return False
    if endpoint == TO_VERIFY and not access.judged_sources(_of_request().reporter):
        return False
    follows = endpoint in FOLLOWED_BY and access.has_role(*FOLLOWED_BY[endpoint][0])
    if not _waits_here(endpoint) and not follows:
        return False
    declared = access.declared(current_app, endpoint)
    return declared is not None and (not declared.roles or access.has_role(*declared.roles))


def _current(endpoints: list[str]) -> str:
    """The entry of this page, else the first of the same part of the site."""
    here = request.endpoint or ""
    # The page of an organism belongs to the list of organisms, not to Inicio.
    if found := next((endpoint for endpoint in endpoints if endpoint.startswith(here or "-")), ""):
        return found
    part = PART_OF.get(here.partition(".")[0], here.partition(".")[0])
    return next((endpoint for endpoint in endpoints if endpoint.partition(".")[0] == part), "")


def _of_request() -> Site:
    if "site" not in g:
        g.site = Site()
    site: Site = g.site
    return site


def init_app(app: Flask) -> None:
    """Offer ``site`` to every template, read only where it is used."""

    @app.context_processor
    def _site() -> dict[str, Any]:
        return {"site": LocalProxy(_of_request)}
