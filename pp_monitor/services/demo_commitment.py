"""Commitments of the demonstration: a handful of agreements of its monthly meetings, some kept and some not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from pp_monitor.domain.commitment import CommitmentStep, Side
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.audit import Actor
from pp_monitor.services.commitment import NewCommitment, Step, add_commitment, take_step
from pp_monitor.services.demo_data import ORGANISMS
from pp_monitor.services.entity import find_organism

PLANNING = "planeacion"
_MAY, _JULY, _AUGUST, _SEPTEMBER = date(2022, 5, 16), date(2022, 7, 18), date(2022, 8, 16), date(2022, 9, 19)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A step taken on ``day`` by Planning, or by the enlace of the organism; ``until`` only of a postponement."""

    day: date
    step: CommitmentStep
    text: str
    by_planning: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True)
class _Agreement:
    """What was agreed on ``day``, of an organism or the city (empty); ``of_project`` picks its first project."""

    day: date
    organism: str
    what: str
    responsible: str
    due_on: date
    of_project: bool = False
    by_planning: bool = True
    answers: tuple[_Answer, ...] = ()


_AGREED = (
    _Agreement(
        _MAY,
        "4134",
        "Registrar el plan de los proyectos que faltan.",
        "Enlace",
        date(2022, 5, 31),
        answers=(
            _Answer(
                date(2022, 5, 31),
                CommitmentStep.POSTPONED,
                "El organismo revisa el alcance con la comunidad.",
                by_planning=True,
                until=date(2022, 9, 15),
            ),
        ),
    ),
    _Agreement(
        _JULY,
        "4151",
        "Entregar el cronograma ajustado de la obra.",
        "Director de la obra",
        date(2022, 7, 29),
        of_project=True,
        answers=(
            _Answer(date(2022, 8, 2), CommitmentStep.DONE, "Se entregó el cronograma firmado por la interventoría."),
        ),
    ),
    _Agreement(
        _JULY,
        "4171",
        "Convocar al comité de compras para revisar los estudios previos.",
        "Ordenador del gasto",
        date(2022, 8, 19),
        answers=(
            _Answer(
                date(2022, 8, 22),
                CommitmentStep.CANCELLED,
                "El comité ya no hace falta: el proceso se adjudicó.",
                by_planning=True,
            ),
        ),
    ),
    _Agreement(
        _AUGUST,
        "",
        "Enviar a los organismos la guía de soportes por hito.",
        "Equipo de Planeación",
        date(2022, 8, 31),
        answers=(_Answer(date(2022, 8, 30), CommitmentStep.DONE, "Se envió la guía por correo.", by_planning=True),),
    ),
    _Agreement(
        _AUGUST,
        "4162",
        "Enviar los soportes de las actas de inicio reportadas.",
        "Subsecretaría de Fomento",
        date(2022, 9, 9),
        answers=(_Answer(date(2022, 9, 12), CommitmentStep.COMMENTED, "Faltan dos actas, que firma el contratista."),),
    ),
    _Agreement(
        date(2022, 9, 5),
        "4151",
        "Acordar con la junta de acción comunal la fecha de la visita de obra.",
        "Gestor social",
        date(2022, 9, 14),
        of_project=True,
        by_planning=False,
    ),
    _Agreement(
        _SEPTEMBER,
        "4143",
        "Presentar las alternativas para terminar antes del 31 de diciembre.",
        "Ordenador del gasto",
        date(2022, 10, 7),
        of_project=True,
    ),
    _Agreement(
        _SEPTEMBER, "", "Publicar el informe del mes en el sitio de la entidad.", "Comunicaciones", date(2022, 9, 26)
    ),
)


def commitment_steps(
    vigencia: Vigencia, first_project: Mapping[str, int], person: Callable[[str], Actor]
) -> list[tuple[date, int, Callable[[], object]]]:
    """What is agreed and answered, by day; ``first_project`` goes by organism, ``person`` by mailbox."""
    mailboxes = {organism.code: f"enlace.{organism.mailbox}" for organism in ORGANISMS}
    steps: list[tuple[date, int, Callable[[], object]]] = []
    for number, agreed in enumerate(_AGREED, start=1):
        enlace = mailboxes.get(agreed.organism, PLANNING)
        project_id = first_project[agreed.organism] if agreed.of_project else None
        author = PLANNING if agreed.by_planning else enlace
        steps.append((agreed.day, 5, partial(_agree, vigencia, agreed, project_id, person, author)))
        for version, answer in enumerate(agreed.answers):
            who = PLANNING if answer.by_planning else enlace
            steps.append((answer.day, 6, partial(_answer, vigencia, number, version, answer, person, who)))
    return steps


def _agree(
    vigencia: Vigencia, agreed: _Agreement, project_id: int | None, person: Callable[[str], Actor], author: str
) -> None:
    organism_id = find_organism(agreed.organism).id if agreed.organism else None
    meeting = "Comité de seguimiento del presupuesto participativo" if agreed.by_planning else "Comité de obra"
    new = NewCommitment(
        agreed.day,
        meeting,
        agreed.what,
        agreed.responsible,
        agreed.due_on,
        project_id=project_id,
        organism_id=organism_id,
        responsible_organism_id=organism_id,
    )
    add_commitment(vigencia, new, person(author), agreed.day, is_by_planning=agreed.by_planning)


def _answer(
    vigencia: Vigencia, number: int, version: int, answer: _Answer, person: Callable[[str], Actor], who: str
) -> None:
    side = Side.PLANNING if answer.by_planning else Side.ANSWERER
    step = Step(answer.step, answer.text, version, answer.until)
    take_step(vigencia, number, step, side, person(who), answer.day)
