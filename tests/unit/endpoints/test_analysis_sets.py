"""Analysis sets: who is in which, one reason for each exclusion, and nobody lost.

Source: ``shared/reference/domain.md`` §5.4; ``docs/decisions/015-analysis-sets.md``.
"""

from __future__ import annotations

import polars as pl
import pytest

from trialwright.endpoints import derive_analysis_sets
from trialwright.response import ResponseRules, assess_patient, gather_scans
from trialwright.simulate import simulate_study
from trialwright.study import Study
from written_trial import DERIVED, Trial, add_treated, day, reason, treated

# --- Who is counted at all


def test_a_patient_treated_as_planned_is_in_every_set(crclm_study):
    sets = treated().sets(crclm_study)
    assert tuple(one.name for one in sets.sets) == DERIVED
    for one in sets.sets:
        assert one.patients == ("A",), one.name
        assert one.excluded == ()
        assert one.title
        assert one.definition
    assert [member.patient_id for member in sets.efficacy] == ["A"]


def test_who_was_screened_only_is_in_no_other_set(crclm_study):
    sets = add_treated(treated(), "B").enrol("B").enrol("S", on=None).sets(crclm_study)
    assert "S" in sets.named("screened")
    for name in DERIVED[1:]:
        assert reason(sets, name, "S") == "screened, not enrolled"
    assert [one.patient_id for one in sets.excluded] == ["S"]


def test_where_the_source_records_no_enrolment_nobody_is_screened_only(crclm_study, settle):
    trial = treated(enrolled=None).enrol("S", on=None)
    sets = trial.sets(crclm_study)
    assert reason(sets, "enrolled", "S") is None
    assert reason(sets, "full_analysis", "S") == "enrolled, never treated"
    all_enrolled = trial.sets(settle(crclm_study, analysis_sets__efficacy="enrolled"))
    assert reason(all_enrolled, "full_analysis", "S") is None


def test_a_treated_patient_without_an_enrolment_date_was_enrolled(crclm_study):
    trial = treated().enrol("B", on=None)
    sets = add_treated(trial, "B").sets(crclm_study)
    assert all("B" in sets.named(name) for name in DERIVED)


def test_nobody_is_treated_by_a_dose_of_nothing(crclm_study):
    trial = treated().enrol("N").dose("Regorafenib", 0, 0, 0, "N")
    sets = trial.sets(crclm_study)
    assert reason(sets, "enrolled", "N") is None
    for name in DERIVED[2:]:
        assert reason(sets, name, "N") == "enrolled, never treated"


@pytest.mark.parametrize("what", ["drug", "ablation"])
def test_either_part_of_the_treatment_makes_a_patient_treated(crclm_study, what):
    trial = treated().enrol("B")
    if what == "drug":
        trial.dose("Regorafenib", 0, 20, 80, "B")
    else:
        trial.ablate(3, "B")
    sets = trial.sets(crclm_study)
    assert reason(sets, "full_analysis", "B") is None
    assert reason(sets, "safety", "B") is None


def test_an_ablation_outside_the_protocol_treats_nobody(crclm_study):
    sets = treated().enrol("B").ablate(3, "B", planned=False).sets(crclm_study)
    assert reason(sets, "full_analysis", "B") == "enrolled, never treated"


def test_the_full_analysis_set_of_all_enrolled_holds_the_untreated(crclm_study, settle):
    study = settle(crclm_study, analysis_sets__efficacy="enrolled")
    sets = treated().enrol("N").enrol("S", on=None).sets(study)
    assert sets.efficacy_set == "enrolled"
    assert reason(sets, "full_analysis", "N") is None
    assert reason(sets, "full_analysis", "S") == "screened, not enrolled"
    for name in DERIVED[3:]:
        assert reason(sets, name, "N") == "enrolled, never treated"
    assert [one.patient_id for one in sets.efficacy] == ["A", "N"]


def test_there_is_no_other_set(crclm_study):
    sets = treated().sets(crclm_study)
    for name in ("full", "full_analysis_set", ""):
        with pytest.raises(KeyError) as refused:
            sets.named(name)
        assert refused.value.args == (name,)


# --- Ablation


@pytest.fixture
def no_ablation(crclm_study):
    content = crclm_study.model_dump(exclude_none=True)
    del content["ablation"]
    return Study.model_validate(content)


