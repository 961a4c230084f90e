"""The page on the data format lists what the schema and the list of rules hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from trialwright.dataset import (
    ACCEPTABLE,
    MEASUREMENT_STATES,
    RULES,
    SETTABLE,
    SIZE_OF_STATE,
    TABLES,
)
from trialwright.dataset.schema import ABLATION_FINDINGS

if TYPE_CHECKING:
    from pathlib import Path

    from trialwright.dataset import Column, Table


def describe(table: Table) -> str:
    """Write the part of the page that is about one table."""
    head = f"### `{table.name}`\n\nOne row: {table.meaning}."
    key = f"A row is known by {', '.join(f'`{name}`' for name in table.key)}."
    rows = "\n".join(_row(column) for column in table.columns)
    return f"{head} {key}\n\n| column | kind | meaning |\n|---|---|---|\n{rows}\n"


def _row(column: Column) -> str:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    kind = f"{column.kind}, {column.unit}" if column.unit else column.kind
    words = ", ".join(f"`{word}`" for word in column.allowed)
    meaning = f"{column.meaning}: {words}" if words else f"{column.meaning}{_limits(column)}"
    return f"| {name} | {kind} | {meaning} |"


def _limits(column: Column) -> str:
    if column.minimum is None:
        return ""
    most = " or more" if column.maximum is None else f" to {column.maximum:g}"
    return f" ({column.minimum:g}{most})"


def describe_rules(names: frozenset[str]) -> str:
    """Write a list of rules, by name."""
    lines = (f"| `{name}` | {RULES[name].meaning} |" for name in sorted(names))
    return "\n".join(("| check | what it finds |", "|---|---|", *lines))


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs" / "data-format.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TABLES)
def test_the_page_describes_every_table(page, name):
    assert describe(TABLES[name]) in page, describe(TABLES[name])


def test_the_page_describes_no_other_table(page):
    assert re.findall(r"^### `(\w+)`$", page, re.MULTILINE) == list(TABLES)


def test_the_page_lists_the_checks_whose_consequence_a_study_sets(page):
    assert describe_rules(SETTABLE) in page, describe_rules(SETTABLE)
    assert describe_rules(ACCEPTABLE) in page, describe_rules(ACCEPTABLE)


def test_the_page_says_what_every_state_means(page):
    words = re.findall(r"^- `(\w+)`: \w", page, re.MULTILINE)
    assert words == [*MEASUREMENT_STATES, *ABLATION_FINDINGS]
    for state, size in SIZE_OF_STATE.items():
        assert re.search(rf"^- `{state}`: .*; counts {size:g} mm\.$", page, re.MULTILINE)
