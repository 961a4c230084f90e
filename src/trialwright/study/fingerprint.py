"""A fingerprint of a study, so that a report can say by which choices it was made."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwright.study.model import Study

_DIGITS = 16


def fingerprint_of_study(study: Study) -> str:
    """Return a fingerprint of every field of a study, with its origin and its evidence.

    Parameters
    ----------
    study : Study
        What was planned.

    Returns
    -------
    str
        Sixteen hexadecimal digits of a SHA-256; comments and layout of the file do not count.
    """
    content = json.dumps(study.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:_DIGITS]
