"""The likelihood of growth curves that differ between patients and lesions, by quadrature.

Lesion j of patient i has the transformed parameters ``mu + b_i + c_ij``, b normal with the
covariance of patients, c with that of lesions (where a patient has several). Log-sizes scatter
around the curve with one residual SD; a size below the limit of measurement enters as the
probability of lying there. What the parameters of one patient are is integrated out by adaptive
Gauss-Hermite quadrature: nodes around the patient's own mode, spread as its curvature says.
With more than four unknowns a patient (several lesions) the nodes are those of a Sobol net,
spread a little wider.

The score is the posterior mean of the complete-data score (Fisher's identity).

Sources
-------
Pinheiro & Bates 1995 (J Comput Graph Stat 4:12): adaptive quadrature. Louis 1982 (J R Stat Soc B
44:226). The second routes of the tests: numerical integration and numerical derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import TYPE_CHECKING

import numpy as np

from trialwright.simulate.growth_fit.population import split_levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialwright.simulate.growth_fit.growth_models import Floats, GrowthModel
    from trialwright.simulate.growth_fit.population import Levels, Population

_MOST_PRODUCT_DIMENSIONS = 4  # beyond it a grid of nodes grows too large
_SOBOL_LOG2 = 11  # 2,048 nodes
_WIDER = 1.3  # than a normal: weights stay bounded where a posterior has heavier tails
_MODE_STEPS = 60
_MODE_REACHED = 1e-9  # gain in log density that another step promises
_MOMENT_ROUNDS = 8
_PRODUCT_ROUNDS = 2
_MOST_FLATTENINGS = 12
_LEAST_SHARE = 0.1  # of the nodes, that must hold the weight
_LEAST_VARIANCE = 1e-9
_LEAST_LOG_WEIGHT = -23.0
_BLOCK = 400_000  # numbers in one array of the quadrature, about what a cache holds


@dataclass(frozen=True, slots=True)
class Group:
    """Patients with one number of lesions and one most number of sizes a lesion.

    Parameters
    ----------
    members : ndarray of int, shape (n,)
        Places of these patients among all.
    week, log_size : ndarray, shape (n, lesions, sizes)
        Log-size in mm; the log of the limit where ``censored``; 0 where neither flag is set.
    measured, censored : ndarray of bool, shape (n, lesions, sizes)
        What each entry is; neither is padding.
    """

    members: NDArray[np.int64]
    week: Floats
    log_size: Floats
    measured: NDArray[np.bool_]
    censored: NDArray[np.bool_]

    @property
    def lesions(self) -> int:
        """Number of lesions of each of these patients."""
        return int(self.week.shape[1])

    def part(self, where: slice | NDArray[np.int64]) -> Group:
        """Return some of the patients."""
        return Group(
            self.members[where],
            self.week[where],
            self.log_size[where],
            self.measured[where],
            self.censored[where],
        )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The likelihood at one point, patient by patient.

    Parameters
    ----------
    log_likelihood : ndarray, shape (patients,)
        Of the log-sizes.
    score : ndarray, shape (patients, parameters)
        Derivative of it by the parameters of the population.
    means : list of ndarray, shape (n, lesions, varying)
        Posterior means of the lesions' parameters, group by group.
    """

    log_likelihood: Floats
    score: Floats
    means: list[Floats]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the nodes of some patients lie: centre, triangular spread (n, unknowns, unknowns)."""

    centre: Floats
    spread: Floats


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Nodes of some patients; log joint density over the rule's own; slopes by log sigma, fixed."""

    flat: Floats
    ratio: Floats
    log_weight: Floats
    by_sigma: Floats
    by_fixed: Floats


def _normalise(logs: Floats) -> Floats:
    weight = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


