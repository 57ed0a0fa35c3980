"""The consolidated workbook against a bare write of its cells."""

from __future__ import annotations

from bench import workbook
from bench.measure import Figure, tell


def measure() -> list[Figure]:
    """On a made-up vigencia of the size of the demonstration."""
    figures = workbook.measure()
    return [Figure("Libro consolidado frente a escribir sus celdas a secas", figures.ratio, workbook.RATIO_LIMIT, "×")]


if __name__ == "__main__":
    tell(measure())
