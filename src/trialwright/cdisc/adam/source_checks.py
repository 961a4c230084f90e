"""What is wrong with the SDTM rows of ADSL and ADTR, found before anything is derived from them.

A derivation joins, sorts and adds up; a subject that stands twice, a date that is none or a
lesion that nobody identified would fall out of it without a word. So they are findings first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam.dates import first_day, whole_day
from trialwright.cdisc.adam.rules import adam_finding
from trialwright.cdisc.adam.source import ROW
from trialwright.dataset.partial_dates import read_partial_date
from trialwright.dataset.partial_times import read_partial_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trialwright.dataset import Finding
    from trialwright.dataset.partial_dates import Part

    Frames = Mapping[str, pl.DataFrame]

_MEND_DATE = "write the date as far as it is known (2026, 2026-03 or 2026-03-15)"
# The highest part of each date that is completed; ``none``: a variable takes it whole or not.
_DATES: dict[tuple[str, str], Part] = {
    ("EX", "EXSTDTC"): "none", ("EX", "EXENDTC"): "none", ("DS", "DSSTDTC"): "none",
    ("DM", "DTHDTC"): "month", ("AE", "AESTDTC"): "month", ("AE", "AEENDTC"): "month",
    ("LB", "LBDTC"): "month", ("TR", "TRDTC"): "day", ("RS", "RSDTC"): "day",
}  # fmt: skip
_NUMBERS = (
    ("DM", "AGE"), ("DM", "DMDY"), ("EX", "EXDOSE"), ("EX", "EXSEQ"), ("EX", "EXPLDOS"),
    ("EX", "VISITNUM"), ("DS", "DSSEQ"),
    ("AE", "AESEQ"), ("AE", "AESTDY"), ("AE", "AEENDY"), ("TR", "TRSTRESN"), ("TR", "TRSEQ"),
    ("TR", "VISITNUM"), ("LB", "LBSTRESN"), ("LB", "LBSTNRLO"), ("LB", "LBSTNRHI"), ("LB", "LBSEQ"),
    ("LB", "VISITNUM"),
)  # fmt: skip


def check_subjects(source: Frames, known: pl.Series) -> Iterator[Finding]:
    """Find rows without a subject, and subjects who are not among the known ones.

    Parameters
    ----------
    source : mapping of str to polars.DataFrame
        From ``take_domains``.
    known : polars.Series
        ``USUBJID`` of the subjects of the study.
    """
    for code, frame in source.items():
        subject = pl.col("USUBJID")
        for row in frame.filter(subject.is_null()).iter_rows(named=True):
            message = "USUBJID is blank"
            yield adam_finding("adam.subject_blank", message, "write the subject", code, row)
        strange = frame.filter(subject.is_not_null(), ~subject.is_in(known.implode()))
        for row in strange.unique("USUBJID", keep="first", maintain_order=True).iter_rows(
            named=True
        ):
            count = strange.filter(subject == row["USUBJID"]).height
            message = f"{count} row(s) of {code} are of a subject who is not in DM"
            mend = "add the subject to DM, or correct USUBJID"
            yield adam_finding("adam.subject_unknown", message, mend, code, row)


def check_one_row(frame: pl.DataFrame, code: str) -> Iterator[Finding]:
    """Find subjects who have more than one row; ``code`` is what they are rows of."""
    repeated = frame.drop_nulls("USUBJID").filter(pl.col("USUBJID").is_duplicated())
    for (_,), rows in repeated.group_by("USUBJID", maintain_order=True):
        message = f"the subject has {rows.height} rows in {code}{name_rows(rows)}"
        mend = "keep one row a subject"
        yield adam_finding("adam.subject_repeated", message, mend, code, rows.row(0, named=True))


def check_dates(source: Frames) -> Iterator[Finding]:
    """Find dates that are none, and partial dates where only a whole one is taken."""
    for (code, name), highest in _DATES.items():
        if code not in source:
            continue
        read = read_partial_moment if code == "EX" else read_partial_date  # EX: the time counts
        timed = pl.col(name).str.contains("T") & pl.lit(code == "EX")
        rows = source[code].with_columns(first_day(name, highest).alias("day"))
        for row in rows.filter(whole_day(name).is_null() | timed).iter_rows(named=True):
            text = row[name]
            if text is None:
                continue
            if read(text) is None:
                message = f"{name} {text!r} is no date"
                yield adam_finding("adam.date_unreadable", message, _MEND_DATE, code, row)
            elif row["day"] is None:
                message = f"{name} {text} is part of a date, and is not completed: it counts blank"
                mend = "write the whole date, if the source document has it"
                yield adam_finding("adam.date_partial", message, mend, code, row)


def check_numbers(source: Frames) -> Iterator[Finding]:
    """Find texts in the columns of numbers."""
    for code, name in _NUMBERS:
        if code not in source:
            continue
        text = pl.col(name)
        number = text.cast(pl.Float64, strict=False)
        odd = source[code].filter(text.is_not_null() & ~number.is_finite().fill_null(value=False))
        for row in odd.iter_rows(named=True):
            message = f"{name} {row[name]!r} is no number"
            yield adam_finding("adam.number_unreadable", message, "write a number", code, row)


def check_exposures(exposures: pl.DataFrame) -> Iterator[Finding]:
    """Find exposures without a dose, and those without an end that nothing ends.

    As admiral's template has it, such a treatment ends with the last end that is there, before
    the treatment began that has none.
    """
    for row in exposures.filter(pl.col("EXDOSE").is_null()).iter_rows(named=True):
        message = f"{row['EXTRT']}: EXDOSE is blank, so it does not count as treatment"
        yield adam_finding("adam.dose_blank", message, "write the dose", "EX", row)
    for row in exposures.filter(pl.col("EXENDTC").is_null()).iter_rows(named=True):
        message = (
            f"{row['EXTRT']} from {row['EXSTDTC']} on has no end, so TRTEDT is an earlier end or "
            "blank"
        )
        yield adam_finding("adam.exposure_open", message, "write EXENDTC", "EX", row)


def check_once(rows: pl.DataFrame, what: str) -> Iterator[Finding]:
    """Find subjects with several rows of DS about one thing that happens once.

    Parameters
    ----------
    rows : polars.DataFrame
        The rows of DS about it.
    what : str
        The thing, in the words of a finding.
    """
    repeated = rows.drop_nulls("USUBJID").filter(pl.col("USUBJID").is_duplicated())
    for (_,), group in repeated.group_by("USUBJID", maintain_order=True):
        message = f"{what} stands {group.height} times in DS{name_rows(group)}"
        mend = "keep the one that holds, or tell them apart by DSSCAT"
        row = group.row(0, named=True)
        yield adam_finding("adam.disposition_repeated", message, mend, "DS", row)


def check_order(adsl: pl.DataFrame) -> Iterator[Finding]:
    """Find last treatments, deaths and last days alive before the first treatment.

    They are kept as the rules make them.

    Parameters
    ----------
    adsl : polars.DataFrame
        ADSL.
    """
    for name in ("TRTEDT", "DTHDT", "LSTALVDT"):
        early = adsl.filter(pl.col(name) < pl.col("TRTSDT")).select("USUBJID", name, "TRTSDT")
        for row in early.iter_rows(named=True):
            message = f"{name} {row[name]} lies before TRTSDT {row['TRTSDT']}"
            mend = "correct the date that is wrong"
            yield adam_finding("adam.end_before_start", message, mend, "ADSL", row)


def name_rows(rows: pl.DataFrame) -> str:
    """Name the rows of the source; empty if the frame has no row numbers."""
    return f" (rows {', '.join(map(str, rows[ROW]))})" if ROW in rows.columns else ""
