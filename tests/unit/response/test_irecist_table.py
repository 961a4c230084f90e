"""iRECIST from lesions: each row of table 2 of Seymour 2017, and confirmation elsewhere.

A patient is a table: a value for each lesion on each scan, the first at baseline. A number is a
diameter, a word a state, a pair both, none a lesion that the scan leaves out.
"""

from __future__ import annotations

import pytest
from immune_scans import NT, STILL, UNE, T, X, calls, read

from trialwright.response.immune.codes import ImmuneResponseCode as Code
from trialwright.response.immune.codes import ImmuneRule

# --- Table 2, row by row: without a waiting iUPD, and with one

ROWS = {
    "T iCR, NT iCR, no NL": [
        ((30, 0), ("present", "absent"), None, ["iCR"]),
        ((30, 40, 0), ("present", "present", "absent"), None, ["iUPD", "iCR"]),
        ((30, 30, 0), ("present", "present", "absent"), (None, 12, 0), ["iUPD", "iCR"]),
        ((30, 0, 0), ("present", UNE, "absent"), None, ["iUPD", "iCR"]),
    ],
    "T iCR, NT non-iCR/non-iUPD, no NL": [
        ((30, 0), ("present", "present"), None, ["iPR"]),
        ((30, 40, 0), ("present", "present", "present"), None, ["iUPD", "iPR"]),
        ((30, 0, 0), ("present", UNE, "present"), None, ["iUPD", "iPR"]),
    ],
    "T iPR, NT non-iCR/non-iUPD, no NL": [
        ((100, 70), ("present", "present"), None, ["iPR"]),
        ((100, 120, 70), ("present", "present", "present"), None, ["iUPD", "iPR"]),
        ((100, 100, 70), ("present", "present", "present"), (None, 12, 0), ["iUPD", "iPR"]),
    ],
    "T iSD, NT non-iCR/non-iUPD, no NL": [
        ((100, 100), ("present", "present"), None, ["iSD"]),
        ((100, 120, 119), ("present", "present", "present"), None, ["iUPD", "iSD"]),
        ((100, 100, 100), ("present", UNE, "present"), None, ["iUPD", "iSD"]),
        ((100, 100, 100), ("present", "present", "present"), (None, 12, 0), ["iUPD", "iSD"]),
    ],
    "T iUPD and NT iUPD without increase, NL": [
        ((100, 130, 130), ("present", STILL, STILL), (None, 12, 12), ["iUPD", "iUPD"]),
        ((100, 130, 122), ("present", STILL, STILL), (None, 12, 8), ["iUPD", "iUPD"]),
        ((100, 130, 130), ("present", STILL, STILL), (None, 12, 16.9), ["iUPD", "iUPD"]),
        ((100, 130, 130), ("present", STILL, STILL), (None, 12, 17), ["iUPD", "iCPD"]),
        ((100, 130, 122), ("present", STILL, STILL), (None, 8, 8.1), ["iUPD", "iCPD"]),
        (
            (100, 130, 130),
            ("present", STILL, STILL),
            (None, "present", "increased"),
            ["iUPD", "iCPD"],
        ),
    ],
    "T iSD, iPR or iCR, NT iUPD, no NL": [
        ((100, 100), ("present", UNE), None, ["iUPD"]),
        ((100, 60), ("present", UNE), None, ["iUPD"]),
        ((100, 0), ("present", UNE), None, ["iUPD"]),
        ((100, 100, 100), ("present", STILL, STILL), None, ["iUPD", "iUPD"]),
        ((100, 60, 60), ("present", STILL, STILL), None, ["iUPD", "iUPD"]),
        ((100, 0, 0), ("present", STILL, STILL), None, ["iUPD", "iUPD"]),
        ((100, 60, 60), ("present", UNE, "increased"), None, ["iUPD", "iCPD"]),
        ((100, 60, 60), ("present", STILL, "increased"), None, ["iUPD", "iCPD"]),
        ((100, 60, 60), ("present", UNE, UNE), None, ["iUPD", "iCPD"]),
        ((100, 60, 60), ("present", STILL, (21.0, UNE)), None, ["iUPD", "iCPD"]),
        ((100, 0, 0), ("present", STILL, 21), None, ["iUPD", "iCPD"]),
    ],
    "T iUPD, NT non-iCR/non-iUPD or iCR, no NL": [
        ((100, 120), ("present", "present"), None, ["iUPD"]),
        ((100, 120), ("present", "absent"), None, ["iUPD"]),
        ((100, 130, 130), ("present", "present", "present"), None, ["iUPD", "iUPD"]),
        ((100, 130, 134.9), ("present", "absent", "absent"), None, ["iUPD", "iUPD"]),
        ((100, 130, 135), ("present", "present", "present"), None, ["iUPD", "iCPD"]),
        ((100, 130, 135), ("present", "absent", "absent"), None, ["iUPD", "iCPD"]),
        ((100, 130, 130), ("present", "present", "increased"), None, ["iUPD", "iUPD"]),
    ],
    "T iUPD, NT iUPD, no NL": [
        ((100, 130), ("present", UNE), None, ["iUPD"]),
        ((100, 130, 134), ("present", STILL, STILL), None, ["iUPD", "iUPD"]),
        ((100, 130, 135), ("present", STILL, STILL), None, ["iUPD", "iCPD"]),
        ((100, 130, 125), ("present", UNE, "increased"), None, ["iUPD", "iCPD"]),
        ((100, 130, 110), ("present", STILL, STILL), None, ["iUPD", "iUPD"]),
    ],
    "T iUPD, NT iUPD, NL": [
        ((100, 130), ("present", UNE), (None, 12), ["iUPD"]),
        ((100, 130, 135), ("present", STILL, STILL), (None, 12, 12), ["iUPD", "iCPD"]),
        ((100, 130, 130), ("present", STILL, 22), (None, 12, 12), ["iUPD", "iCPD"]),
        ((100, 130, 130), ("present", STILL, STILL), (None, 12, 18), ["iUPD", "iCPD"]),
        ((100, 130, 131), ("present", STILL, STILL), (None, 12, 14), ["iUPD", "iUPD"]),
    ],
    "T and NT not iUPD, NL": [
        ((100, 100), ("present", "present"), (None, 12), ["iUPD"]),
        ((100, 60), ("present", "present"), (None, "present"), ["iUPD"]),
        ((100, 0), ("present", "absent"), (None, 8), ["iUPD"]),
        ((100, 100, 100), ("present", "present", "present"), (None, 12, 12), ["iUPD", "iUPD"]),
        ((100, 100, 90), ("present", "present", "present"), (None, 12, 10), ["iUPD", "iUPD"]),
        ((100, 100, 100), ("present", "present", "present"), (None, 12, 17), ["iUPD", "iCPD"]),
        ((100, 100, 60), ("present", "present", "present"), (None, 12, 17), ["iUPD", "iCPD"]),
        ((100, 100, 100), ("present", "present", "present"), (None, 8, 9), ["iUPD", "iCPD"]),
    ],
}


