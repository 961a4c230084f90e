"""What the dose rules look at in one patient: events, samples, doses, the liver, the baseline.

Everything is taken as it was known at the end of one day; what is dated later is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.event_checks import NONE, split_words
from trialwright.dataset.schema import SOURCE_ROW
from trialwright.safety.course import drug_names
from trialwright.safety.ctcae.rule import round_significant
from trialwright.safety.dose_rows import read_dose_rows
from trialwright.safety.drug_ends import DrugEnds
from trialwright.safety.liver.causes import explaining_ablation
from trialwright.safety.onset import read_possible_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from typing import Any

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.dose_rows import DoseRow
    from trialwright.safety.drug_ends import DrugEnd
    from trialwright.safety.onset import PossibleDays
    from trialwright.study.model import Study

_RECOVERED = ("recovered", "recovered with sequelae")
_BASELINE_ROLES = ("target", "non_target")
ONE_DAY = timedelta(days=1)
_OF_SAMPLES = (
    "patient_id", "analyte", "sample_date", "upper_ratio", "qualifier", "is_baseline", SOURCE_ROW,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventFact:
    """One adverse event.

    Parameters
    ----------
    row : int or None
        Row of the source.
    term, grade, body_system
        As recorded.
    onset : PossibleDays
        When it began, as far as its date says.
    begun : date
        The first day that it may have begun: a rule must not come too late.
    last : date or None
        The last day that it may have lasted to; none: it goes on, or nobody wrote down its end.
    recovered : bool
        Whether the outcome says that it is over.
    symptomatic, immune_related : bool or None
        None: not recorded.
    related : frozenset of str or None
        Names of what it is attributed to, in small letters; none: not assessed.
    attribution : str
        The same as recorded, in words.
    grade_before : int or None
        Grade of the condition before treatment; 0: it was not there.
    """

    row: int | None
    term: str
    grade: int
    body_system: str | None
    onset: PossibleDays
    begun: date
    last: date | None
    recovered: bool
    symptomatic: bool | None
    immune_related: bool | None
    related: frozenset[str] | None
    attribution: str
    grade_before: int | None

    @property
    def words(self) -> str:
        """The event in a sentence: grade, term and when."""
        end = "" if self.last is None else f" to {self.last}"
        return f"grade {self.grade} {self.term} from {self.onset}{end}"


@dataclass(frozen=True, slots=True)
class SampleFact:
    """One laboratory value as a multiple of its upper limit of normal (none: no limit known).

    ``after_ablation`` counts the days since an ablation that explains a rise; none: no such one.
    """

    row: int | None
    analyte: str
    day: date
    ratio: float | None
    qualifier: str | None
    is_baseline: bool
    after_ablation: int | None

    @property
    def words(self) -> str:
        """The value in a sentence."""
        if self.ratio is None:
            return f"{self.analyte} of {self.day} without a usable value, unit or limit"
        sign = f"{self.qualifier} " if self.qualifier else ""
        return f"{self.analyte} {sign}{self.ratio:.3g} x the upper limit on {self.day}"


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """One patient as known at the end of the day ``on``.

    ``undated`` are events and samples of which nobody knows the day. ``liver_involved`` is none
    where no baseline lesion is on file.
    """

    patient_id: str
    on: date
    course: TreatmentCourse
    events: tuple[EventFact, ...]
    undated: tuple[str, ...]
    samples: tuple[SampleFact, ...]
    doses: Mapping[str, tuple[DoseRow, ...]]
    ends: Mapping[str, DrugEnd]
    liver_involved: bool | None

    def doses_of(self, drug: str) -> tuple[DoseRow, ...]:
        """Return the rows of a drug by start, a drug left out included."""
        return self.doses.get(drug, ())

    def first_dose(self, drug: str) -> date | None:
        """Return the first day on which a drug was given."""
        return next((row.start for row in self.doses_of(drug) if row.dose_mg > 0), None)

    def level_on(self, drug: str, day: date) -> float | None:
        """Return the dose last given up to and on a day, mg; none: not yet given."""
        given = [row.dose_mg for row in self.doses_of(drug) if row.dose_mg > 0 and row.start <= day]
        return given[-1] if given else None

    def given_since(self, drug: str, day: date) -> tuple[date, DoseRow] | None:
        """Return the first day from ``day`` on which a drug was given, and its row."""
        for row in self.doses_of(drug):
            if row.dose_mg > 0 and row.last >= day:
                return max(day, row.start), row
        return None


def gather_facts(
    dataset: Dataset,
    study: Study,
    courses: Mapping[str, TreatmentCourse],
    graded: pl.DataFrame,
    days: Mapping[str, date],
) -> Iterator[PatientFacts]:
    """Yield the facts of each patient of ``days``, as known on that day.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Names the drugs, for how long an ablation explains a rise
        (``safety.ablation_rise_days``), and to how many digits a multiple is compared
        (``safety.significant_digits``).
    courses : mapping of str to TreatmentCourse
        As ``course.gather_courses`` returns it.
    graded : polars.DataFrame
        As ``laboratory.grade_laboratory`` returns it.
    days : mapping of str to date
        By patient.
    """
    explains = study.safety.ablation_rise_days.require()
    digits = study.safety.significant_digits.require()
    doses, ends = read_dose_rows(dataset, study), DrugEnds(dataset)
    events, samples = (
        frame.rows_by_key("patient_id", named=True, include_key=True)
        for frame in (
            dataset.table("adverse_events"),
            graded.drop_nulls("analyte").select(_OF_SAMPLES),
        )
    )
    livers = _find_livers(dataset)
    drugs = drug_names(study)
    for patient, on in days.items():
        read = [_read_event(row) for row in events.get(patient, ())]
        known = [_as_known(one, on) for one in read if not isinstance(one, str) and one.begun <= on]
        rows = doses.get(patient, {})
        ended = {drug: ends.of(patient, drug) for drug in drugs}
        yield PatientFacts(
            patient,
            on,
            courses[patient],
            tuple(sorted(known, key=lambda one: (one.begun, one.term, one.grade, one.row or 0))),
            (
                *sorted(one for one in read if isinstance(one, str)),
                *_undated_samples(samples.get(patient, ())),
            ),
            tuple(_read_samples(samples.get(patient, ()), courses[patient], explains, digits, on)),
            {drug: tuple(_cut(rows[drug].rows, on)) for drug in rows},
            {drug: end for drug, end in ended.items() if end and end.date and end.date <= on},
            livers.get(patient),
        )


def _read_event(row: Mapping[str, Any]) -> EventFact | str:
    """Read one event; in words if nobody knows when it began, or which term or grade it has."""
    onset, end = read_possible_days(row["start_date"]), read_possible_days(row["end_date"])
    place = f"adverse_events, row {row[SOURCE_ROW]}"
    if row["term"] is None or row["grade"] is None:
        return f"an event without term or grade ({place})"
    if onset.earliest is None:
        return f"grade {row['grade']} {row['term']} from {onset} ({place})"
    over = end.latest
    if over is not None and over < onset.earliest:
        over = None  # the dates contradict; a check of the data says so
    return EventFact(
        row[SOURCE_ROW],
        row["term"],
        row["grade"],
        row["body_system"],
        onset,
        onset.earliest,
        over,
        over is None and row["outcome"] in _RECOVERED,
        row["symptomatic"],
        row["immune_related"],
        _read_related(row["related_to"]),
        f"attributed to {row['related_to']}" if row["related_to"] else "attribution not recorded",
        row["grade_before"],
    )


def _as_known(event: EventFact, on: date) -> EventFact:
    """Forget an end that lies after the day."""
    return event if event.last is None or event.last <= on else replace(event, last=None)


def _read_related(text: str | None) -> frozenset[str] | None:
    names = frozenset(name.casefold() for name in split_words(text))
    return names - {NONE} if names else None


def _read_samples(
    rows: Sequence[Mapping[str, Any]],
    course: TreatmentCourse,
    explains: int,
    digits: int,
    on: date,
) -> Iterator[SampleFact]:
    dated = [row for row in rows if row["sample_date"] is not None]
    for row in sorted(dated, key=lambda row: (row["sample_date"], row[SOURCE_ROW] or 0)):
        if row["sample_date"] <= on:
            ratio = row["upper_ratio"]
            yield SampleFact(
                row[SOURCE_ROW],
                row["analyte"],
                row["sample_date"],
                ratio and round_significant(ratio, digits),
                row["qualifier"],
                bool(row["is_baseline"]),
                _since_ablation(row["sample_date"], course, explains),
            )


def _undated_samples(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return sorted(
        f"{row['analyte']} of an unknown day (labs, row {row[SOURCE_ROW]})"
        for row in rows
        if row["sample_date"] is None
    )


def _since_ablation(day: date, course: TreatmentCourse, explains: int) -> int | None:
    last = explaining_ablation(course, day, explains)
    return None if last is None else (day - last.date).days


def _cut(rows: list[DoseRow], on: date) -> Iterator[DoseRow]:
    for row in rows:
        if row.start <= on:
            yield row if row.end is None or row.end <= on else replace(row, end=on)


def _find_livers(dataset: Dataset) -> dict[str, bool]:
    """Return whether each patient with lesions at baseline has one in the liver."""
    at_baseline = dataset.lesions.filter(pl.col("role").is_in(_BASELINE_ROLES))
    in_liver = (pl.col("organ") == "liver").any()
    return dict(at_baseline.group_by("patient_id").agg(in_liver).iter_rows())
