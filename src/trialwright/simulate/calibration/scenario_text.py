"""Write a scenario file that inherits another one and changes some of its numbers."""

from __future__ import annotations

from dataclasses import asdict
from textwrap import wrap
from typing import TYPE_CHECKING

import tomlkit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trialwright.simulate.scenario import Achieved

_COMMENT_WIDTH = 98


def write_scenario_text(
    head: Sequence[str],
    title: str,
    inherits: str,
    values: Mapping[str, tuple[float, str]],
    achieved: Achieved,
    achieved_source: str,
) -> str:
    """Return a scenario file as text.

    Parameters
    ----------
    head : sequence of str
        Comments at its head, one paragraph each.
    title, inherits : str
        As in the file.
    values : mapping of str to (value, source)
        The numbers that differ, by dotted name.
    achieved : Achieved
        What it gives; numbers that are None are left out.
    achieved_source : str
        Where those come from.
    """
    document = tomlkit.document()
    for paragraph in head:
        for line in wrap(paragraph, _COMMENT_WIDTH):
            document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    document.add("title", tomlkit.item(title))
    document.add("inherits", tomlkit.item(inherits))
    reached = {
        f"achieved.{key}": (value, achieved_source)
        for key, value in asdict(achieved).items()
        if value is not None
    }
    for section, entries in _by_section({**values, **reached}).items():
        table = tomlkit.table()
        for key, (value, source) in entries.items():
            leaf = tomlkit.inline_table()
            leaf.update({"value": value, "source": source})
            table.add(key, leaf)
        document.add(tomlkit.nl())
        document.add(section, table)
    return tomlkit.dumps(document)


def _by_section(
    values: Mapping[str, tuple[float | str, str]],
) -> dict[str, dict[str, tuple[float | str, str]]]:
    sections: dict[str, dict[str, tuple[float | str, str]]] = {}
    for name, leaf in values.items():
        section, _, key = name.partition(".")
        sections.setdefault(section, {})[key] = leaf
    return sections
