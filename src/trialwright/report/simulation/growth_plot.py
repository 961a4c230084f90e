"""A picture of a growth fit: the series with the population's band, and observed against fitted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trialwright.report.drawing import check_picture_path, render_picture
from trialwright.report.palette import CURVE, INK
from trialwright.simulate.growth_fit.growth_models import growth_model
from trialwright.simulate.growth_fit.likelihood import sobol_normals
from trialwright.whole import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from trialwright.simulate.growth_fit.growth_fit import GrowthFit
    from trialwright.simulate.growth_fit.growth_models import Floats
    from trialwright.simulate.growth_fit.lesion_series import LesionSeries

_SHADE, _LINE = "#5b93c7", "#8a94a0"  # of the band, of a lesion
_SIZE = 9.0, 4.2  # inches
_LOG2_PATIENTS = 11  # 2,048 evenly spread patients make the band


def write_growth(fit: GrowthFit, series: LesionSeries, path: str | Path) -> None:
    """Draw the series under the fitted population, and observed against fitted sizes.

    Left: each lesion's sizes; the median and the middle 90 % of the patients of the fitted
    population (of their curves, without the residual scatter), over the weeks in which at
    least one in fifty lesions is still measured. Right: each measured size against the
    lesion's own fitted curve.

    Parameters
    ----------
    fit : GrowthFit
        The fit.
    series : LesionSeries
        What it was fitted to.
    path : str or Path
        Its ending says what is written: ``.svg``, ``.png`` or ``.pdf``. The file is written whole
        or not at all, and the same fit gives the same bytes.

    Raises
    ------
    ExportError
        If the ending is another one, or the folder does not exist.
    """

    def paint(figure: Figure) -> None:
        figure.set_layout_engine("constrained")
        left, right = figure.subplots(1, 2, width_ratios=(3, 2))
        _paint_series(left, fit, series)
        _paint_agreement(right, fit, series)

    write_whole(Path(path), render_picture(check_picture_path(path), _SIZE, paint))


def population_band(fit: GrowthFit, weeks: Floats, *, share: float = 0.9) -> Floats:
    """Return lower limit, median and upper limit of the patients' true sizes at each week.

    Parameters
    ----------
    fit : GrowthFit
        The fitted population.
    weeks : ndarray, shape (k,)
        Weeks since the first dose.
    share : float
        Middle share of the patients, in (0, 1).

    Returns
    -------
    ndarray, shape (3, k)
        In mm; over evenly spread patients, not drawn ones.
    """
    model, population = growth_model(fit.model), fit.population
    z, _ = sobol_normals(model.varying, _LOG2_PATIENTS)
    covariance = population.patient_covariance + population.lesion_covariance
    own = population.mean[: model.varying] + z @ np.linalg.cholesky(covariance).T
    parameters = [own[:, k, None] for k in range(model.varying)]
    parameters += [np.asarray(fixed) for fixed in population.mean[model.varying :]]
    logs, _ = model.log_size(parameters, weeks)
    edge = (1 - share) / 2
    return np.asarray(np.exp(np.quantile(logs, [edge, 0.5, 1 - edge], axis=0)))


def _rows_of_lesions(fit: GrowthFit, series: LesionSeries) -> dict[tuple[str, str], list[int]]:
    rows: dict[tuple[str, str], list[int]] = {lesion: [] for lesion in fit.own}
    for row, lesion in enumerate(zip(series.patient, series.lesion, strict=True)):
        if lesion in rows and series.kind[row] != "missing":
            rows[lesion].append(row)
    return rows


def _paint_series(axes: Axes, fit: GrowthFit, series: LesionSeries) -> None:
    from matplotlib.collections import LineCollection

    rows = list(_rows_of_lesions(fit, series).values())
    shown = np.where(np.isnan(series.size_mm), fit.smallest_mm, series.size_mm)
    lines = []
    for of in rows:
        order = sorted(of, key=lambda row: series.week[row])
        lines.append(np.column_stack([series.week[order], shown[order]]))
    faint = float(np.clip(200 / len(lines), 0.15, 0.7))
    axes.add_collection(
        LineCollection(lines, colors=_LINE, linewidths=0.5, alpha=faint, rasterized=True)
    )
    last = np.sort([line[-1, 0] for line in lines])[::-1]
    weeks = np.linspace(0.0, float(last[len(last) // 50]), 120)
    low, middle, high = population_band(fit, weeks)
    axes.fill_between(
        weeks, low, high, color=_SHADE, alpha=0.3, linewidth=0, label="middle 90 % of the patients"
    )
    axes.plot(weeks, middle, color=CURVE, linewidth=1.8, label="median patient at each week")
    axes.axhline(fit.smallest_mm, color=INK, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.set(
        yscale="log",
        xlim=(float(series.week.min()), float(weeks[-1])),
        ylim=(fit.smallest_mm * 0.8, float(np.nanmax(series.size_mm)) * 1.2),
        xlabel="Weeks since the first dose",
        ylabel="Longest diameter, mm",
        title=f"{fit.counts.lesions:,} lesions; below the dashed line: too small or absent",
    )
    _write_mm(axes, both=False)
    axes.legend(frameon=False, loc="upper right")


def _paint_agreement(axes: Axes, fit: GrowthFit, series: LesionSeries) -> None:
    model = growth_model(fit.model)
    fixed = [np.asarray(value) for value in fit.population.mean[model.varying :]]
    fitted, seen = [], []
    for lesion, rows in _rows_of_lesions(fit, series).items():
        measured = [row for row in rows if series.kind[row] == "measured"]
        own = [np.asarray(value) for value in fit.own[lesion]]
        fitted.append(np.exp(model.log_size(own + fixed, series.week[measured])[0]))
        seen.append(series.size_mm[measured])
    x, y = np.concatenate(fitted), np.concatenate(seen)
    limits = (0.8 * float(min(x.min(), y.min())), 1.2 * float(max(x.max(), y.max())))
    faint = float(np.clip(600 / x.size, 0.12, 0.7))
    axes.plot(x, y, ".", color=CURVE, markersize=3, markeredgewidth=0, alpha=faint, rasterized=True)
    axes.plot(limits, limits, color=INK, linewidth=0.7)
    axes.set(
        xscale="log", yscale="log", xlim=limits, ylim=limits, aspect="equal",
        xlabel="Fitted to the lesion, mm", ylabel="Measured, mm",
        title=f"Residual log-SD {fit.population.sigma:.3f}",
    )  # fmt: skip
    _write_mm(axes, both=True)


def _write_mm(axes: Axes, *, both: bool) -> None:
    """Label logarithmic axes in plain millimetres."""
    for axis in (axes.xaxis, axes.yaxis) if both else (axes.yaxis,):
        axis.set_ticks([size for size in (1, 2, 5, 10, 20, 50, 100, 200) if _within(axis, size)])
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter("")


def _within(axis: Any, size: float) -> bool:
    low, high = axis.get_view_interval()
    return bool(low <= size <= high)
