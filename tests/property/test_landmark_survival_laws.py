"""Laws of designs for a landmark rate: errors, units, information, order of the curves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.design.landmark.search import find_landmark_survival
from trialwright.design.landmark.trial import LandmarkTrial
from trialwright.stats.historical import Weibull

FEW = settings(max_examples=6, deadline=None)


@st.composite
def trials(draw):
    """Return a trial of two rates, with an accrual of one to six landmarks."""
    p0 = draw(st.floats(0.1, 0.6))
    p1 = p0 + draw(st.floats(0.15, 0.3))
    shape = draw(st.floats(0.5, 2.5))
    return LandmarkTrial.of(p0, p1, landmark=1, rate=draw(st.floats(8, 40)), shape=shape)


@FEW
@given(trials(), st.floats(0.03, 0.15), st.floats(0.75, 0.92), st.booleans())
def test_the_errors_are_those_asked_for(trial, alpha, power, binding):
    found = find_landmark_survival(trial, alpha=alpha, power=power, binding=binding)
    for one in found.designs:
        assert one.alternative.probability_declare_active == pytest.approx(power, abs=1e-9)
        if binding:
            assert one.null.probability_declare_active == pytest.approx(alpha, abs=1e-9)
        else:
            assert one.null.probability_declare_active <= alpha
        assert trial.landmark < one.interim_time < one.study_length
    assert found.optimal.patients >= found.single_stage.patients


@FEW
@given(trials(), st.floats(0.1, 40))
def test_the_unit_of_time_does_not_matter(trial, factor):
    rate = trial.accrual.patients[0]
    shape = trial.null.shape
    other = LandmarkTrial.of(trial.p0, trial.p1, landmark=factor, rate=rate / factor, shape=shape)
    one, two = (find_landmark_survival(t, alpha=0.1).optimal for t in (trial, other))
    assert one.patients == two.patients
    # A minimum is flat: its place is known to half the digits of its height.
    assert two.null.expected_length == pytest.approx(factor * one.null.expected_length, rel=1e-9)
    assert two.interim_time == pytest.approx(factor * one.interim_time, rel=1e-4)


@given(trials(), st.floats(0.4, 2.5), st.integers(20, 120))
def test_the_variance_falls_with_time_and_size(trial, shape, size):
    curve = Weibull(shape, 1.3)
    end = trial.accrual.time_of(size) + 1
    times = np.linspace(1.01, end + 1, 12)
    sizes = np.full(12, float(size))
    variance = trial.hazard_variance(curve, times, sizes)
    assert np.all(np.diff(variance) <= 1e-14)
    assert np.all(trial.hazard_variance(curve, times, sizes + 10) <= variance * (1 + 1e-12))
    rate = curve.survival(1)
    assert variance[-1] == pytest.approx((1 - rate) / rate / size, rel=1e-12)


@FEW
@given(trials())
def test_better_curves_stop_less_and_declare_more(trial):
    best = find_landmark_survival(trial, alpha=0.1).optimal
    rates = np.linspace(max(0.05, trial.p0 - 0.05), min(0.95, trial.p1 + 0.05), 9)
    done = [
        best.characteristics(Weibull.from_survival(trial.null.shape, float(rate), at=1))
        for rate in rates
    ]
    assert np.all(np.diff([one.probability_stop for one in done]) <= 1e-12)
    assert np.all(np.diff([one.probability_declare_active for one in done]) >= -1e-12)
    assert best.characteristics(trial.alternative) == best.alternative
