"""How a mail fared with one recipient, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass

from pp_monitor.labels import DELIVERY_STATE
from pp_monitor.models.mail import DeliveryState

_TONES = {
    DeliveryState.SENT: ("check", "ok"),
    DeliveryState.PENDING: ("half", "done"),
    DeliveryState.REFUSED: ("square", "late"),
    DeliveryState.GIVEN_UP: ("square", "late"),
}


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One recipient with how it stands and, until it is delivered, what the mail server answered."""

    address: str
    shape: str
    tone: str
    word: str
    answer: str


def delivery_row(address: str, state: DeliveryState, answer: str) -> DeliveryRow:
    """A recipient as a line."""
    shape, tone = _TONES[state]
    return DeliveryRow(address, shape, tone, DELIVERY_STATE[state], "" if state is DeliveryState.SENT else answer)
