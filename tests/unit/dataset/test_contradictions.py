"""Data that contradict themselves about parts, mergers, zones and viable tumour."""

from __future__ import annotations

import pytest

_HEAD = "patient_id,lesion_id,visit,scan_date,diameter_mm,state,viable_mm,ablation_finding\n"
_BASELINE = "P1,T1,baseline,2026-01-05,42,,,\nP1,T2,baseline,2026-01-05,20.5,,,\n"
_FRAGMENTS = "patient_id,lesion_id,role,organ,lymph_node,split_from\n"
_ABLATED = "patient_id,lesion_id,ablation_date,modality,planned\nP1,T1,2026-01-20,RFA,Y\n"
_SPLIT = (
    f"{_FRAGMENTS}P1,T1,target,liver,N,\nP1,T2,target,lung,N,\nP1,N1,non_target,liver,N,\n"
    "P1,T1.1,target,liver,N,T1\nP1,T1.2,target,liver,N,T1\n"
)


def _zone(*rows: str) -> dict[str, str]:
    return {"measurements": _HEAD + _BASELINE + "".join(rows), "ablations": _ABLATED}


def _scan(visit: str, day: str, said: str, lesion: str = "T1") -> str:
    return f"P1,{lesion},{visit},{day},{said}\n"


CASES = [  # changed tables, rule, severity, row, part of the message
    (
        _zone(_scan("week 8", "2026-03-01", "30,,41,")),
        ("measurement.viable_larger", "warning", 4),
        "a viable part of 41 mm, of a lesion that is 30 mm",
    ),
    (
        _zone(_scan("week 8", "2026-03-01", ",absent,20,")),
        ("measurement.viable_larger", "warning", 4),
        "a viable part of 20 mm, of a lesion that is 0 mm",
    ),
    (
        _zone(_scan("week 8", "2026-03-01", ",not_evaluable,20,")),
        ("measurement.viable_larger", "warning", 4),
        "of a lesion that is not_evaluable",
    ),
    (_zone(_scan("week 8", "2026-03-01", "30,,30,")), None, ""),
    (
        _zone(_scan("week 8", "2026-03-01", "20,,,residual", "T2")),
        ("zone.not_treated", "warning", 4),
        "lesion T2, 2026-03-01: the finding at the zone is residual, and no local treatment",
    ),
    (
        _zone(_scan("week 2", "2026-01-19", "42,,,complete")) | {"visits": None},
        ("zone.not_treated", "warning", 4),
        "lesion T1, 2026-01-19: the finding at the zone is complete",
    ),
    (_zone(_scan("week 2", "2026-01-20", "42,,,complete")) | {"visits": None}, None, ""),
    (
        _zone(
            _scan("week 8", "2026-03-01", "30,,,complete"),
            _scan("week 16", "2026-05-01", "33,,,residual"),
        ),
        ("zone.order", "warning", 5),
        "residual, after a control that showed a complete zone",
    ),
    (
        _zone(_scan("week 8", "2026-03-01", "30,,,local_progression")),
        ("zone.order", "warning", 4),
        "local_progression, and no control since the treatment showed a complete zone",
    ),
    (
        _zone(
            _scan("week 8", "2026-03-01", "30,,,residual"),
            _scan("week 16", "2026-05-01", "33,,,benign_rim"),
            _scan("week 24", "2026-07-01", "40,,,local_progression"),
        ),
        None,
        "",
    ),
    (
        _zone(_scan("week 8", "2026-03-01", "30,,12,complete")),
        ("zone.contradiction", "warning", 4),
        "the finding at the zone is complete, beside a viable part of 12 mm",
    ),
    (
        _zone(_scan("week 8", "2026-03-01", ",absent,,residual")),
        ("zone.contradiction", "warning", 4),
        "the finding at the zone is residual, beside the state absent",
    ),
    (_zone(_scan("week 8", "2026-03-01", "30,,3,benign_rim")), None, ""),
    (
        {
            "lesions": _SPLIT,
            "measurements": "+P1,T1.1,week 16,2026-05-01,12,\nP1,T1,week 16,2026-05-01,30,\n"
            "P1,T1.2,week 16,2026-05-01,10,\nP1,T1,week 24,2026-07-01,30,\n"
            "P1,T1.1,week 24,2026-07-01,10,\n",
        },
        ("split.parent_measured", "warning", 8),
        "lesion T1, 2026-05-01: 30 mm, beside its fragments T1.1 (12 mm) and T1.2 (10 mm); all",
    ),
    (
        {
            "lesions": _SPLIT,
            "measurements": "+P1,T1.1,week 16,2026-05-01,12,\nP1,T1,week 16,2026-05-01,,absent\n",
        },
        None,
        "",
    ),
    (
        {"lesions": _SPLIT.replace("P1,T1.1,target,liver", "P1,T1.1,new,lung")},
        ("split.differs", "warning", 5),
        "lesion T1.1 (new in lung) is a fragment of T1 (target in liver); it counts as a part",
    ),
    (
        {"measurements": "+P1,T1,week 16,2026-05-01,,merged\nP1,N1,week 16,2026-05-01,,present\n"},
        ("measurement.merged_unclear", "warning", 7),
        "lesion T1, 2026-05-01: merged, and no other lesion in liver has a size on the visit",
    ),
    (
        {"measurements": "+P1,T1,week 16,2026-05-01,,merged\nP1,T2,week 16,2026-05-01,60,\n"},
        ("measurement.merged_unclear", "warning", 7),
        "no other lesion in liver has a size",
    ),
    (
        {"measurements": "+P1,N1,week 16,2026-05-01,,merged\nP1,T1,week 16,2026-05-01,60,\n"},
        None,
        "",
    ),
    (
        {
            "lesions": "+P1,X1,new,liver,N\n",
            "measurements": "+P1,X1,week 16,2026-05-01,,merged\nP1,T1,week 16,2026-05-01,60,\n",
        },
        ("measurement.merged_unclear", "warning", 7),
        "a new lesion has merged, and no scan shows it; it is not counted",
    ),
    (
        {"lesions": "+P1,X1,new,skin,N\n"},
        ("lesion.new_never_read", "warning", 5),
        "the new lesion X1 is on no scan, so it counts nowhere",
    ),
    (
        {"measurements": "+P1,N1,week 16,2026-05-01,,equivocal\n"},
        ("measurement.equivocal_known", "warning", 7),
        "a non-target lesion is equivocal; it counts as present",
    ),
    (
        {
            "visits": "patient_id,visit,visit_type,not_imaged\nP1,baseline,baseline,\n"
            "P1,week 8,scheduled,Lung\n"
        },
        ("visit.not_imaged_read", "warning", 5),
        "lesion T2, 2026-03-01: a lesion in lung was read, which the visit week 8 did not image",
    ),
    (
        {
            "lesions": "+P1,X1,new,skin,N\n",
            "measurements": "+P1,N1,week 16,2026-05-01,33,unequivocal_progression\n"
            "P1,X1,week 16,2026-05-01,12,increased\n",
        },
        None,
        "",
    ),
    (
        {"measurements": "+P1,N1,week 16,2026-05-01,0,unequivocal_progression\n"},
        ("measurement.both", "error", 7),
        "both 0 mm and the state unequivocal_progression",
    ),
    (
        {"measurements": "+P1,T1,week 16,2026-05-01,60,unequivocal_progression\n"},
        ("measurement.both", "error", 7),
        "both 60 mm and the state unequivocal_progression",
    ),
]


