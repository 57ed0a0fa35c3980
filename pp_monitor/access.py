"""Who may do what: each view declares its readers, and no other view is served.

The declaration is a mark on the view; one check before every request enforces it, so that
a view without a mark is an error and not an open door. `docs/roles.md` has the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import flask_login
from flask import Flask, current_app, g, request, session

from pp_monitor import clock
from pp_monitor.domain import account as rules
from pp_monitor.domain.account import CITY_READERS, EVIDENCE_READERS, READERS, REGISTRARS, TRAIL_READERS, Grant, Role
from pp_monitor.domain.errors import ForbiddenError, NotFoundError, PpMonitorError
from pp_monitor.domain.invitation import has_ended, managed_roles
from pp_monitor.domain.verification import Reporter
from pp_monitor.extensions import login_manager
from pp_monitor.models.progress import FactSource
from pp_monitor.services import session as sessions
from pp_monitor.services import verification
from pp_monitor.services.audit import Actor

__all__ = ["CITY_READERS", "EVIDENCE_READERS", "READERS", "REGISTRARS", "TRAIL_READERS", "Role"]

View = TypeVar("View", bound=Callable[..., Any])


class LoginNeededError(PpMonitorError):
    """The page is for people who have entered, and this one has not."""

    def __init__(self) -> None:
        super().__init__("Ingrese para ver esta página.")


class NoticePendingError(PpMonitorError):
    """This person has entered and not yet accepted the privacy notice."""

    def __init__(self) -> None:
        super().__init__("Lea y acepte primero el aviso de privacidad.")


@dataclass(frozen=True, slots=True)
class Access:
    """What a view declares: open to all, or to those logged in, with one of ``roles`` if any are named.

    ``needs_notice`` is false only for what leads to accepting the privacy notice.
    """

    is_public: bool = False
    roles: frozenset[Role] = frozenset()
    needs_notice: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """Who sends this request, with the roles in force today (Flask-Login's ``current_user``)."""

    token: str
    user_id: int
    entity_id: int
    email: str
    label: str
    session_id: int
    grants: tuple[Grant, ...]
    has_accepted: bool

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the cookie carries: the secret of the session, never the account."""
        return self.token


def public(view: View) -> View:
    """Let everyone in."""
    return _declare(view, Access(is_public=True))


def logged_in(view: View) -> View:
    """Let in whoever has entered, whatever the role."""
    return _declare(view, Access())


def before_notice(view: View) -> View:
    """Let in whoever has entered, also before the privacy notice is accepted."""
    return _declare(view, Access(needs_notice=False))


def roles(*allowed: Role) -> Callable[[View], View]:
    """Let in whoever has one of these roles today."""
    if not allowed:
        raise ValueError("name at least one role")
    return lambda view: _declare(view, Access(roles=frozenset(allowed)))


def _declare(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def declared(app: Flask, endpoint: str) -> Access | None:
    """What the view of ``endpoint`` declares; static files are public."""
    if endpoint == "static":
        return Access(is_public=True)
    return cast("Access | None", getattr(app.view_functions[endpoint], "access", None))


def person() -> Person | None:
    """Who sends this request; none for a stranger."""
    user = flask_login.current_user
    return cast("Person", user._get_current_object()) if user.is_authenticated else None


def require_person() -> Person:
    """Who sends this request; raise ``LoginNeededError`` for a stranger."""
    found = person()
    if found is None:
        raise LoginNeededError
    return found


def actor() -> Actor:
    """The same as the audit trail names it, with the address of the request."""
    who = require_person()
    return Actor(who.entity_id, who.label, who.user_id, address())


def address() -> str:
    """Where the request comes from."""
    return request.remote_addr or ""


def has_role(*wanted: Role) -> bool:
    """Whether this person has one of these roles today."""
    who = person()
    return who is not None and not rules.roles_in(who.grants).isdisjoint(wanted)


def judged_sources(reporter: Reporter) -> frozenset[FactSource]:
    """By which ways the dates came in that this person verifies and returns; empty for who judges none."""
    who = person()
    return verification.judged_sources(reporter, rules.roles_in(who.grants)) if who else frozenset()


def managed() -> frozenset[Role]:
    """The roles that this person may give to others and end."""
    return managed_roles(rules.roles_in(require_person().grants))


def visible_organism_ids() -> frozenset[int] | None:
    """The organisms whose projects this person may read; none when all of them."""
    grants = require_person().grants
    if rules.roles_in(grants) & CITY_READERS:
        return None
    return frozenset(grant.organism_id for grant in grants if grant.organism_id is not None)


def visible_organism_codes() -> frozenset[str] | None:
    """The same by code; none when all of them."""
    if visible_organism_ids() is None:
        return None
    return frozenset(grant.organism_code for grant in require_person().grants if grant.organism_code)


def can_see(organism_id: int) -> bool:
    """Whether this person may read the projects of an organism."""
    return rules.sees_organism(require_person().grants, organism_id)


def can_write(organism_id: int) -> bool:
    """Whether this person may register and report for an organism."""
    return rules.writes_organism(require_person().grants, organism_id)


def writable_organism_codes() -> frozenset[str] | None:
    """The organisms whose projects this person may write, by code; none when all of them."""
    grants = require_person().grants
    if Role.PLANEACION in rules.roles_in(grants):
        return None
    return frozenset(grant.organism_code for grant in grants if grant.role is Role.ENLACE)


def require_see(organism_id: int) -> None:
    """Raise ``NotFoundError`` for another organism's project: it must not even be known to exist."""
    if not can_see(organism_id):
        raise NotFoundError("No existe, o no está entre lo que usted puede consultar.")


def require_write(organism_id: int) -> None:
    """Raise ``NotFoundError`` where this person may not read, ``ForbiddenError`` where not write."""
    require_see(organism_id)
    if not can_write(organism_id):
        raise ForbiddenError("Usted puede consultar este organismo, pero no registrar en él.")


def enter(token: str) -> None:
    """Put a session opened by ``services.session.log_in`` into the cookie, and nothing else from before."""
    session.clear()
    # Flask-WTF keeps the token of the session just forgotten for the rest of the request.
    g.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)
    found = _load(token)
    if found is None:
        raise LoginNeededError
    flask_login.login_user(found)


