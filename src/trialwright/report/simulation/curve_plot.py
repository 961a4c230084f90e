"""Operating characteristics over the true response rate: simulated points on the exact curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwright.report.design.curve_plot import paint_curves
from trialwright.report.design.panels import CurvePanel
from trialwright.report.design.simon_panels import rates_around
from trialwright.report.palette import GREY, INK
from trialwright.report.simulation.sheet import Part, Sheet, place_legend
from trialwright.simulate.trials.sweep import CONFIRMATION, LOOK, TOXICITY
from trialwright.stats.bulk.proportion import intervals_many
from trialwright.stats.checks import normal_quantile

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from trialwright.simulate.trials.sweep import Measured, Sweep

    Estimate = tuple[float, float, float]  # value, low, high

LEVEL = 0.95  # of the error bars
# Told apart by colour-blind readers, by shape and by dashes; as the curves of a design.
_DECLARE, _FUTILE, _TOXIC = "declare activity", "stop at the look", "stop for toxicity"
_TOXIC_COLOUR = "#17795e"  # no exact curve lends it one
_MARKS = {_DECLARE: "o", _FUTILE: "s", _TOXIC: "^"}
_STEPS = {
    LOOK: ("#0b4f8a", "o", "-", "look before all is known"),
    TOXICITY: ("#b8430a", "^", "--", "toxicity rule"),
    CONFIRMATION: ("#17795e", "s", "-.", "confirmation"),
}


def curve_sheet(sweep: Sweep) -> Sheet:
    """Return the picture of a sweep: chances, patients, and what each step of practice costs.

    Parameters
    ----------
    sweep : Sweep
        From ``simulate.trials.sweep.sweep_rates``.
    """
    title = f"Operating characteristics of {sweep.design}, simulated and exact"
    costs = "Cost of practice in chance to declare activity"
    parts = (
        Part(title, lambda axes: _paint_chances(axes, sweep), 3.0, above=0.45),
        Part("Patients enrolled, mean", lambda axes: _paint_patients(axes, sweep), 1.8, above=0.1),
        Part(costs, lambda axes: _paint_costs(axes, sweep), 2.1, above=0.25),
    )
    return Sheet("simulated-curve", title, parts, _caption(sweep), _describe(sweep))


def _caption(sweep: Sweep) -> str:
    return (
        f"Lines: the design alone, exact, every response known at once. Marks: {sweep.trials:,} "
        f"trials at each rate as the study file runs them, seed {sweep.seed}; the patients are "
        f"those of {sweep.scenario} with their shrinkage moved until the rate is reached by the "
        f"study's own rules. Bars: {100 * LEVEL:g} % Monte Carlo interval, of the rate too. Costs "
        "are differences between the same trials with and without a step: a look held on its day "
        "although responses may still come; the toxicity rule; confirmation, against counting "
        "every response."
    )


def _describe(sweep: Sweep) -> str:
    said = (
        f"true rate {100 * one.rate.value:.1f} %: declares activity in "
        f"{100 * one.declared.value:.1f} % of trials (design alone "
        f"{100 * one.exact.probability_declare_active:.1f} %), stops at the look in "
        f"{100 * one.futile.value:.1f} %, for toxicity in {100 * one.toxic.value:.1f} %, "
        f"{one.patients.value:.1f} patients"
        for one in sweep.points
    )
    return "Operating characteristics by simulation. " + "; ".join(said) + "."


def _exact(sweep: Sweep, *, patients: bool) -> CurvePanel:
    """Return the exact curves over the rates around the hypotheses and the simulated ones."""
    beyond = max(one.rate.value for one in sweep.points) - sweep.p1
    rate = rates_around(sweep.p0, sweep.p1)
    if beyond > rate[-1] - sweep.p1:
        rate = rates_around(sweep.p1 - beyond, sweep.p1)
    found = sweep.design.boundaries.characteristics(rate)
    marks = {"p0": sweep.p0, "p1": sweep.p1}
    if patients:
        return CurvePanel(
            rate, {"patients": found.expected_patients}, marks, value_name="patients enrolled"
        )
    return CurvePanel(
        rate, {_DECLARE: found.probability_high, _FUTILE: found.probability_early_stop}, marks
    )


def _paint_chances(axes: Axes, sweep: Sweep) -> None:
    paint_curves(axes, _exact(sweep, patients=False))
    exact = dict(zip((_DECLARE, _FUTILE), axes.lines, strict=False))
    handles = []
    for name, mark in _MARKS.items():
        line = exact.get(name)
        colour = _TOXIC_COLOUR if line is None else str(line.get_color())
        _paint_points(axes, sweep, _chances(sweep, name), (colour, mark))
        handles.append(
            _handle(colour, mark, "none" if line is None else line.get_linestyle(), name)
        )
    place_legend(axes, handles, inches_above=0.25)


def _chances(sweep: Sweep, name: str) -> list[Estimate]:
    """Return chances with Wilson's interval, which has a width where nothing happened too."""
    shares = [
        {_DECLARE: one.declared, _FUTILE: one.futile, _TOXIC: one.toxic}[name].value
        for one in sweep.points
    ]
    times = [round(share * sweep.trials) for share in shares]
    size = [sweep.trials] * len(times)
    found = intervals_many(times, size, level=LEVEL, method="Wilson")
    return list(zip(shares, found.low.tolist(), found.high.tolist(), strict=True))


