"""Milestones of a plan, gathered one by one from either layout with everything wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pp_monitor.domain.catalogue import OWN_CODES, CatalogueMilestone, Modality
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.plan import PlanLine
from pp_monitor.intake.plan_cells import NOWHERE, CellReader, Place
from pp_monitor.intake.text import Refusal, is_blank, match_word, normalise, parse_yes, plain, shown

NOT_APPLICABLE = "No aplica"
_NOT_APPLICABLE_WORDS = frozenset({"no aplica", "na", "n a"})


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What a file says of one milestone of one project.

    ``actual`` is the real date, if given; ``own_name`` names a milestone of the project's own (P01 … P03).
    ``place`` and ``actual_place`` are the cells of both dates.
    """

    project_code: str
    milestone_code: str
    planned: date | None
    not_applicable: bool
    actual: date | None
    place: Place
    actual_place: Place = NOWHERE
    own_name: str = ""

    @property
    def line(self) -> PlanLine:
        """Its planned date, or that it does not apply."""
        return PlanLine(self.planned, self.not_applicable)


def _says_not_applicable(text: str) -> bool:
    """Whether a cell says *No aplica*; the error ``#N/A`` of a spreadsheet does not."""
    return normalise(text) in _NOT_APPLICABLE_WORDS and not text.startswith("#")


class PlanReader(CellReader):
    """Gathers the rows of a plan; one that cannot be read is not kept.

    ``faults`` are the problems of rows that can be read and are not allowed, which are kept.
    """

    def __init__(
        self,
        milestones: Sequence[CatalogueMilestone],
        known_projects: Mapping[str, str],
        known_modalities: Mapping[str, Modality | None],
        modality_names: Mapping[Modality, str],
        year_range: tuple[int, int],
        year: int | None,
    ) -> None:
        super().__init__(milestones, known_projects, year_range, year)
        self.rows: list[PlanRow] = []
        self.faults: list[Problem] = []
        self.modalities: dict[str, Modality] = {}
        self.first_places: dict[str, Place] = {}
        self.places: dict[tuple[str, str], Place] = {}
        self._known_modalities = known_modalities
        self._modality_names = {code.value: modality_names.get(code, code.value) for code in Modality}
        self._seen: dict[tuple[str, str], Place] = {}

    def name_project(self, project_code: str, place: Place) -> None:
        """Remember where a known project is first named."""
        if project_code:
            self.first_places.setdefault(project_code, place)

    def modality(self, project_code: str, value: object, place: Place) -> None:
        """Keep the modality that the file gives to a project; two that differ are a problem."""
        code = match_word(value, self._modality_names)
        if not code:
            codes = ", ".join(self._modality_names)
            self.refuse(place, f"«{shown(value)}» no es una modalidad.", f"Use una de la lista: {codes}.", project_code)
            return
        if project_code and self.modalities.setdefault(project_code, Modality(code)) != code:
            what = f"{project_code} tiene otra modalidad más arriba: {self.modalities[project_code]}."
            self.refuse(place, what, "Deje una sola.", project_code)

    def yes(self, value: object, place: Place, project_code: str, milestone_code: str) -> bool:
        """Whether a cell says SI; no with its problem kept when it cannot be read."""
        read = parse_yes(value)
        if isinstance(read, Refusal):
            self.refuse(place, read.what, read.fix, project_code, milestone_code)
            return False
        return read

    def add(
        self,
        project_code: str,
        milestone_code: str,
        *,
        planned: object,
        actual: object,
        not_applicable: bool,
        own_name: str,
        place: Place,
        actual_place: Place,
    ) -> None:
        """Read one milestone and keep it unless it cannot be read or nothing is said of it.

        Without a known project the cells are read all the same, so that all their problems are told.
        """
        before = len(self.problems)
        self.places.setdefault((project_code, milestone_code), place)
        says_no = _says_not_applicable(plain(planned))
        day = None if is_blank(planned) or says_no else self.date(planned, place, project_code, milestone_code)
        done = None if is_blank(actual) else self.date(actual, actual_place, project_code, milestone_code)
        says_no = says_no or not_applicable
        is_own = milestone_code in OWN_CODES
        is_typed = not (is_blank(planned) and is_blank(actual)) or (not_applicable and not is_own)
        if project_code and is_typed:
            self._refuse_second(project_code, milestone_code, place)
        readable = len(self.problems)
        self._check(project_code, milestone_code, says_no, day, done, place)
        if is_own and (day or done) and not own_name:
            what = f"El hito propio {milestone_code} no tiene nombre."
            self.refuse(place, what, "Escriba su nombre después del código.", project_code, milestone_code)
        says_something = day or done or (says_no and not is_own)
        if project_code and says_something and readable == before:
            self.faults += self.problems[readable:]
            name = own_name if is_own else ""
            self.rows.append(PlanRow(project_code, milestone_code, day, says_no, done, place, actual_place, name))

    def _check(
        self, project_code: str, code: str, says_no: bool, planned: date | None, actual: date | None, place: Place
    ) -> None:
        if not says_no:
            return
        if planned is not None or actual is not None:
            what = f"{code} trae una fecha y también «{NOT_APPLICABLE}»."
            self.refuse(place, what, "Deje solo una de las dos cosas.", project_code, code)
        milestone = self.milestones.get(code)
        modality = self.modalities.get(project_code, self._known_modalities.get(project_code))
        if milestone is None or not milestone.compulsory or not milestone.needed_by(modality):
            return
        exempt = ", ".join(one.value for one in Modality if one in milestone.not_for)
        unless = f" Solo puede no aplicar en estas modalidades: {exempt}." if exempt else ""
        what = f"{code} {milestone.name} es obligatorio y está como «{NOT_APPLICABLE}»."
        self.refuse(place, what, f"Escriba su fecha planeada.{unless}", project_code, code)

    def _refuse_second(self, project_code: str, code: str, place: Place) -> None:
        """A milestone told a second time, also when what was told first cannot be read."""
        first = self._seen.setdefault((project_code, code), place)
        if first is not place:
            what = f"{code} de {project_code} ya está en {first.cell}."
            self.refuse(place, what, "Deje una sola fecha.", project_code, code)
