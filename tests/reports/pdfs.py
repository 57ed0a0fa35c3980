"""What another program reads in a PDF."""

from __future__ import annotations

import re
import subprocess
import zlib
from pathlib import Path


def told(program: str, content: bytes, folder: Path, *options: str) -> str:
    """What one of poppler's programs says of the file; ``options`` follow its name."""
    file = folder / "made.pdf"
    file.write_bytes(content)
    return subprocess.run([program, *options, str(file)], check=True, capture_output=True, text=True).stdout


def info(content: bytes, folder: Path) -> dict[str, str]:
    """The properties of the file by name."""
    lines = told("pdfinfo", content, folder).splitlines()
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def words(content: bytes, folder: Path) -> str:
    """Its text with single spaces."""
    file = folder / "made.pdf"
    file.write_bytes(content)
    command = ["pdftotext", "-layout", str(file), "-"]
    return " ".join(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def language(content: bytes) -> str:
    """The language that the file declares for its whole text; none as empty."""
    packed = re.findall(rb"/FlateDecode[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    declared = [re.search(rb"/Lang ?\(([\w-]+)\)", zlib.decompressobj().decompress(each)) for each in packed]
    return next((found.group(1).decode() for found in declared if found), "")
