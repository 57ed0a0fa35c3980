"""``python -m bench``: each figure beside its limit; status 1 when one is over."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import demo
from bench.measure import Figure, in_fresh_process

MODULES = (
    "bench.refresh",
    "bench.cases",
    "bench.closing",
    "bench.workbook_ratio",
    "bench.intake",
    "bench.plan_file",
    "bench.pages",
    "bench.grid",
)


def main() -> int:
    """Make the demonstration, measure, print."""
    all_ok = True
    with tempfile.TemporaryDirectory(prefix="pp-bench-") as folder:
        instance = Path(folder) / "instance"
        print("Preparando la demostración…", flush=True)
        demo.make(instance)
        print(f"{'cifra':<62}{'valor':>12}{'límite':>12}")
        for module in MODULES:
            for figure in in_fresh_process(module, instance):
                print(_row(figure), flush=True)
                all_ok = all_ok and figure.is_ok
    return 0 if all_ok else 1


def _row(figure: Figure) -> str:
    value, limit = _told(figure.value, figure.unit), _told(figure.limit, figure.unit)
    return f"{figure.name:<62}{value:>12}{limit:>12}  {'OK' if figure.is_ok else 'REVISAR'}"


def _told(value: float, unit: str) -> str:
    return f"{value:.{0 if unit in ('ms', 'MB') else 2}f} {unit}".replace(".", ",")


if __name__ == "__main__":
    sys.exit(main())
