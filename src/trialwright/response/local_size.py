"""The size that a lesion treated locally counts in the sum, one rule per policy.

RECIST 1.1 leaves this to the protocol; the study file names the policy
(``docs/decisions/004-ablated-lesions.md``). Integers and plain numbers, so that the same rule
source can serve one patient and, compiled, millions.

Source: RECIST working group, questions and clarifications (local therapy), and the seven
readings in use: targets that were not ablated only, not evaluable, gone, the ablation zone,
the enhancing part (as in mRECIST), the last size before, and the end of the reading.
"""

from __future__ import annotations

from enum import IntEnum


class LocalPolicy(IntEnum):
    """How a lesion that was treated locally counts, from the treatment on."""

    EXCLUDE = 0  # it leaves the baseline and all later sums
    NOT_EVALUABLE = 1  # it cannot be read
    ZERO = 2  # completely treated, it counts 0 mm
    ZONE = 3  # the ablation zone is measured in its place
    VIABLE = 4  # the enhancing part alone is measured
    CARRY_FORWARD = 5  # it keeps its last size before the treatment
    CENSOR = 6  # the reading of the patient ends at the treatment


def size_after_local_therapy(
    policy: LocalPolicy,
    measured_mm: float,
    viable_mm: float,
    last_before_mm: float,
    complete: bool,
) -> float:
    """Return the size in mm that a locally treated target counts on a later scan.

    Parameters
    ----------
    policy : LocalPolicy
        The choice of the study file for this lesion.
    measured_mm : float
        What was measured (the ablation zone); ``nan`` if nothing was.
    viable_mm : float
        Diameter of the part that takes up contrast; ``nan`` if it was not measured.
    last_before_mm : float
        Last size before the treatment; ``nan`` if there is none.
    complete : bool
        Whether the treatment covered the whole lesion; one that was treated in part is
        never counted as gone.

    Returns
    -------
    float
        ``nan`` where the lesion cannot be read: under ``NOT_EVALUABLE`` and ``CENSOR``, where
        the wanted size was not measured, and under ``EXCLUDE``, whose lesions are not targets
        at all and must be left out before the sum.
    """
    if policy == LocalPolicy.ZERO:
        return 0.0 if complete else measured_mm
    if policy == LocalPolicy.ZONE:
        return measured_mm
    if policy == LocalPolicy.VIABLE:
        return viable_mm
    if policy == LocalPolicy.CARRY_FORWARD:
        return last_before_mm
    return float("nan")
