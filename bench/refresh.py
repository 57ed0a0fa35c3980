"""Comparing plan and progress of every milestone, and the alerts that follow."""

from __future__ import annotations

import sys
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from bench import demo
from bench.measure import Figure, median_seconds, memory_figures, tell
from pp_monitor import clock
from pp_monitor.scheduler import scheduler_actor
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.entity import find_vigencia


def measure(instance: Path) -> list[Figure]:
    """The daily job with nothing remembered, turn about for two days a month apart, so that alerts change each time."""
    app = demo.application(demo.copied(instance, "refresh"))
    with app.app_context():
        vigencia, today = find_vigencia(demo.YEAR), clock.today()
        vigencia_id, actor = vigencia.id, scheduler_actor(vigencia.entity_id)
        days = cycle((today - timedelta(days=30), today))
        seconds = median_seconds(
            lambda: refresh_alerts(vigencia_id, next(days), actor), before=lambda: demo.forget_assessments(app)
        )
    return [
        Figure("Actualizar todos los hitos y sus alertas, con todas las reglas", seconds, 1, "s"),
        *memory_figures("actualizar"),
    ]


if __name__ == "__main__":
    tell(measure(Path(sys.argv[1])))