class Likelihood:
    """The likelihood of one set of series under one model, on nodes that stay until placed anew.

    On given nodes the score is the exact derivative of the likelihood.
    """

    def __init__(self, model: GrowthModel, groups: list[Group], levels: Levels, nodes: int) -> None:
        self.model, self.levels = model, levels
        self.groups = [part for group in groups for part in _cut(group, model.varying, nodes)]
        self.patients = sum(group.members.size for group in groups)
        self._nodes = nodes
        self._rules: dict[int, tuple[Floats, Floats]] = {}
        self._places: list[_Place] = []

    def place_nodes(self, population: Population) -> None:
        """Put the nodes of each patient where a population expects that patient's parameters.

        From mode and curvature first; then again from the posterior mean and covariance that
        those nodes give, which a skewed or flat posterior needs.
        """
        self._places = [self._place_group(population, group) for group in self.groups]

    def _place_group(self, population: Population, group: Group) -> _Place:
        varying = self.model.varying
        precision, _ = population.precision(group.lesions)
        shape = (group.members.size, group.lesions, varying)
        start = np.broadcast_to(population.mean[:varying], shape)
        mode, curvature = _find_modes(self.model, group, population, precision, start)
        product = group.lesions * varying <= _MOST_PRODUCT_DIMENSIONS
        place = _Place(mode.reshape(shape[0], -1), _spread(curvature))
        for _ in range(_PRODUCT_ROUNDS if product else _MOMENT_ROUNDS):
            nodes = self._weigh(population, place, group)
            weight, tempered = self._tempered(nodes)
            centre = np.einsum("nq,nqi->ni", weight, nodes.flat)
            away = nodes.flat - centre[:, None]
            covariance = (weight[:, :, None] * away).transpose(0, 2, 1) @ away
            least = _LEAST_VARIANCE * np.eye(away.shape[2])
            place = _Place(centre, np.linalg.cholesky(covariance + least))
            if not tempered:
                break
        return place

    def _tempered(self, nodes: _Nodes) -> tuple[Floats, bool]:
        """Return weights of which no few nodes hold the most; and whether any were flattened.

        A net of few nodes that all but misses a posterior would collapse onto one of them: the
        weights are raised to a power below 1 until a tenth of the nodes share them.
        """
        weight = _normalise(nodes.ratio + nodes.log_weight)
        if nodes.flat.shape[2] <= _MOST_PRODUCT_DIMENSIONS:
            return weight, True
        power = np.ones((weight.shape[0], 1))
        for _ in range(_MOST_FLATTENINGS):
            few = (weight * weight).sum(1) > 1 / (_LEAST_SHARE * weight.shape[1])
            if not few.any():
                break
            power[few] *= 0.6
            weight[few] = _normalise(power[few] * nodes.ratio[few] + nodes.log_weight)
        return weight, bool((power < 1).any())

    def evaluate(self, population: Population) -> Evaluation:
        """Return likelihood, score and posterior means under a population."""
        value = np.empty(self.patients)
        score = np.empty((self.patients, population.vector.size))
        means = []
        for place, group in zip(self._places, self.groups, strict=True):
            nodes = self._weigh(population, place, group)
            logs = nodes.ratio + nodes.log_weight
            top = logs.max(axis=1)
            value[group.members] = top + np.log(np.exp(logs - top[:, None]).sum(axis=1))
            weight = _normalise(logs)
            at = nodes.flat.reshape(*weight.shape, group.lesions, self.model.varying)
            score[group.members] = population.score(
                split_levels(at - population.mean[: self.model.varying], weight),
                (weight * nodes.by_sigma).sum(1),
                np.einsum("nq,nqf->nf", weight, nodes.by_fixed),
            )
            means.append(np.einsum("nq,nqlp->nlp", weight, at))
        return Evaluation(value, score, means)

    def _weigh(self, population: Population, place: _Place, group: Group) -> _Nodes:
        z, log_weight = self._rule(place.centre.shape[1])
        flat = place.centre[:, None] + z @ place.spread.transpose(0, 2, 1)
        at = flat.reshape(*flat.shape[:2], group.lesions, self.model.varying)
        data, by_sigma, by_fixed = _data_terms(self.model, group, population, at)
        precision, log_determinant = population.precision(group.lesions)
        away = flat - np.tile(population.mean[: self.model.varying], group.lesions)
        prior = -0.5 * (((away @ precision) * away).sum(-1) + log_determinant)
        scale = np.log(np.diagonal(place.spread, axis1=1, axis2=2)).sum(axis=1, keepdims=True)
        ratio = data + prior + 0.5 * (z * z).sum(-1) + scale
        return _Nodes(flat, ratio, log_weight, by_sigma, by_fixed)

    def _rule(self, dimensions: int) -> tuple[Floats, Floats]:
        if dimensions not in self._rules:
            self._rules[dimensions] = normal_nodes(dimensions, self._nodes)
        return self._rules[dimensions]


