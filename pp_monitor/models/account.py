"""People, what they may do and since when, their sessions, their tries to enter and the notice they accepted."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.account import ORGANISM_ROLES as ORGANISM_ROLES
from pp_monitor.domain.account import Role as Role
from pp_monitor.domain.invitation import LinkPurpose
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Hash, Id, Instant, MaybeInstant, Name, one_of, to


class User(Model):
    """An account; ``email`` is kept in lower case, ``password_hash`` is empty until one is set."""

    __tablename__ = "user_account"
    __table_args__ = (UniqueConstraint("entity_id", "email"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    email: Mapped[Name]
    label: Mapped[Name]
    password_hash: Mapped[str] = mapped_column(String(200))
    is_enabled: Mapped[bool]
    recorded_at: Mapped[Instant]


class RoleAssignment(Model):
    """A role of a user, in an organism where the role needs one, from a day until a day."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("(role IN ('enlace', 'ordenador')) = (organism_id IS NOT NULL)", name="organism_where_needed"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="valid_order"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    user_id: Mapped[int] = to("user_account.id", index=True)
    role: Mapped[Code]
    organism_id: Mapped[int | None] = to("organism.id")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    assigned_by_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class UserSession(Model):
    """A session known to the server, so that it can be revoked; only the hash of its token is kept."""

    __tablename__ = "user_session"
    __table_args__ = (UniqueConstraint("token_sha256"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    user_id: Mapped[int] = to("user_account.id", index=True)
    token_sha256: Mapped[Hash]
    address: Mapped[Code]
    opened_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    revoked_at: Mapped[MaybeInstant]


class LoginAttempt(Model):
    """A try to enter, counted by account and by address."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_account_tried_at", "account", "tried_at"),
        Index("ix_login_attempt_address_tried_at", "address", "tried_at"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    account: Mapped[Name]
    address: Mapped[Code]
    has_succeeded: Mapped[bool]
    tried_at: Mapped[Instant]


class PasswordToken(Model):
    """A one-time link to set a password; only the hash of its token is kept."""

    __tablename__ = "password_token"
    __table_args__ = (UniqueConstraint("token_sha256"), one_of("purpose", LinkPurpose))

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    user_id: Mapped[int] = to("user_account.id", index=True)
    token_sha256: Mapped[Hash]
    purpose: Mapped[Code]
    expires_at: Mapped[Instant]
    used_at: Mapped[MaybeInstant]
    recorded_at: Mapped[Instant]


class PrivacyAcceptance(Model):
    """A person accepted a version of the privacy notice; never changed."""

    __tablename__ = "privacy_acceptance"
    __table_args__ = (UniqueConstraint("user_id", "version"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    user_id: Mapped[int] = to("user_account.id")
    version: Mapped[int]
    accepted_at: Mapped[Instant]