@pytest.mark.parametrize(
    ("target", "non_target", "new", "expected"),
    [
        pytest.param(*case, id=f"{row} [{number}]")
        for row, cases in ROWS.items()
        for number, case in enumerate(cases)
    ],
)
def test_row_of_table_2(target, non_target, new, expected):
    response = read({T: target}, {NT: non_target}, {X: new} if new else None)
    assert calls(response) == expected


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ((None, 8, (8.0, UNE)), "iUPD"),
        ((None, 8, (8.5, UNE)), "iCPD"),
        ((None, 8, UNE), "iCPD"),
        ((None, "present", (8.0, UNE)), "iCPD"),
        ((None, 12, (12.0, UNE)), "iUPD"),
        ((None, 12, (16.9, UNE)), "iUPD"),
        ((None, 12, (17.0, UNE)), "iCPD"),
        ((None, 12, UNE), "iCPD"),
    ],
)
def test_word_on_a_new_lesion_counts_where_a_size_is_missing(new, expected):
    assert calls(read({T: (100, 100, 100)}, {}, {X: new})) == ["iUPD", expected]


@pytest.mark.parametrize(
    "old",
    [
        ({T: (100, 130, 130)}, {NT: ("present", STILL, STILL)}),
        ({T: (100, 100, 100)}, {NT: ("present", "present", "present")}),
        ({T: (100, 100, 60)}, {NT: ("present", STILL, "absent")}),
    ],
)
def test_another_new_lesion_confirms(old):
    response = read(*old, {X: (None, 12, 12), "X2": (None, None, "present")})
    assert calls(response) == ["iUPD", "iCPD"]
    assert response.time_points[1].reason.rule == "irecist.confirmed_by_another_new_lesion"
    assert response.time_points[1].new_lesion == Code.ICPD
    assert response.time_points[1].appeared == ("X2",)


