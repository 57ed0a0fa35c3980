"""The reasons for what stays doubtful in a plan, one form for each group of equal doubts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField, TextAreaField
from wtforms.validators import Length

from pp_monitor.domain.plan_doubt import DoubtGroup, Justification
from pp_monitor.domain.plan_rule import Backing
from pp_monitor.forms.fields import LineField, choice
from pp_monitor.labels_plan import BACKING


class JustificationForm(Form):
    """Why a group of doubts is sent as it is; an empty reason is allowed until the plan is sent."""

    reason = TextAreaField(
        "Justificación",
        validators=[Length(max=1000, message="Escriba máximo 1.000 caracteres.")],
        filters=[lambda text: (text or "").strip()],
        render_kw={"rows": "2", "maxlength": "1000"},
    )
    backing = SelectField(
        "Con qué se paga",
        choices=[choice("", "Elija…"), *(choice(code.value, BACKING[code]) for code in Backing)],
    )
    document = LineField(
        "Documento que lo respalda",
        validators=[Length(max=200)],
        description="Clase, número y fecha. Por ejemplo: Acuerdo 0512 del 10/06/2022.",
        render_kw={"maxlength": "200"},
    )

    def justification(self) -> Justification:
        """What was typed."""
        reason = self.reason.data or ""
        if "backing" not in self:
            return Justification(reason)
        backing = Backing(self.backing.data) if self.backing.data else None
        return Justification(reason, backing, self.document.data or "")


@dataclass(frozen=True, slots=True)
class GroupForm:
    """A group of doubts with its form."""

    group: DoubtGroup
    form: JustificationForm

    @property
    def id(self) -> str:
        """Where the group is on the page."""
        return f"aviso-{_prefix(self.group.key)}"


def group_forms(groups: Sequence[DoubtGroup], sent: MultiDict[str, str] | None = None) -> list[GroupForm]:
    """A form for each group that needs a reason, with what was sent or else what is stored."""
    return [GroupForm(group, _form(group, sent)) for group in groups if group.needs_reason]


def _form(group: DoubtGroup, sent: MultiDict[str, str] | None) -> JustificationForm:
    given, prefix = group.justification or Justification(""), _prefix(group.key)
    form = JustificationForm(
        # A group that was not on the page that was sent keeps what is stored.
        sent if sent and any(name.startswith(f"{prefix}-") for name in sent) else None,
        prefix=prefix,
        data={"reason": given.reason, "backing": given.backing or "", "document": given.document},
    )
    for field in form:
        field.flags.required = True
    if not group.asks_backing:
        del form.backing
        del form.document
    return form


def _prefix(key: str) -> str:
    """A short name for a group that a field may carry and that does not depend on the other groups."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]
