"""Who has a plan that was sent, until when, and who may do what with it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pp_monitor.domain.account import Role
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.dated import Dated, View
from pp_monitor.domain.submission import (
    Approval,
    ApprovalStage,
    SubmissionAction,
    allowed_actions,
    approval_as_at,
    comments_until,
)

HOLY_WEEK = WorkCalendar.of([date(2022, 4, 14), date(2022, 4, 15), date(2022, 5, 30)])
HEAD, COMMENTS = ApprovalStage.HEAD, ApprovalStage.COMMENTS


def instant(day: int, hour: int = 12) -> datetime:
    return datetime(2022, 4, day, hour, tzinfo=UTC)


# Sent on the 4th, returned on the 6th, sent again on the 8th, approved on the 11th, registered on the 19th.
STORY = [
    Dated(HEAD, date(2022, 4, 4), instant(4), 1),
    Dated(None, date(2022, 4, 6), instant(6), 2),
    Dated(HEAD, date(2022, 4, 8), instant(8), 3),
    Dated(COMMENTS, date(2022, 4, 11), instant(11), 4),
    Dated(None, date(2022, 4, 11), instant(19), 5),
]


@pytest.mark.parametrize(
    ("cutoff", "known", "wanted"),
    [
        (3, 30, None),
        (4, 30, Approval(HEAD, date(2022, 4, 4))),
        (6, 30, None),
        (6, 5, Approval(HEAD, date(2022, 4, 4))),
        (8, 30, Approval(HEAD, date(2022, 4, 8))),
        (18, 18, Approval(COMMENTS, date(2022, 4, 8), date(2022, 4, 11))),
        (18, 20, None),
    ],
)
def test_who_has_a_plan_is_asked_as_of_a_day_and_as_known_at_an_instant(
    cutoff: int, known: int, wanted: Approval | None
) -> None:
    assert approval_as_at(STORY, View(date(2022, 4, cutoff), instant(known, 23))) == wanted


def test_an_approval_without_its_sending_counts_from_its_own_day() -> None:
    alone = [Dated(COMMENTS, date(2022, 4, 11), instant(11), 4)]
    assert approval_as_at(alone, View(date(2022, 4, 12), instant(12))) == Approval(
        COMMENTS, date(2022, 4, 11), date(2022, 4, 11)
    )


@pytest.mark.parametrize(
    ("approved_on", "until"),
    [
        (date(2022, 4, 18), date(2022, 4, 21)),  # Monday to Thursday
        (date(2022, 4, 13), date(2022, 4, 20)),  # over Thursday and Friday of Holy Week
        (date(2022, 4, 16), date(2022, 4, 21)),  # a Saturday is effective on Monday
        (date(2022, 5, 27), date(2022, 6, 2)),  # over a Monday holiday
    ],
)
def test_comments_last_three_working_days_after_the_approval(approved_on: date, until: date) -> None:
    assert comments_until(approved_on, HOLY_WEEK) == until


A, D, R, T, C, L = (
    SubmissionAction.APPROVE,
    SubmissionAction.DELEGATE,
    SubmissionAction.RETURN,
    SubmissionAction.RECALL,
    SubmissionAction.COMMENT,
    SubmissionAction.LET_THROUGH,
)


@pytest.mark.parametrize(
    ("role", "with_head", "in_comments"),
    [
        (Role.ENLACE, {D, T}, set()),
        (Role.ORDENADOR, {A, R}, set()),
        (Role.PLANEACION, set(), {C, R, L}),
        (Role.CONTRATACION, set(), {C, R}),
        (Role.LECTURA, set(), set()),
        (Role.CONTROL, set(), set()),
        (Role.ADMIN, set(), set()),
    ],
)
def test_each_role_does_its_part_and_no_other(
    role: Role, with_head: set[SubmissionAction], in_comments: set[SubmissionAction]
) -> None:
    assert allowed_actions({role}, HEAD) == with_head
    assert allowed_actions({role}, COMMENTS) == in_comments
    assert allowed_actions({role}, None) == set()
