"""Every kind of cell: what is read, what is refused, and the mend."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from trialwright.dataset.cells import parse_cell, to_text
from trialwright.dataset.schema import TABLES

SCAN_DATE = TABLES["measurements"].column("scan_date")
DIAMETER = TABLES["measurements"].column("diameter_mm")
STATE = TABLES["measurements"].column("state")
BIRTH = TABLES["patients"].column("birth_date")
ECOG = TABLES["patients"].column("ecog")
NODE = TABLES["lesions"].column("lymph_node")
VISIT = TABLES["visits"].column("visit")


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (SCAN_DATE, "2024-02-29", date(2024, 2, 29)),
        (SCAN_DATE, " 2024/3/5 ", date(2024, 3, 5)),
        (SCAN_DATE, "2024年3月15日", date(2024, 3, 15)),
        (SCAN_DATE, "2024-03-15 00:00:00", date(2024, 3, 15)),
        (BIRTH, "1960", "1960"),
        (BIRTH, "1960-5", "1960-05"),
        (BIRTH, "1960-05-31", "1960-05-31"),
        (DIAMETER, "12.5", 12.5),
        (DIAMETER, "-4", -4.0),
        (DIAMETER, "−4", -4.0),
        (DIAMETER, "1e1", 10.0),
        (ECOG, "2", 2),
        (ECOG, "2.0", 2),
        (STATE, "Too_Small", "too_small"),
        (NODE, "Y", True),
        (NODE, "no", False),
        (NODE, "是", True),
        (VISIT, "week 8", "week 8"),
    ],
)
def test_a_clear_cell_is_read_without_a_word(column, text, value):
    read, trouble = parse_cell(column, text)
    assert read == value
    assert type(read) is type(value)
    assert trouble is None


@pytest.mark.parametrize(
    ("column", "text", "rule", "message", "mend"),
    [
        (SCAN_DATE, "2024-02-30", "cell.date", "February 2024 has 29 days", "correct"),
        (SCAN_DATE, "2023-02-29", "cell.date", "February 2023 has 28 days", "correct"),
        (SCAN_DATE, "2024-13-01", "cell.date", "no month 13", "correct"),
        (SCAN_DATE, "2024-03-00", "cell.date", "March 2024 has 31 days", "correct"),
        (SCAN_DATE, "0000-03-01", "cell.date", "no such year", "correct"),
        (SCAN_DATE, "2024-03", "cell.date", "a full date is needed", "YYYY-MM-DD"),
        (SCAN_DATE, "2024", "cell.date", "a full date is needed", "YYYY-MM-DD"),
        (SCAN_DATE, "45352", "cell.date", "Excel", "2024-03-01"),
        (SCAN_DATE, "03/04/2024", "cell.date", "may be exchanged", "2024-03-15"),
        (SCAN_DATE, "soon", "cell.date", "'soon' is not a date", "2024-03-15"),
        (BIRTH, "1960-13", "cell.date", "no month 13", "correct"),
        (DIAMETER, "abc", "cell.number", "'abc' is not a number", "12.5"),
        (DIAMETER, "12,5", "cell.number", "'12,5'", "decimal point: 12.5"),
        (DIAMETER, "12 mm", "cell.number", "'12 mm'", "in mm: 12"),
        (DIAMETER, "１２", "cell.number", "'１２'", "plain digits: 12"),
        (DIAMETER, "<5", "cell.number", "'<5'", "write too_small in the column state"),
        (DIAMETER, "NOT EVALUABLE", "cell.number", "EVALUABLE", "write not_evaluable"),
        (DIAMETER, "nan", "cell.number", "'nan'", "leave the cell empty"),
        (DIAMETER, "inf", "cell.number", "'inf'", "12.5"),
        (DIAMETER, "1e999", "cell.number", "'1e999'", "12.5"),
        (ECOG, "1.5", "cell.count", "not a whole number", "such as 2"),
        (ECOG, "9" * 30, "cell.count", "not a whole number", "such as 2"),
        (ECOG, "9" * 19, "cell.count", "not a whole number", "such as 2"),
        (STATE, "to small", "cell.category", "'to small' is not one of", "write too_small"),
        (STATE, "not evaluable", "cell.category", "is not one of", "write not_evaluable"),
        (STATE, "xyz", "cell.category", "is not one of", "write one of these"),
        (NODE, "maybe", "cell.flag", "neither yes nor no", "Y or N"),
    ],
)
def test_a_cell_that_cannot_be_read_is_missing_and_says_why(column, text, rule, message, mend):
    value, trouble = parse_cell(column, text)
    assert value is None
    assert trouble is not None
    assert (trouble.rule, trouble.severity) == (rule, "error")
    assert message in trouble.message
    assert mend in trouble.mend
    assert column.name in trouble.message


def test_white_space_around_a_name_is_kept_and_flagged():
    value, trouble = parse_cell(VISIT, "week 8 ")
    assert value == "week 8 "
    assert trouble is not None
    assert (trouble.rule, trouble.severity) == ("cell.spaces", "warning")


@pytest.mark.parametrize("column", [SCAN_DATE, BIRTH])
def test_a_time_of_day_is_left_out_with_a_note(column):
    value, trouble = parse_cell(column, "2024-03-15T10:20:00")
    assert str(value) == "2024-03-15"
    assert trouble is not None
    assert (trouble.rule, trouble.severity) == ("cell.time", "note")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("  ", None),
        (float("nan"), None),
        (14, "14"),
        (14.0, "14"),
        (3.657015667902161e18, "3657015667902160896"),
        (-8.205589053588083e17, "-820558905358808320"),
        (10.4, "10.4"),
        (True, "TRUE"),
        (date(2024, 3, 5), "2024-03-05"),
        (datetime(2024, 3, 5), "2024-03-05"),  # noqa: DTZ001 - Excel has no zones
        (datetime(2024, 3, 5, 10, 20), "2024-03-05T10:20:00"),  # noqa: DTZ001
    ],
)
def test_a_typed_cell_becomes_the_text_a_person_would_type(value, text):
    assert to_text(value) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [("week\x1b8", "U+001B"), ("\0", "U+0000"), ("a\x7f", "U+007F"), ("a\x85b", "U+0085"),
     ("a\u2028b", "U+2028"), ("a\ud800", "U+D800")],
)  # fmt: skip
def test_a_control_character_makes_a_text_missing(text, name):
    value, trouble = parse_cell(VISIT, text)
    assert value is None
    assert trouble is not None
    assert (trouble.rule, trouble.severity) == ("cell.control", "error")
    assert trouble.message.endswith(f"holds the control character {name}")
    assert text not in trouble.message


def test_tabs_and_line_ends_are_text():
    assert parse_cell(VISIT, "a\tb\r\nc") == ("a\tb\r\nc", None)
