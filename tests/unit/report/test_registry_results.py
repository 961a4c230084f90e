"""The results section for the registry: its numbers, what it leaves out, and hostile input."""

from __future__ import annotations

import json
from collections import Counter
from statistics import mean, stdev

import polars as pl
import pytest
from peopled_trial import analyse_both, peopled_dataset
from small_trial import make_analysis, make_dataset, make_study

from event_trials import event, trial
from trialwright.analysis import analyse
from trialwright.analysis.safety import analyse_safety
from trialwright.dataset import Dataset
from trialwright.dataset.age import derive_ages
from trialwright.report.registry import (
    build_registry_results,
    find_registry_gaps,
    render_registry_results,
)
from trialwright.report.registry.adverse_events import build_adverse_events
from trialwright.simulate import simulate_study
from trialwright.study import Study
from trialwright.study.ctgov_json import read_json

ORR = {"role": "primary", "measure": "Objective response rate (ORR)", "raw": "ORR",
       "time_frame": "2 years"}  # fmt: skip
SURVIVAL = {"role": "secondary", "measure": "Overall survival (OS)", "raw": "OS",
            "time_frame": "2 years"}  # fmt: skip


def with_outcomes(study, *outcomes):
    return Study.model_validate(study.model_dump(exclude_none=True) | {"outcomes": outcomes})


def results_of(analysis, safety=None):
    safety = safety or analyse_safety(analysis.dataset, analysis.study)
    return build_registry_results(analysis, safety)["resultsSection"]


def gaps_of(analysis, safety=None):
    return find_registry_gaps(analysis, safety or analyse_safety(analysis.dataset, analysis.study))


def outcome(results, number=0):
    return results["outcomeMeasuresModule"]["outcomeMeasures"][number]


def measurement(measure):
    (row,) = measure["classes"]
    (category,) = row["categories"]
    (value,) = category["measurements"]
    return value


def counts(measure):
    return {
        one["title"]: int(one["measurements"][0]["value"])
        for one in measure["classes"][0]["categories"]
    }


@pytest.fixture(scope="module")
def simulated(crclm_study):
    data = simulate_study(crclm_study, seed=1, trial=14, patients=45)
    return analyse(data, crclm_study), analyse_safety(data, crclm_study)


@pytest.fixture(scope="module")
def results(simulated):
    return results_of(*simulated)


@pytest.fixture(scope="module")
def baseline(results):
    return {one["title"]: one for one in results["baselineCharacteristicsModule"]["measures"]}


def test_the_same_input_gives_the_same_bytes_and_a_reader_of_the_registry_reads_them(simulated):
    written = render_registry_results(*simulated)
    assert written == render_registry_results(*simulated)
    (record,) = read_json(written.decode("utf-8"), "results.json")
    study = simulated[0].study
    assert (record.title, record.nct_id, record.has_results) == (
        study.identity.title.value,
        None,
        True,
    )
    assert [one.measure for one in record.primary_outcomes] == ["Objective response rate (ORR)"]
    assert [one.measure for one in record.secondary_outcomes] == [
        one.measure for one in study.outcomes if one.role == "secondary"
    ]


def test_every_registered_outcome_has_the_numbers_of_the_analysis(simulated, results):
    analysis = simulated[0]
    keys = ("ORR", "PFS", "OS", "DCR", "DOR", "TTP")
    for number, key in enumerate(keys):
        shown = outcome(results, number)
        value = measurement(shown)
        result = analysis.result_of(key)
        assert shown["reportingStatus"] == "POSTED"
        if key in ("ORR", "DCR"):
            expected = [100 * one for one in (
                result.estimate.value, result.estimate.low, result.estimate.high)]  # fmt: skip
            analysed = result.estimate.n
        else:
            expected = [result.median.value, result.median.low, result.median.high]
            analysed = len(result.times)
        for name, number_expected in zip(
            ("value", "lowerLimit", "upperLimit"), expected, strict=True
        ):
            if value[name] == "NA":
                assert number_expected != number_expected  # noqa: PLR0124 - nan
                assert "cannot be estimated" in value["comment"]
            else:
                assert float(value[name]) == pytest.approx(number_expected, abs=0.005)
        assert shown["denoms"][0]["counts"] == [{"groupId": "OG000", "value": str(analysed)}]