def normal_nodes(dimensions: int, nodes: int) -> tuple[Floats, Floats]:
    """Return nodes and log-weights of a quadrature over a standard normal vector.

    Parameters
    ----------
    dimensions : int
        Up to 4 the product of Gauss-Hermite rules; beyond, a Sobol net of 2,048 nodes.
    nodes : int
        Nodes a dimension of the product, 3 or more.

    Returns
    -------
    tuple of ndarray
        Shapes (nodes, dimensions) and (nodes,).
    """
    if dimensions > _MOST_PRODUCT_DIMENSIONS:
        z, log_weight = sobol_normals(dimensions, _SOBOL_LOG2)
        narrower = 0.5 * (1 - _WIDER**2) * (z * z).sum(1) + dimensions * log(_WIDER)
        return _WIDER * z, log_weight + narrower
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    grid = np.stack(np.meshgrid(*[points] * dimensions, indexing="ij"), -1)
    logs = np.stack(np.meshgrid(*[np.log(weights / weights.sum())] * dimensions, indexing="ij"), -1)
    corners = logs.reshape(-1, dimensions).sum(-1)
    kept = corners > _LEAST_LOG_WEIGHT  # the corners of the grid weigh nothing
    return grid.reshape(-1, dimensions)[kept], corners[kept]


def sobol_normals(dimensions: int, log2: int) -> tuple[Floats, Floats]:
    """Return ``2**log2`` evenly spread standard normal vectors and their equal log-weights."""
    from scipy.special import ndtri
    from scipy.stats import qmc

    net = qmc.Sobol(dimensions, scramble=False).random_base2(log2)
    # The net begins in a corner that no sample of this size would hold: turn it by an
    # irrational step in each coordinate (powers of the root of x^(d + 1) = x + 1).
    root = 2.0
    for _ in range(60):
        root = (1 + root) ** (1 / (dimensions + 1))
    turn = root ** -np.arange(1.0, dimensions + 1)
    return ndtri((net + turn) % 1.0), np.full(2**log2, -log2 * log(2.0))


