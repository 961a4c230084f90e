"""Sentences that the designs of several stages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import say_chance, say_rate

if TYPE_CHECKING:
    from trialwright.design.checks import Hypotheses
    from trialwright.design.staged.staged_design import StagedDesign


def say_errors(found: StagedDesign, asked: Hypotheses) -> str:
    """Return the sentence of both error rates, attained and asked for."""
    return (
        f"The exact type I error is {say_chance(found.type_one_error)} at a true rate of "
        f"{say_rate(asked.p0)} (at most {asked.alpha:g} was asked for), the exact power "
        f"{say_chance(found.power)} at {say_rate(asked.p1)} (at least {1 - asked.beta:g})."
    )


def say_sizes(found: StagedDesign, p0: float, p1: float) -> str:
    """Return the sentence of early stops and expected sizes."""
    (stop_0, stop_1), (size_0, size_1) = found.early_stop, found.expected_patients
    return (
        f"At a true rate of {say_rate(p0)} the trial stops early with probability "
        f"{say_chance(stop_0)} and enrols {size_0:.1f} patients on average; at {say_rate(p1)} it "
        f"stops early with probability {say_chance(stop_1)} and enrols {size_1:.1f}."
    )


def say_weights(found: StagedDesign, reference: int) -> str:
    """Return for which weights a design that is only admissible is the best; else nothing."""
    if found.weights is None or found.kind != "admissible":
        return ""
    low, high = found.weights
    return (
        " Among all designs of its kind it has the smallest q n + (1 - q) EN for every weight q of "
        f"the largest size n from {low:.3f} to {high:.3f} [{reference}]."
    )


def say_grant(found: StagedDesign, rule: str, asked: Hypotheses) -> str:
    """Return the sample-size box: sizes and rule, errors, what an inactive treatment costs."""
    return (
        f"{found.total} patients {rule} test a response rate of {say_rate(asked.p0)} against "
        f"{say_rate(asked.p1)} with one-sided type I error {say_chance(found.type_one_error, 3)} "
        f"and power {say_chance(found.power, 3)}. If the treatment is inactive, "
        f"{found.expected_patients[0]:.1f} patients are expected, and the trial stops early with "
        f"probability {say_chance(found.early_stop[0], 2)}."
    )
