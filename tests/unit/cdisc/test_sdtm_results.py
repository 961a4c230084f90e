"""TU and TR: lesions, diameters, states, and the axis that counts."""

from __future__ import annotations

from datetime import date

import pytest
from sdtm_domains import SUBJECT, by, result, tumour

SIZES = ("lesion_id", "diameter_mm", "state")
LATER = {"visit": "WEEK 8", "day": "2024-03-04"}


def test_lesions_and_sizes_of_two_spellings_of_the_tests(read):
    short = {"TRTESTCD": "", "TRTEST": "Short Axis"}
    found = read(
        TU=[tumour("T01"), tumour("T02", place="Lymph Node, mesenteric"),
            tumour("NT01", "NON TARGET", "SPLEEN"), tumour("NEW01", "New", "BREAST")],
        TR=[result("T01", 31), result("T02", 17.5, **short), result("NT01", "PRESENT"),
            result("NEW01", "UNEQUIVOCAL", **LATER)],
    )  # fmt: skip
    assert found.table("lesions", "lesion_id", "role", "organ", "lymph_node") == [
        ("T01", "target", "liver", False),
        ("T02", "target", "lymph node", True),
        ("NT01", "non_target", "spleen", False),
        ("NEW01", "new", "other", False),
    ]
    assert found.table("measurements", *SIZES) == [
        ("T01", 31.0, None), ("T02", 17.5, None), ("NT01", None, "present"),
        ("NEW01", None, "present"),
    ]  # fmt: skip
    assert found.rules == {"sdtm.location_unknown"}
    assert found.table("visits", "visit", "visit_type", "visit_date") == [
        ("SCREENING", "baseline", date(2024, 1, 2)),
        ("WEEK 8", "scheduled", date(2024, 3, 4)),
    ]


def test_of_two_axes_the_short_one_counts_for_a_node_and_the_long_one_for_the_rest(read):
    perpendicular = {"TRTESTCD": "LPERP"}
    found = read(
        TU=[tumour("T01"), tumour("T02", place="LYMPH NODE")],
        TR=[result("T01", 31), result("T01", 22, **perpendicular),
            result("T02", 25), result("T02", 16, **perpendicular)],
    )  # fmt: skip
    assert found.table("measurements", "lesion_id", "diameter_mm") == [("T01", 31.0), ("T02", 16.0)]
    assert found.left_out("sdtm.other_axis") == [3, 4]


def test_the_diameter_that_the_source_chose_counts_and_is_compared(read):
    chosen = {"TRTESTCD": "DIAMETER"}
    found = read(
        TU=[tumour("T01"), tumour("T02")],
        TR=[result("T01", 31, **chosen), result("T01", 31),
            result("T02", 20, **chosen), result("T02", 24)],
    )  # fmt: skip
    assert found.table("measurements", "lesion_id", "diameter_mm") == [("T01", 31.0), ("T02", 20.0)]
    assert found.left_out("sdtm.restated") == [3]
    assert found.left_out("sdtm.diameters_differ") == [5]
    assert "lesion T02, 2024-01-02, DIAMETER 20.0 mm, LDIAM 24.0 mm" in found.message(
        "sdtm.diameters_differ"
    )


def test_a_lesion_measured_along_the_wrong_axis_alone_is_an_error(read):
    found = read(TU=[tumour("T01", place="LYMPH NODE")], TR=[result("T01", 25)])
    assert found.table("measurements", "lesion_id") == []
    assert found.left_out("sdtm.axis_missing") == [2]


def test_without_a_place_a_lesion_of_which_the_short_axis_alone_was_measured_is_a_node(read):
    found = read(
        TU=[tumour("T01", place=""), tumour("T02", place="")],
        TR=[result("T01", 16, TRTESTCD="LPERP"), result("T02", 30)],
    )
    assert found.table("lesions", "lesion_id", "organ", "lymph_node") == [
        ("T01", "lymph node", True), ("T02", "not recorded", False),
    ]  # fmt: skip
    assert found.table("measurements", "diameter_mm") == [16.0, 30.0]
    assert "sdtm.node_by_test" in found.rules


@pytest.mark.parametrize(
    ("word", "role", "state"),
    [
        ("Too small to measure", "TARGET", "too_small"),
        ("ABSENT", "TARGET", "absent"),
        ("COALESCED", "TARGET", "merged"),
        ("INCREASED", "NON-TARGET", "increased"),
        ("UNEQUIVOCAL", "NON-TARGET", "unequivocal_progression"),
        ("EQUIVOCAL", "NON-TARGET", "increased"),
        ("EQUIVOCAL", "NEW", "equivocal"),
        ("UNEQUIVOCAL", "NEW", "present"),
        ("NON-PATHOLOGICAL", "NON-TARGET", "absent"),
    ],
)
def test_words_of_a_state_by_the_part_of_the_lesion(read, word, role, state):
    found = read(TU=[tumour("X1", role)], TR=[result("X1", word)])
    assert found.table("measurements", *SIZES) == [("X1", None, state)]


