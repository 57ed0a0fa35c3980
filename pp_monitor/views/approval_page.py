"""What the pages of plans that were sent show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.catalogue import COMPLETION, CONTRACT
from pp_monitor.domain.submission import ApprovalStage
from pp_monitor.formatters import cop, date_long, date_short, plural
from pp_monitor.labels_plan import BY_SILENCE, REGISTRATION_STEP, answer_text
from pp_monitor.models.plan import RegistrationKind, RegistrationStep
from pp_monitor.services.submission_read import Said, SentDoubt, SentPlan, SentProject, value_cop

STAGES = tuple(ApprovalStage)
KIND = {RegistrationKind.PRINCIPAL: "Registro principal", RegistrationKind.SUPPLEMENTARY: "Registro complementario"}
_STEPS = {
    RegistrationStep.SENT: ("half", "done"),
    RegistrationStep.APPROVED: ("half", "done"),
    RegistrationStep.RETURNED: ("triangle", "warn"),
    RegistrationStep.RECALLED: ("ring", "none"),
    RegistrationStep.LEFT: ("cross", "none"),
    RegistrationStep.REGISTERED: ("check", "ok"),
}
_MANY = 6


@dataclass(frozen=True, slots=True)
class SentRow:
    """One project of a submission; ``dates`` are all its milestones in words."""

    code: str
    name: str
    note: str
    modality: str
    amount_cop: int
    first: date | None
    contract: date | None
    completion: date | None
    dates: list[tuple[str, str]]
    warnings: tuple[str, ...]
    shape: str
    tone: str
    word: str
    reason: str
    is_waiting: bool


def rows(plan: SentPlan) -> list[SentRow]:
    """The projects, those that somebody has first."""
    waiting = {project.id for project in plan.waiting}
    ordered = sorted(plan.projects, key=lambda project: (project.id not in waiting, project.code))
    return [_row(project, plan, is_waiting=project.id in waiting) for project in ordered]


def _row(project: SentProject, plan: SentPlan, *, is_waiting: bool) -> SentRow:
    shape, tone = _STEPS[project.step.step]
    planned = [line.planned for line in project.plan.lines.values() if line.planned]
    is_back = project.step.step in (RegistrationStep.RETURNED, RegistrationStep.RECALLED, RegistrationStep.LEFT)
    return SentRow(
        code=project.code,
        name=project.name,
        note=" · ".join(part for part in (project.code, project.territory) if part),
        modality=labels.MODALITY[project.modality] if project.modality else "Sin modalidad",
        amount_cop=project.amount_cop,
        first=min(planned, default=None),
        contract=project.planned(CONTRACT),
        completion=project.planned(COMPLETION),
        dates=_dates(project, plan),
        warnings=project.warnings,
        shape=shape,
        tone=tone,
        word=REGISTRATION_STEP[project.step.step],
        reason=project.step.reason if is_back else "",
        is_waiting=is_waiting,
    )


def _dates(project: SentProject, plan: SentPlan) -> list[tuple[str, str]]:
    names = {milestone.code: milestone.name for milestone in plan.catalogue.milestones} | dict(project.plan.own_names)
    found = []
    for code, name in names.items():
        line = project.plan.lines.get(code)
        text = "No aplica" if line is None or line.not_applicable else date_short(line.planned)
        if actual := project.plan.actuals.get(code):
            text += f" · cumplido el {date_short(actual)}"
        found.append((name, text))
    return found


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """A group of doubts with what the enlace said of it."""

    title: str
    note: str
    reason: str


def doubts(sent: Sequence[SentDoubt]) -> list[DoubtRow]:
    """The doubts about a plan as they were sent, those with a reason first."""
    found = []
    for one in sorted(sent, key=lambda doubt: not doubt.reason):
        codes = sorted(one.codes)
        note = ", ".join(codes) if len(codes) <= _MANY else plural(len(codes), "proyecto", "proyectos")
        said = answer_text(one.reason, one.backing, one.document) or "No pide justificación."
        found.append(DoubtRow(one.title, note, said))
    return found


def standing(plan: SentPlan, today: date) -> tuple[str, str]:
    """Who has it, in a sentence, with the tone of its notice."""
    since = f"Enviado, en aprobación desde el {date_short(plan.sent_on)}"
    if plan.stage is ApprovalStage.HEAD:
        return f"{since}: lo tiene el ordenador del gasto.", "info"
    if plan.stage is ApprovalStage.COMMENTS and plan.comments_until:
        until = f"hasta el {date_long(plan.comments_until)}" if today <= plan.comments_until else "y el plazo ya pasó"
        return f"{since}: aprobado el {date_short(plan.approved_on)}, en comentarios {until}.", "info"
    if plan.receipt:
        return f"Registrado, constancia n.º {plan.receipt}. {_how_registered(plan)}".strip(), "success"
    return "Nadie lo tiene: lo enviado volvió a ser borrador o salió de la aprobación.", "warning"


def _how_registered(plan: SentPlan) -> str:
    """Whether somebody of Planning let it through, or nobody spoke in time."""
    done = plan.registered_by
    if done is None:
        return ""
    if not done.who:
        return f"{BY_SILENCE}, sin que nadie lo devolviera."
    return f"Lo registró {done.who}, sin esperar a que venciera el plazo de comentarios."


def facts(plan: SentPlan) -> list[tuple[str, str]]:
    """The submission in plain words: what goes on, and apart what came back; all that was sent when nothing goes on."""
    shown = plan.current or plan.projects
    first = min((day for row in shown if (day := _first(row))), default=None)
    last = max((day for row in shown if (day := row.planned(COMPLETION))), default=None)
    contracts = [day for row in shown if (day := row.planned(CONTRACT))]
    warned = sum(bool(row.warnings) for row in shown)
    found = [
        (_standing_word(plan), plural(len(shown), "proyecto", "proyectos")),
        ("Valor", cop(value_cop(shown))),
        *([(f"Aparte, {_went(plan.back).lower()}", _together(plan.back))] if plan.current and plan.back else []),
        ("Primer hito", date_short(first)),
        ("Contratos", _between(contracts)),
        ("Última terminación", date_short(last)),
        ("Con avisos", plural(warned, "proyecto", "proyectos") if warned else "Ninguno"),
        ("Quedan por fuera", plural(len(plan.left_out), "proyecto", "proyectos") if plan.left_out else "Ninguno"),
    ]
    if plan.act:
        found.append(("Acto", plan.act))
    return found


def _between(days: Sequence[date]) -> str:
    """From the first of these days to the last, or the one that they all are."""
    first, last = min(days, default=None), max(days, default=None)
    return date_short(first) if first == last else f"del {date_short(first)} al {date_short(last)}"


def _standing_word(plan: SentPlan) -> str:
    """What the projects are that are counted first."""
    if not plan.current:
        return "Se enviaron"
    return "En aprobación" if plan.stage else "Registrados"


def _together(projects: Sequence[SentProject]) -> str:
    return f"{plural(len(projects), 'proyecto', 'proyectos')} por {cop(value_cop(projects))}"


def _went(projects: Sequence[SentProject]) -> str:
    """How projects left the approval, in one word where they all left alike."""
    is_plural = len(projects) > 1
    if all(project.is_at(RegistrationStep.RETURNED) for project in projects):
        return "Devueltos" if is_plural else "Devuelto"
    if all(project.is_at(RegistrationStep.RECALLED) for project in projects):
        return "Recogidos" if is_plural else "Recogido"
    return "Devueltos o fuera de la aprobación"


def _first(project: SentProject) -> date | None:
    return min((line.planned for line in project.plan.lines.values() if line.planned), default=None)


@dataclass(frozen=True, slots=True)
class SaidRow:
    """One line of the history of a submission."""

    when: datetime
    what: str
    who: str
    on: str
    reason: str
    url: str


def said_rows(plan: SentPlan) -> list[SaidRow]:
    """What was done, the newest first."""
    return [
        SaidRow(
            when=one.recorded_at,
            what=REGISTRATION_STEP[one.step] + (" con documento firmado" if one.evidence_id else ""),
            who=_who(one),
            on=", ".join(one.projects)
            if len(one.projects) <= _MANY
            else plural(len(one.projects), "proyecto", "proyectos"),
            reason=one.reason,
            url=url_for("approval.document", number=plan.number) if one.evidence_id else "",
        )
        for one in reversed(plan.said)
    ]


def _who(one: Said) -> str:
    if one.signed_by:
        return f"Firmó {one.signed_by}. Lo adjuntó {one.who}."
    if one.step is RegistrationStep.REGISTERED and not one.who:
        return BY_SILENCE
    return one.who or "Tareas programadas"


@dataclass(frozen=True, slots=True)
class ListRow:
    """One submission in the inbox: the projects that go on, or all that were sent when none does; value in COP."""

    title: str
    url: str
    note: str
    projects: int
    amount_cop: int
    standing: str


def lists(plans: Sequence[SentPlan], mine: Sequence[SentPlan]) -> list[tuple[str, list[ListRow]]]:
    """The submissions: for this person, with others, done; empty lists are left out but the first."""
    others = [plan for plan in plans if plan.stage and plan not in mine]
    done = [plan for plan in plans if plan.stage is None]
    found = [("Esperan por usted", mine), ("Los tienen otros", others), ("Terminados", done)]
    return [(title, [_list_row(plan) for plan in members]) for title, members in found if members]


def _list_row(plan: SentPlan) -> ListRow:
    if plan.stage is ApprovalStage.HEAD:
        word = "Lo tiene el ordenador del gasto"
    elif plan.stage is ApprovalStage.COMMENTS:
        word = f"En comentarios hasta el {date_short(plan.comments_until)}"
    else:
        word = f"Registrado, constancia n.º {plan.receipt}" if plan.receipt else "Devuelto"
    shown = plan.current or plan.projects
    back = plan.back if plan.current else ()
    return ListRow(
        title=f"{plan.organism_name}, envío n.º {plan.number}",
        url=url_for("approval.show", number=plan.number),
        note=f"{KIND[plan.kind]} · enviado el {date_short(plan.sent_on)} por {plan.sent_by}"
        + (f" · aparte, {_together(back)} {_went(back).lower()}" if back else ""),
        projects=len(shown),
        amount_cop=value_cop(shown),
        standing=word,
    )


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One project of a decision that is to be confirmed; ``reason`` says why it is returned, empty if approved."""

    code: str
    name: str
    amount_cop: int
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision before it is taken."""

    title: str
    warning: str
    button: str
    approved: list[AskedRow]
    returned: list[AskedRow]


def asked(waiting: Sequence[SentProject], reasons: Mapping[str, str]) -> Asked:
    """What approving would do, in words that tell how many projects and which value."""
    rows = [AskedRow(one.code, one.name, one.amount_cop, reasons.get(one.code, "")) for one in waiting]
    approved, returned = [row for row in rows if not row.reason], [row for row in rows if row.reason]
    kept = plural(len(approved), "proyecto", "proyectos")
    back = plural(len(returned), "proyecto", "proyectos")
    value = cop(sum(row.amount_cop for row in approved))
    doing = [f"Aprobar {kept}"] if approved else []
    doing += [f"devolver {len(returned)}" if approved else f"Devolver {back}"] if returned else []
    warning = f"Aprueba {kept} por {value}. Sus fechas serán la línea base: después no se cambian." if approved else ""
    if returned:
        warning = f"{warning} Devuelve {back}: el enlace lo corrige y lo envía otra vez.".strip()
    title = " y ".join(doing)
    return Asked(title, warning, f"Sí, {title[0].lower()}{title[1:]}", approved, returned)


def asked_to_register(plan: SentPlan, today: date) -> Asked:
    """What registering what is approved would do today, and whether it cuts the days for comments short."""
    waiting = plan.at(RegistrationStep.APPROVED)
    kept, value = plural(len(waiting), "proyecto", "proyectos"), cop(value_cop(waiting))
    until = plan.comments_until
    cut = (
        f", sin esperar los comentarios que se reciben hasta el {date_long(until)}" if until and today <= until else ""
    )
    warning = f"Registra {kept} por {value}{cut}: sus fechas quedan como línea base y después no se cambian."
    rows = [AskedRow(one.code, one.name, one.amount_cop, "") for one in waiting]
    return Asked(f"Registrar {kept}", warning, f"Sí, registrar {kept}", rows, [])


def decided(shown: int, returned: int) -> str:
    """What came of the head's decision."""
    if returned == shown:
        return "El envío se devolvió. El enlace lo recibe con su motivo."
    approved = plural(shown - returned, "proyecto quedó aprobado", "proyectos quedaron aprobados")
    back = f" y {plural(returned, 'se devolvió', 'se devolvieron')}" if returned else ""
    return f"{approved}{back}. Ahora lo ven Planeación y Contratación."
