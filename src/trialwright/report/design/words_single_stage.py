"""A single-stage design in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import Wording, say_rate

if TYPE_CHECKING:
    from trialwright.design.single_stage.search import SingleStageDesign, SingleStageSearch

AHERN = (
    "A'Hern RP. Sample size tables for exact single-stage phase II designs. Stat Med "
    "2001;20:859-866."
)


def word_single_stage(
    found: SingleStageSearch, *, design: SingleStageDesign | None = None
) -> Wording:
    """Return the paragraphs of one single-stage design.

    Parameters
    ----------
    found : SingleStageSearch
        What was asked for and found.
    design : SingleStageDesign or None
        The design to word; the smallest one if None.
    """
    shown = design or found.first
    n, needed, asked = shown.total, shown.total_bound + 1, found.hypotheses
    error = shown.probability_declare_active(asked.p0)
    power = shown.probability_declare_active(asked.p1)
    protocol = (
        f"The primary endpoint is tested in a single stage by the exact binomial test [1]. The "
        f"null hypothesis that the true response rate is at most {say_rate(asked.p0)} is tested "
        f"against a one-sided alternative; a rate of {say_rate(asked.p1)} is of interest. {n} "
        f"patients are enrolled and evaluated; there is no interim look. The treatment is "
        f"declared active if {needed} or more of the {n} respond, and not if "
        f"{shown.total_bound} or fewer do. The exact type I error is {error:.4f} at a true rate "
        f"of {say_rate(asked.p0)} (at most {asked.alpha:g} was asked for), the exact power "
        f"{power:.4f} at {say_rate(asked.p1)} (at least {1 - asked.beta:g}). Every trial "
        f"evaluates {n} patients, whatever the true rate. {_other_sizes(found, shown)}"
    )
    grant = (
        f"{n} patients in a single stage, with activity declared if {needed} or more respond, "
        f"test a response rate of {say_rate(asked.p0)} against {say_rate(asked.p1)} with exact "
        f"one-sided type I error {error:.3f} and power {power:.3f}."
    )
    return Wording(protocol, grant, (AHERN,))


def _other_sizes(found: SingleStageSearch, shown: SingleStageDesign) -> str:
    """Say what a few patients more or fewer would do: the power is no rising line."""
    stable, first = found.stable, found.first
    if stable is None:
        return (
            f"The exact power is not monotone in the number of patients: up to the "
            f"{found.most_patients} that were looked at there is no number from which all larger "
            "ones keep both limits."
        )
    end = "" if found.is_stable_for_good else f" up to {found.most_patients}"
    if stable.total <= shown.total:
        smaller = f"; the smallest is {first.total}" if first != shown else ""
        return (
            f"Every larger number of patients{end} keeps both limits with a bound of its own, from "
            f"{stable.total} on{smaller}."
        )
    return (
        f"The exact power is not monotone in the number of patients: every number{end} keeps both "
        f"limits with a bound of its own only from {stable.total} on (activity at "
        f"{stable.total_bound + 1} or more)."
    )
