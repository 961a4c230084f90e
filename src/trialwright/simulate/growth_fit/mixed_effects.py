"""Fit a population of growth curves to the sizes of lesions, by maximum likelihood.

The marginal likelihood of ``likelihood.py`` is climbed by scoring: the outer product of the
patients' scores stands for the information, corrected by BFGS once the top is near. Standard
errors come from the observed information, the derivative of the score at the top. There is no
randomness: the same sizes give the same fit.

Sources
-------
Pinheiro & Bates 1995 (J Comput Graph Stat 4:12): adaptive quadrature for nonlinear mixed effects.
Berndt, Hall, Hall & Hausman 1974 (Ann Econ Soc Meas 3:653): the outer product of scores. Beal
2001 (J Pharmacokinet Pharmacodyn 28:481, method M3): sizes below the limit. Checks: recovery of
known parameters, numerical integration, the workbook against earlier figures (tests).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from trialwright.errors import DataError
from trialwright.simulate.growth_fit.growth_fit import GrowthFit, SeriesCounts
from trialwright.simulate.growth_fit.growth_models import GrowthModelName, growth_model
from trialwright.simulate.growth_fit.likelihood import Evaluation, Group, Likelihood
from trialwright.simulate.growth_fit.population import (
    COVARIANCES,
    Covariance,
    Levels,
    Population,
)
from trialwright.stats.read_only import read_only

if TYPE_CHECKING:
    from trialwright.simulate.growth_fit.growth_models import Floats
    from trialwright.simulate.growth_fit.lesion_series import LesionSeries

_MOST_STEPS = 200
_MOST_HALVINGS = 12
_LONGEST_STEP = 1.0  # in any parameter, on the scale of the fit
_FAR = 5.0  # expected gain in log-likelihood above which the outer product is made anew
_STEPS_ON_NODES = 6
_REACHED = 1e-5  # expected gain at which the top is reached
_DIFFERENCE = 1e-4  # step of the numerical derivative of the score
_LEAST_PATIENTS = 10
_LEAST_NODES = 3
_NO_SPREAD = 0.01  # a log-SD below it is as good as none

Lesion = tuple[str, str]
Sizes = list[tuple[float, float, str]]  # week, mm, kind


def fit_growth(
    series: LesionSeries,
    *,
    model: GrowthModelName = "stein_fojo",
    covariance: Covariance = "full",
    least_observations: int = 3,
    smallest_mm: float = 5.0,
    nodes: int = 9,
) -> GrowthFit:
    """Fit growth and shrinkage rates of a population of lesions, and how they vary.

    Parameters
    ----------
    series : LesionSeries
        Sizes over time. Parameters vary between patients; between the lesions of a patient
        too, where any patient has two or more.
    model : {"stein_fojo", "generalised", "claret", "wang"}
        How one lesion changes.
    covariance : {"full", "diagonal"}
        Whether a patient's parameters may be correlated.
    least_observations : int
        Fewest informative sizes (measured or below the limit) of a lesion, 1 or more; lesions
        with fewer are left out and counted.
    smallest_mm : float
        Limit below which ``too_small`` and ``absent`` lesions lie, more than 0.
    nodes : int
        Gauss-Hermite nodes a parameter, 3 or more; 9 are exact to about 1 in log-likelihood on
        1,400 lesions. With several lesions a patient a Sobol net of 2,048 nodes is used.

    Returns
    -------
    GrowthFit
        Estimates with standard errors, likelihood, counts and the lesions' own parameters.

    Raises
    ------
    ValueError
        If an option is outside its range.
    DataError
        If fewer than 10 patients are left, or no size changes with time.

    Notes
    -----
    Source: see the module. Sizes of a lesion seen twice on one day are both used where they
    differ, and once where they are equal.
    """
    chosen = growth_model(model)
    _check_options(covariance, least_observations, smallest_mm, nodes)
    lesions, counts = _sort_out(series, least_observations)
    groups, order = _group(lesions, smallest_mm)
    several = max(len(of) for of in order) > 1
    levels = Levels(
        chosen.varying, len(chosen.parameters) - chosen.varying, covariance == "full", several
    )
    likelihood = Likelihood(chosen, groups, levels, nodes)
    start = Population.start(chosen, levels, _middle_baseline(lesions))
    population, found, steps, converged = _climb(likelihood, start)
    information = _observed_information(likelihood, population)
    return GrowthFit(
        model=model,
        population=population,
        variance=read_only(_invert(information)),
        log_likelihood=float(found.log_likelihood.sum()),
        counts=counts,
        smallest_mm=smallest_mm,
        steps=steps,
        own=_own_parameters(likelihood, found, order),
        source=series.source,
        warnings=_warnings(population, information, converged=converged),
    )


def _check_options(covariance: str, least: int, smallest_mm: float, nodes: int) -> None:
    if covariance not in COVARIANCES:
        msg = f"covariance must be one of {', '.join(COVARIANCES)}, not {covariance!r}"
        raise ValueError(msg)
    if least < 1 or nodes < _LEAST_NODES:
        msg = (
            f"least_observations ({least}) must be 1 or more, nodes ({nodes}) "
            f"{_LEAST_NODES} or more"
        )
        raise ValueError(msg)
    if not smallest_mm > 0:
        msg = f"smallest_mm must be more than 0, not {smallest_mm}"
        raise ValueError(msg)


def _sort_out(series: LesionSeries, least: int) -> tuple[dict[Lesion, Sizes], SeriesCounts]:
    """Gather the informative sizes of each lesion, and count what is not used."""
    kinds = Counter(series.kind)
    seen: dict[Lesion, dict[tuple[float, float, str], None]] = defaultdict(dict)
    repeated = 0
    rows = zip(series.patient, series.lesion, series.week, series.size_mm, series.kind, strict=True)
    for patient, lesion, week, size, kind in rows:
        of, one = seen[patient, lesion], (float(week), float(np.nan_to_num(size)), kind)
        if kind == "missing":
            continue
        repeated += one in of
        of[one] = None
    used = {lesion: list(of) for lesion, of in seen.items() if len(of) >= least}
    short = sum(len(of) for of in seen.values() if len(of) < least)
    flat = Counter(kind for of in used.values() for _, _, kind in of)
    counts = SeriesCounts(
        rows=len(series.kind),
        missing=kinds["missing"],
        repeated=repeated,
        in_short_series=short,
        measured=flat["measured"],
        too_small=flat["too_small"],
        absent=flat["absent"],
        patients=len({patient for patient, _ in used}),
        lesions=len(used),
        lesions_left_out=len(seen) - len(used),
    )
    _check_enough(series, used, counts, least)
    return used, counts


def _check_enough(
    series: LesionSeries, used: dict[Lesion, Sizes], counts: SeriesCounts, least: int
) -> None:
    if counts.patients < _LEAST_PATIENTS:
        msg = (
            f"{series.source}: {counts.patients} patients have a lesion with {least} sizes or "
            f"more; a population needs {_LEAST_PATIENTS}: add patients or lower "
            "least_observations"
        )
        raise DataError(msg)
    if not any(len({week for week, _, _ in sizes}) > 1 for sizes in used.values()):
        msg = f"{series.source}: no lesion has sizes on two days; growth needs them"
        raise DataError(msg)
    if counts.measured == 0:
        msg = f"{series.source}: no size is a number; a fit needs measured sizes"
        raise DataError(msg)


def _group(
    lesions: dict[Lesion, Sizes], smallest_mm: float
) -> tuple[list[Group], list[list[Lesion]]]:
    """Lay out patients of one shape together; also return each patient's lesions, in order."""
    of_patient: dict[str, list[Lesion]] = defaultdict(list)
    for lesion in lesions:
        of_patient[lesion[0]].append(lesion)
    order = list(of_patient.values())
    shapes: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, of in enumerate(order):
        shapes[len(of), max(len(lesions[lesion]) for lesion in of)].append(place)
    groups = []
    for (several, most), members in sorted(shapes.items()):
        shape = (len(members), several, most)
        week, log_size = np.zeros(shape), np.zeros(shape)
        measured, censored = np.zeros(shape, bool), np.zeros(shape, bool)
        for i, place in enumerate(members):
            for j, lesion in enumerate(order[place]):
                for k, (when, size, kind) in enumerate(lesions[lesion]):
                    week[i, j, k], measured[i, j, k] = when, kind == "measured"
                    censored[i, j, k] = kind != "measured"
                    log_size[i, j, k] = np.log(size if kind == "measured" else smallest_mm)
        groups.append(Group(np.array(members), week, log_size, measured, censored))
    return groups, order


