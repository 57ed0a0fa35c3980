"""The words of the command-line library, in Spanish: it asks gettext for each and ships no catalogue."""

from __future__ import annotations

from types import ModuleType

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.types

TEXTS = {
    "Usage:": "Uso:",
    "Options": "Opciones",
    "Commands": "Comandos",
    "Positional arguments": "Argumentos",
    "Show this message and exit.": "Muestra esta ayuda.",
    "Error: {message}": "Error: {message}",
    "Try '{command} {option}' for help.": "Consulte la ayuda: {command} {option}",
    "Aborted!": "Interrumpido.",
    "Missing command.": "Falta el comando.",
    "Missing argument": "Falta el argumento",
    "Missing option": "Falta la opción",
    "Missing parameter": "Falta el dato",
    "Missing {param_type}": "Falta {param_type}",
    "Invalid value: {message}": "Valor que no sirve: {message}",
    "Invalid value for {param_hint}: {message}": "El valor de {param_hint} no sirve: {message}",
    "No such command {name!r}.": "El comando {name!r} no existe.",
    "No such option {name!r}.": "La opción {name!r} no existe.",
    "Did you mean {possibility}?": "¿Quiso decir {possibility}?",
    "(Did you mean one of: {possibilities}?)": "(¿Quiso decir alguno de estos: {possibilities}?)",
    "Option {name!r} does not take a value.": "La opción {name!r} no lleva valor.",
    "Option {name!r} requires an argument.": "A la opción {name!r} le falta su valor.",
    "Option {name!r} requires {nargs} arguments.": "A la opción {name!r} le faltan sus {nargs} valores.",
    "Got unexpected extra argument ({args})": "Sobra un dato: {args}",
    "Got unexpected extra arguments ({args})": "Sobran datos: {args}",
    "{value!r} is not a valid {number_type}.": "{value!r} no es un número entero.",
    "{value} is not in the range {range}.": "{value} está fuera del rango {range}.",
    "{value!r} is not {choice}.": "{value!r} no es {choice}.",
    "{value!r} is not one of {choices}.": "{value!r} no es uno de estos: {choices}.",
    "default: {default}": "por defecto: {default}",
    "required": "obligatorio",
    "{name} {filename!r} does not exist.": "{name} {filename!r} no existe.",
    "{name} {filename!r} is a directory.": "{name} {filename!r} es una carpeta.",
    "{name} {filename!r} is a file.": "{name} {filename!r} es un archivo.",
    "{name} {filename!r} is not readable.": "no hay permiso para leer {name} {filename!r}.",
    "{name} {filename!r} is not writable.": "no hay permiso para escribir {name} {filename!r}.",
    "file": "archivo",
    "directory": "carpeta",
    "path": "ruta",
}
_MODULES: tuple[ModuleType, ...] = (
    click.core,
    click.decorators,
    click.exceptions,
    click.formatting,
    click.parser,
    click.types,
)


def _text(message: str) -> str:
    return TEXTS.get(message, message)


def _plural(one: str, many: str, count: int) -> str:
    return _text(one if count == 1 else many)


def install(root: click.Command) -> None:
    """Make the library answer in Spanish, ``root`` and every command below it too; safe to repeat."""
    _name_parts(root)
    for module in _MODULES:
        for name, spoken in (("_", _text), ("ngettext", _plural)):
            if hasattr(module, name):
                setattr(module, name, spoken)


def _name_parts(command: click.Command) -> None:
    """Say what goes where in the line of use of ``command`` and of those below it."""
    command.options_metavar = "[OPCIONES]"
    if isinstance(command, click.Group):
        command.subcommand_metavar = "COMANDO [DATOS]..."
        for below in command.commands.values():
            _name_parts(below)
