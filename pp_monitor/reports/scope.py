"""What a report is about: its identity, the cut before it, and the rows of the city or of one organism."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from pp_monitor.domain.group import GroupAssessment
from pp_monitor.domain.light import Light
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.reports.evaluation import Payload, city_payload, organism_payload

DEMO_MARK = "DATOS DE DEMOSTRACIÓN"
# What a spreadsheet accepts as the address of a link, in characters.
_LONGEST_LINK = 2079
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Holiday:
    """A non-working day with its name and its norm; ``is_local`` when the city and not the law decided it."""

    day: date
    name: str
    is_local: bool = False
    norm: str = ""


@dataclass(frozen=True, slots=True)
class DelayNote:
    """What the organism says about a late milestone: its cause and its explanation, and what it will do about it."""

    cause: str = ""
    note: str = ""
    depends_on: str = ""
    action: str = ""
    responsible: str = ""
    commitment_on: date | None = None


@dataclass(frozen=True, slots=True)
class Contracting:
    """Under which names the State knows a project: its BPIN, its processes and contracts, their SECOP addresses."""

    bpin: str = ""
    processes: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    secop_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """Who reported and who verified an actual date, its document, and the contract that it speaks of."""

    reported_by: str = ""
    verified_by: str = ""
    verified_on: date | None = None
    evidence: str = ""
    evidence_url: str = ""
    contract: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Whether an organism has its *enlace*, when its people last entered, by the clock of Bogotá, and what it was told.

    ``notices`` counts its *requerimientos*, the last of them filed on ``last_notice``; ``alone_since`` is the day
    since which an alert tells that it has no active *enlace*, none without an open one.
    """

    has_enlace: bool = False
    last_login: datetime | None = None
    notices: int = 0
    last_notice: date | None = None
    alone_since: date | None = None


@dataclass(frozen=True, slots=True)
class ReportInfo:
    """The identity of a report; ``known_at`` is ``K`` as the clock of Bogotá showed it, without zone.

    ``project_urls`` goes by the public id of the project. ``delay_notes`` goes by project id and
    milestone code; none means that no causes are kept, so that nothing is said about them.
    ``contracting`` goes by project id, ``proofs`` by id of the fact, ``people`` by code of the organism.
    """

    number: int
    version: int
    year: int
    cutoff: date
    known_at: datetime
    issued_on: date
    entity: str
    author: str
    catalogue_version: str
    data_sha256: str
    office: str = ""
    reason: str = ""
    budget_cutoff: date | None = None
    is_demo: bool = False
    public_url: str = ""
    holidays: Sequence[Holiday] = ()
    project_urls: Mapping[str, str] = field(default_factory=dict)
    delay_notes: Mapping[tuple[int, str], DelayNote] | None = None
    contracting: Mapping[int, Contracting] = field(default_factory=dict)
    proofs: Mapping[int, Proof] = field(default_factory=dict)
    people: Mapping[str, People] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreviousFigures:
    """What a closed cut-off said about the city or an organism; money in COP, fractions 0-1."""

    light: Light
    projects: int
    with_plan: int
    coverage: float | None
    planned_progress: float | None
    actual_progress: float | None
    deviation_points: float | None
    red_projects: int
    red_value_cop: int
    value_at_risk_cop: int
    committed_late_cop: int
    allocation_cop: int
    commitments_cop: int | None
    payments_cop: int | None
    organisms: int | None = None
    organisms_registered: int | None = None

    @classmethod
    def of(cls, payload: Payload) -> PreviousFigures:
        """Read them from the payload that the closed cut-off keeps of a city or an organism."""
        same: dict[str, Any] = {name: payload[name] for name in cls.__slots__ if name in payload}
        own: dict[str, Any] = {
            "light": Light(payload["light"]),
            "red_projects": payload["lights"][Light.RED.value],
            "red_value_cop": payload["light_values_cop"][Light.RED.value],
        }
        return cls(**same | own)


