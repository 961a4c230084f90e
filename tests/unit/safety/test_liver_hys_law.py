"""Candidates of Hy's law: pairs, conditions, other causes and buckets."""

from __future__ import annotations

import pytest

from liver_values import LiverTrial, day
from trialwright.safety.liver import find_hys_law, hys_law_frame


@pytest.fixture
def find(crclm_study):
    def find(trial, *without):
        return find_hys_law(*trial.read(crclm_study, *without))

    return find


def injured(*, alp=1.0):
    trial = LiverTrial().value("ALT", 20, 4.0).value("BILI", 27, 2.5)
    return trial if alp is None else trial.value("ALP", 22, alp)


def test_a_true_candidate_meets_every_condition(find):
    (one,) = find(injured())
    assert (one.bucket, one.verdict) == ("every condition", "meets every condition")
    assert [condition.holds for condition in one.conditions] == [True] * 4
    assert one.days_apart == 7
    assert one.conditions[0].words == f"ALT 4 times the upper limit on {day(20)}"
    assert one.conditions[1].words == (
        f"bilirubin 2.5 times the upper limit on {day(27)}, 7 days later"
    )
    assert one.corrected is not None


@pytest.mark.parametrize(
    ("alt", "bilirubin", "apart", "found"),
    [
        (3.0, 2.0, 0, True),
        (3.0, 2.0, 30, True),
        (3.0, 2.0, 31, False),
        (2.99, 9.0, 0, False),
        (30.0, 1.99, 0, False),
        (3.0, 2.0, -1, False),  # bilirubin first, and no more from the transaminase on
    ],
)
def test_lines_and_window(find, alt, bilirubin, apart, found):
    trial = LiverTrial().value("ALT", 40, alt).value("BILI", 40 + apart, bilirubin)
    assert bool(find(trial)) is found


def test_bilirubin_that_was_high_before_and_stays_high_makes_a_pair(find):
    trial = LiverTrial().value("BILI", 10, 2.2).value("ALT", 20, 3.5).value("BILI", 20, 2.1)
    (one,) = find(trial)
    assert one.bilirubin.date == day(20)


def test_ast_counts_like_alt_and_the_higher_of_a_day_is_shown(find):
    trial = LiverTrial().value("ALT", 20, 3.1).value("AST", 20, 6.0).value("BILI", 20, 2.0)
    (one,) = find(trial)
    assert one.transaminase.name == "AST"
    assert one.conditions[1].words.endswith("on the same day")


def test_samples_up_to_the_first_treatment_are_no_rise(find):
    assert find(LiverTrial().value("ALT", 0, 5.0).value("BILI", 0, 5.0)) == ()


def test_one_day_later_is_said_in_the_singular(find):
    (one,) = find(LiverTrial().value("ALT", 20, 4.0).value("BILI", 21, 2.5))
    assert one.conditions[1].words.endswith(", 1 day later")


@pytest.mark.parametrize(("again", "episodes"), [(57, 1), (58, 2)])
def test_a_patient_is_a_candidate_once_an_episode(find, again, episodes):
    """The last pair before is of day 27; the window is 30 days."""
    found = find(injured().value("ALT", again, 9.0).value("BILI", again + 1, 9.0))
    assert len(found) == episodes
    assert found[0].transaminase.date == day(20)
    assert found[-1].transaminase.date == day(again if episodes == 2 else 20)


def test_alkaline_phosphatase_is_never_assumed(find):
    (one,) = find(injured(alp=None))
    assert one.conditions[2].holds is None
    assert one.bucket == "not known"
    assert one.verdict.startswith("laboratory criteria met; alkaline phosphatase not known")


def test_high_alkaline_phosphatase_is_cholestatic_and_shown(find):
    (one,) = find(injured(alp=2.0))
    assert (one.bucket, one.conditions[2].holds) == ("cholestatic", False)
    assert "cholestatic: alkaline phosphatase 2 times" in one.verdict


