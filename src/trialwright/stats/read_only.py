"""Arrays of results and checked inputs, which nobody can edit afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kind = TypeVar("Kind", bound=np.generic)


def read_only(array: NDArray[Kind]) -> NDArray[Kind]:
    """Return a copy of the array that cannot be written to; the caller's stays as it is."""
    kept = np.array(array)
    kept.setflags(write=False)
    return kept