def test_too_small_to_measure_with_its_five_mm_is_a_state_and_another_size_stays(read):
    words = {"TRORRES": "TOO SMALL TO MEASURE", "TRSTRESC": "5"}
    found = read(
        TU=[tumour("T01"), tumour("T02")], TR=[result("T01", 5, **words), result("T02", 4, **words)]
    )
    assert found.table("measurements", *SIZES) == [
        ("T01", None, "too_small"), ("T02", 4.0, "too_small"),
    ]  # fmt: skip
    assert any(one.rule == "measurement.both" for one in found.dataset.findings)


def test_not_done_is_not_evaluable_and_a_blank_is_not_recorded(read):
    blank = {"TRORRES": "", "TRSTRESC": "", "TRSTRESN": ""}
    found = read(
        TU=[tumour("T01"), tumour("T02"), tumour("T03")],
        TR=[result("T01", 1, TRSTAT="NOT DONE", **blank), result("T02", 1, **blank),
            result("T03", 1, **(blank | {"TRORRES": "not evaluable"}))],
    )  # fmt: skip
    assert found.table("measurements", *SIZES) == [
        ("T01", None, "not_evaluable"), ("T02", None, "not_recorded"),
        ("T03", None, "not_evaluable"),
    ]  # fmt: skip


def test_a_state_beside_a_size_is_written_to_its_row(read):
    found = read(
        TU=[tumour("T01"), tumour("T02")],
        TR=[result("T01", 31), result("T01", "PRESENT"), result("T02", 0, **LATER),
            result("T02", "ABSENT", **LATER)],
    )  # fmt: skip
    assert found.table("measurements", *SIZES) == [("T01", 31.0, None), ("T02", 0.0, "absent")]
    assert found.left_out("sdtm.restated") == [3, 5]


def test_an_unknown_word_is_left_out_with_an_error_that_names_it(read):
    found = read(TU=[tumour("T01")], TR=[result("T01", "SHRUNKEN")])
    assert found.left_out("sdtm.result_unknown") == [2]
    assert "SHRUNKEN" in found.message("sdtm.result_unknown")
    assert found.dataset.errors


def test_centimetres_become_millimetres_and_say_so(read):
    inch = {"TRSTRESU": "in", "TRORRESU": "in"}
    converted = {"TRORRES": "2.1", "TRORRESU": "cm", "TRSTRESU": ""}
    found = read(
        TU=[tumour(name) for name in ("T01", "T02", "T03", "T04", "T05")],
        TR=[result("T01", 3.1, TRSTRESU="cm", TRORRESU="cm"),
            result("T02", 21, TRORRES="2.1", TRORRESU="cm"),
            result("T03", 1, **inch),
            result("T04", 21, **converted),
            result("T05", 12, TRSTRESU="", TRORRESU="")],
    )  # fmt: skip
    assert found.table("measurements", "lesion_id", "diameter_mm") == [
        ("T01", 31.0), ("T02", 21.0), ("T05", 12.0),
    ]  # fmt: skip
    assert found.left_out("sdtm.unit_unknown") == [4, 5]
    assert found.rules == {"sdtm.units_differ", "sdtm.unit_unknown", "sdtm.unit_assumed"}


def test_rows_that_name_no_lesion_or_no_part_are_errors_and_other_tests_a_note(read):
    found = read(
        TU=[tumour("T01"), tumour(""), tumour("T02", "SUSPICIOUS"),
            tumour("T03", TUTESTCD="TUSPLIT")],
        TR=[result("T01", 31), result("", 12), result("T01", 12, TRTESTCD="AREA")],
    )  # fmt: skip
    assert found.left_out("sdtm.link_missing") == [3, 3]
    assert found.left_out("sdtm.role_unknown") == [4]
    assert found.left_out("sdtm.test_unread") == [4, 5]
    assert found.table("lesions", "lesion_id") == ["T01"]


def test_a_lesion_identified_again_is_one_and_one_that_moves_is_reported(read):
    again = {"VISIT": "WEEK 8", "VISITNUM": "2"}
    found = read(
        TU=[tumour("T01"), tumour("T01", **again), tumour("T02"), tumour("T02", place="LUNG")],
        TR=[result("T01", 31), result("T02", 12)],
    )
    assert found.left_out("sdtm.restated") == [3]
    assert found.table("lesions", "lesion_id", "organ") == [
        ("T01", "liver"), ("T02", "liver"), ("T02", "lung"),
    ]  # fmt: skip
    told = [one.message for one in found.dataset.findings]
    assert any("T02" in message and "LUNG" in message for message in told)


def test_a_lesion_that_nobody_declared_is_kept_and_reported(read):
    found = read(TU=[tumour("T01")], TR=[result("T01", 31), result("T09", 12, TRGRPID="TARGET")])
    assert found.table("measurements", "lesion_id") == ["T01", "T09"]
    assert any("T09" in one.message and one.row == 3 for one in found.dataset.findings)


