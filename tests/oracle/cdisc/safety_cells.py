"""Compare a large ADaM frame of ours with a reference whose cells are text, column by column."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

# A number of the reference is written with 15 significant digits: half a unit in the last of them.
HALF_A_UNIT = 5e-15


@dataclass(frozen=True)
class FrameComparison:
    """How many rows and variables were compared, and one row a differing cell."""

    rows: int
    variables: int
    differing: pl.DataFrame
    by_rounding: int  # cells that agree once the rounding of their inputs is allowed for

    @property
    def cells(self):
        return self.rows * self.variables

    def counts(self):
        return dict(self.differing.group_by("variable").len().iter_rows())


def compare_frames(ours, theirs, key, *, rounded=None):
    """Compare every variable of the reference; both hold the same keys, once each.

    ``rounded`` gives, for variables that are computed from rounded inputs, how far apart two
    numbers may be because the inputs are only known to 15 digits.
    """
    texts = ours.select(theirs.columns).with_columns(
        pl.col(key).cast(pl.String).name.prefix("key ")
    )
    names = [f"key {name}" for name in key]
    mine = texts.rename({name: f"our {name}" for name in theirs.columns})
    held = theirs.with_columns(pl.col(key).name.prefix("key "))
    both = held.join(mine, on=names, how="inner", nulls_equal=True, validate="1:1")
    assert both.height == theirs.height == ours.height
    found, allowed = [], 0
    for name in theirs.columns:
        odd = both.filter(_differs(both, name))
        if rounded and name in rounded and not odd.is_empty():
            near = odd.with_columns(pl.col(name).cast(pl.Float64)).select(rounded[name]).to_series()
            near = near.fill_null(value=False)
            allowed += int(near.sum())
            odd = odd.filter(~near)
        found.append(
            odd.select(
                *names,
                pl.lit(name).alias("variable"),
                pl.col(f"our {name}").cast(pl.String).alias("ours"),
                pl.col(name).alias("theirs"),
            )
        )
    differing = pl.concat(found).rename({f"key {name}": name for name in key})
    return FrameComparison(theirs.height, len(theirs.columns), differing, allowed)


def _differs(both, name):
    mine, reference = both[f"our {name}"], both[name]
    if mine.dtype.is_float():
        apart = mine.ne_missing(reference.cast(pl.Float64))
        at = apart.arg_true()
        same = [
            a is not None and b is not None and f"{a:.15g}" == b
            for a, b in zip(mine[at], reference[at], strict=True)
        ]
        return apart.scatter(at.filter(pl.Series(same, dtype=pl.Boolean)), values=False)
    if mine.dtype == pl.Datetime:
        mine = mine.dt.strftime("%Y-%m-%d %H:%M:%S").str.strip_suffix(" 00:00:00")
    return mine.cast(pl.String).ne_missing(reference)


def half_units(name, *parts):
    """Tell whether two numbers lie within half a unit of the 15th digit of the parts."""
    bound = sum((pl.col(f"our {part}").abs() for part in parts), pl.lit(0.0))
    return (pl.col(f"our {name}") - pl.col(name)).abs() <= HALF_A_UNIT * bound
