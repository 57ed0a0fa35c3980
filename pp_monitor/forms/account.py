"""What a person may type to enter and to set a password."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from pp_monitor.domain.account import LONGEST_PASSWORD
from pp_monitor.forms.fields import LineField

_EMAIL = {"type": "email", "autocomplete": "username", "inputmode": "email", "maxlength": "254"}
_CURRENT = {"autocomplete": "current-password"}
_NEW = {"autocomplete": "new-password"}
_ADVICE = "Al menos 12 caracteres. Una frase de varias palabras es fácil de recordar."


def _email() -> LineField:
    return LineField("Correo", validators=[InputRequired(), Length(max=254)], render_kw=_EMAIL)


class LoginForm(FlaskForm):
    """Address and password, and where the person was going."""

    email = _email()
    password = PasswordField("Contraseña", validators=[InputRequired(), Length(max=1000)], render_kw=_CURRENT)
    next = HiddenField()
    pending = HiddenField()


class NoticeForm(FlaskForm):
    """Where the person was going, and what was being sent there, before the privacy notice was asked for."""

    next = HiddenField()
    pending = HiddenField()


class ResetRequestForm(FlaskForm):
    """The address to which a link is sent."""

    email = _email()


class NewPasswordForm(FlaskForm):
    """A new password, twice."""

    new = PasswordField(
        "Contraseña nueva",
        description=_ADVICE,
        validators=[InputRequired(), Length(max=LONGEST_PASSWORD)],
        render_kw=_NEW,
    )
    again = PasswordField(
        "Repita la contraseña nueva",
        validators=[InputRequired(), EqualTo("new", message="Las dos contraseñas no son iguales.")],
        render_kw=_NEW,
    )


class ChangePasswordForm(NewPasswordForm):
    """The same, with the password that holds until now."""

    current = PasswordField("Contraseña actual", validators=[InputRequired(), Length(max=1000)], render_kw=_CURRENT)
