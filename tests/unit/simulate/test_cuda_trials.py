"""Many trials on the graphics card: what can be known without one, and the same trials on one.

The simulator of numba-cuda runs the kernel thread by thread as Python. Numba chooses it when it
is first imported, so it has a process of its own.
"""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from trialwright.errors import MissingExtra
from trialwright.records import as_record
from trialwright.simulate import read_scenario
from trialwright.simulate.draws import Draws
from trialwright.simulate.many.checkpoint import Checkpoint
from trialwright.simulate.many.failures import CheckpointError, SimulationError
from trialwright.simulate.many.ranges import TrialRange
from trialwright.simulate.many.record import RunRecord
from trialwright.simulate.memory import desk_as_record, outcomes_as_records
from trialwright.simulate.trials import StudySeries, TrialMachine
from trialwright.simulate.trials import cuda as card
from trialwright.simulate.trials.estimates import Asked
from trialwright.simulate.trials.reference import Reference, find_reference

A_CARD = "CUDA of this test, compute capability 9.0"
WHOLE = TrialRange(0, 10)


@pytest.fixture
def machine(crclm_study) -> TrialMachine:
    return TrialMachine.of(crclm_study, read_scenario("crclm_alternative"), "study")


@pytest.fixture
def series(crclm_study, machine) -> StudySeries:
    return StudySeries(machine, Asked.of(crclm_study), Reference({}, {}, 0), 7, {"study": "a test"})


@pytest.fixture
def numba_cuda():
    pytest.importorskip("numba_cuda", reason="numba-cuda is not installed: the extra cuda")
    from numba import cuda

    return cuda


def test_without_numba_cuda_the_message_names_the_extra(series, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "numba.cuda", None)
    with pytest.raises(MissingExtra, match=r"pip install 'trialwright\[cuda\]'"):
        card.on_card(series)


def test_without_a_card_the_message_names_the_other_way(series, numba_cuda, monkeypatch) -> None:
    monkeypatch.setattr(numba_cuda, "is_available", lambda: False)
    with pytest.raises(MissingExtra, match=r"no CUDA device answers; .* on the processor"):
        card.on_card(series)


def test_counts_of_a_card_are_never_added_to_those_of_a_processor(
    series, tmp_path, monkeypatch
) -> None:
    """The folder of a run names the card, and takes no trials of another place."""
    monkeypatch.setattr(card, "name_card", lambda: A_CARD)
    moved = card.on_card(series)
    assert moved.identity["study"] == "a test"
    Checkpoint.open(tmp_path, RunRecord.of(series, WHOLE, WHOLE))
    with pytest.raises(CheckpointError, match=re.escape(f"device (absent against {A_CARD})")):
        Checkpoint.open(tmp_path, RunRecord.of(moved, WHOLE, WHOLE))


@pytest.mark.parametrize("threads", [1, 3])
def test_blocks_are_counted_by_threads_of_the_processor(series, monkeypatch, threads) -> None:
    """Each trial once, its blocks in whatever order; the last of them is not full."""
    monkeypatch.setattr(card, "name_card", lambda: A_CARD)
    monkeypatch.setattr(card, "TRIALS_AT_ONCE", 40)
    monkeypatch.setattr(card.CardMachine, "run", TrialMachine.run)
    reference = find_reference(series.machine, series.asked, seed=7, patients=500)
    there = replace(series, reference=reference)
    here = card.on_card(there)
    assert here.at_once == 40
    assert here.tally(5, 100, threads) == there.tally(5, 100, 1)
    with pytest.raises(ValueError, match="their numbers end at"):
        here.tally(2**31 - 50, 51, threads)


def test_a_worker_with_another_card_refuses(machine, monkeypatch) -> None:
    """A series reaches a worker as bytes; the card that it is meant for comes with it."""
    meant = pickle.loads(pickle.dumps(card.CardMachine(*machine.terms, card=A_CARD)))  # noqa: S301 - our own
    assert meant.card == A_CARD
    monkeypatch.setattr(card, "name_card", lambda: "CUDA of a worker")
    with pytest.raises(SimulationError, match=r"for CUDA of this test, .* is CUDA of a worker"):
        meant.run(1, 0, 5)


def test_fields_lie_where_a_card_can_read_them(machine) -> None:
    """A card reads a number of eight bytes at a multiple of eight alone, in every record."""
    packed = np.dtype([("state", "i1"), ("size_mm", "f8")])
    assert list(misplaced(packed))  # what would be found
    for record in records_of(machine):
        assert not list(misplaced(record.dtype))


def records_of(machine):
    """Return an array of each kind of record that the kernel is given, with something in it."""
    patients = machine.conduct.patients
    desk = np.array([desk_as_record(patients, machine.protocol)])
    desk["cohort"]["enrolment"] = np.arange(desk["cohort"]["enrolment"].size)
    outcomes = outcomes_as_records(2, patients)
    outcomes["survival"][:, 3] = 5.5
    return np.array([as_record(machine.terms)]), desk, outcomes


