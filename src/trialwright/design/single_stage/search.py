"""One stage and no look: how many patients, and how many responders declare activity.

Exact binomial errors, so the power goes up and down like a saw as patients are added: it rises
with n and falls where one responder more is asked for. "The smallest n" and "the smallest n from
which every larger n works" are two answers, and a trial that may end a few patients short or over
wants the second.

Convention: declare activity if X > r. Both limits are inclusive, type I error <= alpha and
power >= the power asked for; a limit that is met to the last digits of a float counts as met.

Sources
-------
A'Hern 2001 (Stat Med 20: 859): the exact single-stage design.
Oracles: R clinfun ``ph2single``, gsDesign ``nBinomial1Sample``, rpact ``getSampleSizeRates``,
``tests/oracle/design/test_single_stage_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from trialwright.design.boundaries import Boundaries
from trialwright.design.checks import (
    MOST_PATIENTS,
    Hypotheses,
    check_hypotheses,
    check_number,
    check_probability,
)
from trialwright.design.single_stage.bounds import least_bounds, works_from
from trialwright.errors import DesignError
from trialwright.stats.binomial import binomial
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import SupportsIndex

    import polars as pl
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SingleStageDesign:
    """A design without a look: n patients, active if more than r of them respond.

    Parameters
    ----------
    total : int
        n, patients evaluated; 1 to 1000.
    total_bound : int
        r: declare activity if more than this many respond; 0 to n - 1.

    Raises
    ------
    DesignError
        If no trial could follow the numbers.

    Examples
    --------
    >>> design = SingleStageDesign(25, 5)
    >>> print(design)
    5/25
    >>> design.boundaries.characteristics([0.10, 0.30]).probability_high.round(4)
    array([0.0334, 0.8065])
    """

    total: int
    total_bound: int

    def __post_init__(self) -> None:
        """Refuse what cannot be a design."""
        total = check_number("total (n)", self.total, 1)
        object.__setattr__(self, "total", total)
        bound = check_number("total_bound (r)", self.total_bound, 0, total - 1)
        object.__setattr__(self, "total_bound", bound)

    def __str__(self) -> str:
        """Write the design as tables do: ``r/n``."""
        return f"{self.total_bound}/{self.total}"

    @property
    def boundaries(self) -> Boundaries:
        """The one look at n patients: not active at r or fewer, active above."""
        return Boundaries((self.total,), (self.total_bound,), (self.total_bound + 1,))

    def probability_declare_active(self, rate: float) -> float:
        """Return the exact chance of more than r responders at a true rate in [0, 1]."""
        return self.boundaries.chance_high(rate)


@dataclass(frozen=True, slots=True)
class SingleStageSearch:
    """Every single-stage design that keeps both errors, from 1 patient to a largest size.

    Parameters
    ----------
    hypotheses : Hypotheses
        What was asked for: p0, p1, alpha, beta.
    lowest_bound : ndarray of int, shape (most_patients,)
        For n = 1, 2, ...: the smallest r that keeps the type I error; n if none below it does.
    highest_bound : ndarray of int, shape (most_patients,)
        The largest r that keeps the power; -1 if none does. A design exists at n where the lowest
        bound is not above the highest.
    works_from : int
        A size from which every larger one has a design, by Chernoff's bound, however large;
        above ``most_patients`` where that bound says nothing about the sizes searched.
    """

    hypotheses: Hypotheses
    lowest_bound: Counts
    highest_bound: Counts
    works_from: int

    @property
    def most_patients(self) -> int:
        """Largest size that was looked at."""
        return int(self.lowest_bound.size)

    @property
    def first(self) -> SingleStageDesign:
        """The smallest n (A'Hern), with its smallest r: of its designs the most powerful."""
        return self._design(int(np.argmax(self._works)) + 1)

    @property
    def stable(self) -> SingleStageDesign | None:
        """The smallest n from which every larger n works too.

        None if the last n fails, or if a limit below 1000 patients leaves unproven what follows.
        """
        if not self.is_stable_for_good and self.most_patients < MOST_PATIENTS:
            return None
        failing = np.flatnonzero(~self._works)
        n = 1 if failing.size == 0 else int(failing[-1]) + 2
        return None if n > self.most_patients else self._design(n)

    @property
    def is_stable_for_good(self) -> bool:
        """Whether `stable` holds for every larger n, or only as far as was searched."""
        return self.works_from <= self.most_patients

    @property
    def normal_approximation(self) -> float:
        """Size by the normal approximation, not rounded up: what a formula says; not used here."""
        from statistics import NormalDist

        p0, p1, alpha, beta = self.hypotheses
        error = NormalDist().inv_cdf(1 - alpha) * sqrt(p0 * (1 - p0))
        miss = NormalDist().inv_cdf(1 - beta) * sqrt(p1 * (1 - p1))
        return float(((error + miss) / (p1 - p0)) ** 2)

    def designs(self) -> Iterator[SingleStageDesign]:
        """Yield every design that keeps both errors, by n and then by r."""
        for n in np.flatnonzero(self._works) + 1:
            for r in range(int(self.lowest_bound[n - 1]), int(self.highest_bound[n - 1]) + 1):
                yield SingleStageDesign(int(n), r)

    def successive(self, count: int) -> tuple[SingleStageDesign, ...]:
        """Return the first ``count`` designs, as R clinfun's ``ph2single`` lists them."""
        return tuple(islice(self.designs(), check_number("count", count, 1)))

    def to_frame(self) -> pl.DataFrame:
        """Return one row a design, from the first to the stable one: n, r, exact errors."""
        import polars as pl

        end = self.stable.total if self.stable else self.most_patients
        shown = [design for design in self.designs() if design.total <= end]
        errors = [
            design.boundaries.characteristics([self.hypotheses.p0, self.hypotheses.p1])
            for design in shown
        ]
        return pl.DataFrame(
            {
                "patients": [design.total for design in shown],
                "total_bound": [design.total_bound for design in shown],
                "type_1_error": [float(found.probability_high[0]) for found in errors],
                "power": [float(found.probability_high[1]) for found in errors],
                "is_first": [design == self.first for design in shown],
                "is_stable": [design == self.stable for design in shown],
            }
        )

    @property
    def _works(self) -> NDArray[np.bool_]:
        return self.lowest_bound <= self.highest_bound

    def _design(self, n: int) -> SingleStageDesign:
        return SingleStageDesign(n, int(self.lowest_bound[n - 1]))


def find_single_stage_designs(
    p0: float,
    p1: float,
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    most_patients: SupportsIndex = MOST_PATIENTS,
) -> SingleStageSearch:
    """Find the exact single-stage designs: the smallest, and the first that stays good.

    Parameters
    ----------
    p0 : float
        Response rate of no interest, in (0, 1).
    p1 : float
        Response rate worth pursuing, above p0.
    alpha : float
        Type I error at p0, one-sided, at most; in (0, 1).
    power : float
        Chance to declare activity at p1, at least; in (0, 1).
    most_patients : int
        Largest size to look at, 1 to 1000.

    Returns
    -------
    SingleStageSearch
        ``first``, ``stable``, and all designs between.

    Raises
    ------
    DesignError
        If the hypotheses make no trial, or no size up to ``most_patients`` keeps both errors; the
        message says how near the best came.

    Notes
    -----
    Source: A'Hern 2001. R clinfun ``ph2single`` lists the same designs one after another;
    gsDesign's "conservative" row and rpact's exact size are ``stable``.

    Examples
    --------
    >>> found = find_single_stage_designs(0.10, 0.30, alpha=0.05, power=0.80)
    >>> print(found.first, found.stable)
    5/25 6/29
    >>> round(found.normal_approximation, 2)
    19.32
    """
    asked = check_hypotheses(p0, p1, alpha, 1 - check_probability("power", power))
    most = check_number("most_patients", most_patients, 1)
    lowest = least_bounds(asked.p0, asked.alpha, most)
    # X <= r is the same as more than n - r - 1 patients without a response.
    highest = np.arange(1, most + 1) - 1 - least_bounds(1 - asked.p1, asked.beta, most)
    found = SingleStageSearch(asked, read_only(lowest), read_only(highest), works_from(asked))
    if not np.any(lowest <= highest):
        raise DesignError(_how_near(found))
    return found


def _how_near(found: SingleStageSearch) -> str:
    """Say which power the best size reached; it lies at the end of the last teeth of the saw."""
    p0, p1, alpha, beta = found.hypotheses
    grown = np.flatnonzero(np.diff(found.lowest_bound) > 0)
    powers = {
        int(n): float(binomial(int(n), p1)[found.lowest_bound[n - 1] + 1 :].sum())
        for n in {*(grown + 1).tolist()[-3:], found.most_patients}
    }
    best = max(powers, key=lambda n: powers[n])
    mend = f"raise most_patients above {found.most_patients}"
    if found.most_patients >= MOST_PATIENTS:
        mend = "no design of this package is larger"
    return (
        f"no single-stage design up to {found.most_patients} patients has type I error <= "
        f"{alpha:g} at {p0:g} and power >= {1 - beta:g} at {p1:g}; the best is {best} patients "
        f"with power {powers[best]:.4f}; {mend}, or ask for less power, a larger alpha or rates "
        "further apart"
    )
