"""What is the same for all patients: means, covariances, residual SD, as one vector to fit.

Covariances are held as Cholesky factors with logarithms on the diagonal, so that every vector
is a possible population.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from trialwright.simulate.growth_fit.growth_models import Floats, GrowthModel

Covariance = Literal["full", "diagonal"]
COVARIANCES: tuple[Covariance, ...] = get_args(Covariance)


@dataclass(frozen=True, slots=True)
class Levels:
    """Where parameters vary, and whether they vary together.

    Parameters
    ----------
    varying : int
        Number of parameters that vary.
    fixed : int
        Number of those that do not.
    full : bool
        True if every pair may be correlated.
    lesions : bool
        True if parameters vary between the lesions of a patient as well.
    """

    varying: int
    fixed: int
    full: bool
    lesions: bool

    @property
    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows and columns of a Cholesky factor that are fitted."""
        if self.full:
            rows, columns = np.tril_indices(self.varying)
            return rows, columns
        return np.arange(self.varying), np.arange(self.varying)

    @property
    def size(self) -> int:
        """Length of the vector."""
        return self.varying + self.fixed + 1 + self.places[0].size * (1 + self.lesions)


@dataclass(frozen=True, slots=True)
class Population:
    """A vector of parameters, and what it stands for.

    Parameters
    ----------
    vector : ndarray, shape (levels.size,)
        Means (varying, fixed), log residual SD, Cholesky factor of patients, of lesions.
    levels : Levels
        How to read it.
    """

    vector: Floats
    levels: Levels

    @classmethod
    def start(cls, model: GrowthModel, levels: Levels, baseline_mm: float) -> Population:
        """Return where a fit starts: a known baseline, the model's own values, wide spreads."""
        means = [one.transform(one.start) for one in model.parameters]
        means[0] = float(np.log(baseline_mm))
        rows, columns = levels.places
        spread = np.where(rows == columns, np.log(0.6), 0.0)
        within = np.where(rows == columns, np.log(0.3), 0.0)
        parts = [np.array([*means, np.log(0.2)]), spread, *([within] if levels.lesions else [])]
        return cls(np.concatenate(parts), levels)

    @property
    def mean(self) -> Floats:
        """Means on the scale of the fit, varying first."""
        return self.vector[: self.levels.varying + self.levels.fixed]

    @property
    def sigma(self) -> float:
        """Residual SD of the log-size."""
        return float(np.exp(self.vector[self.mean.size]))

    @property
    def patient_covariance(self) -> Floats:
        """Covariance between patients, shape (varying, varying)."""
        return _square(self._root(0))

    @property
    def lesion_covariance(self) -> Floats:
        """Covariance between lesions of a patient; zeros where it is not fitted."""
        if not self.levels.lesions:
            return np.zeros((self.levels.varying,) * 2)
        return _square(self._root(1))

    def precision(self, lesions: int) -> tuple[Floats, float]:
        """Return inverse and log-determinant of the covariance of all lesions of a patient."""
        average = np.full((lesions, lesions), 1 / lesions)
        between = lesions * self.patient_covariance + self.lesion_covariance
        inverse = np.kron(average, np.linalg.inv(between))
        log_determinant = float(np.linalg.slogdet(between)[1])
        if lesions > 1:
            within = self.lesion_covariance
            inverse += np.kron(np.eye(lesions) - average, np.linalg.inv(within))
            log_determinant += (lesions - 1) * float(np.linalg.slogdet(within)[1])
        return inverse, log_determinant

    def score(
        self, moments: tuple[int, Floats, Floats, Floats], by_sigma: Floats, by_fixed: Floats
    ) -> Floats:
        """Return the derivative of the log-likelihood, patient by patient.

        Parameters
        ----------
        moments : tuple
            Of ``split_levels``.
        by_sigma : ndarray, shape (n,)
            Posterior mean of the derivative by the log residual SD.
        by_fixed : ndarray, shape (n, fixed)
            That by the parameters that do not vary.
        """
        lesions, first, second, within = moments
        inverse = np.linalg.inv(self.patient_covariance + self.lesion_covariance / lesions)
        by_between = 0.5 * (inverse @ second @ inverse - inverse)
        parts = [first @ inverse, by_fixed, by_sigma[:, None], self._by_root(0, by_between)]
        if self.levels.lesions:
            by_lesion = by_between / lesions
            if lesions > 1:
                inside = np.linalg.inv(self.lesion_covariance)
                by_lesion = by_lesion + 0.5 * (inside @ within @ inside - (lesions - 1) * inside)
            parts.append(self._by_root(1, by_lesion))
        return np.concatenate(parts, axis=1)

    def _root(self, level: int) -> Floats:
        rows, columns = self.levels.places
        first = self.mean.size + 1 + level * rows.size
        entries = self.vector[first : first + rows.size]
        root = np.zeros((self.levels.varying,) * 2)
        root[rows, columns] = np.where(rows == columns, np.exp(entries), entries)
        return root

    def _by_root(self, level: int, by_covariance: Floats) -> Floats:
        """Chain the derivative by a covariance to that by the entries of its root."""
        rows, columns = self.levels.places
        root = self._root(level)
        entries = (2 * by_covariance @ root)[:, rows, columns]
        return entries * np.where(rows == columns, root[rows, columns], 1.0)


def split_levels(away: Floats, weight: Floats) -> tuple[int, Floats, Floats, Floats]:
    """Return posterior moments: of a patient's mean over lesions, and of the lesions around it.

    Parameters
    ----------
    away : ndarray, shape (n, nodes, lesions, varying)
        Parameters less their population means.
    weight : ndarray, shape (n, nodes)
        Posterior weights of the nodes; each row sums to 1.

    Returns
    -------
    tuple
        Number of lesions; mean, shape (n, varying); second moment and within-patient sum of
        products, shape (n, varying, varying).
    """
    middle = away.mean(axis=2)
    around = away - middle[:, :, None]
    return (
        away.shape[2],
        np.einsum("nq,nqp->np", weight, middle),
        np.einsum("nq,nqp,nqr->npr", weight, middle, middle, optimize=True),
        np.einsum("nq,nqlp,nqlr->npr", weight, around, around, optimize=True),
    )


def _square(root: Floats) -> Floats:
    return root @ root.T
