"""The variables of the analysis data sets: name, label, type, and the order they stand in.

They are data, one file a data set (``adsl.toml``, ``adtr.toml``), so that a writer of XPT or of
Define-XML reads the same list as the derivation.

Source: ADaM Implementation Guide 1.3, sections 3.2 (ADSL) and 3.3 (BDS): names of at most 8
characters, labels of at most 40.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

VariableType = Literal["text", "integer", "float", "date", "datetime"]

_POLARS_TYPE: dict[str, pl.DataType] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "float": pl.Float64(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
}


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of an analysis data set.

    A ``date`` or ``datetime`` is a number with a format in SAS, and a Polars date here; the
    ISO texts of SDTM (``RFSTDTC``) are ``text``.
    """

    name: str
    label: str
    type: VariableType

    @property
    def polars_type(self) -> pl.DataType:
        """The Polars type that holds it."""
        return _POLARS_TYPE[self.type]


@dataclass(frozen=True, slots=True)
class VariableList:
    """The variables of one data set, by name, and the lists of them that frames consist of."""

    data_set: str
    title: str
    variables: dict[str, Variable]
    lists: dict[str, tuple[str, ...]]

    def named(self, names: Sequence[str]) -> tuple[Variable, ...]:
        """Return variables by their names; raise ``KeyError`` for one that is not listed."""
        return tuple(self.variables[name] for name in names)

    def columns(self, name: str) -> tuple[Variable, ...]:
        """Return the variables of one of the lists, in order."""
        return self.named(self.lists[name])


@cache
def read_variables(data_set: str) -> VariableList:
    """Read the list of one data set's variables.

    Parameters
    ----------
    data_set : str
        Its name, such as ``ADSL``.

    Examples
    --------
    >>> read_variables("ADSL").variables["TRTSDT"]
    Variable(name='TRTSDT', label='Date of First Exposure to Treatment', type='date')
    """
    file = resources.files(__package__) / f"{data_set.lower()}.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    variables = {name: Variable(name, *said) for name, said in content["variables"].items()}
    lists = {name: tuple(names) for name, names in content["lists"].items()}
    return VariableList(data_set, content["title"], variables, lists)


def select_variables(frame: pl.DataFrame, variables: Sequence[Variable]) -> pl.DataFrame:
    """Return a frame of exactly these variables, in this order and of their types.

    Parameters
    ----------
    frame : polars.DataFrame
        Holds all of them.
    variables : sequence of Variable
        The variables of the result.

    Raises
    ------
    polars.exceptions.ColumnNotFoundError, polars.exceptions.InvalidOperationError
        If the frame lacks a variable, or holds a value that its type cannot: a fault of ours.
    """
    return frame.select(pl.col(one.name).cast(one.polars_type) for one in variables)


def yes(condition: pl.Expr) -> pl.Expr:
    """Return ``Y`` where a condition holds, and blank elsewhere."""
    return pl.when(condition).then(pl.lit("Y"))


def yes_or_no(condition: pl.Expr) -> pl.Expr:
    """Return ``Y`` or ``N``, as flags of analysis sets are written; blank where nobody knows."""
    return pl.when(condition).then(pl.lit("Y")).when(~condition).then(pl.lit("N"))