def _middle_baseline(lesions: dict[Lesion, Sizes]) -> float:
    """Return the median of the measured sizes nearest to the first dose."""
    near = [
        min((abs(week), size) for week, size, kind in sizes if kind == "measured")[1]
        for sizes in lesions.values()
        if any(kind == "measured" for _, _, kind in sizes)
    ]
    return float(np.median(near))


def _climb(
    likelihood: Likelihood, population: Population
) -> tuple[Population, Evaluation, int, bool]:
    """Climb to the top of the likelihood; say in how many steps, and whether it was reached.

    Nodes are placed anew every few steps; on given nodes the climb is an exact one.
    """
    likelihood.place_nodes(population)
    found = likelihood.evaluate(population)
    information = _outer(found)
    since = 0  # steps on these nodes
    for step in range(1, _MOST_STEPS + 1):
        score = found.score.sum(axis=0)
        move = _solve(information, score)
        gain = float(move @ score) / 2
        if gain < _REACHED and since == 0:
            return population, found, step, True
        tried = None
        if gain >= _REACHED and since < _STEPS_ON_NODES:
            tried = _take_step(likelihood, population, found, move)
        if tried is None:
            if since == 0:
                return population, found, step, False
            likelihood.place_nodes(population)
            found, since = likelihood.evaluate(population), 0
            continue
        moved = tried[0].vector - population.vector
        fallen = score - tried[1].score.sum(axis=0)
        population, found = tried
        since += 1
        far = gain > _FAR
        information = _outer(found) if far else _corrected(information, moved, fallen)
    return population, found, _MOST_STEPS, False


