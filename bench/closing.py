"""Closing a month: every workbook built, then rows, files and mails stored."""

from __future__ import annotations

import sys
from pathlib import Path

from bench import demo
from bench.measure import Figure, median_seconds, memory_figures, tell
from pp_monitor import clock
from pp_monitor.mail_templates import render_mail
from pp_monitor.scheduler import scheduler_actor
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.report import CloseResult, close_cutoff


def measure(instance: Path) -> list[Figure]:
    """A reissue of today's cut-off with nothing remembered, the whole way."""
    app = demo.application(demo.copied(instance, "closing"))
    with app.app_context():
        vigencia, today = find_vigencia(demo.YEAR), clock.today()
        vigencia_id, actor = vigencia.id, scheduler_actor(vigencia.entity_id)

        def close() -> CloseResult:
            return close_cutoff(
                vigencia_id, today, today, actor, today, render=render_mail, reissue=True, reason="Medición"
            )

        seconds = median_seconds(close, before=lambda: demo.forget_assessments(app), times=3)
        files = close().files
    return [
        Figure(f"Cerrar un mes con {files} libros", seconds, 5, "s"),
        *memory_figures("cerrar"),
    ]


if __name__ == "__main__":
    tell(measure(Path(sys.argv[1])))
