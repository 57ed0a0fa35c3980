"""Forms of the pages of a project's contracts: made, tried, and shown again at the address of what was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, TypeVar

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.errors import ConflictError, ProblemsError
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.forms.attachment import ATTACHMENT_FIELDS
from pp_monitor.forms.contract import BackedForm, LinkForm, ToldForm
from pp_monitor.forms.fields import with_year
from pp_monitor.services.contract import By
from pp_monitor.services.contract_read import ToldProcess, project_processes
from pp_monitor.services.entity import find_organism
from pp_monitor.services.evidence import proof_problems
from pp_monitor.services.held_form import TypedForm
from pp_monitor.views import held_form
from pp_monitor.views.attachment import attach
from pp_monitor.views.reading import Reading, read

Told = TypeVar("Told", bound=ToldForm)
Write = Callable[[By], str]


@dataclass(frozen=True, slots=True)
class Block:
    """One form of a page; ``fields`` are its boxes in their order, ``is_backed`` adds that of a document."""

    name: str
    title: str
    button: str
    note: str
    action: str
    form: ToldForm
    fields: list[Any]
    is_backed: bool
    is_open: bool


@dataclass(frozen=True)
class Scene:
    """A project as it stands today, who looks at it, and what they typed on this page that could not be recorded."""

    reading: Reading
    project: ProjectAssessment
    typed: TypedForm | None = None

    @property
    def by(self) -> By:
        """Who writes, as the services take it."""
        return By(access.actor(), self.reading.cutoff.today, access.writable_organism_codes())

    @property
    def is_writer(self) -> bool:
        """Whether this person writes the project's contracts."""
        return self.by.may_write(self.project.organism_code)

    @cached_property
    def processes(self) -> tuple[ToldProcess, ...]:
        """The processes of the project."""
        return project_processes(self.project.id)

    @property
    def process_choices(self) -> list[tuple[str, str]]:
        """The processes as a list of a form takes them."""
        return [(str(row.id), row.reference) for row in self.processes]

    def form(self, base: type[Told], name: str, **filled: Any) -> Told:
        """A form as it was sent, or as it is ``filled``; a day without its year is one of the vigencia."""
        return base(prefix=f"{name}-", **with_year(filled, self.reading.vigencia.year))

    def maker(self, base: type[Told], name: str) -> Callable[..., Told]:
        """How that form is made from what it is filled with."""
        return partial(self.form, base, name)

    def block(
        self,
        name: str,
        title: str,
        button: str,
        action: str,
        make: Callable[..., ToldForm],
        note: str = "",
        **given: Any,
    ) -> Block:
        """A form of the page, ``given`` at first; the one that was typed stays so, open, with what is wrong."""
        own = self.typed if self.typed and self.typed.place == action else None
        form = make(**(held_form.filled(own) if own else {"formdata": None, "data": given}))
        if own:
            self._judge(form, own)
        if "seen" in form and not form["seen"].data:
            form["seen"].data = given["seen"]
        is_backed = isinstance(form, BackedForm)
        apart = {"csrf_token", "projects", *(ATTACHMENT_FIELDS if is_backed else ())}
        fields = [field for field in form if field.short_name not in apart]
        if isinstance(form, BackedForm):
            # What backs an act is asked after the act, beside its document.
            fields = [*(field for field in fields if field is not form.url), form.url]
        return Block(name, title, button, note, action, form, fields, is_backed=is_backed, is_open=own is not None)

    def _judge(self, form: ToldForm, typed: TypedForm) -> None:
        form.validate()
        if isinstance(form, BackedForm):
            _take_document(form, self.reading)
        held_form.tell(form, typed)
        if isinstance(form, LinkForm):
            form.mark(typed.told)

    def lost(self, blocks: Iterable[Block]) -> held_form.LostForm | None:
        """What was typed, where none of the page's forms holds it any more."""
        if self.typed is None or any(block.is_open for block in blocks):
            return None
        return held_form.lost(self.typed, "No se pudo registrar: ese paso ya no está en esta página")


def scene_of(public_id: str) -> Scene:
    """The project for who may read it."""
    reading = read().at_today()
    return Scene(reading, reading.project(public_id))


def typed_scene(public_id: str) -> Scene:
    """The same with what this person typed in a form of the page that is asked for."""
    return replace(scene_of(public_id), typed=held_form.kept_under(request.path))


def own_scene(public_id: str) -> Scene:
    """The project for who may write it."""
    scene = scene_of(public_id)
    access.require_write(find_organism(scene.project.organism_code).id)
    return scene


def send(scene: Scene, form: ToldForm, write: Write, page: str) -> ResponseReturnValue:
    """Write what a form holds and go to ``page``; where something is wrong, go there with what was typed and why.

    What can be read of a form with faults is tried too, so that all that is wrong is told at once.
    """
    is_valid = form.validate_on_submit()
    if isinstance(form, BackedForm):
        is_valid = _take_document(form, scene.reading) and is_valid
    try:
        message = write(replace(scene.by, is_trial=not is_valid))
    except ProblemsError as error:
        return _ask_again(page, form, form.placed(error.problems))
    except ConflictError as error:
        # Who sends it again has seen what the other one wrote.
        return _ask_again(page, form, {"": [str(error)]}, "seen")
    if not is_valid:
        return _ask_again(page, form, {})
    flash(message, "success")
    return redirect(page)


def _take_document(form: BackedForm, reading: Reading) -> bool:
    """Take the document that came with a form; whether it, or else its address, can be kept."""
    document = attach(form, reading.cutoff.today)
    if not form.url.errors:
        form.show(proof_problems(form.url.data or "", document))
    return not form.file.errors and not form.url.errors


def _ask_again(page: str, form: ToldForm, told: Mapping[str, list[str]], *forgotten: str) -> ResponseReturnValue:
    changed = {form[name].name: "" for name in forgotten if name in form}
    if isinstance(form, BackedForm):
        changed |= {form.held.name: form.held.data or "", form.drop.name: ""}
        told = {**told, "file": [*told.get("file", ()), *form.file.errors]}
    code = held_form.keep({name: texts for name, texts in told.items() if texts}, **changed)
    return redirect(f"{page}?{held_form.TYPED}={code}")
