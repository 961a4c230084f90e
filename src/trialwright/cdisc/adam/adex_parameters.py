"""The parameters of ADEX: PARAM, PARAMN and AVALCAT1 of each PARAMCD, read from ``adex.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

import polars as pl


def name_parameters(rows: pl.DataFrame, part: str = "") -> pl.DataFrame:
    """Add PARAM, PARAMN and AVALCAT1.

    Parameters
    ----------
    rows : polars.DataFrame
        With PARAMCD and AVAL.
    part : str
        The part of the study that the codes beginning with P add up.
    """
    names, numbers, categories = _read()
    code, value = pl.col("PARAMCD"), pl.col("AVAL")
    shown = {key: name.format(part=part) for key, name in names.items()}
    category = pl.coalesce(
        pl.when(code == key).then(_category(value, limits, words))
        for key, (limits, words) in categories.items()
    )
    return rows.with_columns(
        code.replace_strict(shown).alias("PARAM"),
        code.replace_strict(numbers, return_dtype=pl.Int64).alias("PARAMN"),
        category.alias("AVALCAT1"),
    )


def _category(value: pl.Expr, limits: list[float], words: list[str]) -> pl.Expr:
    """Return the word below the first limit, between two, and from the last on."""
    below = [
        pl.when(value < limit).then(pl.lit(word))
        for limit, word in zip(limits, words, strict=False)
    ]
    return pl.coalesce(*below, pl.when(value >= limits[-1]).then(pl.lit(words[-1])))


def own_parameters() -> dict[str, str]:
    """Return the column of ``safety.exposure`` that each PARAMCD of our own ADEX is taken from."""
    return {code: said[3] for code, said in _content()["own_parameters"].items()}


def name_own_parameters(rows: pl.DataFrame) -> pl.DataFrame:
    """Add PARAM, PARAMN and AVALU of the parameters of our own ADEX."""
    said = _content()["own_parameters"]
    code = pl.col("PARAMCD")
    units = {one: words[2] or None for one, words in said.items()}
    unit = code.replace_strict(units, return_dtype=pl.String)
    name = code.replace_strict({one: words[0] for one, words in said.items()})
    numbers = {one: words[1] for one, words in said.items()}
    return rows.with_columns(
        pl.coalesce(pl.concat_str(name, pl.lit(" ("), unit, pl.lit(")")), name).alias("PARAM"),
        code.replace_strict(numbers, return_dtype=pl.Int64).alias("PARAMN"),
        unit.alias("AVALU"),
    )


@cache
def _content() -> dict[str, Any]:
    file = resources.files(__package__) / "adex.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _read() -> tuple[dict[str, str], dict[str, int], dict[str, tuple[list[float], list[str]]]]:
    """Return labels, numbers and categories by PARAMCD."""
    content = _content()
    named = content["parameters"].items()
    categories = {code: (limits, words) for code, (limits, words) in content["categories"].items()}
    return (
        {code: label for code, (label, _) in named},
        {code: number for code, (_, number) in named},
        categories,
    )
