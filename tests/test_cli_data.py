"""What opens and sets a vigencia from the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from click.testing import Result
from flask import Flask

from pp_monitor.cli import pp
from tests.plan_data import build_city


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(pp, words)


def test_a_deadline_outside_the_vigencia_is_refused(app: Flask) -> None:
    with app.app_context():
        build_city()
    done = run(app, "vigencia", "set", "--year", "2022", "--deadline", "1999-04-22")
    assert (done.exit_code, "1 problema. No se guardó nada." in done.stderr) == (1, True)
    assert "El plazo 22/04/1999 no cae en la vigencia 2022." in done.stdout


def test_what_is_loaded_beside_a_demonstration_is_one_too(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        build_city(demo_today=date(2022, 9, 20))
    file = tmp_path / "lista.csv"
    file.write_text("codigo;organismo;nombre;territorio;valor\nBP26000001;4145;Jornadas;Comuna 1;1000\n", "utf-8")
    assert run(app, "import", "projects", str(file), "--year", "2021").exit_code == 0
    shown = run(app, "evaluate", "--year", "2021", "--cutoff", "2021-05-13", "--json").stdout
    assert '"is_demo": true' in shown
