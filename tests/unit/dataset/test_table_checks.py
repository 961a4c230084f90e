"""Checks of every table: values, keys, references, and who read the scans."""

from __future__ import annotations

import pytest

NOT_IMAGED = (
    "patient_id,visit,visit_type,not_imaged\nP1,baseline,baseline,{}\nP1,week 8,scheduled,\n"
)
READ_BY_CENTRAL_1 = {
    "lesions": "patient_id,reader,lesion_id,role,organ,lymph_node\n"
    "P1,central_1,T1,target,liver,N\n",
    "measurements": "patient_id,reader,lesion_id,visit,scan_date,diameter_mm\n"
    "P1,central_1,T1,baseline,2026-01-05,42\n",
}

CASES = [  # changed tables, rule, severity, row, part of the message
    (
        {"patients": "patient_id\nP1\nP1\n"},
        ("table.duplicate", "error", 2),
        "rows 2 and 3 are all patient_id P1",
    ),
    (
        {"patients": "patient_id,ecog\nP1,6\n"},
        ("value.impossible", "error", 2),
        "ecog 6; ECOG performance status at baseline is 0 to 5",
    ),
    (
        {"doses": "patient_id,drug,start_date,dose_mg\nP1,regorafenib,2026-01-10,-80\n"},
        ("value.impossible", "error", 2),
        "dose_mg −80 mg; dose given is 0 or more",
    ),
    (
        {"therapies": "patient_id,therapy,start_date\nP2,FOLFIRI,2026-05-01\n"},
        ("reference.patient", "error", 2),
        "patient_id 'P2' is not in the table patients",
    ),
    (
        {"measurements": "+P1,T1,week 99,2026-05-01,30,\n"},
        ("reference.visit", "warning", 7),
        "visit 'week 99' is not in the table visits",
    ),
    (
        {"deaths": "patient_id,death_date\n,2026-05-01\n"},
        ("value.missing", "error", 2),
        "patient_id (the patient's study identifier) is blank",
    ),
    (
        {"patients": None},
        ("table.missing", "error", None),
        "the table patients is missing",
    ),
    (
        {"patients": "patient_id\nP1\np1\n"},
        ("patient.similar_id", "warning", 2),
        "the ids 'P1' and 'p1' differ only in case",
    ),
    (
        {
            "adjudications": "patient_id,accepted_reader\nP2,central_1\n",
            "calls": "patient_id,reader,criteria,visit,overall\n",
        },
        ("reference.patient", "error", 2),
        "patient_id 'P2' is not in the table patients",
    ),
    (
        {"calls": "patient_id,criteria,visit,overall\nP2,RECIST 1.1,week 8,PR\n", "visits": None},
        ("reference.patient", "error", 2),
        "patient_id 'P2' is not in the table patients",
    ),
    (
        {"calls": "patient_id,criteria,visit,overall\nP1,RECIST 1.1,week 9,PR\n"},
        ("reference.visit", "warning", 2),
        "visit 'week 9' is not in the table visits",
    ),
    (
        {"calls": "patient_id,criteria,visit,overall\nP1,RECIST 1.1,week 8,PR\n"},
        None,
        "",
    ),
    (
        {
            "calls": "patient_id,reader,criteria,visit,overall\n"
            "P1,central_1,RECIST 1.1,week 8,PR\nP1,,RECIST 1.1,week 16,PR\n"
        },
        ("reader.mixed", "error", 3),
        "1 of 2 rows name no reader, where other rows of calls do",
    ),
    (
        {"adjudications": "patient_id,accepted_reader\nP1,central_2\n", **READ_BY_CENTRAL_1},
        ("reference.reader", "error", 2),
        "no scan of the patient was read by central_2, who is accepted",
    ),
    (
        {"adjudications": "patient_id,accepted_reader\nP1,central_1\n", **READ_BY_CENTRAL_1},
        None,
        "",
    ),
    (  # the reading may be a finished one
        {
            "adjudications": "patient_id,accepted_reader\nP1,central_2\n",
            "calls": "patient_id,reader,criteria,visit,overall\n"
            "P1,central_2,RECIST 1.1,week 8,PR\n",
        },
        None,
        "",
    ),
    ({"adjudications": "patient_id,accepted_reader\n"}, None, ""),
    ({"visits": NOT_IMAGED.format("brain; Lymph  node;")}, None, ""),
    (
        {"visits": NOT_IMAGED.format("brain;bones")},
        ("value.not_listed", "error", 2),
        "not_imaged 'bones' is not in the list of organs",
    ),
]


@pytest.mark.parametrize(("changes", "expected", "words"), CASES)
def test_a_check_of_tables_finds_its_case_and_nothing_else(check, changes, expected, words):
    check(changes, expected, words)


def test_blank_rows_are_counted_where_rows_are_named(read):
    findings = read(patients="patient_id\nP1\n\nP2\n\nP2\n").findings
    assert [finding.rule for finding in findings] == ["row.blank", "table.duplicate"]
    assert findings[1].message == "rows 4 and 6 are all patient_id P2, and equal"


def test_a_word_that_is_no_organ_is_asked_about(only):
    assert only(visits=NOT_IMAGED.format("bones")).mend == "write bone, if that is meant"
    assert only(visits=NOT_IMAGED.format("whole head")).mend.startswith("use liver, lung, ")


@pytest.mark.parametrize(
    ("readers_of_lesions", "readers_of_scans", "tables"),
    [
        (("central_1", ""), ("central_1", "central_1"), {"lesions": "1 of 2"}),
        (("", ""), ("central_1", "central_1"), {"lesions": "2 of 2"}),
        (("", ""), ("", "central_1"), {"lesions": "2 of 2", "measurements": "1 of 2"}),
        (("", ""), ("", ""), {}),
        (("central_1", "central_1"), ("central_1", "central_1"), {}),
    ],
)
def test_a_reading_names_its_reader_in_every_row_or_in_none(
    read, readers_of_lesions, readers_of_scans, tables
):
    lesions = "".join(
        f"P1,{reader},T{at},target,skin,N\n" for at, reader in enumerate(readers_of_lesions)
    )
    scans = "".join(
        f"P1,{reader},T{at},baseline,2026-01-05,20\n" for at, reader in enumerate(readers_of_scans)
    )
    dataset = read(
        lesions=f"patient_id,reader,lesion_id,role,organ,lymph_node\n{lesions}",
        measurements=f"patient_id,reader,lesion_id,visit,scan_date,diameter_mm\n{scans}",
    )
    mixed = [finding for finding in dataset.findings if finding.rule == "reader.mixed"]
    assert {one.table: one.message.partition(" rows")[0] for one in mixed} == tables
    assert all("other rows of lesions and measurements do" in one.message for one in mixed)
    assert {one.severity for one in mixed} <= {"error"}
