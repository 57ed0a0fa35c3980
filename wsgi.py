"""Entry point of production web servers: ``gunicorn wsgi:app``."""

from pp_monitor import create_app

app = create_app()
