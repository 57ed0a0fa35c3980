"""The frame and the macros: valid markup, nothing inline, every state drawn."""

import re
from dataclasses import replace

import html5lib
import pytest
from flask import Flask

from tests.templates import gallery
from tests.templates.gallery import Site

ERRORS = [400, 403, 404, 413, 500]


@pytest.fixture(scope="module")
def app() -> Flask:
    return gallery.build_app()


@pytest.fixture(scope="module")
def markup(app: Flask) -> str:
    return gallery.render_gallery(app, Site())


def _check(html: str) -> None:
    """Fail on markup that a strict parser refuses, and on anything the security policy would block."""
    html5lib.HTMLParser(strict=True).parse(html.strip())
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son\w+=", html)
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_gallery_is_valid_and_has_nothing_inline(markup: str) -> None:
    _check(markup)
    assert "Seguimiento con corte al 15 de julio de 2022" in markup


@pytest.mark.parametrize("code", ERRORS)
def test_error_page_says_what_happened_and_leads_back(app: Flask, code: int) -> None:
    html = gallery.render_error(app, code)
    _check(html)
    assert f"Error {code}" in html
    # Who may not see a page is led to the first one that is theirs.
    home = gallery.Site().nav[0].url if code == 403 else "/"
    assert f'<a class="btn btn-primary" href="{home}">Volver al inicio</a>' in html


def test_every_label_points_to_a_control(markup: str) -> None:
    ids = set(re.findall(r'\sid="([^"]+)"', markup))
    for attribute in ("for", "aria-describedby"):
        pointed = {name for names in re.findall(rf'\s{attribute}="([^"]+)"', markup) for name in names.split()}
        assert pointed
        assert pointed <= ids


def test_summary_of_errors_jumps_to_each_field(markup: str) -> None:
    ids = set(re.findall(r'\sid="([^"]+)"', markup))
    summary = markup[markup.index("pp-summary") :].split("</ul>")[0]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["name", "email", "password", "modality", "kind-0", "actual_date"]
    assert set(targets) <= ids
    assert "Este campo es obligatorio." in summary


def test_problem_of_a_cell_is_beside_it_and_linked_from_the_list(markup: str) -> None:
    assert '<a href="#cell-BP-26004119-RP">La fecha del RP' in markup
    cell = markup[markup.index('id="cell-BP-26004119-RP"') :].split("</td>")[0]
    assert 'aria-invalid="true"' in cell
    assert "Escriba una fecha igual o posterior." in cell


def test_date_field_is_a_text_box_that_names_its_format(markup: str) -> None:
    field = re.search(r'<input[^>]+id="actual_date"[^>]*>', markup)
    assert field
    assert 'type="text"' in field.group()
    assert "dd/mm/aaaa" in markup


def test_every_light_and_state_has_its_word_and_a_shape(markup: str) -> None:
    for _code, word in gallery.LIGHTS + gallery.STATES:
        assert re.search(rf"<svg[^>]*>(<[^>]+/?>)+</svg>{word}</span>", markup)


def test_cells_of_a_list_carry_their_heading_for_a_phone(markup: str) -> None:
    assert '<td class="pp-num " data-label="Proyectos">31</td>' in markup
    assert 'aria-sort="descending"' in markup


def test_progress_and_timeline_are_told_in_words(markup: str) -> None:
    assert 'aria-label="Real 33,0 %, programado 53,0 %"' in markup
    assert 'aria-label="Línea base 17/06/2022; más temprana posible 18/07/2022; declarada 05/08/2022"' in markup


def test_a_counter_leads_to_what_it_counts_and_one_of_nothing_leads_nowhere(markup: str) -> None:
    assert '<a id="t1" href="#c" aria-current="true"><strong>16</strong> Crítico</a>' in markup
    assert "<span><strong>0</strong> Leve</span>" in markup
    assert 'hx-target="#bandeja"' in markup


def test_demo_banner_is_shown_only_over_demo_data(app: Flask, markup: str) -> None:
    assert "DATOS DE DEMOSTRACIÓN" in markup
    assert "20 de septiembre de 2022" in markup
    assert "DATOS DE DEMOSTRACIÓN" not in gallery.render_gallery(app, replace(Site(), is_demo=False, demo_today=None))


def test_leaving_is_a_form_and_a_stranger_is_offered_to_enter(app: Flask, markup: str) -> None:
    assert re.search(
        r'<form action="#salir" method="post">\s*<input type="hidden" name="csrf_token" value="[^"]+">', markup
    )
    outside = gallery.render_gallery(app, replace(Site(), user_label=None, nav=()))
    _check(outside)
    assert '<a href="#ingresar">Ingresar</a>' in outside
    assert "Salir" not in outside


def test_current_page_is_marked_in_the_navigation(markup: str) -> None:
    assert '<a href="#i" aria-current="page">Inicio</a>' in markup
    assert '<span class="pp-count">23</span>' in markup
