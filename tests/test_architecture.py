"""The house rules that a machine can check, each with the lines that break it."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pp_monitor"
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
TESTED_LAYERS = ("domain", "services", "intake", "reports")


def tracked(*patterns: str) -> list[Path]:
    """Files under version control, or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in dict.fromkeys(listed) if (ROOT / name).is_file()]


def modules() -> list[Path]:
    """The product's own Python, without the migrations."""
    return tracked("pp_monitor/*.py", "bench/*.py", "wsgi.py")


def breaking(files: list[Path], pattern: str) -> list[str]:
    """Each line of ``files`` that ``pattern`` matches, with its place."""
    wanted = re.compile(pattern)
    return [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if wanted.search(line)
    ]


def test_imports_go_down_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_only_services_commit() -> None:
    files = [file for file in modules() if PACKAGE / "services" not in file.parents]
    assert breaking(files, r"\bcommit\(") == []


def test_only_the_clock_reads_the_clock() -> None:
    files = [file for file in modules() if file.name != "clock.py" and ROOT / "bench" not in file.parents]
    assert breaking(files, r"\b(datetime\.(now|today)|date\.today|utcnow|time\.(time|localtime|gmtime))\b") == []


def test_rules_files_and_models_never_ask_the_clock_module() -> None:
    files = tracked(*(f"pp_monitor/{layer}/*.py" for layer in ("domain", "intake", "reports", "models", "forms")))
    assert breaking(files, r"\bclock\b.*import|import.*\bclock\b") == []


def test_services_are_told_which_day_it_is() -> None:
    assert breaking(tracked("pp_monitor/services/*.py"), r"\bclock\.today\b|clock import.*\btoday\b") == []


def pages() -> list[Path]:
    """Templates of the product that are not mail, whose readers drop style sheets."""
    return [file for file in tracked("pp_monitor/templates/*.html") if "mail" not in file.parts]


def test_only_macros_hold_raw_tables_and_fields() -> None:
    files = [file for file in pages() if "macros" not in file.parts]
    assert breaking(files, r"<(table|input|select|textarea)\b") == []


@pytest.mark.parametrize("pattern", [r"\sstyle\s*=", r"<[^>]*\son[a-z]+\s*=", r"<style\b", r"<script\b(?![^>]*\bsrc=)"])
def test_pages_hold_nothing_inline(pattern: str) -> None:
    assert breaking(pages(), pattern) == []


@pytest.mark.parametrize("pattern", [r"\|\s*safe\b", r"autoescape\s+false", r"\bMarkup\("])
def test_nothing_on_a_page_escapes_escaping(pattern: str) -> None:
    assert breaking(pages(), pattern) == []


def test_modules_are_short() -> None:
    lengths = {file: len(file.read_text().splitlines()) for file in modules()}
    assert [f"{file.relative_to(ROOT)}: {length}" for file, length in lengths.items() if length > LONGEST_MODULE] == []


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Name and lines, decorators aside, of each function of ``file``."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.end_lineno - node.lineno + 1


def test_functions_are_short() -> None:
    found = [(file, name, length) for file in modules() for name, length in functions(file)]
    assert [
        f"{file.relative_to(ROOT)}: {name}: {length}" for file, name, length in found if length > LONGEST_FUNCTION
    ] == []


def test_nothing_is_left_for_later() -> None:
    files = [*modules(), *tracked("migrations/*.py", "tests/*.py", "pp_monitor/templates/*", "docs/*.md", "*.md")]
    files = [file for file in files if file != Path(__file__)]
    assert breaking(files, r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError|lorem ipsum") == []


def test_no_test_is_skipped() -> None:
    files = [file for file in tracked("tests/*.py") if file != Path(__file__)]
    assert breaking(files, r"pytest\.(skip|xfail|importorskip)|mark\.(skip|xfail)|\btime\.sleep\b") == []


def broad_catches(file: Path) -> Iterator[ast.ExceptHandler]:
    """Handlers of every exception that do not raise it again."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ExceptHandler) and not isinstance(node.body[-1], ast.Raise):
            caught = ast.unparse(node.type) if node.type else "BaseException"
            if caught in ("Exception", "BaseException"):
                yield node


def test_only_a_job_run_and_a_mail_send_catch_everything() -> None:
    found = [str(file.relative_to(ROOT)) for file in modules() for _ in broad_catches(file)]
    assert sorted(found) == ["pp_monitor/scheduler.py", "pp_monitor/services/delivery.py"]


def test_tests_mirror_the_modules() -> None:
    """Each module has its test file, or shares that of its noun (`budget_rows` that of `budget`)."""
    missing = [
        f"{layer}/{file.name}"
        for layer in TESTED_LAYERS
        for file in tracked(f"pp_monitor/{layer}/*.py")
        if file.parent.name == layer and file.name != "__init__.py" and noun(file.stem) not in nouns_with_tests(layer)
    ]
    assert missing == []


def noun(stem: str) -> str:
    return stem.split("_")[0]


def nouns_with_tests(layer: str) -> set[str]:
    return {noun(file.stem.removeprefix("test_")) for file in tracked(f"tests/{layer}/test_*.py")}


def test_no_file_names_a_machine_or_a_package_index() -> None:
    done = subprocess.run([ROOT / "scripts" / "check-addresses"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_documents_name_files_that_are_there() -> None:
    documents = tracked("*.md", "docs/*.md", "docs/adr/*.md")
    named = re.compile(r"`((?:pp_monitor|docs|tests|bench|migrations|scripts)/[\w./-]+)`|\]\(([\w./-]+)\)")
    missing = [
        f"{document.relative_to(ROOT)}: {path or link}"
        for document in documents
        for path, link in named.findall(document.read_text())
        if not (ROOT / path if path else document.parent / link).exists()
    ]
    assert missing == []
