"""Laboratory grades: a million values compiled, beside the same rule in plain Python.

The peer would be admiral, which grades with R's ``case_when``, a term at a time. It could not be
installed where this was written (no way to CRAN), so no time of it is given.
"""

from __future__ import annotations

import statistics
from pathlib import Path

import numpy as np

import trialwright as tw
from timing import describe_machine, print_row, time_call
from trialwright.safety.ctcae import LabValue, ManyValues, grade_many, grade_value, read_criteria
from trialwright.safety.laboratory import grade_laboratory
from trialwright.safety.units import find_analyte

ROOT = Path(__file__).parents[1]
MANY, PLAIN = 1_000_000, 20_000
RUNS = 5
DIGITS = 15
# Test, unit, limits of normal, median and spread of the logarithm.
TESTS = (
    ("ALT", "U/L", 9.0, 50.0, 40.0, 1.0),
    ("AST", "U/L", 15.0, 40.0, 35.0, 1.0),
    ("BILI", "umol/L", 3.0, 26.0, 14.0, 0.8),
    ("ALP", "U/L", 45.0, 125.0, 110.0, 0.6),
    ("PLAT", "10^9/L", 125.0, 350.0, 180.0, 0.5),
    ("NEUT", "10^9/L", 1.8, 6.3, 3.0, 0.6),
    ("HGB", "g/dL", 13.0, 17.5, 12.0, 0.2),
    ("CREAT", "mg/dL", 0.6, 1.2, 0.9, 0.4),
    ("K", "mmol/L", 3.5, 5.3, 4.2, 0.15),
    ("SODIUM", "mmol/L", 137.0, 147.0, 139.0, 0.04),
)
PEER = "  peer: admiral could not be installed for R where this was written, so it has no time here"


def main() -> None:
    print(describe_machine())
    values, samples = draw_values(MANY)
    for version in ("4.03", "5.0", "6.0"):
        _compiled(version, values)
    _plain(samples[:PLAIN])
    _with_reasons()


def draw_values(size: int) -> tuple[ManyValues, list[tuple[str, LabValue]]]:
    """Draw results of ten tests with limits and baselines; the first ones also one by one."""
    rng = np.random.default_rng(1)
    test = rng.integers(0, len(TESTS), size)
    low, high, median, spread = (np.array([row[at] for row in TESTS])[test] for at in (2, 3, 4, 5))
    value = median * np.exp(spread * rng.standard_normal(size))
    baseline = median * np.exp(spread * rng.standard_normal(size) / 2)
    ranges = np.where(baseline > high, 1, np.where(baseline < low, -1, 0))
    values = ManyValues.of(
        test, value, lower=low, upper=high, baseline=baseline, baseline_range=ranges
    )
    words = {-1: "low", 0: "normal", 1: "high"}
    samples = [
        (
            TESTS[test[at]][0],
            LabValue(
                float(value[at]),
                TESTS[test[at]][1],
                float(low[at]),
                float(high[at]),
                None,
                float(baseline[at]),
                words[int(ranges[at])],  # type: ignore[arg-type]
            ),
        )
        for at in range(min(size, PLAIN))
    ]
    return values, samples


def _compiled(version: str, drawn: ManyValues) -> None:
    criteria = read_criteria(version)
    places = np.array(
        [criteria.place(find_analyte(test), unit).number for test, unit, *_ in TESTS],  # type: ignore[arg-type]
        np.int32,
    )
    values = drawn._replace(place=places[drawn.place])
    for threads in (1, 2):
        seconds = time_call(
            grade_many, criteria, values, runs=RUNS, significant_digits=DIGITS, threads=threads
        )
        print_row(f"1,000,000 values, CTCAE {version}, {threads} threads", seconds, goal=0.5)
    grades = grade_many(criteria, values, significant_digits=DIGITS)
    severe = np.count_nonzero(grades.worst >= 3)
    print(f"  {severe:,} of grade 3 or 4, {np.count_nonzero(grades.worst < 0):,} not graded")


def _plain(samples: list[tuple[str, LabValue]]) -> None:
    criteria = read_criteria("5.0")

    def grade_each() -> None:
        for test, sample in samples:
            name = find_analyte(test).name  # type: ignore[union-attr]
            for direction in ("low", "high"):
                grade_value(criteria, name, direction, sample, significant_digits=DIGITS)

    seconds = time_call(grade_each, runs=3)
    print_row(f"{len(samples):,} values, plain Python, with reasons", seconds)
    whole = statistics.median(seconds) * MANY / len(samples)
    print(f"  a million would take {whole:.0f} s")
    print(PEER)


def _with_reasons() -> None:
    study = tw.read_study(ROOT / "examples" / "crclm" / "study.toml")
    dataset = tw.simulate_study(study, seed=1, patients=45)
    rows = dataset.table("labs").height
    seconds = time_call(grade_laboratory, dataset, study, runs=RUNS)
    print_row(f"grade_laboratory, 45 patients, {rows:,} rows", seconds)


if __name__ == "__main__":
    main()
