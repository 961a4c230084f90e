"""SDTM that says two things at once, or leaves out what a reading needs: nothing is silent."""

from __future__ import annotations

import pytest
from sdtm_domains import DM, SUBJECT, Read, call, result, tumour, write_domain

from trialwright.errors import DataError

LATER = {"visit": "WEEK 8", "day": "2024-03-04"}


def _procedure(name, **more):
    row = {"USUBJID": SUBJECT, "PRTRT": name, "PRLNKID": "T01", "PRSTDTC": "2024-01-20"}
    return row | {"PRCAT": "CONCOMITANT"} | more


def test_a_size_that_differs_from_the_original_result_is_reported(read):
    found = read(
        TU=[tumour("T01"), tumour("T02")],
        TR=[
            result("T01", 2.0, TRORRESU="cm"),  # standard 2 mm: never converted
            result("T02", 20, TRORRES="2.04", TRORRESU="cm"),  # converted and rounded
        ],
    )
    assert found.table("measurements", "diameter_mm") == [2.0, 20.0]
    assert found.rules == {"sdtm.result_restated"}
    assert "the original result is 2.0 cm, the standard one 2.0 mm" in found.message(
        "sdtm.result_restated"
    )


def test_not_done_beside_a_size_is_not_evaluable(read):
    found = read(TU=[tumour("T01")], TR=[result("T01", 31, TRSTAT="NOT DONE")])
    assert found.table("measurements", "diameter_mm", "state") == [(None, "not_evaluable")]
    assert found.rules == {"sdtm.not_done_with_result"}


def test_a_reason_for_not_doing_it_beside_a_size_is_reported_and_the_size_counts(read):
    found = read(TU=[tumour("T01")], TR=[result("T01", 31, TRREASND="MOVEMENT")])
    assert found.table("measurements", "diameter_mm", "state") == [(31.0, None)]
    assert "beside a size, which is used" in found.message("sdtm.not_done_with_result")


@pytest.mark.parametrize("word", ["inf", "NaN", "-Infinity"])
def test_a_word_for_no_number_is_no_size(read, word):
    sized = {"TRTESTCD": "LDIAM", "TRORRES": word, "TRSTRESC": word, "TRSTRESN": word}
    found = read(TU=[tumour("T01")], TR=[result("T01", 31), result("T01", 30, **LATER) | sized])
    assert found.table("measurements", "diameter_mm") == [31.0]
    assert found.left_out("sdtm.result_unknown") == [3]


def test_a_result_without_a_test_is_an_error(read):
    found = read(TU=[tumour("T01")], TR=[result("T01", 31), result("T01", 30, TRTESTCD="")])
    assert found.left_out("sdtm.test_blank") == [3]
    assert "TRTESTCD is blank, so 30 is left out" in found.message("sdtm.test_blank")


def test_a_new_lesion_that_only_tu_holds_is_seen(read):
    new = tumour("N01", "NEW", "LUNG", VISIT="WEEK 8", TUDTC="2024-03-04")
    undated = tumour("N02", "NEW", "LUNG", VISIT="WEEK 8")
    kept = tumour("N03", "NEW", "LUNG", VISIT="WEEK 8", TUDTC="2024-03-04")
    found = read(
        TU=[tumour("T01"), new, undated, kept],
        TR=[result("T01", 31), result("T01", 31, **LATER), result("N03", "EQUIVOCAL", **LATER)],
    )
    seen = found.table("measurements", "lesion_id", "visit", "state")
    assert [row for row in seen if row[0] != "T01"] == [
        ("N03", "WEEK 8", "equivocal"),
        ("N01", "WEEK 8", "present"),
    ]
    assert found.rules == {"sdtm.new_identified"}
    missing = [one for one in found.dataset.findings if one.rule == "lesion.new_never_read"]
    assert ["N02" in one.message for one in missing] == [True]


def test_surgery_and_radiotherapy_of_a_named_lesion_are_local_treatments(read):
    found = read(
        TU=[tumour("T01")], TR=[result("T01", 31)],
        PR=[_procedure("Partial hepatectomy"), _procedure("SBRT"),
            _procedure("RADIOTHERAPY", PRLNKID=""), _procedure("BIOPSY")],
    )  # fmt: skip
    assert found.table("ablations", "modality") == ["surgery", "radiotherapy"]
    assert found.left_out("sdtm.not_local") == [4, 5]
    assert found.message("sdtm.not_local").endswith("such as BIOPSY, RADIOTHERAPY")


def test_without_tr_or_rows_it_is_said_that_nothing_was_measured(tmp_path):
    write_domain(tmp_path / "dm.csv", [DM])
    write_domain(tmp_path / "tu.csv", [tumour("T01")])
    (tmp_path / "tr.xpt").write_bytes(b"HEADER RECORD")
    (tmp_path / "notes.docx").write_bytes(b"PK")
    found = Read(tmp_path)
    assert {"sdtm.no_results", "sdtm.format_unread"} <= found.rules
    assert found.message("sdtm.domain_unread") == "notes.docx is not read (no CSV or Parquet)"
    write_domain(tmp_path / "tr.csv", [result("T01", 31)])
    header = (tmp_path / "tr.csv").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "tr.csv").write_text(f"{header}\n", encoding="utf-8")
    assert Read(tmp_path).message("sdtm.file_empty") == "the file holds a header and no rows"


def test_a_blank_in_a_message_reads_blank_and_a_single_reading_names_no_reader(read):
    found = read(
        TU=[tumour("T01")],
        TR=[result("T01", 31), result("T01", 31, "WEEK 8", "")],
        RS=[call("OVRLRESP", "STABLE"), call("TRGRESP", "PR"), call("TRGRESP", "PD")],
    )
    assert "TRDTC (blank) is no full date" in found.message("sdtm.date_unreadable")
    assert found.message("sdtm.call_unknown").startswith("OVRLRESP at WEEK 8: STABLE is no")
    assert found.message("sdtm.call_repeated").startswith("TRGRESP at WEEK 8: a second call, PD")


def test_a_near_miss_of_a_data_set_is_named(tmp_path):
    write_domain(tmp_path / "tr.csv", [result("T01", 31)])
    with pytest.raises(DataError, match="leave --data-set out"):
        Read(tmp_path, data_set="onco")
    (tmp_path / "tr.csv").rename(tmp_path / "tr_onco.csv")
    with pytest.raises(DataError, match="did you mean onco"):
        Read(tmp_path, data_set="ONCO")


def test_a_folder_in_place_of_a_domain_is_refused(tmp_path):
    (tmp_path / "tr.csv").mkdir()
    with pytest.raises(DataError, match="is no file"):
        Read(tmp_path)
