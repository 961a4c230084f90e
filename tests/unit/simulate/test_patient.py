"""What is drawn of a patient before any scan, against the closed forms of the scenario."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cache
from itertools import pairwise
from math import atanh, exp, floor, inf, isclose, log, sqrt
from statistics import NormalDist, correlation, fmean

import pytest

from calm_trials import BARE_PLAN, PLAN, calm, change, draw_baseline
from trialwright.errors import StudyError
from trialwright.simulate import AblationPlan, Draws, Purpose, read_scenario
from trialwright.simulate.ablation import draw_ablation, no_ablation, viable_on
from trialwright.simulate.fate import draw_death, draw_leaving, draw_toxicity
from trialwright.simulate.numbers import mix, nature_of
from trialwright.simulate.patient import (
    draw_traits,
    hazard_of_new_lesions,
    onset_of_new_lesion,
    organ_of_new_lesion,
)
from trialwright.simulate.scenario import Correlations
from trialwright.simulate.scenario_correlations import check_correlations

SCENARIO = read_scenario("regotori_liver_like")
N = 3000
MONTH = 30.4375
NONE = Correlations(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
CORRELATED = Correlations(-0.25, 0.4, -0.3, -0.2, 0.35, -0.5)
PAIRS = {
    "growth_shrinkage": (0, 1),
    "growth_frailty": (0, 2),
    "growth_survival": (0, 3),
    "shrinkage_frailty": (1, 2),
    "shrinkage_survival": (1, 3),
    "frailty_survival": (2, 3),
}


def draws_of(number):
    return Draws(77, 0, number)


def within(found, p, count=N):
    return abs(found - p) < 4 * sqrt(p * (1 - p) / count)


def draw_ablations(scenario, plan=PLAN, count=N):
    found = []
    for number in range(count):
        who = draws_of(number).who
        nature, protocol, _, lesions, _ = draw_baseline(who, scenario, plan)
        found.append(draw_ablation(who, nature, protocol, lesions))
    return found


# --- Growth, shrinkage and survival


def test_fast_growth_shortens_life_and_brings_new_lesions():
    scenario = change(SCENARIO, survival={"log_sd": 0.0}, new_lesions={"frailty_log_sd": 0.0})
    for number in range(20):
        draws = draws_of(number)
        nature, _, traits, lesions, counts = draw_baseline(draws.who, scenario)
        z = draws.normal(Purpose.RATES_OF_PATIENT)
        death = draw_death(draws.who, nature, traits, lesions, counts, no_ablation())
        assert death == floor(exp(log(51.4) - 0.3 * z) * 7) + 1
        hazard = hazard_of_new_lesions(nature, traits)
        assert isclose(hazard, 0.1331 * exp(0.3 * z))
        onsets = [0.0]
        for place in range(3):
            onsets.append(onset_of_new_lesion(draws.who, place, onsets[-1], hazard))
            wait = draws.exponential(Purpose.NEW_LESION, place) / hazard
            assert isclose(onsets[-1] - onsets[-2], 7 * wait)
        assert all(a < b for a, b in pairwise(onsets))


def test_growth_has_patient_organ_and_lesion_parts():
    for number in range(20):
        draws = draws_of(number)
        _, _, _, lesions, _ = draw_baseline(draws.who, SCENARIO)
        of_patient = [NormalDist().inv_cdf(u) for u in draws.both(Purpose.RATES_OF_PATIENT)]
        of_lesion = [NormalDist().inv_cdf(u) for u in draws.both(Purpose.RATES_OF_LESION, 1)]
        of_organ = draws.normal(Purpose.GROWTH_OF_ORGAN, 0)
        log_kg = log(0.0044) + 0.6 * of_patient[0] + 0.2 * of_organ + 0.3 * of_lesion[0]
        log_ks = log(0.0204) + 0.81 * of_patient[1] + 0.4 * of_lesion[1]
        assert lesions.organ[1] == 0
        assert isclose(lesions.growth[1], exp(log_kg))
        assert isclose(lesions.ks_per_week[1], exp(log_ks))


def test_liver_lesions_may_shrink_more_slowly():
    slower = change(SCENARIO, growth={"liver_shrinkage_factor": 0.5})
    for number in range(20):
        who = draws_of(number).who
        _, _, _, plain, counts = draw_baseline(who, SCENARIO)
        _, _, _, slow, _ = draw_baseline(who, slower)
        assert slow.growth == plain.growth
        for place in range(counts.lesions):
            factor = 0.5 if plain.organ[place] == 0 else 1.0
            assert slow.ks_per_week[place] == factor * plain.ks_per_week[place]


def test_wang_takes_its_linear_growth():
    wang = change(SCENARIO, growth={"model": "wang", "linear_growth_mm_per_week": 0.44})
    who = draws_of(1).who
    _, _, _, plain, counts = draw_baseline(who, SCENARIO)
    _, _, _, linear, _ = draw_baseline(who, wang)
    for place in range(counts.lesions):
        assert isclose(linear.growth[place], 100 * plain.growth[place])


def death_of(scenario, number, *, plan=BARE_PLAN):
    who = draws_of(number).who
    nature, protocol, traits, lesions, counts = draw_baseline(who, scenario, plan)
    ablation = draw_ablation(who, nature, protocol, lesions)
    death = draw_death(who, nature, traits, lesions, counts, ablation)
    return death, sum(lesions.diameter_mm[: counts.targets])


def test_a_heavy_burden_shortens_life():
    burdened = change(SCENARIO, survival={"burden_effect": 0.4, "os_median_weeks": 5000.0})
    plain = change(SCENARIO, survival={"os_median_weeks": 5000.0})
    for number in range(200):
        found, burden = death_of(burdened, number)
        usual, _ = death_of(plain, number)
        assert isclose(found, usual * (burden / 100.0) ** -0.4, rel_tol=1e-3)
        assert (found < usual) == (burden > 100)


@pytest.mark.parametrize(("kg", "ks"), [(0.02, 0.0), (0.0, 0.05)])
def test_the_change_by_week_8_moves_survival(kg, ks):
    survival = {"os_median_weeks": 5000.0, "week_8_change_effect": 0.7}
    growth = {"kg_median_per_week": kg, "ks_median_per_week": ks}
    found, _ = death_of(calm(survival=survival, growth=growth), 3)
    change_of_log = 8 * (kg - ks)
    assert isclose(found, 5000 * 7 * exp(-0.7 * change_of_log), rel_tol=1e-4)
    assert (found < 35_000) == (kg > 0)


def test_ecog_1_shortens_life():
    scenario = change(SCENARIO, survival={"ecog_effect": 0.5, "os_median_weeks": 5000.0})
    plain = change(SCENARIO, survival={"os_median_weeks": 5000.0})
    shorter = 0
    for number in range(300):
        found, usual = death_of(scenario, number)[0], death_of(plain, number)[0]
        restricted = draws_of(number).both(Purpose.PERSON)[1] < 0.65
        assert isclose(found, usual * exp(-0.5 * restricted), rel_tol=1e-3)
        shorter += restricted
    assert 0 < shorter < 300


# --- Correlated traits


@cache
def traits_of(correlations, count=20_000):
    nature = nature_of(replace(SCENARIO, correlations=correlations), PLAN)
    return list(zip(*(draw_traits(draws_of(i).who, nature) for i in range(count)), strict=True))


@pytest.mark.parametrize("correlations", [NONE, CORRELATED], ids=["independent", "correlated"])
@pytest.mark.parametrize("name", PAIRS)
def test_traits_have_the_correlations_of_the_scenario(correlations, name):
    # Fisher's z: each of the 12 checks fails by chance once in 16,000 runs
    traits = traits_of(correlations)
    found = correlation(*(traits[place] for place in PAIRS[name]))
    assert abs(atanh(found) - atanh(getattr(correlations, name))) < 4 / sqrt(len(traits[0]) - 3)


@pytest.mark.parametrize("place", range(4))
def test_traits_are_standard_normal(place):
    trait = traits_of(CORRELATED)[place]
    assert abs(fmean(trait)) < 4 / sqrt(len(trait))
    assert abs(fmean(z * z for z in trait) - 1) < 4 * sqrt(2 / len(trait))
    assert within(fmean(z < 1 for z in trait), NormalDist().cdf(1), len(trait))


@pytest.mark.parametrize(
    "correlations",
    [
        replace(NONE, growth_shrinkage=0.9, growth_frailty=0.9, shrinkage_frailty=-0.9),
        replace(NONE, frailty_survival=1.0),
        Correlations(-0.5, -0.5, -0.5, -0.5, -0.5, -0.5),
    ],
)
def test_correlations_of_no_distribution_are_refused(correlations):
    values = {f"correlations.{name}": value for name, value in asdict(correlations).items()}
    (problem,) = check_correlations(values)
    with pytest.raises(StudyError, match=f"not positive definite.*{problem[-4:]}") as error:
        mix(correlations)
    assert str(error.value) == problem


# --- Numbers of lesions


def test_shares_of_lesions_and_organs():
    patients = [draw_baseline(draws_of(number).who, SCENARIO) for number in range(N)]
    nature = patients[0][0]
    extra = [counts.targets - 2 for *_, counts in patients]
    for count, share in enumerate(SCENARIO.lesions.extrahepatic_target_shares):
        assert within(extra.count(count) / N, share)
    hidden = [counts.lesions - counts.targets for *_, counts in patients]
    for count, share in enumerate(SCENARIO.lesions.non_target_shares):
        assert within(hidden.count(count) / N, share)
    nodes = [les.organ[2] == 2 for *_, les, counts in patients if counts.targets > 2]
    assert within(fmean(nodes), 0.35, len(nodes))
    first_new = [organ_of_new_lesion(draws_of(number).who, nature, 0) for number in range(N)]
    for organ, share in enumerate((0.6, 0.25, 0.15)):
        assert within(first_new.count(organ) / N, share)


# --- The ablation


def test_shares_of_ablations():
    # Larger ones than the study allows, so that every band of size occurs.
    ablations = draw_ablations(SCENARIO, replace(PLAN, ablation=AblationPlan(7, 21, 60.0)))
    done = [a for a in ablations if a.day < inf]
    assert within(len(done) / N, 0.925)
    assert {a.day for a in done} == set(range(7, 22))
    assert all(a == no_ablation() for a in ablations if a.day == inf)
    for least, most, efficacy in ((0, 20, 0.95), (20, 30, 0.92), (30, inf, 0.80)):
        band = [a.return_day == a.day for a in done if least < a.index_mm <= most]
        assert len(band) > 200
        assert within(fmean(band), 1 - efficacy, len(band))
    assert within(fmean(not a.technical_success for a in done), 0.035, len(done))
    # a session that did not cover the lesion is not effective either
    assert all(a.return_day == a.day for a in done if not a.technical_success)
    assert all(0 <= a.margin_mm <= 10 for a in done)
    assert all(10 <= a.excess_mm <= 20 for a in done)
    assert all(0.02 <= a.involution_per_week <= 0.04 for a in done)


@pytest.mark.parametrize(("margin", "band"), [(0.0, 0), (5.0, 1), (8.0, 2), (12.0, 3)])
def test_local_progression_is_exponential_with_the_hazard_of_its_margin(margin, band):
    hazard = SCENARIO.ablation.local_progression_hazards_per_month[band]
    ablation = {
        "not_done_probability": 0.0,
        "zone_least_mm": 2 * margin,
        "zone_most_mm": 2 * margin,
        "placement_error_most_mm": 0.0,
        "technique_efficacy_probabilities": (1.0, 1.0, 1.0),
    }
    done = draw_ablations(change(SCENARIO, ablation=ablation))
    assert {a.margin_mm for a in done} == {margin}
    for months in (6, 24, 60):
        free = fmean(a.return_day - a.day > months * MONTH for a in done)
        assert within(free, exp(-hazard * floor(months * MONTH) / MONTH))


def test_without_hazard_local_tumour_never_returns():
    assert {a.return_day for a in draw_ablations(calm(), count=50)} == {inf}


def test_what_comes_back_is_there_from_its_first_day_and_grows():
    nature, _, _, lesions, _ = draw_baseline(draws_of(0).who, calm())
    ablation = no_ablation()._replace(day=14.0, return_day=100.0)
    assert viable_on(nature, lesions, ablation, 99) == 0.0
    assert viable_on(nature, lesions, ablation, 100) == 10.0
    assert isclose(viable_on(nature, lesions, ablation, 170), 10.0 * exp(0.1))


def test_a_misplaced_ablation_has_less_margin():
    wide = {"zone_least_mm": 14.0, "zone_most_mm": 14.0, "placement_error_most_mm": 10.0}
    done = draw_ablations(calm(ablation=wide))
    assert within(fmean(a.margin_mm == 0 for a in done), 0.35)  # 7 - u * 10 below 0.5
    assert {a.margin_mm for a in done} == {float(mm) for mm in range(8)}


def test_the_abscopal_effect_is_off_unless_a_scenario_says_otherwise():
    assert SCENARIO.ablation.abscopal_probability == 0
    assert {a.abscopal_day for a in draw_ablations(SCENARIO)} == {inf}
    done = draw_ablations(calm(ablation={"abscopal_probability": 0.3}))
    onsets = [a.abscopal_day - a.day for a in done if a.abscopal_day < inf]
    assert within(len(onsets) / N, 0.3)
    assert all(42 <= onset <= 70 for onset in onsets)
    assert within(fmean(onset < 56 for onset in onsets), 0.5, len(onsets))


# --- Leaving and toxicity


def test_leaving_is_exponential():
    nature = nature_of(SCENARIO, PLAN)
    fates = [draw_leaving(draws_of(number).who, nature, 1.0) for number in range(N)]
    for months in (3, 12, 24):
        days = floor(months * MONTH)
        stays = fmean(f.discontinuation > months * MONTH for f in fates)
        assert within(stays, exp(-0.04 * days / MONTH))
        assert within(
            fmean(f.withdrawal > months * MONTH for f in fates), exp(-0.01 * days / MONTH)
        )
    still = nature_of(change(SCENARIO, leaving={"withdrawal_hazard_per_month": 0.0}), PLAN)
    assert draw_leaving(draws_of(0).who, still, 9.0).withdrawal == inf
    assert {f.death for f in fates} == {1.0}


def test_toxicity_comes_at_any_day_of_its_window():
    scenario = change(SCENARIO, toxicity={"unacceptable_probability": 0.25})
    nature, protocol, *_ = draw_baseline(draws_of(0).who, scenario)
    days = [draw_toxicity(draws_of(number).who, nature, protocol) for number in range(N)]
    toxic = [day for day in days if day < inf]
    assert within(len(toxic) / N, 0.25)
    assert (min(toxic), max(toxic)) == (1, 42)
    assert within(fmean(day <= 21 for day in toxic), 0.5, len(toxic))
    no_window = protocol._replace(toxicity_window_days=0)
    assert draw_toxicity(draws_of(days.index(toxic[0])).who, nature, no_window) == inf


def test_an_ablation_is_planned_between_its_days():
    plan = replace(PLAN, ablation=AblationPlan(14, 14, 30.0))
    assert {a.day for a in draw_ablations(calm(), plan, 100)} == {14}
    assert {a.day for a in draw_ablations(calm(), BARE_PLAN, 100)} == {inf}
