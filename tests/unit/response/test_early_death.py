"""Early death, and patients whom the study does not evaluate. Source: RECIST 1.1 §4.9.1."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialwright.response import PatientScans, assess_patient, refuse_patient
from written_scans import STRICT, day, read_scans, write_scans


@pytest.mark.parametrize("category", ["malignant disease", "toxicity", "other", "unknown"])
def test_a_death_before_any_scan_is_early(category):
    response = read_scans({"T1": (30,)}, death=day(40), death_category=category)
    assert response.early_death == category
    assert response.best.response.name == "NE"
    assert response.best.reason.sentence == (
        f"NE: no assessment after baseline counts; died 2024-02-17, an early death ({category})"
    )


def test_a_death_without_a_recorded_cause_is_early_and_unknown():
    assert read_scans({"T1": (30,)}, death=day(40)).early_death == "unknown"


def test_a_death_after_scans_that_nobody_could_read_is_early():
    response = read_scans({"T1": (30, "not_evaluable")}, death=day(80), death_category="other")
    assert response.early_death == "other"
    assert response.best.reason.sentence == (
        "NE: no time point could be evaluated; died 2024-03-28, an early death (other)"
    )


@pytest.mark.parametrize("value", [30, 60, 10, "absent"])
def test_a_death_after_an_assessment_is_not_early(value):
    response = read_scans({"T1": (30, value)}, death=day(80), death_category="toxicity")
    assert response.early_death is None


def test_a_scan_too_soon_for_stable_disease_was_an_assessment_all_the_same():
    response = read_scans({"T1": (30, 30)}, days=(-7, 20), death=day(30))
    assert response.best.response.name == "NE"
    assert response.early_death is None
    assert "came before day 49" in response.best.reason.sentence


def test_who_lives_did_not_die_early():
    assert read_scans({"T1": (30,)}).early_death is None


def test_death_without_treatment_is_not_an_early_death_of_the_trial():
    scans = PatientScans("P1", None, death=day(3), death_category="malignant disease")
    response = assess_patient(scans, STRICT)
    assert (response.early_death, response.not_evaluable) == (None, "no study treatment was given")


def test_without_a_baseline_a_death_is_early_unless_a_scan_was_made():
    never = PatientScans("P1", day(0), death=day(40), death_category="toxicity")
    assert assess_patient(never, STRICT).early_death == "toxicity"
    late = replace(write_scans({"T1": (30, 30)}, days=(5, 56)), death=day(80))
    response = assess_patient(late, STRICT)
    assert response.not_evaluable == "no scan on or before the first treatment to compare with"
    assert response.early_death is None


# --- Patients whom the data do not let be evaluated


def test_a_refused_patient_is_not_evaluable_and_says_why():
    scans = replace(write_scans({"T1": (30, 10, 10)}), reader="central_1")
    response = refuse_patient(scans, "T1 changes organ (lesion.organ_changed)")
    assert response.patient_id == "P1"
    assert response.not_evaluable == "T1 changes organ (lesion.organ_changed)"
    assert (response.baseline, response.time_points, response.counted) == (None, (), 0)
    for best in (response.best, response.confirmed, response.unconfirmed):
        assert best.response.name == "NE"
        assert best.reason.rule == "data.patient_not_evaluable"
        assert best.reason.sentence == "NE because T1 changes organ (lesion.organ_changed)"
    assert response.response_start is None
    assert response.reader == "central_1"


def test_every_response_names_its_reader():
    scans = replace(write_scans({"T1": (30, 10)}), reader="central_2")
    assert assess_patient(scans, STRICT).reader == "central_2"
    assert read_scans({"T1": (30, 10)}).reader is None
