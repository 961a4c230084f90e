"""Sizes of one-sample log-rank tests against R code of Wu 2015, and against simulated trials.

The R code is SampleSize() of XiaomengYuan9709/logRank1s. Its integrals (R's integrate as it comes)
are good to seven digits, ours to eleven: hence the tolerance of the table.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from trialwright.stats.bulk.one_sample import one_sample_log_rank_many
from trialwright.stats.bulk.survival import ManyTimes
from trialwright.stats.historical import Exponential, Weibull
from trialwright.stats.one_sample_log_rank_size import (
    EvenAccrual,
    event_moments,
    one_sample_log_rank_size,
)

TOLERANCE = 1e-5  # of shared/refs/README.md


def found_of(row: dict[str, str]) -> dict[str, float]:
    """Return our answers under the column names of oslr_wu_sample_size."""
    names = ("shape", "m0", "ta", "tf", "hr", "alpha", "power")
    shape, median, duration, follow_up, ratio, alpha, power = (float(row[name]) for name in names)
    design = Weibull.from_median(shape, median), EvenAccrual(duration, follow_up), ratio
    size = one_sample_log_rank_size(*design, alpha=alpha, power=power, method="Woolson")
    v1, v0, v01, v00 = event_moments(*design)
    return {
        "n": size.n,
        "n_raw": size.n_exact,
        "sigma0": math.sqrt(v0),
        "sigma": math.sqrt(v1 - 2 * v01 + v00 - (v1 - v0) ** 2),
        "omega": v1 - v0,
    }


def test_sizes_of_weibull_histories(rows) -> None:
    wrong = [
        (row, column, ours)
        for row in rows("oslr_wu_sample_size", {"fixture": 30, "shared": 812})
        for column, ours in found_of(row).items()
        if ours != pytest.approx(float(row[column]), rel=0 if column == "n" else TOLERANCE, abs=0)
    ]
    assert not wrong


@pytest.mark.parametrize(("power", "n"), [(0.80, 88), (0.85, 100), (0.90, 117)])
def test_published_sizes(power: float, n: int) -> None:
    # The example that logRank1s takes from Wu 2015, and its two other powers.
    history, accrual = Weibull.from_median(1.22, 9), EvenAccrual(5, 3)
    size = one_sample_log_rank_size(history, accrual, 1 / 1.75, power=power, method="Woolson")
    assert size.n == n


def simulated_rejections(method: str, ratio: float, n: int, trials: int) -> float:
    """Return the share of significant trials of domain report section 6.7."""
    history, draw = Exponential.from_median(3.2), np.random.default_rng(20261127)
    latent = draw.exponential(1 / (ratio * history.rate), (trials, n))
    watched = 6 + 18 * draw.random((trials, n))
    times = ManyTimes.of(np.minimum(latent, watched), latent <= watched)
    found = one_sample_log_rank_many(times, history, alternative="less", method=method)
    return float(np.mean(found.p_value <= 0.05))


def test_power_and_level_are_what_simulated_trials_show() -> None:
    # The report's 40,000 trials: 26.7 patients asked for; Wu level .0485, power .810; Woolson .0369
    # and .778. Ours have a standard error of .0011 and .0020.
    size = one_sample_log_rank_size(Exponential.from_median(3.2), EvenAccrual(18, 6), 0.6)
    assert (round(size.n_exact, 1), size.n) == (26.7, 27)
    trials = 40_000
    for method, level, power in (("Wu", 0.0485, 0.810), ("Woolson", 0.0369, 0.778)):
        found = [simulated_rejections(method, ratio, size.n, trials) for ratio in (1.0, 0.6)]
        for share, expected in zip(found, (level, power), strict=True):
            error = math.sqrt(2 * expected * (1 - expected) / trials)  # both are simulated
            assert share == pytest.approx(expected, abs=4 * error + 5e-5)
