"""The response-evaluable set: a measured baseline, and something to compare with it.

Source: ``shared/reference/domain.md`` §5.4; ``docs/decisions/015-analysis-sets.md``.
"""

from __future__ import annotations

import pytest

from written_trial import Trial, reason

MEASURED = {-5: 30, 56: 29}


def evaluable(trial, study):
    return reason(trial.sets(study), "response_evaluable")


def dosed():
    return Trial().enrol().dose("Regorafenib", 0, 20, 80)


def test_a_measured_target_and_an_evaluable_scan_make_a_patient_evaluable(crclm_study):
    assert evaluable(dosed().scan(MEASURED), crclm_study) is None


def test_without_a_baseline_the_reason_is_that_of_the_reading(crclm_study):
    later = dosed().scan({56: 29})
    assert "no scan on or before the first treatment" in evaluable(later, crclm_study)
    assert evaluable(dosed(), crclm_study) == "no lesion was measured"


@pytest.mark.parametrize("policy", ["exclude", "zero"])
def test_a_target_that_is_ablated_is_measurable_only_in_the_reading_that_counts_it(
    crclm_study, settle, policy
):
    study = settle(crclm_study, response__planned_ablation=policy)
    trial = dosed().scan(MEASURED, lesion="T2").ablate()
    words = "no measurable target lesion at baseline"
    assert evaluable(trial, study) == (words if policy == "exclude" else None)


def test_non_target_disease_alone_is_not_measurable(crclm_study):
    trial = dosed().scan({-5: "present", 56: "present"}, lesion="N1", role="non_target")
    assert evaluable(trial, crclm_study) == "no measurable target lesion at baseline"


NOBODY_SAW = (
    "no evaluable assessment after baseline, treatment not stopped for progression, and no early "
    "death"
)


@pytest.mark.parametrize("scans", [{-5: 30}, {-5: 30, 56: "not_evaluable"}])
def test_a_patient_without_an_evaluable_scan_is_not_evaluable(crclm_study, scans):
    assert evaluable(dosed().scan(scans), crclm_study) == NOBODY_SAW


@pytest.mark.parametrize("scans", [{-5: 30}, {-5: 30, 56: "not_evaluable"}])
def test_an_early_death_makes_up_for_the_scan(crclm_study, scans):
    assert evaluable(dosed().scan(scans).die(70), crclm_study) is None


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("progression", None),
        ("clinical progression", None),
        ("adverse event", NOBODY_SAW),
        ("withdrawal", NOBODY_SAW),
        ("completed", NOBODY_SAW),
        (None, NOBODY_SAW),
    ],
)
def test_so_does_an_early_progression_that_stopped_treatment(crclm_study, category, expected):
    # domain.md 5.4: at least one adequate scan after baseline, or early PD or death
    assert evaluable(dosed().scan({-5: 30}).stop(40, category), crclm_study) == expected


def test_it_may_be_late_if_no_scan_was_evaluable_and_the_set_says_so(crclm_study):
    trial = dosed().scan({-5: 30} | dict.fromkeys(range(56, 400, 56), "not_evaluable"))
    sets = trial.stop(400, "progression").sets(crclm_study)
    assert reason(sets, "response_evaluable") is None
    words = sets.named("response_evaluable").definition
    assert "treatment stopped for progression without one" in words
    assert "early progression" not in words


def test_progression_on_the_first_scan_is_an_evaluable_scan(crclm_study):
    assert evaluable(dosed().scan({-5: 30, 40: 60}), crclm_study) is None


def test_a_death_without_a_baseline_makes_nobody_evaluable(crclm_study):
    assert "to compare with" in evaluable(dosed().scan({56: 30}).die(70), crclm_study)