# --- Confirmation in another category


@pytest.mark.parametrize(
    ("tables", "rule"),
    [
        (
            ({T: (100, 130, 130)}, {}, {X: (None, None, 12)}),
            ImmuneRule.CONFIRMED_BY_ANOTHER_NEW_LESION,
        ),
        (
            ({T: (100, 130, 110)}, {}, {X: (None, None, 12)}),
            ImmuneRule.CONFIRMED_BY_ANOTHER_NEW_LESION,
        ),
        (
            ({T: (100, 130, 130)}, {NT: ("present", "present", UNE)}),
            ImmuneRule.CONFIRMED_BY_NON_TARGET_AS_WELL,
        ),
        (
            ({T: (100, 100, 130)}, {NT: ("present", STILL, STILL)}),
            ImmuneRule.CONFIRMED_BY_TARGET_AS_WELL,
        ),
        (
            ({T: (100, 100, 120)}, {}, {X: (None, 12, 12)}),
            ImmuneRule.CONFIRMED_BY_TARGET_AS_WELL,
        ),
        (
            ({T: (100, 100, 100)}, {NT: ("present", "present", UNE)}, {X: (None, 12, 12)}),
            ImmuneRule.CONFIRMED_BY_NON_TARGET_AS_WELL,
        ),
        (
            ({T: (100, 100, 60, 80, 80)}, {}, {X: (None, 12, 12, 12, 18)}),
            ImmuneRule.CONFIRMED_BY_NEW_LESION_AS_WELL,
        ),
    ],
)
def test_progression_elsewhere_confirms(tables, rule):
    response = read(*tables)
    assert calls(response)[-2:] == ["iUPD", "iCPD"]
    assert response.time_points[-1].reason.rule == rule.id


def test_growth_of_less_than_progression_elsewhere_does_not_confirm():
    # new lesions of an iUPD that was withdrawn: their bar was reset, 13 % is no progression
    response = read({T: (100, 100, 60, 80, 80)}, {}, {X: (None, 40, 40, 40, 45)})
    assert calls(response) == ["iUPD", "iPR", "iUPD", "iUPD"]
    # the targets grow by less than 20 % from their nadir
    assert calls(read({T: (100, 100, 115)}, {}, {X: (None, 12, 12)})) == ["iUPD", "iUPD"]


@pytest.mark.parametrize(
    ("target", "non_target"),
    [((100, 130, 130), "present"), ((100, 100, 100), STILL), ((100, 130, 110), STILL)],
)
def test_waiting_progression_says_that_it_waits(target, non_target):
    response = read({T: target}, {NT: ("present", non_target, non_target)})
    assert response.time_points[1].reason.rule == "irecist.still_progressed"


def test_each_rule_has_a_sentence():
    tables = [
        (row[0], row[1], row[2]) for cases in ROWS.values() for row in cases
    ]  # every row of table 2
    for target, non_target, new in tables:
        for point in read({T: target}, {NT: non_target}, {X: new} if new else None).time_points:
            assert point.reason.sentence.startswith(f"{point.overall.label}: ")
            assert "nan" not in point.reason.sentence
            assert "{" not in point.reason.sentence
