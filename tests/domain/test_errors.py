import pytest

from pp_monitor.domain.errors import Problem, ProblemsError, SettingError, Severity


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (
            Problem("No se lee la fecha.", "Escriba 18/04/2022.", sheet="Plan", cell="C7"),
            "Plan, C7: No se lee la fecha. Escriba 18/04/2022.",
        ),
        (Problem("No se lee la fecha.", cell="línea 12"), "línea 12: No se lee la fecha."),
        (Problem("El archivo está vacío."), "El archivo está vacío."),
    ],
)
def test_a_problem_is_one_line_with_place_and_remedy(problem: Problem, line: str) -> None:
    assert str(problem) == line
    assert problem.severity is Severity.ERROR


def test_refused_input_lists_all_its_problems() -> None:
    problems = (Problem("Falta la fecha."), Problem("Falta el código."))
    refused = ProblemsError(problems)
    assert refused.problems == problems
    assert str(refused) == "Falta la fecha.\nFalta el código."


def test_a_setting_error_names_the_setting() -> None:
    refused = SettingError("PP_SECRET_KEY", "Defina una clave propia.")
    assert str(refused) == "PP_SECRET_KEY: Defina una clave propia."
    assert (refused.setting, refused.reason) == ("PP_SECRET_KEY", "Defina una clave propia.")
