"""RS: the responses that people, or other systems, called. They stand beside ours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.codes import CRITERIA, NEW_LESION_CALLS, RESPONSE_TESTS, RESPONSES
from trialwright.cdisc.lesions import test_kind

if TYPE_CHECKING:
    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

_CALL = ("USUBJID", "reader", "criteria", "visit")
_PARTS = ("target", "non_target", "overall")


def make_calls(responses: Domain, ledger: Ledger) -> pl.DataFrame:
    """Make the table ``calls``: one row a patient, reader, criteria and visit.

    A word that is no response (``CHECK``) is reported and not taken over; the other calls of
    the visit are.
    """
    rows = _read_criteria(_read_tests(responses, ledger), ledger)
    rows = _leave_out_repeated(_read_words(rows, ledger), ledger)
    frame = rows.frame
    ledger.use(rows, frame, "calls")
    parts = [pl.col("word").filter(pl.col("part") == part).first().alias(part) for part in _PARTS]
    new = pl.col("new").filter(pl.col("part") == "new_lesion").first().alias("new_lesion")
    return (
        frame.group_by(_CALL, maintain_order=True)
        .agg(pl.col("date").min().alias("call_date"), *parts, new, pl.col("row").first())
        .rename({"USUBJID": "patient_id", "row": "source_row"})
    )


def _read_tests(responses: Domain, ledger: Ledger) -> Domain:
    part = test_kind("RSTESTCD", "RSTEST", RESPONSE_TESTS).alias("part")
    frame = responses.frame.with_columns(part)
    for (code,), rows in frame.filter(pl.col("part").is_null()).group_by(
        "RSTESTCD", maintain_order=True
    ):
        why = f"the test {code or '(blank)'} is no call of one visit and is not read"
        ledger.leave_out(responses, rows, "sdtm.test_unread", why, "nothing to do")
    return replace(responses, frame=frame.filter(pl.col("part").is_not_null()))


def _read_criteria(responses: Domain, ledger: Ledger) -> Domain:
    category = pl.col("RSCAT").str.to_uppercase()
    named = category.replace_strict(CRITERIA, default=None, return_dtype=pl.String)
    frame = responses.frame.with_columns(
        pl.when(category.is_null()).then(pl.lit("RECIST 1.1")).otherwise(named).alias("criteria")
    )
    assumed = frame.filter(pl.col("RSCAT").is_null())
    why = "RSCAT is blank; the calls are taken as RECIST 1.1"
    ledger.say(responses, assumed, "sdtm.criteria_assumed", why, "write RSCAT")
    for (name,), rows in frame.filter(pl.col("criteria").is_null()).group_by(
        "RSCAT", maintain_order=True
    ):
        why = f"calls by {name} are not read"
        ledger.leave_out(responses, rows, "sdtm.criteria_unknown", why, "nothing to do")
    return replace(responses, frame=frame.filter(pl.col("criteria").is_not_null()))


def _read_words(responses: Domain, ledger: Ledger) -> Domain:
    """Add ``word``, the response, and ``new``, whether a new lesion was called."""
    frame = responses.frame.with_columns(
        _label("RSSTRESC").alias("word"),
        _label("RSORRES").alias("original"),
        pl.coalesce("RSSTRESC", "RSORRES")
        .str.to_uppercase()
        .replace_strict(NEW_LESION_CALLS, default=None, return_dtype=pl.Boolean)
        .alias("new"),
    ).with_columns(
        pl.coalesce("word", "original").alias("word"),
        pl.concat_str(pl.lit(", "), "reader").fill_null("").alias("who"),
    )
    is_new = pl.col("part") == "new_lesion"
    differs = frame.filter(
        (pl.col("word") != pl.col("original"))
        | (pl.col("RSORRES").is_not_null() & pl.col("original").is_null() & ~is_new),
        pl.col("RSSTRESC") != pl.col("RSORRES"),
    )
    why = "{RSTESTCD} at {VISIT}: the original result is {RSORRES}, the standard {RSSTRESC} counts"
    ledger.say_each(responses, differs, "sdtm.call_restated", why, "correct the one that is wrong")
    blank = pl.col("RSSTRESC").is_null() & pl.col("RSORRES").is_null()
    why = "no response was assessed"
    ledger.leave_out(responses, frame.filter(blank), "sdtm.call_not_done", why, "nothing to do")
    read = pl.when(is_new).then(pl.col("new").is_not_null()).otherwise(pl.col("word").is_not_null())
    ledger.leave_out_each(
        responses,
        frame.filter(~blank & ~read),
        "sdtm.call_unknown",
        "{RSTESTCD} at {VISIT}{who}: {RSSTRESC} is no response, and is not taken over",
        "settle the call; ours is derived from the lesions either way",
    )
    return replace(responses, frame=frame.filter(~blank & read))


def _leave_out_repeated(responses: Domain, ledger: Ledger) -> Domain:
    """Keep the first of several calls of one kind at one visit; report the others."""
    key = [*_CALL, "part"]
    frame = responses.frame
    first = frame.unique(key, keep="first", maintain_order=True)
    said = first.select(*key, pl.col("word").alias("first"), pl.col("new").alias("first_new"))
    again = frame.join(first.select("row"), on="row", how="anti").join(
        said, on=key, how="left", nulls_equal=True, maintain_order="left"
    )
    same = pl.col("word").eq_missing(pl.col("first")) & pl.col("new").eq_missing(
        pl.col("first_new")
    )
    why = "a call is repeated in the same words"
    ledger.leave_out(responses, again.filter(same), "sdtm.restated", why, "nothing to do")
    why = "{RSTESTCD} at {VISIT}{who}: a second call, {RSSTRESC}; the first one is kept"
    mend = "keep one call, or give the visits names of their own"
    ledger.leave_out_each(responses, again.filter(~same), "sdtm.call_repeated", why, mend)
    return replace(responses, frame=first)


def _label(column: str) -> pl.Expr:
    words = pl.col(column).str.to_uppercase()
    return words.replace_strict(RESPONSES, default=None, return_dtype=pl.String)
