"""Two outcomes that BOP2 watches: what each kind declares a failure, a success and a stop.

Sources
-------
Zhou, Lee & Yuan 2017 (Stat Med 36: 3302): nested, co-primary, and efficacy with toxicity, on a
Dirichlet prior. The marginal of a Dirichlet distribution is a beta one, so each outcome is judged
by a beta posterior. Chen et al. 2024 (arXiv 2408.05816): the two further nulls of toxicity.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose
from typing import TYPE_CHECKING, Literal, get_args

from trialwright.design.checks import check_probability
from trialwright.design.joint.rule import JointRate
from trialwright.errors import DesignError
from trialwright.stats.beta_binomial import BetaRate

if TYPE_CHECKING:
    from trialwright.design.joint.rule import StopWhen

Kind = Literal["nested", "co-primary", "efficacy and toxicity"]


@dataclass(frozen=True, slots=True)
class TwoOutcomes:
    """Two outcomes of a patient: their null, their alternative and what is believed of them.

    Made by `nested`, `co_primary` or `efficacy_toxicity`.

    Parameters
    ----------
    kind : {"nested", "co-primary", "efficacy and toxicity"}
        "nested", "co-primary": stop where both outcomes are too rare; success where one of them,
        or both, is frequent enough. "efficacy and toxicity": stop where the first is too rare or
        the second too frequent; success where neither is so.
    null, alternative : JointRate
        True chances under which the trial should fail, and succeed.
    prior : (BetaRate, BetaRate), optional
        Margins of the Dirichlet prior, as many patients in either; unless given the null weighs as
        much as one patient.

    Raises
    ------
    DesignError
        If the alternative is not better than the null in each outcome, or the margins of the prior
        do not weigh the same.
    """

    kind: Kind
    null: JointRate
    alternative: JointRate
    prior: tuple[BetaRate, BetaRate] | None = None

    def __post_init__(self) -> None:
        """Refuse hypotheses in the wrong order."""
        if self.kind not in get_args(Kind):
            msg = f"kind must be one of {get_args(Kind)}, not {self.kind!r}"
            raise DesignError(msg)
        _check_better("first", self.null.first, self.alternative.first)
        if self.kind == "efficacy and toxicity":
            self._check_toxicity()
        else:
            _check_better("second", self.null.second, self.alternative.second)
        if self.kind == "nested" and (self.null.first_only or self.alternative.first_only):
            msg = "the first of nested outcomes is part of the second: use TwoOutcomes.nested"
            raise DesignError(msg)
        if self.prior is not None and not isclose(*(p.a + p.b for p in self.prior)):
            weights = " and ".join(f"{p} ({p.a + p.b:g} patients)" for p in self.prior)
            msg = f"both margins of a Dirichlet prior weigh as many patients, not {weights}"
            raise DesignError(msg)

    @classmethod
    def nested(
        cls,
        inner: tuple[float, float],
        outer: tuple[float, float],
        *,
        prior: tuple[BetaRate, BetaRate] | None = None,
    ) -> TwoOutcomes:
        """Return an outcome that is part of another: complete response within any response.

        Parameters
        ----------
        inner, outer : (float, float)
            Rate under the null and the alternative, in (0, 1); outer is not below inner.
        prior : (BetaRate, BetaRate), optional
            Of inner and outer.

        Raises
        ------
        DesignError
            If the rates are not allowed.

        Examples
        --------
        >>> TwoOutcomes.nested(inner=(0.15, 0.25), outer=(0.30, 0.50)).belief[1]
        BetaRate(a=0.3, b=0.7)
        """
        for name, rates in (("inner", inner), ("outer", outer)):
            _check_rates(name, rates)
        if any(within > of for within, of in zip(inner, outer, strict=True)):
            msg = (
                f"the inner outcome is part of the outer: its rates {inner} must not exceed {outer}"
            )
            raise DesignError(msg)
        null, alternative = (
            JointRate.nested(within, of) for within, of in zip(inner, outer, strict=True)
        )
        return cls("nested", null, alternative, prior)

    @classmethod
    def co_primary(
        cls,
        first: tuple[float, float],
        second: tuple[float, float],
        *,
        odds_ratio: float = 1.0,
        prior: tuple[BetaRate, BetaRate] | None = None,
    ) -> TwoOutcomes:
        """Return two outcomes either of which makes the trial a success: response and 6-month PFS.

        Parameters
        ----------
        first, second : (float, float)
            Rate under the null and the alternative, in (0, 1).
        odds_ratio : float
            Association of the two under either hypothesis; 1: independent.
        prior : (BetaRate, BetaRate), optional
            Of first and second.

        Raises
        ------
        DesignError
            If the rates are not allowed.
        """
        null, alternative = _associated(first, second, odds_ratio)
        return cls("co-primary", null, alternative, prior)

    @classmethod
    def efficacy_toxicity(
        cls,
        efficacy: tuple[float, float],
        toxicity: tuple[float, float],
        *,
        odds_ratio: float = 1.0,
        prior: tuple[BetaRate, BetaRate] | None = None,
    ) -> TwoOutcomes:
        """Return a response that must be frequent and a toxicity that must be rare.

        Parameters
        ----------
        efficacy, toxicity : (float, float)
            Rate under the null and the alternative, in (0, 1); of toxicity the null is the higher.
        odds_ratio : float
            Association of the two under either hypothesis; 1: independent.
        prior : (BetaRate, BetaRate), optional
            Of efficacy and toxicity.

        Raises
        ------
        DesignError
            If the rates are not allowed.
        """
        null, alternative = _associated(efficacy, toxicity, odds_ratio)
        return cls("efficacy and toxicity", null, alternative, prior)

    @property
    def belief(self) -> tuple[BetaRate, BetaRate]:
        """Prior of each outcome."""
        if self.prior is not None:
            return self.prior
        null = self.null
        return BetaRate(null.first, 1 - null.first), BetaRate(null.second, 1 - null.second)

    @property
    def stop_when(self) -> StopWhen:
        """Whether one outcome is enough to stop."""
        return "either" if self.kind == "efficacy and toxicity" else "both"

    def further_nulls(self) -> dict[str, JointRate]:
        """Return what else should fail: effective but toxic, and safe but not effective.

        The outcomes are taken as independent there. Empty for the other kinds: a trial of theirs
        that is good in one outcome should succeed.
        """
        if self.kind != "efficacy and toxicity":
            return {}
        return {
            "effective but toxic": JointRate.of(self.alternative.first, self.null.second),
            "safe but not effective": JointRate.of(self.null.first, self.alternative.second),
        }

    def _check_toxicity(self) -> None:
        null, alternative = self.null.second, self.alternative.second
        for value in (null, alternative):
            check_probability("toxicity", value)
        if alternative >= null:
            msg = (
                f"toxicity under the alternative must lie below that of the null, not "
                f"{alternative:g} against {null:g}: give (unacceptable, acceptable)"
            )
            raise DesignError(msg)


def _check_better(name: str, null: float, alternative: float) -> None:
    for value in (null, alternative):
        check_probability(f"rate of the {name} outcome", value)
    if alternative <= null:
        msg = (
            f"the {name} outcome must be more frequent under the alternative than under the null, "
            f"not {alternative:g} against {null:g}: give (null, alternative)"
        )
        raise DesignError(msg)


def _associated(
    first: tuple[float, float], second: tuple[float, float], odds_ratio: float
) -> tuple[JointRate, JointRate]:
    for name, rates in (("first", first), ("second", second)):
        _check_rates(name, rates)
    if not odds_ratio >= 0:
        msg = f"odds_ratio must be 0 or more (1: independent), not {odds_ratio!r}"
        raise DesignError(msg)
    null = JointRate.of(first[0], second[0], odds_ratio=odds_ratio)
    return null, JointRate.of(first[1], second[1], odds_ratio=odds_ratio)


def _check_rates(name: str, rates: tuple[float, ...]) -> None:
    if len(rates) != 2:  # noqa: PLR2004
        msg = f"{name} must be two rates, under the null and the alternative, not {rates!r}"
        raise DesignError(msg)
    for rate in rates:
        check_probability(name, rate)
