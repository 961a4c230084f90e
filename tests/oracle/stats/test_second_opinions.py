"""Peers of this language as a second opinion, where they are installed and agree with R.

lifelines' median and its limits are left out: on ties of the curve with 1/2 they part from R
(``docs/statistics/README.md`` has the count). scikit-survival gives no median.
"""

from __future__ import annotations

import numpy as np
import pytest

from trialwright.stats import KaplanMeier

DRAW = np.random.default_rng(588)
SETS = [
    (np.ceil(DRAW.exponential(9, size)), DRAW.random(size) < 0.65)
    for size in (5, 12, 30, 45, 45, 80)
]


@pytest.mark.parametrize(("time", "event"), SETS)
def test_lifelines_draws_the_same_curve(time, event) -> None:
    lifelines = pytest.importorskip("lifelines", reason="lifelines is not installed")
    fitted = lifelines.KaplanMeierFitter().fit(time, event)
    curve = KaplanMeier.fit(time, event)
    theirs = fitted.survival_function_at_times(curve.time).to_numpy()
    assert theirs == pytest.approx(curve.survival, abs=1e-12)


@pytest.mark.parametrize(("time", "event"), SETS)
@pytest.mark.parametrize("band", ["log-log"])
def test_scikit_survival_draws_the_same_curve_and_limits(time, event, band) -> None:
    sksurv = pytest.importorskip("sksurv.nonparametric", reason="scikit-survival is not installed")
    at, survival, limits = sksurv.kaplan_meier_estimator(event, time, conf_type=band)
    curve = KaplanMeier.fit(time, event)
    assert at.tolist() == curve.time.tolist()
    assert survival == pytest.approx(curve.survival, abs=1e-12)
    ours = np.array(curve.limits(band=band))
    told = np.isfinite(ours)
    assert limits[told] == pytest.approx(ours[told], abs=1e-10)


@pytest.mark.parametrize(("time", "event"), SETS)
def test_statsmodels_finds_the_same_standard_errors(time, event) -> None:
    statsmodels = pytest.importorskip(
        "statsmodels.duration.survfunc", reason="statsmodels is not installed"
    )
    theirs = statsmodels.SurvfuncRight(time, event)
    curve = KaplanMeier.fit(time, event)
    at = np.isin(curve.time, theirs.surv_times) & (curve.survival > 0)
    same = np.isin(theirs.surv_times, curve.time[at])
    assert theirs.surv_prob_se[same] == pytest.approx(curve.standard_error[at], abs=1e-12)
