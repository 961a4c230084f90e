"""What a lesion that was treated locally contributes to the sum.

RECIST 1.1 leaves this to the protocol, and the choice can decide the trial: one patient with
two 30 mm targets, one of them ablated, reads PD, PR or SD under three defensible policies.
So the policy is a field of the study file and never a default of the code.

Source: RECIST working group, questions and clarifications (local therapy);
``docs/decisions/004-ablated-lesions.md``.
"""

from __future__ import annotations

from trialwright.response.readings import NOT_READ

POLICIES: dict[str, str] = {
    "exclude": "an ablated lesion leaves the baseline and all later sums",
    "not_evaluable": "an ablated lesion cannot be read from the ablation on",
    "zero": "a completely ablated lesion counts 0 mm from the ablation on",
    "zone": "the ablation zone is measured in place of the lesion",
    "carry_forward": "an ablated lesion keeps its last size before the ablation",
}


def size_after_local_therapy(
    policy: str, measured_mm: float, last_before_mm: float, *, complete: bool
) -> float:
    """Return the size in mm that a locally treated target counts on a later scan.

    Parameters
    ----------
    policy : str
        One of ``POLICIES`` other than ``exclude``, whose lesions are not targets at all.
    measured_mm : float
        What was measured (the ablation zone); ``nan`` if nothing was.
    last_before_mm : float
        Last size before the treatment; ``nan`` if there is none.
    complete : bool
        Whether the treatment covered the whole lesion; an incompletely ablated one is
        never counted as gone.
    """
    if policy in {"not_evaluable", "censor"}:
        return NOT_READ
    if policy == "zero":
        return 0.0 if complete else measured_mm
    if policy == "carry_forward":
        return last_before_mm
    if policy == "zone":
        return measured_mm
    msg = f"policy must be one of {sorted(set(POLICIES) - {'exclude'})}, not {policy!r}"
    raise ValueError(msg)
