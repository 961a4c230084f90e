"""Laboratory grades against every CTCAE case that admiral tests itself with.

Oracle: ``shared/cases/lab_grade_admiral_tests.json`` (pharmaverse/admiral, Apache-2.0): the cases
of ``derive_var_atoxgr_dir`` and ``derive_var_atoxgr``. Those by DAIDS (criteria 9 and 10) are left
out.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import NamedTuple

import pytest

from trialwright.safety.ctcae import LabValue, ManyValues, grade_many, grade_value, read_criteria
from trialwright.safety.ctcae.rule import NO_TERM, NOT_GRADED, worse_of
from trialwright.safety.units import known_analytes

pytestmark = pytest.mark.shared

# Which table of the file is which: the version, by its terms and thresholds. 1, 4 and 6 are in SI
# units, 2, 5 and 7 in conventional ones, 3 and 8 in both.
VERSIONS = {
    "criteria_1": "4.03",
    "criteria_2": "4.03",
    "criteria_3": "4.03",
    "criteria_4": "5.0",
    "criteria_5": "5.0",
    "criteria_6": "6.0",
    "criteria_7": "6.0",
    "criteria_8": "4.03",
}
DAIDS = {"criteria_9", "criteria_10"}
DIGITS = 15  # default of admiral
# admiral tells the analytes of one term apart by the name of the term.
ANALYTES = {
    "hypercalcemia": "calcium corrected for albumin",
    "hypercalcemia (ionized)": "ionized calcium",
    "hypocalcemia": "calcium corrected for albumin",
    "hypocalcemia (ionized)": "ionized calcium",
    "hyperglycemia": "glucose",
    "hyperglycemia (fasting)": "fasting glucose",
    "hypoglycemia": "glucose",
}
DIRECTIONS = {"L": "low", "H": "high"}
# Rows that we grade otherwise, by case and number of the row: admiral's grade, ours, the reason.
GGT = (
    "CTCAE 5.0 gives GGT and ALP one range for grade 1 of an abnormal baseline, from 2.0 to 2.5 "
    "times it. admiral lets that of ALP begin at 2.0 times itself (Test 14a: 80 of 40 is grade 1) "
    "and that of GGT above it; one range is read in one way here."
)
DIFFERENT = {("derive_var_atoxgr_dir Test 30a: CTCAEv5 GGT increased", 22): ("0", "1", GGT)}


class Row(NamedTuple):
    """One row of a case: what is graded, and the grade that admiral expects."""

    case: str
    number: int
    version: str
    term: str | None
    direction: str
    sample: LabValue
    expected: str | None


def read_cases(shared, function):
    path = shared / "cases" / "lab_grade_admiral_tests.json"
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return [case for case in cases if case["upstream_function"] == function]


def rows_of(case):
    """Return the rows of one case."""
    inputs = case["inputs"]
    term, grade = inputs["tox_description_var"]["var"], inputs["new_var"]["var"]
    return [
        Row(
            " ".join(case["name"].split()),
            number,
            VERSIONS[inputs["meta_criteria"]["criteria"]],
            row[term],
            DIRECTIONS[inputs["criteria_direction"]],
            sample_of(row, inputs),
            row[grade],
        )
        for number, row in enumerate(case["expected"]["table"]["rows"], start=1)
    ]


def sample_of(row, inputs):
    """Return the result as we take it: a baseline from the change where only that is given."""
    base, change, value = row.get("BASE"), row.get("PCHG"), row["AVAL"]
    if change is not None and value is not None:
        base = value / (1 + change / 100)
    return LabValue(
        math.nan if value is None else value,
        row["AVALU"],
        row.get("ANRLO"),
        row.get("ANRHI"),
        baseline=base,
        baseline_range=range_of(row, inputs),
    )


def range_of(row, inputs):
    """Return where the baseline lay: as the case says, else by the limits of the row."""
    if "BNRIND" in row:
        for name in ("high", "low"):
            said = inputs.get(f"{name}_indicator", [])
            if row["BNRIND"] in ([said] if isinstance(said, str) else said):
                return name
        return None if row["BNRIND"] is None else "normal"
    base, high = row.get("BASE"), row.get("ANRHI")
    if base is None or high is None:
        return None
    return "high" if base > high else "normal"


def analyte_of(row):
    """Return the analyte of a term as admiral writes it; none if the version has no such term."""
    written = (row.term or "").casefold()
    name, wanted = written.split(" (")[0], ANALYTES.get(written)
    for term in read_criteria(row.version).terms:
        is_term = term.name.casefold() == name and term.direction == row.direction
        if is_term and wanted in (None, term.analyte):
            return term.analyte
    return None


def our_grade(row):
    """Return our grade as admiral writes it; what is graded says why, and what is not as well."""
    analyte = analyte_of(row)
    if analyte is None or math.isnan(row.sample.value):
        return None
    criteria = read_criteria(row.version)
    graded = grade_value(criteria, analyte, row.direction, row.sample, significant_digits=DIGITS)
    if graded.grade is None:
        assert graded.not_graded
        return None
    assert graded.why.startswith(f"{graded.term} grade {graded.grade}: ")
    assert 0 <= graded.least <= graded.grade
    return str(graded.grade)


@pytest.fixture(scope="module")
def rows(shared):
    cases = read_cases(shared, "derive_var_atoxgr_dir")
    of_ctcae = [one for one in cases if one["inputs"]["meta_criteria"]["criteria"] not in DAIDS]
    assert (len(cases), len(of_ctcae)) == (281, 207)
    return [row for case in of_ctcae for row in rows_of(case)]


def test_every_row_of_every_case(rows):
    found = {(row.case, row.number): (row.expected, our_grade(row)) for row in rows}
    assert len(rows) == 3549
    different = {key: grades for key, grades in found.items() if len(set(grades)) > 1}
    assert different == {key: reason[:2] for key, reason in DIFFERENT.items()}


def test_the_rows_hold_every_grade_and_nearly_every_term(rows):
    """The cases would say little if they met few terms or few grades."""
    grades = Counter(row.expected for row in rows)
    assert grades == {None: 1315, "0": 293, "1": 414, "2": 600, "3": 638, "4": 289}
    met = {(row.version, analyte_of(row), row.direction) for row in rows if row.expected}
    known = {
        (version, term.analyte, term.direction)
        for version in VERSIONS.values()
        for term in read_criteria(version).terms
        if term.rungs
    }
    assert known - met == {  # admiral tests the pH of 6.0 alone, and names no fasting hypoglycemia
        *((version, "blood pH", side) for version in ("4.03", "5.0") for side in ("low", "high")),
        *((version, "fasting glucose", "low") for version in VERSIONS.values()),
    }


def test_many_at_once_are_graded_as_one_by_one(rows):
    for version in sorted(set(VERSIONS.values())):
        criteria = read_criteria(version)
        mine = [row for row in rows if row.version == version and analyte_of(row) is not None]
        places = [
            criteria.place(known_analytes()[analyte_of(row)], row.sample.unit).number
            for row in mine
        ]
        many = grade_many(criteria, arrays_of(mine, places), significant_digits=DIGITS)
        for at, row in enumerate(mine):
            code = getattr(many, row.direction)[at]
            assert (None if code < 0 else str(code)) == our_grade(row), row


def arrays_of(rows, places):
    def numbers(name):
        return [math.nan if (x := getattr(row.sample, name)) is None else x for row in rows]

    ranges = {"low": -1, "normal": 0, "high": 1, None: 2}
    return ManyValues.of(
        places,
        numbers("value"),
        lower=numbers("lower_limit"),
        upper=numbers("upper_limit"),
        baseline=numbers("baseline"),
        baseline_range=[ranges[row.sample.baseline_range] for row in rows],
    )


def test_the_worse_of_both_directions(shared):
    """``derive_var_atoxgr``: its sign tells the direction, which has a column of its own here."""
    count = 0
    for case in read_cases(shared, "derive_var_atoxgr"):
        for row in case["expected"]["table"]["rows"]:
            codes = [
                NO_TERM
                if row[f"ATOXDSC{side}"] is None
                else NOT_GRADED
                if row[f"ATOXGR{side}"] is None
                else int(row[f"ATOXGR{side}"])
                for side in "LH"
            ]
            worst = worse_of(*codes)
            expected = None if row["ATOXGR"] is None else abs(int(row["ATOXGR"]))
            assert (None if worst < 0 else worst) == expected, row
            count += 1
    assert count == 15
