"""Operating characteristics over the true response rate, and what the trial's practice costs.

Simon's table takes a response for a coin that is read at once. A trial waits at its look, asks for
a second scan, and stops for toxicity. Each step from the table to the trial is simulated with the
same patients, so that the differences are far better known than the chances themselves.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.design.two_stage import OperatingCharacteristics, TwoStageDesign
from trialwright.errors import StudyError
from trialwright.simulate.conduct import STOPPED_FOR_FUTILITY, STOPPED_FOR_TOXICITY
from trialwright.simulate.trials.batches import Trials, has_declared, run_in_batches
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.simulate.trials.measured import Chance, Measured, mean_of
from trialwright.simulate.trials.response_rate import fit_response_rate
from trialwright.simulate.trials.run import require_for_trials
from trialwright.study.counting import OF_THE_STUDY
from trialwright.study.vary import vary_study

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from trialwright.simulate.conduct import Conduct
    from trialwright.simulate.scenario import Scenario
    from trialwright.study.model import Study

    Floats = NDArray[np.float64]

_PATIENTS_OF_FIT = 6_000  # a rate that is near the wanted one will do: the reached one is shown
_CONFIRMATION = "response.confirmation_required"

__all__ = [
    "CONFIRMATION",
    "LOOK",
    "TOXICITY",
    "Measured",
    "Sweep",
    "SweepPoint",
    "rates_to_show",
    "sweep_rates",
]
LOOK, TOXICITY, CONFIRMATION = "look", "toxicity rule", "confirmation"  # names of costs


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """What the protocol does at one true response rate.

    Parameters
    ----------
    wanted : float
        Response rate that was asked for.
    rate : Chance
        Response rate of the patients, by the study's own rules, drawn apart from the trials.
    ks_median_per_week : float
        Median shrinkage that gives it; the rest of the scenario is that of the sweep.
    declared, futile, toxic : Chance
        Share of trials that declare activity, stop at the look after stage 1, stop for toxicity.
    patients : Measured
        Patients enrolled, mean.
    exact : design.two_stage.OperatingCharacteristics
        Of the design alone at ``rate``.
    costs : dict of str to Measured
        Change of the chance to declare activity by each step from the design alone to the trial:
        the look is held on its day although responses may still come; then the toxicity rule.
        And, if the study asks for it, by confirmation, against the same trial counting every
        response. Differences of the same trials.
    """

    wanted: float
    rate: Chance
    ks_median_per_week: float
    declared: Chance
    futile: Chance
    toxic: Chance
    patients: Measured
    exact: OperatingCharacteristics
    costs: dict[str, Measured]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Operating characteristics of a protocol over true response rates.

    Parameters
    ----------
    scenario : str
        Whose shrinkage was moved.
    design : TwoStageDesign
        The study's rule.
    p0, p1 : float
        Its hypotheses.
    trials, seed : int
        Trials at each rate, and the series they come from.
    points : tuple of SweepPoint
        By ascending rate.
    """

    scenario: str
    design: TwoStageDesign
    p0: float
    p1: float
    trials: int
    seed: int
    points: tuple[SweepPoint, ...]

    def to_frame(self) -> pl.DataFrame:
        """Return one row a rate, every number with its standard error."""
        import polars as pl

        return pl.DataFrame([_row(self, one) for one in self.points])


def sweep_rates(
    study: Study,
    scenario: Scenario,
    trials: Trials,
    *,
    rates: Sequence[float] = (),
    on_rate: Callable[[float], None] | None = None,
) -> Sweep:
    """Simulate a study at several true response rates.

    Parameters
    ----------
    study : Study
        The protocol, with a two-stage design.
    scenario : Scenario
        The virtual patients; each rate is reached by moving their median shrinkage.
    trials : Trials
        Trials at each rate. Each rate has trials of its own, the second those behind the first, so
        that two points of the curve do not err together.
    rates : sequence of float
        True response rates, in (0, 1); empty: `rates_to_show`.
    on_rate : callable or None
        Called with each rate before it is worked on.

    Raises
    ------
    StudyError
        If the study has no two-stage design or a gap, or a rate cannot be reached by shrinkage
        alone; the message says how far it reaches.
    ValueError
        If a rate lies outside (0, 1).

    Notes
    -----
    Oracle: with a look that waits for every response and without the toxicity rule the simulated
    chances are those of the design, within Monte Carlo error (tests/unit/simulate/test_sweep.py).
    """
    require_for_trials(study)
    design = study.design
    if design.kind.require() != "two_stage":
        kind = design.kind.require()
        msg = f"design.kind is {kind!r}, so nothing is declared; a curve needs 'two_stage'"
        raise StudyError(msg)
    p0, p1 = design.null_response_rate.require(), design.alternative_response_rate.require()
    points = []
    for number, rate in enumerate(sorted(rates or rates_to_show(p0, p1))):
        if on_rate is not None:
            on_rate(rate)
        run = _Run(study, trials, number * trials.count)
        points.append(_point(run, scenario, rate))
    rule = _design_of(TrialMachine.of(study, scenario, OF_THE_STUDY).conduct)
    return Sweep(scenario.name, rule, p0, p1, trials.count, trials.seed, tuple(points))


