"""The tumour before treatment, counted by hand."""

from __future__ import annotations

import datetime as dt

from trialwright.response.patient import Lesion, LocalTreatment, PatientScans, Reading
from trialwright.response.tumour_burden import measure_burden

FIRST = dt.date(2025, 3, 1)
BEFORE, AFTER = dt.date(2025, 2, 20), dt.date(2025, 5, 1)
LESIONS = (
    Lesion("T1", "target", "liver", False),
    Lesion("T2", "target", "lymph node", True),
    Lesion("T3", "target", "liver", False),
    Lesion("N1", "non_target", "lung", False),
    Lesion("N2", "non_target", "bone", False),
    Lesion("N3", "non_target", "liver", False),
    Lesion("T1a", "target", "liver", False, "T1"),
    Lesion("X1", "new", "brain", False),
)
READINGS = (
    Reading("T1", "baseline", BEFORE, 42.0),
    Reading("T2", "baseline", BEFORE, 18.0),
    Reading("T3", "baseline", BEFORE, None, "too_small"),
    Reading("N1", "baseline", BEFORE, None, "present"),
    Reading("N2", "baseline", BEFORE, None, "absent"),
    Reading("N3", "baseline", BEFORE, 71.0),
    Reading("T1", "week 8", AFTER, 90.0),
)


def scans(readings=READINGS, first=FIRST, treatments=()) -> PatientScans:
    return PatientScans("P1", first, LESIONS, readings, treatments)


def test_lesions_sizes_and_organs_at_baseline() -> None:
    found = measure_burden(scans())
    assert (found.targets, found.sum_mm) == (3, 65.0)  # 42 + 18 + 5
    assert (found.liver_lesions, found.largest_liver_mm) == (3, 71.0)
    assert found.extrahepatic == ("lymph node", "lung")


def test_a_lesion_that_is_ablated_later_was_there() -> None:
    ablated = (LocalTreatment("T1", dt.date(2025, 3, 20), "RFA", True, True),)
    assert measure_burden(scans(treatments=ablated)) == measure_burden(scans())


def test_a_target_that_was_not_read_leaves_no_sum() -> None:
    unread = (*READINGS[:2], Reading("T3", "baseline", BEFORE, None, "not_evaluable"))
    found = measure_burden(scans(unread))
    assert (found.targets, found.sum_mm, found.largest_liver_mm) == (3, None, 42.0)


def test_the_order_of_the_readings_does_not_matter() -> None:
    assert measure_burden(scans(READINGS[::-1])) == measure_burden(scans())


def test_without_a_baseline_nothing_is_known() -> None:
    late = measure_burden(scans(READINGS[-1:]))
    assert (late.targets, late.extrahepatic, late.why_not) == (
        None, None, "no scan before treatment",
    )  # fmt: skip
    assert measure_burden(scans(first=None)).why_not == "never treated"
