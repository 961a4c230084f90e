"""ADSL of SDTM domains: one row a subject, as admiral's template derives it.

Source: template ``ad_adsl`` of admiral 1.4.1 (Apache-2.0), in our own words; ADaM Implementation
Guide 1.3, section 3.2. Oracle: ``tests/oracle/cdisc/test_adsl.py``; differences:
``docs/adam-comparison.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam import source_checks
from trialwright.cdisc.adam.dates import date_flag, datetime_of, first_day, time_flag, whole_day
from trialwright.cdisc.adam.disposition import end_status, status_without_end
from trialwright.cdisc.adam.durations import add_durations, latest_day
from trialwright.cdisc.adam.source import refuse_errors, take_domains
from trialwright.cdisc.adam.variables import (
    read_variables,
    select_variables,
    yes_or_no,
)
from trialwright.cdisc.codes import DISPOSITION_SCOPES, PLACEBO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.dataset import Finding

ADSL_DOMAINS = ("DM", "DS", "EX", "AE", "LB")
_NORTH_AMERICA = ("CAN", "USA")
_ADULT, _ELDERLY = 18, 64  # the groups are below 18, 18 to 64, and above
_DEATH_DUE_TO = "DEATH DUE TO"
_PROGRESSION = "PROGRESSIVE DISEASE|DISEASE RELAPSE"


def adsl_from_sdtm(domains: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Derive ADSL from SDTM domains.

    Parameters
    ----------
    domains : mapping of str to polars.DataFrame
        DM, DS, EX, AE and LB by their code (``read_domains``). A domain that was not collected
        is an empty frame with its columns.

    Returns
    -------
    polars.DataFrame
        One row a subject of DM, in its order: the 55 variables of the list ``from_sdtm`` in
        ``adsl.toml``. Dates are dates, the ``--DTC`` of SDTM stay texts.

    Raises
    ------
    DataError
        If a domain or column is missing, or rows contradict each other; every finding is named
        (``check_adsl_domains`` returns the warnings as well).

    Notes
    -----
    What admiral's template calls ``Missing`` (an age, race or country that is blank) is blank
    here.
    """
    source = take_domains(domains, ADSL_DOMAINS)
    refuse_errors(_find_errors(source), ("ADSL",))
    return select_variables(_derive(source), read_variables("ADSL").columns("from_sdtm"))


def check_adsl_domains(domains: Mapping[str, pl.DataFrame]) -> tuple[Finding, ...]:
    """Return what is wrong with the rows that ADSL is made of; errors stop ``adsl_from_sdtm``.

    Parameters
    ----------
    domains : mapping of str to polars.DataFrame
        As in ``adsl_from_sdtm``.

    Raises
    ------
    DataError
        If a domain or column is missing.
    """
    source = take_domains(domains, ADSL_DOMAINS)
    found = _find_errors(source)
    if not any(one.severity == "error" for one in found):
        found += source_checks.check_order(_derive(source))
    return tuple(found)


def _find_errors(source: Mapping[str, pl.DataFrame]) -> list[Finding]:
    events = source["DS"]
    ends = events.filter(_is_end_of_study())
    return [
        *source_checks.check_one_row(source["DM"], "DM"),
        *source_checks.check_subjects(source, source["DM"]["USUBJID"]),
        *source_checks.check_dates(source),
        *source_checks.check_numbers(source),
        *source_checks.check_exposures(source["EX"]),
        *source_checks.check_once(ends, "the end of the study"),
        *source_checks.check_once(events.filter(_is_final_retrieval()), "FINAL RETRIEVAL VISIT"),
        *source_checks.check_once(events.filter(_is_randomisation()), "RANDOMIZED"),
    ]


