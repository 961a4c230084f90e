"""What is on file of each serious event, gathered for its narrative; nothing is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from trialwright.dataset.age import Age, possible_age
from trialwright.dataset.event_checks import NONE, split_words
from trialwright.safety.course import spell_drug, treatment_names
from trialwright.safety.liver.samples import LIVER_TESTS
from trialwright.safety.onset import bound_onset, read_possible_days
from trialwright.safety.serious_event import (
    GivenDrug,
    LiverCourse,
    Medication,
    ReportedValue,
    SeriousEvent,
)
from trialwright.safety.special_interest import plain_term, read_groups

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.course import TreatmentCourse
    from trialwright.safety.onset import PossibleDays
    from trialwright.study.model import Study

_LIVER_GROUP = "liver"  # of special_interest.toml


def gather_serious_events(
    events: pl.DataFrame,
    graded: pl.DataFrame | None,
    dataset: Dataset,
    study: Study,
    courses: Mapping[str, TreatmentCourse],
) -> tuple[SeriousEvent, ...]:
    """Gather what is on file of every event that is serious or fatal.

    Parameters
    ----------
    events : polars.DataFrame
        Rows of ``derive_events``.
    graded : polars.DataFrame or None
        From ``grade_laboratory``; none: there are no graded values.
    dataset : Dataset
        Where doses, medications and the birth dates stand.
    study : Study
        Names the drugs.
    courses : mapping of str to TreatmentCourse
        From ``gather_courses``.

    Returns
    -------
    tuple of SeriousEvent
        By patient and onset, those without a known onset last.
    """
    told = events.filter(pl.col("serious").fill_null(value=False) | pl.col("fatal"))
    file = _File(dataset, study, courses, _liver_values(graded))
    rows = told.sort("patient_id", "onset", nulls_last=True, maintain_order=True)
    return tuple(file.tell(row) for row in rows.iter_rows(named=True))


def is_liver_event(term: str | None) -> bool:
    """Tell whether a preferred term is one of the group ``liver``, whatever the study follows.

    Examples
    --------
    >>> is_liver_event("Hepatic failure"), is_liver_event("Rash")
    (True, False)
    """
    return term is not None and plain_term(term) in read_groups()[_LIVER_GROUP].terms


def _liver_values(graded: pl.DataFrame | None) -> pl.DataFrame | None:
    return None if graded is None else graded.filter(pl.col("analyte").is_in(LIVER_TESTS))


@dataclass(frozen=True, slots=True)
class _File:
    """What the events of a trial are told from."""

    dataset: Dataset
    study: Study
    courses: Mapping[str, TreatmentCourse]
    liver: pl.DataFrame | None

    def tell(self, row: Mapping[str, Any]) -> SeriousEvent:
        patient = row["patient_id"]
        course = self.courses.get(patient)
        onset = bound_onset(
            read_possible_days(row["start_date"]), read_possible_days(row["end_date"])
        )
        person = _own(self.dataset.patients, patient).head(1).to_dicts()
        born = person[0]["birth_date"] if person else None
        whole = onset.whole
        near = None if course is None or whole is None else course.last_ablation(whole)
        treated_with = split_words(row["treated_with"])
        collected = self.dataset.collected("medications")
        return SeriousEvent(
            patient_id=patient,
            sex=person[0]["sex"] if person else None,
            age=self._age(born, row["onset"]),
            term=row["term"] or "an event without a term",
            reported_term=row["reported_term"],
            grade=row["grade"],
            recorded_serious=row["serious"],
            fatal=bool(row["fatal"]),
            onset=onset,
            onset_day=None if course is None else course.study_day(whole),
            first_treatment=None if course is None else course.first_treatment,
            ablation=near,
            after_ablation_days=row["after_ablation_days"],
            resolution=row["resolution"],
            duration_days=row["duration_days"],
            outcome=row["outcome"],
            criteria=tuple(word for word in split_words(row["serious_because"]) if word != NONE),
            related=tuple(row["related"] or ()),
            assessed=bool(row["assessed"]),
            led_to=tuple(row["led_to"] or ()),
            treated_with=tuple(word for word in treated_with if word != NONE),
            untreated=NONE in treated_with,
            emergent=bool(row["emergent"]),
            emergent_why=row["emergent_why"],
            drugs=() if whole is None else tuple(self._drugs(patient, whole)),
            medications=tuple(self._medications(patient, onset))
            if collected and onset.earliest is not None
            else None,
            medications_collected=collected,
            liver=self._liver_course(row),
        )

    def _age(self, born: str | None, day: date | None) -> Age:
        if self.dataset.day_zero is not None:
            return Age(None, None, "the data hold no calendar dates")
        if day is None:
            return Age(None, None, "the onset is not dated")
        return possible_age(born, day)

    def _drugs(self, patient: str | None, onset: date) -> Iterator[GivenDrug]:
        own = _own(self.dataset.doses, patient)
        given = own.filter((pl.col("dose_mg") > 0) & (pl.col("start_date") <= onset)).sort(
            "start_date", maintain_order=True
        )
        planned = treatment_names(self.study)
        found: dict[str, GivenDrug] = {}
        for start, end, dose, name in given.select(
            "start_date", "end_date", "dose_mg", "drug"
        ).iter_rows():
            drug = spell_drug(name or "a drug without a name", planned)
            first = found[drug].first_dose if drug in found else start
            # A row without an end says no more than that the drug was given on its first day.
            found[drug] = GivenDrug(drug, first, dose, min(end or start, onset))
        order = {name: place for place, name in enumerate(planned)}
        yield from sorted(found.values(), key=lambda one: order.get(one.drug, len(order)))

    def _medications(self, patient: str | None, onset: PossibleDays) -> Iterator[Medication]:
        own = _own(self.dataset.table("medications"), patient)
        for row in own.iter_rows(named=True):
            start, end = (read_possible_days(row[name]) for name in ("start_date", "end_date"))
            begun = start.earliest is None or onset.latest is None or start.earliest <= onset.latest
            went_on = end.latest is None or onset.earliest is None or end.latest >= onset.earliest
            if begun and went_on:
                sure = _surely(start.latest, onset.earliest) and (
                    row["end_date"] is None or _surely(onset.latest, end.earliest)
                )
                yield Medication(row["medication"], row["indication"], sure)

    def _liver_course(self, row: Mapping[str, Any]) -> tuple[LiverCourse, ...] | None:
        if not is_liver_event(row["term"]):
            return None
        if self.liver is None:
            return ()
        own = _own(self.liver, row["patient_id"])
        highest = _during(own, row["onset"], row["resolution"]).sort(
            "standard_value", descending=True, nulls_last=True, maintain_order=True
        )
        return tuple(
            LiverCourse(
                analyte,
                _first_value(own.filter("is_baseline"), analyte),
                _first_value(highest, analyte),
            )
            for analyte in LIVER_TESTS
            if analyte in own["analyte"]
        )


def _own(rows: pl.DataFrame, patient: str | None) -> pl.DataFrame:
    """Return the rows of a patient; none of nobody."""
    return rows.filter(pl.col("patient_id") == pl.lit(patient, pl.String))


def _during(rows: pl.DataFrame, onset: date | None, resolution: date | None) -> pl.DataFrame:
    """Return the samples from an onset to a resolution, or to the last one; none of no onset."""
    if onset is None:
        return rows.clear()
    since = rows.filter(pl.col("sample_date") >= onset)
    return since if resolution is None else since.filter(pl.col("sample_date") <= resolution)


def _surely(first: date | None, second: date | None) -> bool:
    """Tell whether both days are known and the first is not after the second."""
    return first is not None and second is not None and first <= second


def _first_value(rows: pl.DataFrame, analyte: str) -> ReportedValue | None:
    """Return the first value of a test; none where there is none."""
    found = rows.filter((pl.col("analyte") == analyte) & pl.col("standard_value").is_not_null())
    if found.is_empty():
        return None
    one = found.row(0, named=True)
    return ReportedValue(one["test"], one["sample_date"], write_result(one), one["upper_ratio"])


def write_result(row: Mapping[str, Any]) -> str:
    """Write a laboratory result as it was reported: ``>500 U/L``.

    Examples
    --------
    >>> write_result({"qualifier": ">", "value": 500.0, "unit": "U/L"})
    '>500 U/L'
    """
    if row["value"] is None:
        return "no value"
    return f"{row['qualifier'] or ''}{row['value']:g} {row['unit'] or 'without a unit'}"