@pytest.mark.parametrize(("changes", "expected", "words"), CASES)
def test_a_contradiction_is_found_and_nothing_else(check, changes, expected, words):
    check(changes, expected, words)


def test_a_treatment_of_a_fragment_is_one_of_its_lesion(read):
    measured = _HEAD + _BASELINE + _scan("week 8", "2026-03-01", "30,,,complete", "T1.2")
    assert read(lesions=_SPLIT, measurements=measured, ablations=_ABLATED).findings == ()


def test_a_second_ablation_starts_the_order_anew(read):
    again = f"{_ABLATED}P1,T1,2026-03-10,RFA,Y\n"
    rows = _zone(
        _scan("week 8", "2026-03-01", "30,,,complete"),
        _scan("week 16", "2026-05-01", "33,,,residual"),
    )
    assert read(**{**rows, "ablations": again}).findings == ()


def test_rows_of_one_key_are_told_in_what_they_differ(read):
    lesions = "+P1,T1,non_target,liver,N\n"
    (finding,) = read(lesions=lesions).findings
    assert finding.message.endswith("lesion_id T1, and differ in role")


def test_the_readers_of_the_data_are_told_apart(read):
    """A size by the other reader is no joint size, and his treatment none of this lesion."""
    head = "patient_id,reader,lesion_id,visit,scan_date,diameter_mm,state,ablation_finding\n"
    lesions = "patient_id,reader,lesion_id,role,organ,lymph_node\n"
    for reader in ("central_1", "central_2"):
        lesions += f"P1,{reader},T1,target,liver,N\nP1,{reader},T2,target,liver,N\n"
        head += f"P1,{reader},T1,baseline,2026-01-05,42,,\nP1,{reader},T2,baseline,2026-01-05,9,,\n"
    head += "P1,central_1,T1,week 8,2026-03-01,,merged,\nP1,central_2,T2,week 8,2026-03-01,50,,\n"
    head += "P1,central_1,T2,week 8,2026-03-01,,not_evaluable,complete\n"
    treated = "patient_id,reader,lesion_id,ablation_date,modality,planned\n"
    treated += "P1,central_2,T2,2026-01-20,RFA,Y\n"
    found = read(lesions=lesions, measurements=head, ablations=treated).findings
    told = {(one.rule, one.reader) for one in found}
    assert {("measurement.merged_unclear", "central_1"), ("zone.not_treated", "central_1")} <= told
