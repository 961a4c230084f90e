"""ADLB of SDTM domains: every laboratory result with its baseline, change, range and CTCAE grade.

Source: ADaM Implementation Guide 1.3, section 3.3; template ``ad_adlb`` of admiral 1.4.1
(Apache-2.0), in our own words. Oracle: ``tests/oracle/cdisc/test_safety_adam.py``; differences:
``docs/adam-comparison.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.adam import source_checks
from trialwright.cdisc.adam.adlb_grades import add_grades
from trialwright.cdisc.adam.adlb_parameters import (
    name_parameters,
    read_lab_parameters,
    shown_unit,
)
from trialwright.cdisc.adam.adlb_values import (
    add_baseline,
    add_changes,
    extreme_rows,
    flag_one,
    overall_grade,
    range_indicator,
    shift,
)
from trialwright.cdisc.adam.adsl_variables import merge_adsl
from trialwright.cdisc.adam.dates import study_day, whole_day
from trialwright.cdisc.adam.dosing_days import open_ended
from trialwright.cdisc.adam.rules import adam_finding
from trialwright.cdisc.adam.source import refuse_errors, take_domains
from trialwright.cdisc.adam.tumour_sums import add_sequence
from trialwright.cdisc.adam.variables import read_variables, yes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.dataset import Finding

    Frames = Mapping[str, pl.DataFrame]

ADLB_DOMAINS = ("LB", "EX")
_BASELINE = "Baseline"
_CALCULATED = "CALCULATION"
_LEUKOCYTES, _BLOOD_COUNT = "WBC", "HEMATOLOGY"
_OF_ADSL = ("TRTSDT", "TRTEDT", "TRT01P", "TRT01A")
_VISIT = ("USUBJID", "DOMAIN", "VISIT", "VISITNUM", "ADT", "ADY", *_OF_ADSL)
_FLOATS = ("LBSTRESN", "LBSTNRLO", "LBSTNRHI", "VISITNUM")
_COUNTS = ("LBSEQ", "LBDY", "VISITDY")


def adlb_from_sdtm(
    domains: Mapping[str, pl.DataFrame],
    adsl: pl.DataFrame,
    *,
    ctcae_version: str,
    significant_digits: int,
    adsl_variables: Sequence[str] = (),
) -> pl.DataFrame:
    """Derive ADLB from SDTM domains.

    Parameters
    ----------
    domains : mapping of str to polars.DataFrame
        LB and EX by their code (``read_domains``).
    adsl : polars.DataFrame
        From ``adsl_from_sdtm``.
    ctcae_version : {"4.03", "5.0", "6.0"}
        The version by which results are graded.
    significant_digits : int
        Digits to which a result and a threshold are rounded before they are compared.
    adsl_variables : sequence of str
        Variables of ADSL to add; STUDYID, USUBJID, TRTSDT, TRTEDT, TRT01P and TRT01A are there.

    Returns
    -------
    polars.DataFrame
        STUDYID, USUBJID, the variables of ADSL, and those of the list ``from_sdtm`` in
        ``adlb.toml``: a row for each row of LB; for a count of basophils or lymphocytes that only
        a fraction tells (DTYPE CALCULATION); and for the lowest, highest and last result on
        treatment of each test (MINIMUM, MAXIMUM, LOV).

    Raises
    ------
    DataError
        If a domain or column is missing, rows contradict each other, or one test has several
        units; every finding is named (``check_adlb_domains`` returns the warnings as well).
    ValueError
        If ADSL lacks one of the variables, or there is no such version.

    Notes
    -----
    Baseline is the last result up to the day of the first treatment. On treatment (ONTRTFL) is
    after that day, up to the last treatment; where an exposure has no end, from then on. A result
    such as ``<3.42`` has no AVAL, only AVALC.
    """
    source = take_domains(domains, ADLB_DOMAINS)
    refuse_errors(_find_errors(source, adsl), ("ADLB",))
    rows = _add_counts(_read(source["LB"], adsl))
    rows = _place(rows, open_ended(source["EX"]))
    rows = _flag(_grade(_compare(rows), ctcae_version, significant_digits))
    both = pl.concat([rows, extreme_rows(rows)])
    listed = read_variables("ADLB").columns("from_sdtm")
    merged = merge_adsl(both, adsl, (*_OF_ADSL, *adsl_variables), listed)
    return add_sequence(merged, "PARAMCD", "ADT", "AVISITN", "VISITNUM").select(merged.columns)


def check_adlb_domains(
    domains: Mapping[str, pl.DataFrame], adsl: pl.DataFrame
) -> tuple[Finding, ...]:
    """Return what is wrong with the rows that ADLB is made of; errors stop ``adlb_from_sdtm``.

    Parameters
    ----------
    domains, adsl
        As in ``adlb_from_sdtm``.

    Raises
    ------
    DataError
        If a domain or column is missing.
    """
    return tuple(_find_errors(take_domains(domains, ADLB_DOMAINS), adsl))


def _find_errors(source: Frames, adsl: pl.DataFrame) -> list[Finding]:
    return [
        *source_checks.check_one_row(adsl, "ADSL"),
        *source_checks.check_subjects(source, adsl["USUBJID"]),
        *source_checks.check_dates(source),
        *source_checks.check_numbers(source),
        *source_checks.check_exposures(source["EX"]),
        *_check_samples(source["LB"]),
    ]


def _check_samples(samples: pl.DataFrame) -> Iterator[Finding]:
    """Find tests with several units, tests without a parameter, and results without a day."""
    unnamed = samples.filter(pl.col("LBTESTCD").is_null())
    if not unnamed.is_empty():
        message = f"{unnamed.height} row(s) of LB do not say what was tested (LBTESTCD)"
        row = unnamed.row(0, named=True)
        yield adam_finding("adam.test_blank", message, "write LBTESTCD", "LB", row)
        return
    named = name_parameters(samples).with_columns(shown_unit().alias("unit"))
    by_test = named.group_by("PARAMCD", maintain_order=True).agg(
        pl.col("unit").drop_nulls().unique().sort(), pl.col("LBTESTCD", "USUBJID", "row").first()
    )
    for row in by_test.filter(pl.col("unit").list.len() > 1).iter_rows(named=True):
        message = f"{row['LBTESTCD']} is given in {' and '.join(row['unit'])}"
        mend = "give one standard unit (LBSTRESU) for each test"
        yield adam_finding("adam.units_mixed", message, mend, "LB", row)
    known = read_lab_parameters().tests
    for row in by_test.filter(~pl.col("LBTESTCD").is_in(list(known))).iter_rows(named=True):
        message = f"{row['LBTESTCD']} has no parameter of its own: its code and name are used"
        yield adam_finding("adam.test_unlisted", message, "nothing to do", "LB", row)
    undated = samples.filter(whole_day("LBDTC").is_null())
    for row in undated.iter_rows(named=True):
        message = f"{row['LBTESTCD']}: LBDTC {row['LBDTC'] or '(blank)'} is no whole day: ADT blank"
        yield adam_finding("adam.date_partial", message, "write the whole date", "LB", row)


def _read(samples: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Read date, value, unit and limits of each row of LB, and name its parameter."""
    number = pl.col("LBSTRESC").cast(pl.Float64, strict=False)
    rows = samples.join(
        adsl.select("USUBJID", *_OF_ADSL), on="USUBJID", how="left", maintain_order="left"
    ).with_columns(
        pl.col(_FLOATS).cast(pl.Float64),
        pl.col(_COUNTS).cast(pl.Float64).cast(pl.Int64),
        whole_day("LBDTC").alias("ADT"),
        pl.lit(None, pl.String).alias("DTYPE"),
    )
    return name_parameters(rows).with_columns(
        study_day("ADT", "TRTSDT").alias("ADY"),
        pl.col("LBCAT").alias("PARCAT1"),
        pl.col("LBSTRESN").alias("AVAL"),
        pl.when(number.ne_missing(pl.col("LBSTRESN")) | pl.col("LBSTRESN").is_null())
        .then("LBSTRESC")
        .alias("AVALC"),
        pl.col("LBSTNRLO").alias("ANRLO"),
        pl.col("LBSTNRHI").alias("ANRHI"),
    )


