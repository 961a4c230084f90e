"""Laboratory grades of a whole published trial, value by value.

Oracle: ``shared/data/adam/adlb.parquet`` (pharmaverseadam, Apache-2.0), made by the template
``ad_adlb`` of admiral with CTCAE 4.03 in SI units.
"""

from __future__ import annotations

import re
from collections import Counter

import polars as pl
import pytest

from trialwright.safety.ctcae import LabValue, grade_value, read_criteria
from trialwright.safety.units import find_analyte

pytestmark = pytest.mark.shared

CRITERIA = read_criteria("4.03")
NUMBERS = ("AVAL", "ANRLO", "ANRHI", "BASE")
SIDES = {"L": "low", "H": "high"}
# What the template grades as something else than the test is: it has no corrected calcium, and no
# CD4 count; the numbers are graded as the term asks.
ASKED = {
    "HYPERCALCEMIA": "calcium corrected for albumin",
    "HYPOCALCEMIA": "calcium corrected for albumin",
    "CD4 LYMPHOCYTES DECREASED": "CD4 lymphocytes",
}


@pytest.fixture(scope="module")
def records(shared):
    table = pl.read_parquet(shared / "data" / "adam" / "adlb.parquet")
    graded = pl.any_horizontal(pl.col("ATOXDSCL", "ATOXDSCH").is_not_null())
    numbers = pl.col(NUMBERS).cast(pl.String).cast(pl.Float64, strict=False)
    return table.filter(graded & pl.col("AVAL").is_not_null()).with_columns(numbers)


def our_grade(row, side):
    """Return our grade of a record for the term that the template looks at."""
    term = row[f"ATOXDSC{side}"].upper()
    analyte = ASKED.get(term) or find_analyte(row["LBTESTCD"] or row["PARAMCD"]).name
    unit = re.search(r"\(([^()]*)\)$", row["PARAM"])[1]
    words = {"HIGH": "high", "LOW": "low", "NORMAL": "normal"}
    sample = LabValue(
        row["AVAL"],
        unit,
        row["ANRLO"],
        row["ANRHI"],
        baseline=row["BASE"],
        baseline_range=words.get(row["BNRIND"]),
    )
    graded = grade_value(CRITERIA, analyte, SIDES[side], sample, significant_digits=15)
    assert graded.term.upper() == term
    return None if graded.grade is None else str(graded.grade)


def test_every_value_of_the_trial(records):
    """admiral leaves haemoglobin without a grade: the trial has it in mmol/L, for which CTCAE names
    thresholds that admiral's tables do not hold.
    """
    met, in_mmol, different = Counter(), Counter(), []
    for row in records.iter_rows(named=True):
        for side in SIDES:
            if row[f"ATOXDSC{side}"] is None:
                continue
            theirs, ours = row[f"ATOXGR{side}"], our_grade(row, side)
            if row["PARAMCD"] == "HGB":
                assert theirs is None
                in_mmol[ours] += 1
            elif ours != theirs:
                different.append((row["USUBJID"], row["PARAMCD"], row["AVAL"], theirs, ours))
            met[theirs] += 1
    assert not different
    assert met == {"0": 52729, "1": 2061, "2": 191, "3": 78, None: 5016}
    assert in_mmol == {"0": 4805, "1": 191, "2": 2}
