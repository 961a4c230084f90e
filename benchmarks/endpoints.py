"""Responses to every endpoint: 80,000 patients compiled, 45 in plain Python with reasons.

No peer starts from the same place: admiral derives ADTTE from ADRS (measured in ``adam.py``), and
R's survival starts from finished times.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import trialwright as tw
from response import RULES, draw_courses
from timing import describe_machine, print_row, time_call
from trialwright.analysis.sensitivity import compare_ways
from trialwright.analysis.times import derive_times
from trialwright.endpoints import TimeRules
from trialwright.endpoints.bulk.follow_many import endpoint_rules, follow_many, followed_of
from trialwright.response.bulk.read_many import read_many

if TYPE_CHECKING:
    from trialwright.endpoints.bulk.followed import Endpoints, Followed

ROOT = Path(__file__).parents[1]
MANY = 80_000


def main() -> None:
    print(describe_machine())
    study = tw.read_study(ROOT / "examples" / "crclm" / "study.toml")
    _with_reasons(study)
    _compiled(study)


def _with_reasons(study: tw.Study) -> None:
    dataset = tw.simulate_study(study, seed=1, patients=45)
    analysis = tw.analyse(dataset, study)
    print("45 patients, plain Python, every time with its reason and source:")
    rules = TimeRules.of(study)
    times = (dataset, study, analysis.patients, analysis.ablated, rules)
    print_row("  11 times to event with curves", time_call(derive_times, *times))
    print_row("  analyse, scans to estimates", time_call(tw.analyse, dataset, study, runs=3))
    print_row(
        "  PFS in every way of counting and reading",
        time_call(compare_ways, dataset, study, "PFS", runs=1),
    )


def _compiled(study: tw.Study) -> None:
    courses = draw_courses(MANY, scans=8, lesions=5, seed=1)
    results = read_many(courses, RULES)
    happened = _draw_happened(MANY)
    for name in ("study", "fda_b", "ema"):
        rules = endpoint_rules(study, TimeRules.of(study, name))

        def derive(rules: object = rules) -> Endpoints:
            followed = _followed(courses, results, happened)
            return follow_many(followed, rules)  # type: ignore[arg-type]

        started = time.perf_counter()
        found = derive()
        first = time.perf_counter() - started
        seconds = time_call(derive, clock=time.process_time)
        print_row(f"80,000 patients, all endpoints, {name}, CPU", seconds, goal=0.5)
        pfs = np.count_nonzero(found.progression_free.status == 1)
        print(
            f"  first call {first:.2f} s; {pfs:,} PFS events, {found.responded.sum():,} "
            f"responders; {MANY / statistics.median(seconds) / 1e6:.1f} million patients per "
            "CPU second"
        )


def _followed(courses: object, results: object, happened: dict[str, np.ndarray]) -> Followed:
    return followed_of(
        courses,  # type: ignore[arg-type]
        results,  # type: ignore[arg-type]
        confirm=True,
        last_assessment="adequate",
        happened=happened,
    )


def _draw_happened(patients: int) -> dict[str, np.ndarray]:
    """Draw deaths, contacts, therapies and ends of treatment, as days since first treatment."""
    rng = np.random.default_rng(2)

    def some(share: float) -> np.ndarray:
        days = np.floor(rng.exponential(300.0, patients)) + 1
        return np.where(rng.random(patients) < share, days, np.inf)

    death = some(0.6)
    return {
        "death": death,
        "last_contact": np.where(np.isinf(death), 900.0, death),
        "new_therapy": some(0.4),
        "local_therapy": some(0.05),
        "stop": some(0.7),
        "stop_for_progression": rng.random(patients) < 0.6,
    }


if __name__ == "__main__":
    main()
