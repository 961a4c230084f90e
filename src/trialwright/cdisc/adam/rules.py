"""Every rule that making ADSL and ADTR can find broken, and how bad it is.

An ``error`` stops the derivation, because a row could only be used wrongly or left out; a
``warning`` says what was left blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.dataset import Finding, RuleInfo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_ERRORS = (
    ("adam.choice_blank", "a blank where a row has to say whether it is one of those that count"),
    ("adam.column_missing", "a column without which no row of the domain can be used"),
    ("adam.date_unreadable", "a date that is neither whole nor a part of one"),
    ("adam.disposition_repeated", "a subject with two rows about one thing that happens once"),
    ("adam.domain_missing", "a domain that the data set is made of"),
    ("adam.dose_unit", "a dose that is not in mg, where doses are added up"),
    ("adam.doses_mixed", "a subject with several treatments, whose doses cannot be added up"),
    ("adam.lesion_repeated", "a lesion that is identified twice in different places"),
    ("adam.lesion_unknown", "a measured lesion that was not identified, or not located"),
    ("adam.number_unreadable", "a number that is none"),
    ("adam.result_undated", "a size of a lesion without a date"),
    ("adam.result_repeated", "a lesion measured twice at one visit, so that it would count twice"),
    ("adam.subject_blank", "a row without a subject"),
    ("adam.subject_repeated", "a subject with two rows where there is one a subject"),
    ("adam.test_blank", "a laboratory result that does not say what was tested"),
    ("adam.units_mixed", "a laboratory test in several units, which one parameter cannot hold"),
    ("adam.subject_unknown", "a subject who is not among the subjects of the study"),
)
_WARNINGS = (
    ("adam.baseline_missing", "a subject with sizes and no visit SCREENING or BASELINE"),
    ("adam.choice_open", "a choice of the study without which a data set cannot be made"),
    ("adam.choice_not_applied", "a choice about times that the responses of RS cannot follow"),
    ("adam.date_partial", "a partial date in a place where dates are not completed"),
    ("adam.dose_days_unknown", "an exposure that does not tell on which days a dose was given"),
    ("adam.dose_blank", "an exposure without a dose, which does not count as treatment"),
    ("adam.end_before_start", "an end of treatment or of life before the first treatment"),
    ("adam.reference_blank", "a subject with sizes and without the date that days count from"),
    ("adam.test_unlisted", "a laboratory test that has no parameter of its own"),
    ("adam.severity_unknown", "a severity or grade that is none"),
    ("adam.exposure_open", "a treatment without an end, so that the last exposure is not known"),
)

ADAM_RULES: dict[str, RuleInfo] = {
    info.id: info
    for info in (
        *(RuleInfo(name, "error", meaning) for name, meaning in _ERRORS),
        *(RuleInfo(name, "warning", meaning) for name, meaning in _WARNINGS),
    )
}


def adam_finding(
    rule: str, message: str, mend: str, table: str, row: Mapping[str, Any] | None = None
) -> Finding:
    """Make a finding of one of these rules.

    Parameters
    ----------
    rule : str
        Its name in ``ADAM_RULES``.
    message, mend : str
        What is wrong, and what to do about it.
    table : str
        The domain or table.
    row : mapping, optional
        The row it is about: ``row`` (or ``source_row``) and ``USUBJID`` (or ``patient_id``).
    """
    place = row or {}
    return Finding(
        rule,
        ADAM_RULES[rule].severity,
        message,
        mend,
        table=table,
        row=place.get("row", place.get("source_row")),
        patient=place.get("USUBJID", place.get("patient_id")),
    )
