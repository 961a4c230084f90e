"""ADTTE of responses taken as called: which choices of the study it follows, and which it names."""

from __future__ import annotations

import polars as pl
import pytest

from trialwright.cdisc.adam.adrs_records import read_called
from trialwright.cdisc.adam.adrs_source import AdrsSource
from trialwright.cdisc.adam.adtte import build_adtte
from trialwright.cdisc.adam.collected_rules import collected_rules
from trialwright.cdisc.adam.rules import ADAM_RULES
from trialwright.endpoints.endings import DeathIs, Strategy
from trialwright.errors import StudyError
from trialwright.response import BestRules
from trialwright.response.bulk.derive_called import derive_called
from trialwright.study.vary import vary_study

RESPONSES = [("SD", "2026-03-02"), ("PR", "2026-04-27"), ("PR", "2026-06-22")]
START = "2026-01-05"


@pytest.fixture
def following(crclm_study):
    """Return the worked example with every time followed, whatever happens."""
    choices = dict.fromkeys(
        (
            "times.no_baseline",
            "times.clinical_progression",
            "times.new_anticancer_therapy",
            "times.unplanned_local_therapy",
            "times.treatment_discontinuation",
        ),
        "treatment_policy",
    )
    return vary_study(crclm_study, choices | {"times.no_baseline": "follow"}, basis="test")


def adtte(rules, therapy=None, death=None):
    """Return one subject's rows by PARAMCD, and the reasons for those that are not there."""
    rs = pl.DataFrame(
        [
            {"USUBJID": "S-01", "RSTESTCD": "OVRLRESP", "RSEVAL": "INVESTIGATOR",
             "RSCAT": "RECIST 1.1", "RSSTRESC": code, "RSORRES": code, "RSDTC": when,
             "RSSEQ": str(at), "VISIT": f"V{at}", "VISITNUM": str(at), "RSTEST": "Overall Response",
             "DOMAIN": "RS"}
            for at, (code, when) in enumerate(RESPONSES)
        ]
    )  # fmt: skip
    adsl = pl.DataFrame(
        {"STUDYID": ["T"], "USUBJID": ["S-01"], "TRTSDT": [START], "DTHDT": [death],
         "DTHFL": ["Y" if death else None], "LSTALVDT": ["2026-07-01"], "NEWDT": [therapy]},
        schema_overrides={"DTHDT": pl.String, "DTHFL": pl.String, "NEWDT": pl.String},
    )  # fmt: skip
    read = read_called(rs, adsl, "recist11", source=AdrsSource(new_therapy="NEWDT"))
    found = derive_called(read.called, BestRules(28, 1, 0, 42), "recist11")
    made = build_adtte(read, found, "recist11", rules, codes=("OVR", "PD", "DEATH", "LSTA"))
    rows = {row["PARAMCD"]: row for row in made.frame.iter_rows(named=True)}
    return rows, dict(made.not_counted.select("PARAMCD", "reason").iter_rows())


def test_every_choice_that_responses_cannot_follow_is_named(crclm_study):
    _, named = collected_rules(crclm_study, "fda_c", "recist11")
    fields = {one.message.split(" ")[0] for one in named}
    assert fields >= {"times.clinical_progression", "times.new_anticancer_therapy"}
    assert all(ADAM_RULES[one.rule].severity == one.severity == "warning" for one in named)


def test_choices_that_ask_for_nothing_more_are_not(following):
    assert collected_rules(following, "study", "recist11")[1] == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("endpoints.time_origin", "enrolment"),
        ("endpoints.overall_survival_origin", "enrolment"),
        ("endpoints.criteria", "iRECIST"),
    ],
)
def test_another_origin_or_criterion_is_refused_by_name(following, field, value):
    study = vary_study(following, {field: value}, basis="test")
    with pytest.raises(StudyError, match=field):
        collected_rules(study, "study", "recist11")


def test_the_template_counts_from_the_randomisation(following):
    with pytest.raises(StudyError, match="admiral"):
        collected_rules(following, "study", "admiral")
    origins = dict.fromkeys(
        ("endpoints.time_origin", "endpoints.overall_survival_origin"), "enrolment"
    )
    rules, _ = collected_rules(vary_study(following, origins, basis="test"), "study", "admiral")
    assert rules.extra_day == int(following.endpoints.first_day_counts.require())


@pytest.mark.parametrize(
    ("choice", "end", "said", "source"),
    [
        ("censored_at_death", "2026-06-30", ("Death", "Death"), ("ADRS", "ADT")),
        (
            "censored_at_last_assessment",
            "2026-06-22",
            ("No Event", "Last Adequate Assessment"),
            ("ADRS", "ADT"),
        ),
    ],
)
def test_a_death_ends_time_to_progression_as_the_study_says(following, choice, end, said, source):
    study = vary_study(following, {"endpoints.time_to_progression_death": choice}, basis="test")
    rules, _ = collected_rules(study, "study", "recist11")
    assert rules.death_in_progression == (
        DeathIs.CENSORED_AT_DEATH
        if choice == "censored_at_death"
        else DeathIs.CENSORED_AT_LAST_ASSESSMENT
    )
    rows, _ = adtte(rules, death="2026-06-30")
    row = rows["TTP"]
    assert (str(row["ADT"]), row["CNSR"]) == (end, 1)
    assert (row["EVNTDESC"], row["CNSDTDSC"]) == said
    assert (row["SRCDOM"], row["SRCVAR"]) == source
    assert rows["PFS"]["EVNTDESC"] == "Death"


def test_a_new_therapy_that_is_an_event_is_no_progression(following):
    rules, _ = collected_rules(following, "study", "recist11")
    rules = rules._replace(
        censoring=rules.censoring._replace(new_therapy=Strategy.COMPOSITE), extra_day=0
    )
    rows, _ = adtte(rules, therapy="2026-07-10")
    row = rows["PFS"]
    assert (str(row["ADT"]), row["CNSR"]) == ("2026-07-10", 0)
    assert (row["EVNTDESC"], row["SRCSEQ"]) == ("New Anticancer Therapy", None)


def test_a_response_after_the_horizon_has_no_duration_and_says_so(following):
    rules, _ = collected_rules(following, "study", "recist11")
    late = rules._replace(censoring=rules.censoring._replace(horizon_day=60.0))
    rows, missing = adtte(late)
    assert rows["PFS"]["EVNTDESC"] == "Followed to the Horizon"
    assert missing["DOR"] == "what ends the time, or censors it, came before the response"
    assert "DOR" in adtte(rules)[0]
