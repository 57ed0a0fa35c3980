"""What was issued stays: every version, every file, for those who may have it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from pp_monitor.domain.errors import NotFoundError
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.report_archive import closed_reports, find_file, issued_reports
from tests.portfolio_db import close_by_hand, open_vigencia

MAY, JUNE = date(2022, 5, 13), date(2022, 6, 17)


def issue() -> Vigencia:
    vigencia = open_vigencia()
    close_by_hand(MAY, number=1)
    close_by_hand(JUNE, number=2, files={"": b"ciudad", "4145": b"salud"})
    close_by_hand(JUNE, number=2, version=2, files={"": b"otra vez"})
    return db.session.get_one(Vigencia, vigencia.id)


def test_newest_version_of_the_newest_cutoff_comes_first(any_app: Flask) -> None:
    with any_app.app_context():
        reports = closed_reports(issue().id)
    assert [(row.cutoff, row.version, row.label) for row in reports] == [
        (JUNE, 2, "Informe n.º 2, versión 2"),
        (JUNE, 1, "Informe n.º 2"),
        (MAY, 1, "Informe n.º 1"),
    ]


def test_claimed_cutoff_that_is_not_closed_is_not_there(any_app: Flask) -> None:
    with any_app.app_context():
        vigencia = issue()
        row = close_by_hand(date(2022, 7, 15), number=3)
        row.closed_at = None
        db.session.commit()
        assert len(closed_reports(vigencia.id)) == 3


def test_files_of_some_organisms_alone_leave_the_city_out(any_app: Flask) -> None:
    with any_app.app_context():
        vigencia = issue()
        whole = issued_reports(vigencia.id)
        assert [[file.organism_code for file in row.files] for row in whole] == [[""], ["", "4145"], []]
        mine = issued_reports(vigencia.id, {"4145"})
        assert [[file.organism_code for file in row.files] for row in mine] == [[], ["4145"], []]


def test_file_is_given_byte_for_byte_to_those_who_may_have_it(any_app: Flask) -> None:
    with any_app.app_context():
        files = {file.organism_code: file for file in issued_reports(issue().id)[1].files}
        assert find_file(files[""].id).content == b"ciudad"
        assert find_file(files["4145"].id, {"4145"}).content == b"salud"
        with pytest.raises(NotFoundError):
            find_file(files[""].id, {"4145"})
        with pytest.raises(NotFoundError):
            find_file(files["4145"].id, set())
