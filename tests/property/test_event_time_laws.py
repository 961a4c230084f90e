"""Laws of event-time methods beside Kaplan-Meier that hold for any data."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trialwright.stats import KaplanMeier
from trialwright.stats.cox import CoxModel
from trialwright.stats.cumulative_incidence import CumulativeIncidence
from trialwright.stats.gray import gray_tests
from trialwright.stats.landmark import exact_landmark_test
from trialwright.stats.log_rank import log_rank_test
from trialwright.stats.near_ties import join_near_ties
from trialwright.stats.nelson_aalen import NelsonAalen

CAUSES = ("first", "second", "third")
TIES = st.sampled_from(["efron", "breslow", "exact"])
VARIANCES = st.sampled_from(["aalen", "delta"])
# Times on a coarse grid, so that ties are common: (time, cause, group, covariate).
PATIENT = st.tuples(st.integers(1, 9), st.integers(0, 3), st.integers(0, 2), st.integers(0, 4))
PATIENTS = st.lists(PATIENT, min_size=2, max_size=30)


def columns(patients) -> tuple[np.ndarray, ...]:
    return tuple(np.array(column) for column in zip(*patients, strict=True))


def incidence(time, event, variance="aalen") -> CumulativeIncidence:
    return CumulativeIncidence.fit(time, event, causes=CAUSES, variance=variance)


@given(PATIENTS)
def test_causes_and_event_free_add_up_to_one(patients) -> None:
    time, event, _, _ = columns(patients)
    curves = incidence(time, event)
    assert curves.incidence.sum(axis=1) + curves.event_free == pytest.approx(1.0, abs=1e-14)
    assert (np.diff(curves.incidence, axis=0) >= 0).all()


# Times and entries a few roundings, or a few steps, from one another, short and long.
NEAR_TIME = st.builds(
    lambda whole, unit, steps: whole * unit + steps * 5e-9 * max(1.0, unit),
    st.integers(1, 4),
    st.sampled_from([1e-3, 0.1, 1.0, 1000.0]),
    st.integers(-4, 4),
)
NEAR_PATIENT = st.tuples(NEAR_TIME, st.integers(0, 3), st.sampled_from([0.0, 0.5, 0.99]))
NEAR_PATIENTS = st.lists(NEAR_PATIENT, min_size=1, max_size=12)


@given(NEAR_PATIENTS, st.booleans())
def test_all_curves_have_the_same_times_and_patients_at_risk(patients, late: bool) -> None:
    time, event, share = columns(patients)
    entry = np.where(time > 0.05, time * share, 0) if late else None  # not at the time itself
    curves = (
        KaplanMeier.fit(time, event > 0, entry),
        NelsonAalen.fit(time, event > 0, entry),
        CumulativeIncidence.fit(time, event, causes=CAUSES, entry=entry),
    )
    for curve in curves[1:]:
        for name in ("time", "n_risk", "n_censor"):
            assert np.array_equal(getattr(curve, name), getattr(curves[0], name)), name
        assert np.array_equal(curve.n_event.reshape(curve.time.size, -1).sum(1), curves[0].n_event)
    join = join_near_ties(time, entry)[0]
    assert np.array_equal(curves[0].time, np.unique(join))


@given(NEAR_PATIENTS, NEAR_TIME)
def test_at_its_own_times_a_curve_is_itself_and_in_between_it_falls(patients, asked) -> None:
    time, event, _ = columns(patients)
    curve = KaplanMeier.fit(time, event > 0)
    assert [curve.at(t).value for t in curve.time] == curve.survival.tolist()
    assert curve.at_risk(curve.time).tolist() == curve.n_risk.tolist()
    values = [curve.at(t).value for t in sorted([asked, *curve.time]) if t <= curve.time[-1]]
    assert (np.diff(values) <= 0).all()


@given(NEAR_PATIENTS, NEAR_TIME)
def test_the_exact_landmark_test_counts_as_the_curve_does(patients, landmark: float) -> None:
    time, _, _ = columns(patients)
    curve = KaplanMeier.fit(time, np.ones(time.size, bool))
    found = exact_landmark_test(time, np.ones(time.size), landmark, 0.5, alternative="greater")
    assert found.value == pytest.approx(curve.at(landmark).value, abs=1e-12)


@given(PATIENTS)
def test_the_event_free_share_is_kaplan_meiers(patients) -> None:
    time, event, _, _ = columns(patients)
    assert np.array_equal(
        incidence(time, event).event_free, KaplanMeier.fit(time, event > 0).survival
    )


@given(PATIENTS, st.floats(0.05, 0.95))
def test_one_cause_is_one_minus_kaplan_meier(patients, p: float) -> None:
    time, event, _, _ = columns(patients)
    one = CumulativeIncidence.fit(time, event > 0, causes=["any"], variance="delta")
    curve = KaplanMeier.fit(time, event > 0)
    assert one.incidence[:, 0] == pytest.approx(1 - curve.survival, abs=1e-14)
    alive = curve.survival > 0
    assert one.standard_error[alive, 0] == pytest.approx(curve.standard_error[alive], abs=1e-12)
    assert one.quantile(p, "any").value == pytest.approx(curve.quantile(p).value, nan_ok=True)


@given(PATIENTS, VARIANCES)
def test_without_censoring_it_is_the_share_of_patients(patients, variance: str) -> None:
    time, event, _, _ = columns(patients)
    event = np.maximum(event, 1)
    curves = incidence(time, event, variance)
    for k in range(3):
        share = [np.mean((time <= t) & (event == k + 1)) for t in curves.time]
        assert curves.incidence[:, k] == pytest.approx(share, abs=1e-12)
        if variance == "delta":  # and its variance that of a proportion
            spread = [s * (1 - s) / time.size for s in share]
            assert curves.variance[:, k] == pytest.approx(spread, abs=1e-12)


@given(PATIENTS, VARIANCES, st.sampled_from(["log-log", "log", "plain"]))
def test_limits_hold_the_incidence_between_them(patients, variance: str, band: str) -> None:
    time, event, _, _ = columns(patients)
    curves = incidence(time, event, variance)
    for k, cause in enumerate(CAUSES):
        low, high = curves.limits(cause, band=band)
        told = np.isfinite(low)
        value = curves.incidence[told, k]
        assert np.array_equal(told, np.isfinite(high))
        assert (low[told] >= 0).all()
        assert (high[told] <= 1).all()
        assert (low[told] <= value + 1e-12).all()
        assert (value <= high[told] + 1e-12).all()


@given(PATIENTS)
def test_cumulative_hazards_of_the_patients_sum_to_the_events(patients) -> None:
    time, event, _, _ = columns(patients)
    for fit in (NelsonAalen.fit(time, event > 0), NelsonAalen.fit(time, event > 0, time - 0.5)):
        at_end = fit.cumulative_hazard[np.searchsorted(fit.time, time)]
        if fit.n_risk[0] < time.size:  # with late entry: less what there was before
            before = np.searchsorted(fit.time, time - 0.5) - 1
            at_end = at_end - np.where(before < 0, 0, fit.cumulative_hazard[before])
        assert at_end.sum() == pytest.approx((event > 0).sum())


@given(PATIENTS)
def test_hazards_and_their_variances_are_ordered(patients) -> None:
    time, event, _, _ = columns(patients)
    one = NelsonAalen.fit(time, event > 0)
    tied = NelsonAalen.fit(time, event > 0, ties="fleming-harrington")
    binomial = NelsonAalen.fit(time, event > 0, variance="binomial")
    assert (tied.cumulative_hazard >= one.cumulative_hazard - 1e-12).all()
    assert (binomial.variance <= one.variance + 1e-12).all()
    assert (one.survival >= KaplanMeier.fit(time, event > 0).survival - 1e-12).all()


@given(PATIENTS, st.randoms(use_true_random=False), st.sampled_from([0.25, 7.0]))
def test_neither_order_nor_unit_of_time_matters(patients, random, factor: float) -> None:
    shuffled = random.sample(patients, len(patients))
    (time, event, group, _), (other, its_event, its_group, _) = map(columns, (patients, shuffled))
    other = other * factor
    one, two = incidence(time, event), incidence(other, its_event)
    assert two.time == pytest.approx(one.time * factor)
    assert np.array_equal(one.variance, two.variance)
    hazards = [NelsonAalen.fit(t, e > 0) for t, e in ((time, event), (other, its_event))]
    assert np.array_equal(hazards[0].variance, hazards[1].variance)
    assume(len(set(group.tolist())) > 1)
    tests = [log_rank_test(t, e == 1, g).test for t, e, g in
             ((time, event, group), (other, its_event, its_group))]  # fmt: skip
    tests += [gray_tests(t, e, g, causes=CAUSES)["first"].test for t, e, g in
              ((time, event, group), (other, its_event, its_group))]  # fmt: skip
    for a, b in (tests[:2], tests[2:]):
        assert a.statistic == pytest.approx(b.statistic, nan_ok=True, rel=1e-9, abs=1e-9)


@given(PATIENTS, st.sampled_from([0.0, 1.0]))
def test_groups_that_are_copies_do_not_differ(patients, rho: float) -> None:
    time, event, _, _ = columns(patients)
    assume((event == 1).any())
    twice = np.tile(time, 2), np.tile(event, 2), np.repeat(["a", "b"], time.size)
    for found in (
        log_rank_test(twice[0], twice[1] == 1, twice[2], rho=rho),
        gray_tests(*twice, causes=CAUSES, rho=rho)["first"],
    ):
        assert found.observed == pytest.approx(found.expected)
        if found.test.state == "estimated":
            assert found.test.statistic == pytest.approx(0, abs=1e-12)
            assert found.test.p_value == pytest.approx(1, abs=1e-5)


@given(PATIENTS)
def test_it_does_not_matter_which_group_is_named_first(patients) -> None:
    time, event, group, _ = columns(patients)
    assume(len(set(group.tolist())) > 1)
    for one, two in (
        (log_rank_test(time, event == 1, group), log_rank_test(time, event == 1, 2 - group)),
        *zip(
            gray_tests(time, event, group, causes=CAUSES).values(),
            gray_tests(time, event, 2 - group, causes=CAUSES).values(),
            strict=True,
        ),
    ):
        assert one.observed == pytest.approx(two.observed[::-1])
        assert one.test.statistic == pytest.approx(two.test.statistic, nan_ok=True, rel=1e-6)


@given(PATIENTS, st.booleans())
def test_the_log_rank_test_is_the_score_test_of_the_exact_cox_model(patients, stratified) -> None:
    """Ties or not; of the other tie rules where there are no ties."""
    time, event, group, stratum = columns(patients)
    kinds = sorted(set(group.tolist()))
    assume(len(kinds) > 1)
    strata = stratum if stratified else None
    indicators = {f"group {k}": group == k for k in kinds[1:]}
    model = CoxModel.fit(time, event == 1, indicators, ties="exact", strata=strata)
    test = log_rank_test(time, event == 1, group, strata=strata).test
    assume(test.state == model.score_test.state == "estimated")
    assert model.score_test.statistic == pytest.approx(test.statistic, rel=1e-8, abs=1e-10)
    apart = np.argsort(np.argsort(time, kind="stable"))
    for ties in ("efron", "breslow"):
        score = CoxModel.fit(apart, event == 1, indicators, ties=ties).score_test
        expected = log_rank_test(apart, event == 1, group).test
        if score.state == expected.state == "estimated":
            assert score.statistic == pytest.approx(expected.statistic, rel=1e-8, abs=1e-10)


@settings(max_examples=60)
@given(PATIENTS, TIES)
def test_a_covariate_turned_moved_or_stretched(patients, ties: str) -> None:
    time, event, _, x = columns(patients)
    one = CoxModel.fit(time, event == 1, {"x": x}, ties=ties)
    two = CoxModel.fit(time, event == 1, {"x": 70 - 2 * x}, ties=ties)
    assert two.coefficients[0] == pytest.approx(-one.coefficients[0] / 2, nan_ok=True, rel=1e-7)
    assert two.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-9)
    assert bool(one.reasons[0]) == bool(two.reasons[0])


@settings(max_examples=60)
@given(PATIENTS, TIES)
def test_an_estimate_is_where_the_slope_is_zero_or_it_is_not_given(patients, ties: str) -> None:
    time, event, group, x = columns(patients)
    model = CoxModel.fit(time, event == 1, {"x": x, "group": group}, ties=ties)
    assert model.log_likelihood >= model.log_likelihood_null - 1e-9
    assert all((not reason) == math.isfinite(b)
               for reason, b in zip(model.reasons, model.coefficients, strict=True))  # fmt: skip
    if not any(model.reasons):
        scaled = model.coefficients * model._likelihood.scale
        assert model._likelihood.at(scaled).score == pytest.approx([0, 0], abs=1e-7)


@settings(max_examples=40)
@given(PATIENTS, TIES)
def test_an_entry_before_every_time_changes_nothing(patients, ties: str) -> None:
    time, event, _, x = columns(patients)
    one = CoxModel.fit(time, event == 1, {"x": x}, ties=ties)
    two = CoxModel.fit(time, event == 1, {"x": x}, ties=ties, entry=np.zeros(time.size))
    assert two.coefficients[0] == pytest.approx(one.coefficients[0], nan_ok=True, rel=1e-8)
    assert np.array_equal(
        NelsonAalen.fit(time, event > 0).variance,
        NelsonAalen.fit(time, event > 0, np.zeros(time.size)).variance,
    )
