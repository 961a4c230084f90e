"""What a reading says to the endpoints: by RECIST 1.1, by iRECIST, and of who cannot be read.

Sources: RECIST 1.1 section 4.4 and table 3; Seymour, Lancet Oncol 2017;18:e143, table 3 and the
section on dates (``shared/reference/domain.md`` §4.1).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from called_patients import (
    BY_IRECIST,
    BY_RECIST,
    IMMUNE,
    UNCONFIRMED,
    called,
    day,
    labels,
    patient,
    time_of,
)

from following import FDA, READ
from trialwright.endpoints import (
    called_of,
    disease_control,
    duration_of_response,
    duration_of_stable_disease,
    find_pending,
    objective_response,
    progression_free_survival,
    time_to_progression,
    time_to_response,
    without_ablation,
)
from trialwright.endpoints.sets import AnalysisSets
from trialwright.response.assess import assess_patient, refuse_patient
from trialwright.response.best import controlled_at
from trialwright.response.patient import Lesion, PatientScans, Reading

# sizes of the target (baseline 100 mm): the day of each scan
CONFIRMED = {56: 90, 112: 130, 168: 140}
WITHDRAWN = {56: 130, 112: 95, 168: 95}
NEVER_SEEN_AGAIN = {56: 90, 112: 130}


def controlled(called):
    """Tell of each assessment whether the disease control that it shows counts."""
    codes = [one.overall for one in called.assessments[: called.counted]]
    days = [one.day for one in called.assessments]
    return [
        at < called.counted and controlled_at(codes[: at + 1], days, day) == at
        for at, day in enumerate(days)
    ]


# --- iRECIST


@pytest.mark.parametrize(
    ("sizes", "seen", "progression", "settled"),
    [
        (CONFIRMED, ["iSD", "iUPD", "iCPD"], 112, True),
        (WITHDRAWN, ["iUPD", "iSD", "iSD"], None, True),
        (NEVER_SEEN_AGAIN, ["iSD", "iUPD"], 112, False),
        # never seen otherwise than iUPD or NE: the first iUPD of the run
        ({56: 130, 112: 131, 168: None}, ["iUPD", "iUPD", "NE"], 56, False),
        ({56: 130, 112: None, 168: 140}, ["iUPD", "NE", "iCPD"], 56, True),
        # withdrawn once, then a second run that is confirmed, or is not
        ({56: 130, 112: 95, 168: 140, 224: 150}, ["iUPD", "iSD", "iUPD", "iCPD"], 168, True),
        ({56: 130, 112: 95, 168: 140}, ["iUPD", "iSD", "iUPD"], 168, False),
        ({56: 90, 112: 95}, ["iSD", "iSD"], None, True),
    ],
)
def test_progression_by_irecist(sizes, seen, progression, settled):
    found = called(sizes)
    assert labels(found) == seen
    assert found.progression == day(progression)
    assert found.progression_visit == (None if progression is None else f"D{progression}")
    assert found.settled is settled


@pytest.mark.parametrize(
    ("sizes", "recist", "irecist"),
    [
        (CONFIRMED, (112, True), (112, True)),
        (WITHDRAWN, (56, True), (168, False)),
        (NEVER_SEEN_AGAIN, (112, True), (112, True)),
        ({56: 130, 112: 95, 168: 140, 224: 150}, (56, True), (168, True)),
    ],
)
def test_both_criteria_give_their_own_time(sizes, recist, irecist):
    one = patient(sizes)
    for endpoint in (progression_free_survival, time_to_progression):
        assert time_of(endpoint, one, BY_RECIST) == recist
        assert time_of(endpoint, one, BY_IRECIST) == irecist


def test_a_withdrawn_progression_is_an_assessment_like_others():
    """It could be evaluated: time may be censored at it, and it is no missed one."""
    one = patient({56: 130, 112: 95}, therapy=60)
    found = called_of(one.response, "iRECIST")
    assert [(each.evaluable, each.measured) for each in found.assessments] == [(True, True)] * 2
    assert controlled(found) == [False, False]


def test_a_new_lesion_is_progression_that_its_growth_confirms():
    grows = patient({56: 90, 112: 90}, new={56: 12, 112: 20})
    found = called_of(grows.response, "iRECIST")
    assert labels(found) == ["iUPD", "iCPD"]
    assert (found.progression, found.settled) == (day(56), True)
    gone = patient({56: 90, 112: 60, 168: 60}, new={56: 12, 112: 0, 168: 0})
    assert called_of(gone.response, "iRECIST").progression is None
    assert called_of(gone.response, "RECIST 1.1").progression == day(56)


@pytest.mark.parametrize("therapy", [20, 57, 60, 111])
def test_progression_after_a_new_therapy_counts_where_it_is_followed_further(therapy):
    """EMA counts every progression; RECIST 1.1 and iRECIST must not differ in that."""
    late = patient({56: 90, 112: 140, 168: 160}, therapy=therapy)
    first = patient({112: 140, 168: 160}, therapy=therapy)
    censors = replace(FDA, criteria="iRECIST")
    for one in (late, first):
        assert time_of(progression_free_survival, one, BY_RECIST) == (112, True)
        assert time_of(progression_free_survival, one, BY_IRECIST) == (112, True)
    assert time_of(progression_free_survival, late, censors) == (56 * (therapy > 56), False)
    assert time_of(progression_free_survival, first, censors) == (0, False)


def test_so_does_one_after_the_end_of_treatment_while_responses_stop_there():
    rules = replace(IMMUNE, while_on_treatment=True)
    one = patient({56: 90, 112: 140, 168: 160}, rules=rules, stop=(60, "adverse event"))
    assert one.response.immune.progression.date is None  # for the best response it is not read
    assert time_of(progression_free_survival, one, BY_IRECIST) == (112, True)


def test_scans_under_another_therapy_do_not_withdraw_a_pending_progression():
    one = patient({56: 130, 112: 80, 168: 80}, therapy=60)
    found = called_of(one.response, "iRECIST")
    assert (found.progression, found.settled) == (day(56), False)
    assert time_of(progression_free_survival, one, BY_IRECIST) == (56, True)


def test_the_duration_of_an_immune_response_ends_at_the_progression_that_counts():
    """Growth over the nadir of 60 mm that shrinks again ends the response by RECIST alone."""
    one = patient({56: 60, 112: 60, 168: 90, 224: 60, 280: 90, 336: 100})
    assert labels(called_of(one.response, "iRECIST"))[2:4] == ["iUPD", "iPR"]
    assert time_of(duration_of_response, one, BY_RECIST) == (112, True)
    assert time_of(duration_of_response, one, BY_IRECIST) == (224, True)
    assert time_of(time_to_response, one, BY_IRECIST) == (56, True)


def test_a_response_after_a_withdrawn_progression_is_one_by_irecist_alone():
    one = patient({56: 130, 112: 60, 168: 60})
    assert time_of(duration_of_response, one, BY_RECIST) is None
    assert time_of(duration_of_response, one, BY_IRECIST) == (56, False)
    assert time_of(time_to_response, one, BY_IRECIST) == (112, True)
    found = {c: called_of(one.response, c) for c in ("RECIST 1.1", "iRECIST")}
    assert [(one.best, one.responded) for one in found.values()] == [("PD", False), ("iPR", True)]


def test_stable_disease_by_irecist_has_its_duration():
    one = patient({56: 130, 112: 95, 168: 95})
    assert time_of(duration_of_stable_disease, one, BY_RECIST) is None
    assert time_of(duration_of_stable_disease, one, BY_IRECIST) == (168, False)


def test_a_reading_without_irecist_is_refused_by_name():
    one = patient(CONFIRMED, rules=READ)
    with pytest.raises(ValueError, match=r"patient P1 was not read by iRECIST"):
        progression_free_survival([one], BY_IRECIST)


# --- RECIST 1.1


@pytest.mark.parametrize("persistent", [True, False])
def test_a_partial_response_persists_if_the_study_says_so(persistent):
    # 100-70-70-80-80-80 (domain.md, finding 7)
    rules = replace(READ, persistent=persistent)
    sizes = {56: 70, 112: 70, 168: 80, 224: 80, 280: 80}
    found = called(sizes, "RECIST 1.1", rules=rules)
    assert labels(found) == ["PR", "PR", *["PR" if persistent else "SD"] * 3]
    assert found.best == "PR"
    assert found.response_start == day(56)
    assert all(controlled(found))


def test_every_progression_of_recist_is_settled():
    assert called(NEVER_SEEN_AGAIN, "RECIST 1.1").settled
    assert called({56: 90}, "RECIST 1.1").settled


def test_the_first_progression_counts_whatever_is_read_later():
    found = called({56: 130, 112: 60, 168: 140}, "RECIST 1.1")
    assert (found.progression, found.progression_visit) == (day(56), "D56")
    assert controlled(found) == [False, False, False]


@pytest.mark.parametrize("criteria", ["RECIST 1.1", "iRECIST"])
def test_a_scan_that_could_not_be_read_is_neither_evaluable_nor_measured(criteria):
    found = called({56: 90, 112: None, 168: 90}, criteria)
    assert [one.evaluable for one in found.assessments] == [True, False, True]
    assert [one.measured for one in found.assessments] == [True, False, True]
    assert controlled(found) == [True, False, True]
    assert [one.day for one in found.assessments] == [56, 112, 168]


def test_a_new_lesion_makes_a_scan_evaluable_that_did_not_measure_the_target():
    found = called({56: 90, 112: None}, "RECIST 1.1", new={112: 12})
    assert labels(found) == ["SD", "PD"]
    assert [(one.evaluable, one.measured) for one in found.assessments] == [
        *((True, True), (True, False)),
    ]


@pytest.mark.parametrize("criteria", ["RECIST 1.1", "iRECIST"])
def test_without_targets_every_evaluable_scan_is_a_measured_one(criteria):
    """Decision 013, point 10."""
    scans = PatientScans(
        "P1",
        day(0),
        (Lesion("N1", "non_target", "liver", lymph_node=False),),
        tuple(
            Reading("N1", f"D{on}", day(on), None, state)
            for on, state in ((-7, "present"), (56, "present"), (112, "not_evaluable"))
        ),
    )
    found = called_of(assess_patient(scans, IMMUNE), criteria)
    assert [(one.evaluable, one.measured) for one in found.assessments] == [
        *((True, True), (False, False)),
    ]
    assert found.has_baseline


@pytest.mark.parametrize("criteria", ["RECIST 1.1", "iRECIST"])
def test_a_baseline_is_one_by_either_criteria(criteria):
    assert called({56: 90}, criteria).has_baseline is True
    censored = FDA.censoring._replace(censors_without_baseline=True)
    rules = replace(FDA, censoring=censored, criteria=criteria)
    assert time_of(progression_free_survival, patient({56: 90}), rules) == (56, False)


@pytest.mark.parametrize("criteria", ["RECIST 1.1", "iRECIST"])
def test_nothing_is_controlled_after_a_new_therapy_that_ends_the_reading(criteria):
    found = called({56: 90, 112: 90}, criteria, therapy=80)
    assert controlled(found) == [True, False]


def test_disease_that_is_back_after_a_complete_response_is_no_control():
    points = patient({56: 0, 112: 0, 168: 90}).response
    assert [one.overall.label for one in points.time_points] == ["CR", "CR", "PD"]
    found = called_of(points, "RECIST 1.1")
    assert controlled(found) == [True, True, False]


# --- Patients who cannot be read


@pytest.mark.parametrize("criteria", ["RECIST 1.1", "iRECIST"])
@pytest.mark.parametrize("scans", [{}, {56: 90, 112: 130}])
def test_without_a_baseline_nothing_is_called(criteria, scans):
    found = called(scans, criteria, baseline=None)
    assert found.assessments == ()
    assert (found.progression, found.response_start) == (None, None)
    assert (found.best, found.responded, found.stable) == ("NE", False, False)
    assert found.has_baseline is False
    assert found.not_evaluable
    assert found.not_evaluable in found.reason


@pytest.mark.parametrize("criteria", ["RECIST 1.1", "iRECIST"])
def test_a_patient_whom_the_study_refuses_is_called_nothing(criteria):
    refused = refuse_patient(PatientScans("P1", day(0)), "two baselines")
    found = called_of(refused, criteria)
    assert (found.not_evaluable, found.best, found.has_baseline) == ("two baselines", "NE", False)
    assert "two baselines" in found.reason


@pytest.mark.parametrize("rules", [BY_RECIST, BY_IRECIST])
def test_times_of_who_cannot_be_read_name_the_reason(rules):
    one = patient({56: 90}, baseline=None, contact=300)
    for endpoint in (progression_free_survival, time_to_progression):
        (found,) = endpoint([one], rules)
        assert (found.days, found.event, found.kind) == (0, False, "no evaluable baseline")
        assert "no scan on or before the first treatment" in found.reason
        assert found.source == "start of time"
    dead = patient({56: 90}, baseline=None, death=300)
    assert time_of(progression_free_survival, dead, rules) == (300, True)
    assert time_of(duration_of_response, dead, rules) is None


# --- Rates by either criteria


def sets_of(*patients):
    return AnalysisSets("treated", tuple(one.member for one in patients))


@pytest.mark.parametrize(
    ("sizes", "rules", "recist", "irecist"),
    [
        ({56: 60, 112: 60}, IMMUNE, True, True),
        ({56: 60}, IMMUNE, False, False),
        ({56: 60}, UNCONFIRMED, True, True),
        ({56: 130, 112: 60, 168: 60}, IMMUNE, False, True),
        ({56: 130, 112: 60}, UNCONFIRMED, False, True),
        (CONFIRMED, IMMUNE, False, False),
    ],
)
def test_objective_response_by_either_criteria(sizes, rules, recist, irecist):
    one = patient(sizes, rules=rules)
    for criteria, met in (("RECIST 1.1", recist), ("iRECIST", irecist)):
        (found,) = objective_response(sets_of(one), {"P1": one.response}, criteria=criteria)
        assert found.met is met
        assert found.reason


@pytest.mark.parametrize(
    ("sizes", "least", "recist", "irecist"),
    [
        ({56: 90}, 56, True, True),
        ({56: 90}, 57, False, False),
        ({40: 90, 56: 130}, 49, False, False),
        ({40: 90, 56: 130, 112: 95}, 49, False, True),
        ({56: 130, 112: 95}, 112, False, True),
        ({56: 60, 112: 60}, 168, True, True),  # a response is control, however short
        ({56: 60}, 168, False, False),
        ({56: None}, 49, False, False),
    ],
)
def test_disease_control_by_either_criteria(sizes, least, recist, irecist):
    one = patient(sizes)
    for criteria, met in (("RECIST 1.1", recist), ("iRECIST", irecist)):
        (found,) = disease_control(sets_of(one), {"P1": one.response}, least, criteria=criteria)
        assert found.met is met, criteria


def pending(one, criteria="RECIST 1.1", left=(), horizon=None, **options):
    rates = {"after_new_therapy": False, "while_on_treatment": False} | options
    return find_pending([one], left, horizon, criteria=criteria, **rates) == {"P1"}


@pytest.mark.parametrize(
    ("sizes", "facts", "recist", "irecist"),
    [
        ({56: 90}, {}, True, True),
        ({}, {}, True, True),
        ({56: 60, 112: 60}, {}, False, False),  # has responded
        ({56: 60}, {}, True, True),  # not confirmed yet
        (CONFIRMED, {}, False, False),
        # the next scan may withdraw an iUPD, and iUPD then iPR is iPR
        (NEVER_SEEN_AGAIN, {}, False, True),
        (NEVER_SEEN_AGAIN, {"death": 120}, False, False),
        (NEVER_SEEN_AGAIN, {"therapy": 120}, False, False),
        ({56: 90}, {"death": 60}, False, False),
        ({56: 90}, {"therapy": 60}, False, False),
        ({56: 90}, {"baseline": None}, False, False),
    ],
)
def test_who_may_still_respond(sizes, facts, recist, irecist):
    one = patient(sizes, **facts)
    assert pending(one) is recist
    assert pending(one, "iRECIST") is irecist


def test_what_the_study_says_of_therapies_and_stops_settles_a_response():
    treated = patient({56: 90}, therapy=60)
    assert pending(treated, after_new_therapy=True)
    stopped = patient({56: 90}, stop=(60, "adverse event"))
    assert pending(stopped)
    assert not pending(stopped, while_on_treatment=True)


def test_the_end_of_study_and_the_horizon_settle_a_response():
    one = patient({56: 90}, contact=100)
    assert not pending(one, left=("P1",))
    assert pending(one, horizon=timedelta(101))
    assert not pending(one, horizon=timedelta(100))


@pytest.mark.parametrize(
    ("sizes", "waiting", "expected"),
    [
        ({56: 90}, {"P1"}, (False, True)),
        ({56: 90}, set(), (False, False)),
        ({56: 60, 112: 60}, {"P1"}, (True, False)),
        ({56: 60, 112: 60}, set(), (True, False)),
    ],
)
def test_only_who_has_not_responded_is_pending(sizes, waiting, expected):
    one = patient(sizes)
    (found,) = objective_response(
        sets_of(one), {"P1": one.response}, waiting, criteria="RECIST 1.1"
    )
    assert (found.met, found.pending) == expected


def test_who_was_not_ablated_is_named_with_the_words_for_it():
    one = patient({56: 90})
    assert without_ablation([one], {"P1"}) == {}
    assert without_ablation([one], {"P2"}) == {
        "P1": "the planned ablation was not done, which counts as no response"
    }


def test_who_counts_as_a_failure_is_never_pending():
    one = patient({56: 60, 112: 60})
    failed = {"P1": "the ablation was not done"}
    (found,) = objective_response(
        sets_of(one), {"P1": one.response}, {"P1"}, failed=failed, criteria="RECIST 1.1"
    )
    assert (found.met, found.pending) == (False, False)
    assert found.reason.startswith("the ablation was not done")
    (control,) = disease_control(
        sets_of(one), {"P1": one.response}, 49, failed=failed, criteria="RECIST 1.1"
    )
    assert control.met is False