@pytest.mark.parametrize("success", [True, False, None])
def test_an_ablation_attempted_counts_whatever_came_of_it(crclm_study, success):
    trial = Trial().enrol().dose("Regorafenib", 0, 20, 80).ablate(success=success)
    sets = trial.dose("Toripalimab", 0, 0, 240).stop(20).sets(crclm_study)
    assert reason(sets, "ablation_safety") is None
    failed = "the planned ablation was attempted without technical success"
    assert reason(sets, "per_protocol") == (failed if success is False else None)


def test_an_ablation_that_succeeded_after_one_that_failed_is_done(crclm_study):
    trial = treated().enrol("B").dose("Regorafenib", 0, 20, 80, "B").stop(20, patient="B")
    trial.dose("Toripalimab", 0, 0, 240, "B").ablate(3, "B", success=False)
    trial.ablate(5, "B", planned=False)  # outside the protocol: it makes up for nothing
    assert "without technical success" in reason(trial.sets(crclm_study), "per_protocol", "B")
    assert reason(trial.ablate(9, "B").sets(crclm_study), "per_protocol", "B") is None


def test_an_unplanned_ablation_is_no_planned_one(crclm_study):
    trial = Trial().enrol().dose("Regorafenib", 0, 20, 80).ablate(planned=False)
    sets = trial.sets(crclm_study)
    assert reason(sets, "ablation_safety") == "no planned ablation was attempted"
    assert reason(sets, "per_protocol") == "no planned ablation was attempted"
    assert reason(sets, "safety") is None


def test_a_study_without_ablation_asks_for_none(no_ablation):
    trial = Trial().enrol().dose("Regorafenib", 0, 20, 80).stop(27)
    trial.dose("Toripalimab", 0, 0, 240).dose("Toripalimab", 21, 21, 240)
    sets = trial.sets(no_ablation)
    assert reason(sets, "per_protocol") is None
    assert "ablation" not in sets.named("per_protocol").definition
    ablation = sets.named("ablation_safety")
    assert ablation.not_derived == "the study plans no ablation"
    assert (ablation.patients, ablation.excluded) == ((), ())


# --- Laws


@pytest.fixture(scope="module")
def virtual(crclm_study):
    dataset = simulate_study(crclm_study, seed=4, patients=25)
    untreated = dataset.patients["patient_id"].to_list()[3:5]
    left = ~pl.col("patient_id").is_in(untreated)
    frames = {
        name: frame.filter(left) if name in ("doses", "ablations") else frame
        for name, frame in dataset.frames.items()
    }
    return type(dataset).create(frames, source="simulated")


@pytest.mark.parametrize("efficacy", ["treated", "enrolled"])
@pytest.mark.parametrize("policy", ["exclude", "zero"])
def test_members_and_excluded_are_all_patients_once(virtual, crclm_study, settle, efficacy, policy):
    study = settle(crclm_study, analysis_sets__efficacy=efficacy, response__planned_ablation=policy)
    rules = ResponseRules.of(study)
    read = {one.patient_id: assess_patient(one, rules) for one in gather_scans(virtual)}
    sets = derive_analysis_sets(virtual, study, read)
    everybody = sorted(virtual.patients["patient_id"].to_list())
    for one in sets.sets:
        assert one.not_derived is None
        left_out = [patient for patient, _ in one.excluded]
        assert sorted([*one.patients, *left_out]) == everybody, one.name
        assert all(why for _, why in one.excluded)
    full = sets.named("full_analysis")
    assert tuple(one.patient_id for one in sets.efficacy) == full.patients
    assert tuple((one.patient_id, one.excluded) for one in sets.excluded) == full.excluded
    members = {one.name: set(one.patients) for one in sets.sets}
    assert all(members.values())  # a set of nobody would be part of every other
    assert members["ablation_safety"] <= members["safety"] <= members["enrolled"]
    assert members["response_evaluable"] <= members["full_analysis"] <= members["enrolled"]
    assert members["per_protocol"] <= members["ablation_safety"] & members["full_analysis"]
    assert len(members["full_analysis"]) == (23 if efficacy == "treated" else 25)


def test_members_stand_in_the_order_of_enrolment(crclm_study):
    trial = Trial().enrol("late", on=-2).enrol("early", on=-9).enrol("same", on=-2)
    trial.enrol("never dated", on=None)
    for patient in ("late", "early", "same"):
        trial.dose("Regorafenib", 0, 20, 80, patient)
    trial.enrol("only treated", on=None).dose("Regorafenib", -4, 20, 80, "only treated")
    sets = trial.sets(crclm_study)
    order = ["early", "only treated", "late", "same", "never dated"]
    assert [one.patient_id for one in sets.members] == order
    assert sets.named("full_analysis").patients == tuple(order[:-1])
    assert sets.members[0].enrolment == day(-9)