def rates_to_show(p0: float, p1: float) -> tuple[float, ...]:
    """Return half of p0, p0 to p1 in four steps, and one step more.

    Examples
    --------
    >>> rates_to_show(0.10, 0.30)
    (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35)
    """
    step = (p1 - p0) / 4
    found = [p0 / 2, *(p0 + step * k for k in range(6))]
    return tuple(round(rate, 6) for rate in found if rate < 1)


def _design_of(conduct: Conduct) -> TwoStageDesign:
    return TwoStageDesign(
        conduct.first_stage_patients,
        conduct.first_stage_bound,
        conduct.patients,
        conduct.final_bound,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """The trials of one rate."""

    study: Study
    trials: Trials
    first: int

    def decisions(self, machine: TrialMachine) -> tuple[Floats, Floats, Floats, Floats]:
        """Return by trial: whether it declared, stopped at the look, for toxicity; its patients."""
        parts = []
        for _, outcomes in run_in_batches(machine, self.trials, first=self.first):
            ended = outcomes["ended"]
            columns = (
                has_declared(outcomes, machine.conduct),
                ended == STOPPED_FOR_FUTILITY,
                ended == STOPPED_FOR_TOXICITY,
                outcomes["enrolled"],
            )
            parts.append(np.array(columns, np.float64))
        declared, futile, toxic, enrolled = np.concatenate(parts, axis=1)
        return declared, futile, toxic, enrolled


def _point(run: _Run, scenario: Scenario, rate: float) -> SweepPoint:
    study, trials = run.study, run.trials
    fit = fit_response_rate(
        study,
        scenario,
        rate,
        seed=trials.seed,
        patients=_PATIENTS_OF_FIT,
        threads=trials.threads,
    )
    machine = TrialMachine.of(study, fit.scenario, OF_THE_STUDY)
    declared, futile, toxic, enrolled = run.decisions(machine)
    return SweepPoint(
        wanted=rate,
        rate=fit.rate,
        ks_median_per_week=fit.ks_median_per_week,
        declared=Chance.of(int(declared.sum()), trials.count),
        futile=Chance.of(int(futile.sum()), trials.count),
        toxic=Chance.of(int(toxic.sum()), trials.count),
        patients=mean_of(enrolled),
        exact=_design_of(machine.conduct).operating_characteristics(fit.reached),
        costs=_costs(run, fit.scenario, declared),
    )


def textbook_of(machine: TrialMachine) -> TrialMachine:
    """Return the machine for trials as Simon's table sees them.

    The look waits until every patient of stage 1 can respond no more, and nothing but responses
    stops the trial.
    """
    return without_toxicity_rule(replace(machine, conduct=machine.conduct._replace(look_days=inf)))


def without_toxicity_rule(machine: TrialMachine) -> TrialMachine:
    """Return the machine for trials that toxicity never stops."""
    never = without_looks(machine).conduct.toxicity_looks
    return replace(machine, conduct=machine.conduct._replace(toxicity_looks=never))


def _costs(run: _Run, scenario: Scenario, declared: Floats) -> dict[str, Measured]:
    machine = TrialMachine.of(run.study, scenario, OF_THE_STUDY)
    textbook = run.decisions(textbook_of(machine))[0]
    no_toxicity = run.decisions(without_toxicity_rule(machine))[0]
    costs = {LOOK: mean_of(no_toxicity - textbook), TOXICITY: mean_of(declared - no_toxicity)}
    if run.study.response.confirmation_required.require():
        every = vary_study(run.study, {_CONFIRMATION: False}, basis="what confirmation costs")
        counted = run.decisions(TrialMachine.of(every, scenario, OF_THE_STUDY))[0]
        costs[CONFIRMATION] = mean_of(declared - counted)
    return costs


def _row(sweep: Sweep, one: SweepPoint) -> dict[str, Any]:
    row: dict[str, Any] = {
        "scenario": sweep.scenario,
        "trials": sweep.trials,
        "seed": sweep.seed,
        "wanted_rate": one.wanted,
    }
    simulated: dict[str, Any] = {
        "rate": one.rate,
        "declared": one.declared,
        "futile": one.futile,
        "toxic": one.toxic,
        "patients": one.patients,
        **{f"cost_of_{name.replace(' ', '_')}": cost for name, cost in one.costs.items()},
    }
    for name, value in simulated.items():
        row |= {name: value.value, f"{name}_standard_error": value.standard_error}
    exact = {f"exact_{name}": value for name, value in asdict(one.exact).items() if name != "rate"}
    return row | {"ks_median_per_week": one.ks_median_per_week} | exact
