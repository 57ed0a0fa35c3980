"""The pictures of *Análisis* under the pointer, on paper and without their library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.site import Visitor, visiting


@pytest.fixture
def reader(browser: Browser, demo_address: str) -> Iterator[Visitor]:
    """Planning on a common screen."""
    with visiting(browser, demo_address, width=1366) as visitor:
        visitor.log_in("planeacion@example.org")
        yield visitor


def test_the_pointer_reads_the_curve_on_a_day(reader: Visitor) -> None:
    reader.go("/analisis")
    live = reader.page.locator(".pp-plot-live")
    expect(live).to_have_attribute("aria-label", reader.page.locator("#curva p").first.inner_text())
    box = live.bounding_box()
    assert box
    reader.page.mouse.move(box["x"] + box["width"] / 3, box["y"] + 60)
    said = live.locator("text", has_text="Programado: ")
    expect(said).to_be_visible()
    expect(live.locator("text", has_text=" de 2022")).to_be_visible()
    reader.page.mouse.move(0, 0)
    expect(said).not_to_be_visible()
    assert reader.complaints == []


def test_on_paper_the_picture_of_the_server_stands(reader: Visitor) -> None:
    reader.go("/analisis")
    live, still = reader.page.locator(".pp-plot-live"), reader.page.locator(".pp-plot")
    expect(live).to_be_visible()
    expect(still).not_to_be_visible()
    reader.page.emulate_media(media="print")
    expect(live).not_to_be_visible()
    expect(still).to_be_visible()


def test_without_the_library_the_picture_of_the_server_stays(reader: Visitor) -> None:
    reader.page.route("**/echarts*", lambda route: route.abort())
    reader.go("/analisis")
    reader.page.wait_for_load_state("networkidle")
    expect(reader.page.locator(".pp-plot")).to_be_visible()
    assert reader.page.locator(".pp-graph-live").count() == 0