def test_the_highest_alkaline_phosphatase_between_the_two_samples_counts(find):
    (one,) = find(injured(alp=1.0).value("ALP", 26, 3.0).value("ALP", 28, 1.0))
    assert one.bucket == "cholestatic"


def test_without_one_between_the_nearest_counts(find):
    (one,) = find(injured(alp=None).value("ALP", 15, 1.2).value("ALP", 45, 4.0))
    assert one.conditions[2].holds is True
    assert str(day(15)) in one.conditions[2].words


def test_an_ablation_explains_and_stands_in_its_own_bucket(find):
    (one,) = find(injured().ablate(18))
    assert one.bucket == "procedural"
    assert one.verdict == (
        f"laboratory criteria met; another cause is on file: ablation (RFA of T2 on {day(18)}, "
        "2 days before "
        "the transaminase)"
    )


@pytest.mark.parametrize(("on", "bucket"), [(6, "procedural"), (5, "every condition")])
def test_the_days_in_which_an_ablation_explains(find, on, bucket):
    (one,) = find(injured().ablate(on))
    assert one.bucket == bucket


def test_an_ablation_a_day_after_the_bilirubin_explains_nothing(find):
    (one,) = find(injured().ablate(28))
    assert one.bucket == "every condition"


def test_of_several_ablations_the_last_is_named(find):
    (one,) = find(injured().ablate(12).ablate(18))
    assert one.causes[0].words.startswith(f"RFA of T2 on {day(18)}, 2 days")


def test_an_ablation_between_the_two_values_explains_the_bilirubin(find):
    (one,) = find(injured().ablate(26))
    assert one.bucket == "procedural"
    assert one.causes[0].words == f"RFA of T2 on {day(26)}, 1 day before the bilirubin"
    (one,) = find(injured().ablate(27))
    assert one.causes[0].words.endswith("the day of the bilirubin")


def test_bilirubin_that_stays_high_after_the_ablation_is_its_own_candidate(find):
    trial = injured().ablate(26).value("BILI", 26 + 15, 2.2)
    procedural, later = find(trial)
    assert (later.bucket, later.bilirubin.date) == ("every condition", day(41))
    assert later.transaminase == procedural.transaminase
    assert later.causes[0].words == "none in the 14 days before either of the two values"


def test_a_procedural_rise_does_not_hide_a_later_one(find):
    trial = injured().ablate(18).value("ALT", 50, 5.0).value("BILI", 52, 3.0).value("ALP", 50, 1.0)
    procedural, later = find(trial)
    assert (procedural.bucket, procedural.transaminase.date) == ("procedural", day(20))
    assert (later.bucket, later.transaminase.date) == ("every condition", day(50))


@pytest.mark.parametrize(
    ("term", "start", "end", "bucket"),
    [
        ("Cholangitis", "2026-01-20", "2026-01-30", "other cause"),
        ("Hepatitis B reactivation", "2026-01", None, "other cause"),
        ("Hepatitis B reactivation", None, None, "other cause"),
        ("Cholangitis", "2026-03-01", None, "every condition"),  # began later
        ("Cholangitis", "2025-11-01", "2025-12-01", "every condition"),  # over long before
        ("Immune-mediated hepatitis", "2026-01-20", None, "every condition"),  # that is the drug
    ],
)
def test_adverse_events_that_name_another_cause(find, term, start, end, bucket):
    (one,) = find(injured().event(term, start, end))
    assert one.bucket == bucket
    if bucket == "other cause":
        assert term in one.verdict


def test_liver_metastases_alone_explain_nothing(find):
    (one,) = find(injured().lesion().scan(-5, diameter_mm=30.0).scan(25, diameter_mm=60.0))
    assert one.bucket == "every condition"
    assert "liver lesions T1, none recorded as progressing" in one.causes[1].words


