"""The words of what is doubtful in a plan."""

from __future__ import annotations

from datetime import date

import pytest

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Modality
from pp_monitor.domain.plan_warning import PlanDoubt, PlanWarning
from pp_monitor.labels_plan import PLAN_DOUBT, plan_advice

NAMES = {milestone.code: milestone.name for milestone in DEFAULT_CATALOGUE.milestones}
DAY = date(2022, 7, 20)
TERM = PlanWarning(
    PlanDoubt.SHORT_TERM, "H06", DAY, other_code="H03", found=1, limit=22, norm="Ley 80", modality=Modality.LP
)


@pytest.mark.parametrize(
    ("warning", "what", "fix"),
    [
        (
            PlanWarning(PlanDoubt.NOT_WORKING_DAY, "H07", DAY, date(2022, 7, 21)),
            "«Contrato firmado»: 20/07/2022 no es día hábil.",
            "Puede usar el siguiente día hábil, 21/07/2022.",
        ),
        (
            TERM,
            "De «Proceso publicado» a «Adjudicación o selección» hay 1 día hábil.",
            "Lo usual en licitación pública es al menos 22 días hábiles.",
        ),
        (
            PlanWarning(
                PlanDoubt.OVER_BAND, "", found=120_000_000, limit=100_000_000, norm="Ley", modality=Modality.MC
            ),
            "El proyecto vale $120.000.000 y mínima cuantía llega hasta $100.000.000.",
            "Revise la modalidad o explique el motivo.",
        ),
        (
            PlanWarning(PlanDoubt.SAME_DAY, "", DAY, found=4, limit=4),
            "Hay 4 hitos el 20/07/2022.",
            "Revise si de verdad ocurren el mismo día.",
        ),
    ],
)
def test_a_doubt_is_told_in_two_sentences(warning: PlanWarning, what: str, fix: str) -> None:
    assert plan_advice(warning, NAMES) == (what, fix)


def test_a_term_is_called_legal_only_when_confirmed() -> None:
    confirmed = PlanWarning(
        PlanDoubt.SHORT_TERM, "H06", DAY, found=1, limit=22, norm="Ley 80", modality=Modality.LP, is_legal=True
    )
    assert plan_advice(confirmed, NAMES)[1] == "El mínimo legal en licitación pública es de 22 días hábiles (Ley 80)."
    assert "legal" not in " ".join(plan_advice(TERM, NAMES))


@pytest.mark.parametrize("doubt", PlanDoubt)
def test_every_doubt_has_its_words(doubt: PlanDoubt) -> None:
    what, fix = plan_advice(PlanWarning(doubt, "H07", DAY), NAMES)
    assert what.endswith(".")
    assert fix.endswith((".", ")."))
    assert PLAN_DOUBT[doubt]
