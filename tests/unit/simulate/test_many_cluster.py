"""The same bits on a real Dask cluster, whose workers die, lag, differ or never come."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from counted_series import CountedSeries
from trialwright.errors import MissingExtra
from trialwright.simulate.many import (
    Cluster,
    RunStopped,
    Shard,
    Tally,
    Threads,
    TrialRange,
    merge_shards,
    run_trials,
)
from trialwright.simulate.many import cluster as cluster_module

distributed = pytest.importorskip("distributed", reason="needs the extra cluster")

WHOLE = TrialRange(0, 1000)
SERIES = CountedSeries()
EXPECTED = SERIES.tally(0, 1000, 1).digest


def local_cluster(workers, **settings):
    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        dashboard_address=":0",
        silence_logs=logging.CRITICAL + 1,
        **settings,
    )


@pytest.fixture(scope="module")
def cluster():
    before = threading.active_count()
    with local_cluster(2) as started:
        yield started
    assert threads_end(before)


def threads_end(before):
    """Tell whether threads end in a while; Dask keeps one for large messages."""
    deadline = time.monotonic() + 10
    while threading.active_count() > before + 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    return threading.active_count() <= before + 1


@pytest.mark.parametrize("size", [30, 64, 5000])
def test_workers_give_the_bits_of_threads(cluster, size):
    where = Cluster(cluster.scheduler_address, range_size=size)
    assert run_trials(SERIES, WHOLE, where=where).digest == EXPECTED


def test_a_run_may_move_between_threads_shards_and_cluster(cluster, tmp_path):
    on_cluster = Cluster(cluster.scheduler_address, range_size=70)
    with pytest.raises(RunStopped, match="trials 250 to 299: the simulation failed"):
        run_trials(
            CountedSeries(fails_at=260),
            WHOLE,
            shard=Shard(1, 2),
            where=Threads(2, range_size=50),
            checkpoint=tmp_path / "shards",
        )
    for number in (1, 2):
        run_trials(
            SERIES,
            WHOLE,
            shard=Shard(number, 2),
            where=on_cluster,
            checkpoint=tmp_path / "shards",
        )
    assert merge_shards(tmp_path / "shards", tmp_path / "out").digest == EXPECTED


def test_only_a_few_ranges_are_out_at_once(cluster):
    taken = 0

    def ranges():
        nonlocal taken
        for first in range(10**9):
            taken += 1
            yield TrialRange(first, 1)

    results = Cluster(cluster.scheduler_address).tally_ranges(SERIES, ranges())
    for _ in range(5):
        next(results)
    results.close()
    assert taken <= 20


def test_work_that_raises_on_a_worker_names_its_range(cluster, tmp_path):
    where = Cluster(cluster.scheduler_address, range_size=100, retries=1)
    told = r"trials 900 to 999: the simulation failed \(ArithmeticError: trial 950 has no patients"
    with pytest.raises(RunStopped, match=told):
        run_trials(CountedSeries(fails_at=950), WHOLE, where=where, checkpoint=tmp_path)
    assert run_trials(SERIES, WHOLE, checkpoint=tmp_path).digest == EXPECTED


def test_a_worker_that_dies_costs_no_trial(cluster):
    victims = [worker.pid for worker in cluster.workers.values()][:1]

    def kill(progress):
        if progress.finished and victims:
            os.kill(victims.pop(), signal.SIGKILL)

    slow = CountedSeries(pause_s=0.05)
    where = Cluster(cluster.scheduler_address, range_size=50)
    assert run_trials(slow, WHOLE, where=where, on_progress=kill).digest == EXPECTED
    assert not victims


class Deadly(CountedSeries):
    """Trials that end the process they run in, as one out of memory would be."""

    def tally(self, first: int, count: int, threads: int) -> Tally:
        if first == 900:
            os._exit(1)
        return super().tally(first, count, threads)


def test_a_range_that_kills_every_worker_is_named(cluster, monkeypatch, tmp_path):
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    where = Cluster(cluster.scheduler_address, range_size=100)
    with pytest.raises(RunStopped, match="every worker that took them died"):
        run_trials(Deadly(), WHOLE, where=where, checkpoint=tmp_path)
    assert run_trials(SERIES, WHOLE, where=where, checkpoint=tmp_path).digest == EXPECTED


def test_a_worker_with_another_build_is_refused(cluster, monkeypatch):
    monkeypatch.setattr(cluster_module, "name_build", lambda: {"numba": "0.1"})
    told = f"the worker on {socket.gethostname()} has another build: .*numba \\(0.1 against"
    with pytest.raises(RunStopped, match=told):
        run_trials(SERIES, WHOLE, where=Cluster(cluster.scheduler_address, retries=0))


def test_a_series_that_cannot_travel_is_named(cluster):
    series = CountedSeries()
    object.__setattr__(series, "lock", threading.Lock())
    with pytest.raises(RunStopped, match=r"CountedSeries cannot be sent to workers \(cannot pickl"):
        run_trials(series, WHOLE, where=Cluster(cluster.scheduler_address))


def test_the_address_of_a_worker_is_told_from_that_of_a_scheduler(cluster):
    address = next(iter(cluster.scheduler_info["workers"]))
    with pytest.raises(RunStopped, match="is a Worker of Dask; give the address of its scheduler"):
        run_trials(SERIES, WHOLE, where=Cluster(address))


def test_a_run_waits_for_workers_and_says_when_none_come(monkeypatch):
    monkeypatch.setattr(cluster_module, "_LOOK_ROUND_S", 0.1)
    with local_cluster(0) as empty:
        where = Cluster(empty.scheduler_address, range_size=100, patience_s=0.3)
        told = r"no worker has been at tcp://.* for 0\.3 seconds; start some, or allow more time"
        with pytest.raises(RunStopped, match=told):
            run_trials(SERIES, WHOLE, where=where)
        late = threading.Timer(0.3, empty.scale, [1])
        late.start()
        patient = Cluster(empty.scheduler_address, range_size=100, patience_s=60)
        assert run_trials(SERIES, WHOLE, where=patient).digest == EXPECTED
        late.join()


_OTHER_PROCESS = """
import distributed, sys
if __name__ == "__main__":
    settings = dict(processes=False, protocol="tcp://", host="127.0.0.1")
    with distributed.LocalCluster(n_workers=1, dashboard_address=":0", **settings) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


