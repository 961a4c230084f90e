"""Checks of the baseline: which visit it is, and what was read and measured on it."""

from __future__ import annotations

import pytest

ABLATED = (
    "patient_id,lesion_id,ablation_date,modality,planned,technical_success\nP1,T1,ON,RFA,Y,Y\n"
)
SLICES = (
    "patient_id,lesion_id,visit,scan_date,diameter_mm,method,slice_mm\n"
    "P1,T1,baseline,2026-01-05,42,CT,5\nP1,T2,baseline,2026-01-05,{},{},{}\n"
)
NODE = (
    "patient_id,lesion_id,role,organ,lymph_node\nP1,T1,target,liver,N\nP1,T2,target,lymph node,Y\n"
)

CASES = [  # changed tables, rule, severity, row, part of the message
    (
        {
            "lesions": "+P1,T3,target,skin,N\n",
            "measurements": "+P1,T3,baseline,2026-01-05,9.9,\n",
        },
        ("target.not_measurable", "warning", 7),
        "lesion T3, 2026-01-05: 9.9 mm at baseline; measurable from 10 mm",
    ),
    (
        {
            "lesions": "+P1,T3,target,lymph node,Y\n",
            "measurements": "+P1,T3,baseline,2026-01-05,14.9,\n",
        },
        ("target.not_measurable", "warning", 7),
        "a node is measurable from a short axis of 15 mm",
    ),
    (
        {
            "lesions": "+P1,T3,target,lymph node,Y\n",
            "measurements": "+P1,T3,baseline,2026-01-05,15,\n",
        },
        None,
        "",
    ),
    (
        {
            "lesions": "+P1,T3,target,skin,N\n",
            "measurements": "+P1,T3,week 8,2026-03-01,12,\n",
        },
        ("baseline.target_not_measured", "warning", 5),
        "the target lesion T3 has no size at baseline",
    ),
    (
        {"lesions": "+P1,T3,target,skin,N\n"},  # never scanned at all
        ("baseline.target_not_measured", "warning", 5),
        "the target lesion T3 has no size at baseline",
    ),
    (
        {
            "measurements": "+P1,T1,planning,2026-01-06,41,\n",
            "visits": "+P1,planning,unscheduled\n",
        },
        ("baseline.several", "warning", 2),
        "first treatment, 2026-01-07; baseline, of 2026-01-05, is the baseline",
    ),
    (
        {
            "lesions": "+P1,T3,target,skin,N\n",
            "measurements": "+P1,T3,baseline,2026-01-05,12,\nP1,T1,planning,2026-01-06,41,\n"
            "P1,T2,planning,2026-01-06,21,\nP1,T3,planning,2026-01-06,12,\n",
            "visits": None,
        },
        ("baseline.several", "warning", 8),
        "the visits baseline and planning lie on or before the first treatment",
    ),
    (
        {
            "patients": "patient_id\nP1\nP2\n",
            "lesions": "+P2,T1,target,skin,N\n",
            "visits": "+P2,week 8,scheduled\n",
            "measurements": "+P2,T1,week 8,2026-03-01,12,\n",
            "doses": "+P2,regorafenib,2026-01-10,80\n",
        },
        ("baseline.missing", "warning", 7),
        "no lesion was measured at baseline; the first scan is of 2026-03-01",
    ),
    (
        {
            "patients": "patient_id,first_treatment_date\nP1,2026-01-04\n",
            "visits": None,
            "doses": None,
        },
        ("baseline.missing", "warning", 2),
        "the first scan is of 2026-01-05",
    ),
    (
        {
            "patients": "patient_id,first_treatment_date\nP1,2026-01-05\n",
            "visits": None,
            "doses": None,
        },
        None,
        "",
    ),
    ({"visits": None}, None, ""),
    ({"doses": None}, None, ""),
    (
        {"doses": "patient_id,drug,start_date,dose_mg\nP1,regorafenib,2026-01-04,80\n"},
        ("baseline.missing", "warning", 2),  # marked as baseline, but scanned under treatment
        "the first scan is of 2026-01-05",
    ),
    (
        {"ablations": ABLATED.replace("ON", "2026-01-04")},
        ("baseline.missing", "warning", 2),  # a planned ablation is a treatment
        "the first scan is of 2026-01-05",
    ),
    (
        {
            "lesions": "+P1,T3,target,skin,N\n",
            "measurements": "+P1,T3,baseline,2026-01-05,,absent\n",
        },
        ("baseline.target_absent", "error", 7),
        "lesion T3, 2026-01-05: absent at baseline; a lesion that is not there is no target",
    ),
    (
        {
            "lesions": "+P1,T3,target,skin,N\n",
            "measurements": "+P1,T3,baseline,2026-01-05,0,\n",
        },
        ("baseline.target_absent", "error", 7),
        "absent at baseline",
    ),
    (
        {
            "lesions": "+P1,N2,non_target,skin,N\n",
            "measurements": "+P1,N2,baseline,2026-01-05,0,\n",
        },
        None,
        "",
    ),
    (
        {
            "lesions": "+P1,X1,new,brain,N\n",
            "measurements": "+P1,X1,baseline,2026-01-05,,equivocal\n",
        },
        ("lesion.new_at_baseline", "warning", 7),
        "lesion X1, 2026-01-05: a new lesion is seen by the baseline, 2026-01-05",
    ),
    (
        {
            "lesions": "+P1,X1,new,brain,N\nP1,X2,new,brain,N\n",
            "measurements": "+P1,X1,baseline,2026-01-05,,absent\nP1,X1,week 8,2026-03-01,6,\n"
            "P1,X2,baseline,2026-01-05,,not_evaluable\n",
        },
        None,
        "",
    ),
    (
        {"measurements": SLICES.format(11.9, "CT", 6)},
        ("target.not_measurable", "warning", 3),
        "lesion T2, 2026-01-05: 11.9 mm at baseline; measurable from 12 mm on slices of 6 mm",
    ),
    ({"measurements": SLICES.format(12, "CT", 6)}, None, ""),
    ({"measurements": SLICES.format(10, "CT", 5)}, None, ""),
    (
        {"measurements": SLICES.format(9.9, "CT", 5)},
        ("target.not_measurable", "warning", 3),
        "9.9 mm at baseline; measurable from 10 mm",
    ),
    (
        {"measurements": SLICES.format(19, "Chest X-ray", "")},
        ("target.not_measurable", "warning", 3),
        "19 mm at baseline; measurable from 20 mm by Chest X-ray",
    ),
    ({"measurements": SLICES.format(20, "Chest X-ray", "")}, None, ""),
    (
        {"lesions": NODE, "measurements": SLICES.format(12, "CT", 5)},
        ("target.not_measurable", "warning", 3),
        "12 mm at baseline; a node is measurable from a short axis of 15 mm",
    ),
    ({"lesions": NODE, "measurements": SLICES.format(15, "CT", 8)}, None, ""),
    (
        {
            "lesions": "+P1,T3,target,lung,N\n",
            "measurements": "+P1,T3,baseline,2026-01-05,,merged\n",
        },
        ("baseline.target_absent", "error", 7),
        "lesion T3, 2026-01-05: merged with another lesion at baseline; the other one holds",
    ),
    (
        {
            "lesions": "+P1,N2,non_target,lung,N\n",
            "measurements": "+P1,T2,week 16,2026-05-01,,merged\nP1,N2,week 16,2026-05-01,31,\n",
        },
        None,
        "",
    ),
]


