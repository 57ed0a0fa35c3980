"""Every row of a comparison says why in one sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.comparison_row import Change, ChangeOf, Why
from pp_monitor.labels_comparison import CHANGE_OF, change_sentence, code_word
from tests.factories import assessed

NAMES = {milestone.code: milestone.name for milestone in DEFAULT_CATALOGUE.milestones}
PROJECT = assessed(date(2022, 5, 13))
SIGNED = next(row for row in DEFAULT_CATALOGUE.milestones if row.code == "H07")
BEFORE, AFTER = date(2022, 5, 6), date(2022, 5, 10)


def sentence(kind: ChangeOf, why: Why, **values: Any) -> str:
    days: dict[str, Any] = {"milestone": SIGNED, "day_before": BEFORE, "day_after": AFTER, "workdays": 2}
    return change_sentence(Change(kind, why, PROJECT, **(days | values)), NAMES)


@pytest.mark.parametrize(
    ("kind", "why", "values", "words"),
    [
        (ChangeOf.ENTERED_DELAY, Why.FELL_DUE, {}, "era para el 10/05/2022 y lleva 2 días hábiles de retraso."),
        (ChangeOf.ENTERED_DELAY, Why.REPLANNED, {}, "se corrió del 06/05/2022 al 10/05/2022"),
        (ChangeOf.ENTERED_DELAY, Why.RESTARTED, {}, "El proyecto se reinició"),
        (ChangeOf.ENTERED_DELAY, Why.REOPENED, {}, "dejó de contar"),
        (ChangeOf.ENTERED_DELAY, Why.PLAN_REGISTERED, {}, "El plan se registró entre los dos cortes"),
        (ChangeOf.ENTERED_DELAY, Why.JOINED, {}, "El proyecto entró al conteo con «Contrato firmado» vencido"),
        (ChangeOf.LEFT_DELAY, Why.MET, {}, "se cumplió el 10/05/2022; tenía 2 días hábiles de retraso."),
        (ChangeOf.LEFT_DELAY, Why.PASSED, {}, "quedó superado"),
        (ChangeOf.LEFT_DELAY, Why.SUSPENDED, {}, "El proyecto se suspendió"),
        (ChangeOf.LEFT_DELAY, Why.REPLANNED, {}, "en el plan vigente (10/05/2022)"),
        (ChangeOf.LEFT_DELAY, Why.CALENDAR, {}, "Cambió el calendario"),
        (ChangeOf.LEFT_DELAY, Why.WITHDRAWN, {}, "El proyecto se retiró"),
        (ChangeOf.LEFT_DELAY, Why.TRANSFERRED_OUT, {}, "pasó a otro organismo"),
        (ChangeOf.LEFT_DELAY, Why.GONE, {}, "No consta"),
        (ChangeOf.LIGHT, Why.WORSE, {"code_before": "green", "code_after": "red"}, "Empeoró de A tiempo a Atrasado. "),
        (ChangeOf.LIGHT, Why.BETTER, {"code_before": "red", "code_after": "green"}, "Mejoró de Atrasado a A tiempo. "),
        (ChangeOf.LIGHT, Why.OTHER, {"code_before": "green", "code_after": "closed"}, "Cambió de A tiempo a Cerrado."),
        (ChangeOf.MEMBERSHIP, Why.ENTERED, {}, "Entró a la vigencia entre los dos cortes."),
        (ChangeOf.MEMBERSHIP, Why.RETURNED, {}, "regresó a la vigencia"),
        (ChangeOf.MEMBERSHIP, Why.TRANSFERRED_IN, {}, "Llegó de otro organismo."),
        (ChangeOf.MEMBERSHIP, Why.WITHDRAWN, {"code_before": "red"}, "el 10/05/2022; su último semáforo fue Atrasado."),
        (ChangeOf.MEMBERSHIP, Why.TRANSFERRED_OUT, {"code_before": "red"}, "Pasó a otro organismo; su último semáforo"),
        (ChangeOf.MEMBERSHIP, Why.GONE, {"code_before": "red"}, "No consta en lo que conocía el segundo corte"),
        (ChangeOf.REPLANNED, Why.REPLANNED, {"count": 1}, "Se reprogramó 1 vez; la fecha que más se movió: +2 días"),
        (ChangeOf.REPLANNED, Why.REPLANNED, {"count": 2}, "Se reprogramó 2 veces"),
        (
            ChangeOf.REPLANNED,
            Why.RESTARTED,
            {"workdays": -3},
            "se corrieron por suspensión; la fecha que más se movió: −3",
        ),
        (
            ChangeOf.PHASE,
            Why.OTHER,
            {"code_before": "none", "code_after": "closed"},
            "de Sin plan registrado a Cerr",
        ),
        (ChangeOf.VALUE, Why.OTHER, {"amount_before_cop": 9, "amount_after_cop": 4}, "disminuyó $5: de $9 a $4."),
        (ChangeOf.VALUE, Why.OTHER, {"amount_before_cop": 4, "amount_after_cop": 9}, "aumentó $5: de $4 a $9."),
        (ChangeOf.CORRECTED, Why.CORRECTED, {}, "pasó del 06/05/2022 al 10/05/2022."),
        (ChangeOf.CORRECTED, Why.REOPENED, {"day_after": None}, "06/05/2022, dejó de contar: se anuló o se devolvió."),
        (ChangeOf.DAYS, Why.MET, {"workdays": -1}, "y se esperaba el 06/05/2022: 1 día hábil ganado."),
        (ChangeOf.DAYS, Why.CORRECTED, {}, "Se corrigió la fecha real"),
        (ChangeOf.DAYS, Why.REOPENED, {}, "dejó de contar y ahora se espera el 10/05/2022"),
        (ChangeOf.DAYS, Why.REPLANNED, {}, "Se reprogramó «Contrato firmado»"),
        (ChangeOf.DAYS, Why.RESTARTED, {}, "se corrió por suspensión"),
        (ChangeOf.DAYS, Why.DECLARED, {}, "cambió la fecha que declara"),
        (
            ChangeOf.DAYS,
            Why.OVERDUE,
            {},
            "sigue sin cumplirse: se esperaba el 06/05/2022 y ahora el 10/05/2022: 2 días",
        ),
        (ChangeOf.DAYS, Why.CARRIED, {}, "depende de los hitos anteriores"),
    ],
)
def test_a_change_says_why_in_one_sentence(kind: ChangeOf, why: Why, values: dict[str, Any], words: str) -> None:
    assert words in sentence(kind, why, **values)


def test_every_kind_of_change_has_its_word_and_no_light_has_none() -> None:
    assert list(CHANGE_OF) == list(ChangeOf)
    assert code_word(Change(ChangeOf.LIGHT, Why.OTHER, PROJECT), "") == ""
