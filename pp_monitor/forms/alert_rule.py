"""What Planning changes of a rule of alerts and of the escalation of a level."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from pp_monitor.domain.account import CITY_READERS, ORGANISM_ROLES, Role
from pp_monitor.domain.alert_rule import ESCALATION, GRAVEST_FIRST, AlertLevel, EscalationDays, RuleSetting
from pp_monitor.domain.case import LONGEST_TEXT
from pp_monitor.formatters import integer
from pp_monitor.forms.fields import CheckboxesField, LineField, choice, says_enough
from pp_monitor.labels import ALERT_LEVEL, ROLE
from pp_monitor.labels_alert import LIMIT

_LONG = Length(max=LONGEST_TEXT, message=f"Escriba máximo {integer(LONGEST_TEXT)} caracteres.")
_RANGE = NumberRange(0, 366, message="Escriba un número de 0 a 366.")
_TOLD = [role for role in Role if role in ORGANISM_ROLES | CITY_READERS]
_LEVELS = [choice("", "Según la regla"), *(choice(code.value, ALERT_LEVEL[code]) for code in GRAVEST_FIRST)]


def _reason() -> LineField:
    return LineField(
        "Motivo del cambio",
        validators=[DataRequired("Escriba el motivo del cambio."), says_enough, _LONG],
        description="Queda en la historia con su nombre y la fecha.",
    )


class _ReasonedForm(FlaskForm):
    """A change with its reason."""

    reason = _reason()

    @property
    def why(self) -> str:
        """The reason that was typed."""
        return self.reason.data or ""


class RuleForm(_ReasonedForm):
    """Whether a rule is on, its level, who is told, and its numbers, added by ``rule_form``."""

    is_on = BooleanField("La regla abre alertas")
    level = SelectField("Nivel", choices=_LEVELS)
    recipients = CheckboxesField(
        "A quién se avisa",
        choices=[choice(role.value, ROLE[role]) for role in _TOLD],
        validators=[InputRequired("Marque al menos una función.")],
    )

    def setting(self, before: RuleSetting) -> RuleSetting:
        """What was typed, once the form is valid."""
        limits = {limit: int(self[limit.value].data) for limit in before.limits}
        level = AlertLevel(self.level.data) if self.level.data else None
        roles = frozenset(map(Role, self.recipients.data or ()))
        return RuleSetting(before.rule, bool(self.is_on.data), limits, level, roles)


def rule_form(setting: RuleSetting) -> RuleForm:
    """The form of one rule, with a field for each of its numbers, filled with what is in force."""
    numbers = {
        limit.value: IntegerField(LIMIT[limit], validators=[InputRequired("Escriba el número."), _RANGE], default=value)
        for limit, value in setting.limits.items()
    }
    made: type[RuleForm] = type("OneRuleForm", (RuleForm,), numbers)
    roles = sorted(role.value for role in setting.recipients)
    return made(data={"is_on": setting.is_on, "level": setting.level or "", "recipients": roles})


class EscalationForm(_ReasonedForm):
    """The age at which the cases of a level reach each role; an empty last step is none."""

    def days(self) -> EscalationDays:
        """What was typed, once the form is valid."""
        return tuple(self[role.value].data for role in ESCALATION)


def escalation_form(days: EscalationDays) -> EscalationForm:
    """The form of one level, filled with what is in force."""
    steps = {
        role.value: IntegerField(f"{ROLE[role]}, en días hábiles", validators=[Optional(), _RANGE], default=day)
        for role, day in zip(ESCALATION, days, strict=True)
    }
    made: type[EscalationForm] = type("OneEscalationForm", (EscalationForm,), steps)
    return made()
