"""Many trials: the whole protocol on virtual patients, and survival alone by a peer.

Ours: accrual, lesions, ablation, scans, RECIST 1.1, both stages, toxicity looks, six endpoints with
their intervals, counted. Peer: simtrial 0.1.5 (Python), if it is installed, which draws survival
times; the median and its interval are ours there too, for it has none.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from timing import describe_machine
from trialwright.simulate import read_scenario
from trialwright.simulate.trials.estimates import Asked
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.simulate.trials.reference import find_reference
from trialwright.simulate.trials.series import StudySeries
from trialwright.stats import KaplanMeier
from trialwright.study import read_study
from trialwright.study.counting import OF_THE_STUDY
from trialwright.study.vary import vary_study

STUDY = read_study(Path(__file__).parents[1] / "examples" / "crclm" / "study.toml")
SCENARIOS = ("crclm_null", "crclm_alternative")
GOAL = 35_000  # trials a second on 2 cores
TRIALS, RUNS = 24_576, 5
# As many lesions as a patient can have: 5 targets and 3 others.
MOST_LESIONS = {
    "extrahepatic_target_shares": (0.0, 0.0, 0.0, 1.0),
    "non_target_shares": (0.0, 0.0, 0.0, 1.0),
}


def main() -> None:
    print(describe_machine())
    _first_use()
    rows = [(f"{name}, looks of the study", _series(name)) for name in SCENARIOS]
    rows += [(f"{name}, all 29 patients", _series(name, looks=False)) for name in SCENARIOS]
    rows.append(("crclm_alternative, all of 45 patients", _series(SCENARIOS[1], 45, looks=False)))
    rows.append(("the same, 5 + 3 lesions each", _series(SCENARIOS[1], 45, False, MOST_LESIONS)))
    print("\nFull protocol, all estimates counted: trials a second, median (least) of runs")
    print(f"{'':42}{'1 thread':>18}{'2 threads':>18}{'scaling':>9}   goal on 2 cores")
    for what, series in rows:
        _print_rates(what, series)
    _time_plain(rows[0][1])
    _time_peer()
    _memory()


def _series(
    name: str, patients: int = 29, looks: bool = True, lesions: dict[str, object] | None = None
) -> StudySeries:
    study = STUDY
    if patients != STUDY.design.planned_patients.require():
        study = vary_study(STUDY, {"design.planned_patients": patients}, basis="benchmark")
    scenario = read_scenario(name)
    if lesions is not None:
        scenario = replace(scenario, lesions=replace(scenario.lesions, **lesions))
    machine = TrialMachine.of(study, scenario, OF_THE_STUDY)
    machine = machine if looks else without_looks(machine)
    asked = Asked.of(study)
    reference = find_reference(machine, asked, seed=1, patients=20_000)
    return StudySeries(machine, asked, reference, 1, {})


def _print_rates(what: str, series: StudySeries) -> None:
    rates = {}
    for threads in (1, 2):
        series.tally(0, 4096, threads)
        seconds = []
        for _ in range(RUNS):
            start = time.perf_counter()
            series.tally(0, TRIALS, threads)
            seconds.append(time.perf_counter() - start)
        rates[threads] = (TRIALS / statistics.median(seconds), TRIALS / max(seconds))
    cells = "".join(f"{f'{middle:,.0f} ({least:,.0f})':>18}" for middle, least in rates.values())
    scaling = rates[2][0] / rates[1][0] / 2
    met = "met" if rates[2][0] >= GOAL else "not met"
    print(f"{what:42}{cells}{scaling:>9.2f}   {GOAL:,}: {met}")


def _time_plain(series: StudySeries) -> None:
    start = time.perf_counter()
    series.machine.run_plainly(1, 0, 100)
    print(f"\nthe first as plain Python: {100 / (time.perf_counter() - start):,.0f} trials/s")


def _first_use() -> None:
    """Time a process that has to compile everything, and the next one."""
    code = (
        "import time; s = time.perf_counter();"
        "from benchmarks.simulate import _series;"
        "_series('crclm_null').tally(0, 10, 1); print(time.perf_counter() - s)"
    )
    with tempfile.TemporaryDirectory() as folder:
        for what in ("first use, compiling", "second process, kept code"):
            seconds = _in_process(code, {"NUMBA_CACHE_DIR": folder})
            print(f"{what}: {float(seconds):.1f} s (goal of compiling: 10 s)")


def _memory() -> None:
    code = (
        "import resource, sys;"
        "from benchmarks.simulate import _series;"
        "_series('crclm_alternative').tally(0, int(sys.argv[1]), 2);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    for trials in (20_000, 200_000):
        peak = float(_in_process(code, {}, str(trials)))
        print(f"peak memory, {trials:,} trials: {peak:.0f} MB")


def _in_process(code: str, environment: dict[str, str], *arguments: str) -> str:
    root = Path(__file__).parents[1]
    paths = os.pathsep.join([str(root), str(root / "benchmarks")])
    found = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths, **environment},
    )
    return found.stdout.strip()


def _time_peer() -> None:
    try:
        from simtrial import PiecewiseExponential
    except ImportError:
        print("simtrial is not installed: no peer here")
        return
    sampler = PiecewiseExponential([float("inf")], [0.06])
    for what, estimate in (("times alone", False), ("times, median and interval", True)):
        start, trials = time.perf_counter(), 2000
        for _ in range(trials):
            times = sampler.sample(29)
            if estimate:
                KaplanMeier.fit(times, times < 24.0).quantile(0.5)
        rate = trials / (time.perf_counter() - start)
        print(
            f"simtrial 0.1.5 (no lesion, scan or rule), 29 patients, {what}: {rate:,.0f} trials/s"
        )


if __name__ == "__main__":
    main()
