"""WeasyPrint, kept to one folder: a program of its own, which reads a page and writes a file.

``python pdf_writer.py FOLDER`` takes the markup as UTF-8 and gives the PDF. It ends with 3 where WeasyPrint or pango
cannot be loaded.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

try:
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse
except (ImportError, OSError):
    sys.exit(3)

VARIANT = "pdf/ua-1"


class StaticFolder(URLFetcher):  # type: ignore[misc]
    """Reads the files of one folder; anything else is left out of the page."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=("file",), allow_redirects=False)
        self._folder = folder.resolve()

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The file at ``url``; raise ``ValueError`` for one that lies elsewhere."""
        path = Path(url2pathname(urlsplit(url).path)).resolve()
        if urlsplit(url).scheme != "file" or not path.is_relative_to(self._folder):
            raise ValueError(f"outside the folder: {url}")
        return super().fetch(url, headers)


def write_pdf(markup: str, static_folder: Path) -> bytes:
    """The page laid out and tagged; its relative addresses lie in ``static_folder``."""
    base = f"{static_folder.resolve().as_uri()}/"
    page: Any = HTML(string=markup, base_url=base, url_fetcher=StaticFolder(static_folder))
    made: bytes = page.write_pdf(pdf_variant=VARIANT)
    return made


if __name__ == "__main__":
    sys.stdout.buffer.write(write_pdf(sys.stdin.buffer.read().decode(), Path(sys.argv[1])))
