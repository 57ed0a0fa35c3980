"""The vendored files are exactly those that were recorded, and nothing else."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

VENDOR = Path(__file__).parents[2] / "pp_monitor" / "static" / "vendor"
RECORDS = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["file"])
def test_vendored_file_is_the_recorded_one(record: dict[str, str]) -> None:
    content = (VENDOR / record["file"]).read_bytes()
    assert base64.b64encode(hashlib.sha384(content).digest()).decode() == record["sha384"]
    assert record["version"] in record["file"]


def test_every_vendored_file_is_recorded() -> None:
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert found == {record["file"] for record in RECORDS} | {"vendor.json"}


def test_every_package_carries_its_licence() -> None:
    folders = {record["file"].split("/")[0] for record in RECORDS}
    assert all((VENDOR / folder / "LICENSE").stat().st_size > 500 for folder in folders)


def test_no_vendored_text_asks_for_a_source_map() -> None:
    texts = [path.read_text(encoding="utf-8") for path in VENDOR.rglob("*.css")]
    assert texts
    assert not any("sourceMappingURL" in text for text in texts)
