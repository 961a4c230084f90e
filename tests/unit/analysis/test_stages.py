"""The design's rule with what it says of the true rate: open, stopped, finished, not as planned."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from trialwright.analysis.stages import judge_stages
from trialwright.stats.two_stage import TwoStagePlan, infer_after_two_stages

PLAN = TwoStagePlan(10, 1, 29, 5, p0=0.10)  # that of the worked study


def judge(responded: list[bool | None], study):
    outcomes = [SimpleNamespace(pending=one is None, met=bool(one)) for one in responded]
    return judge_stages([SimpleNamespace(key="ORR", outcomes=outcomes)], study)


def trial(first: int, of_first: int, second: int, of_second: int) -> list[bool]:
    return (
        [True] * first
        + [False] * (of_first - first)
        + [True] * second
        + ([False] * (of_second - second))
    )


@pytest.mark.parametrize(
    "responded",
    [
        [],
        [True] * 9,  # stage 1 is open
        trial(4, 10, 0, 0),  # passed stage 1, nothing has ended
        [*trial(4, 10, 4, 18), None],  # one patient may still respond
    ],
)
def test_nothing_is_inferred_while_the_trial_is_open(crclm_study, responded) -> None:
    assert judge(responded, crclm_study).inference is None


@pytest.mark.parametrize(
    ("responded", "x"),
    [(trial(1, 10, 0, 0), 1), (trial(3, 10, 3, 19), 6), (trial(2, 10, 1, 19), 3)],
)
def test_a_trial_as_planned_is_inferred_at_the_level_of_the_study(
    crclm_study, responded, x
) -> None:
    found = judge(responded, crclm_study)
    assert found.inference == infer_after_two_stages(x, PLAN, level=0.95)
    assert found.inference.declared == (found.final.verdict == "activity declared")


def test_a_trial_that_went_on_against_its_rule_is_inferred_where_it_stopped(crclm_study) -> None:
    """The patients after the stop are left out of the decision, and of what goes with it."""
    found = judge(trial(1, 10, 5, 19), crclm_study)
    assert found.final.left_out == 19
    assert found.inference == infer_after_two_stages(1, PLAN, level=0.95)


@pytest.mark.parametrize("word", ["stage_wise", "conditional"])
def test_another_size_is_tested_as_the_study_says(crclm_study, settle, word) -> None:
    study = settle(crclm_study, statistics__two_stage_size_change=word)
    found = judge(trial(2, 10, 4, 17), study).inference
    assert found.evaluated == 27
    assert found.method.startswith(word.replace("_", "-"))
    assert "27 patients in all, planned 29" in found.reason


@pytest.mark.parametrize(
    ("responded", "x"),
    [
        ([*trial(0, 10, 0, 0), None, None], 0),  # stopped; two were enrolled meanwhile
        ([*trial(2, 10, 1, 19), None], 3),  # beyond n
    ],
)
def test_a_patient_whom_the_decision_leaves_out_may_still_be_open(
    crclm_study, responded, x
) -> None:
    found = judge(responded, crclm_study)
    assert repr(found.inference) == repr(infer_after_two_stages(x, PLAN, level=0.95))


def test_there_is_no_stage_without_a_two_stage_design_or_a_rate(crclm_study, settle) -> None:
    assert judge_stages([], crclm_study) is None
    assert judge([True], settle(crclm_study, design__kind="descriptive")) is None
