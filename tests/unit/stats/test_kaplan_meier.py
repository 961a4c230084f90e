"""The curve on the classic data sets, and on the smallest ones a trial can meet."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

from trialwright.stats import Estimate, KaplanMeier, follow_up

# Freireich 1963, as in Gehan 1965: remission in weeks under 6-MP. 21 patients, 9 relapses.
SIX_MP_TIME = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
SIX_MP_EVENT = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
# R survival, aml, x == "Maintained": weeks. 11 patients, 7 events.
AML_TIME = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161]
AML_EVENT = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]

NAN = math.nan


@pytest.fixture(scope="module")
def six_mp() -> KaplanMeier:
    return KaplanMeier.fit(SIX_MP_TIME, SIX_MP_EVENT)


@pytest.fixture(scope="module")
def aml() -> KaplanMeier:
    return KaplanMeier.fit(AML_TIME, AML_EVENT)


def numbers(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high


# --- anchors: R survival 3.5-3, domain report section 6.7 ---------------------------------


@pytest.mark.parametrize(
    ("week", "survival"),
    [
        (6, 0.8571),
        (7, 0.8067),
        (10, 0.7529),
        (13, 0.6902),
        (16, 0.6275),
        (22, 0.5378),
        (23, 0.4482),
    ],
)
def test_six_mp_survival(six_mp: KaplanMeier, week: float, survival: float) -> None:
    assert six_mp.at(week).value == pytest.approx(survival, abs=5e-5)
    assert six_mp.at(week + 0.5).value == six_mp.at(week).value


@pytest.mark.parametrize(
    ("week", "band", "low", "high"),
    [
        (6, "log-log", 0.6197, 0.9516),
        (23, "log-log", 0.1881, 0.6801),
        (6, "log", 0.7198, 1.0),
        (6, "plain", 0.7075, 1.0),
    ],
)
def test_six_mp_bands(six_mp: KaplanMeier, week: float, band: str, low: float, high: float) -> None:
    found = six_mp.at(week, band=band)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert (found.level, found.method) == (0.95, band)


@pytest.mark.parametrize(("week", "se"), [(6, 0.0764), (23, 0.1346)])
def test_six_mp_standard_error(six_mp: KaplanMeier, week: float, se: float) -> None:
    i = list(six_mp.time).index(week)
    assert six_mp.survival[i] * math.sqrt(six_mp.greenwood[i]) == pytest.approx(se, abs=5e-5)


@pytest.mark.parametrize(("band", "low"), [("log-log", 13), ("plain", 13), ("log", 16)])
def test_six_mp_median(six_mp: KaplanMeier, band: str, low: float) -> None:
    assert numbers(six_mp.quantile(0.5, band=band)) == pytest.approx((23, low, NAN), nan_ok=True)


def test_six_mp_lower_quartile_restricted_mean_and_follow_up(six_mp: KaplanMeier) -> None:
    assert numbers(six_mp.quantile(0.25)) == (13, 6, 22)
    mean = six_mp.rmst(35)
    assert mean.value == pytest.approx(23.287, abs=5e-4)
    assert (mean.high - mean.value) / 1.959964 == pytest.approx(2.827, abs=5e-4)
    assert numbers(follow_up(SIX_MP_TIME, SIX_MP_EVENT).quantile()) == (25, 11, 32)


@pytest.mark.parametrize(
    ("band", "low", "high"), [("log-log", 13, NAN), ("log", 18, NAN), ("plain", 18, 48)]
)
def test_aml_median(aml: KaplanMeier, band: str, low: float, high: float) -> None:
    assert numbers(aml.quantile(band=band)) == pytest.approx((31, low, high), nan_ok=True)


@pytest.mark.parametrize(
    ("week", "expected"), [(12, (0.909, 0.508, 0.987)), (24, (0.614, 0.266, 0.835))]
)
def test_aml_survival(aml: KaplanMeier, week: float, expected: tuple[float, ...]) -> None:
    assert numbers(aml.at(week)) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize(
    ("band", "week", "low", "high"),
    [
        ("logit", 12, 0.5614275027144, 0.9873605533143),
        ("logit", 24, 0.3102037123891, 0.8486965326824),
        ("arcsin", 12, 0.6795438490425, 0.9998833282249),
        ("arcsin", 24, 0.312169781956, 0.8735410885581),
    ],
)
def test_aml_bands(aml: KaplanMeier, band: str, week: float, low: float, high: float) -> None:
    # R survival 3.5-3, aml Maintained; project cases stats_numeric.json.
    found = aml.at(week, band=band)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)


# --- counts -------------------------------------------------------------------------------


def test_numbers_at_risk_count_those_who_leave_at_the_tick(six_mp: KaplanMeier) -> None:
    assert six_mp.at_risk([0, 6, 6.1, 10, 23, 35, 35.1]).tolist() == [21, 21, 17, 15, 6, 1, 0]


def test_events_and_censorings_are_counted_at_their_times(six_mp: KaplanMeier) -> None:
    assert (six_mp.n_event.sum(), six_mp.n_censor.sum()) == (9, 12)
    at_6 = list(six_mp.time).index(6)
    assert (six_mp.n_risk[at_6], six_mp.n_event[at_6], six_mp.n_censor[at_6]) == (21, 3, 1)
    ticks = np.repeat(six_mp.time, six_mp.n_censor)
    assert ticks.tolist() == [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def test_a_fitted_curve_cannot_be_edited(six_mp: KaplanMeier) -> None:
    with pytest.raises(ValueError, match="read-only"):
        six_mp.survival[0] = 1.0


def test_fitting_leaves_the_callers_arrays_alone() -> None:
    time, event = np.array([3.0, 1.0, 2.0]), np.array([True, False, True])
    KaplanMeier.fit(time, event)
    assert time.tolist() == [3, 1, 2]
    assert time.flags.writeable


# --- ties and flats -----------------------------------------------------------------------


def test_an_event_precedes_a_censoring_at_the_same_time() -> None:
    assert KaplanMeier.fit([4, 4, 8], [True, False, False]).at(4).value == pytest.approx(2 / 3)


def test_follow_up_puts_the_end_of_follow_up_before_a_death_at_the_same_time() -> None:
    curve = follow_up([4, 4, 8], [True, False, False])
    assert curve.at(4).value == pytest.approx(2 / 3)  # deaths first would give 1/2


def test_median_is_the_middle_of_a_flat_at_one_half() -> None:
    assert KaplanMeier.fit([1, 2, 3, 6], [1, 1, 1, 1]).quantile().value == 2.5


def test_a_flat_at_one_half_survives_the_rounding_of_its_factors() -> None:
    time, event = [1, 2, 3, 3, 3, 4, 5, 6, 6], [1, 1, 0, 1, 0, 1, 1, 1, 1]
    curve = KaplanMeier.fit(time, event)
    assert curve.at(4).value < 0.5  # 8/9 x 7/8 x 6/7 x 3/4 is 1/2, and 0.4999999999999999 here
    assert curve.quantile().value == 4.5


def test_a_flat_that_lasts_to_the_end_ends_with_follow_up() -> None:
    assert KaplanMeier.fit([1, 2, 3, 9], [1, 1, 0, 0]).quantile().value == 5.5


# --- the smallest trials ------------------------------------------------------------------


def test_one_patient_with_the_event() -> None:
    curve = KaplanMeier.fit([5.0], [True])
    assert numbers(curve.at(5)) == pytest.approx((0, NAN, NAN), nan_ok=True)
    assert numbers(curve.at(4.9)) == pytest.approx((1, NAN, NAN), nan_ok=True)
    assert numbers(curve.quantile()) == pytest.approx((5, NAN, NAN), nan_ok=True)
    assert curve.rmst(8).value == 5


def test_one_patient_censored() -> None:
    curve = KaplanMeier.fit([5.0], [False])
    assert curve.at(5).value == 1
    assert math.isnan(curve.quantile().value)


def test_nobody_had_the_event() -> None:
    curve = KaplanMeier.fit([2, 4, 4, 7], [False] * 4)
    assert curve.survival.tolist() == [1, 1, 1]
    assert numbers(curve.at(7)) == pytest.approx((1, NAN, NAN), nan_ok=True)
    assert numbers(curve.quantile()) == pytest.approx((NAN, NAN, NAN), nan_ok=True)
    assert curve.rmst(7).value == 7
    assert curve.n_censor.tolist() == [1, 2, 1]


def test_everybody_had_the_event_at_one_time() -> None:
    curve = KaplanMeier.fit([3, 3, 3], [True] * 3)
    assert numbers(curve.quantile()) == pytest.approx((3, NAN, NAN), nan_ok=True)
    assert numbers(curve.at(3)) == pytest.approx((0, NAN, NAN), nan_ok=True)
    assert math.isnan(follow_up([3, 3, 3], [True] * 3).quantile().value)


def test_an_event_on_day_zero_counts() -> None:
    assert KaplanMeier.fit([0, 5], [True, False]).at(0).value == 0.5


def test_nothing_is_estimated_beyond_the_last_follow_up() -> None:
    curve = KaplanMeier.fit([2, 5], [True, False])
    assert curve.at(5).value == 0.5
    assert numbers(curve.at(5.1)) == pytest.approx((NAN, NAN, NAN), nan_ok=True)
    assert curve.rmst(5).value == 3.5
    assert numbers(curve.rmst(5.1)) == pytest.approx((NAN, NAN, NAN), nan_ok=True)


def test_a_curve_at_zero_stays_there() -> None:
    curve = KaplanMeier.fit([2, 5], [True, True])
    assert curve.at(90).value == 0
    assert curve.rmst(90).value == curve.rmst(5).value == 3.5


def test_in_the_end_is_a_time_only_for_a_curve_that_came_to_zero() -> None:
    done, left = KaplanMeier.fit([2, 5], [True, True]), KaplanMeier.fit([2, 5], [True, False])
    assert numbers(done.at(math.inf)) == pytest.approx((0, NAN, NAN), nan_ok=True)
    assert done.at(math.inf).state == "estimated"
    assert left.at(math.inf).state == "not estimable"
    assert done.at_risk([math.inf]).tolist() == [0]


# --- rounding -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event_at", "asked"),
    [(0.1 + 0.2, 0.3), (0.3, 0.1 + 0.2), (91.3125 + 1e-13, 91.3125)],
)
def test_an_event_at_a_time_but_for_rounding_counts(event_at: float, asked: float) -> None:
    # R, summary(survfit(Surv(c(.1 + .2, 100), c(1, 0)) ~ 1), times = .3), compares exactly: 1.
    curve = KaplanMeier.fit([event_at, 100.0], [True, False])
    assert curve.at(asked).value == 0.5
    assert curve.at(asked) == curve.at(event_at)
    assert curve.at(asked - 1e-5).value == 1
    assert curve.at_risk([asked, asked + 1e-5]).tolist() == [2, 1]


def test_two_times_of_the_curve_are_never_taken_for_one_another() -> None:
    """1e-5 is rounding next to 1000, but not to the mean of these times, so they stay two."""
    curve = KaplanMeier.fit([1.0, 2.0, 1000.0, 1000.00001], [False, False, True, True])
    assert curve.time.size == 4
    assert [curve.at(t).value for t in (1000.0, 1000.00001)] == [0.5, 0.0]
    assert curve.at_risk([1000.0, 1000.00001]).tolist() == [2, 1]


# --- refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("time", "event", "message"),
    [
        ([], [], "empty"),
        ([1, 2], [True], "one length"),
        ([[1, 2]], [[True, False]], "1-d"),
        ([1, NAN, 3], [True, False, True], r"time\[1\] is nan"),
        ([1, 2, -3], [True, False, True], r"time\[2\] is -3"),
        ([1, math.inf], [True, False], r"time\[1\] is inf"),
        ([1, 2], [1, 2], r"event\[1\] is 2"),
        ([1, 2], [NAN, 1], r"event\[0\] is nan"),
        ([1, 2], ["yes", "no"], r"event\[0\] is yes"),
        ([1, 2], [True, None], r"event\[1\] is None"),
    ],
)
@pytest.mark.parametrize("fit", [KaplanMeier.fit, follow_up])
def test_what_cannot_be_fitted_is_named(fit, time, event, message) -> None:
    with pytest.raises(ValueError, match=message):
        fit(time, event)


@pytest.mark.parametrize("level", [0, 1, 95, NAN, -0.5])
@pytest.mark.parametrize(
    "ask",
    [
        lambda curve, level: curve.at(10, level=level),
        lambda curve, level: curve.quantile(level=level),
        lambda curve, level: curve.rmst(10, level=level),
    ],
)
def test_a_level_outside_0_to_1_is_refused(six_mp: KaplanMeier, ask, level: float) -> None:
    with pytest.raises(ValueError, match="level must lie"):
        ask(six_mp, level)


def test_other_wrong_arguments_are_named(six_mp: KaplanMeier) -> None:
    with pytest.raises(ValueError, match=r"band must be one of .*log-log.*, not 'loglog'"):
        six_mp.at(10, band="loglog")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="p must lie strictly between 0 and 1, not 50"):
        six_mp.quantile(50)
    with pytest.raises(ValueError, match="time must be a number >= 0, not -1"):
        six_mp.at(-1)
    for tau in (NAN, math.inf, -1):
        with pytest.raises(ValueError, match=f"tau must be a finite number >= 0, not {tau}"):
            six_mp.rmst(tau)
    with pytest.raises(ValueError, match=r"times\[1\] is nan"):
        six_mp.at_risk([0, NAN])


def test_importing_the_room_loads_no_scipy() -> None:
    code = "import sys, trialwright.stats; print('scipy' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_a_curve_and_its_estimates_write_report_cells() -> None:
    curve = KaplanMeier.fit([2.0, 4.0, 4.0, 7.5], [True, True, False, True])
    assert str(curve) == "4 patients, 3 events; median 5.8 (95 % CI 2.0 to NE)"
    assert str(curve.at(4.0)) == "50.0 % (95 % CI 5.8 to 84.5)"
    assert str(curve.at(1.0)) == "100.0 % (95 % CI NE)"
    none = KaplanMeier.fit([2.0, 4.0], [False, False])
    assert str(none.quantile()) == "not reached (95 % CI NE)"
    assert (none.quantile().state, none.at(5.0).state) == ("not reached", "not estimable")
    assert (str(none.at(5.0)), none.rmst(5.0).state) == ("not estimable", "not estimable")


def test_a_curve_goes_into_a_table_one_row_a_time() -> None:
    table = KaplanMeier.fit([2.0, 4.0, 4.0, 7.5], [True, True, False, True]).to_frame(level=0.9)
    assert table["time"].to_list() == [2.0, 4.0, 7.5]
    assert table["n_risk"].to_list() == [4, 3, 1]
    assert table["n_censor"].to_list() == [0, 1, 0]
    assert table["standard_error"].to_list()[:2] == pytest.approx([0.2165, 0.25], abs=1e-4)
    assert math.isnan(table["low"][2])
    assert table["level"].unique().to_list() == [0.9]
    estimate = KaplanMeier.fit([1.0, 2.0], [True, True]).quantile().to_frame()
    assert estimate.to_dicts()[0]["quantity"] == "time"


def test_a_late_patient_is_at_risk_from_just_after_the_entry() -> None:
    curve = KaplanMeier.fit([3.0, 5.0, 6.0, 8.0], [True, True, False, True], [0.0, 3.0, 0.0, 4.0])
    assert curve.n_risk.tolist() == [2, 3, 2, 1]
    assert curve.survival.tolist() == pytest.approx([1 / 2, 1 / 3, 1 / 3, 0.0])


def test_an_event_of_the_only_early_patient_ends_the_curve_for_good() -> None:
    """As in R: nobody was left at risk, so nobody can be shown to live on."""
    curve = KaplanMeier.fit([1.0, 5.0, 6.0], [True, True, False], [0.0, 2.0, 2.0])
    assert curve.survival.tolist() == [0.0, 0.0, 0.0]
    assert curve.n_risk.tolist() == [1, 2, 1]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ([0.0, 2.0], r"entry\[1\] is 2.0"),
        ([-1.0, 0.0], r"entry\[0\] is -1.0"),
        ([0.0, float("nan")], r"entry\[1\] is nan"),
        ([0.0], r"must be 1-d and of one length"),
    ],
)
def test_an_entry_that_is_not_before_its_time_is_named(entry, message) -> None:
    with pytest.raises(ValueError, match=message):
        KaplanMeier.fit([1.0, 2.0], [True, False], entry)
