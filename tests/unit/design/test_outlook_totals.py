"""Totals without their order: what the looks make of them."""

from __future__ import annotations

from itertools import product

import pytest

from trialwright.design.boundaries import Boundaries
from trialwright.design.outlook import UnsaidLook, look_ahead, order_totals
from trialwright.errors import DesignError

SIMON = Boundaries((10, 29), (1, 5), (None, 6))
THREE = Boundaries((3, 5, 7), (0, 1, 3), (3, None, 4))


@pytest.mark.parametrize(
    "totals", [[(3, 12)], [(2, 10), (3, 12)], [(0, 3)], [(1, 2), (4, 20), (5, 21)], [(1, 1)]]
)
def test_the_outcomes_have_the_totals(totals: list[tuple[int, int]]) -> None:
    found = order_totals(SIMON, totals)
    assert found.totals == tuple(totals)
    for responders, patients in totals:
        assert sum(found.responses[:patients]) == responders
    assert len(found.responses) == totals[-1][1]


def test_a_look_before_the_total_is_taken_to_have_been_passed() -> None:
    found = order_totals(SIMON, [(3, 12)])
    assert found.unsaid == (UnsaidLook(10, 1, 3, passed=True, total=(3, 12)),)
    assert look_ahead(SIMON, found.responses).standing == "under way"


def test_a_look_whose_count_is_said_needs_no_guess() -> None:
    assert order_totals(SIMON, [(2, 10), (3, 12)]).unsaid == ()
    assert order_totals(SIMON, [(1, 9)]).unsaid == ()


def test_what_every_order_decides_alike_is_decided() -> None:
    found = order_totals(SIMON, [(1, 12)])
    assert found.unsaid == (UnsaidLook(10, 0, 1, passed=False, total=(1, 12)),)
    assert look_ahead(SIMON, found.responses).standing == "stopped low"


@pytest.mark.parametrize(
    ("plan", "totals", "message"),
    [
        (SIMON, [], "one or more of"),
        (SIMON, [(1, 0)], "must be from 1 to 1000"),
        (SIMON, [(3, 10), (2, 12)], "3/10 and then 2/12 cannot be: both numbers only grow"),
        (SIMON, [(3, 10), (4, 10)], "both numbers only grow"),
        (SIMON, [(3, 10), (6, 12)], "no more than the patients"),
        (SIMON, [(6, 40)], "decides at 29 patients.*write K/29,6/40"),
        (Boundaries((10, 29), (1, 5), (2, 6)), [(2, 15)], "first 10 responded is not said"),
    ],
)
def test_totals_that_leave_it_open_say_what_to_add(
    plan: Boundaries, totals: list[tuple[int, int]], message: str
) -> None:
    with pytest.raises(DesignError, match=message):
        order_totals(plan, totals)


@pytest.mark.parametrize("total", [(k, n) for n in range(1, 9) for k in range(n + 1)])
def test_no_order_of_the_totals_says_otherwise(total: tuple[int, int]) -> None:
    """A look that is judged is judged alike by every order; one that is passed can be passed."""
    responders, patients = total
    orders = [seen for seen in product((True, False), repeat=patients) if sum(seen) == responders]
    decisions = {_decision(seen) for seen in orders}
    try:
        found = order_totals(THREE, [total])
    except DesignError:
        assert len(decisions) > 1
        return
    assert _decision(found.responses) in decisions
    if found.unsaid and not found.unsaid[0].passed:
        assert len({at for _, at in decisions}) == 1
    elif found.unsaid:
        first = found.unsaid[0].patients
        assert look_ahead(THREE, found.responses[:first]).standing == "under way"


def _decision(seen: tuple[bool, ...]) -> tuple[str, int | None]:
    found = look_ahead(THREE, seen)
    return found.standing, found.decided_at


def test_only_what_was_said_is_drawn() -> None:
    found = order_totals(SIMON, [(2, 10), (3, 12)])
    seen = look_ahead(SIMON, [*found.responses, None]).seen
    assert found.stated(seen) == ((10, 2), (12, 3))
    stopped = order_totals(SIMON, [(1, 12)])
    assert stopped.stated(look_ahead(SIMON, stopped.responses).seen) == ((10, 1),)
    assert found.stated(()) == ()
