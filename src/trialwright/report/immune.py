"""The best responses of the trial by iRECIST, beside those by RECIST 1.1."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.palette import immune_css_class
from trialwright.report.responses import Badge
from trialwright.response import ImmuneResponseCode

if TYPE_CHECKING:
    from trialwright.analysis import Analysis
    from trialwright.response import PatientResponse


@dataclass(frozen=True, slots=True)
class ImmuneSection:
    """How many patients have each pair of best responses: RECIST 1.1 in rows, iRECIST in columns.

    ``progression`` says of how many patients a progression was confirmed, and of how many not.
    """

    columns: tuple[Badge, ...]
    rows: tuple[tuple[Badge, tuple[int, ...]], ...]
    progression: str


def build_immune(analysis: Analysis) -> ImmuneSection | None:
    """Lay out iRECIST for the efficacy set; none where the study does not ask for it."""
    if analysis.study.response.immune_criteria.require() == "none":
        return None
    responses = [analysis.response_of(one.patient_id) for one in analysis.sets.efficacy]
    table = Counter((one.best.response, _best_immune(one)) for one in responses)
    called = sorted({best for best, _ in table})
    immune = sorted({best for _, best in table})
    return ImmuneSection(
        tuple(Badge(one.label, immune_css_class(one)) for one in immune),
        tuple((Badge.of(row), tuple(table[row, column] for column in immune)) for row in called),
        _progression_words(responses),
    )


def _best_immune(response: PatientResponse) -> ImmuneResponseCode:
    """Return the best response; a patient who cannot be read by RECIST 1.1 cannot by iRECIST."""
    return ImmuneResponseCode.NE if response.immune is None else response.immune.best.response


def _progression_words(responses: list[PatientResponse]) -> str:
    ends = [one.immune.progression for one in responses if one.immune is not None]
    dated = [one for one in ends if one.date is not None]
    confirmed = sum(one.confirmed_on is not None for one in dated)
    return f"Progression by iRECIST: confirmed {confirmed}, not confirmed {len(dated) - confirmed}."
