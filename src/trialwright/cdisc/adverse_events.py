"""AE: adverse events with a CTCAE grade. A severity is no grade, and none is made of it.

Source: SDTM Implementation Guide 3.4, AE (AETOXGR is the toxicity grade, AESEV the severity); the
CDISC controlled terminology for outcome and action taken.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from trialwright.cdisc.codes import (
    EVENT_ACTIONS,
    EVENT_OUTCOMES,
    PLACEBO,
    RELATED,
    SERIOUS_BECAUSE,
    UNRELATED,
)
from trialwright.cdisc.dates import full_date, known_part

if TYPE_CHECKING:
    from trialwright.cdisc.files import Domain
    from trialwright.cdisc.ledger import Ledger

_GRADE = r"^(?:GRADE\s*)?([1-5])$"
_MEND_GRADE = "write AETOXGR, the CTCAE grade"


def make_events(events: Domain, exposure: Domain | None, ledger: Ledger) -> pl.DataFrame | None:
    """Make the table ``adverse_events`` of AE; None if no event has a grade.

    Parameters
    ----------
    events : Domain
        AE.
    exposure : Domain or None
        EX, which names the treatment that AEREL and AEACN mean. They name none themselves: where
        EX holds several, or none, causality and action stay blank, with a finding.
    ledger : Ledger
        Takes the findings.

    Notes
    -----
    An event without a grade is left out, also where its severity (AESEV: mild, moderate, severe)
    is known: CTCAE has five grades with criteria of their own for each term.
    """
    domain = _leave_out(events, ledger)
    frame = domain.frame
    drug = _only_drug(exposure)
    _say_dates(domain, ledger)
    _say_words(domain, drug, ledger)
    ledger.use(domain, frame, "adverse_events")
    if frame.is_empty():
        return None
    return frame.select(
        pl.col("USUBJID").alias("patient_id"),
        pl.coalesce("AEDECOD", "AETERM").alias("term"),
        pl.col("AETERM").alias("reported_term"),
        pl.coalesce("AESOC", "AEBODSYS").alias("body_system"),
        "grade",
        _date(frame, "AESTDTC").alias("start_date"),
        _date(frame, "AEENDTC").alias("end_date"),
        _word("AEOUT", EVENT_OUTCOMES).alias("outcome"),
        _flag("AESER").alias("serious"),
        _serious_because().alias("serious_because"),
        _related_to(drug).alias("related_to"),
        _actions(drug).alias("actions"),
        pl.col("row").alias("source_row"),
    )


def _leave_out(events: Domain, ledger: Ledger) -> Domain:
    """Leave out what did not happen, has no name, or has no grade."""
    graded = pl.col("AETOXGR").str.to_uppercase().str.extract(_GRADE, 1).cast(pl.Int64)
    frame = events.frame.with_columns(graded.alias("grade"))
    grade, severity = pl.col("AETOXGR"), pl.col("AESEV")
    for rule, where, why, mend in (
        ("sdtm.not_given", pl.col("AEOCCUR").str.to_uppercase() == "N",
         "AEOCCUR is N: it did not happen", "nothing to do"),
        ("sdtm.event_unnamed", pl.coalesce("AEDECOD", "AETERM").is_null(),
         "neither AEDECOD nor AETERM names the event", "write AEDECOD"),
        ("sdtm.grade_missing", grade.is_null() & severity.is_not_null(),
         "events with a severity (AESEV) and no CTCAE grade (AETOXGR): a severity is no grade",
         _MEND_GRADE),
        ("sdtm.grade_missing", grade.is_null(),
         "events without a CTCAE grade (AETOXGR)", _MEND_GRADE),
        ("sdtm.grade_unknown", pl.col("grade").is_null(),
         "AETOXGR is no grade from 1 to 5, so the event is left out", _MEND_GRADE),
    ):  # fmt: skip
        found = where.fill_null(value=False)
        ledger.leave_out(events, frame.filter(found), rule, why, mend)
        frame = frame.filter(~found)
    return replace(events, frame=frame)


def _say_dates(domain: Domain, ledger: Ledger) -> None:
    for name in ("AESTDTC", "AEENDTC"):
        unread = domain.frame.filter(
            pl.col(name).is_not_null(), _date(domain.frame, name).is_null()
        )
        why = f"{{AETERM}}: {name} {{{name}}} is no date and is left blank"
        mend = "write the date as far as it is known"
        ledger.say_each(domain, unread, "sdtm.event_date_unread", why, mend)


def _say_words(domain: Domain, drug: str | None, ledger: Ledger) -> None:
    """Say which words of causality, action, outcome and seriousness could not be used."""
    frame = domain.frame
    causality, action = _upper("AEREL"), _upper("AEACN")
    known = causality.is_in((*RELATED, *UNRELATED))
    related = causality.is_in(RELATED)
    for rule, where, why, mend in (
        ("sdtm.event_word_unread", causality.is_not_null() & ~known,
         "AEREL says neither related nor not related, so the event counts as not assessed",
         "write RELATED or NOT RELATED"),
        ("sdtm.event_treatment_unnamed", related & pl.lit(drug is None),
         "AEREL says related, and not to which of the treatments; it counts as not assessed",
         "name the treatments in a table of ours"),
        ("sdtm.event_treatment_unnamed", action.is_in(list(EVENT_ACTIONS)) & pl.lit(drug is None),
         "AEACN names an action, and not with which of the treatments; it is left blank",
         "name the treatments in a table of ours"),
        ("sdtm.event_word_unread", action.is_not_null() & ~action.is_in(list(EVENT_ACTIONS)),
         "AEACN is no action that the data set knows; it is left blank",
         "nothing to do, if nothing was done"),
        ("sdtm.event_word_unread", _unread("AEOUT", list(EVENT_OUTCOMES)),
         "AEOUT is no outcome that the data set knows; it is left blank", "correct AEOUT"),
        ("sdtm.event_word_unread", _unread("AESER", ["Y", "N"]),
         "AESER is neither Y nor N; it is left blank", "correct AESER"),
    ):  # fmt: skip
        ledger.say(domain, frame.filter(where.fill_null(value=False)), rule, why, mend)


def _unread(name: str, known: list[str]) -> pl.Expr:
    return pl.col(name).is_not_null() & ~_upper(name).is_in(known)


def _only_drug(exposure: Domain | None) -> str | None:
    """Return the one treatment of EX besides placebo, if there is exactly one."""
    if exposure is None:
        return None
    names = exposure.frame["EXTRT"].drop_nulls().unique()
    drugs = names.filter(~names.str.to_uppercase().str.contains(PLACEBO, literal=True))
    return drugs[0] if len(drugs) == 1 else None


def _upper(name: str) -> pl.Expr:
    return pl.col(name).str.to_uppercase()


def _word(name: str, words: dict[str, str]) -> pl.Expr:
    return _upper(name).replace_strict(words, default=None, return_dtype=pl.String)


def _flag(name: str) -> pl.Expr:
    return _upper(name).replace_strict(
        {"Y": True, "N": False}, default=None, return_dtype=pl.Boolean
    )


def _date(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Return what is known of a date, as ISO text: a whole day, or a part of one."""
    return pl.coalesce(full_date(name).cast(pl.String), pl.lit(known_part(frame, name)))


def _serious_because() -> pl.Expr:
    said = [
        pl.when(_upper(name) == "Y").then(pl.lit(words)) for name, words in SERIOUS_BECAUSE.items()
    ]
    held = pl.concat_str(said, separator="; ", ignore_nulls=True)
    return pl.when(held != "").then(held)


def _related_to(drug: str | None) -> pl.Expr:
    causality = _upper("AEREL")
    return (
        pl.when(causality.is_in(UNRELATED))
        .then(pl.lit("none"))
        .when(causality.is_in(RELATED))
        .then(pl.lit(drug, pl.String))
    )


def _actions(drug: str | None) -> pl.Expr:
    if drug is None:
        return pl.lit(None, pl.String)
    return pl.concat_str(pl.lit(f"{drug}: "), _word("AEACN", EVENT_ACTIONS))
