"""ADTR of SDTM domains: target lesions and their sum by the investigator, as admiralonco has it.

Source: template ``ad_adtr`` of admiralonco 1.4.0 (Apache-2.0), in our own words. Oracle:
``tests/oracle/cdisc/test_adtr.py``; differences: ``docs/adam-comparison.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl

from trialwright.cdisc.adam import source_checks, tumour_checks
from trialwright.cdisc.adam.adsl_variables import merge_adsl
from trialwright.cdisc.adam.dates import date_flag, first_day, study_day
from trialwright.cdisc.adam.source import refuse_errors, take_domains
from trialwright.cdisc.adam.tumour_sums import (
    BASELINE,
    SUM,
    TARGETS,
    add_changes,
    add_sequence,
    flag_progression,
    lesion_parameter,
    number_lesions,
)
from trialwright.cdisc.adam.variables import read_variables, yes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trialwright.dataset import Finding

    Frames = dict[str, pl.DataFrame]

Reference = Literal["RANDDT", "TRTSDT"]
ADTR_DOMAINS = ("TU", "TR", "RS")

_DIAMETERS = ("LDIAM", "LPERP")
_NODE = "LYMPH NODE"
_CATEGORIES = {"PARCAT1": TARGETS, "PARCAT2": "Investigator", "PARCAT3": "RECIST 1.1"}


def adtr_from_sdtm(
    domains: Mapping[str, pl.DataFrame],
    adsl: pl.DataFrame,
    *,
    adsl_variables: Sequence[str] = (),
    reference: Reference = "RANDDT",
) -> pl.DataFrame:
    """Derive ADTR from SDTM domains.

    Parameters
    ----------
    domains : mapping of str to polars.DataFrame
        TU, TR and RS by their code (``read_domains``).
    adsl : polars.DataFrame
        From ``adsl_from_sdtm``.
    adsl_variables : sequence of str
        Variables of ADSL to add; the identifiers and the reference date are always there.
    reference : {"RANDDT", "TRTSDT"}
        The day from which ADY counts. A single-arm trial randomises nobody: TRTSDT.

    Returns
    -------
    polars.DataFrame
        STUDYID, USUBJID, the variables of ADSL, and those of the list ``from_sdtm`` in
        ``adtr.toml``: a row for each diameter of a target lesion (LDIAMn, and NLDIAMn of the
        perpendicular), and a row for the sum at each visit (SDIAM), by the investigator.

    Raises
    ------
    DataError
        If a domain or column is missing, rows contradict each other, or a subject is not in
        ``adsl``; every finding is named (``check_adtr_domains`` returns the warnings as well).
    ValueError
        If ADSL lacks one of the variables.

    Notes
    -----
    As in the template, a lesion without a size adds nothing to the sum, which then is no sum:
    ANL01FL is blank. BASE and CHG may rest on such a row; NADIR never does.
    """
    source = take_domains(domains, ADTR_DOMAINS)
    refuse_errors(_find_errors(source, adsl, reference), ("ADTR",))
    source["TR"] = source["TR"].join(
        adsl.select("USUBJID", pl.col(reference).alias("reference")),
        on="USUBJID",
        how="left",
        maintain_order="left",
    )
    lesions = _list_lesions(source["TR"], source["TU"])
    sums = _flag(_compare(_add_up(lesions)), _progressions(source["RS"]))
    rows = pl.concat([lesions, sums], how="diagonal")
    merged = merge_adsl(
        rows, adsl, (reference, *adsl_variables), read_variables("ADTR").columns("from_sdtm")
    )
    return add_sequence(merged, "PARAMCD", "AVISITN", "TRSEQ").select(merged.columns)


def check_adtr_domains(
    domains: Mapping[str, pl.DataFrame], adsl: pl.DataFrame, *, reference: Reference = "RANDDT"
) -> tuple[Finding, ...]:
    """Return what is wrong with the rows that ADTR is made of; errors stop ``adtr_from_sdtm``.

    Parameters
    ----------
    domains, adsl, reference
        As in ``adtr_from_sdtm``.

    Raises
    ------
    DataError
        If a domain or column is missing.
    """
    return tuple(_find_errors(take_domains(domains, ADTR_DOMAINS), adsl, reference))


def _find_errors(source: Frames, adsl: pl.DataFrame, reference: Reference) -> list[Finding]:
    sizes = _sizes(source["TR"])
    return [
        *source_checks.check_one_row(adsl, "ADSL"),
        *source_checks.check_subjects(source, adsl["USUBJID"]),
        *source_checks.check_dates(source),
        *source_checks.check_numbers(source),
        *tumour_checks.check_choices(source["TR"], source["TU"]),
        *tumour_checks.check_lesions(_of_investigator(source["TU"], "TUEVAL"), sizes),
        *tumour_checks.check_baselines(sizes, adsl, reference),
    ]


def _of_investigator(rows: pl.DataFrame, evaluator: str) -> pl.DataFrame:
    """Keep the rows of the investigator; data that name no evaluator at all hold one reading."""
    named = pl.col(evaluator)
    return rows.filter((named == "INVESTIGATOR").fill_null(value=False) | named.is_null().all())


def _sizes(results: pl.DataFrame) -> pl.DataFrame:
    """Keep the diameters of target lesions by the investigator, and name their visits."""
    target = (pl.col("TRGRPID") == "TARGET") & pl.col("TRTESTCD").is_in(_DIAMETERS)
    visit = pl.col("VISIT").replace({"SCREENING": BASELINE}).alias("AVISIT")
    number = pl.col("VISITNUM").cast(pl.Float64, strict=False)
    return (
        _of_investigator(results, "TREVAL")
        .filter(target)
        .with_columns(visit)
        .with_columns(
            pl.when(pl.col("AVISIT") == BASELINE).then(0.0).otherwise(number).alias("AVISITN")
        )
    )


def _list_lesions(results: pl.DataFrame, tumours: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each diameter of a target lesion, with its place, date and visit."""
    lesion = ("USUBJID", "TRLNKID")
    places = (
        _of_investigator(tumours, "TUEVAL")
        .drop_nulls("TULOC")
        .select("USUBJID", "TULOC", TRLNKID="TULNKID")
        .unique(lesion, keep="first", maintain_order=True)
    )
    sizes = _sizes(results)
    perpendicular = pl.col("TRTESTCD") == "LPERP"
    node = pl.col("TULOC") == _NODE
    return (
        sizes.join(places, on=lesion, how="left", maintain_order="left", validate="m:1")
        .join(_numbers(sizes), on=lesion, how="left", maintain_order="left")
        .with_columns(
            *lesion_parameter(node=perpendicular),
            *(pl.lit(text).alias(name) for name, text in _CATEGORIES.items()),
            pl.col("TRSEQ").cast(pl.Float64).cast(pl.Int64),
            pl.col("VISITNUM", "TRSTRESN").cast(pl.Float64),
            pl.when(node).then(pl.lit("NODAL")).otherwise(pl.lit("NON-NODAL")).alias("TULOCGR1"),
            first_day("TRDTC", "day").alias("ADT"),
            date_flag("TRDTC", "day").alias("ADTF"),
            (perpendicular == node).alias("in_sum"),
        )
        .with_columns(
            study_day("ADT", "reference").alias("ADY"),
            pl.col("TRSTRESN").alias("AVAL"),
            pl.col("TRLNKID").alias("LSEXP"),
            pl.when(pl.col("TRSTRESN").is_not_null()).then("TRLNKID").alias("LSASS"),
            yes(pl.col("TRSTRESN").is_not_null()).alias("ANL01FL"),
        )
    )


