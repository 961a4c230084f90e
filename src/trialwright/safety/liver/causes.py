"""Other causes than the drug of a rise of transaminases and bilirubin, looked for in the data.

What is found here is named with its date and judged by nobody: whether it explains the rise is a
physician's decision. What is not found is not excluded either; the data hold no serology, no
ultrasound and no history.

Source: FDA guidance on drug-induced liver injury (July 2009): no other reason can be found.
Terms of adverse events: ``causes.toml``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.anchors import was_read
from trialwright.dataset.date_columns import earliest_day, known_text, latest_day
from trialwright.safety.special_interest import plain_term

if TYPE_CHECKING:
    from datetime import date

    from trialwright.dataset.dataset import Dataset
    from trialwright.safety.course import AblationDay, TreatmentCourse

ABLATION = "ablation"
LIVER_GROWTH = "progression in the liver"
_GROWN = ("increased", "unequivocal_progression")
_CALLED_PROGRESSION = ("PD", "iUPD", "iCPD")


@dataclass(frozen=True, slots=True)
class OtherCause:
    """One other cause that was looked for.

    Parameters
    ----------
    name : str
        The cause.
    found : bool or None
        Whether the data name it; none: the table it would stand in was not collected.
    words : str
        What was found, with its date, or where it was looked for in vain.
    """

    name: str
    found: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Rise:
    """When transaminase and bilirubin rose, and how far around it causes are looked for."""

    transaminase: date
    bilirubin: date
    window_days: int
    explains_days: int

    @property
    def earliest(self) -> date:
        """First day on which a cause may still have been there."""
        return self.transaminase - timedelta(days=self.window_days)

    @property
    def latest_scan(self) -> date:
        """Last day of a scan that may show what was there at the rise."""
        return self.bilirubin + timedelta(days=self.window_days)


@cache
def read_event_causes() -> dict[str, frozenset[str]]:
    """Read the terms of adverse events that name another cause, by cause (``causes.toml``)."""
    text = (resources.files(__package__) / "causes.toml").read_text(encoding="utf-8")
    causes = tomllib.loads(text)["cause"]
    return {one["name"]: frozenset(map(plain_term, one["terms"])) for one in causes}


def explaining_ablation(
    course: TreatmentCourse, day: date, explains_days: int
) -> AblationDay | None:
    """Return the last ablation, if it was at most ``explains_days`` before a sample."""
    last = course.last_ablation(day)
    return last if last is not None and (day - last.date).days <= explains_days else None


def find_other_causes(
    dataset: Dataset, course: TreatmentCourse, rise: Rise
) -> tuple[OtherCause, ...]:
    """Look for other causes of a rise: ablation, the liver metastases, adverse events.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    course : TreatmentCourse
        The patient's treatment.
    rise : Rise
        When the values rose.

    Returns
    -------
    tuple of OtherCause
        Every cause that was looked for, found or not.
    """
    return (
        _ablation(dataset, course, rise),
        _liver_growth(dataset, course, rise),
        *_events(dataset, course.patient_id, rise),
    )


def _ablation(dataset: Dataset, course: TreatmentCourse, rise: Rise) -> OtherCause:
    if not dataset.collected("ablations"):
        return OtherCause(ABLATION, None, "local treatments were not collected")
    for value, day in (("transaminase", rise.transaminase), ("bilirubin", rise.bilirubin)):
        one = explaining_ablation(course, day, rise.explains_days)
        if one is not None:
            when = _days_before((day - one.date).days, value)
            words = f"{one.modality} of {one.lesion_id} on {one.date}, {when}"
            return OtherCause(ABLATION, True, words)
    return OtherCause(
        ABLATION, False, f"none in the {rise.explains_days} days before either of the two values"
    )


def _days_before(days: int, value: str) -> str:
    if days == 0:
        return f"the day of the {value}"
    return f"{days} day{'' if days == 1 else 's'} before the {value}"


def _liver_growth(dataset: Dataset, course: TreatmentCourse, rise: Rise) -> OtherCause:
    """Read whether a lesion of the liver was seen to progress by the time of the rise.

    Diameters are not judged here: that a target has grown is read from the calls.
    """
    if not (dataset.collected("lesions") and dataset.collected("measurements")):
        return OtherCause(LIVER_GROWTH, None, "lesions were not collected")
    lesions = dataset.lesions.filter(patient_id=course.patient_id, organ="liver")
    grown = [*_grown_lesions(dataset, lesions, course, rise), *_calls(dataset, lesions, rise)]
    if grown:
        return OtherCause(LIVER_GROWTH, True, "; ".join(grown))
    names = lesions["lesion_id"].unique(maintain_order=True).to_list()
    held = f"liver lesions {', '.join(names)}, none" if names else "no lesion in the liver, none"
    return OtherCause(LIVER_GROWTH, False, f"{held} recorded as progressing by {rise.latest_scan}")


def _grown_lesions(
    dataset: Dataset, lesions: pl.DataFrame, course: TreatmentCourse, rise: Rise
) -> list[str]:
    scans = dataset.measurements.filter(patient_id=course.patient_id).join(
        lesions.select("patient_id", "lesion_id", "role").unique(maintain_order=True),
        on=("patient_id", "lesion_id"),
        maintain_order="left",
    )
    is_new = (pl.col("role") == "new") & was_read() & (pl.col("state").fill_null("") != "equivocal")
    absent = pl.col("state").fill_null("").is_in(("absent", "merged"))
    found = scans.filter(
        pl.col("state").is_in(_GROWN) | (is_new & ~absent),
        pl.col("scan_date") > course.first_treatment,
        pl.col("scan_date") <= rise.latest_scan,
    ).sort("scan_date", maintain_order=True)
    first = found.unique("lesion_id", keep="first", maintain_order=True)
    return [
        f"{'new liver lesion' if row['role'] == 'new' else 'liver lesion'} {row['lesion_id']} "
        f"{(row['state'] or 'seen').replace('_', ' ')} on {row['scan_date']}"
        for row in first.iter_rows(named=True)
    ]


def _calls(dataset: Dataset, lesions: pl.DataFrame, rise: Rise) -> list[str]:
    """Name the first call of progressing targets, where a target lies in the liver."""
    targets = lesions.filter(role="target").select("patient_id").unique()
    called = (
        dataset.calls.join(targets, on="patient_id")
        .filter(
            pl.col("target").is_in(_CALLED_PROGRESSION), pl.col("call_date") <= rise.latest_scan
        )
        .sort("call_date")
    )
    if called.is_empty():
        return []
    first = called.row(0, named=True)
    return [f"target lesions, some in the liver, called {first['target']} on {first['call_date']}"]


def _events(dataset: Dataset, patient: str, rise: Rise) -> list[OtherCause]:
    events = dataset.table("adverse_events").filter(patient_id=patient)
    known = dataset.collected("adverse_events")
    near = events.filter(
        (earliest_day(events, "start_date") <= rise.bilirubin).fill_null(value=True),
        (latest_day(events, "end_date") >= rise.earliest).fill_null(value=True),
    ).with_columns(known=known_text(events, "start_date"))
    return [
        _event_cause(name, _named(near, terms), known)
        for name, terms in read_event_causes().items()
    ]


def _named(events: pl.DataFrame, terms: frozenset[str]) -> pl.DataFrame:
    own = [plain_term(term or "") in terms for term in events["term"]]
    return events.filter(pl.Series(own, dtype=pl.Boolean))


def _event_cause(name: str, events: pl.DataFrame, known: bool) -> OtherCause:
    if not known:
        return OtherCause(name, None, "adverse events were not collected")
    if events.is_empty():
        return OtherCause(name, False, "no such adverse event at the time")
    first = events.row(0, named=True)
    words = f"{first['term']}, grade {first['grade']}, from {first['known'] or 'an unknown day'}"
    return OtherCause(name, True, words)
