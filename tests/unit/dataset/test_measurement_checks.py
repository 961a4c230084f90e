"""Checks of single measurements: value, state, repeats, lesion and method."""

from __future__ import annotations

import pytest

METHODS = "patient_id,lesion_id,visit,scan_date,diameter_mm,state,method\n"

CASES = [  # changed tables, rule, severity, row, part of the message
    (
        {"measurements": "+P1,T1,week 16,2026-05-01,-4,\n"},
        ("measurement.negative", "error", 7),
        "lesion T1, 2026-05-01: −4 mm; a diameter is 0 mm or more",
    ),
    (
        {"measurements": "+P1,T2,week 16,2026-05-01,401,\n"},
        ("measurement.huge", "warning", 7),
        "401 mm is more than 400 mm",
    ),
    (
        {"measurements": "+P1,T1,week 16,2026-05-01,,\n"},
        ("measurement.neither", "error", 7),
        "lesion T1, 2026-05-01: neither a diameter nor a state",
    ),
    (
        {"measurements": "+P1,T1,week 16,2026-05-01,,not_recorded\n"},
        ("measurement.blank", "error", 7),
        "the size is blank in the source",
    ),
    (
        {"measurements": "+P1,T1,week 16,2026-05-01,12,not_evaluable\n"},
        ("measurement.both", "error", 7),
        "both 12 mm and the state not_evaluable",
    ),
    (
        {"measurements": "+P1,T1,week 16,2026-05-01,0,absent\n"},
        ("measurement.restated", "note", 7),
        "both 0 mm and the state absent, which agree",
    ),
    (
        {"measurements": "+P1,T1,week 16,2026-05-01,5,too_small\n"},
        ("measurement.restated", "note", 7),
        "both 5 mm and the state too_small, which agree",
    ),
    (
        {"measurements": "+P1,T1,week 16,2026-05-01,6,too_small\n"},
        ("measurement.both", "error", 7),
        "both 6 mm and the state too_small",
    ),
    (
        {"measurements": "+P1,T1,week 8,2026-03-01,31,\n"},
        ("measurement.duplicate", "error", 4),
        "lesion T1, 2026-03-01: rows 4 and 7 hold 30 mm and 31 mm",
    ),
    (
        {"measurements": "+P1,T1,week 8,2026-03-01,,not_evaluable\n"},
        ("measurement.duplicate", "error", 4),
        "rows 4 and 7 hold 30 mm and not_evaluable",
    ),
    (
        {"measurements": "+P1,T1,week 8,2026-03-01,30,\n"},
        ("measurement.repeated", "error", 4),
        "rows 4 and 7 hold the same, 30 mm",
    ),
    (
        {"measurements": "+P1,T1,week 16,2026-05-01,,present\n"},
        ("measurement.target_without_size", "error", 7),
        "a target lesion is present, without a size",
    ),
    (
        {"measurements": "+P1,T1,week 8,2026-03-04,31,\n"},
        ("measurement.several_sizes", "error", 4),
        "lesion T1, visit week 8: 30 mm on 2026-03-01 and 31 mm on 2026-03-04",
    ),
    (
        {"measurements": "+P1,T2,week 8,2026-03-04,,absent\n"},
        ("measurement.several_sizes", "error", 5),
        "5 mm on 2026-03-01 and 0 mm on 2026-03-04",
    ),
    ({"measurements": "+P1,T2,week 8,2026-03-04,5,\n"}, None, ""),
    ({"measurements": "+P1,T1,week 8,2026-03-04,,not_evaluable\n"}, None, ""),
    (
        {"measurements": "+P1,T7,week 16,2026-05-01,30,\n"},
        ("measurement.unknown_lesion", "warning", 7),
        "lesion_id 'T7' is not in the table lesions; its part is unknown",
    ),
    (
        {
            "measurements": f"{METHODS}P1,T1,baseline,2026-01-05,42,,CT\n"
            "P1,T2,baseline,2026-01-05,20,,CT\nP1,T1,week 8,2026-03-01,30,,MRI\n"
            "P1,T1,week 16,2026-05-01,30,,MRI\nP1,T1,week 24,2026-07-01,30,,CT\n"
        },
        ("measurement.method_changed", "warning", 4),
        "lesion T1, 2026-03-01: measured by MRI and on 1 later scans, and by CT at baseline",
    ),
    (
        {
            "measurements": f"{METHODS}P1,T1,baseline,2026-01-05,42,,CT\n"
            "P1,T2,baseline,2026-01-05,20,,\nP1,N1,baseline,2026-01-05,,present,CT\n"
            "P1,T1,week 8,2026-03-01,30,,ct\nP1,T2,week 8,2026-03-01,30,,MRI\n"
            "P1,N1,week 8,2026-03-01,,present,MRI\nP1,T1,week 16,2026-05-01,30,,\n"
            "P1,T1,week 24,2026-07-01,,not_evaluable,MRI\n"
        },
        None,
        "",
    ),
]


@pytest.mark.parametrize(("changes", "expected", "words"), CASES)
def test_a_check_of_measurements_finds_its_case_and_nothing_else(check, changes, expected, words):
    check(changes, expected, words)


def test_one_scan_read_by_two_readers_is_no_repeat(read):
    rows = "".join(
        f"P1,{reader},T1,baseline,2026-01-05,{first}\nP1,{reader},T1,week 8,{day},{second}\n"
        for reader, first, day, second in (
            ("central_1", 42, "2026-03-01", 30),
            ("central_2", 50, "2026-03-02", 45),
        )
    )
    dataset = read(
        lesions="patient_id,reader,lesion_id,role,organ,lymph_node\n"
        "P1,central_1,T1,target,liver,N\nP1,central_2,T1,target,liver,N\n",
        measurements=f"patient_id,reader,lesion_id,visit,scan_date,diameter_mm\n{rows}",
    )
    assert dataset.findings == ()


def test_a_size_in_cm_is_told_from_the_sizes_of_the_same_reader(read):
    """The sizes of the other reader are tenfold and would hide it."""
    rows = "".join(
        f"P1,{reader},T1,{visit},{day},{size}\n"
        for reader, sizes in (("central_1", (42, 4.0, 38)), ("central_2", (42, 40, 38)))
        for visit, day, size in zip(
            ("baseline", "week 8", "week 16"), ("2026-01-05", "2026-03-01", "2026-05-01"), sizes,
            strict=True,
        )
    )  # fmt: skip
    (finding,) = read(
        lesions="patient_id,reader,lesion_id,role,organ,lymph_node\n"
        "P1,central_1,T1,target,liver,N\nP1,central_2,T1,target,liver,N\n",
        measurements=f"patient_id,reader,lesion_id,visit,scan_date,diameter_mm\n{rows}",
    ).findings
    assert (finding.rule, finding.row, finding.reader) == ("measurement.unit", 3, "central_1")
    assert "patient P1, reader central_1: lesion T1" in str(finding)
