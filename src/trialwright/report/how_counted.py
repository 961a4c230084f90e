"""How each endpoint was counted, in one line; the words are those of `report.words`."""

from __future__ import annotations

from trialwright.report.words.counted import explain_endpoint

__all__ = ["explain_endpoint"]
