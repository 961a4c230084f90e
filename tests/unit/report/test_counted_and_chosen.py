"""How each endpoint is counted, and every choice of the study file, in words."""

from __future__ import annotations

from typing import get_args

import pytest
from small_trial import DEFAULTS, GAPS, VALUES, make_dataset, make_study

from trialwright.analysis import analyse, recount
from trialwright.report.glance import (
    build_endpoints,
)
from trialwright.report.words import build_choice_sections
from trialwright.report.words.counted import explain_endpoint
from trialwright.study.counting import FIELDS, Counting
from trialwright.study.model import Study
from trialwright.study.stated import EVIDENCE


@pytest.mark.parametrize(
    ("path", "value", "key", "words"),
    [
        ("response__confirmation_required", False, "ORR", "no confirmation asked for"),
        ("response__confirmation_required", True, "ORR", "confirmed at least 28 days later"),
        ("response__confirmation_required", True, "ORR unconfirmed", "no confirmation asked for"),
        ("response__confirmation_required", False, "ORR confirmed", "at least 28 days later"),
        ("response__planned_ablation", "carry_forward", "ORR", "planned ablation: carry forward"),
        ("endpoints__disease_control_minimum_days", 84, "DCR", "day 84"),
        ("times__new_anticancer_therapy", "treatment_policy", "PFS", "therapy is ignored"),
        ("times__missed_before_death", 2, "PFS", "a death after at most 2 missed"),
        ("times__missed_before_progression", -1, "PFS", "a progression counts after any number"),
        ("endpoints__time_origin", "enrolment", "TTP", "enrolment to progression"),
        ("endpoints__duration_of_response_ends_at_death", False, "DOR", "to progression;"),
        ("endpoints__overall_survival_origin", "enrolment", "OS", "enrolment to death"),
        ("response__confirmation_required", True, "ORR per protocol", "the per protocol set alone"),
        ("response__confirmation_required", True, "ORR response evaluable", "at least 28 days"),
        ("endpoints__disease_control_minimum_days", 49, "DCR day 84", "on day 84 or later"),
        ("endpoints__time_origin", "enrolment", "DSD", "stable only: enrolment to progression"),
        ("endpoints__time_origin", "enrolment", "TTP competing", "a competing event"),
    ],
)
def test_how_an_endpoint_was_counted_follows_the_study(path, value, key, words):
    assert words in explain_endpoint(key, make_study(**{path: value}))


@pytest.mark.parametrize("key", ["PFS", "TTP", "TTP competing", "DOR", "DSD"])
@pytest.mark.parametrize(
    ("counting", "words"),
    [
        ("study", ("therapy censors", "an event after more than 1 missed in a row")),
        ("ema", ("therapy is ignored", "after any number of missed assessments")),
        (
            "fda_a",
            (
                "local therapy outside the protocol censors",
                "stop of treatment censors",
                "clinical progression censors unless a later scan documents it",
                "the last assessment of measured lesions",
                "without a baseline censored at the start",
            ),
        ),
        ("fda_c", ("clinical progression is an event", "dated at its planned visit")),
        ("admiral", ("the last assessment, evaluable or not",)),
        ("record", ("; censored 24 months after the first treatment",)),
    ],
)
def test_how_a_time_was_counted_follows_the_counting(key, counting, words):
    told = explain_endpoint(key, make_study(), counting)
    assert all(each in told for each in words)


@pytest.mark.parametrize("field", [name for name in FIELDS if name != "missed_counted_by"])
def test_every_choice_of_the_times_has_words_of_its_own(field):
    choices = get_args(Counting.model_fields[field].annotation) or (-1, 0, 1, 2)
    told = {
        explain_endpoint("PFS", make_study(**{f"times__{field}": choice})) for choice in choices
    }
    assert len(told) == len(choices)


@pytest.mark.parametrize("key", ["OS", "TOT", "LTPFS", "LTPFS per lesion", "TTLP"])
def test_the_horizon_is_told_of_every_time_that_it_censors(key):
    horizon = "; censored 24 months after the first treatment"
    assert explain_endpoint(key, make_study(), "record").endswith(horizon)
    assert "months" not in explain_endpoint(key, make_study(), "ema")


def test_a_report_of_another_counting_describes_that_one(analysis):
    for one in (recount(analysis, "ema"), analyse(make_dataset(), make_study(), counting="ema")):
        how = {row.key: row.how for row in build_endpoints(one)}
        assert "therapy is ignored" in how["PFS"]
        assert "any number of missed" in how["DOR"]
    assert "therapy censors" in {row.key: row.how for row in build_endpoints(analysis)}["PFS"]


def test_every_stated_field_appears_once_with_gaps_and_assumptions_apart():
    study = make_study()
    gaps, assumptions, *rest = build_choice_sections(study)
    sections = (gaps, assumptions, *rest)
    rows = {section.key: section.blocks[-1].rows for section in sections}
    shown = [row.label for own in rows.values() for row in own]
    assert sorted(shown) == sorted(path for path, *_ in study.stated_fields())
    assert [row.label for row in rows[gaps.key]] == [path for path, _ in study.gaps()]
    assert {row.cells[2].text for row in rows[assumptions.key]} == {"assumption"}
    assert {row.cells[2].text for one in rest for row in rows[one.key]} == {"record", "default"}
    for one in rest:
        assert {row.label.partition(".")[0] for row in rows[one.key]} == {
            one.key.removeprefix("choices-")
        }
    counts = {name: cell.numbers[0].value for name, cell in gaps.blocks[0].values}
    assert counts == {
        "record": 1,
        "default": len(DEFAULTS),
        "assumption": len(VALUES) - len(DEFAULTS) - 1,
        "gap": len(GAPS),
    }
    assert [block for one in sections[1:] for block in one.blocks[:-1]] == []


def test_a_field_says_what_its_value_stands_on():
    study = make_study()
    stated = {path: field for path, field, _ in study.stated_fields()}
    for section in build_choice_sections(study):
        for row in section.blocks[-1].rows:
            origin, stands_on = (cell.text for cell in row.cells[2:])
            assert origin == stated[row.label].origin
            assert stands_on == f"{EVIDENCE[origin]}: {stated[row.label].evidence}"
            assert (row.mark, row.cells[2].tone) == (
                ("alert",) * 2 if origin == "gap" else ("",) * 2
            )


def test_the_fields_of_a_drug_name_it():
    settled = {"origin": "assumption", "basis": "test"}
    drug = {
        "name": {"value": "toripalimab", **settled},
        "dose_mg": {"value": 240.0, **settled},
        "cycle_days": {"value": 21, **settled},
        "days_given": {"value": 1, **settled},
        "dose_levels_mg": {"value": [], **settled},
        "dose_rules": {"value": "none", **settled},
    }
    study = Study.model_validate(
        make_study().model_dump(exclude_none=True) | {"treatments": [drug]}
    )
    rows = {row.label: row for row in build_choice_sections(study)[1].blocks[-1].rows}
    assert rows["treatments[0].dose_mg"].cells[0].text.startswith("toripalimab: Dose")
    assert rows["design.kind"].cells[0].text.startswith("two_stage")
