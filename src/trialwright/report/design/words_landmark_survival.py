"""A two-stage design for a landmark rate in words, for a protocol and for a grant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.design.wording import Wording, say_chance, say_rate

if TYPE_CHECKING:
    from trialwright.design.landmark.values import LandmarkDesign, LandmarkSearch

_CASE_MORGAN = (
    "Case LD, Morgan TM. Design of phase II cancer trials evaluating survival probabilities. "
    "BMC Med Res Methodol 2003;3:6."
)
_HUANG = (
    "Huang B, Talukder E, Thomas N. Optimal two-stage phase II designs with long-term endpoints. "
    "Stat Biopharm Res 2010;2:51-61."
)
_LIN = (
    "Lin DY, Shen L, Ying Z, Breslow NE. Group sequential designs for monitoring survival "
    "probabilities. Biometrics 1996;52:1033."
)


def word_landmark_survival(found: LandmarkSearch, *, unit: str = "months") -> Wording:
    """Return the paragraphs of the best design of a search.

    Parameters
    ----------
    found : LandmarkSearch
        From `trialwright.design.landmark.find_landmark_survival`.
    unit : str
        Unit of the times, in the plural.
    """
    best = found.optimal
    paragraphs = [_aim(found, unit), _rule(best, unit), _errors(best), _means(found, unit)]
    protocol = " ".join([*paragraphs, _alone(found, unit), _theory(found)])
    return Wording(protocol, _grant(found, unit), (_CASE_MORGAN, _HUANG, _LIN))


def _aim(found: LandmarkSearch, unit: str) -> str:
    trial, errors = found.trial, found.errors
    at = f"{trial.landmark:g} {unit}"
    return (
        f"The primary endpoint is the event-free rate at {at}. A rate of {say_rate(trial.p0, 4)} "
        f"or less is of no interest (null hypothesis: {trial.null}), a rate of "
        f"{say_rate(trial.p1, 4)} worth pursuing (alternative: {trial.alternative}); type I error "
        f"{errors.alpha:g} one-sided, power {1 - errors.beta:g}."
    )


def _rule(best: LandmarkDesign, unit: str) -> str:
    x = best.trial.landmark
    return (
        f"A two-stage design after Case and Morgan enters {best.patients} patients over "
        f"{best.accrual_time:.1f} {unit} and is analysed {x:g} {unit} after the last entry, at "
        f"{best.study_length:.1f} {unit}. The interim analysis takes place {best.interim_time:.1f} "
        f"{unit} after the first entry, when {best.interim_patients:.0f} patients are expected, "
        f"without holding accrual; patients still short of {x:g} {unit} count with their follow-up "
        "(Nelson-Aalen estimate of the cumulative hazard, on the log scale). The trial stops for "
        f"futility if the statistic is {best.interim_bound:.3f} or less; at the end activity is "
        f"declared if it is above {best.final_bound:.3f}."
    )


def _errors(best: LandmarkDesign) -> str:
    bought = (
        "the stop for futility is binding: the final bound allows for it"
        if best.errors.binding
        else "the stop for futility is not binding: the final bound does not allow for it"
    )
    return (
        f"The type I error is {say_chance(best.null.probability_declare_active)} and the power "
        f"{say_chance(best.alternative.probability_declare_active)} ({bought}). The interim "
        f"analysis has {say_rate(best.information, 4)} of the information; it stops the trial with "
        f"probability {say_chance(best.null.probability_stop)} under the null hypothesis and "
        f"{say_chance(best.alternative.probability_stop)} under the alternative."
    )


def _means(found: LandmarkSearch, unit: str) -> str:
    null = found.optimal.null
    return (
        f"Under the null hypothesis the study takes {null.expected_length:.1f} {unit} on average, "
        f"accrual {null.expected_accrual:.1f} {unit}, and {null.expected_patients:.1f} patients "
        f"enter; of all sizes and interim times this makes the expected {found.minimise} least."
    )


def _alone(found: LandmarkSearch, unit: str) -> str:
    alone = found.single_stage
    exact = (
        f" (exact binomial test of patients followed to the landmark: {alone.exact_patients}, "
        f"active if more than {alone.exact_bound} are event-free)"
        if alone.exact_patients is not None
        else ""
    )
    return (
        f"Without an interim analysis the trial would need {alone.patients} patients{exact} and "
        f"{alone.study_length:.1f} {unit}."
    )


def _theory(found: LandmarkSearch) -> str:
    return (
        "These are properties of large samples"
        + ("" if found.is_worth_it else "; here the design without an interim analysis does better")
        + "; a simulation of the design is to accompany them."
    )


def _grant(found: LandmarkSearch, unit: str) -> str:
    best, trial = found.optimal, found.trial
    return (
        f"With {best.patients} patients, entered over {best.accrual_time:.1f} {unit}, a two-stage "
        f"design after Case and Morgan has power {1 - found.errors.beta:g} to detect an event-free "
        f"rate of {say_rate(trial.p1, 4)} at {trial.landmark:g} {unit} against "
        f"{say_rate(trial.p0, 4)} (one-sided type I error {found.errors.alpha:g}). An interim "
        f"analysis at {best.interim_time:.1f} {unit}, without holding accrual, stops an "
        f"ineffective treatment with probability {say_chance(best.null.probability_stop, 2)}. The "
        f"study then takes {best.null.expected_length:.1f} {unit} on average, "
        f"{best.study_length:.1f} at most."
    )
