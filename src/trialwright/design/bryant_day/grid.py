"""The exact search behind Bryant and Day's designs: the best bounds of every largest size.

Both outcomes are counted here as the good one: responses, and patients WITHOUT toxicity. A trial
stops where either count is at most its bound, and recommends the treatment otherwise.

Three chances to recommend decide: with poor response and acceptable toxicity (type I error of
response), with good response and excess toxicity (type I error of toxicity), with both good
(power). Each patient's two good outcomes enter a recommendation only together, so all three, and
the chance to go on after stage 1, grow with the odds ratio between them. The worst errors and
sizes over a range of odds ratios therefore lie at its ends: type I errors and expected patients at
the upper end, power at the lower.

The margins do not depend on the odds ratio. They say which bounds can fit at all; where the
outcomes are independent their products are the answer, otherwise what is left is summed over the
grid of both counts.

Source: Bryant & Day 1995 (Biometrics 51: 1372).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trialwright.design.checks import ROUNDING
from trialwright.design.joint.rule import JointRate, count_pairs
from trialwright.stats.binomial import binomial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]


class Problem(NamedTuple):
    """What the search is asked for; rates of the good outcomes, odds ratios between them.

    Parameters
    ----------
    response, safe : tuple of float
        Rate of no interest and rate worth pursuing: of response, and of patients without toxicity.
    alpha : tuple of float
        Largest type I error of response and of toxicity.
    beta : float
        Largest type II error.
    apart, together : float
        Lowest and highest odds ratio between response and freedom from toxicity.
    """

    response: tuple[float, float]
    safe: tuple[float, float]
    alpha: tuple[float, float]
    beta: float
    apart: float
    together: float


class Bounds(NamedTuple):
    """One design: stop or fail where a good outcome is at most its bound.

    Parameters
    ----------
    n1, n : int
        Patients of stage 1, and of both stages.
    response1, response : int
        Bounds of the responders at n1 and n.
    safe1, safe : int
        Bounds of the patients without toxicity at n1 and n.
    expected : float
        The larger of the two expected numbers of patients.
    power : float
        Chance to recommend where both outcomes are good.
    """

    n1: int
    n: int
    response1: int
    response: int
    safe1: int
    safe: int
    expected: float
    power: float


class Search:
    """The best design of each largest size, for one problem.

    Parameters
    ----------
    problem : Problem
        What is asked for.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._independent = problem.apart == problem.together == 1
        # Rows: response of no interest, worth pursuing; safety of no interest, worth pursuing.
        self._rates = np.array([*problem.response, *problem.safe])
        # All by patients, grown as larger sizes are asked about.
        self._chance: list[Floats] = []
        self._tail: list[Floats] = []
        self._joint_chance: list[list[Floats]] = []
        self._joint_tail: list[list[Floats]] = []
        self._to_go_on: list[Floats] = []
        self._least_to_go_on: list[float] = []
        self._pairs = [] if self._independent else [count_pairs(rate) for rate in self._cases()]

    def best(self, n: int) -> Bounds | None:
        """Return the bounds with the smallest expected number at one largest size, if any fit.

        Of bounds with one expected number the most powerful are returned.
        """
        first, least = self._least_by_split(n)
        found: Bounds | None = None
        for n1 in first[np.argsort(least, kind="stable")]:
            limit = np.inf if found is None else found.expected
            if least[n1 - 1] >= limit:
                break
            found = self._best_split(int(n1), n, limit) or found
        return found

    def least_expected(self, n: int) -> float:
        """Return what no design of n patients or more can fall below.

        The smallest chance to go on with which a first stage can keep the power does not depend
        on n; n or more patients in stage 1 are themselves more.
        """
        return float(min(self._least_by_split(n)[1].min(), n))

    def _least_by_split(self, n: int) -> tuple[Counts, Floats]:
        """Return each size of stage 1, and what a design of n patients with it must expect."""
        while len(self._chance) <= n:
            self._grow()
        first = np.arange(1, n)
        return first, first + (n - first) * np.array(self._least_to_go_on[1:n])

    def _cases(self) -> list[JointRate]:
        """Return the rates of the three cases, each at the odds ratio that is worst for it."""
        ratios = (self.problem.together, self.problem.together, self.problem.apart)
        return [
            JointRate.of(self._rates[response], self._rates[safe], odds_ratio=ratio)
            for (response, safe), ratio in zip(_CASES, ratios, strict=True)
        ]

    def _grow(self) -> None:
        """Add the tables of one patient more."""
        patients = len(self._chance)
        self._chance.append(binomial(patients, self._rates))
        self._tail.append(_sum_upwards(self._chance[-1], 1))
        self._joint_chance.append([next(pairs) for pairs in self._pairs])
        self._joint_tail.append([_sum_both(grid) for grid in self._joint_chance[-1]])
        poor, toxic, good = (self._going_on(case) for case in range(3))
        power_fits = good >= 1 - self.problem.beta - ROUNDING
        self._to_go_on.append(np.where(power_fits, np.maximum(poor, toxic), np.inf))
        self._least_to_go_on.append(float(self._to_go_on[-1].min(initial=np.inf)))

    def _going_on(self, case: int) -> Floats:
        """Return the chance to go on after the patients reached, for each pair of bounds.

        Shape (n1, n1): bound of the responders, bound of the patients without toxicity.
        """
        if not self._independent:
            return self._joint_tail[-1][case][1:-1, 1:-1]
        response, safe = _CASES[case]
        tail = self._tail[-1]
        return np.asarray(np.outer(tail[response, 1:-1], tail[safe, 1:-1]))

    def _best_split(self, n1: int, n: int, limit: float) -> Bounds | None:
        """Return the best bounds of two stage sizes, if they expect fewer than ``limit``."""
        to_go_on = self._to_go_on[n1]
        expected = n1 + (n - n1) * to_go_on
        small = expected < limit
        passed = self._passed(n1, n)
        response = _fitting(passed[0], passed[1], np.asarray(small.any(axis=1)), self._limits(0))
        safe = _fitting(passed[2], passed[3], np.asarray(small.any(axis=0)), self._limits(1))
        if not (response[0].size and safe[0].size):
            return None
        size = expected[response[0][:, None], safe[0][None, :]]
        fits = (size < limit) & self._may_fit(passed, response, safe)
        if not fits.any():
            return None
        pick = self._pick if self._independent else self._pick_summed
        return pick((n1, n), (response, safe), np.where(fits, size, np.inf), passed)

    def _passed(self, n1: int, n: int) -> Floats:
        """Return the chance that one outcome passes both its bounds; shape (4, n1, n)."""
        more = n - n1
        need = np.arange(n)[None, :] + 1 - np.arange(n1 + 1)[:, None]
        reach = self._tail[more][:, np.clip(need, 0, more + 1)]
        chance = self._chance[n1][:, :, None] * reach
        return np.asarray(np.cumsum(chance[:, :0:-1], axis=1)[:, ::-1])

    def _limits(self, outcome: int) -> tuple[float, float]:
        """Return what one outcome alone may pass at most if poor, and must if good."""
        alpha, beta = self.problem.alpha[outcome], self.problem.beta
        most = alpha / (1 - beta) if self.problem.together >= 1 else alpha + beta
        return most + ROUNDING, 1 - beta - ROUNDING

    def _may_fit(self, passed: Floats, response: Pair, safe: Pair) -> NDArray[np.bool_]:
        """Return which pairs of bounds the margins allow; exact where outcomes are independent."""
        (poor, good), (toxic, well) = (passed[:2, *response], passed[2:, *safe])
        alpha_r, alpha_t = (alpha + ROUNDING for alpha in self.problem.alpha)
        lowest = _product if self.problem.together >= 1 else _overlap
        highest = _product if self.problem.apart <= 1 else np.minimum.outer
        fits = highest(good, well) >= 1 - self.problem.beta - ROUNDING
        return np.asarray(fits & (lowest(poor, well) <= alpha_r) & (lowest(good, toxic) <= alpha_t))

    def _pick(
        self, sizes: tuple[int, int], bounds: tuple[Pair, Pair], expected: Floats, passed: Floats
    ) -> Bounds:
        """Return the smallest expected number, and of several such the most powerful."""
        response, safe = bounds
        power = np.outer(passed[1][response], passed[3][safe])
        best = expected <= expected.min() + ROUNDING
        i, j = np.unravel_index(np.argmax(np.where(best, power, -1.0)), power.shape)
        return _bounds(sizes, response, safe, (int(i), int(j)), (expected, power))

    def _pick_summed(
        self, sizes: tuple[int, int], bounds: tuple[Pair, Pair], expected: Floats, _: Floats
    ) -> Bounds | None:
        """Do the same where the outcomes are associated: sum over the grid of both counts."""
        response, safe = bounds
        power = np.full(expected.shape, -1.0)
        finals: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for i, j in zip(*np.nonzero(np.isfinite(expected)), strict=True):
            finals.setdefault((int(response[1][i]), int(safe[1][j])), []).append((int(i), int(j)))
        ranked = sorted((min(expected[at] for at in ats), final) for final, ats in finals.items())
        limit = np.inf
        for least, final in ranked:
            if least > limit + ROUNDING:
                break
            where = tuple(np.array(finals[final]).T)
            kept = self._keeps(sizes, final, (response[0][where[0]], safe[0][where[1]]))
            power[where] = kept
            if (kept >= 0).any():
                limit = min(limit, expected[where][kept >= 0].min())
        best = (expected <= limit + ROUNDING) & (power >= 0)
        if not best.any():
            return None
        i, j = np.unravel_index(np.argmax(np.where(best, power, -1.0)), power.shape)
        return _bounds(sizes, response, safe, (int(i), int(j)), (expected, power))

    def _keeps(self, sizes: tuple[int, int], final: tuple[int, int], first: Pair) -> Floats:
        """Return the power of bounds that keep all three errors, -1 for those that do not."""
        alpha_r, alpha_t = (alpha + ROUNDING for alpha in self.problem.alpha)
        power = self._recommended(2, sizes, final, first)
        kept = power >= 1 - self.problem.beta - ROUNDING
        if kept.any():
            kept &= self._recommended(0, sizes, final, first) <= alpha_r
        if kept.any():
            kept &= self._recommended(1, sizes, final, first) <= alpha_t
        return np.where(kept, power, -1.0)

    def _recommended(
        self, case: int, sizes: tuple[int, int], final: tuple[int, int], first: Pair
    ) -> Floats:
        """Return the chance to recommend of one pair of final bounds and several first ones."""
        n1, n = sizes
        more = n - n1
        counts = np.arange(n1 + 1)
        need = (np.clip(bound + 1 - counts, 0, more + 1) for bound in final)
        chance = self._joint_chance[n1][case] * self._joint_tail[more][case][np.ix_(*need)]
        passes = _sum_both(chance)
        return np.asarray(passes[first[0] + 1, first[1] + 1])


