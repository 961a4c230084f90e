"""Every rule that making ADRS can find broken, and how bad it is.

An ``error`` stops the derivation; a ``warning`` is used or left out and may change a parameter; a
``note`` says what was done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.dataset import Finding, RuleInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

_ERRORS = (
    ("adrs.date_unreadable", "a date of a response that is neither whole nor a part of one"),
    ("adrs.number_unreadable", "a sequence or visit number that is none"),
    ("adrs.subject_blank", "a response without a subject"),
    ("adrs.subject_repeated", "a subject with two rows in ADSL"),
    ("adrs.subject_unknown", "a response of a subject who is not in ADSL"),
)
_WARNINGS = (
    ("adrs.after_death", "a response after the death"),
    ("adrs.before_reference", "a response before the reference date, which does not count"),
    ("adrs.date_missing", "a response without a whole date, which counts nowhere"),
    ("adrs.death_undated", "a death without a date"),
    ("adrs.reference_missing", "a subject with responses and without a reference date"),
    ("adrs.response_unknown", "a word that is no response of RECIST, which counts nowhere"),
    ("adrs.same_day", "different responses on one day, of which the worst counts"),
)
_NOTES = (
    ("adrs.date_completed", "a partial date that was completed as was asked"),
    ("adrs.not_done", "a response that was not assessed"),
    ("adrs.rows_of_others", "rows of other tests, evaluators or criteria"),
)

ADRS_RULES: dict[str, RuleInfo] = {
    info.id: info
    for info in (
        *(RuleInfo(name, "error", meaning) for name, meaning in _ERRORS),
        *(RuleInfo(name, "warning", meaning) for name, meaning in _WARNINGS),
        *(RuleInfo(name, "note", meaning) for name, meaning in _NOTES),
    )
}


def adrs_finding(
    rule: str,
    message: str,
    mend: str,
    *,
    row: int | None = None,
    patient: str | None = None,
    table: str = "RS",
) -> Finding:
    """Make a finding of one of these rules."""
    severity = ADRS_RULES[rule].severity
    return Finding(rule, severity, message, mend, table=table, row=row, patient=patient)


def find_each(
    rows: pl.DataFrame, rule: str, say: Callable[[dict[str, object]], str], mend: str
) -> Iterator[Finding]:
    """Yield a finding of one rule about each row; the row has ``row`` and ``USUBJID``."""
    for one in rows.iter_rows(named=True):
        yield adrs_finding(rule, say(one), mend, row=one["row"], patient=one["USUBJID"])
