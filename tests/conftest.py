"""Fixtures for every test: databases of both engines, an SMTP server, the application on each."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine, event
from werkzeug.routing import Rule

from pp_monitor.config import Settings
from pp_monitor.extensions import db
from tests.engines import PostgresServer, SmtpServer, running_postgres, running_smtp

# The same examples each time: a red run must be red again when repeated.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("steady")

BOTH_ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]

AppFactory = Callable[..., Flask]

_COMPILED: dict[str, tuple[Dialect, dict[Any, Any]]] = {}


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the collector need not look at it after each few objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL cluster of this run alone."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """Address of that cluster's maintenance database."""
    return postgres_server.url("postgres")


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A real SMTP server that keeps its messages."""
    with running_smtp() as server:
        yield server


@pytest.fixture(params=BOTH_ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database, once on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        with _postgres_database(request, "template1") as url:
            yield url


@pytest.fixture(params=BOTH_ENGINES)
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database with the newest schema and no row, once on each engine."""
    if request.param == "sqlite":
        yield _copy_sqlite(request, tmp_path)
    else:
        with _postgres_database(request, request.getfixturevalue("postgres_template")) as url:
            yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.sqlite3"
    _migrate(folder, f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a PostgreSQL database with the newest schema, to be copied."""
    name = postgres_server.create()
    _migrate(tmp_path_factory.mktemp("template"), postgres_server.url(name))
    return name


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[AppFactory]:
    """A function that builds the application on a database address, with any other setting by name."""
    with ExitStack() as stack:

        def make(database_url: str, **settings: Any) -> Flask:
            return stack.enter_context(_running_app(tmp_path / "instance", database_url, **settings))

        yield make


@pytest.fixture
def app(request: pytest.FixtureRequest, tmp_path: Path, make_app: AppFactory) -> Flask:
    """The application on a migrated, empty SQLite database."""
    return make_app(_copy_sqlite(request, tmp_path))


@pytest.fixture
def any_app(migrated_url: str, make_app: AppFactory) -> Flask:
    """The application on a migrated, empty database, once on each engine."""
    return make_app(migrated_url)


@pytest.fixture
def mailing_app(migrated_url: str, make_app: AppFactory, smtp_server: SmtpServer) -> Flask:
    """The application with the test's own mail server, once on each engine."""
    return make_app(migrated_url, smtp_url=smtp_server.url)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, logged in as nobody."""
    return app.test_client()


@pytest.fixture(scope="session")
def demo_folder(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the demonstration as its command builds it; copy it before changing it."""
    from pp_monitor.mail_templates import render_mail
    from pp_monitor.services import demo
    from pp_monitor.services.entity import load_reference_data

    folder = tmp_path_factory.mktemp("demo")
    address = f"sqlite:///{shutil.copy(sqlite_template, folder / 'pp_monitor.sqlite3')}"
    with _running_app(folder, address) as app, app.app_context():
        load_reference_data()
        demo.build_demo(demo.UNTIL, render=render_mail)
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The distribution's Chromium, which asks nothing of the network by itself."""
    quiet = ("background-networking", "component-update", "sync", "quic", "gpu")
    return {
        "executable_path": shutil.which("chromium"),
        "args": ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)],
    }


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A person in Cali."""
    return {"locale": "es-CO", "timezone_id": "America/Bogota"}


def _copy_sqlite(request: pytest.FixtureRequest, folder: Path) -> str:
    template: Path = request.getfixturevalue("sqlite_template")
    return f"sqlite:///{shutil.copy(template, folder / 'migrated.sqlite3')}"


@contextmanager
def _postgres_database(request: pytest.FixtureRequest, template: str) -> Iterator[str]:
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create(template)
    try:
        yield server.url(name)
    finally:
        server.drop(name)


class _CompiledTemplates(BytecodeCache):
    """Each test has an application of its own, and compiling the same pages again is half of what a test costs."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


_TEMPLATES = _CompiledTemplates()


def _share_compiled_statements(engine: Engine) -> None:
    """The same for statements: SQLAlchemy keeps them by dialect, and each engine would bring a new one.

    A dialect learns its server's version at the first connection; one that has not is no use to another engine.
    """
    name = engine.dialect.name
    if name not in _COMPILED or _COMPILED[name][0].server_version_info is None:
        _COMPILED[name] = (engine.dialect, {})
    engine.dialect, statements = _COMPILED[name]
    engine.update_execution_options(compiled_cache=statements)


def _trust_the_machine(engine: Engine) -> None:
    """No waiting for the disk: what a test wrote is not needed after the machine has failed."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))


def _remember_builders() -> None:
    """And for addresses: Werkzeug writes and compiles two functions for each rule of each application."""
    compile_builder, known = Rule._compile_builder, {}

    def remembered(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, rule.endpoint, repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    Rule._compile_builder = remembered  # type: ignore[method-assign]


_remember_builders()


@contextmanager
def _running_app(instance_dir: Path, database_url: str, **settings: Any) -> Iterator[Flask]:
    """The application, its connections closed after: an open one would keep the database from being dropped."""
    from pp_monitor import create_app
    from pp_monitor.extensions import db

    app = create_app(Settings(instance_dir=instance_dir, database_url=database_url, **settings))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.jinja_env.bytecode_cache = _TEMPLATES
    with app.app_context():
        _share_compiled_statements(db.engine)
        _trust_the_machine(db.engine)
    yield app
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def _migrate(instance_dir: Path, database_url: str) -> None:
    with _running_app(instance_dir, database_url) as app, app.app_context():
        flask_migrate.upgrade()


@pytest.fixture
def count_queries() -> Callable[[Callable[[], object]], int]:
    """How many statements a call sends to the database; call it within an application context."""

    def count(call: Callable[[], object]) -> int:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    return count
