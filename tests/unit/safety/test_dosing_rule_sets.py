"""Sets of dose rules: those that come with Trialwright, a team's own, and slips of the pen."""

from __future__ import annotations

import tomllib

import pytest
from pydantic import ValidationError

from dosed_patients import add_rules, change_drug, day, dose, event, liver_values, make_patient
from trialwright.errors import StudyError
from trialwright.safety.dosing import advise_doses, read_dose_rules
from trialwright.safety.dosing.rules import PRESETS, matches_term
from trialwright.study import read_study, write_study
from trialwright.study.dose_rules_section import DoseRule

RULE = {"number": "1", "groups": ["rash"], "least_grade": 2, "action": "hold", "source": "6.2"}
OWN = {
    "name": "protocol_6_2",
    "title": "Anewinib",
    "basis": "protocol 6.2",
    "groups": {"rash": ["rash*"]},
    "rules": [RULE],
}
VALUES = {
    "number": "2",
    "analytes": ["bilirubin"],
    "above": 2.0,
    "action": "stop",
    "source": "protocol 6.3",
}


@pytest.mark.parametrize("name", PRESETS)
def test_every_rule_of_a_preset_has_its_source_and_number(crclm_study, name) -> None:
    found = read_dose_rules(name, crclm_study)
    assert found is not None
    assert len({rule.number for rule in found.rules}) == len(found.rules)
    assert all(rule.source for rule in found.rules)


def test_no_rules_is_a_choice(crclm_study) -> None:
    assert read_dose_rules("none", crclm_study) is None
    study = change_drug(crclm_study, dose_rules="none")
    found = advise_doses(make_patient(doses=[dose(0, 9, 80.0)]), study, "014", day(9))[0]
    assert found.action == "no rules"
    assert "names no dose rules" in found.sentence


def test_a_misspelt_set_is_named_with_the_near_one(crclm_study) -> None:
    study = change_drug(crclm_study, dose_rules="regorafenib_lable")
    with pytest.raises(StudyError, match="did you mean regorafenib_label"):
        advise_doses(make_patient(doses=[]), study, "014", day(0))


def test_another_drug_fits_by_the_study_file_alone(crclm_study, tmp_path) -> None:
    study = add_rules(
        change_drug(
            crclm_study,
            name="Anewinib",
            dose_mg=5.0,
            dose_levels_mg=[3.0],
            dose_rules="protocol_6_2",
        ),
        OWN | {"rules": [RULE, VALUES]},
    )
    write_study(study, tmp_path / "study.toml")
    read = read_study(tmp_path / "study.toml")
    assert read == study
    doses = [dose(0, 20, 5.0, drug="anewinib")]
    labs = [*liver_values(-1), *liver_values(19)]
    patient = make_patient(doses=doses, events=[event("Rash", 2, 18)], labs=labs)
    found = advise_doses(patient, read, "014", day(20))[0]
    assert (found.drug, found.action, found.next_dose_mg) == ("Anewinib", "hold", 5.0)


def test_writing_again_changes_no_byte(crclm_study, tmp_path) -> None:
    path = tmp_path / "study.toml"
    write_study(add_rules(crclm_study, OWN | {"rules": [RULE, VALUES]}), path)
    before = path.read_bytes()
    write_study(read_study(path), path)
    assert path.read_bytes() == before


def test_a_set_may_take_over_another_and_change_it(crclm_study) -> None:
    changed = {
        "name": "own",
        "title": "x",
        "basis": "y",
        "based_on": "regorafenib_label",
        "without": ["5"],
        "rules": [RULE | {"number": "4", "groups": ["infection"]}],
    }
    label = read_dose_rules("regorafenib_label", crclm_study)
    found = read_dose_rules("own", add_rules(crclm_study, changed))
    assert label is not None
    assert found is not None
    numbers = [rule.number for rule in label.rules if rule.number != "5"]
    assert [rule.number for rule in found.rules] == numbers
    by_number = {rule.number: rule for rule in found.rules}
    assert by_number["4"].groups == ("infection",)
    assert by_number["1"] == label.rules[0]


