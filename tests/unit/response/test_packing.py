"""A data set read in bulk and patient by patient: the same calls, under every policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from trialwright.errors import DataError
from trialwright.response import Lesion, LocalTreatment, PatientScans, Reading, ResponseRules
from trialwright.response.assess import assess_patient
from trialwright.response.bulk.packing import course_rules, pack_patients
from trialwright.response.bulk.read_many import read_many
from trialwright.response.codes import Response
from trialwright.response.local_therapy import POLICIES
from trialwright.response.patient import gather_scans
from trialwright.simulate import simulate_study

START = date(2026, 1, 5)


@pytest.fixture(scope="module")
def rules(crclm_study):
    return ResponseRules.of(crclm_study)


@pytest.fixture(scope="module")
def patients(crclm_study):
    return gather_scans(simulate_study(crclm_study, seed=3, patients=60))


def _assert_equal(patients, rules) -> None:
    courses = pack_patients(patients, rules)
    results = read_many(courses, course_rules(rules))
    for n, scans in enumerate(patients):
        one = assess_patient(scans, rules)
        first, last = courses.visit_start[n] + 1, courses.visit_start[n + 1]
        points = one.time_points
        assert results.overall[first:last].tolist() == [p.overall for p in points], scans
        assert results.target[first:last].tolist() == [p.target for p in points]
        assert results.non_target[first:last].tolist() == [p.non_target for p in points]
        assert results.day[first:last].tolist() == [p.day for p in points]
        np.testing.assert_array_equal(results.sum_mm[first:last], [p.sum_mm for p in points])
        np.testing.assert_array_equal(results.nadir_mm[first:last], [p.nadir_mm for p in points])
        assert results.counted[n] == one.counted
        assert results.unconfirmed[n] == one.unconfirmed.response
        assert results.confirmed[n] == one.confirmed.response
        at = int(results.confirmed_at[n])
        assert (points[at].visit if at >= 0 else None) == one.confirmed.visit
        at = int(results.confirming_at[n])
        assert (points[at].date if at >= 0 else None) == one.confirmed.confirmed_on


@pytest.mark.parametrize(
    ("planned", "unplanned"),
    [*((policy, "zone") for policy in POLICIES), *(("zone", p) for p in [*POLICIES, "censor"])],
)
def test_bulk_equals_patient_by_patient_under_every_policy(
    patients, rules, planned, unplanned
) -> None:
    chosen = replace(rules, planned_ablation=planned, unplanned_local_therapy=unplanned)
    _assert_equal(_with_unplanned(patients), chosen)


def test_the_policies_differ_on_these_patients(patients, rules) -> None:
    calls = {
        policy: read_many(
            pack_patients(_with_unplanned(patients), chosen), course_rules(chosen)
        ).overall.tobytes()
        for policy in POLICIES
        for chosen in [replace(rules, planned_ablation=policy, unplanned_local_therapy=policy)]
    }
    assert len(set(calls.values())) == len(POLICIES)


def _with_unplanned(patients):
    """Make every third patient's treatments unplanned, some incomplete; measure what is viable."""
    return [
        replace(
            one,
            local_treatments=tuple(
                replace(t, planned=n % 3 > 0, technical_success=n % 2 > 0)
                for t in one.local_treatments
            ),
            readings=tuple(
                replace(r, viable_mm=None if r.diameter_mm is None else r.diameter_mm // 2)
                for r in one.readings
            ),
        )
        for n, one in enumerate(patients[:25])
    ]


@pytest.mark.parametrize("which", ["earliest", "latest"])
@pytest.mark.parametrize("after", [True, False])
def test_bulk_equals_patient_by_patient_under_other_choices(patients, rules, which, after) -> None:
    chosen = replace(
        rules, time_point_date=which, baseline_after_ablation=after, persistent=not after
    )
    _assert_equal(patients, chosen)


def _patient(*lesions, readings, treatments=()):
    return PatientScans(
        "P1",
        START,
        lesions,
        tuple(
            Reading(name, f"V{week}", START + timedelta(weeks=week), size)
            for name, week, size in readings
        ),
        treatments,
    )


T1 = Lesion("T1", "target", "liver", lymph_node=False)


def test_a_patient_without_a_baseline_is_kept_and_not_evaluable(rules) -> None:
    lost = _patient(T1, readings=[("T1", 8, 30.0)])
    seen = _patient(T1, readings=[("T1", 0, 30.0), ("T1", 8, 10.0)])
    results = read_many(pack_patients([lost, seen], rules), course_rules(rules))
    assert results.unconfirmed.tolist() == [Response.NE, Response.PR]
    _assert_equal([lost, seen], rules)


def test_a_progression_has_the_day_of_the_scan_that_shows_it(rules) -> None:
    new = Lesion("X1", "new", "lung", lymph_node=False)
    scans = _patient(T1, new, readings=[("T1", 0, 30.0), ("T1", 8, 30.0)])
    late = Reading("X1", "V8", START + timedelta(weeks=8, days=3), 12.0)
    _assert_equal([replace(scans, readings=(*scans.readings, late))], rules)


def test_lesions_that_are_no_single_size_are_refused(rules) -> None:
    node = Lesion("T1", "target", "node", lymph_node=True)
    pieces = [Lesion(f"T1.{n}", "target", "node", True, split_from="T1") for n in (1, 2)]
    scans = _patient(node, *pieces, readings=[("T1", 0, 20.0), ("T1.1", 8, 6.0), ("T1.2", 8, 6.0)])
    with pytest.raises(DataError, match=r"patient P1, day 56: .* read this patient with assess_"):
        pack_patients([scans], rules)


def test_scans_on_both_sides_of_a_treatment_are_refused(rules) -> None:
    other = Lesion("T2", "target", "liver", lymph_node=False)
    scans = _patient(
        T1,
        other,
        readings=[("T1", 0, 30.0), ("T2", 0, 20.0), ("T1", 8, 30.0)],
        treatments=(LocalTreatment("T1", START + timedelta(weeks=8, days=1), "RFA", True, True),),
    )
    late = Reading("T2", "V8", START + timedelta(weeks=8, days=2), 20.0)
    chosen = replace(rules, planned_ablation="not_evaluable")
    with pytest.raises(DataError, match="scans on both sides of a local treatment"):
        pack_patients([replace(scans, readings=(*scans.readings, late))], chosen)


def test_the_rules_of_another_program_are_refused(rules) -> None:
    with pytest.raises(ValueError, match="follows recist11, not 'admiral'"):
        course_rules(replace(rules, best_response_rules="admiral"))
