"""The words of an estimand and the analysis come from one field: changing it changes both.

Source: ICH E9(R1), section A.3; ``shared/reference/domain.md`` §5.3.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from called_patients import day, patient, time_of

from following import FDA, READ
from trialwright.endpoints import (
    TimeRules,
    duration_of_response,
    find_pending,
    list_estimands,
    objective_response,
    progression_free_survival,
    time_to_progression,
    time_to_response,
)
from trialwright.endpoints.sets import AnalysisSets
from trialwright.errors import StudyError
from trialwright.response import ResponseRules
from trialwright.study import Study
from trialwright.study.counting import preset_countings
from trialwright.study.sections import UnplannedPolicy

NO_CHOICE = "not a choice"


def of(study, key, counting="study"):
    return next(one for one in list_estimands(study, counting) if one.key == key)


def event(estimand, field):
    (found,) = [one for one in estimand.intercurrent_events if one.field == field]
    return found


def test_every_endpoint_has_its_five_attributes(crclm_study):
    found = list_estimands(crclm_study)
    keys = [one.key for one in found]
    assert len(set(keys)) == len(keys)
    assert {"ORR", "DCR", "PFS", "TTP", "DOR", "OS"} <= set(keys)
    for one in found:
        attributes = (one.treatment, one.population, one.variable, one.summary, one.title)
        assert all(attributes), one.key
        assert "OPEN" not in " ".join(attributes)
        assert one.intercurrent_events
        for each in one.intercurrent_events:
            assert all((each.event, each.strategy, each.meaning, each.field))


@pytest.mark.parametrize("counting", ["study", *preset_countings()])
def test_every_field_that_is_named_is_one_of_the_study(crclm_study, counting):
    fields = {path for path, _, _ in crclm_study.stated_fields()}
    named = {
        each.field for one in list_estimands(crclm_study, counting)
        for each in one.intercurrent_events
    }  # fmt: skip
    assert named - {NO_CHOICE} <= fields
    assert len(named) > 10


def test_a_study_without_ablation_does_not_speak_of_it(crclm_study):
    content = crclm_study.model_dump(exclude_none=True)
    del content["ablation"]
    for one in list_estimands(Study.model_validate(content)):
        words = [one.variable, one.treatment, *(each.event for each in one.intercurrent_events)]
        assert "ablation" not in " ".join(words)


def test_open_fields_are_said_to_be_open(crclm_study):
    content = crclm_study.model_dump(exclude_none=True)
    for section, name in (
        ("identity", "population"),
        ("endpoints", "time_origin"),
        ("statistics", "confidence_level"),
        ("rates", "new_anticancer_therapy"),
    ):
        content[section][name] = {"origin": "gap", "needed": "ask"}
    study = Study.model_validate(content)
    assert of(study, "ORR").population.startswith("OPEN")
    assert "OPEN" in of(study, "PFS").variable
    assert "OPEN" in of(study, "PFS").summary
    assert event(of(study, "ORR"), "rates.new_anticancer_therapy").strategy == "OPEN"


GAP = {"origin": "gap", "needed": "ask"}


def open_up(study, path):
    content = study.model_dump(exclude_none=True)
    section, name = path.split(".")
    content[section][name] = GAP
    return Study.model_validate(content)


@pytest.mark.parametrize(
    "path",
    [
        "rates.new_anticancer_therapy",
        "rates.treatment_discontinuation",
        "rates.ablation_not_performed",
        "response.unplanned_local_therapy",
    ],
)
def test_an_open_strategy_of_the_response_has_neither_name_nor_meaning(crclm_study, path):
    said = event(of(open_up(crclm_study, path), "ORR"), path)
    assert (said.strategy, said.meaning) == ("OPEN", "OPEN")


def test_an_open_ending_of_the_response_is_no_censoring(crclm_study):
    path = "endpoints.duration_of_response_ends_at_death"
    estimand = of(open_up(crclm_study, path), "DOR")
    said = event(estimand, path)
    assert (said.strategy, said.meaning) == ("OPEN", "OPEN")
    assert estimand.variable.endswith("to progression, and whether to death is OPEN")


def test_an_open_confirmation_is_not_unconfirmed(crclm_study):
    variable = of(open_up(crclm_study, "response.confirmation_required"), "ORR").variable
    assert "confirmation OPEN" in variable
    assert "confirmed" not in variable


@pytest.mark.parametrize(("landmarks", "key"), [("progression", "PFS"), ("survival", "OS")])
def test_open_landmarks_do_not_vanish(crclm_study, settle, landmarks, key):
    name = f"{landmarks}_landmarks_months"
    unsettled = open_up(crclm_study, f"statistics.{name}")
    assert "rates at OPEN months" in of(unsettled, key).summary
    none = settle(crclm_study, **{f"statistics__{name}": ()})
    assert "rates at" not in of(none, key).summary


@pytest.mark.parametrize("policy", get_args(UnplannedPolicy))
def test_every_policy_for_unplanned_local_treatment_has_words(crclm_study, settle, policy):
    study = settle(crclm_study, response__unplanned_local_therapy=policy)
    said = event(of(study, "ORR"), "response.unplanned_local_therapy")
    censors = policy == "censor"
    assert said.strategy == ("composite" if censors else "treatment policy")
    assert said.meaning == (
        "no later scan counts" if censors else f"the lesion counts as {policy.replace('_', ' ')}"
    )


@pytest.mark.parametrize("key", ["LTPFS", "TTLP"])
def test_local_control_names_what_does_not_censor_and_who_is_not_counted(crclm_study, key):
    estimand = of(crclm_study, key)
    assert estimand.variable.endswith("; lesions never completely ablated are not counted")
    said = {each.event: (each.strategy, each.meaning) for each in estimand.intercurrent_events}
    for what, words in (("new anticancer therapy", "not censor"), ("missed controls", "it counts")):
        (found,) = [value for name, value in said.items() if what in name]
        assert found[0] == "treatment policy"
        assert words in found[1]


@pytest.mark.parametrize("key", ["PFS", "OS", "TOT", "LTPFS", "TTLP"])
def test_the_horizon_is_named_where_it_censors(crclm_study, key):
    assert "[times.after_horizon]" in of(crclm_study, key, "record").summary
    assert "[times.after_horizon]" not in of(crclm_study, key, "ema").summary


def test_an_open_strategy_of_the_times_is_refused_by_name(crclm_study):
    content = crclm_study.model_dump(exclude_none=True)
    content["times"]["clinical_progression"] = {"origin": "gap", "needed": "ask"}
    with pytest.raises(StudyError, match=r"times\.clinical_progression"):
        list_estimands(Study.model_validate(content))
    with pytest.raises(StudyError, match=r"did you mean ema\?"):
        list_estimands(crclm_study, "emma")


# --- Changing a strategy changes the words and the times

# Stable on day 56, progressing on day 112, and what happened on day 80.
SCANS = {56: 90, 112: 130}
FACTS = {
    "new_anticancer_therapy": {"therapy": 80},
    "unplanned_local_therapy": {"local": 80},
    "treatment_discontinuation": {"stop": (80, "adverse event")},
    "clinical_progression": {"stop": (80, "progression")},
}
RESULTS = {"treatment_policy": (112, True), "hypothetical": (56, False), "composite": (80, True)}
WORDS = {
    "treatment_policy": ("treatment policy", "followed further"),
    "hypothetical": ("hypothetical", "censored at the last adequate assessment"),
    "composite": ("composite", "an event"),
}


def followed(local=None, **facts):
    return replace(patient(SCANS, **facts), local_therapy=day(local))


@pytest.mark.parametrize("field", FACTS)
@pytest.mark.parametrize("strategy", RESULTS)
def test_a_strategy_of_the_times_changes_words_and_times(crclm_study, settle, field, strategy):
    change = {f"times__{field}": strategy, "endpoints__first_day_counts": False}
    study = settle(crclm_study, **change)
    expected = RESULTS[strategy]
    if (field, strategy) == ("clinical_progression", "hypothetical"):
        expected = (112, True)  # the scan of day 112 documents it
    for key, endpoint in (("PFS", progression_free_survival), ("TTP", time_to_progression)):
        said = event(of(study, key), f"times.{field}")
        name, meaning = WORDS[strategy]
        assert said.strategy == name
        assert meaning in said.meaning
        found = time_of(endpoint, followed(**FACTS[field]), TimeRules.of(study))
        assert found == expected
    # overall survival has one strategy, whatever the field says
    assert of(study, "OS") == of(crclm_study, "OS")


@pytest.mark.parametrize("allowed", [-1, 0, 1, 2])
@pytest.mark.parametrize("what", ["progression", "death"])
def test_missed_assessments_change_words_and_times(crclm_study, settle, allowed, what):
    field = f"missed_before_{what}"
    study = settle(
        crclm_study, **{f"times__{field}": allowed, "endpoints__first_day_counts": False}
    )
    said = event(of(study, "PFS"), f"times.{field}")
    assert said.strategy == ("treatment policy" if allowed < 0 else "hypothetical")
    assert (str(allowed) in said.event) is (allowed >= 0)
    when = 56 + 150  # after one whole missed assessment
    late = patient({56: 90, when: 130}) if what == "progression" else patient({56: 90}, death=when)
    counts = allowed in (-1, 2)
    found = time_of(progression_free_survival, late, TimeRules.of(study))
    assert found == ((when, True) if counts else (56, False))


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ("adequate", "last adequate assessment"),
        ("measured", "last assessment of measured lesions"),
        ("any", "the last assessment before"),
    ],
)
def test_the_last_assessment_is_named(crclm_study, settle, which, words):
    study = settle(crclm_study, times__last_assessment=which)
    assert words in event(of(study, "PFS"), "times.new_anticancer_therapy").meaning


@pytest.mark.parametrize("ends", [True, False])
def test_death_in_the_duration_of_response_changes_words_and_times(crclm_study, settle, ends):
    study = settle(
        crclm_study,
        endpoints__duration_of_response_ends_at_death=ends,
        endpoints__first_day_counts=False,
    )
    assert of(study, "DOR").variable.endswith("or death") is ends
    one = patient({56: 60, 112: 60}, death=140)
    found = time_of(duration_of_response, one, TimeRules.of(study))
    assert found == ((84, True) if ends else (56, False))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("censored_at_last_assessment", (56, False)), ("censored_at_death", (90, False))],
)
def test_death_in_time_to_progression_changes_words_and_times(
    crclm_study, settle, choice, expected
):
    study = settle(
        crclm_study,
        endpoints__time_to_progression_death=choice,
        endpoints__first_day_counts=False,
    )
    said = event(of(study, "TTP"), "endpoints.time_to_progression_death")
    assert choice.replace("_", " ") in said.meaning
    assert (
        time_of(time_to_progression, patient({56: 90}, death=90), TimeRules.of(study)) == expected
    )


# --- and the rates


def responded(one):
    sets = AnalysisSets("treated", (one.member,))
    (found,) = objective_response(sets, {"P1": one.response}, criteria="RECIST 1.1")
    return found.met


@pytest.mark.parametrize("field", ["new_anticancer_therapy", "treatment_discontinuation"])
@pytest.mark.parametrize("policy", [True, False])
def test_a_strategy_of_the_rates_changes_words_and_responses(crclm_study, settle, field, policy):
    other = "composite" if field == "new_anticancer_therapy" else "while_on_treatment"
    strategy = "treatment_policy" if policy else other
    study = settle(crclm_study, **{f"rates__{field}": strategy})
    said = event(of(study, "ORR"), f"rates.{field}")
    assert said.strategy == strategy.replace("_", " ")
    rules = ResponseRules.of(study)
    facts = {"therapy": 80} if other == "composite" else {"stop": (80, "adverse event")}
    late = patient({56: 90, 112: 60, 168: 60}, rules=rules, **facts)
    early = patient({56: 60, 112: 60}, rules=rules, **facts)
    assert responded(late) is policy
    assert responded(early) is policy  # its confirmation came after day 80
    assert responded(patient({28: 60, 56: 60}, rules=rules, **facts))
    by_therapy = "therapy" in facts
    settles = {
        "criteria": "RECIST 1.1",
        "after_new_therapy": by_therapy and policy,
        "while_on_treatment": not by_therapy and not policy,
    }
    stable = patient({56: 90}, rules=rules, **facts)
    assert (find_pending([stable], (), None, **settles) == {"P1"}) is policy


@pytest.mark.parametrize("value", ["composite", "treatment_policy"])
def test_the_ablation_that_was_not_done_is_named_with_its_strategy(crclm_study, settle, value):
    study = settle(crclm_study, rates__ablation_not_performed=value)
    said = event(of(study, "ORR"), "rates.ablation_not_performed")
    assert said.strategy == value.replace("_", " ")
    assert ("no response" in said.meaning) is (value == "composite")


def test_who_counts_as_a_failure_has_neither_a_time_to_response_nor_its_duration():
    """A responder in DOR who is no responder in ORR would be two patients."""
    one = patient({56: 60, 112: 60}, rules=READ)
    failed = replace(one, failed="the planned ablation was not done")
    for endpoint in (duration_of_response, time_to_response):
        assert time_of(endpoint, one, FDA) is not None
        (none,) = endpoint([failed], FDA)
        assert none.why == "no response: the planned ablation was not done"
        assert not none.contradiction
    assert time_of(progression_free_survival, failed, FDA) == time_of(
        progression_free_survival, one, FDA
    )


@pytest.mark.parametrize("policy", ["exclude", "zero", "not_evaluable"])
@pytest.mark.parametrize("confirmed", [True, False])
def test_the_variable_follows_the_reading(crclm_study, settle, policy, confirmed):
    study = settle(
        crclm_study,
        response__planned_ablation=policy,
        response__confirmation_required=confirmed,
        endpoints__criteria="iRECIST",
    )
    variable = of(study, "ORR").variable
    assert ("unconfirmed" in variable) is not confirmed
    assert policy.replace("_", " ") in variable
    assert "iRECIST" in variable


def test_a_preset_is_said_as_it_counts(crclm_study):
    for name, preset in preset_countings().items():
        estimand = of(crclm_study, "PFS", name)
        for field in FACTS:
            said = event(estimand, f"times.{field}").strategy
            assert said == getattr(preset, field).replace("_", " ")


@pytest.mark.parametrize(("kind", "said"), [("two_stage", True), ("descriptive", False)])
def test_a_two_stage_design_adds_what_goes_with_its_decision(
    crclm_study, settle, kind, said
) -> None:
    found = {one.key: one for one in list_estimands(settle(crclm_study, design__kind=kind))}
    assert found["ORR"].summary.endswith("exact interval after two stages") == said
    assert not found["DCR"].summary.endswith("exact interval after two stages")
