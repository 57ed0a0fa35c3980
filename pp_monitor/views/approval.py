"""Plans that were sent: who has them, and the one page on which they are approved, commented or returned."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from pp_monitor import access, clock
from pp_monitor.access import Role
from pp_monitor.domain.errors import ConflictError, ForbiddenError, Problem, ProblemsError
from pp_monitor.domain.submission import SubmissionAction, allowed_actions
from pp_monitor.forms.approval import WHOLE, CommentForm, RecallForm, ShownForm, SignedForm, decision_form
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.plan import RegistrationStep
from pp_monitor.services import approval
from pp_monitor.services.held_form import TypedForm
from pp_monitor.services.submission import Deed, recall
from pp_monitor.services.submission_read import SentPlan, find_submission, list_submissions
from pp_monitor.views import approval_page, held_form
from pp_monitor.views.attachment import handed_out
from pp_monitor.views.reading import current_vigencia

blueprint = Blueprint("approval", __name__, url_prefix="/registro/envios")
RETURN = "devolver"
CONFIRM = "confirmar"
# The addresses of the acts that are typed on the page of a submission.
DECISION, COMMENT, RECALL, SIGNED = "decision", "comentarios", "recoger", "aprobacion-firmada"


def _plan(number: int, action: SubmissionAction | None = None) -> tuple[Vigencia, SentPlan]:
    """The submission, for who may see it and, if named, may do this to it now."""
    vigencia = current_vigencia()
    plan = find_submission(vigencia, number, clock.today())
    access.require_see(plan.organism_id)
    if action and action not in _actions(plan, roles_only=True):
        raise ForbiddenError("Usted puede consultar este envío, pero no decidir sobre él.")
    return vigencia, plan


def _actions(plan: SentPlan, *, roles_only: bool = False) -> frozenset[SubmissionAction]:
    """What this person may do: now, or at any stage."""
    grants = access.require_person().grants
    roles = {grant.role for grant in grants if grant.organism_id in (None, plan.organism_id)}
    if not roles_only:
        return allowed_actions(roles, plan.stage)
    return frozenset().union(*(allowed_actions(roles, stage) for stage in approval_page.STAGES))


def _deed(vigencia: Vigencia, plan: SentPlan) -> Deed:
    return Deed(vigencia, plan.id, access.actor(), clock.today(), render_mail)


@blueprint.get("")
@access.roles(*access.READERS)
def inbox() -> ResponseReturnValue:
    """What waits for this person first, then what others have, then what is done."""
    plans = list_submissions(current_vigencia(), clock.today(), access.visible_organism_ids())
    mine = [plan for plan in plans if _actions(plan) - {SubmissionAction.RECALL, SubmissionAction.DELEGATE}]
    return render_template("approval/inbox.html", lists=approval_page.lists(plans, mine))


@blueprint.get("/<int:number>")
@access.roles(*access.READERS)
def show(number: int) -> ResponseReturnValue:
    """The page of a submission with what this person may do, and what was wrong with what they tried."""
    _, plan = _plan(number)
    acts = {f"{request.path}/{act}": act for act in (DECISION, COMMENT, RECALL, SIGNED)}
    typed = held_form.kept(*acts)
    forms = {act: _form(plan, act, typed if typed and typed.place == place else None) for place, act in acts.items()}
    return render_template(
        "approval/show.html",
        plan=plan,
        rows=approval_page.rows(plan),
        standing=approval_page.standing(plan, clock.today()),
        facts=approval_page.facts(plan),
        doubts=approval_page.doubts(plan.doubts),
        said=approval_page.said_rows(plan),
        actions=_actions(plan),
        decision=forms[DECISION],
        comment=forms[COMMENT],
        recall=forms[RECALL],
        signed=forms[SIGNED],
    )


def _form(plan: SentPlan, act: str, typed: TypedForm | None) -> FlaskForm:
    """The form of an act on what waits: blank, or as it was typed with what is wrong."""
    filled = held_form.filled(typed)
    form: FlaskForm
    if act == DECISION:
        codes = [project.code for project in plan.waiting]
        form = decision_form(codes)(**filled)
        form.shown.data = " ".join(codes)
    elif act == COMMENT:
        form = CommentForm(**filled).offer([(one.code, f"{one.code} · {one.name}") for one in plan.waiting])
    else:
        form = RecallForm(**filled) if act == RECALL else SignedForm(**filled)
    if typed:
        form.validate()
        held_form.tell(form, typed)
    return form


def _ask_again(plan: SentPlan, problems: Sequence[Problem] = ()) -> ResponseReturnValue:
    """The page of a submission with what was typed in one of its forms, and what was told of it."""
    code = held_form.keep({"": [str(problem) for problem in problems]})
    return redirect(url_for("approval.show", number=plan.number, escrito=code))


def _done(plan: SentPlan, act: Callable[[], object], message: str) -> ResponseReturnValue:
    """Do it and go back to the page; what a person can mend is told beside its form."""
    try:
        act()
    except ProblemsError as error:
        return _ask_again(plan, error.problems)
    except ConflictError as error:
        flash(str(error), "error")
        return redirect(url_for("approval.show", number=plan.number))
    flash(message, "success")
    return redirect(url_for("approval.show", number=plan.number))


@blueprint.post(f"/<int:number>/{DECISION}")
@access.roles(Role.ORDENADOR)
def decide(number: int) -> ResponseReturnValue:
    """Return what the page showed, or approve it, whole or but some projects; an approval is confirmed first."""
    vigencia, plan = _plan(number, SubmissionAction.APPROVE)
    form = decision_form(project.code for project in plan.projects)()
    if not form.validate_on_submit():
        return _ask_again(plan)
    action = request.form.get("accion")
    reasons = dict.fromkeys(form.codes, form.reason.data or "") if action == RETURN else form.reasons()
    if action not in (RETURN, CONFIRM):
        return redirect(url_for("approval.confirm", number=number, escrito=held_form.keep()))
    ids = {project.code: project.id for project in plan.projects}

    def act() -> None:
        shown = [ids[code] for code in form.codes if code in ids]
        approval.decide(
            _deed(vigencia, plan), shown, {ids[code]: reason for code, reason in reasons.items() if code in ids}
        )

    return _done(plan, act, approval_page.decided(len(form.codes), len(reasons)))


@blueprint.get(f"/<int:number>/{DECISION}")
@access.roles(Role.ORDENADOR)
def confirm(number: int) -> ResponseReturnValue:
    """Ask once more, with what is approved for ever and what is returned; all is approved where nothing was typed."""
    _, plan = _plan(number, SubmissionAction.APPROVE)
    waiting, typed = plan.at(RegistrationStep.SENT), held_form.kept(request.path)
    codes = [project.code for project in waiting]
    form = decision_form(codes)(**held_form.filled(typed))
    if not waiting or (typed and form.codes != frozenset(codes)):
        flash(approval.CHANGED if waiting else approval.DECIDED, "error")
        return redirect(url_for("approval.show", number=number))
    if held_form.TYPED in request.args and not typed:
        return redirect(url_for("approval.show", number=number))
    form.shown.data = " ".join(codes)
    asked = approval_page.asked(waiting, form.reasons())
    back = url_for("approval.show", number=number, escrito=request.args.get(held_form.TYPED))
    return render_template("approval/confirm.html", plan=plan, asked=asked, decision=form, back=back)


@blueprint.post(f"/<int:number>/{COMMENT}")
@access.roles(Role.PLANEACION, Role.CONTRATACION)
def comment(number: int) -> ResponseReturnValue:
    """Comment on an approved plan or return it, whole or one project."""
    vigencia, plan = _plan(number, SubmissionAction.COMMENT)
    form = CommentForm().offer([(project.code, project.code) for project in plan.projects])
    if not form.validate_on_submit():
        return _ask_again(plan)
    is_return = request.form.get("accion") == RETURN
    chosen = [p.id for p in plan.waiting if form.project.data in (WHOLE, p.code)]

    def act() -> None:
        doing = approval.return_approved if is_return else approval.comment
        doing(_deed(vigencia, plan), chosen, form.text.data or "")

    said = "Se devolvió con su motivo." if is_return else "El comentario quedó escrito y se envió por correo."
    return _done(plan, act, said)


@blueprint.get("/<int:number>/registro")
@access.roles(Role.PLANEACION)
def ask_let_through(number: int) -> ResponseReturnValue:
    """Ask once more before an approved plan is registered, with what is registered for ever."""
    _, plan = _plan(number, SubmissionAction.LET_THROUGH)
    asked = approval_page.asked_to_register(plan, clock.today())
    if not asked.approved:
        flash(approval.NONE_APPROVED, "error")
        return redirect(url_for("approval.show", number=number))
    form = ShownForm(formdata=None, shown=" ".join(row.code for row in asked.approved))
    return render_template("approval/register.html", plan=plan, asked=asked, form=form)


@blueprint.post("/<int:number>/registro")
@access.roles(Role.PLANEACION)
def let_through(number: int) -> ResponseReturnValue:
    """Register the approved plans that were shown, without waiting for the days of comments."""
    vigencia, plan = _plan(number, SubmissionAction.LET_THROUGH)
    codes = ShownForm().codes

    def act() -> None:
        approval.let_through(_deed(vigencia, plan), [one.id for one in plan.projects if one.code in codes])

    return _done(plan, act, "El plan quedó registrado como línea base.")


@blueprint.post(f"/<int:number>/{RECALL}")
@access.roles(Role.ENLACE)
def take_back(number: int) -> ResponseReturnValue:
    """Take back what the head has not decided yet."""
    vigencia, plan = _plan(number, SubmissionAction.RECALL)
    form = RecallForm()
    if not form.validate_on_submit():
        return _ask_again(plan)

    def act() -> None:
        recall(_deed(vigencia, plan), form.reason.data or "")

    return _done(plan, act, "El envío se recogió. Las fechas vuelven a ser borrador.")


@blueprint.post(f"/<int:number>/{SIGNED}")
@access.roles(Role.ENLACE)
def hand_in(number: int) -> ResponseReturnValue:
    """Hand in the approval that the head signed outside, by delegation."""
    vigencia, plan = _plan(number, SubmissionAction.DELEGATE)
    form = SignedForm()
    if not form.validate_on_submit():
        return _ask_again(plan)
    signed = approval.Signed(form.signed_by.data or "", form.act.data or "", form.document())

    def act() -> None:
        shown = [project.id for project in plan.waiting]
        approval.decide(_deed(vigencia, plan), shown, {}, signed)

    return _done(plan, act, "La aprobación firmada quedó adjunta. Su despacho recibe un correo con ella.")


@blueprint.get("/<int:number>/soporte")
@access.roles(*access.READERS)
def document(number: int) -> ResponseReturnValue:
    """The approval that was handed in signed."""
    _, plan = _plan(number)
    return handed_out(plan.approval.evidence_id if plan.approval else None)
