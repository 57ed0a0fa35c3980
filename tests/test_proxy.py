"""Who asks, with and without a proxy in front."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, request

from pp_monitor import access

FORWARDED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("public_url", "address", "is_secure"),
    [("https://pp.example.org", "203.0.113.9", True), ("http://127.0.0.1:8000", "127.0.0.1", False)],
)
def test_a_proxy_is_believed_only_where_the_public_address_says_there_is_one(
    database_url: str, make_app: Callable[..., Flask], public_url: str, address: str, is_secure: bool
) -> None:
    app = make_app(database_url, public_url=public_url)
    with app.test_client() as browser:
        browser.get("/healthz", headers=FORWARDED)
        assert (access.address(), request.is_secure) == (address, is_secure)


def test_an_address_that_the_reader_claims_is_not_the_one_of_the_proxy(
    database_url: str, make_app: Callable[..., Flask]
) -> None:
    app = make_app(database_url, public_url="https://pp.example.org")
    with app.test_client() as browser:
        browser.get("/healthz", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
        assert access.address() == "203.0.113.9"