@pytest.mark.parametrize(
    ("role", "read", "found"),
    [
        ("non_target", {"state": "unequivocal_progression"}, True),
        ("non_target", {"state": "present"}, False),
        ("new", {"state": "present"}, True),
        ("new", {"state": "equivocal"}, False),
        ("new", {"state": "not_evaluable"}, False),
        ("new", {"state": "absent"}, False),
        ("new", {"diameter_mm": 14.0}, True),
    ],
)
def test_liver_lesions_that_progressed(find, role, read, found):
    (one,) = find(injured().lesion("N1", role).scan(25, "N1", **read))
    assert (one.bucket == "other cause") is found


def test_progression_elsewhere_before_or_long_after_is_no_cause(find):
    before = injured().lesion("N1", "non_target").scan(-5, "N1", state="increased")
    assert find(before)[0].bucket == "every condition"
    elsewhere = injured().lesion("N1", "new", "lung").scan(25, "N1", state="present")
    late = injured().lesion("N1", "new").scan(27 + 31, "N1", state="present")
    assert {find(elsewhere)[0].bucket, find(late)[0].bucket} == {"every condition"}


def test_targets_called_progressing_are_read_from_the_calls(find):
    trial = (
        injured()
        .lesion()
        .add("calls", criteria="RECIST 1.1", visit="week 4", call_date=day(26), target="PD")
    )
    (one,) = find(trial)
    assert one.bucket == "other cause"
    assert f"called PD on {day(26)}" in one.verdict


@pytest.mark.parametrize(("role", "on"), [("target", 27 + 31), ("non_target", 26)])
def test_calls_long_after_or_of_targets_elsewhere_are_no_cause(find, role, on):
    trial = injured().lesion(role=role).lesion("T9", organ="lung")
    trial.add("calls", criteria="RECIST 1.1", visit="x", call_date=day(on), target="PD")
    assert find(trial)[0].bucket == "every condition"


def test_a_table_that_was_not_collected_leaves_the_cause_open(find):
    (one,) = find(injured(), "adverse_events")
    assert one.bucket == "not known"
    assert "other causes not known (adverse events were not collected)" in one.verdict
    (one,) = find(injured(), "ablations")
    assert one.conditions[3].holds is None


def test_corrected_multiples_stand_beside(find):
    raised = injured().baseline("ALT", 2.0).baseline("BILI", 0.5)
    (one,) = find(raised)
    assert one.corrected is None
    assert one.corrected_words == (
        "not met by multiples of max(upper limit, baseline): ALT 2, bilirubin 2.5"
    )
    (one,) = find(injured().baseline("ALT", None))
    assert one.corrected_words.endswith("no baseline of ALT")


def test_a_value_with_a_qualifier_counts_where_it_decides(find):
    above = LiverTrial().value("ALT", 20, 3.0, ">").value("BILI", 20, 2.0)
    below = LiverTrial().value("ALT", 20, 3.0, "<").value("BILI", 20, 2.0)
    assert [condition.holds for condition in find(above)[0].conditions[:2]] == [True, True]
    assert find(injured(alp=None).value("ALP", 22, 1.5, ">"))[0].conditions[2].holds is None
    assert find(injured(alp=None).value("ALP", 22, 2.0, "<"))[0].conditions[2].holds is True
    assert find(below) == ()


def test_days_after_the_last_treatment_are_said(find):
    (one,) = find(LiverTrial().value("ALT", 60, 4.0).value("BILI", 60, 3.0))
    assert one.conditions[0].words.endswith(", day 40 after the last treatment")


def test_the_table_of_candidates(find):
    frame = hys_law_frame(find(injured()))
    row = frame.row(0, named=True)
    assert (row["transaminase"], row["transaminase_multiple"], row["days_apart"]) == ("ALT", 4.0, 7)
    assert row["corrected_met"] is True
    assert hys_law_frame(()).columns == frame.columns
    missing = hys_law_frame(find(injured().baseline("BILI", None)))
    assert missing["corrected_met"].to_list() == [None]
    not_met = hys_law_frame(find(injured().baseline("BILI", 2.0)))
    assert not_met["corrected_met"].to_list() == [False]
