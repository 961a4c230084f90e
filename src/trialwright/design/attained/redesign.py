"""The first stage came out different: what the plan then does, and a new plan for the rest.

Simon's design is sized for n1 patients at the first look; patients who drop out, or who enter
while the look is prepared, make it n1*. Two answers are given here, both for a change of size that
the responses did not cause:

*the planned bounds on the attained sizes* stand in ``sizes``;

*a new design*, here: r1, r and n for the attained n1*, with the error limits of the protocol, and
of all those the smallest expected size at p0.

Sources
-------
Simon 1989 (Control Clin Trials 10: 1). Green & Dahlberg 1992 (Stat Med 11: 853): planned against
attained design. Liu & Pan 2024, R UnplanSimon ``ATSS_Design_Stage1``: the new design.
Oracle: ``tests/oracle/design/test_attained_stage_oracle.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trialwright.design.checks import (
    MOST_PATIENTS,
    RELATIVE_ROUNDING,
    Hypotheses,
    check_hypotheses,
    check_number,
    check_probability,
)
from trialwright.design.single_stage.bounds import least_bounds
from trialwright.design.single_stage.search import SingleStageDesign
from trialwright.design.two_stage import TwoStageDesign, simon_boundaries
from trialwright.errors import DesignError
from trialwright.stats.binomial import binomial

if TYPE_CHECKING:
    from typing import SupportsIndex

    import polars as pl
    from numpy.typing import NDArray

    from trialwright.design.boundaries import Boundaries

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AttainedStageDesign:
    """A two-stage design whose first stage may have no bound.

    Parameters
    ----------
    first_stage : int
        n1*, patients that stage 1 had; 1 or more.
    first_stage_bound : int or None
        r1: stop if at most this many of them respond; None: stage 2 follows whatever they show.
    total : int
        n, patients of both stages; above n1*, at most 1000.
    total_bound : int
        r: declare activity if more than this many of all respond; r1 to n - 1.

    Raises
    ------
    DesignError
        If no trial could follow the numbers.

    Examples
    --------
    >>> design = AttainedStageDesign(8, None, 32, 3)
    >>> print(design)
    -/8 3/32
    >>> design.boundaries.characteristics([0.05, 0.20]).probability_high.round(3)
    array([0.074, 0.907])
    """

    first_stage: int
    first_stage_bound: int | None
    total: int
    total_bound: int

    def __post_init__(self) -> None:
        """Refuse what cannot be a design."""
        r1 = self.first_stage_bound
        # Without a bound the other numbers are as free as with the least there is.
        given = (self.first_stage, 0 if r1 is None else r1, self.total, self.total_bound)
        checked = TwoStageDesign(*given)
        for name in self.__slots__:
            if r1 is not None or name != "first_stage_bound":
                object.__setattr__(self, name, getattr(checked, name))

    def __str__(self) -> str:
        """Write the design as Simon's tables do, ``r1/n1 r/n``; ``-/n1`` without a first bound."""
        bound = "-" if self.first_stage_bound is None else self.first_stage_bound
        return f"{bound}/{self.first_stage} {self.total_bound}/{self.total}"

    @property
    def boundaries(self) -> Boundaries:
        """The looks at n1* and n patients."""
        return simon_boundaries(
            self.first_stage, self.first_stage_bound, self.total, self.total_bound
        )


@dataclass(frozen=True, slots=True)
class AttainedStageRedesign:
    """The new design for the first stage that there was.

    Parameters
    ----------
    hypotheses : Hypotheses
        What was asked for: p0, p1, alpha, beta.
    design : AttainedStageDesign
        Of all designs with this first stage that keep both errors, the one with the smallest
        expected size at p0; of its final bounds the smallest, which has the most power.
    enough_already : SingleStageDesign or None
        The patients of stage 1 alone as a single stage, if that keeps both errors: then no more
        patients are needed.
    """

    hypotheses: Hypotheses
    design: AttainedStageDesign
    enough_already: SingleStageDesign | None

    def to_frame(self) -> pl.DataFrame:
        """Return one row: the design, its exact errors, and its expected size at p0."""
        import polars as pl

        p0, p1, *_ = self.hypotheses
        found = self.design.boundaries.characteristics([p0, p1])
        return pl.DataFrame(
            {
                "first_stage": [self.design.first_stage],
                "first_stage_bound": pl.Series([self.design.first_stage_bound], dtype=pl.Int64),
                "total": [self.design.total],
                "total_bound": [self.design.total_bound],
                "type_1_error": [float(found.probability_high[0])],
                "power": [float(found.probability_high[1])],
                "expected_patients_p0": [float(found.expected_patients[0])],
                "early_stop_p0": [float(found.probability_early_stop[0])],
            }
        )


