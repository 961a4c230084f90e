"""The toxicity rule of a study file: the worked one, its gaps, one that cannot be."""

from __future__ import annotations

import pytest

from trialwright.design.toxicity.looks import looks_every
from trialwright.design.toxicity.of_study import toxicity_rule_of
from trialwright.design.toxicity.posterior import PosteriorToxicityRule
from trialwright.errors import DesignError, StudyError
from trialwright.stats.beta_binomial import BetaRate

RULE = PosteriorToxicityRule(0.30, 0.90, looks_every(5, 29))


def test_the_rule_of_the_worked_study(crclm_study) -> None:
    rule = toxicity_rule_of(crclm_study)
    assert (rule.limit, rule.cut, rule.prior) == (0.3, 0.9, BetaRate(1, 1))
    assert rule.looks == (5, 10, 15, 20, 25, 29)
    assert rule.boundaries.stop_at_least == (3, 5, 7, 9, 11, 12)
    assert rule == RULE


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("safety", "highest_toxicity_rate"),
        ("safety", "toxicity_stop_probability"),
        ("safety", "toxicity_look_every"),
        ("design", "planned_patients"),
    ],
)
def test_a_gap_of_the_study_is_named(crclm_study, section: str, name: str) -> None:
    from trialwright.study import Study

    content = crclm_study.model_dump(exclude_none=True)
    content[section][name] = {"origin": "gap", "needed": "ask the team"}
    open_study = Study.model_validate(content)
    with pytest.raises(StudyError, match=rf"{section}\.{name} is still open in the study file"):
        toxicity_rule_of(open_study)


def test_a_study_that_looks_after_more_patients_than_it_plans_is_refused(
    crclm_study, settle
) -> None:
    changed = settle(crclm_study, safety__toxicity_look_every=40)
    with pytest.raises(DesignError, match="step between looks must be from 1 to 29, not 40"):
        toxicity_rule_of(changed)
