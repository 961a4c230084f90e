"""Whose reading counts: investigator, two central readers, and an adjudicator."""

from __future__ import annotations

import pytest
from two_readers import GREW_EARLY, GREW_LATE, RESPONDED, STABLE, choose, make_trial, read_each

from trialwright.errors import DataError


def choose_one(readers, *, accepted=None, **choice):
    named = None if accepted is None else {"P1": accepted}
    return choose(make_trial({"P1": readers}, accepted=named), **choice)["P1"]


def best(chosen):
    return chosen.response.best.response.name


@pytest.mark.parametrize("reader", ["investigator", "central"])
def test_data_that_name_no_reader_hold_one_reading_and_it_counts(reader):
    chosen = choose_one({None: RESPONDED}, reader=reader)
    assert (best(chosen), chosen.reader, chosen.refused) == ("PR", None, None)
    assert "name no reader" in chosen.why


def test_a_named_reader_is_not_in_data_that_name_none():
    with pytest.raises(DataError, match="one reading that names no reader"):
        choose_one({None: RESPONDED}, reader="central_1")


def test_the_investigator_counts_where_the_study_says_so():
    readers = {"investigator": STABLE, "central_1": RESPONDED, "central_2": RESPONDED}
    assert best(choose_one(readers, reader="investigator")) == "SD"


@pytest.mark.parametrize(
    ("held", "wanted"), [("central_1", "investigator"), ("investigator", "central")]
)
def test_a_reader_whom_the_data_lack_is_an_error_that_names_those_there_are(held, wanted):
    with pytest.raises(DataError, match=f"they hold {held}"):
        choose_one({held: STABLE}, reader=wanted)


def test_where_central_readers_agree_the_first_counts():
    chosen = choose_one({"central_1": (50, 48, 47), "central_2": (60, 57, 55)})
    assert (chosen.reader, chosen.differ_in, chosen.adjudicated) == ("central_1", (), False)
    assert chosen.response.baseline.sum_mm == 50


def test_a_difference_that_nobody_decided_makes_the_patient_not_evaluable():
    chosen = choose_one({"central_1": RESPONDED, "central_2": STABLE})
    assert (best(chosen), chosen.reader, chosen.differ_in) == ("NE", None, ("best response",))
    assert "central reader 1 PR with no progression" in chosen.response.not_evaluable
    assert "central reader 2 SD with no progression" in chosen.response.not_evaluable
    assert chosen.response.best.reason.rule == "reader.undecided"
    assert chosen.response.time_points == ()


def test_the_accepted_reading_is_taken_whole():
    readers = {"central_1": (50, 30, 30, 40), "central_2": (60, 55, 54, 66)}
    chosen = choose_one(readers, accepted="central_2")
    last = chosen.response.time_points[-1]
    assert (chosen.reader, chosen.adjudicated) == ("central_2", True)
    assert (chosen.response.baseline.sum_mm, last.nadir_mm) == (60, 54)
    assert last.target.name == "PD"


def test_the_adjudicators_own_reading_decides_a_difference():
    readers = {"central_1": RESPONDED, "central_2": STABLE, "adjudicator": GREW_EARLY}
    chosen = choose_one(readers)
    assert (chosen.reader, best(chosen), chosen.adjudicated) == ("adjudicator", "PD", True)


def test_the_adjudicators_own_reading_does_not_replace_two_that_agree():
    readers = {"central_1": STABLE, "central_2": STABLE, "adjudicator": GREW_EARLY}
    assert choose_one(readers).reader == "central_1"


def test_an_adjudication_on_record_counts_though_the_readers_agree():
    chosen = choose_one({"central_1": STABLE, "central_2": STABLE}, accepted="central_2")
    assert (chosen.reader, chosen.differ_in, chosen.adjudicated) == ("central_2", (), True)


def test_an_accepted_reader_who_read_nothing_decides_nothing():
    chosen = choose_one({"central_1": RESPONDED, "central_2": STABLE}, accepted="adjudicator")
    assert chosen.refused.endswith("the accepted reader read no lesion of this patient")
    assert best(chosen) == "NE"


def test_a_missing_central_reading_is_not_an_agreement():
    dataset = make_trial(
        {"P1": {"central_1": RESPONDED}, "P2": {"central_1": STABLE, "central_2": STABLE}}
    )
    chosen = choose(dataset)
    assert "central reader 2 read no lesion" in chosen["P1"].refused
    assert chosen["P1"].differ_in is None
    assert chosen["P2"].reader == "central_1"


def test_a_patient_whom_nobody_read_is_not_evaluable_for_that_reason():
    chosen = choose(make_trial({"P1": {}, "P2": {"central_1": STABLE, "central_2": STABLE}}))["P1"]
    assert (chosen.refused, chosen.reader) == (None, None)
    assert chosen.why == "no central reader read a lesion"
    assert chosen.response.not_evaluable == "no lesion was measured"


def test_a_single_central_reader_counts_and_is_said_to_be_the_only_one():
    chosen = choose_one({"investigator": STABLE, "central_2": RESPONDED})
    assert chosen.reader == "central_2"
    assert "the only central reader" in chosen.why


def test_an_adjudication_counts_beside_a_single_central_reader():
    readers = {"central_1": RESPONDED, "adjudicator": STABLE}
    chosen = choose_one(readers, accepted="adjudicator")
    assert (chosen.reader, best(chosen), chosen.adjudicated) == ("adjudicator", "SD", True)
    assert chosen.why == (
        "the adjudicator accepted his own reading: central reader 1 PR with no progression"
    )
    assert choose_one(readers, accepted="central_1").adjudicated
    assert choose_one(readers).reader == "adjudicator"


def test_a_single_central_reader_counts_for_every_patient_that_nobody_adjudicated():
    chosen = choose(
        make_trial(
            {
                "P1": {"central_2": RESPONDED, "adjudicator": STABLE},
                "P2": {"central_2": STABLE},
                "P3": {"adjudicator": GREW_EARLY},
                "P4": {},
            },
            accepted={"P1": "central_1"},
        )
    )
    assert chosen["P1"].refused.endswith("the accepted reader read no lesion of this patient")
    assert {name: one.reader for name, one in chosen.items()} == {
        "P1": None, "P2": "central_2", "P3": "adjudicator", "P4": None
    }  # fmt: skip


def test_an_accepted_reading_without_a_baseline_says_so():
    readers = {"central_1": RESPONDED, "central_2": (None, 30, 30)}
    chosen = choose_one(readers, accepted="central_2")
    assert (chosen.reader, best(chosen), chosen.refused) == ("central_2", "NE", None)
    words = f"; that reading has no baseline: {chosen.response.not_evaluable}"
    assert chosen.why.endswith(words)


@pytest.mark.parametrize(
    ("adjudication", "differ"),
    [("best_response", ()), ("best_response_and_progression", ("first progression",))],
)
def test_progression_is_compared_where_the_study_names_it(adjudication, differ):
    late = (50, 48, 47, 65)
    chosen = choose_one({"central_1": GREW_LATE, "central_2": late}, adjudication=adjudication)
    assert chosen.differ_in == differ
    assert (chosen.refused is None) is (not differ)


def test_each_reader_has_the_patients_that_he_did_not_read():
    dataset = make_trial({"P1": {"central_1": STABLE}, "P2": {"central_2": STABLE}})
    first, second = read_each(dataset)
    assert (first.not_read, second.not_read) == ({"P2"}, {"P1"})
