"""Analysis sets: ordered rules, one reason for each exclusion, and nobody lost.

Source: ``shared/reference/domain.md`` §5.4; ``docs/decisions/015-analysis-sets.md``.
"""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl
import pytest

from trialwright.endpoints import derive_analysis_sets
from trialwright.endpoints.set_facts import dose_percent
from trialwright.response import ResponseRules, assess_patient, gather_scans
from trialwright.simulate import simulate_study
from trialwright.study import Study
from written_trial import DERIVED, Trial, add_treated, day, reason, treated


@pytest.fixture
def no_ablation(crclm_study):
    content = crclm_study.model_dump(exclude_none=True)
    del content["ablation"]
    return Study.model_validate(content)


def gap(study, path):
    section, name = path.split(".")
    content = study.model_dump(exclude_none=True)
    content[section][name] = {"origin": "gap", "needed": "ask"}
    return Study.model_validate(content)


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


# --- Ablation


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


# --- Response-evaluable

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


# --- Per protocol: dose

REGORAFENIB = (80.0, 28, 21)  # mg, cycle, days given
TORIPALIMAB = (240.0, 21, 1)


def drug(mg, cycle, given):
    return SimpleNamespace(
        dose_mg=SimpleNamespace(value=mg),
        cycle_days=SimpleNamespace(value=cycle),
        days_given=SimpleNamespace(value=given),
    )


@pytest.mark.parametrize(
    ("plan", "days", "administrations"),
    [
        *((REGORAFENIB, n, n) for n in (1, 2, 20, 21)),
        *((REGORAFENIB, n, 21) for n in (22, 27, 28)),
        *((REGORAFENIB, n, planned) for n, planned in ((29, 22), (49, 42), (56, 42), (57, 43))),
        *((TORIPALIMAB, n, 1) for n in (1, 2, 21)),
        *((TORIPALIMAB, n, planned) for n, planned in ((22, 2), (42, 2), (43, 3), (84, 4))),
    ],
)
def test_the_planned_dose_is_that_of_the_days_given(plan, days, administrations):
    assert dose_percent(plan[0] * administrations, drug(*plan), days) == 100
    assert dose_percent(plan[0] * administrations / 2, drug(*plan), days) == 50
    assert dose_percent(0.0, drug(*plan), days) == 0


@pytest.mark.parametrize("open_field", [0, 1, 2])
def test_an_open_plan_has_no_percentage(open_field):
    plan = [None if i == open_field else value for i, value in enumerate(REGORAFENIB)]
    assert dose_percent(80.0, drug(*plan), 28) is None


def per_protocol(trial, study):
    return reason(trial.ablate().sets(study), "per_protocol")


def infused(trial, *days):
    for on in days:
        trial.dose("Toripalimab", on, on, 240)
    return trial


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([(0, 20, 80)], None),
        ([(0, 20, 40)], None),  # exactly the 50 % that the study asks for
        ([(0, 20, 39.9)], "Regorafenib: 49.8 % of the planned dose, less than 50 %"),
        ([(0, 9, 80)], "Regorafenib: 47.6 % of the planned dose, less than 50 %"),
        ([(0, 4, 80), (5, 20, 40)], None),
        ([(0, 20, 0), (0, 4, 80)], "Regorafenib: 23.8 % of the planned dose, less than 50 %"),
        ([(0, 0, 0)], "Regorafenib: 0 % of the planned dose, less than 50 %"),
        ([], "Regorafenib: 0 % of the planned dose, less than 50 %"),
    ],
    ids=str,
)
def test_the_dose_of_a_daily_drug(crclm_study, given, expected):
    trial = infused(Trial().enrol(), 0, 21).stop(27)
    for first, last, mg in given:
        trial.dose("Regorafenib", first, last, mg)
    assert per_protocol(trial, crclm_study) == expected