def test_a_scheduler_that_dies_is_told_and_what_is_finished_kept(tmp_path):
    path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER_PROCESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as other:
        assert other.stdout is not None
        where = Cluster(other.stdout.readline().strip(), range_size=20)

        def kill(progress):
            if progress.finished >= 100:
                other.kill()

        slow = CountedSeries(pause_s=0.05)
        with pytest.raises(RunStopped, match=r"scheduler at tcp://.* was lost; .* are kept in"):
            run_trials(slow, WHOLE, where=where, checkpoint=tmp_path, on_progress=kill)
    seen = []
    found = run_trials(SERIES, WHOLE, checkpoint=tmp_path, on_progress=seen.append)
    assert found.digest == EXPECTED
    assert seen[0].resumed >= 100


def test_where_nobody_or_no_scheduler_answers_is_told(monkeypatch):
    monkeypatch.setattr(cluster_module, "_CONNECT_S", 0.4)
    before = threading.active_count()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        for one in (address, "tcp://127.0.0.1:9"):
            with pytest.raises(RunStopped, match=f"no Dask scheduler answers at {one}"):
                run_trials(SERIES, WHOLE, where=Cluster(one))
    assert threads_end(before)


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra, match=r"pip install 'trialwright\[cluster\]'"):
        run_trials(SERIES, WHOLE, where=Cluster("tcp://host:8786"))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"address": "host"}, "address must be that of a scheduler, as tcp://host:8786, not 'host"),
        ({"address": "foo://host:1"}, "address must be that of a scheduler"),
        ({"range_size": 0}, "range_size must be 1 or more, not 0"),
        ({"retries": -1}, "retries must be 0 or more, not -1"),
        ({"patience_s": float("nan")}, "patience_s must be 0 or more, not nan"),
    ],
)
def test_a_cluster_that_cannot_be_is_refused(settings, told):
    with pytest.raises(ValueError, match=told):
        Cluster(**{"address": "tcp://host:8786", **settings})
