"""A single-stage design in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import (
    Wording,
    say_chance,
    say_enrolled,
    say_hypotheses,
    say_patients,
    say_rate,
)

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
        "The primary endpoint is tested in a single stage by the exact binomial test [1]. "
        f"{say_hypotheses(asked.p0, asked.p1)} {say_enrolled(n)} and evaluated; there is no "
        f"interim look. The treatment is declared active if {_needed(shown)} "
        f"respond{'s' if n == 1 else ''}, and not if {_too_few(shown)}. The exact type I error is "
        f"{say_chance(error)} at a true rate of {say_rate(asked.p0)} (at most {asked.alpha:g} was "
        f"asked for), the exact power {say_chance(power)} at {say_rate(asked.p1)} (at least "
        f"{1 - asked.beta:g}). Every trial evaluates {say_patients(n)}, whatever the true rate. "
        f"{_other_sizes(found, shown)}"
    )
    enough = "it responds" if n == 1 else f"{needed} or more respond"
    grant = (
        f"{say_patients(n)} in a single stage, with activity declared if {enough}, "
        f"test{'s' if n == 1 else ''} a response rate of {say_rate(asked.p0)} against "
        f"{say_rate(asked.p1)} with exact one-sided type I error {say_chance(error, 3)} and power "
        f"{say_chance(power, 3)}."
    )
    return Wording(protocol, grant, (AHERN,))


def _needed(shown: SingleStageDesign) -> str:
    """Say how many of the patients must respond."""
    if shown.total == 1:
        return "this patient"
    if shown.total_bound + 1 == shown.total:
        return f"all {shown.total}"
    return f"{shown.total_bound + 1} or more of the {shown.total}"


def _too_few(shown: SingleStageDesign) -> str:
    return f"{shown.total_bound} or fewer do" if shown.total_bound else "none does"


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
