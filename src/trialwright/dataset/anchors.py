"""The two anchors of every patient's time: the first treatment and the baseline visit.

Checks, responses and displays take them from here, so they cannot differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import polars as pl

from trialwright.dataset.schema import SOURCE_ROW, UNREAD_STATES

if TYPE_CHECKING:
    from datetime import date

    from trialwright.dataset.dataset import Dataset

_VISIT = ("patient_id", "visit")
_READ_VISIT = ("patient_id", "reader", "visit")
# A dozen checks ask for it, and a data set never changes; it is forgotten with its data set.
_BEFORE_TREATMENT: WeakKeyDictionary[Dataset, pl.DataFrame] = WeakKeyDictionary()


def is_dose_given() -> pl.Expr:
    """Return where a row of the table ``doses`` is a treatment; 0 mg is a dose left out."""
    return pl.col("dose_mg").fill_null(0.0) > 0


def was_read() -> pl.Expr:
    """Return where a row of the table ``measurements`` says something about its lesion."""
    stated = pl.col("diameter_mm").is_null() & pl.col("state").is_not_null()
    return (pl.col("diameter_mm") >= 0).fill_null(value=False) | (
        stated & ~pl.col("state").fill_null("").is_in(UNREAD_STATES)
    )


def first_treatments(dataset: Dataset) -> dict[str, date]:
    """Return each treated patient's first study treatment: drug or planned ablation.

    The date that the patients table states is used only for a patient without doses.
    A dose of 0 mg is a dose left out, not a treatment.

    Parameters
    ----------
    dataset : Dataset
        What was observed.

    Returns
    -------
    dict of str to date
        By patient; a patient who was never treated is not in it.

    Examples
    --------
    >>> import polars as pl
    >>> from datetime import date
    >>> from trialwright.dataset import Dataset, first_treatments
    >>> days = [date(2026, 1, 5), date(2026, 1, 12)]
    >>> doses = pl.DataFrame({"patient_id": "014", "start_date": days, "dose_mg": [0.0, 80.0]})
    >>> first_treatments(Dataset.create({"doses": doses}, source="made in code"))
    {'014': datetime.date(2026, 1, 12)}
    """
    return dict(first_treatment_frame(dataset).iter_rows())


def first_treatment_frame(dataset: Dataset) -> pl.DataFrame:
    """Return ``first_treatments`` as a frame: ``patient_id`` and ``first_treatment``."""
    doses = dataset.doses.filter(is_dose_given()).select("patient_id", day="start_date")
    ablations = dataset.ablations.filter("planned").select("patient_id", day="ablation_date")
    stated = dataset.patients.select("patient_id", day="first_treatment_date").join(
        doses.drop_nulls(), on="patient_id", how="anti"
    )
    return _earliest(pl.concat([doses, ablations, stated])).sort("patient_id")


def dosing_frame(dataset: Dataset) -> pl.DataFrame:
    """Return the first and the last day on which each patient was given each drug.

    Returns
    -------
    polars.DataFrame
        One row a patient and drug, in the order of the data: ``patient_id``, ``drug``,
        ``first_dose`` and ``last_dose`` (the start of a row without an end); null where no day is
        known.
    """
    last = pl.max_horizontal("start_date", "end_date").max()
    return (
        dataset.doses.filter(is_dose_given())
        .drop_nulls("patient_id")
        .group_by("patient_id", "drug", maintain_order=True)
        .agg(pl.col("start_date").min().alias("first_dose"), last.alias("last_dose"))
    )


def last_doses(dataset: Dataset) -> dict[str, date]:
    """Return the last day on which each patient was given any drug."""
    dosed = dosing_frame(dataset).drop_nulls("last_dose")
    return dict(dosed.group_by("patient_id").agg(pl.col("last_dose").max()).iter_rows())


def treatment_end_frame(dataset: Dataset) -> pl.DataFrame:
    """Return the first recorded end of each patient's study treatment, as rows of dispositions.

    The end of one drug is not the end of the treatment.
    """
    ended = dataset.dispositions.filter(scope="treatment").drop_nulls(("patient_id", "end_date"))
    by_date = ended.sort("end_date", maintain_order=True)
    return by_date.unique("patient_id", keep="first", maintain_order=True)


def treatment_ends(dataset: Dataset) -> dict[str, date]:
    """Return the day of ``treatment_end_frame`` by patient."""
    return dict(treatment_end_frame(dataset).select("patient_id", "end_date").iter_rows())


def _earliest(days: pl.DataFrame) -> pl.DataFrame:
    earliest = pl.col("day").min().alias("first_treatment")
    return days.drop_nulls().group_by("patient_id").agg(earliest)


def baseline_visits(dataset: Dataset, *, reader: str | None = None) -> dict[str, str]:
    """Return the visit that each patient's later scans are compared with.

    It is the last visit all of whose scans lie on or before the first treatment. If the table
    ``visits`` marks exactly one of these visits as baseline, and a lesion was read on it, it is
    that one: a planning scan of one lesion does not replace the baseline.

    Source: RECIST 1.1 (Eisenhauer 2009), section 3.2.1: baseline as close as possible to the
    start of treatment.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    reader : str or None
        Whose scans to look at, with those that name no reader; none: the scans of all readers.

    Returns
    -------
    dict of str to str
        Name of the visit by patient; a patient without treatment or without such a visit is
        not in it.
    """
    scans = dataset.measurements
    if reader is not None:
        scans = scans.filter(pl.col("reader").is_null() | (pl.col("reader") == reader))
    as_one = scans.with_columns(reader=pl.lit(None, pl.String))
    return dict(_baselines(_before_treatment(as_one, dataset)).select(_VISIT).iter_rows())


def baseline_frame(dataset: Dataset) -> pl.DataFrame:
    """Return the baseline of every reader's reading, with what ``visits_before_treatment`` holds.

    Where the data name no reader, there is one a patient: that of ``baseline_visits``.
    """
    return _baselines(visits_before_treatment(dataset))


def _baselines(before: pl.DataFrame) -> pl.DataFrame:
    marked = pl.col("is_marked") & pl.col("is_read")
    only_one = marked & (marked.sum().over("patient_id", "reader") == 1)
    return (
        before.with_columns(only_one.alias("is_chosen"))
        .sort("is_chosen", maintain_order=True)
        .unique(("patient_id", "reader"), keep="last", maintain_order=True)
        .drop("is_chosen")
        .sort("patient_id", "reader")
    )


def visits_before_treatment(dataset: Dataset) -> pl.DataFrame:
    """Return the visits all of whose scans lie on or before the patient's first treatment.

    Returns
    -------
    polars.DataFrame
        One row a patient, reader and visit, sorted by patient, reader and date: ``patient_id``,
        ``reader``, ``visit``, its ``first_day`` and ``last_day``, ``is_read`` (a lesion was read
        on it), the first ``source_row``, ``first_treatment``, and ``is_marked`` (the table
        ``visits`` calls it baseline).
    """
    if dataset not in _BEFORE_TREATMENT:
        _BEFORE_TREATMENT[dataset] = _before_treatment(dataset.measurements, dataset)
    return _BEFORE_TREATMENT[dataset]


def _before_treatment(scans: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    day = pl.col("scan_date")
    marked = dataset.visits.filter(pl.col("visit_type") == "baseline").select(_VISIT).unique()
    return (
        scans.drop_nulls((*_VISIT, "scan_date"))
        .group_by(_READ_VISIT)
        .agg(
            day.min().alias("first_day"),
            day.max().alias("last_day"),
            was_read().any().alias("is_read"),
            pl.col(SOURCE_ROW).min(),
        )
        .join(first_treatment_frame(dataset), on="patient_id")
        .filter(pl.col("last_day") <= pl.col("first_treatment"))
        .join(marked.with_columns(is_marked=True), on=_VISIT, how="left")
        .with_columns(pl.col("is_marked").fill_null(value=False))
        .sort("patient_id", "reader", "last_day", "first_day", "visit")
    )
