"""ADAE of SDTM domains: one row an adverse event, with the variables of admiral's template.

Source: ADaM Implementation Guide 1.3 and its occurrence data structure; template ``ad_adae`` of
admiral 1.4.1 (Apache-2.0), in our own words. Oracle: ``tests/oracle/cdisc/test_safety_adam.py``;
differences: ``docs/adam-comparison.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam import source_checks
from trialwright.cdisc.adam.adsl_variables import merge_adsl
from trialwright.cdisc.adam.completed_dates import add_moment
from trialwright.cdisc.adam.dates import study_day
from trialwright.cdisc.adam.dosing_days import (
    add_doses,
    check_intervals,
    open_ended,
    read_intervals,
)
from trialwright.cdisc.adam.rules import adam_finding
from trialwright.cdisc.adam.source import refuse_errors, take_domains
from trialwright.cdisc.adam.variables import read_variables, yes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.dataset import Finding

    Frames = Mapping[str, pl.DataFrame]

ADAE_DOMAINS = ("AE", "EX")
# AESEV in the order of severity. Source: CDISC controlled terminology, AESEV. No grade of CTCAE.
SEVERITIES = {"MILD": 1, "MODERATE": 2, "SEVERE": 3}
_DATES = ("TRTSDT", "TRTEDT", "DTHDT", "EOSDT")
_GRADES = ("1", "2", "3", "4", "5")


def adae_from_sdtm(
    domains: Mapping[str, pl.DataFrame],
    adsl: pl.DataFrame,
    *,
    emergent_days: int,
    adsl_variables: Sequence[str] = (),
) -> pl.DataFrame:
    """Derive ADAE from SDTM domains.

    Parameters
    ----------
    domains : mapping of str to polars.DataFrame
        AE and EX by their code (``read_domains``).
    adsl : polars.DataFrame
        From ``adsl_from_sdtm``: TRTSDT, TRTEDT, DTHDT and EOSDT are read from it.
    emergent_days : int
        An event is treatment-emergent if it begins at most so many days after the last treatment.
    adsl_variables : sequence of str
        Variables of ADSL to add; STUDYID, USUBJID, TRTSDT and TRTEDT are always there.

    Returns
    -------
    polars.DataFrame
        STUDYID, USUBJID, the variables of ADSL, and those of the list ``from_sdtm`` in
        ``adae.toml``, one row a row of AE, subjects in the order of ADSL; where AE has a grade,
        those of the list ``graded`` too.

    Raises
    ------
    DataError
        If a domain or column is missing, or rows contradict each other; every finding is named
        (``check_adae_domains`` returns the warnings as well).
    ValueError
        If ADSL lacks one of the variables.

    Notes
    -----
    A start that is known in part becomes the first day that it can be, not before TRTSDT where
    that is possible (ASTDTF); an end the last, not after death or the end of the study. A
    severity (ASEV) is no grade: ATOXGR is that of AETOXGR, or blank.

    Where an exposure has no end, the end of treatment is not known: every event after the start
    is emergent, and LDOSEDTM is blank after that exposure began.
    """
    source = take_domains(domains, ADAE_DOMAINS)
    refuse_errors(_find_errors(source, adsl), ("ADAE",))
    rows = add_doses(_date(source["AE"], adsl), read_intervals(source["EX"]))
    rows = _judge(rows, open_ended(source["EX"]), emergent_days)
    listed = read_variables("ADAE")
    graded = source["AE"]["AETOXGR"].is_not_null().any()
    names = (*listed.lists["from_sdtm"], *(listed.lists["graded"] if graded else ()))
    return merge_adsl(rows, adsl, ("TRTSDT", "TRTEDT", *adsl_variables), listed.named(names))


def check_adae_domains(
    domains: Mapping[str, pl.DataFrame], adsl: pl.DataFrame
) -> tuple[Finding, ...]:
    """Return what is wrong with the rows that ADAE is made of; errors stop ``adae_from_sdtm``.

    Parameters
    ----------
    domains, adsl
        As in ``adae_from_sdtm``.

    Raises
    ------
    DataError
        If a domain or column is missing.
    """
    return tuple(_find_errors(take_domains(domains, ADAE_DOMAINS), adsl))


def _find_errors(source: Frames, adsl: pl.DataFrame) -> list[Finding]:
    return [
        *source_checks.check_one_row(adsl, "ADSL"),
        *source_checks.check_subjects(source, adsl["USUBJID"]),
        *source_checks.check_dates(source),
        *source_checks.check_numbers(source),
        *source_checks.check_exposures(source["EX"]),
        *check_intervals(source["EX"]),
        *_check_words(source["AE"]),
    ]


def _check_words(events: pl.DataFrame) -> Iterator[Finding]:
    """Find severities and grades that are none: ASEVN and ATOXGRN are blank there."""
    for name, known in (("AESEV", tuple(SEVERITIES)), ("AETOXGR", _GRADES)):
        word = pl.col(name).str.to_uppercase()
        for row in events.filter(word.is_not_null() & ~word.is_in(known)).iter_rows(named=True):
            message = f"{name} {row[name]!r} is none of {', '.join(known)}"
            yield adam_finding("adam.severity_unknown", message, f"correct {name}", "AE", row)


def _date(events: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Add the analysis dates of start and end, their study days, and the duration."""
    dated = events.join(
        adsl.select("USUBJID", *_DATES), on="USUBJID", how="left", maintain_order="left"
    )
    dated = add_moment(dated, "AESTDTC", "AST", rule="first", time="first", bounds=("TRTSDT",))
    dated = add_moment(dated, "AEENDTC", "AEN", rule="last", time="last", bounds=("DTHDT", "EOSDT"))
    days = (pl.col("AENDT") - pl.col("ASTDT")).dt.total_days() + 1
    return dated.with_columns(
        study_day("ASTDT", "TRTSDT").alias("ASTDY"),
        study_day("AENDT", "TRTSDT").alias("AENDY"),
        days.alias("ADURN"),
        pl.when(days.is_not_null()).then(pl.lit("days")).alias("ADURU"),
        pl.col("AESEQ", "AESTDY", "AEENDY").cast(pl.Float64).cast(pl.Int64),
    )


