"""The two readings of every patient, and the worked case under every policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from following import READ
from trialwright.response import (
    POLICIES,
    Lesion,
    LocalTreatment,
    PatientScans,
    Reading,
    Response,
    assess_patient,
)
from trialwright.response.ablated.both_readings import read_both, read_neither

START = date(2025, 1, 6)


def day(number):
    return START + timedelta(days=number)


def write(courses, ablated=(), *, planned=True, viable=None):
    """Write a patient: sizes of each target at baseline, week 8, week 16, ..."""
    treatments = tuple(LocalTreatment(name, day(14), "RFA", planned, True) for name in ablated)
    return PatientScans(
        "P1",
        START,
        tuple(Lesion(name, "target", "liver", lymph_node=False) for name in courses),
        tuple(
            Reading(
                name,
                f"week {8 * visit}",
                day(56 * visit if visit else -7),
                float(size),
                viable_mm=float((viable or {}).get(name, sizes)[visit]),
            )
            for name, sizes in courses.items()
            for visit, size in enumerate(sizes)
        ),
        treatments,
    )


# Two targets of 30 mm, T1 ablated: its zone measures 45 mm, the other lesion 27 mm.
WORKED_CASE = {
    "exclude": Response.SD,  # 27 of 30 mm: -10 %
    "not_evaluable": Response.NE,
    "zero": Response.PR,  # 27 of 60 mm: -55 %
    "zone": Response.PD,  # 72 of 60 mm: +20 % and +12 mm
    "viable": Response.PR,  # nothing of the zone takes up contrast: 27 of 60 mm
    "carry_forward": Response.SD,  # 57 of 60 mm: -5 %
}


@pytest.mark.parametrize("policy", POLICIES)
def test_one_patient_reads_differently_under_every_policy(policy):
    scans = write({"T1": [30, 45], "T2": [30, 27]}, ["T1"], viable={"T1": [30, 0]})
    both = read_both(scans, READ, policy)
    (visit,) = both.visits
    assert (visit.not_ablated, visit.all_disease) == (Response.SD, WORKED_CASE[policy])
    assert both.differ is (WORKED_CASE[policy] != Response.SD)
    assert both.ablated == ("T1",)


def test_the_sentence_names_lesion_policy_and_visit():
    both = read_both(write({"T1": [30, 45], "T2": [30, 27]}, ["T1"]), READ, "zone")
    assert both.best_differs
    assert both.deciding == ("T1",)
    assert both.sentence == (
        "SD in the lesions not ablated, PD in all disease; T1 (ablated: zone) makes the "
        "difference; the readings first part at week 8 (2025-03-03): SD and PD"
    )


def test_without_an_ablation_both_readings_are_one():
    both = read_both(write({"T1": [30, 20], "T2": [30, 20]}), READ, "zero")
    assert not both.differ
    assert both.not_ablated == both.all_disease
    assert both.sentence == "no lesion was ablated as planned: both readings are one"


def test_a_lesion_treated_outside_the_protocol_counts_alike_in_both():
    both = read_both(write({"T1": [30, 45], "T2": [30, 27]}, ["T1"], planned=False), READ, "zone")
    assert not both.differ
    assert both.ablated == ()


def test_readings_that_agree_say_so():
    both = read_both(write({"T1": [30, 10], "T2": [30, 10]}, ["T1"]), READ, "zone")
    assert not both.differ
    assert both.sentence == "SD in both readings, alike at every visit"


def test_calls_may_part_where_the_best_response_does_not():
    both = read_both(write({"T1": [30, 30, 30], "T2": [30, 30, 40]}, ["T1"]), READ, "zone")
    assert not both.best_differs
    assert both.differ
    assert [visit.differ for visit in both.visits] == [False, True]
    assert both.sentence.startswith("SD in both readings; T1 (ablated: zone) makes the difference")
    assert "week 16 (2025-04-28): PD and SD" in both.sentence


def test_only_the_lesion_that_decides_is_named():
    courses = {"T1": [30, 60], "T2": [12, 12], "T3": [30, 27]}
    both = read_both(write(courses, ["T1", "T2"]), READ, "zone")
    assert both.ablated == ("T1", "T2")
    assert both.deciding == ("T1",)


def test_lesions_that_decide_only_together_are_named_so():
    # Each zone adds 10 mm: alone 70 of 60 mm, +17 %; together 110 of 90 mm, +22 %.
    courses = {"T1": [30, 40], "T2": [30, 40], "T3": [30, 30]}
    both = read_both(write(courses, ["T1", "T2"]), READ, "zone")
    assert (both.all_disease.best.response, both.deciding) == (Response.PD, ())
    assert "T1 and T2 together (ablated: zone) make the difference" in both.sentence


def test_several_lesions_that_decide_alone_are_all_named():
    courses = {"T1": [30, 60], "T2": [30, 60], "T3": [30, 30]}
    both = read_both(write(courses, ["T1", "T2"]), READ, "zone")
    assert both.deciding == ("T1", "T2")
    assert "T1 and T2 (ablated: zone) make the difference" in both.sentence


def test_a_patient_whose_every_lesion_was_ablated_has_no_disease_in_the_first_reading():
    both = read_both(write({"T1": [30, 40]}, ["T1"]), READ, "zero")
    (visit,) = both.visits
    assert (visit.not_ablated, visit.all_disease) == (Response.NE, Response.CR)
    assert both.deciding == ("T1",)


def test_a_patient_who_is_not_evaluable_is_so_in_both_readings():
    scans = write({"T1": [30, 10], "T2": [30, 10]}, ["T1"])
    refused = assess_patient(replace(scans, first_treatment=None), READ)
    both = read_neither(refused)
    assert both.not_ablated is both.all_disease is refused
    assert not both.differ
    assert both.sentence == "not evaluable: no study treatment was given"
