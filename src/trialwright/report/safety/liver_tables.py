"""Tables 14.3.10 and 14.3.11: candidates of Hy's law with every condition, and the quadrants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.report.formats import show_count
from trialwright.report.safety.display import Row, SafetyTable, say_treated
from trialwright.safety.liver import QUADRANTS
from trialwright.safety.liver.pairs import BILIRUBIN_LINE, TRANSAMINASE_LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.formats import Days
    from trialwright.safety.liver import Condition, HysLawCandidate

_WAYS = (
    ("Every value", ""),
    ("Without the days after ablation", "without_"),
    ("Corrected for the baseline", "corrected_"),
    ("Both", "corrected_without_"),
)
_HOLDS = {True: "holds", False: "does not hold", None: "not known"}


def build_liver_tables(safety: SafetyAnalysis, days: Days) -> tuple[SafetyTable, ...]:
    """Return the candidates of Hy's law, and how the patients lie in the plane of eDISH."""
    hys_law, edish, treated = safety.hys_law, safety.edish, len(safety.treated)
    return (
        *(() if hys_law is None else (_candidates(hys_law, treated, days),)),
        *(() if edish is None else (_quadrants(edish),)),
    )


def _candidates(found: Sequence[HysLawCandidate], treated: int, days: Days) -> SafetyTable:
    rows = tuple(_candidate(one, days) for one in found)
    columns = ("Patient", "Shown as", *_CONDITIONS, "Corrected for the baseline", "Verdict")
    note = (
        f"Laboratory criteria: transaminase at {TRANSAMINASE_LINE:g} times and bilirubin at "
        f"{BILIRUBIN_LINE:g} times the upper limit of normal. A candidate that follows an ablation "
        "stands in a bucket of its own; whether a named cause explains the rise is a physician's "
        "decision. A value known with < or > that may have reached its line makes a candidate of "
        "which that condition is not known."
    )
    population = say_treated(treated)
    title = "Candidates of Hy's law, with every condition"
    empty = "no patient met the laboratory criteria, or may have met them"
    return SafetyTable(
        "14.3.10", title, population, columns, rows, (note,), kind="listing", empty=empty
    )


_CONDITIONS = ("Transaminase", "Bilirubin", "Alkaline phosphatase", "Other causes")


def _candidate(one: HysLawCandidate, days: Days) -> Row:
    cells = (
        one.bucket,
        *(days.in_words(_say(condition)) for condition in one.conditions),
        days.in_words(one.corrected_words),
        days.in_words(one.verdict),
    )
    mark = "procedural" if one.bucket == "procedural" else "alert"
    return Row(one.patient_id, cells, patient=one.patient_id, mark=mark)  # type: ignore[arg-type]


def _say(condition: Condition) -> str:
    return f"{_HOLDS[condition.holds]}: {condition.words}"


def _quadrants(points: pl.DataFrame) -> SafetyTable:
    rows = tuple(
        Row(
            name or "not known: a value is missing or known in part",
            tuple(_count(points, f"{prefix}quadrant", name) for _, prefix in _WAYS),
        )
        for name in (*QUADRANTS, None)
    )
    columns = ("Quadrant", *(title for title, _ in _WAYS))
    note = (
        f"Peak transaminase (line at {TRANSAMINASE_LINE:g}) against peak bilirubin (line at "
        f"{BILIRUBIN_LINE:g}), as multiples of the upper limit of normal, or of the baseline where "
        "that is higher."
    )
    title = "Quadrants of eDISH, patients"
    population = say_treated(points.height)
    return SafetyTable("14.3.11", title, population, columns, rows, (note,))


def _count(points: pl.DataFrame, column: str, quadrant: str | None) -> str:
    of = pl.col(column).is_null() if quadrant is None else pl.col(column) == quadrant
    return show_count(points.filter(of).height, points.height)
