from __future__ import annotations

from dataclasses import fields

import pytest

from trialwright.errors import StudyError
from trialwright.simulate.scenario import SECTIONS
from trialwright.simulate.scenario_correlations import TRAITS, check_correlations
from trialwright.simulate.scenario_file import list_scenarios, read_harm, read_scenario
from trialwright.simulate.scenario_harm import HARM_LISTS, HARM_SECTIONS

NAMES = ("alternative_25", "concur_like", "low_liver_no_response", "regotori_liver_like")


def write(tmp_path, text, name="mine.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def change(section, key, value):
    leaf = f'{{ value = {value}, assumption = "a test" }}'
    return f'inherits = "regotori_liver_like"\n[{section}]\n{key} = {leaf}\n'


def test_scenarios_that_ship():
    others = {"crclm_alternative", "crclm_null", "iloc_like"}
    assert list_scenarios() == tuple(sorted({*NAMES, *others}))


@pytest.mark.parametrize(
    ("name", "growth", "hazard", "os_weeks", "achieved"),
    [
        (
            "concur_like",
            (0.0043, 0.0102, 0.53),
            0.0681,
            37.4,
            (0.040, 0.518, 2.8, 0.208, 8.7, 0.33),
        ),
        (
            "low_liver_no_response",
            (0.0236, 0.0093, 1.14),
            0.0575,
            32.4,
            (0.012, 0.38, 1.84, 0.068, 7.6, 0.26),
        ),
        (
            "regotori_liver_like",
            (0.0044, 0.0204, 0.81),
            0.1331,
            51.4,
            (0.087, 0.372, 1.84, 0.146, 12.0, 0.50),
        ),
        (
            "alternative_25",
            (0.0016, 0.0154, 0.75),
            0.0343,
            64.4,
            (0.250, 0.666, 4.7, 0.397, 15.0, 0.62),
        ),
    ],
)
def test_numbers_of_the_fit(name, growth, hazard, os_weeks, achieved):
    scenario = read_scenario(name)
    g, a = scenario.growth, scenario.achieved
    assert (g.kg_median_per_week, g.ks_median_per_week, g.ks_patient_log_sd) == growth
    assert scenario.new_lesions.hazard_per_week == hazard
    assert scenario.survival.os_median_weeks == os_weeks
    assert (
        a.orr, a.dcr, a.pfs_median_months, a.pfs_6_months, a.os_median_months, a.os_12_months
    ) == achieved  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_number_has_a_basis(name):
    scenario = read_scenario(name)
    names = {f"{section}.{f.name}" for section, kind in SECTIONS.items() for f in fields(kind)}
    others = set(scenario.bases) - names
    assert names <= set(scenario.bases)
    assert {name.split(".")[0] for name in others} <= {*HARM_SECTIONS, *HARM_LISTS}
    assert all(basis.text.strip() for basis in scenario.bases.values())
    assert scenario.bases["scans.read_log_sd"].kind == "source"
    assert scenario.bases["ablation.not_done_probability"].kind == "assumption"


def test_a_file_of_ones_own_inherits_and_changes(tmp_path):
    path = write(tmp_path, change("leaving", "withdrawal_hazard_per_month", 0.02))
    mine, theirs = read_scenario(path), read_scenario("regotori_liver_like")
    assert mine.name == "mine"
    assert mine.leaving.withdrawal_hazard_per_month == 0.02
    assert mine.growth == theirs.growth
    assert mine.bases["leaving.withdrawal_hazard_per_month"].text == "a test"


def test_a_file_inherits_a_file_beside_it(tmp_path):
    write(tmp_path, change("scans", "missed_probability", 0.5), "parent.toml")
    child = write(tmp_path, 'title = "Child"\ninherits = "parent.toml"\n')
    assert read_scenario(str(child)).scans.missed_probability == 0.5
    assert read_scenario(child).title == "Child"


def test_unknown_scenario_names_the_near_one():
    with pytest.raises(StudyError, match=r"regotori_liver\b.*did you mean regotori_liver_like\?"):
        read_scenario("regotori_liver")


@pytest.mark.parametrize(
    ("section", "key", "value", "words"),
    [
        ("growth", "kg_median_per_week", "-0.1", "must be 0 to 5"),
        ("growth", "kg_median_per_week", "nan", "must be a number"),
        ("growth", "kg_median_per_week", '"fast"', "must be a number, not 'fast'"),
        ("growth", "kg_median_per_week", "true", "must be a number"),
        ("growth", "kg_median_per_week", "[0.1]", "must be a number"),
        ("survival", "os_median_weeks", "0", "more than 0 to 10000"),
        ("scans", "missed_probability", "1.5", "must be 0 to 1"),
        ("new_lesions", "most_per_patient", "2.5", "whole number"),
        ("new_lesions", "organ_shares", "[0.5, 0.4, 0.2]", "shares sum to 1"),
        ("new_lesions", "organ_shares", "[0.5, 0.5]", "needs 3"),
        ("new_lesions", "organ_shares", "0.5", "a list of numbers"),
        ("ablation", "zone_least_mm", "25.0", "is more than ablation.zone_most_mm"),
        ("ablation", "margin_limits_mm", "[5.0, 0.0, 10.0]", "must ascend"),
        ("ablation", "margin_limits_mm", "[0.0, 5.0]", "one entry more"),
    ],
)
def test_bad_values(tmp_path, section, key, value, words):
    path = write(tmp_path, change(section, key, value))
    with pytest.raises(StudyError) as caught:
        read_scenario(path)
    message = str(caught.value)
    assert str(path) in message
    assert f"{section}.{key}" in message
    assert words in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (change("growth", "kg_medain_per_week", 0.1), "did you mean kg_median_per_week?"),
        (change("grwoth", "kg_median_per_week", 0.1), "did you mean growth?"),
        (change("growth", "zzz", 0.1), "growth.zzz is not known; remove it"),
        ('inherits = "_shared"\n', "growth.kg_median_per_week is missing; add"),
        ('inherits = "_shared"\n[growth]\nkg_median_per_week = 0.1\n', "where it comes from"),
        (
            'inherits = "_shared"\n[growth]\nkg_median_per_week = { value = 0.1 }\n',
            "where it comes from",
        ),
        ("growth = 3\n", "growth is not known"),
        ('inherits = "mine.toml"\n', "inherits itself"),
        ('inherits = "nobody"\n', "there is no scenario nobody"),
        ("a = [", "not valid TOML"),
    ],
)
def test_bad_files(tmp_path, text, words):
    with pytest.raises(StudyError) as caught:
        read_scenario(write(tmp_path, text))
    assert words in str(caught.value)


