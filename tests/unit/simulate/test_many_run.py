"""A run of many trials: kept on disk, gone on with after a kill, and honest about what failed."""

from __future__ import annotations

import errno
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from counted_series import CountedSeries
from trialwright.errors import ExportError
from trialwright.simulate.many import RunStopped, Shard, Tally, Threads, TrialRange, run_trials
from trialwright.simulate.many.parts import list_parts

WHOLE = TrialRange(100, 1000)
SERIES = CountedSeries()
HUNDREDS = Threads(1, range_size=100)


@pytest.fixture(scope="module")
def uninterrupted() -> str:
    return SERIES.tally(WHOLE.first, WHOLE.count, 1).digest


def kept(folder: Path) -> int:
    return sum(part.trials.count for part in list_parts(folder))


def test_each_finished_range_is_on_disk_before_it_is_told(tmp_path, uninterrupted):
    told = []

    def listen(progress):
        told.append((progress.finished, kept(tmp_path)))
        assert (progress.total, progress.resumed) == (1000, 0)

    found = run_trials(SERIES, WHOLE, where=HUNDREDS, checkpoint=tmp_path, on_progress=listen)
    assert found.digest == uninterrupted
    assert told == [(n, n) for n in range(0, 1001, 100)]


def test_progress_estimates_by_what_this_run_did(tmp_path):
    seen = []
    half = TrialRange(100, 500)
    run_trials(SERIES, half, where=HUNDREDS, checkpoint=tmp_path)
    run_trials(SERIES, WHOLE, where=HUNDREDS, checkpoint=tmp_path, on_progress=seen.append)
    assert (seen[0].finished, seen[0].resumed) == (500, 500)
    assert seen[0].trials_per_second is None
    assert seen[0].remaining_seconds is None
    assert seen[1].trials_per_second == pytest.approx(100 / seen[1].seconds)
    assert seen[1].remaining_seconds == pytest.approx(4 * seen[1].seconds)
    assert seen[-1].remaining_seconds == 0.0


def test_a_finished_run_simulates_nothing_again(tmp_path, uninterrupted):
    run_trials(SERIES, WHOLE, where=HUNDREDS, checkpoint=tmp_path)
    broken = CountedSeries(fails_at=500)  # would raise if it were asked for anything
    assert run_trials(broken, WHOLE, checkpoint=tmp_path).digest == uninterrupted


def test_a_process_that_was_killed_is_gone_on_with(tmp_path, uninterrupted):
    slow = (
        "import sys; from pathlib import Path\n"
        "from counted_series import CountedSeries\n"
        "from trialwright.simulate.many import *\n"
        "run_trials(CountedSeries(pause_s=0.05), TrialRange(100, 1000),\n"
        "           where=Threads(1, range_size=20), checkpoint=Path(sys.argv[1]))"
    )
    path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
    folder = tmp_path / "run"
    child = subprocess.Popen(
        [sys.executable, "-c", slow, str(folder)], env={**os.environ, "PYTHONPATH": path}
    )
    until = time.monotonic() + 60
    while not (folder.is_dir() and kept(folder) >= 60) and time.monotonic() < until:
        assert child.poll() is None
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    before = kept(folder)
    assert 60 <= before < WHOLE.count
    seen = []
    found = run_trials(SERIES, WHOLE, where=HUNDREDS, checkpoint=folder, on_progress=seen.append)
    assert found.digest == uninterrupted
    assert seen[0].resumed == before


def test_an_interrupt_keeps_what_is_finished(tmp_path, uninterrupted):
    def interrupt(progress):
        if progress.finished == 300:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_trials(SERIES, WHOLE, where=HUNDREDS, checkpoint=tmp_path, on_progress=interrupt)
    assert kept(tmp_path) == 300
    assert run_trials(SERIES, WHOLE, checkpoint=tmp_path).digest == uninterrupted


def test_work_that_raises_names_its_range(tmp_path, uninterrupted):
    ill = CountedSeries(fails_at=345)
    told = (
        r"trials 300 to 399: the simulation failed \(ArithmeticError: trial 345 has no patients\); "
        rf"200 of 1000 trials are kept in {tmp_path}; mend this and start the same run again"
    )
    with pytest.raises(RunStopped, match=told) as caught:
        run_trials(ill, WHOLE, where=HUNDREDS, checkpoint=tmp_path)
    assert isinstance(caught.value.__cause__.__cause__, ArithmeticError)
    assert (caught.value.finished, caught.value.total) == (200, 1000)
    assert run_trials(SERIES, WHOLE, checkpoint=tmp_path).digest == uninterrupted