def _outer(found: Evaluation) -> Floats:
    return np.asarray(found.score.T @ found.score)


def _corrected(information: Floats, moved: Floats, fallen: Floats) -> Floats:
    """Return the information corrected by what the last step showed (BFGS)."""
    expected, bent = information @ moved, float(moved @ fallen)
    if bent <= 0:  # not a hill here: learn nothing from the step
        return information
    return np.asarray(
        information
        - np.outer(expected, expected) / (moved @ expected)
        + np.outer(fallen, fallen) / bent
    )


def _take_step(
    likelihood: Likelihood, population: Population, found: Evaluation, move: Floats
) -> tuple[Population, Evaluation] | None:
    """Move, by half as often as needed for the likelihood to rise; None if it never does."""
    before = found.log_likelihood.sum()
    move = move * min(1.0, _LONGEST_STEP / np.abs(move).max())
    for _ in range(_MOST_HALVINGS):
        tried = replace(population, vector=population.vector + move)
        new = likelihood.evaluate(tried)
        if np.isfinite(new.score).all() and new.log_likelihood.sum() > before:
            return tried, new
        move = move / 2
    return None


def _solve(information: Floats, score: Floats) -> Floats:
    # a thousandth of a millionth keeps a direction without information from running away
    ridge = 1e-9 * np.diag(np.diag(information)) + 1e-9 * np.eye(score.size)
    return np.asarray(np.linalg.solve(information + ridge, score))


def _is_positive(information: Floats) -> bool:
    return bool(np.linalg.eigvalsh(information)[0] > 0)


def _observed_information(likelihood: Likelihood, population: Population) -> Floats:
    """Return minus the derivative of the score, by central differences."""
    rows = []
    for place in range(population.vector.size):
        ends = []
        for sign in (1, -1):
            vector = population.vector.copy()
            vector[place] += sign * _DIFFERENCE
            moved = likelihood.evaluate(replace(population, vector=vector))
            ends.append(moved.score.sum(axis=0))
        rows.append((ends[1] - ends[0]) / (2 * _DIFFERENCE))
    half = np.array(rows)
    return np.asarray((half + half.T) / 2)


def _invert(information: Floats) -> Floats:
    """Return the variance of the estimates; nan where the information is not positive."""
    if not _is_positive(information):
        return np.full(information.shape, np.nan)
    return np.asarray(np.linalg.inv(information))


def _own_parameters(
    likelihood: Likelihood, found: Evaluation, order: list[list[Lesion]]
) -> dict[Lesion, tuple[float, ...]]:
    """Return the posterior mean of each lesion's varying parameters, on the scale of the fit."""
    own: dict[Lesion, tuple[float, ...]] = {}
    for group, means in zip(likelihood.groups, found.means, strict=True):
        for place, of_patient in zip(group.members, means, strict=True):
            for lesion, values in zip(order[place], of_patient, strict=True):
                own[lesion] = tuple(float(value) for value in values)
    return {lesion: own[lesion] for of in order for lesion in of}


def _warnings(population: Population, information: Floats, *, converged: bool) -> tuple[str, ...]:
    found = []
    if not converged:
        found.append("the fit did not reach the top of the likelihood; use a simpler model")
    if not _is_positive(information):
        found.append(
            "the observed information is not positive definite, so there are no standard "
            "errors; use covariance 'diagonal' or a simpler model"
        )
    spreads = [np.diag(population.patient_covariance)]
    if population.levels.lesions:
        spreads.append(np.diag(population.lesion_covariance))
    if min(np.sqrt(one).min() for one in spreads) < _NO_SPREAD:
        found.append(
            f"a log-SD fell below {_NO_SPREAD}: the data show no such variation; its interval "
            "means nothing"
        )
    return tuple(found)
