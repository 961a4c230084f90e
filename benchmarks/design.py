"""Searches of designs: Simon's frontier side by side with R clinfun; the other exact searches.

Simon's search runs in one process, on one core, plain and compiled; clinfun's Fortran runs in R,
timed inside R. Both look at every design up to the given size. The R library is found by R_LIBS.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import time
from math import inf
from typing import TYPE_CHECKING

from timing import describe_machine
from trialwright.design import (
    LogRankTrial,
    Monitoring,
    TwoOutcomes,
    find_bop2,
    find_bop2_pair,
    find_bryant_day,
    find_fleming_designs,
    find_log_rank_two_stage,
    find_predictive,
    find_simon_designs,
    find_three_stage_designs,
)
from trialwright.design.simon import search
from trialwright.design.simon.frontier import Limits
from trialwright.stats.historical import Exponential

if TYPE_CHECKING:
    from collections.abc import Callable

# Usual hypotheses, and the narrowest that Simon's tables hold.
HYPOTHESES = [(0.1, 0.3, 0.05, 0.2), (0.05, 0.2, 0.05, 0.2), (0.3, 0.5, 0.05, 0.1)]
NARROW = (0.45, 0.5, 0.05, 0.1)
GOALS = {100: 1.0, 300: 10.0, 1000: 200.0}


def main() -> None:
    print(describe_machine())
    _compare_simon()
    _time_default()
    _time_other_searches()


def _compare_simon() -> None:
    compiled = search.compiled_search()
    compiled(10, 0.1, 0.3, _limits((0.1, 0.3, 0.05, 0.2)))  # loads or makes the machine code
    print("\nSimon, the best design of every size up to n: milliseconds, median (worst) of cases")
    print(f"{'n':>6}{'compiled':>18}{'plain Python':>20}{'R clinfun':>18}{'goal':>8}{'':>10}")
    for most, goal in GOALS.items():
        ours = [
            _milliseconds(lambda c=c, m=most: compiled(m, *c[:2], _limits(c))) for c in HYPOTHESES
        ]
        plain = [
            _milliseconds(lambda c=c, m=most: search.search_plain(m, *c[:2], _limits(c)), runs=3)
            for c in HYPOTHESES
        ]
        peer = _clinfun(most) if most <= 300 else []
        met = "met" if max(ours) < goal else "NOT MET"
        print(f"{most:>6}{_show(ours):>18}{_show(plain):>20}{_show(peer):>18}{goal:>8.0f}{met:>10}")
    for most in GOALS:
        found = _milliseconds(lambda m=most: compiled(m, *NARROW[:2], _limits(NARROW)), runs=3)
        print(f"  narrow case {NARROW}, n up to {most}: {found:.2f} ms compiled")


def _time_default() -> None:
    print("\nfind_simon_designs as a user calls it, optimum proven, plain Python, milliseconds")
    for p0, p1, alpha, beta in HYPOTHESES:
        seconds = _milliseconds(
            lambda a=(p0, p1), o={"alpha": alpha, "power": 1 - beta}: find_simon_designs(*a, **o)
        )
        met = "met" if seconds < 50 else "NOT MET"
        print(f"  {p0} against {p1}: {seconds:6.1f}   goal 50   {met}")


def _time_other_searches() -> None:
    """Time each exact search of up to 60 patients, and the two-stage log-rank design, warm."""
    looks = (10, 20, 30, 40, 50, 60)
    two = {
        "nested": TwoOutcomes.nested(inner=(0.15, 0.25), outer=(0.30, 0.50)),
        "co-primary": TwoOutcomes.co_primary((0.15, 0.25), (0.30, 0.50)),
        "toxicity": TwoOutcomes.efficacy_toxicity((0.20, 0.40), (0.30, 0.20)),
    }
    trial = LogRankTrial(Exponential.from_survival(0.62, at=2), 0.467, 2, rate=5)
    searches: dict[str, Callable[[], object]] = {
        "Lee-Liu, every size to 60, a look a patient": lambda: find_predictive(
            0.2, 0.4, alpha=0.10, power=0.90, monitoring=Monitoring(most_patients=60)
        ),
        "BOP2, one outcome, 60 patients": lambda: find_bop2(0.2, 0.4, looks, alpha=0.10),
        **{
            f"BOP2, {kind}, 60 patients": lambda one=one: find_bop2_pair(one, looks, alpha=0.10)
            for kind, one in two.items()
        },
        "Bryant-Day to 60, independent": lambda: find_bryant_day(
            (0.1, 0.3), (0.4, 0.2), alpha=0.10, power=0.90, most_patients=60
        ),
        "Bryant-Day to 60, any association": lambda: find_bryant_day(
            (0.1, 0.3), (0.4, 0.2), alpha=0.10, power=0.90, odds_ratio=(0, inf), most_patients=60
        ),
        "Three stages, optimum proven": lambda: find_three_stage_designs(0.1, 0.3),
        "Fleming, optimum proven": lambda: find_fleming_designs(0.1, 0.3),
        "One-sample log-rank, two stages": lambda: find_log_rank_two_stage(trial),
    }
    print("\nThe other exact searches, milliseconds, median; goal 1000 each")
    for name, search_once in searches.items():
        found = _milliseconds(search_once, runs=3)
        print(f"  {name:<48}{found:8.1f}   {'met' if found < 1000 else 'NOT MET'}")


def _limits(case: tuple[float, float, float, float]) -> Limits:
    return Limits(case[2], 1 - case[3], 1, 1000, 0.0, 1.0)


def _milliseconds(call: Callable[[], object], *, runs: int = 7) -> float:
    call()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return 1000 * statistics.median(seconds)


def _clinfun(most: int) -> list[float]:
    """Return the milliseconds of each case in R; empty where clinfun is not installed."""
    if shutil.which("Rscript") is None:
        return []
    script = "".join(
        "suppressMessages(library(clinfun))\n"
        if number == 0
        else f"x <- sapply(1:5, function(i) system.time(ph2simon({a}, {b}, {c}, {d}, nmax={most}))"
        "[['elapsed']]); cat(1000 * median(x), '\\n')\n"
        for number, (a, b, c, d) in enumerate([(0, 0, 0, 0), *HYPOTHESES])
    )
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
    return [float(line) for line in done.stdout.split()] if done.returncode == 0 else []


def _show(found: list[float]) -> str:
    return f"{statistics.median(found):.2f} ({max(found):.2f})" if found else "-"


if __name__ == "__main__":
    main()
