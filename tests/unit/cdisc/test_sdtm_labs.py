"""LB of SDTM as the table ``labs``: values, signs, units, limits; nothing is lost or guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sdtm_domains import SUBJECT, result, tumour

from trialwright.cdisc.dates import Dating
from trialwright.cdisc.files import COLUMNS, Domain
from trialwright.cdisc.laboratory import make_labs
from trialwright.cdisc.ledger import Ledger
from trialwright.cdisc.sdtm import _starts

TUMOURS = {"TU": [tumour("T01")], "TR": [result("T01", 20)]}


def sample(value="30", **more):
    return {"USUBJID": SUBJECT, "LBTESTCD": "ALT", "LBTEST": "Alanine Aminotransferase",
            "LBORRES": value, "LBORRESU": "U/L", "LBSTRESC": value, "LBSTRESN": value,
            "LBSTRESU": "U/L", "LBSTNRLO": "6", "LBSTNRHI": "40", "LBDTC": "2024-01-15T08:30",
            } | more  # fmt: skip


def test_a_result_is_read_with_its_unit_and_limits(read):
    found = read(**TUMOURS, LB=[sample(LBNAM="Central")])
    columns = ("test", "sample_date", "value", "qualifier", "unit", "lower_limit", "upper_limit")
    assert found.table("labs", *columns) == [
        ("Alanine Aminotransferase", date(2024, 1, 15), 30.0, None, "U/L", 6.0, 40.0)
    ]
    assert found.table("labs", "laboratory", "source_row") == [("Central", 2)]


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
def test_a_result_beyond_a_limit_of_measurement_keeps_its_sign(read, sign):
    found = read(**TUMOURS, LB=[sample(f"{sign} 3.42", LBSTRESN=None)])
    assert found.table("labs", "value", "qualifier") == [(3.42, sign)]


def test_where_the_standard_result_is_blank_the_original_one_is_used_with_its_limits(read):
    blank = {"LBSTRESC": None, "LBSTRESN": None, "LBSTRESU": None}
    row = sample("0.5", LBORRESU="ukat/L", LBORNRLO="0.1", LBORNRHI="0.7", **blank)
    found = read(**TUMOURS, LB=[row])
    assert found.table("labs", "value", "unit", "lower_limit", "upper_limit") == [
        (0.5, "ukat/L", 0.1, 0.7)
    ]


def test_a_standard_result_without_a_unit_does_not_take_that_of_the_original(read):
    row = sample("38", LBORRES="3.8", LBORRESU="g/dL", LBSTRESU=None, LBORNRLO="3.3")
    found = read(**TUMOURS, LB=[row])
    assert found.table("labs", "value", "unit", "lower_limit") == [(3.8, "g/dL", 3.3)]


def test_a_pure_number_has_the_unit_1(read):
    row = sample("6.5", LBTEST="pH", LBORRESU="NO UNITS", LBSTRESU=None)
    assert read(**TUMOURS, LB=[row]).table("labs", "unit") == ["1"]


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"LBSPEC": "URINE"}, "Glucose (urine)"),
        ({"LBCAT": "URINALYSIS"}, "Glucose (urine)"),
        ({"LBSPEC": "CSF"}, "Glucose (csf)"),
        ({"LBSPEC": "SERUM"}, "Glucose"),
        ({}, "Glucose"),
    ],
)
def test_a_specimen_that_is_no_blood_stands_in_the_name(read, more, name):
    assert read(**TUMOURS, LB=[sample(LBTEST="Glucose", **more)]).table("labs", "test") == [name]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"LBSTAT": "NOT DONE"}, "sdtm.lab_not_done"),
        ({"LBTEST": None, "LBTESTCD": None}, "sdtm.lab_unnamed"),
        ({"LBDTC": "2024-01"}, "sdtm.lab_undated"),
        ({"LBDTC": None}, "sdtm.lab_undated"),
        ({"LBORRES": "POSITIVE", "LBSTRESC": "POSITIVE", "LBSTRESN": None}, "sdtm.lab_not_numeric"),
        ({"LBORRESU": None, "LBSTRESU": None}, "sdtm.lab_unit_blank"),
    ],
)
def test_a_row_that_is_left_out_has_its_rule(read, more, rule):
    found = read(**TUMOURS, LB=[sample(**more), sample()])
    assert found.left_out(rule) == [2]
    assert found.table("labs", "source_row") == [3]


def test_a_study_day_that_agrees_completes_the_date(read):
    found = read(**TUMOURS, LB=[sample(LBDTC="2024-01", LBDY="8")])
    assert found.table("labs", "sample_date") == [date(2024, 1, 15)]
    assert "sdtm.date_from_day" in found.rules


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"LBNRIND": "NORMAL"}, False),
        ({"LBNRIND": "HIGH"}, True),
        ({"LBNRIND": "ABNORMAL"}, False),
        ({"LBSTNRLO": "50"}, True),
    ],
)
def test_limits_that_contradict_the_indicator_or_each_other_are_named(read, more, told):
    found = read(**TUMOURS, LB=[sample(**more)])
    assert ("sdtm.lab_range_differs" in found.rules) == told
    assert len(found.table("labs", "value")) == 1


def test_without_any_result_there_is_no_table(read):
    found = read(**TUMOURS, LB=[sample(LBSTAT="NOT DONE")])
    assert not found.dataset.collected("labs")


texts = st.one_of(
    st.none(), st.sampled_from(["5", "<5", ">=7.5", "N", "1e3", "-", "nan", "inf", "< 2", "0"])
)


@given(st.lists(st.tuples(texts, texts, texts), max_size=6))
def test_every_row_is_used_or_left_out_and_no_value_is_made_up(rows):
    import polars as pl

    names = ("USUBJID", *COLUMNS["LB"])
    held = [
        dict.fromkeys(names)
        | sample() | {"LBORRES": original, "LBSTRESC": standard, "LBSTRESN": number}
        for original, standard, number in rows
    ]  # fmt: skip
    frame = pl.DataFrame(held, schema=dict.fromkeys((*names, *sample()), pl.String))
    domain = Domain("LB", "lb.csv", frame.with_row_index("row", offset=2).cast({"row": pl.Int64}))
    ledger = Ledger()
    made = make_labs(domain, Dating(_starts(None), None), ledger)
    ledger.balance([domain])
    used = 0 if made is None else made.height
    assert ledger.rows()["table"].drop_nulls().len() == used
    if made is not None:
        assert made["value"].is_finite().all()
        assert made.select("value", "unit").null_count().row(0) == (0, 0)
