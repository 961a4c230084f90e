"""Cases that mutated analysis sets got past before: doses, open rows, and what a study asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialwright.endpoints import derive_analysis_sets
from trialwright.endpoints.set_facts import PatientFacts
from trialwright.endpoints.sets import ablation_failed
from trialwright.response import ResponseRules, assess_patient, gather_scans
from trialwright.study import Study
from written_trial import START, Trial, day, reason, treated


def test_an_ablation_that_nobody_attempted_did_not_fail():
    """The rules of a set come in order, but each is right by itself too."""
    facts = PatientFacts("A", START, START, records_enrolment=True)
    assert ablation_failed(facts) is None
    assert ablation_failed(replace(facts, ablation_attempted=True)) is not None
    assert ablation_failed(replace(facts, ablation_attempted=True, ablation_done=True)) is None


def per_protocol(trial, study, *without):
    return reason(trial.ablate().sets(study, *without), "per_protocol")


def on_regorafenib(*rows, infusions, stop):
    trial = Trial().enrol(on=-40).stop(stop)
    for on in infusions:
        trial.dose("Toripalimab", on, on, 240)
    for first, last, mg in rows:
        trial.dose("Regorafenib", first, last, mg)
    return trial


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (0, None),  # 21 of 21 days at half the dose
        # 850 of 2480 mg: the days 1-10 and 11-21 of the first cycle, 10 of the next
        (1, "Regorafenib: 34.2 % of the planned dose, less than 50 %"),
    ],
)
def test_time_on_treatment_starts_with_the_first_dose_of_more_than_nothing(
    crclm_study, before, expected
):
    trial = on_regorafenib((-10, -1, before), (0, 20, 40), infusions=(0, 21), stop=27)
    assert per_protocol(trial, crclm_study) == expected


def test_the_cycles_of_an_open_row_begin_with_the_first_dose_of_more_than_nothing(crclm_study):
    """25 of 42 planned days; counted from the rows of 0 mg it would be 21."""
    trial = on_regorafenib((0, 23, 0), (24, None, 70), infusions=(0, 21, 42), stop=55)
    assert per_protocol(trial, crclm_study) is None


def test_a_dose_that_nobody_recorded_counts_as_nothing(crclm_study):
    trial = on_regorafenib(infusions=(0, 21), stop=27)
    unknown = {"drug": "Regorafenib", "start_date": day(0), "end_date": day(20)}
    trial.add("doses", "A", **unknown, dose_mg=None)
    assert per_protocol(trial, crclm_study) == (
        "Regorafenib: 0 % of the planned dose, less than 50 %"
    )


def test_a_study_of_ablation_alone_asks_for_no_dose_and_no_end_of_treatment(crclm_study):
    content = crclm_study.model_dump(exclude_none=True)
    del content["treatments"]
    trial = Trial().enrol().scan({-5: 30, 56: 29})
    assert per_protocol(trial, Study.model_validate(content), "doses", "dispositions") is None


def test_a_study_of_drugs_asks_for_the_end_of_treatment(crclm_study):
    sets = treated().sets(crclm_study, "dispositions")
    assert sets.named("per_protocol").not_derived == (
        "the data hold no dispositions, so no end of treatment"
    )


def test_a_study_without_ablation_does_not_ask_for_the_table(crclm_study):
    content = crclm_study.model_dump(exclude_none=True)
    del content["ablation"]
    trial = on_regorafenib((0, 20, 80), infusions=(0, 21), stop=27)
    sets = trial.sets(Study.model_validate(content), "ablations")
    assert reason(sets, "per_protocol") is None


@pytest.mark.parametrize(("sum_mm", "measurable"), [(0.0, False), (1.0, True), (30.0, True)])
def test_only_a_target_with_a_size_at_baseline_is_measurable(crclm_study, sum_mm, measurable):
    """After a complete ablation nothing may be left to measure (baseline_after_ablation)."""
    trial = treated()
    rules = ResponseRules.of(crclm_study)
    (scanned,) = gather_scans(trial.dataset())
    response = assess_patient(scanned, rules)
    response = replace(response, baseline=replace(response.baseline, sum_mm=sum_mm))
    sets = derive_analysis_sets(trial.dataset(), crclm_study, {"A": response})
    expected = None if measurable else "no measurable target lesion at baseline"
    assert reason(sets, "response_evaluable") == expected
