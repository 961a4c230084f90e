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
from trialwright.safety.emergence import close_window, judge_emergence
from trialwright.safety.onset import PossibleDays
from trialwright.safety.windows import STUDY_TREATMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.dataset import Finding
    from trialwright.safety.emergence import UnknownOnset

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
    unknown_onset: UnknownOnset = "emergent",
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
    unknown_onset : {"emergent", "not_emergent"}
        Whether an event is whose start is not known and whose end does not tell; the template of
        admiral counts it.
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
    rows = _judge(rows, open_ended(source["EX"]), emergent_days, unknown_onset)
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


def _judge(
    rows: pl.DataFrame, without_end: pl.Series, emergent_days: int, unknown_onset: UnknownOnset
) -> pl.DataFrame:
    """Add severity, causality, the emergent flag, and that of the worst emergent event."""
    severity, grade = pl.col("AESEV").str.to_uppercase(), pl.col("AETOXGR")
    rows = rows.with_columns(
        pl.col("AESEV").alias("ASEV"),
        severity.replace_strict(SEVERITIES, default=None, return_dtype=pl.Int64).alias("ASEVN"),
        pl.when(grade.is_in(_GRADES)).then(grade).alias("ATOXGR"),
        pl.when(grade.is_in(_GRADES)).then(grade.cast(pl.Int64, strict=False)).alias("ATOXGRN"),
        pl.col("AEREL").alias("AREL"),
    )
    emergent = _are_emergent(rows, without_end, emergent_days, unknown_onset)
    rows = rows.with_columns(yes(pl.lit(emergent)).alias("TRTEMFL"))
    worst = "ASEVN" if rows["ASEVN"].is_not_null().any() else "ATOXGRN"
    return flag_worst(rows, "AOCCIFL", ("USUBJID",), worst, ("ASTDTM", "AESEQ"))


def _are_emergent(
    rows: pl.DataFrame, without_end: pl.Series, emergent_days: int, unknown_onset: UnknownOnset
) -> pl.Series:
    """Ask the rule of our own events about each row; an end that is not known is no end yet."""
    going_on = set(without_end)
    columns = rows.select("USUBJID", "TRTSDT", "TRTEDT", "ASTDT", "AENDT")
    found = []
    for subject, first, last, start, end in columns.iter_rows():
        window = close_window(
            STUDY_TREATMENT,
            first,
            last,
            days=emergent_days,
            goes_on=subject in going_on,
            new_therapy=None,
        )
        judged = judge_emergence(
            PossibleDays(None, start, start),
            PossibleDays(None, end, end),
            window,
            grade=None,
            grade_before=None,
            unknown_onset=unknown_onset,
        )
        found.append(judged.emergent)
    return pl.Series(found, dtype=pl.Boolean)


def flag_worst(
    rows: pl.DataFrame, name: str, of: Sequence[str], severity: str, order: Sequence[str] = ()
) -> pl.DataFrame:
    """Flag with ``Y`` the first of the worst emergent events of each group.

    Parameters
    ----------
    rows : polars.DataFrame
        The events, with TRTEMFL.
    name : str
        The flag.
    of : sequence of str
        What makes a group.
    severity : str
        A number, the higher the worse; an event without it comes last.
    order : sequence of str
        By what the first of the worst is the first, before the order of the rows.
    """
    emergent = rows.with_row_index("at").filter(pl.col("TRTEMFL") == "Y")
    first = emergent.sort(
        -pl.col(severity), *order, nulls_last=True, maintain_order=True
    ).unique(of, keep="first", maintain_order=True)["at"]  # fmt: skip
    at = pl.int_range(pl.len(), dtype=pl.UInt32)
    return rows.with_columns(yes(at.is_in(first.implode())).alias(name))
