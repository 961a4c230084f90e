"""Protocols compared: paired differences, their errors, and what a factor may say."""

from __future__ import annotations

import re
from math import isnan, nan, sqrt

import numpy as np
import pytest

from trialwright.errors import ExportError, StudyError
from trialwright.report.simulation.comparison_plot import write_comparison
from trialwright.simulate.many import Threads
from trialwright.simulate.scenario_file import read_scenario
from trialwright.simulate.trials.comparison import compare_choices, names_compared
from trialwright.simulate.trials.estimates import TIMES, Asked, estimate_names, times_of
from trialwright.simulate.trials.factors import (
    Choice,
    Factor,
    _read_value,
    all_combinations,
    own_value,
    read_factors,
    show_value,
)
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.simulate.trials.paired import (
    Compared,
    compare_counts,
    half_samples,
    replicate_quantities,
)
from trialwright.simulate.trials.reference import find_reference
from trialwright.simulate.trials.run import Run, compare_protocols
from trialwright.simulate.trials.series import StudySeries
from trialwright.simulate.trials.trial_numbers import FIRST_REFERENCE_TRIAL
from trialwright.stats import KaplanMeier
from trialwright.study.vary import vary_study

INTERVAL = "schedule.assessment_interval_weeks"
PATIENTS, TRIALS = 7424, 300  # 256 trials of 29 patients, one a group


@pytest.fixture(scope="module")
def scenario():
    return read_scenario("crclm_alternative")


@pytest.fixture(scope="module")
def found(crclm_study, scenario):
    texts = [
        f"{INTERVAL}=6,8,12",
        "response.confirmation_required=false",
        "counting=fda_a",
        "design=1/15 5/25",
        "response.reader=central",
    ]
    factors = read_factors(crclm_study, texts)
    run = Run(TRIALS, 7, Threads(1))
    return compare_choices(crclm_study, scenario, factors, run, patients=PATIENTS)


def at_interval(study, weeks):
    return vary_study(study, {INTERVAL: weeks}, basis="a test")


@pytest.mark.parametrize("weeks", [8.0, 12.0])
def test_quantities_are_those_of_the_reference(crclm_study, scenario, found, weeks) -> None:
    machine = TrialMachine.of(at_interval(crclm_study, weeks), scenario, "study")
    expected = find_reference(machine, Asked.of(crclm_study), seed=7, patients=PATIENTS)
    protocol = found.find(f"{weeks:g}")
    assert [one.name for one in protocol.quantities] == list(expected.values)
    for one in protocol.quantities:
        assert one.value == pytest.approx(expected.values[one.name], rel=1e-12, nan_ok=True)


def test_decisions_are_those_of_the_trials_run_alone(crclm_study, scenario, found) -> None:
    choices = {"12": {INTERVAL: 12.0}, "8": {}}
    alone = compare_protocols(crclm_study, scenario, choices, Run(TRIALS, 7, Threads(1)))
    for label, expected in alone.items():
        protocol = found.find(label)
        assert expected.declared is not None
        for name, chance in (
            ("declares activity", expected.declared),
            ("stops for futility", expected.futile),
            ("stops for toxicity", expected.toxic),
        ):
            assert protocol.find(name).value == pytest.approx(chance.value, abs=1e-12)
            error = chance.standard_error * sqrt(TRIALS / (TRIALS - 1))
            assert protocol.find(name).standard_error == pytest.approx(error, abs=1e-12)
        assert protocol.find("patients").value == pytest.approx(expected.patients.value)
        assert protocol.find("months").value == pytest.approx(expected.months.value, abs=1e-3)


def test_the_error_of_a_difference_comes_from_trials_in_pairs(crclm_study, scenario, found) -> None:
    def declared(study):
        machine = TrialMachine.of(study, scenario, "study")
        outcomes = machine.run(7, 0, TRIALS)
        bound = machine.conduct.final_bound
        return ((outcomes["ended"] == 0) & (outcomes["responders"] > bound)).astype(float)

    difference = declared(at_interval(crclm_study, 12.0)) - declared(crclm_study)
    one = found.find("12").find("declares activity")
    assert one.difference == pytest.approx(difference.mean())
    error = difference.std(ddof=1) / sqrt(TRIALS)
    assert one.standard_error_of_difference == pytest.approx(error)
    own = found.find("8").find("declares activity")
    assert error < sqrt(one.standard_error**2 + own.standard_error**2)


