"""The rule of toxicity that a study file states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.design.toxicity.looks import looks_every
from trialwright.design.toxicity.posterior import UNIFORM, PosteriorToxicityRule

if TYPE_CHECKING:
    from trialwright.study.model import Study


def toxicity_rule_of(study: Study) -> PosteriorToxicityRule:
    """Return the toxicity rule of a study; its ``boundaries`` are the counts that stop the trial.

    Parameters
    ----------
    study : Study
        Its section ``safety`` states the highest rate, the probability above which enrolment
        stops, and how often it is looked at; ``design.planned_patients`` is the last look.

    Returns
    -------
    PosteriorToxicityRule
        From a uniform prior, as the field ``safety.toxicity_stop_probability`` says.

    Raises
    ------
    StudyError
        If one of these fields is still a gap; the message names it and what to settle.
    DesignError
        If they make no rule, such as a look after more patients than are planned.

    Notes
    -----
    Source: Thall, Simon & Estey 1995 (Stat Med 14: 357).

    Examples
    --------
    >>> import trialwright as tw
    >>> study = tw.read_study("examples/crclm/study.toml")
    >>> rule = toxicity_rule_of(study)
    >>> dict(zip(rule.looks, rule.boundaries.stop_at_least, strict=True))
    {5: 3, 10: 5, 15: 7, 20: 9, 25: 11, 29: 12}
    """
    safety = study.safety
    limit = safety.highest_toxicity_rate.require()
    cut = safety.toxicity_stop_probability.require()
    step = safety.toxicity_look_every.require()
    looks = looks_every(step, study.design.planned_patients.require())
    return PosteriorToxicityRule(limit, cut, looks, UNIFORM)
