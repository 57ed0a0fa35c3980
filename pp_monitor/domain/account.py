"""People: what their roles let them see and do, which passwords are refused, when the next try to enter is allowed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    """What a person is in the follow-up."""

    ENLACE = "enlace"
    ORDENADOR = "ordenador"
    PLANEACION = "planeacion"
    CONTRATACION = "contratacion"
    LECTURA = "lectura"
    CONTROL = "control"
    ADMIN = "admin"


ORGANISM_ROLES = frozenset({Role.ENLACE, Role.ORDENADOR})
CITY_READERS = frozenset({Role.PLANEACION, Role.CONTRATACION, Role.LECTURA, Role.CONTROL})
READERS = ORGANISM_ROLES | CITY_READERS
# Documents name people: who only reads figures does not open them.
EVIDENCE_READERS = READERS - {Role.LECTURA}
REGISTRARS = frozenset({Role.ENLACE, Role.PLANEACION})
TRAIL_READERS = frozenset({Role.CONTROL, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that holds from ``valid_from`` to ``valid_until``, both included.

    It is of one organism where the role needs one, else of the whole city. ``assignment_id`` is 0 until it is stored.
    """

    role: Role
    valid_from: date
    valid_until: date | None = None
    organism_id: int | None = None
    organism_code: str = ""
    assignment_id: int = 0

    def holds_on(self, day: date) -> bool:
        """Whether the role is in force on ``day``.

        >>> Grant(Role.LECTURA, date(2022, 1, 1), date(2022, 6, 30)).holds_on(date(2022, 7, 1))
        False
        """
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def roles_in(grants: Iterable[Grant]) -> frozenset[Role]:
    """The roles among ``grants``."""
    return frozenset(grant.role for grant in grants)


def sees_organism(grants: Iterable[Grant], organism_id: int) -> bool:
    """Whether the projects of an organism may be read: by every role of the city, else by the organism's own people.

    >>> sees_organism([Grant(Role.ENLACE, date(2022, 1, 1), organism_id=4)], 5)
    False
    """
    return any(grant.role in CITY_READERS or grant.organism_id == organism_id for grant in grants)


def writes_organism(grants: Iterable[Grant], organism_id: int) -> bool:
    """Whether plan and progress of an organism may be written: by Planning and by the organism's own enlace."""
    return any(
        grant.role is Role.PLANEACION or (grant.role is Role.ENLACE and grant.organism_id == organism_id)
        for grant in grants
    )


class PasswordFault(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    OBVIOUS = "obvious"
    EMAIL = "email"


SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
_FEWEST_CHARACTERS = 5
# Bare letters and digits, without accents; digits after them change nothing.
_OBVIOUS = (
    *("contrasena", "contrasenia", "micontrasena", "password", "mypassword", "administrador", "administrator"),
    *("alcaldia", "alcaldiadecali", "alcaldiacali", "santiagodecali", "cali", "calicolombia", "colombia", "bogota"),
    *("planeacion", "planeacionmunicipal", "presupuesto", "presupuestoparticipativo", "participativo", "seguimiento"),
    *("qwertyuiop", "qwertyuiopasdf", "asdfghjkl", "abcdefghijkl", "abcdefghijklm", "bienvenido", "bienvenidos"),
    *("america", "deportivocali", "teamo", "holamundo", "cambiame", "secreto", "temporal", "usuario", "prueba"),
)
_ROW_OF_DIGITS = "0123456789" * 3


def password_faults(password: str, email: str) -> tuple[PasswordFault, ...]:
    """Everything wrong with a password; none when it is accepted.

    >>> password_faults("Contraseña2022", "ana@example.org")
    (<PasswordFault.OBVIOUS: 'obvious'>,)
    >>> password_faults("tres gatos en el Bulevar", "ana@example.org")
    ()
    """
    bare = _bare(password)
    faults = {
        PasswordFault.SHORT: len(password) < SHORTEST_PASSWORD,
        PasswordFault.LONG: len(password) > LONGEST_PASSWORD,
        PasswordFault.OBVIOUS: _is_obvious(bare),
        PasswordFault.EMAIL: bare in (_bare(email), _bare(email.partition("@")[0])),
    }
    return tuple(fault for fault, is_so in faults.items() if is_so)


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def _is_obvious(bare: str) -> bool:
    stem = bare.rstrip("0123456789")
    counted = not stem and (bare in _ROW_OF_DIGITS or bare[::-1] in _ROW_OF_DIGITS)
    return len(set(bare)) < _FEWEST_CHARACTERS or counted or stem in _OBVIOUS


@dataclass(frozen=True, slots=True)
class Throttle:
    """``free_tries`` failures within ``window`` are free.

    Then comes a wait of a minute, which each further failure doubles, up to ``longest``.
    """

    free_tries: int
    window: timedelta = timedelta(hours=1)
    longest: timedelta = timedelta(minutes=15)

    def next_try_at(self, failures: int, last_at: datetime | None) -> datetime | None:
        """When the next try is allowed after ``failures`` within the window, the last at ``last_at``; none when now.

        >>> Throttle(free_tries=5).next_try_at(7, datetime(2022, 5, 2, 10, 0)).minute
        4
        """
        beyond = failures - self.free_tries
        if last_at is None or beyond < 0:
            return None
        # Capped, so that thousands of failures build no huge number.
        doublings = min(beyond, 10)
        return last_at + min(timedelta(minutes=1 << doublings), self.longest)


ACCOUNT_THROTTLE = Throttle(free_tries=5)
# Whole offices share one address.
ADDRESS_THROTTLE = Throttle(free_tries=50)

IDLE_SESSION = timedelta(hours=12)
LONGEST_SESSION = timedelta(days=7)
RESET_LINK_LASTS = timedelta(hours=2)
MOST_RESET_LINKS = 3

# Of the text in templates/privacy/notice.html: a new number asks everybody again.
PRIVACY_VERSION = 1
