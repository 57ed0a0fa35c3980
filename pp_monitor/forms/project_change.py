"""What Planning types to change a project: each change with its act, date and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import Problem
from pp_monitor.forms.attachment import AttachedForm
from pp_monitor.forms.fields import DayField, LineField, LinkField, MoneyField, choice, says_enough
from pp_monitor.forms.replanning import act_field
from pp_monitor.labels import MODALITY

FEWEST_TERRITORIES, MOST_TERRITORIES = 5, 60
_EMPTY = ("", "Elija…")


class OrderForm(AttachedForm):
    """The act that orders a change."""

    act = act_field()
    day = DayField("Rige desde", validators=[InputRequired("Escriba desde qué día rige.")])
    reason = TextAreaField(
        "Motivo",
        validators=[InputRequired("Explique por qué se hace el cambio."), Length(max=1000), says_enough],
        render_kw={"rows": "2", "maxlength": "1000"},
    )
    url = LinkField("Enlace al acto", validators=[Length(max=400)], render_kw={"maxlength": "400", "inputmode": "url"})
    seen = HiddenField()

    def tell(self, problems: Sequence[Problem]) -> None:
        """Show each problem at the box that it names, else above the form."""
        for problem in problems:
            self.tell_once(self._fields.get(problem.cell), f"{problem.what} {problem.fix}")


def _name_field() -> LineField:
    return LineField(
        "Nombre", validators=[InputRequired("Escriba el nombre."), Length(max=400)], render_kw={"maxlength": "400"}
    )


def _amount_field() -> MoneyField:
    return MoneyField("Valor", validators=[InputRequired("Escriba el valor.")], description="Pesos enteros.")


def _deadline_field() -> DayField:
    return DayField("Plazo propio para registrar", description="Solo si aún no tiene plan. dd/mm/aaaa.")


class NameForm(OrderForm):
    """Another name."""

    name = _name_field()


class AmountForm(OrderForm):
    """Another value."""

    amount = _amount_field()


class BpinForm(OrderForm):
    """Another BPIN."""

    bpin = LineField("BPIN", validators=[InputRequired("Escriba el BPIN."), Length(max=20)])


class OrganismForm(OrderForm):
    """Another organism."""

    organism = SelectField("Organismo", validators=[InputRequired("Elija el organismo.")])
    deadline = _deadline_field()


class WithdrawalForm(OrderForm):
    """A project that leaves, with the destination of its money."""

    destination = TextAreaField(
        "Destino del dinero",
        validators=[InputRequired("Diga a dónde va el dinero."), Length(max=1000)],
        description="Proyecto, organismo o rubro que lo recibe.",
        render_kw={"rows": "2", "maxlength": "1000"},
    )


def _share_boxes(numbers: Iterable[int]) -> dict[str, Any]:
    """The two boxes of each territory."""
    boxes: dict[str, Any] = {}
    for number in numbers:
        boxes[f"territory_{number}"] = SelectField(f"Territorio {number}", default="")
        boxes[f"amount_{number}"] = MoneyField(f"Valor {number}")
    return boxes


class TerritoryForm(OrderForm):
    """Territories, each with its amount or none with one; `territory_form` gives it its rows."""

    @property
    def rows(self) -> range:
        """The numbers of the rows, from 1 on."""
        return range(1, sum(name.startswith("territory_") for name in self._fields) + 1)

    @property
    def share_fields(self) -> list[Any]:
        """The boxes of the territories in their order."""
        return [self[f"{part}_{number}"] for number in self.rows for part in ("territory", "amount")]

    def offer_territories(self, names: Mapping[str, str]) -> None:
        """Fill the lists."""
        for number in self.rows:
            self[f"territory_{number}"].choices = [choice(*_EMPTY), *(choice(*pair) for pair in names.items())]

    def shares(self) -> dict[str, int]:
        """The amount (COP) of each territory chosen, 0 where none is declared."""
        rows = [(self[f"territory_{number}"].data, self[f"amount_{number}"].data) for number in self.rows]
        return {code: amount or 0 for code, amount in rows if code}

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a territory named twice, and an amount without its territory."""
        is_valid = bool(super().validate(extra_validators))
        known: set[str] = set()
        for number in self.rows:
            box, amount = self[f"territory_{number}"], self[f"amount_{number}"]
            fault = "Ese territorio ya está." if box.data and box.data in known else ""
            fault = "Elija el territorio de este valor." if amount.data and not box.data else fault
            known.add(box.data)
            if fault:
                box.errors = [*box.errors, fault]
                is_valid = False
        return is_valid


_Shared = TypeVar("_Shared", bound=TerritoryForm)


def territory_form(base: type[_Shared], rows: int) -> type[_Shared]:
    """The form with that many rows for territories, never fewer than five."""
    return type(base.__name__, (base,), _share_boxes(range(1, max(rows, FEWEST_TERRITORIES) + 1)))


def sent_rows(names: Iterable[str], prefix: str = "") -> int:
    """How many rows for territories the form had that sent these names; at least five and never endless."""
    head = f"{prefix}territory_"
    numbers = [name.removeprefix(head) for name in names if name.startswith(head)]
    last = max((int(number) for number in numbers if number.isdecimal()), default=0)
    return min(max(last, FEWEST_TERRITORIES), MOST_TERRITORIES)


def share_data(shares: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Territories as the form is filled with them."""
    found: dict[str, Any] = {}
    for number, (code, amount) in enumerate(shares, start=1):
        found |= {f"territory_{number}": code, f"amount_{number}": amount or None}
    return found


class AddForm(TerritoryForm):
    """A project that enters later."""

    code = LineField(
        "Código BP", validators=[InputRequired("Escriba el código.")], description="Por ejemplo: BP26004119."
    )
    bpin = LineField("BPIN", validators=[Length(max=20)])
    name = _name_field()
    organism = SelectField("Organismo", validators=[InputRequired("Elija el organismo.")])
    amount = _amount_field()
    modality = SelectField(
        "Modalidad",
        default="",
        choices=[choice("", "Sin definir"), *(choice(code.value, MODALITY[code]) for code in Modality)],
    )
    deadline = _deadline_field()


class SuspendForm(OrderForm):
    """A suspension with the restart that is expected."""

    expected = DayField("Reinicio previsto", validators=[InputRequired("Escriba cuándo se prevé el reinicio.")])


class RestartForm(OrderForm):
    """A restart; ``reviewed`` is the day whose new dates were shown."""

    reviewed = HiddenField()
