"""Checks of sizes: centimetres, small targets, unreadable cells, data made in code."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trialwright.dataset import Dataset, check_dataset

HEADER = "patient_id,lesion_id,visit,scan_date,diameter_mm,state"


def _targets(n: int, size: float) -> dict[str, str]:
    """Replace the tables by patients with one target lesion of one size, scanned once."""
    ids = [f"Q{at:02}" for at in range(1, n + 1)]
    scans = [f"{one},T1,baseline,2026-01-05,{size},\n" for one in ids]
    return {
        "patients": "patient_id\n" + "".join(f"{one}\n" for one in ids),
        "lesions": "patient_id,lesion_id,role,organ,lymph_node\n"
        + "".join(f"{one},T1,target,liver,N\n" for one in ids),
        "measurements": f"{HEADER}\n" + "".join(scans),
        "doses": "patient_id,drug,start_date,dose_mg\n"
        + "".join(f"{one},regorafenib,2026-01-07,80\n" for one in ids),
        "visits": None,
    }


@pytest.mark.parametrize(
    ("n", "size", "rules"),
    [
        (4, 2.8, ["target.not_measurable"] * 4),
        (5, 2.8, ["measurement.unit_all"] + ["target.not_measurable"] * 5),
        (10, 9.9, ["measurement.unit_all"] + ["target.not_measurable"] * 10),
        (11, 2.8, ["measurement.unit_all", "target.not_measurable"]),
        (11, 10, []),
    ],
)
def test_sizes_that_are_all_small_are_asked_about_once(read, n, size, rules):
    findings = read(**_targets(n, size)).findings
    assert [f.rule for f in findings] == rules


def test_many_small_targets_are_named_in_one_finding(read):
    all_in_cm, small = read(**_targets(12, 2.8)).findings
    assert all_in_cm.message == (
        "12 of 12 target lesions are below the measurable size at baseline, where their median "
        "is 2.8 mm: a sign of sizes in cm"
    )
    assert (small.row, small.patient) == (None, None)
    assert small.concerned == tuple(f"Q{at:02}" for at in range(1, 13))
    assert small.message.startswith("12 target lesions of 12 patients are below the measurable")
    assert small.message.endswith("Q09, Q10 and 2 more")
    assert "check the unit" in small.mend


def test_measurements_without_a_lesion_table(read):
    assert [(f.rule, f.table) for f in read(lesions=None).findings] == [
        ("table.missing", "lesions")
    ]


def test_reading_makes_an_impossible_value_missing(read):
    dataset = read(
        measurements="+P1,T1,week 16,2026-05-01,-4,\n", patients="patient_id,ecog\nP1,6\n"
    )
    assert dataset.measurements["diameter_mm"].to_list()[-1] is None
    assert dataset.patients["ecog"].to_list() == [None]


def test_a_wholly_blank_required_column_is_one_finding(read):
    (finding,) = read(
        dispositions="patient_id,scope,end_date,reason\nP1,drug,2026-05-01,\nP1,study,2026-05-02,\n"
    ).findings
    assert (finding.rule, finding.severity, finding.field) == ("column.empty", "error", "reason")


def test_a_column_of_unreadable_cells_is_not_also_called_empty(read):
    enrolled = "patient_id,enrolment_date\nP1,2026\nP2,2027\n"
    dataset = read(patients=enrolled)
    assert [f.rule for f in dataset.findings] == ["cell.date", "cell.date"]
    several = "patient_id,lesion_id,visit,scan_date\nP1,T1,baseline,soon\nP1,T1,week 8,soon\n"
    found = [f.rule for f in read(measurements=several).findings]
    assert found.count("cell.date") == 2
    assert "column.empty" not in found


def _series(*sizes: float | str) -> dict[str, str]:
    """Replace the measurements by one target lesion, by visit."""
    visits = ("baseline", "week 8", "week 16", "week 24")
    days = ("2026-01-05", "2026-03-01", "2026-05-01", "2026-07-01")
    rows = [
        f"P1,T1,{visit},{day},{size},\n" if not isinstance(size, str)
        else f"P1,T1,{visit},{day},,{size}\n"
        for visit, day, size in zip(visits, days, sizes, strict=False)
    ]  # fmt: skip
    header = "patient_id,lesion_id,visit,scan_date,diameter_mm,state\n"
    return {"measurements": header + "".join(rows)}


@pytest.mark.parametrize(
    ("sizes", "rows"),
    [
        ((42, 4.0, 38), [3]),  # one visit in cm
        ((42, 400, 38), [3]),  # one visit ten times too large
        ((42, "not_evaluable", 4.1, 38), [4]),  # unknown sizes are passed over
        ((42, 40, 3.9), [4]),  # the last, with a fraction where the others are whole
        ((42, 40, 390), [4]),  # the last, grown tenfold
        ((42, 40, 4), []),  # the last: may be a response
        ((42.5, 40.1, 3.9), []),  # fractions are usual for this lesion
        ((42, 4, 3, 3), []),  # shrunk, and stays small
        ((42, 4, 0), []),  # on its way to disappear
        ((42, 4, "absent"), []),
        ((42, 4, "too_small"), []),
        ((42, 0, 40), []),  # gone and back is not a unit
        ((42, 30, 20, 12), []),
        ((42, 20, 10, 4), []),
        ((42, 2.5, 42), []),  # more than tenfold
    ],
)
def test_a_size_in_cm_is_told_from_a_response(read, sizes, rows):
    changes = _series(*sizes)
    found = [f for f in read(**changes).findings if f.rule == "measurement.unit"]
    assert [f.row for f in found] == rows
    assert all(f.severity == "warning" for f in found)


def test_a_baseline_in_cm_is_found(read):
    lesions = "patient_id,lesion_id,role,organ,lymph_node\nP1,T1,target,liver,N\n"
    findings = read(**_series(4.2, 40, 38), lesions=lesions).findings
    assert [f.rule for f in findings] == ["measurement.unit", "target.not_measurable"]
    assert findings[0].message == (
        "lesion T1, 2026-01-05: 4.2 mm beside 40 mm on 2026-03-01; 42 mm would fit"
    )


@pytest.mark.parametrize(
    ("week_16", "week_24", "rows"),
    [
        ((3, 2), None, [6, 7]),  # the whole sum falls tenfold at the last scan
        ((3, 2), (30, 20), [6, 7]),
        ((3, 2), (3, 2), []),  # the next scan confirms
        ((3, 20), None, []),  # not the whole sum
    ],
)
def test_a_whole_scan_in_cm_is_found(read, week_16, week_24, rows):
    header = "patient_id,lesion_id,visit,scan_date,diameter_mm,state\n"
    scans = [
        ("baseline", "2026-01-05", (42, 20)),
        ("week 8", "2026-03-01", (30, 20)),
        ("week 16", "2026-05-01", week_16),
        ("week 24", "2026-07-01", week_24),
    ]
    text = header + "".join(
        f"P1,T{at},{visit},{day},{size},\n"
        for visit, day, sizes in scans
        for at, size in enumerate(sizes or (), start=1)
    )
    found = [f for f in read(measurements=text).findings if f.rule == "measurement.unit"]
    assert [f.row for f in found] == rows


def test_a_dataset_made_in_code_is_checked_alike():
    frames = {
        "patients": pl.DataFrame({"patient_id": ["P1"], "sex": ["F"]}),
        "lesions": pl.DataFrame(
            {"patient_id": ["P1"], "lesion_id": ["T1"], "role": ["target"], "organ": ["liver"],
             "lymph_node": [False]}
        ),
        "measurements": pl.DataFrame(
            {"patient_id": ["P1", "P1"], "lesion_id": ["T1", "T1"], "visit": ["a", "a"],
             "scan_date": [date(2026, 1, 5)] * 2, "diameter_mm": [-4.0, float("nan")]}
        ),
    }  # fmt: skip
    findings = check_dataset(Dataset.create(frames, source="made in code"))
    assert [(f.rule, f.row, f.patient, f.source) for f in findings] == [
        (rule, None, "P1", "made in code")
        for rule in (
            "value.not_listed",
            "measurement.duplicate",
            "measurement.negative",
            "measurement.neither",
        )
    ]
    assert findings[1].message == "lesion T1, 2026-01-05: 2 rows hold nothing and −4 mm"


def test_study_days_are_named_where_dates_only_stand_for_them():
    frames = {
        "patients": pl.DataFrame({"patient_id": ["P1"]}),
        "lesions": pl.DataFrame({"patient_id": ["P1"], "lesion_id": ["T1"], "role": ["target"],
                                 "organ": ["liver"], "lymph_node": [False]}),
        "measurements": pl.DataFrame({"patient_id": ["P1"], "lesion_id": ["T1"], "visit": ["a"],
                                      "scan_date": [date(1999, 12, 25)], "diameter_mm": [-4.0]}),
    }  # fmt: skip
    dataset = Dataset.create(frames, source="-", day_zero=date(2000, 1, 1))
    assert [f.message for f in check_dataset(dataset)] == [
        "lesion T1, day -7: −4 mm; a diameter is 0 mm or more"
    ]
