"""Check the rows of a data set against the schema and against each other.

A check is a function from a data set to findings; to add one, write it and list it in
``CHECKS``. Findings come out in the order of the tables and rows, whatever the order of the
rows in the frames.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from trialwright.dataset import (
    ablation_checks,
    baseline_checks,
    course_checks,
    date_checks,
    event_checks,
    lab_checks,
    lesion_checks,
    measurability_checks,
    measurement_checks,
    plausibility_checks,
    reference_checks,
    split_checks,
    table_checks,
    undated_checks,
    unit_checks,
    visit_checks,
    visit_order,
    zone_checks,
)
from trialwright.dataset.schema import SOURCE_ROW, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding

CHECKS: tuple[Callable[[Dataset], Iterator[Finding]], ...] = (
    table_checks.find_missing_tables,
    table_checks.find_missing_values,
    table_checks.find_impossible_numbers,
    table_checks.find_unlisted_words,
    table_checks.find_duplicate_rows,
    table_checks.find_similar_patients,
    reference_checks.find_unknown_references,
    reference_checks.find_scans_of_unknown_lesions,
    reference_checks.find_ablations_of_unknown_lesions,
    reference_checks.find_mixed_readers,
    reference_checks.find_unread_adjudications,
    measurement_checks.find_repeated_measurements,
    measurement_checks.find_several_sizes,
    visit_checks.find_spread_visits,
    visit_checks.find_scans_off_their_visits,
    visit_checks.find_lesions_read_where_not_imaged,
    visit_order.find_exchanged_visits,
    measurement_checks.find_blank_measurements,
    measurement_checks.find_double_statements,
    measurement_checks.find_huge_diameters,
    measurement_checks.find_equivocal_known_lesions,
    measurement_checks.find_targets_without_size,
    unit_checks.find_unit_mistakes,
    unit_checks.find_datasets_in_cm,
    lesion_checks.find_too_many_targets,
    lesion_checks.find_unflagged_nodes,
    lesion_checks.find_changed_organs,
    lesion_checks.find_new_lesions_in_unimaged_organs,
    lesion_checks.find_unread_new_lesions,
    lesion_checks.find_unknown_organs,
    split_checks.find_unknown_parents,
    split_checks.find_differing_fragments,
    split_checks.find_measured_parents,
    split_checks.find_fragments_at_baseline,
    split_checks.find_unclear_mergers,
    zone_checks.find_zones_without_treatment,
    zone_checks.find_zones_out_of_order,
    zone_checks.find_zone_contradictions,
    zone_checks.find_large_viable_parts,
    baseline_checks.find_missing_baselines,
    baseline_checks.find_unmeasured_targets,
    baseline_checks.find_several_baselines,
    baseline_checks.find_absent_targets,
    baseline_checks.find_new_lesions_at_baseline,
    measurability_checks.find_unmeasurable_targets,
    measurability_checks.find_changed_methods,
    date_checks.find_exchanged_dates,
    date_checks.find_treated_without_enrolment,
    date_checks.find_never_treated,
    event_checks.find_ends_before_starts,
    event_checks.find_events_without_treatment,
    event_checks.find_fatal_contradictions,
    event_checks.find_missing_deaths,
    event_checks.find_seriousness_contradictions,
    event_checks.find_unknown_words,
    event_checks.find_complication_contradictions,
    course_checks.find_medications_that_end_first,
    course_checks.find_screening_ends_of_enrolled,
    undated_checks.find_undated_deaths,
    undated_checks.find_undated_rows,
    undated_checks.find_differing_parts,
    plausibility_checks.find_implausible_dates,
    plausibility_checks.find_far_dates,
    ablation_checks.find_prior_ablations,
    ablation_checks.find_early_planned_ablations,
    lab_checks.find_negative_results,
    lab_checks.find_exchanged_limits,
    lab_checks.find_changed_ranges,
)

_ISO_DATE = re.compile(r"\b[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\b")


def check_dataset(dataset: Dataset) -> tuple[Finding, ...]:
    """Check a data set; the data stay as they are.

    Parameters
    ----------
    dataset : Dataset
        Read from files or made in code.

    Returns
    -------
    tuple of Finding
        What contradicts the schema, another row or RECIST, sorted by table and row.

    Examples
    --------
    >>> import polars as pl
    >>> from trialwright.dataset import Dataset, check_dataset
    >>> patients = pl.DataFrame({"patient_id": ["014"], "ecog": [7]})
    >>> dataset = Dataset.create({"patients": patients}, source="made in code")
    >>> print(check_dataset(dataset)[0].message)
    ecog 7; ECOG performance status at baseline is 0 to 5
    """
    ordered = _in_one_order(dataset)
    found = [finding for check in CHECKS for finding in check(ordered)]
    return tuple(sorted((as_told(finding, dataset) for finding in found), key=_place))


def _in_one_order(dataset: Dataset) -> Dataset:
    """Return the same rows by their numbers in the source, else by what they hold.

    Where several rows could be named, a check takes the first: it must be the same one whatever
    order the rows came in.
    """
    return replace(dataset, frames={name: _sort(frame) for name, frame in dataset.frames.items()})


def _sort(frame: pl.DataFrame) -> pl.DataFrame:
    rows = frame[SOURCE_ROW]
    if rows.null_count() == 0 and bool((rows > rows.shift(1)).fill_null(value=True).all()):
        return frame  # as read from one file
    columns = [name for name in frame.columns if name != SOURCE_ROW]
    return frame.sort(SOURCE_ROW, *columns, nulls_last=True)


def as_told(finding: Finding, dataset: Dataset) -> Finding:
    """Name the source; speak of study days where the dates only stand for them."""
    message = finding.message
    if dataset.day_zero is not None:
        zero = dataset.day_zero
        message = _ISO_DATE.sub(
            lambda found: f"day {(date.fromisoformat(found[0]) - zero).days}", message
        )
    return replace(finding, source=dataset.source, message=message)


def _place(finding: Finding) -> tuple[int, int, str, str, str, str]:
    table = list(TABLES).index(finding.table)
    who = (finding.patient or "", finding.reader or "")
    return table, finding.row or 0, finding.rule, *who, finding.message
