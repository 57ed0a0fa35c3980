"""How a figure is taken: medians, in a process of its own that reports its own peak of memory."""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

TIMES = 5
MEMORY_LIMIT_MB = 200
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside the most it may be; ``unit`` is ``s``, ``ms``, ``MB`` or ``×``."""

    name: str
    value: float
    limit: float
    unit: str

    @property
    def is_ok(self) -> bool:
        """Whether the value is within its limit."""
        return self.value <= self.limit


def median_seconds(
    work: Callable[[], object], *, before: Callable[[], object] | None = None, times: int = TIMES
) -> float:
    """Median time of ``work``; ``before`` puts things in place and is not counted."""
    found = []
    gc.collect()
    for _ in range(times):
        if before:
            before()
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return median(found)


def memory_figures(when: str) -> list[Figure]:
    """The most resident memory (10⁶ bytes) that this process ever had, and its largest child if it started any."""
    unit = 1 if sys.platform == "darwin" else 1024
    found = (
        (f"Memoria al {when}", resource.RUSAGE_SELF),
        (f"Memoria al {when}, proceso auxiliar", resource.RUSAGE_CHILDREN),
    )
    peaks = [Figure(name, resource.getrusage(who).ru_maxrss * unit / 1e6, MEMORY_LIMIT_MB, "MB") for name, who in found]
    return [figure for figure in peaks if figure.value]


def tell(figures: list[Figure]) -> None:
    """Hand the figures of a process to the one that started it."""
    print(json.dumps([asdict(figure) for figure in figures]))


def in_fresh_process(module: str, instance: Path) -> list[Figure]:
    """Run ``python -m module`` on a demonstration and read its figures; raise when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, str(instance)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return [Figure(**found) for found in json.loads(done.stdout.splitlines()[-1])]
