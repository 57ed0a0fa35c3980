"""Addresses of documents that people hand in."""

from __future__ import annotations

from urllib.parse import urlsplit

from pp_monitor.domain.errors import Problem

_LONGEST = 400


def link_problem(url: str) -> Problem | None:
    """What is wrong with the address of a document, none for a sound or an empty one.

    >>> link_problem("https://www.contratos.gov.co/acta.pdf") is None
    True
    >>> link_problem("javascript:alert(1)").what
    'El enlace no es una dirección web.'
    """
    if not url:
        return None
    fix = "Copie la dirección completa, que empieza por https://."
    try:
        parts = urlsplit(url)
    except ValueError:
        return Problem("El enlace no es una dirección web.", fix)
    if parts.scheme not in ("http", "https") or not parts.netloc or not url.isprintable() or " " in url:
        return Problem("El enlace no es una dirección web.", fix)
    return Problem("El enlace es demasiado largo.", fix) if len(url) > _LONGEST else None
