"""Log-rank designs of several looks: when they come, their size, their words."""

from __future__ import annotations

import pytest

from trialwright.design.group_sequential.critical_values import find_group_sequential
from trialwright.design.log_rank import LogRankTrial, find_log_rank, find_log_rank_looks
from trialwright.errors import DesignError
from trialwright.report.design.words_log_rank import word_log_rank_looks
from trialwright.stats.historical import Exponential

HISTORY = Exponential.from_survival(0.62, at=2)
TRIAL = LogRankTrial(HISTORY, 0.467, 2, rate=5)


def test_one_look_is_one_stage() -> None:
    single = find_group_sequential("Pocock", looks=1, alpha=0.05)
    design = find_log_rank_looks(TRIAL, single)
    assert design.patients == design.one_stage.patients == find_log_rank(TRIAL).patients


def test_looks_come_at_their_events() -> None:
    bounds = find_group_sequential("Pocock", information=[0.4, 0.7, 1], alpha=0.05)
    design = find_log_rank_looks(TRIAL, bounds)
    assert [e / design.events[-1] for e in design.events] == pytest.approx([0.4, 0.7, 1])
    assert design.times[-1] == design.duration
    assert design.patients > design.one_stage.patients
    wanted = design.characteristics(0.467)
    assert wanted.probability_declare_active >= 0.80
    assert wanted.expected_patients < design.patients
    assert sum(design.to_frame()["crossed_alternative"]) == pytest.approx(
        wanted.probability_declare_active
    )


def test_no_size_for_the_looks() -> None:
    bounds = find_group_sequential("Pocock", looks=5, alpha=0.05)
    with pytest.raises(DesignError, match=r"21 patients have 0\.7"):
        find_log_rank_looks(TRIAL, bounds, most_patients=21)


def test_words_of_looks_and_fixed_follow_up() -> None:
    bounds = find_group_sequential("Pocock", looks=2, alpha=0.05)
    trial = LogRankTrial(HISTORY, 0.467, 2, rate=5, restricted=True)
    words = word_log_rank_looks(find_log_rank_looks(trial, bounds, method="Woolson"), unit="years")
    assert "followed for 2 years and no longer [4]" in words.protocol
    assert "Pocock critical values [3]" in words.protocol
    assert len(words.references) == 4
