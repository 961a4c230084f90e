"""Targets and settings of a calibration as files: what is read, what is refused with its mend."""

from __future__ import annotations

from math import sqrt

import pytest

from trialwright.errors import StudyError
from trialwright.simulate import read_scenario
from trialwright.simulate.calibration import (
    Target,
    Targets,
    list_settings,
    list_targets,
    read_setting,
    read_targets,
    setting_of_study,
)
from trialwright.simulate.scenario import Basis
from trialwright.simulate.scenario_change import value_of, with_values

GOOD = """
title = "A trial"
setting = "three_untreated_lesions"
[[targets]]
estimate = "ORR"
value = 0.1
patients = 30
source = "a paper"
"""


def write(tmp_path, text, name="mine.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", list_targets())
def test_targets_that_ship_name_their_source_and_a_setting(name):
    targets = read_targets(name)
    assert all(len(one.source) > 10 for one in targets.targets)
    assert read_setting(targets.setting).name in list_settings()


def test_every_trial_has_targets_and_a_scenario_of_the_same_name():
    for name in list_targets():
        assert read_scenario(name).name == name


def test_standard_error_of_a_share():
    assert Target.of_patients("DCR", 0.36, 25, "x").standard_error == pytest.approx(0.096)


def test_a_median_is_a_half_at_its_time():
    median = Target.of_patients("median PFS", 2.1, 33, "x")
    assert (median.share, median.months, median.curve) == (0.5, 2.1, "PFS")
    assert median.standard_error == pytest.approx(sqrt(0.25 / 33))


def test_a_landmark_is_its_share():
    rate = Target("OS at 12.5 months", 0.3, 0.05, "x")
    assert (rate.share, rate.months, rate.curve, rate.is_median) == (0.3, 12.5, "OS", False)


@pytest.mark.parametrize(
    ("estimate", "value", "error", "words"),
    [
        ("ORR", 8.7, 0.05, "0.087"),
        ("ORR", 0.0, 0.05, r"\(k \+ 0.5\) / \(n \+ 1\)"),
        ("DCR", 1.0, 0.05, "between 0 and 1"),
        ("ORR", float("nan"), 0.05, "between 0 and 1"),
        ("median OS", -1.0, 0.05, "more than 0"),
        ("median OS", float("inf"), 0.05, "more than 0"),
        ("ORR", 0.1, 0.0, "standard_error"),
        ("ORR", 0.1, float("nan"), "standard_error"),
        ("OOR", 0.1, 0.05, "did you mean ORR"),
        ("PFS at 6 month", 0.1, 0.05, "did you mean PFS at 6 months"),
        ("median DOR", 3.0, 0.05, "is no estimate"),
    ],
)
def test_bad_targets(estimate, value, error, words):
    with pytest.raises(StudyError, match=words):
        Target(estimate, value, error, "x")


@pytest.mark.parametrize("value", [0.0, 1.0, 1.5])
def test_shares_of_nobody_or_everybody_have_no_error(value):
    with pytest.raises(StudyError, match="between 0 and 1"):
        Target.of_patients("ORR", value, 20, "x")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("source", "sauce", "sauce is not known; did you mean source"),
        ('source = "a paper"', 'source = ""', "where it was published"),
        ("patients = 30", "", "either patients or standard_error"),
        ("patients = 30", "patients = 30\nstandard_error = 0.1", "either patients"),
        ("patients = 30", "patients = 0", "1 or more"),
        ("patients = 30", 'patients = "30"', "must be a whole number"),
        ("patients = 30", "patients = true", "must be a whole number"),
        ("value = 0.1", "value = true", "value must be a number"),
        ("[[targets]]", "[targets]", "head each with"),
        ("[[targets]]", "[[target]]", "did you mean targets"),
        ("setting =", "settings =", "did you mean setting"),
        ('"ORR"', "ORR", "not valid TOML"),
    ],
)
def test_bad_files_of_targets(tmp_path, old, new, words):
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(StudyError, match=words) as caught:
        read_targets(path)
    assert str(path) in str(caught.value)


