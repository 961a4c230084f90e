"""A design by predictive probability in words."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from trialwright.report.design.wording import Wording, say_chance, say_rate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwright.design.boundaries import Bound, Characteristics
    from trialwright.design.predictive.design import PredictiveDesign
    from trialwright.design.predictive.search import Aim, PredictiveSearch

LEE_LIU = (
    "Lee JJ, Liu DD. A predictive probability design for phase II cancer clinical trials. Clin "
    "Trials 2008;5:93-106."
)
_AIMS: dict[Aim, str] = {
    "size then power": (
        "the smallest size that keeps both limits and, at that size, the largest power"
    ),
    "size then expected": (
        "the smallest size that keeps both limits and, at that size, the smallest expected number "
        "of patients at the null rate"
    ),
    "expected": (
        "the smallest expected number of patients at the null rate among all sizes that keep both "
        "limits"
    ),
}


def word_predictive(design: PredictiveDesign, *, search: PredictiveSearch | None = None) -> Wording:
    """Return the paragraphs of a design by predictive probability.

    Parameters
    ----------
    design : PredictiveDesign
        The design.
    search : PredictiveSearch, optional
        The search that found it; without it no limits are said to have been asked for.
    """
    bounds = design.boundaries
    found = bounds.characteristics([design.p0, design.p1])
    n, needed = bounds.most_patients, bounds.stop_at_least[-1]
    tested = (
        f"a true response rate of {say_rate(design.p0)} (not of interest) against "
        f"{say_rate(design.p1)}"
    )
    protocol = (
        f"The trial follows the Bayesian predictive probability design of Lee and Liu [1] and "
        f"tests {tested}. {_asked(search)}The prior of the response rate is {design.belief}. At "
        f"most {n} patients are evaluated{_looked(bounds.looks)}. {_rule(design)} "
        f"{_stops(bounds.stop_at_most, bounds.stop_at_least, bounds.looks)} {_end(design, needed)} "
        f"{_does(design, found)}"
    )
    grant = (
        f"A Bayesian predictive probability design [1] with at most {n} patients tests {tested}. "
        f"Its exact one-sided type I error is {say_chance(found.probability_high[0], 3)} and its "
        f"power {say_chance(found.probability_high[1], 3)}. If the true rate is "
        f"{say_rate(design.p0)} it stops early with probability "
        f"{say_chance(found.probability_early_stop[0], 2)} and needs "
        f"{found.expected_patients[0]:.1f} patients on average."
    )
    return Wording(protocol, grant, (LEE_LIU,))


def say_stops(looks: Iterable[int], bounds: Iterable[Bound], word: str) -> str:
    """Write the bounds of the looks that have one: ``at most 0 of 10 to 16, 1 of 17 to 20``.

    Parameters
    ----------
    looks, bounds : iterable of int
        Patients and count of each look; looks in a row with one bound are written as a range.
    word : str
        Before the first: ``"at most"``.
    """
    parts = []
    pairs = groupby(zip(looks, bounds, strict=True), key=lambda pair: pair[1])
    for bound, group in pairs:
        if bound is not None:
            first, *others = [look for look, _ in group]
            parts.append(f"{bound} of {first}" + (f" to {others[-1]}" if others else ""))
    return f"{word} {', '.join(parts)}" if parts else ""


def _asked(search: PredictiveSearch | None) -> str:
    if search is None:
        return ""
    (l_from, l_to), (t_from, t_to) = search.theta_l, search.theta_t
    least = search.monitoring.least_theta_l
    return (
        f"Size and thresholds were chosen by exact enumeration for a one-sided type I error of at "
        f"most {search.alpha:g} and a power of at least {search.power:g}, as "
        f"{_AIMS[search.aim]}{f', with theta_L at least {least:g}' if least else ''}; any theta_L "
        f"between {l_from:.4g} and {l_to:.4g} and theta_T between {t_from:.4g} and {t_to:.4g} give "
        f"the same design. "
    )


def _looked(looks: tuple[int, ...]) -> str:
    if len(looks) == 1:
        return " and there is no interim look"
    steps = {b - a for a, b in pairwise(looks[:-1])}
    if len(steps) == 1:
        step = steps.pop()
        each = "every patient" if step == 1 else f"every {step} patients"
        return f", with a look after {looks[0]} and then after {each} up to {looks[-2]}"
    return f", with looks after {', '.join(map(str, looks[:-1]))}"


def _rule(design: PredictiveDesign) -> str:
    rule = (
        f"At each look the predictive probability is calculated that the trial, run to its end, "
        f"will show P(rate > {say_rate(design.p0)} | data) > {design.theta_t:g} (theta_T); "
        f"enrolment stops for futility where it lies below {design.theta_l:g} (theta_L)"
    )
    if design.theta_u == 1:
        return f"{rule}; it does not stop early for efficacy."
    return f"{rule} and for efficacy where it lies above {design.theta_u:g} (theta_U)."


def _stops(most: tuple[Bound, ...], least: tuple[Bound, ...], looks: tuple[int, ...]) -> str:
    low = say_stops(looks[:-1], most[:-1], "at most")
    high = say_stops(looks[:-1], least[:-1], "at least")
    said = [f"{low} respond (futility)"] if low else []
    said += [f"{high} respond (efficacy)"] if high else []
    if not said:
        return "No count of responders stops the trial before its end."
    return f"In patients: stop if {'; or if '.join(said)}."


def _end(design: PredictiveDesign, needed: Bound) -> str:
    n = design.looks[-1]
    if needed is None:
        return f"At {n} patients no count of responders declares activity."
    return f"Activity is declared if {needed} or more of all {n} patients respond."


def _does(design: PredictiveDesign, found: Characteristics) -> str:
    early, expected = found.probability_early_stop, found.expected_patients
    return (
        f"The exact type I error is {say_chance(found.probability_high[0])}, the exact power "
        f"{say_chance(found.probability_high[1])}. At a true rate of {say_rate(design.p0)} the "
        f"trial stops early with probability {say_chance(early[0])} and evaluates "
        f"{expected[0]:.1f} patients on average; at {say_rate(design.p1)} it stops early with "
        f"probability {say_chance(early[1])} and evaluates {expected[1]:.1f}."
    )