def test_the_primary_outcome_has_the_test_of_the_design(simulated, results):
    found = simulated[0].stage.inference
    (test,) = outcome(results)["analyses"]
    assert float(test["pValue"]) == pytest.approx(found.p_value, abs=5e-5)
    assert float(test["paramValue"]) == pytest.approx(100 * found.estimate, abs=0.005)
    assert float(test["ciLowerLimit"]) == pytest.approx(100 * found.low, abs=0.005)
    assert simulated[0].stage.final.sentence in test["groupDescription"]


def test_a_design_that_has_not_decided_has_no_test(crclm_study):
    data = simulate_study(crclm_study, seed=1, trial=14, patients=6)
    analysis = analyse(data, crclm_study)
    assert "analyses" not in outcome(results_of(analysis))
    assert any("the design's test is not given" in one for one in gaps_of(analysis))


def test_the_flow_adds_up_and_names_the_reasons(simulated, results):
    (period,) = results["participantFlowModule"]["periods"]
    steps = {
        one["type"]: int(one["achievements"][0]["numSubjects"]) for one in period["milestones"]
    }
    reasons = {
        one["type"]: int(one["reasons"][0]["numSubjects"]) for one in period["dropWithdraws"]
    }
    ends = simulated[0].dataset.dispositions.filter(pl.col("scope") == "study")
    collected = Counter(ends["reason_category"])
    assert steps["STARTED"] == 45
    assert steps["COMPLETED"] == collected["completed"]
    assert steps["NOT COMPLETED"] == 45 - steps["COMPLETED"] == sum(reasons.values())
    assert reasons["Death"] == collected["death"]
    assert reasons["Withdrawal by Subject"] == collected["withdrawal"]


def test_baseline_is_that_of_the_patients(simulated, baseline):
    analysis = simulated[0]
    ages = [one.years for one in derive_ages(analysis.dataset).values() if one.years is not None]
    shown = measurement(baseline["Age, Continuous"])
    assert float(shown["value"]) == pytest.approx(mean(ages), abs=0.005)
    assert float(shown["spread"]) == pytest.approx(stdev(ages), abs=0.005)
    assert baseline["Age, Continuous"]["denoms"][0]["counts"][0]["value"] == str(len(ages))
    sexes = Counter(analysis.dataset.patients["sex"])
    assert counts(baseline["Sex: Female, Male"]) == {
        "Female": sexes["female"], "Male": sexes["male"]
    }  # fmt: skip
    for measure in baseline.values():
        if measure["paramType"] == "COUNT_OF_PARTICIPANTS":
            assert sum(counts(measure).values()) == 45, measure["title"]


def test_events_add_up_to_what_was_collected(simulated, results):
    safety, module = simulated[1], results["adverseEventsModule"]
    rows = safety.events.emergent.to_dicts()
    (total,) = module["eventGroups"]
    for kind, serious in (("serious", True), ("other", False)):
        own = [one for one in rows if bool(one["serious"]) is serious]
        patients = {}
        for one in own:
            patients.setdefault(one["term"], set()).add(one["patient_id"])
        least = 0 if serious else 0.05 * 45
        listed = {term: who for term, who in patients.items() if len(who) > least}
        shown = {one["term"]: one["stats"][0] for one in module[f"{kind}Events"]}
        assert {term: one["numAffected"] for term, one in shown.items()} == {
            term: len(who) for term, who in listed.items()
        }
        assert sum(one["numEvents"] for one in shown.values()) == sum(
            one["term"] in listed for one in own
        )
        assert total[f"{kind}NumAffected"] == len(set().union(*listed.values()))
    assert total["deathsNumAffected"] == simulated[0].dataset.deaths["patient_id"].n_unique()


