"""The columns of a table that shows readings side by side, and those that are not possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.report.model import Column
from trialwright.report.tables.efficacy_inputs import best_of_each, capitalise
from trialwright.report.words.counted import explain_endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trialwright.analysis import Analysis
    from trialwright.analysis.beside import Readings

PRIMARY = "Primary reading"


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the trial, and the best response that it gives each patient."""

    title: str
    analysis: Analysis
    best: Mapping[str, str]


def show_readings(readings: Readings) -> tuple[Reading, ...]:
    """Return the study's own reading, then each other one that is possible.

    Parameters
    ----------
    readings : Readings
        Readers are left out: they have tables of their own.
    """
    own = Reading(PRIMARY, readings.own, best_of_each(readings.own))
    others = (
        Reading(capitalise(one.title), one.analysis, best_of_each(one.analysis))
        for one in readings.others
        if one.analysis is not None
    )
    return (own, *others)


def head_readings(shown: Sequence[Reading]) -> tuple[Column, ...]:
    """Return the label column and one column a reading, with the number of patients."""
    return (
        Column(""),
        *(
            Column(f"{one.title} (N = {len(one.analysis.sets.efficacy)})", "number")
            for one in shown
        ),
    )


def explain_readings(readings: Readings, *keys: str) -> tuple[str, ...]:
    """Return notes: how the endpoints were counted, and which reading is not possible, and why."""
    own = readings.own
    told = [(key, explain_endpoint(key, own.study, own.counting)) for key in keys]
    return (
        *(f"{PRIMARY}, {key}: {words}." for key, words in told if words),
        *(
            f"{capitalise(one.title)}: not possible: {one.why_not}"
            for one in readings.others
            if one.analysis is None
        ),
    )


def explain_missing(analysis: Analysis, *keys: str) -> tuple[str, ...]:
    """Return a note for each endpoint that is not computable, with the reason."""
    return tuple(
        f"{one.title} ({one.key}) is not computable: {one.why}."
        for one in analysis.not_computable
        if one.key in keys
    )
