"""Forms that could not be recorded yet: held for their writer, so that what answers them is a page of its own."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import delete, select

from pp_monitor.extensions import db
from pp_monitor.models.held_form import HeldForm
from pp_monitor.services.audit import Actor
from pp_monitor.services.transaction import writing

KEPT_DAYS = 2
MOST_OF_A_PERSON = 10
_CODE_BYTES = 9


@dataclass(frozen=True, slots=True)
class TypedForm:
    """What was typed at the address ``place``, a pair of name and text for each box.

    ``told`` is what was said of it that cannot be worked out again, by the name of its box; empty, above the form.
    """

    place: str
    boxes: tuple[tuple[str, str], ...]
    told: Mapping[str, Sequence[str]] = field(default_factory=dict)


def hold_form(actor: Actor, form: TypedForm, today: date) -> str:
    """Keep a form for its writer for two days and give its code; the oldest of more than ten make room."""
    code = secrets.token_urlsafe(_CODE_BYTES)
    with writing() as now:
        newest_first = select(HeldForm.id).where(HeldForm.user_id == actor.user_id).order_by(HeldForm.id.desc())
        surplus = db.session.scalars(newest_first).all()[MOST_OF_A_PERSON - 1 :]
        db.session.execute(delete(HeldForm).where(HeldForm.id.in_(surplus)))
        row = HeldForm(
            entity_id=actor.entity_id,
            user_id=actor.user_id,
            code=code,
            place=form.place,
            typed=json.dumps({"boxes": form.boxes, "told": dict(form.told)}, ensure_ascii=False),
            kept_until=today + timedelta(days=KEPT_DAYS),
            recorded_at=now,
        )
        db.session.add(row)
    return code


def held_form(actor: Actor, code: str) -> TypedForm | None:
    """The form that this person typed and that has this code; none where it is gone or somebody else's."""
    query = select(HeldForm).where(HeldForm.user_id == actor.user_id, HeldForm.code == code)
    row = db.session.scalars(query).one_or_none()
    if row is None:
        return None
    kept = json.loads(row.typed)
    return TypedForm(row.place, tuple((name, text) for name, text in kept["boxes"]), kept["told"])


def purge_held_forms(entity_id: int, today: date) -> int:
    """Forget the forms whose last day has passed, and tell how many."""
    with writing():
        expired = delete(HeldForm).where(HeldForm.entity_id == entity_id, HeldForm.kept_until < today)
        return len(db.session.scalars(expired.returning(HeldForm.id)).all())
