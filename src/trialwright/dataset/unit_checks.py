"""Find diameters that were probably written in cm among others in mm, or the reverse.

The rule for one lesion, over its sizes by date (absent counts as 0 mm, too small as 5 mm,
unknown sizes are passed over). A size is suspected if

- it differs about tenfold from its neighbour: the ratio lies in 0.07-0.15 or 6.7-15, and
- tenfold correction brings it nearer (in logarithms) to *every* neighbour, with a neighbour
  counted as 1 mm at least, so a shrinking lesion that stays small or disappears agrees
  with the raw size and is not suspected; and
- both neighbours exist; or it is the last size and ten times the one before; or it is the
  first size of a target, below the 10 mm of a measurable lesion, and a tenth of the next
  (for a last or first size the second neighbour has to agree as well, if there is one).
  A last size that *fell* tenfold may be a response: it is suspected only if it holds a
  fraction of a millimetre (3.1) where all others of the lesion are whole (32, 30).

The rule for a scan: two or more target lesions, measured on it and on the scan before, are
all suspected by the ratio alone and in the same direction, and neither the scan before
that nor the next scan of them, where there is one, confirms the new sizes.

The rule for a whole data set: the median size of its target lesions at baseline is below
15 mm, and nine in ten of them are below the measurable size.

Source: ours; the ratios bracket 1/10 and 10 by half, the change a lesion makes besides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.lesion_rows import LESION, NAMED, READING, with_lesion
from trialwright.dataset.limits import SMALLEST_TARGET_MM
from trialwright.dataset.measurability_checks import baseline_targets
from trialwright.dataset.measurement_checks import stated_size
from trialwright.dataset.rules import Rule, scan, size
from trialwright.dataset.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset.dataset import Dataset
    from trialwright.dataset.findings import Finding
    from trialwright.dataset.rules import Row

_LOW, _HIGH = (0.07, 0.15), (6.7, 15.0)
_FEWEST_TARGETS, _MOST_SMALL, _SMALL_MEDIAN_MM = 5, 0.9, 15.0
_RULE = Rule(
    "measurement.unit",
    "measurements",
    "diameter_mm",
    "check whether it was written in cm; diameters are in mm",
)
_SIZE, _BEFORE, _AFTER = pl.col("size"), pl.col("before"), pl.col("after")
_BEFORE2, _AFTER2 = pl.col("before2"), pl.col("after2")


def find_unit_mistakes(dataset: Dataset) -> Iterator[Finding]:
    """Find sizes that are about tenfold off their neighbours; see the rule above."""
    sizes = _with_neighbours(dataset)
    single = sizes.filter(_is_suspected())
    whole = _suspected_scans(sizes.filter(pl.col("role") == "target"))
    rows = pl.concat([single, whole.join(single, on=_KEY, how="anti", nulls_equal=True)])
    yield from _RULE.findings(rows, _say)


def find_datasets_in_cm(dataset: Dataset) -> Iterator[Finding]:
    """Find a data set most of whose targets are too small to be measured in mm."""
    mend = "multiply every size by ten if they were written in cm; diameters are in mm"
    rule = Rule("measurement.unit_all", "measurements", "diameter_mm", mend)
    targets = baseline_targets(dataset)
    small = targets.filter(pl.col("diameter_mm") < pl.col("least")).height
    if targets.height < _FEWEST_TARGETS or small < _MOST_SMALL * targets.height:
        return
    median = targets.select(pl.col("diameter_mm").median()).item()
    if median < _SMALL_MEDIAN_MM:
        yield rule.finding(
            {},
            f"{small} of {targets.height} target lesions are below the measurable size at "
            f"baseline, where their median is {size(median)}: a sign of sizes in cm",
        )


_KEY = (*LESION, "scan_date", "diameter_mm", SOURCE_ROW)


def _with_neighbours(dataset: Dataset) -> pl.DataFrame:
    scans = dataset.measurements.drop_nulls((*NAMED, "scan_date"))
    return (
        with_lesion(scans, dataset)
        .with_columns(stated_size().alias("size"))
        .drop_nulls("size")
        .sort(*LESION, "scan_date", "size", SOURCE_ROW)
        .with_columns(
            _SIZE.shift(1).over(LESION).alias("before"),
            _SIZE.shift(-1).over(LESION).alias("after"),
            _SIZE.shift(2).over(LESION).alias("before2"),
            _SIZE.shift(-2).over(LESION).alias("after2"),
            pl.col("scan_date").shift(1).over(LESION).alias("date_before"),
            pl.col("scan_date").shift(-1).over(LESION).alias("date_after"),
        )
        .with_columns(
            _tenfold(pl.coalesce(_BEFORE, _AFTER)).alias("factor"),
            (_SIZE.round() != _SIZE).alias("fractions"),
        )
        .filter(pl.col("diameter_mm") > 0)
    )


def _tenfold(neighbour: pl.Expr) -> pl.Expr:
    """Return the correction (10 or 0.1) that the ratio to a neighbour suggests, or null."""
    ratio = pl.when(neighbour > 0).then(_SIZE / neighbour)
    return pl.when(ratio.is_between(*_LOW)).then(10.0).when(ratio.is_between(*_HIGH)).then(0.1)


def _agrees_corrected(neighbour: pl.Expr) -> pl.Expr:
    at_least = neighbour.clip(lower_bound=1.0)
    raw = (_SIZE / at_least).log().abs()
    corrected = (_SIZE * pl.col("factor") / at_least).log().abs()
    return corrected < raw


def _is_suspected() -> pl.Expr:
    middle = (
        _BEFORE.is_not_null()
        & _AFTER.is_not_null()
        & _agrees_corrected(_BEFORE)
        & _agrees_corrected(_AFTER)
    )
    others_whole = pl.col("fractions").sum().over(LESION) == 1
    rose, fraction_fell = pl.col("factor") < 1, pl.col("fractions") & others_whole
    last = _AFTER.is_null() & _BEFORE.is_not_null() & (rose | fraction_fell)
    first = (
        _BEFORE.is_null()
        & (pl.col("factor") > 1)
        & (pl.col("role") == "target")
        & (_SIZE < SMALLEST_TARGET_MM)
    )
    at_an_end = (last | first) & _second_agrees(_BEFORE2) & _second_agrees(_AFTER2)
    return pl.col("factor").is_not_null() & (middle | at_an_end)


def _second_agrees(neighbour: pl.Expr) -> pl.Expr:
    return neighbour.is_null() | _agrees_corrected(neighbour)


def _suspected_scans(targets: pl.DataFrame) -> pl.DataFrame:
    at = (*READING, "scan_date")
    confirmed = _AFTER.is_not_null() & ~_agrees_corrected(_AFTER)
    off = pl.col("factor").is_not_null() & _BEFORE.is_not_null()
    suspect = off & ~confirmed & _second_agrees(_BEFORE2)
    return targets.filter(
        (pl.col("lesion_id").n_unique().over(at) > 1)
        & suspect.fill_null(value=False).all().over(at)
        & (pl.col("factor").n_unique().over(at) == 1)
    )


def _say(row: Row) -> str:
    neighbours = [
        f"{size(row[name])} on {row[f'date_{name}']}"
        for name in ("before", "after")
        if row[name] is not None
    ]
    corrected = size(row["size"] * row["factor"])
    return (
        f"{scan(row)}: {size(row['size'])} beside {' and '.join(neighbours)}; {corrected} would fit"
    )
