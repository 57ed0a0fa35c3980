"""What this person judges of the dates of a vigencia, on the queue and on the page of a project."""

from __future__ import annotations

from collections.abc import Sequence

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.verification import Reporter, Verdict
from pp_monitor.services.verification import Judging
from pp_monitor.views.reading import Reading


def judging(reading: Reading, verdict: Verdict, fact_ids: Sequence[int], note: str) -> Judging:
    """A verdict of this person over these records, within what is theirs to judge."""
    codes = None if access.has_role(Role.PLANEACION) else access.visible_organism_codes()
    sources = access.judged_sources(Reporter(reading.vigencia.reporter))
    return Judging(reading.vigencia, fact_ids, verdict, access.actor(), reading.cutoff.today, note, codes, sources)