def test_every_problem_is_named_at_once(tmp_path):
    text = change("growth", "kg_median_per_week", -1) + "zzz = 1\n"
    with pytest.raises(StudyError, match=r"(?s)growth\.zzz.*growth\.kg_median_per_week"):
        read_scenario(write(tmp_path, text))


def test_a_problem_of_a_parent_names_the_parent(tmp_path):
    write(tmp_path, change("growth", "zzz", 1), "parent.toml")
    with pytest.raises(StudyError, match=r"growth\.zzz.*inherited from parent\.toml"):
        read_scenario(write(tmp_path, 'inherits = "parent.toml"\n'))


def change_entry(section, number, line):
    return f'inherits = "_harm"\n[[{section}]]\nnumber = {number}\n{line}\nassumption = "a test"\n'


def test_a_word_is_one_of_those_the_field_knows(tmp_path):
    read = read_scenario(write(tmp_path, change("growth", "model", '"claret"')))
    assert read.growth.model == "claret"
    with pytest.raises(StudyError, match=r"growth\.model = 'clarett' .*did you mean claret\?"):
        read_scenario(write(tmp_path, change("growth", "model", '"clarett"')))
    with pytest.raises(StudyError, match="write one of stein_fojo, generalised, claret, wang"):
        read_scenario(write(tmp_path, change("growth", "model", '"zzz"')))
    with pytest.raises(StudyError, match=r"growth\.model must be a text, not 3"):
        read_scenario(write(tmp_path, change("growth", "model", 3)))


def correlations(**numbers):
    names = [f"{a}_{b}" for i, a in enumerate(TRAITS) for b in TRAITS[i + 1 :]]
    return {f"correlations.{name}": numbers.get(name, 0.0) for name in names}


@pytest.mark.parametrize("seed", range(40))
def test_correlations_are_accepted_as_the_eigenvalues_say(seed):
    import numpy as np

    rng = np.random.default_rng(seed)
    values = correlations()
    matrix = np.eye(4)
    for i in range(4):
        for j in range(i + 1, 4):
            number = float(rng.uniform(-0.8, 0.8))
            values[f"correlations.{TRAITS[i]}_{TRAITS[j]}"] = number
            matrix[i, j] = matrix[j, i] = number
    assert (check_correlations(values) == []) == (np.linalg.eigvalsh(matrix)[0] > 0)


