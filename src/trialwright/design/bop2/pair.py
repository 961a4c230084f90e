"""BOP2 for two outcomes: nested, co-primary, efficacy with toxicity; one lambda and gamma for both.

Sources
-------
Zhou, Lee & Yuan 2017 (Stat Med 36: 3302), sections 2 and 3.
Oracle: R multibrasBOP2 and BOP2FE (bounds), ``tests/oracle/design/test_bop2_oracle.py``; error and
power by listing every course of tiny trials, ``tests/property/test_bop2_laws.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from trialwright.design.bop2.judging import Judge
from trialwright.design.bop2.ladders import check_pair, cut_points
from trialwright.design.bop2.optimum import Bop2Grid, best_pairs
from trialwright.design.bop2.search import FoundPairs
from trialwright.design.bop2.two_counts import TwoCounts
from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import check_looks, check_probability
from trialwright.design.joint.rule import JointRule, Watched
from trialwright.design.posterior import (
    PosteriorCut,
    declare_otherwise,
    posterior_boundaries,
)
from trialwright.errors import DesignError
from trialwright.stats.beta_binomial import BetaRate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from trialwright.design.bop2.outcomes import TwoOutcomes
    from trialwright.design.joint.rule import JointCharacteristics

Control = Literal["the null", "every null"]


@dataclass(frozen=True, slots=True)
class Bop2PairDesign:
    """A BOP2 design for two outcomes.

    Parameters
    ----------
    outcomes : TwoOutcomes
        The outcomes, their hypotheses and prior.
    looks : tuple of int
        Patients evaluated at each look, ascending; the last is the size of the trial.
    lambda_ : float
        Cut at the end, in (0, 1).
    gamma : float
        How fast the cut grows to it, 0 or more.

    Raises
    ------
    DesignError
        If a number is not allowed.

    Notes
    -----
    Source: Zhou, Lee & Yuan 2017. An outcome is too rare where P(rate > null | data) lies below
    the cut; toxicity is too frequent where P(rate <= null | data) does; both strictly.

    Examples
    --------
    >>> from trialwright.design.bop2.outcomes import TwoOutcomes
    >>> outcomes = TwoOutcomes.nested(inner=(0.15, 0.25), outer=(0.30, 0.50))
    >>> design = Bop2PairDesign(outcomes, (10, 20, 40), lambda_=0.9, gamma=0.6)
    >>> [watched.boundaries.stop_at_most for watched in (design.rule.first, design.rule.second)]
    [(1, 3, 9), (2, 6, 15)]
    """

    outcomes: TwoOutcomes
    looks: tuple[int, ...]
    lambda_: float
    gamma: float

    def __post_init__(self) -> None:
        """Refuse what is no design."""
        object.__setattr__(self, "looks", check_looks(self.looks))
        check_pair(self.lambda_, self.gamma)

    @property
    def cuts(self) -> tuple[float, ...]:
        """Posterior probability that a look must reach to go on."""
        return tuple(float(cut) for cut in cut_points(self.looks, self.lambda_, self.gamma))

    @property
    def rule(self) -> JointRule:
        """Boundaries of both outcomes and how they stop the trial together."""
        null, (first, second) = self.outcomes.null, self.outcomes.belief
        bad = "high" if self.outcomes.kind == "efficacy and toxicity" else "low"
        low = Watched(self._enough_of(first, null.first), "low")
        if bad == "low":
            return JointRule(low, Watched(self._enough_of(second, null.second), "low"), "both")
        spared = self._enough_of(BetaRate(second.b, second.a), 1 - null.second)
        high = tuple(
            None if most is None else look - most
            for look, most in zip(self.looks, spared.stop_at_most, strict=True)
        )
        return JointRule(low, Watched(Boundaries(self.looks, (None,) * len(high), high), "high"))

    @property
    def type_one_error(self) -> float:
        """Chance of success under the null, exact."""
        return self.rule.characteristics(self.outcomes.null).probability_success

    @property
    def power(self) -> float:
        """Chance of success under the alternative, exact."""
        return self.rule.characteristics(self.outcomes.alternative).probability_success

    def scenarios(self) -> dict[str, JointCharacteristics]:
        """Return what the design does under the null, the alternative and each further null."""
        rates = {
            "null": self.outcomes.null,
            "alternative": self.outcomes.alternative,
            **self.outcomes.further_nulls(),
        }
        rule = self.rule
        return {name: rule.characteristics(rate) for name, rate in rates.items()}

    def _enough_of(self, belief: BetaRate, null: float) -> Boundaries:
        found = posterior_boundaries(self.looks, belief, low=PosteriorCut(null, self.cuts))
        return declare_otherwise(self.looks, found.stop_at_most)

    def figures(self) -> dict[str, object]:
        """Return lambda, gamma, bounds and what they do, exactly: a row of a table."""
        rule, found = self.rule, self.scenarios()
        second = rule.second.boundaries
        return {
            "lambda": self.lambda_,
            "gamma": self.gamma,
            "looks": list(self.looks),
            "first_stop_at_most": list(rule.first.boundaries.stop_at_most),
            "second_stop_at_most": list(second.stop_at_most),
            "second_stop_at_least": list(second.stop_at_least),
            "type_one_error": found["null"].probability_success,
            "power": found["alternative"].probability_success,
            "early_stop_null": found["null"].probability_early_stop,
            "expected_null": found["null"].expected_patients,
            "expected_alternative": found["alternative"].expected_patients,
        }


@dataclass(frozen=True, slots=True)
class Bop2PairSearch(FoundPairs[Bop2PairDesign]):
    """What a search for the lambda and gamma of two outcomes found.

    Parameters
    ----------
    control : {"the null", "every null"}
        Where the type I error is kept; the other parameters are those of `FoundPairs`.
    """

    control: Control


def find_bop2_pair(
    outcomes: TwoOutcomes,
    looks: Sequence[SupportsIndex],
    *,
    alpha: float,
    control: Control = "the null",
    grid: Bop2Grid | None = None,
) -> Bop2PairSearch:
    """Find the lambda and gamma of largest power for two outcomes.

    Parameters
    ----------
    outcomes : TwoOutcomes
        The outcomes, their hypotheses and prior.
    looks : sequence of int
        Patients evaluated at each look, ascending; the last is the size of the trial.
    alpha : float
        Type I error, at most (inclusive, to 1e-12), in (0, 1).
    control : {"the null", "every null"}
        "the null": keep it where both outcomes are at their null, as the paper does. "every null":
        also for an effective but toxic treatment and a safe but ineffective one.
    grid : Bop2Grid, optional
        Pairs of the search on a grid; lambda 0.50 to 0.99 by 0.01 and gamma 0 to 1 by 0.05 unless
        given.

    Returns
    -------
    Bop2PairSearch
        The best of every pair, and the best of the grid; ties as in `find_bop2`.

    Raises
    ------
    DesignError
        If a number is not allowed, or no pair keeps the error with any power.

    Notes
    -----
    Source: Zhou, Lee & Yuan 2017; "every null": Chen et al. 2024 (BOP2-TE) ask for it, with two
    lambdas where this keeps one. Exact: the four cells of every patient are enumerated.

    Examples
    --------
    >>> from trialwright.design.bop2.outcomes import TwoOutcomes
    >>> outcomes = TwoOutcomes.nested(inner=(0.15, 0.25), outer=(0.30, 0.50))
    >>> found = find_bop2_pair(outcomes, (10, 20), alpha=0.10)
    >>> round(found.best.type_one_error, 4), round(found.best.power, 4)
    (0.0922, 0.6476)
    """
    check_probability("alpha", alpha)
    if control not in get_args(Control):
        msg = f"control must be one of {get_args(Control)}, not {control!r}"
        raise DesignError(msg)
    sizes, grid = check_looks(looks), grid or Bop2Grid()
    trial = TwoCounts(outcomes, sizes, every_null=control == "every null")
    judge = Judge(trial)
    pair, gridded = best_pairs(trial.ladders, judge, alpha, grid)
    best = Bop2PairDesign(outcomes, sizes, *pair)
    on_grid = None if gridded is None else Bop2PairDesign(outcomes, sizes, *gridded)
    return Bop2PairSearch(alpha, best, on_grid, grid, judge.judged, control)
