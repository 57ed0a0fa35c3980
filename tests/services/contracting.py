"""Processes and contracts of a small city, written as the pages write them."""

from __future__ import annotations

from datetime import date

from pp_monitor.domain.contract import ProcessStep
from pp_monitor.services.contract import By, NewContract, NewProcess, add_contract, add_process
from pp_monitor.services.process import ProcessOrder, take_step
from tests.plan_data import City

TODAY = date(2022, 9, 20)
SINCE = date(2022, 4, 25)
REASON = "Ningún proponente cumplió."
PROCESS, CONTRACT = "4145.010.32.1.0012-2022", "4145.010.26.1.0668-2022"


def by(city: City, *organisms: str) -> By:
    """Planning, or who writes for those organisms alone."""
    return By(city.actor, TODAY, frozenset(organisms) if organisms else None)


def process(city: City, number: int = 1, reference: str = PROCESS, since: date = SINCE) -> int:
    """A process of a project of Salud; its id."""
    return add_process(city.vigencia, city.id(number), NewProcess(reference, "", since), by(city)).id


def contract(city: City, number: int = 1, name: str = CONTRACT, amount_cop: int = 0) -> int:
    """A contract of a project of Salud; its id."""
    return add_contract(city.vigencia, city.id(number), NewContract(name, "", SINCE, amount_cop), by(city)).id


def order(day: date, **others: object) -> ProcessOrder:
    return ProcessOrder(**{"act": "Resolución 41", "valid_from": day, "reason": REASON} | others)  # type: ignore[arg-type]


def step(city: City, process_id: int, kind: ProcessStep, day: date, **others: object) -> None:
    """Do one step of a process by Planning."""
    take_step(city.vigencia, process_id, kind, order(day, **others), by(city))
