"""RS: calls of people beside ours, and whose reading was accepted."""

from __future__ import annotations

from sdtm_domains import DM, by, call, result, tumour

ROW = ("criteria", "visit", "target", "non_target", "new_lesion", "overall")


def _read_calls(read, *rows, **domains):
    return read(TU=[tumour("T01")], TR=[result("T01", 31)], RS=list(rows), **domains)


def test_the_calls_of_a_visit_are_one_row_in_the_words_of_recist(read):
    found = _read_calls(
        read,
        call("TRGRESP", "SD"), call("NTRGRESP", "NON-CR/NON-PD"), call("NEWLPROG", "EQUIVOCAL"),
        call("OVRLRESP", "SD"),
        call("", "PD", "WEEK 16", "2024-04-29", RSTEST="Overall Response"),
    )  # fmt: skip
    assert found.table("calls", *ROW) == [
        ("RECIST 1.1", "WEEK 8", "SD", "Non-CR/Non-PD", False, "SD"),
        ("RECIST 1.1", "WEEK 16", None, None, None, "PD"),
    ]


def test_calls_by_irecist_stand_apart(read):
    by_irecist = {"RSCAT": "iRECIST"}
    found = _read_calls(
        read,
        call("OVRLRESP", "PD"),
        call("OVRLRESP", "iUPD", **by_irecist), call("NEWLIND", "Y", **by_irecist),
        call("NTRGRESP", "NON-iCR/NON-iUPD", **by_irecist),
    )  # fmt: skip
    assert found.table("calls", *ROW) == [
        ("RECIST 1.1", "WEEK 8", None, None, None, "PD"),
        ("iRECIST", "WEEK 8", None, "Non-CR/Non-PD", True, "iUPD"),
    ]


def test_a_word_that_is_no_response_is_reported_and_the_other_calls_stay(read):
    found = _read_calls(read, call("TRGRESP", "SD"), call("OVRLRESP", "CHECK"))
    assert found.table("calls", "target", "overall") == [("SD", None)]
    assert found.left_out("sdtm.call_unknown") == [3]
    assert "CHECK" in found.message("sdtm.call_unknown")


def test_criteria_blank_or_not_read_are_said(read):
    found = _read_calls(
        read, call("OVRLRESP", "SD", RSCAT=""), call("OVRLRESP", "PD", RSCAT="RANO"),
        call("BESTRESP", "SD"),
    )  # fmt: skip
    assert found.table("calls", "criteria", "overall") == [("RECIST 1.1", "SD")]
    assert found.rules == {"sdtm.criteria_assumed", "sdtm.criteria_unknown", "sdtm.test_unread"}


def test_a_second_call_is_left_out_and_a_different_one_is_a_warning(read):
    found = _read_calls(
        read, call("OVRLRESP", "SD"), call("OVRLRESP", "SD"), call("OVRLRESP", "PD")
    )
    assert found.table("calls", "overall") == ["SD"]
    assert found.left_out("sdtm.restated") == [3]
    assert found.left_out("sdtm.call_repeated") == [4]


def test_a_standard_result_that_differs_from_the_original_is_reported(read):
    found = _read_calls(
        read, call("NTRGRESP", "CR", RSSTRESC="PD"), call("OVRLRESP", "sd", RSSTRESC="SD"),
        call("TRGRESP", "", RSSTAT="NOT DONE"),
    )  # fmt: skip
    assert found.table("calls", "non_target", "overall") == [("PD", "SD")]
    assert "original result is CR, the standard PD" in found.message("sdtm.call_restated")
    assert found.left_out("sdtm.call_not_done") == [4]


def test_a_call_without_a_full_date_is_kept_without_one(read):
    found = _read_calls(read, call("OVRLRESP", "SD", day="2024-03"))
    assert found.table("calls", "overall", "call_date") == [("SD", None)]


def test_the_accepted_central_reader_is_the_adjudication(read):
    other = {"USUBJID": "S-02"}
    found = read(
        DM=[DM, DM | other, DM | {"USUBJID": "S-03"}],
        TU=[tumour("T01", **by("central_1"))],
        TR=[result("T01", 31, **by("central_1"))],
        RS=[call("OVRLRESP", "SD", **by("central_1"), RSACPTFL="Y"),
            call("OVRLRESP", "PR", **by("central_2")),
            call("OVRLRESP", "SD", **by("central_1"), **other, RSACPTFL="Y"),
            call("TRGRESP", "PR", **by("central_2"), **other, RSACPTFL="Y"),
            call("OVRLRESP", "PD", **by("investigator"), USUBJID="S-03", RSACPTFL="Y")],
    )  # fmt: skip
    assert found.table("adjudications", "patient_id", "accepted_reader") == [("S-01", "central_1")]
    odd = [one for one in found.findings if one.rule == "sdtm.accepted_reader"]
    assert [one.patient for one in odd] == ["S-02", "S-03"]
    assert "central_1 and central_2" in odd[0].message


def test_without_the_flag_nothing_was_adjudicated(read):
    found = _read_calls(read, call("OVRLRESP", "SD"))
    assert not found.dataset.collected("adjudications")