def test_correlations_that_cannot_hold_together_name_numbers_and_mend():
    values = correlations(growth_shrinkage=0.9, growth_frailty=0.9, shrinkage_frailty=-0.9)
    (problem,) = check_correlations(values)
    assert "growth_shrinkage = 0.9, growth_frailty = 0.9" in problem
    factor = float(problem.rsplit("times ", 1)[1])
    mended = {name: factor * value for name, value in values.items()}
    assert check_correlations(mended) == []
    assert check_correlations({k: (factor + 0.02) * v for k, v in values.items()})


def test_a_scenario_with_such_correlations_is_refused(tmp_path):
    text = 'inherits = "regotori_liver_like"\n[correlations]\n' + "\n".join(
        f'{name} = {{ value = {value}, assumption = "a test" }}'
        for name, value in (
            ("growth_shrinkage", 0.9), ("growth_frailty", 0.9), ("shrinkage_frailty", -0.9),
        )
    )  # fmt: skip
    with pytest.raises(StudyError, match="not positive definite"):
        read_scenario(write(tmp_path, text))


def test_an_entry_is_changed_by_its_number(tmp_path):
    mine = read_harm(write(tmp_path, change_entry("adverse_events", 1, "hazard_per_month = 0.0")))
    theirs = read_harm("_harm")
    assert mine.adverse_events[0].hazard_per_month == 0
    assert mine.adverse_events[0].term == theirs.adverse_events[0].term
    assert mine.adverse_events[1:] == theirs.adverse_events[1:]
    assert mine.laboratory_tests == theirs.laboratory_tests


def test_an_entry_may_say_where_one_of_its_values_comes_from(tmp_path):
    line = 'hazard_per_month = { value = 0.1, source = "a paper" }'
    assert read_harm(write(tmp_path, change_entry("adverse_events", 1, line)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (change_entry("adverse_events", 1, 'kind = "imune-related"'), "did you mean immune-rel"),
        (change_entry("adverse_events", 1, "hazard_month = 0.1"), "did you mean hazard_per_month?"),
        (change_entry("adverse_events", 1, "hazard_per_month = -1"), "1: hazard_per_month = -1"),
        (change_entry("adverse_events", 1, "grade_shares = [1.0]"), "has 1 entries; it needs 4"),
        (change_entry("adverse_events", 1, "grade_shares = [1, 1, 0, 0]"), "shares sum to 1"),
        (change_entry("adverse_events", 1, 'term = ""'), "must be a text"),
        (change_entry("adverse_events", 1, 'laboratory = ["ALT"]'), "an entry for each test"),
        (change_entry("adverse_events", 11, 'laboratory = ["ALTT", "AST"]'), "no test ALTT"),
        (change_entry("adverse_events", 99, 'term = "new"'), "99: hazard_per_month is missing"),
        (change_entry("adverse_events", 1000, 'term = "new"'), "a whole number of its own"),
        (change_entry("dose_rules", 1, 'groups = ["hand"]'), "no event has the group 'hand'"),
        (change_entry("dose_rules", 1, "least_grade = 4\nmost_grade = 3"), "exchange them"),
        (change_entry("dose_rules", 1, "hold_least_days = 90"), "a hold needs"),
        (change_entry("laboratory_tests", 1, "lower_limit = 50.0"), "less than upper_limit"),
        (change_entry("laboratory_tests", 2, 'test = "ALT"'), "the name stands twice"),
        (change_entry("laboratory_drug_effects", 1, 'test = "Platelet"'), "mean Platelets?"),
        ('inherits = "_harm"\n[[dosing]]\nx = 1\n', "head its values with [dosing]"),
        ('inherits = "_harm"\n[dose_rules]\nx = 1\n', "head each with [[dose_rules]]"),
        ('inherits = "_harm"\n[[dose_rule]]\nx = 1\n', "did you mean dose_rules?"),
        ('inherits = "_harm"\n[[dose_rules]]\nnumber = 1\ndrug = "x"\n', "has no source"),
    ],
)
def test_bad_entries(tmp_path, text, words):
    with pytest.raises(StudyError) as caught:
        read_harm(write(tmp_path, text))
    assert words in str(caught.value)


def test_an_entry_twice_in_one_file(tmp_path):
    text = change_entry("adverse_events", 1, "hazard_per_month = 0.1")
    text += text.split("\n", 1)[1]
    with pytest.raises(StudyError, match="entry 2: number = 1; each entry needs"):
        read_harm(write(tmp_path, text))
