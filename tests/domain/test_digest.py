"""Which events of a case ask something of whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_rule import DEFAULT_RULES, AlertLevel, AlertRule
from pp_monitor.domain.case import CaseState
from pp_monitor.domain.digest import Ask, CaseNews, Desk, Reader, Told, WatchedCase, asked_of

TODAY = date(2022, 5, 16)
ENLACE, HEAD, OTHER = (
    Reader(number, frozenset({(role, code)}))
    for number, (role, code) in enumerate(
        [(Role.ENLACE, "4145"), (Role.ORDENADOR, "4145"), (Role.ENLACE, "4151")], start=1
    )
)
PLANNING, COLLEAGUE, LEGAL, CABINET, CONTROL, ADMIN = (
    Reader(number, frozenset({(role, "")}))
    for number, role in enumerate(
        [Role.PLANEACION, Role.PLANEACION, Role.CONTRATACION, Role.LECTURA, Role.CONTROL, Role.ADMIN], start=4
    )
)
EVERYBODY = {
    "enlace": ENLACE, "head": HEAD, "other": OTHER, "planning": PLANNING, "colleague": COLLEAGUE, "legal": LEGAL,
    "cabinet": CABINET, "control": CONTROL, "admin": ADMIN,
}  # fmt: skip
DESK = Desk(TODAY, DEFAULT_RULES, {reader.user_id: reader.grants for reader in EVERYBODY.values()}, {"4145", "4151"})
ORGANISM = {"enlace", "head"}


def a_case(*news: CaseNews, rule: AlertRule = AlertRule.OVERDUE, **more: object) -> WatchedCase:
    case = WatchedCase("4145", CaseState.OPEN, (rule,), None, None, news)
    return replace(case, **more)  # type: ignore[arg-type]


def told(case: WatchedCase, until: Told = Told(), desk: Desk = DESK) -> dict[str, list[Ask]]:  # noqa: B008 - frozen
    found = {name: [each.ask for each in asked_of(case, reader, until, desk)] for name, reader in EVERYBODY.items()}
    return {name: asks for name, asks in found.items() if asks}


@pytest.mark.parametrize("change", ["opened", "reopened", "raised", "woken", "moved"])
def test_news_of_a_case_go_to_the_enlace_and_to_whom_the_escalation_has_reached(change: str) -> None:
    news = CaseNews(1, AlertChange(change))
    assert set(told(a_case(news))) == {"enlace"}
    assert set(told(a_case(news, escalated_to=Role.ENLACE))) == {"enlace"}
    assert set(told(a_case(news, escalated_to=Role.ORDENADOR))) == ORGANISM
    assert set(told(a_case(news, escalated_to=Role.LECTURA))) == ORGANISM | {"planning", "colleague"}


def test_the_head_stands_in_where_the_organism_has_no_active_enlace() -> None:
    case, without = a_case(CaseNews(1, AlertChange.OPENED)), replace(DESK, staffed={"4151"})
    assert told(case, desk=without)["head"] == [Ask.OPENED]
    assert "planning" not in told(case, desk=without)


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        (AlertRule.LEGAL_START, {"enlace", "legal"}),
        (AlertRule.MISSING_MODALITY, {"enlace"}),
        (AlertRule.ORGANISM_WITHOUT_ENLACE, {"head", "planning", "colleague"}),
    ],
)
def test_each_rule_names_its_roles_and_planning_first_where_no_enlace_is_named(rule: AlertRule, who: set[str]) -> None:
    assert set(told(a_case(CaseNews(1, AlertChange.OPENED), rule=rule))) == who


@pytest.mark.parametrize(
    ("role", "who"),
    [
        (Role.ENLACE, {"enlace"}),
        (Role.ORDENADOR, {"head"}),
        (Role.PLANEACION, {"planning", "colleague"}),
        (Role.LECTURA, {"cabinet"}),
    ],
)
def test_an_escalation_goes_to_its_role(role: Role, who: set[str]) -> None:
    news = CaseNews(1, AlertChange.ESCALATED, role=role)
    assert told(a_case(news, escalated_to=role)) == {name: [Ask.ESCALATED] for name in who}


def test_a_case_that_left_a_list_before_it_was_told_is_not_told_there() -> None:
    escalated = CaseNews(1, AlertChange.ESCALATED, role=Role.LECTURA)
    assert told(a_case(escalated, escalated_to=Role.ORDENADOR)) == {}


@pytest.mark.parametrize(
    ("author", "who"),
    [
        (PLANNING, ORGANISM),
        (LEGAL, ORGANISM),
        (OTHER, ORGANISM),
        (ENLACE, {"planning", "colleague"}),
        (HEAD, {"planning", "colleague"}),
    ],
)
def test_an_observation_goes_to_whoever_is_to_answer(author: Reader, who: set[str]) -> None:
    said = CaseNews(1, AlertChange.COMMENTED, author.user_id, text="Falta el acta")
    assert told(a_case(said)) == {name: [Ask.OBSERVED] for name in who}
    assert told(a_case(replace(said, is_answered=True))) == {}


def test_an_observation_goes_to_who_has_the_case_too() -> None:
    said = CaseNews(1, AlertChange.COMMENTED, PLANNING.user_id, text="Falta el acta")
    case = a_case(said, owner_id=LEGAL.user_id, state=CaseState.HANDLING)
    assert told(case) == {name: [Ask.OBSERVED] for name in ORGANISM | {"legal"}}


@pytest.mark.parametrize(
    ("asker", "answerer", "who"),
    [
        (PLANNING, ENLACE, {"planning", "colleague"}),
        (PLANNING, COLLEAGUE, {"planning"}),
        (LEGAL, ENLACE, {"legal"}),
        (ENLACE, PLANNING, {"enlace"}),
    ],
)
def test_an_answer_goes_to_who_asked(asker: Reader, answerer: Reader, who: set[str]) -> None:
    answer = CaseNews(2, AlertChange.ANSWERED, answerer.user_id, reply_author_id=asker.user_id)
    assert set(told(a_case(answer))) == who


def test_an_owner_is_told_of_everything_but_what_the_owner_did() -> None:
    given = CaseNews(1, AlertChange.HANDLED, PLANNING.user_id, owner_id=LEGAL.user_id)
    raised = CaseNews(2, AlertChange.RAISED)
    case = a_case(given, raised, owner_id=LEGAL.user_id, state=CaseState.HANDLING)
    assert told(case)["legal"] == [Ask.RAISED, Ask.ASSIGNED]
    own = a_case(replace(given, author_id=LEGAL.user_id), owner_id=LEGAL.user_id, state=CaseState.HANDLING)
    assert told(own) == {}


def test_who_has_a_case_no_longer_is_not_told_of_having_got_it_nor_is_who_took_it() -> None:
    given = CaseNews(1, AlertChange.HANDLED, PLANNING.user_id, owner_id=ENLACE.user_id)
    taken = CaseNews(2, AlertChange.HANDLED, LEGAL.user_id, owner_id=LEGAL.user_id)
    assert told(a_case(given, taken, owner_id=LEGAL.user_id, state=CaseState.HANDLING)) == {}


def test_an_owner_who_went_to_another_organism_is_still_told() -> None:
    case = a_case(CaseNews(1, AlertChange.RAISED), owner_id=OTHER.user_id, state=CaseState.HANDLING)
    assert told(case) == {name: [Ask.RAISED] for name in ("enlace", "other")}


@pytest.mark.parametrize(
    ("commitment_on", "last", "who"),
    [
        (date(2022, 5, 13), None, {"enlace", "head", "legal"}),
        (date(2022, 5, 13), date(2022, 5, 13), {"enlace", "head", "legal"}),
        (date(2022, 5, 12), date(2022, 5, 13), set()),
        (TODAY, None, set()),
    ],
)
def test_a_commitment_that_is_over_is_told_once(commitment_on: date, last: date | None, who: set[str]) -> None:
    case = a_case(owner_id=LEGAL.user_id, commitment_on=commitment_on, state=CaseState.HANDLING)
    assert told(case, Told(0, last)) == {name: [Ask.OVERDUE] for name in who}


@pytest.mark.parametrize("state", [CaseState.SNOOZED, CaseState.RESOLVED, CaseState.DISMISSED])
def test_a_case_that_rests_or_is_closed_asks_nothing(state: CaseState) -> None:
    assert told(a_case(CaseNews(1, AlertChange.OPENED), state=state, commitment_on=date(2022, 5, 1))) == {}


def test_only_what_came_after_the_last_digest_is_told() -> None:
    case = a_case(at(4, OPENED, MILD), at(9, RAISED, SERIOUS), level=SERIOUS)
    assert told(case)["enlace"] == [Ask.OPENED]
    assert told(case, Told(4))["enlace"] == [Ask.RAISED]
    assert told(case, Told(9)) == {}


def at(number: int, change: AlertChange, level: AlertLevel) -> CaseNews:
    return CaseNews(number, change, level=level)


MILD, SERIOUS, CRITICAL = AlertLevel
OPENED, RAISED, LOWERED = AlertChange.OPENED, AlertChange.RAISED, AlertChange.LOWERED


@pytest.mark.parametrize(
    ("later", "now", "asks"),
    [
        ([(RAISED, CRITICAL)], CRITICAL, [Ask.RAISED]),
        ([(RAISED, CRITICAL), (LOWERED, SERIOUS)], SERIOUS, []),
        ([(RAISED, CRITICAL), (LOWERED, MILD)], MILD, []),
        ([(LOWERED, MILD), (RAISED, SERIOUS)], SERIOUS, []),
        ([(LOWERED, MILD), (RAISED, CRITICAL), (LOWERED, SERIOUS), (RAISED, CRITICAL)], CRITICAL, [Ask.RAISED]),
    ],
)
def test_a_rise_is_told_only_above_the_level_that_was_told(
    later: list[tuple[AlertChange, AlertLevel]], now: AlertLevel, asks: list[Ask]
) -> None:
    news = [at(n, change, level) for n, (change, level) in enumerate([(OPENED, SERIOUS), *later], start=1)]
    assert told(a_case(*news, level=now), Told(1)).get("enlace", []) == asks


def test_the_newest_reason_comes_first() -> None:
    news = [CaseNews(2, AlertChange.WOKEN), CaseNews(3, AlertChange.COMMENTED, PLANNING.user_id)]
    case = a_case(*news, commitment_on=date(2022, 5, 13), state=CaseState.HANDLING)
    assert told(case, Told(1, date(2022, 5, 12)))["enlace"] == [Ask.OVERDUE, Ask.OBSERVED, Ask.WOKEN]


def test_the_opening_says_what_its_first_step_says() -> None:
    first, second = (
        CaseNews(n, AlertChange.ESCALATED, role=role) for n, role in ((2, Role.ENLACE), (3, Role.ORDENADOR))
    )
    case = a_case(CaseNews(1, AlertChange.OPENED), first, second, escalated_to=Role.ORDENADOR)
    assert told(case) == {"enlace": [Ask.OPENED], "head": [Ask.ESCALATED]}
