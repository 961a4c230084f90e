"""What a protocol says of its toxicity rule: looks, counts that stop, and what they do."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from trialwright.design.toxicity.looks import rates_around
from trialwright.design.toxicity.posterior import (
    UNIFORM,
    PosteriorToxicityRule,
    ToxicityCutSearch,
)
from trialwright.design.toxicity.repeated_significance import (
    RepeatedSignificance,
    SignificanceBoundary,
)
from trialwright.report.design.wording import Wording, join_words, say_patients, say_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.boundaries import Boundaries

ToxicityRule = PosteriorToxicityRule | ToxicityCutSearch | RepeatedSignificance

_THALL = (
    "Thall PF, Simon RM, Estey EH. Bayesian sequential monitoring designs for single-arm clinical "
    "trials with multiple outcomes. Stat Med 1995;14:357-379."
)
_GOLDMAN = (
    "Goldman AI. Issues in designing sequential stopping rules for monitoring side effects in "
    "clinical trials. Control Clin Trials 1987;8:327-337."
)
_IVANOVA = (
    "Ivanova A, Qaqish BF, Schell MJ. Continuous toxicity monitoring in phase II trials in "
    "oncology. Biometrics 2005;61:540-545."
)
_WANG = (
    "Wang SK, Tsiatis AA. Approximately optimal one-parameter boundaries for group sequential "
    "trials. Biometrics 1987;43:193-199."
)


def word_toxicity(
    found: ToxicityRule, *, rates: Sequence[float] = (), for_power: bool = False
) -> Wording:
    """Return the paragraphs of a toxicity rule.

    Parameters
    ----------
    found : PosteriorToxicityRule, ToxicityCutSearch or RepeatedSignificance
        The rule.
    rates : sequence of float
        True toxicity rates to state its properties at; empty: around the limit, or the two rates
        that it was searched for.
    for_power : bool
        Of repeated significance: word the boundary that reaches the power, not the one that keeps
        the error limit.

    Raises
    ------
    ValueError
        If ``for_power`` is asked and no boundary reaches the power.
    """
    match found:
        case PosteriorToxicityRule():
            return _word_rule(found, list(rates or rates_around(found.limit)), "")
        case ToxicityCutSearch():
            around = {found.acceptable_rate, found.rule.limit, found.excessive_rate}
            shown = list(rates or sorted(around))
            return _word_rule(found.rule, shown, _calibration(found))
        case RepeatedSignificance():
            return _word_significance(found, rates, for_power=for_power)


def _word_rule(rule: PosteriorToxicityRule, rates: Sequence[float], calibration: str) -> Wording:
    plan, prior = rule.boundaries, _prior(rule)
    beyond = f"exceeds {say_percent(rule.limit)} is above {rule.cut:g}"
    protocol = (
        f"Unacceptable toxicity is monitored with a Bayesian rule (Thall, Simon and Estey 1995). "
        f"The prior of the toxicity rate is {prior}, updated with the patients evaluated for "
        f"toxicity. The trial stops if the posterior probability that the rate {beyond}. "
        f"Toxicity is looked at {_when(rule.looks)}; the trial stops with {write_bounds(plan)} "
        f"patients with unacceptable toxicity.{calibration} By exact enumeration, "
        f"{_chances(plan, rates)}; {_sizes(plan, rates)}."
    )
    grant = (
        f"Among at most {say_patients(rule.looks[-1])}, unacceptable toxicity is looked at "
        f"{_when(rule.looks)}; the trial stops if the posterior probability, from a prior that is "
        f"{prior}, that its rate {beyond} ({write_bounds(plan)} patients). Exactly, "
        f"{_chances(plan, rates)}."
    )
    return Wording(protocol, grant, (_THALL,))


def _prior(rule: PosteriorToxicityRule) -> str:
    return f"{rule.prior} (uniform)" if rule.prior == UNIFORM else str(rule.prior)


def _calibration(found: ToxicityCutSearch) -> str:
    return (
        " The cut is the lowest that keeps the chance to stop at an acceptable rate of "
        f"{say_percent(found.acceptable_rate)} at or below {say_percent(found.alpha)} (attained "
        f"{say_percent(found.stop_acceptable)}), which makes the chance to stop at an excessive "
        f"rate of {say_percent(found.excessive_rate)} as large as it can be "
        f"({say_percent(found.stop_excessive)}); any cut from {found.cut_from:.4f} to below "
        f"{found.cut_below:.4f} gives the same bounds."
    )


def _word_significance(
    found: RepeatedSignificance, rates: Sequence[float], *, for_power: bool
) -> Wording:
    one = found.keeps_power if for_power else found.keeps_alpha
    if one is None:
        msg = f"no boundary of shape {found.shape:g} reaches power {found.power:g}"
        raise ValueError(msg)
    plan = one.boundaries
    low, high = say_percent(found.acceptable_rate), say_percent(found.excessive_rate)
    shown = rates or (found.acceptable_rate, found.excessive_rate)
    more = f"{_chances(plan, rates)}; " if rates else ""
    protocol = (
        f"Unacceptable toxicity is monitored by repeated significance tests (Goldman 1987; "
        f"Ivanova, Qaqish and Schell 2005) against an acceptable rate of {low}. "
        f"Toxicity is looked at {_when(found.looks)}; {_levels(found, one)} The trial stops with "
        f"{write_bounds(plan)} patients with unacceptable toxicity. {_errors(found, one)} By exact "
        f"enumeration, {more}{_sizes(plan, shown)}."
    )
    grant = (
        f"Among at most {say_patients(found.looks[-1])}, unacceptable toxicity is looked at "
        f"{_when(found.looks)}; the trial stops with {write_bounds(plan)} patients (repeated "
        f"significance tests). Exactly, the chance to stop is {say_percent(one.stop_acceptable)} "
        f"at an acceptable rate of {low} and {say_percent(one.stop_excessive)} at an excessive one "
        f"of {high}."
    )
    return Wording(protocol, grant, (_GOLDMAN, _IVANOVA, *((_WANG,) if found.shape else ())))


def _levels(found: RepeatedSignificance, one: SignificanceBoundary) -> str:
    level = f"{one.level_from:.4f}"
    if found.shape == 0:
        return f"each look is a one-sided exact test at the nominal level {level} (Pocock)."
    return (
        f"each look is a one-sided exact test at a nominal level that grows to {level} at the last "
        f"(shape {found.shape:g} of Wang and Tsiatis, where 0 is Pocock's and 0.5 O'Brien and "
        f"Fleming's)."
    )


def _errors(found: RepeatedSignificance, one: SignificanceBoundary) -> str:
    over = ", which this boundary exceeds" if one.stop_acceptable > found.alpha else ""
    under = ", which these patients do not reach" if one.stop_excessive < found.power else ""
    return (
        f"The chance to stop is {say_percent(one.stop_acceptable)} at the acceptable rate of "
        f"{say_percent(found.acceptable_rate)} (at most {say_percent(found.alpha)} was "
        f"asked{over}), and {say_percent(one.stop_excessive)} at an excessive rate of "
        f"{say_percent(found.excessive_rate)} (at least {say_percent(found.power)} was "
        f"asked{under})."
    )


def _sizes(plan: Boundaries, rates: Sequence[float]) -> str:
    if len(plan.looks) == 1:
        return f"every trial evaluates {say_patients(plan.most_patients)}"
    expected = plan.characteristics(rates).expected_patients
    parts = [f"{n:.1f} at {say_percent(rate)}" for n, rate in zip(expected, rates, strict=True)]
    return f"by this rule alone the expected number of patients is {join_words(parts)}"


def _chances(plan: Boundaries, rates: Sequence[float]) -> str:
    chances = plan.characteristics(rates).probability_high
    parts = [
        f"{say_percent(c)} at a true rate of {say_percent(r)}"
        for c, r in zip(chances, rates, strict=True)
    ]
    return f"the chance to stop is {join_words(parts)}"


def _when(looks: Sequence[int]) -> str:
    if len(looks) > 1 and all(b - a == 1 for a, b in pairwise(looks)):
        begin = "" if looks[0] == 1 else f", from {looks[0]} patients on"
        return f"after every patient{begin}"
    noun = "patient" if tuple(looks) == (1,) else "patients"
    return f"after {join_words([str(look) for look in looks])} {noun}"


def write_bounds(plan: Boundaries) -> str:
    """Write the counts that stop the trial: ``at least 3 of 5, 5 of 10 or 7 of 15``.

    Looks after every patient that share a bound are written together: ``4 of 4 to 6``.

    Examples
    --------
    >>> from trialwright.design.boundaries import Boundaries
    >>> write_bounds(Boundaries((2, 3, 4, 8), (None,) * 4, (None, 3, 3, 4)))
    'at least 3 of 3 to 4 or 4 of 8'
    """
    runs: list[tuple[int, int, int]] = []  # bound, first look, last look
    for look, _, bound in plan.steps():
        if bound is None:
            continue
        if runs and runs[-1][0] == bound and look - runs[-1][2] == 1:
            runs[-1] = (bound, runs[-1][1], look)
        else:
            runs.append((bound, look, look))
    parts = [f"{k} of {a}" if a == b else f"{k} of {a} to {b}" for k, a, b in runs]
    return f"at least {join_words(parts, 'or')}" if parts else "no number of"
