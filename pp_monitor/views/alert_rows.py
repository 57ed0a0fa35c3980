"""Cases as lines of the inbox, its filters, counters and ages, and the filters of the agenda."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import request, url_for

from pp_monitor import access, labels
from pp_monitor.domain.account import ORGANISM_ROLES, Role
from pp_monitor.domain.agenda import AgendaItem
from pp_monitor.domain.alert_cause import CaseKey
from pp_monitor.domain.alert_rule import ESCALATION, GRAVEST_FIRST, AlertLevel, AlertRule
from pp_monitor.domain.case import OPEN_STATES, OWNERS, AgeBand, Awaited, CaseState
from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.listing import plain
from pp_monitor.formatters import date_short, integer, plural
from pp_monitor.forms.alert import Narrowing, read_narrowing
from pp_monitor.labels_alert import (
    AGE_BAND,
    ALERT_RULE,
    AWAITED,
    CASE_STATE,
    ESCALATED_TO,
    cause_sentence,
    fact_sentence,
)
from pp_monitor.reports.case_list import CaseLine
from pp_monitor.services.alert_read import (
    MOST,
    NOBODY,
    AgeLine,
    CaseCounters,
    CaseList,
    CaseQuery,
    case_owners,
    list_cases,
)
from pp_monitor.services.case_row import CaseRow
from pp_monitor.views.project_list import Filter
from pp_monitor.views.reading import Reading
from pp_monitor.views.shown import Tally
from pp_monitor.views.wording import official_name, short_name

MINE, UNOWNED, LATE = "yo", "nadie", "vencido"
_LABELS = {
    "organismo": "Organismo",
    "nivel": "Nivel",
    "regla": "Regla",
    "estado": "Estado",
    "responsable": "Responsable",
    "edad": "Edad",
    "escalado": "Escalado",
    "compromiso": "Compromiso",
    "respuesta": "Observaciones",
    "fase": "Fase",
}
_ALL = {
    "organismo": "Todos",
    "nivel": "Todos",
    "estado": "Sin cerrar",
    "responsable": "Todos",
    "escalado": "Todos",
    "compromiso": "Todos",
}
_LONGEST = 100
# The cases that pages about something else show.
FEW = 5
Choices = Mapping[str, Mapping[str, str]]


def _organisms(reading: Reading) -> dict[str, str]:
    names = reading.portfolio.names
    found = {group.code: short_name(names, group.code) for group in reading.portfolio.organisms}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def choices(reading: Reading) -> Choices:
    """The codes that each filter of alerts takes."""
    owners = case_owners(reading.vigencia.id, reading.organism_codes)
    mine = {MINE: "Mis casos"} if can_own() else {}
    return {
        "organismo": _organisms(reading),
        "nivel": {level: labels.ALERT_LEVEL[level] for level in GRAVEST_FIRST},
        "regla": {rule: ALERT_RULE[rule] for rule in AlertRule},
        "estado": {state: CASE_STATE[state] for state in CaseState},
        "responsable": mine | {UNOWNED: "Sin responsable"} | {str(number): name for number, name in owners.items()},
        "edad": {band: AGE_BAND[band] for band in AgeBand},
        "escalado": {role: f"Llegó {ESCALATED_TO[role]}" for role in ESCALATION[1:]},
        "compromiso": {LATE: "Vencido"},
        "respuesta": {who: f"Esperan respuesta {AWAITED[who]}" for who in Awaited},
    }


def can_own() -> bool:
    """Whether this person may have a case."""
    return access.has_role(*OWNERS)


def read_asked(reading: Reading, known: Choices) -> Narrowing:
    """The filters of the address, the words that are sought among them."""
    narrowing = read_narrowing(request.args, known)
    text = " ".join(request.args.get("q", "").split())[:_LONGEST]
    return Narrowing({**narrowing.chosen, "q": text}, narrowing.problems)


def agenda_choices(reading: Reading) -> Choices:
    """The codes that each filter of the agenda takes."""
    return {"organismo": _organisms(reading), "fase": {phase: labels.PHASE[phase] for phase in Phase}}


def filters(known: Choices, narrowing: Narrowing) -> list[Filter]:
    """One control for each filter; none of organisms for who sees a single one."""
    return [
        Filter(name, _LABELS[name], [("", _ALL.get(name, "Todas")), *words.items()], narrowing.chosen[name])
        for name, words in known.items()
        if name != "organismo" or len(words) > 1
    ]


def asked(reading: Reading, narrowing: Narrowing) -> CaseQuery:
    """The same as the list of cases takes it."""
    chosen = narrowing.chosen
    return CaseQuery(
        organism_code=chosen["organismo"],
        level=AlertLevel(chosen["nivel"]) if chosen["nivel"] else None,
        rule=AlertRule(chosen["regla"]) if chosen["regla"] else None,
        state=CaseState(chosen["estado"]) if chosen["estado"] else None,
        owner_id=_owner_id(chosen["responsable"]),
        escalated_to=Role(chosen["escalado"]) if chosen["escalado"] else None,
        age=AgeBand(chosen["edad"]) if chosen["edad"] else None,
        is_about=_seeker(reading, chosen["q"]) if chosen["q"] else None,
        is_commitment_late=chosen["compromiso"] == LATE,
        awaited=Awaited(chosen["respuesta"]) if chosen["respuesta"] else None,
    )


def found(reading: Reading, narrowing: Narrowing, page: int = 1, size: int = MOST) -> CaseList:
    """The cases that the filters find of those that this person sees, ``size`` of them to a page."""
    calendar, today = reading.portfolio.frame.calendar, reading.cutoff.today
    query, codes = asked(reading, narrowing), reading.organism_codes
    return list_cases(reading.vigencia, calendar, today, query, organism_codes=codes, page=page, size=size)


def _owner_id(code: str) -> int | None:
    if not code:
        return None
    return {MINE: access.require_person().user_id, UNOWNED: NOBODY}.get(code) if code in (MINE, UNOWNED) else int(code)


def _seeker(reading: Reading, text: str) -> Callable[[CaseKey], bool]:
    """Whether a case has all the words in the code, name or organism of its matter, without accents nor capitals."""
    words, names = plain(text).split(), reading.portfolio.names
    organisms = {code: plain(f"{code} {label.short_name} {label.name}") for code, label in names.organisms.items()}
    projects = {project.id: project for project in reading.portfolio.projects}

    def is_about(key: CaseKey) -> bool:
        project = projects.get(key.project_id or 0)
        if project is None:
            told = organisms.get(key.organism_code, "")
        else:
            told = f"{plain(f'{project.code} {project.name}')} {organisms.get(project.organism_code, '')}"
        return all(word in told for word in words)

    return is_about


def admits_item(narrowing: Narrowing, item: AgendaItem) -> bool:
    """Whether a milestone to come belongs to the agenda."""
    mine = {"organismo": item.project.organism_code, "fase": item.milestone.milestone.phase}
    return all(code in ("", mine[word]) for word, code in narrowing.chosen.items())


def tallies(counters: CaseCounters, narrowing: Narrowing) -> list[tuple[str, list[Tally]]]:
    """The counters of what the filters find, by what they count; pressing the chosen one takes its filter away."""
    levels = [("nivel", level.value, labels.ALERT_LEVEL[level], counters.by_level[level]) for level in GRAVEST_FIRST]
    states = [("estado", state.value, CASE_STATE[state], counters.by_state[state]) for state in OPEN_STATES]
    me = access.require_person().user_id
    mine = [("responsable", MINE, "Mis casos", counters.by_owner.get(me, 0))] if can_own() else []
    others = [
        ("responsable", UNOWNED, "Sin responsable", counters.by_owner.get(NOBODY, 0)),
        ("escalado", ESCALATION[1].value, "Escalados", counters.escalated),
        ("compromiso", LATE, "Compromiso vencido", counters.overdue_commitments),
    ]
    if who := _answerer():
        others.append(("respuesta", who.value, "Esperan su respuesta", counters.by_awaited.get(who, 0)))
    groups = {"Por nivel": levels, "Por estado": states, "Para mirar": [*mine, *others]}
    return [(title, [_tally(*row, narrowing) for row in rows]) for title, rows in groups.items()]


def _answerer() -> Awaited | None:
    """Whose answers this person gives; nobody's for who only reads or asks."""
    if access.has_role(Role.PLANEACION):
        return Awaited.PLANNING
    return Awaited.ORGANISM if access.has_role(*ORGANISM_ROLES) else None


