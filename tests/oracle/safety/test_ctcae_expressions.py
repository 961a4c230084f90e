"""Laboratory grades against admiral's own expressions on random results, many on a boundary.

Oracle: the tables of criteria in ``shared/cases/lab_grade_admiral_tests.json`` (of
pharmaverse/admiral, Apache-2.0), evaluated as they stand. The rounding to significant digits is
ours in both, and is compared with R in ``test_significant_digits.py``.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter

import pytest
from admiral_expressions import numbers_of, read_expression

from trialwright.safety.ctcae import LabValue, grade_value, read_criteria
from trialwright.safety.units import known_analytes

pytestmark = pytest.mark.shared

VERSIONS = {
    "criteria_1": "4.03",
    "criteria_2": "4.03",
    "criteria_4": "5.0",
    "criteria_5": "5.0",
    "criteria_6": "6.0",
    "criteria_7": "6.0",
}
ANALYTES = {
    "hypercalcemia": "calcium corrected for albumin",
    "hypercalcemia (ionized)": "ionized calcium",
    "hypocalcemia": "calcium corrected for albumin",
    "hypocalcemia (ionized)": "ionized calcium",
    "hyperglycemia": "glucose",
    "hyperglycemia (fasting)": "fasting glucose",
    "hypoglycemia": "glucose",
}
TIMES = (0.25, 0.5, 0.75, 0.99, 1, 1.01, 1.5, 2, 2.5, 3, 4, 5, 6, 10, 20)
DRAWS = 300  # a criterion

WITHOUT_UPPER_LIMIT = (
    "the baseline and that it is abnormal are known: CTCAE then compares with it alone, and "
    "admiral asks for an upper limit that it does not use"
)
WITHOUT_BASELINE = (
    "a creatinine within its limits may be 1.5 times an unknown baseline, which is grade 2; "
    "admiral takes it for grade 0"
)
WITHOUT_ITS_NUMBER = (
    "the baseline is known to be abnormal, as a result >100 may be, and its number is not; admiral "
    "takes the comparison with nothing for grade 0"
)
GGT_FROM_TWICE = "as in test_ctcae_admiral.py: the same range as that of ALP begins alike"


@pytest.fixture(scope="module")
def tables(shared):
    path = shared / "cases" / "lab_grade_admiral_tests.json"
    return json.loads(path.read_text(encoding="utf-8"))["criteria_tables"]


def term_of(row, version):
    written = row["TERM"].casefold()
    direction = {"L": "low", "H": "high"}[row["DIRECTION"]]
    (found,) = (
        term
        for term in read_criteria(version).terms
        if term.name.casefold() == written.split(" (")[0]
        and term.direction == direction
        and ANALYTES.get(written) in (None, term.analyte)
    )
    return found


def draw(rng, pool):
    """Draw a result with limits and baseline, each of which may be unknown (``nan``)."""
    low, high = sorted(rng.choice(pool) * rng.choice(TIMES) for _ in range(2))
    base = rng.choice(pool) * rng.choice(TIMES)
    near = rng.choice((low, high, base, rng.choice(pool)))
    value = rng.choice((near * rng.choice(TIMES), near + rng.choice((0, 2, 4, 20, 40))))
    known = [number if rng.random() > 0.1 else math.nan for number in (low, high, base)]
    side = "high" if base > high else "low" if base < low else "normal"
    return value, *known, None if any(map(math.isnan, known)) and rng.random() < 0.5 else side


def compare_criterion(row, version, rng):
    """Yield the term with admiral's and our grade, and what was unknown, of each random result."""
    term, expression = term_of(row, version), read_expression(row["GRADE_CRITERIA_CODE"])
    unit = row["UNIT_CHECK"] or known_analytes()[term.analyte].standard_unit
    pool = numbers_of(row["GRADE_CRITERIA_CODE"])
    for _ in range(DRAWS):
        value, low, high, base, side = draw(rng, pool)
        if term.name == "Hemoglobin increased" and any(map(math.isnan, (low, high, base))):
            continue  # 4.03: admiral compares the baseline with the limit of the row
        change = 100 * (value - base) / base
        names = {"AVAL": value, "ANRLO": low, "ANRHI": high, "BASE": base, "PCHG": change}
        theirs = expression({**names, "BNRIND": side})
        ours = grade_value(
            read_criteria(version),
            term.analyte,
            term.direction,
            LabValue(value, unit, *(known(x) for x in (low, high)), None, known(base), side),
            significant_digits=15,
        ).grade
        yield term.name, theirs, ours, (math.isnan(high), math.isnan(base), side)


def known(number):
    return None if math.isnan(number) else number


def reason_of(version, name, theirs, ours, unknown):
    """Return why a grade differs from admiral's; none if nothing explains it."""
    no_upper, no_baseline, side = unknown
    if (version, name, theirs, ours) == ("5.0", "Creatinine increased", 0, None) and no_baseline:
        return WITHOUT_BASELINE
    if no_baseline and side in ("high", "low") and (theirs, ours) == (0, None):
        return WITHOUT_ITS_NUMBER
    if theirs is None and no_upper and not no_baseline and side == "high":
        return WITHOUT_UPPER_LIMIT
    if (version, name, theirs, ours, side) == ("5.0", "GGT increased", 0, 1, "high"):
        return GGT_FROM_TWICE
    return None


def test_every_criterion_on_random_results(tables):
    rng = random.Random(1)  # noqa: S311 - not for secrets
    count, reasons = 0, Counter()
    for table, version in VERSIONS.items():
        for row in tables[table]["rows"]:
            for name, theirs, ours, unknown in compare_criterion(row, version, rng):
                count += 1
                if theirs != ours:
                    why = reason_of(version, name, theirs, ours, unknown)
                    assert why, (version, name, theirs, ours, unknown)
                    reasons[why] += 1
    assert count > 75_000
    assert set(reasons) == {
        WITHOUT_UPPER_LIMIT,
        WITHOUT_BASELINE,
        WITHOUT_ITS_NUMBER,
        GGT_FROM_TWICE,
    }
    assert sum(reasons.values()) < 0.01 * count
