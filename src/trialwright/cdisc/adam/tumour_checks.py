"""What is wrong with the rows of TU and TR that ADTR is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.dates import first_day
from trialwright.cdisc.adam.rules import adam_finding
from trialwright.cdisc.adam.source_checks import name_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.dataset import Finding


def check_lesions(tumours: pl.DataFrame, results: pl.DataFrame) -> Iterator[Finding]:
    """Find measured lesions whose place is unknown or contradictory, and repeated results.

    A lesion without a place is neither a node nor none, so that its size would be in no sum.

    Parameters
    ----------
    tumours, results : polars.DataFrame
        The rows of TU and of TR by the evaluator who counts; of TR those of target lesions.
    """
    lesion = ["USUBJID", "TRLNKID"]
    places = tumours.drop_nulls("TULOC").group_by("USUBJID", TRLNKID="TULNKID")
    located = places.agg(pl.col("TULOC").unique(maintain_order=True).alias("places"))
    seen = results.join(located, on=lesion, how="left", maintain_order="left", nulls_equal=True)
    one_row = seen.unique(lesion, keep="first", maintain_order=True)
    for row in one_row.filter(pl.col("places").is_null()).iter_rows(named=True):
        message = f"lesion {row['TRLNKID']} is measured, and TU does not say where it is"
        mend = "identify the lesion in TU with its TULOC"
        yield adam_finding("adam.lesion_unknown", message, mend, "TR", row)
    for row in one_row.filter(pl.col("places").list.len() > 1).iter_rows(named=True):
        message = f"lesion {row['TRLNKID']} is in {' and in '.join(row['places'])} by TU"
        yield adam_finding("adam.lesion_repeated", message, "keep one place", "TU", row)
    undated = first_day("TRDTC", "day").is_null()
    for row in results.filter(pl.col("TRSTRESN").is_not_null(), undated).iter_rows(named=True):
        message = f"lesion {row['TRLNKID']} at {row['VISIT']} has a size and no day (TRDTC)"
        yield adam_finding("adam.result_undated", message, "write the date of the scan", "TR", row)
    key = [*lesion, "TRTESTCD", "AVISIT", "AVISITN"]
    repeated = results.filter(pl.struct(key).is_duplicated())
    for _, rows in repeated.group_by(key, maintain_order=True):
        row = rows.row(0, named=True)
        message = f"{row['TRTESTCD']} of lesion {row['TRLNKID']} at {row['VISIT']} is there twice"
        mend = f"keep one of them{name_rows(rows)}"
        yield adam_finding("adam.result_repeated", message, mend, "TR", row)


def check_choices(results: pl.DataFrame, tumours: pl.DataFrame) -> Iterator[Finding]:
    """Find rows of TR and TU that do not say whether they are among those that count.

    Parameters
    ----------
    results, tumours : polars.DataFrame
        TR and TU. An evaluator may be blank if it is so in every row: one reading.
    """
    diameters = results.filter(pl.col("TRTESTCD").is_in(("LDIAM", "LPERP")))
    for frame, code, name in (
        (results, "TR", "TREVAL"),
        (tumours, "TU", "TUEVAL"),
        (diameters, "TR", "TRGRPID"),
    ):
        blank = pl.col(name).is_null()
        one_reading = (name != "TRGRPID") and bool(frame.select(blank.all()).item())
        for row in [] if one_reading else frame.filter(blank).iter_rows(named=True):
            message = f"{name} is blank, so that nobody knows whether the row counts"
            yield adam_finding("adam.choice_blank", message, f"write {name}", code, row)


def check_baselines(results: pl.DataFrame, adsl: pl.DataFrame, reference: str) -> Iterator[Finding]:
    """Find subjects with sizes whose sums can be compared with nothing.

    Parameters
    ----------
    results : polars.DataFrame
        The sizes of target lesions.
    adsl : polars.DataFrame
        ADSL.
    reference : str
        The variable of ADSL that days count from.
    """
    at_baseline = results.filter(pl.col("AVISIT") == "BASELINE")
    subjects = results.unique("USUBJID", keep="first", maintain_order=True)
    for row in subjects.join(at_baseline, on="USUBJID", how="anti").iter_rows(named=True):
        message = "no visit SCREENING or BASELINE, so no sum is complete"
        mend = "name the visit of the baseline scans so"
        yield adam_finding("adam.baseline_missing", message, mend, "TR", row)
    undated = adsl.filter(pl.col(reference).is_null())
    for row in subjects.join(undated, on="USUBJID", how="semi").iter_rows(named=True):
        message = f"{reference} is blank, so no day is counted and no sum is the baseline"
        yield adam_finding("adam.reference_blank", message, "write the date", "TR", row)
