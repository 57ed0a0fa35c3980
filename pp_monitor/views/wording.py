"""Sentences that pages tell: what to decide, how a light changed, what happened to a project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from pp_monitor import labels
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_rule import AlertRule
from pp_monitor.domain.contract import ProcessAct
from pp_monitor.domain.decision import Decision, DecisionKind
from pp_monitor.domain.light import Light, light_gain
from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.portfolio import Names
from pp_monitor.domain.progress import FactStatus
from pp_monitor.domain.project import ProjectAssessment, ProjectState
from pp_monitor.formatters import cop, cop_millions, date_short, file_size, plural
from pp_monitor.labels_alert import event_sentence
from pp_monitor.labels_contract import PROCESS_ACT
from pp_monitor.services.evidence import Proof
from pp_monitor.services.story_entry import StoryEntry, StoryKind


@dataclass(frozen=True, slots=True)
class LightChange:
    """How a light changed since the cut-off before: ``direction`` up is better."""

    direction: str
    word: str


def light_change(now: Light, before: Light | None) -> LightChange | None:
    """The change to tell, or none when there is none."""
    if before is None or before is now:
        return None
    gap = light_gain(before, now)
    direction = "up" if gap > 0 else "down" if gap < 0 else "same"
    return LightChange(direction, labels.LIGHT[before].lower())


def short_name(names: Names, code: str) -> str:
    """Short name of an organism, its code where it has none."""
    label = names.organisms.get(code)
    return label.short_name if label else code


def official_name(names: Names, code: str) -> str:
    """Official name of an organism, its code where it has none."""
    label = names.organisms.get(code)
    return label.name if label else code


def territories(names: Names, project: ProjectAssessment) -> str:
    """Names of the territories of a project."""
    return ", ".join(territory_name(names, share.territory_code) for share in project.territories) or "—"


def territory_name(names: Names, code: str) -> str:
    """Name of a territory, its code where it has none."""
    label = names.territories.get(code)
    return label.name if label else code


def phase_word(project: ProjectAssessment) -> str:
    """Phase of a project; *Cerrado* when all is done, ``—`` without plan."""
    if project.current is None:
        return "—"
    return labels.PHASE[project.phase] if project.phase else labels.PHASE_CLOSED


def decision_title(decision: Decision, names: Names) -> str:
    """What is to be decided, as an order."""
    organism, many = short_name(names, decision.organism_code), len(decision.projects)
    projects = plural(many, "proyecto", "proyectos")
    ends = "terminaría" if many == 1 else "terminarían"
    return {
        DecisionKind.REGISTER: f"Registrar el plan de {projects} de {organism}",
        DecisionKind.UNBLOCK: f"Destrabar {plural(many, 'proyecto atrasado', 'proyectos atrasados')} de {organism}",
        DecisionKind.PAST_YEAR: f"Respaldar, acortar o reducir {projects} de {organism}, que {ends} tras la vigencia",
        DecisionKind.APPROVE: f"Aprobar o devolver {plural(many, 'plan enviado', 'planes enviados')} de {organism}",
    }[decision.kind]


def decision_lines(decision: Decision, names: Names, due_on: date | None, today: date) -> list[str]:
    """The value that the decision touches, since when, and who answers, by when; ``due_on`` none: not asked yet."""
    facts = [cop_millions(decision.amount_cop)]
    if decision.kind is DecisionKind.REGISTER:
        facts.append(f"plazo vencido el {date_short(decision.day)}, hace {labels.days_text(decision.workdays)}")
    if decision.kind is DecisionKind.UNBLOCK:
        name = names.milestones.get(decision.milestone_code, decision.milestone_code)
        facts.append(f"hasta {labels.days_text(decision.workdays)} de retraso, en «{name}»")
    who = f"Responde: ordenador(a) del gasto de {short_name(names, decision.organism_code)}"
    return [" · ".join(facts), f"{who}, {_until(due_on, today)}" if due_on else who]


def _until(due_on: date, today: date) -> str:
    if due_on < today:
        return f"que debía hacerlo a más tardar el {date_short(due_on)}"
    return f"a más tardar el {date_short(due_on)}"


def proof_text(proof: Proof) -> str:
    """A kept document in words: its name, size and the beginning of its hash."""
    return f"{proof.filename}, {file_size(proof.size_bytes)}, SHA-256 {proof.sha256[:12]}"


def story_sentence(entry: StoryEntry, names: Names, milestones: Mapping[str, str]) -> str:
    """One entry of the story of a project as a sentence."""
    return _SENTENCES[entry.kind](entry, names, milestones)


Sentence = Callable[[StoryEntry, Names, Mapping[str, str]], str]


def _entered(_entry: StoryEntry, _names: Names, _milestones: Mapping[str, str]) -> str:
    return "Entró a la vigencia."


def _baseline(entry: StoryEntry, _names: Names, _milestones: Mapping[str, str]) -> str:
    if entry.number == 0:
        return f"Se registró el plan: línea base.{_by_act(entry)}"
    return f"{labels.BASELINE_KIND[BaselineKind(entry.code)]} n.º {entry.number}.{_by_act(entry)}"


def _actual(entry: StoryEntry, _names: Names, milestones: Mapping[str, str]) -> str:
    name = milestones.get(entry.milestone_code, entry.milestone_code)
    if entry.code == FactStatus.ANNULLED:
        return f"Se anuló la fecha real de «{name}»."
    if entry.code == FactStatus.RETURNED:
        return f"Se devolvió el reporte de «{name}»."
    status = FactStatus(entry.code)
    is_ours = entry.is_by_planning and status is FactStatus.REPORTED
    word = "registrado por Planeación" if is_ours else labels.FACT_STATUS[status].lower()
    contract = f" del contrato {entry.subject}" if entry.subject else ""
    if status is FactStatus.VERIFIED:
        return f"Se verificó que «{name}»{contract} se cumplió el {date_short(entry.day)}."
    return f"«{name}»{contract} se cumplió el {date_short(entry.day)} ({word})."


def _forecast(entry: StoryEntry, _names: Names, milestones: Mapping[str, str]) -> str:
    name = milestones.get(entry.milestone_code, entry.milestone_code)
    if entry.day is None:
        return f"Se retiró la fecha declarada de «{name}»."
    return f"Se declaró que «{name}» será el {date_short(entry.day)}."


def _state(entry: StoryEntry, _names: Names, _milestones: Mapping[str, str]) -> str:
    restart = f" Reinicio previsto: {date_short(entry.day)}." if entry.day else ""
    return f"{labels.PROJECT_BECAME[ProjectState(entry.code)]}.{_by_act(entry)}{restart}"


def _allocation(entry: StoryEntry, _names: Names, _milestones: Mapping[str, str]) -> str:
    return f"Su valor pasó a {cop(entry.number)}."


def _organism(entry: StoryEntry, names: Names, _milestones: Mapping[str, str]) -> str:
    return f"Pasó a {official_name(names, entry.code)}."


def _alert(entry: StoryEntry, _names: Names, milestones: Mapping[str, str]) -> str:
    return event_sentence(
        AlertChange(entry.code), AlertRule(entry.rule), entry.level, workdays=entry.number,
        milestone=milestones.get(entry.milestone_code, entry.milestone_code), role=entry.role, day=entry.day,
        owner=entry.owner,
    )  # fmt: skip


def _contract_added(entry: StoryEntry, _names: Names, _milestones: Mapping[str, str]) -> str:
    amount = f", que pone {cop(entry.number)}" if entry.number else ""
    verb = "agregó" if entry.kind is StoryKind.CONTRACT_ADDED else "vinculó"
    return f"Se {verb} el contrato {entry.subject}{amount}.{_by_act(entry)}"


def _contract_left(entry: StoryEntry, _names: Names, _milestones: Mapping[str, str]) -> str:
    return f"El contrato {entry.subject} dejó de servir al proyecto.{_by_act(entry)}"


def _guarantees(entry: StoryEntry, _names: Names, _milestones: Mapping[str, str]) -> str:
    if entry.day is None:
        return f"Se quitó la aprobación de las garantías del contrato {entry.subject}.{_by_act(entry)}"
    return f"Se aprobaron las garantías del contrato {entry.subject} el {date_short(entry.day)}.{_by_act(entry)}"


def _process_added(entry: StoryEntry, _names: Names, _milestones: Mapping[str, str]) -> str:
    return f"Se agregó el proceso {entry.subject}."


def _attempt_void(entry: StoryEntry, _names: Names, _milestones: Mapping[str, str]) -> str:
    told = f"El intento {entry.number} del proceso {entry.subject} se declaró desierto y se abrió el "
    return f"{told}{entry.number + 1}.{_by_act(entry)}"


def _process_act(entry: StoryEntry, _names: Names, _milestones: Mapping[str, str]) -> str:
    restart = f" Reinicio previsto: {date_short(entry.day)}." if entry.day else ""
    return f"{PROCESS_ACT[ProcessAct(entry.code)]} del proceso {entry.subject}.{_by_act(entry)}{restart}"


def _correction(entry: StoryEntry, _names: Names, _milestones: Mapping[str, str]) -> str:
    noun = "contrato" if entry.code == "contract" else "proceso"
    if entry.other:
        return f"Se corrigió el número del {noun} {entry.other}: es {entry.subject}."
    return f"Se corrigió el enlace al SECOP II del {noun} {entry.subject}."


def _waiting(entry: StoryEntry, _names: Names, _milestones: Mapping[str, str]) -> str:
    verb = "depende" if entry.kind is StoryKind.WAITING else "ya no depende"
    return f"El proceso {entry.subject} {verb} del proceso {entry.other}."


def _by_act(entry: StoryEntry) -> str:
    return f" Acto: {entry.act}." if entry.act else ""


_SENTENCES: dict[StoryKind, Sentence] = {
    StoryKind.ENTERED: _entered,
    StoryKind.BASELINE: _baseline,
    StoryKind.ACTUAL: _actual,
    StoryKind.FORECAST: _forecast,
    StoryKind.STATE: _state,
    StoryKind.ALLOCATION: _allocation,
    StoryKind.ORGANISM: _organism,
    StoryKind.ALERT: _alert,
    StoryKind.CONTRACT_ADDED: _contract_added,
    StoryKind.CONTRACT_LINKED: _contract_added,
    StoryKind.CONTRACT_LEFT: _contract_left,
    StoryKind.GUARANTEES: _guarantees,
    StoryKind.PROCESS_ADDED: _process_added,
    StoryKind.ATTEMPT_VOID: _attempt_void,
    StoryKind.PROCESS_ACT: _process_act,
    StoryKind.CORRECTION: _correction,
    StoryKind.WAITING: _waiting,
    StoryKind.WAITING_ENDED: _waiting,
}
