"""Ways of counting times: presets as data, and a team's own in its study file."""

from __future__ import annotations

import pytest

from trialwright.endpoints import TimeRules
from trialwright.endpoints.censoring import Strategy
from trialwright.errors import StudyError
from trialwright.study import Study, read_study, write_study
from trialwright.study.counting import (
    FIELDS,
    OF_THE_STUDY,
    Counting,
    choose_counting,
    countings_of,
    preset_countings,
    study_counting,
)
from trialwright.study.vary import vary_study

PRESETS = ("fda_a", "fda_b", "fda_c", "ema", "record", "admiral")


def own(name="sap_5_3", **fields):
    return {"name": name, "title": "as the plan says", "basis": "plan, section 5.3", **fields}


def with_countings(study, *countings):
    return Study.model_validate(
        study.model_dump(exclude_none=True) | {"countings": list(countings)}
    )


def test_each_preset_settles_every_field_and_names_its_source():
    presets = preset_countings()
    assert tuple(presets) == PRESETS
    for name, preset in presets.items():
        assert preset.name == name
        assert preset.title
        assert preset.source
        assert set(FIELDS) <= set(preset.model_dump(exclude_none=True))


def test_no_two_presets_are_the_same_composition():
    compositions = [
        tuple(getattr(preset, field) for field in FIELDS) for preset in preset_countings().values()
    ]
    assert len(set(compositions)) == len(compositions)


# What domain.md section 5.2 says of each table, as fields.
@pytest.mark.parametrize(
    ("preset", "fields"),
    [
        ("fda_a", {"progression_date": "documented", "last_assessment": "measured"}),
        ("fda_b", {"progression_date": "scheduled_visit", "last_assessment": "adequate"}),
        ("fda_c", {"clinical_progression": "composite", "missed_before_death": 1}),
        ("fda_a", {"missed_before_death": 1, "missed_before_progression": 1}),
        ("fda_a", {"no_baseline": "censor", "new_anticancer_therapy": "hypothetical"}),
        ("ema", {"missed_before_death": -1, "missed_before_progression": -1}),
        ("ema", dict.fromkeys(FIELDS[-4:], "treatment_policy")),
        ("record", {"after_horizon": "censor"}),
        ("admiral", {"last_assessment": "any"}),
    ],
)
def test_presets_say_what_their_source_says(preset, fields):
    found = preset_countings()[preset].model_dump()
    assert {name: found[name] for name in fields} == fields


def test_the_way_of_the_study_is_its_section_times(crclm_study):
    way = study_counting(crclm_study)
    for field in FIELDS:
        assert getattr(way, field) == getattr(crclm_study.times, field).value
    assert tuple(countings_of(crclm_study)) == (OF_THE_STUDY, *PRESETS)


def test_an_open_field_of_the_section_is_named(crclm_study):
    content = crclm_study.model_dump(exclude_none=True)
    content["times"]["last_assessment"] = {"origin": "gap", "needed": "ask the statistician"}
    with pytest.raises(StudyError, match=r"times\.last_assessment"):
        countings_of(Study.model_validate(content))


def test_an_own_way_changes_what_it_gives_and_takes_the_rest_from_its_base(crclm_study):
    study = with_countings(
        crclm_study,
        own(based_on="fda_a", missed_before_death=-1, treatment_discontinuation="composite"),
    )
    way, base = choose_counting(study, "sap_5_3"), preset_countings()["fda_a"]
    differ = {name for name in FIELDS if getattr(way, name) != getattr(base, name)}
    assert differ == {"missed_before_death", "treatment_discontinuation"}
    assert (way.title, way.source) == ("as the plan says", "plan, section 5.3")


@pytest.mark.parametrize("missed", [-1, 0, 3])
def test_no_number_of_missed_assessments_is_mistaken_for_a_field_left_out(crclm_study, missed):
    study = with_countings(crclm_study, own(missed_before_death=missed))
    assert choose_counting(study, "sap_5_3").missed_before_death == missed


