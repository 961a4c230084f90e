"""The rates of the trial in each analysis set: the same outcomes, counted among other patients.

Source: ICH E9 section 5.2: the primary analysis in the full analysis set, others beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.analysis.rates import estimate_rate

if TYPE_CHECKING:
    from trialwright.analysis.result import Analysis
    from trialwright.endpoints import AnalysisSet, Outcome
    from trialwright.stats import Proportion

EFFICACY_SETS = ("full_analysis", "response_evaluable", "per_protocol")


@dataclass(frozen=True, slots=True)
class RateInSet:
    """A rate among the members of one analysis set.

    Parameters
    ----------
    counted : AnalysisSet
        The set.
    outcomes : tuple of Outcome
        The outcome of each member in order of enrolment.
    estimate : Proportion or None
        With the study's interval; none where ``why_not`` says why.
    why_not : str
        Why there is no rate: the set cannot be told, or nobody is in it.
    """

    counted: AnalysisSet
    outcomes: tuple[Outcome, ...]
    estimate: Proportion | None
    why_not: str = ""


def rate_in_set(analysis: Analysis, name: str, key: str = "ORR") -> RateInSet:
    """Return a rate among the members of an analysis set.

    Parameters
    ----------
    analysis : Analysis
        The results.
    name : str
        One of ``EFFICACY_SETS``, whose members all lie in the efficacy set.
    key : str
        The rate, such as ``ORR`` or ``DCR``.

    Raises
    ------
    KeyError
        If there is no such set.
    """
    counted, result = analysis.sets.named(name), analysis.proportion(key)
    members = frozenset(counted.patients)
    outcomes = tuple(
        one for one in (result.outcomes if result else ()) if one.patient_id in members
    )
    if outcomes:
        return RateInSet(counted, outcomes, estimate_rate(outcomes, analysis.study))
    return RateInSet(counted, (), None, counted.not_derived or "nobody is in the set")


def rates_by_set(analysis: Analysis, key: str = "ORR") -> tuple[RateInSet, ...]:
    """Return a rate in the full analysis set and in each set that is looked at beside it.

    Parameters
    ----------
    analysis : Analysis
        The results.
    key : str
        As in :func:`rate_in_set`.
    """
    return tuple(rate_in_set(analysis, name, key) for name in EFFICACY_SETS)
