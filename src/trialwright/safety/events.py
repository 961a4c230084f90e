"""Adverse events, each with what the rules of the study say of it and why.

One row a row of the table ``adverse_events``, in its order; nothing is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from trialwright.dataset.event_checks import is_fatal, read_action, split_words
from trialwright.dataset.schema import SOURCE_ROW, TABLES
from trialwright.safety.attribution import read_attribution
from trialwright.safety.complications import phase_of
from trialwright.safety.course import drug_names, gather_courses, procedure_name
from trialwright.safety.emergence import Emergence, Window, judge_emergence
from trialwright.safety.onset import (
    bound_onset,
    complete_onset,
    complete_resolution,
    read_possible_days,
)
from trialwright.safety.special_interest import choose_groups
from trialwright.safety.windows import STUDY_TREATMENT, find_ongoing, open_windows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.attribution import Attribution
    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.onset import PossibleDays
    from trialwright.safety.special_interest import InterestGroup
    from trialwright.safety.windows import OngoingTreatment, PatientWindows
    from trialwright.study.model import Study

Row = dict[str, Any]

DERIVED: dict[str, Any] = {
    "onset": pl.Date,
    "onset_imputed": pl.String,
    "onset_known_from": pl.Date,
    "onset_known_to": pl.Date,
    "resolution": pl.Date,
    "resolution_imputed": pl.String,
    "onset_day": pl.Int64,
    "duration_days": pl.Int64,
    "emergent": pl.Boolean,
    "emergent_rule": pl.String,
    "emergent_why": pl.String,
    "emergent_on": pl.List(pl.String),
    "emergent_on_why": pl.List(pl.String),
    "related": pl.List(pl.String),
    "assessed": pl.Boolean,
    "drug_related": pl.Boolean,
    "ablation_related": pl.Boolean,
    "special_interest": pl.List(pl.String),
    "after_ablation_days": pl.Int64,
    "procedure_phase": pl.String,
    "led_to": pl.List(pl.String),
    "fatal": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class _Rules:
    """What of the study and its patients each event is judged by."""

    study: Study
    courses: Mapping[str, TreatmentCourse]
    windows: Mapping[tuple[str, bool], PatientWindows]
    drugs: tuple[str, ...]
    procedure: str | None
    groups: tuple[InterestGroup, ...]


def derive_events(
    dataset: Dataset, study: Study, courses: Mapping[str, TreatmentCourse] | None = None
) -> pl.DataFrame:
    """Say of every adverse event when it began, whether it is emergent, and what it belongs to.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        The choices of ``[safety]``, the drugs and the modality of the ablation.
    courses : mapping of str to TreatmentCourse, optional
        As ``course.gather_courses`` returns it, where it is at hand.

    Returns
    -------
    polars.DataFrame
        The columns of ``adverse_events`` and:

        - ``onset``, ``resolution``: one day; where the date is known in part, the first possible
          day of the onset (not before the first treatment if the event is emergent) and the last
          of the resolution, with ``onset_imputed``, ``resolution_imputed`` (D, M). Null where not
          even the year is known.
        - ``onset_known_from``, ``onset_known_to``: the first and the last day it may have begun.
        - ``onset_day``: study day, the first treatment is 1; ``duration_days``: first and last
          day included.
        - ``emergent``, ``emergent_rule``, ``emergent_why``: on the study treatment as a whole.
        - ``emergent_on``: treatments of the study that it is emergent on; ``emergent_on_why``: a
          sentence for each treatment of the study.
        - ``related``, ``assessed``, ``drug_related``, ``ablation_related``: attribution; null
          where it was not assessed.
        - ``special_interest``: groups of the study that it belongs to.
        - ``after_ablation_days``: days since the last ablation on or before the onset;
          ``procedure_phase``: ``immediate``, ``periprocedural`` or ``delayed``.
        - ``led_to``: what was done with a treatment, such as ``Regorafenib: reduced``.
        - ``fatal``: the outcome is fatal or the grade 5.

    Raises
    ------
    StudyError
        If a choice is still a gap, or a group of special interest does not exist.

    Notes
    -----
    Source: ICH E9, glossary (treatment-emergent); choices: ``docs/decisions/021``. Oracle:
    ``tests/oracle/safety/test_emergent_admiral.py``.

    Examples
    --------
    >>> from datetime import date
    >>> from trialwright.dataset import Dataset
    >>> from trialwright.study import read_study
    >>> doses = pl.DataFrame({"patient_id": ["014"], "drug": ["Regorafenib"], "dose_mg": [80.0],
    ...     "start_date": [date(2026, 3, 2)], "end_date": [date(2026, 3, 22)]})
    >>> events = pl.DataFrame({"patient_id": ["014"], "term": ["Hypertension"], "grade": [3],
    ...     "start_date": ["2026-03-20"], "related_to": ["Regorafenib"]})
    >>> data = Dataset.create({"doses": doses, "adverse_events": events}, source="made in code")
    >>> found = derive_events(data, read_study("examples/crclm/study.toml"))
    >>> found.select("onset_day", "emergent", "drug_related").row(0)
    (19, True, True)
    """
    courses = gather_courses(dataset, study) if courses is None else courses
    rules = _gather_rules(study, courses, find_ongoing(dataset, courses))
    events = dataset.table("adverse_events")
    rows = [_derive(row, rules) for row in events.iter_rows(named=True)]
    derived = pl.DataFrame(rows, schema=DERIVED, orient="row")
    names = [*TABLES["adverse_events"].column_names, *DERIVED, SOURCE_ROW]
    every = pl.concat([events, derived], how="horizontal")
    return every.with_columns(fatal=is_fatal()).select(names)


def select_emergent(events: pl.DataFrame) -> pl.DataFrame:
    """Return the treatment-emergent events of ``derive_events``.

    Examples
    --------
    >>> events = pl.DataFrame({"term": ["Rash", "Pain"], "emergent": [True, False]})
    >>> select_emergent(events)["term"].to_list()
    ['Rash']
    """
    return events.filter("emergent")


def select_group(events: pl.DataFrame, group: str) -> pl.DataFrame:
    """Return the events of ``derive_events`` that belong to a group of special interest.

    Examples
    --------
    >>> events = pl.DataFrame({"term": ["Rash", "Pain"], "special_interest": [["skin"], []]})
    >>> select_group(events, "skin")["term"].to_list()
    ['Rash']
    """
    return events.filter(pl.col("special_interest").list.contains(group))


def _gather_rules(
    study: Study, courses: Mapping[str, TreatmentCourse], ongoing: OngoingTreatment
) -> _Rules:
    windows = {
        (name, prolonged): open_windows(course, study, ongoing, prolonged=prolonged)
        for name, course in courses.items()
        for prolonged in (False, True)
    }
    procedure, groups = procedure_name(study), choose_groups(study)
    return _Rules(study, courses, windows, drug_names(study), procedure, groups)


def _derive(row: Row, rules: _Rules) -> Row:
    course = rules.courses.get(row["patient_id"])
    resolution = read_possible_days(row["end_date"])
    onset = bound_onset(read_possible_days(row["start_date"]), resolution)
    whole, each = _judge(row, onset, resolution, rules)
    attribution = read_attribution(row["related_to"], rules.drugs, rules.procedure)
    return {
        **_dates(onset, resolution, course, emergent=whole.emergent),
        "emergent": whole.emergent,
        "emergent_rule": whole.rule,
        "emergent_why": whole.why,
        "emergent_on": [name for name, one in each.items() if one.emergent],
        "emergent_on_why": [f"{name}: {one.why}" for name, one in each.items()],
        "related": list(attribution.related),
        "assessed": attribution.assessed,
        "drug_related": attribution.drug_related,
        "ablation_related": attribution.ablation_related,
        "special_interest": _groups_of(row, attribution, rules.groups),
        **_after_ablation(onset, course, attribution, rules.study),
        "led_to": _led_to(row["actions"], (*rules.drugs, rules.procedure)),
    }


def _dates(
    onset: PossibleDays,
    resolution: PossibleDays,
    course: TreatmentCourse | None,
    *,
    emergent: bool,
) -> Row:
    """Complete onset and resolution, and count their days."""
    first = None if course is None else course.first_treatment
    death = None if course is None else course.death
    begun = complete_onset(onset, not_before=[first] if emergent else [])
    start = None if begun is None else begun.day
    over = complete_resolution(resolution, not_before=[start], not_after=[death])
    end = None if over is None else over.day
    return {
        "onset": start,
        "onset_imputed": None if begun is None else begun.imputed,
        "onset_known_from": onset.earliest,
        "onset_known_to": onset.latest,
        "resolution": end,
        "resolution_imputed": None if over is None else over.imputed,
        "onset_day": None if course is None else course.study_day(start),
        "duration_days": _duration(start, end),
    }


def _duration(start: date | None, end: date | None) -> int | None:
    """Return the days of an event, both included; none where the two contradict each other."""
    if start is None or end is None or end < start:
        return None
    return (end - start).days + 1


def _judge(
    row: Row, onset: PossibleDays, resolution: PossibleDays, rules: _Rules
) -> tuple[Emergence, dict[str, Emergence]]:
    """Judge an event on the treatment as a whole, and on each treatment of the study."""
    prolonged = bool(row["serious"]) or bool(row["immune_related"])
    windows = rules.windows.get((row["patient_id"], prolonged))
    if windows is None:
        never = Emergence(False, "not treated", f"{STUDY_TREATMENT} was never given")
        return never, {}

    def judge(window: Window) -> Emergence:
        # The grade before treatment says nothing of a treatment that began later.
        comparable = window.first == windows.whole.first
        return judge_emergence(
            onset,
            resolution,
            window,
            grade=row["grade"],
            grade_before=row["grade_before"] if comparable else None,
            unknown_onset=rules.study.safety.unknown_onset.require(),
        )

    each = {window.treatment: judge(window) for window in windows.drugs}
    if rules.procedure is not None:
        each[rules.procedure] = _on_procedure(
            rules.procedure, [judge(window) for window in windows.procedures]
        )
    return judge(windows.whole), each


def _on_procedure(name: str, found: list[Emergence]) -> Emergence:
    """Return the answer of the first ablation that the event is emergent on, or of the last."""
    if not found:
        return Emergence(False, "not treated", f"no planned {name} was done")
    return next((one for one in found if one.emergent), found[-1])


def _groups_of(row: Row, attribution: Attribution, groups: Iterable[InterestGroup]) -> list[str]:
    immune, ablation = bool(row["immune_related"]), bool(attribution.ablation_related)
    term = row["term"] or ""
    return [one.name for one in groups if one.holds(term, immune=immune, ablation=ablation)]


def _after_ablation(
    onset: PossibleDays, course: TreatmentCourse | None, attribution: Attribution, study: Study
) -> Row:
    """Say how long after the last ablation an event began, and in which phase of it.

    Where the onset is known in part, the phase is given if its first and last possible day agree.
    """
    length = study.safety.procedure_days.require()
    related = bool(attribution.ablation_related)
    bounds = (onset.earliest, onset.latest)
    first, last = (phase_of(_days_after(day, course), length, related=related) for day in bounds)
    return {
        "after_ablation_days": _days_after(onset.whole, course),
        "procedure_phase": first if first == last else None,
    }


def _days_after(day: date | None, course: TreatmentCourse | None) -> int | None:
    last = None if day is None or course is None else course.last_ablation(day)
    return None if day is None or last is None else (day - last.date).days


def _led_to(actions: str | None, treatments: Iterable[str | None]) -> list[str]:
    """Return what was done with each treatment, unknown words and "unchanged" left out."""
    names = {name.casefold(): name for name in treatments if name is not None}
    done = []
    for text in split_words(actions):
        treatment, action = read_action(text)
        if action is not None and action != "unchanged":
            done.append(f"{names.get(treatment.casefold(), treatment)}: {action}")
    return done
