"""A BOP2 design in words: one binary outcome, or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import Wording, say_chance, say_rate
from trialwright.report.design.words_predictive import say_stops

if TYPE_CHECKING:
    from trialwright.design.bop2.binary import Bop2Design, Bop2Search
    from trialwright.design.bop2.outcomes import Kind, TwoOutcomes
    from trialwright.design.bop2.pair import Bop2PairDesign, Bop2PairSearch
    from trialwright.design.boundaries import Bound

ZHOU = (
    "Zhou H, Lee JJ, Yuan Y. BOP2: Bayesian optimal design for phase II clinical trials with "
    "simple and complex endpoints. Stat Med 2017;36:3302-3314."
)
CHEN = (
    "Chen K, Zhou H, Lee JJ, Yuan Y. BOP2-TE: Bayesian optimal phase 2 design for jointly "
    "monitoring efficacy and toxicity with application to dose optimization. 2024; arXiv "
    "2408.05816."
)
_NAMES: dict[Kind, tuple[str, str]] = {
    "nested": ("the inner outcome", "the outer outcome"),
    "co-primary": ("the first outcome", "the second outcome"),
    "efficacy and toxicity": ("response", "toxicity"),
}


def word_bop2(design: Bop2Design, *, search: Bop2Search | None = None) -> Wording:
    """Return the paragraphs of a BOP2 design for one outcome.

    Parameters
    ----------
    design : Bop2Design
        The design.
    search : Bop2Search, optional
        The search that found it; without it no limit is said to have been asked for.
    """
    bounds = design.boundaries
    found = bounds.characteristics([design.p0, design.p1])
    n, high, expected = bounds.most_patients, found.probability_high, found.expected_patients
    tested = (
        f"a true response rate of {say_rate(design.p0)} (not of interest) against "
        f"{say_rate(design.p1)}"
    )
    early = found.probability_early_stop
    stops = say_stops(bounds.looks, bounds.stop_at_most, "at most")
    protocol = (
        f"The trial follows the Bayesian optimal phase II (BOP2) design [1] and tests {tested}. "
        f"{_looked(bounds.looks)} At each look of n patients it stops for futility if P(rate > "
        f"{say_rate(design.p0)} | data) lies below {_cut(design.lambda_, design.gamma, n)}, with "
        f"the prior {design.belief}. {_sought(search)}In patients: stop if {stops or 'never'} "
        "respond; activity is declared if nothing stops the trial, "
        f"{_declared(bounds.stop_at_least[-1], n)}. The exact type I error is "
        f"{say_chance(high[0])}, the exact power {say_chance(high[1])}. At a true rate of "
        f"{say_rate(design.p0)} the trial stops early with probability {say_chance(early[0])} and "
        f"evaluates {expected[0]:.1f} patients on average; at {say_rate(design.p1)} it stops early "
        f"with probability {say_chance(early[1])} and evaluates {expected[1]:.1f}."
    )
    grant = (
        f"A Bayesian optimal phase II (BOP2) design [1] with at most {n} patients and "
        f"{len(bounds.looks)} looks tests {tested}. Its exact one-sided type I error is "
        f"{say_chance(high[0], 3)} and its power {say_chance(high[1], 3)}. If the true rate is "
        f"{say_rate(design.p0)} it stops early with probability {say_chance(early[0], 2)} and "
        f"needs {expected[0]:.1f} patients on average."
    )
    return Wording(protocol, grant, (ZHOU,))


def word_bop2_pair(
    design: Bop2PairDesign,
    *,
    search: Bop2PairSearch | None = None,
    names: tuple[str, str] | None = None,
) -> Wording:
    """Return the paragraphs of a BOP2 design for two outcomes.

    Parameters
    ----------
    design : Bop2PairDesign
        The design.
    search : Bop2PairSearch, optional
        The search that found it; without it no limit is said to have been asked for.
    names : (str, str), optional
        What the outcomes are called: ``("complete response", "response")``.
    """
    first, second = names or name_outcomes(design.outcomes.kind)
    found = design.scenarios()
    null, alternative = found["null"], found["alternative"]
    n = design.looks[-1]
    tested = _rates(design.outcomes, first, second)
    protocol = (
        f"The trial follows the Bayesian optimal phase II (BOP2) design [1] for {first} and "
        f"{second}. It tests {tested}. {_looked(design.looks)} At each look of n patients an "
        "outcome fails if its posterior probability of being better than under the null lies "
        f"below {_cut(design.lambda_, design.gamma, n)}, with a Dirichlet prior whose margins are "
        f"{_belief(design.outcomes, first, second)}. "
        f"{_sought(search)}{_stops(design, first, second)}{_kept(search)} Under the null the exact "
        f"probability of success (type I error) is {say_chance(null.probability_success)}, of an "
        f"early stop {say_chance(null.probability_early_stop)}, and {null.expected_patients:.1f} "
        "patients are evaluated on average; under the alternative the exact power is "
        f"{say_chance(alternative.probability_success)}, that of an early stop "
        f"{say_chance(alternative.probability_early_stop)}, and "
        f"{alternative.expected_patients:.1f} patients are evaluated.{_further(design)}"
    )
    grant = (
        f"A Bayesian optimal phase II (BOP2) design [1] with at most {n} patients and "
        f"{len(design.looks)} looks tests {tested}. Its exact type I error is "
        f"{say_chance(null.probability_success, 3)} and its power "
        f"{say_chance(alternative.probability_success, 3)}. Under the null it stops early with "
        f"probability {say_chance(null.probability_early_stop, 2)} and needs "
        f"{null.expected_patients:.1f} patients on average."
    )
    return Wording(protocol, grant, (ZHOU, CHEN) if design.outcomes.further_nulls() else (ZHOU,))


def name_outcomes(kind: Kind) -> tuple[str, str]:
    """Return what two outcomes are called where nobody names them."""
    return _NAMES[kind]


def _cut(lambda_: float, gamma: float, n: int) -> str:
    return f"{lambda_:g} (n / {n})^{gamma:g}"


def _looked(looks: tuple[int, ...]) -> str:
    return f"Looks are after {', '.join(map(str, looks))} patients, the last the largest size."


def _sought(search: Bop2Search | Bop2PairSearch | None) -> str:
    if search is None:
        return ""
    return (
        f"The two parameters were chosen by exact enumeration for the largest power within a type "
        f"I error of {search.alpha:g} (gamma up to {search.grid.most_gamma:g}). "
    )


def _kept(search: Bop2PairSearch | None) -> str:
    if search is None or search.control == "the null":
        return ""
    return (
        f" The limit of {search.alpha:g} is also kept for a treatment that fails in one outcome "
        f"only."
    )


def _declared(needed: Bound, n: int) -> str:
    if needed is None:
        return f"which no count of {n} patients allows"
    return f"which needs {needed} or more responders of {n}"


def _rates(outcomes: TwoOutcomes, first: str, second: str) -> str:
    null, alternative = outcomes.null, outcomes.alternative
    return (
        f"true rates of {say_rate(null.first)} for {first} and {say_rate(null.second)} for "
        f"{second} (null) against {say_rate(alternative.first)} and {say_rate(alternative.second)} "
        f"(alternative){_both(outcomes)}"
    )


def _both(outcomes: TwoOutcomes) -> str:
    if outcomes.kind == "nested":
        return ""
    null, alternative = outcomes.null.both, outcomes.alternative.both
    return f", with both in {say_rate(null)} and {say_rate(alternative)} of patients"


def _belief(outcomes: TwoOutcomes, first: str, second: str) -> str:
    a, b = outcomes.belief
    return f"{a} for {first} and {b} for {second}"


def _stops(design: Bop2PairDesign, first: str, second: str) -> str:
    rule = design.rule
    one, other = rule.first.boundaries, rule.second.boundaries
    low = say_stops(one.looks, one.stop_at_most, "at most") or "never"
    if rule.stop_when == "both":
        also = say_stops(other.looks, other.stop_at_most, "at most") or "never"
        joined, end = "and", "Success is declared if nothing stops the trial: either is enough."
    else:
        also = say_stops(other.looks, other.stop_at_least, "at least") or "never"
        joined, end = "or", "Success is declared if nothing stops the trial: both are needed."
    return (
        f"In patients: stop if {first} is seen in {low}, {joined} {second} in {also}"
        f"{' at the same look' if joined == 'and' else ''}. {end}"
    )


def _further(design: Bop2PairDesign) -> str:
    found = design.scenarios()
    said = [
        f"{name} {say_chance(found[name].probability_success)}"
        for name in design.outcomes.further_nulls()
    ]
    if not said:
        return ""
    return (
        " Of a treatment that fails in one outcome only, the outcomes independent [2], the "
        f"probability of success is: {', '.join(said)}."
    )
