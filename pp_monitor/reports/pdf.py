"""Pages as PDF/UA: markup in, a tagged file out, where the system has what it takes."""

from __future__ import annotations

import ctypes
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from pp_monitor.domain.errors import PpMonitorError

MEDIA_TYPE = "application/pdf"
# What WeasyPrint opens when it is imported, under its names on Linux, macOS and Windows.
_LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
)
REMEDY = (
    "Para que los haga, el administrador instala en él libpango-1.0-0, libpangoft2-1.0-0 y libharfbuzz-subset0 "
    "(con apt-get, en Debian o Ubuntu)."
)
# Pango's fonts are shared by the threads of a process, and one page laid out at a time bounds its memory.
_one_at_a_time = Lock()


class PdfUnavailableError(PpMonitorError):
    """This system lacks WeasyPrint or pango; the message says what to install."""

    def __init__(self) -> None:
        super().__init__(f"Este servidor no puede hacer archivos PDF. {REMEDY}")


def can_make_pdf() -> bool:
    """Whether the library and the system's part of it are there; loads neither of WeasyPrint's modules."""
    return find_spec("weasyprint") is not None and all(_opens(names) for names in _LIBRARIES)


def _opens(names: tuple[str, ...]) -> bool:
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def make_pdf(markup: str, static_folder: Path) -> bytes:
    """A page as PDF/UA-1 (ISO 14289-1), tagged, its title and language those of the markup.

    Addresses in it are relative to ``static_folder``; nothing else is read and no network is asked.
    Raise ``PdfUnavailableError`` where the system cannot.
    """
    if not can_make_pdf():
        raise PdfUnavailableError
    try:
        # Imported here: it takes a second, which only who asks for a file should wait.
        from pp_monitor.reports.pdf_writer import write_pdf
    except (ImportError, OSError) as error:
        raise PdfUnavailableError from error
    with _one_at_a_time:
        return write_pdf(markup, static_folder)