def test_every_problem_of_a_file_is_named(tmp_path):
    bad = GOOD.replace("value = 0.1", "value = 10") + GOOD[GOOD.index("[[") :].replace("ORR", "OR")
    with pytest.raises(StudyError) as caught:
        read_targets(write(tmp_path, bad))
    assert "not 10" in str(caught.value)
    assert "'OR' is no estimate" in str(caught.value)


def test_unknown_targets_name_the_near_ones():
    with pytest.raises(StudyError, match="did you mean concur_like"):
        read_targets("concur_lik")


def test_no_targets_or_one_twice():
    one = Target("ORR", 0.1, 0.05, "x")
    with pytest.raises(StudyError, match="there are none"):
        Targets("t", ())
    with pytest.raises(StudyError, match="ORR stands more than once"):
        Targets("t", (one, one))


def test_a_setting_beside_the_targets_is_found(tmp_path):
    write(tmp_path, GOOD.replace("three_untreated_lesions", "there.toml"))
    assert read_targets(tmp_path / "mine.toml").setting == str(tmp_path / "there.toml")


def test_the_setting_of_the_fit():
    setting = read_setting("three_untreated_lesions")
    assert setting.study.ablation is None
    assert setting.study.response.confirmation_required.require()
    nature = setting.machine(read_scenario("concur_like")).nature
    assert nature.leaving.withdrawal_hazard_per_month == 0
    assert nature.lesions.non_target_shares[:3] == (1.0, 0.0, 0.0)
    assert nature.growth.kg_median_per_week == 0.0043


def test_a_setting_with_ablation():
    machine = read_setting("partial_ablation").machine(read_scenario("iloc_like"))
    assert (machine.protocol.ablation_first_day, machine.protocol.ablation_last_day) == (0, 27)
    assert machine.nature.leaving.withdrawal_hazard_per_month > 0


def test_a_study_as_setting_leaves_the_scenario_as_it_is(crclm_study):
    scenario = read_scenario("concur_like")
    machine = setting_of_study(crclm_study, "mine").machine(scenario)
    assert machine.nature.leaving.withdrawal_hazard_per_month == 0.01
    assert machine.conduct.first_stage_patients == 0  # no look stops it


LEAF = 'assumption = "a test" }'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[study.schedule]\nassessment_interval_weeks = 8.0", "where it comes from"),
        ("[study]\nschedule = 3", "must hold tables"),
        ("[studies.schedule]\na = 1", "did you mean study"),
        (f"[study.schedule]\nassessment_intervall_weeks = {{ value = 8.0, {LEAF}", "schedule"),
        (
            f"[study.schedule]\nassessment_interval_weeks = {{ value = -8.0, {LEAF}",
            "greater than 0",
        ),
        (f"[study.schedule]\nassessment_interval_weeks = {{ value = 8.0, {LEAF}", "horizon_months"),
    ],
)
def test_bad_settings(tmp_path, text, words):
    path = write(tmp_path, text)
    with pytest.raises(StudyError, match=words) as caught:
        read_setting(path)
    assert str(path) in str(caught.value)


def test_a_setting_for_values_that_no_scenario_has():
    shipped = read_setting("three_untreated_lesions")
    scenario = read_scenario("concur_like")
    for name, value, words in (
        ("growth.kg_medain_per_week", 0.1, "did you mean growth.kg_median_per_week"),
        ("scans.missed_probability", 1.5, "0 to 1"),
        ("lesions.non_target_shares", (0.2,) * 5, "can have 4 at most"),
        ("ablation.zone_least_mm", 50.0, "is more than ablation.zone_most_mm"),
    ):
        with pytest.raises(StudyError, match=words):
            with_values(scenario, {**shipped.assumed, name: value}, {})


def test_changed_values_say_where_they_come_from():
    name, basis = "scans.missed_probability", Basis("assumption", "a test")
    scenario = read_scenario("concur_like")
    changed = with_values(scenario, {name: 0.5}, {name: basis})
    assert (value_of(changed, name), changed.bases[name]) == (0.5, basis)
    assert value_of(scenario, name) == 0.03


def test_what_was_achieved_is_not_inherited(tmp_path):
    child = write(tmp_path, 'inherits = "concur_like"\n')
    assert read_scenario("concur_like").achieved.setting == "three_untreated_lesions"
    assert read_scenario(child).achieved.orr is None
    assert "achieved.orr" not in read_scenario(child).bases
