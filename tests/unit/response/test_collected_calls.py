"""Calls made by people beside ours: each misreading is told from the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from two_readers import make_trial, read_each

from following import READ
from trialwright.response import Lesion, PatientScans, Reading, Response, assess_patient, recist
from trialwright.response.compare.collected_calls import CollectedCall, compare_calls, gather_calls
from trialwright.response.compare.disagreements import explain_target
from trialwright.response.compare.misreadings import MISREADINGS
from trialwright.response.compare.readers import ReaderCalls
from trialwright.response.compare.targets_seen import follow_targets
from trialwright.response.tumour_marker import MarkerSample

START = date(2024, 1, 8)
STRICT = replace(READ, persistent=False)
GONE = "absent"
LOST = "not_evaluable"


def make_scans(targets, *, non_targets=None, new=None, nodes=()):
    """Write a patient: a value for each lesion on each scan, the first at baseline."""
    rows = {"target": targets, "non_target": non_targets or {}, "new": new or {}}
    lesions = [
        Lesion(name, role, "liver", name in nodes) for role, of in rows.items() for name in of
    ]
    readings = [
        Reading(
            name,
            f"V{visit}",
            START + timedelta(56 * visit - 7),
            None if isinstance(value, str) else float(value),
            value if isinstance(value, str) else None,
        )
        for of in rows.values()
        for name, course in of.items()
        for visit, value in enumerate(course)
        if value is not None
    ]
    return PatientScans("P1", START, tuple(lesions), tuple(readings), reader="investigator")


def make_call(visit, **parts):
    called = dict.fromkeys(("target", "non_target", "new_lesion", "overall"))
    return CollectedCall("P1", "investigator", visit, None, **(called | parts))


def compare(scans, *calls, rules=STRICT):
    reading = ReaderCalls("investigator", (scans,), (assess_patient(scans, rules),))
    return compare_calls(calls, [reading], persistent=rules.persistent)


def explained(scans, visit, *, rules=STRICT, **parts):
    """Return (theirs, ours, kind) of the disagreements of one call."""
    found = compare(scans, make_call(visit, **parts), rules=rules).disagreements
    return [(one.theirs, one.ours, one.kind) for one in found if one.kind != "not_called"]


TARGETS = [
    # sizes of the targets, the person's target call at the last visit, ours, the misreading
    ({"T1": [100, 50, 62]}, "PR", "PD", "progression_from_baseline"),
    ({"T1": [100, 60, 95]}, "SD", "PD", "progression_from_baseline"),
    ({"T1": [30, GONE, 4]}, "PR", "PD", "relapse_not_progression"),
    ({"T1": [30, GONE, 26]}, "SD", "PD", "progression_from_baseline"),
    ({"T1": [20, 14, 17]}, "PD", "SD", "growth_under_5_mm"),
    ({"T1": [100, 95, 101]}, "PD", "SD", "growth_under_20_percent"),
    ({"T1": [100, 68, 72]}, "PR", "SD", "persistent_response"),
    ({"T1": [100, 75, 60]}, "SD", "PR", "shrinkage_from_nadir"),
    ({"T1": [100, 50, 55, 62]}, "SD", "PD", "judged_from_previous"),
    ({"T1": [100, 130, 85]}, "PR", "SD", "judged_from_previous"),
    ({"T1": [100, 50, 55, 62], "T2": [10, 9, LOST, 9]}, "PR", "PD", "progression_from_baseline"),
    ({"T1": [100, 120, 80], "T2": [10, LOST, 10]}, "PD", "SD", "other"),
    ({"T1": [100, 50, 55, 55, 62], "T2": [9, 9, 9, LOST, 9]}, "SD", "PD", "judged_from_previous"),
    ({"T1": [22, 9]}, "PR", "CR", "normal_nodes"),
    ({"T1": [22, 9, 9]}, "PR", "CR", "normal_nodes"),
    ({"T1": [40, 30], "T2": [40, LOST]}, "PR", "NE", "missing_lesion"),
    ({"T1": [40, 38], "T2": [40, LOST]}, "SD", "NE", "missing_lesion"),
    ({"T1": [40, 40, 42], "T2": [40, LOST, 40]}, "PD", "SD", "missing_lesion_before"),
    ({"T1": [40, 26, 26], "T2": [LOST, 40, 40]}, "PR", "NE", "missing_lesion_before"),
    ({"T1": [30, 45], "T2": [5, LOST]}, "NE", "PD", "partial_sum_progression"),
    ({"T1": [40, 30, 50], "T2": [10, 10, LOST]}, "NE", "PD", "partial_sum_progression"),
    ({"T1": [50, 30]}, "NE", "PR", "read_as_missing"),
    ({"T1": [50, 65]}, "NE", "PD", "read_as_missing"),
    ({"T1": [50, 48]}, "CR", "SD", "other"),
    ({"T1": [50, 51]}, "PD", "SD", "other"),
    ({"T1": [50, 51]}, "Non-CR/Non-PD", "SD", "category_not_used"),
    ({"T1": [50, 51]}, "iSD", "SD", "category_not_used"),
]


@pytest.mark.parametrize(("targets", "theirs", "ours", "kind"), TARGETS)
def test_a_target_response_is_explained(targets, theirs, ours, kind):
    last = max(len(course) for course in targets.values()) - 1
    scans = make_scans(targets, nodes=("T1",) if kind == "normal_nodes" else ())
    assert explained(scans, f"V{last}", target=theirs) == [(theirs, ours, kind)]


def test_a_response_that_persists_by_the_study_is_explained_too():
    scans = make_scans({"T1": [100, 68, 72]})
    assert explained(scans, "V2", target="SD", rules=READ) == [("SD", "PR", "persistent_response")]


NON_TARGETS = [
    (["present", LOST], "Non-CR/Non-PD", "NE", "missing_lesion"),
    (["present", "present"], "SD", "Non-CR/Non-PD", "category_not_used"),
    (["present", "increased"], "PD", "Non-CR/Non-PD", "unrecorded_finding"),
    (
        ["present", "unequivocal_progression"],
        "Non-CR/Non-PD",
        "PD",
        "non_target_progression_not_called",
    ),
    (["present", "present"], "NE", "Non-CR/Non-PD", "read_as_missing"),
    (["present", GONE], "Non-CR/Non-PD", "CR", "other"),
]


@pytest.mark.parametrize(("course", "theirs", "ours", "kind"), NON_TARGETS)
def test_a_non_target_response_is_explained(course, theirs, ours, kind):
    scans = make_scans({"T1": [50, 50]}, non_targets={"NT1": course})
    assert explained(scans, "V1", non_target=theirs) == [(theirs, ours, kind)]


def test_non_target_disease_that_is_back_is_a_relapse():
    scans = make_scans({"T1": [50, GONE, GONE]}, non_targets={"NT1": ["present", GONE, "present"]})
    theirs = explained(scans, "V2", non_target="Non-CR/Non-PD")
    assert theirs == [("Non-CR/Non-PD", "PD", "relapse_not_progression")]


def test_a_response_of_lesions_that_were_never_there():
    scans = make_scans({"T1": [50, 50]})
    assert explained(scans, "V1", non_target="CR") == [
        ("CR", "none at baseline", "no_such_lesions")
    ]
    alone = make_scans({}, non_targets={"NT1": ["present", "present"]})
    assert explained(alone, "V1", target="SD") == [("SD", "none at baseline", "no_such_lesions")]


def test_a_left_out_new_lesion_explains_the_overall_response():
    scans = make_scans({"T1": [50, 30]}, new={"N1": [None, "present"]})
    found = explained(scans, "V1", target="PR", new_lesion=True, overall="PR")
    assert found == [("PR", "PD", "new_lesion_ignored")]


def test_left_out_non_target_lesions_explain_the_overall_response():
    persists = make_scans({"T1": [50, GONE]}, non_targets={"NT1": ["present", "present"]})
    assert explained(persists, "V1", overall="CR") == [("CR", "PR", "non_target_ignored")]
    course = ["present", "unequivocal_progression"]
    worse = make_scans({"T1": [50, 30]}, non_targets={"NT1": course})
    assert explained(worse, "V1", overall="PR") == [("PR", "PD", "non_target_ignored")]


def test_an_overall_response_that_follows_from_a_part_has_the_same_explanation():
    scans = make_scans({"T1": [100, 50, 62]}, non_targets={"NT1": ["present"] * 3})
    found = explained(scans, "V2", target="PR", non_target="Non-CR/Non-PD", overall="PR")
    assert found == [
        ("PR", "PD", "progression_from_baseline"),
        ("PR", "PD", "progression_from_baseline"),
    ]


def test_an_overall_response_alone_is_explained_through_the_targets():
    scans = make_scans({"T1": [100, 50, 62]})
    assert explained(scans, "V2", overall="PR") == [("PR", "PD", "progression_from_baseline")]


def test_progression_without_a_finding_is_said_to_be_unrecorded():
    scans = make_scans({"T1": [50, 48]})
    assert explained(scans, "V1", overall="PD") == [("PD", "SD", "unrecorded_finding")]
    found = explained(scans, "V1", target="SD", new_lesion=True, overall="PD")
    assert found == [
        ("new lesion", "no new lesion", "unrecorded_finding"),
        ("PD", "SD", "unrecorded_finding"),
    ]


def test_a_new_lesion_that_was_not_called_is_a_part_of_its_own():
    scans = make_scans({"T1": [50, 70]}, new={"N1": [None, "present"]})
    (one,) = compare(scans, make_call("V1", new_lesion=False, overall="PD")).disagreements
    assert (one.part, one.theirs, one.ours) == ("new_lesion", "no new lesion", "new lesion")
    assert one.kind == "new_lesion_not_called"
    assert one.sentence.startswith("no new lesion called, ours new lesion: a new lesion that")


def test_a_row_with_a_word_on_new_lesions_alone_is_counted():
    scans = make_scans({"T1": [50, 30]})
    found = compare(scans, make_call("V1", new_lesion=False))
    assert (found.compared, found.equal, found.not_called) == (1, 1, 2)
    unseen = explained(scans, "V7", new_lesion=False)
    assert unseen == [("no new lesion", "no reading", "no_measurement")]


def test_a_blank_on_new_lesions_is_counted_where_there_is_one():
    scans = make_scans({"T1": [50, 30]}, new={"N1": [None, "present"]})
    found = compare(scans, make_call("V1", target="PR", overall="PD"))
    assert (found.compared, found.equal, found.not_called) == (2, 2, 1)


def test_progression_not_called_in_its_part_explains_the_overall_response():
    course = ["present", "unequivocal_progression"]
    scans = make_scans({"T1": [50, 30]}, non_targets={"NT1": course})
    found = explained(scans, "V1", non_target="Non-CR/Non-PD", overall="PR")
    assert {kind for *_, kind in found} == {"non_target_progression_not_called"}


def test_non_target_disease_left_after_a_complete_response_is_a_relapse_to_us_alone():
    """The state of a complete response stays the same whether the rest was read or not."""
    scans = make_scans(
        {"T1": [50, GONE, GONE, GONE]},
        non_targets={
            "NT1": ["present", GONE, "present", "present"],
            "NT2": [GONE, GONE, LOST, LOST],
        },
    )
    points = assess_patient(scans, STRICT).time_points
    seen = follow_targets(assess_patient(scans, STRICT), scans, persistent=False)
    assert all(seen[one.visit].before.complete_response for one in points[1:])
    assert all(
        recist.read_targets(seen[one.visit].before, seen[one.visit].targets, False)[0] == one.target
        for one in points
    )


def make_split_node(*, pieces):
    """Write a node of 30 mm that is in two pieces from the first scan on."""
    scans = make_scans({"T1": [30]}, nodes=("T1",))
    names = ("T1a", "T1b")
    days = [(visit, START + timedelta(56 * visit - 7)) for visit in range(1, len(pieces) + 1)]
    lesions = tuple(
        Lesion(one, "target", "liver", lymph_node=True, split_from="T1") for one in names
    )
    readings = tuple(
        Reading(name, f"V{visit}", day, float(size))
        for (visit, day), sizes in zip(days, pieces, strict=True)
        for name, size in zip(names, sizes, strict=True)
    )
    return replace(scans, lesions=scans.lesions + lesions, readings=scans.readings + readings)


def test_the_pieces_of_a_split_node_stay_apart():
    scans = make_split_node(pieces=[(8, 8), (8, 9)])
    assert explained(scans, "V1", target="PR") == [("PR", "CR", "normal_nodes")]
    assert explained(scans, "V2", target="PR") == [("PR", "CR", "normal_nodes")]
    seen = follow_targets(assess_patient(scans, STRICT), scans, persistent=False)
    assert seen["V2"].sizes == {"T1": (8.0, 9.0)}
    assert seen["V2"].targets == recist.Targets(17.0, 0, 0)


def test_nothing_is_explained_by_a_course_that_is_not_ours():
    scans = make_scans({"T1": [100, 50, 62]})
    (*_, seen) = follow_targets(assess_patient(scans, STRICT), scans, persistent=False).values()
    assert explain_target(Response.PR, Response.PD, seen, persistent=False) != "other"
    assert explain_target(Response.PR, Response.CR, seen, persistent=False) == "other"


def test_a_tumour_marker_is_not_called_a_lesion():
    scans = make_scans({"T1": [50, GONE]})
    held = replace(
        scans,
        marker=(
            MarkerSample("AFP", START - timedelta(9), above_normal=True),
            MarkerSample("AFP", START + timedelta(49), above_normal=True),
        ),
    )
    assert explained(scans, "V1", overall="CR") == []
    assert explained(held, "V1", overall="CR") == [("CR", "PR", "tumour_marker_ignored")]
    worse = explained(held, "V1", non_target="CR", overall="CR")
    assert {kind for *_, kind in worse} == {"tumour_marker_ignored"}


def test_a_category_of_patients_without_targets_is_not_used_with_them():
    scans = make_scans({"T1": [50, 48]}, non_targets={"NT1": ["present", "present"]})
    theirs = "Non-CR/Non-PD"
    assert explained(scans, "V1", overall=theirs) == [(theirs, "SD", "category_not_used")]
    alone = make_scans({}, non_targets={"NT1": ["present", "present"]})
    assert explained(alone, "V1", overall="PR") == [("PR", theirs, "category_not_used")]


def test_stable_disease_is_no_category_without_target_lesions():
    scans = make_scans({}, non_targets={"NT1": ["present", "present"]})
    assert explained(scans, "V1", overall="SD") == [("SD", "Non-CR/Non-PD", "category_not_used")]


def test_equal_calls_and_blank_parts_are_counted():
    scans = make_scans({"T1": [50, 30, 30]}, non_targets={"NT1": ["present"] * 3})
    full = make_call("V1", target="PR", non_target="Non-CR/Non-PD", overall="PR")
    found = compare(scans, full, make_call("V2", overall="PR"))
    assert (found.calls, found.compared, found.equal, found.not_called) == (2, 4, 4, 2)
    assert found.disagreements == ()


def test_a_visit_that_nobody_called_is_listed():
    scans = make_scans({"T1": [50, 30, 30]})
    (one,) = compare(scans, make_call("V1", overall="PR")).disagreements
    assert (one.visit, one.theirs, one.ours, one.kind) == ("V2", "no call", "PR", "not_called")
    assert one.sentence.startswith("not called, ours PR: the visit was measured")


def test_a_call_needs_a_measurement():
    scans = make_scans({"T1": [50, 30]})
    assert explained(scans, "V7", overall="PR") == [("PR", "no reading", "no_measurement")]
    assert explained(scans, "V0", overall="SD") == [("SD", "no call", "before_treatment")]
    other = replace(make_call("V1", overall="PR"), reader="central_1")
    assert [one.kind for one in compare(scans, other).disagreements] == ["no_measurement"]
    stranger = replace(make_call("V1", overall="PR"), patient_id="P9")
    assert compare(scans, stranger).disagreements[0].kind == "no_measurement"


def test_a_patient_without_a_baseline_cannot_be_called():
    scans = make_scans({"T1": [None, 30]})
    assert explained(scans, "V1", overall="PR") == [("PR", "NE", "patient_not_evaluable")]
    assert explained(scans, "V1", overall="NE") == []


def test_a_disagreement_says_both_calls_and_why():
    scans = make_scans({"T1": [100, 50, 62]})
    (one, *_) = compare(scans, make_call("V2", target="PR")).disagreements
    assert (one.patient_id, one.reader, one.part) == ("P1", "investigator", "target")
    assert one.sentence.startswith("target called PR, ours PD: as if progression had been judged")
    assert "+24.0 % and +12 mm from the nadir 50 mm of V1" in one.sentence


def test_every_misreading_that_is_told_apart_has_a_meaning():
    kinds = {kind for *_, kind in (*TARGETS, *NON_TARGETS)}
    assert kinds <= set(MISREADINGS)


def call_row(**values):
    names = ("patient_id", "reader", "criteria", "visit", "target", "non_target", "overall")
    row = dict.fromkeys(names) | {"patient_id": "P1", "criteria": "RECIST 1.1", "visit": "week 8"}
    return row | values


def test_calls_by_other_criteria_are_not_compared():
    calls = [call_row(overall="PR"), call_row(overall="iPR", criteria="iRECIST")]
    dataset = make_trial({"P1": {None: (50, 30)}}, calls=calls)
    assert [one.overall for one in gather_calls(dataset)] == ["PR"]


@pytest.mark.parametrize(
    ("measured_by", "called_by", "kinds"),
    [
        ([None], "investigator", []),  # one reading, whoever made it
        (["investigator"], None, []),
        (["central_1", "central_2"], None, ["no_measurement"]),
        (["investigator"], "central_1", ["no_measurement"]),
    ],
)
def test_whose_measurements_stand_behind_a_call(measured_by, called_by, kinds):
    courses = {"P1": dict.fromkeys(measured_by, (50, 30))}
    dataset = make_trial(courses, calls=[call_row(overall="PR", reader=called_by)])
    found = compare_calls(gather_calls(dataset), read_each(dataset), persistent=False)
    assert [one.kind for one in found.disagreements] == kinds


def test_what_the_rules_were_given_is_rebuilt():
    scans = make_scans(
        {"T1": [30, 20, LOST, "too_small"], "T2": [20, 9, 12, 9]},
        non_targets={"NT1": ["present", "present", LOST, GONE]},
        nodes=("T2",),
    )
    response = assess_patient(scans, STRICT)
    seen = follow_targets(response, scans, persistent=False)
    for point in response.time_points:
        assert seen[point.visit].targets.measured_mm == point.measured_mm
        assert seen[point.visit].before.nadir_mm == point.nadir_mm
    assert seen["V3"].targets.remaining == 1


READERS = {
    ("INVESTIGATOR", None): "investigator",
    ("INDEPENDENT ASSESSOR", "RADIOLOGIST 1"): "central_1",
    ("INDEPENDENT ASSESSOR", "RADIOLOGIST 2"): "central_2",
}


def _onco(frame, domain):
    """Return (patient, reader, visit, result) rows in order; unscheduled visits by their day."""
    columns = ("USUBJID", f"{domain}EVAL", f"{domain}EVALID", "VISITNUM", f"{domain}DTC")
    rows = frame.select(*columns, f"{domain}STRESC").cast({"VISITNUM": pl.Float64})
    for *key, number, day, result in rows.sort(columns).iter_rows():
        patient, who, identifier = key
        yield patient, READERS[who, identifier], f"{number:g} {day}", result


def _sums_as_scans(rows):
    """Let each sum stand for one lesion; no reader knows what another saw."""
    courses = defaultdict(list)
    for patient, reader, visit, result in rows:
        courses[reader, patient].append((visit, float(result)))
    readings = defaultdict(list)
    for (reader, patient), course in courses.items():
        seen = [
            Reading("T1", visit, START + timedelta(56 * number), size)
            for number, (visit, size) in enumerate(course)
        ]
        lesion = Lesion("T1", "target", "liver", lymph_node=False)
        scans = PatientScans(patient, START, (lesion,), tuple(seen), reader=reader)
        readings[reader].append(scans)
    return readings


@pytest.mark.shared
def test_the_public_set_that_ignored_the_nadir_is_explained_by_that_alone(shared):
    """The oracle of tests/oracle/response/test_source_progression.py, through the comparison.

    Source: pharmaversesdtm tr_onco and rs_onco (Apache-2.0, synthetic); 1,899 target responses,
    169 of them otherwise than RECIST 1.1.
    """
    sdtm = shared / "data" / "sdtm"
    sums = pl.read_parquet(sdtm / "tr_onco.parquet").filter(pl.col("TRTESTCD") == "SUMDIAM")
    said = pl.read_csv(sdtm / "rs_onco.csv", infer_schema=False)
    said = said.filter(pl.col("RSTESTCD") == "TRGRESP")
    readings = [
        ReaderCalls(reader, tuple(scans), tuple(assess_patient(one, STRICT) for one in scans))
        for reader, scans in _sums_as_scans(_onco(sums, "TR")).items()
    ]
    calls = [
        CollectedCall(patient, reader, visit, None, result, None, None, None)
        for patient, reader, visit, result in _onco(said, "RS")
    ]
    found = compare_calls(calls, readings, persistent=False)
    assert (found.compared, found.equal) == (1899, 1730)
    assert found.kinds == {"progression_from_baseline": 169}
    pairs = Counter((one.theirs, one.ours) for one in found.disagreements)
    assert pairs == {("SD", "PD"): 100, ("PR", "PD"): 69}
    assert {one.ours for one in found.disagreements} == {Response.PD.label}
