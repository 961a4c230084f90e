"""Every call carries its rule, its numbers and one sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialwright.response import Rule, assess_patient, gather_scans
from written_scans import STRICT, ablate, day, read_scans, write_scans

NONE_READ = "not_evaluable"
# For every rule a patient (targets, other facts), and words of the sentence at the last scan.
CASES = {
    Rule.NO_TARGET: ({}, {"non_targets": {"NT": ("present", "present")}}, "lesions persist"),
    Rule.NO_BASELINE: ({"T": (NONE_READ, 20)}, {}, "no baseline sum to compare with"),
    Rule.TARGET_RELAPSE_AFTER_CR: (
        {"T": (30, 0, 4)},
        {},
        "back after a complete response (sum 4 mm",
    ),
    Rule.TARGET_GROWTH: (
        {"T": (30, 20, 25)},
        {},
        "+25.0 % and +5 mm from the nadir 20 mm of V1 (20 % and 5 mm make PD)",
    ),
    Rule.TARGET_GROWTH_PARTIAL_SUM: (
        {"T": (30, 40), "U": (1, None)},
        {},
        "the lesions read add up to 40 mm",
    ),
    Rule.TARGET_COMPLETE: ({"T": (30, 0)}, {}, "every target lesion is gone"),
    Rule.TARGET_MISSING: ({"T": (30, None), "U": (30, 30)}, {}, "target lesion T not read"),
    Rule.TARGET_SHRINKAGE: ({"T": (30, 21)}, {}, "−30.0 % from baseline 30 mm (−30 % makes PR)"),
    Rule.TARGET_PERSISTENT_PR: (
        {"T": (30, 21, 23)},
        {"rules": {"persistent": True}},
        "no PD, so the earlier response stands",
    ),
    Rule.TARGET_STABLE: ({"T": (30, 29)}, {}, "neither PR nor PD"),
    Rule.NO_NON_TARGET: ({"T": (30, 29)}, {}, "sum 29 mm"),
    Rule.NON_TARGET_PROGRESSION: (
        {"T": (30, 29)},
        {"non_targets": {"NT": ("present", "unequivocal_progression")}},
        "unequivocal progression of non-target disease",
    ),
    Rule.NON_TARGET_RELAPSE_AFTER_CR: (
        {"T": (30, 0, 0)},
        {"non_targets": {"NT": ("present", "absent", "present")}},
        "non-target disease is back after a complete response",
    ),
    Rule.NON_TARGET_MISSING: (
        {"T": (30, 29)},
        {"non_targets": {"NT": ("present", None)}},
        "not every non-target lesion was read",
    ),
    Rule.NON_TARGET_COMPLETE: (
        {"T": (30, 29)},
        {"non_targets": {"NT": ("present", "absent")}},
        "non-target lesions gone",
    ),
    Rule.NON_TARGET_PERSISTS: (
        {"T": (30, 29)},
        {"non_targets": {"NT": ("present", "present")}},
        "non-target lesions persist without progression",
    ),
    Rule.LOCAL_PROGRESSION: (
        {"T": (30, {"state": "present", "ablation_finding": "local_progression"}), "U": (30, 30)},
        {"rules": {"planned_ablation": "zero"}, "local_treatments": (ablate("T", 9),)},
        "progression at the ablation zone of T",
    ),
    Rule.NEW_LESION: ({"T": (30, 9)}, {"new": {"X": (None, "present")}}, "PD: new lesion X; "),
    Rule.OVERALL_TARGET_PROGRESSION: ({"T": (30, 40)}, {}, "PD: sum 40 mm"),
    Rule.OVERALL_NON_TARGET_PROGRESSION: (
        {"T": (30, 30)},
        {"non_targets": {"NT": ("present", "unequivocal_progression")}},
        "PD: sum 30 mm",
    ),
    Rule.OVERALL_COMPLETE: ({"T": (30, 0)}, {}, "CR: every target lesion is gone"),
    Rule.OVERALL_COMPLETE_TARGETS_ONLY: (
        {"T": (30, 0)},
        {"non_targets": {"NT": ("present", "present")}},
        "PR: every target lesion is gone (nodes below 10 mm); non-target lesions persist",
    ),
    Rule.OVERALL_PARTIAL: ({"T": (30, 20)}, {}, "PR: sum 20 mm"),
    Rule.OVERALL_STABLE: ({"T": (30, 30)}, {}, "SD: sum 30 mm"),
    Rule.OVERALL_NOT_EVALUABLE: ({"T": (30, NONE_READ)}, {}, "NE: target lesion T not read"),
    Rule.OVERALL_NON_TARGET_ONLY: (
        {},
        {"non_targets": {"NT": ("present", "absent")}},
        "CR: non-target lesions gone",
    ),
    Rule.OVERALL_NO_DISEASE: (
        {},
        {"new": {"X": (None, "absent")}},
        "NE: no disease under this reading",
    ),
    Rule.BASELINE: ({"T": (30,)}, {}, "baseline sum 30 mm of 1 target lesion"),
}


def read_case(rule):
    targets, facts, words = CASES[rule]
    if rule == Rule.OVERALL_NO_DISEASE:
        # a baseline that shows nothing
        scans = write_scans({}, new={"X": ("absent", "absent")})
        return assess_patient(scans, STRICT), words
    return read_scans(targets, **facts), words


def test_every_rule_has_a_case():
    assert set(CASES) == set(Rule)


@pytest.mark.parametrize("rule", list(CASES), ids=lambda rule: rule.name)
def test_every_rule_has_words(rule):
    response, words = read_case(rule)
    reason = (response.baseline, *response.time_points)[-1].reason
    behind = {reason.rule} | {
        reason.inputs.get(part) for part in ("target_rule", "non_target_rule", "overall_rule")
    }
    assert rule.id in behind
    assert words in reason.sentence


def test_a_call_carries_its_numbers_its_thresholds_and_the_visit_of_the_nadir():
    inputs = read_scans({"T": (30, 20, 24)}).time_points[1].reason.inputs
    assert inputs["sum_mm"] == 24
    assert (inputs["baseline_mm"], inputs["nadir_mm"], inputs["nadir_visit"]) == (30, 20, "V1")
    assert (inputs["targets_missing"], inputs["targets_remaining"]) == (0, 1)
    assert (inputs["shrinkage_threshold"], inputs["growth_threshold"]) == (0.3, 0.2)
    assert (inputs["growth_threshold_mm"], inputs["normal_node_mm"]) == (5, 10)
    assert inputs["target_rule"] == "recist11.target_stable"
    assert inputs["overall_rule"] == "recist11.overall_stable"


def test_an_unmeasured_target_called_progressed_is_no_ablation_zone():
    (point,) = read_scans({"T": (30, "unequivocal_progression"), "U": (30, 30)}).time_points
    assert point.overall.name == "PD"
    assert point.reason.rule == "recist11.non_target_progression"
    assert "unequivocal progression of T" in point.reason.sentence


# --- Best response


def test_the_best_response_carries_the_choices_it_rests_on():
    inputs = read_scans({"T": (30, 20, NONE_READ, 20)}).best.reason.inputs
    assert inputs["confirmation_interval_days"] == 28
    assert inputs["intervening_not_evaluable"] == 1
    assert inputs["intervening_stable_disease"] == 1
    assert inputs["minimum_stable_disease_days"] == 49
    assert inputs["time_points_counted"] == 3
    assert (inputs["visit"], inputs["confirmed_at"]) == ("V1", "V3")


@pytest.mark.parametrize(
    ("sizes", "confirmed", "sentence"),
    [
        ((30, 20, 20), True, "PR at V1 (2024-03-04), confirmed at V2 56 days later"),
        (
            (30, 20, NONE_READ, 20),
            True,
            "PR at V1 (2024-03-04), confirmed at V3 112 days later, with NE at V2 between",
        ),
        (
            (30, 20),
            True,
            (
                "SD: PR at V1 was not confirmed at least 28 days later; no progression at V1, "
                "day 56 (at least day 49)"
            ),
        ),
        ((30, 20), False, "PR at V1 (2024-03-04), not confirmed"),
        ((30, 40), True, "PD at V1 (2024-03-04), nothing better before"),
        ((30, 30), True, "SD: no progression at V1, day 56 (at least day 49)"),
        ((30, NONE_READ), True, "NE: no time point could be evaluated"),
        ((30,), True, "NE: no assessment after baseline counts"),
    ],
)
def test_words_on_the_best_response(sizes, confirmed, sentence):
    response = read_scans({"T": sizes})
    best = response.confirmed if confirmed else response.unconfirmed
    assert best.reason.sentence == sentence
    assert best.reason.rule == f"recist11.best_{'confirmed' if confirmed else 'unconfirmed'}"


# --- Organs that the baseline did not image (RECIST 1.1 §4.3.5)


def test_a_new_lesion_where_the_baseline_did_not_look_is_new_and_the_reason_says_so():
    scans = write_scans({"T": (30, 30)}, new={"X": (None, "present"), "Y": (None, "present")})
    bone = tuple(
        replace(one, organ="bone") if one.lesion_id == "X" else one for one in scans.lesions
    )
    unseen = replace(
        scans, lesions=bone, baseline_visit="V0", not_imaged_at_baseline=("bone", "brain")
    )
    (point,) = assess_patient(unseen, STRICT).time_points
    assert (point.overall.name, point.new_lesions) == ("PD", ("X", "Y"))
    assert "X, Y (not imaged at baseline, and so new: X (bone))" in point.reason.sentence
    assert point.reason.inputs["not_imaged_at_baseline"] == "X (bone)"
    (point,) = assess_patient(replace(unseen, baseline_visit=None), STRICT).time_points
    assert point.overall.name == "PD"
    assert point.reason.inputs["not_imaged_at_baseline"] == ""


def test_what_was_not_imaged_comes_from_the_baseline_visit():
    import polars as pl

    from trialwright.dataset import Dataset

    dataset = Dataset.create(
        {
            "patients": pl.DataFrame({"patient_id": ["P1"]}),
            "doses": pl.DataFrame(
                {"patient_id": ["P1"], "start_date": [day(0)], "dose_mg": [80.0]}
            ),
            "visits": pl.DataFrame(
                {
                    "patient_id": ["P1", "P1"],
                    "visit": ["V0", "V1"],
                    "visit_type": ["baseline", "scheduled"],
                    "not_imaged": ["bone; brain", "liver"],
                }
            ),
            "lesions": pl.DataFrame(
                {
                    "patient_id": ["P1"],
                    "lesion_id": ["T"],
                    "role": ["target"],
                    "organ": ["liver"],
                    "lymph_node": [False],
                }
            ),
            "measurements": pl.DataFrame(
                {
                    "patient_id": ["P1", "P1"],
                    "lesion_id": ["T", "T"],
                    "visit": ["V0", "V1"],
                    "scan_date": [day(-7), day(56)],
                    "diameter_mm": [30.0, 30.0],
                }
            ),
        },
        source="made in code",
    )
    (scans,) = gather_scans(dataset)
    assert scans.not_imaged_at_baseline == ("bone", "brain")
