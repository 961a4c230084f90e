"""Characteristics read as the study declares them; what cannot be used, and what was meant."""

from __future__ import annotations

import polars as pl
import pytest

from trialwright.dataset import Dataset, check_characteristics, read_characteristics
from trialwright.errors import DataError


def make(*rows) -> Dataset:
    columns = ("characteristic", "value", "unit")
    frame = pl.DataFrame(
        [("P1", *row) for row in rows], schema=["patient_id", *columns], orient="row"
    ).with_columns(pl.int_range(2, pl.len() + 2).alias("source_row"))
    return Dataset.create({"characteristics": frame}, source="made in code")


CASES = [  # row, rule, severity, part of the message, part of the mend
    (("ras_status", "mutant", None), None, "", ""),
    ((" RAS_Status", " Wild Type ", None), None, "", ""),
    (("ras_status", None, None), None, "", ""),
    (("cea", "31.5", "NG/mL"), None, "", ""),
    (("cea", "1e3", None), None, "", ""),
    (
        ("ras_status", "mutated", None),
        ("characteristic.not_a_level", "error"),
        "ras_status 'mutated' is not one of wild type, mutant",
        "write mutant, if that is meant",
    ),
    (
        ("ras_status", "<script>", None),
        ("characteristic.not_a_level", "error"),
        "'<script>'",
        "write one of these, or leave the cell empty if it is not known",
    ),
    (
        ("cea", "31,5", "ng/mL"),
        ("characteristic.not_a_number", "error"),
        "cea '31,5' is not a number",
        "write the decimal point: 31.5",
    ),
    (
        ("cea", "<5", None),
        ("characteristic.not_a_number", "error"),
        "cea '<5' is not a number",
        "write a number such as 12.5",
    ),
    (
        ("cea", "31.5", "µg/dL"),
        ("characteristic.unit", "error"),
        "cea has the unit 'µg/dL'; the unit of the study file is 'ng/mL', so the value is not used",
        "write the value in ng/mL",
    ),
    (
        ("prior_lines", "2", "lines"),
        ("characteristic.unit", "error"),
        "the unit of the study file is none",
        "leave the unit empty",
    ),
    (
        ("ras_statu", "mutant", None),
        ("characteristic.unknown", "warning"),
        "declares no characteristic 'ras_statu'; its row is kept and not counted",
        "write ras_status, if that is meant; else declare it",
    ),
    (
        ("eye colour", "brown", None),
        ("characteristic.unknown", "warning"),
        "'eye colour'",
        "declare it in the study file",
    ),
]


@pytest.mark.parametrize(("row", "expected", "message", "mend"), CASES)
def test_each_rule_has_a_finding_of_its_own(crclm_study, row, expected, message, mend):
    found = check_characteristics(make(row), crclm_study)
    assert [(one.rule, one.severity) for one in found] == ([expected] if expected else [])
    for one in found:
        assert (one.patient, one.row, one.table) == ("P1", 2, "characteristics")
        assert message in one.message
        assert mend in one.mend


def test_a_value_that_breaks_a_rule_is_not_used(crclm_study):
    rows = [row for row, expected, *_ in CASES if expected]
    read = read_characteristics(make(*rows), crclm_study)
    assert read["level"].null_count() == read["number"].null_count() == len(rows)
    assert read["problem"].null_count() == 0
    assert read["value"].to_list() == [row[1] for row in rows]


def test_levels_and_numbers_are_those_of_the_study(crclm_study):
    rows = [("msi_status", "INSTABILITY HIGH", None), ("CEA", " 5 ", None), ("cea", None, None)]
    read = read_characteristics(make(*rows), crclm_study)
    assert read["level"].to_list() == ["instability high", None, None]
    assert read["number"].to_list() == [None, 5.0, None]
    assert read["characteristic"].to_list() == ["msi_status", "cea", "cea"]


def test_an_unknown_name_is_told_of_once(crclm_study):
    (finding,) = check_characteristics(
        make(*[("x y", str(n), None) for n in range(4)]), crclm_study
    )
    assert "its 4 rows are kept" in finding.message
    assert finding.concerned == ("P1",)


def test_data_without_the_table_have_nothing_to_check(crclm_study):
    empty = Dataset.create({}, source="-")
    assert check_characteristics(empty, crclm_study) == ()
    assert read_characteristics(empty, crclm_study).is_empty()


def test_an_analysis_stops_at_a_value_that_cannot_be_used(crclm_study):
    from trialwright.analysis import analyse
    from trialwright.simulate import simulate_study

    drawn = simulate_study(crclm_study, seed=1, patients=2)
    table = drawn.table("characteristics")
    wrong = table.with_columns(value=pl.lit("perhaps"))
    with pytest.raises(DataError, match=r"ras_status 'perhaps' is not one of"):
        analyse(Dataset.create({**drawn.frames, "characteristics": wrong}, source="-"), crclm_study)
    strange = table.with_columns(characteristic=pl.lit("eye colour"))
    other = Dataset.create({**drawn.frames, "characteristics": strange}, source="-")
    assert "characteristic.unknown" in {one.rule for one in analyse(other, crclm_study).findings}
