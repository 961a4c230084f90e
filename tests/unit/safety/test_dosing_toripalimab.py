"""Toripalimab: the label with and without tumour in the liver, and Chinese trial practice."""

from __future__ import annotations

import pytest

from dosed_patients import change_drug, day, dose, event, make_patient, sample
from trialwright.safety.dosing import advise_doses

ON = 20


@pytest.fixture(scope="module")
def practice_study(crclm_study):
    return change_drug(crclm_study, 1, dose_rules="toripalimab_chinese_practice")


def advise(study, events=(), labs=None, *, on=ON, baseline=0.5, doses=None, **others):
    labs = [] if labs is None else labs
    before = [sample(test, -1, baseline) for test in ("ALT", "AST")]
    now = {"ALT": 0.5, "AST": 0.5, "bilirubin": 0.5} | dict(labs)
    values = [sample(test, on - 1, times) for test, times in now.items()]
    doses = doses or [dose(0, 0, 240.0, drug="Toripalimab")]
    patient = make_patient(doses=doses, events=events, labs=[*before, *values], **others)
    return advise_doses(patient, study, "014", day(on))[1]


def of_it(term, grade, start, end=None, **others):
    return event(term, grade, start, end, related_to="Toripalimab", **others)


def immune(term, grade, start, end=None):
    return of_it(term, grade, start, end, immune_related=True)


LABEL = {
    "immune-related grade 2": ([immune("Rash", 2, 18)], "continue"),
    "immune-related grade 3": ([immune("Rash", 3, 18)], "hold"),
    "immune-related grade 4": ([immune("Rash", 4, 18)], "stop"),
    "immune-related grade 3, again": ([immune("Rash", 3, 2, 6), immune("Rash", 3, 18)], "stop"),
    "grade 3 of another kind": (
        [immune("Arthritis", 3, 2, 6), immune("Rash", 3, 18)],
        "hold",
    ),
    "not immune-related": ([of_it("Fatigue", 3, 18, immune_related=False)], "continue"),
    "of another drug": ([event("Fatigue", 3, 18)], "continue"),
    "immune-related by its term": ([of_it("Immune-mediated hepatitis", 3, 18)], "hold"),
    "pneumonitis grade 2": ([of_it("Pneumonitis", 2, 18)], "hold"),
    "pneumonitis grade 3": ([of_it("Pneumonitis", 3, 18)], "stop"),
    "colitis grade 2": ([of_it("Colitis", 2, 18)], "hold"),
    "colitis grade 4": ([of_it("Colitis", 4, 18)], "stop"),
    "endocrine grade 2": ([of_it("Hypothyroidism", 2, 18)], "continue"),
    "endocrine grade 4": ([of_it("Adrenal insufficiency", 4, 18)], "hold"),
    "nephritis grade 2": ([of_it("Tubulointerstitial nephritis", 2, 18)], "hold"),
    "nephritis grade 4": ([of_it("Blood creatinine increased", 4, 18)], "stop"),
    "severe skin reaction": ([of_it("Stevens-Johnson syndrome", 3, 18)], "stop"),
    "myocarditis grade 2": ([of_it("Immune-mediated myocarditis", 2, 18)], "stop"),
    "neurological grade 2": ([of_it("Myasthenia gravis", 2, 18)], "hold"),
    "neurological grade 3": ([of_it("Myasthenia gravis", 3, 18)], "stop"),
    "infusion reaction grade 2": ([of_it("Infusion related reaction", 2, 18)], "continue"),
    "infusion reaction grade 3": ([of_it("Infusion related reaction", 3, 18)], "stop"),
}


@pytest.mark.parametrize("case", LABEL)
def test_what_the_label_asks_after_an_event(crclm_study, case) -> None:
    events, action = LABEL[case]
    found = advise(crclm_study, events)
    assert (found.action, found.next_dose_mg) == (action, None if action == "stop" else 240)


