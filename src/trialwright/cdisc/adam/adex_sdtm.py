"""ADEX of SDTM domains: each interval of constant dosing, and what they add up to.

Source: ADaM Implementation Guide 1.3, section 3.3; template ``ad_adex`` of admiral 1.4.1
(Apache-2.0), in our own words. Oracle: ``tests/oracle/cdisc/test_safety_adam.py``; differences:
``docs/adam-comparison.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam import source_checks
from trialwright.cdisc.adam.adex_parameters import name_parameters
from trialwright.cdisc.adam.adsl_variables import merge_adsl
from trialwright.cdisc.adam.completed_dates import add_moment
from trialwright.cdisc.adam.dates import study_day
from trialwright.cdisc.adam.dosing_days import check_intervals, doses_a_day
from trialwright.cdisc.adam.rules import adam_finding
from trialwright.cdisc.adam.source import refuse_errors, take_domains
from trialwright.cdisc.adam.tumour_sums import add_sequence
from trialwright.cdisc.adam.variables import read_variables, yes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.dataset import Finding

ADEX_DOMAINS = ("EX",)
INDIVIDUAL, OVERALL = "INDIVIDUAL", "OVERALL"
_UNIT = "MG"
_NUMBERS = ("EXDOSE", "EXPLDOS", "VISITNUM")
_COUNTS = ("EXSEQ", "EXSTDY", "EXENDY", "VISITDY")
_ADDED = {"DURD": "EXDURD", "DOSE": "DOSEO", "PLDOSE": "PDOSEO"}


@dataclass(frozen=True, slots=True)
class StudyPart:
    """A part of the study over which exposure is added up as well.

    Parameters
    ----------
    category : str
        PARCAT1, such as ``WEEK 2-24``.
    label : str
        How PARAM names it, such as ``W2-W24``.
    visits : tuple of str
        The visits (VISIT) whose intervals belong to it.
    """

    category: str
    label: str
    visits: tuple[str, ...]


def adex_from_sdtm(
    domains: Mapping[str, pl.DataFrame],
    adsl: pl.DataFrame,
    *,
    part: StudyPart | None = None,
    adsl_variables: Sequence[str] = (),
) -> pl.DataFrame:
    """Derive ADEX from SDTM domains.

    Parameters
    ----------
    domains : mapping of str to polars.DataFrame
        EX by its code (``read_domains``). Its column EXPLDOS, the planned dose, comes from SUPPEX.
    adsl : polars.DataFrame
        From ``adsl_from_sdtm``.
    part : StudyPart, optional
        A part of the study that is added up beside the whole.
    adsl_variables : sequence of str
        Variables of ADSL to add; STUDYID, USUBJID and TRTSDT are always there.

    Returns
    -------
    polars.DataFrame
        STUDYID, USUBJID, the variables of ADSL, and those of the list ``from_sdtm`` in
        ``adex.toml``. Of each interval of EX: its days (DURD), dose (DOSE), planned dose (PLDOSE)
        and whether it was adjusted (ADJ, ADJAE); of each subject the totals TDURD, TDOSE, TPDOSE,
        TADJ, TADJAE, the dose a day (AVDDSE) and the dose intensity (TDOSINT); and the same of
        the part. Without planned doses there is no PLDOSE, TPDOSE and TDOSINT.

    Raises
    ------
    DataError
        If a domain or column is missing, rows contradict each other, a dose is not in mg, or a
        subject has several treatments, whose doses cannot be added; every finding is named
        (``check_adex_domains`` returns the warnings as well).
    ValueError
        If ADSL lacks one of the variables.

    Notes
    -----
    A total that holds an interval without an end, a dose, or the days of its doses is blank: what
    was given is not known, and is more than the rest.
    """
    source = take_domains(domains, ADEX_DOMAINS)
    refuse_errors(_find_errors(source, adsl), ("ADEX",))
    intervals = _measure(source["EX"], adsl)
    planned = intervals["EXPLDOS"].is_not_null().any()
    rows = [*_list_intervals(intervals, planned=planned)]
    rows.append(_add_up(intervals, "T", OVERALL, planned=planned))
    if part is not None:
        within = intervals.filter(pl.col("VISIT").is_in(part.visits))
        rows.append(_add_up(within, "P", part.category, planned=planned))
    named = name_parameters(pl.concat(rows, how="diagonal"), "" if part is None else part.label)
    listed = read_variables("ADEX").columns("from_sdtm")
    merged = merge_adsl(named, adsl, ("TRTSDT", *adsl_variables), listed)
    order = ("PARCAT1", "ASTDT", "VISIT", "VISITNUM", "EXSEQ", "PARAMN")
    return add_sequence(merged, *order).select(merged.columns)


def check_adex_domains(
    domains: Mapping[str, pl.DataFrame], adsl: pl.DataFrame
) -> tuple[Finding, ...]:
    """Return what is wrong with the rows that ADEX is made of; errors stop ``adex_from_sdtm``.

    Parameters
    ----------
    domains, adsl
        As in ``adex_from_sdtm``.

    Raises
    ------
    DataError
        If a domain or column is missing.
    """
    return tuple(_find_errors(take_domains(domains, ADEX_DOMAINS), adsl))


def _find_errors(source: Mapping[str, pl.DataFrame], adsl: pl.DataFrame) -> list[Finding]:
    return [
        *source_checks.check_one_row(adsl, "ADSL"),
        *source_checks.check_subjects(source, adsl["USUBJID"]),
        *source_checks.check_dates(source),
        *source_checks.check_numbers(source),
        *source_checks.check_exposures(source["EX"]),
        *check_intervals(source["EX"]),
        *_check_sums(source["EX"]),
    ]


def _check_sums(exposures: pl.DataFrame) -> Iterator[Finding]:
    """Find doses that cannot be added up: not in mg, or of several treatments."""
    other = pl.col("EXDOSU").str.to_uppercase() != _UNIT
    for row in exposures.filter(other.fill_null(value=True)).iter_rows(named=True):
        message = f"{row['EXTRT']}: the dose is in {row['EXDOSU'] or '(blank)'}, not in mg"
        yield adam_finding("adam.dose_unit", message, "write the dose in mg", "EX", row)
    several = exposures.group_by("USUBJID", maintain_order=True).agg(
        pl.col("EXTRT").drop_nulls().unique().sort()
    )
    for row in several.filter(pl.col("EXTRT").list.len() > 1).iter_rows(named=True):
        message = f"{', '.join(row['EXTRT'])}: doses of several treatments cannot be added up"
        mend = "derive ADEX of one treatment at a time"
        yield adam_finding("adam.doses_mixed", message, mend, "EX", row)


def _measure(exposures: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Add the analysis dates, days and doses of each interval."""
    rows = exposures.join(
        adsl.select("USUBJID", "TRTSDT"), on="USUBJID", how="left", maintain_order="left"
    )
    rows = add_moment(rows, "EXSTDTC", "AST", rule="first", time="first")
    rows = add_moment(rows, "EXENDTC", "AEN", rule="last", time="first")
    days = (pl.col("AENDT") - pl.col("ASTDT")).dt.total_days() + 1
    doses = pl.coalesce(doses_a_day() * days, pl.when(days == 1).then(1))
    return rows.with_columns(
        study_day("ASTDT", "TRTSDT").alias("ASTDY"),
        study_day("AENDT", "TRTSDT").alias("AENDY"),
        days.alias("EXDURD"),
        doses.alias("doses"),
        pl.col(_NUMBERS).cast(pl.Float64, strict=False),
        pl.col(_COUNTS).cast(pl.Float64, strict=False).cast(pl.Int64, strict=False),
    ).with_columns(
        (pl.col("EXDOSE") * pl.col("doses")).alias("DOSEO"),
        (pl.col("EXPLDOS") * pl.col("doses")).alias("PDOSEO"),
        yes(pl.col("EXADJ").is_not_null()).alias("adjusted"),
        yes(pl.col("EXADJ").str.to_uppercase() == "ADVERSE EVENT").alias("adjusted_ae"),
    )


