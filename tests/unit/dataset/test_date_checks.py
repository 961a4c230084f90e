"""Checks of dates and visits: their order, their distance, and what no calendar holds."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trialwright.dataset import Dataset, check_dataset

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
DAYS = "patient_id,visit,visit_type,planned_day\n"
DIED = "patient_id,death_date\nP1,2026-04-30\n"
ENDS = "patient_id,scope,end_date,reason,reason_category\n"
EVENTS = "patient_id,term,grade,start_date,end_date\n"
CALLS = "patient_id,criteria,visit,call_date,overall\n"
COURSE = (
    "patient_id,lesion_id,visit,scan_date,diameter_mm\nP1,T1,{},2026-01-05,42\n"
    "P1,T2,{},2026-01-05,20\nP1,T1,{},2026-03-01,30\nP1,T1,{},2026-05-01,30\n"
)

CASES = [  # changed tables, rule, severity, row, part of the message
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
        ("dose.after_death", "error", 3),
        "regorafenib from 2026-05-01 is after the death, 2026-04-30",
    ),
    (  # of a month of death every day has to be over
        {
            "doses": "+P1,regorafenib,2026-04-30,80\nP1,regorafenib,2026-05-01,80\n",
            "deaths": "patient_id,death_date_partial\nP1,2026-04\n",
        },
        ("dose.after_death", "error", 4),
        "regorafenib from 2026-05-01 is after the death, 2026-04",
    ),
    (
        {
            "doses": "patient_id,drug,start_date,end_date,dose_mg\n"
            "P1,regorafenib,2026-01-07,2026-05-01,80\n",
            "deaths": DIED,
        },
        ("dose.end_after_death", "warning", 2),
        "regorafenib ends on 2026-05-01, after the death, 2026-04-30",
    ),
    (
        {"therapies": "patient_id,therapy,start_date\nP1,FOLFIRI,2026-05-01\n", "deaths": DIED},
        ("therapy.after_death", "error", 2),
        "FOLFIRI from 2026-05-01 is after the death, 2026-04-30",
    ),
    (
        {
            "therapies": "patient_id,therapy,start_date_partial\n"
            "P1,FOLFIRI,2026-04\nP1,FOLFIRI,2026-05\n",
            "deaths": DIED,
        },
        ("therapy.after_death", "error", 3),
        "FOLFIRI from 2026-05 is after the death, 2026-04-30",
    ),
    (
        {
            "labs": "patient_id,test,sample_date,value,unit\n"
            "P1,ALT,2026-04-30,20,U/l\nP1,ALT,2026-05-01,20,U/l\n",
            "deaths": DIED,
        },
        ("lab.after_death", "error", 3),
        "ALT: the sample of 2026-05-01 is after the death, 2026-04-30",
    ),
    (
        {
            "adverse_events": f"{EVENTS}P1,Fever,1,2026-04,2026-04-30\nP1,Rash,1,2026-05,\n",
            "deaths": DIED,
        },
        ("event.after_death", "error", 3),
        "Rash from 2026-05 is after the death, 2026-04-30",
    ),
    (
        {"adverse_events": f"{EVENTS}P1,Fever,1,2026-04,2026-05-01\n", "deaths": DIED},
        ("event.end_after_death", "warning", 2),
        "Fever ends on 2026-05-01, after the death, 2026-04-30",
    ),
    (
        {"ablations": ABLATED.replace("ON", "2026-05-01"), "deaths": DIED},
        ("ablation.after_death", "error", 2),
        "the RFA on 2026-05-01 is after the death, 2026-04-30",
    ),
    (
        {
            "dispositions": f"{ENDS}P1,treatment,2026-05-01,toxicity,adverse event\n",
            "deaths": DIED,
        },
        ("disposition.after_death", "warning", 2),
        "the end of treatment on 2026-05-01 (toxicity) is after the death, 2026-04-30",
    ),
    (  # an end for death may be written down later, with its code or in words
        {
            "dispositions": f"{ENDS}P1,treatment,2026-05-01,as told,death\n"
            "P1,study,2026-05-02,patient died at home,\n",
            "deaths": DIED,
        },
        None,
        "",
    ),
    (  # the code counts before the words
        {
            "dispositions": f"{ENDS}P1,study,2026-05-01,feared death,withdrawal\n",
            "deaths": DIED,
        },
        ("disposition.after_death", "warning", 2),
        "(feared death)",
    ),
    (
        {
            "calls": f"{CALLS}P1,RECIST 1.1,week 8,2026-04-30,SD\n"
            "P1,RECIST 1.1,week 16,2026-05-01,PD\nP1,RECIST 1.1,week 24,2026-06-01,NE\n",
            "deaths": DIED,
        },
        ("call.after_death", "warning", 3),
        "PD at week 16 is dated 2026-05-01, after the death, 2026-04-30",
    ),
    (
        {
            "calls": f"{CALLS}P1,RECIST 1.1,week 8,2026-01-04,PR\n"
            "P1,RECIST 1.1,baseline,2026-01-04,NE\nP1,RECIST 1.1,week 16,2026-01-05,SD\n",
        },
        ("call.before_baseline", "warning", 2),
        "PR at week 8 is dated 2026-01-04, before the baseline scan, 2026-01-05",
    ),
    (
        {"deaths": "patient_id,cause\nP1,sepsis\n"},
        ("death.undated", "warning", 2),
        "died, and the date is not known",
    ),
    (
        {"deaths": "patient_id,death_date_partial\nP1,--03-15\n"},
        ("death.undated", "warning", 2),
        "died, and the date is not known but for --03-15",
    ),
    ({"deaths": "patient_id,death_date_partial\nP1,2026\n"}, None, ""),
    (
        {"therapies": "patient_id,therapy,start_date\nP1,FOLFIRI,\n"},
        ("therapy.undated", "error", 2),
        "FOLFIRI: the first day is not known",
    ),
    (
        {"dispositions": f"{ENDS}P1,treatment,,toxicity,\n"},
        ("disposition.undated", "error", 2),
        "the day on which treatment ended is not known",
    ),
    (
        {"deaths": "patient_id,death_date,death_date_partial\nP1,2026-05-01,2026-04\n"},
        ("date.part_differs", "error", 2),
        "death_date 2026-05-01 is not a day of 2026-04, as death_date_partial says",
    ),
    (
        {
            "deaths": "patient_id,death_date,death_date_partial,death_date_imputed\n"
            "P1,2026-04-30,2026-04,D\n"
        },
        None,
        "",
    ),
    (  # a completed death is known to the month: a scan in it is no contradiction
        {
            "deaths": "patient_id,death_date,death_date_imputed\nP1,2026-03-01,D\n",
            "measurements": "+P1,T1,week 16,2026-03-02,30,\n",
            "visits": None,
        },
        None,
        "",
    ),
    (  # the one that was treated shows that treatment was collected
        {"patients": "patient_id,enrolment_date\nP1,2026-01-07\nP2,2026-01-08\nP3,\n"},
        ("patient.never_treated", "note", 3),
        "enrolled on 2026-01-08 and never treated",
    ),
    ({"patients": "patient_id,enrolment_date\nP1,2026-01-04\n", "doses": None}, None, ""),
    (
        {
            "patients": "patient_id,last_alive_date\nP1,2026-05-01\n",
            "deaths": "patient_id,death_date\nP1,2026-04-30\n",
        },
        ("death.before_last_alive", "warning", 2),
        "known to be alive on 2026-05-01, after the death, 2026-04-30",
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
        {"deaths": "patient_id,death_date_partial\nP1,2151\n"},
        ("date.implausible", "error", 2),
        "death_date 2151-01-01 (date of death)",
    ),
    (
        {"patients": "patient_id,last_alive_date\nP1,2041-01-07\n"},
        ("date.far", "warning", 2),
        "last_alive_date 2041-01-07 is 15 years after the first treatment, 2026-01-07",
    ),
    ({"patients": "patient_id,last_alive_date\nP1,2041-01-06\n"}, None, ""),
    (
        {
            "deaths": "patient_id,death_date\nP1,2026-01-06\n",
            "measurements": EARLY,
            "patients": "patient_id,first_treatment_date\nP1,2026-01-07\n",
            "doses": None,
        },
        ("death.before_treatment", "error", 2),
        "the death, 2026-01-06, is before the first treatment, 2026-01-07",
    ),
    (
        {
            "deaths": "patient_id,death_date_partial\nP1,2025\n",
            "measurements": EARLY.replace("2026-01-05", "2025-12-28"),
            "patients": "patient_id,first_treatment_date\nP1,2026-01-07\n",
            "doses": None,
        },
        ("death.before_treatment", "error", 2),
        "the death, 2025, is before the first treatment, 2026-01-07",
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
        {
            "patients": "patient_id,enrolment_date\nP1,\nP2,2026-01-08\nP3,\n",
            "doses": "+P2,regorafenib,2026-01-09,80\n",
        },
        ("treatment.without_enrolment", "warning", 2),
        "treated from 2026-01-07 on, without a date of enrolment, which other patients have",
    ),
    (
        {"measurements": "+P1,T1,week 16,2026-02-28,29,\n"},
        ("visit.out_of_order", "warning", 7),
        "the visit week 16, scanned on 2026-02-28, is planned after week 8, scanned on 2026-03-01",
    ),
    (  # on one day: no contradiction
        {
            "measurements": COURSE.format("baseline", "baseline", "week 8", "week 16")
            .replace("2026-05-01", "2026-03-01")
            .replace("T1,week 16", "T2,week 16")
        },
        None,
        "",
    ),
    (  # the one that is far off is compared with its neighbours alone
        {"measurements": "+P1,T1,week 16,2026-02-28,29,\nP1,T1,week 24,2026-05-01,29,\n"},
        ("visit.out_of_order", "warning", 7),
        "week 16",
    ),
    (
        {
            "visits": None,
            "measurements": COURSE.format("C1D1", "C1D1", "C3D1", "C2 D15"),
        },
        None,  # other words
        "",
    ),
    (
        {"visits": None, "measurements": COURSE.format("C1D1", "C1D1", "C3D1", "c2d15")},
        ("visit.out_of_order", "warning", 4),
        "the visit C3D1, scanned on 2026-03-01",
    ),
    (
        {"visits": None, "measurements": COURSE.format("day 0", "day 0", "day -7", "day 7")},
        ("visit.out_of_order", "warning", 2),
        "the visit day 0, scanned on 2026-01-05, is planned after day -7, scanned on 2026-03-01",
    ),
    (
        {
            "visits": f"{DAYS}P1,a,baseline,-1\nP1,b,scheduled,112\nP1,c,scheduled,56\n",
            "measurements": COURSE.format("a", "a", "b", "c"),
        },
        ("visit.out_of_order", "warning", 4),
        "the visit b, scanned on 2026-03-01, is planned after c, scanned on 2026-05-01",
    ),
    (
        {
            "visits": f"{DAYS}P1,a,baseline,\nP1,b,scheduled,112\nP1,c,unscheduled,\n",
            "measurements": COURSE.format("a", "a", "c", "b"),
        },
        None,
        "",
    ),
]


@pytest.mark.parametrize(("changes", "expected", "words"), CASES)
def test_a_check_of_dates_finds_its_case_and_nothing_else(check, changes, expected, words):
    check(changes, expected, words)


def test_a_scan_before_the_baseline_is_out_of_order(read):
    findings = read(measurements="+P1,T1,week 24,2026-01-04,29,\n").findings
    assert [(one.rule, one.row) for one in findings] == [
        ("baseline.several", 2),
        ("visit.out_of_order", 7),
    ]
    assert "week 24, scanned on 2026-01-04, is planned after week 8" in findings[1].message
    course = COURSE.format("screening", "screening", "b", "b").replace("2026-01-05", "2026-01-06")
    visits = f"{DAYS}P1,screening,baseline,\nP1,b,scheduled,56\n"
    dated = course.replace("2026-03-01", "2026-01-05").replace("2026-05-01", "2026-01-05")
    findings = read(visits=visits, measurements=dated).findings
    assert "visit.out_of_order" in {one.rule for one in findings}


def test_visits_are_looked_at_for_each_reader(read):
    lesions = "patient_id,reader,lesion_id,role,organ,lymph_node\n" + "".join(
        f"P1,{reader},T1,target,liver,N\n" for reader in ("central_1", "central_2")
    )
    days = (("baseline", "2026-01-05"), ("week 16", "2026-03-01"), ("week 8", "2026-05-01"))
    scans = "patient_id,reader,lesion_id,visit,scan_date,diameter_mm\n" + "".join(
        f"P1,{reader},T1,{visit},{day},42\n"
        for reader in ("central_1", "central_2")
        for visit, day in days
    )
    findings = read(lesions=lesions, measurements=scans).findings
    assert [(one.rule, one.row, one.reader) for one in findings] == [
        ("visit.out_of_order", 3, "central_1"),
        ("visit.out_of_order", 6, "central_2"),
    ]


def test_two_readers_may_date_one_visit_apart(read):
    """Each reader's scans of a visit lie near each other."""
    lesions = "patient_id,reader,lesion_id,role,organ,lymph_node\n" + "".join(
        f"P1,{reader},T1,target,liver,N\n" for reader in ("central_1", "central_2")
    )
    scans = (
        "patient_id,reader,lesion_id,visit,scan_date,diameter_mm\n"
        "P1,central_1,T1,baseline,2026-01-05,42\nP1,central_2,T1,baseline,2026-01-05,42\n"
        "P1,central_1,T1,week 8,2026-03-01,42\nP1,central_2,T1,week 8,2026-04-01,42\n"
    )
    assert read(lesions=lesions, measurements=scans).findings == ()


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
