"""A candidate of Hy's law: the pair of values, every condition, and what the verdict rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.safety.liver.causes import OtherCause
    from trialwright.safety.liver.samples import LiverSample

Bucket = Literal["every condition", "not known", "cholestatic", "other cause", "procedural"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: its name, whether it holds (none: not known), and the value behind it."""

    name: str
    holds: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class CorrectedPair:
    """The first pair that meets both lines by multiples of max(upper limit, baseline)."""

    transaminase: LiverSample
    bilirubin: LiverSample


@dataclass(frozen=True, slots=True)
class HysLawCandidate:
    """One episode in which transaminase and bilirubin of a patient met the laboratory criteria.

    Or may have met them: a value with ``<`` or ``>`` may leave it open.

    Parameters
    ----------
    patient_id : str
        The patient.
    bucket : str
        Where it is shown: ``every condition``; ``not known`` (a condition is open);
        ``cholestatic`` (alkaline phosphatase is high); ``other cause`` (the data name one);
        ``procedural`` (an ablation shortly before).
    transaminase, bilirubin : LiverSample
        The first pair of samples of the episode that meets the criteria, or may meet them.
    conditions : tuple of Condition
        Every condition with its value, date and whether it holds.
    causes : tuple of OtherCause
        Every other cause looked for, found or not.
    corrected : CorrectedPair or None
        The first pair of the episode that meets them by baseline-corrected multiples.
    corrected_met : bool or None
        Whether there is such a pair; none: not known, without a baseline or by a ``<`` or ``>``.
    corrected_words : str
        What the corrected multiples say.
    verdict : str
        In words.
    """

    patient_id: str
    bucket: Bucket
    transaminase: LiverSample
    bilirubin: LiverSample
    conditions: tuple[Condition, ...]
    causes: tuple[OtherCause, ...]
    corrected: CorrectedPair | None
    corrected_met: bool | None
    corrected_words: str
    verdict: str

    @property
    def days_apart(self) -> int:
        """Days from the sample of transaminase to that of bilirubin."""
        return (self.bilirubin.date - self.transaminase.date).days


def hys_law_frame(candidates: Sequence[HysLawCandidate]) -> pl.DataFrame:
    """Write candidates as a table, one row each, for listings.

    Returns
    -------
    polars.DataFrame
        ``patient_id``, ``bucket``, ``verdict``; ``transaminase`` (the test),
        ``transaminase_date``, ``transaminase_multiple``, ``bilirubin_date``,
        ``bilirubin_multiple``, ``days_apart``; ``alkaline_phosphatase`` and ``other_causes`` (words
        of these conditions); ``corrected_met`` (null: not known) and ``corrected_words``.
    """
    schema = {
        "patient_id": pl.String, "bucket": pl.String, "verdict": pl.String,
        "transaminase": pl.String, "transaminase_date": pl.Date,
        "transaminase_multiple": pl.Float64, "bilirubin_date": pl.Date,
        "bilirubin_multiple": pl.Float64, "days_apart": pl.Int64,
        "alkaline_phosphatase": pl.String, "other_causes": pl.String,
        "corrected_met": pl.Boolean, "corrected_words": pl.String,
    }  # fmt: skip
    rows = [
        (
            one.patient_id, one.bucket, one.verdict,
            one.transaminase.name, one.transaminase.date, one.transaminase.multiple,
            one.bilirubin.date, one.bilirubin.multiple, one.days_apart,
            one.conditions[2].words, one.conditions[3].words,
            one.corrected_met, one.corrected_words,
        )
        for one in candidates
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")