def test_what_no_patient_is_told_of_moves_nothing(found) -> None:
    own = found.find("8")
    for one in (*own.quantities, *own.decisions):
        assert one.difference == one.standard_error_of_difference == 0 or isnan(one.value)
    for label in ("1/15 5/25", "central"):
        assert found.find(label).quantities == own.quantities
    assert found.find("central").decisions == own.decisions
    assert any("response.reader, central: the simulation does not" in note for note in found.notes)
    unconfirmed, censored = found.find("false"), found.find("fda_a")
    assert unconfirmed.find("ORR").difference > 5 * 0.01
    assert unconfirmed.find("PFS at 6 months").difference == 0
    assert censored.find("ORR").difference == 0
    assert censored.find("PFS at 6 months").difference < 0


def test_half_samples_have_the_curves_of_stats(crclm_study, scenario) -> None:
    asked = Asked.of(crclm_study)
    machine = TrialMachine.of(crclm_study, scenario, "study")
    found = replicate_quantities(machine, asked, seed=3, patients=PATIENTS, in_trial=29, threads=1)
    outcomes = without_looks(machine).run(3, FIRST_REFERENCE_TRIAL, 256)
    for row in (1, 2, 200, 256):
        half = outcomes[half_samples()[row] > 0]
        assert len(half) == 128
        for name, field in TIMES.items():
            time, event, _ = times_of(half, field, asked)
            curve = KaplanMeier.fit(time, event)
            expected = {f"median {name}": curve.quantile(0.5).value}
            for month in asked.landmarks.get(name, ()):
                expected[f"{name} at {month:g} months"] = curve.at(month).value
            for each, value in expected.items():
                assert found[each][row] == pytest.approx(float(value), abs=1e-12, nan_ok=True)


def test_the_interval_of_a_difference_is_normal_and_shares_end_at_0_and_1() -> None:
    share = Compared("ORR", "share", 0.98, 0.01, 0.2, 0.02)
    assert share.interval() == (pytest.approx(0.98 - 1.959964 * 0.02), 1.0)
    months = Compared("median PFS", "months", 0.01, 0.01, -4.0, 0.02)
    assert months.interval(0.9) == pytest.approx((0.01 - 1.644854 * 0.02, 0.01 + 1.644854 * 0.02))
    same = Compared("ORR", "share", 0.3, 0.01, 0.0, 0.0)
    assert same.interval() == (0.3, 0.3)
    unknown = Compared("ORR", "share", 0.3, 0.01, nan, nan)
    assert all(isnan(limit) for limit in unknown.interval())


def test_a_card_is_refused_by_name(crclm_study, scenario) -> None:
    factors = read_factors(crclm_study, [f"{INTERVAL}=12"])
    with pytest.raises(ValueError, match="device is 'cuda'; protocols are compared on the proc"):
        compare_choices(crclm_study, scenario, factors, Run(1, 1, device="cuda"))


def test_the_identity_names_study_and_scenario(crclm_study, scenario, found) -> None:
    assert found.identity["study"].startswith(f"{crclm_study.identity.title.require()} ")
    assert found.identity["scenario"].startswith("crclm_alternative ")
    series = StudySeries.of(crclm_study, scenario, seed=7)
    assert found.identity["study"].endswith(f" {series.identity['study']}")
    for name in ("scenario", "seed", "generator", "rules"):
        assert found.identity[name] == series.identity[name]


