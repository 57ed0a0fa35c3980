"""Forms that could not be recorded: the answer to them is a page with an address, where nothing typed is lost.

A page that answered a POST cannot be gone back to or reloaded without sending it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, request
from werkzeug.datastructures import MultiDict
from wtforms import Form

from pp_monitor import access, clock
from pp_monitor.services.held_form import TypedForm, hold_form
from pp_monitor.services.held_form import held_form as find_form

# The name of the code in the query of a page.
TYPED = "escrito"
# Boxes whose values tell nothing to who typed them.
_UNTOLD = ("held", "seen", "drop", "version", "owner")
_NOT_TYPED = frozenset({"csrf_token", "accion"})


def keep(told: Mapping[str, Sequence[str]] | None = None, **changed: str) -> str:
    """Keep the form that was sent for who sent it, with what was told of it, and give its code.

    ``told`` is by the name of a box, empty for what stands above the form; ``changed`` replaces what was typed.
    """
    sent = [pair for pair in request.form.items(multi=True) if pair[0] not in _NOT_TYPED | changed.keys()]
    form = TypedForm(request.path, (*sent, *changed.items()), told or {})
    return hold_form(access.actor(), form, clock.today())


def kept(*places: str) -> TypedForm | None:
    """The form that the query names, if who asks typed it at one of ``places``; who asks for one gone is told so."""
    return _kept(lambda place: place in places)


def kept_under(page: str) -> TypedForm | None:
    """The form that the query names, if it was typed at an address under that of ``page``; else as `kept`."""
    return _kept(lambda place: place.startswith(f"{page}/"))


def _kept(is_ours: Callable[[str], bool]) -> TypedForm | None:
    code = request.args.get(TYPED, "")
    found = find_form(access.actor(), code) if code else None
    if found and is_ours(found.place):
        return found
    if code:
        flash("Lo que había escrito ya no está guardado. Escríbalo otra vez.", "warning")
    return None


@dataclass(frozen=True, slots=True)
class LostForm:
    """What was typed in a form that is no longer on its page, with what was told of it."""

    title: str
    told: list[str]
    texts: list[str]


def lost(typed: TypedForm, title: str) -> LostForm:
    """What a person typed in boxes that tell them something, to be copied from under ``title``."""
    boxes = (text.strip() for name, text in typed.boxes if not name.endswith(_UNTOLD))
    told = [line for lines in typed.told.values() for line in lines]
    return LostForm(title, told, [text for text in boxes if text])


def filled(typed: TypedForm | None) -> dict[str, Any]:
    """What a form is made with: what was typed, or nothing. It is only shown: what is sent has its own token."""
    return {"formdata": MultiDict(typed.boxes), "meta": {"csrf": False}} if typed else {"formdata": None}


def tell(form: Form, typed: TypedForm) -> None:
    """Say at its box what was told of a form when it was sent, but for what its own check has said already."""
    said = {text for errors in form.errors.values() for text in errors}
    for name, texts in typed.told.items():
        new = [text for text in texts if text not in said]
        if name in form:
            form[name].errors = [*form[name].errors, *new]
        else:
            form.form_errors += new
