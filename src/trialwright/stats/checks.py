"""Refuse arguments that no method can answer, naming the offending one.

Every message says the argument, the value, where it stands, and what is allowed.
"""

from __future__ import annotations

import math
import operator
from numbers import Real
from statistics import NormalDist
from typing import TYPE_CHECKING, NoReturn

import numpy as np

if TYPE_CHECKING:
    from typing import SupportsIndex

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

_MOST_PATIENTS = 2**53  # beyond it a float cannot count them


def check_whole(name: str, count: SupportsIndex) -> int:
    """Return a whole number as ``int``; ``ValueError`` for anything else, ``True`` included."""
    if not isinstance(count, (bool, np.bool_)):
        try:
            return operator.index(count)
        except TypeError:
            pass
    msg = f"{name} must be a whole number, not {count!r}"
    raise ValueError(msg)


def check_count(
    successes: SupportsIndex, n: SupportsIndex, names: tuple[str, str] = ("successes", "n")
) -> tuple[int, int]:
    """Return both as ``int``; ``ValueError`` unless ``n`` is 1 or more and holds ``successes``."""
    k, m = check_whole(names[0], successes), check_whole(names[1], n)
    if not 1 <= m <= _MOST_PATIENTS:
        wanted = "1 or more" if m < 1 else f"at most {_MOST_PATIENTS}"
        msg = f"{names[1]} must be {wanted}, not {m}"
        raise ValueError(msg)
    if not 0 <= k <= m:
        msg = f"{names[0]} must be from 0 to {names[1]} = {m}, not {k}"
        raise ValueError(msg)
    return k, m


def check_level(level: float) -> float:
    """Return a two-sided confidence level; ``ValueError`` unless it lies inside (0, 1)."""
    # 1 - 1e-16 is a float, and its tail is not: no normal quantile belongs to it.
    if not (_is_number(level) and 0 < level < 1 and level / 2 + 0.5 < 1):
        msg = f"level must lie strictly between 0 and 1, such as 0.95, not {level!r}"
        raise ValueError(msg)
    return float(level)


def check_inside(name: str, value: float, low: float = 0.0, high: float = 1.0) -> float:
    """Return ``value``; ``ValueError`` unless it lies strictly between ``low`` and ``high``."""
    if not (_is_number(value) and low < value < high):
        msg = f"{name} must lie strictly between {low:g} and {high:g}, not {value!r}"
        raise ValueError(msg)
    return float(value)


def check_at_least(name: str, value: float, least: float = 0.0) -> float:
    """Return ``value``; ``ValueError`` if it is missing or below ``least``."""
    if not (_is_number(value) and value >= least):
        msg = f"{name} must be a number >= {least:g}, not {value!r}"
        raise ValueError(msg)
    return float(value)


def check_finite(name: str, value: float, least: float = 0.0) -> float:
    """Return ``value``; ``ValueError`` if it is missing, infinite or below ``least``."""
    if not (_is_number(value) and least <= value < math.inf):
        msg = f"{name} must be a finite number >= {least:g}, not {value!r}"
        raise ValueError(msg)
    return float(value)


def check_choice(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """Return ``value``; ``ValueError`` with the allowed words unless it is one of them."""
    if value not in allowed:
        msg = f"{name} must be one of {sorted(allowed)}, not {value!r}"
        raise ValueError(msg)
    return value


def normal_quantile(level: float) -> float:
    """Return z of a two-sided level, 1.96 for 0.95; ``ValueError`` as for `check_level`."""
    return NormalDist().inv_cdf(0.5 + check_level(level) / 2)


def check_times(
    time: ArrayLike, event: ArrayLike, entry: ArrayLike | None = None
) -> tuple[Floats, Flags, Floats | None]:
    """Return follow-up times, events and late entries as arrays of one length.

    Parameters
    ----------
    time : array_like, shape (n,)
        Follow-up, finite and 0 or more, n at least 1.
    event : array_like, shape (n,)
        True or 1 for an event, False or 0 for a censoring; nothing else.
    entry : array_like, shape (n,), optional
        When each patient came under observation (left truncation): 0 or more, before ``time``.

    Raises
    ------
    ValueError
        Naming the first offending index.
    """
    t, e = as_numbers("time", time), np.asarray(event)
    check_same_length("time", t, "event", e)
    if t.size == 0:
        msg = "time is empty: at least one patient is needed"
        raise ValueError(msg)
    refuse("time", t, ~(np.isfinite(t) & (t >= 0)), "a finite number >= 0")
    if e.dtype != np.bool_:
        refuse("event", e, ~np.isin(e, (0, 1)), "True or False (1 or 0)")
    if entry is None:
        return t, e.astype(np.bool_), None
    begin = as_numbers("entry", entry)
    check_same_length("time", t, "entry", begin)
    refuse("entry", begin, ~((begin >= 0) & (begin < t)), "0 or more and before its time")
    return t, e.astype(np.bool_), begin


def as_numbers(name: str, values: ArrayLike) -> Floats:
    """Return the values as floats; ``ValueError`` naming the first that is no number."""
    try:
        return np.asarray(values, float)
    except (TypeError, ValueError):
        for i, value in enumerate(np.asarray(values, object).ravel().tolist()):
            if not _is_number(value):
                msg = f"{name}[{i}] is {value!r}; every one must be a number"
                raise ValueError(msg) from None
        msg = f"{name} must be numbers in rows of one length"
        raise ValueError(msg) from None


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, (bool, np.bool_))


def check_codes(
    codes: ArrayLike, allowed: tuple[int, ...], name: str = "event"
) -> NDArray[np.int64]:
    """Return event codes as whole numbers; ``ValueError`` naming the first undeclared one."""
    given = np.asarray(codes)
    if given.ndim != 1:
        msg = f"{name} must be 1-d, not of shape {given.shape}"
        raise ValueError(msg)
    refuse(name, given, ~np.isin(given, allowed), f"one of {list(allowed)}")
    return given.astype(np.int64)


def check_same_length(
    name: str, one: NDArray[np.generic], other_name: str, other: NDArray[np.generic]
) -> None:
    """Raise ``ValueError`` unless both arrays are one-dimensional and of one length."""
    if one.shape != other.shape or one.ndim != 1:
        msg = f"{name} {one.shape} and {other_name} {other.shape} must be 1-d and of one length"
        raise ValueError(msg)


def refuse(name: str, values: NDArray[np.generic], wrong: Flags, wanted: str) -> None:
    """Raise ``ValueError`` for the first entry that is wrong, if any."""
    if wrong.any():
        _refuse_at(name, values, int(np.flatnonzero(wrong)[0]), wanted)


def _refuse_at(name: str, values: NDArray[np.generic], i: int, wanted: str) -> NoReturn:
    msg = f"{name}[{i}] is {values[i]}; every one must be {wanted}"
    raise ValueError(msg)
