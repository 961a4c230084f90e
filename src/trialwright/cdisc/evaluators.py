"""Who evaluated: the reader of each row of TU, TR and RS, and which central reader counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.codes import ADJUDICATORS, CENTRAL_READERS, INDEPENDENT, INVESTIGATORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

_CENTRAL = ("central_1", "central_2")


def name_readers(domain: Domain, ledger: Ledger) -> Domain:
    """Add the column ``reader``; leave out the rows of evaluators who are no known reader.

    A domain without any evaluator holds one reading, and ``reader`` is blank. An independent
    assessor without a number is the first central reader if no other is numbered.
    """
    frame = domain.frame.with_columns(_reader(domain).alias("reader"))
    evaluator, number = pl.col(f"{domain.code}EVAL"), pl.col(f"{domain.code}EVALID")
    lone = _is_lone(domain) & pl.col("reader").is_null() & evaluator.is_not_null()
    ledger.say(
        domain,
        frame.filter(lone),
        "sdtm.one_central_reader",
        "an independent assessor without a number is taken as the first central reader",
        "number the readers in EVALID, if there were several",
    )
    frame = frame.with_columns(
        pl.when(lone).then(pl.lit("central_1")).otherwise("reader").alias("reader")
    )
    unknown = pl.col("reader").is_null() & pl.lit(value=_names_evaluators(domain))
    blank = unknown & evaluator.is_null() & number.is_null()
    why = f"{domain.code}EVAL is blank, where other rows name an evaluator, so they are left out"
    mend = "name the evaluator in every row, or in none"
    ledger.leave_out(domain, frame.filter(blank), "sdtm.evaluator_blank", why, mend)
    words = pl.concat_str(evaluator, number, separator=" ", ignore_nulls=True)
    others = frame.filter(unknown & ~blank)
    for (who,), rows in others.group_by(words.alias("who"), maintain_order=True):
        ledger.leave_out(
            domain,
            rows,
            "sdtm.evaluator_unknown",
            f"the evaluator {who!r} is no known reader, so they are left out",
            "write INVESTIGATOR, INDEPENDENT ASSESSOR with RADIOLOGIST 1 or 2, or ADJUDICATOR",
        )
    return replace(domain, frame=frame.filter(~unknown))


def accepted_readers(domains: Sequence[Domain], ledger: Ledger) -> pl.DataFrame | None:
    """Return the table ``adjudications``: the one central reader whose records are accepted.

    None if no domain holds the accepted-record flag. A patient whose flags name several
    readers, or the investigator, has no row: a whole reading is accepted, or none.
    """
    flagged = [
        domain.frame.filter(pl.col(f"{domain.code}ACPTFL") == "Y").select(
            "USUBJID", "reader", "row", pl.lit(at).alias("at")
        )
        for at, domain in enumerate(domains)
    ]
    rows = pl.concat(flagged) if flagged else pl.DataFrame()
    if rows.is_empty():
        return None
    accepted = (
        rows.sort("at", "row")
        .group_by("USUBJID", maintain_order=True)
        .agg(pl.col("reader").unique().sort(), pl.col("at", "row").first())
        .with_columns(
            (
                (pl.col("reader").list.len() == 1)
                & pl.col("reader").list.first().is_in((*_CENTRAL, "adjudicator"))
            ).alias("one")
        )
    )
    for (at,), odd in accepted.filter(~pl.col("one").fill_null(value=False)).group_by("at"):
        odd_rows = odd.with_columns(pl.col("reader").list.join(" and ").alias("readers"))
        ledger.say_each(
            domains[int(str(at))],
            odd_rows,
            "sdtm.accepted_reader",
            "the accepted records are those of {readers}; no whole central reading is accepted",
            "accept all records of one central reader, or none",
        )
    return accepted.filter("one").select(
        pl.col("USUBJID").alias("patient_id"),
        pl.col("reader").list.first().alias("accepted_reader"),
        pl.lit("accepted record flag").alias("reason"),
        pl.col("row").alias("source_row"),
    )


def _reader(domain: Domain) -> pl.Expr:
    evaluator = pl.col(f"{domain.code}EVAL").str.to_uppercase()
    number = pl.col(f"{domain.code}EVALID").str.to_uppercase()
    numbered = number.replace_strict(CENTRAL_READERS, default=None, return_dtype=pl.String)
    return (
        pl.when(evaluator.is_in(INVESTIGATORS))
        .then(pl.lit("investigator"))
        .when(evaluator.is_in(ADJUDICATORS) | number.is_in(ADJUDICATORS))
        .then(pl.lit("adjudicator"))
        .when(evaluator.is_in(INDEPENDENT))
        .then(numbered)
    )


def _is_lone(domain: Domain) -> pl.Expr:
    """Return where an independent assessor has no number, and no other of the domain has one."""
    evaluator = pl.col(f"{domain.code}EVAL").str.to_uppercase()
    number = pl.col(f"{domain.code}EVALID")
    independent = domain.frame.filter(evaluator.is_in(INDEPENDENT))
    none_numbered = independent.select(number.is_null().all()).item()
    return evaluator.is_in(INDEPENDENT) & pl.lit(value=bool(none_numbered))


def _names_evaluators(domain: Domain) -> bool:
    return bool(domain.frame[f"{domain.code}EVAL"].is_not_null().any())