def test_half_samples_are_balanced() -> None:
    weights = half_samples()
    halves = weights[1:] - 1
    groups = halves.shape[1]
    assert set(np.unique(halves)) == {-1.0, 1.0}
    assert (weights[0] == 1).all()
    # One group of each pair; no two pairs go together; over all replicates each group is even.
    assert (halves[:, 0::2] == -halves[:, 1::2]).all()
    assert (halves.sum(axis=0) == 0).all()
    pairs = halves[:, 0::2]
    assert (pairs.T @ pairs == groups * np.eye(groups // 2)).all()


def test_errors_are_what_seeds_scatter_by(crclm_study, scenario) -> None:
    asked = Asked.of(crclm_study)
    machines = [
        TrialMachine.of(study, scenario, "study")
        for study in (crclm_study, at_interval(crclm_study, 6.0))
    ]
    values = {name: [] for name in ("ORR", "DCR", "PFS at 3 months", "median PFS")}
    errors = {name: [] for name in values}
    for seed in range(16):
        own, other = (
            replicate_quantities(one, asked, seed=seed, patients=PATIENTS, in_trial=29, threads=1)
            for one in machines
        )
        for name, seen in values.items():
            difference = other[name] - own[name]
            seen.append(difference[0])
            errors[name].append(np.mean((difference[1:] - difference[0]) ** 2))
    for name, seen in values.items():
        # 16 seeds: the scatter is known to 18 %, so 0.45 to 1.55 is three errors wide;
        # a median that jumps from scan to scan is less regular.
        low, high = (0.45, 1.55) if name != "median PFS" else (0.4, 2.0)
        assert low < np.std(seen, ddof=1) / sqrt(np.mean(errors[name])) < high, name


def test_numbers_do_not_depend_on_where_trials_run(crclm_study, scenario, found) -> None:
    factors = read_factors(crclm_study, [f"{INTERVAL}=12"])
    run = Run(TRIALS, 7, Threads(2, range_size=37))
    again = compare_choices(crclm_study, scenario, factors, run, patients=PATIENTS)
    assert again.find("12").quantities == found.find("12").quantities
    assert again.find("12").decisions == found.find("12").decisions


def test_without_looks_the_chance_to_declare_is_binomial(crclm_study, scenario) -> None:
    from scipy.stats import binom

    text = (
        "design / one stage: design=0/28 5/29, simulation.accrual_at_first_look=continues, "
        "safety.highest_toxicity_rate=0.8, safety.toxicity_stop_probability=0.99"
    )
    factors = read_factors(crclm_study, [text])
    run = Run(4000, 3, Threads(2))
    found = compare_choices(crclm_study, scenario, factors, run, patients=60_000)
    one = found.find("one stage")
    exact = binom.sf(5, 29, one.find("ORR").value)
    declared = one.find("declares activity")
    assert abs(declared.value - exact) < 4 * declared.standard_error
    assert one.find("stops for toxicity").value == 0


def test_a_study_without_a_rule_declares_nothing(crclm_study, scenario) -> None:
    factors = read_factors(crclm_study, ["design.kind=descriptive"])
    found = compare_choices(crclm_study, scenario, factors, Run(20, 1), patients=PATIENTS)
    descriptive = found.find("descriptive")
    assert isnan(descriptive.find("declares activity").value)
    assert descriptive.find("stops for futility").value == 0
    rows = found.to_frame().filter(choice="descriptive", quantity="declares activity")
    assert rows["value"].to_list() == [None]
    with pytest.raises(KeyError, match="'ORRR' is none of ORR, DCR"):
        descriptive.find("ORRR")
    with pytest.raises(KeyError, match="'none' is none of two_stage, descriptive"):
        found.find("none")


def test_the_mean_of_one_trial_has_no_error() -> None:
    one = compare_counts("patients", "patients", (29, 841, 0, 0), 1, 1)
    assert one.value == 29
    assert isnan(one.standard_error)


def test_what_the_calendar_means_otherwise_is_said(found) -> None:
    notes = "\n".join(found.notes)
    assert f"{INTERVAL}, 6: response.minimum_stable_disease_days and endpoints." in notes
    assert "from the scan of week 6 on, unless that scan is early (week 8 in the study)" in notes
    assert "the look after stage 1 sees 2 planned scans of a patient (3 in the study)" in notes
    assert f"{INTERVAL}, 8" not in notes


def test_every_value_of_the_study_file_is_read_as_it_is_shown(crclm_study) -> None:
    for path, stated, _ in crclm_study.stated_fields():
        if "[" not in path:
            value = _read_value(crclm_study, path, show_value(stated.require()))
            assert value == stated.require(), path
            assert type(value) in {type(stated.require()), int}, path


def test_factors_hold_the_studys_own_way(crclm_study) -> None:
    interval, design, bundle = read_factors(
        crclm_study,
        [
            f"{INTERVAL}=6,12",
            "design=1/15 5/25",
            "scans / q12w: schedule.later_assessments=[24, 12], schedule.assessment_window_days=5",
            f"{INTERVAL}=9",
        ],
    )
    assert [one.label for one in interval.choices] == ["8", "6", "12", "9"]
    assert interval.choices[0].fields == {}
    assert [one.label for one in design.choices] == ["1/10 5/29", "1/15 5/25"]
    assert design.choices[1].fields["design.accrual_months"] == pytest.approx(18 * 25 / 29)
    assert bundle.name == "scans"
    assert [one.label for one in bundle.choices] == ["as the study", "q12w"]
    assert list(bundle.choices[1].fields["schedule.later_assessments"]) == [24, 12]
    assert len(all_combinations([interval, design])) == 8


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["respons.reader=central"], "did you mean response.reader?"),
        (["schedule.planned_ablation=zero"], "did you mean response.planned_ablation?"),
        (["treatments[0].dose_mg=1"], "no field of the study file"),
        (["response.planned_ablation=exlude"], "did you mean exclude?"),
        ([f"{INTERVAL}=six"], "'six' is not allowed"),
        ([f"{INTERVAL}="], "write FIELD=VALUE,VALUE"),
        (["counting=fda_x"], "did you mean fda_c?"),
        (["design=1/10"], "design: '1/10' is not r1/n1 r/n"),
        (["design=1/30 5/29"], "design: total (n) must be"),
        ([f"{INTERVAL}=6,6"], "the choice 6 stands twice"),
        ([f"slow: {INTERVAL}"], "is not FIELD=VALUE"),
        ([f"slow: {INTERVAL}=12, {INTERVAL}=6"], f"{INTERVAL} stands twice"),
    ],
)
def test_what_cannot_be_varied_is_said(crclm_study, texts, words) -> None:
    with pytest.raises(StudyError, match=re.escape(words)):
        read_factors(crclm_study, texts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{INTERVAL}=1", f"{INTERVAL}, 1: schedule.assessment_window_days 7 must be less"),
        ("x: design.first_stage_patients=30", "x: design.first_stage_patients 30 must be fewer"),
        ("response.best_response_rules=admiral", "admiral: response.best_response_rules is"),
    ],
)
def test_a_protocol_that_contradicts_itself_is_named(crclm_study, scenario, text, words) -> None:
    with pytest.raises(StudyError, match=words):
        compare_choices(crclm_study, scenario, read_factors(crclm_study, [text]), Run(1, 1))


