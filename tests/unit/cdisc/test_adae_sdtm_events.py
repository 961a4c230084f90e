"""ADAE of SDTM: dates, doses, the emergent flag, and what is a finding."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from safety_domains import END, SUBJECT, adsl, day, domains, dose, event, iso

from trialwright.cdisc.adam.adae import adae_from_sdtm, check_adae_domains
from trialwright.errors import DataError

DOSES = (dose(1, 14, "80"), dose(15, 56, "120"))


def one(row, ex=DOSES, subjects=None, **options):
    frame = adae_from_sdtm(
        domains(ae=[row], ex=ex), adsl() if subjects is None else subjects,
        **({"emergent_days": 30} | options),
    )  # fmt: skip
    return frame.row(0, named=True)


def test_days_count_from_the_first_treatment_and_durations_hold_both_ends():
    row = one(event(10, 12))
    assert (row["ASTDT"], row["ASTDY"], row["AENDY"], row["ADURN"]) == (day(10), 10, 12, 3)
    assert (row["ADURU"], row["ASTDTF"], row["ASTTMF"]) == ("days", None, "H")
    assert one(event(-2))["ASTDY"] == -2
    assert one(event(10))["ADURU"] is None


def test_a_start_known_in_part_is_not_before_treatment_where_that_is_possible():
    row = one(event("2026-01"))
    assert (row["ASTDT"], row["ASTDTF"], row["TRTEMFL"]) == (date(2026, 1, 5), "D", "Y")
    assert one(event("2026"))["ASTDTF"] == "M"
    before = one(event("2025-12"))
    assert (before["ASTDT"], before["TRTEMFL"]) == (date(2025, 12, 1), None)


def test_an_end_known_in_part_is_not_after_death():
    row = one(event(10, "2026-02"), subjects=adsl(DTHDT=date(2026, 2, 10)))
    assert (row["AENDT"], row["AENDTF"]) == (date(2026, 2, 10), "D")
    assert str(row["AENDTM"]) == "2026-02-10 23:59:59"
    assert one(event(10, "2026-02"))["AENDT"] == date(2026, 2, 28)


def test_emergent_is_on_treatment_or_at_most_so_many_days_after_it():
    last = (END - day(1)).days + 1
    assert one(event(last + 30))["TRTEMFL"] == "Y"
    assert one(event(last + 31))["TRTEMFL"] is None
    assert one(event(last + 31), emergent_days=31)["TRTEMFL"] == "Y"
    assert one(event(-1))["TRTEMFL"] is None
    assert one(event(10), subjects=adsl(start=None))["TRTEMFL"] is None


def test_an_event_of_an_unknown_day_is_emergent_unless_it_ended_before():
    assert one(event(None))["TRTEMFL"] == "Y"
    assert one(event(None, -1))["TRTEMFL"] is None


def test_the_dose_before_an_event_is_the_last_of_its_interval():
    row = one(event(20))
    assert (row["LDOSEDTM"].date(), row["DOSEON"], row["DOSEU"]) == (day(20), 120.0, "mg")
    after = one(event(70))
    assert (after["LDOSEDTM"].date(), after["DOSEON"]) == (day(56), None)
    assert one(event(-1))["LDOSEDTM"] is None


def test_doses_keep_their_time_of_day_and_count_only_up_to_the_event():
    ex = [dose("2026-01-05T08:00", 30)]
    assert str(one(event("2026-01-10T09:00"), ex)["LDOSEDTM"]) == "2026-01-10 08:00:00"
    assert str(one(event("2026-01-10T07:00"), ex)["LDOSEDTM"]) == "2026-01-09 08:00:00"


def test_an_exposure_without_an_end_leaves_the_last_dose_unknown_and_every_event_emergent():
    ex = [dose(1, 14), dose(15, None, "120")]
    row = one(event(300), ex)
    assert (row["TRTEMFL"], row["LDOSEDTM"], row["DOSEON"]) == ("Y", None, 120.0)
    assert one(event(10), ex)["LDOSEDTM"].date() == day(10)


def test_an_interval_that_is_not_daily_does_not_tell_its_last_dose():
    ex = [dose(1, 14, EXDOSFRQ="Q3W")]
    assert one(event(10), ex)["LDOSEDTM"] is None
    assert one(event(10), [dose(1, 1, EXDOSFRQ="Q3W")])["LDOSEDTM"].date() == day(1)
    found = check_adae_domains(domains(ae=[event(10)], ex=ex), adsl())
    assert [one.rule for one in found] == ["adam.dose_days_unknown"]


def test_the_dose_of_two_treatments_on_one_day_is_none():
    ex = [dose(1, 30), dose(5, 5, "240", EXTRT="OTHER")]
    assert one(event(5), ex)["DOSEON"] is None
    assert one(event(6), ex)["DOSEON"] == 80.0


def test_a_dose_of_nothing_is_no_dose_but_placebo_is():
    assert one(event(5), [dose(1, 30, "0")])["DOSEON"] is None
    assert one(event(5), [dose(1, 30, "0", EXTRT="PLACEBO")])["DOSEON"] == 0.0


def test_the_first_of_the_worst_emergent_events_is_flagged():
    rows = [
        event(30, AESEQ="1", AESEV="SEVERE"),
        event(20, AESEQ="2", AESEV="SEVERE"),
        event(10, AESEQ="3"),
        event(-5, AESEQ="4", AESEV="SEVERE"),
        event(20, AESEQ="5", AESEV="SEVERE"),
    ]
    frame = adae_from_sdtm(domains(ae=rows, ex=DOSES), adsl(), emergent_days=30)
    assert dict(frame.select("AESEQ", "AOCCIFL").iter_rows()) == {
        1: None, 2: "Y", 3: None, 4: None, 5: None,
    }  # fmt: skip
    assert frame["ASEVN"].to_list() == [3, 3, 1, 3, 3]


def test_a_grade_stands_beside_a_severity_and_orders_where_there_is_no_severity():
    rows = [
        event(10, AESEQ="1", AESEV=None, AETOXGR="2"),
        event(20, AESEQ="2", AESEV=None, AETOXGR="3"),
    ]
    frame = adae_from_sdtm(domains(ae=rows, ex=DOSES), adsl(), emergent_days=30)
    assert frame["ATOXGRN"].to_list() == [2, 3]
    assert frame["AOCCIFL"].to_list() == [None, "Y"]
    assert frame["ASEVN"].null_count() == 2
    assert "ATOXGRN" not in adae_from_sdtm(
        domains(ae=[event(1)], ex=DOSES), adsl(), emergent_days=30
    ).columns  # fmt: skip


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (event(1, AESEV="AWFUL"), "adam.severity_unknown"),
        (event(1, AETOXGR="7"), "adam.severity_unknown"),
    ],
)
def test_a_word_that_is_no_severity_is_a_warning_and_stays_blank(row, rule):
    found = check_adae_domains(domains(ae=[row], ex=DOSES), adsl())
    assert [one.rule for one in found] == [rule]
    assert "".join(str(one(row).get(name)) for name in ("ASEVN", "ATOXGRN")) in {
        "NoneNone", "1None",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (event("tomorrow"), "adam.date_unreadable"),
        (event(1, USUBJID="S-99"), "adam.subject_unknown"),
        (event(1, USUBJID=None), "adam.subject_blank"),
        (event(1, AESEQ="x"), "adam.number_unreadable"),
    ],
)
def test_rows_that_could_only_be_used_wrongly_are_errors(row, rule):
    with pytest.raises(DataError) as refused:
        one(row)
    assert rule in {finding.rule for finding in refused.value.findings}


@given(
    start=st.integers(-20, 120).filter(bool),
    length=st.integers(1, 40),
    gap=st.integers(0, 10),
)
def test_the_last_dose_is_never_after_the_event_and_always_on_a_day_of_dosing(start, length, gap):
    ex = [dose(1, length), dose(length + gap + 1, length + gap + 10)]
    found = one(event(start), ex)["LDOSEDTM"]
    given_days = {
        day(n) for n in (*range(1, length + 1), *range(length + gap + 1, length + gap + 11))
    }
    before = [one for one in given_days if one <= day(start)]
    assert (found and found.date()) == max(before, default=None)


def test_subjects_stand_in_the_order_of_adsl():
    rows = [event(1, USUBJID="B"), event(1, USUBJID="A")]
    ex = [dose(1, 2, USUBJID=name) for name in "AB"]
    frame = adae_from_sdtm(domains(ae=rows, ex=ex), adsl("A", "B", SUBJECT), emergent_days=0)
    assert frame["USUBJID"].to_list() == ["A", "B"]
    assert iso(1) == frame["AESTDTC"][0]
