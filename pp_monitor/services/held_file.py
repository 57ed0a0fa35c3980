"""Files of plans and progress that were sent: held while they are reviewed, and longer, for support, where refused."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from pp_monitor.domain.errors import NotFoundError
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.held_file import HeldFile
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.transaction import writing

KEPT_DAYS = 30
REVIEW_DAYS = 2
MOST_OF_AN_ORGANISM = 20
# Without the letters and digits that are taken for one another.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_GROUPS = (4, 2)
_NOT_CODE = re.compile(r"[^0-9A-Z]")


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that was sent; ``problems`` counts what was wrong with it, 0 for one that can be saved."""

    filename: str
    content: bytes
    problems: int

    @property
    def sha256(self) -> str:
        """The hash of what was sent."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """One held file in the list for support, without its content."""

    code: str
    filename: str
    organism_code: str
    sender: str
    recorded_at: datetime
    kept_until: date
    problems: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A held file as it was sent, for who asked for it by its code; ``problems`` as in ``SentFile``."""

    code: str
    filename: str
    content: bytes
    sha256: str
    problems: int


def new_code() -> str:
    """A code that can be read out on the telephone, such as ``R7K2-4F``."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(length)) for length in _GROUPS)


def hold_file(
    vigencia: Vigencia,
    organism: Organism,
    file: SentFile,
    actor: Actor,
    today: date,
    make_code: Callable[[], str] = new_code,
) -> str:
    """Keep a refused file for 30 days, a sound one for the two of its review, and give its code.

    Empty for a file without content. The same file of the same organism keeps its code. An organism has at most 20
    of each kind; the oldest make room.
    """
    if not file.content:
        return ""
    vigencia_id, organism_id = vigencia.id, organism.id
    with writing() as now:
        query = select(HeldFile).where(HeldFile.organism_id == organism_id, HeldFile.sha256 == file.sha256)
        held = db.session.scalars(query).first()
        if held is None:
            _make_room(organism_id, is_refused=file.problems > 0)
            held = HeldFile(
                entity_id=actor.entity_id,
                organism_id=organism_id,
                code=_unused(make_code),
                sha256=file.sha256,
                size_bytes=len(file.content),
                content=file.content,
            )
            db.session.add(held)
        held.vigencia_id, held.filename, held.problems = vigencia_id, file.filename, file.problems
        held.kept_until = today + timedelta(days=KEPT_DAYS if file.problems else REVIEW_DAYS)
        held.user_id, held.recorded_at = actor.user_id, now
        return held.code


def _unused(make_code: Callable[[], str]) -> str:
    while True:
        code = make_code()
        if db.session.scalar(select(HeldFile.id).where(HeldFile.code == code)) is None:
            return code


def _make_room(organism_id: int, *, is_refused: bool) -> None:
    of_kind = HeldFile.problems > 0 if is_refused else HeldFile.problems == 0
    newest_first = select(HeldFile.id).where(HeldFile.organism_id == organism_id, of_kind)
    ids = db.session.scalars(newest_first.order_by(HeldFile.recorded_at.desc(), HeldFile.id.desc())).all()
    if surplus := ids[MOST_OF_AN_ORGANISM - 1 :]:
        db.session.execute(delete(HeldFile).where(HeldFile.id.in_(surplus)))


def list_held(entity_id: int) -> Sequence[HeldEntry]:
    """Every refused file of the city, the newest first; one query, without contents."""
    query = (
        select(
            HeldFile.code,
            HeldFile.filename,
            Organism.code,
            User.label,
            HeldFile.recorded_at,
            HeldFile.kept_until,
            HeldFile.problems,
            HeldFile.size_bytes,
            HeldFile.sha256,
        )
        .join(Organism, Organism.id == HeldFile.organism_id)
        .outerjoin(User, User.id == HeldFile.user_id)
        .where(HeldFile.entity_id == entity_id, HeldFile.problems > 0)
        .order_by(HeldFile.recorded_at.desc(), HeldFile.id.desc())
    )
    return [
        HeldEntry(row[0], row[1], row[2], row[3] or "", *row[4:]) for row in db.session.execute(query).tuples().all()
    ]


def find_held(entity_id: int, code: str) -> HeldFile:
    """The refused file with this code, however it was typed; raise ``NotFoundError`` when there is none (any more)."""
    query = select(HeldFile).where(HeldFile.entity_id == entity_id, HeldFile.code == _written(code))
    held = db.session.scalars(query.where(HeldFile.problems > 0)).one_or_none()
    if held is None:
        shown = " ".join(code.split())[:20]
        raise NotFoundError(f"No hay un archivo con el código «{shown}». Se guardan {KEPT_DAYS} días.")
    return held


def _written(code: str) -> str:
    bare = _NOT_CODE.sub("", code.upper())
    return f"{bare[: _GROUPS[0]]}-{bare[_GROUPS[0] :]}"


def sent_file(organism: Organism, code: str) -> FetchedFile | None:
    """The file of this organism that is held with this code, refused or in review; none where it is gone."""
    query = select(HeldFile).where(HeldFile.organism_id == organism.id, HeldFile.code == _written(code))
    held = db.session.scalars(query).one_or_none()
    return _fetched(held) if held else None


def _fetched(held: HeldFile) -> FetchedFile:
    return FetchedFile(held.code, held.filename, held.content, held.sha256, held.problems)


def fetch_held(actor: Actor, code: str) -> FetchedFile:
    """Hand over the held file with this code, which the audit trail keeps; raise ``NotFoundError`` without one."""
    with writing() as now:
        held = find_held(actor.entity_id, code)
        organism = db.session.get_one(Organism, held.organism_id)
        details = {"file": held.filename, "organism": organism.code, "sha256": held.sha256}
        record(actor, "fetch_file", "held_file", held.code, now, details)
        return _fetched(held)


def purge_held(entity_id: int, today: date) -> int:
    """Forget the files whose last day has passed, and tell how many."""
    with writing():
        expired = delete(HeldFile).where(HeldFile.entity_id == entity_id, HeldFile.kept_until < today)
        return len(db.session.scalars(expired.returning(HeldFile.id)).all())
