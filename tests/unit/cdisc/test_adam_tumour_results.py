"""ADTR: of SDTM domains what the reference does not hold, and of readings of our own."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from adam_domains import (
    STUDY,
    SUBJECT,
    adsl_frame,
    day,
    overall,
    own_dataset,
    place,
    sets_of,
    size,
    sizes_of,
    tumour_domains,
)

from following import READ
from trialwright.cdisc.adam.adsl import adsl
from trialwright.cdisc.adam.adtr import adtr, adtr_from_sdtm, check_adtr_domains
from trialwright.cdisc.adam.rules import ADAM_RULES
from trialwright.cdisc.adam.tumour_sums import add_changes, number_lesions
from trialwright.cdisc.adam.variables import read_variables
from trialwright.errors import DataError
from trialwright.response import assess_patient, gather_scans
from trialwright.response.codes import Response

P = "014"


def sums(domains, **options):
    frame = adtr_from_sdtm(domains, adsl_frame(), **options)
    return frame.filter(pl.col("PARAMCD") == "SDIAM")


def refused(domains, subjects=None):
    with pytest.raises(DataError) as caught:
        adtr_from_sdtm(domains, subjects if subjects is not None else adsl_frame())
    assert all(ADAM_RULES[found.rule].severity == "error" for found in caught.value.findings)
    return [(found.rule, found.table, found.row, found.patient) for found in caught.value.findings]


# --- Bad input, SDTM


def test_a_subject_whom_adsl_does_not_hold_is_refused():
    domains = tumour_domains(sizes_of("T01", [30, 20]))
    found = refused(domains, adsl_frame("S-02"))
    assert ("adam.subject_unknown", "TR", 2, SUBJECT) in found
    assert {row[0] for row in found} == {"adam.subject_unknown"}
    twice = refused(domains, adsl_frame(SUBJECT, SUBJECT))
    assert twice == [("adam.subject_repeated", "ADSL", None, SUBJECT)]


def test_a_lesion_that_is_nowhere_is_refused_since_no_sum_would_hold_it():
    domains = tumour_domains(sizes_of("T01", [30]) + sizes_of("T02", [20, 20]), [place("T01")])
    assert refused(domains) == [("adam.lesion_unknown", "TR", 3, SUBJECT)]  # once a lesion
    blank = tumour_domains(sizes_of("T01", [30]), [place("T01", None)])
    assert refused(blank) == [("adam.lesion_unknown", "TR", 2, SUBJECT)]


def test_a_lesion_in_two_places_is_refused_and_one_that_is_told_twice_is_not():
    scans = sizes_of("T01", [30])
    assert [row[0] for row in refused(
        tumour_domains(scans, [place("T01"), place("T01", "LYMPH NODE")])
    )] == ["adam.lesion_repeated"]  # fmt: skip
    assert sums(tumour_domains(scans, [place("T01"), place("T01")]))["AVAL"].to_list() == [30]


def test_a_size_that_would_count_twice_is_refused():
    twice = [size("T01", "SCREENING", 30), size("T01", "SCREENING", 30)]
    assert refused(tumour_domains(twice)) == [("adam.result_repeated", "TR", 2, SUBJECT)]
    both = [size("T01", "SCREENING", 30), size("T01", "BASELINE", 30)]  # both are the baseline
    assert refused(tumour_domains(both)) == [("adam.result_repeated", "TR", 2, SUBJECT)]


@pytest.mark.parametrize("column", ["TREVAL", "TRGRPID"])
def test_a_blank_where_a_row_must_say_whether_it_counts_is_refused(column):
    scans = [size("T01", "SCREENING", 30), size("T02", "SCREENING", 20, **{column: None})]
    assert refused(tumour_domains(scans)) == [("adam.choice_blank", "TR", 3, SUBJECT)]


def test_data_without_any_evaluator_hold_one_reading():
    domains = {
        code: frame.with_columns(pl.lit(None, pl.String).alias(f"{code}EVAL"))
        for code, frame in tumour_domains(
            sizes_of("T01", [30, 40]), rs=[overall("WEEK 8", "PD")]
        ).items()
    }
    assert sums(domains)["PDFL"].to_list() == [None, "Y"]


@pytest.mark.parametrize("written", [None, "2026", "2026---02"])
def test_a_size_without_a_day_is_refused(written):
    domains = tumour_domains([size("T01", "SCREENING", 30, TRDTC=written)])
    assert refused(domains) == [("adam.result_undated", "TR", 2, SUBJECT)]


def test_what_no_sum_can_be_compared_with_is_a_warning():
    domains = tumour_domains(sizes_of("T01", [None, 20, 15])[1:])
    found = check_adtr_domains(domains, adsl_frame(reference=None))
    assert [(one.rule, one.row) for one in found] == [
        ("adam.baseline_missing", 2),
        ("adam.reference_blank", 2),
    ]
    row = adtr_from_sdtm(domains, adsl_frame(reference=None)).filter(PARAMCD="SDIAM")
    assert row.select("ADY", "BASE", "ANL01FL", "LSEXP").row(0) == (None,) * 4


def test_a_variable_that_adsl_lacks_is_named():
    with pytest.raises(ValueError, match="ADSL has no variable SEX; it has STUDYID"):
        sums(tumour_domains(sizes_of("T01", [30])), adsl_variables=["SEX"])


# --- Rules, SDTM


def test_a_partial_day_is_the_first_of_its_month_and_flagged():
    scans = [size("T01", "SCREENING", 30), size("T01", "WEEK 8", 20, TRDTC="2026-03")]
    frame = adtr_from_sdtm(tumour_domains(scans), adsl_frame()).filter(PARAMCD="LDIAM1")
    assert frame["ADT"].to_list() == [date(2025, 12, 29), date(2026, 3, 1)]
    assert frame["ADTF"].to_list() == [None, "D"]
    assert frame["ADY"].to_list() == [-7, 56]  # there is no day 0


def test_a_day_is_completed_and_a_month_never_is():
    scans = [size("T01", "SCREENING", 30, TRDTC="2026-01-01"),
             size("T01", "WEEK 8", None, TRDTC="2026")]  # fmt: skip
    domains = tumour_domains(scans, rs=[overall("WEEK 8", "PD", RSDTC="2026")])
    frame = adtr_from_sdtm(domains, adsl_frame())
    assert frame.filter(PARAMCD="LDIAM1").select("ADT", "ADTF").rows() == [
        (date(2026, 1, 1), None), (None, None)
    ]  # fmt: skip
    assert frame["PDFL"].null_count() == frame.height
    warnings = [(one.rule, one.table) for one in check_adtr_domains(domains, adsl_frame())]
    assert warnings == [("adam.date_partial", "TR"), ("adam.date_partial", "RS")]


def test_a_sum_is_dated_by_the_first_of_its_scans():
    scans = [size("T01", "SCREENING", 30), size("T02", "SCREENING", 20, TRDTC="2026-01-02")]
    row = sums(tumour_domains(scans)).row(0, named=True)
    assert (row["ADT"], row["ADY"], row["AVAL"]) == (date(2025, 12, 29), -7, 50)


def test_the_baseline_is_the_last_sum_up_to_the_reference_day():
    scans = [size("T01", "SCREENING", 30), size("T01", "WEEK 8", 28, TRDTC="2026-01-05"),
             size("T01", "WEEK 16", 35)]  # fmt: skip
    frame = sums(tumour_domains(scans))
    assert frame["ADY"].to_list() == [-7, 1, 113]
    assert frame["ABLFL"].to_list() == [None, "Y", None]
    assert frame["BASE"].to_list() == [28] * 3
    assert frame["ANL02FL"].to_list() == [None, None, "Y"]  # the day itself is not after it


def test_only_diameters_of_target_lesions_are_rows():
    scans = [size("T01", "SCREENING", 30), size("NT01", "SCREENING", 9, TRGRPID="NON-TARGET"),
             size("T01", "SCREENING", 12, "TUMSTATE"),
             size("T01", "SCREENING", 99, TREVAL="INDEPENDENT ASSESSOR")]  # fmt: skip
    frame = adtr_from_sdtm(tumour_domains(scans), adsl_frame())
    assert frame.select("PARAMCD", "AVAL").rows() == [("LDIAM1", 30), ("SDIAM", 30)]


def test_days_count_from_the_reference_date_that_is_asked_for():
    adsl_rows = adsl_frame().with_columns(RANDDT=pl.lit(None, pl.Date))
    domains = tumour_domains(sizes_of("T01", [30, 20]))
    frame = adtr_from_sdtm(domains, adsl_rows, reference="TRTSDT").filter(PARAMCD="SDIAM")
    assert frame.columns[:3] == ["STUDYID", "USUBJID", "TRTSDT"]
    assert frame["ADY"].to_list() == [-7, 57]
    assert frame["ABLFL"].to_list() == ["Y", None]


def test_a_node_counts_its_perpendicular_and_another_lesion_its_longest_diameter():
    scans = [
        row
        for lesion, (longest, perpendicular) in {"T01": (30, 20), "T02": (25, 16)}.items()
        for row in sizes_of(lesion, [longest]) + sizes_of(lesion, [perpendicular], "LPERP")
    ]
    located = [place("T01"), place("T02", "LYMPH NODE")]
    frame = adtr_from_sdtm(tumour_domains(scans, located), adsl_frame())
    assert dict(frame.select("PARAMCD", "AVAL").iter_rows()) == {
        "LDIAM1": 30, "LDIAM2": 25, "NLDIAM1": 20, "NLDIAM2": 16, "SDIAM": 46
    }  # fmt: skip
    assert frame["ASEQ"].to_list() == [1, 2, 3, 4, 5]


def test_lesion_10_is_not_lesion_0():
    scans = sizes_of("T01", [30]) + sizes_of("T10", [20])
    frame = adtr_from_sdtm(tumour_domains(scans), adsl_frame())
    assert set(frame["PARAMCD"]) == {"LDIAM1", "LDIAM10", "SDIAM"}


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["T01", "T2", "T10"], [1, 2, 10]),
        (["A1", "B1"], [1, 2]),  # one number for two lesions
        (["liver IV", "lung"], [1, 2]),
        (["node 2", "node 10", "t2"], [1, 2, 3]),  # in the order of a lesion table
        (["T0", "T1"], [1, 2]),  # there is no lesion 0
        (["T100", "T101"], [1, 2]),  # NLDIAM100 has 9 characters
        ([], []),
    ],
)
def test_the_number_of_a_lesion_is_that_of_its_name_where_each_has_its_own(names, numbers):
    assert number_lesions(reversed(names)) == dict(zip(names, numbers, strict=True))


def test_an_incomplete_sum_is_marked_and_is_never_the_nadir():
    scans = sizes_of("T01", [30, None, 36, 38]) + sizes_of("T02", [20, 10, 20, 20])
    frame = sums(tumour_domains(scans))
    assert frame["AVAL"].to_list() == [50, 10, 56, 58]
    assert frame["ANL01FL"].to_list() == ["Y", None, "Y", "Y"]
    assert frame["LSASS"].to_list() == ["T01, T02", "T02", "T01, T02", "T01, T02"]
    assert frame["NADIR"].to_list() == [None, 50, 50, 50]
    assert frame["BASE"].to_list() == [50] * 4


def test_the_nadir_is_of_earlier_days_and_nothing_is_no_percent_of_it():
    frame = sums(tumour_domains(sizes_of("T01", [30, 0, 12])))
    assert frame["NADIR"].to_list() == [None, 30, 0]
    assert frame["CHGNAD"].to_list() == [None, -30, 12]
    assert frame["PCHGNAD"].to_list() == [None, -100, None]
    assert frame["PCHG"].to_list() == [0, -100, -60]


def test_the_deepest_fall_is_marked_once_and_the_baseline_never():
    frame = sums(tumour_domains(sizes_of("T01", [30, 20, 20, 25])))
    assert frame["ANL02FL"].to_list() == [None, "Y", None, None]
    frame = sums(tumour_domains(sizes_of("T01", [30, 40, 35])))
    assert frame["ANL02FL"].to_list() == [None, None, "Y"]


def test_flags_before_and_at_progression():
    scans = sizes_of("T01", [30, 25, None, 20]) + sizes_of("T02", [20, 20, 20, 20])
    calls = [overall("WEEK 8", "SD"), overall("WEEK 16", "PD"), overall("WEEK 24", "PR")]
    frame = sums(tumour_domains(scans, rs=calls))
    assert frame["PDFL"].to_list() == [None, None, "Y", None]
    assert frame["ANL03FL"].to_list() == ["Y", "Y", None, None]
    assert frame["ANL04FL"].to_list() == ["Y", "Y", "Y", "Y"]
    others = [overall("WEEK 16", "PD", RSEVAL="INDEPENDENT ASSESSOR")]
    frame = sums(tumour_domains(scans, rs=others + calls[:1]))
    assert frame["PDFL"].to_list() == [None] * 4
    assert frame["ANL03FL"].to_list() == ["Y", "Y", None, "Y"]
    assert frame["ANL04FL"].to_list() == ["Y", "Y", None, "Y"]


def test_changes_of_what_is_blank_are_blank():
    frame = pl.DataFrame(
        {"AVAL": [None, 5.0, 5.0], "BASE": [5.0, None, 0.0], "NADIR": [5.0, None, 0.0]}
    )
    changed = add_changes(frame)
    assert changed["CHG"].to_list() == [None, None, 5.0]
    assert changed["PCHG"].to_list() == [None] * 3
    assert changed["CHGNAD"].to_list() == [None, None, 5.0]
    assert changed["PCHGNAD"].to_list() == [None] * 3


# --- Readings of our own

VISITS = {"baseline": -7, "week 8": 56, "week 16": 112, "week 24": 168}


def make(courses, *, nodes=(), new=(), ablated=(), reader=None, location=None, fragments=None):
    """Make a data set of one patient: ``courses`` are the values of each lesion, scan by scan."""
    roles = dict.fromkeys(courses, "target") | dict.fromkeys(new, "new")
    lesions = [
        {"patient_id": P, "lesion_id": name, "role": role, "lymph_node": name in nodes,
         "organ": "lymph node" if name in nodes else "liver", "reader": reader,
         "location": location, "split_from": (fragments or {}).get(name)}
        for name, role in roles.items()
    ]  # fmt: skip
    values = courses | {name: [None, *["present"] * 3] for name in new}
    scans = [
        {"patient_id": P, "lesion_id": name, "visit": visit, "scan_date": day(VISITS[visit]),
         "reader": reader, "diameter_mm": None if isinstance(value, str) else float(value),
         "state": value if isinstance(value, str) else None}
        for name, course in values.items()
        for visit, value in zip(VISITS, course, strict=False)
        if value is not None
    ]  # fmt: skip
    ablations = [
        {"patient_id": P, "lesion_id": name, "ablation_date": day(20), "modality": "RFA",
         "planned": True}
        for name in ablated
    ]  # fmt: skip
    tables = {"ablations": ablations} if ablations else {}
    doses = [{"patient_id": P, "drug": "drug", "start_date": day(0), "end_date": day(90),
              "dose_mg": 80.0}]  # fmt: skip
    return own_dataset(lesions=lesions, measurements=scans, doses=doses, **tables)


def read(dataset, rules=READ, **options):
    """Return our reading and the ADTR of it."""
    responses = {one.patient_id: assess_patient(one, rules) for one in gather_scans(dataset)}
    subjects = adsl(dataset, sets_of(dataset), {}, study_id=STUDY)
    return responses, adtr(dataset, responses, subjects, **options)


def test_own_rows_hold_what_was_counted():
    dataset = make({"T1": [30, 25, "too_small", "absent"], "T2": [20, "not_evaluable", 12, 11]})
    _, frame = read(dataset)
    values = {code: rows["AVAL"].to_list() for (code,), rows in frame.group_by(["PARAMCD"])}
    assert values == {
        "LDIAM1": [30, 25, 5, 0], "LDIAM2": [20, None, 12, 11], "SDIAM": [50, None, 17, 11]
    }  # fmt: skip
    shown = frame.filter(PARAMCD="LDIAM1")["TRSTRESC"].to_list()
    assert shown == ["30", "25", "too small", "absent"]
    assert frame.filter(PARAMCD="LDIAM2")["LSASS"].to_list() == ["T2", None, "T2", "T2"]
    total = frame.filter(PARAMCD="SDIAM")
    assert total["LSEXP"].to_list() == ["T1, T2"] * 4
    assert total["LSASS"].to_list() == ["T1, T2", "T1", "T1, T2", "T1, T2"]
    assert total["ANL01FL"].to_list() == ["Y", None, "Y", "Y"]
    assert total["AVISIT"].to_list() == ["BASELINE", "week 8", "week 16", "week 24"]
    assert total["VISIT"].to_list()[0] == "baseline"
    assert total["ADY"].to_list() == [-7, 57, 113, 169]
    assert frame.columns == ["STUDYID", "USUBJID", "TRTSDT", *read_variables("ADTR").lists["own"]]
    assert frame["ASEQ"].to_list() == list(range(1, 13))


def test_own_sums_are_those_of_the_time_points():
    dataset = make({"T1": [30, 25.5, 20.1, 28.4], "T2": [18, 15, 9, 12]}, nodes=["T2"])
    responses, frame = read(dataset)
    response = responses[P]
    assert response.baseline is not None
    assert set(frame["PARAMCD"]) == {"LDIAM1", "NLDIAM2", "SDIAM"}
    assert frame.filter(PARAMCD="NLDIAM2")["TULOCGR1"].to_list() == ["NODAL"] * 4
    assert frame.filter(PARAMCD="LDIAM1")["TULOCGR1"].to_list() == ["NON-NODAL"] * 4
    rows = frame.filter(PARAMCD="SDIAM").iter_rows(named=True)
    for point, row in zip((response.baseline, *response.time_points), rows, strict=True):
        assert row["AVAL"] == point.sum_mm
        assert row["BASE"] == response.baseline.sum_mm
        assert row["ADT"] == point.date
        assert row["AVALREAS"] == point.reason.sentence
        assert row["PDFL"] == ("Y" if point.overall == Response.PD else None)
        assert row["PCHG"] == pytest.approx(100 * point.change_from_baseline, abs=1e-12)
        if point is response.baseline:
            assert row["NADIR"] is row["CHGNAD"] is None
            assert row["ABLFL"] == "Y"
        else:
            assert row["NADIR"] == point.nadir_mm
            assert row["PCHGNAD"] == pytest.approx(100 * point.change_from_nadir, abs=1e-12)
            assert row["ABLFL"] is None
        assert row["ANL02FL"] == ("Y" if point is response.best_change else None)


def test_own_deepest_fall_stops_at_progression_as_the_waterfall_does():
    dataset = make({"T1": [50, 45, 20, 10]}, new=["N1"])  # a new lesion at week 8
    _, frame = read(dataset)
    total = frame.filter(PARAMCD="SDIAM")
    assert total["PDFL"].to_list() == [None, "Y", "Y", "Y"]
    assert total["ANL02FL"].to_list() == [None, "Y", None, None]
    assert total["ANL03FL"].to_list() == ["Y", None, None, None]
    assert total["ANL04FL"].to_list() == ["Y"] * 4


def test_own_ablated_lesion_that_is_left_out_keeps_its_rows_without_a_value():
    dataset = make({"T1": [30, 20], "T2": [40, 55]}, ablated=["T2"])
    responses, frame = read(dataset)
    assert responses[P].excluded_lesions == ("T2",)
    left_out = frame.filter(PARAMCD="LDIAM2")
    assert left_out["AVAL"].to_list() == [None, None]
    assert left_out["TRSTRESC"].to_list() == ["40", "55"]
    assert left_out["AVALREAS"].to_list() == ["ablated, not counted"] * 2
    total = frame.filter(PARAMCD="SDIAM")
    assert total["AVAL"].to_list() == [30, 20]
    assert total["LSEXP"].to_list() == ["T1", "T1"]
    _, counted = read(dataset, replace(READ, planned_ablation="zone"))
    assert counted.filter(PARAMCD="SDIAM")["AVAL"].to_list() == [70, 75]


def test_own_fragments_are_in_the_value_of_the_lesion_they_came_from():
    dataset = make({"T1": [30, None], "T1a": [None, 12], "T1b": [None, 8]},
                   fragments={"T1a": "T1", "T1b": "T1"})  # fmt: skip
    _, frame = read(dataset)
    assert set(frame["PARAMCD"]) == {"LDIAM1", "SDIAM"}
    assert frame.filter(PARAMCD="LDIAM1")["AVAL"].to_list() == [30, 20]


def test_own_reader_and_place_are_those_of_the_reading_that_counts():
    dataset = make({"T1": [30, 20]}, reader="central_1", location="segment VII")
    _, frame = read(dataset)
    assert set(frame["PARCAT2"]) == {"Central Reader 1"}
    assert frame.filter(PARAMCD="SDIAM")["PARAM"][0] == (
        "Target Lesions Sum of Diameters by Central Reader 1"
    )
    assert frame.filter(PARAMCD="LDIAM1")["TULOC"].to_list() == ["SEGMENT VII"] * 2


def test_own_patient_without_a_baseline_has_no_rows():
    dataset = make({"T1": [None, 20]})
    responses, frame = read(dataset)
    assert responses[P].not_evaluable
    assert frame.is_empty()
    assert frame.schema["AVAL"] == pl.Float64


def test_own_lesions_are_named_in_the_order_of_a_lesion_table():
    names = ["T10", "T2", "T1"]
    _, frame = read(make({name: [30, 20] for name in names}))
    assert frame.filter(PARAMCD="SDIAM")["LSEXP"].to_list() == ["T1, T2, T10"] * 2
    assert set(frame["PARAMCD"]) == {"LDIAM1", "LDIAM2", "LDIAM10", "SDIAM"}


def test_own_baseline_with_an_unread_target_is_no_base():
    _, frame = read(make({"T1": [30, 20], "T2": ["not_evaluable", 15]}))
    total = frame.filter(PARAMCD="SDIAM")
    assert total["BASE"].to_list() == [None, None]
    assert total["AVAL"].to_list() == [None, 35]
    assert total["CHG"].to_list() == [None, None]


def test_own_variables_of_adsl_are_merged_and_strangers_refused():
    dataset = make({"T1": [30, 20]})
    responses, frame = read(dataset, adsl_variables=["SEX", "TRTEDT", "TRTSDT"])
    assert frame.columns[:5] == ["STUDYID", "USUBJID", "TRTSDT", "SEX", "TRTEDT"]
    subjects = adsl(dataset, sets_of(dataset), {}, study_id=STUDY)
    with pytest.raises(DataError, match="patient 014: the patient was read, and is not in ADSL"):
        adtr(dataset, responses, subjects.clear())
    with pytest.raises(DataError, match="ADSL holds the patient twice"):
        adtr(dataset, responses, pl.concat([subjects, subjects]))
    with pytest.raises(ValueError, match="ADSL has no variable RACE"):
        adtr(dataset, responses, subjects, adsl_variables=["RACE"])


def test_no_nan_leaves_the_reading():
    _, frame = read(make({"T1": [30, "not_evaluable"], "T2": [20, 15]}))
    numbers = frame.select(pl.col(pl.Float64)).to_dict(as_series=False).values()
    assert not any(isinstance(one, float) and math.isnan(one) for part in numbers for one in part)


def test_own_simulated_trial_says_in_adam_what_it_says_in_its_responses(crclm_study):
    from trialwright.analysis import read_responses
    from trialwright.simulate import simulate_study

    dataset = simulate_study(crclm_study, seed=4, patients=30)
    responses = {one.patient_id: one for one in read_responses(dataset, crclm_study)}
    subjects = adsl(dataset, sets_of(dataset), {}, study_id=STUDY)
    frame = adtr(dataset, responses, subjects)
    points = {
        (one.patient_id, point.visit): point
        for one in responses.values()
        if one.baseline is not None
        for point in (one.baseline, *one.time_points)
    }
    total = {
        (row["USUBJID"], row["VISIT"]): row
        for row in frame.filter(PARAMCD="SDIAM").iter_rows(named=True)
    }
    assert len(points) > 60
    assert total.keys() == points.keys()
    counted = 0
    for key, point in points.items():
        row = total[key]
        assert row["AVAL"] == (None if math.isnan(point.sum_mm) else point.sum_mm)
        assert row["PDFL"] == ("Y" if point.overall == Response.PD else None)
        lesions = frame.filter(pl.col("PARAMCD") != "SDIAM", USUBJID=key[0], VISIT=key[1])
        sizes = {
            one.lesion_id: one.counted_mm for one in point.values if one.counted_mm is not None
        }
        counted += len(sizes)
        held = dict(lesions.drop_nulls("AVAL").select("TRLNKID", "AVAL").iter_rows())
        assert held == {name: size for name, size in sizes.items() if not math.isnan(size)}
    assert counted > 100
    assert subjects["AGE"].null_count() < 10  # unknown only in the month of birth
    assert subjects.filter(pl.col("TRTDURD") < 1).is_empty()
    dead = subjects.filter(DTHFL="Y")
    assert not dead.is_empty()
    assert dead.filter(pl.col("LSTALVDT") > pl.col("DTHDT")).is_empty()
    assert set(dead["EOSSTT"]) == {"DISCONTINUED"}
