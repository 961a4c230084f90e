"""Laws of dose advice that hold for every patient, every set of rules and every ladder."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosed_patients import add_rules, change_drug, day, dose, event, make_patient, sample
from trialwright.safety.dosing import advise_doses, check_doses, read_dose_rules
from trialwright.safety.dosing.rules import PRESETS, SEVERITY
from trialwright.safety.laboratory import grade_laboratory
from trialwright.study import read_study

STUDY = Path(__file__).parents[2] / "examples" / "crclm" / "study.toml"
TERMS = (
    "Palmar-plantar erythrodysaesthesia syndrome",
    "Hypertension",
    "Fatigue",
    "Alanine aminotransferase increased",
    "Lung infection",
    "Pneumonitis",
    "Colitis",
    "Immune-mediated hepatitis",
    "Hypothyroidism",
    "Adrenal insufficiency",
    "Blood creatinine increased",
    "Myocarditis",
    "Myasthenia gravis",
    "Infusion related reaction",
    "Rash",
    "Platelet count decreased",
)
ON = 40
yes_no_open = st.sampled_from([True, False, None])


@functools.cache
def study_with(rules: str, levels: tuple[float, ...] = (120.0, 80.0)):
    """Return the study whose first drug has a set of rules."""
    return change_drug(
        read_study(STUDY), dose_mg=160.0, dose_levels_mg=list(levels), dose_rules=rules
    )


@functools.cache
def no_values():
    """Return the graded values of a patient without any."""
    patient = make_patient(doses=[dose(0, ON, 160.0)])
    return grade_laboratory(patient, read_study(STUDY))


@st.composite
def events(draw):
    start = draw(st.integers(-5, ON))
    length = draw(st.none() | st.integers(0, 30))
    return event(
        draw(st.sampled_from(TERMS)),
        draw(st.integers(1, 5)),
        start,
        None if length is None else start + length,
        related_to=draw(st.sampled_from(["Regorafenib", "RFA", "none", None])),
        symptomatic=draw(yes_no_open),
        immune_related=draw(yes_no_open),
        outcome=draw(st.sampled_from([None, "recovered"])),
    )


@st.composite
def values(draw):
    times = draw(st.sampled_from([0.5, 1.0, 1.5, 2.5, 3.0, 4.0, 5.0, 5.1, 8.1, 20.0, 21.0, None]))
    test = draw(st.sampled_from(["ALT", "AST", "bilirubin"]))
    sign = draw(st.sampled_from([None, None, None, "<", ">"]))
    return sample(test, draw(st.integers(-3, ON)), times, qualifier=sign)


@st.composite
def courses(draw):
    """Draw the rows of a daily drug, one after the other, some of them left out."""
    rows, start = [], 0
    for _ in range(draw(st.integers(1, 4))):
        end = start + draw(st.integers(0, 12))
        mg = (
            draw(st.sampled_from([160.0, 120.0, 80.0]))
            if start == 0
            else draw(st.sampled_from([160.0, 120.0, 80.0, 0.0]))
        )
        rows.append(dose(start, end, mg, draw(st.sampled_from([None, "held around RFA"]))))
        start = end + draw(st.integers(1, 8))
    return rows


@st.composite
def patients(draw):
    labs = draw(st.lists(values(), max_size=8))
    unique = {(one["test"], one["sample_date"]): one for one in labs}
    return make_patient(
        doses=draw(courses()),
        events=draw(st.lists(events(), max_size=5)),
        labs=list(unique.values()),
        liver=draw(yes_no_open),
        ablated_on=draw(st.none() | st.integers(3, 30)),
    )


@pytest.mark.parametrize("rules", PRESETS)
@pytest.mark.parametrize("term", TERMS)
@given(start=st.integers(1, ON), symptomatic=st.booleans(), immune=st.booleans())
@settings(max_examples=5)
def test_a_higher_grade_never_gets_a_milder_action(rules, term, start, symptomatic, immune) -> None:
    ranks = []
    for severity in range(1, 6):
        row = event(term, severity, start, symptomatic=symptomatic, immune_related=immune)
        patient = make_patient(doses=[dose(0, ON, 160.0)], events=[row])
        (found, _) = advise_doses(patient, study_with(rules), "014", day(ON), no_values())
        ranks.append(SEVERITY.index(found.action))
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("rules", PRESETS)
@given(
    baseline=st.sampled_from([0.5, 1.0, 1.1, 3.0, 3.1, 5.0, 6.0]),
    liver=st.booleans(),
    bilirubin=st.sampled_from([0.5, 1.6, 2.5, 3.5]),
)
@settings(max_examples=8)
def test_a_higher_value_never_gets_a_milder_action(rules, baseline, liver, bilirubin) -> None:
    ranks = []
    for times in (0.5, 3.0, 3.1, 5.0, 5.1, 8.0, 8.1, 10.0, 10.1, 20.0, 20.1):
        labs = [sample(test, -1, baseline) for test in ("ALT", "AST")]
        labs += [sample("ALT", ON, times), sample("AST", ON, 0.5)]
        labs += [sample("bilirubin", ON, bilirubin)]
        patient = make_patient(doses=[dose(0, ON, 160.0)], labs=labs, liver=liver)
        (found, _) = advise_doses(patient, study_with(rules), "014", day(ON))
        ranks.append(SEVERITY.index(found.action))
    assert ranks == sorted(ranks)


@given(patient=patients(), rules=st.sampled_from(PRESETS))
@settings(max_examples=80)
def test_the_dose_advised_is_never_above_the_one_last_given(patient, rules) -> None:
    (found, _) = advise_doses(patient, study_with(rules), "014", day(ON))
    if found.action in ("stop", "ended", "not started"):
        assert found.next_dose_mg is None
        return
    assert found.present_dose_mg is not None
    assert found.next_dose_mg is not None
    assert 0 < found.next_dose_mg <= found.present_dose_mg
    if found.action in ("reduce", "hold and reduce"):
        assert found.next_dose_mg < found.present_dose_mg
    if found.resume_from is not None:
        assert found.resume_from >= found.on


@given(patient=patients(), rules=st.sampled_from(PRESETS))
@settings(max_examples=50)
def test_the_most_severe_of_the_rules_that_fit_is_what_is_asked(patient, rules) -> None:
    (found, _) = advise_doses(patient, study_with(rules), "014", day(ON))
    assert [one.rank for one in found.rules] == sorted(one.rank for one in found.rules)[::-1]
    assert all(one.reading.fits for one in (*found.rules, *found.earlier))
    assert all(one.reading.missing or one.reading.down_missing for one in found.untold)
    stops = any(one.action == "stop" for one in found.rules)
    assert (found.action == "stop") == (stops and found.action != "ended")


@given(patient=patients(), rules=st.sampled_from(PRESETS), seed=st.integers(0, 1000))
@settings(max_examples=50)
def test_the_order_of_the_rows_changes_nothing(patient, rules, seed) -> None:
    frames = {
        name: frame.sample(fraction=1.0, shuffle=True, seed=seed)
        for name, frame in patient.frames.items()
    }
    other = replace(patient, frames=frames)
    study = study_with(rules)
    assert advise_doses(other, study, "014", day(ON)) == advise_doses(
        patient, study, "014", day(ON)
    )
    assert check_doses(other, study) == check_doses(patient, study)


@given(patient=patients(), rules=st.sampled_from(PRESETS))
@settings(max_examples=50)
def test_what_is_dated_later_changes_no_advice(patient, rules) -> None:
    study, on = study_with(rules), ON // 2
    cut = dict(patient.frames)
    cut["labs"] = patient.table("labs").filter(pl.col("sample_date") <= day(on))
    cut["doses"] = patient.table("doses").filter(pl.col("start_date") <= day(on))
    cut["adverse_events"] = patient.table("adverse_events").filter(
        pl.col("start_date") <= str(day(on))
    )
    advised = advise_doses(replace(patient, frames=cut), study, "014", day(on))
    assert advised == advise_doses(patient, study, "014", day(on))


def lowest_holds(rule_set):
    """Return, by analyte, the lowest multiple above which a set holds the drug."""
    holds = [rule for rule in rule_set.rules if rule.of_values and "hold" in rule.action]
    bounds = [(analyte, rule.above) for rule in holds for analyte in rule.analytes]
    return {name: min(above for one, above in bounds if one == name) for name, _ in bounds}


@pytest.mark.parametrize("rules", PRESETS)
@given(
    times=st.tuples(*[st.sampled_from([0.5, 2.0, 4.0, 6.0, 9.0, 15.0, 72.0])] * 3),
    baseline=st.sampled_from([0.5, 2.0, 4.0]),
    liver=st.booleans(),
    ablated_on=st.none() | st.integers(ON - 8, ON),
)
@settings(max_examples=30)
def test_no_condition_of_return_is_looser_than_the_lowest_hold(
    rules, times, baseline, liver, ablated_on
) -> None:
    study = study_with(rules)
    lowest = lowest_holds(read_dose_rules(rules, study))
    labs = [sample(test, -1, baseline) for test in ("ALT", "AST")]
    labs += [sample(*one) for one in zip(("ALT", "AST", "bilirubin"), [ON] * 3, times, strict=True)]
    doses = [dose(0, ON, 160.0)]
    patient = make_patient(doses=doses, labs=labs, liver=liver, ablated_on=ablated_on)
    (found, _) = advise_doses(patient, study, "014", day(ON))
    for words in found.conditions:
        said = re.match(r"(.+) (?:is|are) at most (\S+) x", words)
        for analyte in said[1].split(" and ") if said else ():
            assert float(said[2]) <= lowest[analyte]
    if ablated_on is not None and ON - ablated_on <= 7:
        assert found.action in ("continue", "hold")


@given(
    bounds=st.lists(st.tuples(st.floats(1.0, 9.0), st.floats(0.5, 9.0)), min_size=1, max_size=4),
    above=st.floats(0.5, 20.0),
)
@settings(max_examples=40)
def test_a_stop_that_names_no_return_is_never_looser_than_a_hold_of_its_set(bounds, above) -> None:
    common = {"analytes": ["bilirubin"], "source": "x"}
    rules = [common | {"number": "stop", "above": above, "action": "stop"}]
    for number, (over, back) in enumerate(bounds):
        hold = {"number": str(number), "above": over, "return_at_most": back, "action": "hold"}
        rules.append(common | hold)
    own = {"name": "own", "title": "x", "basis": "y", "rules": rules}
    found = read_dose_rules("own", add_rules(study_with("none"), own))
    back = found.rules[0].return_at_most
    assert back <= above
    assert back <= lowest_holds(found)["bilirubin"]
    assert back <= min(back for _, back in bounds)