def redesign_after_first_stage(
    first_stage: SupportsIndex,
    p0: float,
    p1: float,
    *,
    alpha: float = 0.05,
    power: float = 0.80,
    most_patients: SupportsIndex = MOST_PATIENTS,
) -> AttainedStageRedesign:
    """Find the best design for the first stage that there was.

    Of all (r1, r, n) with this first stage, type I error <= alpha and power >= the power asked
    for, the one with the smallest expected size at p0, EN(p0). The search ends where the expected
    size of a longer trial can no longer be smaller, so the answer is the optimum of all sizes,
    not of a range.

    Parameters
    ----------
    first_stage : int
        n1*, patients evaluated in stage 1 when the look was taken; 1 to 999. Their number must
        not have been chosen by their responses.
    p0, p1 : float
        Response rates of no interest and worth pursuing, 0 < p0 < p1 < 1.
    alpha : float
        Type I error at p0, one-sided, at most.
    power : float
        Chance to declare activity at p1, at least.
    most_patients : int
        Largest size allowed, up to 1000.

    Returns
    -------
    AttainedStageRedesign
        The design, and whether the first stage alone would have been enough.

    Raises
    ------
    DesignError
        If the hypotheses make no trial, or no size up to ``most_patients`` keeps both errors; the
        message says how near the best came.

    Notes
    -----
    Source: Liu & Pan 2024. R UnplanSimon ``ATSS_Design_Stage1`` writes r1 = -1 for None, looks at
    no r1 of None where r1 = 0 keeps the power after stage 1, and at no n above 100.

    Examples
    --------
    >>> print(redesign_after_first_stage(12, 0.10, 0.30).design)
    1/12 5/26
    """
    asked = check_hypotheses(p0, p1, alpha, 1 - check_probability("power", power))
    most = check_number("most_patients", most_patients, 2)
    n1 = check_number("first_stage", first_stage, 1, most - 1)
    found, nearest = _search(asked, n1, most)
    if found is None:
        raise DesignError(_how_near(asked, n1, most, nearest))
    return AttainedStageRedesign(asked, found, _enough_already(asked, n1))


class _Nearest(NamedTuple):
    """The largest power among sizes that keep the type I error, and its size."""

    power: float
    total: int


def _search(asked: Hypotheses, n1: int, most: int) -> tuple[AttainedStageDesign | None, _Nearest]:
    """Return the design of the smallest EN(p0), and how near the best came.

    Row 0 of every table is the first stage without a bound, row i + 1 the bound i. A bound that
    stops an active drug after stage 1 more often than beta is no candidate.
    """
    stage = binomial(n1, [asked.p0, asked.p1])
    stop = np.concatenate([np.zeros((2, 1)), np.cumsum(stage[:, :-1], axis=1)], axis=1)
    rows = int(np.searchsorted(stop[1], asked.beta * (1 + RELATIVE_ROUNDING), side="right"))
    go_on = 1 - stop[0, :rows]
    best, smallest, nearest = None, inf, _Nearest(0.0, most)
    for n in range(n1 + 1, most + 1):
        expected = n1 + go_on * (n - n1)
        if expected.min() >= smallest:
            break
        bounds, powers = _best_bounds(asked, stage, n, rows)
        if powers.max() > nearest.power:
            nearest = _Nearest(float(powers.max()), n)
        expected[powers < (1 - asked.beta) * (1 - RELATIVE_ROUNDING)] = inf
        row = int(np.argmin(expected))
        if expected[row] < smallest:
            smallest = float(expected[row])
            best = AttainedStageDesign(n1, row - 1 if row else None, n, int(bounds[row]))
    return best, nearest


def _best_bounds(
    asked: Hypotheses, stage: Floats, n: int, rows: int
) -> tuple[NDArray[np.intp], Floats]:
    """Return for each bound of stage 1 the least r that keeps the type I error, and its power."""
    null, active = (
        _declares(part, binomial(n - stage.shape[1] + 1, rate), rows)
        for part, rate in zip(stage, asked[:2], strict=True)
    )
    within = np.argmax(null <= asked.alpha * (1 + RELATIVE_ROUNDING), axis=1)
    bounds = np.maximum(within, np.arange(rows) - 1)  # who passed r1 has more than r1 of all
    return bounds, active[np.arange(rows), bounds]


def _declares(first: Floats, second: Floats, rows: int) -> Floats:
    """Return P(X1 > r1, X > r) for r1 of None, 0, 1, ... (a row each) and r = 0 to n.

    The table of X1 against X of all n, summed from the largest X and then from the largest X1.
    """
    joint = np.zeros((first.size, first.size + second.size - 1))
    for x1, chance in enumerate(first):
        joint[x1, x1 : x1 + second.size] = chance * second
    above = np.cumsum(joint[::-1, ::-1], axis=0).cumsum(axis=1)[::-1, ::-1]
    return np.concatenate([above[:rows, 1:], np.zeros((rows, 1))], axis=1)


def _enough_already(asked: Hypotheses, n1: int) -> SingleStageDesign | None:
    r = int(least_bounds(asked.p0, asked.alpha, n1)[-1])
    if r >= n1:
        return None
    design = SingleStageDesign(n1, r)
    reached = design.probability_declare_active(asked.p1)
    return design if reached >= (1 - asked.beta) * (1 - RELATIVE_ROUNDING) else None


def _how_near(asked: Hypotheses, n1: int, most: int, nearest: _Nearest) -> str:
    mend = f"raise most_patients above {most}, or " if most < MOST_PATIENTS else ""
    return (
        f"no design with {n1} patients in stage 1 and up to {most} in all has type I error <= "
        f"{asked.alpha:g} at {asked.p0:g} and power >= {1 - asked.beta:g} at {asked.p1:g}; the "
        f"best is {nearest.total} patients with power {nearest.power:.4f}; {mend}ask for less "
        "power, a larger alpha or rates further apart"
    )
