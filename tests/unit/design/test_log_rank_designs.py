"""One-sample log-rank designs: by hand, by another route, by brute force; refusals; the verb."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import typer
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm
from typer.testing import CliRunner

from trialwright.cli.design.logrank import logrank
from trialwright.design.group_sequential.critical_values import find_group_sequential
from trialwright.design.log_rank import (
    Analysis,
    LogRankDesign,
    LogRankRule,
    LogRankTrial,
    LogRankTwoStage,
    find_log_rank,
    find_log_rank_looks,
    find_log_rank_two_stage,
    simulate_log_rank,
)
from trialwright.design.log_rank.balance import Questions, balance_bounds
from trialwright.design.log_rank.bivariate_normal import both_above, slope_of_both_above
from trialwright.design.log_rank.exposure import Exposure, hazard_at
from trialwright.design.log_rank.trial import hazard_ratio_of
from trialwright.design.log_rank.two_stage import joint_statistics
from trialwright.errors import DesignError
from trialwright.report.design.words_log_rank import (
    word_log_rank,
    word_log_rank_looks,
    word_log_rank_two_stage,
)
from trialwright.stats.core.one_sample import cumulative_hazard
from trialwright.stats.historical import Digitised, Exponential, Weibull
from trialwright.stats.one_sample_log_rank_size import EvenAccrual, event_moments
from trialwright.stats.piecewise_exponential import PiecewiseExponential

HISTORY = Exponential.from_survival(0.62, at=2)
TRIAL = LogRankTrial(HISTORY, 0.467, 2, rate=5)
CURVES = [
    HISTORY,
    Weibull.from_median(0.3, 2.0),
    Weibull.from_median(2.5, 2.0),
    Digitised.of([1, 2, 5], [0.9, 0.5, 0.3], extrapolate="last hazard"),
    PiecewiseExponential.of([1.5], [0.1, 0.6]),
]


@pytest.fixture(scope="module")
def found():
    return find_log_rank_two_stage(TRIAL)


# --- two correlated normal statistics ---------------------------------------------------------


@pytest.mark.parametrize("correlation", [-0.95, -0.3, 0.0, 0.4, 0.8, 0.999])
@pytest.mark.parametrize("bounds", [(0.0, 0.0), (-1.3, 1.6), (0.0, 2.0), (2.0, 0.0), (-3.0, -2.0)])
def test_both_above(bounds, correlation) -> None:
    covariance = [[1, correlation], [correlation, 1]]
    expected = multivariate_normal.cdf([-bounds[0], -bounds[1]], cov=covariance)
    assert both_above(*bounds, correlation) == pytest.approx(expected, abs=1e-12)
    step = 1e-5
    slope = (
        both_above(bounds[0] + step, bounds[1], correlation)
        - both_above(bounds[0] - step, bounds[1], correlation)
    ) / (2 * step)
    assert slope_of_both_above(*bounds, correlation) == pytest.approx(slope, abs=1e-6)


# --- what a patient adds ----------------------------------------------------------------------


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_many_hazards_at_once(curve) -> None:
    times = np.array([0.0, 0.3, 1.0, 1.5, 2.0, 5.0, 9.5])
    expected = [cumulative_hazard(curve.hazard, time) for time in times.tolist()]
    assert hazard_at(curve.hazard, times) == pytest.approx(expected, rel=1e-14)


def test_beyond_a_curve_that_ends() -> None:
    curve = Digitised.of([1, 2], [0.9, 0.5])
    assert np.isnan(hazard_at(curve.hazard, np.array([2.1]))).all()


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.7])
def test_moments_of_even_accrual(curve, ratio) -> None:
    v1, v0, v01, v00 = event_moments(curve, EvenAccrual(4, 2.5), ratio)
    exposure = Exposure(curve.hazard, ratio, math.inf)
    found = exposure.contribution(np.array([6.5]), np.array([4.0]))
    assert found.events[0] == pytest.approx(v1, rel=1e-11)
    assert found.expected[0] == pytest.approx(v0, rel=1e-11)
    variance = v1 - 2 * v01 + v00 - (v1 - v0) ** 2
    assert found.variance[0] == pytest.approx(variance, rel=1e-9)


def test_moments_by_hand_during_accrual_and_with_fixed_follow_up() -> None:
    # Hazard 1; at time 1 of an accrual over 2, half of the patients have entered.
    history = Exponential(1.0)
    one, two = np.array([1.0]), np.array([2.0])
    early = Exposure(history.hazard, 1.0, math.inf).contribution(one, two)
    assert early.events[0] == pytest.approx((1 - (1 - math.exp(-1))) / 2)
    fixed = Exposure(history.hazard, 1.0, 0.5).contribution(np.array([2.5]), two)
    assert fixed.events[0] == pytest.approx(1 - math.exp(-0.5))
    assert fixed.variance[0] == pytest.approx(1 - math.exp(-0.5))  # null: variance = events


@pytest.mark.parametrize("longest", [math.inf, 1.2])
@pytest.mark.parametrize("curve", CURVES[:3], ids=str)
def test_covariance_of_two_analyses(curve, longest) -> None:
    ratio, early, late, accrual = 0.5, 2.0, 5.0, 3.0
    exposure = Exposure(curve.hazard, ratio, longest)
    draws = np.random.default_rng(5)
    entry, event_at = draws.uniform(0, accrual, 400_000), draws.exponential(1 / ratio, 400_000)
    parts = []
    for time in (early, late):
        limit = hazard_at(curve.hazard, np.clip(time - entry, 0, longest))
        parts.append(np.minimum(event_at, limit) - (event_at <= limit))
    expected = np.cov(*parts)[0, 1]
    found = exposure.covariance(np.array([early]), np.array([late]), np.array([accrual]))
    assert found[0] == pytest.approx(expected, abs=0.01)
    null = Exposure(curve.hazard, 1.0, longest)
    same = null.covariance(np.array([early]), np.array([late]), np.array([accrual]))
    events = null.contribution(np.array([early]), np.array([accrual])).events
    assert same == pytest.approx(events, rel=1e-9)  # a martingale: covariance is early variance


# --- one stage --------------------------------------------------------------------------------


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("method", ["Wu", "Woolson"])
def test_the_size_is_the_smallest(method, restricted) -> None:
    trial = LogRankTrial(HISTORY, 0.6, 2, rate=5, restricted=restricted)
    design = find_log_rank(trial, alpha=0.1, power=0.9, method=method)
    smaller = LogRankDesign(trial, method, 0.1, 0.9, design.patients - 1, design.final_bound)
    assert design.characteristics(0.6).probability_declare_active >= 0.9
    assert smaller.characteristics(0.6).probability_declare_active < 0.9
    assert design.characteristics(1.0).probability_declare_active == pytest.approx(0.1)
    assert design.accrual == pytest.approx(design.patients / 5)


def test_fixed_follow_up_by_hand() -> None:
    # Hazard 1, everyone followed for 1, ratio 1/2: v1 = 1 - exp(-1/2), v0 = 2 v1, and the variance
    # of the difference E - O by a one-dimensional integral.
    trial = LogRankTrial(Exponential(1.0), 0.5, 1, rate=10, restricted=True)
    v1 = 1 - math.exp(-0.5)
    density, survival = lambda t: math.exp(-t / 2) / 2, math.exp(-0.5)
    second = quad(lambda t: (t - 1) ** 2 * density(t), 0, 1)[0] + survival
    spread = math.sqrt(second - v1**2)
    needed = ((1.6448536 * math.sqrt(2 * v1) + 0.8416212 * spread) / v1) ** 2
    assert find_log_rank(trial, method="Woolson").patients == math.ceil(needed)


def test_a_rate_and_its_accrual_time_agree() -> None:
    by_rate = find_log_rank(TRIAL)
    timed = LogRankTrial(HISTORY, 0.467, 2, accrual=by_rate.accrual)
    assert find_log_rank(timed).patients == by_rate.patients
    assert by_rate.expected_events(1.0) > by_rate.expected_events(0.467) > 0
    row = by_rate.to_frame().row(0, named=True)
    assert row["patients"] == by_rate.patients
    assert row["type_1_error"] == pytest.approx(0.05)


# --- two stages -------------------------------------------------------------------------------


def test_bounds_keep_both_errors(found) -> None:
    for design in found.frontier:
        assert design.characteristics(1.0).probability_declare_active == pytest.approx(0.05)
        assert design.characteristics(0.467).probability_declare_active == pytest.approx(0.80)


@pytest.mark.parametrize("method", ["Wu", "OneArm2stage"])
def test_brute_force_finds_nothing_better(method) -> None:
    # Every n, t1 and c1 of a fine grid, with c at the type I error by bisection: whatever expects
    # fewer patients than the optimum has less than the power.
    found = find_log_rank_two_stage(TRIAL, method=method)
    best = min(found.expected_patients)
    n, share, c1 = (
        part.ravel()
        for part in np.meshgrid(
            np.arange(found.minimax.patients - 2.0, found.optimal.patients + 15.0),
            np.linspace(0.05, 0.99, 48),
            np.linspace(-1.5, 1.5, 61),
        )
    )
    expected = n - n * (1 - share) * norm.cdf(c1)
    n, share, c1, expected = (part[expected < best + 0.1] for part in (n, share, c1, expected))
    enough = joint_statistics(TRIAL, 1.0, n, share * n / 5, method).early_events >= 2
    n, share, c1, expected = (part[enough] for part in (n, share, c1, expected))
    power = reached(method, n, share * n / 5, c1)
    assert expected[power >= 0.80].min() == pytest.approx(best, abs=0.1)  # the grid is fine
    assert power[expected < best - 1e-6].max() < 0.80


def reached(method: str, n: np.ndarray, time: np.ndarray, c1: np.ndarray) -> np.ndarray:
    """Return the power of many n, t1 and c1, with c at a type I error of 0.05."""
    null, other = (joint_statistics(TRIAL, h, n, time, method) for h in (1.0, 0.467))
    low, high = np.full(n.size, -5.0), np.full(n.size, 1.6448537)
    for _ in range(50):
        middle = (low + high) / 2
        above = both_above(c1, middle, null.correlation) > 0.05
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    first, second = (c1 - other.mean_1) / other.spread_1, (high - other.mean_2) / other.spread_2
    return both_above(first, second, other.correlation)


def test_optimal_minimax_and_admissible(found) -> None:
    sizes = [design.patients for design in found.frontier]
    assert sizes == list(range(sizes[0], sizes[-1] + 1))
    assert found.minimax is found.frontier[0]
    assert found.optimal.characteristics(1.0).expected_patients == min(found.expected_patients)
    admissible = found.admissible
    assert admissible[0].design is found.minimax
    assert admissible[-1].design is found.optimal
    assert (admissible[0].to_weight, admissible[-1].from_weight) == (1.0, 0.0)
    for one in admissible:
        middle = (one.from_weight + one.to_weight) / 2
        assert found.best(middle) is one.design
    frame = found.to_frame()
    assert frame.height == len(found.frontier)
    assert frame["type_1_error"].to_list() == pytest.approx([0.05] * frame.height)


def test_least_early_stop() -> None:
    found = find_log_rank_two_stage(TRIAL, least_early_stop=0.6)
    for design in found.frontier:
        assert design.characteristics(1.0).probability_early_stop >= 0.6


def test_no_interim_analysis_without_events() -> None:
    # Hazard that rises: half of the accrual is over before anybody has an event.
    late = LogRankTrial(Weibull.from_median(8, 4), 0.5, 3, rate=2)
    for design in find_log_rank_two_stage(late).frontier:
        assert design.expected_events(1.0)[0] >= 2 - 1e-9
    fast = LogRankTrial(Exponential.from_median(4), 0.5, 3, rate=200)
    with pytest.raises(DesignError, match="two stages save nothing"):
        find_log_rank_two_stage(fast)


def test_ways_to_end(found) -> None:
    design = found.optimal
    early, late = design.endings(1.0)
    null = design.characteristics(1.0)
    assert early.probability + late.probability == pytest.approx(1)
    assert (early.patients, late.patients) == (design.first_stage, design.patients)
    expected = early.probability * early.duration + late.probability * late.duration
    assert expected == pytest.approx(null.expected_duration)
    interim, final = design.expected_events(1.0)
    assert 0 < interim < final < design.patients


def test_no_bound_where_power_is_out_of_reach() -> None:
    asked = Questions(TRIAL, 0.05, 0.80, "Wu", 0.0)
    found = balance_bounds(asked, np.array([8.0, 30.0]), np.array([1.0, 3.0]))
    assert np.isnan(found.interim[0])
    assert found.early_stop[0] == -math.inf
    assert np.isfinite(found.interim[1])


# --- several looks ----------------------------------------------------------------------------


def test_one_look_is_one_stage() -> None:
    single = find_group_sequential("Pocock", looks=1, alpha=0.05)
    design = find_log_rank_looks(TRIAL, single)
    assert design.patients == design.one_stage.patients == find_log_rank(TRIAL).patients


def test_looks_come_at_their_events() -> None:
    bounds = find_group_sequential("Pocock", information=[0.4, 0.7, 1], alpha=0.05)
    design = find_log_rank_looks(TRIAL, bounds)
    assert [e / design.events[-1] for e in design.events] == pytest.approx([0.4, 0.7, 1])
    assert design.times[-1] == design.duration
    assert design.patients > design.one_stage.patients
    wanted = design.characteristics(0.467)
    assert wanted.probability_declare_active >= 0.80
    assert wanted.expected_patients < design.patients
    assert sum(design.to_frame()["crossed_alternative"]) == pytest.approx(
        wanted.probability_declare_active
    )


# --- simulation -------------------------------------------------------------------------------


def test_simulated_trials_do_what_the_approximation_says(found) -> None:
    design = found.optimal
    for ratio in (1.0, 0.467):
        simulated, said = simulate_log_rank(design, ratio), design.characteristics(ratio)
        assert simulated.probability_declare_active.value == pytest.approx(
            said.probability_declare_active, abs=0.02
        )
        assert simulated.patients.value == pytest.approx(said.expected_patients, rel=0.03)
        assert simulated.duration.value == pytest.approx(said.expected_duration, rel=0.03)
        assert sum(share for _, share in simulated.stops) == pytest.approx(1)


def test_a_simulation_is_reproducible_and_says_its_error(found) -> None:
    one = simulate_log_rank(found.optimal, 1.0, trials=500, seed=3)
    assert one == simulate_log_rank(found.optimal, 1.0, trials=500, seed=3)
    assert one != simulate_log_rank(found.optimal, 1.0, trials=500, seed=4)
    chance = one.probability_declare_active
    expected = math.sqrt(chance.value * (1 - chance.value) / 499)
    assert chance.standard_error == pytest.approx(expected)
    assert "500 simulated trials" in str(one)
    assert one.to_frame()["standard_error"].to_list()[0] == pytest.approx(chance.standard_error)


def test_an_analysis_of_nobody_stops_nothing() -> None:
    early = Analysis(1e-9, stop_at_most=5.0, declare_above=-5.0)
    rule = LogRankRule(TRIAL, "Wu", 20, (early, Analysis(6.0, declare_above=1.6)))
    assert simulate_log_rank(rule, 1.0, trials=200).probability_early_stop.value == 0


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"hazard_ratio": 1.0}, "hazard_ratio must lie strictly between 0 and 1, not 1.0"),
        ({"hazard_ratio": 1.4}, "hazard_ratio"),
        ({"follow_up": -1}, "follow_up must be a finite number >= 0, not -1"),
        ({"follow_up": math.nan}, "follow_up"),
        ({"rate": 0}, "rate must lie strictly between 0 and inf, not 0"),
        ({"rate": None}, "give either the rate"),
        ({"accrual": 3}, "give either the rate"),
        ({"rate": None, "accrual": -3}, "accrual must lie"),
        ({"follow_up": 0, "restricted": True}, "follow_up must be above 0"),
    ],
)
def test_trials_that_are_none(changed, words) -> None:
    asked = {"history": HISTORY, "hazard_ratio": 0.5, "follow_up": 2, "rate": 5, **changed}
    with pytest.raises(DesignError, match=words):
        LogRankTrial(**asked)


@pytest.mark.parametrize("search", [find_log_rank, find_log_rank_two_stage])
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"alpha": 0}, "alpha must be strictly between 0 and 1"),
        ({"power": 80}, "for 80 % write 0.8"),
        ({"power": 0.04}, "power must be above alpha"),
        ({"most_patients": 10}, "no design with up to 10 patients has a power of 0.8"),
        ({"most_patients": 0}, "most_patients must be from"),
    ],
)
def test_searches_that_cannot_start(search, changed, words) -> None:
    with pytest.raises(DesignError, match=words):
        search(TRIAL, **changed)


def test_how_near_the_best_one_came() -> None:
    with pytest.raises(DesignError, match=r"10 patients have 0\.453; raise most_patients"):
        find_log_rank(TRIAL, most_patients=10)


def test_two_stages_that_cannot_be() -> None:
    timed = LogRankTrial(HISTORY, 0.467, 2, accrual=5)
    with pytest.raises(DesignError, match="needs the accrual rate"):
        find_log_rank_two_stage(timed)
    with pytest.raises(DesignError, match="method must be"):
        find_log_rank_two_stage(TRIAL, method="Simon")
    with pytest.raises(DesignError, match="least_early_stop must be from 0 to below 1"):
        find_log_rank_two_stage(TRIAL, least_early_stop=1.0)
    with pytest.raises(
        DesignError, match=r"chance of 0\.95 and 2 expected events.*one stage needs 21"
    ):
        find_log_rank_two_stage(TRIAL, most_patients=22, least_early_stop=0.95)
    with pytest.raises(DesignError, match="stages reversed, or too few patients"):
        LogRankTwoStage(TRIAL, "Wu", 6.0, 0.0, 25, 1.6)
    with pytest.raises(DesignError, match="bounds must be finite"):
        LogRankTwoStage(TRIAL, "Wu", 3.0, math.nan, 25, 1.6)
    with pytest.raises(DesignError, match="method must be"):
        LogRankTwoStage(TRIAL, "Simon", 3.0, 0.0, 25, 1.6)


def test_a_curve_that_ends_too_soon() -> None:
    short = LogRankTrial(Digitised.of([1, 2], [0.9, 0.5]), 0.5, 2, rate=5)
    with pytest.raises(DesignError, match="the historical curve ends at 2"):
        find_log_rank(short)
    flat = LogRankTrial(Digitised.of([10, 20], [1.0, 1.0]), 0.5, 2, rate=5)
    with pytest.raises(DesignError, match="history expects no event"):
        find_log_rank(flat)
    fixed = LogRankTrial(Digitised.of([1, 2], [0.9, 0.5]), 0.5, 2, rate=5, restricted=True)
    assert find_log_rank_two_stage(fixed).optimal.patients > 0  # follow-up never goes beyond 2


def test_simulations_that_cannot_start(found) -> None:
    for changed, words in (
        ({"trials": 10}, "trials must be from 100"),
        ({"seed": -1}, "seed must be from 0"),
        ({"hazard_ratio": 0}, "hazard_ratio must lie"),
    ):
        asked = {"hazard_ratio": 1.0, **changed}
        with pytest.raises(DesignError, match=words):
            simulate_log_rank(found.optimal, **asked)


def test_no_size_for_the_looks() -> None:
    bounds = find_group_sequential("Pocock", looks=5, alpha=0.05)
    with pytest.raises(DesignError, match=r"21 patients have 0\.7"):
        find_log_rank_looks(TRIAL, bounds, most_patients=21)


def test_the_hazard_ratio_of_a_share() -> None:
    assert hazard_ratio_of(HISTORY, 0.80, at=2) == pytest.approx(0.4668, abs=1e-4)
    assert hazard_ratio_of(Exponential.from_median(6), 0.5, at=9) == pytest.approx(6 / 9)
    with pytest.raises(DesignError, match=r"must be above it, not 0\.5"):
        hazard_ratio_of(HISTORY, 0.5, at=2)


# --- words ------------------------------------------------------------------------------------


def test_words_of_one_stage() -> None:
    design = find_log_rank(LogRankTrial(Exponential.from_median(3.2), 0.6, 6, accrual=18))
    words = word_log_rank(design, [simulate_log_rank(design, 1.0, trials=500)])
    for part in ("27 patients", "hazard ratio of 0.6", "1.645", "22.2 events", "by simulation",
                 "500 trials", "Monte Carlo standard error", "median 3.2 months"):  # fmt: skip
        assert part in words.protocol
    assert words.grant.count(". ") < 3
    assert "by simulation" not in word_log_rank(design).protocol


def test_words_of_two_stages(found) -> None:
    design = found.optimal
    simulated = [simulate_log_rank(design, h, trials=500) for h in (1.0, 0.467)]
    words = word_log_rank_two_stage(found, design, simulated, unit="years")
    for part in ("(optimal)", f"{design.interim_bound:.3f}", f"{design.final_bound:.3f}",
                 f"{design.patients} patients", "5 per year", "[4, 5]", "enrols"):  # fmt: skip
        assert part in words.protocol
    assert "(minimax)" in word_log_rank_two_stage(found, found.minimax).protocol
    assert len(words.references) == 5
    assert words.grant.count(". ") < 3


def test_words_of_looks_and_fixed_follow_up() -> None:
    bounds = find_group_sequential("Pocock", looks=2, alpha=0.05)
    trial = LogRankTrial(HISTORY, 0.467, 2, rate=5, restricted=True)
    words = word_log_rank_looks(find_log_rank_looks(trial, bounds, method="Woolson"), unit="years")
    assert "followed for 2 years and no longer [4]" in words.protocol
    assert "Pocock critical values [3]" in words.protocol
    assert len(words.references) == 4


# --- the verb ---------------------------------------------------------------------------------

APP = typer.Typer()
APP.command()(logrank)
HISTORICAL = ["--survival", "0.62", "--at", "2", "--follow-up", "2", "--rate", "5"]
ASKED = [*HISTORICAL, "--hazard-ratio", "0.467", "--simulate", "200"]


def run(*arguments):
    return CliRunner().invoke(APP, list(arguments), env={"COLUMNS": "200"})


def test_the_verb_prints_a_table() -> None:
    assert "21" in run(*ASKED).output
    two = run(*ASKED, "--stages", "2").output
    assert "stop: Z1 <=" in two
    assert "simulated 200 trials" in two
    looks = run(*ASKED, "--looks", "3", "--bounds", "Pocock")
    assert "1.9922" in looks.output


def test_the_verb_writes_json() -> None:
    one = json.loads(run(*ASKED, "--json").output)
    assert one["patients"] == find_log_rank(TRIAL).patients
    two = json.loads(run(*ASKED, "--stages", "2", "--json", "--protocol-text").output)
    assert two["optimal"]["patients"] == 23
    assert two["admissible"][0]["patients"] == two["minimax"]["patients"]
    assert two["protocol_text"]
    assert len(two["simulated"]) == 8
    looks = json.loads(run(*ASKED, "--looks", "2", "--json").output)
    assert len(looks["looks"]) == 2


@pytest.mark.parametrize("more", [[], ["--stages", "2"], ["--looks", "2"]])
def test_the_verb_draws_and_words(tmp_path, more) -> None:
    picture = tmp_path / "design.svg"
    done = run(*ASKED, *more, "--plot", str(picture), "--protocol-text")
    assert done.exit_code == 0
    assert picture.read_bytes().startswith(b"<?xml")
    assert "For a grant application" in done.output


def test_the_verb_takes_every_way_to_say_it() -> None:
    same = [
        run(*HISTORICAL, "--hazard-ratio", "0.466793", "--simulate", "0", "--json"),
        run(*HISTORICAL, "--survival-worth", "0.80", "--simulate", "0", "--json"),
    ]
    assert len({json.loads(one.output)["patients"] for one in same}) == 1
    timed = run("--median", "3.2", "--median-worth", "5.33333", "--accrual", "18",
                "--follow-up", "6", "--simulate", "0", "--json")  # fmt: skip
    assert json.loads(timed.output)["patients"] == 27
    shaped = run("--median", "3.2", "--shape", "1.3", "--hazard-ratio", "0.6", "--accrual", "18",
                 "--follow-up", "6", "--simulate", "0", "--json")  # fmt: skip
    assert "Weibull, shape 1.3" in json.loads(shaped.output)["history"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--follow-up", "2", "--rate", "5", "--hazard-ratio", "0.5"], "say what historical"),
        (["--follow-up", "2", "--rate", "5", "--survival", "0.5", "--hazard-ratio", "0.5"],
         "--survival needs its time"),
        ([*HISTORICAL], "say what is worth pursuing"),
        ([*HISTORICAL, "--hazard-ratio", "0.5", "--median-worth", "9"], "say what is worth"),
        (["--median", "3", "--follow-up", "2", "--rate", "5", "--survival-worth", "0.5"],
         "--survival-worth needs its time"),
        ([*HISTORICAL, "--survival-worth", "0.5"], "must be above it"),
        ([*HISTORICAL, "--hazard-ratio", "1.5"], "hazard_ratio must lie"),
        ([*ASKED, "--method", "OneArm2stage"], "is for two stages"),
        ([*ASKED, "--looks", "2", "--bounds", "Haybittle"], "bounds must be one of"),
        ([*ASKED, "--accrual", "4"], "give either the rate"),
    ],
)  # fmt: skip
def test_the_verb_refuses(arguments, words) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    told = " ".join(done.output.replace("│", " ").split())
    assert words in told