@pytest.mark.parametrize(
    ("infusions", "stop", "expected"),
    [
        ((0,), 20, None),
        ((0,), 21, None),  # the second infusion was due on the last day: 1 of 2
        ((0,), 42, "Toripalimab: 33.3 % of the planned dose, less than 50 %"),
        ((0, 21), 62, None),
        ((), 27, "Toripalimab: 0 % of the planned dose, less than 50 %"),
    ],
)
def test_the_dose_of_an_infusion_every_three_weeks(crclm_study, infusions, stop, expected):
    trial = infused(Trial().enrol(), *infusions).stop(stop)
    for cycle in range(0, stop + 1, 28):
        trial.dose("Regorafenib", cycle, min(cycle + 20, stop), 80)
    assert per_protocol(trial, crclm_study) == expected


def test_a_patient_treated_by_ablation_alone_received_none_of_either_drug(crclm_study):
    trial = Trial().enrol().stop(27)
    assert per_protocol(trial, crclm_study) == (
        "Regorafenib: 0 % of the planned dose, less than 50 %"
    )


def test_the_names_of_drugs_are_compared_without_case(crclm_study):
    trial = Trial().enrol().stop(20).dose("REGORAFENIB", 0, 20, 80).dose("toripalimab", 0, 0, 240)
    assert per_protocol(trial, crclm_study) is None


def test_without_an_end_of_treatment_the_time_goes_to_the_last_contact(crclm_study):
    trial = infused(Trial().enrol(alive=200), 0).dose("Regorafenib", 0, 20, 80)
    # last contact on day 200: 201 days hold 7 cycles and 5 days of the next, so 152 planned
    assert per_protocol(trial, crclm_study) == (
        "Regorafenib: 13.8 % of the planned dose, less than 50 %"
    )


def test_a_row_without_an_end_goes_on_to_the_end_of_treatment(crclm_study):
    # A data cut leaves the row of a drug still given without an end (dataset.cut_data)
    trial = infused(Trial().enrol(alive=18), 0).dose("Regorafenib", 0, None, 80)
    assert per_protocol(trial, crclm_study) is None


@pytest.mark.parametrize(
    ("rows", "percent"),
    [
        ([(0, None, 39)], "48.7 %"),  # 42 of 56 days: with the days off it would be 65 %
        ([(0, 20, 40), (28, None, 39)], "49.3 %"),
        ([(0, None, 40), (28, None, 39)], "49.3 %"),  # the first goes on to the second
        ([(0, None, 80), (10, None, 0)], "23.8 %"),  # a dose left out ends it too: 10 of 42
        ([(0, 9, 40), (10, None, 39)], "49 %"),  # days 11-21 of the cycle, then 21 of the next
        ([(24, None, 80)], None),  # the cycles begin with the first dose of the drug: 25 of 42
        ([(0, 20, 39), (21, None, 80)], None),
        ([(0, 20, 80), (21, None, 0)], None),
        ([(0, 6, 80), (50, None, 80)], "16.6 %"),  # after day 49 the second cycle is off
    ],
    ids=str,
)
def test_a_row_without_an_end_counts_the_planned_days_only(crclm_study, rows, percent):
    trial = infused(Trial().enrol(), 0, 21, 42).stop(55)
    for first, last, mg in rows:
        trial.dose("Regorafenib", first, last, mg)
    expected = percent and f"Regorafenib: {percent} of the planned dose, less than 50 %"
    assert per_protocol(trial, crclm_study) == expected


def test_the_definition_says_how_time_and_open_rows_count(crclm_study):
    words = treated().sets(crclm_study).named("per_protocol").definition
    assert "at least 50 % of the planned dose" in words
    assert "to the last contact where no end is recorded" in words
    assert "a dose row without an end counts the planned days only" in words


def test_an_infusion_without_an_end_was_given_once(crclm_study):
    trial = Trial().enrol().stop(62)
    for cycle in (0, 28, 56):
        trial.dose("Regorafenib", cycle, min(cycle + 20, 62), 80)
    trial.dose("Toripalimab", 0, None, 240)
    assert per_protocol(trial, crclm_study) == (
        "Toripalimab: 33.3 % of the planned dose, less than 50 %"
    )


@pytest.mark.parametrize("stop", [-1, -8, -29])
def test_an_end_of_treatment_before_the_first_dose_stops_nothing(crclm_study, stop):
    trial = infused(Trial().enrol(on=-40), 0).dose("Regorafenib", 0, 20, 80).stop(stop)
    assert per_protocol(trial, crclm_study) is None