@pytest.mark.parametrize(
    ("stop", "hold", "back"),
    [
        ({}, {}, 1.5),  # of the hold
        ({}, {"analytes": ["albumin"]}, 5.0),  # a hold of another analyte
        ({"return_at_most": 2.5}, {}, 2.5),  # of its own
        ({"above": 1.2}, {}, 1.2),  # never above itself
    ],
)
def test_a_stop_without_a_return_takes_that_of_the_holds(crclm_study, stop, hold, back) -> None:
    rules = [
        VALUES | {"above": 5.0} | stop,
        VALUES | {"number": "3", "action": "hold", "return_at_most": 1.5} | hold,
    ]
    found = read_dose_rules("protocol_6_2", add_rules(crclm_study, OWN | {"rules": rules}))
    assert found is not None
    assert found.rules[0].return_at_most == back


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rules": [RULE | {"groups": ["rahs"]}]}, "did you mean rash?"),
        ({"immune_groups": ["rush"]}, "did you mean rash?"),
        (
            {"rules": [VALUES | {"analytes": ["billirubin"]}]},
            "'billirubin' is no analyte; did you mean bilirubin",
        ),
        ({"rules": [VALUES | {"analytes": ["ALT"]}]}, "did you mean alanine aminotransferase"),
        ({"based_on": "toripalimab_lable"}, "did you mean toripalimab_label?"),
        ({"rules": []}, "has no rules"),
        ({"name": "regorafenib_label"}, "is taken"),
        ({"name": "none"}, "is taken"),
        ({"based_on": "regorafenib_label", "without": ["55"]}, "did you mean 5"),
    ],
)
def test_a_misspelt_word_of_a_set_is_named_with_the_near_one(crclm_study, change, words) -> None:
    with pytest.raises(StudyError, match=words.replace("?", r"\?")):
        read_dose_rules("protocol_6_2", add_rules(crclm_study, OWN | change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"least_grade": None}, "which grade"),
        ({"most_grade": 1}, "must lie above least_grade"),
        ({"above": 3.0}, "has no above"),
        ({"hold_least_days": 7, "hold_most_days": 7}, "must lie above"),
        ({"action": "reduce", "hold_least_days": 7}, "goes with a hold"),
        ({"unless_benefit": True}, "goes with a stop"),
        ({"action": "pause"}, "hold and reduce"),
        ({"source": " "}, "in words"),
        ({"least_grade": 6}, "less than or equal to 5"),
    ],
)
def test_a_rule_of_events_that_cannot_be_is_refused(change, words) -> None:
    with pytest.raises(ValidationError, match=words):
        DoseRule.model_validate(RULE | change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"above": None}, "needs above"),
        ({"up_to": 2.0}, "must lie above above"),
        ({"least_grade": 3}, "has no least_grade"),
        ({"with_analyte": "albumin"}, "go together"),
        ({"action": "hold"}, "return_at_most"),
        ({"occurrence": "recurrent"}, "return_at_most"),
        ({"baseline_above": 3.0, "baseline_up_to": 1.0}, "must lie above"),
    ],
)
def test_a_rule_of_values_that_cannot_be_is_refused(change, words) -> None:
    with pytest.raises(ValidationError, match=words):
        DoseRule.model_validate(VALUES | change)


def test_a_field_of_a_rule_that_is_misspelt_is_named_in_the_file(crclm_study, tmp_path) -> None:
    path = tmp_path / "study.toml"
    write_study(add_rules(crclm_study, OWN), path)
    path.write_text(path.read_text(encoding="utf-8").replace("least_grade = 2", "leest_grade = 2"))
    with pytest.raises(StudyError, match="did you mean least_grade"):
        read_study(path)


def test_the_example_of_the_docs_is_a_set(root, crclm_study) -> None:
    text = (root / "docs" / "safety" / "dose-rules.md").read_text(encoding="utf-8")
    example = tomllib.loads(text.split("```toml")[1].split("```")[0])
    found = read_dose_rules("protocol_6_2", add_rules(crclm_study, *example["dose_rules"]))
    assert found is not None
    assert [rule.action for rule in found.rules] == ["hold and reduce", "stop"]


def test_every_field_of_a_rule_is_in_the_docs(root) -> None:
    text = (root / "docs" / "safety" / "dose-rules.md").read_text(encoding="utf-8")
    fields = set(DoseRule.model_fields) - {"number"}
    assert {name for name in fields if f"`{name}`" not in text} == set()


def test_two_rules_of_one_number_are_refused(crclm_study) -> None:
    with pytest.raises(ValidationError, match="number each once"):
        add_rules(crclm_study, OWN | {"rules": [RULE, RULE]})


@pytest.mark.parametrize(
    ("term", "pattern", "fits"),
    [
        ("HYPERTENSION", "hypertension", True),
        ("Hand-foot  syndrome", "hand-foot syndrome", True),
        ("Palmar-plantar erythrodysesthesia", "palmar-plantar erythrodys*", True),
        ("Portal hypertension", "hypertension", False),
        ("Immune-mediated myocarditis", "*myocarditis", True),
    ],
)
def test_terms_are_matched_whatever_their_capitals(term, pattern, fits) -> None:
    assert matches_term(term, [pattern]) is fits
