"""The Spanish words of the mails that follow cases, milestones and cut-offs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert_rule import AlertLevel
from pp_monitor.domain.digest import Ask, Asked
from pp_monitor.formatters import plural
from pp_monitor.labels import ALERT_LEVEL, long_date

LONGEST_QUOTE = 200


def ask_sentence(asked: Asked, level: AlertLevel, commitment_on: date | None) -> str:
    """Why a case is told, in one Spanish sentence to the reader."""
    news = asked.news
    said = quoted(news.text) if news else ""
    is_first = news is not None and news.role is Role.ENLACE
    sentences = {
        Ask.ESCALATED: "Le llegó como enlace." if is_first else "Le llegó por escalamiento.",
        Ask.ASSIGNED: f"Quedó a su cargo, con compromiso para el {long_date(commitment_on)}.",
        Ask.OPENED: "Se abrió.",
        Ask.REOPENED: "Se abrió de nuevo.",
        Ask.MOVED: "Pasó a su organismo con el proyecto.",
        Ask.RAISED: f"Subió de nivel: ahora es {ALERT_LEVEL[level].lower()}.",
        Ask.WOKEN: "Despertó: estaba pospuesto.",
        Ask.OBSERVED: f"Tiene una observación sin responder: {said}.",
        Ask.ANSWERED: f"Le respondieron una observación: {said}.",
        Ask.OVERDUE: f"Su fecha de compromiso, {long_date(commitment_on)}, ya pasó.",
    }
    return sentences[asked.ask]


def quoted(text: str) -> str:
    """What a person wrote, in one line between quotation marks, cut where it is long.

    >>> quoted("Falta el acta.")
    '«Falta el acta»'
    """
    line = " ".join(text.split()).rstrip(".")
    return f"«{line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + '…'}»"


# What is asked, by the first of these roles that a person has.
DIGEST_ACT = {
    Role.ENLACE: "Reporte el hecho, tome el caso en gestión o responda en su página.",
    Role.ORDENADOR: "Tome el caso en gestión, responda o pida a su enlace que reporte.",
    Role.PLANEACION: "Revise cada caso y decida: responder, asignar, posponer o descartar.",
    Role.CONTRATACION: "Revise cada caso y comente lo que le corresponde.",
    Role.LECTURA: "No se resolvieron en los pasos anteriores. Se pide una decisión: quién los destraba y para cuándo.",
}


def digest_news(levels: Sequence[AlertLevel], *, is_cabinet: bool) -> str:
    """How many cases a digest tells of, at the levels given, for its subject and its first line.

    >>> digest_news([AlertLevel.MILD], is_cabinet=False), digest_news([AlertLevel.CRITICAL] * 2, is_cabinet=True)
    ('1 caso con novedad', '2 casos críticos llegaron al gabinete')
    """
    count = len(levels)
    if not is_cabinet:
        return plural(count, "caso con novedad", "casos con novedad")
    if set(levels) == {AlertLevel.CRITICAL}:
        return plural(count, "caso crítico llegó al gabinete", "casos críticos llegaron al gabinete")
    return plural(count, "caso llegó al gabinete", "casos llegaron al gabinete")


def digest_since(last: date | None) -> str:
    """Since when a digest tells, with the day of the one before."""
    if last is None:
        return "Es su primer resumen: trae todo lo que hoy le pide algo."
    return f"Trae lo que cambió desde su último resumen, del {long_date(last)}."


_WAITING = {
    None: ("caso abierto de su organismo", "casos abiertos de su organismo"),
    Role.PLANEACION: ("caso abierto que llegó a Planeación", "casos abiertos que llegaron a Planeación"),
    Role.LECTURA: ("caso abierto de la lista del gabinete", "casos abiertos de la lista del gabinete"),
}


def waiting_sentence(role: Role | None, count: int, *, is_all: bool) -> str:
    """How many open cases an organism has, or a role of the city; ``is_all`` where the digest tells of each."""
    one, several = _WAITING[role]
    if is_all:
        return f"Es el único {one}." if count == 1 else f"Son todos los {several}."
    return f"En total hay {plural(count, one, several)}."
