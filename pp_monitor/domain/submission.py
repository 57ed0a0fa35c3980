"""A plan on its way to B0: sent by the enlace, approved by the head, commented for some days (rules 9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.account import Role
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.dated import Dated, View, rows_in_view

COMMENT_WORKDAYS = 3


class ApprovalStage(StrEnum):
    """Who has a plan that was sent: the organism's head, then those who may comment on it."""

    HEAD = "head"
    COMMENTS = "comments"


@dataclass(frozen=True, slots=True)
class Approval:
    """Where a plan that was sent stands; ``approved_on`` is none while its head has it."""

    stage: ApprovalStage
    sent_on: date
    approved_on: date | None = None


def approval_as_at(rows: Iterable[Dated[ApprovalStage | None]], view: View) -> Approval | None:
    """Where the plan of a project stands in ``view``; none when it was not sent, came back or went through.

    ``rows`` hold the stage that each step led to, none for a step that ended the way.
    """
    found: Approval | None = None
    for row in rows_in_view(rows, view):
        if row.value is ApprovalStage.HEAD:
            found = Approval(ApprovalStage.HEAD, row.valid_from)
        elif row.value is ApprovalStage.COMMENTS:
            sent_on = found.sent_on if found else row.valid_from
            found = Approval(ApprovalStage.COMMENTS, sent_on, row.valid_from)
        else:
            found = None
    return found


def comments_until(approved_on: date, calendar: WorkCalendar) -> date:
    """The last day for comments: three working days after the effective day of the approval.

    >>> comments_until(date(2022, 4, 13), WorkCalendar.of([date(2022, 4, 14), date(2022, 4, 15)]))
    datetime.date(2022, 4, 20)
    """
    return calendar.add(approved_on, COMMENT_WORKDAYS)


class SubmissionAction(StrEnum):
    """What a person may do with a plan that was sent."""

    APPROVE = "approve"
    DELEGATE = "delegate"
    RETURN = "return"
    RECALL = "recall"
    COMMENT = "comment"
    LET_THROUGH = "let_through"


_ALLOWED = {
    (Role.ORDENADOR, ApprovalStage.HEAD): {SubmissionAction.APPROVE, SubmissionAction.RETURN},
    (Role.ENLACE, ApprovalStage.HEAD): {SubmissionAction.DELEGATE, SubmissionAction.RECALL},
    (Role.PLANEACION, ApprovalStage.COMMENTS): {
        SubmissionAction.COMMENT,
        SubmissionAction.RETURN,
        SubmissionAction.LET_THROUGH,
    },
    (Role.CONTRATACION, ApprovalStage.COMMENTS): {SubmissionAction.COMMENT, SubmissionAction.RETURN},
}


def allowed_actions(roles: Collection[Role], stage: ApprovalStage | None) -> frozenset[SubmissionAction]:
    """What these roles may do at ``stage``; nothing once the plan came back or was registered.

    ``roles`` are those that a person holds for the organism or for the whole city. Who writes a plan
    does not approve it: the enlace only hands in what the head signed.

    >>> sorted(allowed_actions({Role.CONTRATACION}, ApprovalStage.COMMENTS))
    [<SubmissionAction.COMMENT: 'comment'>, <SubmissionAction.RETURN: 'return'>]
    """
    if stage is None:
        return frozenset()
    return frozenset(action for role in roles for action in _ALLOWED.get((role, stage), ()))
