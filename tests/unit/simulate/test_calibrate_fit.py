"""The fit itself: known knobs are found again, and what cannot be fitted is said."""

from __future__ import annotations

from math import exp, inf, log, pi, sqrt

import numpy as np
import pytest
from typer import Typer
from typer.testing import CliRunner

from trialwright.cli.simulate.calibrate import calibrate as verb
from trialwright.errors import StudyError
from trialwright.simulate import read_scenario
from trialwright.simulate.calibration import (
    FittedTarget,
    Search,
    Target,
    Targets,
    calibrate,
    calibrate_rate,
    read_setting,
    read_targets,
    setting_of_study,
)
from trialwright.simulate.calibration.identified import find_identified
from trialwright.simulate.calibration.reached import Draw, draw_reached
from trialwright.simulate.calibration.search import KnobSearch
from trialwright.simulate.scenario_change import with_values
from trialwright.simulate.trials.response_rate import fit_response_rate

QUICK = Search(seed=5, patients=4000, check_patients=8000)
KS, HAZARD = "growth.ks_median_per_week", "new_lesions.hazard_per_week"
OS_WEEKS = "survival.os_median_weeks"
TRUTH = {KS: 0.02, HAZARD: 0.04, OS_WEEKS: 60.0}
ESTIMATES = ("ORR", "DCR", "PFS at 6 months", "OS at 12 months")


@pytest.fixture(scope="module")
def start():
    return read_scenario("concur_like")


@pytest.fixture(scope="module")
def setting():
    return read_setting("three_untreated_lesions")


@pytest.fixture(scope="module")
def reached_in_truth(start, setting):
    """Return what a scenario with known knobs gives, in patients that no fit draws."""
    return draw_reached(with_values(start, TRUTH, {}), setting, Draw(99, 0, 50_000))


@pytest.fixture(scope="module")
def targets(reached_in_truth):
    made = (Target(name, 0.5, 0.01, "known") for name in ESTIMATES)
    known = (Target(one.estimate, reached_in_truth.share(one), 0.01, "known") for one in made)
    return Targets("known knobs", tuple(known))


@pytest.fixture(scope="module")
def fitted(targets, start, setting):
    return calibrate(targets, start, setting=setting, knobs=tuple(TRUTH), search=QUICK)


def test_known_knobs_are_found_again(fitted):
    assert fitted.settled
    assert fitted.identified
    assert fitted.notes == ()
    for knob in fitted.knobs:
        # 4,000 patients: a standard error of at most 0.008 of each share, below that of a target.
        assert abs(log(knob.after / TRUTH[knob.name])) < 3 * log(knob.factor)
    assert all(abs(one.difference) < 3 for one in fitted.targets)


def test_reported_rates_come_from_other_patients(fitted, setting):
    again = draw_reached(fitted.scenario, setting, Draw(5, 2**31 + 4000, 8000))
    for one in fitted.targets:
        assert one.reached == again.share(one.target)
        share = one.reached_share
        assert one.simulation_error == pytest.approx(sqrt(share * (1 - share) / 8000))


def test_the_objective_is_the_sum_of_the_squares(fitted):
    assert fitted.objective == pytest.approx(sum(one.difference**2 for one in fitted.targets))
    frame = fitted.to_frame()
    assert frame["difference"].pow(2).sum() == pytest.approx(fitted.objective)
    assert frame["source"].to_list() == ["known"] * 4


def test_nothing_but_the_knobs_moves(fitted, start):
    back = with_values(fitted.scenario, {knob.name: knob.before for knob in fitted.knobs}, {})
    assert (back.growth, back.new_lesions, back.survival) == (
        start.growth,
        start.new_lesions,
        start.survival,
    )
    assert (back.scans, back.leaving) == (start.scans, start.leaving)


def test_the_same_fit_for_any_number_of_threads(fitted, targets, start, setting):
    two = Search(seed=5, patients=4000, check_patients=8000, threads=2)
    again = calibrate(targets, start, setting=setting, knobs=tuple(TRUTH), search=two)
    assert again == fitted


