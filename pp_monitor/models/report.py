"""Closed cut-offs: what they saw, the rows they froze and the files that were issued."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Hash, Id, Instant, MaybeInstant, Name, one_of, to


class ClosedCutoff(Model):
    """A cut-off claimed with its ``C`` (``cutoff_on``) and ``K`` (``known_at``); closed once ``closed_at`` is set.

    ``number`` is the report's; a reissue is a new version with its reason. What the figures
    depended on is kept beside them.
    """

    __tablename__ = "closed_cutoff"
    __table_args__ = (
        UniqueConstraint("vigencia_id", "cutoff_on", "version"),
        CheckConstraint("version = 1 OR reason <> ''", name="reissue_has_reason"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id")
    cutoff_on: Mapped[date]
    version: Mapped[int]
    number: Mapped[int]
    known_at: Mapped[Instant]
    issued_on: Mapped[date]
    budget_cutoff_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    catalogue_version_id: Mapped[int] = to("catalogue_version.id")
    thresholds: Mapped[dict[str, int]] = mapped_column(JSON)
    non_working_days: Mapped[list[str]] = mapped_column(JSON)
    data_sha256: Mapped[Hash]
    user_id: Mapped[int | None] = to("user_account.id")
    closed_at: Mapped[MaybeInstant]


class CutoffRowKind(StrEnum):
    """What a frozen row is about."""

    CITY = "city"
    ORGANISM = "organism"
    PROJECT = "project"


class CutoffRow(Model):
    """One frozen row of a closed cut-off: every figure of the city, an organism or a project."""

    __tablename__ = "cutoff_row"
    __table_args__ = (UniqueConstraint("cutoff_id", "kind", "code"), one_of("kind", CutoffRowKind))

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    cutoff_id: Mapped[int] = to("closed_cutoff.id")
    kind: Mapped[Code]
    code: Mapped[Code]
    light: Mapped[Code]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class IssuedFile(Model):
    """A file of a closed cut-off, byte for byte as it was sent; ``organism_id`` none is the city's."""

    __tablename__ = "issued_file"
    __table_args__ = (UniqueConstraint("cutoff_id", "filename"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    cutoff_id: Mapped[int] = to("closed_cutoff.id")
    organism_id: Mapped[int | None] = to("organism.id")
    filename: Mapped[Name]
    media_type: Mapped[Name]
    sha256: Mapped[Hash]
    size_bytes: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
