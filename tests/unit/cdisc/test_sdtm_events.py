"""AE of SDTM as the table ``adverse_events``: grades, words, dates; nothing is lost or guessed."""

from __future__ import annotations

import pytest
from sdtm_domains import SUBJECT, result, tumour

TUMOURS = {"TU": [tumour("T01")], "TR": [result("T01", 20)]}
DRUG = {"USUBJID": SUBJECT, "EXTRT": "Regorafenib", "EXDOSE": "80", "EXDOSU": "mg",
        "EXSTDTC": "2024-01-08", "EXENDTC": "2024-01-28"}  # fmt: skip


def event(**more):
    return {"USUBJID": SUBJECT, "AETERM": "RASH", "AEDECOD": "Rash", "AETOXGR": "2",
            "AESTDTC": "2024-01-10"} | more  # fmt: skip


def test_an_event_is_read_in_the_words_of_the_data_set(read):
    row = event(
        AESOC="Skin", AEENDTC="2024-01-12T10:00", AEOUT="RECOVERED/RESOLVED", AESER="Y",
        AESHOSP="Y", AESLIFE="Y", AEREL="RELATED", AEACN="DOSE REDUCED",
    )  # fmt: skip
    found = read(**TUMOURS, AE=[row], EX=[DRUG])
    columns = ("term", "reported_term", "body_system", "grade", "start_date", "end_date", "outcome")
    assert found.table("adverse_events", *columns) == [
        ("Rash", "RASH", "Skin", 2, "2024-01-10", "2024-01-12", "recovered")
    ]
    columns = ("serious", "serious_because", "related_to", "actions", "source_row")
    assert found.table("adverse_events", *columns) == [
        (True, "life-threatening; hospitalisation", "Regorafenib", "Regorafenib: reduced", 2)
    ]
    assert not found.rules & {"sdtm.event_word_unread", "sdtm.event_treatment_unnamed"}


@pytest.mark.parametrize("word", ["3", "GRADE 3", "grade 3"])
def test_a_grade_may_be_spelt_out(read, word):
    found = read(**TUMOURS, AE=[event(AETOXGR=word)])
    assert found.table("adverse_events", "grade") == [3]


def test_a_severity_is_no_grade(read):
    rows = [event(AETOXGR=None, AESEV="SEVERE"), event(AETOXGR=None, AESEV="MILD"), event()]
    found = read(**TUMOURS, AE=rows)
    assert found.table("adverse_events", "grade") == [2]
    assert found.left_out("sdtm.grade_missing") == [2, 3]
    assert found.message("sdtm.grade_missing").startswith("2 rows (2, 3): events with a severity")


def test_without_any_grade_there_is_no_table(read):
    found = read(**TUMOURS, AE=[event(AETOXGR=None)])
    assert not found.dataset.collected("adverse_events")
    assert found.left_out("sdtm.grade_missing") == [2]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"AETOXGR": "6"}, "sdtm.grade_unknown"),
        ({"AETOXGR": "0"}, "sdtm.grade_unknown"),
        ({"AETERM": None, "AEDECOD": None}, "sdtm.event_unnamed"),
        ({"AEOCCUR": "N"}, "sdtm.not_given"),
    ],
)
def test_a_row_that_is_left_out_has_its_rule(read, more, rule):
    found = read(**TUMOURS, AE=[event(**more), event()])
    assert found.left_out(rule) == [2]
    assert len(found.table("adverse_events", "term")) == 1


def test_an_event_that_is_not_coded_keeps_its_own_words(read):
    assert read(**TUMOURS, AE=[event(AEDECOD=None)]).table("adverse_events", "term") == ["RASH"]


@pytest.mark.parametrize("known", ["2024", "2024-01", "2024---10"])
def test_what_is_known_of_a_date_is_kept(read, known):
    found = read(**TUMOURS, AE=[event(AESTDTC=known)])
    assert found.table("adverse_events", "start_date") == [known]


def test_a_date_that_is_none_is_left_blank_and_named(read):
    found = read(**TUMOURS, AE=[event(AESTDTC="soon")])
    assert found.table("adverse_events", "start_date") == [None]
    assert (
        found.message("sdtm.event_date_unread") == "RASH: AESTDTC soon is no date and is left blank"
    )


@pytest.mark.parametrize(
    ("word", "expected"),
    [("NOT RELATED", "none"), ("NONE", "none"), ("POSSIBLE", "Regorafenib"), ("REMOTE", None)],
)
def test_causality_is_a_reasonable_possibility_or_none(read, word, expected):
    found = read(**TUMOURS, AE=[event(AEREL=word)], EX=[DRUG])
    assert found.table("adverse_events", "related_to") == [expected]
    assert ("sdtm.event_word_unread" in found.rules) == (expected is None)


@pytest.mark.parametrize("other", [[], [DRUG, DRUG | {"EXTRT": "Toripalimab"}]])
def test_causality_and_action_without_one_treatment_are_not_guessed(read, other):
    exposure = {"EX": other} if other else {}
    found = read(**TUMOURS, AE=[event(AEREL="RELATED", AEACN="DRUG WITHDRAWN")], **exposure)
    assert found.table("adverse_events", "related_to", "actions") == [(None, None)]
    told = [one for one in found.findings if one.rule == "sdtm.event_treatment_unnamed"]
    assert len(told) == 2


def test_placebo_is_not_the_treatment_that_is_meant(read):
    exposure = [DRUG, DRUG | {"EXTRT": "PLACEBO", "EXDOSE": "0"}]
    found = read(**TUMOURS, AE=[event(AEREL="RELATED")], EX=exposure)
    assert found.table("adverse_events", "related_to") == ["Regorafenib"]


def test_words_that_are_not_known_are_blank_and_named(read):
    found = read(**TUMOURS, AE=[event(AEOUT="GONE", AESER="MAYBE", AEACN="DOSE INCREASED")])
    assert found.table("adverse_events", "outcome", "serious", "actions") == [(None, None, None)]
    told = [one.message for one in found.findings if one.rule == "sdtm.event_word_unread"]
    assert len(told) == 3


def test_supplemental_qualifiers_are_named_and_not_read(read, tmp_path):
    rows = "USUBJID,QNAM,QVAL\nS-01,AETRTEM,Y\nS-01,AEX,N\n"
    (tmp_path / "suppae.csv").write_text(rows, encoding="utf-8")
    found = read(**TUMOURS, AE=[event()])
    told = found.message("sdtm.domain_unread")
    assert told == "suppae.csv is not read (2 rows): it holds AETRTEM, AEX"
