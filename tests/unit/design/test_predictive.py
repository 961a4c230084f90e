"""Predictive probability: what it refuses, small designs by hand, the verb and its words."""

from __future__ import annotations

import json

import pytest
from verb_call import answer_of, call_of, unframed

from trialwright.cli.design.predictive import predictive
from trialwright.design.predictive.design import Monitoring, PredictiveDesign, roundest_between
from trialwright.design.predictive.search import find_predictive
from trialwright.errors import DesignError
from trialwright.report.design.words_predictive import say_stops, word_predictive
from trialwright.stats.beta_binomial import BetaRate

FAST = Monitoring(first_look=10, every=10, most_patients=40)


# --- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p0", "p1", "options", "message"),
    [
        (0.3, 0.3, {}, r"p1 must be above p0, not 0\.3 against 0\.3"),
        (20, 0.4, {}, r"for 20 % write 0\.2"),
        (0.2, 0.4, {"alpha": 0.0}, "alpha must be strictly between 0 and 1"),
        (0.2, 0.4, {"power": 1.0}, "power must be strictly between 0 and 1"),
        (0.2, 0.4, {"power": 90}, r"for 90 % write 0\.9"),
        (0.2, 0.4, {"alpha": 0.5, "power": 0.4}, r"alpha \+ beta must be below 1"),
        (0.2, 0.4, {"aim": "power"}, "aim must be one of .*'size then power'"),
    ],
)
def test_what_makes_no_search_is_refused(p0, p1, options, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        find_predictive(p0, p1, **{"alpha": 0.1, "power": 0.9, **options})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"first_look": 0}, "first_look must be from 1 to 1000, not 0"),
        ({"every": 0}, "every must be from 1 to 1000, not 0"),
        ({"every": 1.5}, "every must be a whole number, not 1.5"),
        ({"fewest_patients": 30, "most_patients": 20}, "most_patients must be from 30 to 1000"),
        ({"theta_u": 1.2}, "theta_u must be from 0 to 1"),
        ({"theta_u": 0.0}, "theta_u must lie above least_theta_l"),
        ({"least_theta_l": -0.1}, "least_theta_l must be from 0 to 1"),
        ({"least_theta_l": 0.5, "theta_u": 0.4}, "theta_u must lie above least_theta_l"),
    ],
)
def test_looks_that_no_trial_has_are_refused(options, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        Monitoring(**options)


@pytest.mark.parametrize(
    ("looks", "thetas", "message"),
    [
        ((20, 10), (0.1, 0.9), "looks must be one or more and ascend"),
        ((), (0.1, 0.9), "looks must be one or more"),
        ((10, 20), (-0.1, 0.9), "theta_l must be from 0 to 1"),
        ((10, 20), (0.1, 1.0), "theta_t must be strictly between 0 and 1"),
        ((10, 20), (0.1, 0.9, 1.1), "theta_u must be from 0 to 1"),
        ((10, 20), (0.6, 0.9, 0.5), "theta_l must not exceed theta_u, not 0.6 against 0.5"),
    ],
)
def test_thresholds_that_are_none_are_refused(looks, thetas, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        PredictiveDesign(0.2, 0.4, looks, *thetas)


def test_a_limit_too_small_says_how_near_it_came() -> None:
    with pytest.raises(DesignError, match=r"no design of 1 to 25 patients .* with 25 patients, 7"):
        find_predictive(0.2, 0.4, alpha=0.10, power=0.90, monitoring=Monitoring(most_patients=25))


# --- designs -------------------------------------------------------------------------------


def test_two_patients_by_hand() -> None:
    # Flat prior, success if both respond (P(rate > 1/2) = 7/8). After one patient the next
    # responds with 2/3 if the first did, so the predictive probability is 0 or 2/3.
    design = PredictiveDesign(0.5, 0.8, (1, 2), theta_l=0.1, theta_t=0.8, prior=BetaRate(1, 1))
    assert [design.probability(x, 1) for x in (0, 1)] == pytest.approx([0.0, 2 / 3])
    assert design.boundaries.stop_at_most == (0, 1)
    assert design.boundaries.stop_at_least == (None, 2)
    assert design.type_one_error == pytest.approx(0.25)
    assert design.power == pytest.approx(0.64)


def test_thresholds_are_strict() -> None:
    # Nobody seen to fail: a probability equal to theta_L goes on, one equal to theta_U too.
    seen = PredictiveDesign(0.5, 0.8, (1, 2), 0.1, 0.8, prior=BetaRate(1, 1)).probability(1, 1)
    still = PredictiveDesign(0.5, 0.8, (1, 2), seen, 0.8, seen, BetaRate(1, 1)).boundaries
    assert still.stop_at_most[0] == 0
    assert still.stop_at_least[0] is None


def test_efficacy_stops_raise_both_error_and_power() -> None:
    looks = (10, 20, 30)
    plain = PredictiveDesign(0.2, 0.4, looks, 0.05, 0.9)
    early = PredictiveDesign(0.2, 0.4, looks, 0.05, 0.9, theta_u=0.9)
    assert early.boundaries.stop_at_least[0] is not None
    assert early.type_one_error >= plain.type_one_error
    assert early.power >= plain.power


def test_what_cannot_succeed_at_the_end_has_no_count_for_it() -> None:
    design = PredictiveDesign(0.6, 0.8, (2, 3), theta_l=0.1, theta_t=0.99)
    assert design.boundaries.stop_at_least == (None, None)
    assert design.boundaries.stop_at_most == (2, 3)
    assert design.power == 0


def test_a_size_before_the_first_look_is_a_single_stage() -> None:
    plan = Monitoring(first_look=50, most_patients=40)
    found = find_predictive(0.1, 0.3, alpha=0.05, power=0.80, monitoring=plan)
    assert found.best.looks == (25,)  # A'Hern: 6 of 25
    assert found.best.boundaries.stop_at_least == (6,)


def test_both_limits_are_inclusive() -> None:
    # Four of four at 1/2 and at 0.9: 0.0625 and 0.6561.
    plan = Monitoring(first_look=10, most_patients=4)
    found = find_predictive(0.5, 0.9, alpha=0.0625, power=0.6561, monitoring=plan)
    assert found.best.boundaries.stop_at_least == (4,)


def test_the_aims_differ_as_they_say() -> None:
    by = {
        aim: find_predictive(0.2, 0.4, alpha=0.10, power=0.90, aim=aim, monitoring=FAST).best
        for aim in ("size then power", "size then expected", "expected")
    }
    one, two, three = by.values()
    assert one.looks[-1] == two.looks[-1] <= three.looks[-1]
    assert one.power >= two.power
    expected = [each.boundaries.characteristics(0.2).expected_patients[0] for each in by.values()]
    assert expected[2] <= expected[1] <= expected[0]


def test_without_a_least_theta_l_the_largest_power_hardly_stops() -> None:
    free = Monitoring(first_look=10, least_theta_l=0.0)
    found = find_predictive(0.2, 0.4, alpha=0.10, power=0.90, monitoring=free)
    assert found.best.looks[-1] == 36
    assert found.theta_l[1] < 1e-9
    assert found.best.boundaries.characteristics(0.2).expected_patients[0] > 32
    assert found.best.power == pytest.approx(0.9096, abs=5e-5)


def test_the_found_thresholds_lie_in_their_intervals() -> None:
    found = find_predictive(0.2, 0.4, alpha=0.10, power=0.90, aim="expected", monitoring=FAST)
    low, high = found.theta_l
    assert low < found.best.theta_l < high
    assert found.theta_t[0] < found.best.theta_t < found.theta_t[1]
    row = found.to_frame().row(0, named=True)
    assert row["power"] == found.best.power
    assert row["theta_l_to"] == high


def test_the_roundest_number() -> None:
    assert roundest_between(0.81, 0.99) == 0.9
    assert roundest_between(0.0, 0.004) == 0.002
    assert roundest_between(0.5, 0.5) is None


# --- words ---------------------------------------------------------------------------------


def test_bounds_are_written_as_ranges() -> None:
    assert say_stops((10, 11, 12), (0, 0, 1), "at most") == "at most 0 of 10 to 11, 1 of 12"
    assert say_stops((10, 20), (None, None), "at most") == ""


def test_the_paragraph_has_every_number() -> None:
    found = find_predictive(0.2, 0.4, alpha=0.10, power=0.90)
    text = word_predictive(found.best, search=found)
    for part in (
        "20 %", "40 %", "at most 0.1", "at least 0.9", "Beta(0.2, 0.8)", "At most 36 patients",
        "after 10 and then after every patient up to 35", "> 0.9 (theta_T)", "0.001 (theta_L)",
        "0 of 10 to 16, 1 of 17 to 20", "9 of 35", "11 or more of all 36", "0.0878", "0.9062",
        "0.8571", "27.7", "0.0620", "35.7",
    ):  # fmt: skip
        assert part in text.protocol, part
    assert text.grant.count(". ") <= 2
    assert len(text.references) == 1


def test_the_paragraph_of_efficacy_stops_and_of_a_single_look() -> None:
    early = word_predictive(PredictiveDesign(0.2, 0.4, (10, 17, 30), 0.05, 0.9, theta_u=0.9))
    assert "with looks after 10, 17" not in early.protocol  # equal steps are written as such
    assert "for efficacy where it lies above 0.9" in early.protocol
    assert "(efficacy)" in early.protocol
    single = word_predictive(PredictiveDesign(0.2, 0.4, (30,), 0.05, 0.9))
    assert "no interim look" in single.protocol
    assert "No count of responders stops the trial before its end." in single.protocol
    uneven = word_predictive(PredictiveDesign(0.2, 0.4, (10, 17, 20, 30), 0.05, 0.9))
    assert "with looks after 10, 17, 20" in uneven.protocol


# --- the verb ------------------------------------------------------------------------------


call, say = call_of(predictive), answer_of(predictive)
ONE = ("--p0", "0.2", "--p1", "0.4", "--every", "5")


def test_the_verb_prints_a_table() -> None:
    said = say(*ONE)
    assert "theta_L 0.001, theta_T 0.9, theta_U 1" in said
    assert "at 0.2: activity declared" in said


def test_the_verb_writes_json_with_words() -> None:
    content = json.loads(say(*ONE, "--aim", "expected", "--json", "--protocol-text"))
    assert content["search"]["aim"] == "expected"
    assert content["type_one_error"] <= 0.10
    assert content["power"] >= 0.90
    assert content["protocol_text"].startswith("The trial follows")


def test_the_verb_judges_given_thresholds_and_draws_them(tmp_path) -> None:
    picture = tmp_path / "predictive.svg"
    given = ("--patients", "36", "--theta-l", "0.001", "--theta-t", "0.9")
    said = say("--p0", "0.2", "--p1", "0.4", *given, "--plot", str(picture))
    assert "activity declared 0.0878" in said
    assert picture.read_text(encoding="utf-8").startswith("<?xml")
    assert "chosen" not in say("--p0", "0.2", "--p1", "0.4", *given, "--protocol-text")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--patients", "36"), "--theta-l and --theta-t together"),
        (("--prior", "1;1"), "--prior"),
        (("--aim", "power"), "size then power"),
    ],
)
def test_the_verb_refuses(words, message: str) -> None:
    done = call(*ONE, *words)
    assert done.exit_code == 2
    assert message in unframed(done.output)
