"""What plans are reviewed against, in the database."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import NotFoundError, ProblemsError
from pp_monitor.domain.plan_rule import DEFAULT_RULES, AmountBand, RestrictionWindow
from pp_monitor.services import plan_rule
from pp_monitor.services.audit import Actor
from pp_monitor.services.entity import load_reference_data, the_entity

TODAY = date(2022, 4, 18)
NORM = "Ley 996 de 2005, art. 38, parágrafo"


def prepared() -> Actor:
    load_reference_data()
    return Actor(the_entity().id, "Contratación")


def test_the_rules_of_the_contract_are_loaded_once(any_app: Flask) -> None:
    with any_app.app_context():
        actor = prepared()
        load_reference_data()
        rules = plan_rule.load_plan_rules(actor.entity_id)
        assert set(rules.terms) == set(DEFAULT_RULES.terms)
        assert set(rules.windows) == set(DEFAULT_RULES.windows)
        assert set(rules.bands) == set(DEFAULT_RULES.bands)


def test_a_confirmed_term_is_legal_with_the_value_and_norm_confirmed(any_app: Flask) -> None:
    with any_app.app_context():
        actor = prepared()
        book = plan_rule.load_rule_book(actor.entity_id)
        term = next(row for row in book.terms if (row.modality, row.to_code) == ("LP", "H06"))
        plan_rule.confirm_term(
            term.id, workdays=20, norm=" Ley 80 ", name="Jefe de Contratación", today=TODAY, actor=actor
        )
        after = plan_rule.load_rule_book(actor.entity_id)
        assert len(after.terms) == len(book.terms)
        found = [row for row in after.rules.terms if row.is_confirmed]
        assert [(row.modality, row.to_code, row.workdays, row.norm) for row in found] == [
            (Modality.LP, "H06", 20, "Ley 80")
        ]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"workdays": 0}, "al menos un día hábil"),
        ({"norm": " "}, "Escriba la norma"),
        ({"name": ""}, "nombre de quien confirma"),
    ],
)
def test_a_term_is_not_confirmed_by_halves(app: Flask, values: dict[str, object], told: str) -> None:
    with app.app_context():
        actor = prepared()
        term = plan_rule.load_rule_book(actor.entity_id).terms[0]
        whole = {"workdays": 20, "norm": "Ley 80", "name": "Jefe", "today": TODAY, "actor": actor}
        with pytest.raises(ProblemsError, match=told):
            plan_rule.confirm_term(term.id, **{**whole, **values})  # type: ignore[arg-type]
        assert not any(row.is_confirmed for row in plan_rule.load_plan_rules(actor.entity_id).terms)


def test_a_term_that_does_not_exist_is_not_confirmed(app: Flask) -> None:
    with app.app_context():
        actor = prepared()
        with pytest.raises(NotFoundError):
            plan_rule.confirm_term(999, workdays=1, norm="Ley", name="Jefe", today=TODAY, actor=actor)


def test_a_window_with_the_same_norm_and_first_day_is_replaced(any_app: Flask) -> None:
    with any_app.app_context():
        actor = prepared()
        count = len(plan_rule.load_plan_rules(actor.entity_id).windows)
        first = date(2021, 11, 13)
        window = RestrictionWindow(NORM, first, date(2022, 5, 29), frozenset({Modality.CI}))
        plan_rule.set_window(window, actor)
        found = plan_rule.load_plan_rules(actor.entity_id).windows
        assert len(found) == count
        assert window in found


@pytest.mark.parametrize(
    ("window", "told"),
    [
        (RestrictionWindow("", TODAY, TODAY, frozenset({Modality.CI})), "Escriba la norma"),
        (RestrictionWindow(NORM, TODAY, date(2022, 4, 17), frozenset({Modality.CI})), "anterior al primero"),
        (RestrictionWindow(NORM, TODAY, TODAY, frozenset()), "al menos una modalidad"),
    ],
)
def test_a_window_by_halves_is_refused(app: Flask, window: RestrictionWindow, told: str) -> None:
    with app.app_context(), pytest.raises(ProblemsError, match=told):
        plan_rule.set_window(window, prepared())


def test_the_band_of_a_year_is_added_and_replaced(any_app: Flask) -> None:
    with any_app.app_context():
        actor = prepared()
        for least in (150_000_000, 160_000_000):
            plan_rule.set_band(AmountBand(2026, least, 1_600_000_000, "Ley 1150"), actor)
        band = plan_rule.load_plan_rules(actor.entity_id).band(2026)
        assert band
        assert (band.least_cop, band.minor_cop) == (160_000_000, 1_600_000_000)


def test_a_band_upside_down_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(ProblemsError, match="mínima cuantía"):
        plan_rule.set_band(AmountBand(2026, 2, 1, "Ley 1150"), prepared())