def _list_intervals(intervals: pl.DataFrame, *, planned: bool) -> Iterator[pl.DataFrame]:
    """Yield the rows of the intervals, one frame a parameter."""
    for code, column in _ADDED.items():
        if planned or code != "PLDOSE":
            yield intervals.with_columns(
                pl.lit(code).alias("PARAMCD"),
                pl.col(column).cast(pl.Float64).alias("AVAL"),
                pl.lit(INDIVIDUAL).alias("PARCAT1"),
            )
    for code, column in (("ADJ", "adjusted"), ("ADJAE", "adjusted_ae")):
        yield intervals.with_columns(
            pl.lit(code).alias("PARAMCD"),
            pl.col(column).alias("AVALC"),
            pl.lit(INDIVIDUAL).alias("PARCAT1"),
        )


def _add_up(intervals: pl.DataFrame, prefix: str, category: str, *, planned: bool) -> pl.DataFrame:
    """Return the totals of each subject, one row a parameter."""
    totals = intervals.group_by("USUBJID", maintain_order=True).agg(
        pl.col("ASTDT", "ASTDTM").min(),
        *(_known(name, pl.col(name).max()) for name in ("AENDT", "AENDTM")),
        *(
            _known(column, pl.col(column).sum()).cast(pl.Float64).alias(code)
            for code, column in _ADDED.items()
        ),
        pl.col("adjusted", "adjusted_ae").drop_nulls().first(),
    )
    codes = {
        f"{prefix}DURD": pl.col("DURD"),
        f"{prefix}DOSE": pl.col("DOSE"),
        "AVDDSE" if prefix == "T" else f"{prefix}AVDDSE": pl.col("DOSE") / pl.col("DURD"),
    }
    if planned:
        intensity = pl.when(pl.col("PLDOSE") > 0).then(pl.col("DOSE") / pl.col("PLDOSE") * 100)
        codes |= {f"{prefix}PDOSE": pl.col("PLDOSE"), f"{prefix}DOSINT": intensity}
    words = {f"{prefix}ADJ": pl.col("adjusted"), f"{prefix}ADJAE": pl.col("adjusted_ae")}
    shared = ("USUBJID", "ASTDT", "ASTDTM", "AENDT", "AENDTM")
    of_numbers = [
        totals.select(*shared, PARAMCD=pl.lit(code), AVAL=value) for code, value in codes.items()
    ]
    of_words = [
        totals.select(*shared, PARAMCD=pl.lit(code), AVALC=value) for code, value in words.items()
    ]
    return pl.concat([*of_numbers, *of_words], how="diagonal").with_columns(
        pl.lit(category).alias("PARCAT1")
    )


def _known(name: str, value: pl.Expr) -> pl.Expr:
    """Return a value over intervals; blank if one of them does not hold its part of it."""
    return pl.when(pl.col(name).is_not_null().all()).then(value).alias(name)
