"""Checks of laboratory results that need no knowledge of what a test measures."""

from __future__ import annotations

import pytest

HEADER = "patient_id,test,sample_date,value,qualifier,unit,lower_limit,upper_limit,laboratory\n"


def labs(*rows):
    return {"labs": HEADER + "".join(f"P1,{row}\n" for row in rows)}


CASES = [  # changed tables, rule, severity, row, part of the message
    (
        labs("ALT,2026-01-05,-31,,U/L,9,50,A"),
        ("lab.negative", "error", 2),
        "ALT −31 U/L is below 0",
    ),
    (labs("Base excess,2026-01-05,0,,mmol/L,-2,2,A"), None, ""),
    (
        labs("ALT,2026-01-05,31,,U/L,50,9,A"),
        ("lab.limits_exchanged", "error", 2),
        "the lower limit of ALT, 50, is above its upper limit, 9",
    ),
    (labs("ALT,2026-01-05,31,,U/L,50,50,A"), None, ""),
    (
        labs(
            "ALT,2026-01-05,31,,U/L,9,50,A",
            "ALT,2026-01-12,31,,U/L,9,50,A",
            "ALT,2026-01-19,31,,U/L,7,40,A",
        ),
        ("lab.range_changed", "warning", 4),
        "ALT are 7 to 40 on 2026-01-19 and were 9 to 50 before, and the laboratory is still A",
    ),
    (
        labs(
            "ALT,2026-01-19,31,,U/L,7,40,",  # by date, not by row
            "ALT,2026-01-05,31,,U/L,,50,",
            "ALT,2026-01-26,31,,U/L,,50,",
        ),
        ("lab.range_changed", "warning", 2),
        "were up to 50 before, and no laboratory is named; they change 2 times",
    ),
    (  # another laboratory, another unit, another test, no limits at all
        labs(
            "ALT,2026-01-05,31,,U/L,9,50,A",
            "ALT,2026-01-12,31,,U/L,7,40,B",
            "ALT,2026-01-19,0.5,,ukat/L,0.15,0.8,A",
            "AST,2026-01-19,31,,U/L,7,40,A",
            "ALT,2026-01-26,31,,U/L,,,A",
        ),
        None,
        "",
    ),
]


@pytest.mark.parametrize(("tables", "expected", "part"), CASES)
def test_each_rule_has_a_finding_of_its_own(read, tables, expected, part):
    found = read(**tables).findings
    if expected is None:
        assert not found
        return
    (finding,) = found
    assert (finding.rule, finding.severity, finding.row) == expected
    assert part in finding.message
    assert finding.patient == "P1"
    assert finding.mend


@pytest.mark.parametrize(
    ("written", "value", "sign"),
    [("<5", "5", "<"), ("≤ 0.5", "0.5", "<="), (">= 1000", "1000", ">="), (">9", "9", ">")],
)
def test_a_result_with_a_sign_says_where_the_sign_belongs(only, written, value, sign):
    finding = only(**labs(f"ALT,2026-01-05,{written},,U/L,9,50,A"))
    assert finding.rule == "cell.number"
    assert finding.mend == f"write {value} here and {sign} in the column qualifier"
