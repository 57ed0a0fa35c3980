"""The own stylesheet: readable pairs of colours, and nothing that it points to is missing."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "pp_monitor" / "static"
CSS = (STATIC / "app.css").read_text(encoding="utf-8")
TOKENS = dict(re.findall(r"--pp-([\w-]+):\s*(#[0-9a-f]{6})", CSS))

TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "ground"),
    ("ink-2", "paper"),
    ("ink-2", "ground"),
    ("link", "paper"),
    ("link", "ground"),
    ("navy", "select"),
    ("navy", "ground"),
    ("demo-ink", "demo"),
    ("ok-ink", "ok"),
    ("warn-ink", "warn"),
    ("late-ink", "late"),
    ("none-ink", "none"),
    ("done-ink", "done"),
    ("late-ink", "paper"),
    ("paper", "govco"),
    ("paper", "govco-dark"),
    ("paper", "phase-1"),
    ("paper", "phase-2"),
    ("paper", "phase-3"),
]
MARK_PAIRS = [
    ("field-line", "paper"),
    ("late-fill", "paper"),
    ("ok-fill", "paper"),
    ("done-fill", "paper"),
    ("none-fill", "paper"),
]


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(TOKENS[one]), _luminance(TOKENS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_is_readable_on_its_ground(ink: str, ground: str) -> None:
    assert _contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), MARK_PAIRS)
def test_marks_and_field_borders_can_be_seen(mark: str, ground: str) -> None:
    assert _contrast(mark, ground) >= 3


def test_every_file_of_the_stylesheet_exists() -> None:
    names = re.findall(r'url\("([^"]+)"\)', CSS)
    assert len(names) == 4
    assert all((STATIC / name).is_file() for name in names)


def test_every_token_that_is_used_is_defined() -> None:
    used = set(re.findall(r"var\(--pp-([\w-]+)\)", CSS))
    defined = set(re.findall(r"--pp-([\w-]+):", CSS))
    assert used <= defined
