"""Curves, medians and intervals, side by side with lifelines, scikit-survival, statsmodels and R.

A peer that is not installed is named and left out. All work on one core; a peer that is slow works
on the first few data sets, and its rate is that of those.
"""

from __future__ import annotations

import importlib.util
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from timing import describe_machine
from trialwright.stats import KaplanMeier
from trialwright.stats.bulk.survival import ManyTimes, estimate_many

if TYPE_CHECKING:
    from collections.abc import Callable

    Rates = list[tuple[str, float, str]]

SETS, PATIENTS = 10_000, 45
LARGE = 1_000_000


def main() -> None:
    print(describe_machine())
    draw = np.random.default_rng(20261127)
    time_to, event = draw.exponential(10, (SETS, PATIENTS)), draw.random((SETS, PATIENTS)) < 0.7
    _compare_small(time_to, event)
    _compare_large(draw.exponential(10, LARGE), draw.random(LARGE) < 0.7)
    _compare_intervals(draw.integers(0, PATIENTS + 1, SETS * 100))


def _compare_small(time_to: np.ndarray, event: np.ndarray) -> None:
    many = ManyTimes.of(time_to, event)
    rates: Rates = [
        ("ours, many at once, compiled", _rate(lambda: estimate_many(many), SETS), ""),
        ("ours, one by one, no compiler", _one_by_one(_ours, time_to, event, 1000), ""),
    ]
    for name, peer, sets, note in (
        ("lifelines", _lifelines, 200, ""),
        ("sksurv", _scikit_survival, 1000, "curve and limits, no median"),
        ("statsmodels", _statsmodels, 2000, "median alone"),
    ):
        if _is_here(name):
            rates.append((name, _one_by_one(peer, time_to, event, sets), note))
    rates += _of_r(time_to, event)
    _print(f"Kaplan-Meier, median, 95 % interval; {PATIENTS} patients a set", rates, "sets", 200e3)


def _compare_large(time_to: np.ndarray, event: np.ndarray) -> None:
    rates: Rates = [("ours", _rate(lambda: KaplanMeier.fit(time_to, event), 1), "")]
    for name, peer in (
        ("lifelines", _lifelines_curve),
        ("sksurv", _scikit_survival),
        ("statsmodels", _statsmodels_curve),
    ):
        if _is_here(name):
            rates.append((name, _rate(lambda peer=peer: peer(time_to, event), 1), ""))
    rates += _curve_of_r(time_to, event)
    _print(f"One curve of {LARGE:,} patients", rates, "curves", None)


def _compare_intervals(responders: np.ndarray) -> None:
    from scipy.stats import binomtest

    from trialwright.stats.bulk.proportion import intervals_many

    few = responders[:500].tolist()
    distinct_n = 1413
    n = np.repeat(np.arange(1, distinct_n + 1), np.arange(2, distinct_n + 2))
    k = np.concatenate([np.arange(i + 1) for i in range(1, distinct_n + 1)])
    rates = [
        (
            f"ours, {len(responders):,} trials of {PATIENTS}",
            _rate(lambda: intervals_many(responders, PATIENTS), len(responders)),
            "",
        ),
        (f"ours, {len(k):,} pairs, no two alike", _rate(lambda: intervals_many(k, n), len(k)), ""),
        (
            "scipy binomtest",
            _rate(lambda: [binomtest(x, PATIENTS).proportion_ci() for x in few], len(few)),
            "",
        ),
    ]
    _print("Clopper-Pearson intervals", rates, "intervals", 1e6)


def _rate(work: Callable[[], object], done: int, runs: int = 5) -> float:
    """Return how many are done a second, the median of some runs after a warm-up."""
    work()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return done / statistics.median(seconds)


def _one_by_one(
    estimate: Callable[[np.ndarray, np.ndarray], object],
    time_to: np.ndarray,
    event: np.ndarray,
    sets: int,
) -> float:
    def work() -> None:
        for i in range(sets):
            estimate(time_to[i], event[i])

    return _rate(work, sets, runs=3)


def _ours(time_to: np.ndarray, event: np.ndarray) -> object:
    return KaplanMeier.fit(time_to, event).quantile(0.5)


def _lifelines_curve(time_to: np.ndarray, event: np.ndarray) -> object:
    from lifelines import KaplanMeierFitter

    return KaplanMeierFitter().fit(time_to, event)


def _lifelines(time_to: np.ndarray, event: np.ndarray) -> object:
    from lifelines.utils import median_survival_times

    fitted = _lifelines_curve(time_to, event)
    return fitted.median_survival_time_, median_survival_times(fitted.confidence_interval_)  # type: ignore[attr-defined]


def _scikit_survival(time_to: np.ndarray, event: np.ndarray) -> object:
    from sksurv.nonparametric import kaplan_meier_estimator

    return kaplan_meier_estimator(event, time_to, conf_type="log-log")


def _statsmodels_curve(time_to: np.ndarray, event: np.ndarray) -> object:
    from statsmodels.duration.survfunc import SurvfuncRight

    return SurvfuncRight(time_to, event)


def _statsmodels(time_to: np.ndarray, event: np.ndarray) -> object:
    return _statsmodels_curve(time_to, event).quantile(0.5)  # type: ignore[attr-defined]


def _of_r(time_to: np.ndarray, event: np.ndarray, sets: int = 1000) -> Rates:
    code = """
    set <- rep(seq_len(sets), each = nrow(d) / sets)
    parts <- split(d, set)
    estimate <- function(p)
      summary(survfit(Surv(time, event) ~ 1, p, conf.type = "log-log"))$table
    invisible(estimate(parts[[1]]))
    cat(sets / system.time(for (p in parts) estimate(p))[["elapsed"]])
    """
    return _run_r(code, time_to[:sets], event[:sets], sets, "survfit with its table")


def _curve_of_r(time_to: np.ndarray, event: np.ndarray) -> Rates:
    code = """
    fit <- function() survfit(Surv(time, event) ~ 1, d)
    invisible(fit())
    cat(1 / median(replicate(3, system.time(fit())[["elapsed"]])))
    """
    return _run_r(code, time_to, event, 1, "survfit")


def _run_r(code: str, time_to: np.ndarray, event: np.ndarray, sets: int, note: str) -> Rates:
    if shutil.which("Rscript") is None:
        print("R is not here: left out")
        return []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "times.csv"
        columns = np.column_stack([time_to.ravel(), event.ravel()])
        np.savetxt(path, columns, delimiter=",", header="time,event", comments="")
        begin = f'library(survival); sets <- {sets}; d <- read.csv("{path}"); '
        done = subprocess.run(
            ["Rscript", "-e", begin + code], check=False, capture_output=True, text=True
        )
    if done.returncode:
        print(f"R survival did not run: {done.stderr.strip().splitlines()[-1]}")
        return []
    return [("R survival", float(done.stdout), note)]


def _is_here(name: str) -> bool:
    if importlib.util.find_spec(name) is None:
        print(f"{name} is not here: left out")
        return False
    return True


def _print(title: str, rates: Rates, unit: str, goal: float | None) -> None:
    ours = rates[0][1]
    print(f"\n{title}")
    for name, rate, note in rates:
        shown = f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"
        print(f"  {name:<38}{shown:>13} {unit}/s   {ours / rate:8.1f}   {note}")
    if goal is not None:
        print(f"  goal {goal:,.0f} {unit}/s: {'met' if ours >= goal else 'NOT MET'}")


if __name__ == "__main__":
    main()
