"""*Correos*: what will be sent in the next seven days, what was sent in the last seven, and another try."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock
from pp_monitor.access import Role
from pp_monitor.domain.errors import ConflictError
from pp_monitor.domain.listing import Page, paginate
from pp_monitor.formatters import plural
from pp_monitor.forms.alert import Narrowing
from pp_monitor.forms.mail import read_mails
from pp_monitor.forms.project import read_page
from pp_monitor.mail_templates import render_mail
from pp_monitor.services import mail as outbox
from pp_monitor.services.mail_forecast import foreseen_mails
from pp_monitor.services.mail_read import sent_mails
from pp_monitor.views import mail_rows
from pp_monitor.views.project_list import PageLinks
from pp_monitor.views.reading import current_vigencia

blueprint = Blueprint("mail", __name__)
PAGE_SIZE = 25


@blueprint.get("/correos")
@access.roles(Role.PLANEACION, Role.CONTROL)
def list_mails() -> ResponseReturnValue:
    """The mails to come or those of the last days, narrowed by the address."""
    narrowing = read_mails(request.args, mail_rows.choices())
    problems = list(narrowing.problems)
    page = read_page(request.args, problems)
    found = _sent(narrowing, page) if _is_sent(narrowing) else _coming(narrowing, page)
    return render_template(
        "outbox/list.html",
        is_sent=_is_sent(narrowing),
        narrowing=narrowing,
        problems=problems,
        filters=mail_rows.filters(narrowing),
        views=mail_rows.views(narrowing),
        page_data=found,
        links=PageLinks.of(found, "mail.list_mails", narrowing.args),
        can_retry=access.has_role(Role.PLANEACION),
    )


def _is_sent(narrowing: Narrowing) -> bool:
    return narrowing.chosen["vista"] == mail_rows.SENT


def _sent(narrowing: Narrowing, page: int) -> Page[mail_rows.SentRow]:
    query = mail_rows.query(narrowing, clock.today())
    found = sent_mails(access.require_person().entity_id, query, page, PAGE_SIZE)
    back = {**narrowing.args, "pagina": found.page}
    rows = tuple(mail_rows.sent_row(each, back) for each in found.rows)
    return Page(rows, found.page, found.pages, found.total, found.first, found.last)


def _coming(narrowing: Narrowing, page: int) -> Page[mail_rows.ForeseenRow]:
    vigencia, today = current_vigencia(), clock.today()
    mails = foreseen_mails(vigencia, today, render_mail, done=mail_rows.gone(vigencia, today))
    rows = [mail_rows.foreseen_row(each) for each in mails if mail_rows.admits(narrowing, each)]
    return paginate(rows, page, PAGE_SIZE)


@blueprint.post("/correos/<int:message_id>/reintentar")
@access.roles(Role.PLANEACION)
def retry(message_id: int) -> ResponseReturnValue:
    """Put a message in line again for those who have not got it."""
    try:
        waiting = outbox.retry(message_id, access.actor())
        flash(f"El mensaje se intentará de nuevo con {plural(waiting, 'destinatario', 'destinatarios')}.", "success")
    except ConflictError as error:
        flash(str(error), "warning")
    narrowing = read_mails(request.args, mail_rows.choices())
    return redirect(url_for("mail.list_mails", **narrowing.args, pagina=read_page(request.args, [])))