def test_an_own_way_is_based_on_the_study_if_it_names_nothing(crclm_study):
    study = with_countings(crclm_study, own(last_assessment="any"))
    way, base = choose_counting(study, "sap_5_3"), study_counting(study)
    assert {n for n in FIELDS if getattr(way, n) != getattr(base, n)} == {"last_assessment"}


def test_a_way_may_be_based_on_another_own_one(crclm_study):
    study = with_countings(
        crclm_study,
        own("first", based_on="ema", missed_before_death=2),
        own("second", based_on="first", last_assessment="measured"),
        own("third", based_on="second", missed_before_death=0),
    )
    third = choose_counting(study, "third")
    assert (third.missed_before_death, third.last_assessment) == (0, "measured")
    assert third.missed_before_progression == preset_countings()["ema"].missed_before_progression
    assert choose_counting(study, "second").missed_before_death == 2


@pytest.mark.parametrize("name", ["study", "fda_a", "record"])
def test_a_name_that_is_taken_is_refused(crclm_study, name):
    with pytest.raises(StudyError, match=rf"the name {name} is taken"):
        countings_of(with_countings(crclm_study, own(name)))


def test_two_own_ways_of_one_name_are_refused(crclm_study):
    with pytest.raises(StudyError, match="the name twice is taken"):
        countings_of(with_countings(crclm_study, own("twice"), own("twice")))


@pytest.mark.parametrize(
    ("based_on", "words"),
    [
        ("fda_aa", r"sap_5_3 is based on 'fda_aa'.*did you mean fda_a\?"),
        ("sap_5_3", "sap_5_3 is based on 'sap_5_3', which is no way of counting times"),
        ("later", "sap_5_3 is based on 'later', which is no way of counting times"),
    ],
)
def test_a_base_that_does_not_exist_yet_is_refused(crclm_study, based_on, words):
    study = with_countings(crclm_study, own(based_on=based_on), own("later"))
    with pytest.raises(StudyError, match=words):
        countings_of(study)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("fda-a", r"did you mean fda_a\?"),
        ("EMA", "choose from study, fda_a, fda_b, fda_c, ema, record, admiral, sap_5_3"),
        ("sap_53", r"did you mean sap_5_3\?"),
        ("recorded", r"did you mean record\?"),
        ("", "choose from study"),
    ],
)
def test_an_unknown_way_gives_the_near_miss_or_the_choices(crclm_study, asked, words):
    study = with_countings(crclm_study, own())
    with pytest.raises(StudyError, match=words):
        choose_counting(study, asked)
    with pytest.raises(StudyError, match=words):
        TimeRules.of(study, asked)


def test_own_ways_survive_the_study_file(crclm_study, tmp_path):
    study = with_countings(
        crclm_study,
        own(based_on="fda_a", missed_before_death=-1),
        own("second", based_on="sap_5_3", no_baseline="follow"),
    )
    path = tmp_path / "study.toml"
    write_study(study, path)
    text = path.read_text(encoding="utf-8")
    assert text.count("[[countings]]") == 2
    assert "missed_before_progression" not in text.split("[[countings]]")[1]
    read = read_study(path)
    assert read == study
    assert countings_of(read) == countings_of(study)


