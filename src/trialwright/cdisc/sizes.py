"""TR: the size in mm and the state of each row, and what is said of a size that is in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.codes import LENGTHS, STATES, STATES_OF_KNOWN, STATES_OF_NEW

if TYPE_CHECKING:
    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

_ROUNDED_MM = 0.5  # a standard result may be rounded to whole mm


def measure(results: Domain, frame: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """Add ``mm``, the size, and ``state``, what was seen instead; report sizes in doubt.

    A lesion too small to measure has no size of its own: its state counts 5 mm.

    Parameters
    ----------
    results : Domain
        TR, for its name.
    frame : polars.DataFrame
        Rows of TR with ``lesion``, ``date`` and ``role``.
    ledger : Ledger
        Takes the findings, and the rows that are left out.
    """
    frame = _convert(results, frame.with_columns(size_of_row().alias("size")), ledger)
    frame = frame.with_columns(_state())
    _say_not_done(results, frame, ledger)
    _say_restated(results, frame, ledger)
    mm = pl.col("size") * pl.col("factor")
    said = (pl.col("state") == "not_evaluable") | ((pl.col("state") == "too_small") & (mm == 5))  # noqa: PLR2004
    return frame.with_columns(pl.when(said.fill_null(value=False).not_()).then(mm).alias("mm"))


def _convert(results: Domain, frame: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """Add ``unit`` and ``factor``, how many mm one of it is; leave out what is no length."""
    factor = _unit().replace_strict(LENGTHS, default=None, return_dtype=pl.Float64)
    blank = pl.col("TRSTRESU").is_null() & pl.col("TRORRESU").is_null()
    frame = frame.with_columns(
        pl.when(blank).then(1.0).otherwise(factor).alias("factor"),
        pl.coalesce("TRSTRESU", "TRORRESU").alias("unit"),
    )
    sized = pl.col("size").is_not_null()
    why = "sizes without a unit, taken as mm"
    ledger.say(results, frame.filter(sized, blank), "sdtm.unit_assumed", why, "write the unit")
    odd = sized & pl.col("factor").is_null()
    ledger.leave_out_each(
        results,
        frame.filter(odd),
        "sdtm.unit_unknown",
        "lesion {lesion}, {date}: {size} ({TRORRES} {unit}) is no length that can be made mm",
        "write the size in mm",
    )
    frame = frame.filter(~odd)
    converted = frame.filter(sized, pl.col("factor") != 1)
    why = "sizes in cm, made mm (1 cm is 10 mm)"
    ledger.say(results, converted, "sdtm.units_differ", why, "check a few against the scans")
    return frame


def _say_not_done(results: Domain, frame: pl.DataFrame, ledger: Ledger) -> None:
    """Report sizes beside the word that it was not done."""
    rule, mend = "sdtm.not_done_with_result", "keep one of the two"
    sized = frame.filter(pl.col("size").is_not_null())
    unread = pl.col("state").eq_missing("not_evaluable")
    why = "not evaluable, and with a size, which is not used"
    ledger.say(results, sized.filter(unread), rule, why, mend)
    reasoned = sized.filter(~unread, pl.col("TRREASND").is_not_null())
    why = "a reason for not doing it (TRREASND) beside a size, which is used"
    ledger.say(results, reasoned, rule, why, mend)


def size_of_row() -> pl.Expr:
    """Return the number that a row of TR holds, in its own unit; blank if it holds none."""
    return pl.coalesce(_number("TRSTRESN"), _number("TRSTRESC"), _number("TRORRES"))


def _number(column: str) -> pl.Expr:
    number = pl.col(column).cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _state() -> pl.Expr:
    """Return the state that the words of a result name; not done is not evaluable.

    Not done beside a size is not evaluable as well; a reason without the status is so only
    where there is no result.
    """
    names = []
    for column in ("TRSTRESC", "TRORRES"):
        words = pl.col(column).str.to_uppercase()
        general, new, known = (
            words.replace_strict(table, default=None, return_dtype=pl.String)
            for table in (STATES, STATES_OF_NEW, STATES_OF_KNOWN)
        )
        own = pl.when(pl.col("role") == "new").then(new).otherwise(known)
        names += [general, own]
    not_done = (pl.col("TRSTAT").str.to_uppercase() == "NOT DONE").fill_null(value=False)
    nothing = pl.col("TRORRES").is_null() & pl.col("TRSTRESC").is_null()
    blank = nothing & pl.col("TRSTRESN").is_null()
    return (
        pl.when(not_done & pl.col("size").is_not_null())
        .then(pl.lit("not_evaluable"))
        .when(blank & (not_done | pl.col("TRREASND").is_not_null()))
        .then(pl.lit("not_evaluable"))
        .when(blank)
        .then(pl.lit("not_recorded"))
        .otherwise(pl.coalesce(*names))
        .alias("state")
    )


def _say_restated(results: Domain, frame: pl.DataFrame, ledger: Ledger) -> None:
    """Report sizes whose original result is another length than the standard one."""
    unit = pl.col("TRORRESU").str.to_uppercase()
    factor = unit.replace_strict(LENGTHS, default=None, return_dtype=pl.Float64)
    original = _number("TRORRES") * factor.fill_null(pl.col("factor"))
    apart = (original - pl.col("size") * pl.col("factor")).abs()
    why = (
        "lesion {lesion}, {date}: the original result is {TRORRES} {TRORRESU}, the standard one "
        "{size} {unit}, which counts"
    )
    mend = "correct the one that is wrong"
    differs = frame.filter(apart > _ROUNDED_MM)
    ledger.say_each(results, differs, "sdtm.result_restated", why, mend)


def _unit() -> pl.Expr:
    """Return the unit of the size; the original one only of a number that was not converted."""
    original = pl.col("TRORRESU").str.to_uppercase()
    as_written = pl.col("TRORRES").cast(pl.Float64, strict=False) == pl.col("size")
    kept = pl.when(as_written | (original == "MM")).then(original)
    return pl.coalesce(pl.col("TRSTRESU").str.to_uppercase(), kept)
