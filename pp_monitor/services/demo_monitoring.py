"""How the demonstration is monitored: documents behind the dates, verdicts, what organisms answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from pp_monitor.domain.cause import DelayCause, DependsOn
from pp_monitor.domain.light import Light
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.verification import Verdict
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import FactSource
from pp_monitor.services.audit import Actor
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.demo_story import DemoFact
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.evidence import keep_links
from pp_monitor.services.explanation import ExplanationEntry, explain
from pp_monitor.services.progress_story import BY_SOURCE
from pp_monitor.services.transaction import writing
from pp_monitor.services.verification import Judging, judge, waiting_facts

FactKey = tuple[str, str]
ANSWERED_ON = date(2022, 9, 13)
_SHARE_WITH_PROOF = 0.85
# Planning verifies what was reported this long before, so that its queue always holds the newest.
_VERIFIES_AFTER = timedelta(days=12)
_COMMITTED_WORKDAYS = 15
_ANSWERS = (
    (
        DelayCause.INCOMPLETE_STUDIES,
        DependsOn.ORGANISM,
        "Completar el presupuesto y el análisis del sector.",
        "Faltaba el análisis del sector. El equipo técnico lo entrega esta semana.",
    ),
    (
        DelayCause.LEGAL_REVIEW,
        DependsOn.CONTRACTING,
        "Responder las observaciones y radicar de nuevo.",
        "Contratación devolvió el expediente con observaciones. Ya se respondieron.",
    ),
    (
        DelayCause.CDP_OR_RP,
        DependsOn.TREASURY,
        "Gestionar la expedición con Hacienda.",
        "El trámite presupuestal está radicado en Hacienda.",
    ),
    (
        DelayCause.COMMUNITY,
        DependsOn.COMMUNITY,
        "Concertar el sitio en la próxima reunión con la JAL.",
        "La comunidad pidió cambiar el sitio. Hay reunión acordada.",
    ),
    (
        DelayCause.CONTRACTOR,
        DependsOn.THIRD_PARTY,
        "Requerir al contratista y revisar las garantías.",
        "El contratista está requerido por la interventoría.",
    ),
)


def keep_proofs(vigencia: Vigencia, facts: Sequence[DemoFact], seed: int) -> dict[FactKey, int]:
    """The address of an invented document behind most dates; the evidence by project and milestone code."""
    random = Random(seed + 7)
    keys = [(fact.project_code, fact.milestone_code) for fact in facts if random.random() < _SHARE_WITH_PROOF]
    urls = {key: f"https://example.org/soportes/{key[0]}/{key[1]}.pdf" for key in keys}
    with writing() as now:
        ids = keep_links(vigencia.entity_id, list(urls.values()), now)
    return {key: ids[url] for key, url in urls.items()}


def verify_reported(vigencia: Vigencia, day: date, by: Actor) -> None:
    """Planning verifies what was reported some time ago with a document, or with the plan itself."""
    oldest = day - _VERIFIES_AFTER
    with_plan = BY_SOURCE[FactSource.REGISTRATION]
    waiting = (fact for fact in waiting_facts(vigencia) if fact.reported_on <= oldest)
    ids = [fact.id for fact in waiting if fact.proof or fact.who == with_plan]
    if ids:
        judge(Judging(vigencia, ids, Verdict.VERIFY, by, day))


def answer_delays(vigencia: Vigencia, day: date, person: Callable[[str], Actor], mailboxes: Mapping[str, str]) -> None:
    """Most enlaces say why the first late milestone of their red projects is late; ``mailboxes`` by organism code."""
    late: dict[str, list[ExplanationEntry]] = {}
    for project in assess_portfolio(vigencia, day).projects:
        entries = late.setdefault(project.organism_code, [])
        if project.light is Light.RED and project.current and project.current.overdue:
            entries.append(_answer(project, vigencia, day, len(entries)))
    for code, entries in late.items():
        # The last one says nothing, so that silence is seen too.
        if len(entries) > 1:
            explain(vigencia, entries[:-1], person(f"enlace.{mailboxes[code]}"), day)


def _answer(project: ProjectAssessment, vigencia: Vigencia, day: date, place: int) -> ExplanationEntry:
    assert project.current
    cause, depends_on, action, reply = _ANSWERS[place % len(_ANSWERS)]
    calendar = work_calendar(vigencia.entity_id, vigencia.last_recorded_at)
    return ExplanationEntry(
        project.id,
        project.current.overdue[0].code,
        cause=cause,
        depends_on=depends_on,
        action=action,
        responsible="Supervisión del proyecto",
        commitment_on=calendar.add(day, _COMMITTED_WORKDAYS),
        reply=reply,
    )