def _cut(group: Group, varying: int, nodes: int) -> list[Group]:
    dimensions = group.lesions * varying
    many = nodes**dimensions if dimensions <= _MOST_PRODUCT_DIMENSIONS else 2**_SOBOL_LOG2
    step = max(1, _BLOCK // (many * int(np.prod(group.week.shape[1:]))))
    n = group.members.size
    return [group.part(slice(first, first + step)) for first in range(0, n, step)]


def _parameters(model: GrowthModel, population: Population, at: Floats) -> list[Floats]:
    """Return every parameter of the model at points of the varying ones, ready for the weeks."""
    varying = model.varying
    return [at[..., k, None] for k in range(varying)] + [
        np.asarray(fixed) for fixed in population.mean[varying:]
    ]


def _data_terms(
    model: GrowthModel, group: Group, population: Population, at: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return log density at nodes, its slope by log sigma and by the parameters that are fixed."""
    sigma, measured = population.sigma, group.measured.astype(float)
    fitted, find_slopes = model.log_size(_parameters(model, population, at), group.week[:, None])
    x = (group.log_size[:, None] - fitted) / sigma
    count = measured.sum((1, 2))[:, None]
    squares = np.einsum("nqlt,nqlt,nlt->nq", x, x, measured)
    density, by_sigma = -0.5 * squares - count * (0.5 * log(2 * pi) + log(sigma)), squares - count
    patient, lesion, size = np.nonzero(group.censored)
    inside = x[patient, :, lesion, size]
    tail, ratio = _tail(inside)
    np.add.at(density, patient, tail)
    np.add.at(by_sigma, patient, -inside * ratio)
    by_fixed = np.zeros((*density.shape, len(population.mean) - model.varying))
    if by_fixed.shape[2]:
        for place, one in enumerate(find_slopes()[model.varying :]):
            by_fixed[..., place] = np.einsum("nqlt,nqlt,nlt->nq", x, one, measured) / sigma
            below = one[patient, :, lesion, size]
            np.add.at(by_fixed[..., place], patient, -below * ratio / sigma)
    return density, by_sigma, by_fixed


def _tail(inside: Floats) -> tuple[Floats, Floats]:
    """Return the log probability of lying below, and its derivative (the inverse Mills ratio)."""
    from scipy.special import log_ndtr

    tail = log_ndtr(inside)
    return tail, np.exp(-0.5 * (inside * inside + log(2 * pi)) - tail)


def _joint(
    model: GrowthModel, group: Group, population: Population, precision: Floats, at: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return minus the log joint density, its gradient and its Gauss-Newton curvature."""
    n, lesions, varying = at.shape
    sigma = population.sigma
    fitted, find_slopes = model.log_size(_parameters(model, population, at), group.week)
    x = (group.log_size - fitted) / sigma
    tail, ratio = _tail(x)
    measured, censored = group.measured, group.censored
    density = np.where(measured, -0.5 * x * x, np.where(censored, tail, 0.0))
    slope = np.where(measured, x, np.where(censored, -ratio, 0.0)) / sigma
    bend = np.where(censored, ratio * (ratio + x), 0.0)
    weight = np.where(measured, 1.0, bend) / sigma**2
    jacobian = np.stack(np.broadcast_arrays(*find_slopes()[:varying]), -1)
    away = (at - population.mean[:varying]).reshape(n, -1)
    pull = away @ precision
    gradient = pull - np.einsum("nlt,nltp->nlp", slope, jacobian).reshape(n, -1)
    blocks = np.einsum("nlt,nltp,nltr->nlpr", weight, jacobian, jacobian)
    curvature = np.broadcast_to(precision, (n, *precision.shape)).copy()
    for lesion in range(lesions):
        here = slice(lesion * varying, (lesion + 1) * varying)
        curvature[:, here, here] += blocks[:, lesion]
    return 0.5 * (pull * away).sum(1) - density.sum((1, 2)), gradient, curvature


def _find_modes(
    model: GrowthModel, group: Group, population: Population, precision: Floats, start: Floats
) -> tuple[Floats, Floats]:
    """Climb to each patient's most probable parameters, by damped Gauss-Newton steps."""
    at = start.copy()
    value, gradient, curvature = _joint(model, group, population, precision, at)
    damping = np.full(at.shape[0], 1e-3)
    identity = np.eye(gradient.shape[1])
    climbing = np.arange(at.shape[0])
    for _ in range(_MODE_STEPS):
        slope, bend = gradient[climbing], curvature[climbing]
        damped = bend + (damping[climbing, None, None] * bend) * identity
        step = -np.linalg.solve(damped, slope[..., None])[..., 0]
        left = -(step * slope).sum(axis=1) > _MODE_REACHED  # gain that the step promises
        climbing, step = climbing[left], np.clip(step[left], -2.0, 2.0)
        if climbing.size == 0:
            break
        tried = at[climbing] + step.reshape(-1, *at.shape[1:])
        new = _joint(model, group.part(climbing), population, precision, tried)
        better = new[0] <= value[climbing]
        moved = climbing[better]
        at[moved], value[moved] = tried[better], new[0][better]
        gradient[moved], curvature[moved] = new[1][better], new[2][better]
        damping[climbing] *= np.where(better, 0.1, 10.0)
    return at, curvature


def _spread(curvature: Floats) -> Floats:
    """Return a triangular root of the inverse of each curvature."""
    # of the reversed matrix, so that the root of the inverse is lower triangular
    root = np.linalg.cholesky(curvature[:, ::-1, ::-1])[:, ::-1, ::-1]
    return np.linalg.inv(root).transpose(0, 2, 1)
