"""*Calendario* of Inicio: what is near the day of the page."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.views.followed import PROJECTS, follow, reader


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2022, 7, 15), "vie 12/08 Próximo corte, en 19 días hábiles; su informe sale el 16/08/2022"),
        (date(2022, 7, 15), "mié 20/07 No hábil: Día de la Independencia"),
        (date(2022, 7, 15), "sáb 31/12 Quedan 114 días hábiles de la vigencia"),
        (date(2022, 5, 2), "hasta 19/06 No se firman contratos de contratación directa"),
        (date(2022, 12, 29), "sáb 31/12 Queda 1 día hábil de la vigencia"),
    ],
)
def test_what_is_near_is_told(app: Flask, today: date, told: str) -> None:
    follow(app, PROJECTS, today)
    assert told in reader(app).get("/")


@pytest.mark.parametrize(
    ("today", "untold"),
    [
        (date(2022, 7, 15), "No se firman"),
        (date(2022, 12, 31), "de la vigencia"),
        (date(2022, 12, 31), "Próximo corte"),
    ],
)
def test_what_is_over_or_far_is_not(app: Flask, today: date, untold: str) -> None:
    follow(app, PROJECTS, today)
    assert untold not in reader(app).get("/").html.split('id="calendario"')[-1].split("</section>")[0]