def _add_counts(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the counts that are a fraction of the leukocytes, where the count itself is missing.

    Of a visit with two results of the fraction or of the leukocytes no count is made.
    """
    listed = read_lab_parameters()
    made = []
    for fraction, test in listed.fractions.items():
        code, _, number = listed.tests[test]
        parts = [
            rows.filter(pl.col("PARAMCD") == name)
            .select(
                *_VISIT, pl.col("AVAL").alias(name), pl.col("LBSTRESU").alias(f"unit of {name}")
            )
            .filter(~pl.struct(_VISIT).is_duplicated())
            for name in (fraction, _LEUKOCYTES)
        ]
        named = rows.filter(pl.col("PARAMCD") == code)["PARAM"].first()
        counted = (
            parts[0]
            .join(parts[1], on=_VISIT, nulls_equal=True, maintain_order="left")
            .join(
                rows.filter(pl.col("PARAMCD") == code),
                on=_VISIT,
                how="anti",
                nulls_equal=True,
                maintain_order="left",
            )
            .filter(pl.col(f"unit of {fraction}") == "FRACTION")
            .select(
                *_VISIT,
                pl.col(_LEUKOCYTES).mul(pl.col(fraction)).alias("AVAL"),
                pl.lit(code).alias("PARAMCD"),
                pl.lit(named, pl.String).alias("PARAM"),
                pl.lit(number, pl.Int64).alias("PARAMN"),
                pl.lit(_CALCULATED).alias("DTYPE"),
                pl.lit(_BLOOD_COUNT).alias("PARCAT1"),
            )
        )
        made.append(counted.drop_nulls("AVAL"))
    return pl.concat([rows, *made], how="diagonal")


def _place(rows: pl.DataFrame, without_end: pl.Series) -> pl.DataFrame:
    """Add the analysis visit, and whether the subject was on treatment."""
    screening = pl.col("VISIT").str.to_uppercase().str.contains("SCREEN")
    visit = pl.when(screening).then(pl.lit(_BASELINE)).otherwise(pl.col("VISIT").str.to_titlecase())
    day, start = pl.col("ADT"), pl.col("TRTSDT")
    end = pl.when(~pl.col("USUBJID").is_in(without_end.implode())).then("TRTEDT")
    before_first = pl.col("AVISIT") == _BASELINE
    after = (day > start) & (day <= end).fill_null(value=True)
    return rows.with_columns(visit.alias("AVISIT")).with_columns(
        pl.when(before_first).then(0.0).otherwise("VISITNUM").alias("AVISITN"),
        yes(after | ((day == start) & ~before_first)).alias("ONTRTFL"),
        pl.lit("LAST").alias("BASETYPE"),
        pl.col("TRT01P").alias("TRTP"),
        pl.col("TRT01A").alias("TRTA"),
    )


def _compare(rows: pl.DataFrame) -> pl.DataFrame:
    """Add baseline, range and changes."""
    before = pl.col("AVAL").is_not_null() & (pl.col("ADT") <= pl.col("TRTSDT"))
    flagged = flag_one(
        rows.with_columns(range_indicator().alias("ANRIND")),
        "ABLFL", before, ("USUBJID", "PARAMCD"), ("ADT", "VISITNUM", "LBSEQ"),
    )  # fmt: skip
    based = add_baseline(flagged, {"BASE": "AVAL", "BASEC": "AVALC", "BNRIND": "ANRIND"})
    return add_changes(based, pl.col("AVISITN") > 0).with_columns(
        shift("BNRIND", "ANRIND").alias("SHIFT1")
    )


def _grade(rows: pl.DataFrame, version: str, digits: int) -> pl.DataFrame:
    """Add the grades, those of the baseline, and the shift between them."""
    graded = add_grades(rows, version, digits).with_columns(overall_grade().alias("ATOXGR"))
    names = ("TOXGRL", "TOXGRH", "TOXGR")
    based = add_baseline(graded, {f"B{name}": f"A{name}" for name in names})
    has_term = pl.col("ATOXDSCL").is_not_null() | pl.col("ATOXDSCH").is_not_null()
    return based.with_columns(pl.when(has_term).then(shift("BTOXGR", "ATOXGR")).alias("SHIFT2"))


def _flag(rows: pl.DataFrame) -> pl.DataFrame:
    """Flag the last result of each visit, and the last of all, on treatment."""
    on, order = pl.col("ONTRTFL") == "Y", ("ADT", "AVAL")
    visit = ("USUBJID", "PARAMCD", "AVISIT")
    flagged = flag_one(rows, "ANL01FL", on & pl.col("AVISITN").is_not_null(), visit, order)
    return flag_one(flagged, "LVOTFL", on, ("USUBJID", "PARAMCD"), order)
