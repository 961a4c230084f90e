"""Laws of the design by predictive probability: no thresholds do better than those found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import Hypotheses
from trialwright.design.posterior import posterior_above
from trialwright.design.predictive.design import Monitoring, PredictiveDesign, roundest_between
from trialwright.design.predictive.search import find_predictive
from trialwright.design.predictive.sizes import Size, backwards, least_error
from trialwright.errors import DesignError
from trialwright.stats.beta_binomial import BetaRate
from trialwright.stats.predictive_probability import predictive_probability

SHAPES = st.tuples(st.floats(0.1, 4), st.floats(0.1, 4))
RATES = st.lists(st.integers(1, 9), min_size=2, max_size=2, unique=True).map(
    lambda parts: tuple(part / 10 for part in sorted(parts))
)


class _Way(NamedTuple):
    patients: int
    power: float
    expected: float


def _every_design(rates, alpha: float, beta: float, plan: Monitoring) -> list[_Way]:
    """List what keeps both errors: each size, number needed and probability to stop below."""
    p0, p1 = rates
    prior, found = plan.belief(p0), []
    for n in range(plan.fewest_patients, plan.most_patients + 1):
        posterior = posterior_above(prior, n, p0)
        for needed in range(1, n + 1):
            theta_t = roundest_between(posterior[needed - 1], posterior[needed])
            if theta_t is None:
                continue
            grids = {
                look: [
                    predictive_probability(
                        x, look, n, null_rate=p0, threshold=theta_t, prior=prior
                    ).value
                    for x in range(look + 1)
                ]
                for look in plan.looks(n)[:-1]
            }
            steps = np.unique(
                np.round([1.0, *(v for values in grids.values() for v in values)], 13)
            )
            for theta_l in steps[(steps >= max(plan.least_theta_l, 1e-12)) & (steps <= 1)]:
                low = [
                    int(np.searchsorted(grids[look], theta_l - 1e-12)) - 1
                    for look in plan.looks(n)[:-1]
                ]
                most = (*(None if stop < 0 else stop for stop in low), needed - 1)
                least = (*(None for _ in low), needed)
                seen = Boundaries(plan.looks(n), most, least).characteristics([p0, p1])
                error, power = seen.probability_high
                if error <= alpha + 1e-12 and power >= 1 - beta - 1e-12:
                    found.append(_Way(n, power, seen.expected_patients[0]))
    return found


@settings(deadline=None, max_examples=8)
@given(
    rates=RATES,
    errors=st.sampled_from([(0.1, 0.2), (0.2, 0.3), (0.05, 0.4)]),
    first=st.integers(2, 6),
    every=st.integers(1, 3),
    least=st.sampled_from([0.0, 0.001, 0.05]),
)
def test_no_thresholds_beat_those_found(rates, errors, first, every, least) -> None:
    alpha, beta = errors
    plan = Monitoring(first_look=first, every=every, most_patients=9, least_theta_l=least)
    ways = _every_design(rates, alpha, beta, plan)
    asked = {"alpha": alpha, "power": 1 - beta, "monitoring": plan}
    if not ways:
        with pytest.raises(DesignError, match="no design"):
            find_predictive(*rates, **asked)
        return
    smallest = min(way.patients for way in ways)
    at_smallest = [way for way in ways if way.patients == smallest]
    power = max(way.power for way in at_smallest)
    wanted = {
        "size then power": (
            smallest,
            min(way.expected for way in at_smallest if way.power >= power - 1e-12),
        ),
        "size then expected": (smallest, min(way.expected for way in at_smallest)),
    }
    for aim, (patients, expected) in wanted.items():
        best = find_predictive(*rates, **asked, aim=aim).best
        assert best.boundaries.most_patients == patients
        seen = best.boundaries.characteristics(rates[0])
        assert seen.expected_patients[0] == pytest.approx(expected, abs=1e-9)
    assert find_predictive(*rates, **asked).best.power == pytest.approx(power, abs=1e-11)
    best = find_predictive(*rates, **asked, aim="expected").best
    seen = best.boundaries.characteristics(rates[0])
    assert seen.expected_patients[0] == pytest.approx(min(w.expected for w in ways), abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(
    patients=st.integers(1, 40),
    first=st.integers(1, 30),
    p0=st.floats(0.05, 0.95),
    shapes=SHAPES,
    data=st.data(),
)
def test_going_backwards_is_the_beta_binomial_sum(patients, first, p0, shapes, data) -> None:
    needed = data.draw(st.integers(1, patients))
    prior = BetaRate(*shapes)
    posterior = posterior_above(prior, patients, p0)
    theta_t = roundest_between(posterior[needed - 1], posterior[needed])
    assume(theta_t is not None)
    looks = frozenset(range(first, patients))
    found = backwards(patients, np.array([needed]), prior, looks)
    assert set(found) == {*looks, patients}
    for look, values in found.items():
        x = data.draw(st.integers(0, look))
        wanted = predictive_probability(
            x, look, patients, null_rate=p0, threshold=theta_t, prior=prior
        )
        assert wanted.needed == needed
        assert values[0, x] == pytest.approx(wanted.value, abs=1e-12)


@settings(deadline=None, max_examples=20)
@given(
    rates=RATES,
    patients=st.integers(2, 30),
    every=st.integers(1, 6),
    theta_u=st.sampled_from([1.0, 0.9]),
    data=st.data(),
)
def test_the_size_says_what_the_boundaries_say(rates, patients, every, theta_u, data) -> None:
    plan = Monitoring(first_look=3, every=every, most_patients=40, theta_u=theta_u)
    size = Size(patients, Hypotheses(*rates, 0.1, 0.9), plan)
    assume(size.needed.size > 0)
    row = data.draw(st.integers(0, size.needed.size - 1))
    at = data.draw(st.integers(0, size.steps[row].size - 1))
    found = size.found(row, at, 0.0)
    theta_l = roundest_between(*found.theta_l)
    theta_t = roundest_between(*size.posterior[found.needed - 1 : found.needed + 1])
    assume(theta_l is not None and theta_t is not None)
    design = PredictiveDesign(*rates, plan.looks(patients), theta_l, theta_t, theta_u)
    seen = design.boundaries.characteristics(rates)
    position = size.first.copy()
    position[row] = at
    judged = size.judge(size.values(position))
    assert judged.error[row] == pytest.approx(seen.probability_high[0], abs=1e-12)
    assert judged.power[row] == pytest.approx(seen.probability_high[1], abs=1e-12)
    assert judged.expected[row] == pytest.approx(seen.expected_patients[0], abs=1e-11)


@settings(deadline=None, max_examples=30)
@given(rates=RATES, patients=st.integers(1, 25), beta=st.floats(0.05, 0.5), data=st.data())
def test_no_test_of_a_size_beats_itsleast_error(rates, patients, beta, data) -> None:
    least = least_error(patients, Hypotheses(*rates, 0.1, beta))
    needed = data.draw(st.integers(1, patients))
    looks = sorted({max(patients // 2, 1), patients})
    most = tuple(data.draw(st.integers(0, min(needed - 1, look))) for look in looks[:-1])
    bounds = Boundaries(tuple(looks), (*most, needed - 1), (None,) * (len(looks) - 1) + (needed,))
    error, power = bounds.characteristics(rates).probability_high
    assert power < 1 - beta or error >= least - 1e-12


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_the_roundest_number_lies_between(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    found = roundest_between(low, high)
    assert (found is None and high - low < 1e-14) or low < found < high
