"""The graphics card: what can be known without one, and the same calls where there is one.

Bit equality on the CUDA simulator stands in ``tests/property/test_three_speeds.py``.
"""

from __future__ import annotations

import re
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from courses import draw_courses, draw_rules
from trialwright.errors import MissingExtra
from trialwright.response.bulk import cuda as card
from trialwright.response.bulk.read_many import blank_results, read_many


@pytest.fixture
def numba_cuda():
    pytest.importorskip("numba_cuda", reason="numba-cuda is not installed: the extra cuda")
    from numba import cuda

    return cuda


def test_without_numba_cuda_the_message_names_the_extra(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "numba.cuda", None)
    with pytest.raises(MissingExtra, match=r"pip install 'trialwright\[cuda\]'"):
        card.read_many_on_card(draw_courses(1, 5), draw_rules(1))


def test_without_a_card_the_message_names_the_other_way(numba_cuda, monkeypatch) -> None:
    monkeypatch.setattr(numba_cuda, "is_available", lambda: False)
    with pytest.raises(MissingExtra, match=r"no CUDA device answers; .* bulk\.read_many"):
        card.read_many_on_card(draw_courses(1, 5), draw_rules(1))


@pytest.mark.cuda
def test_the_rules_hold_nothing_that_a_card_would_round_in_one_step(
    numba_cuda, monkeypatch
) -> None:
    """A product that is only compared cannot be joined with a sum (fma)."""
    import numba
    from cuda.pathfinder import DynamicLibNotFoundError
    from numba.cuda import dispatcher

    no_card = SimpleNamespace(compute_capability=(9, 0))
    monkeypatch.setattr(dispatcher, "get_current_device", lambda: no_card)
    courses = draw_courses(1, 5)
    values = (courses, draw_rules(1), blank_results(courses, sums=True), np.empty(3))
    signature = tuple(numba.typeof(value) for value in values)
    kernel = card.kernel_source(numba_cuda)
    try:
        code, _ = numba_cuda.compile(kernel, signature, device=False, abi="numba", cc=(9, 0))
    except DynamicLibNotFoundError as missing:
        pytest.skip(f"the compiler for cards is not installed: {str(missing).splitlines()[0]}")
    assert "fma" not in code
    products = re.findall(r"mul[.\w]*\.f64\s+(%fd\d+)", code)
    assert products
    for product in products:
        uses = [line for line in code.splitlines() if re.search(rf"{product}\b", line)]
        assert all("mul" in line or "setp" in line for line in uses), uses


@pytest.mark.cuda
def test_the_card_equals_the_processor_bit_for_bit(numba_cuda) -> None:
    if not numba_cuda.is_available():
        pytest.skip("no CUDA device answers on this machine")
    for seed in range(20):
        courses, rules = draw_courses(seed, 500), draw_rules(seed)
        ours, theirs = read_many(courses, rules), card.read_many_on_card(courses, rules)
        for name in ours._fields:
            assert getattr(ours, name).tobytes() == getattr(theirs, name).tobytes(), name
