"""What the two accepted lists of projects carry: their columns, with the headers seen over the years."""

from __future__ import annotations

from typing import Final

from pp_monitor.intake.columns import Column

CODE = "code"
NAME = "name"
ORGANISM = "organism"
ORGANISM_NAME = "organism_name"
TERRITORY = "territory"
VALUE = "value"
ORIGIN = "origin"
BUDGET_YEAR = "budget_year"
BPIN = "bpin"
INITIAL = "initial"
REDUCTIONS = "reductions"
ADDITIONS = "additions"
CONTRACREDITS = "contracredits"
CREDITS = "credits"
POSTPONED = "postponed"
RESTORED = "restored"
CURRENT = "current"
CDP = "cdp"
COMMITMENTS = "commitments"
OBLIGATIONS = "obligations"
PAYMENTS = "payments"

EXECUTION_COLUMNS: Final = (
    Column(ORGANISM, "Centro Gestor", ("Código Centro Gestor", "Cod Centro Gestor")),
    Column(ORGANISM_NAME, "Nombre Centro Gestor", ("Nombre del Centro Gestor", "Nombre Organismo")),
    Column(CODE, "BP", ("Código BP", "Cód BP", "Cod BP")),
    Column(NAME, "Nombre BP", ("Nombre Proyecto", "Nombre del Proyecto", "Nombre del BP")),
    Column(ORIGIN, "Origen"),
    Column(TERRITORY, "COMUNA", ("Comuna o Corregimiento", "Comuna / Corregimiento", "Territorio", "Nombre Comuna")),
    Column(INITIAL, "PPTO INICIAL", ("Presupuesto Inicial", "Apropiación Inicial")),
    Column(CURRENT, "PPTO. MODIFICADO", ("Presupuesto Modificado", "Ppto Definitivo", "Presupuesto Definitivo")),
    Column(BUDGET_YEAR, "VIGENCIA", required=False),
    Column(BPIN, "BPIN", ("Código BPIN",), required=False),
    Column(REDUCTIONS, "REDUCCIONES", ("Reducción",), required=False),
    Column(ADDITIONS, "ADICIONES", ("Adición",), required=False),
    Column(CONTRACREDITS, "CONTRACREDITOS", ("Contracrédito",), required=False),
    Column(CREDITS, "CREDITOS", ("Crédito",), required=False),
    Column(POSTPONED, "APLAZAMIENTO", ("Aplazamientos",), required=False),
    Column(RESTORED, "DESAPLAZAMIENTO", ("Desaplazamientos",), required=False),
    Column(CDP, "TOTAL ACUMULADO CDP", ("Total CDP", "CDP"), required=False),
    Column(COMMITMENTS, "TOTAL ACUMULADO RPC", ("Total RPC", "RPC", "Compromisos"), required=False),
    Column(
        OBLIGATIONS,
        "TOTAL ACUMUL OBLIGAC",
        ("Total Acumulado Obligaciones", "Total Obligaciones", "Obligaciones"),
        required=False,
    ),
    Column(PAYMENTS, "PAGOS", ("Total Pagos", "Total Acumulado Pagos"), required=False),
)
REQUIRED_MONEY: Final = (INITIAL, CURRENT)
OPTIONAL_MONEY: Final = (
    *(REDUCTIONS, ADDITIONS, CONTRACREDITS, CREDITS, POSTPONED, RESTORED),
    *(CDP, COMMITMENTS, OBLIGATIONS, PAYMENTS),
)

PLAIN_COLUMNS: Final = (
    Column(CODE, "codigo", ("Código BP", "Código proyecto", "Código del proyecto", "BP")),
    Column(ORGANISM, "organismo", ("Código organismo", "Centro Gestor")),
    Column(NAME, "nombre", ("Nombre proyecto", "Nombre del proyecto", "Nombre BP", "Proyecto")),
    Column(TERRITORY, "territorio", ("Comuna", "Comuna o Corregimiento")),
    Column(VALUE, "valor", ("Asignación", "Presupuesto", "Valor asignado")),
)