def _tally(word: str, code: str, label: str, count: int, narrowing: Narrowing) -> Tally:
    is_chosen = narrowing.chosen[word] == code
    args = narrowing.args | {word: "" if is_chosen else code}
    url = url_for("alert.list_alerts", **{name: value for name, value in args.items() if value})
    return Tally(f"cuenta-{code}", label, count, url if count or is_chosen else "", is_chosen)


@dataclass(frozen=True, slots=True)
class AgeRow:
    """Ages of the cases of a rule or an organism; ``bands`` from the youngest to the oldest."""

    name: str
    url: str
    count: int
    bands: list[int]
    mean: str
    most: int


def ages_by_rule(lines: Sequence[AgeLine], narrowing: Narrowing) -> list[AgeRow]:
    """A line for each rule, the oldest first."""
    return [_ages(line, ALERT_RULE[AlertRule(line.code)], "regla", narrowing) for line in lines]


def ages_by_organism(lines: Sequence[AgeLine], narrowing: Narrowing, reading: Reading) -> list[AgeRow]:
    """A line for each organism, the oldest first."""
    return [_ages(line, short_name(reading.portfolio.names, line.code), "organismo", narrowing) for line in lines]


def _ages(line: AgeLine, name: str, word: str, narrowing: Narrowing) -> AgeRow:
    return AgeRow(
        name=name,
        url=url_for("alert.list_alerts", **{**narrowing.args, word: line.code}),
        count=line.count,
        bands=[line.bands.get(band, 0) for band in AgeBand],
        mean=f"{line.mean_workdays:.1f}".replace(".", ","),
        most=line.most_workdays,
    )


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One case of the list: what it is about, since when, and the sentence of each cause, the gravest first.

    ``seen`` is the case as the page shows it, for a step on several.
    """

    seen: str
    level: str
    level_word: str
    rule_word: str
    title: str
    url: str
    code: str
    about_url: str
    organism: str
    days: int | None
    causes: list[str]
    opened_on: date
    age: str
    is_open: bool
    ending: str
    state_word: str
    state_note: str
    owner: str
    commitment: str
    is_late: bool
    waits: str


def row(case: CaseRow, reading: Reading, awaited: Sequence[Awaited] = ()) -> AlertRow:
    """A case as a line of the list, with who is to answer its observations."""
    names = reading.portfolio.names
    project = case.project
    return AlertRow(
        seen=seen(case),
        level=case.level,
        level_word=labels.ALERT_LEVEL[case.level],
        rule_word=ALERT_RULE[case.rule],
        title=title(case, reading),
        url=url_for("case.show", case_id=case.id),
        code=project.code if project else case.organism_code,
        about_url=about_url(case),
        organism=short_name(names, case.organism_code),
        days=case.workdays,
        causes=[cause_sentence(cause, names.milestones) for cause in case.causes],
        opened_on=case.opened_on,
        age=_age(case),
        is_open=case.state.is_open,
        ending=_shortened(ending(case, names.milestones)),
        state_word=CASE_STATE[case.state],
        state_note=f"hasta el {date_short(case.snoozed_until)}" if case.snoozed_until else _told(case),
        owner=case.owner or "Sin responsable",
        commitment=f"compromiso {date_short(case.commitment_on)}" if case.commitment_on else "",
        is_late=is_late(case, reading.cutoff.today),
        waits=f"espera respuesta {' y '.join(AWAITED[who] for who in awaited)}" if awaited else "",
    )


def _age(case: CaseRow) -> str:
    days = plural(case.age_workdays, "día hábil", "días hábiles")
    return f"cerrado el {date_short(case.closed_on)}, a los {days}" if case.closed_on else f"hace {days}"


def ending(case: CaseRow, milestones: Mapping[str, str]) -> list[str]:
    """How a closed case ended, a sentence each: the facts that ended its causes, or why it was dismissed."""
    if case.state is CaseState.DISMISSED:
        return [f"Se descartó: {case.reason}"]
    return list(dict.fromkeys(fact_sentence(each.cause, each.fact, milestones) for each in case.ended))


def _shortened(told: Sequence[str]) -> str:
    more = len(told) - 1
    return f"{told[0]} Y {plural(more, 'hecho', 'hechos')} más." if more > 0 else "".join(told)


def is_late(case: CaseRow, today: date) -> bool:
    """Whether the day that somebody committed to for a case has passed."""
    return case.state.is_open and case.commitment_on is not None and case.commitment_on < today


def gravest(
    reading: Reading, codes: Collection[str] | None, query: CaseQuery | None = None
) -> tuple[Mapping[AlertLevel, int], list[AlertRow]]:
    """How many cases of some organisms, or of all, are open at each level, and the gravest of them; three queries."""
    calendar, today = reading.portfolio.frame.calendar, reading.cutoff.today
    found = list_cases(reading.vigencia, calendar, today, query or CaseQuery(), organism_codes=codes, size=FEW)
    return found.counters.by_level, [row(case, reading, found.awaited.get(case.id, ())) for case in found.page.rows]


def escalated(case: CaseRow) -> str:
    """Up to whom a case was escalated, empty where only the enlace was told: that is no escalation."""
    told = case.escalated_to
    return "" if told is None or told is ESCALATION[0] else ESCALATED_TO[told]


def _told(case: CaseRow) -> str:
    return f"llegó {escalated(case)}" if escalated(case) and case.state.is_open else ""


def seen(case: CaseRow) -> str:
    """A case and its version, as a box of the list sends it."""
    return f"{case.id}-{case.version}"


def title(case: CaseRow, reading: Reading) -> str:
    """What a case is about, by its name."""
    return case.project.name if case.project else official_name(reading.portfolio.names, case.organism_code)


def about_url(case: CaseRow) -> str:
    """The page of the project or organism that a case is about."""
    if case.project:
        return url_for("project.show", public_id=case.project.public_id)
    return url_for("dashboard.organism", code=case.organism_code)


def line(case: CaseRow, reading: Reading) -> CaseLine:
    """A case as a line of a file."""
    names = reading.portfolio.names
    cause, *more = [cause_sentence(each, names.milestones) for each in case.causes]
    return CaseLine(
        number=case.id,
        project_code=case.project.code if case.project else "",
        name=title(case, reading),
        organism_code=case.organism_code,
        organism=short_name(names, case.organism_code),
        level=labels.ALERT_LEVEL[case.level],
        rule=ALERT_RULE[case.rule],
        workdays=case.workdays,
        cause=cause,
        more=" ".join(more),
        state=CASE_STATE[case.state],
        opened_on=case.opened_on,
        age_workdays=case.age_workdays,
        escalated_to=escalated(case),
        owner=case.owner,
        commitment_on=case.commitment_on,
        snoozed_until=case.snoozed_until,
        reason=case.reason,
        closed_on=case.closed_on,
        ending=" ".join(ending(case, names.milestones)),
    )


def narrowed_words(known: Choices, narrowing: Narrowing, total: int) -> str:
    """The filters in words, for a file: how many cases, then each filter with what was chosen."""
    words = [f"{_LABELS[name]}: {known[name][code]}" for name, code in narrowing.args.items() if name in known]
    if text := narrowing.chosen["q"]:
        words.append(f"Texto: {text}")
    return " · ".join([f"{integer(total)} {'caso' if total == 1 else 'casos'}", *words])
