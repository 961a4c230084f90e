"""A one-sample log-rank design in words: one stage, two stages, or several looks."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from trialwright.report.design.wording import Wording, say_chance, say_patients

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.design.log_rank import (
        LogRankDesign,
        LogRankLooks,
        LogRankSearch,
        LogRankSimulation,
        LogRankTrial,
        LogRankTwoStage,
        Simulated,
    )

WOOLSON = (
    "Woolson RF. Rank tests and a one-sample logrank test for comparing observed survival data to "
    "a standard population. Biometrics 1981;37:687-696."
)
WU_2014 = (
    "Wu J. A new one-sample log-rank test. Journal of Biometrics and Biostatistics 2014;5:210."
)
WU_2015 = (
    "Wu J. Sample size calculation for the one-sample log-rank test. Pharmaceutical Statistics "
    "2015;14:26-33."
)
KWAK_JUNG = (
    "Kwak M, Jung SH. Phase II clinical trials with time-to-event endpoints: optimal two-stage "
    "designs with one-sample log-rank test. Statistics in Medicine 2014;33:2004-2016."
)
WU_2020 = (
    "Wu J, Chen L, Wei J, Weiss H, Chauhan A. Two-stage phase II survival trial design. "
    "Pharmaceutical Statistics 2020;19:214-229."
)
BELIN = (
    "Belin L, De Rycke Y, Broet P. A two-stage design for phase II trials with time-to-event "
    "endpoint using restricted follow-up. Contemporary Clinical Trials Communications "
    "2017;8:127-134."
)
JENNISON_TURNBULL = (
    "Jennison C, Turnbull BW. Group Sequential Methods with Applications to Clinical Trials. "
    "Chapman & Hall/CRC 2000."
)
_STATISTIC = {
    "Wu": "(E - O) divided by the square root of (E + O)/2",
    "Woolson": "(E - O) divided by the square root of E",
}


def word_log_rank(
    design: LogRankDesign, simulated: Sequence[LogRankSimulation] = (), *, unit: str = "months"
) -> Wording:
    """Return the paragraphs of a one-stage design.

    Parameters
    ----------
    design : LogRankDesign
        The design.
    simulated : sequence of LogRankSimulation
        Simulations of it, under the null and the alternative hypothesis; may be empty.
    unit : str
        Of the times.
    """
    trial, sources = design.trial, _sources(design.trial, design.method, WU_2015)
    events = [design.expected_events(h) for h in (1.0, trial.hazard_ratio)]
    power = design.characteristics(trial.hazard_ratio).probability_declare_active
    protocol = (
        f"{_opening(design, unit)} Activity is declared if Z is above {design.final_bound:.3f}, a "
        f"one-sided type I error of {design.alpha:g}; a power of at least {design.power:g} is "
        f"asked for. {_accrual(design, unit, sources)} The analysis is {design.duration:.4g} "
        f"{unit} after the first entry, when {events[1]:.1f} events are expected under the "
        f"alternative and {events[0]:.1f} under the null hypothesis. "
        f"{_does(design, sources)}.{_simulated(simulated, unit)}"
    )
    grant = (
        f"{design.patients} patients, accrued over {design.accrual:.4g} {unit} and followed for "
        f"{trial.follow_up:g} {unit}, give a power of {say_chance(power, 3)} to detect a hazard "
        f"ratio of {trial.hazard_ratio:.4g} against {_curve(trial, unit)} with a one-sample "
        f"log-rank test at a one-sided level of {design.alpha:g}."
    )
    return Wording(protocol, grant, sources)


def word_log_rank_two_stage(
    found: LogRankSearch,
    design: LogRankTwoStage,
    simulated: Sequence[LogRankSimulation] = (),
    *,
    unit: str = "months",
) -> Wording:
    """Return the paragraphs of a two-stage design.

    Parameters
    ----------
    found : LogRankSearch
        What was searched.
    design : LogRankTwoStage
        The design that was chosen of it.
    simulated, unit
        As `word_log_rank` takes them.
    """
    trial, sources = found.trial, _sources(found.trial, design.method, WU_2015, KWAK_JUNG, WU_2020)
    null, alternative = (design.characteristics(h) for h in (1.0, trial.hazard_ratio))
    events = [design.expected_events(h) for h in (1.0, trial.hazard_ratio)]
    protocol = (
        f"{_opening(design, unit)} The design has two stages "
        f"{_cite(sources, KWAK_JUNG, WU_2020)}{_kind(found, design)}, with a one-sided type I "
        f"error of {found.alpha:g} and a power of at least {found.power:g}. "
        f"{_accrual(design, unit, sources)} The interim analysis is {design.interim_time:.4g} "
        f"{unit} after the first entry, when about {design.first_stage} patients have entered and "
        f"{events[0][0]:.1f} events are expected under the null hypothesis ({events[1][0]:.1f} "
        "under the alternative); accrual goes on meanwhile. The trial stops for futility if Z is "
        f"at most {design.interim_bound:.3f}. Otherwise it enrols {design.patients} patients in "
        f"all, and {design.duration:.4g} {unit} after the first entry, with {events[0][1]:.1f} "
        f"events expected under the null hypothesis ({events[1][1]:.1f} under the alternative), "
        f"activity is declared if Z is above {design.final_bound:.3f}. {_does(design, sources)}; "
        "the trial stops at the interim analysis with probability "
        f"{say_chance(null.probability_early_stop)} under the null and "
        f"{say_chance(alternative.probability_early_stop)} under the alternative hypothesis, "
        f"enrols {null.expected_patients:.1f} and {alternative.expected_patients:.1f} patients on "
        f"average, and lasts {null.expected_duration:.1f} and {alternative.expected_duration:.1f} "
        f"{unit} on average.{_simulated(simulated, unit)}"
    )
    grant = (
        f"A two-stage one-sample log-rank design tests a hazard ratio of {trial.hazard_ratio:.4g} "
        f"against {_curve(trial, unit)} with a one-sided level of {found.alpha:g} and a power of "
        f"{say_chance(alternative.probability_declare_active, 3)}. It enrols at most "
        f"{design.patients} patients in {design.accrual:.4g} {unit}, and stops for futility at "
        f"{design.interim_time:.4g} {unit} (about {design.first_stage} patients) with probability "
        f"{say_chance(null.probability_early_stop, 2)} if the treatment is of no interest, when it "
        f"enrols {null.expected_patients:.1f} on average."
    )
    return Wording(protocol, grant, sources)


def word_log_rank_looks(
    design: LogRankLooks, simulated: Sequence[LogRankSimulation] = (), *, unit: str = "months"
) -> Wording:
    """Return the paragraphs of a design with several looks.

    Parameters
    ----------
    design : LogRankLooks
        The design.
    simulated, unit
        As `word_log_rank` takes them.
    """
    trial, bounds = design.trial, design.bounds
    alternative = design.characteristics(trial.hazard_ratio)
    looks = "; ".join(
        f"{events:.1f} events (about {time:.4g} {unit}), Z above {value:.3f}"
        for events, time, value in zip(
            design.events, design.times, bounds.critical_values, strict=True
        )
    )
    sources = _sources(trial, design.method, WU_2015, JENNISON_TURNBULL)
    protocol = (
        f"{_opening(design, unit)} The trial is looked at {len(design.times)} times with "
        f"{bounds.bounds} critical values {_cite(sources, JENNISON_TURNBULL)}, which keep a "
        f"one-sided type I error of {bounds.alpha:g} over all looks; it stops and declares "
        f"activity at: {looks}. {_accrual(design, unit, sources)} One look would need "
        f"{say_patients(design.one_stage.patients)}. {_does(design, sources)} (at least "
        f"{design.power:g} is asked for); under the alternative hypothesis the trial stops before "
        f"the last look with probability {say_chance(alternative.probability_early_stop)}, enrols "
        f"{alternative.expected_patients:.1f} patients and lasts "
        f"{alternative.expected_duration:.1f} {unit} on average.{_simulated(simulated, unit)}"
    )
    grant = (
        f"A one-sample log-rank design with {len(design.times)} looks ({bounds.bounds}) tests a "
        f"hazard ratio of {trial.hazard_ratio:.4g} against {_curve(trial, unit)} with a one-sided "
        f"level of {bounds.alpha:g} and a power of "
        f"{say_chance(alternative.probability_declare_active, 3)}. It enrols at most "
        f"{design.patients} patients in {design.accrual:.4g} {unit}."
    )
    return Wording(protocol, grant, sources)


def _opening(design: LogRankDesign | LogRankTwoStage | LogRankLooks, unit: str) -> str:
    """Say the hypotheses and the test."""
    return (
        "The time to the event is compared with that of historical patients, whose curve is taken "
        f"as known ({_curve(design.trial, unit)}): null hypothesis, a hazard ratio of 1 against "
        f"them; alternative, a hazard ratio of {design.trial.hazard_ratio:.4g}. "
        f"{_test(design.method)}"
    )


def _does(design: LogRankDesign | LogRankTwoStage | LogRankLooks, sources: tuple[str, ...]) -> str:
    """Say type I error and power, without the full stop."""
    error, power = (
        say_chance(design.characteristics(h).probability_declare_active)
        for h in (1.0, design.trial.hazard_ratio)
    )
    return (
        f"In the normal approximation {_cite(sources, WU_2015)} the type I error is {error} and "
        f"the power {power}"
    )


def _curve(trial: LogRankTrial, unit: str) -> str:
    """Write the historical curve with its median in the unit of the times."""
    kind = str(trial.history).split(", median", maxsplit=1)[0]
    median = trial.history.median
    return kind if isnan(median) else f"{kind}, median {median:.4g} {unit}"


def _cite(sources: tuple[str, ...], *cited: str) -> str:
    return f"[{', '.join(str(sources.index(one) + 1) for one in cited)}]"


def _test(method: str) -> str:
    statistic = _STATISTIC["Wu" if method == "Wu" else "Woolson"]
    cited = "[1, 2]" if method == "Wu" else "[1]"
    return (
        f"The test is the one-sample log-rank test {cited}: O is the number of patients with the "
        "event, E the sum of the historical cumulative hazards at the patients' follow-up, and "
        f"Z is {statistic}."
    )


def _kind(found: LogRankSearch, design: LogRankTwoStage) -> str:
    if design == found.optimal:
        return " and the smallest expected number of patients under the null hypothesis (optimal)"
    if design == found.minimax:
        return " and the smallest number of patients at most (minimax)"
    return ""


def _accrual(
    design: LogRankDesign | LogRankTwoStage | LogRankLooks, unit: str, sources: tuple[str, ...]
) -> str:
    trial, patients, one = design.trial, design.patients, unit.removesuffix("s")
    pace = f" ({trial.rate:g} per {one})" if trial.rate is not None else ""
    after = (
        f"each is followed for {trial.follow_up:g} {unit} and no longer {_cite(sources, BELIN)}"
        if trial.restricted
        else f"the last is followed for {trial.follow_up:g} {unit}, the others until then"
    )
    return (
        f"{say_patients(patients)} enter{'s' if patients == 1 else ''} evenly over "
        f"{trial.accrual_of(patients):.4g} {unit}{pace}; {after}; nobody is assumed lost to "
        "follow-up."
    )


def _simulated(simulated: Sequence[LogRankSimulation], unit: str) -> str:
    """Say what simulation found, with its standard errors; no exact way exists."""
    if not simulated:
        return ""
    first = simulated[0]
    return (
        " The approximation was checked by simulation, as these chances cannot be computed "
        f"exactly ({first.trials} trials at each hazard ratio, seed {first.seed}; Monte Carlo "
        f"standard errors in brackets): {'; '.join(_simulated_once(s, unit) for s in simulated)}."
    )


def _simulated_once(one: LogRankSimulation, unit: str) -> str:
    declared = (
        f"at a hazard ratio of {one.hazard_ratio:.4g} activity is declared with probability "
        f"{_with_error(one.probability_declare_active, 4)}"
    )
    if not one.probability_early_stop.value:
        return declared
    return (
        f"{declared}, the trial stops early with probability "
        f"{_with_error(one.probability_early_stop, 4)}, enrols {_with_error(one.patients, 2)} "
        f"patients and lasts {_with_error(one.duration, 2)} {unit} on average"
    )


def _with_error(found: Simulated, digits: int) -> str:
    return f"{found.value:.{digits}f} ({found.standard_error:.{digits}f})"


def _sources(trial: LogRankTrial, method: str, *more: str) -> tuple[str, ...]:
    test = (WOOLSON, WU_2014) if method == "Wu" else (WOOLSON,)
    return (*test, *more, *((BELIN,) if trial.restricted else ()))
