"""What the sheets of the monthly workbook say, read back cell by cell."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from pp_monitor import labels
from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.light import Light
from pp_monitor.reports.evaluation import evaluation
from pp_monitor.reports.scope import Contracting, DelayNote, Holiday, People, Proof
from tests.factories import PLANNED, colombia
from tests.reports.books import SHEETS, book, column_cells, info, previous, rows
from tests.reports.portfolios import HEALTH, SPORT, WORKS, named, portfolio

M = 1_000_000


def day(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def dash(value: Any) -> Any:
    return "—" if value is None else value


def test_sheets_come_in_their_order_and_the_cut_off_has_a_name() -> None:
    read = book()
    assert read.sheetnames == SHEETS
    assert read.defined_names["corte"].attr_text == "'00_Portada'!$B$5"
    assert read["00_Portada"]["A5"].value == "Corte de hitos"
    assert read["00_Portada"]["B5"].value == datetime.fromisoformat("2022-07-15")


def test_cover_tells_which_report_this_is() -> None:
    sheet = book(report=info(version=2, reason="Se corrigió un valor"))["00_Portada"]
    fields = {row[0].value: row[1].value for row in sheet.iter_rows(max_col=2)}
    assert fields["Informe n.º"] == 4
    assert fields["Versión"] == "2: Se corrigió un valor"
    assert fields["Corte presupuestal"] == datetime.fromisoformat("2022-06-30")
    assert fields["Con lo registrado hasta"] == datetime.fromisoformat("2022-07-18T08:00:00")
    assert (fields["Total de proyectos"], fields["Valor total"]) == (9, 2680 * M + 1)
    assert fields["Huella (SHA-256) de los datos"] == "5f" * 32
    assert "70 %" in fields["Umbrales"]


def test_organisms_sheet_says_what_evaluate_says() -> None:
    answer = evaluation(portfolio())
    found = rows(book()["02_Organismos"])
    assert [row["Código"] for row in found] == [SPORT, HEALTH, WORKS, "Total"]
    for row, figures in zip(found, [*answer["organisms"], answer["city"]], strict=True):
        assert row["Proyectos"] == figures["projects"]
        assert row["Valor asignado"] == figures["allocation_cop"]
        assert row["Proyectos con plan"] == figures["with_plan"]
        assert row["Cobertura"] == dash(figures["coverage"])
        assert row["Avance programado"] == pytest.approx(dash(figures["planned_progress"]))
        assert row["Avance real"] == pytest.approx(dash(figures["actual_progress"]))
        assert row["Desviación (p. p.)"] == pytest.approx(dash(figures["deviation_points"]))
        assert row["ICC"] == pytest.approx(dash(figures["schedule_index"]))
        assert row["Avance real, promedio simple"] == pytest.approx(dash(figures["mean_actual_progress"]))
        assert (row["Hitos exigibles"], row["Exigibles para oportunidad"]) == (
            figures["due"],
            figures["due_for_on_time"],
        )
        assert row["Cumplidos a tiempo"] == figures["met_on_time"]
        assert row["Oportunidad"] == pytest.approx(dash(figures["on_time_rate"]))
        assert row["Retraso promedio (días háb.)"] == pytest.approx(dash(figures["mean_delay_workdays"]))
        assert row["Valor en riesgo"] == figures["value_at_risk_cop"]
        assert row["En riesgo por atraso"] + row["En riesgo por falta de plan"] == row["Valor en riesgo"]
        assert row["Compromisos RP"] == dash(figures["commitments_cop"])
        lights = {"Atrasados": "red", "En alerta": "yellow", "A tiempo": "green", "Sin plan": "no_plan"}
        assert {name: row[name] for name in lights} == {name: figures["lights"][code] for name, code in lights.items()}


def test_organisms_sheet_names_what_no_average_may_hide() -> None:
    found = {row["Código"]: row for row in rows(book()["02_Organismos"])}
    assert found[SPORT]["Observación"] == "2 proyectos sin plan registrado; 1 plan enviado, en aprobación"
    assert found[HEALTH]["Observación"] == "1 proyecto sin plan registrado; 1 suspendido; 1 retirado"
    assert found[WORKS]["Observación"] == "Sin novedades"
    alone = info(people=dict.fromkeys((HEALTH, WORKS), People(alone_since=date(2022, 7, 4))))
    found = {row["Código"]: row for row in rows(book(report=alone)["02_Organismos"])}
    assert found[HEALTH]["Observación"].endswith("; 1 retirado; sin enlace activo, en alerta desde el 04/07/2022")
    assert found[WORKS]["Observación"] == "sin enlace activo, en alerta desde el 04/07/2022"


def test_projects_sheet_says_what_evaluate_says() -> None:
    found = rows(book()["09_Proyectos"])
    for row, figures in zip(found, evaluation(portfolio())["projects"], strict=True):
        assert row["BP"] == figures["code"]
        assert row["Proyecto"] == figures["name"]
        assert row["Semáforo"] == labels.LIGHT[Light(figures["light"])]
        assert row["Motivo del semáforo"] == " ".join(figures["reasons"])
        assert row["Valor vigente"] == figures["allocation_cop"]
        assert row["Avance programado"] == dash(figures["planned_progress"])
        assert row["Avance real"] == dash(figures["actual_progress"])
        assert row["ICC"] == dash(figures["schedule_index"])
        assert row["Mayor retraso (días háb.)"] == dash(figures["worst_delay_workdays"])
        assert row["Oportunidad"] == dash(figures["on_time_rate"])
        assert row["Valor en riesgo"] == figures["value_at_risk_cop"]
        assert row["Fecha de registro"] == day(figures["registered_on"])
        assert row["Terminación más temprana posible"] == day(figures["forecast_completion"])
        assert row["Cierre más temprano posible"] == day(figures["forecast_finish"])
        assert row["Veces reprogramado"] == figures["replannings"]
        assert row["Mayor corrimiento (días háb.)"] == figures["postponed_workdays"]


def test_projects_sheet_tells_where_each_project_stands() -> None:
    found = {row["BP"][-2:]: row for row in rows(book()["09_Proyectos"])}
    assert found["02"]["Último hito cumplido"] == "H02 CDP expedido"
    assert found["02"]["Próximo hito"] == "H03 Proceso publicado"
    assert found["02"]["Fecha del próximo hito"] == datetime.fromisoformat("2022-05-06")
    assert found["02"]["Territorios"] == "Comuna 1, Navarro"
    assert found["08"]["Mayor retraso (días háb.)"] == 13
    assert found["08"]["Mayor retraso, plan vigente"] == 0
    assert found["09"]["Estado del plan"] == "Sin registrar"
    assert (found["06"]["Compromisos RP"], found["01"]["Compromisos RP"]) == (700 * M, "—")


def test_milestones_sheet_says_what_evaluate_says() -> None:
    found = rows(book()["10_Hitos"])
    lines = [(row, line) for row in evaluation(portfolio())["projects"] for line in row["milestones"]]
    assert len(found) == len(lines) == 7 * 14
    for row, (project, line) in zip(found, lines, strict=True):
        assert (row["BP"], row["Código hito"]) == (project["code"], line["code"])
        assert row["Estado"] == labels.MILESTONE_STATE[MilestoneState(line["state"])]
        assert row["Fecha línea base"] == day(line["planned"])
        assert row["Fecha vigente"] == day(line["planned_current"])
        assert row["Fecha real"] == day(line["actual"])
        assert row["Más temprana posible"] == day(line["forecast"])
        assert row["Desviación (días háb.)"] == line["deviation_workdays"]
        assert row["Días vencidos"] == line["overdue_workdays"]


def test_deviations_come_by_value_times_delay() -> None:
    found = rows(book()["03_Desviaciones"])
    delays = [row["Desviación (días háb.)"] for row in found]
    delays = [row["Días vencidos"] if delay == "—" else delay for row, delay in zip(found, delays, strict=True)]
    weights = [row["Valor vigente"] * delay for row, delay in zip(found, delays, strict=True)]
    assert weights == sorted(weights, reverse=True)
    assert len(found) > 10
    assert [row["N.º"] for row in found] == list(range(1, len(found) + 1))
    assert found[0]["Hito"] == "H03 Proceso publicado"
    assert found[0]["Valor vigente"] == 300 * M
    assert found[0]["Responsable"] == "Ordenador(a) del gasto de Salud Pública"
    assert weights[0] == 300 * M * 46
    assert "BP26000005" not in {row["BP"] for row in found}, "un proyecto retirado no se cuenta"


def test_causes_stand_only_where_they_are_kept() -> None:
    kept = info(delay_notes={(2, "H03"): DelayNote("Proceso desierto", "Se publica de nuevo")})
    found = rows(book(report=kept)["03_Desviaciones"])
    told = [row for row in found if row["BP"] == "BP26000002"]
    assert (told[0]["Causa"], told[0]["Explicación del organismo"]) == ("Proceso desierto", "Se publica de nuevo")
    assert {row["Causa"] for row in told[1:]} == {"Sin causa informada"}
    assert "Causa" not in rows(book()["03_Desviaciones"])[0]


def test_sheet_of_missing_plans_lists_organisms_then_projects() -> None:
    sheet = book()["05_Sin_plan"]
    owing = rows(sheet)
    assert [(row["Código"], row["Proyectos sin plan"], row["Valor sin plan"]) for row in owing] == [
        (SPORT, 2, 610 * M),
        (HEALTH, 1, 50 * M),
    ]
    assert (owing[0]["Enviados, en aprobación"], owing[0]["Días hábiles desde el plazo"]) == (1, 56)
    owed = rows(sheet, first=6)
    assert [row["Proyecto"] for row in owed] == ["Cancha", "Brigadas", "Gimnasio"]
    assert [row["Quién lo tiene"] for row in owed] == [
        "Enlace de Deporte",
        "Enlace de Salud Pública",
        "Ordenador(a) del gasto de Deporte",
    ]


def test_sheet_of_missing_plans_says_so_when_none_is_missing() -> None:
    sheet = book(portfolio([named("Puesto de salud")]))["05_Sin_plan"]
    assert sheet["A2"].value == "Sin registros"


def test_holidays_of_the_calendar_are_listed_with_their_names() -> None:
    read = book(portfolio(calendar=colombia(date(2022, 7, 13))))
    found = {row["Fecha"].date(): row for row in rows(read["11_Festivos"])}
    assert found[date(2022, 7, 4)]["Nombre"] == "San Pedro y San Pablo"
    assert (found[date(2022, 7, 13)]["Tipo"], found[date(2022, 6, 20)]["Nombre"]) == ("Local", "Día no hábil")


def test_holidays_tell_their_norm_and_the_cover_its_office() -> None:
    days = [Holiday(date(2022, 7, 4), "San Pedro y San Pablo", norm="Ley 51 de 1983")]
    read = book(report=info(holidays=days, office="Secretaría de Gobierno"))
    norms = {row["Fecha"].date(): row["Norma"] for row in rows(read["11_Festivos"])}
    assert (norms[date(2022, 7, 4)], norms[date(2022, 6, 20)]) == ("Ley 51 de 1983", None)
    fields = {row[0].value: row[1].value for row in read["00_Portada"].iter_rows(max_col=2)}
    assert (fields["Secretaría"], fields["Responsable"]) == ("Secretaría de Gobierno", "Equipo de Planeación")


def test_projects_sheet_tells_under_which_names_the_state_knows_them() -> None:
    urls = ("https://community.secop.gov.co/1", "javascript:alert(1)")
    its = {1: Contracting("2021760010123", ("P-1", "P-2"), ("C-1",), urls), 2: Contracting(secop_urls=urls[1:])}
    sheet = book(report=info(contracting=its))["09_Proyectos"]
    first, second, third = rows(sheet)[:3]
    names = ("Id", "BPIN", "N.º de procesos", "N.º de contratos", "URL SECOP")
    assert [first[name] for name in names] == ["p0001", "2021760010123", 2, 1, "\n".join(urls)]
    assert [second[name] for name in names] == ["p0002", None, 0, 0, "javascript:alert(1)"]
    assert third["URL SECOP"] == "—"
    links = [cell.hyperlink.target if cell.hyperlink else None for cell in column_cells(sheet, "URL SECOP")]
    assert links[:3] == [urls[0], None, None]


def test_milestones_sheet_tells_who_stands_behind_each_date() -> None:
    of = portfolio([named("Puesto de salud", actual={"H03": date(2022, 4, 25), "H07": date(2022, 6, 24)})])
    assert of.projects[0].b0
    ids = {row.code: row.actual.fact.id for row in of.projects[0].b0.milestones if row.actual}
    url = "https://drive.example.org/acta"
    proof = Proof("Ana Enlace", "Luis Planeación", date(2022, 7, 1), "Acta", url, "C-2")
    its = {1: Contracting("", ("P-1", "P-2"), ("C-1", "C-2"))}
    sheet = book(of, report=info(contracting=its, proofs={ids["H07"]: proof}))["10_Hitos"]
    found = {row["Código hito"]: row for row in rows(sheet)}
    names = ("Reportado por", "Verificado por", "Fecha de verificación", "Evidencia", "Proceso o contrato", "Id")
    shown = ["Ana Enlace", "Luis Planeación", datetime.fromisoformat("2022-07-01"), "Acta", "C-2", "p0001-H07"]
    assert [found["H07"][name] for name in names] == shown
    assert [found["H03"][name] for name in names] == [None, None, None, None, "P-1, P-2", "p0001-H03"]
    assert (found["H08"]["Proceso o contrato"], found["H01"]["Proceso o contrato"]) == ("C-1, C-2", None)
    assert found["H01"]["Proyecto"] == "Puesto de salud"
    assert [cell.hyperlink.target for cell in column_cells(sheet, "Evidencia") if cell.hyperlink] == [url]


def test_missing_plans_tell_whether_anyone_was_named_and_entered() -> None:
    entered = datetime.fromisoformat("2022-07-11T16:20:00")
    read = book(report=info(people={SPORT: People(True, entered, 2, date(2022, 7, 12))}))["05_Sin_plan"]
    names = ("Enlace designado", "Último ingreso", "Requerimientos enviados", "Último requerimiento")
    found = {row["Código"]: [row[name] for name in names] for row in rows(read)}
    assert found == {
        SPORT: ["Sí", entered, 2, datetime.fromisoformat("2022-07-12")],
        HEALTH: ["No", "Nunca ha ingresado", 0, None],
    }


def _summary(**options: Any) -> list[list[Any]]:
    return [
        [value for value in line if value not in (None, "")]
        for line in book(**options)["01_Resumen"].iter_rows(values_only=True)
    ]


def test_summary_begins_with_what_has_to_be_decided() -> None:
    lines = [line for line in _summary() if line]
    assert lines[0] == ["Seguimiento a presupuesto participativo 2022 – Informe n.º 4 · corte 15/07/2022"]
    assert lines[2] == ["Lo que se necesita decidir"]
    due = datetime.fromisoformat("2022-07-26")
    sport, health = "Ordenador(a) del gasto de Deporte", "Ordenador(a) del gasto de Salud Pública"
    past = "Respaldar, acortar o reducir 1 proyecto de Salud Pública que terminaría después del 31/12/2022."
    stuck = (
        "Destrabar 1 proyecto atrasado de Salud Pública; el mayor retraso es de 46 días hábiles, "
        "en «Proceso publicado» de BP26000002."
    )
    assert lines[4:9] == [
        ["Registrar el plan de 1 proyecto de Deporte; el plazo venció el 22/04/2022.", sport, 600 * M, due],
        ["Registrar el plan de 1 proyecto de Salud Pública; el plazo venció el 22/04/2022.", health, 50 * M, due],
        [stuck, health, 300 * M, due],
        [past, health, 300 * M, due],
        ["Aprobar o devolver 1 plan enviado de Deporte.", sport, 10 * M, due],
    ]


def test_summary_figures_change_against_the_previous_cut() -> None:
    lines = {line[0]: line[1:] for line in _summary(previous=previous()) if line}
    assert lines["Cobertura: proyectos con plan"][:3] == [6 / 9, "6 de 9", 0]
    assert lines["Cobertura: organismos con todos sus planes"][:2] == [1 / 3, "1 de 3"]
    assert lines["Proyectos atrasados"][:2] == [1, 0]
    assert lines["Compromisos (RP)"][:2] == [700 * M / (2680 * M + 1), "$700.000.000 de $2.680.000.001"]
    assert lines["Deporte"][0] == "Sin plan"
    assert lines["Deporte"][-1] == "Igual"
    # H10 of three projects is planned for 12/09; only H07 to H09 of the re-planned one are nearer, on 01/09.
    assert lines["Precontractual"] == [0, 0]


def test_summary_without_previous_cut_compares_with_nothing() -> None:
    lines = {line[0]: line[1:] for line in _summary() if line}
    assert lines["Cobertura: proyectos con plan"][2] == "—"
    assert lines["Cifras"] == ["Es el primer corte: no hay con qué comparar."]
    assert lines["Deporte"][-1] == "—"


def test_summary_of_a_city_in_order_asks_for_no_decision() -> None:
    fine = portfolio([named("Puesto de salud", actual={code: PLANNED[code] for code in list(PLANNED)[:9]})])
    assert ["En este corte ningún proyecto está atrasado ni le falta el plan."] in _summary(of=fine)
