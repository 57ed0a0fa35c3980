"""By what words a project is found: what it is called by, and under which numbers the State knows it."""

from __future__ import annotations

from pp_monitor.domain.listing import Sought
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.reports.scope import Contracting
from pp_monitor.services.report_detail import contracting


def sought_by(vigencia_id: int, portfolio: Portfolio) -> dict[int, Sought]:
    """What each project of ``portfolio`` is found by at its view, by project id; 4 queries.

    That is its code, name and territories, its BPIN, and the numbers and SECOP II addresses of its processes and
    contracts.
    """
    known = contracting(vigencia_id, portfolio.frame.view)
    names = portfolio.names.territories
    found = {}
    for project in portfolio.projects:
        codes = [share.territory_code for share in project.territories]
        named = known.get(project.id, Contracting())
        found[project.id] = Sought.of(
            project,
            [names[code].name if code in names else code for code in codes],
            (named.bpin, *named.processes, *named.contracts, *named.secop_urls),
        )
    return found