def _numbers(sizes: pl.DataFrame) -> pl.DataFrame:
    rows = [
        {"USUBJID": subject, "TRLNKID": lesion, "n": number}
        for (subject,), group in sizes.group_by("USUBJID", maintain_order=True)
        for lesion, number in number_lesions(group["TRLNKID"].drop_nulls()).items()
    ]
    schema = {"USUBJID": pl.String, "TRLNKID": pl.String, "n": pl.Int64}
    return pl.DataFrame(rows, schema=schema)


def _add_up(lesions: pl.DataFrame) -> pl.DataFrame:
    """Return the sum at each visit: longest diameters, of nodes the perpendicular.

    LSEXP names the lesions of the baseline visit, LSASS those with a size; ANL01FL says that
    they are the same.
    """
    counted = lesions.filter("in_sum")
    names = pl.col("LSASS").drop_nulls().unique().sort().str.join(", ")
    expected = (
        counted.filter(pl.col("AVISIT") == BASELINE)
        .group_by("USUBJID")
        .agg(pl.col("TRLNKID").unique().sort().str.join(", ").alias("LSEXP"))
    )
    sums = counted.group_by("USUBJID", "AVISIT", "AVISITN", maintain_order=True).agg(
        pl.col("AVAL").sum(),
        pl.col("ADT", "ADY").min(),
        pl.col("reference").first(),
        names.alias("LSASS"),
    )
    assessed = pl.when(pl.col("LSASS") != "").then("LSASS").alias("LSASS")
    return (
        sums.join(expected, on="USUBJID", how="left", maintain_order="left")
        .with_columns(
            assessed,
            pl.lit(SUM).alias("PARAMCD"),
            pl.lit("Target Lesions Sum of Diameters by Investigator").alias("PARAM"),
            *(pl.lit(text).alias(name) for name, text in _CATEGORIES.items()),
        )
        .with_columns(yes(pl.col("LSEXP") == pl.col("LSASS")).alias("ANL01FL"))
    )


