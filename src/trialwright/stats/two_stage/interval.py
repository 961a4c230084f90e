"""Stage-wise p-value and limits, for every outcome of a sample space or for some.

Sources
-------
Koyama & Chen 2008, sections 3.2 and 3.3. The p-value and the lower limit are theirs; the upper
limit is not, because theirs misses the rate too often (`koyama_chen_upper_limits`).
Oracle: R clinfun ``twostage.inference`` and roots of the exact tails,
``tests/oracle/stats/test_two_stage_inference_oracle.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.two_stage.roots import rates_where

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.stats.two_stage.sample_space import SampleSpace

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

_HALF = 0.5


def lower_limits(space: SampleSpace, outcomes: Counts, tail: float | Floats) -> Floats:
    """Return the rate at which each outcome, or one above it, has probability ``tail``.

    Parameters
    ----------
    space : SampleSpace
        The outcomes.
    outcomes : ndarray of int, shape (m,)
        Responses, 0 to n; 0 has the limit 0.
    tail : float or ndarray, shape (m,)
        In (0, 1): (1 - level) / 2 for an interval, 0.5 for a median-unbiased estimate.
    """
    found = np.zeros(outcomes.shape)
    some = outcomes > 0
    above = space.responses >= outcomes[some, None]
    wanted = np.broadcast_to(tail, outcomes.shape)[some]
    # A sum near 1 has few digits left of what it lacks: there the outcomes below are summed.
    below_is_less = wanted > _HALF
    weights = np.where(below_is_less[:, None], above - 1.0, above)
    found[some] = rates_where(space, weights, np.where(below_is_less, wanted - 1, wanted))
    return found


def upper_limits(space: SampleSpace, outcomes: Counts, tail: float) -> Floats:
    """Return the rate at which each outcome, or one below it, has probability ``tail``.

    The arguments are those of `lower_limits`; n responses have the limit 1.
    """
    found = np.ones(outcomes.shape)
    some = outcomes < space.total
    below = -(space.responses <= outcomes[some, None]).astype(float)
    found[some] = rates_where(space, below, np.full(below.shape[0], -tail))
    return found


def koyama_chen_upper_limits(space: SampleSpace, outcomes: Counts, tail: float) -> Floats:
    """Return the rate at which each outcome, or one above it, has probability ``1 - tail``.

    What R clinfun, OneArmPhaseTwoStudy and others print. It is the exact upper limit of the
    outcome below, so an interval that ends there covers less than it says: at worst 78 to 86 %
    of a nominal 90 % over rates of .02 to .90 in 26 designs, and nothing close to a rate of 1.
    ``nan`` at 0 responses, where the equation has no root. For comparison.
    """
    found = np.full(outcomes.shape, np.nan)
    some = outcomes > 0
    found[some] = lower_limits(space, outcomes[some], 1 - tail)
    return found
