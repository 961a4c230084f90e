"""Checks of the lesions: how many, where, what they split from, and what was treated."""

from __future__ import annotations

import pytest

from trialwright.dataset import declared_lesions

ABLATED = (
    "patient_id,lesion_id,ablation_date,modality,planned,technical_success\nP1,T1,ON,RFA,Y,Y\n"
)
PLACED = (
    "patient_id,lesion_id,role,organ,location,lymph_node\n"
    "P1,T2,target,lung,,N\nP1,N1,non_target,liver,,N\n"
)
SPLIT = (
    "patient_id,lesion_id,role,organ,lymph_node,split_from\nP1,T1,target,liver,N,\n"
    "P1,T2,target,lung,N,\nP1,N1,non_target,liver,N,\n"
)
NOT_IMAGED = (
    "patient_id,visit,visit_type,not_imaged\nP1,baseline,baseline,{}\nP1,week 8,scheduled,skin\n"
)

CASES = [  # changed tables, rule, severity, row, part of the message
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
        {"ablations": ABLATED.replace("ON", "2026-01-04").replace("RFA,Y", "RFA,N")},
        ("target.locally_treated_before", "warning", 2),
        "lesion T1: RFA on 2026-01-04 is before the baseline, 2026-01-05: a prior treatment",
    ),
    ({"ablations": ABLATED.replace("ON", "2026-01-05").replace("RFA,Y", "RFA,N")}, None, ""),
    (
        {"lesions": "+P1,N2,non_target,lymph node,N\nP1,N3,non_target,lymph node,Y\n"},
        ("lesion.node_not_marked", "warning", 5),
        "lesion N2 lies in a lymph node and is marked as none",
    ),
    (
        {
            "lesions": "+"
            + "".join(
                f"P1,T{at},target,{organ},N\n"
                for at, organ in enumerate(("lung", "kidney", "kidney"), start=3)
            ),
            "doses": None,
        },
        None,  # five targets, two of them in the lungs, two in the kidneys
        "",
    ),
    (
        {"lesions": "+P1,T3,target,lung,N\nP1,T4,target,lung,N\n", "doses": None},
        ("target.too_many_in_organ", "warning", 3),  # left and right lung are one organ
        "3 target lesions (T2, T3 and T4) in lung",
    ),
    (
        {
            "lesions": SPLIT + "".join(f"P1,T1.{at},target,liver,N,T1\n" for at in range(6)),
            "measurements": "+P1,T1.1,week 16,2026-05-01,12,\n",
        },
        None,  # fragments are no further targets, and have no size at baseline
        "",
    ),
    (
        {"lesions": SPLIT + "P1,T1.1,target,liver,N,T9\n"},
        ("split.unknown_parent", "warning", 5),
        "lesion T1.1 is a fragment of T9, which is not in the table lesions",
    ),
    (
        {"lesions": SPLIT + "P1,T1.1,target,liver,N,T1.1\n"},
        ("split.unknown_parent", "warning", 5),
        "lesion T1.1 is a fragment of T1.1, which is itself",
    ),
    (
        {"lesions": SPLIT + "P1,T1.1,target,liver,N,T1\nP1,T1.2,target,liver,N,T1.1\n"},
        ("split.unknown_parent", "warning", 6),
        "lesion T1.2 is a fragment of T1.1, which is a fragment of T1",
    ),
    (
        {
            "lesions": SPLIT + "P1,T1.1,target,liver,N,T1\nP1,T1.2,target,liver,N,T1\n",
            "measurements": "+P1,T1.1,baseline,2026-01-05,12,\n"
            "P1,T1.2,baseline,2026-01-05,,absent\n",
        },
        ("lesion.split_at_baseline", "warning", 7),
        "lesion T1.1, 2026-01-05: a fragment of T1 is seen by the baseline, 2026-01-05",
    ),
    (
        {"lesions": PLACED + "P1,T1,target,liver,segment 6,N\nP1,T1,target,lung,,N\n"},
        ("lesion.organ_changed", "warning", 4),
        "lesion T1: rows 4 and 5 place it in liver (segment 6) and lung; liver (segment 6) is used",
    ),
    (
        {"lesions": PLACED + "P1,T1,target,lung,,N\nP1,T1,target,liver,,N\nP1,T1,target,lung,,N\n"},
        ("lesion.organ_changed", "warning", 4),
        "lesion T1: rows 4, 5 and 6 place it in liver and lung; lung is used",
    ),
    (
        {"lesions": PLACED + "P1,T1,target,liver,,N\nP1,T1,non_target,lung,,N\n"},
        ("table.duplicate", "error", 4),
        "rows 4 and 5 are all patient_id P1, lesion_id T1",
    ),
    (
        {"lesions": PLACED + "P1,T1,target,liver,,N\nP1,T1,target,lymph node,,Y\n"},
        ("table.duplicate", "error", 4),
        "rows 4 and 5",
    ),
    (
        {"lesions": PLACED + "P1,T1,target,liver,,N\nP1,T1,target,liver,,N\n"},
        ("table.duplicate", "error", 4),
        "rows 4 and 5",
    ),
    (
        {
            "lesions": "+P1,X1,new,brain,N\nP1,N2,non_target,brain,N\n",
            "visits": NOT_IMAGED.format("bone; Brain"),
            "measurements": "+P1,X1,week 8,2026-03-01,,present\n",
        },
        ("lesion.new_in_unimaged_organ", "note", 5),
        "the new lesion X1 lies in brain, which baseline did not image; it counts as new",
    ),
    (
        {
            "lesions": "+P1,X1,new,brain,N\n",
            "measurements": "+P1,X1,week 8,2026-03-01,,present\n",
            "visits": NOT_IMAGED.format(""),
        },
        None,
        "",
    ),
    (
        {"ablations": ABLATED.replace("ON", "2026-02-01").replace("T1", "T9")},
        ("ablation.unknown_lesion", "warning", 2),
        "lesion_id 'T9' is not in the table lesions, so the RFA of 2026-02-01 changes",
    ),
    (
        {
            "ablations": ABLATED.replace("ON", "2026-01-04")
            .replace("RFA,Y", "RFA,N")
            .replace("T1", "N1")
        },
        ("ablation.before_baseline", "warning", 2),
        "lesion N1: RFA on 2026-01-04 is before the baseline, 2026-01-05: a prior treatment",
    ),
]


