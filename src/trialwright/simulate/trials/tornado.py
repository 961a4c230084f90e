"""Which assumptions and choices move a result most: one at a time, low and high, on one series.

Every setting is run on the same trial numbers with the same random numbers (Philox, one counter a
draw), so that a patient's draws are the same unless the setting changes what is drawn. The change
of a result is the mean of the differences trial by trial, and its standard error is that of those
differences. For a median, which has no value worth averaging in a small trial, the trials are cut
into groups and the differences are those of the groups' medians.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, nan
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from trialwright.errors import StudyError
from trialwright.simulate.trials.batches import has_declared, run_in_batches
from trialwright.simulate.trials.estimates import Asked, times_of
from trialwright.simulate.trials.machine import TrialMachine, without_looks
from trialwright.simulate.trials.measured import Measured, mean_of
from trialwright.simulate.trials.run import require_for_trials
from trialwright.simulate.trials.variations import Varied, value_of, vary_setting
from trialwright.stats.bulk.survival import ManyTimes, Wanted, estimate_many
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from trialwright.simulate.trials.batches import Trials
    from trialwright.simulate.trials.variations import Variation

    Floats = NDArray[np.float64]

Result = Literal["ORR", "median PFS", "declares activity", "patients enrolled"]
RESULTS: tuple[Result, ...] = get_args(Result)
_DECLARES: Result = "declares activity"
GROUPS = 20  # of trials, for the error of a median


@dataclass(frozen=True, slots=True)
class Effect:
    """A result at one value of what is varied.

    Parameters
    ----------
    value : float
        The result.
    change : Measured
        Its difference from the base, with the standard error of the paired differences.
    unpaired_error : float
        The standard error that the difference would have from two runs of other patients.
    """

    value: float
    change: Measured
    unpaired_error: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What one assumption or choice does to every result.

    Parameters
    ----------
    variation : Variation
        What is varied, and why so far.
    base, low, high : object
        The value of the base, and the two others.
    at_low, at_high : dict of str to Effect
        By result.
    """

    variation: Variation
    base: object
    low: object
    high: object
    at_low: dict[Result, Effect]
    at_high: dict[Result, Effect]

    def span(self, result: Result) -> float:
        """Return how far the result moves between the two values and the base."""
        changes = (0.0, self.at_low[result].change.value, self.at_high[result].change.value)
        known = [one for one in changes if one == one]  # noqa: PLR0124 - not nan
        return max(known) - min(known)


@dataclass(frozen=True, slots=True)
class Tornado:
    """What moves the results of a protocol.

    Parameters
    ----------
    scenario : str
        The base.
    trials, seed : int
        Trials of every setting.
    base : dict of str to Measured
        Each result that the study has in the base; one without a test has no chance to declare.
    bars : tuple of Bar
        In the order of the list that was varied.
    """

    scenario: str
    trials: int
    seed: int
    base: dict[Result, Measured]
    bars: tuple[Bar, ...]

    @property
    def results(self) -> tuple[Result, ...]:
        """The results that the study has."""
        return tuple(self.base)

    def sorted_by(self, result: Result) -> tuple[Bar, ...]:
        """Return the bars, the one that moves the result most first.

        Raises
        ------
        StudyError
            If the study has no such result; those that it has are listed.
        """
        if result not in self.base:
            msg = (
                f"the study has no test, so {result!r} is no result of it; name one of "
                f"{', '.join(self.results)}"
            )
            raise StudyError(msg)
        return tuple(sorted(self.bars, key=lambda bar: -bar.span(result)))

    def to_frame(self) -> pl.DataFrame:
        """Return one row a result, bar and value."""
        import polars as pl

        rows = [
            _row(self, bar, result, end)
            for result in self.results
            for bar in self.sorted_by(result)
            for end in ("low", "high")
        ]
        return pl.DataFrame(rows, infer_schema_length=None)


