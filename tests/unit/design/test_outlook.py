"""A trial under way: small examples by hand, brute force over every outcome, and the verb."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING

import pytest
from verb_call import answer_of, call_of, unframed

from trialwright.cli.design.status import status
from trialwright.design.boundaries import Boundaries
from trialwright.design.outlook import look_ahead
from trialwright.report.design.words_outlook import say_outlook, word_outlook
from trialwright.stats.beta_binomial import BetaRate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SIMON = Boundaries((10, 29), (1, 5), (None, 6))
FLAT = BetaRate(1, 1)


def _follow(plan: Boundaries, outcomes: Sequence[bool]) -> tuple[int, str]:
    """Return the number of the look that stops, and its side; the rule, read naively."""
    for i, (look, most, least) in enumerate(plan.steps()):
        count = sum(outcomes[:look])
        if most is not None and count <= most:
            return i, "low"
        if least is not None and count >= least:
            return i, "high"
    return len(plan.looks), "nothing"


def _enumerate(
    plan: Boundaries, seen: Sequence[bool | None], chance_of: dict[str, float | BetaRate | None]
) -> dict[tuple[int, str], float]:
    """Return the chance of each stop by walking through every outcome of the open patients."""
    law, pending_rate = chance_of["law"], chance_of["pending"]
    whole = [*seen, *[None] * (plan.most_patients - len(seen))]
    still = [i for i, outcome in enumerate(whole) if outcome is None]
    known = [outcome for outcome in seen if outcome is not None]
    found: dict[tuple[int, str], float] = {}
    for outcomes in product((False, True), repeat=len(still)):
        weight, yes, no = 1.0, 0, 0
        for i, outcome in zip(still, outcomes, strict=True):
            if i < len(seen) and pending_rate is not None:
                chance = pending_rate
            elif isinstance(law, BetaRate):
                chance = (law.a + sum(known) + yes) / (law.a + law.b + len(known) + yes + no)
                yes, no = yes + outcome, no + (not outcome)
            else:
                chance = law
            weight *= chance if outcome else 1 - chance
            whole[i] = outcome
        end = _follow(plan, whole)
        found[end] = found.get(end, 0.0) + weight
    return found


PLANS = (
    Boundaries((4, 9), (0, 2), (None, 3)),
    Boundaries((3, 6, 9), (0, 1, 3), (3, 4, 4)),
    Boundaries((2, 5, 8), (None, None, None), (2, 3, 4)),
    Boundaries((4, 8), (0, 2), (None, None)),
)
SEEN: tuple[tuple[bool | None, ...], ...] = (
    (),
    (True, False),
    (False, None, True),
    (None, False, True, None, False),
    (True, None, False, False, True, None),
)


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("plan", PLANS)
def test_every_chance_is_that_of_all_outcomes_enumerated(
    plan: Boundaries, seen: tuple[bool | None, ...]
) -> None:
    for pending_rate in (None, 0.15):
        found = look_ahead(
            plan, seen, rates={"p": 0.35}, prior=BetaRate(0.4, 1.6), pending_rate=pending_rate
        )
        if found.standing != "under way":
            continue
        for chances, law in (
            (found.chances[0], 0.35),
            (found.chances[-1], BetaRate(0.4, 1.6)),
        ):
            wanted = _enumerate(plan, seen, {"law": law, "pending": pending_rate})
            for i in range(len(plan.looks)):
                assert chances.low[i] == pytest.approx(wanted.get((i, "low"), 0.0), abs=1e-14)
                assert chances.high[i] == pytest.approx(wanted.get((i, "high"), 0.0), abs=1e-14)


@pytest.mark.parametrize("plan", PLANS)
def test_the_standing_is_what_every_outcome_of_the_pending_leads_to(plan: Boundaries) -> None:
    for seen in product((True, False, None), repeat=5):
        found = look_ahead(plan, seen)
        ends = set()
        pending = [i for i, outcome in enumerate(seen) if outcome is None]
        for outcomes in product((False, True), repeat=len(pending)):
            whole = list(seen)
            for i, outcome in zip(pending, outcomes, strict=True):
                whole[i] = outcome
            look, side = _follow(plan, [bool(x) for x in whole])
            reached = look < len(plan.looks) and plan.looks[look] <= len(seen)
            ends.add((plan.looks[look], f"stopped {side}") if reached else (None, "under way"))
        only = ends.pop() if len(ends) == 1 else (None, "under way")
        assert (found.decided_at, found.standing) == only


def test_at_the_start_it_is_the_design() -> None:
    found = look_ahead(SIMON, [], rates={"p0": 0.10, "p1": 0.30})
    design = SIMON.characteristics([0.10, 0.30])
    assert [one.success for one in found.chances] == pytest.approx(
        design.probability_high, abs=1e-12
    )
    assert found.chances[0].low[0] == pytest.approx(0.73609893, abs=1e-8)  # Simon 1989: PET 0.74
    assert found.standing == "under way"
    assert [p.patient for p in found.patients] == [1]


def test_one_more_of_one_pending_patient() -> None:
    found = look_ahead(SIMON, [*[False] * 8, True, None], rates={"p0": 0.10})
    look = found.next_look
    assert look is not None
    assert (look.patients, look.needed_to_go_on, look.needed_to_stop_high) == (10, 1, None)
    assert (look.pending, look.to_enrol, look.least_of_pending(1)) == (1, 0, 1)
    assert found.chances[0].low[0] == pytest.approx(0.9)
    pending, following = found.patients
    assert (pending.patient, pending.pending) == (10, True)
    assert (pending.standing_if_responds, pending.standing_if_not) == ("under way", "stopped low")
    assert pending.if_not[0].success == 0.0
    assert (following.patient, following.pending) == (11, False)


def test_it_is_stopped_whatever_the_pending_do() -> None:
    found = look_ahead(SIMON, [*[False] * 9, None, True, True], rates={"p1": 0.30}, prior=FLAT)
    assert (found.standing, found.decided_at, found.succeeded) == ("stopped low", 10, False)
    assert (found.counted, found.left_out, found.responders, found.pending) == (10, 2, 0, 1)
    assert [look.state for look in found.looks] == ["stopped low", "not needed"]
    assert [one.success for one in found.chances] == [0.0, 0.0, 0.0]
    assert found.chances[-1].next_response == pytest.approx(1 / 11)  # the left out teach nothing
    assert found.patients == ()
    assert found.next_look is None


def test_more_patients_than_the_plan_are_left_out() -> None:
    found = look_ahead(SIMON, [True, True, *[False] * 8, *[True] * 4, *[False] * 20])
    assert (found.standing, found.decided_at, found.succeeded) == ("stopped high", 29, True)
    assert (found.counted, found.left_out) == (29, 5)
    assert found.chances[0].success == 1.0
    assert found.seen[-1] == (29, 6)


def test_a_look_behind_a_pending_patient_stays_open() -> None:
    found = look_ahead(SIMON, [None, True, *[False] * 10], rates={"p": 0.2})
    assert [look.state for look in found.looks] == ["open", "open"]
    assert found.next_look is not None
    assert found.next_look.patients == 10


def test_what_nothing_stopped_has_succeeded_where_no_good_bound_is_last() -> None:
    toxicity = Boundaries((3, 6), (None, None), (2, 3))
    seen = look_ahead(toxicity, [False] * 3, rates={"p": 0.3}, bad_side="high")
    assert seen.chances[0].success == pytest.approx(1 - 0.3**3)
    done = look_ahead(toxicity, [False] * 6, bad_side="high")
    assert (done.standing, done.succeeded) == ("ended", True)
    one_stage = Boundaries((6,), (None,), (3,))
    assert look_ahead(one_stage, [False] * 6).succeeded is False
    assert look_ahead(one_stage, [False] * 6).chances[0].success == 0.0
    assert look_ahead(one_stage, [True] * 3, rates={"p": 0.1}).chances[0].success == 1.0


def test_bad_input_says_what_to_mend() -> None:
    with pytest.raises(ValueError, match=r"responses\[1\] is 2; each must be True, False or None"):
        look_ahead(SIMON, [True, 2])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="bad_side must be 'low' or 'high', not 'left'"):
        look_ahead(SIMON, [], bad_side="left")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="rate must be from 0 to 1"):
        look_ahead(SIMON, [], rates={"p0": 1.2})
    with pytest.raises(ValueError, match="rate must be from 0 to 1"):
        look_ahead(SIMON, [], pending_rate=-0.1)


def test_the_tables_have_a_row_each() -> None:
    found = look_ahead(SIMON, [True, None], rates={"p0": 0.1}, prior=FLAT)
    assert found.to_frame().shape == (6, 7)
    frame = found.patients_frame()
    assert frame.columns[:3] == ["patient", "pending", "assumption"]
    assert frame["patient"].to_list() == [2, 2, 2, 3, 3, 3]
    assert look_ahead(SIMON, []).to_frame().is_empty()


def test_the_sentences_carry_the_numbers() -> None:
    found = look_ahead(SIMON, [True] * 3 + [False] * 9 + [None] * 2, rates={"p0": 0.1})
    said = say_outlook(found)
    assert (
        said[0] == "Responders: 3 of 12 patients evaluated, 2 pending (14 of at most 29 enrolled)."
    )
    assert "it takes 3 more among the 17 open patients to get past the bound of 5" in said[2]
    assert "At p0 = 10 %, success has chance 23.8 %." in said
    assert any("48.5 % if yes and 21.1 % if no (p0)" in sentence for sentence in said)
    over = say_outlook(look_ahead(SIMON, [False] * 12))
    assert over[0].endswith("at the look of 10 patients, at most 1: the trial has not succeeded.")
    assert "the 2 after them are left out" in over[1]
    words = word_outlook(found)
    assert words.grant.count(". ") <= 3
    assert len(words.references) == 2


call, say = call_of(status), answer_of(status)


def test_the_verb_shows_table_sentences_and_picture(tmp_path: Path) -> None:
    picture = tmp_path / "status.svg"
    rates = ["--p0", "0.1", "--p1", "0.3", "--prior", "1,1"]
    said = say(
        "1/10 5/29", "--responders", "3/12", "--pending", "2", *rates, "--plot", str(picture)
    )
    assert "under way" in said
    assert "0.2382" in said
    assert "Taken to have passed the look of 10 patients" in said
    assert "3 of 12 patients" in picture.read_text(encoding="utf-8")


def test_the_verb_speaks_json_and_paragraphs() -> None:
    found = json.loads(say("1/10 5/29", "--responders", "2/10,3/12", "--p1", "0.3", "--json"))
    assert found["standing"] == "under way"
    assert found["looks"][1]["needed_to_stop_high"] == 3
    assert found["notes"] == []
    assert found["chances"][1]["success"] == pytest.approx(0.9226, abs=1e-4)
    assert "Lee JJ" in say("1/10 5/29", "--outcomes", "0010?", "--protocol-text")


def test_the_verb_takes_any_number_of_looks_and_upper_bounds() -> None:
    found = json.loads(
        say("0/5 1/10 5/20", "--stop-at-least", "4/5", "--outcomes", "1111", "--json")
    )
    assert [look["stop_at_least"] for look in found["looks"]] == [4, None, 6]
    assert found["looks"][0]["needed_to_stop_high"] == 0
    over = json.loads(say("1/10 5/29", "--responders", "1/12", "--json"))
    assert (over["standing"], over["left_out"]) == ("stopped low", 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("1/10 5/29", "--responders", "13/12"), "13 of 12 cannot be"),
        (("1-10",), "must be written as K/N"),
        (("5/29 1/10",), "ascend"),
        (("1/10 5/29", "--responders", "3/10,2/12"), "both numbers only grow"),
        (("1/10 5/29", "--outcomes", "01x"), "takes 1, 0 and"),
        (("1/10 5/29", "--outcomes", "01", "--responders", "1/2"), "not both"),
        (("1/10 5/29", "--prior", "1"), "two numbers"),
        (("1/10 5/29", "--stop-at-least", "5/11"), "no look at 11"),
        (("1/10 5/29", "--p0", "7"), "--p0 must be from 0 to 1, not 7; for 7 % write 0.07"),
        (("1/10 5/29", "--p0", "0.3", "--p1", "0.1"), "--p1 must be above --p0"),
        (("1/10 5/29", "--pending-rate", "2"), "--pending-rate must be from 0 to 1"),
        (("1/10 5/29", "--outcomes", ""), "--outcomes is empty"),
        (("1/10 5/29", "--stop-at-least", "0/10"), "true of every trial"),
    ],
)
def test_the_verb_refuses_what_cannot_be(arguments: tuple[str, ...], message: str) -> None:
    found = call(*arguments)
    assert found.exit_code == 2
    assert message in unframed(found.output)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--responders", "6/40"], "how many of the first 29 responded is not said"),
        (["--responders", "2/15", "--stop-at-least", "2/10"], "of the first 10 responded"),
        (["--responders", "9/5000"], "more than the 1000"),
    ],
)
def test_totals_that_leave_the_decision_open_are_refused(options, message) -> None:
    done = call("1/10 5/29", *options)
    assert done.exit_code == 2
    assert message in unframed(done.stderr)


def test_totals_whose_every_order_decides_alike_are_judged() -> None:
    said = say("1/10 5/29", "--responders", "1/12")
    assert "from 0 to 1 the decision is the same" in said


def test_the_path_counts_the_pending_in_their_place() -> None:
    found = look_ahead(SIMON, [True, None, False, None, True])
    assert found.seen == ((1, 1), (2, 1), (3, 1), (4, 1), (5, 2))
    assert found.waiting == (0, 1, 1, 2, 2)


def test_reserved_names_of_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="which are added by themselves"):
        look_ahead(SIMON, [True], rates={"posterior": 0.2})