def test_without_tu_the_lesions_are_those_of_tr(read):
    found = read(TR=[result("T01", 31, TRGRPID="TARGET"), result("N1", "PRESENT", TRGRPID="NEW")])
    assert found.table("lesions", "lesion_id", "role", "organ") == [
        ("T01", "target", "not recorded"), ("N1", "new", "not recorded"),
    ]  # fmt: skip
    assert "sdtm.lesions_from_results" in found.rules


def test_tr_that_gives_a_lesion_another_part_than_tu_is_reported(read):
    found = read(TU=[tumour("T01")], TR=[result("T01", 31, TRGRPID="NON-TARGET")])
    assert found.table("lesions", "role") == ["target"]
    assert f"patient {SUBJECT}, lesion T01 is target in TU" in found.message("sdtm.role_differs")


def test_sums_are_no_measurements_and_are_compared_with_ours(read):
    total = {"TRLNKID": "", "TRTESTCD": "SUMDIAM"}
    found = read(
        TU=[tumour("T01"), tumour("T02"), tumour("NT01", "NON-TARGET")],
        TR=[result("T01", 31), result("T02", 12.2), result("NT01", 8),
            result("", 43.2, **total),
            result("T01", 30, **LATER), result("T02", "ABSENT", **LATER),
            result("", 31, **total, **LATER),
            result("T01", 30, "WEEK 16", "2024-04-29"),
            result("T02", "NE", "WEEK 16", "2024-04-29"),
            result("", 30, "WEEK 16", "2024-04-29", **total)],
    )  # fmt: skip
    assert len(found.table("measurements", "lesion_id")) == 7
    assert "the collected sum is 31.0 mm, the diameters add up to 30.0 mm" in found.message(
        "sdtm.sum_differs"
    )
    assert [one.row for one in found.findings if one.rule == "sdtm.sum_incomplete"] == [11]
    assert found.rows.filter(table="sums (compared with ours)")["row"].to_list() == [5, 8, 11]


def test_each_reader_has_lesions_and_sizes_of_his_own(read):
    readers = ("investigator", "central_1", "central_2", "adjudicator")
    found = read(
        TU=[tumour("T01", **by(reader)) for reader in readers],
        TR=[result("T01", 30 + at, **by(reader)) for at, reader in enumerate(readers)],
    )
    assert found.table("lesions", "reader") == list(readers)
    assert found.table("measurements", "reader", "diameter_mm") == [
        (reader, 30.0 + at) for at, reader in enumerate(readers)
    ]
    assert found.rules == set()


def test_without_evaluators_there_is_one_reading(read):
    found = read(TU=[tumour("T01")], TR=[result("T01", 31)])
    assert found.table("measurements", "reader") == [None]
    assert found.rules == set()


def test_rows_of_an_unknown_evaluator_are_left_out_with_reason_and_count(read):
    strange = {"TUEVAL": "SPONSOR", "TREVAL": "SPONSOR"}
    found = read(
        TU=[tumour("T01", **by("investigator")), tumour("T01", **strange)],
        TR=[result("T01", 31, **by("investigator")), result("T01", 29, **strange),
            result("T01", 28, **LATER)],
    )  # fmt: skip
    assert found.table("measurements", "diameter_mm") == [31.0]
    messages = [one.message for one in found.findings if one.rule == "sdtm.evaluator_unknown"]
    assert len(messages) == 2
    assert found.left_out("sdtm.evaluator_blank") == [4]
    assert sum("'SPONSOR'" in message for message in messages) == 2


def test_one_independent_reader_without_a_number_is_the_first(read):
    alone = {"TUEVAL": "INDEPENDENT ASSESSOR", "TREVAL": "INDEPENDENT ASSESSOR"}
    found = read(TU=[tumour("T01", **alone)], TR=[result("T01", 31, **alone)])
    assert found.table("measurements", "reader") == ["central_1"]
    assert found.rules == {"sdtm.one_central_reader"}


def test_an_unnumbered_reader_beside_a_numbered_one_is_unknown(read):
    numbered = by("central_1")
    found = read(
        TU=[tumour("T01", **numbered)],
        TR=[result("T01", 31, **numbered), result("T01", 29, TREVAL="INDEPENDENT ASSESSOR")],
    )
    assert found.left_out("sdtm.evaluator_unknown") == [3]


def test_the_order_of_the_rows_does_not_matter(read):
    short, chosen = {"TRTESTCD": "LPERP"}, {"TRTESTCD": "DIAMETER"}
    lesions = [tumour("T01"), tumour("T02", place="LYMPH NODE"), tumour("NT01", "NON-TARGET")]
    rows = [result("T01", 31), result("T01", 22, **short), result("T01", 31, **chosen),
            result("T02", 25), result("T02", 16, **short), result("NT01", "PRESENT"),
            result("T01", 12, **LATER), result("T02", "ABSENT", **LATER)]  # fmt: skip
    columns = ("lesion_id", "visit", "scan_date", "diameter_mm", "state")
    there = read(TU=lesions, TR=rows).table("measurements", *columns)
    back = read(TU=lesions[::-1], TR=rows[::-1]).table("measurements", *columns)
    assert sorted(there, key=str) == sorted(back, key=str)
    assert len(there) == 5
