from __future__ import annotations

from itertools import pairwise
from math import log, sqrt
from statistics import NormalDist, fmean

import pytest

from trialwright.simulate import Draws, Purpose
from trialwright.simulate import draws as draws_module
from trialwright.simulate.philox import philox4x32

N = 20_000
PINNED = 0.7852475018484295


def test_uniform_uses_53_bits_of_the_first_two_words(monkeypatch):
    words = (0x80000000, 0x00000040, 0, 0)
    monkeypatch.setattr(draws_module, "philox4x32", lambda _counter, _key: words)
    assert Draws(1, 0, 0).uniform(Purpose.AGE) == 0.5 + 2.0**-53


@pytest.mark.parametrize("word", [0, 0xFFFFFFFF])
def test_uniform_never_reaches_its_ends(monkeypatch, word):
    monkeypatch.setattr(draws_module, "philox4x32", lambda _counter, _key: (word,) * 4)
    draws = Draws(1, 0, 0)
    assert 0.0 < draws.uniform(Purpose.AGE) < 1.0
    assert draws.exponential(Purpose.AGE) > 0.0
    assert abs(draws.normal(Purpose.AGE)) < 9
    assert draws.integer(Purpose.AGE, 3, 5) in (3, 5)


def test_counter_and_key_layout(monkeypatch):
    asked = []

    def record(counter, key):
        asked.append((counter, key))
        return (1, 1, 1, 1)

    monkeypatch.setattr(draws_module, "philox4x32", record)
    Draws(seed=(7 << 32) + 3, trial=11, patient=13).uniform(Purpose.FRAILTY, 5)
    assert asked == [((5, 13, 11, int(Purpose.FRAILTY)), (3, 7))]


def test_purposes_are_fixed_numbers():
    # A renumbered purpose changes every stored result: that must be a deliberate act.
    assert [purpose.value for purpose in Purpose] == list(range(1, 36))
    assert (Purpose.ENROLMENT, Purpose.DIAMETER, Purpose.THERAPY_DELAY) == (1, 10, 35)


def test_normal_and_exponential_invert_the_same_uniform():
    draws = Draws(seed=2024, trial=3, patient=4)
    assert draws.normal(Purpose.SURVIVAL, 0) == NormalDist().inv_cdf(
        draws.uniform(Purpose.SURVIVAL, 0)
    )
    assert draws.exponential(Purpose.SURVIVAL, 0) == -log(draws.uniform(Purpose.SURVIVAL, 0))


@pytest.mark.parametrize(
    "other", [(2025, 3, 4, 0), (2024, 4, 4, 0), (2024, 3, 5, 0), (2024, 3, 4, 1)]
)
def test_each_coordinate_changes_the_draw(other):
    seed, trial, patient, index = other
    assert Draws(2024, 3, 4).uniform(Purpose.SEX) != Draws(seed, trial, patient).uniform(
        Purpose.SEX, index
    )
    assert Draws(2024, 3, 4).uniform(Purpose.SEX) != Draws(2024, 3, 4).uniform(Purpose.AGE)


def test_pinned_draw():
    # words of philox4x32((2, 4, 3, 19), (2024, 0)); a change here changes every stored result
    high, low, _, _ = philox4x32((2, 4, 3, 19), (2024, 0))
    expected = ((high >> 5) * 2**26 + (low >> 6)) / 2**53
    assert Draws(2024, 3, 4).uniform(Purpose.SURVIVAL, 2) == expected == PINNED


def test_moments():
    draws = Draws(2024, 0, 0)
    uniforms = [draws.uniform(Purpose.AGE, i) for i in range(N)]
    normals = [draws.normal(Purpose.ECOG, i) for i in range(N)]
    waits = [draws.exponential(Purpose.SEX, i) for i in range(N)]
    assert abs(fmean(uniforms) - 0.5) < 4 * sqrt(1 / 12 / N)
    assert abs(fmean(u * u for u in uniforms) - 1 / 3) < 4 * sqrt(4 / 45 / N)
    assert abs(fmean(normals)) < 4 / sqrt(N)
    assert abs(fmean(z * z for z in normals) - 1) < 4 * sqrt(2 / N)
    assert abs(fmean(waits) - 1) < 4 / sqrt(N)


def test_neighbouring_patients_are_uncorrelated():
    normals = [Draws(1, 0, patient).normal(Purpose.SURVIVAL) for patient in range(N)]
    products = [a * b for a, b in pairwise(normals)]
    assert abs(fmean(products)) < 4 / sqrt(N)


def test_choice_follows_its_probabilities():
    draws = Draws(5, 0, 0)
    counts = [0, 0, 0]
    for index in range(N):
        counts[draws.choice(Purpose.ORGAN, (0.5, 0.35, 0.15), index)] += 1
    for count, p in zip(counts, (0.5, 0.35, 0.15), strict=True):
        assert abs(count / N - p) < 4 * sqrt(p * (1 - p) / N)


def test_choice_with_a_sum_just_below_one(monkeypatch):
    monkeypatch.setattr(draws_module.Draws, "uniform", lambda *_args: 1 - 2.0**-53)
    assert Draws(1, 0, 0).choice(Purpose.ORGAN, (0.5, 0.5 - 1e-9)) == 1


def test_integer_reaches_both_ends():
    draws = Draws(9, 0, 0)
    assert {draws.integer(Purpose.CONSENT, 1, 7, i) for i in range(200)} == set(range(1, 8))


@pytest.mark.parametrize(
    ("seed", "trial", "patient", "name"),
    [(-1, 0, 0, "seed"), (2**64, 0, 0, "seed"), (0, 2**32, 0, "trial"), (0, 0, -1, "patient")],
)
def test_numbers_that_do_not_fit(seed, trial, patient, name):
    with pytest.raises(ValueError, match=name):
        Draws(seed, trial, patient)
