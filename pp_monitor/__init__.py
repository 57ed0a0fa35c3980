"""Follow-up of the projects that citizens voted for, against the plan registered once."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from pp_monitor.config import Settings
from pp_monitor.domain.errors import SettingError


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from ``settings``, by default those of the environment."""
    # Imported here, so that using a rule alone does not load every page.
    from pp_monitor import cli, extensions, formatters, labels, views

    settings = settings or Settings.from_environment()
    try:
        settings.instance_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"no se puede usar la carpeta «{settings.instance_dir}»: {labels.system_trouble(error)}"
        raise SettingError("PP_INSTANCE_DIR", reason) from error
    app = Flask(__name__, instance_path=str(settings.instance_dir))
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_secure,
        # Well above the largest document, so that one that is too large is told beside its form.
        MAX_CONTENT_LENGTH=25 * 1024 * 1024,
        # A grid of a hundred projects is thousands of fields; after a lost session they come back as one.
        MAX_FORM_PARTS=20_000,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="es_CO",
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
    )
    if settings.is_secure:
        # This server does not speak TLS: a proxy does, and says who asks.
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    extensions.init_app(app)
    formatters.init_app(app)
    labels.init_app(app)
    views.init_app(app)
    cli.init_app(app)
    return app
