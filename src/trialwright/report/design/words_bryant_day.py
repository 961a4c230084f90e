"""Bryant and Day's two-stage design in words."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from trialwright.report.design.wording import (
    Wording,
    say_at_most,
    say_chance,
    say_enrolled,
    say_rate,
)
from trialwright.report.design.words_simon import JUNG

if TYPE_CHECKING:
    from trialwright.design.bryant_day.search import (
        BryantDayDesign,
        BryantDayErrors,
        BryantDaySearch,
    )

BRYANT_DAY = (
    "Bryant J, Day R. Incorporating toxicity considerations into the design of two-stage phase II "
    "clinical trials. Biometrics 1995;51:1372-1383."
)
PLACKETT = "Plackett RL. A class of bivariate distributions. J Am Stat Assoc 1965;60:516-522."


def word_bryant_day(found: BryantDaySearch, design: BryantDayDesign | None = None) -> Wording:
    """Return the paragraphs of one design of a search.

    Parameters
    ----------
    found : BryantDaySearch
        The search, with its hypotheses.
    design : BryantDayDesign or None
        A design of its frontier; the optimal one unless said.
    """
    chosen = found.optimal if design is None else design
    attained = found.attained(chosen)
    protocol = " ".join(
        (
            _hypotheses(found, found.names(chosen)),
            _stages(chosen),
            _errors(found, attained),
            _sizes(found, attained),
            _association(found),
        )
    )
    references = [BRYANT_DAY, PLACKETT]
    if "admissible" in found.names(chosen):
        protocol += (
            " Among all such designs it has, for some weights, the smallest weighted sum of the "
            "largest and the larger expected number of patients [3]."
        )
        references.append(JUNG)
    return Wording(protocol, _grant(found, chosen, attained), tuple(references))


def _hypotheses(found: BryantDaySearch, name: str) -> str:
    (p0, p1), (q0, q1) = found.response, found.toxicity
    design = f"the {name} two-stage design" if name else "a two-stage design"
    return (
        f"Response and toxicity are tested together by {design} of Bryant and Day [1]. A response "
        f"rate of {say_rate(p0)} is of no interest, one of {say_rate(p1)} is worth pursuing; a "
        f"toxicity rate of {say_rate(q0)} is unacceptable, one of {say_rate(q1)} is acceptable."
    )


def _stages(design: BryantDayDesign) -> str:
    n1, n = design.n1, design.n
    return (
        f"{say_enrolled(n1)} in the first stage. Enrolment stops if {say_at_most(design.r1)} of "
        f"them respond or at least {design.t1} have toxicity (at most {design.safe1} are without "
        f"it). Otherwise {say_enrolled(n - n1, more=True)}, {n} in all. The treatment is "
        f"recommended if more than {design.r} of the {n} patients respond and fewer than "
        f"{design.t} have toxicity (more than {design.safe} are without it)."
    )


def _errors(found: BryantDaySearch, attained: BryantDayErrors) -> str:
    (p0, p1), (q0, q1) = found.response, found.toxicity
    return (
        f"The exact chance to recommend the treatment is {say_chance(attained.type1_response)} at "
        f"a response rate of {say_rate(p0)} with acceptable toxicity (type I error of response; at "
        f"most {found.alpha[0]:g} was asked for), {say_chance(attained.type1_toxicity)} at a "
        f"toxicity rate of {say_rate(q0)} with a response rate of {say_rate(p1)} (type I error of "
        f"toxicity; at most {found.alpha[1]:g}), and {say_chance(attained.power)} at "
        f"{say_rate(p1)} and {say_rate(q1)} (power; at least {found.power:g})."
    )


def _sizes(found: BryantDaySearch, attained: BryantDayErrors) -> str:
    return (
        f"With a response rate of {say_rate(found.response[0])} and acceptable toxicity the trial "
        f"stops after the first stage with probability {say_chance(attained.early_stop_response)} "
        f"and enrols {attained.expected_response:.1f} patients on average; with a toxicity rate of "
        f"{say_rate(found.toxicity[0])} and a response rate of {say_rate(found.response[1])} it "
        f"stops with probability {say_chance(attained.early_stop_toxicity)} and enrols "
        f"{attained.expected_toxicity:.1f}."
    )


def _association(found: BryantDaySearch) -> str:
    low, high = found.odds_ratio
    if low == high == 1:
        return "Response and toxicity of a patient are taken to be independent (odds ratio 1 [2])."
    if low == high:
        return f"The odds ratio between response and toxicity of a patient is taken as {low:g} [2]."
    between = (
        "whatever the odds ratio between response and toxicity of a patient"
        if (low, high) == (0, inf)
        else f"for every odds ratio between response and toxicity from {low:g} to {high:g}"
    )
    return f"These are the worst values: they hold {between} [2]."


def _grant(found: BryantDaySearch, design: BryantDayDesign, attained: BryantDayErrors) -> str:
    (p0, p1), (q0, q1) = found.response, found.toxicity
    return (
        f"{design.n} patients are enrolled in two stages (Bryant and Day: stop if "
        f"{say_at_most(design.r1)} of {design.n1} respond or at least {design.t1} have toxicity; "
        f"recommend if more than {design.r} of {design.n} respond and fewer than {design.t} have "
        f"toxicity). The design tests response rates of {say_rate(p0)} against {say_rate(p1)} and "
        f"toxicity rates of {say_rate(q0)} against {say_rate(q1)} with exact type I errors "
        f"{say_chance(attained.type1_response, 3)} and {say_chance(attained.type1_toxicity, 3)} "
        f"and power {say_chance(attained.power, 3)}. At most {attained.expected_patients:.1f} "
        "patients are expected if response is poor or toxicity unacceptable."
    )
