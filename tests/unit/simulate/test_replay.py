"""A trial that was found is the trial that is drawn again, lesion by lesion."""

from __future__ import annotations

import pytest

from trialwright.analysis import analyse
from trialwright.errors import StudyError
from trialwright.simulate import read_scenario, simulate_study
from trialwright.simulate.trials import batches
from trialwright.simulate.trials.batches import Trials
from trialwright.simulate.trials.replay import find_trials, frame_of

NULL = read_scenario("crclm_null")
ENDINGS = ("declared", "not declared", "futility", "toxicity")


def test_every_trial_ends_in_one_way(crclm_study) -> None:
    found = [find_trials(crclm_study, NULL, Trials(300, 1), ending=one) for one in ENDINGS]
    numbers = sorted(one.trial for some in found for one in some)
    assert numbers == list(range(300))
    assert all(one.responders > 5 and one.enrolled == 29 for one in found[0])
    assert all(one.responders <= 5 and one.enrolled == 29 for one in found[1])
    assert all(one.responders_at_look <= 1 for one in found[2])


def test_the_search_ends_where_it_is_told(crclm_study, monkeypatch) -> None:
    every = find_trials(crclm_study, NULL, Trials(300, 1), ending="not declared")
    monkeypatch.setattr(batches, "AT_ONCE", 9)
    some = find_trials(crclm_study, NULL, Trials(300, 1, threads=2), ending="not declared", most=3)
    assert some == every[:3]


def test_the_trial_drawn_again_is_the_one_that_was_found(crclm_study) -> None:
    found = find_trials(crclm_study, NULL, Trials(300, 1), ending="declared", most=1)[0]
    again = simulate_study(crclm_study, seed=1, trial=found.trial, scenario=NULL)
    result = analyse(again, crclm_study)
    best = [call.best.response.label for call in result.by_patient.values()]
    assert len(best) == found.enrolled
    assert sum(one in {"CR", "PR"} for one in best) == found.responders
    controlled = sum(one in {"CR", "PR", "SD", "Non-CR/Non-PD"} for one in best)
    assert controlled == found.controlled


@pytest.mark.parametrize("ending", ["declared", "not declared"])
def test_a_study_without_a_test_declares_nothing_to_be_found(crclm_study, settle, ending) -> None:
    study = settle(crclm_study, design__kind="descriptive")
    with pytest.raises(StudyError, match=r"design.kind has no test, so nothing is declared"):
        find_trials(study, NULL, Trials(20, 1), ending=ending)
    assert find_trials(study, NULL, Trials(20, 1), ending="futility") == ()


def test_another_ending_is_refused(crclm_study) -> None:
    with pytest.raises(ValueError, match="one of declared, not declared, futility, toxicity"):
        find_trials(crclm_study, NULL, Trials(20, 1), ending="won")


def test_nothing_found_keeps_its_columns() -> None:
    assert frame_of(()).columns[:3] == ["trial", "ending", "enrolled"]