def _judge(rows: pl.DataFrame, without_end: pl.Series, emergent_days: int) -> pl.DataFrame:
    """Add severity, causality, the emergent flag, and that of the worst emergent event."""
    severity, grade = pl.col("AESEV").str.to_uppercase(), pl.col("AETOXGR")
    rows = rows.with_columns(
        pl.col("AESEV").alias("ASEV"),
        severity.replace_strict(SEVERITIES, default=None, return_dtype=pl.Int64).alias("ASEVN"),
        pl.when(grade.is_in(_GRADES)).then(grade).alias("ATOXGR"),
        pl.when(grade.is_in(_GRADES)).then(grade.cast(pl.Int64, strict=False)).alias("ATOXGRN"),
        pl.col("AEREL").alias("AREL"),
        yes(is_emergent(without_end, emergent_days)).alias("TRTEMFL"),
    )
    return flag_worst(rows, "ASEVN" if rows["ASEVN"].is_not_null().any() else "ATOXGRN")


def is_emergent(without_end: pl.Series, emergent_days: int) -> pl.Expr:
    """Return where an event began on treatment, or at most so many days after it.

    An event that ended before treatment is not; one whose start is not known is, unless its end
    lies before treatment. Without an end of treatment every later event is.

    Source: ICH E9, glossary, treatment-emergent; admiral ``derive_var_trtemfl``.
    """
    start, end = pl.col("ASTDT"), pl.col("AENDT")
    last = pl.when(~pl.col("USUBJID").is_in(without_end.implode())).then("TRTEDT")
    in_time = (start <= last + pl.duration(days=emergent_days)).fill_null(value=True)
    begun = (start >= pl.col("TRTSDT")) & in_time
    before = (end < pl.col("TRTSDT")).fill_null(value=False)
    return pl.col("TRTSDT").is_not_null() & ~before & begun.fill_null(value=True)


def flag_worst(rows: pl.DataFrame, severity: str) -> pl.DataFrame:
    """Add AOCCIFL: of each subject's emergent events the first of the worst.

    Of two on one day the lower AESEQ counts; an event without a severity comes last.
    """
    order = rows.with_row_index("at").filter(pl.col("TRTEMFL") == "Y")
    first = order.sort(
        pl.col(severity),
        "ASTDTM",
        "AESEQ",
        descending=[True, False, False],
        nulls_last=True,
        maintain_order=True,
    ).unique("USUBJID", keep="first", maintain_order=True)["at"]  # fmt: skip
    at = pl.int_range(pl.len(), dtype=pl.UInt32)
    return rows.with_columns(yes(at.is_in(first.implode())).alias("AOCCIFL"))
