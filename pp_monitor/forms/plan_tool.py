"""The panels over the grid that fill several cells at once."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from pp_monitor.domain.plan_tool import Scope, Tool, ToolOrder
from pp_monitor.forms.fields import clean_line

CHOSEN = "fila"


def tool_field(tool: Tool, part: str) -> str:
    """The name of a field in the panel of a tool."""
    return f"{tool}-{part}"


def read_tool(form: MultiDict[str, str], tool: Tool) -> ToolOrder:
    """What the panel of ``tool`` asks for."""

    def typed(part: str) -> str:
        return clean_line(form.get(tool_field(tool, part))) or ""

    scope = typed("filas")
    return ToolOrder(
        tool,
        chosen=frozenset(form.getlist(CHOSEN)),
        scope=Scope(scope) if scope in set(Scope) else Scope.CHOSEN,
        modality=typed("modalidad"),
        start=typed("inicio"),
        execution=typed("ejecucion"),
        source=typed("de"),
        workdays=typed("dias"),
        replaces=bool(typed("reemplazar")),
    )
