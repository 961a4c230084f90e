"""Characteristics before treatment, read as the study file declares them, and what is wrong.

A value is a level or a number, as the study says; one that cannot be read as such is not used,
and has a finding. Nothing is guessed: a number in another unit is not converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from trialwright.dataset.cells import parse_cell
from trialwright.dataset.checks import as_told
from trialwright.dataset.columns import Column
from trialwright.dataset.raw_tables import nearest
from trialwright.dataset.rules import Rule
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row
    from trialwright.study.characteristics_section import Characteristic
    from trialwright.study.model import Study

_TABLE = "characteristics"
_NUMBER = Column("value", "number", "a number")
_SCHEMA: dict[str, type[pl.DataType]] = {
    "patient_id": pl.String,
    "characteristic": pl.String,
    "value": pl.String,
    "unit": pl.String,
    "level": pl.String,
    "number": pl.Float64,
    "problem": pl.String,
    SOURCE_ROW: pl.Int64,
}


def read_characteristics(dataset: Dataset, study: Study) -> pl.DataFrame:
    """Read the table of characteristics as the study file declares them.

    Parameters
    ----------
    dataset : Dataset
        What was observed.
    study : Study
        Declares kind, levels and unit of each characteristic.

    Returns
    -------
    polars.DataFrame
        One row a row of ``characteristics``, in its order: ``patient_id``, ``characteristic`` (as
        the study writes it; as the data do where the study does not declare it), ``value`` and
        ``unit`` as written, ``level`` (of a category, as the study writes it), ``number``, both
        null where the value is not known or cannot be used, ``problem`` (the rule that it breaks)
        and ``source_row``.

    Examples
    --------
    >>> from trialwright.dataset import Dataset
    >>> from trialwright.study import read_study
    >>> rows = pl.DataFrame({"patient_id": ["014", "014"], "characteristic": ["ras_status", "cea"],
    ...     "value": ["Wild type", "31.5"]})
    >>> data = Dataset.create({"characteristics": rows}, source="made in code")
    >>> read = read_characteristics(data, read_study("examples/crclm/study.toml"))
    >>> read["level"].to_list(), read["number"].to_list()
    (['wild type', None], [None, 31.5])
    """
    declared = _declared(study)
    rows = [_read(row, declared) for row in dataset.table(_TABLE).iter_rows(named=True)]
    return pl.DataFrame(rows, schema=_SCHEMA)


def check_characteristics(dataset: Dataset, study: Study) -> tuple[Finding, ...]:
    """Find characteristics that the study does not declare, and values that cannot be used.

    Returns
    -------
    tuple of Finding
        One a name that the study does not declare (``characteristic.unknown``, a warning: its rows
        are listed and not counted); one a value that is none of the levels, is no number, or has
        another unit than the study says (``characteristic.not_a_level``,
        ``characteristic.not_a_number``, ``characteristic.unit``: errors).
    """
    declared = _declared(study)
    read = read_characteristics(dataset, study)
    found = [*_find_unknown(read, declared), *_find_unusable(read, declared)]
    return tuple(as_told(finding, dataset) for finding in found)


def _declared(study: Study) -> dict[str, Characteristic]:
    return {one.name: one for one in study.characteristics}


def _read(row: Row, declared: Mapping[str, Characteristic]) -> dict[str, Any]:
    written = row["characteristic"] or ""
    one = declared.get(written.strip().casefold())
    if one is None:
        return {**row, "problem": "characteristic.unknown"}
    row = {**row, "characteristic": one.name}
    text = row["value"]
    if text is None:
        return row
    if _differs(row["unit"], one.unit):
        return {**row, "problem": "characteristic.unit"}
    if one.kind == "number":
        number, _ = parse_cell(_NUMBER, text)
        if number is None:
            return {**row, "problem": "characteristic.not_a_number"}
        return {**row, "number": number}
    plain = text.strip().casefold()
    level = next((level for level in one.levels or () if level.strip().casefold() == plain), None)
    return {**row, "level": level, "problem": None if level else "characteristic.not_a_level"}


def _differs(written: str | None, stated: str | None) -> bool:
    """Tell whether a unit is another than that of the study; a blank one is not."""
    if written is None:
        return False
    return stated is None or written.strip().casefold() != stated.strip().casefold()


def _find_unknown(read: pl.DataFrame, declared: Mapping[str, Characteristic]) -> Iterator[Finding]:
    patients = pl.col("patient_id")
    groups = (
        read.filter(pl.col("problem") == "characteristic.unknown")
        .drop_nulls("characteristic")
        .sort(SOURCE_ROW, maintain_order=True)
        .group_by("characteristic", maintain_order=True)
        .agg(
            patients.first(),
            patients.drop_nulls().unique(maintain_order=True).alias("patients"),
            pl.col(SOURCE_ROW).first(),
            pl.len().alias("rows"),
        )
    )
    for row in groups.iter_rows(named=True):
        meant = nearest(row["characteristic"], tuple(declared))
        mend = "declare it in the study file ([[characteristics]]); else nothing to do"
        if meant:
            mend = f"write {meant}, if that is meant; else {mend}"
        rule = Rule("characteristic.unknown", _TABLE, "characteristic", mend)
        rows = f"its {row['rows']} rows are" if row["rows"] > 1 else "its row is"
        yield rule.finding(
            row,
            f"the study file declares no characteristic {row['characteristic']!r}; {rows} kept and "
            "not counted",
        )


def _find_unusable(read: pl.DataFrame, declared: Mapping[str, Characteristic]) -> Iterator[Finding]:
    for row in read.drop_nulls("problem").iter_rows(named=True):
        one = declared.get(row["characteristic"] or "")
        match row["problem"]:
            case "characteristic.not_a_level" if one is not None:
                yield _not_a_level(row, one)
            case "characteristic.not_a_number" if one is not None:
                _, trouble = parse_cell(_NUMBER, row["value"])
                mend = "write a number" if trouble is None else trouble.mend
                rule = Rule("characteristic.not_a_number", _TABLE, "value", mend)
                yield rule.finding(row, f"{one.name} {row['value']!r} is not a number")
            case "characteristic.unit" if one is not None:
                yield _other_unit(row, one)


def _not_a_level(row: Row, one: Characteristic) -> Finding:
    levels = one.levels or ()
    meant = nearest(row["value"], levels)
    mend = f"write {meant}, if that is meant" if meant else "write one of these"
    if not meant:
        mend += ", or leave the cell empty if it is not known"
    rule = Rule("characteristic.not_a_level", _TABLE, "value", mend)
    return rule.finding(row, f"{one.name} {row['value']!r} is not one of {', '.join(levels)}")


def _other_unit(row: Row, one: Characteristic) -> Finding:
    stated = "none" if one.unit is None else repr(one.unit)
    mend = "leave the unit empty" if one.unit is None else f"write the value in {one.unit}"
    rule = Rule("characteristic.unit", _TABLE, "unit", mend)
    message = f"{one.name} has the unit {row['unit']!r}; the unit of the study file is {stated}"
    return rule.finding(row, f"{message}, so the value is not used")
