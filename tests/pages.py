"""A browser without JavaScript that checks every page it gets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.entity import Organism
from pp_monitor.services.session import open_session
from pp_monitor.services.transaction import writing
from pp_monitor.views.headers import CONTENT_SECURITY_POLICY
from tests.factories_db import make_user

# What a parser reads letter by letter and cannot find wrong: words between two tags, values of attributes.
PLAIN = re.compile(r'>\s*[^\s<>&][^<>&]*<|>\s+<|="[^"<>&]+"')
# What a person reads where nothing is, or nothing that is theirs, and where their role does not let them in.
NOT_FOUND = "No encontramos esta página"
FORBIDDEN = "Usted no tiene permiso para ver esta página"
TITLE = re.compile(r"<title>([^<]+) · Presupuesto participativo</title>")


@dataclass(slots=True)
class Page:
    """A checked response; ``text`` is what a person reads, without markup and with single spaces."""

    response: TestResponse
    html: str
    text: str
    title: str

    @property
    def location(self) -> str:
        """Where a redirect leads, empty when it is none."""
        return self.response.headers.get("Location", "")

    def __contains__(self, words: str) -> bool:
        return words in self.text


def as_role(app: Flask, role: Role | None, organism: Organism | None = None, **options: Any) -> Pages:
    """A browser of a new person with that role; ``options`` are those of `make_user`."""
    with app.app_context():
        user = make_user(role, organism, **options)
    return Pages(app).log_in(user)


@dataclass(slots=True)
class Pages:
    """Asks for pages of ``app`` as one person; ``log_in`` changes who."""

    app: Flask
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def log_in(self, user: User) -> Pages:
        """Become ``user``, without the login form."""
        with self.app.app_context(), writing() as now:
            token = open_session(db.session.get_one(User, user.id), "127.0.0.1", now)
        with self.client.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return self

    def get(self, url: str, status: int = 200, **options: Any) -> Page:
        """Ask for a page and check it."""
        return self.request("GET", url, status, **options)

    def post(self, url: str, data: dict[str, Any] | None = None, status: int = 302, **options: Any) -> Page:
        """Send a form and check the answer, by default a redirect."""
        return self.request("POST", url, status, data=data or {}, **options)

    def send(self, url: str, data: dict[str, Any] | None = None, status: int = 200, **options: Any) -> Page:
        """Send a form and follow the redirect, as a browser does, to the page that answers it."""
        return self.get(self.post(url, data, **options).location, status)

    def request(self, method: str, url: str, status: int, **options: Any) -> Page:
        """Send a request outside any application context, as a browser does."""
        with uncommitted_is_an_error(self.app):
            response = self.client.open(url, method=method, **options)
        assert response.status_code == status, f"{url}: {response.status_code}, {_words(response.text)[:600]}"
        assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        if response.mimetype != "text/html" or 300 <= status < 400:
            return Page(response, "", "", "")
        return check_page(response)


def check_page(response: TestResponse) -> Page:
    """Fail on a page that is not valid, lacks a title or its one heading, or that the policy would block."""
    html = response.text.strip()
    _check_markup(PLAIN.sub(_shortened, html))
    titles = TITLE.findall(html)
    assert len(titles) == 1, "the page needs one title"
    assert len(re.findall(r"<h1[ >]", html)) == 1, "the page needs one h1"
    assert not re.search(r"<[^>]+\sstyle\s*=", html), "inline style"
    assert not re.search(r"<[^>]+\son[a-z]+\s*=", html), "inline handler"
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)", html), "inline style or script"
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), "an id stands twice"
    assert {*re.findall(r'popovertarget="([^"]+)"', html)} <= {*ids}, "a button opens nothing"
    return Page(response, html, _words(html), titles[0])


def _shortened(plain: re.Match[str]) -> str:
    """One letter for any words, nothing for blanks and values."""
    words = plain.group()
    return '=""' if words.startswith("=") else "><" if words[1:-1].isspace() else ">x<"


@cache
def _check_markup(markup: str) -> None:
    """Fail on tags or entities that are not valid; pages that differ only in their words are asked once."""
    html5lib.HTMLParser(strict=True).parse(markup)


def _words(html: str) -> str:
    body = re.sub(r"<head>.*?</head>", "", html, flags=re.DOTALL)
    plain = re.sub(r"<[^>]+>", " ", body)
    entities = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&#34;": '"', "&#39;": "'"}
    for entity, letter in entities.items():
        plain = plain.replace(entity, letter)
    return " ".join(plain.split())


@contextmanager
def uncommitted_is_an_error(app: Flask) -> Iterator[None]:
    """Fail when a request ends with something in the session that nobody committed."""
    left: list[Any] = []

    def look(_error: BaseException | None) -> None:
        left.extend([*db.session.new, *db.session.dirty, *db.session.deleted])

    # Before the extension's own, which forgets the session.
    app.teardown_appcontext_funcs.append(look)
    try:
        yield
    finally:
        app.teardown_appcontext_funcs.remove(look)
    assert not left, f"nobody committed {left}"


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """The statements that the database gets meanwhile, without those that open and close transactions."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
