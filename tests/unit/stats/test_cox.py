"""Cox regression on small data, and where an estimate does not exist."""

from __future__ import annotations

import math

import numpy as np
import pytest

from trialwright.stats.cox import CoxModel


def test_two_patients_of_three_by_hand() -> None:
    # x = 1, 0, 1; events at 1, 2: likelihood u / (2 u + 1) * 1 / (1 + u), greatest at u = sqrt(1/2)
    model = CoxModel.fit([1, 2, 3], [1, 1, 0], {"x": [1, 0, 1]})
    u = math.sqrt(0.5)
    assert model.hazard_ratio("x").value == pytest.approx(u, abs=1e-12)
    assert model.log_likelihood == pytest.approx(math.log(u / (2 * u + 1) / (1 + u)), abs=1e-12)
    assert model.log_likelihood_null == pytest.approx(math.log(1 / 6), abs=1e-12)
    information = 2 * u / (2 * u + 1) ** 2 + u / (1 + u) ** 2
    assert model.standard_errors[0] == pytest.approx(information**-0.5, abs=1e-12)


def test_the_three_tests() -> None:
    model = CoxModel.fit([1, 2, 3, 4, 5], [1, 1, 1, 0, 1], {"x": [1, 0, 2, 1, 0]})
    z = model.coefficients[0] / model.standard_errors[0]
    assert model.wald_test().statistic == pytest.approx(z**2)
    gain = 2 * (model.log_likelihood - model.log_likelihood_null)
    assert model.likelihood_ratio_test().statistic == pytest.approx(gain)
    for test in (model.wald_test(), model.likelihood_ratio_test(), model.score_test):
        assert test.degrees_of_freedom == 1
        assert 0 < test.p_value < 1
        assert test.method.endswith("efron ties")


@pytest.mark.parametrize(("group", "way"), [([1, 1, 0, 0], "infinity"), ([0, 0, 1, 1], "0")])
def test_a_separated_covariate_is_not_estimable(group, way) -> None:
    model = CoxModel.fit([1, 2, 3, 4], [1, 1, 1, 1], {"x": group})
    found = model.hazard_ratio("x")
    assert (found.state, str(found)) == ("not estimable", "not estimable")
    assert math.isnan(found.value)
    assert math.isnan(found.low)
    assert model.reasons[0].endswith(f"goes to {way}")
    assert model.wald_test().state == "not estimable"
    assert model.likelihood_ratio_test().state == "estimated"  # the likelihood has a bound
    limits = model.hazard_ratio("x", interval="profile likelihood")
    assert (limits.high == math.inf) if way == "infinity" else (limits.low == 0)


def test_what_is_not_separated_beside_it_is_estimated() -> None:
    x, y = [1, 1, 1, 1, 0, 0, 0, 0], [0.3, 1.2, 0.1, 0.9, 0.4, 0.0, 1.0, 0.2]
    model = CoxModel.fit(range(8), [1] * 8, {"x": x, "y": y})
    apart = CoxModel.fit(range(8), [1] * 8, {"y": y}, strata=x)  # what y tends to
    assert model.reasons[1] == ""
    assert model.coefficients[1] == pytest.approx(apart.coefficients[0], abs=1e-6)
    assert model.standard_errors[1] == pytest.approx(apart.standard_errors[0], abs=1e-6)


@pytest.mark.parametrize(
    ("time", "event", "columns", "reasons"),
    [
        ([1, 2, 3], [0, 0, 0], {"x": [1, 2, 3]}, ["no event"]),
        ([1], [1], {"x": [1]}, ["does not vary"]),
        ([1, 2, 3], [1, 1, 1], {"x": [2, 2, 2]}, ["does not vary"]),
        ([1, 2, 3], [0, 0, 1], {"x": [1, 2, 3]}, ["does not vary"]),  # alone at the only event
        (range(6), [1] * 6, {"x": [1, 0, 1, 0, 1, 1], "y": [3, 1, 3, 1, 3, 3]}, ["", "by x"]),
    ],
)
@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_what_the_data_do_not_say(time, event, columns, reasons, ties) -> None:
    model = CoxModel.fit(time, event, columns, ties=ties)
    for i, reason in enumerate(reasons):
        assert reason in model.reasons[i]
        assert math.isnan(model.coefficients[i]) == bool(reason)
    if all(reasons):
        assert model.score_test.state == "not estimable"
        assert model.likelihood_ratio_test().state == "not estimable"
        assert "not estimable" in str(model)


def test_all_tied_at_once() -> None:
    columns = {"x": [1, 2, 3]}
    assert "not vary" in CoxModel.fit([1, 1, 1], [1, 1, 1], columns, ties="exact").reasons[0]
    breslow = CoxModel.fit([1, 1, 1], [1, 1, 1], columns, ties="breslow")
    assert breslow.coefficients[0] == pytest.approx(0)


def test_far_out_covariates_do_no_harm() -> None:
    random = np.random.default_rng(4)
    time, x = random.exponential(size=40), random.normal(size=40)
    near = CoxModel.fit(time, [1] * 40, {"x": x})
    far = CoxModel.fit(time, [1] * 40, {"x": 1e6 + 1e3 * x})
    assert far.coefficients[0] * 1e3 == pytest.approx(near.coefficients[0], rel=1e-8)


def test_table() -> None:
    model = CoxModel.fit([1, 2, 3, 4, 5], [1, 1, 1, 0, 1], {"x": [1, 0, 2, 1, 0], "c": [1] * 5})
    frame = model.to_frame()
    assert frame["covariate"].to_list() == ["x", "c"]
    assert frame["state"].to_list() == ["estimated", "not estimable"]
    assert frame["hazard_ratio"][0] == pytest.approx(math.exp(model.coefficients[0]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: CoxModel.fit([1, 2], [1, 0], {}), "covariates is empty"),
        (lambda: CoxModel.fit([1, 2], [1, 0], {"x": [1]}), "one length"),
        (lambda: CoxModel.fit([1, 2], [1, 0], {"x": [1, math.nan]}), r"'x'\]\[1\] is nan"),
        (lambda: CoxModel.fit([1, 2], [1, 0], {"x": ["a", "b"]}), "columns of 0 and 1"),
        (lambda: CoxModel.fit([1, -2], [1, 0], {"x": [1, 2]}), r"time\[1\]"),
        (lambda: CoxModel.fit([1, 2], [1, 5], {"x": [1, 2]}), r"event\[1\]"),
        (lambda: CoxModel.fit([1, 2], [1, 0], {"x": [1, 2]}, ties="x"), "ties must"),
        (lambda: CoxModel.fit([1, 2], [1, 0], {"x": [1, 2]}, entry=[1, 1]), r"entry\[0\]"),
        (lambda: CoxModel.fit([1, 2], [1, 0], {"x": [1, 2]}).hazard_ratio("y"), "name must"),
        (lambda: CoxModel.fit([1, 2], [1, 0], {"x": [1, 2]}).hazard_ratio("x", level=2), "level"),
        (
            lambda: CoxModel.fit([1, 2], [1, 0], {"x": [1, 2]}).hazard_ratio("x", interval="y"),
            "interval must",
        ),
    ],
)
def test_bad_input(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_a_covariate_whose_square_fits_no_float_is_named() -> None:
    with pytest.raises(ValueError, match=r"covariates\['x'\]\[1\] is 1e\+300"):
        CoxModel.fit([1, 2, 3], [1, 1, 1], {"x": [0, 1e300, 0]})