def test_an_event_of_just_five_per_cent_is_not_listed(crclm_study):
    """42 CFR 11.48: events that exceed 5 per cent, so 1 of 20 is not listed and 2 of 20 are."""
    names = [f"P{number}" for number in range(1, 21)]
    events = [event(patient=name, term="Nausea") for name in names[:2]]
    events += [event(patient=name, term="Cough") for name in names[2:3]]
    events += [event(patient=name, term="Sepsis", serious=True) for name in names[3:4]]
    events += [event(-10, patient=name, term="Old", end_date=None) for name in names[4:]]
    module = build_adverse_events(analyse_safety(trial(*events), crclm_study))
    assert [one["term"] for one in module["otherEvents"]] == ["Nausea"]
    assert [one["term"] for one in module["seriousEvents"]] == ["Sepsis"]
    assert module["frequencyThreshold"] == "5"
    assert "Not listed: 1 other event of terms" in module["description"]
    assert "Not counted: 16 events that are not emergent." in module["description"]
    assert module["otherEvents"][0]["stats"][0]["numAtRisk"] == 20


def test_no_events_are_zeroes_and_no_table_is_nothing(crclm_study):
    none = build_adverse_events(analyse_safety(trial(), crclm_study))
    assert (none["seriousEvents"], none["otherEvents"]) == ([], [])
    (total,) = none["eventGroups"]
    assert (total["seriousNumAffected"], total["otherNumAffected"]) == (0, 0)
    analysis = make_analysis(make_study(safety__emergent_days=30))
    module = results_of(analysis)["adverseEventsModule"]
    assert "seriousEvents" not in module
    assert "seriousNumAffected" not in module["eventGroups"][0]
    assert module["eventGroups"][0]["deathsNumAffected"] == 3
    assert any("Adverse events are not given: the table adverse_events" in one
               for one in gaps_of(analysis))  # fmt: skip


def test_a_median_that_was_not_reached_is_na_with_its_reason():
    data = make_dataset()
    one = data.deaths.filter(pl.col("patient_id") == "NE-6")
    alive = Dataset.create(dict(data.frames) | {"deaths": one}, source="made in code")
    analysis = make_analysis(with_outcomes(make_study(), SURVIVAL), alive)
    assert analysis.survival_of("OS").median.state == "not reached"
    value = measurement(outcome(results_of(analysis)))
    assert value["value"] == "NA"
    assert "was not reached: 1 event in 7 patients" in value["comment"]


def test_an_outcome_that_names_no_endpoint_or_several_is_not_posted():
    other = ORR | {"measure": "Quality of life"}
    several = ORR | {"measure": "Overall survival (OS) and progression-free survival (PFS)"}
    analysis = make_analysis(with_outcomes(make_study(), other, several))
    shown = results_of(analysis)["outcomeMeasuresModule"]["outcomeMeasures"]
    assert [one["reportingStatus"] for one in shown] == ["NOT_POSTED", "NOT_POSTED"]
    assert "classes" not in shown[0]
    assert "names no endpoint" in shown[0]["populationDescription"]
    assert "several endpoints (PFS, OS)" in shown[1]["populationDescription"]
    assert sum("not posted, because" in one for one in gaps_of(analysis)) == 2


def test_a_study_without_registered_outcomes_writes_none_and_says_so():
    analysis = make_analysis()
    assert results_of(analysis)["outcomeMeasuresModule"] == {"outcomeMeasures": []}
    assert any("no registered outcomes" in one for one in gaps_of(analysis))


def test_the_data_say_reasons_in_their_own_words_and_who_goes_on():
    analysis = make_analysis()
    (period,) = results_of(analysis)["participantFlowModule"]["periods"]
    reasons = {one["type"]: one["reasons"][0]["numSubjects"] for one in period["dropWithdraws"]}
    assert reasons == {"Still in the study": "5", "Death": "3"}
    assert any("5 patients are still in the study" in one for one in gaps_of(analysis))


def test_nobody_treated_is_all_zeroes_and_posts_no_outcome(crclm_study):
    frames = simulate_study(crclm_study, seed=1, patients=2).frames
    empty = {name: frame.clear() for name, frame in frames.items()}
    screened = frames["patients"].with_columns(enrolment_date=pl.lit(None, pl.Date))
    analysis = analyse(
        Dataset.create(empty | {"patients": screened}, source="made in code"), crclm_study
    )
    results = results_of(analysis)
    assert results["baselineCharacteristicsModule"]["measures"] == []
    assert results["baselineCharacteristicsModule"]["denoms"][0]["counts"][0]["value"] == "0"
    posted = {one["reportingStatus"] for one in results["outcomeMeasuresModule"]["outcomeMeasures"]}
    assert posted == {"NOT_POSTED"}
    (total,) = results["adverseEventsModule"]["eventGroups"]
    assert (total["deathsNumAffected"], total["deathsNumAtRisk"]) == (0, 0)
    assert any("known of no patient" in one for one in gaps_of(analysis))
    assert "limitationsAndCaveats" not in results["moreInfoModule"]


