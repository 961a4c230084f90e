"""The chance that two correlated normal statistics both lie above their bounds.

Sources
-------
Owen 1956 (Ann Math Stat 27: 1075): the bivariate normal probability as two values of the function
T. Oracle: SciPy ``multivariate_normal`` and a one-dimensional integral,
``tests/unit/design/test_log_rank_statistics.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_TINY = 1e-300  # stands for a bound of 0, whose ratio to the other bound does not exist
_ROOT_2_PI = np.sqrt(2 * np.pi)


def both_above(first: ArrayLike, second: ArrayLike, correlation: ArrayLike) -> Floats:
    """Return P(X > first, Y > second) of standard normal X and Y.

    Parameters
    ----------
    first, second : array_like of float
        The bounds, finite; of shapes that broadcast.
    correlation : array_like of float
        Of X and Y, in (-1, 1).

    Returns
    -------
    ndarray of float
        To about 1e-15.

    Notes
    -----
    Source: Owen 1956, equation 2.1.

    Examples
    --------
    >>> float(both_above(0.0, 0.0, 0.5).round(12))  # 1/4 + asin(1/2) / (2 pi)
    0.333333333333
    """
    from scipy.special import ndtr, owens_t

    h, k = (-np.asarray(bound, float) for bound in (first, second))
    h, k = (np.where(np.abs(x) < _TINY, _TINY, x) for x in (h, k))
    r = np.asarray(correlation, float)
    rest = np.sqrt((1 - r) * (1 + r))
    with np.errstate(over="ignore"):
        away = owens_t(h, (k / h - r) / rest) + owens_t(k, (h / k - r) / rest)
    opposite = np.where((h < 0) != (k < 0), 0.5, 0.0)
    return np.asarray((ndtr(h) + ndtr(k)) / 2 - away - opposite)


def slope_of_both_above(bound: ArrayLike, other: ArrayLike, correlation: ArrayLike) -> Floats:
    """Return the derivative of `both_above` by ``bound``: minus the density there.

    Parameters
    ----------
    bound, other, correlation : array_like of float
        As for `both_above`; ``bound`` is the one that moves.
    """
    from scipy.special import ndtr

    x, y, r = (np.asarray(part, float) for part in (bound, other, correlation))
    density = np.exp(-x * x / 2) / _ROOT_2_PI
    return np.asarray(-density * ndtr((r * x - y) / np.sqrt((1 - r) * (1 + r))))