def test_in_a_grid_every_field_belongs_to_one_factor(crclm_study, scenario) -> None:
    factors = [Factor("a", (Choice("x", {INTERVAL: 6.0}),)), Factor("b", (Choice("y", {}),))]
    run = Run(10, 1)
    found = compare_choices(crclm_study, scenario, factors, run, grid=True, patients=PATIENTS)
    labels = [(one.choice.label, one.own) for one in found.protocols]
    assert labels == [("as the study · y", True), ("x · y", False)]
    with pytest.raises(StudyError, match=f"a and a both change {INTERVAL}"):
        all_combinations([factors[0], factors[0]])
    with pytest.raises(StudyError, match="at least one factor"):
        compare_choices(crclm_study, scenario, [], run)
    with pytest.raises(StudyError, match="nothing: no choice"):
        compare_choices(crclm_study, scenario, [Factor("nothing", ())], run)


def test_names_are_known_before_a_run(crclm_study, found) -> None:
    protocol = found.find("8")
    names = [one.name for one in (*protocol.quantities, *protocol.decisions)]
    assert list(names_compared(crclm_study)) == names
    first = [name for name, _ in estimate_names(Asked.of(crclm_study))[:3]]
    assert first == ["ORR", "DCR", "median PFS"]
    assert own_value(crclm_study, "counting") == "study"


def test_a_picture_has_the_same_bytes_twice_and_names_every_choice(found, tmp_path) -> None:
    for name in ("a.svg", "b.svg"):
        write_comparison([found], tmp_path / name)
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert drawn == (tmp_path / "b.svg").read_text(encoding="utf-8")
    for words in (
        "assessment interval weeks",
        "8  (the study)",
        "12",
        "fda_a",
        "crclm_alternative",
    ):
        assert f">{words}</text>" in drawn
    with pytest.raises(ExportError, match=r"one of \.svg, \.png, \.pdf, not \.gif"):
        write_comparison([found], tmp_path / "a.gif")
    with pytest.raises(ExportError, match="does not exist"):
        write_comparison([found], tmp_path / "no" / "a.svg")
    with pytest.raises(ValueError, match="1 to 4 scenarios, not 5"):
        write_comparison([found] * 5, tmp_path / "a.svg")