def misplaced(kind, before=0):
    """Yield the fields of a record that do not lie at a multiple of their size."""
    for name in kind.names:
        inner, offset = kind.fields[name][:2]
        if inner.names is not None:
            yield from misplaced(inner, before + offset)
        elif (before + offset) % inner.base.itemsize:
            yield name
    if kind.itemsize % 8:
        yield "the next record"


_ON_THE_SIMULATOR = """
import sys, warnings
import numpy as np
warnings.simplefilter("ignore", RuntimeWarning)  # numbers of NumPy wrap round with a warning
from trialwright.simulate import read_scenario
from trialwright.simulate.trials import StudySeries, TrialMachine, cuda as card
from trialwright.simulate.trials.estimates import Asked
from trialwright.simulate.trials.reference import Reference
from trialwright.study import read_study
study, folder = read_study(sys.argv[1]), sys.argv[2]
for name in sys.argv[3:]:
    machine = TrialMachine.of(study, read_scenario(name), "study")
    series = StudySeries(machine, Asked.of(study), Reference({}, {}, 0), 7, {})
    moved = card.on_card(series)
    print(moved.identity["device"].split(",")[0])
    for threads in (1, 2):  # desks for fewer threads than trials: they are used again
        card.THREADS_PER_BLOCK, card._BLOCKS_PER_MULTIPROCESSOR = threads, 1
        card.TRIALS_AT_ONCE, card.LANES = 2, 2  # two blocks, the second not full
        card._lay_lanes.cache_clear()
        found = moved.machine.run(7, 2**31 - 3, 3)
        again = moved.machine.run(7, 0, 3)  # in the same memory of the card
        np.save(f"{folder}/{name}-{threads}", np.concatenate([found, again]))
"""
SCENARIOS = ("crclm_null", "crclm_alternative")


@pytest.mark.usefixtures("numba_cuda")
def test_the_simulated_card_equals_the_processor_bit_for_bit(root, crclm_study, tmp_path) -> None:
    study = root / "examples" / "crclm" / "study.toml"
    done = subprocess.run(
        [sys.executable, "-c", _ON_THE_SIMULATOR, str(study), str(tmp_path), *SCENARIOS],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["CUDA simulator of numba-cuda"] * len(SCENARIOS)
    for name in SCENARIOS:
        machine = TrialMachine.of(crclm_study, read_scenario(name), "study")
        plain, compiled = machine.run_plainly(7, 2**31 - 3, 3), machine.run(7, 2**31 - 3, 3)
        again = machine.run(7, 0, 3)
        for threads in (1, 2):
            found = np.load(tmp_path / f"{name}-{threads}.npy")
            assert found.tobytes() == compiled.tobytes() + again.tobytes()  # beyond patients too
            for one, outcome in zip(plain, found, strict=False):
                assert outcome["enrolled"] == one.enrolled
                assert outcome["end_day"] == one.end_day
                assert outcome["survival"][: one.enrolled].tolist() == one.survival[: one.enrolled]


def differing(one, other):
    """Return the fields in which two outcomes of a trial differ, in its patients alone."""
    patients = one["enrolled"]
    return [
        name
        for name in one.dtype.names
        if np.atleast_1d(one[name])[:patients].tobytes()
        != np.atleast_1d(other[name])[:patients].tobytes()
    ]


@pytest.mark.cuda
def test_the_rules_compile_for_a_card_of_a_data_centre(numba_cuda, machine, monkeypatch) -> None:
    """Half a minute: the whole trial becomes one kernel that calls nothing from outside."""
    import numba
    from cuda.pathfinder import DynamicLibNotFoundError
    from numba.cuda import dispatcher

    no_card = SimpleNamespace(compute_capability=(9, 0))
    monkeypatch.setattr(dispatcher, "get_current_device", lambda: no_card)
    values = (Draws(7, 0, 0).who, *records_of(machine))
    signature = tuple(numba.typeof(value) for value in values)
    kernel = card.kernel_source(numba_cuda)
    try:
        # First what is quick, since the compiler for cards is missed only after the slow part.
        numba_cuda.compile(lambda: None, (), device=False, abi="numba", cc=(9, 0))
        code, _ = numba_cuda.compile(kernel, signature, device=False, abi="numba", cc=(9, 0))
    except DynamicLibNotFoundError as missing:
        pytest.skip(f"the compiler for cards is not installed: {str(missing).splitlines()[0]}")
    assert re.search(r"^\.target sm_90", code, re.MULTILINE)
    assert len(re.findall(r"^\.visible \.entry", code, re.MULTILINE)) == 1
    assert ".extern .func" not in code  # no memory is asked for and no error raised on the card


@pytest.mark.cuda
@pytest.mark.parametrize("name", SCENARIOS)
def test_trials_on_the_card_equal_those_on_the_processor(numba_cuda, crclm_study, name) -> None:
    """Days, codes and rounded millimetres hide the last digit of ``exp``: see the page."""
    if not numba_cuda.is_available():
        pytest.skip("no CUDA device answers on this machine")
    machine, trials = TrialMachine.of(crclm_study, read_scenario(name), "study"), 20_000
    ours = machine.run(7, 0, trials)
    theirs = card.CardMachine(*machine.terms).run(7, 0, trials)  # more than one block
    assert [differing(*pair) for pair in zip(theirs, ours, strict=True)] == [[]] * trials
