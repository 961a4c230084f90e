"""What one trial may show: bands of Kaplan-Meier curves and of waterfalls over many trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.report.drawing import show_axis_percent
from trialwright.report.palette import CURVE, GREY, INK
from trialwright.report.simulation.sheet import Part, Sheet, inches_of, place_legend
from trialwright.response.recist import GROWTH, SHRINKAGE
from trialwright.simulate.trials.fans import LEVELS, PROBABILITIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from trialwright.simulate.trials.fans import Fans, SurvivalFan, WaterfallFan

_SHADES = ("#8fb3d6", "#b6cee5", "#dde9f3")  # of the bands, the narrowest first
_REFERENCE = "#b8430a"
_NAMES = {"PFS": "Progression-free survival", "OS": "Overall survival"}
_MIDDLE = len(PROBABILITIES) // 2
_CAP = 100.0  # %, as in the waterfall of a trial
_THIN = 0.003  # of the height of the axes: smaller steps of a band's edge are not drawn
_WIDEST = 0, len(PROBABILITIES) - 1


def fan_sheet(fans: Fans) -> Sheet:
    """Return the picture of fans: curves of PFS and OS with patients at risk, and the waterfall.

    Parameters
    ----------
    fans : Fans
        From ``simulate.trials.fans.draw_fans``.
    """
    curves = [_curve_part(one, fans.patients) for one in fans.survival]
    fall = Part(
        "Waterfall: deepest change of the sum of target diameters",
        lambda axes: _paint_waterfall(axes, fans), 2.7, above=0.2,
    )  # fmt: skip
    title = f"What one trial of {fans.patients} patients may show: {fans.scenario}"
    return Sheet("fans", title, (*curves, fall), _caption(fans), _describe(fans))


def _curve_part(fan: SurvivalFan, patients: int) -> Part:
    title = f"{_NAMES[fan.endpoint]} in one trial of {patients} patients"
    return Part(title, lambda axes: _paint_curve(axes, fan), 2.3, left=1.0, below=0.95, above=0.2)


def _caption(fans: Fans) -> str:
    return (
        f"{fans.trials:,} trials of {fans.patients} patients, all enrolled, in {fans.scenario}, "
        f"seed {fans.seed}. Bands hold the middle {_levels()} of the trials at each time or rank, "
        f"not whole curves. Dashed: {fans.reference_patients:,} patients of the scenario, read by "
        "the same rules. At risk: median of the trials, and 95 % of them. Waterfall: patients from "
        f"the worst to the deepest change; lines at +{100 * GROWTH:.0f} % and "
        f"−{100 * SHRINKAGE:.0f} %. Patients without a sum after baseline "
        f"({_count(fans.waterfall.without_sum)} a trial) stand at the left, above the axis."
    )


def _levels() -> str:
    *most, last = (f"{100 * level:g}" for level in LEVELS)
    return f"{', '.join(most)} and {last} %"


def _count(counts: tuple[int, ...]) -> str:
    low, high = (counts[end] for end in _WIDEST)
    return f"median {counts[_MIDDLE]}, 95 %: {low} to {high}"


def _describe(fans: Fans) -> str:
    words = []
    for fan in fans.survival:
        for month in (6, 12):
            at = int(np.searchsorted(fan.month, month, side="right")) - 1
            if fan.month[-1] >= month:
                low, middle, high = (100 * fan.quantiles[i, at] for i in (0, _MIDDLE, -1))
                words.append(
                    f"{fan.endpoint} at {month} months: median of the trials {middle:.0f} %, 95 % "
                    f"of them {low:.0f} to {high:.0f} %"
                )
    shrunk = f"patients with a fall of 30 % or more: {_count(fans.waterfall.shrunk)}"
    responders = f"responders: {_count(fans.waterfall.responders)}"
    return "Fans of simulated trials. " + "; ".join([*words, shrunk, responders]) + "."


def _paint_bands(
    axes: Axes, x: NDArray[np.float64], values: NDArray[np.float64], *, height: float
) -> None:
    """Paint the bands, the widest behind, and the median; values hold from x to the next."""
    pairs = [(_MIDDLE - 1 - i, _MIDDLE + 1 + i) for i in range(len(LEVELS))]
    for (low, high), level, shade in reversed(list(zip(pairs, LEVELS, _SHADES, strict=True))):
        at = _steps(values[[low, high]], height)
        axes.fill_between(
            x[at], values[low][at], values[high][at], step="post", color=shade, linewidth=0,
            label=f"{100 * level:g} % of trials",
        )  # fmt: skip
    axes.step(x, values[_MIDDLE], where="post", color=CURVE, linewidth=1.4, label="median")


def _steps(values: NDArray[np.float64], height: float) -> NDArray[np.int64]:
    """Return where any of the rows has stepped by more than a thin line, and both ends."""
    kept = [0]
    for at in range(1, values.shape[1] - 1):
        if (np.abs(values[:, at] - values[:, kept[-1]]) > _THIN * height).any():
            kept.append(at)
    return np.array([*kept, values.shape[1] - 1])


def _paint_curve(axes: Axes, fan: SurvivalFan) -> None:
    _paint_bands(axes, fan.month, fan.quantiles, height=1.0)
    axes.step(
        fan.month, fan.reference, where="post", color=_REFERENCE, linewidth=1.2,
        linestyle=(0, (5, 2)), label="scenario",
    )  # fmt: skip
    axes.set(xlim=(0, 1.01 * fan.month[-1]), ylim=(0, 1.02))
    axes.set_xticks(fan.tick)
    axes.set_yticks(np.linspace(0, 1, 6))
    axes.set_xlabel("Months")
    axes.set_ylabel("Event-free share")
    _write_at_risk(axes, fan)
    place_legend(axes, axes.get_legend_handles_labels()[0], inches_above=0.08)


def _write_at_risk(axes: Axes, fan: SurvivalFan) -> None:
    inch = 1 / inches_of(axes)[1]
    place = axes.get_xaxis_transform()
    low, high = _WIDEST
    rows = {
        "At risk": [str(count) for count in fan.at_risk[_MIDDLE]],
        "95 %": [f"{a}–{b}" if a != b else str(a) for a, b in
                 zip(fan.at_risk[low], fan.at_risk[high], strict=True)],
    }  # fmt: skip
    for number, (words, cells) in enumerate(rows.items()):
        y = -(0.56 + 0.17 * number) * inch
        axes.text(-0.045, y, words, transform=axes.transAxes, ha="right", va="center", color=GREY)
        for tick, cell in zip(fan.tick, cells, strict=True):
            axes.text(tick, y, cell, transform=place, ha="center", va="center", fontsize=7)


def _paint_waterfall(axes: Axes, fans: Fans) -> None:
    fall, patients = fans.waterfall, fans.patients
    edges = np.arange(0.5, patients + 1)  # each rank from half before to half behind its number
    _paint_bands(axes, edges, _in_percent(fall.quantiles), height=2 * _CAP)
    axes.step(
        edges, _in_percent(fall.reference[None])[0], where="post", color=_REFERENCE, linewidth=1.2,
        linestyle=(0, (5, 2)), label="scenario",
    )  # fmt: skip
    for level in (100 * GROWTH, -100 * SHRINKAGE):
        axes.axhline(level, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1.5)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.set(xlim=(0.5, patients + 0.5), ylim=(-_CAP - 2, _CAP))
    axes.set_xlabel("Patient, from the worst to the deepest change")
    axes.set_ylabel("Deepest change from baseline, %")
    axes.yaxis.set_major_formatter(show_axis_percent)
    axes.locator_params(axis="x", integer=True)
    axes.text(
        0.985, 0.96, _say_counts(fall), transform=axes.transAxes, ha="right", va="top",
        linespacing=1.5,
    )  # fmt: skip
    place_legend(axes, axes.get_legend_handles_labels()[0], inches_above=0.08)


def _in_percent(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return changes in per cent, no sum above the axis, the last one repeated to its edge."""
    percent = np.minimum(100 * values, 2 * _CAP)
    return np.concatenate([percent, percent[:, -1:]], axis=1)


def _say_counts(fall: WaterfallFan) -> str:
    return (
        f"−{100 * SHRINKAGE:.0f} % or deeper at one scan: {_count(fall.shrunk)}\n"
        f"responders by the study's rules: {_count(fall.responders)}"
    )
