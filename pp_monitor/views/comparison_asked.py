"""The comparison that an address asks for: two cut-offs, an organism, a kind of change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pp_monitor import access, clock
from pp_monitor.domain.comparison_row import ChangeOf
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.portfolio import Names
from pp_monitor.formatters import date_short
from pp_monitor.forms.alert import Narrowing, read_narrowing
from pp_monitor.forms.project import read_page
from pp_monitor.labels_comparison import CHANGE_OF
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.comparison import Compared, Cut, compare_cutoffs
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.report_archive import closed_reports
from pp_monitor.views.reading import CutoffChoice, choose_cutoff, current_vigencia
from pp_monitor.views.wording import short_name


@dataclass(frozen=True, slots=True)
class Asked:
    """The comparison that an address asks for; ``problems`` tell what was not understood.

    ``organisms`` are the names of those that this person may choose, by code.
    """

    vigencia: Vigencia
    first: CutoffChoice
    last: CutoffChoice
    organisms: dict[str, str]
    narrowing: Narrowing
    compared: Compared
    page: int
    problems: list[Problem]

    @property
    def args(self) -> dict[str, Any]:
        """The same comparison in an address, without its page."""
        sides = {"desde": self.first.day.isoformat(), "hasta": self.last.selected}
        return {word: value for word, value in sides.items() if value} | self.narrowing.args

    @property
    def names(self) -> Names:
        """The names of the later cut-off."""
        return self.compared.after.names

    @property
    def kind(self) -> ChangeOf | None:
        """The one kind of change asked for, none for all."""
        word = self.narrowing.chosen["cambio"]
        return ChangeOf(word) if word else None


def read_asked(args: Mapping[str, str]) -> Asked:
    """Read the address; without it, today against the closed cut-off before."""
    vigencia = current_vigencia()
    problems: list[Problem] = []
    first, last = _read_cuts(args, vigencia, problems)
    codes = access.visible_organism_codes()
    organisms = _organisms(vigencia, last, codes)
    kinds = {kind.value: word for kind, word in CHANGE_OF.items()}
    narrowing = read_narrowing(args, {"organismo": organisms, "cambio": kinds})
    problems += narrowing.problems
    organism = narrowing.chosen["organismo"]
    chosen = {organism} if organism else codes
    compared = compare_cutoffs(vigencia, Cut(first.day, first.known_at), Cut(last.day, last.known_at), chosen)
    return Asked(vigencia, first, last, organisms, narrowing, compared, read_page(args, problems), problems)


def _read_cuts(
    args: Mapping[str, str], vigencia: Vigencia, problems: list[Problem]
) -> tuple[CutoffChoice, CutoffChoice]:
    """Both cut-offs: closed ones or any day, the first before the last; what is refused gives the closed one before."""
    today, reports = clock.today(), closed_reports(vigencia.id)

    def choose(given: Mapping[str, str]) -> CutoffChoice:
        return choose_cutoff(given, today, vigencia.year, reports)

    last = choose({"fecha": args.get("hasta_dia", ""), "corte": args.get("hasta", "")})
    if last.problem:
        problems.append(last.problem)
    closed = next((row.cutoff for row in reports if row.cutoff < last.day), None)
    default = closed or max(date(vigencia.year, 1, 1), min(vigencia.opened_on, last.day - timedelta(days=1)))
    text = args.get("desde_dia", "") or args.get("desde", "")
    first = choose({"corte": text or default.isoformat()})
    if first.problem or first.day >= last.day:
        what = first.problem.what if first.problem else f"«Desde» debe ser anterior al {date_short(last.day)}."
        problems.append(Problem(what, f"Se compara desde el {date_short(default)}."))
        first = choose({"corte": default.isoformat()})
    return first, last


def _organisms(vigencia: Vigencia, last: CutoffChoice, codes: frozenset[str] | None) -> dict[str, str]:
    portfolio = assess_portfolio(vigencia, last.day, last.known_at)
    seen = (group.code for group in portfolio.organisms if codes is None or group.code in codes)
    found = {code: short_name(portfolio.names, code) for code in seen}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))
