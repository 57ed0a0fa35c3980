"""Inicio and organisms."""

from __future__ import annotations

from flask import Flask

from tests.views.followed import follow, reader


def test_smoke(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    for url in (
        "/",
        "/organismos",
        "/organismos/4145",
        "/organismos/4162",
        "/organismos/4151",
        "/organismos.csv",
        "/proyectos",
        "/proyectos.csv",
        "/alertas",
        "/alertas/proximos-30-dias",
        "/informes",
    ):
        pages.get(url)
    for i in range(1, 9):
        pages.get(f"/proyectos/p-bp2600000{i}")
