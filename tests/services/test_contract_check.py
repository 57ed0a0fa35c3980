"""What is typed about processes and contracts is refused at its box, all of it at once."""

from __future__ import annotations

from datetime import date

import pytest

from pp_monitor.domain.errors import Problem, ProblemsError
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.contract_check import act_problem, day_problem, number_problem, reason_problem, refuse

YEAR, TODAY = Vigencia(year=2022), date(2022, 9, 20)


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (day_problem(YEAR, date(2022, 9, 21), TODAY), "El día debe estar entre el 01/01/2021 y hoy, 20/09/2022."),
        (day_problem(YEAR, date(2020, 12, 31), TODAY), "El día debe estar entre el 01/01/2021 y hoy, 20/09/2022."),
        (number_problem("---", "number"), "Ese número no identifica nada."),
        (act_problem(" "), "Falta el acto."),
        (reason_problem("error"), "Falta el motivo."),
    ],
)
def test_what_is_wrong_is_told_with_its_remedy(problem: Problem | None, told: str) -> None:
    assert problem is not None
    assert (problem.what, bool(problem.fix), bool(problem.cell)) == (told, True, True)


@pytest.mark.parametrize(
    "problem",
    [
        day_problem(YEAR, TODAY, TODAY),
        number_problem("4151.010.26.1.0668-2022", "number"),
        act_problem("Acta 3 del 10/06/2022"),
        reason_problem("Se escribió otro número."),
    ],
)
def test_what_is_right_is_no_problem(problem: Problem | None) -> None:
    assert problem is None
    refuse(problem)


def test_everything_wrong_is_refused_at_once() -> None:
    with pytest.raises(ProblemsError) as refused:
        refuse(act_problem(""), None, reason_problem(""))
    assert [problem.cell for problem in refused.value.problems] == ["act", "reason"]