@pytest.mark.parametrize(("changes", "expected", "words"), CASES)
def test_a_check_of_lesions_finds_its_case_and_nothing_else(check, changes, expected, words):
    check(changes, expected, words)


TWO_READERS = {
    "lesions": "patient_id,reader,lesion_id,role,organ,lymph_node\n"
    "P1,central_1,T1,target,liver,N\nP1,central_1,T2,target,liver,N\n"
    "P1,central_2,T1,target,liver,N\nP1,central_2,T2,{},liver,N\n",
    "measurements": "patient_id,reader,lesion_id,visit,scan_date,diameter_mm\n"
    "P1,central_1,T1,baseline,2026-01-05,42\nP1,central_1,T2,baseline,2026-01-05,20\n"
    "P1,central_2,T1,baseline,2026-01-05,42\nP1,central_2,T2,baseline,2026-01-05,20\n",
}
TREATED = "patient_id,reader,lesion_id,ablation_date,modality,planned\n"


def _read_by_two(read, role="target", **changes):
    tables = {**TWO_READERS, "lesions": TWO_READERS["lesions"].format(role), **changes}
    return [(one.rule, one.row, one.reader) for one in read(**tables).findings]


def test_two_readers_may_choose_two_targets_of_an_organ_each(read):
    assert _read_by_two(read) == []


def test_the_third_target_of_one_reader_is_found(read):
    lesions = TWO_READERS["lesions"].format("target") + "P1,central_2,T3,target,liver,N\n"
    scans = TWO_READERS["measurements"] + "P1,central_2,T3,baseline,2026-01-05,12\n"
    assert _read_by_two(read, lesions=lesions, measurements=scans) == [
        ("target.too_many_in_organ", 4, "central_2")
    ]


def test_a_treatment_without_reader_is_of_the_lesion_of_every_reader(read):
    prior = f"{TREATED}P1,,T2,2026-01-04,RFA,N\n"
    rule = "target.locally_treated_before"
    assert _read_by_two(read, ablations=prior) == [(rule, 2, "central_1"), (rule, 2, "central_2")]
    assert _read_by_two(read, "non_target", ablations=prior) == [(rule, 2, "central_1")]
    later = f"{TREATED}P1,,T2,2026-02-01,RFA,Y\n"
    assert _read_by_two(read, ablations=later) == []


def test_a_treatment_with_a_reader_is_of_the_lesion_of_that_reader(read):
    lesions = TWO_READERS["lesions"].format("target").replace("central_2,T2", "central_2,T3")
    scans = TWO_READERS["measurements"].replace("central_2,T2", "central_2,T3")
    treated = f"{TREATED}P1,central_1,T2,2026-02-01,RFA,Y\nP1,central_2,T2,2026-02-01,RFA,Y\n"
    assert _read_by_two(read, lesions=lesions, measurements=scans, ablations=treated) == [
        ("ablation.unknown_lesion", 3, "central_2")
    ]


def test_a_lesion_declared_by_another_reader_is_unknown(read):
    scans = TWO_READERS["measurements"] + "P1,investigator,T1,baseline,2026-01-05,42\n"
    assert _read_by_two(read, measurements=scans) == [
        ("measurement.unknown_lesion", 6, "investigator")
    ]


def test_a_fragment_has_its_parent_with_the_same_reader(read):
    lesions = (
        "patient_id,reader,lesion_id,role,organ,lymph_node,split_from\n"
        "P1,central_1,T1,target,liver,N,\nP1,central_2,T2,target,liver,N,\n"
        "P1,central_1,T2.1,target,liver,N,T2\nP1,central_2,T2.1,target,liver,N,T2\n"
    )
    scans = (
        "patient_id,reader,lesion_id,visit,scan_date,diameter_mm\n"
        "P1,central_1,T1,baseline,2026-01-05,42\nP1,central_2,T2,baseline,2026-01-05,20\n"
    )
    assert _read_by_two(read, lesions=lesions, measurements=scans) == [
        ("split.unknown_parent", 4, "central_1")
    ]


def test_a_lesion_in_two_places_is_declared_once(read):
    placed = PLACED + "P1,T1,target,lung,,N\nP1,T1,target,liver,,N\n"
    twice = "P1,T3,target,bone,,N\nP1,T3,non_target,bone,,N\n"
    declared = declared_lesions(read(lesions=placed + twice))
    assert declared.select("lesion_id", "organ").rows() == [
        ("T2", "lung"), ("N1", "liver"), ("T1", "lung"),
    ]  # fmt: skip