def _with_error(one: Measured, *, scale: float = 1.0) -> Estimate:
    """Return a value with its normal interval."""
    half = normal_quantile(LEVEL) * one.standard_error
    return scale * one.value, scale * (one.value - half), scale * (one.value + half)


def _paint_patients(axes: Axes, sweep: Sweep) -> None:
    paint_curves(axes, _exact(sweep, patients=True))
    values = [_with_error(one.patients) for one in sweep.points]
    _paint_points(axes, sweep, values, (str(axes.lines[0].get_color()), "o"))
    top = 1.08 * sweep.design.total
    axes.set_ylim(0, top)
    for text in axes.texts:  # the names of p0 and p1 stand above axes that end at 1
        text.set_y(1.01 * top)
    legend = axes.get_legend()
    if legend is not None:
        legend.remove()  # one line: the title names it


def _paint_costs(axes: Axes, sweep: Sweep) -> None:
    panel = _exact(sweep, patients=False)
    axes.set(xlim=(min(panel.rate), max(panel.rate)))
    axes.set_xlabel(panel.rate_name.capitalize())
    axes.set_ylabel("Percentage points")
    axes.axhline(0, color=INK, linewidth=0.8)
    for rate in (sweep.p0, sweep.p1):
        axes.axvline(rate, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0.5)
    axes.grid(axis="y")
    handles = []
    for name in sweep.points[0].costs:
        colour, mark, dashes, words = _STEPS[name]
        values = [_with_error(one.costs[name], scale=100) for one in sweep.points]
        axes.plot(
            [one.rate.value for one in sweep.points], [value for value, _, _ in values],
            color=colour, linestyle=dashes, linewidth=1.0,
        )  # fmt: skip
        _paint_points(axes, sweep, values, (colour, mark))
        handles.append(_handle(colour, mark, dashes, words))
    place_legend(axes, handles, inches_above=0.06)


def _paint_points(axes: Axes, sweep: Sweep, values: list[Estimate], look: tuple[str, str]) -> None:
    """Paint values with their errors at the rates that were reached; colour and mark."""
    colour, mark = look
    z = normal_quantile(LEVEL)
    axes.errorbar(
        [one.rate.value for one in sweep.points],
        [value for value, _, _ in values],
        xerr=[z * one.rate.standard_error for one in sweep.points],
        yerr=[[max(v - low, 0.0) for v, low, _ in values],
              [max(high - v, 0.0) for v, _, high in values]],
        fmt=mark, color=colour, markersize=4.5, markeredgewidth=1.0, markerfacecolor="white",
        elinewidth=1.0, capsize=2.0, zorder=3,
    )  # fmt: skip


def _handle(colour: str, mark: str, dashes: Any, words: str) -> Artist:
    from matplotlib.lines import Line2D

    return Line2D(
        [], [], color=colour, marker=mark, linestyle=dashes, linewidth=1.4, markersize=4.5,
        markerfacecolor="white", label=words,
    )  # fmt: skip
