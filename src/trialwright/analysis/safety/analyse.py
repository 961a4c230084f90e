"""One call from data and study to every table of the safety chapter.

No rule stands here: what an event, a grade, a dose or a candidate is comes from ``safety``, the
estimates from ``stats`` and the boundaries from ``design``. A part whose data were not collected,
or whose choices the study leaves open, is named with the reason; the others are computed.
"""

from __future__ import annotations

from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING

import polars as pl

from trialwright.analysis.result import NotComputable
from trialwright.analysis.safety.first_events import first_events_of
from trialwright.analysis.safety.result import (
    EcgResults,
    EventResults,
    LaboratoryResults,
    SafetyAnalysis,
    VitalResults,
)
from trialwright.analysis.safety.watch import watch_toxicity
from trialwright.errors import DesignError, StudyError
from trialwright.safety.blood_pressure import (
    pair_pressures,
    shift_pressures,
    worst_pressures,
)
from trialwright.safety.complications import list_complications
from trialwright.safety.course import gather_courses, treatment_names
from trialwright.safety.deaths import deaths_on_treatment
from trialwright.safety.dosing import check_doses
from trialwright.safety.event_counts import SEVERE, count_overview, count_patients
from trialwright.safety.event_findings import find_event_findings
from trialwright.safety.event_times import follow_patients
from trialwright.safety.events import derive_events, select_emergent, select_group
from trialwright.safety.exposure import derive_exposure
from trialwright.safety.exposure_checks import check_exposure
from trialwright.safety.exposure_summary import summarise_exposure
from trialwright.safety.laboratory import (
    check_laboratory,
    grade_laboratory,
    shift_table,
    worst_laboratory_grades,
)
from trialwright.safety.liver import edish_points, find_hys_law
from trialwright.safety.qtcf import count_qtcf, worst_qtcf
from trialwright.safety.sign_checks import check_ecgs, check_vitals
from trialwright.safety.signs import read_signs
from trialwright.safety.special_interest import choose_groups
from trialwright.safety.toxicity import unacceptable_toxicities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeVar

    from trialwright.analysis.safety.first_events import FirstEvents
    from trialwright.analysis.safety.watch import ToxicityWatch
    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.event_times import FollowUp
    from trialwright.study.model import Study

    Courses = Mapping[str, TreatmentCourse]
    Part = TypeVar("Part")


def analyse_safety(dataset: Dataset, study: Study) -> SafetyAnalysis:
    """Analyse the harm of a trial as its study file says.

    Parameters
    ----------
    dataset : Dataset
        What was observed, its partial dates completed (``dataset.complete_dates``).
    study : Study
        What was planned.

    Returns
    -------
    SafetyAnalysis
        Every part that data and study allow; ``not_computable`` names the others and why.

    Notes
    -----
    All treated patients are counted (ICH E9, section 5.2.4: the safety set).

    Source: ICH E3, sections 12.1 to 12.4 (exposure, events, deaths, laboratory); the rules name
    their own. Oracle: ``tests/oracle/safety``.

    Examples
    --------
    >>> from trialwright.simulate import simulate_study
    >>> from trialwright.study import read_study
    >>> study = read_study("examples/crclm/study.toml")
    >>> safety = analyse_safety(simulate_study(study, seed=1, patients=3), study)
    >>> len(safety.treated), safety.not_computable
    (3, ())
    """
    parts = _Parts(dataset)
    courses = (
        parts.derive("Courses of treatment", (), partial(gather_courses, dataset, study)) or {}
    )
    treated = tuple(name for name, one in courses.items() if one.first_treatment is not None)
    derived = cache(partial(derive_events, dataset, study, courses))  # two parts read the rows
    events = parts.derive(
        "Adverse events",
        ("adverse_events",),
        lambda: _events(derived(), dataset, study, courses, treated),
    )
    deaths = parts.derive("Deaths", ("deaths",), lambda: _deaths(dataset, study, courses, treated))
    toxicity = parts.derive(
        "Stopping for toxicity",
        ("adverse_events",),
        lambda: _watch(derived(), dataset, study, courses),
    )
    laboratory = parts.derive("Laboratory", ("labs",), lambda: _laboratory(dataset, study, courses))
    graded = None if laboratory is None else laboratory.rows
    hys_law = parts.derive_from(
        graded, "Candidates of Hy's law", lambda rows: find_hys_law(rows, dataset, study, courses)
    )
    edish = parts.derive_from(graded, "eDISH", lambda rows: edish_points(rows, courses, study))
    exposure = parts.derive(
        "Exposure", ("doses",), lambda: derive_exposure(dataset, study, courses)
    )
    doses = parts.derive(
        "Doses against the rules",
        ("doses",),
        lambda: check_doses(dataset, study, graded, courses or None),
    )
    vitals = parts.derive(
        "Vital signs", ("vitals",), lambda: _vitals(dataset, study, courses, treated)
    )
    ecgs = parts.derive("ECG", ("ecgs",), lambda: _ecgs(dataset, study, courses, treated))
    checked = [
        parts.derive(f"Checks of {title}", (), check)
        for title, table, check in (
            (
                "adverse events",
                "adverse_events",
                partial(find_event_findings, dataset, study, courses or None),
            ),
            ("laboratory values", "labs", partial(check_laboratory, dataset, study)),
            ("doses", "doses", partial(check_exposure, dataset, study)),
            (
                "vital signs",
                "vitals",
                partial(check_vitals, dataset, study, vitals.rows if vitals else None),
            ),
            ("ECGs", "ecgs", partial(check_ecgs, dataset, study, ecgs.rows if ecgs else None)),
        )
        if dataset.collected(table)
    ]
    return SafetyAnalysis(
        study=study,
        courses=courses,
        treated=treated,
        events=events,
        deaths=deaths,
        laboratory=laboratory,
        hys_law=hys_law,
        edish=edish,
        exposure=exposure,
        exposure_summary=None if exposure is None else summarise_exposure(exposure),
        dose_disagreements=doses,
        toxicity=toxicity,
        findings=tuple(chain.from_iterable(found for found in checked if found is not None)),
        not_computable=tuple(parts.missing),
        vitals=vitals,
        ecgs=ecgs,
    )


