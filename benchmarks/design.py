"""Searches of designs: Simon's frontier side by side with R clinfun; the other exact searches.

Simon's search runs in one process, on one core, plain and compiled; clinfun's Fortran runs in R,
timed inside R. Both look at every design up to the given size. The R library is found by R_LIBS.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import time
from typing import TYPE_CHECKING

from timing import describe_machine
from trialwright.design import find_simon_designs
from trialwright.design.simon import search
from trialwright.design.simon.frontier import Limits

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