def find_what_matters(
    setting: Varied,
    variations: Sequence[Variation],
    trials: Trials,
    *,
    on_bar: Callable[[str], None] | None = None,
) -> Tornado:
    """Vary one assumption or choice at a time and measure what it does to the results.

    Parameters
    ----------
    setting : Varied
        Study and scenario that are the base.
    variations : sequence of Variation
        From ``read_variations``.
    trials : Trials
        Of every setting, 40 or more, so that each of the 20 groups of a median has two.
    on_bar : callable or None
        Called with the title of each variation before it is worked on.

    Returns
    -------
    Tornado
        ORR and median PFS are those of all patients of trials that no look stops; the chance to
        declare activity (left out of a study that has no test) and the patients enrolled are
        those of the trials as the study runs them.

    Raises
    ------
    StudyError
        If the study has a gap, or a value is not allowed; the message names the variation.
    ValueError
        If there are fewer than 40 trials.
    """
    if trials.count < 2 * GROUPS:
        msg = f"trials must be {2 * GROUPS} or more, not {trials.count}"
        raise ValueError(msg)
    require_for_trials(setting.study)
    # All of them before any is run: a slip in the last entry shows at once.
    both = [
        (vary_setting(setting, one, high=False), vary_setting(setting, one, high=True))
        for one in variations
    ]
    base = _see(setting, trials)
    bars = []
    for one, ((lower, low), (higher, high)) in zip(variations, both, strict=True):
        if on_bar is not None:
            on_bar(one.title)
        effects = [_effects(base, _see(each, trials)) for each in (lower, higher)]
        bars.append(Bar(one, value_of(setting, one), low, high, *effects))
    results = {name: base.measured(name) for name in base.results}
    return Tornado(setting.scenario.name, trials.count, trials.seed, results, tuple(bars))


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What is kept of a setting: results by trial, medians by group and of all."""

    results: tuple[Result, ...]
    by_trial: dict[Result, Floats]
    medians: Floats
    median: float

    def parts(self, result: Result) -> Floats:
        """Return the values whose mean is compared: by trial, or by group of trials."""
        return self.medians if result == "median PFS" else self.by_trial[result]

    def measured(self, result: Result) -> Measured:
        """Return the result; that of a median is of all patients, its error from the groups."""
        mean = mean_of(self.parts(result))
        return Measured(self.median, mean.standard_error) if result == "median PFS" else mean


def _see(setting: Varied, trials: Trials) -> _Seen:
    machine = TrialMachine.of(setting.study, setting.scenario, setting.counting)
    declared, enrolled, rate = [], [], []
    for _, outcomes in run_in_batches(machine, trials):
        declared.append(has_declared(outcomes, machine.conduct).astype(np.float64))
        enrolled.append(outcomes["enrolled"].astype(np.float64))
    asked = Asked.of(setting.study)
    times, events, sizes = [], [], []
    for _, outcomes in run_in_batches(without_looks(machine), trials):
        rate.append(outcomes["responders"] / outcomes["enrolled"])
        time, event, has_time = times_of(outcomes, "progression_free", asked)
        times.append(time)
        events.append(event)
        sizes.append(has_time.sum(axis=1))
    found: dict[Result, Floats] = {
        "ORR": np.concatenate(rate),
        _DECLARES: np.concatenate(declared),
        "patients enrolled": np.concatenate(enrolled),
    }
    results = RESULTS
    if machine.conduct.final_bound < 0:  # nan in a varied setting; of the base it is left out
        found[_DECLARES] = np.full(trials.count, nan)
        results = tuple(one for one in RESULTS if one != _DECLARES)
    every = np.concatenate(times), np.concatenate(events)
    medians, median = _medians(*every, np.concatenate(sizes))
    return _Seen(results, {name: read_only(one) for name, one in found.items()}, medians, median)


def _medians(
    time: Floats, event: NDArray[np.bool_], sizes: NDArray[np.int64]
) -> tuple[Floats, float]:
    """Return the median of each group of trials, and of all patients."""
    ends = [int(part.sum()) for part in np.array_split(sizes, GROUPS)]
    wanted = Wanted(p=0.5)
    found = []
    for start in (np.concatenate([[0], np.cumsum(ends)]), np.array([0, len(time)])):
        one = estimate_many(ManyTimes.of(time, event, start), wanted, compiled=True).quantile
        assert one is not None  # noqa: S101 - it was asked for
        found.append(one.value)
    return found[0], float(found[1][0])


def _effects(base: _Seen, seen: _Seen) -> dict[Result, Effect]:
    effects: dict[Result, Effect] = {}
    for result in base.results:
        before, after = base.measured(result), seen.measured(result)
        paired = mean_of(seen.parts(result) - base.parts(result)).standard_error
        change = Measured(after.value - before.value, paired)
        unpaired = hypot(before.standard_error, after.standard_error)
        effects[result] = Effect(after.value, change, unpaired)
    return effects


def _row(tornado: Tornado, bar: Bar, result: Result, end: str) -> dict[str, Any]:
    low = end == "low"
    effect = (bar.at_low if low else bar.at_high)[result]
    return {
        "scenario": tornado.scenario,
        "trials": tornado.trials,
        "seed": tornado.seed,
        "result": result,
        "base_result": tornado.base[result].value,
        "title": bar.variation.title,
        "kind": bar.variation.kind,
        "field": bar.variation.field,
        "base": str(bar.base),
        "end": end,
        "setting": str(bar.low if low else bar.high),
        "value": effect.value,
        "change": effect.change.value,
        "standard_error": effect.change.standard_error,
        "unpaired_error": effect.unpaired_error,
        "reason": bar.variation.reason,
    }