# Baseline and present multiple of the upper limit; bilirubin; with and without tumour in the liver.
BANDS = [
    (0.5, 3.0, 1.0, "continue", "continue"),
    (0.5, 3.1, 1.0, "hold", "hold"),
    (1.0, 8.0, 1.0, "hold", "hold"),
    (1.0, 8.1, 1.0, "stop", "stop"),
    (1.1, 3.1, 1.0, "continue", "hold"),
    (1.1, 5.0, 1.0, "continue", "hold"),
    (1.1, 5.1, 1.0, "hold", "hold"),
    (3.0, 10.0, 1.0, "hold", "stop"),
    (3.1, 5.1, 1.0, "continue", "hold"),
    (3.1, 8.0, 1.0, "continue", "hold"),
    (3.1, 8.1, 1.0, "hold", "stop"),
    (5.0, 10.0, 1.0, "hold", "stop"),
    (5.0, 10.1, 1.0, "stop", "stop"),
    (5.1, 10.0, 1.0, "continue", "stop"),
    (5.1, 10.1, 1.0, "stop", "stop"),
    (0.5, 0.5, 1.5, "continue", "continue"),
    (0.5, 0.5, 1.6, "hold", "hold"),
    (1.1, 0.5, 3.0, "continue", "hold"),
    (1.1, 0.5, 3.1, "stop", "stop"),
]


@pytest.mark.parametrize(("baseline", "now", "bilirubin", "with_tumour", "without"), BANDS)
def test_hepatitis_by_baseline_and_by_tumour_in_the_liver(
    crclm_study, baseline, now, bilirubin, with_tumour, without
) -> None:
    labs = {"AST": now, "bilirubin": bilirubin}
    for liver, action in ((True, with_tumour), (False, without)):
        found = advise(crclm_study, labs=labs, baseline=baseline, liver=liver)
        assert found.action == action, f"liver involved: {liver}"


@pytest.mark.parametrize(
    ("baseline", "now", "rule"),
    [(1.0, 6.0, "12"), (1.1, 6.0, "15"), (3.0, 9.0, "15"), (3.1, 9.0, "16")],
)
def test_a_baseline_on_a_bound_belongs_to_the_lower_band(crclm_study, baseline, now, rule) -> None:
    found = advise(crclm_study, labs={"AST": now}, baseline=baseline)
    assert [one.reading.rule.number for one in found.rules] == [rule]


def test_without_a_lesion_on_file_both_readings_cannot_be_told(crclm_study) -> None:
    found = advise(crclm_study, labs={"AST": 6.0}, liver=None)
    assert found.action == "continue"
    assert {one.reading.rule.number for one in found.untold} == {"8", "12"}
    assert all("tumour in the liver" in one.reading.missing[0] for one in found.untold)
    assert "Cannot be told: rules 8, 12 (not recorded: whether there is tumour" in found.sentence


@pytest.mark.parametrize("missing", ["ALT", "AST"])
def test_without_a_baseline_the_band_cannot_be_told(crclm_study, missing) -> None:
    kept = "AST" if missing == "ALT" else "ALT"
    labs = [sample(kept, -1, 0.8)]
    labs += [sample(test, 19, times) for test, times in (("ALT", 6.0), ("AST", 6.0))]
    labs += [sample("bilirubin", 19, 1.0)]
    doses = [dose(0, 0, 240.0, drug="Toripalimab")]
    found = advise_doses(make_patient(doses=doses, labs=labs), crclm_study, "014", day(20))[1]
    assert found.action == "continue"
    assert {one.reading.rule.number for one in found.untold} == {"12", "15"}
    assert all("before treatment" in one.reading.missing[0] for one in found.untold)


def test_twelve_weeks_without_recovery_are_a_stop(crclm_study) -> None:
    events = [immune("Rash", 3, 5)]
    assert advise(crclm_study, events, on=5 + 84).action == "hold"
    found = advise(crclm_study, events, on=5 + 85)
    assert found.action == "stop"
    assert "lasted 85 days" in found.sentence


@pytest.mark.parametrize("liver", [True, False])
@pytest.mark.parametrize("baseline", [0.5, 2.0, 4.0])
@pytest.mark.parametrize("rules", ["toripalimab_label", "toripalimab_chinese_practice"])
def test_a_stop_that_an_ablation_softens_returns_as_the_holds_do(
    crclm_study, rules, baseline, liver
) -> None:
    study = change_drug(crclm_study, 1, dose_rules=rules)
    labs = {"ALT": 72.0, "AST": 112.0, "bilirubin": 6.5}
    found = advise(study, labs=labs, baseline=baseline, liver=liver, ablated_on=18)
    assert found.action == "hold"
    assert [one.partition(" x ")[0] for one in found.conditions] == [
        "alanine aminotransferase and aspartate aminotransferase are at most 3",
        "bilirubin is at most 1.5",
    ]


