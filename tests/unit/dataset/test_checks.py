"""Every check: what it finds in rows that are otherwise clean, and what it leaves alone."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trialwright.dataset import RULES, Dataset, check_dataset

ABLATED = (
    "patient_id,lesion_id,ablation_date,modality,planned,technical_success\nP1,T1,ON,RFA,Y,Y\n"
)
DATED = (
    "patient_id,visit,visit_type,visit_date\nP1,baseline,baseline,2026-01-05\n"
    "P1,week 8,scheduled,{}\nP1,week 16,scheduled,2026-05-01\n"
)
EARLY = (  # the baseline scan alone
    "patient_id,lesion_id,visit,scan_date,diameter_mm,state\n"
    "P1,T1,baseline,2026-01-05,42,\nP1,T2,baseline,2026-01-05,20.5,\n"
)

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
        {
            "measurements": "+P1,T1,week 0,2024-03-31,42,\n",
            "patients": "patient_id,birth_date\nP1,2024-04\n",
            "visits": None,
            "doses": None,
        },
        ("measurement.before_birth", "error", 7),
        "the scan is before the birth, 2024-04",
    ),
    (
        {"deaths": "patient_id,death_date\nP1,2026-02-28\n", "measurements": None},
        None,
        "",
    ),
    (
        {"patients": "patient_id\nP1\nP1\n"},
        ("table.duplicate", "error", 2),
        "rows 2 and 3 are all patient_id P1",
    ),
    (
        {"patients": "patient_id\nP1\n\nP2\n\nP2\n"},
        None,
        "",
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
        {"patients": "patient_id,consent_date\nP1,2026-01-08\n"},
        ("dose.before_consent", "warning", 2),
        "regorafenib from 2026-01-07 is before the consent, 2026-01-08",
    ),
    (
        {"doses": "+P1,regorafenib,2026-01-01,0\n"},  # a dose left out is no dose
        None,
        "",
    ),
    (
        {
            "doses": "patient_id,drug,start_date,end_date,dose_mg\n"
            "P1,regorafenib,2026-02-10,2026-02-09,80\n"
        },
        ("dose.end_before_start", "error", 2),
        "the end, 2026-02-09, is before the start, 2026-02-10",
    ),
    (
        {
            "doses": "+P1,regorafenib,2026-05-01,80\nP1,regorafenib,2026-05-03,0\n",
            "deaths": "patient_id,death_date\nP1,2026-04-30\n",
        },
        ("dose.after_death", "warning", 3),
        "is after the death, 2026-04-30",
    ),
    (
        {
            "patients": "patient_id,last_alive_date\nP1,2026-05-01\n",
            "deaths": "patient_id,death_date\nP1,2026-04-30\n",
        },
        ("death.before_last_alive", "warning", 2),
        "known to be alive on 2026-05-01, after the death, 2026-04-30",
    ),
    (
        {"therapies": "patient_id,therapy,start_date\nP2,FOLFIRI,2026-05-01\n"},
        ("reference.patient", "error", 2),
        "patient_id 'P2' is not in the table patients",
    ),
    (
        {
            "ablations": "patient_id,lesion_id,ablation_date,modality,planned\n"
            "P1,T9,2026-02-01,RFA,Y\n"
        },
        ("reference.lesion", "error", 2),
        "lesion_id 'T9' is not in the table lesions",
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
        {"lesions": "+P1,T3,target,liver,N\nP1,T4,target,liver,N\n", "doses": None},
        ("target.too_many_in_organ", "warning", 2),
        "3 target lesions (T1, T3 and T4) in liver; at most 2 an organ",
    ),
    (
        {
            "lesions": "+P1,T3,target,brain,Y\nP1,T4,target,lung,Y\nP1,T5,target,lymph node,Y\n",
            "doses": None,
        },
        ("target.too_many_in_organ", "warning", 5),
        "3 target lesions (T3, T4 and T5) in lymph node",
    ),
    (
        {"lesions": "+" + "".join(f"P1,T{i},target,other,N\n" for i in range(3, 7)), "doses": None},
        ("target.too_many", "warning", 2),
        "6 target lesions (T1, T2, T3, T4, T5 and T6); at most 5",
    ),
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
        {"ablations": ABLATED.replace("ON", "2026-01-04").replace("RFA,Y", "RFA,N")},
        ("ablation.before_baseline", "warning", 2),
        "lesion T1: RFA on 2026-01-04 is before the baseline, 2026-01-05: a prior treatment",
    ),
    ({"ablations": ABLATED.replace("ON", "2026-01-05").replace("RFA,Y", "RFA,N")}, None, ""),
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
        {"patients": "patient_id\nP1\np1\n"},
        ("patient.similar_id", "warning", 2),
        "the ids 'P1' and 'p1' differ only in case",
    ),
    (
        {"measurements": "+P1,N1,week 8,2026-03-16,,present\n"},
        ("visit.spread", "warning", 7),
        "the scans of the visit week 8 lie 15 days apart, 2026-03-01 to 2026-03-16",
    ),
    ({"measurements": "+P1,N1,week 8,2026-03-15,,present\n"}, None, ""),
    (
        {"measurements": "+P1,N1,week 8,2026-03-29,,present\n"},
        ("visit.spread", "warning", 7),
        "lie 28 days apart",
    ),
    (
        {"measurements": "+P1,N1,week 8,2026-03-30,,present\n"},
        ("visit.reused", "error", 7),
        "lie 29 days apart, 2026-03-01 to 2026-03-30; they are two assessments of one name",
    ),
    (
        {"visits": DATED.format("2026-01-31")},
        ("visit.date_differs", "warning", 4),
        "visit week 8: the scan of 2026-03-01 lies 29 days after the date of the visit, 2026-01-31",
    ),
    ({"visits": DATED.format("2026-02-01")}, None, ""),
    (
        {"visits": DATED.format("2026-03-11"), "deaths": "patient_id,death_date\nP1,2026-03-10\n"},
        ("visit.after_death", "error", 3),  # week 16, which nobody read, may be dated so
        "the visit week 8, 2026-03-11, was read and is after the death, 2026-03-10",
    ),
    (
        {"deaths": "patient_id,death_date\nP1,2150-01-02\n"},
        ("date.implausible", "error", 2),
        "death_date 2150-01-02 (date of death) is not between 1950 and 2150",
    ),
    (
        {"adverse_events": "patient_id,term,grade,start_date\nP1,Fever,1,1949\n"},
        ("date.implausible", "error", 2),
        "start_date 1949-01-01 (onset)",
    ),
    (
        {"patients": "patient_id,last_alive_date\nP1,2041-01-07\n"},
        ("date.far", "warning", 2),
        "last_alive_date 2041-01-07 is 15 years after the first treatment, 2026-01-07",
    ),
    ({"patients": "patient_id,last_alive_date\nP1,2041-01-06\n"}, None, ""),
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
        {
            "deaths": "patient_id,death_date\nP1,2026-01-06\n",
            "measurements": EARLY,
            "ablations": ABLATED.replace("ON", "2026-01-07"),
            "doses": None,
        },
        ("death.before_treatment", "error", 2),
        "the death, 2026-01-06, is before the first treatment, 2026-01-07",
    ),
    (
        {
            "deaths": "patient_id,death_date\nP1,2026-01-06\n",
            "patients": "patient_id,enrolment_date\nP1,2026-01-07\n",
            "measurements": EARLY,
            "doses": None,
        },
        ("death.before_enrolment", "error", 2),
        "the death, 2026-01-06, is before the enrolment, 2026-01-07",
    ),
    (
        {"therapies": "patient_id,therapy,start_date\nP1,FOLFIRI,2026-01-06\n"},
        ("therapy.before_treatment", "warning", 2),
        "FOLFIRI from 2026-01-06 is before the first study treatment, 2026-01-07",
    ),
    ({"therapies": "patient_id,therapy,start_date\nP1,FOLFIRI,2026-01-07\n"}, None, ""),
    (
        {"patients": "patient_id,enrolment_date\nP1,2026-01-08\n"},
        ("enrolment.after_treatment", "warning", 2),
        "the enrolment, 2026-01-08, is after the first treatment, 2026-01-07",
    ),
    ({"patients": "patient_id,enrolment_date\nP1,2026-01-07\n"}, None, ""),
    (
        {"patients": "patient_id,enrolment_date\nP1,\nP2,2026-01-08\nP3,\n"},
        ("treatment.without_enrolment", "warning", 2),
        "treated from 2026-01-07 on, without a date of enrolment, which other patients have",
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
        {"lesions": "+P1,N2,non_target,lymph node,N\nP1,N3,non_target,lymph node,Y\n"},
        ("lesion.node_not_marked", "warning", 5),
        "lesion N2 lies in a lymph node and is marked as none",
    ),
]


@pytest.mark.parametrize(("changes", "expected", "words"), CASES)
def test_a_check_finds_its_case_and_nothing_else(read, changes, expected, words):
    findings = read(**changes).findings
    if expected is None:
        rules = {finding.rule for finding in findings}
        assert rules <= {"row.blank", "table.duplicate"}, [str(finding) for finding in findings]
        return
    assert [(f.rule, f.severity, f.row) for f in findings] == [expected], [str(f) for f in findings]
    assert words in findings[0].message
    assert findings[0].mend


def test_every_check_has_a_case():
    found = {expected[0] for _, expected, _ in CASES if expected}
    tested_apart = {
        "ablation.before_enrolment",
        "column.empty",
        "measurement.after_death",
        "measurement.unit",
        "measurement.unit_all",
    }
    checked = {name for name in RULES if not name.startswith(_OF_READERS)} - _BY_READERS
    assert checked - found - tested_apart - {"value.not_listed"} == set()


_OF_READERS = ("cell.", "file.", "header.", "row.", "sheet.")
_BY_READERS = {
    "patient.long_number",
    "patient.several_arms",
    "patient.shared_id",
    "column.missing",
    "column.repeated",
    "column.unknown",
    "lesion.node_unknown",
    "measurement.undated",
    "measurement.unnamed",
}


def test_a_scan_after_death_is_flagged_per_scan(read):
    findings = read(deaths="patient_id,death_date\nP1,2026-02-28\n").findings
    assert [(f.rule, f.severity, f.row) for f in findings] == [
        ("measurement.after_death", "error", row) for row in (4, 5, 6)
    ]


def test_a_planned_ablation_before_the_enrolment_is_an_error(read):
    enrolled = "patient_id,enrolment_date\nP1,2026-01-07\n"
    ablated = ABLATED.replace("ON", "2026-01-06")
    findings = read(patients=enrolled, ablations=ablated).findings
    assert [(f.rule, f.severity, f.row) for f in findings] == [
        ("enrolment.after_treatment", "warning", 2),
        ("ablation.before_enrolment", "error", 2),
    ]
    assert "the planned RFA on 2026-01-06 is before the enrolment, 2026-01-07" in (
        findings[1].message
    )


def test_an_unplanned_ablation_before_the_enrolment_is_a_prior_treatment(read):
    enrolled = "patient_id,enrolment_date\nP1,2026-01-07\n"
    ablated = ABLATED.replace("ON", "2026-01-06").replace("RFA,Y", "RFA,N")
    assert read(patients=enrolled, ablations=ablated).findings == ()


def test_dates_far_from_the_enrolment_are_one_finding_a_patient(read):
    (finding,) = read(patients="patient_id,enrolment_date\nP1,2006-01-05\n").findings
    assert (finding.rule, finding.table, finding.row) == ("date.far", "measurements", 2)
    assert finding.message == (
        "scan_date 2026-01-05 is 20 years after the enrolment, 2006-01-05; "
        "5 more dates of the patient lie as far"
    )


def test_an_implausible_date_is_no_anchor(read):
    findings = read(patients="patient_id,enrolment_date\nP1,1906-01-05\n").findings
    assert [f.rule for f in findings] == ["date.implausible"]


def test_study_days_have_no_calendar():
    days = [date(1901, 1, 1), date(1901, 3, 1)]
    frames = {
        "patients": pl.DataFrame({"patient_id": ["P1"]}),
        "labs": pl.DataFrame({"patient_id": "P1", "test": "ALT", "sample_date": days,
                              "value": 1.0, "unit": "U/l"}),
    }  # fmt: skip
    counted = Dataset.create(frames, source="-", day_zero=date(1901, 1, 1))
    assert check_dataset(counted) == ()
    dated = check_dataset(Dataset.create(frames, source="-"))
    assert [f.rule for f in dated] == ["date.implausible"] * 2