class _Parts:
    """Derives parts, and remembers those that data or study do not allow."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.missing: list[NotComputable] = []

    def derive(self, title: str, tables: Sequence[str], make: Callable[[], Part]) -> Part | None:
        """Return a part; none if a table was not collected or a choice of the study is open."""
        absent = [name for name in tables if not self.dataset.collected(name)]
        why = f"the table {absent[0]} was not collected" if absent else ""
        if not absent:
            try:
                return make()
            except (StudyError, DesignError) as error:
                why = str(error)
        self._close(title, why)
        return None

    def derive_from(
        self, graded: pl.DataFrame | None, title: str, make: Callable[[pl.DataFrame], Part]
    ) -> Part | None:
        """Return a part of the graded laboratory values; none where those or a choice are open."""
        if graded is not None:
            return self.derive(title, (), lambda: make(graded))
        self._close(title, "it needs the laboratory values")
        return None

    def _close(self, title: str, why: str) -> None:
        key = title.lower().replace("'", "").replace(" ", "_")
        self.missing.append(NotComputable(key, title, why))


def _events(
    rows: pl.DataFrame, dataset: Dataset, study: Study, courses: Courses, treated: Sequence[str]
) -> EventResults:
    emergent, follow_up = select_emergent(rows), follow_patients(dataset, study, courses)
    longer = follow_patients(dataset, study, courses, prolonged=True)
    severe = emergent.filter(pl.col("grade") >= SEVERE)
    return EventResults(
        rows,
        count_overview(emergent, treated, study),
        count_patients(emergent, treated),
        {
            name: count_patients(emergent.filter(pl.col("related").list.contains(name)), treated)
            for name in treatment_names(study)
        },
        (
            first_events_of("Any event", emergent, follow_up, study),
            first_events_of("Any severe event", severe, follow_up, study),
        ),
        dict(_of_interest(emergent, follow_up, longer, study)),
        list_complications(rows.filter(pl.col("patient_id").is_in(list(treated)))),
    )


def _of_interest(
    emergent: pl.DataFrame,
    follow_up: Sequence[FollowUp],
    longer: Sequence[FollowUp],
    study: Study,
) -> Iterator[tuple[str, FirstEvents]]:
    for group in choose_groups(study):
        what = f"{group.name[0].upper()}{group.name[1:]}"
        immune = group.needs == "immune"  # all of its events are reported for longer
        some = select_group(emergent, group.name)
        yield group.name, first_events_of(what, some, longer if immune else follow_up, study)


def _deaths(
    dataset: Dataset, study: Study, courses: Courses, treated: Sequence[str]
) -> pl.DataFrame:
    found = deaths_on_treatment(dataset, study, courses)
    return found.filter(pl.col("patient_id").is_in(list(treated)))


def _watch(events: pl.DataFrame, dataset: Dataset, study: Study, courses: Courses) -> ToxicityWatch:
    deaths = deaths_on_treatment(dataset, study, courses)
    found = unacceptable_toxicities(events, deaths, study, courses)
    # In the order of treatment: the looks of the rule count the first patients treated.
    first = {name: one.first_treatment for name, one in courses.items()}
    return watch_toxicity(sorted(found, key=lambda one: str(first[one.patient_id])), study)


def _laboratory(dataset: Dataset, study: Study, courses: Courses) -> LaboratoryResults:
    rows = grade_laboratory(dataset, study, courses)
    return LaboratoryResults(
        rows,
        worst_laboratory_grades(rows),
        shift_table(rows),
    )


def _vitals(
    dataset: Dataset, study: Study, courses: Courses, treated: Sequence[str]
) -> VitalResults:
    rows = read_signs(dataset, study, "vitals", courses)
    pressures = pair_pressures(rows)
    worst = worst_pressures(pressures, treated)
    return VitalResults(rows, pressures, worst, shift_pressures(worst))


def _ecgs(dataset: Dataset, study: Study, courses: Courses, treated: Sequence[str]) -> EcgResults:
    rows = read_signs(dataset, study, "ecgs", courses)
    worst = worst_qtcf(rows, treated)
    return EcgResults(rows, worst, count_qtcf(worst))
