"""One source, three speeds: Python, compiled and on a graphics card agree bit for bit.

The card is the CUDA simulator of numba-cuda, which runs the kernel thread by thread. Numba
chooses it when it is first imported, so it has a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses import draw_courses, draw_rules
from trialwright.response.bulk.ragged import course_of, read_patient
from trialwright.response.bulk.read_many import blank_results, read_chunks, read_many, split_courses
from trialwright.response.course import Course, blank_calls, read_course

SEEDS = st.integers(0, 2**32)


def _bits(results):
    return {name: getattr(results, name).tobytes() for name in results._fields}


def _read_in_python(courses, rules):
    results = blank_results(courses, sums=True)
    room = np.empty(len(courses.node))
    for patient in range(courses.patients):
        read_patient(patient, courses, rules, results, room)
    return results


@settings(deadline=None, max_examples=60)
@given(SEEDS, SEEDS)
def test_compiled_rules_equal_python_bit_for_bit(seed, choices) -> None:
    courses, rules = draw_courses(seed, 40), draw_rules(choices)
    assert _bits(read_many(courses, rules)) == _bits(_read_in_python(courses, rules))


@settings(deadline=None, max_examples=20)
@given(SEEDS, st.integers(1, 5), st.integers(1, 40))
def test_results_depend_neither_on_threads_nor_on_chunks(seed, threads, patients) -> None:
    courses, rules = draw_courses(seed, 40), draw_rules(seed)
    whole = read_many(courses, rules, threads=1)
    assert _bits(read_many(courses, rules, threads=threads)) == _bits(whole)
    parts = list(read_chunks(split_courses(courses, patients=patients), rules, sums=True))
    for name in whole._fields:
        joined = np.concatenate([getattr(part, name) for part in parts])
        assert joined.tobytes() == getattr(whole, name).tobytes(), name


@settings(deadline=None, max_examples=20)
@given(SEEDS)
def test_lists_and_arrays_give_the_same_calls(seed) -> None:
    courses, rules = draw_courses(seed, 10), draw_rules(seed)
    arrays = _read_in_python(courses, rules)
    for patient in range(courses.patients):
        *fields, therapy = course_of(patient, courses)
        course = Course(*(field.tolist() for field in fields), float(therapy))
        calls = blank_calls(len(course.day), len(course.node))
        summary = read_course(course, rules, calls)
        visits = slice(courses.visit_start[patient], courses.visit_start[patient + 1])
        assert calls.overall == arrays.overall[visits].tolist()
        assert np.array(calls.sum_mm).tobytes() == arrays.sum_mm[visits].tobytes()
        assert summary.confirmed.response == arrays.confirmed[patient]
        assert summary.confirmed.confirmed_at == arrays.confirming_at[patient]


_ON_THE_SIMULATOR = """
import sys, numpy as np
sys.path.insert(0, sys.argv[1])
from courses import draw_courses, draw_rules
from trialwright.response.bulk.cuda import read_many_on_card
for seed in range(12):
    results = read_many_on_card(draw_courses(seed, 150), draw_rules(seed))
    for name in results._fields:
        print(seed, name, getattr(results, name).tobytes().hex())
"""


def test_the_graphics_card_equals_the_processor_bit_for_bit(root) -> None:
    pytest.importorskip("numba_cuda", reason="numba-cuda is not installed: the extra cuda")
    done = subprocess.run(
        [sys.executable, "-c", _ON_THE_SIMULATOR, str(root / "tests")],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"},
    )
    expected = [
        f"{seed} {name} {bits.hex()}"
        for seed in range(12)
        for name, bits in _bits(read_many(draw_courses(seed, 150), draw_rules(seed))).items()
    ]
    assert [line.rstrip() for line in done.stdout.splitlines()] == [x.rstrip() for x in expected]


def test_the_random_courses_meet_every_response_and_every_policy() -> None:
    met = {name: set() for name in ("overall", "unconfirmed", "confirmed")}
    policies = set()
    for seed in range(60):
        courses, rules = draw_courses(seed, 60), draw_rules(seed)
        results = read_many(courses, rules)
        policies |= {rules.planned, rules.unplanned}
        for name, codes in met.items():
            codes |= set(getattr(results, name).tolist())
    assert met["overall"] == set(range(7))
    assert met["unconfirmed"] == met["confirmed"] == {1, 2, 3, 4, 5, 6}
    assert len(policies) == 7
