"""One source, two speeds: virtual trials as Python and as machine code agree bit for bit."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_trials import COUNTINGS, POLICIES, draw_scenario, draw_study, source_of
from trialwright.simulate.conduct import Outcome
from trialwright.simulate.draws import Draws
from trialwright.simulate.trials.machine import TrialMachine
from trialwright.simulate.tumour import MODELS

SEEDS = st.integers(0, 2**64 - 1)
CHOICES = st.integers(0, 2**32)


def draw_machine(choices, **fixed):
    source = source_of(choices)
    study = draw_study(source, **fixed)
    return TrialMachine.of(study, draw_scenario(source), source.choice(COUNTINGS))


def assert_equal(machine, seed, first, count):
    compiled = machine.run(seed, first, count)
    for outcome, plain in zip(compiled, machine.run_plainly(seed, first, count), strict=True):
        for field in fields(Outcome):
            found, expected = outcome[field.name], getattr(plain, field.name)
            if found.ndim:
                found, expected = found[: plain.enrolled], expected[: plain.enrolled]
            np.testing.assert_array_equal(found, expected, strict=False, err_msg=field.name)


@settings(max_examples=30, deadline=None)
@given(SEEDS, CHOICES, st.integers(0, 2**31))
def test_compiled_trials_equal_python_in_every_field(seed, choices, first):
    assert_equal(draw_machine(choices), seed, first, 3)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("counting", COUNTINGS)
def test_they_agree_under_every_policy_and_counting(policy, counting):
    source = source_of(f"{policy} {counting}")
    study = draw_study(source, **{"response.planned_ablation": policy})
    assert_equal(TrialMachine.of(study, draw_scenario(source), counting), 3, 0, 3)


@pytest.mark.parametrize("model", MODELS)
def test_they_agree_under_every_growth_model(model):
    drawn = (draw_scenario(source_of(number)) for number in range(200))
    scenario = next(one for one in drawn if one.growth.model == model)
    assert_equal(TrialMachine.of(draw_study(source_of(1)), scenario, "study"), 3, 0, 6)


@settings(max_examples=15, deadline=None)
@given(SEEDS, CHOICES, st.integers(1, 5), st.lists(st.integers(0, 40), max_size=4))
def test_neither_threads_nor_cuts_change_a_bit(seed, choices, threads, cuts):
    machine = draw_machine(choices)
    whole = machine.run(seed, 100, 40, threads=1)
    assert machine.run(seed, 100, 40, threads=threads).tobytes() == whole.tobytes()
    ends = [0, *sorted(cuts), 40]
    parts = [
        machine.run(seed, 100 + begin, end - begin, threads=threads)
        for begin, end in pairwise(ends)
    ]
    assert np.concatenate(parts).tobytes() == whole.tobytes()


def test_trials_of_another_number_or_seed_are_others():
    machine = draw_machine(1)
    whole = {one.tobytes() for one in machine.run(1, 0, 200)}
    assert len(whole) == 200
    assert not whole & {one.tobytes() for one in machine.run(2, 0, 200)}


def test_the_last_trial_of_a_series_has_a_number_of_32_bits():
    machine = draw_machine(1)
    last = 2**32 - 1
    assert_equal(machine, 2**64 - 1, last, 1)
    with pytest.raises(ValueError, match="trial must be in"):
        Draws(1, last + 1, 0)
