"""Sentences that the designs of several stages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import say_rate

if TYPE_CHECKING:
    from trialwright.design.checks import Hypotheses
    from trialwright.design.staged.staged_design import StagedDesign

JUNG = (
    "Jung SH, Lee T, Kim K, George SL. Admissible two-stage designs for phase II cancer clinical "
    "trials. Stat Med 2004;23:561-9."
)
SIMON = (
    "Simon R. Optimal two-stage designs for phase II clinical trials. Control Clin Trials "
    "1989;10:1-10."
)


def say_hypotheses(p0: float, p1: float) -> str:
    """Return the sentence of the hypotheses."""
    return (
        f"The null hypothesis that the true response rate is at most {say_rate(p0)} is tested "
        f"against a one-sided alternative; a rate of {say_rate(p1)} is of interest."
    )


def say_at_most(bound: int | None) -> str:
    """Return how few must respond: ``at most 3``, ``none``."""
    return f"at most {bound}" if bound else "none"


def say_errors(found: StagedDesign, asked: Hypotheses) -> str:
    """Return the sentence of both error rates, attained and asked for."""
    return (
        f"The exact type I error is {found.type_one_error:.4f} at a true rate of "
        f"{say_rate(asked.p0)} (at most {asked.alpha:g} was asked for), the exact power "
        f"{found.power:.4f} at {say_rate(asked.p1)} (at least {1 - asked.beta:g})."
    )


def say_sizes(found: StagedDesign, p0: float, p1: float) -> str:
    """Return the sentence of early stops and expected sizes."""
    (stop_0, stop_1), (size_0, size_1) = found.early_stop, found.expected_patients
    return (
        f"At a true rate of {say_rate(p0)} the trial stops early with probability {stop_0:.4f} "
        f"and enrols {size_0:.1f} patients on average; at {say_rate(p1)} it stops early with "
        f"probability {stop_1:.4f} and enrols {size_1:.1f}."
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
        f"{say_rate(asked.p1)} with one-sided type I error {found.type_one_error:.3f} and power "
        f"{found.power:.3f}. If the treatment is inactive, {found.expected_patients[0]:.1f} "
        f"patients are expected, and the trial stops early with probability "
        f"{found.early_stop[0]:.2f}."
    )
