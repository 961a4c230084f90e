"""Baseline, dates and conclusions of one patient: cases that a wrong day would get past.

Sources: RECIST 1.1, sections 3.2.1 (baseline), 4.4 (best response), 4.9.1 (early death); table 2.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialwright.response import PatientScans, Reading
from trialwright.response.ablated.rules import (
    Answer,
    LocalEnd,
    Zone,
    is_ablation,
    read_zone_of_scan,
)
from trialwright.response.codes import Response
from trialwright.response.conclude import PROFILES, find_early_death
from trialwright.response.timeline import (
    end_at_unplanned_treatment,
    find_first_after_ablation,
    group_by_visit,
    lay_out_visits,
    why_no_baseline,
)
from written_scans import STRICT, ablate, day, read_scans, write_scans

CENSOR = replace(STRICT, unplanned_local_therapy="censor")
AFTER_ABLATION = replace(STRICT, baseline_after_ablation=True)


# --- An unplanned local treatment as new therapy (response.unplanned_local_therapy = "censor")


@pytest.mark.parametrize(
    ("treated", "planned", "known", "expected"),
    [
        (60, False, None, 60),
        (0, False, None, 0),  # on the day of the first treatment
        (-1, False, None, None),  # a prior treatment
        (60, True, None, None),
        (60, False, 30, 30),  # another new therapy came first
        (60, False, 90, 60),
    ],
)
def test_the_first_of_new_therapy_and_unplanned_treatment_ends_the_reading(
    treated, planned, known, expected
):
    therapy = None if known is None else day(known)
    scans = write_scans({"T": (30, 30)}, local_treatments=(ablate("T", treated, planned=planned),))
    ended = end_at_unplanned_treatment(replace(scans, new_therapy=therapy), CENSOR)
    assert ended.new_therapy == (None if expected is None else day(expected))


def test_a_patient_never_treated_ends_at_the_first_unplanned_local_treatment():
    scans = write_scans({"T": (30, 30)}, local_treatments=(ablate("T", 60, planned=False),))
    untreated = replace(scans, first_treatment=None)
    assert end_at_unplanned_treatment(untreated, CENSOR).new_therapy == day(60)


# --- Which visit is the baseline (§3.2.1)


def test_the_marked_baseline_counts_though_a_later_scan_lies_before_treatment():
    scans = write_scans({"T": (40, 30, 30)}, days=(-20, -3, 56))
    assert lay_out_visits(scans, STRICT).baseline.name == "V1"
    assert lay_out_visits(replace(scans, baseline_visit="V0"), STRICT).baseline.name == "V0"


def first_after(scans: PatientScans) -> str | None:
    visits = group_by_visit(scans.readings, "earliest")
    found = find_first_after_ablation(scans, visits, visits[0])
    return None if found is None else found.name


def test_a_visit_that_began_before_the_ablation_is_not_the_scan_after_it():
    scans = write_scans(
        {"A": (30, None, 30), "T": (30, None, 30)}, local_treatments=(ablate("A", 20),)
    )
    early, late = Reading("A", "V1", day(19), 30.0), Reading("T", "V1", day(56), 30.0)
    assert first_after(replace(scans, readings=(*scans.readings, early, late))) == "V2"


def test_a_new_lesion_is_no_lesion_that_a_control_scan_has_to_read():
    scans = write_scans(
        {"A": (30, 30, 30)}, new={"X": (None, None, 12)}, local_treatments=(ablate("A", 20),)
    )
    assert first_after(scans) == "V1"


def test_a_lesion_treated_outside_the_protocol_still_has_to_be_read():
    scans = write_scans(
        {"A": (30, 30, 30), "T": (30, None, 30)},
        local_treatments=(ablate("A", 20), ablate("T", 20, planned=False)),
    )
    assert first_after(scans) == "V2"


def test_an_ablated_patient_without_study_treatment_has_no_baseline():
    scans = write_scans({"A": (30, 30)}, local_treatments=(ablate("A", 20),))
    assert lay_out_visits(replace(scans, first_treatment=None), AFTER_ABLATION).baseline is None


@pytest.mark.parametrize(
    ("facts", "after_ablation", "words"),
    [
        ({"first_treatment": None}, False, "no study treatment was given"),
        ({"readings": ()}, False, "no lesion was measured"),
        ({}, True, "no scan after the planned ablation to compare with"),
        ({}, False, "no scan on or before the first treatment to compare with"),
        ({"local_treatments": ()}, True, "no scan on or before the first treatment"),
    ],
)
def test_a_patient_without_baseline_is_told_why(facts, after_ablation, words):
    scans = write_scans({"A": (30,)}, days=(7,), local_treatments=(ablate("A", 20),))
    scans = replace(scans, **facts)
    visits = group_by_visit(scans.readings, "earliest")
    assert why_no_baseline(scans, visits, after_ablation).startswith(words)


# --- Early death (§4.9.1), and what a best response says of a death


@pytest.mark.parametrize(("scanned", "expected"), [(0, "unknown"), (1, None)])
def test_a_scan_on_the_day_of_the_first_treatment_is_no_assessment(scanned, expected):
    scans = write_scans({"T": (30,)}, days=(scanned,), death=day(40))
    assert find_early_death(scans, None) == expected


def test_a_death_after_an_assessment_that_does_not_count_is_not_called_early():
    # The scan came after a new therapy: it gives no best response, and was an assessment
    response = read_scans({"T": (30, 30)}, new_therapy=day(10), death=day(90))
    assert (response.best.response, response.early_death) == (Response.NE, None)
    assert f"died {day(90)}" in response.best.reason.sentence
    assert "early death" not in response.best.reason.sentence


# --- The two profiles of best response


def test_only_the_guideline_renames_the_stable_disease_of_a_patient_without_targets():
    # Table 2 knows no SD. A CR that was not confirmed reads as stable.
    non_targets = {"N": ("present", "absent", "present")}
    by_rules = {
        name: read_scans({}, non_targets=non_targets, rules={"best_response_rules": name})
        for name in PROFILES
    }
    assert by_rules["recist11"].best.response == Response.NON_CR_NON_PD
    assert by_rules["admiral"].best.response == Response.SD


def test_new_therapy_before_the_only_assessment_is_the_reason_for_not_evaluable():
    response = read_scans({"T": (30, 30)}, new_therapy=day(10))
    assert response.best.response == Response.NE
    assert "came before the first assessment" in response.best.reason.sentence


# --- The terms of ablation (Ahmed 2014)


@pytest.mark.parametrize("modality", ["RFA", "MWA", "cryoablation", "HIFU"])
def test_modalities_that_leave_an_ablation_zone(modality):
    assert is_ablation(modality)


@pytest.mark.parametrize("modality", ["surgery", "SBRT", "TACE"])
def test_other_local_treatments_leave_no_ablation_zone(modality):
    assert not is_ablation(modality)


def test_of_readings_that_contradict_each_other_tumour_counts_most_and_silence_least():
    assert read_zone_of_scan([Zone.UNKNOWN, Zone.COMPLETE]) == Zone.COMPLETE
    assert read_zone_of_scan([Zone.TUMOUR, Zone.COMPLETE, Zone.UNKNOWN]) == Zone.TUMOUR


def test_answers_and_ends_are_written_in_words():
    assert [answer.label for answer in Answer] == ["not assessed", "no", "yes"]
    assert LocalEnd.NEVER_COMPLETE.label == "never complete"
    assert len({end.label for end in LocalEnd}) == 5
