"""Times that differ by rounding alone are one time, as in R.

The same day divided by 30.4375 in two ways gives two floats; which of them comes first would
otherwise decide who is at risk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trialwright.stats.core.product_limit import join_times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def join_near_ties(time: Floats, entry: Floats | None = None) -> tuple[Floats, Floats | None]:
    """Return the times, and entries, with those that differ by rounding made equal.

    Parameters
    ----------
    time : ndarray of float, shape (n,)
        Follow-up, finite.
    entry : ndarray of float, shape (n,), optional
        Late entries; joined with the times, as a patient who enters at an event is not at risk.

    Raises
    ------
    ValueError
        If an entry and its time differ by rounding alone: nobody was watched in between.

    Notes
    -----
    Source: R's ``survival::aeqSurv`` (``timefix = TRUE``), which decides so by default in
    ``survfit``, ``survdiff`` and ``coxph``. Oracle: ``tests/oracle/stats/kaplan_meier.R``.

    Examples
    --------
    >>> join_near_ties(np.array([0.3, 0.1 + 0.2, 1.0]))[0].tolist()
    [0.3, 0.3, 1.0]
    """
    values = np.unique(time if entry is None else np.concatenate([time, entry]))
    joined = values.tolist()
    join_times(joined)
    kept = np.array(joined)
    its_time = kept[np.searchsorted(values, time)]
    if entry is None:
        return its_time, None
    its_entry = kept[np.searchsorted(values, entry)]
    same = np.flatnonzero(its_entry >= its_time)
    if same.size:
        i = int(same[0])
        msg = f"entry[{i}] is {entry[i]}, its time {time[i]}: equal but for rounding"
        raise ValueError(msg)
    return its_time, its_entry