Pair = tuple["Counts", "Counts"]
_CASES = ((0, 3), (1, 2), (1, 3))  # poor response; excess toxicity; both good


def _sum_upwards(chance: Floats, axis: int) -> Floats:
    """Return the chance of at least 0, 1, ... and, last, of more than can be: zero."""
    tail = np.flip(np.cumsum(np.flip(chance, axis), axis=axis), axis)
    shape = [1 if number == axis else size for number, size in enumerate(tail.shape)]
    return np.concatenate([tail, np.zeros(shape)], axis=axis)


def _sum_both(chance: Floats) -> Floats:
    """Return the chance of at least so many of both."""
    return _sum_upwards(_sum_upwards(chance, 0), 1)


def _fitting(poor: Floats, good: Floats, rows: NDArray[np.bool_], limits: Limits) -> Pair:
    """Return the pairs of first and final bounds of one outcome that its margin allows."""
    first, final = np.arange(poor.shape[0])[:, None], np.arange(poor.shape[1])[None, :]
    most, least = limits
    found = np.nonzero((good >= least) & (poor <= most) & rows[:, None] & (final >= first))
    return found[0], found[1]


Limits = tuple[float, float]


def _product(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.outer(a, b))


def _overlap(a: Floats, b: Floats) -> Floats:
    """Return the smallest chance of two events together that their own chances allow."""
    return np.asarray(np.add.outer(a, b) - 1)


def _bounds(
    sizes: tuple[int, int],
    response: Pair,
    safe: Pair,
    at: tuple[int, int],
    values: tuple[Floats, Floats],
) -> Bounds:
    i, j = at
    counts = (int(response[0][i]), int(response[1][i]), int(safe[0][j]), int(safe[1][j]))
    return Bounds(*sizes, *counts, float(values[0][at]), float(values[1][at]))