@pytest.mark.parametrize(("changes", "expected", "words"), CASES)
def test_a_check_of_the_baseline_finds_its_case_and_nothing_else(check, changes, expected, words):
    check(changes, expected, words)


LESIONS = "patient_id,reader,lesion_id,role,organ,lymph_node\n"
SCANS = "patient_id,reader,lesion_id,visit,scan_date,diameter_mm,state,method\n"


def _found(read, lesions, scans, **changes):
    tables = {"lesions": LESIONS + lesions, "measurements": SCANS + scans, **changes}
    return [(one.rule, one.row, one.reader) for one in read(**tables).findings]


def test_each_reader_needs_a_baseline_and_a_size_of_every_target(read):
    lesions = "".join(
        f"P1,{reader},{lesion},target,liver,N\n"
        for reader in ("investigator", "central_1", "central_2")
        for lesion in ("T1", "T2")
    )
    scans = (
        "P1,investigator,T1,baseline,2026-01-05,42,,\nP1,investigator,T2,baseline,2026-01-05,20,,\n"
        "P1,central_1,T1,baseline,2026-01-05,42,,\n"
        "P1,central_2,T1,week 8,2026-03-01,42,,\n"
    )
    assert _found(read, lesions, scans) == [
        ("baseline.target_not_measured", 5, "central_1"),
        ("baseline.missing", 5, "central_2"),
    ]


def test_a_target_of_one_reader_is_measured_by_that_reader(read):
    """One name is a node and small for one reader, and a large lesion for the other."""
    lesions = "P1,central_1,T1,target,liver,N\nP1,central_2,T1,target,lymph node,Y\n"
    scans = (
        "P1,central_1,T1,baseline,2026-01-05,12,,CT\nP1,central_2,T1,baseline,2026-01-05,14,,MRI\n"
        "P1,central_1,T1,week 8,2026-03-01,12,,MRI\nP1,central_2,T1,week 8,2026-03-01,14,,MRI\n"
    )
    assert _found(read, lesions, scans) == [
        ("target.not_measurable", 3, "central_2"),
        ("measurement.method_changed", 4, "central_1"),
    ]


def test_several_visits_before_treatment_are_several_of_one_reader(read):
    lesions = "P1,central_1,T1,target,liver,N\nP1,central_2,T1,target,liver,N\n"
    scans = (
        "P1,central_1,T1,baseline,2026-01-04,12,,\nP1,central_2,T1,planning,2026-01-05,12,,\n"
        "P1,central_2,T1,baseline,2026-01-04,12,,\n"
    )
    assert _found(read, lesions, scans, visits=None) == [("baseline.several", 3, "central_2")]
