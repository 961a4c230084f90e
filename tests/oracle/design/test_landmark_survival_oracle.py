"""Case & Morgan's table 5, and R OptInterim on its own examples and ours.

The table takes the size as continuous and prints two decimals; a published bound must lie within
what the rounding of its own interim time and size allows. OptInterim as it comes solves to 1.2e-4
only, so ``landmark.R`` runs its code with tighter roots and integrals: then both agree to 1e-9.
"""

from __future__ import annotations

import csv
import math
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import ndtr

from trialwright.design.landmark.bounds import Errors, find_bounds, tell
from trialwright.design.landmark.search import find_landmark_survival, landmark_statistic
from trialwright.design.landmark.trial import Accrual, LandmarkTrial
from trialwright.design.landmark.values import MINIMISE, designs_of, expected, needed_alone
from trialwright.stats.historical import Weibull

FIXTURE = Path(__file__).parents[2] / "fixtures" / "design" / "landmark.csv"

# Case LD, Morgan TM. BMC Med Res Methodol 2003;3:6, table 5: S(1) = 0.35 against 0.50, exponential.
# alpha = beta, DA/x, objective, t1, C1, C2, I1/Imax, EDA, MDA, ETSL, MTSL; times over those of the
# one-stage design, t1 over its accrual time.
TABLE_5 = (
    (0.10, 1.50, "ETSL", 1.01, 0.488, 1.154, 0.49, 1.05, 1.15, 0.76, 1.09),
    (0.10, 1.50, "EDA", 0.81, -0.489, 1.257, 0.32, 0.96, 1.03, 0.85, 1.02),
    (0.10, 1.75, "ETSL", 0.93, 0.457, 1.159, 0.48, 1.00, 1.15, 0.76, 1.10),
    (0.10, 1.75, "EDA", 0.76, -0.291, 1.245, 0.34, 0.94, 1.05, 0.82, 1.03),
    (0.10, 2.00, "ETSL", 0.87, 0.434, 1.163, 0.47, 0.96, 1.15, 0.75, 1.10),
    (0.10, 2.00, "EDA", 0.72, -0.179, 1.237, 0.36, 0.92, 1.06, 0.80, 1.04),
    (0.10, 3.00, "ETSL", 0.74, 0.375, 1.172, 0.46, 0.88, 1.15, 0.75, 1.11),
    (0.10, 3.00, "EDA", 0.63, 0.004, 1.220, 0.38, 0.86, 1.09, 0.77, 1.07),
    (0.10, 4.00, "ETSL", 0.67, 0.346, 1.176, 0.45, 0.84, 1.15, 0.75, 1.12),
    (0.10, 4.00, "EDA", 0.59, 0.073, 1.212, 0.39, 0.83, 1.10, 0.76, 1.08),
    (0.05, 1.50, "ETSL", 0.99, 0.680, 1.536, 0.46, 1.03, 1.17, 0.72, 1.10),
    (0.05, 1.50, "EDA", 0.81, -0.274, 1.622, 0.32, 0.95, 1.04, 0.81, 1.02),
    (0.05, 1.75, "ETSL", 0.91, 0.648, 1.541, 0.46, 0.98, 1.16, 0.72, 1.10),
    (0.05, 1.75, "EDA", 0.75, -0.084, 1.612, 0.34, 0.92, 1.06, 0.78, 1.04),
    (0.05, 2.00, "ETSL", 0.85, 0.624, 1.545, 0.45, 0.94, 1.16, 0.71, 1.11),
    (0.05, 2.00, "EDA", 0.72, 0.024, 1.605, 0.35, 0.89, 1.07, 0.76, 1.05),
    (0.05, 3.00, "ETSL", 0.72, 0.563, 1.553, 0.44, 0.85, 1.16, 0.71, 1.12),
    (0.05, 3.00, "EDA", 0.63, 0.202, 1.591, 0.38, 0.83, 1.10, 0.72, 1.08),
    (0.05, 4.00, "ETSL", 0.66, 0.531, 1.557, 0.44, 0.80, 1.15, 0.70, 1.12),
    (0.05, 4.00, "EDA", 0.59, 0.266, 1.586, 0.39, 0.79, 1.11, 0.71, 1.09),
)
IN_R = {"ETSL": "study length", "EDA": "accrual time", "ES": "patients"}


def _setting(error, da):
    """Return the trial whose one-stage design accrues for ``da`` landmarks, and its size."""
    errors = Errors(error, error, binding=True)
    size = needed_alone(LandmarkTrial.of(0.35, 0.50, landmark=1, rate=1), errors)
    return LandmarkTrial.of(0.35, 0.50, landmark=1, rate=size / da), errors, size


def _table_row(error, da, t1, mda):
    """Return C1, C2, I1/Imax, EDA, ETSL of a look and a size, as the table counts them."""
    trial, errors, size = _setting(error, da)
    n, t = np.array([size * mda]), np.array([t1 * da])
    null, alternative = (tell(trial, curve, n, t) for curve in (trial.null, trial.alternative))
    bounds = find_bounds(null, alternative, errors)
    length, accrual, _ = expected(trial, n, t, ndtr(bounds.interim))
    share = null.correlation**2
    found = (bounds.interim, bounds.final, share, accrual / da, length / (da + 1))
    return [float(part[0]) for part in found]


