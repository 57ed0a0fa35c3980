"""People: who has which role, invitations, ends and hand-overs."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock, labels
from pp_monitor.access import Role
from pp_monitor.domain.errors import NotFoundError, PpMonitorError
from pp_monitor.domain.portfolio import OrganismLabel
from pp_monitor.forms.people import EndForm, HandOverForm, InviteForm
from pp_monitor.services import invitation as invitations
from pp_monitor.services.entity import newest_vigencia, organism_labels
from pp_monitor.services.invitation import Invitee
from pp_monitor.services.person import Handover, Pending, Person, count_alerts, count_returned, find_handover
from pp_monitor.services.person import find_person as found_person
from pp_monitor.services.person import list_people as listed_people
from pp_monitor.services.plan_board import plan_board
from pp_monitor.views.password import letter
from pp_monitor.views.reading import read

blueprint = Blueprint("people", __name__)
CARETAKERS = (Role.PLANEACION, Role.ADMIN)


def _organisms() -> dict[str, OrganismLabel]:
    return organism_labels(access.require_person().entity_id, clock.today(), clock.utc_now())


@blueprint.get("/personas")
@access.roles(*CARETAKERS)
def list_people() -> ResponseReturnValue:
    """Everybody this person looks after."""
    who = access.require_person()
    people = listed_people(who.entity_id, access.managed(), clock.today(), clock.utc_now())
    return render_template("people/list.html", people=people, organisms=_organisms())


def _invite_form(*, is_sent: bool) -> InviteForm:
    form = InviteForm() if is_sent else InviteForm(formdata=None)
    given = access.managed()
    organisms = sorted(_organisms().values(), key=lambda label: label.short_name)
    form.offer(
        [(role.value, word) for role, word in labels.ROLE.items() if role in given],
        [(label.code, f"{label.short_name} ({label.code})") for label in organisms],
    )
    return form


@blueprint.get("/personas/invitar")
@access.roles(*CARETAKERS)
def ask_invite() -> ResponseReturnValue:
    """Ask who is let in."""
    return render_template("people/invite.html", form=_invite_form(is_sent=False))


@blueprint.post("/personas/invitar")
@access.roles(*CARETAKERS)
def invite() -> ResponseReturnValue:
    """Open the account and mail its link."""
    form = _invite_form(is_sent=True)
    if form.validate_on_submit():
        new = Invitee(
            form.email.data or "", form.label.data or "", Role(form.role.data), form.organism.data, form.until.data
        )
        try:
            last_day = invitations.invite_person(
                access.actor(), new, letter(), allowed=access.managed(), today=clock.today()
            )
        except PpMonitorError as error:
            form.form_errors += str(error).splitlines()
        else:
            return _invited(new.email, last_day)
    return render_template("people/invite.html", form=form), 422


def _invited(email: str, last_day: date) -> ResponseReturnValue:
    flash(f"La invitación va por correo a {email}. Su enlace sirve hasta el {last_day:%d/%m/%Y}.", "success")
    return redirect(url_for("people.list_people"))


def _person(user_id: int) -> Person:
    who = access.require_person()
    return found_person(who.entity_id, user_id, access.managed(), clock.today(), clock.utc_now())


@blueprint.get("/personas/<int:user_id>")
@access.roles(*CARETAKERS)
def show(user_id: int) -> ResponseReturnValue:
    """One person and what may be done about that account."""
    return _show(_person(user_id))


def _show(person: Person, ending: int = 0, form: EndForm | None = None) -> str:
    forms = {
        role.assignment_id: form
        if form and role.assignment_id == ending
        else EndForm(formdata=None, prefix=f"funcion{role.assignment_id}-", until=role.grant.valid_until)
        for role in person.roles
        if role.is_ahead and role.grant.role in access.managed()
    }
    return render_template(
        "people/show.html",
        person=person,
        organisms=_organisms(),
        forms=forms,
        errors=form,
        managed=access.managed(),
        is_self=person.user_id == access.require_person().user_id,
    )


@blueprint.post("/personas/<int:user_id>/invitar-de-nuevo")
@access.roles(*CARETAKERS)
def invite_again(user_id: int) -> ResponseReturnValue:
    """Mail another link; the one before dies."""
    last_day = invitations.invite_again(
        access.actor(), user_id, letter(), allowed=access.managed(), today=clock.today()
    )
    return _invited(_person(user_id).email, last_day)


@blueprint.post("/personas/<int:user_id>/deshabilitar")
@access.roles(*CARETAKERS)
def disable(user_id: int) -> ResponseReturnValue:
    """Close an account at once."""
    person = invitations.disable_person(access.actor(), user_id, allowed=access.managed(), today=clock.today())
    flash(f"La cuenta {person} quedó deshabilitada y sus sesiones, cerradas.", "success")
    return redirect(url_for("people.show", user_id=user_id))


@blueprint.post("/personas/<int:user_id>/funciones/<int:assignment_id>/fin")
@access.roles(*CARETAKERS)
def set_end(user_id: int, assignment_id: int) -> ResponseReturnValue:
    """Give a role its last day."""
    person = _person(user_id)
    if assignment_id not in {role.assignment_id for role in person.roles}:
        raise NotFoundError("Esa función no existe.")
    form = EndForm(prefix=f"funcion{assignment_id}-")
    if form.validate_on_submit():
        try:
            invitations.set_role_end(
                access.actor(), assignment_id, form.until.data, allowed=access.managed(), today=clock.today()
            )
        except PpMonitorError as error:
            form.form_errors += str(error).splitlines()
        else:
            flash("La fecha final quedó guardada.", "success")
            return redirect(url_for("people.show", user_id=user_id))
    return _show(person, assignment_id, form), 422


def _handover(assignment_id: int) -> Handover:
    """A role of an enlace, for that person and for those who look after enlaces; otherwise it does not exist."""
    who = access.require_person()
    found = find_handover(who.entity_id, assignment_id, clock.today())
    if found.user_id != who.user_id and Role.ENLACE not in access.managed():
        raise NotFoundError("Esa función no existe.")
    return found


def _pending(found: Handover) -> Pending | None:
    """What is under way in the organism, which stays there."""
    vigencia = newest_vigencia()
    if vigencia is None:
        return None
    portfolio = read().at_today().portfolio
    row = next((row for row in plan_board(vigencia, portfolio) if row.code == found.organism_code), None)
    ids = [project.id for project in portfolio.projects if project.organism_code == found.organism_code]
    return Pending(
        drafted=row.drafted if row else 0,
        unregistered=row.pending if row else 0,
        returned=count_returned(ids),
        alerts=count_alerts(vigencia.id, found.organism_id),
    )


@blueprint.get("/entregar/<int:assignment_id>")
@access.roles(Role.ENLACE, Role.PLANEACION)
def ask_hand_over(assignment_id: int) -> ResponseReturnValue:
    """What is pending and who follows."""
    return _show_hand_over(_handover(assignment_id), HandOverForm(formdata=None, last_day=clock.today()))


def _show_hand_over(found: Handover, form: HandOverForm) -> str:
    organism = _organisms()[found.organism_code]
    return render_template(
        "people/hand_over.html", handover=found, organism=organism, pending=_pending(found), form=form
    )


@blueprint.post("/entregar/<int:assignment_id>")
@access.roles(Role.ENLACE, Role.PLANEACION)
def hand_over(assignment_id: int) -> ResponseReturnValue:
    """End one role and invite who follows."""
    found = _handover(assignment_id)
    form = HandOverForm()
    if form.validate_on_submit():
        assert form.last_day.data
        heir = Invitee(form.email.data or "", form.label.data or "", Role.ENLACE, found.organism_code, form.until.data)
        try:
            first_day = invitations.hand_over(
                access.actor(),
                assignment_id,
                heir,
                letter(),
                last_day=form.last_day.data,
                allowed=access.managed(),
                today=clock.today(),
            )
        except PpMonitorError as error:
            form.form_errors += str(error).splitlines()
        else:
            flash(f"La función quedó entregada. {heir.label} comienza el {first_day:%d/%m/%Y}.", "success")
            is_own = found.user_id == access.actor().user_id
            return redirect(url_for("account.show" if is_own else "people.list_people"))
    return _show_hand_over(found, form), 422
