"""Settings of one installation, read from the environment (prefix ``PP_``)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parseaddr
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from pp_monitor.domain.errors import SettingError

_DRIVERS = ("postgresql+psycopg", "sqlite")
DEVELOPMENT_KEY = "solo-para-desarrollo"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation can set; each field is ``PP_`` plus its name in capitals.

    ``instance_dir`` holds the SQLite file and local state. ``database_url`` is a
    SQLAlchemy address. ``smtp_url`` is ``smtp://`` (STARTTLS when offered) or
    ``smtps://``, with optional user and password. ``today`` fixes only the date
    *today* and is refused beside real data.
    """

    instance_dir: Path = field(default_factory=lambda: Path("instance").resolve())
    database_url: str = ""
    secret_key: str = DEVELOPMENT_KEY
    smtp_url: str = ""
    mail_from: str = "presupuesto.participativo@example.org"
    privacy_contact: str = ""
    public_url: str = "http://127.0.0.1:8000"
    timezone: str = "America/Bogota"
    today: date | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; raise ``SettingError`` naming the variable that cannot be read."""
        env = os.environ if environ is None else environ
        values: dict[str, str] = {}
        for name in (
            "database_url",
            "secret_key",
            "smtp_url",
            "mail_from",
            "privacy_contact",
            "public_url",
            "timezone",
        ):
            if text := env.get(f"PP_{name.upper()}", "").strip():
                values[name] = text
        instance_dir = Path(env.get("PP_INSTANCE_DIR", "instance")).resolve()
        settings = cls(instance_dir=instance_dir, today=_date(env, "PP_TODAY"), **values)
        settings.check_forms()
        return settings

    @property
    def sqlalchemy_url(self) -> str:
        """The database address, by default a SQLite file in the instance folder."""
        return self.database_url or f"sqlite:///{self.instance_dir / 'pp_monitor.sqlite3'}"

    @property
    def contact(self) -> str:
        """The address that answers for personal data, by default that of the sender of every mail."""
        return self.privacy_contact or parseaddr(self.mail_from)[1]

    @property
    def is_secure(self) -> bool:
        """Whether the public address is served over TLS, so that cookies must be too."""
        return self.public_url.startswith("https://")

    @property
    def has_own_key(self) -> bool:
        """Whether the key is secret: not the one of development, and long enough."""
        return self.secret_key != DEVELOPMENT_KEY and len(self.secret_key) >= 32

    def check_forms(self) -> None:
        """Raise ``SettingError`` for the first setting that is written in a way nothing can read."""
        _check_database(self.sqlalchemy_url)
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):
            reason = f"«{self.timezone}» no es una zona horaria; escriba, por ejemplo, America/Bogota"
            raise SettingError("PP_TIMEZONE", reason) from None
        if not self.public_url.startswith(("http://", "https://")):
            raise SettingError("PP_PUBLIC_URL", f"«{self.public_url}» debe comenzar por https:// o http://")
        if "@" not in self.mail_from:
            raise SettingError("PP_MAIL_FROM", f"«{self.mail_from}» no es un correo")

    def check_production(self) -> None:
        """Raise ``SettingError`` unless key and mail server are really set."""
        if not self.has_own_key:
            raise SettingError("PP_SECRET_KEY", "debe tener al menos 32 caracteres secretos")
        if not self.smtp_url:
            raise SettingError("PP_SMTP_URL", "falta el servidor de correo (smtp://usuario:clave@servidor:587)")


def _check_database(address: str) -> None:
    try:
        driver = make_url(address).drivername
    except (ArgumentError, ValueError):
        driver = ""
    if driver not in _DRIVERS:
        reason = "la dirección debe comenzar por postgresql+psycopg:// o por sqlite:///"
        raise SettingError("PP_DATABASE_URL", reason)


def _date(env: Mapping[str, str], name: str) -> date | None:
    text = env.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingError(name, f"«{text}» no es una fecha AAAA-MM-DD") from None