# --- Per protocol: deviations, and the order of the rules


@pytest.mark.parametrize(
    ("deviations", "expected"),
    [
        ([("late scan", False)], None),
        ([("wrong dose", True)], "major protocol deviation: wrong dose"),
        ([("late scan", False), ("wrong dose", True)], "major protocol deviation: wrong dose"),
        (
            [("wrong dose", True), ("no consent", True)],
            "major protocol deviation: wrong dose",
        ),
    ],
)
def test_a_major_deviation_leaves_a_patient_out(crclm_study, deviations, expected):
    trial = treated()
    for what, major in deviations:
        trial.deviate(what, major=major)
    sets = trial.sets(crclm_study)
    assert reason(sets, "per_protocol") == expected
    assert reason(sets, "full_analysis") is None


def test_deviations_that_were_not_collected_are_named(crclm_study):
    words = "deviations were not collected"
    assert words not in treated().sets(crclm_study).named("per_protocol").definition
    found = treated().sets(crclm_study, "deviations").named("per_protocol")
    assert words in found.definition
    assert found.patients == ("A",)


def test_the_first_rule_that_fails_is_the_reason(crclm_study):
    trial = Trial().enrol().dose("Regorafenib", 0, 2, 80).stop(27).deviate("late", major=True)
    assert reason(trial.sets(crclm_study), "per_protocol") == "no planned ablation was attempted"
    ablated = trial.ablate()
    assert reason(ablated.sets(crclm_study), "per_protocol").startswith("Regorafenib: 14.2 %")
    ablated.dose("Regorafenib", 3, 20, 80).dose("Toripalimab", 0, 0, 240)
    assert reason(ablated.sets(crclm_study), "per_protocol") == "major protocol deviation: late"


# --- Sets that cannot be told


@pytest.mark.parametrize(
    ("without", "not_derived"),
    [
        (("doses",), {"per_protocol": "the data hold no doses"}),
        (
            ("ablations",),
            {
                "ablation_safety": "the data hold no ablations",
                "per_protocol": "the data hold no ablations",
            },
        ),
    ],
)
def test_a_table_that_was_not_collected_leaves_a_set_untold(crclm_study, without, not_derived):
    sets = treated().sets(crclm_study, *without)
    assert {one.name: one.not_derived for one in sets.sets if one.not_derived} == not_derived
    for name in not_derived:
        assert (sets.named(name).patients, sets.named(name).excluded) == ((), ())


def test_an_empty_table_is_no_table_that_was_not_collected(crclm_study):
    sets = Trial().enrol().dose("Regorafenib", 0, 20, 80).sets(crclm_study)
    assert reason(sets, "ablation_safety") == "no planned ablation was attempted"


def test_the_open_percentage_is_named(crclm_study):
    study = gap(crclm_study, "analysis_sets.per_protocol_dose_percent")
    found = treated().sets(study).named("per_protocol")
    assert found.not_derived == (
        "analysis_sets.per_protocol_dose_percent is still open in the study file"
    )
    assert "at least OPEN % of the planned dose" in found.definition


def test_no_number_of_drugs_is_presumed(crclm_study):
    words = treated().sets(crclm_study).named("safety").definition
    assert words.startswith("a dose of any study drug")


@pytest.mark.parametrize("field", ["name", "dose_mg", "cycle_days", "days_given"])
def test_the_open_plan_of_a_drug_is_named(crclm_study, field):
    content = crclm_study.model_dump(exclude_none=True)
    content["treatments"][1][field] = {"origin": "gap", "needed": "ask"}
    found = treated().sets(Study.model_validate(content)).named("per_protocol")
    assert found.not_derived == "the planned dose of a drug is still open in the study file"


def test_without_the_scans_the_evaluable_are_not_told(crclm_study):
    sets = derive_analysis_sets(treated().dataset(), crclm_study)
    assert sets.named("response_evaluable").not_derived == "the scans were not read"
    assert "A" in sets.named("per_protocol")


def test_there_is_no_other_set(crclm_study):
    with pytest.raises(KeyError, match="full"):
        treated().sets(crclm_study).named("full")


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