def test_one_patient_has_no_standard_deviation(crclm_study):
    data = simulate_study(crclm_study, seed=1, trial=14, patients=1)
    shown = {
        one["title"]: one
        for one in results_of(analyse(data, crclm_study))["baselineCharacteristicsModule"][
            "measures"
        ]
    }
    value = measurement(shown["Age, Continuous"])
    assert value["spread"] == "NA"
    assert "single value" in value["comment"]


def test_hostile_text_is_kept_whole_and_what_is_too_long_is_told():
    long, chinese = "x" * 300, "客观缓解率 (ORR)"
    hostile = '<script>alert("1")</script> {\\rtf1} \\input $#'
    study = with_outcomes(
        make_study(identity__title=hostile),
        ORR | {"measure": f"ORR {long}", "description": hostile},
        ORR | {"measure": chinese},
    )
    analysis = make_analysis(study)
    safety = analyse_safety(analysis.dataset, study)
    record = json.loads(render_registry_results(analysis, safety))
    assert record["protocolSection"]["identificationModule"]["briefTitle"] == hostile
    assert outcome(record["resultsSection"])["title"] == f"ORR {long}"
    told = find_registry_gaps(analysis, safety)
    assert any("has 304 characters, and the registry takes 255" in one for one in told)
    assert any(f"'{chinese}' is to be translated" in one for one in told)


def test_a_sex_that_is_not_known_is_a_category_of_its_own():
    data = make_dataset()
    patients = data.patients.with_columns(
        sex=pl.when(pl.col("patient_id") == "CR-1").then(None).otherwise(pl.col("sex"))
    )
    analysis = make_analysis(
        dataset=Dataset.create(dict(data.frames) | {"patients": patients}, source="made in code")
    )
    measures = results_of(analysis)["baselineCharacteristicsModule"]["measures"]
    sex = next(one for one in measures if one["title"] == "Sex/Gender, Customized")
    assert counts(sex) == {"Female": 6, "Male": 0, "Not known": 1}


def test_who_was_screened_only_stands_before_the_flow():
    flow = results_of(*analyse_both(peopled_dataset()))["participantFlowModule"]
    assert flow["preAssignmentDetails"].startswith("9 patients were screened; not enrolled: 1.")
    started, treated, *_ = (
        int(one["achievements"][0]["numSubjects"]) for one in flow["periods"][0]["milestones"]
    )
    assert (started, treated) == (8, 7)


@pytest.mark.parametrize(("number", "held"), [("NCT01234567", True), ("NCT-UNKNOWN", False)])
def test_a_number_of_the_registry_is_written_and_a_placeholder_is_a_gap(number, held, settle):
    analysis = make_analysis(settle(make_study(), identity__registration_number=number))
    safety = analyse_safety(analysis.dataset, analysis.study)
    identity = build_registry_results(analysis, safety)["protocolSection"]["identificationModule"]
    assert identity.get("nctId") == (number if held else None)
    assert any("no NCT number" in one for one in gaps_of(analysis)) is not held


def test_several_arms_are_counted_together_and_said():
    data = make_dataset()
    patients = data.patients.with_columns(
        arm=pl.when(pl.col("patient_id") == "CR-1").then(pl.lit("A")).otherwise(pl.lit("B"))
    )
    analysis = make_analysis(
        dataset=Dataset.create(dict(data.frames) | {"patients": patients}, source="made in code")
    )
    assert any("2 arms or cohorts" in one for one in gaps_of(analysis))
    assert len(results_of(analysis)["participantFlowModule"]["groups"]) == 1


@pytest.mark.parametrize(
    "words", ["Point of contact", "Certain agreements", "Race and ethnicity", "country"]
)
def test_what_nobody_told_us_is_a_gap(simulated, words):
    assert any(words in one for one in find_registry_gaps(*simulated))