def test_the_file_reads_back_as_the_fitted_scenario(fitted, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(fitted.to_toml(inherits="concur_like"), encoding="utf-8")
    read = read_scenario(path)
    assert (read.growth, read.new_lesions) == (fitted.scenario.growth, fitted.scenario.new_lesions)
    assert read.achieved == fitted.scenario.achieved
    assert read.achieved.setting == "three_untreated_lesions"
    assert "fitted to known knobs" in read.bases[KS].text


def test_one_knob_is_where_the_bisection_puts_it(crclm_study, start):
    found = fit_response_rate(crclm_study, start, 0.1, seed=5, patients=4000)
    fit = calibrate_rate(crclm_study, start, 0.1, name="the worked study", search=QUICK)
    assert fit.scenario.growth.ks_median_per_week == found.ks_median_per_week
    one = Targets("10 %", (Target.of_patients("ORR", 0.1, 4000, "wanted"),))
    study = setting_of_study(crclm_study, "the worked study")
    searched = calibrate(one, start, setting=study, knobs=(KS,), search=QUICK)
    # one of 4,000 patients more or less is what neither search can see
    near = fit.knobs[0].factor
    assert abs(log(searched.knobs[0].after / found.ks_median_per_week)) < log(near) / 2


def test_a_median_within_the_window_of_the_scans_is_no_miss(setting):
    low = draw_reached(read_scenario("low_liver_no_response"), setting, Draw(99, 0, 4000))
    assert low.share(Target("median PFS", 1.8, 0.05, "x")) == 0.5
    assert low.share(Target("median PFS", 3.0, 0.05, "x")) < 0.45
    assert low.share(Target("median PFS", 1.2, 0.05, "x")) > 0.8
    median = low.median("OS")
    share = low.share(Target("median OS", median, 0.05, "x"))
    assert share == pytest.approx(0.5, abs=0.01)  # whole days
    # deaths are seen on their day: no window there
    assert low.share(Target("median OS", median + 0.2, 0.05, "x")) < share - 0.005


def test_fewer_targets_than_knobs_are_fitted_and_said(start, setting):
    one = Targets("one", (Target("DCR", 0.6, 0.02, "x"),))
    fit = calibrate(one, start, setting=setting, search=QUICK)
    assert any(note.startswith("1 targets for 5 knobs") for note in fit.notes)
    assert "survival.os_median_weeks" in " ".join(fit.notes)
    assert not fit.identified
    assert fit.condition == inf
    assert fit.to_dict()["condition"] is None


def test_a_knob_that_does_nothing_is_said(start, setting):
    one = Targets("one", (Target("OS at 12 months", 0.4, 0.02, "x"),))
    fit = calibrate(one, start, setting=setting, knobs=(OS_WEEKS, KS), search=QUICK)
    assert f"{KS} moves no target" in fit.notes
    assert fit.knobs[1].after == fit.knobs[1].before
    assert fit.knobs[1].factor == inf


@pytest.mark.parametrize(("wanted", "missed"), [(0.9, True), (0.37, True), (0.335, False)])
def test_a_target_that_no_knob_moves_is_said_with_how_near(start, setting, wanted, missed):
    os_12 = Target("OS at 12 months", wanted, 0.02, "x")  # the scenario gives 0.32
    both = Targets("o", (os_12, Target("DCR", 0.5, 0.02, "x")))
    fit = calibrate(both, start, setting=setting, knobs=(HAZARD,), search=QUICK)
    said = [one for one in fit.notes if "is missed" in one]
    if missed:
        assert said[0].startswith(f"OS at 12 months is missed: wanted {wanted}, nearest 0.3")
        assert said[0].endswith("no knob moves it")
    assert len(said) == missed


def test_the_difference_is_reached_less_wanted_in_standard_errors():
    one = FittedTarget(Target("ORR", 0.2, 0.05, "x"), 0.3, 0.3, 2100)
    assert one.difference == pytest.approx(2.0)
    assert one.simulation_error == pytest.approx(0.01)


def test_the_jacobian_of_survival_in_closed_form(start, setting):
    # ln OS is normal with variance 0.65 squared plus 0.3 squared: dS/d ln median = phi(z) / SD
    target, sd = Target("OS at 12 months", 0.3, 0.02, "x"), sqrt(0.65**2 + 0.3**2)
    z = log(start.survival.os_median_weeks * 7 / (12 * 30.4375)) / sd
    expected = exp(-z * z / 2) / sqrt(2 * pi) / sd / 0.02
    course = KnobSearch((target,), start, setting, (OS_WEEKS,), Search(seed=5, patients=20_000))
    (found,) = course.jacobian(course.origin)
    # 0.1 of the logarithm passes about 1,000 of 20,000 patients: a relative error of 0.03
    assert found[0] == pytest.approx(expected, rel=0.1)


def test_a_target_out_of_reach_is_said_with_the_bound(start, setting):
    one = Targets("one", (Target("DCR", 0.99, 0.001, "x"),))
    fit = calibrate(one, start, setting=setting, knobs=(HAZARD,), search=QUICK)
    said = " ".join(fit.notes)
    assert "DCR is missed: wanted 0.99, nearest 0." in said
    assert f"{HAZARD} ends at the bound" in said or f"{HAZARD} moves no target" in said


def test_an_unreachable_rate_is_refused_with_the_nearest(crclm_study, start):
    with pytest.raises(StudyError, match=r"response rates from .* not 0\.99"):
        calibrate_rate(crclm_study, start, 0.99, name="x", search=QUICK)


@pytest.mark.parametrize(
    ("knobs", "words"),
    [
        (("growth.kg_medain_per_week",), "did you mean growth.kg_median_per_week"),
        (("growth.model",), "is 'stein_fojo'; a knob is one real number"),
        (("lesions.non_target_shares",), "a knob is one real number"),
        (("new_lesions.most_per_patient",), "a knob is one real number"),
        (("survival.burden_effect",), "start it above 0"),
        ((), "one number of the scenario or more"),
        ((KS, KS), "each once"),
    ],
)
def test_bad_knobs(start, targets, setting, knobs, words):
    with pytest.raises(StudyError, match=words):
        calibrate(targets, start, setting=setting, knobs=knobs, search=QUICK)


def test_probabilities_stay_probabilities(start, targets, setting):
    course = KnobSearch(
        targets.targets, start, setting, ("therapy.probability_after_progression",), QUICK
    )
    assert exp(course.high[0]) == pytest.approx(1.0)


def test_targets_without_a_setting_are_refused(targets, start):
    with pytest.raises(StudyError, match="name no setting"):
        calibrate(targets, start)


def test_a_rate_beyond_follow_up_is_refused(start, setting):
    late = Targets("late", (Target("OS at 60 months", 0.1, 0.02, "x"),))
    with pytest.raises(StudyError, match=r"OS at 60 months.*followed that long"):
        calibrate(late, start, setting=setting, knobs=(OS_WEEKS,), search=QUICK)


@pytest.mark.parametrize("name", ["patients", "check_patients", "most_steps", "threads"])
def test_a_search_of_nothing_is_refused(name):
    with pytest.raises(ValueError, match=name):
        Search(**{name: 0})


def test_a_diagonal_jacobian_in_closed_form():
    found = find_identified(np.diag([4.0, 2.0, 0.5]), ("a", "b", "c"))
    assert found.condition == 8.0
    assert found.factors == pytest.approx((exp(0.25), exp(0.5), exp(2.0)))
    assert found.open_directions == ("c up, known to a factor of 7.4",)


def test_two_knobs_that_only_act_together():
    found = find_identified(np.array([[3.0, 3.0, 0.0], [0.0, 0.0, 5.0]]), ("a", "b", "c"))
    assert found.condition == inf
    assert found.factors[:2] == (inf, inf)
    assert found.factors[2] == pytest.approx(exp(0.2))
    assert found.open_directions in (
        ("a up with b down, of which nothing tells",),
        ("b up with a down, of which nothing tells",),
    )


def test_several_free_directions_are_named_together():
    found = find_identified(np.array([[3.0, 0.0, 0.0]]), ("a", "b", "c"))
    assert found.open_directions == ("2 combinations of b, c, of which nothing tells",)


@pytest.fixture
def run():
    app = Typer()
    app.command()(verb)
    return lambda *words: CliRunner().invoke(app, words)


def test_the_verb_fits_targets_and_writes_a_scenario(run, tmp_path):
    out = tmp_path / "mine.toml"
    found = run(
        *("regotori_liver_like", "--from", "regotori_liver_like", "--knob", KS),
        *("--patients", "2000", "--threads", "1", "--out", str(out)),
    )
    assert found.exit_code == 0, found.output
    assert "median PFS" in found.output
    assert KS in found.output
    assert read_scenario(out).achieved.setting == "three_untreated_lesions"


def test_the_verb_fits_a_rate_of_a_study_and_inherits_a_file(run, tmp_path, root):
    base = tmp_path / "base.toml"
    base.write_text('inherits = "concur_like"\n', encoding="utf-8")
    out = tmp_path / "mine.toml"
    found = run(
        *(str(root / "examples" / "crclm"), "--scenario", str(base), "--rate", "0.1"),
        *("--patients", "2000", "--out", str(out), "--json"),
    )
    assert found.exit_code == 0, found.output
    assert '"estimate": "ORR"' in found.output
    assert 'inherits = "base.toml"' in out.read_text(encoding="utf-8")
    assert read_scenario(out).growth.kg_median_per_week == 0.0043


def test_the_verb_refuses_what_does_not_go_together(run, root):
    study = str(root / "examples" / "crclm")
    assert run(study, "--from", "concur_like", "--rate", "10").exit_code == 2
    assert run(study, "--from", "concur_like", "--rate", "0.1", "--knob", KS).exit_code == 2
    assert "give --rate" in run(study, "--from", "concur_like").output
    assert isinstance(run("nothing", "--from", "concur_like").exception, StudyError)


def test_targets_by_the_rules_of_a_study(run, root):
    found = run(
        *("concur_like", "--from", "concur_like", "--knob", HAZARD, "--patients", "1000"),
        *("--study", str(root / "examples" / "crclm")),
    )
    assert found.exit_code == 0, found.output
    assert "setting: " in found.output
    assert "three_untreated" not in found.output


def test_shipped_targets_in_their_setting(start):
    assert read_targets("concur_like").setting == "three_untreated_lesions"
    assert start.achieved.orr == 0.04
