"""Nobody is lost: bad dates, failures by declaration, and the check that every analysis makes."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from ablated_trial import make_ablated
from small_trial import FINDINGS, day, make_dataset, make_study

from trialwright.analysis import analyse, times_frame
from trialwright.analysis.accounting import check_accounting
from trialwright.dataset import Dataset
from trialwright.endpoints import NoTime
from trialwright.errors import DataError
from trialwright.response import POLICIES
from trialwright.study import Study
from trialwright.study.counting import preset_countings

WAYS = ("study", *preset_countings())


@pytest.fixture(scope="module")
def dataset():
    return make_dataset().with_findings(FINDINGS)


@pytest.fixture(scope="module")
def analysis(dataset):
    return analyse(dataset, make_study())


def dying(dataset, patient, on):
    deaths = dataset.deaths.filter(pl.col("patient_id") != patient)
    row = pl.DataFrame({"patient_id": [patient], "death_date": [day(on)]})
    frames = {**dataset.frames, "deaths": pl.concat([deaths, row], how="diagonal")}
    return Dataset.create(frames, source="-").with_findings(FINDINGS)


def check_sums(analysis):
    """Check that each endpoint has every patient of the data once, in result and in table."""
    everybody = sorted(analysis.dataset.patients["patient_id"].to_list())
    table = times_frame(analysis)
    for result in analysis.timed:
        if result.counted == "lesion":
            continue
        numbers = [c.total() for c in (result.events, result.competing, result.censored)]
        assert sum(numbers) + len(result.no_times) == len(analysis.sets.efficacy)
        rows = table.filter(pl.col("endpoint") == result.key)
        assert sorted(rows["patient_id"].to_list()) == everybody
        assert rows["reason"].null_count() == 0


@pytest.mark.parametrize("counting", WAYS)
@pytest.mark.parametrize("efficacy", ["treated", "enrolled"])
@pytest.mark.parametrize("origin", ["first_treatment", "enrolment"])
def test_every_way_accounts_for_every_patient(dataset, counting, efficacy, origin):
    study = make_study(
        analysis_sets__efficacy=efficacy,
        endpoints__time_origin=origin,
        endpoints__overall_survival_origin=origin,
    )
    check_sums(analyse(dataset, study, counting=counting))


def test_a_patient_never_treated_is_named_where_time_starts_with_treatment(dataset):
    found = analyse(dataset, make_study(analysis_sets__efficacy="enrolled"))
    for key in ("PFS", "OS", "TTP", "TOT"):
        why = {one.patient_id: one.why for one in found.result_of(key).no_times}
        assert "treat" in why["OUT-8"]
    enrolled = make_study(
        analysis_sets__efficacy="enrolled", endpoints__overall_survival_origin="enrolment"
    )
    survival = analyse(dataset, enrolled).survival_of("OS")
    assert survival.no_times == ()
    assert "OUT-8" in [time.patient_id for time in survival.times]


# --- Dates that cannot be


@pytest.mark.parametrize("counting", WAYS)
def test_a_death_before_the_first_treatment_is_told_and_nobody_is_lost(dataset, counting):
    wrong = dying(dataset, "PR-2", -20)
    found = analyse(wrong, make_study(), counting=counting)
    check_sums(found)
    (survival,) = found.survival_of("OS").no_times
    assert (survival.patient_id, survival.contradiction) == ("PR-2", True)
    assert survival.why.startswith(f"death on {day(-20)} (deaths) lies before the start of time")
    errors = [one for one in found.findings if one.rule == "endpoint.contradiction"]
    assert {one.patient for one in errors} == {"PR-2"}
    assert all(one.severity == "error" for one in errors)
    assert any(one.message.startswith("OS: death on") for one in errors)


@pytest.mark.parametrize("counting", WAYS)
def test_progression_and_scans_after_the_death_never_crash(dataset, counting):
    found = analyse(dying(dataset, "PD-4", 20), make_study(), counting=counting)
    check_sums(found)
    (death,) = [one for one in found.survival_of("OS").times if one.patient_id == "PD-4"]
    free = [one for one in found.survival_of("PFS").times if one.patient_id == "PD-4"]
    assert all(one.end <= death.end for one in free)


def test_an_end_of_treatment_before_the_first_dose_is_a_contradiction(dataset):
    frames = {
        **dataset.frames,
        "dispositions": dataset.dispositions.with_columns(pl.lit(day(-9)).alias("end_date")),
    }
    wrong = Dataset.create(frames, source="-").with_findings(FINDINGS)
    found = analyse(wrong, make_study())
    check_sums(found)
    none = [one for one in found.result_of("TOT").no_times if one.patient_id == "CR-1"]
    assert [one.contradiction for one in none] == [True]


# --- Who counts as a failure


def test_without_the_planned_ablation_a_responder_has_no_response_anywhere(dataset):
    """Composite: CR-1 responded without ablation, PR-2 was ablated."""
    policy, composite = (
        analyse(dataset, make_study(rates__ablation_not_performed=strategy))
        for strategy in ("treatment_policy", "composite")
    )
    met = {one.patient_id for one in composite.proportion("ORR").outcomes if one.met}
    assert met == {"PR-2"}
    assert policy.proportion("ORR").estimate.successes == 2
    for key in ("DOR", "TTR"):
        assert {time.patient_id for time in policy.result_of(key).times} == {"CR-1", "PR-2"}
        assert {time.patient_id for time in composite.result_of(key).times} == {"PR-2"}
        why = {one.patient_id: one.why for one in composite.result_of(key).no_times}
        assert why["CR-1"].startswith("no response: the planned ablation was not done")
    for key in ("PFS", "OS", "TTP"):
        assert composite.result_of(key).times == policy.result_of(key).times
    check_sums(composite)


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"rates__ablation_not_performed": "composite"},
        {
            "endpoints__criteria": "iRECIST",
            "response__immune_criteria": "iRECIST",
            "response__confirmation_required": False,
        },
    ],
)
@pytest.mark.parametrize("make", [make_dataset, make_ablated])
def test_the_primary_policy_gives_the_primary_response_rate(make, choices):
    data = make()
    for policy in ("exclude", "zero"):
        study = make_study(response__planned_ablation=policy, **choices)
        found = analyse(data, study)
        own = [one for one in found.policies if one.primary]
        assert [one.policy for one in own] == [policy]
        assert own[0].estimate == found.proportion("ORR").estimate
        assert own[0].changed == ()
        assert {one.policy for one in found.policies} == set(POLICIES) - {"viable"}  # not measured
        # another policy is what the whole analysis would be under it
        for other in found.policies[:3]:
            whole = analyse(data, make_study(response__planned_ablation=other.policy, **choices))
            assert other.estimate == whole.proportion("ORR").estimate, other.policy


def test_other_sets_and_other_days_have_their_own_rates(dataset):
    study = make_study(endpoints__other_disease_control_days=(84, 112))
    found = analyse(dataset, study)
    assert found.proportion("ORR").estimate.n == 7
    evaluable = found.proportion("ORR response evaluable")
    assert evaluable.estimate.n == len(found.sets.named("response_evaluable").patients) == 6
    assert found.proportion("ORR per protocol").estimate.n == 1
    control = [found.proportion(key).estimate for key in ("DCR", "DCR day 84", "DCR day 112")]
    assert [one.n for one in control] == [7, 7, 7]
    assert [one.successes for one in control] == [3, 3, 3]
    assert all(one.sensitivity for one in found.proportions if one.key not in ("ORR", "DCR"))


@pytest.mark.parametrize(
    ("open_dose", "why"),
    [
        (True, "analysis_sets.per_protocol_dose_percent is still open in the study file"),
        (False, "nobody is in the set"),
    ],
)
def test_a_rate_of_a_set_with_nobody_in_it_is_named(dataset, open_dose, why):
    content = make_study().model_dump(exclude_none=True)
    field = {"origin": "gap", "needed": "ask"} if open_dose else {
        "value": 50.0, "origin": "assumption", "basis": "test"
    }  # fmt: skip
    content["analysis_sets"]["per_protocol_dose_percent"] = field
    frames = {**dataset.frames, "ablations": dataset.ablations[:0]}  # none was done
    data = dataset if open_dose else Dataset.create(frames, source="-").with_findings(FINDINGS)
    found = analyse(data, Study.model_validate(content))
    assert found.proportion("ORR per protocol") is None
    (missing,) = [one for one in found.not_computable if one.key == "ORR per protocol"]
    assert missing.title == "Objective response rate, per protocol set (sensitivity)"
    assert missing.why == why


@pytest.mark.parametrize(("after", "pending"), [("count", True), ("censor", False)])
def test_the_horizon_settles_a_response_only_where_nothing_after_it_counts(dataset, after, pending):
    study = make_study(schedule__horizon_months=3.0, times__after_horizon=after)
    orr = analyse(dataset, study).proportion("ORR")
    assert {one.patient_id: one.pending for one in orr.outcomes}["SD-3"] is pending


# --- Tables that a way of counting reads and nobody collected


@pytest.mark.parametrize(
    ("counting", "choices", "missing", "words"),
    [
        ("study", {}, "therapies", "no time is censored at new therapy"),
        ("study", {}, "therapies", "no response is left out for coming after one"),
        ("ema", {}, "therapies", "no response is left out for coming after one"),
        ("fda_a", {}, "dispositions", "no time is censored at the end of treatment"),
        ("fda_a", {}, "dispositions", "no time is censored at an undocumented progression"),
        ("fda_c", {}, "dispositions", "no time ends with an undocumented progression"),
        (
            "study",
            {"rates__treatment_discontinuation": "while_on_treatment"},
            "dispositions",
            "no response is left out for coming after the end of treatment",
        ),
    ],
)
def test_a_table_that_a_choice_reads_is_missed(dataset, counting, choices, missing, words):
    frames = {name: frame for name, frame in dataset.frames.items() if name != missing}
    data = Dataset.create(frames, source="-").with_findings(FINDINGS)
    found = analyse(data, make_study(**choices), counting=counting)
    (said,) = [one for one in found.findings if one.rule == f"table.not_collected.{missing}"]
    assert words in said.message
    assert said.severity == "warning"


@pytest.mark.parametrize("counting", ["study", "ema", "record"])
def test_a_table_that_no_choice_reads_is_not_missed(dataset, counting):
    frames = {n: f for n, f in dataset.frames.items() if n not in ("dispositions", "therapies")}
    data = Dataset.create(frames, source="-").with_findings(FINDINGS)
    study = make_study(
        times__new_anticancer_therapy="treatment_policy",
        rates__new_anticancer_therapy="treatment_policy",
    )
    found = analyse(data, study, counting=counting)
    assert not [one for one in found.findings if one.rule.startswith("table.not_collected")]


# --- The check itself


def broken(analysis, key, change):
    return [change(one) if one.key == key else one for one in analysis.timed]


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("PFS", lambda one: replace(one, times=one.times[1:])),
        ("OS", lambda one: replace(one, no_times=(NoTime("X", "why"),))),
        ("TTP competing", lambda one: replace(one, times=one.times + one.times[:1])),
        ("DOR", lambda one: replace(one, no_times=one.no_times[1:])),
    ],
)
def test_a_patient_too_few_or_too_many_stops_the_analysis(analysis, key, change):
    sets, rates = analysis.sets, analysis.proportions
    lesions = analysis.ablated
    check_accounting(sets, rates, analysis.timed, lesions, 8)
    with pytest.raises(DataError, match=rf"{key}: \d of 7 patients are accounted for once; "):
        check_accounting(sets, rates, broken(analysis, key, change), lesions, 8)


def swapped(rows):
    """Return the rows with the first twice and the last missing, as many as before."""
    return (rows[0], *rows[:-1])


def test_one_patient_twice_and_another_missing_are_named(analysis):
    pfs = analysis.survival_of("PFS")
    ids = [one.patient_id for one in (*pfs.times, *pfs.no_times)]
    results = broken(analysis, "PFS", lambda one: replace(one, times=swapped(one.times)))
    words = f"PFS: 5 of 7 .*; missing: {pfs.times[-1].patient_id}; more than once: {ids[0]}$"
    with pytest.raises(DataError, match=words):
        check_accounting(analysis.sets, analysis.proportions, results, analysis.ablated, 8)
    rates = [replace(one, outcomes=swapped(one.outcomes)) for one in analysis.proportions]
    last = rates[0].outcomes[0].patient_id
    with pytest.raises(DataError, match=f"ORR: 5 of 7 .*; more than once: {last}$"):
        check_accounting(analysis.sets, rates, analysis.timed, analysis.ablated, 8)
    stranger = replace(pfs.times[0], patient_id="X-9")
    results = broken(analysis, "PFS", lambda one: replace(one, times=(stranger, *one.times[1:])))
    with pytest.raises(DataError, match=f"missing: {ids[0]}; not to be counted: X-9$"):
        check_accounting(analysis.sets, analysis.proportions, results, analysis.ablated, 8)


@pytest.mark.parametrize("key", ["TTLP", "LTPFS per lesion"])
def test_so_are_one_lesion_twice_and_another_missing(key):
    found = analyse(make_ablated(), make_study())
    results = broken(found, key, lambda one: replace(one, times=swapped(one.times)))
    times = found.result_of(key).times
    first, last = (f"{one.patient_id} {one.lesion_id}" for one in (times[0], times[-1]))
    words = f"{key}: 5 of 7 lesions .*; missing: {last}; more than once: {first}$"
    with pytest.raises(DataError, match=words):
        check_accounting(found.sets, found.proportions, results, found.ablated, 7)


def test_the_sets_and_the_rates_are_checked_too(analysis):
    sets, rates, lesions = analysis.sets, analysis.proportions, analysis.ablated
    with pytest.raises(DataError, match="9 patients in the data, but 8"):
        check_accounting(sets, rates, analysis.timed, lesions, 9)
    lost = replace(sets.sets[3], patients=sets.sets[3].patients[1:])
    fewer = replace(sets, sets=(*sets.sets[:3], lost, *sets.sets[4:]))
    with pytest.raises(DataError, match=f"{lost.title}: 7 of 8"):
        check_accounting(fewer, rates, analysis.timed, lesions, 8)
    short = [replace(one, outcomes=one.outcomes[1:]) for one in rates]
    with pytest.raises(DataError, match="ORR: 6 of 7"):
        check_accounting(sets, short, analysis.timed, lesions, 8)