def test_a_study_file_without_own_ways_gets_one_and_keeps_its_comments(crclm_study, root, tmp_path):
    path = tmp_path / "study.toml"
    before = (root / "examples" / "crclm" / "study.toml").read_text(encoding="utf-8")
    path.write_text("# a remark of the team\n" + before, encoding="utf-8")
    study = with_countings(crclm_study, own(based_on="ema", last_assessment="measured"))
    write_study(study, path)
    assert path.read_text(encoding="utf-8").startswith("# a remark of the team\n")
    assert choose_counting(read_study(path), "sap_5_3").last_assessment == "measured"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('last_assesment = "any"', "did you mean last_assessment"),
        ('last_assessment = "adequat"', "last_assessment"),
        ("missed_before_death = -2", "missed_before_death"),
        ("missed_before_death = 1.5", "missed_before_death"),
        ('new_anticancer_therapy = "while_on_treatment"', "new_anticancer_therapy"),
    ],
)
def test_a_faulty_own_way_is_named_with_its_line(root, tmp_path, line, words):
    path = tmp_path / "study.toml"
    text = (root / "examples" / "crclm" / "study.toml").read_text(encoding="utf-8")
    head = '\n[[countings]]\nname = "mine"\ntitle = "t"\nbasis = "b"\n'
    path.write_text(f"{text}{head}{line}\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert words in str(caught.value)
    assert f"line {len(f'{text}{head}'.splitlines()) + 1}" in str(caught.value)


@pytest.mark.parametrize("name", ["Mine", "5_3", "a-b", "", "my way"])
def test_a_name_that_could_not_be_typed_is_refused(crclm_study, name):
    with pytest.raises(ValueError, match="name"):
        with_countings(crclm_study, own(name))


def test_the_rules_follow_the_way_that_was_chosen(crclm_study):
    study = with_countings(
        crclm_study,
        own(
            progression_date="scheduled_visit",
            last_assessment="measured",
            missed_before_progression=2,
            missed_before_death=0,
            missed_counted_by="planned_visits",
            no_baseline="censor",
            after_horizon="censor",
            clinical_progression="composite",
            new_anticancer_therapy="treatment_policy",
            unplanned_local_therapy="composite",
            treatment_discontinuation="hypothetical",
        ),
    )
    rules = TimeRules.of(study, "sap_5_3")
    found = rules.censoring
    assert rules.last_assessment == "measured"
    assert (found.missed_before_progression, found.missed_before_death) == (2, 0)
    assert (found.dated_at_visit, found.by_planned_visits, found.censors_without_baseline) == (
        *(True, True, True),
    )
    assert found.horizon_day == pytest.approx(730.5)
    assert found[-4:] == (
        *(Strategy.COMPOSITE, Strategy.TREATMENT_POLICY),
        *(Strategy.COMPOSITE, Strategy.HYPOTHETICAL),
    )
    # the study's own way has no horizon, whatever the field says of its length
    assert TimeRules.of(study).censoring.horizon_day == float("inf")


def test_the_horizon_is_that_of_the_study(crclm_study):
    year = vary_study(
        crclm_study,
        {"schedule.horizon_months": 12.0, "endpoints.days_per_month": 30.0},
        basis="test",
    )
    assert TimeRules.of(year, "record").censoring.horizon_day == 360
    assert TimeRules.of(year, "ema").censoring.horizon_day == float("inf")


@pytest.mark.parametrize(
    "path",
    [
        "times.missing",
        "nothing.at_all",
        "countings.name",
        "treatments.dose_mg",
        "times",
        "identity.title.value",
    ],
)
def test_only_a_field_of_the_study_can_be_varied(crclm_study, path):
    with pytest.raises(ValueError, match="no field of the study file"):
        vary_study(crclm_study, {path: 1}, basis="test")


def test_a_varied_study_says_why_and_leaves_the_other_as_it_was(crclm_study):
    before = crclm_study.model_dump()
    varied = vary_study(crclm_study, {"times.last_assessment": "any"}, basis="looked at")
    stated = varied.times.last_assessment
    assert (stated.value, stated.origin, stated.evidence) == ("any", "assumption", "looked at")
    assert stated.path == "times.last_assessment"
    assert crclm_study.model_dump() == before
    with pytest.raises(ValueError, match="last_assessment"):
        vary_study(crclm_study, {"times.last_assessment": "sometimes"}, basis="test")


def test_a_way_holds_nothing_that_is_no_field():
    entry = preset_countings()["ema"].model_dump()
    with pytest.raises(ValueError, match="extra"):
        Counting.model_validate(entry | {"extra": 1})
