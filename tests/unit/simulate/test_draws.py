from __future__ import annotations

from itertools import pairwise
from math import log, sqrt
from statistics import NormalDist, fmean

import pytest

from trialwright.simulate import Draws, Purpose
from trialwright.simulate import draws as draws_module
from trialwright.simulate.draws import between, choose, draw_both, draw_uniform
from trialwright.simulate.philox import philox4x32

N = 20_000
PINNED = (0.7852475018484295, 0.6401207735216142)


def replace_words(monkeypatch, *words):
    monkeypatch.setattr(draws_module, "philox4x32", lambda *_counter_and_key: words)


def test_a_uniform_number_uses_53_bits_of_two_words(monkeypatch):
    replace_words(monkeypatch, 0x80000000, 0x00000040, 0x40000000, 0x00000080)
    draws = Draws(1, 0, 0)
    assert draws.both(Purpose.AGE) == (0.5 + 2.0**-53, 0.25 + 2.0**-52)
    assert draws.uniform(Purpose.AGE) == draws.both(Purpose.AGE)[0]


@pytest.mark.parametrize("word", [0, 0xFFFFFFFF])
def test_a_uniform_number_never_reaches_its_ends(monkeypatch, word):
    replace_words(monkeypatch, *(word,) * 4)
    draws = Draws(1, 0, 0)
    assert all(0.0 < u < 1.0 for u in draws.both(Purpose.AGE))
    assert draws.exponential(Purpose.AGE) > 0.0
    assert abs(draws.normal(Purpose.AGE)) < 9
    assert draws.integer(Purpose.AGE, 3, 5) in (3, 5)


def test_counter_and_key_layout(monkeypatch):
    asked = []

    def record(*counter_and_key):
        asked.append(counter_and_key)
        return (1, 1, 1, 1)

    monkeypatch.setattr(draws_module, "philox4x32", record)
    Draws(seed=(7 << 32) + 3, trial=11, patient=13).uniform(Purpose.FATE, 5)
    assert asked == [(5, 13, 11, int(Purpose.FATE), 3, 7)]


def test_purposes_are_fixed_numbers():
    # A renumbered purpose changes every stored result: that must be a deliberate act.
    assert [purpose.value for purpose in Purpose] == list(range(1, 25))
    assert (Purpose.ENROLMENT, Purpose.FATE, Purpose.TOXICITY_KIND) == (1, 10, 24)
    assert draws_module.GENERATOR_NAME == "Philox4x32-10, counter layout 2"


def test_normal_and_exponential_invert_the_same_uniform():
    draws = Draws(seed=2024, trial=3, patient=4)
    u = draws.uniform(Purpose.FATE, 0)
    assert draws.normal(Purpose.FATE, 0) == NormalDist().inv_cdf(u)
    assert draws.exponential(Purpose.FATE, 0) == -log(u)
    assert draws.between(Purpose.FATE, 5.0, 9.0) == 5.0 + 4.0 * u == between(u, 5.0, 9.0)


@pytest.mark.parametrize(
    "other", [(2025, 3, 4, 0), (2024, 4, 4, 0), (2024, 3, 5, 0), (2024, 3, 4, 1)]
)
def test_each_coordinate_changes_the_draw(other):
    seed, trial, patient, index = other
    draws = Draws(2024, 3, 4)
    changed = Draws(seed, trial, patient).both(Purpose.PERSON, index)
    assert not set(draws.both(Purpose.PERSON)) & set(changed)
    assert not set(draws.both(Purpose.PERSON)) & set(draws.both(Purpose.AGE))


def test_pinned_draw():
    # A change here changes every stored result.
    a, b, c, d = philox4x32(2, 4, 3, int(Purpose.ABLATION_PLACEMENT), 2024, 0)
    expected = ((a >> 5) * 2**26 + (b >> 6)) / 2**53, ((c >> 5) * 2**26 + (d >> 6)) / 2**53
    draws = Draws(2024, 3, 4)
    assert draws.both(Purpose.ABLATION_PLACEMENT, 2) == expected == PINNED


def test_the_key_holds_both_halves_of_the_seed():
    who = Draws((7 << 32) + 3, 11, 13).who
    assert (who.key_low, who.key_high, who.trial, who.patient) == (3, 7, 11, 13)
    assert draw_both(who, 5, 2) == Draws((7 << 32) + 3, 11, 13).both(5, 2)
    assert draw_uniform(who, 5, 2) == draw_both(who, 5, 2)[0]


def test_moments_of_both_numbers_of_a_block():
    draws = Draws(2024, 0, 0)
    for place in (0, 1):
        uniforms = [draws.both(Purpose.AGE, i)[place] for i in range(N)]
        assert abs(fmean(uniforms) - 0.5) < 4 * sqrt(1 / 12 / N)
        assert abs(fmean(u * u for u in uniforms) - 1 / 3) < 4 * sqrt(4 / 45 / N)
    normals = [draws.normal(Purpose.PERSON, i) for i in range(N)]
    waits = [draws.exponential(Purpose.FATE, i) for i in range(N)]
    assert abs(fmean(normals)) < 4 / sqrt(N)
    assert abs(fmean(z * z for z in normals) - 1) < 4 * sqrt(2 / N)
    assert abs(fmean(waits) - 1) < 4 / sqrt(N)


def test_both_numbers_of_a_block_are_uncorrelated():
    pairs = [Draws(1, 0, 0).both(Purpose.READING, i) for i in range(N)]
    products = [12 * (a - 0.5) * (b - 0.5) for a, b in pairs]
    assert abs(fmean(products)) < 4 / sqrt(N)


def test_neighbouring_patients_are_uncorrelated():
    normals = [Draws(1, 0, patient).normal(Purpose.FATE) for patient in range(N)]
    products = [a * b for a, b in pairwise(normals)]
    assert abs(fmean(products)) < 4 / sqrt(N)


def test_choice_follows_its_probabilities():
    draws = Draws(5, 0, 0)
    counts = [0, 0, 0]
    for index in range(N):
        counts[draws.choice(Purpose.NEW_LESION, (0.5, 0.35, 0.15), index)] += 1
    for count, p in zip(counts, (0.5, 0.35, 0.15), strict=True):
        assert abs(count / N - p) < 4 * sqrt(p * (1 - p) / N)


def test_choice_with_a_sum_just_below_one():
    last = 1 - 2.0**-53
    assert choose(last, (0.5, 0.5 - 1e-9)) == 1
    assert choose(last, (0.5, 0.5 - 1e-9, 0.0, 0.0)) == 1  # never a share of nothing
    assert choose(0.0, (0.0, 1.0)) == 1


def test_integer_reaches_both_ends():
    draws = Draws(9, 0, 0)
    found = [draws.integer(Purpose.ENROLMENT, 1, 7, i) for i in range(N)]
    for day in range(1, 8):
        assert abs(found.count(day) / N - 1 / 7) < 4 * sqrt(1 / 7 * 6 / 7 / N)
    assert set(found) == set(range(1, 8))


@pytest.mark.parametrize(
    ("seed", "trial", "patient", "name"),
    [(-1, 0, 0, "seed"), (2**64, 0, 0, "seed"), (0, 2**32, 0, "trial"), (0, 0, -1, "patient")],
)
def test_numbers_that_do_not_fit(seed, trial, patient, name):
    with pytest.raises(ValueError, match=name):
        Draws(seed, trial, patient)
