"""Pages as PDF/UA: markup in, a tagged file out, where the system has what it takes."""

from __future__ import annotations

import ctypes
import subprocess  # nosec B404
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from pp_monitor.domain.errors import PpMonitorError

MEDIA_TYPE = "application/pdf"
# How the writer ends where WeasyPrint or a library of the system cannot be loaded.
CANNOT_LOAD = 3
# What WeasyPrint opens when it is imported, under its names on Linux, macOS and Windows.
_LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
)
REMEDY = (
    "Para que los haga, el administrador instala en él libpango-1.0-0, libpangoft2-1.0-0 y libharfbuzz-subset0 "
    "(con apt-get, en Debian o Ubuntu)."
)
_WRITER = Path(__file__).with_name("pdf_writer.py")
_MOST_SECONDS = 120
# One page laid out at a time bounds the memory that they take together.
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

    It is laid out in a process of its own, whose memory (some 150 MB) goes with it. Addresses in it are relative to
    ``static_folder``; nothing else is read and no network is asked. Raise ``PdfUnavailableError`` where the system
    cannot, ``subprocess.SubprocessError`` when it fails or takes over two minutes.
    """
    if not can_make_pdf():
        raise PdfUnavailableError
    # Without the folder of the program on the path (-P): its modules are named like others.
    command = [sys.executable, "-P", str(_WRITER), str(static_folder)]
    with _one_at_a_time:
        done = subprocess.run(command, input=markup.encode(), capture_output=True, timeout=_MOST_SECONDS, check=False)  # noqa: S603  # nosec
    if done.returncode == CANNOT_LOAD:
        raise PdfUnavailableError
    if done.returncode:
        error = subprocess.CalledProcessError(done.returncode, command)
        error.add_note(done.stderr.decode(errors="replace"))
        raise error
    return done.stdout
