"""TU: the lesions of each patient as each reader identified them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.codes import (
    IDENTIFYING_TESTS,
    LYMPH_NODE,
    ORGANS_OF_LOCATION,
    RESULT_TESTS,
    ROLES,
)

if TYPE_CHECKING:
    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

LESION = ("USUBJID", "reader", "lesion")


def read_lesions(tumours: Domain, ledger: Ledger) -> pl.DataFrame:
    """Make the lesions of TU: ``USUBJID, reader, lesion, role, location`` and ``row``.

    A lesion that is identified again in the same words is one lesion; one that changes its part
    or its place has several rows, which the checks of the data report.
    """
    frame = tumours.frame.with_columns(
        pl.col("TULNKID").alias("lesion"), role_of("TUSTRESC", "TUORRES").alias("role")
    )
    code = pl.col("TUTESTCD").str.to_uppercase().fill_null("TUMIDENT")
    frame = _leave_out_tests(tumours, frame, code.is_in(tuple(IDENTIFYING_TESTS)), ledger)
    for rule, where, why in (
        ("sdtm.link_missing", pl.col("lesion").is_null(), "TULNKID is blank"),
        (
            "sdtm.role_unknown",
            pl.col("role").is_null(),
            "lesion {lesion}: TUSTRESC {TUSTRESC} is no part of a lesion",
        ),
    ):
        words = f"write one of {', '.join(ROLES)}"
        mend = "name the lesion" if rule == "sdtm.link_missing" else words
        ledger.leave_out_each(tumours, frame.filter(where), rule, why, mend)
        frame = frame.filter(~where)
    place = [pl.col(name) for name in ("TULOC", "TULAT", "TUDIR", "TUPORTOT")]
    frame = frame.with_columns(pl.concat_str(place, separator=", ", ignore_nulls=True).alias("at"))
    first = frame.unique([*LESION, "role", "at"], keep="first", maintain_order=True)
    again = frame.join(first.select("row"), on="row", how="anti")
    ledger.leave_out(
        tumours,
        again,
        "sdtm.restated",
        "a lesion is identified again, in the same words",
        "nothing to do",
    )
    ledger.use(tumours, first, "lesions")
    return first.select(*LESION, "role", pl.col("TULOC").alias("place"), "at", "row")


def lesions_of_results(results: Domain, ledger: Ledger) -> pl.DataFrame:
    """Make the lesions out of TR, where there is no TU; their places are not known."""
    frame = results.frame.with_columns(
        pl.col("TRLNKID").alias("lesion"), role_of("TRGRPID", "TRGRPID").alias("role")
    ).filter(pl.col("lesion").is_not_null(), pl.col("role").is_not_null())
    first = frame.unique([*LESION, "role"], keep="first", maintain_order=True)
    why = f"no TU, so {first.height} lesions are taken from TRLNKID and TRGRPID, without an organ"
    ledger.say(results, first, "sdtm.lesions_from_results", why, "add TU")
    unknown = pl.lit(None, pl.String)
    return first.select(*LESION, "role", unknown.alias("place"), unknown.alias("at"), "row")


def mark_nodes(
    lesions: pl.DataFrame, domain: Domain, results: Domain | None, ledger: Ledger
) -> pl.DataFrame:
    """Add ``node``: lymph nodes by their place; without one, by what was measured.

    A lesion without a place whose short axis alone was measured is a node; a lesion whose place
    is another organ is none.
    """
    placed = pl.col("place").str.to_uppercase().str.contains(LYMPH_NODE, literal=True)
    lesions = lesions.with_columns(placed.alias("node"))
    if results is not None:
        short = _only_short_axis(results)
        lesions = lesions.join(
            short, on=list(LESION), how="left", nulls_equal=True, maintain_order="left"
        ).with_columns(pl.col("short_only").fill_null(value=False))
        by_test = lesions.filter(pl.col("place").is_null(), "short_only")
        ledger.say(
            domain,
            by_test,
            "sdtm.node_by_test",
            "the location is blank and the short axis alone was measured: taken for lymph nodes",
            "write the location",
        )
        lesions = lesions.with_columns(pl.coalesce("node", "short_only").alias("node"))
    return lesions.with_columns(pl.col("node").fill_null(value=False))


def make_lesion_table(lesions: pl.DataFrame, domain: Domain, ledger: Ledger) -> pl.DataFrame:
    """Make the table ``lesions``; a location that is no organ of the list is ``other``."""
    place = pl.col("place").str.to_uppercase()
    organ = place.replace_strict(ORGANS_OF_LOCATION, default="other", return_dtype=pl.String)
    table = lesions.with_columns(
        pl.when("node")
        .then(pl.lit("lymph node"))
        .when(place.is_null())
        .then(pl.lit("not recorded"))
        .otherwise(organ)
        .alias("organ")
    )
    other = table.filter(pl.col("organ") == "other")
    words = ", ".join(other["place"].unique().sort().to_list())
    why = f"the locations {words} are no organs of the list; they are kept, the organ is 'other'"
    ledger.say(
        domain, other, "sdtm.location_unknown", why, "nothing to do, if these are no listed organs"
    )
    return table.select(
        pl.col("USUBJID").alias("patient_id"),
        "reader",
        pl.col("lesion").alias("lesion_id"),
        "role",
        "organ",
        pl.col("at").alias("location"),
        pl.col("node").alias("lymph_node"),
        pl.col("row").alias("source_row"),
    )


def seen_by_identification(
    table: pl.DataFrame, measurements: pl.DataFrame, tumours: Domain, ledger: Ledger
) -> pl.DataFrame:
    """Make a measurement of each new lesion that TU identifies and TR does not hold.

    To identify a new lesion is to see it. Without a date it is no measurement, and the checks
    of the data report that the lesion was never read.

    Parameters
    ----------
    table, measurements : polars.DataFrame
        The tables ``lesions`` and ``measurements``.
    tumours : Domain
        TU, with the columns ``visit`` and ``date``.
    ledger : Ledger
        Takes the finding.

    Returns
    -------
    polars.DataFrame
        Rows of the table ``measurements``, in the state ``present``.
    """
    key = ["patient_id", "reader", "lesion_id"]
    rows = table.filter(pl.col("role") == "new").select("source_row")
    unread = (
        tumours.frame.join(rows, left_on="row", right_on="source_row", how="semi")
        .filter(pl.col("date").is_not_null())
        .rename({"USUBJID": "patient_id", "TULNKID": "lesion_id"})
        .join(measurements, on=key, how="anti", nulls_equal=True, maintain_order="left")
    )
    named = tumours.frame.join(unread.select("row"), on="row", how="semi")
    why = "a new lesion that TU identifies and TR does not hold; it is seen on the date of TU"
    mend = "add its results to TR, or correct the part it plays"
    ledger.say(tumours, named, "sdtm.new_identified", why, mend)
    return unread.select(
        *key,
        "visit",
        pl.col("date").alias("scan_date"),
        pl.lit("present").alias("state"),
        pl.lit(None, pl.Int64).alias("source_row"),  # it is a row of TU, not of TR
    )


def role_of(standard: str, original: str) -> pl.Expr:
    """Return the part of a lesion in the words of the data set."""
    words = pl.coalesce(standard, original).str.to_uppercase()
    return words.replace_strict(ROLES, default=None, return_dtype=pl.String)


def test_kind(code: str, name: str, kinds: dict[str, str]) -> pl.Expr:
    """Return what a row holds by its test code, or by the name of its test."""
    by_code, by_name = (
        pl.col(one).str.to_uppercase().replace_strict(kinds, default=None, return_dtype=pl.String)
        for one in (code, name)
    )
    return pl.coalesce(by_code, by_name)


def _leave_out_tests(
    tumours: Domain, frame: pl.DataFrame, known: pl.Expr, ledger: Ledger
) -> pl.DataFrame:
    for (code,), rows in frame.filter(~known).group_by("TUTESTCD", maintain_order=True):
        why = f"the test {code or '(blank)'} identifies no lesion and is not read"
        ledger.leave_out(tumours, rows, "sdtm.test_unread", why, "nothing to do, or use TUMIDENT")
    return frame.filter(known)


def _only_short_axis(results: Domain) -> pl.DataFrame:
    kind = test_kind("TRTESTCD", "TRTEST", dict(RESULT_TESTS))
    return (
        results.frame.with_columns(pl.col("TRLNKID").alias("lesion"), kind.alias("kind"))
        .filter(pl.col("kind").is_in(["longest", "short"]), pl.col("lesion").is_not_null())
        .group_by(LESION)
        .agg((pl.col("kind") == "short").all().alias("short_only"))
    )
