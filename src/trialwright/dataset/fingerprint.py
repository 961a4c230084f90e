"""A fingerprint of the data, so that a report can say exactly which data it was made from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from trialwright.dataset.dataset import Dataset

_DIGITS = 16


def fingerprint_of(dataset: Dataset) -> str:
    """Return a fingerprint of every value of a data set.

    Parameters
    ----------
    dataset : Dataset
        What was observed.

    Returns
    -------
    str
        Sixteen hexadecimal digits of a SHA-256. Equal for equal tables, rows and day 0 in the
        same order; the place of the files and the findings do not count.

    Examples
    --------
    >>> from trialwright.dataset import Dataset
    >>> len(fingerprint_of(Dataset.create({}, source="nothing")))
    16
    """
    digest = hashlib.sha256(f"{dataset.day_zero}\n".encode())
    for name, frame in dataset.frames.items():
        digest.update(f"{name}\n".encode())
        digest.update(frame.drop(SOURCE_ROW).write_csv().encode())
    return digest.hexdigest()[:_DIGITS]
