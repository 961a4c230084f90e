"""Tables 14.3.10 and 14.3.10.1: candidates of Hy's law with every condition, and the quadrants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.report.cells import count_cell
from trialwright.report.figures.population import tells_of_ablation, treated_population
from trialwright.report.model import Row, Table, word_cells
from trialwright.report.safety.columns import count_columns, listing_columns
from trialwright.safety.liver import QUADRANTS
from trialwright.safety.liver.pairs import BILIRUBIN_LINE, TRANSAMINASE_LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.formats import Days
    from trialwright.report.model import Population
    from trialwright.safety.liver import Condition, HysLawCandidate

_WAYS = (
    ("Every value", ""),
    ("Without the days after ablation", "without_"),
    ("Corrected for the baseline", "corrected_"),
    ("Both", "corrected_without_"),
)
_APART = tuple(way for way in _WAYS if "without_" in way[1])  # from the days after an ablation
_UNKNOWN = "not known: a value is missing or known in part"
_HOLDS = {True: "holds", False: "does not hold", None: "not known"}


def build_liver_tables(safety: SafetyAnalysis, days: Days) -> tuple[Table, ...]:
    """Return the candidates of Hy's law, and how the patients lie in the plane of eDISH."""
    hys_law, quadrants, population = safety.hys_law, safety.quadrants, treated_population(safety)
    return (
        *(() if hys_law is None else (_candidates(hys_law, safety, population, days),)),
        *(() if quadrants is None else (_quadrants(quadrants, safety, population),)),
    )


def _candidates(
    found: Sequence[HysLawCandidate], safety: SafetyAnalysis, population: Population, days: Days
) -> Table:
    rows = tuple(_candidate(one, days) for one in found)
    columns = listing_columns(
        ("Patient", "Shown as", *_CONDITIONS, "Corrected for the baseline", "Verdict")
    )
    note = (
        f"Laboratory criteria: transaminase at {TRANSAMINASE_LINE:g} times and bilirubin at "
        f"{BILIRUBIN_LINE:g} times the upper limit of normal. {_whose_bucket(safety)} A value "
        "known with < or > that may have reached its line makes a candidate of which that "
        "condition is not known."
    )
    title = "Candidates of Hy's law, with every condition"
    empty = "no patient met the laboratory criteria, or may have met them"
    return Table("14.3.10", title, population, columns, rows, (note,), kind="listing", empty=empty)


def _whose_bucket(safety: SafetyAnalysis) -> str:
    if tells_of_ablation(safety):
        return (
            "A candidate that follows an ablation stands in a bucket of its own; whether a named "
            "cause explains the rise is a physician's decision."
        )
    return "Whether a named cause explains the rise is a physician's decision."


_CONDITIONS = ("Transaminase", "Bilirubin", "Alkaline phosphatase", "Other causes")


def _candidate(one: HysLawCandidate, days: Days) -> Row:
    cells = word_cells(
        one.bucket,
        *(days.in_words(_say(condition)) for condition in one.conditions),
        days.in_words(one.corrected_words),
        days.in_words(one.verdict),
    )
    mark = "procedural" if one.bucket == "procedural" else "alert"
    return Row(one.patient_id, cells, patient=one.patient_id, mark=mark)  # type: ignore[arg-type]


def _say(condition: Condition) -> str:
    return f"{_HOLDS[condition.holds]}: {condition.words}"


def _quadrants(counted: pl.DataFrame, safety: SafetyAnalysis, population: Population) -> Table:
    ways = _WAYS if tells_of_ablation(safety) else tuple(way for way in _WAYS if way not in _APART)
    found = {
        (one["way"], one["quadrant"]): one["patient_ids"] for one in counted.iter_rows(named=True)
    }
    rows = tuple(
        Row(
            name or _UNKNOWN,
            tuple(
                count_cell(found[way, name], len(population), gives=name or _UNKNOWN)
                for _, way in ways
            ),
        )
        for name in (*QUADRANTS, None)
    )
    note = (
        f"Peak transaminase (line at {TRANSAMINASE_LINE:g}) against peak bilirubin (line at "
        f"{BILIRUBIN_LINE:g}), as multiples of the upper limit of normal, or of the baseline where "
        "that is higher."
    )
    title = "Quadrants of eDISH, patients"
    columns = count_columns("Quadrant", (title for title, _ in ways))
    return Table("14.3.10.1", title, population, columns, rows, (note,))
