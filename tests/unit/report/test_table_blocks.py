"""Blocks of rows add up to their columns, whatever the levels are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.report.tables.blocks import category_rows, number_rows
from trialwright.report.tables.groups import Group

PATIENTS = st.sets(st.sampled_from([f"P{number}" for number in range(12)]))
LEVELS = st.sampled_from(
    ["a", "b", "<script>", r"{\rtf1}", "Missing", "M" * 300, "广州某医院", "", None]
)


@st.composite
def columns(draw) -> tuple[Group, ...]:
    """Draw two arms that share nobody, and all patients."""
    first, second = draw(PATIENTS), draw(PATIENTS)
    arms = (sorted(first), sorted(second - first))
    return (*(Group(str(n), tuple(arm)) for n, arm in enumerate(arms)),
            Group("All patients", tuple(arms[0] + arms[1])))  # fmt: skip


@given(columns(), st.dictionaries(st.sampled_from([f"P{n}" for n in range(14)]), LEVELS))
def test_the_levels_add_up_to_the_column(groups, levels) -> None:
    heading, *rows = category_rows("Title", levels, groups, order=("a", "never seen"))
    assert heading.cells == ()
    assert [row.label for row in rows[:2]] == ["a", "never seen"]
    assert rows[-1].label == "Missing"
    for number, group in enumerate(groups):
        named = [one for row in rows for one in row.cells[number].inputs.patients]
        assert sorted(named) == sorted(group.patients)
        counts = [row.cells[number].numbers[0].value for row in rows]
        assert sum(counts) == len(group.patients)
    for row in rows:  # the arms add up to all patients
        first, second, whole = (cell.numbers[0].value for cell in row.cells)
        assert first + second == whole


@given(
    columns(),
    st.dictionaries(
        st.sampled_from([f"P{n}" for n in range(14)]), st.none() | st.floats(-1e4, 1e4)
    ),
)
def test_values_and_missing_add_up_to_the_column(groups, values) -> None:
    _, n, mean, *_, missing = number_rows("Title", values, groups, unit="mm")
    for number, group in enumerate(groups):
        known = [one for one in group.patients if values.get(one) is not None]
        assert n.cells[number].numbers[0].value == len(known)
        assert missing.cells[number].numbers[0].value == len(group.patients) - len(known)
        assert mean.cells[number].inputs.patients == tuple(known)
        assert (mean.cells[number].text == "–") == (not known)


@pytest.mark.parametrize(
    ("values", "mean", "spread"),
    [
        ([3, 4], "3.5 (0.7)", "3 to 4"),
        ([3.5, 4], "3.75 (0.35)", "3.5 to 4.0"),
        ([0.123456, 4], "2.062 (2.741)", "0.12 to 4.00"),
        ([-3, -1], "−2.0 (1.4)", "−3 to −1"),
        ([7], "7.0 (NE)", "7 to 7"),
    ],
)
def test_one_decimal_more_than_was_measured(values, mean, spread) -> None:
    patients = {f"P{number}": value for number, value in enumerate(values)}
    rows = list(number_rows("Title", patients, (Group("all", tuple(patients)),)))
    assert (rows[2].cells[0].text, rows[5].cells[0].text) == (mean, spread)
