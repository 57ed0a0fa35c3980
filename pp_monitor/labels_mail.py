"""The Spanish words of the mails that follow cases, milestones and cut-offs."""

from __future__ import annotations

from datetime import date

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert_rule import AlertLevel
from pp_monitor.domain.digest import Ask, Asked
from pp_monitor.labels import ALERT_LEVEL, long_date
from pp_monitor.labels_alert import ESCALATED_TO

LONGEST_QUOTE = 200


def ask_sentence(asked: Asked, level: AlertLevel, commitment_on: date | None) -> str:
    """Why a case is told, in one Spanish sentence."""
    news = asked.news
    said = quoted(news.text) if news else ""
    sentences = {
        Ask.ESCALATED: f"Se escaló {ESCALATED_TO[news.role] if news and news.role else ''}.",
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
    Role.LECTURA: "Estos casos no se resolvieron en los pasos anteriores y requieren su intervención.",
}
