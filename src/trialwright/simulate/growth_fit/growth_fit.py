"""A fitted population of growth curves: estimates, intervals, and lines for a scenario file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import log, nan, sqrt
from typing import TYPE_CHECKING, Literal

import numpy as np

from trialwright.simulate.growth_fit.growth_models import GrowthModel, GrowthModelName, growth_model
from trialwright.simulate.growth_fit.population import Population

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from trialwright.simulate.growth_fit.growth_models import Floats

_STEP = 1e-6  # of the numerical derivative of an estimate by the fitted vector
Scale = Literal["log", "logit", "fisher z"]


@dataclass(frozen=True, slots=True)
class SeriesCounts:
    """What went into a fit and what did not: every row of the series is in one count.

    Parameters
    ----------
    rows : int
        Rows of the series; the sum of the next seven counts.
    missing : int
        Not evaluable, blank, or refused by the reader: no information.
    repeated : int
        Equal to another row of the lesion and day; used once.
    in_short_series : int
        In lesions with too few sizes.
    measured, too_small, absent : int
        Used; the last two as lying below the limit.
    patients, lesions : int
        Used.
    lesions_left_out : int
        With too few sizes.
    """

    rows: int
    missing: int
    repeated: int
    in_short_series: int
    measured: int
    too_small: int
    absent: int
    patients: int
    lesions: int
    lesions_left_out: int


@dataclass(frozen=True, slots=True)
class GrowthEstimate:
    """One estimate with its standard error and two-sided interval.

    Parameters
    ----------
    name : str
        ``kg_per_week``, ``kg_patient_log_sd``, ``kg_ks_patient_correlation``, ...
    words : str
        What it means.
    value, standard_error, low, high : float
        The estimate, its error from the observed information by the delta method, and limits
        made on the scale of the fit; nan where not estimable.
    level : float
        Two-sided confidence level.
    """

    name: str
    words: str
    value: float
    standard_error: float
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class GrowthFit:
    """A population of growth curves fitted to the sizes of lesions.

    Parameters
    ----------
    model : str
        The growth model.
    population : Population
        The estimate, on the scale of the fit.
    variance : ndarray
        Its variance: inverse of the observed information; nan where that is not positive.
    log_likelihood : float
        Of the logarithms of the sizes.
    counts : SeriesCounts
        What was used and what was not.
    smallest_mm : float
        Limit below which too small and absent lesions lie.
    steps : int
        Steps of the climb.
    own : mapping
        From (patient, lesion) to the lesion's own varying parameters, posterior means on the
        scale of the fit.
    source : str
        Where the sizes came from.
    warnings : tuple of str
        What a reader must know before use, each with a mend.
    """

    model: GrowthModelName
    population: Population
    variance: Floats
    log_likelihood: float
    counts: SeriesCounts
    smallest_mm: float
    steps: int
    own: Mapping[tuple[str, str], tuple[float, ...]]
    source: str
    warnings: tuple[str, ...] = ()

    @property
    def parameters(self) -> int:
        """Number of fitted parameters."""
        return int(self.population.vector.size)

    @property
    def aic(self) -> float:
        """Akaike's criterion; smaller is better among fits to the same rows."""
        return 2 * self.parameters - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, with the number of patients as the sample size."""
        return log(self.counts.patients) * self.parameters - 2 * self.log_likelihood

    def estimates(self, *, level: float = 0.95) -> tuple[GrowthEstimate, ...]:
        """Return medians, log-SDs, correlations and the residual log-SD, in that order.

        Parameters
        ----------
        level : float
            Two-sided confidence level, in (0, 1).

        Raises
        ------
        ValueError
            If the level is not in (0, 1).
        """
        if not 0 < level < 1:
            msg = f"level must lie between 0 and 1, not {level}"
            raise ValueError(msg)
        model = growth_model(self.model)
        values = _reported(model, self.population)
        slopes = np.array(
            [
                [up[1] - down[1] for up, down in zip(*ends, strict=True)]
                for ends in self._moved_reports(model)
            ]
        ) / (2 * _STEP)
        return tuple(
            self._estimate(one, float(slopes[:, place] @ self.variance @ slopes[:, place]), level)
            for place, one in enumerate(values)
        )

    def estimate(self, name: str, *, level: float = 0.95) -> GrowthEstimate:
        """Return one estimate by its name.

        Raises
        ------
        KeyError
            If the model has none of that name.
        """
        found = {one.name: one for one in self.estimates(level=level)}
        if name not in found:
            msg = f"{name!r} is not an estimate of this fit; it has {', '.join(found)}"
            raise KeyError(msg)
        return found[name]

    def to_frame(self, *, level: float = 0.95) -> pl.DataFrame:
        """Return the estimates as a table, one row each."""
        import polars as pl

        return pl.DataFrame([asdict(one) for one in self.estimates(level=level)])

    def to_scenario_lines(self) -> str:
        """Write the lines of a scenario file, each number with its source.

        Sections ``[growth]`` and, where the covariance is full, ``[correlations]``. A series
        of one lesion a patient cannot tell lesions from patients: set the log-SDs of organs
        and lesions to 0 beside these lines, or they count twice.
        """
        found = {one.name: one for one in self.estimates()}
        note = "" if self.population.levels.lesions else _ONE_LESION
        sections = []
        for section, keys in _SCENARIO_KEYS.items():
            lines = [
                self._scenario_line(key, found[name], note if "patient" in name else "")
                for key, names in keys.items()
                for name in names
                if name in found
            ]
            if section == "growth":
                source = f"growth model of the fit to {self._where()}"
                lines.insert(0, f'model = {{ value = "{self.model}", source = "{source}" }}')
            sections += [f"[{section}]", *lines, ""] if lines else []
        return "\n".join(sections)

    def _where(self) -> str:
        return self.source.replace("\\", "/").replace('"', "'")

    def _scenario_line(self, key: str, one: GrowthEstimate, note: str) -> str:
        counts = self.counts
        source = (
            f"trialwright simulate growth, {self._where()}: {counts.lesions} lesions of "
            f"{counts.patients} patients, {100 * one.level:g} % CI {one.low:.4g} to "
            f"{one.high:.4g}{note}"
        )
        return f'{key} = {{ value = {float(f"{one.value:.4g}")}, source = "{source}" }}'

    def _moved_reports(self, model: GrowthModel) -> list[tuple[list[_Line], list[_Line]]]:
        def moved(place: int, by: float) -> list[_Line]:
            vector = self.population.vector.copy()
            vector[place] += by
            return _reported(model, Population(vector, self.population.levels))

        return [(moved(place, _STEP), moved(place, -_STEP)) for place in range(self.parameters)]

    def _estimate(self, line: _Line, variance: float, level: float) -> GrowthEstimate:
        from scipy.special import ndtri

        name, at, scale, words = line
        value, slope = _restore(at, scale)
        error = sqrt(variance) if variance >= 0 else nan  # nan stays nan
        half = float(ndtri(0.5 + level / 2)) * error
        low, high = (_restore(at + side * half, scale)[0] for side in (-1, 1))
        return GrowthEstimate(name, words, value, slope * error, low, high, level)


_Line = tuple[str, float, Scale, str]

_ONE_LESION = "; one lesion a patient: holds what varies between lesions as well"
# Key of a scenario: the estimate of that meaning, whatever the model calls it.
_SCENARIO_KEYS: dict[str, dict[str, tuple[str, ...]]] = {
    "growth": {
        "kg_median_per_week": ("kg_per_week",),
        "ks_median_per_week": ("ks_per_week", "kill_per_week"),
        "sensitive_fraction": ("shrinking_share",),
        "resistance_per_week": ("fading_per_week",),
        "linear_growth_mm_per_week": ("growth_mm_per_week",),
        "kg_patient_log_sd": ("kg_patient_log_sd", "growth_patient_log_sd"),
        "ks_patient_log_sd": ("ks_patient_log_sd", "kill_patient_log_sd"),
        "kg_lesion_log_sd": ("kg_lesion_log_sd", "growth_lesion_log_sd"),
        "ks_lesion_log_sd": ("ks_lesion_log_sd", "kill_lesion_log_sd"),
    },
    "correlations": {
        "growth_shrinkage": (
            "kg_ks_patient_correlation",
            "kg_kill_patient_correlation",
            "ks_growth_patient_correlation",
        )
    },
}


def _reported(model: GrowthModel, population: Population) -> list[_Line]:
    """Return name, value on a scale without limits, that scale, and meaning, line by line."""
    lines: list[_Line] = [
        (one.name, float(at), "logit" if one.share else "log", f"median {one.words}")
        for one, at in zip(model.parameters, population.mean, strict=True)
    ]
    short = [one.name.split("_")[0] for one in model.parameters if one.varies]
    levels = [("patient", "between patients", population.patient_covariance)]
    if population.levels.lesions:
        levels.append(("lesion", "between lesions of a patient", population.lesion_covariance))
    for level, words, covariance in levels:
        spread = np.sqrt(np.diag(covariance))
        lines += [
            (f"{name}_{level}_log_sd", log(sd), "log", f"log-SD of {name} {words}")
            for name, sd in zip(short, spread, strict=True)
        ]
        if population.levels.full:
            lines += [
                (
                    f"{short[j]}_{short[i]}_{level}_correlation",
                    float(np.arctanh(covariance[i, j] / (spread[i] * spread[j]))),
                    "fisher z",
                    f"correlation of log {short[j]} and log {short[i]} {words}",
                )
                for j in range(len(short))
                for i in range(j + 1, len(short))
            ]
    return [*lines, ("residual_log_sd", log(population.sigma), "log", "log-SD of one size")]


def _restore(at: float, scale: Scale) -> tuple[float, float]:
    """Return the value that stands for a point on its scale, and its derivative there."""
    if scale == "log":
        return float(np.exp(at)), float(np.exp(at))
    if scale == "logit":
        share = float(1 / (1 + np.exp(-at)))
        return share, share * (1 - share)
    value = float(np.tanh(at))
    return value, 1 - value * value
