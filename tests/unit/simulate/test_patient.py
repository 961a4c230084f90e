from __future__ import annotations

from dataclasses import replace
from math import exp, floor, inf, isclose, log, sqrt
from statistics import fmean

from trialwright.simulate import AblationPlan, Draws, Purpose, read_scenario
from trialwright.simulate.patient import draw_patient

SCENARIO = read_scenario("regotori_liver_like")
RFA = AblationPlan(7, 21, 30.0)
N = 3000
MONTH = 30.4375


def draw_many(scenario, plan=RFA):
    return [draw_patient(scenario, plan, Draws(77, 0, number)) for number in range(N)]


def within(found, p):
    return abs(found - p) < 4 * sqrt(p * (1 - p) / N)


def test_fast_growth_shortens_life_and_brings_new_lesions():
    scenario = replace(
        SCENARIO,
        survival=replace(SCENARIO.survival, log_sd=0.0),
        new_lesions=replace(SCENARIO.new_lesions, frailty_log_sd=0.0),
    )
    for number in range(20):
        draws = Draws(77, 0, number)
        patient, z = draw_patient(scenario, RFA, draws), draws.normal(Purpose.GROWTH_OF_PATIENT)
        assert patient.death_day == floor(51.4 * exp(-0.3 * z) * 7) + 1
        week = draws.exponential(Purpose.NEW_LESION_TIME) / (0.1331 * exp(0.3 * z))
        assert isclose(patient.new_lesions[0].onset_day, 7 * week)
        onsets = [lesion.onset_day for lesion in patient.new_lesions]
        assert onsets == sorted(onsets)


def test_growth_has_patient_organ_and_lesion_parts():
    for number in range(20):
        draws = Draws(77, 0, number)
        liver = draw_patient(SCENARIO, RFA, draws).lesions[1]
        log_kg = (
            log(0.0044)
            + 0.6 * draws.normal(Purpose.GROWTH_OF_PATIENT)
            + 0.2 * draws.normal(Purpose.GROWTH_OF_ORGAN, 0)
            + 0.3 * draws.normal(Purpose.GROWTH_OF_LESION, 1)
        )
        log_ks = (
            log(0.0204)
            + 0.81 * draws.normal(Purpose.SHRINKAGE_OF_PATIENT)
            + 0.4 * draws.normal(Purpose.SHRINKAGE_OF_LESION, 1)
        )
        assert isclose(liver.kg_per_week, exp(log_kg))
        assert isclose(liver.ks_per_week, exp(log_ks))


def test_shares_of_lesions_and_organs():
    patients = draw_many(SCENARIO)
    extra = [sum(x.role == "target" for x in p.lesions) - 2 for p in patients]
    for count, share in enumerate(SCENARIO.lesions.extrahepatic_target_shares):
        assert within(extra.count(count) / N, share)
    hidden = [sum(x.role == "non_target" for x in p.lesions) for p in patients]
    for count, share in enumerate(SCENARIO.lesions.non_target_shares):
        assert within(hidden.count(count) / N, share)
    first_new = [p.new_lesions[0].organ for p in patients]
    for organ, share in zip(("liver", "lung", "lymph node"), (0.6, 0.25, 0.15), strict=True):
        assert within(first_new.count(organ) / N, share)
    assert within(fmean(p.sex == "female" for p in patients), 0.4)
    assert within(fmean(p.ecog == 1 for p in patients), 0.65)


def test_shares_of_ablations():
    ablations = [p.ablation for p in draw_many(SCENARIO)]
    done = [a for a in ablations if a is not None]
    assert within(len(done) / N, 0.925)
    assert {a.day for a in done} == set(range(7, 22))
    failed = [a for a in done if a.return_day == a.day]
    assert within(len(failed) / len(done), 0.07)
    assert within(fmean(not a.technical_success for a in done), 0.035)
    assert all(a in failed for a in done if not a.technical_success)
    assert all(0 <= a.margin_mm <= 10 for a in done)


def test_local_progression_follows_the_margin():
    hazards = SCENARIO.ablation.local_progression_hazards_per_month
    for margin, hazard, spread in ((5.0, hazards[1], 10.0), (8.0, hazards[2], 16.0)):
        ablation = replace(
            SCENARIO.ablation,
            zone_least_mm=spread,
            zone_most_mm=spread,
            placement_error_most_mm=0.0,
            technique_efficacy_probability=1.0,
        )
        done = [a for p in draw_many(replace(SCENARIO, ablation=ablation)) if (a := p.ablation)]
        assert {a.margin_mm for a in done} == {margin}
        free = fmean(a.return_day - a.day > 24 * MONTH for a in done)
        assert within(free, exp(-24 * hazard))


def test_leaving_is_exponential():
    patients = draw_many(SCENARIO)
    assert within(fmean(p.discontinuation_day > 12 * MONTH for p in patients), exp(-0.48))
    assert within(fmean(p.withdrawal_day > 24 * MONTH for p in patients), exp(-0.24))
    stays = replace(SCENARIO.leaving, withdrawal_hazard_per_month=0.0)
    assert draw_patient(replace(SCENARIO, leaving=stays), RFA, Draws(1, 0, 0)).withdrawal_day == inf