def test_without_a_folder_what_is_lost_is_said():
    with pytest.raises(RunStopped, match="200 of 1000 trials were finished and are lost: name a"):
        run_trials(CountedSeries(fails_at=345), WHOLE, where=HUNDREDS)
    with pytest.raises(RunStopped, match="no trial was finished"):
        run_trials(CountedSeries(fails_at=100), WHOLE, where=HUNDREDS)


def test_a_series_that_counts_too_few_is_found_out():
    class Forgetful(CountedSeries):
        def tally(self, first: int, count: int, threads: int) -> Tally:
            return super().tally(first, count - 1, threads)

    with pytest.raises(RunStopped, match="trials 100 to 199: 99 trials were counted in place of"):
        run_trials(Forgetful(), WHOLE, where=HUNDREDS)


def test_a_place_that_loses_a_range_is_found_out(tmp_path):
    class Lossy(Threads):
        def tally_ranges(self, series, ranges):
            for trials, tally in super().tally_ranges(series, ranges):
                if trials.first != 300:
                    yield trials, tally

    told = "900 trials were counted in place of 1000; 900 of 1000 trials are kept in"
    with pytest.raises(RunStopped, match=told):
        run_trials(SERIES, WHOLE, where=Lossy(1, range_size=100), checkpoint=tmp_path)


def test_a_sum_that_overflows_stops_the_run(tmp_path):
    class Large(CountedSeries):
        def tally(self, first: int, count: int, threads: int) -> Tally:
            assert first >= 0
            assert threads
            return Tally({"trials": count, "x": 2**62})

    with pytest.raises(RunStopped, match="x: the sum does not fit into 64 bits"):
        run_trials(Large(), WHOLE, where=HUNDREDS, checkpoint=tmp_path)
    assert kept(tmp_path) == 100


def test_a_full_disk_is_named_and_the_rest_kept(tmp_path, monkeypatch, uninterrupted):
    from trialwright import whole

    real, calls = whole.tempfile.mkstemp, iter(range(99))

    def full(**place):
        if next(calls) == 4:  # the record, then three parts
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(**place)

    monkeypatch.setattr(whole.tempfile, "mkstemp", full)
    told = r"cannot be written \(No space left on device\).*; 300 of 1000 trials are kept in"
    with pytest.raises(RunStopped, match=told) as caught:
        run_trials(SERIES, WHOLE, where=HUNDREDS, checkpoint=tmp_path)
    assert isinstance(caught.value.__cause__, ExportError)
    monkeypatch.undo()
    assert run_trials(SERIES, WHOLE, checkpoint=tmp_path).digest == uninterrupted


def test_a_real_limit_on_files_leaves_no_torn_part(tmp_path, uninterrupted):
    """The system itself cuts a file short in the middle of being written."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(progress):
        if progress.finished == 200:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))

    try:
        with pytest.raises(RunStopped, match=r"File too large.*; 200 of 1000 trials are kept"):
            run_trials(SERIES, WHOLE, where=HUNDREDS, checkpoint=tmp_path, on_progress=limit)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".parquet"}
    assert run_trials(SERIES, WHOLE, checkpoint=tmp_path).digest == uninterrupted


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    for name in ("file", "file/run"):
        with pytest.raises(ExportError, match="no folder can be made there"):
            run_trials(SERIES, WHOLE, checkpoint=tmp_path / name)


def test_a_shard_has_a_folder_of_its_own(tmp_path):
    found = run_trials(SERIES, WHOLE, shard=Shard(2, 3), checkpoint=tmp_path)
    assert found.trials == 333
    assert [path.name for path in tmp_path.iterdir()] == ["shard-2-of-3"]


def test_threads_are_handed_to_the_series():
    handed = []

    class Listening(CountedSeries):
        def tally(self, first: int, count: int, threads: int) -> Tally:
            handed.append(threads)
            return super().tally(first, count, threads)

    run_trials(Listening(), TrialRange(0, 10), where=Threads(3))
    run_trials(Listening(), TrialRange(0, 10))
    assert handed == [3, len(os.sched_getaffinity(0))]


@pytest.mark.parametrize("change", [{"count": 0}, {"range_size": 0}])
def test_threads_that_cannot_work_are_refused(change):
    with pytest.raises(ValueError, match="must be 1 or more, not 0"):
        Threads(**change)


def test_the_page_shows_what_runs(root, tmp_path, monkeypatch):
    page = (root / "docs" / "simulation" / "where-it-runs.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    monkeypatch.chdir(tmp_path)
    for block in blocks:
        exec(compile(block, "where-it-runs.md", "exec"), {})  # noqa: S102 - our own page
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["merged", "run", "shards"]