def _derive(source: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    subjects = _join(
        source["DM"].with_columns(
            pl.col("ARM").alias("TRT01P"),
            pl.col("ACTARM").alias("TRT01A"),
            pl.col("AGE", "DMDY").cast(pl.Float64).cast(pl.Int64),
            first_day("DTHDTC").alias("DTHDT"),
            date_flag("DTHDTC").alias("DTHDTF"),
        ),
        _find_treatment(source["EX"]),
        _read_dispositions(source["DS"]),
        _find_causes(source["AE"], source["DS"]),
    )
    alive = latest_day(
        [
            *_contacts(source),
            subjects.select("USUBJID", pl.col("TRTEDT").alias("day")),
        ]
    )
    return add_durations(
        _join(subjects, alive).with_columns(
            pl.when(~pl.col("failed").fill_null(value=False))
            .then(pl.coalesce("EOSSTT", status_without_end(pl.col("DTHDT").is_not_null())))
            .alias("EOSSTT"),
            yes_or_no(pl.col("treated").fill_null(value=False)).alias("SAFFL"),
            _group_age().alias("AGEGR1"),
            _one_of("RACE", ("WHITE",), "White", "Non-white").alias("RACEGR1"),
            _one_of("COUNTRY", _NORTH_AMERICA, "NA", "RoW").alias("REGION1"),
            _group_cause().alias("DTHCGR1"),
        )
    )


def _join(subjects: pl.DataFrame, *frames: pl.DataFrame) -> pl.DataFrame:
    """Add the columns of frames with one row a subject."""
    for frame in frames:
        subjects = subjects.join(
            frame, on="USUBJID", how="left", validate="1:1", maintain_order="left"
        )
    return subjects


def _find_treatment(exposures: pl.DataFrame) -> pl.DataFrame:
    """Return whether each subject was treated, and first and last treatment with their flags.

    A dose of 0 is a treatment only of placebo; a day is never completed, a time is: of the
    start to the first second, of the end to the last.
    """
    dose = pl.col("EXDOSE").cast(pl.Float64)
    placebo = (dose == 0) & pl.col("EXTRT").str.contains(PLACEBO, literal=True)
    given = exposures.filter((dose > 0) | placebo)
    order = pl.col("EXSEQ").cast(pl.Float64).alias("seq")
    start = given.select(
        "USUBJID", order, datetime_of("EXSTDTC", missing="first").alias("TRTSDTM"),
        time_flag("EXSTDTC").alias("TRTSTMF"),
    )  # fmt: skip
    end = given.select(
        "USUBJID", order, datetime_of("EXENDTC", missing="last").alias("TRTEDTM"),
        time_flag("EXENDTC").alias("TRTETMF"),
    )  # fmt: skip
    return _join(
        given.select("USUBJID", treated=pl.lit(value=True)).unique(maintain_order=True),
        _one_row(start, "TRTSDTM", keep_last=False),
        _one_row(end, "TRTEDTM", keep_last=True),
    ).with_columns(TRTSDT=pl.col("TRTSDTM").dt.date(), TRTEDT=pl.col("TRTEDTM").dt.date())


def _one_row(rows: pl.DataFrame, time: str, *, keep_last: bool) -> pl.DataFrame:
    """Return each subject's row of the first or the last time."""
    keep = "last" if keep_last else "first"
    dated = rows.drop_nulls(time).sort(time, "seq", maintain_order=True)
    return dated.unique("USUBJID", keep=keep, maintain_order=True).drop("seq")  # type: ignore[arg-type]


def _read_dispositions(events: pl.DataFrame) -> pl.DataFrame:
    """Return enrolment, final visit, screen failure and end of study of each subject in DS."""
    day, event = whole_day("DSSTDTC"), pl.col("DSDECOD")
    ended, failed = _is_end_of_study(), event == "SCREEN FAILURE"
    return events.group_by("USUBJID", maintain_order=True).agg(
        day.filter(ended, failed).first().alias("SCRFDT"),
        day.filter(ended, ~failed).first().alias("EOSDT"),
        end_status(pl.col("DSDECOD")).filter(ended).first().alias("EOSSTT"),
        (ended & failed).any().alias("failed"),
        day.filter(_is_final_retrieval()).first().alias("FRVDT"),
        day.filter(_is_randomisation()).first().alias("RANDDT"),
    )


def _is_end_of_study() -> pl.Expr:
    """Return where a row of DS is the end of the study, not of treatment alone."""
    scope = pl.col("DSSCAT").str.to_uppercase()
    named = scope.replace_strict(DISPOSITION_SCOPES, default=None, return_dtype=pl.String)
    of_study = named.fill_null("study") == "study"
    return ((pl.col("DSCAT") == "DISPOSITION EVENT") & of_study).fill_null(value=False)


def _is_final_retrieval() -> pl.Expr:
    other = pl.col("DSCAT") == "OTHER EVENT"
    return (other & (pl.col("DSDECOD") == "FINAL RETRIEVAL VISIT")).fill_null(value=False)


def _is_randomisation() -> pl.Expr:
    return (pl.col("DSDECOD") == "RANDOMIZED").fill_null(value=False)


def _find_causes(events: pl.DataFrame, dispositions: pl.DataFrame) -> pl.DataFrame:
    """Return the cause of each death and its domain: a fatal event, else what DS says."""
    fatal = events.filter(pl.col("AEOUT") == "FATAL").sort(
        pl.col("AESEQ").cast(pl.Float64), maintain_order=True
    )
    said = dispositions.filter(
        pl.col("DSDECOD") == "DEATH", pl.col("DSTERM").str.contains(_DEATH_DUE_TO, literal=True)
    )
    causes = [
        fatal.select("USUBJID", DTHCAUS="AEDECOD", DTHDOM=pl.lit("AE")),
        said.select("USUBJID", DTHCAUS="DSTERM", DTHDOM=pl.lit("DS")),
    ]
    return pl.concat(causes).unique("USUBJID", keep="first", maintain_order=True)


def _contacts(source: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """Return the days on which events began and ended and samples were taken."""
    columns = (("AE", "AESTDTC"), ("AE", "AEENDTC"), ("LB", "LBDTC"))
    return [source[code].select("USUBJID", first_day(name).alias("day")) for code, name in columns]


def _group_cause() -> pl.Expr:
    return (
        pl.when(pl.col("DTHDOM") == "AE")
        .then(pl.lit("ADVERSE EVENT"))
        .when(pl.col("DTHCAUS").str.contains(_PROGRESSION))
        .then(pl.lit("PROGRESSIVE DISEASE"))
        .when(pl.col("DTHDOM").is_not_null())
        .then(pl.lit("OTHER"))
    )


def _group_age() -> pl.Expr:
    age = pl.col("AGE")
    return (
        pl.when(age < _ADULT)
        .then(pl.lit(f"<{_ADULT}"))
        .when(age <= _ELDERLY)
        .then(pl.lit(f"{_ADULT}-{_ELDERLY}"))
        .when(age > _ELDERLY)
        .then(pl.lit(f">{_ELDERLY}"))
    )


def _one_of(name: str, members: tuple[str, ...], inside: str, outside: str) -> pl.Expr:
    """Return one word for the members of a group and another for the rest; blank stays blank."""
    held = pl.col(name).is_in(members)
    return pl.when(held).then(pl.lit(inside)).when(~held).then(pl.lit(outside))
