"""What the data do not say: a rule that needs it is shown, never skipped, and never guessed."""

from __future__ import annotations

import pytest

from dosed_patients import day, dose, event, liver_values, make_patient, sample
from trialwright.errors import DataError
from trialwright.safety.dosing import advise_doses

ON = 20


def advise(study, events=(), labs=None, *, doses=None, on=ON, **others):
    labs = [*liver_values(-1), *(liver_values(on - 1) if labs is None else labs)]
    doses = [dose(0, on, 80.0)] if doses is None else doses
    patient = make_patient(doses=doses, events=events, labs=labs, **others)
    return advise_doses(patient, study, "014", None if on is None else day(on))[0]


def untold(advice):
    return {one.reading.rule.number: one.reading.missing for one in advice.untold}


def test_symptoms_that_nobody_recorded(crclm_study) -> None:
    found = advise(crclm_study, [event("Hypertension", 2, 18)])
    assert found.action == "continue"
    assert untold(found) == {"5": ("whether there are symptoms",)}


def test_an_attribution_that_nobody_made(crclm_study) -> None:
    found = advise(crclm_study, [event("Fatigue", 3, 18, related_to=None)])
    assert untold(found) == {"17": ("whether it is attributed to Regorafenib",)}
    assert "attribution not recorded" in found.looked_at[0]


def test_attributed_to_nothing_is_an_answer(crclm_study) -> None:
    assert untold(advise(crclm_study, [event("Fatigue", 3, 18, related_to="none")])) == {}


def test_an_infection_of_one_recorded_grade(crclm_study) -> None:
    found = advise(crclm_study, [event("Cellulitis", 2, 18)])
    assert untold(found) == {"15": ("whether it is getting worse",)}


@pytest.mark.parametrize(("before", "action"), [(1, "hold"), (2, "continue"), (3, "continue")])
def test_the_grade_before_treatment_says_whether_it_worsened(crclm_study, before, action) -> None:
    assert advise(crclm_study, [event("Cellulitis", 2, 18, grade_before=before)]).action == action


def test_bilirubin_that_was_not_taken(crclm_study) -> None:
    found = advise(crclm_study, labs=[sample("ALT", 19, 4.0), sample("AST", 19, 1.0)])
    assert "11" in untold(found)
    missing = f"bilirubin on {day(19)} or within 3 days after it"
    assert untold(found)["11"] == (missing,)


@pytest.mark.parametrize(
    ("bilirubin", "action", "is_open"),
    [
        ([(12, 0.3)], "continue", True),  # bilirubin rises after the transaminases
        ([(14, 2.0)], "continue", True),
        ([(12, 2.1)], "stop", False),
        ([(11, 2.1)], "continue", True),
        ([(15, 0.3)], "continue", False),
        ([(12, 0.3), (18, 0.3)], "continue", False),
        ([(12, 0.3), (18, 2.1)], "stop", False),
        ([(12, 0.3), (19, 2.1)], "continue", True),
        ([(12, 2.1), (15, 0.3)], "stop", False),
    ],
)
def test_bilirubin_before_the_rise_refutes_nothing(crclm_study, bilirubin, action, is_open) -> None:
    rise = [sample("ALT", 15, 4.0), sample("AST", 15, 1.0)]
    found = advise(crclm_study, labs=[*rise, *(sample("bilirubin", *one) for one in bilirubin)])
    assert found.action == action
    assert ("11" in untold(found)) is is_open


@pytest.mark.parametrize(
    ("at", "qualifier", "times"), [(14, ">", 1.0), (15, ">", 1.0), (16, "<", 5.0)]
)
def test_bilirubin_known_on_one_side_cannot_be_told(crclm_study, at, qualifier, times) -> None:
    rise = [sample("ALT", 15, 4.0), sample("AST", 15, 1.0)]
    found = advise(crclm_study, labs=[*rise, sample("bilirubin", at, times, qualifier=qualifier)])
    assert "more than bilirubin" in untold(found)["11"][0]


def test_no_value_at_all_since_the_first_dose(crclm_study) -> None:
    found = advise(crclm_study, labs=[])
    assert {"8", "10", "11"} <= set(untold(found))
    assert "since the first dose" in untold(found)["8"][0]


def test_a_value_without_its_upper_limit(crclm_study) -> None:
    labs = [sample("ALT", 19, None), sample("AST", 19, 1.0), sample("bilirubin", 19, 1.0)]
    found = advise(crclm_study, labs=labs)
    assert "upper limit of normal of alanine aminotransferase" in untold(found)["8"][0]


@pytest.mark.parametrize(
    ("qualifier", "times", "action", "open_rules"),
    [
        (">", 5.0, "hold and reduce", {"10"}),  # above 5 for sure, and perhaps above 20
        (">", 4.0, "continue", {"8", "10"}),  # bilirubin is normal, so rule 11 is not in question
        ("<", 5.0, "continue", set()),
        ("<", 6.0, "continue", {"8"}),
    ],
)
def test_values_known_to_lie_on_one_side(crclm_study, qualifier, times, action, open_rules) -> None:
    labs = [
        sample("ALT", 19, times, qualifier=qualifier),
        sample("AST", 19, 1.0),
        sample("bilirubin", 19, 1.0),
    ]
    found = advise(crclm_study, labs=labs)
    assert found.action == action
    assert set(untold(found)) == open_rules


def test_an_event_that_is_over_on_an_unknown_day(crclm_study) -> None:
    found = advise(crclm_study, [event("Fatigue", 3, 10, outcome="recovered")])
    assert [one.reading.down_missing for one in found.untold] == [
        "the day on which Fatigue was over"
    ]
    assert (found.action, found.next_dose_mg) == ("reduce", 40)
    assert "regorafenib_label 17" in found.sentence