def test_a_hold_that_ended_between_two_infusions_was_not_followed(crclm_study) -> None:
    labs = [sample(test, -1, 0.5) for test in ("ALT", "AST")]
    labs += [sample("AST", 12, 3.3), sample("AST", 18, 0.9), sample("ALT", 18, 0.9)]
    doses = [dose(0, 0, 240.0, drug="Toripalimab")]
    patient = make_patient(doses=doses, labs=labs, ablated_on=11)
    found = advise_doses(patient, crclm_study, "014", day(18))[1]
    assert found.action == "continue"
    assert "followed" not in found.sentence
    words = f"Rule toripalimab_label 12 asked to hold it and no longer does, since {day(18)}"
    assert words in found.sentence


def test_the_steroid_is_named_before_it_is_given_again(crclm_study) -> None:
    assert any("10 mg" in one for one in advise(crclm_study, [immune("Rash", 3, 18)]).conditions)


def test_whether_it_is_immune_related_may_be_missing(crclm_study) -> None:
    found = advise(crclm_study, [of_it("Fatigue", 3, 18)])
    assert found.action == "continue"
    assert {one.reading.missing for one in found.untold} == {("whether it is immune-related",)}


PRACTICE = {
    "pneumonitis grade 2": ([of_it("Pneumonitis", 2, 18)], "hold"),
    "pneumonitis grade 2, again": (
        [of_it("Pneumonitis", 2, 2, 6), of_it("Pneumonitis", 2, 18)],
        "stop",
    ),
    "pneumonitis grade 3": ([of_it("Pneumonitis", 3, 18)], "stop"),
    "diarrhoea grade 3": ([of_it("Diarrhoea", 3, 18)], "hold"),
    "diarrhoea grade 4": ([of_it("Diarrhoea", 4, 18)], "stop"),
    "hepatitis grade 2": ([of_it("Immune-mediated hepatitis", 2, 18)], "hold"),
    "hepatitis grade 3": ([of_it("Immune-mediated hepatitis", 3, 18)], "stop"),
    "creatinine grade 3": ([of_it("Blood creatinine increased", 3, 18)], "hold"),
    "hypothyroidism grade 2": ([of_it("Hypothyroidism", 2, 18, symptomatic=True)], "hold"),
    "hypothyroidism, no symptoms": (
        [of_it("Hypothyroidism", 2, 18, symptomatic=False)],
        "continue",
    ),
    "rash grade 3": ([of_it("Rash", 3, 18)], "hold"),
    "platelets grade 4": ([of_it("Platelet count decreased", 4, 18)], "stop"),
    "lipase grade 2": ([of_it("Lipase increased", 2, 18)], "hold"),
    "myocarditis grade 2": ([of_it("Myocarditis", 2, 18)], "hold"),
    "myocarditis grade 3": ([of_it("Myocarditis", 3, 18)], "stop"),
    "another grade 3": ([immune("Arthritis", 3, 18)], "hold"),
    "another grade 3, again": (
        [immune("Arthritis", 2, 2, 6), immune("Arthritis", 3, 18)],
        "stop",
    ),
    "another grade 4": ([immune("Arthritis", 4, 18)], "stop"),
}


@pytest.mark.parametrize("case", PRACTICE)
def test_what_chinese_practice_asks_after_an_event(practice_study, case) -> None:
    events, action = PRACTICE[case]
    assert advise(practice_study, events).action == action


@pytest.mark.parametrize(
    ("alt", "bilirubin", "action"),
    [
        (3.0, 1.5, "continue"),
        (3.1, 1.0, "hold"),
        (5.0, 1.0, "hold"),
        (5.1, 1.0, "stop"),
        (1.0, 1.6, "hold"),
        (1.0, 3.0, "hold"),
        (1.0, 3.1, "stop"),
    ],
)
@pytest.mark.parametrize("liver", [True, False])
def test_hepatitis_of_chinese_practice_by_its_bounds(
    practice_study, alt, bilirubin, action, liver
) -> None:
    labs = {"ALT": alt, "bilirubin": bilirubin}
    assert advise(practice_study, labs=labs, liver=liver).action == action
