"""Bands of blood pressure and their shift from baseline, counted by hand; findings of signs."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.dataset import Dataset
from trialwright.safety import (
    band_of_pressure,
    check_ecgs,
    check_vitals,
    pair_pressures,
    read_signs,
    shift_pressures,
    worst_pressures,
)
from trialwright.safety.blood_pressure import name_bands

FIRST = date(2026, 3, 2)


def dataset(*rows, table="vitals", patients="ABCDE") -> Dataset:
    """Return patients treated with one dose on day 0, and (patient, test, day, value, unit)."""
    name, day = ("test", "measured_date") if table == "vitals" else ("parameter", "ecg_date")
    doses = {
        "patient_id": list(patients),
        "drug": "Regorafenib",
        "start_date": FIRST,
        "end_date": FIRST,
        "dose_mg": 80.0,
    }
    signs = pl.DataFrame(
        [
            (who, what, FIRST + timedelta(days=at), value, unit)
            for who, what, at, value, unit in rows
        ],
        schema={
            "patient_id": pl.String,
            name: pl.String,
            day: pl.Date,
            "value": pl.Float64,
            "unit": pl.String,
        },
        orient="row",
    ).with_columns(pl.int_range(2, pl.len() + 2).alias("source_row"))
    return Dataset.create({"doses": pl.DataFrame(doses), table: signs}, source="made in code")


def pressure(patient, day, systolic, diastolic):
    both = (("SYSBP", systolic), ("DIABP", diastolic))
    return [(patient, what, day, value, "mmHg") for what, value in both if value is not None]


@pytest.mark.parametrize(
    ("systolic", "diastolic", "band"),
    [
        (119.9, 79.9, 0),
        (120, 79, 1),
        (119, 80, 1),
        (139.9, 89.9, 1),
        (140, 60, 2),
        (100, 90, 2),
        (159.9, 99.9, 2),
        (160, 60, 3),
        (100, 100, 3),
        (160, None, 3),
        (None, 100, 3),
        (159, None, None),
        (None, 60, None),
        (None, None, None),
    ],
)
def test_the_band_is_that_of_the_higher_pressure(systolic, diastolic, band):
    assert band_of_pressure(systolic, diastolic) == band


PRESSURES = st.none() | st.floats(50, 250)


@given(PRESSURES, PRESSURES, st.floats(0, 60), st.floats(0, 60))
def test_a_higher_pressure_has_no_lower_band(systolic, diastolic, more, higher):
    low = band_of_pressure(systolic, diastolic)
    up = [
        None if one is None else one + add for one, add in ((systolic, more), (diastolic, higher))
    ]
    high = band_of_pressure(*up)
    if low is not None:
        assert high is not None
        assert high >= low


def test_bands_in_words_meet_without_a_gap():
    assert name_bands() == (
        "< 120 and < 80",
        "120–139 or 80–89",
        "140–159 or 90–99",
        "≥ 160 or ≥ 100",
    )


def shifts_of(data, study, treated=tuple("ABCDE")):
    worst = worst_pressures(pair_pressures(read_signs(data, study, "vitals")), treated)
    counts = shift_pressures(worst).select("baseline_band", "worst_band", "patient_ids")
    return worst, {(at, to): sorted(who) for at, to, who in counts.iter_rows()}


def test_the_shift_counted_by_hand(crclm_study):
    data = dataset(
        *pressure("A", -5, 150, 95),  # not the last before treatment
        *pressure("A", -1, 118, 78),
        *pressure("A", 0, 130, 70),  # the day of the first treatment is before it: baseline 1
        *pressure("A", 10, 125, 70),
        *pressure("A", 20, 138, 96),  # worst: 2, by the diastolic
        *pressure("A", 31, 170, 105),  # 30 days after the last dose are over
        *pressure("B", -2, 110, 70),
        *pressure("B", -1, 115, None),  # no band, so the day before counts: baseline 0
        *pressure("B", 30, 165, None),  # the last day that counts; one alone reaches the highest
        *pressure("C", 5, 119, 79),  # no baseline
        *pressure("D", -1, 145, 80),  # baseline, and on treatment one pressure alone
        *pressure("D", 7, 150, None),
        *pressure("D", 9, None, 70),
    )
    worst, shifts = shifts_of(data, crclm_study)
    assert shifts == {
        (1, 2): ["A"],
        (0, 3): ["B"],
        (None, 0): ["C"],
        (2, None): ["D"],
        (None, None): ["E"],
    }
    row = worst.row(0, named=True)
    assert (row["worst_date"], row["worst_diastolic"]) == (FIRST + timedelta(days=20), 96.0)
    assert (row["days"], row["days_without_band"]) == (2, 0)
    assert worst["days_without_band"].to_list() == [0, 0, 0, 2, 0]


def test_the_first_of_several_worst_days_is_named(crclm_study):
    data = dataset(*pressure("A", 9, 141, 80), *pressure("A", 5, 155, 80))
    worst, _ = shifts_of(data, crclm_study)
    assert worst["worst_date"][0] == FIRST + timedelta(days=5)


def test_units_are_converted_and_readings_of_a_day_averaged(crclm_study):
    data = dataset(
        ("A", "Systolic Blood Pressure", 5, 16.0, "kPa"),  # 120.0 mmHg
        ("A", "diastolic", 5, 70.0, "mm Hg"),
        ("A", "diastolic", 5, 90.0, "MMHG"),
    )
    (pair,) = pair_pressures(read_signs(data, crclm_study, "vitals")).iter_rows(named=True)
    assert pair["systolic"] == pytest.approx(120.01, abs=0.01)
    assert (pair["diastolic"], pair["band"]) == (80.0, 1)


def test_a_new_therapy_ends_the_time(crclm_study):
    data = dataset(*pressure("A", 5, 120, 70), *pressure("A", 9, 170, 70))
    therapy = pl.DataFrame(
        {"patient_id": ["A"], "therapy": ["x"], "start_date": [FIRST + timedelta(days=9)]}
    )
    data = Dataset.create({**data.frames, "therapies": therapy}, source="-")
    worst, _ = shifts_of(data, crclm_study)
    assert worst["worst_band"][0] == 1


def test_nobody_and_nothing(crclm_study):
    worst, shifts = shifts_of(dataset(patients=""), crclm_study, treated=())
    assert worst.is_empty()
    assert shifts == {}
    untreated = dataset(*pressure("A", -1, 150, 80), patients="")
    signs = read_signs(untreated, crclm_study, "vitals")
    assert not signs["is_baseline"].any()
    assert not signs["on_treatment"].any()


def test_exchanged_pressures_have_no_band_and_a_finding(crclm_study):
    data = dataset(*pressure("A", 5, 80, 120), *pressure("B", 5, 120, 80))
    pairs = pair_pressures(read_signs(data, crclm_study, "vitals"))
    assert pairs["band"].to_list() == [None, 1]
    (finding,) = check_vitals(data, crclm_study)
    assert (finding.rule, finding.severity, finding.row, finding.patient) == (
        "vital.pressures_exchanged",
        "error",
        3,
        "A",
    )
    assert "120 mmHg, is not below the systolic blood pressure, 80 mmHg" in finding.message


FINDINGS = [  # table, row, rule, severity, words
    ("vitals", ("SYSBP", 0, 1200, "mmHg"), "vital.impossible", "error", "1200 mmHg is not between"),
    ("vitals", ("SYSBP", 0, 12, "mmHg"), "vital.impossible", "error", "12 mmHg is not between"),
    ("vitals", ("SYSBP", 0, 120, "cm"), "vital.unknown_unit", "error", "the unit 'cm'"),
    ("vitals", ("SYSBP", 0, 120, None), "vital.unknown_unit", "error", "no unit"),
    ("vitals", ("Sistolic BP", 0, 120, "mmHg"), "vital.unknown_test", "warning", "'Sistolic BP'"),
    ("ecgs", ("QTcF", 0, 0.42, "ms"), "ecg.impossible", "error", "0.42 ms is not between 200"),
    ("ecgs", ("QTcF", 0, 420, "mV"), "ecg.unknown_unit", "error", "the unit 'mV'"),
    ("ecgs", ("QTcB", 0, 420, "ms"), "ecg.unknown_parameter", "warning", "'QTcB'"),
]


@pytest.mark.parametrize(("table", "row", "rule", "severity", "words"), FINDINGS)
def test_each_check_has_a_finding_of_its_own(crclm_study, table, row, rule, severity, words):
    data = dataset(("A", *row), table=table)
    check = check_vitals if table == "vitals" else check_ecgs
    (finding,) = check(data, crclm_study)
    assert (finding.rule, finding.severity, finding.row) == (rule, severity, 2)
    assert (finding.patient, finding.table) == ("A", table)
    assert words in finding.message
    assert finding.mend
    (sign,) = read_signs(data, crclm_study, table).iter_rows(named=True)
    assert sign["standard_value"] is None
    assert sign["not_used"]


def test_an_unknown_test_names_what_was_meant(crclm_study):
    (finding,) = check_vitals(dataset(("A", "Sistolic BP", 0, 120, "mmHg")), crclm_study)
    assert "write systolic blood pressure" in finding.mend


@pytest.mark.parametrize("name", ["<script>", "'; DROP", "x" * 300, "血压"])
def test_hostile_names_are_kept_as_they_are(crclm_study, name):
    data = dataset(("A", name, 0, 120, name))
    (sign,) = read_signs(data, crclm_study, "vitals").iter_rows(named=True)
    assert (sign["written"], sign["measure"]) == (name, None)
    assert len(check_vitals(data, crclm_study)) == 1
