"""Scheduler processes on both engines: one leads, another takes over, and it stops when asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask

from pp_monitor.config import Settings
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.job import last_beat
from tests.scheduling import early_vigencia


@pytest.fixture
def vigencia(mailing_app: Flask) -> Iterator[Vigencia]:
    with early_vigencia(mailing_app) as vigencia:
        yield vigencia


CHILD = """
import logging, os, sys
from pathlib import Path
from pp_monitor import create_app, scheduler
from pp_monitor.config import Settings

app = create_app(Settings(instance_dir=Path(sys.argv[1]), database_url=sys.argv[2], smtp_url=sys.argv[3]))
true_tick = scheduler.Ticker.tick
def told_tick(self, *when):
    print("lead" if true_tick(self, *when) else "wait", flush=True)
scheduler.Ticker.tick = told_tick
# A minute is long for a test: the same scheduler, faster.
from apscheduler.triggers.interval import IntervalTrigger
true_init = IntervalTrigger.__init__
IntervalTrigger.__init__ = lambda self, minutes, **more: true_init(self, seconds=0.2, **more)
scheduler.run(app)
print("stopped", flush=True)
"""


def start_scheduler(settings: Settings) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", CHILD, str(settings.instance_dir), settings.database_url, settings.smtp_url]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ | {"TZ": "UTC"})


def next_line(process: subprocess.Popen[str], *, other_than: str = "") -> str:
    assert process.stdout
    for line in process.stdout:
        if line.strip() != other_than:
            return line.strip()
    return "nothing"


@pytest.mark.slow
def test_when_the_leading_process_is_killed_the_other_leads_and_stops_when_asked(
    vigencia: Vigencia, mailing_app: Flask
) -> None:
    settings: Settings = mailing_app.config["SETTINGS"]
    db.session.rollback()
    with start_scheduler(settings) as first:
        assert next_line(first) == "lead"
        with start_scheduler(settings) as second:
            assert next_line(second) == "wait"
            first.send_signal(signal.SIGKILL)
            assert next_line(second, other_than="wait") == "lead"
            second.send_signal(signal.SIGTERM)
            assert next_line(second, other_than="lead") == "stopped"
            assert second.wait(10) == 0
    assert last_beat("scheduler")