def _compare(sums: pl.DataFrame) -> pl.DataFrame:
    """Add baseline (the last sum up to the reference day), nadir, and the changes from both."""
    last = pl.col("ADY").filter(pl.col("ADY") <= 1).max().over("USUBJID")
    at_last = (pl.col("ADY") == last).fill_null(value=False)
    at_baseline = yes(at_last & pl.struct("USUBJID", "ADY").is_first_distinct()).alias("ABLFL")
    base = pl.col("AVAL").filter(pl.col("ABLFL") == "Y").first().over("USUBJID")
    complete = sums.filter(pl.col("ANL01FL") == "Y").select("USUBJID", earlier="ADY", low="AVAL")
    nadirs = (
        sums.select("USUBJID", "ADY")
        .join(complete, on="USUBJID")
        .filter(pl.col("earlier") < pl.col("ADY"))
        .group_by("USUBJID", "ADY")
        .agg(pl.col("low").min().alias("NADIR"))
    )
    return add_changes(
        sums.with_columns(at_baseline)
        .with_columns(base.alias("BASE"))
        .join(nadirs, on=("USUBJID", "ADY"), how="left", maintain_order="left")
    )


def _progressions(responses: pl.DataFrame) -> pl.DataFrame:
    """Return the days on which the investigator called progression."""
    overall = (pl.col("RSTESTCD") == "OVRLRESP") & (pl.col("RSSTRESC") == "PD")
    return (
        _of_investigator(responses, "RSEVAL")
        .filter(overall)
        .select("USUBJID", first_day("RSDTC", "day").alias("ADT"), pl.lit("Y").alias("PDFL"))
        .unique(maintain_order=True)
    )


def _flag(sums: pl.DataFrame, progressions: pl.DataFrame) -> pl.DataFrame:
    """Add PDFL and the analysis flags; ANL02FL marks the deepest fall of a complete sum."""
    flagged = sums.join(progressions, on=("USUBJID", "ADT"), how="left", maintain_order="left")
    after = (pl.col("ANL01FL") == "Y") & (pl.col("ADT") > pl.col("reference"))
    change = pl.when(after).then("PCHG")
    lowest = change == change.min().over("USUBJID")
    first = pl.col("ADT") == pl.col("ADT").filter(lowest).min().over("USUBJID")
    return flag_progression(flagged.with_columns(yes(lowest & first).alias("ANL02FL")))