def test_an_event_whose_month_alone_is_known_counts_from_its_first_possible_day(
    crclm_study,
) -> None:
    found = advise(crclm_study, [event("Fatigue", 3, 0) | {"start_date": "2026-01"}])
    assert found.action == "hold and reduce"
    assert "2026-01 (2026-01-01 to 2026-01-31)" in found.sentence


def test_an_event_without_a_date_is_named(crclm_study) -> None:
    found = advise(crclm_study, [event("Fatigue", 3, 0) | {"start_date": None}])
    assert any("grade 3 Fatigue from an unknown day" in one for one in found.looked_at)


def test_a_sample_without_a_date_is_named(crclm_study) -> None:
    found = advise(crclm_study, labs=[*liver_values(19), sample("ALT", 18, 30.0, sample_date=None)])
    assert found.action == "continue"
    assert any("alanine aminotransferase of an unknown day" in one for one in found.looked_at)


def test_what_is_dated_later_is_not_known(crclm_study) -> None:
    events = [event("Fatigue", 3, 10, 15), event("Diarrhoea", 4, 18)]
    found = advise(crclm_study, events, on=12)
    assert (found.action, [one.reading.rule.number for one in found.rules]) == (
        "hold and reduce",
        ["17"],
    )
    assert found.resume_from is None
    assert str(day(15)) not in found.sentence
    labs = [*liver_values(5), *liver_values(15, 30.0)]
    assert advise(crclm_study, labs=labs, on=14).action == "continue"
    assert advise(crclm_study, labs=labs, on=15).action == "stop"


def test_an_end_that_lies_ahead_is_not_known(crclm_study) -> None:
    end = {"scope": "study", "end_date": day(15), "reason": "x", "reason_category": "withdrawal"}
    others = {"dispositions": [end]}
    assert advise(crclm_study, on=14, others=others).action == "continue"
    assert advise(crclm_study, on=15, others=others).action == "ended"


def test_an_event_before_the_first_dose_asks_for_nothing(crclm_study) -> None:
    assert advise(crclm_study, [event("Fatigue", 3, -9, 30)]).action == "continue"


def test_a_patient_who_was_never_given_the_drug(crclm_study) -> None:
    found = advise(crclm_study, doses=[dose(0, 0, 240.0, drug="Toripalimab")])
    assert (found.action, found.next_dose_mg) == ("not started", None)


@pytest.mark.parametrize(
    ("others", "why"),
    [
        (
            {
                "dispositions": [
                    {
                        "scope": "drug",
                        "drug": "Regorafenib",
                        "end_date": day(15),
                        "reason": "x",
                        "reason_category": "adverse event",
                    }
                ]
            },
            "the drug ended on 2026-01-20 (adverse event)",
        ),
    ],
)
def test_nothing_is_given_after_the_end(crclm_study, others, why) -> None:
    found = advise(crclm_study, [event("Fatigue", 3, 10)], others=others)
    assert (found.action, found.next_dose_mg) == ("ended", None)
    assert why in found.sentence


@pytest.mark.parametrize("on", [15, 20, None])
def test_nothing_is_advised_for_a_patient_who_died(crclm_study, on) -> None:
    labs = [sample("ALT", 9, 25.0), sample("AST", 9, 0.5), sample("bilirubin", 9, 0.5)]
    patient = make_patient(
        doses=[dose(0, 10, 80.0)],
        events=[event("Fatigue", 3, 10), event("Cellulitis", 2, 9)],
        labs=labs,
        others={"deaths": [{"death_date": day(15)}]},
    )
    for found in advise_doses(patient, crclm_study, "014", None if on is None else day(on)):
        assert (found.action, found.next_dose_mg) == ("died", None)
        assert f"no advice: the patient died on {day(15)}." in found.sentence
        assert "Cannot be told" not in found.sentence
        told = (found.rules, found.earlier, found.untold, found.conditions, found.monitoring)
        assert not any(told)
    assert advise_doses(patient, crclm_study, "014", day(14))[0].action == "stop"


def test_a_hold_around_the_ablation_follows_the_words_of_the_study(crclm_study) -> None:
    doses = [dose(0, 10, 80.0), dose(11, 30, 0.0, "held around RFA")]
    found = advise(crclm_study, doses=doses, ablated_on=14)
    assert (found.action, found.next_dose_mg, found.held_since) == ("resume", 80, day(11))
    assert any("until the wound has closed" in one for one in found.conditions)


def test_left_out_since_the_last_dose_and_not_since_an_earlier_hold(crclm_study) -> None:
    doses = [dose(0, 5, 80.0), dose(6, 9, 0.0), dose(10, 12, 80.0), dose(13, 15, 0.0)]
    doses.append(dose(16, 30, 0.0))
    assert advise(crclm_study, doses=doses).held_since == day(13)


def test_without_a_day_it_is_the_last_contact(crclm_study) -> None:
    assert advise(crclm_study, on=20).on == day(20)
    patient = make_patient(doses=[dose(0, 20, 80.0)])
    assert advise_doses(patient, crclm_study, "014")[0].on == day(400)


def test_an_unknown_patient_is_refused(crclm_study) -> None:
    with pytest.raises(DataError, match="no patient '15'"):
        advise_doses(make_patient(doses=[]), crclm_study, "15")


def test_every_advice_says_who_decides(crclm_study) -> None:
    for events in ([], [event("Fatigue", 3, 18)], [event("Fatigue", 4, 18)]):
        assert advise(crclm_study, events).sentence.endswith("a physician decides and signs.")
