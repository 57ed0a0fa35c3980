"""Pages as PDF/UA, read back by another program."""

from __future__ import annotations

import ctypes
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pp_monitor.reports.pdf import PdfUnavailableError, can_make_pdf, make_pdf
from tests.reports.pdfs import info, language, told, words

PAGE = """<!doctype html><html lang="es-CO"><head><meta charset="utf-8"><title>Constancia de prueba</title>{head}</head>
<body><h1>Constancia</h1><p>Peñas Blancas</p>{body}</body></html>"""


def made(folder: Path, head: str = "", body: str = "") -> bytes:
    return make_pdf(PAGE.format(head=head, body=body), folder)


def test_a_page_becomes_a_tagged_file_with_its_title(tmp_path: Path) -> None:
    content = made(tmp_path)
    found = info(content, tmp_path)
    assert (found["Tagged"], found["Title"], found["Pages"]) == ("yes", "Constancia de prueba", "1")
    assert 'pdfuaid:part="1"' in told("pdfinfo", content, tmp_path, "-meta")
    assert language(content) == "es-CO"
    assert "H1" in told("pdfinfo", content, tmp_path, "-struct")
    assert "Peñas Blancas" in words(content, tmp_path)


def test_the_same_page_is_the_same_file(tmp_path: Path) -> None:
    assert made(tmp_path) == made(tmp_path)


def test_a_file_of_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "hide.css").write_text("p { display: none }")
    content = made(tmp_path, '<link rel="stylesheet" href="hide.css">')
    assert words(content, tmp_path) == "Constancia"


def test_a_file_outside_the_folder_is_not(tmp_path: Path) -> None:
    folder, secret = tmp_path / "static", tmp_path / "secret.css"
    folder.mkdir()
    secret.write_text("p { display: none }")
    links = [secret.as_uri(), "../secret.css", "data:text/css,p{display:none}"]
    for link in links:
        content = made(folder, f'<link rel="stylesheet" href="{link}"><link rel="attachment" href="{link}">')
        assert "Peñas Blancas" in words(content, tmp_path)
        assert told("pdfdetach", content, tmp_path, "-list").startswith("0 ")


def test_the_network_is_not_asked(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/mark.png"
        content = made(tmp_path, body=f'<img src="{address}" alt="Escudo">')
        with pytest.raises(BlockingIOError):
            server.accept()
    assert info(content, tmp_path)["Tagged"] == "yes"


def without_library(monkeypatch: pytest.MonkeyPatch, _: Path) -> None:
    """As where the system has no pango."""

    def refuse(name: str, *_rest: Any) -> None:
        raise OSError(f"cannot load library {name}")

    monkeypatch.setattr(ctypes, "CDLL", refuse)


def without_package(monkeypatch: pytest.MonkeyPatch, _: Path) -> None:
    """As where the extra was left out."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)


def without_other(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """As where the probe is content and the import is not."""
    (folder / "weasyprint.py").write_text('raise OSError("cannot load library")')
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.mark.parametrize(
    ("lacking", "seems"), [(without_library, False), (without_package, False), (without_other, True)]
)
def test_where_something_lacks_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacking: Any, seems: bool
) -> None:
    assert can_make_pdf()
    lacking(monkeypatch, tmp_path)
    assert can_make_pdf() is seems
    with pytest.raises(PdfUnavailableError, match=r"instala en él libpango-1\.0-0"):
        made(tmp_path)


def test_a_page_that_cannot_be_laid_out_tells_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "weasyprint"
    package.mkdir()
    (package / "__init__.py").write_text("HTML = None")
    (package / "urls.py").write_text("URLFetcher = URLFetcherResponse = object")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(subprocess.CalledProcessError) as caught:
        made(tmp_path)
    assert any("TypeError" in note for note in caught.value.__notes__)