@pytest.mark.parametrize("row", TABLE_5, ids=lambda row: f"{row[0]} {row[1]} {row[2]}")
def test_published_bounds_are_what_their_look_and_size_give(row):
    error, da, _, t1, c1, c2, share, eda, mda, etsl, mtsl = row
    box = product((t1 - 0.005, t1, t1 + 0.005), (mda - 0.005, mda, mda + 0.005))
    corners = np.array([_table_row(error, da, *corner) for corner in box])
    printed = (c1, 0.0005), (c2, 0.0005), (share, 0.005), (eda, 0.005), (etsl, 0.005)
    for (value, half), ours in zip(printed, corners.T, strict=True):
        assert np.nanmin(ours) - half <= value <= np.nanmax(ours) + half
    assert mtsl == pytest.approx((mda * da + 1) / (da + 1), abs=0.005 + 0.005 * da / (da + 1))


@pytest.mark.parametrize("row", TABLE_5, ids=lambda row: f"{row[0]} {row[1]} {row[2]}")
def test_published_optimum_is_ours(row):
    error, da, objective, t1, _, _, _, eda, mda, etsl, _ = row
    which, printed = (3, eda) if objective == "EDA" else (4, etsl)

    def value(at):
        found = _table_row(error, da, *at)[which] if 1 < at[0] * da < at[1] * da + 1 else np.nan
        return found if math.isfinite(found) else 10.0

    best = minimize(value, (t1, mda + 0.01), method="Nelder-Mead", options={"xatol": 1e-4})
    # One row of the twenty is printed as 0.92 (0.10, 2, EDA) where ours is 0.9149: there the
    # published optimum is at least 0.0001 above the true one.
    assert printed - 0.0052 < best.fun < printed + 0.005
    assert best.x == pytest.approx((t1, mda), abs=0.01)


def _rows():
    with FIXTURE.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _trial(row):
    numbers = {name: float(row[name]) for name in ("shape0", "scale0", "shape1", "scale1")}
    accrual = Accrual(*(tuple(map(float, row[name].split(";"))) for name in ("until", "accrued")))
    null = Weibull(numbers["shape0"], numbers["scale0"])
    alternative = Weibull(numbers["shape1"], numbers["scale1"])
    return LandmarkTrial(float(row["landmark"]), null, alternative, accrual)


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["case"])
def test_optinterim_at_its_own_look(row):
    trial = _trial(row)
    errors = Errors(float(row["alpha"]), float(row["beta"]), binding=False)
    n, t1 = int(row["n"]), float(row["t1"])
    (ours,) = designs_of(trial, errors, [n], np.array([t1]))
    assert ours.interim_bound == pytest.approx(float(row["c1"]), abs=1e-9)
    assert ours.final_bound == pytest.approx(float(row["c2"]), abs=1e-9)
    assert ours.accrual_time == pytest.approx(float(row["mda"]), abs=1e-9)
    assert math.ceil(ours.interim_patients) == int(row["n1"])
    assert ours.null.probability_stop == pytest.approx(float(row["stop_null"]), abs=1e-9)
    stop = float(row["stop_alternative"])
    assert ours.alternative.probability_stop == pytest.approx(stop, abs=1e-9)
    means = (ours.null.expected_accrual, ours.null.expected_length, ours.null.expected_patients)
    for mean, name in zip(means, ("eda", "etsl", "es"), strict=True):
        assert mean == pytest.approx(float(row[name]), rel=1e-9)
    for curve, early, late in (
        (trial.null, "se10", "se20"),
        (trial.alternative, "se11", "se21"),
    ):
        at, end = np.array([t1]), np.array([ours.study_length])
        size = np.array([float(n)])
        for time, name in ((at, early), (end, late)):
            root = float(np.sqrt(n * trial.hazard_variance(curve, time, size)[0]))
            assert root == pytest.approx(float(row[name]), rel=1e-9)


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["case"])
def test_our_optimum_is_that_of_optinterim_or_better(row):
    trial, minimise = _trial(row), IN_R[row["target"]]
    found = find_landmark_survival(
        trial,
        alpha=float(row["alpha"]),
        power=1 - float(row["beta"]),
        minimise=minimise,
        binding=False,
        most_patients=int(sum(map(float, row["accrued"].split(";")))),
    )
    theirs = float(row[("etsl", "eda", "es")[MINIMISE.index(minimise)]])
    assert found.value_of(found.optimal) <= theirs * (1 + 1e-10)
    assert found.value_of(found.optimal) == pytest.approx(theirs, rel=1e-9)
    assert found.optimal.patients == int(row["n"])
    assert found.single_stage.patients == int(row["n_single"])
    assert found.single_stage.accrual_time == pytest.approx(float(row["da_single"]))
    assert found.single_stage.exact_patients == int(row["n_exact"])


def test_the_statistic_is_that_of_optinterim():
    # R OptInterim TestStage(1.5, 1, 1, 1, 2, Y, T, p0 = .6), whose p0 is the rate of the event
    entry = np.array([0, 0.1, 0.2, 0.35, 0.5, 0.7, 0.8, 0.9, 1.1, 1.4])
    event = np.array([0.3, 2, 0.5, 1.4, 0.9, 0.2, 3, 0.15, 0.6, 1.2])
    for at, wanted in ((1.5, 0.00891192423197), (9.0, 0.1910518086101)):
        watched = np.minimum(at - entry, 1.0)
        time, happened = np.minimum(event, watched), event <= watched
        z = landmark_statistic(time, happened, landmark=1, null_rate=0.4)
        assert z == pytest.approx(wanted, abs=1e-11)
