"""A size that makes an interval narrow enough, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import Wording, say_patients, say_rate
from trialwright.report.formats import say_count

if TYPE_CHECKING:
    from trialwright.design.single_stage.interval_width import IntervalName, IntervalWidth

_NAMES: dict[IntervalName, str] = {
    "clopper_pearson": "Clopper-Pearson (exact)",
    "wilson": "Wilson (score)",
    "wilson_corrected": "continuity-corrected Wilson (score)",
    "jeffreys": "equal-tailed Jeffreys",
    "mid_p": "mid-P",
    "agresti_coull": "Agresti-Coull",
}
_SOURCES: dict[IntervalName, str] = {
    "clopper_pearson": (
        "Clopper CJ, Pearson ES. The use of confidence or fiducial limits illustrated in the case "
        "of the binomial. Biometrika 1934;26:404-413."
    ),
    "wilson": (
        "Wilson EB. Probable inference, the law of succession, and statistical inference. J Am "
        "Stat Assoc 1927;22:209-212."
    ),
    "wilson_corrected": (
        "Newcombe RG. Two-sided confidence intervals for the single proportion: comparison of "
        "seven methods. Stat Med 1998;17:857-872."
    ),
    "jeffreys": (
        "Brown LD, Cai TT, DasGupta A. Interval estimation for a binomial proportion. Stat Sci "
        "2001;16:101-133."
    ),
    "mid_p": "Lancaster HO. Significance tests in discrete distributions. J Am Stat Assoc "
    "1961;56:223-234.",
    "agresti_coull": (
        "Agresti A, Coull BA. Approximate is better than 'exact' for interval estimation of "
        "binomial proportions. Am Stat 1998;52:119-126."
    ),
}


def word_interval_width(found: IntervalWidth, *, patients: int | None = None) -> Wording:
    """Return the paragraphs of a size that was chosen for the width of an interval.

    Parameters
    ----------
    found : IntervalWidth
        What was asked for and found.
    patients : int or None
        The size to word, one that was looked at; the smallest that works if None.
    """
    n = found.first if patients is None else patients
    name = f"{100 * found.level:.6g} % {_NAMES[found.method]} confidence interval"
    wanted = f"a full width of at most {100 * found.width:.6g} percentage points"
    protocol = (
        "The trial is sized for the precision of the estimated response rate; no hypothesis is "
        f"tested. {say_patients(n)} {'is' if n == 1 else 'are'} to be evaluated, so that the "
        f"two-sided {name} [1] has {wanted} {_at(found)}: {_shown(found, n)}. "
        f"{_other_sizes(found, n)}"
    )
    grant = (
        f"{say_patients(n)} give{'s' if n == 1 else ''} a two-sided {name} of the response rate "
        f"with {wanted} ({100 * found.width_at(n):.1f} points) {_at(found)}."
    )
    return Wording(protocol, grant, (_SOURCES[found.method],))


def _at(found: IntervalWidth) -> str:
    """Say of which count the width is."""
    if found.rate is None:
        return "whatever number of patients respond"
    if found.average:
        return f"on average, if the true response rate is {say_rate(found.rate)}"
    return f"at the number of responders nearest to a rate of {say_rate(found.rate)}"


def _shown(found: IntervalWidth, n: int) -> str:
    one = found.interval_at(n)
    limits = f"{100 * one.low:.1f} % to {100 * one.high:.1f} %"
    of = f"{one.successes} of {say_count(n, 'responder')}"
    seen = f"{of} ({100 * one.value:.1f} %) would give {limits}"
    width = f"{100 * found.width_at(n):.1f} points"
    if found.average:
        return f"the average width is {width}, and {seen}"
    return f"{seen}, a width of {width}" + (", the widest" if found.rate is None else "")


def _other_sizes(found: IntervalWidth, n: int) -> str:
    looked = f"up to the {found.looked_to} looked at"
    if found.stable is None:
        return f"No number {looked} is one from which every larger one is as precise."
    if found.stable <= n:
        return f"From {say_patients(found.stable)} on every number {looked} keeps that width."
    return (
        f"The width is not monotone in the number of patients: only from {found.stable} on does "
        f"every number {looked} keep it."
    )