def reload() -> None:
    """Read again who is here, after something about this person changed."""
    if found := _load(require_person().token):
        flask_login.login_user(found)


def leave() -> None:
    """Forget who was here."""
    flask_login.logout_user()
    session.clear()


def safe_next(target: str) -> str:
    """``target`` if it is a path of this site, else an empty text."""
    parts = urlsplit(target)
    is_path = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if is_path and not parts.scheme and not parts.netloc and target.isprintable() else ""


def _load(token: str) -> Person | None:
    found = sessions.find_account(token, clock.utc_now())
    today = clock.today()
    if found is None or has_ended(found.grants, today):
        return None
    held = _held(found.grants, today)
    return Person(
        token, found.user_id, found.entity_id, found.email, found.label, found.session_id, held, found.has_accepted
    )


def _held(grants: tuple[Grant, ...], today: date) -> tuple[Grant, ...]:
    return tuple(grant for grant in grants if grant.holds_on(today))


def _check() -> None:
    """Serve no view that does not declare its readers, and those only to them."""
    if request.endpoint is None:
        return
    access = declared(current_app, request.endpoint)
    if access is None:
        raise RuntimeError(f"{request.endpoint} does not declare who may use it")
    g.is_private = not access.is_public
    if access.is_public:
        return
    who = require_person()
    if access.needs_notice and not who.has_accepted:
        raise NoticePendingError
    if access.roles and rules.roles_in(who.grants).isdisjoint(access.roles):
        raise ForbiddenError("Su cuenta no incluye esta función.")


def init_app(app: Flask) -> None:
    """Check every request, after the CSRF check."""
    login_manager.session_protection = "basic"
    login_manager.user_loader(_load)
    app.before_request(_check)
