"""The only reader of the wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from pp_monitor.config import Settings
from pp_monitor.domain.errors import SettingError
from pp_monitor.extensions import db
from pp_monitor.models.entity import Entity, Vigencia


def utc_now() -> datetime:
    """The present instant, aware, in UTC; never the fixed date of a demo."""
    return datetime.now(UTC)


def zone() -> ZoneInfo:
    """The time zone in which the city lives (``PP_TIMEZONE``)."""
    settings: Settings = current_app.config["SETTINGS"]
    return ZoneInfo(settings.timezone)


def today() -> date:
    """Today in the city: ``PP_TODAY``, else the date of a demo database, else the true one."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.today:
        return settings.today
    return _demo_today() or utc_now().astimezone(zone()).date()


def is_fixed() -> bool:
    """Whether ``PP_TODAY`` or a demonstration fixes the date: what opens under it says everywhere that it is one."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.today is not None or _demo_today() is not None


def is_fixed_beside_real_data() -> bool:
    """Whether ``PP_TODAY`` stands where it may not: nothing is written or sent then."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.today is None:
        return False
    return db.session.scalar(select(Vigencia.id).where(Vigencia.is_demo.is_(False)).limit(1)) is not None


def check_fixed_date() -> None:
    """Raise ``SettingError`` if ``PP_TODAY`` is set beside real data: a fixed date would falsify its delays."""
    if is_fixed_beside_real_data():
        raise SettingError("PP_TODAY", "no se puede fijar la fecha de hoy con datos reales; quite esa variable")


def _demo_today() -> date | None:
    return db.session.scalar(select(Entity.demo_today).limit(1))