@dataclass(frozen=True, slots=True)
class PreviousCut:
    """The closed cut-off before this one; ``organisms`` go by code."""

    number: int
    cutoff: date
    city: PreviousFigures
    organisms: Mapping[str, PreviousFigures]

    @classmethod
    def of(cls, number: int, cutoff: date, city: Payload, organisms: Mapping[str, Payload]) -> PreviousCut:
        """Read it from the payloads that it keeps; ``organisms`` go by code."""
        rows = {code: PreviousFigures.of(payload) for code, payload in organisms.items()}
        return cls(number, cutoff, PreviousFigures.of(city), rows)


@dataclass(frozen=True, slots=True)
class Scope:
    """One edition of a report: the whole city, or one organism with nothing of the others."""

    portfolio: Portfolio
    info: ReportInfo
    previous: PreviousCut | None
    organism_code: str | None
    projects: tuple[ProjectAssessment, ...]
    groups: tuple[GroupAssessment, ...]
    whole: GroupAssessment | None
    figures: Payload

    @classmethod
    def of(
        cls, portfolio: Portfolio, info: ReportInfo, previous: PreviousCut | None, organism_code: str | None = None
    ) -> Scope:
        """Choose the rows of the edition; an organism without projects leaves it empty."""
        if organism_code is None:
            groups = tuple(group for group in portfolio.organisms if group.projects or group.withdrawn)
            whole, figures = portfolio.city, city_payload(portfolio)
            return cls(portfolio, info, previous, None, portfolio.projects, groups, whole, figures)
        group = portfolio.organism(organism_code)
        figures = organism_payload(group, portfolio) if group else {}
        projects = portfolio.of_organism(organism_code)
        return cls(portfolio, info, previous, organism_code, projects, (group,) if group else (), group, figures)

    @property
    def counted(self) -> tuple[ProjectAssessment, ...]:
        """The projects that enter the counts: all but the withdrawn ones."""
        return tuple(project for project in self.projects if not project.is_withdrawn)

    @property
    def without_plan(self) -> tuple[ProjectAssessment, ...]:
        """The counted projects without a registered plan, past their deadline or not."""
        return tuple(project for project in self.counted if not project.has_plan)

    @property
    def before(self) -> PreviousFigures | None:
        """The same whole at the previous cut, if there was one."""
        if self.previous is None:
            return None
        if self.organism_code is None:
            return self.previous.city
        return self.previous.organisms.get(self.organism_code)

    @property
    def title(self) -> str:
        """*Informe n.º 3 · corte 13/05/2022*, with the version of a reissue."""
        version = f", versión {self.info.version}" if self.info.version > 1 else ""
        return f"Informe n.º {self.info.number}{version} · corte {self.info.cutoff:%d/%m/%Y}"

    def before_of(self, code: str) -> PreviousFigures | None:
        """The organism at the previous cut, if it was there."""
        return self.previous.organisms.get(code) if self.previous else None

    def organism_name(self, code: str) -> str:
        """Official name of an organism, ready to be written."""
        label = self.portfolio.names.organisms.get(code)
        return plain(label.name if label else code)

    def short_name(self, code: str) -> str:
        """Short name of an organism, ready to be written."""
        label = self.portfolio.names.organisms.get(code)
        return plain(label.short_name if label else code)

    def head_of(self, code: str) -> str:
        """Who answers for an organism: the *ordenador(a) del gasto*."""
        return f"Ordenador(a) del gasto de {self.short_name(code)}"

    def milestone_name(self, code: str) -> str:
        """Name of a milestone of the catalogue."""
        return plain(self.portfolio.names.milestones.get(code, code))

    def territories_of(self, project: ProjectAssessment) -> str:
        """Names of the territories of a project, in its order."""
        names = self.portfolio.names.territories
        codes = [share.territory_code for share in project.territories]
        return plain(", ".join(names[code].name if code in names else code for code in codes)) or "Sin territorio"


def web_address(text: str) -> str | None:
    """The address, if it is one that a browser opens and nothing else; none for whatever a person typed instead."""
    address = plain(text)
    return address if address.lower().startswith(("https://", "http://")) and len(address) <= _LONGEST_LINK else None


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text without what a workbook or a mail cannot hold: control characters and broken halves."""
    return writable(text).strip()


def writable(text: str) -> str:
    """The text with a space for each character that no file can hold."""
    return _UNWRITABLE.sub(" ", text)
