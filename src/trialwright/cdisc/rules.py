"""Every rule that reading SDTM can find broken, and how bad it is.

An ``error`` is a row that a derivation needs and that cannot be used; a ``warning`` is used or
left out and may change a result; a ``note`` says what the reader did.
"""

from __future__ import annotations

from trialwright.dataset import RuleInfo

_ERRORS = (
    ("sdtm.axis_missing", "a lesion was measured along the axis that RECIST does not count"),
    ("sdtm.evaluator_blank", "rows without an evaluator, where others have one"),
    ("sdtm.date_unreadable", "a date that a derivation needs is missing, partial or no date"),
    ("sdtm.link_missing", "a result that names no lesion"),
    ("sdtm.planned_unknown", "a local treatment that is neither planned nor unplanned"),
    ("sdtm.result_unknown", "a result that is neither a size nor a known word"),
    ("sdtm.role_unknown", "a lesion that is neither target, non-target nor new"),
    ("sdtm.subject_missing", "a row without a subject"),
    ("sdtm.test_blank", "a result that does not say what was tested"),
    ("sdtm.unit_unknown", "a size or dose in a unit that cannot be converted"),
)
_WARNINGS = (
    ("sdtm.accepted_reader", "the accepted records of a patient name no one central reader"),
    ("sdtm.anticancer_unclear", "a medication that may be a treatment of the cancer"),
    ("sdtm.call_repeated", "a second, different call of one kind at one visit"),
    ("sdtm.call_restated", "the standard result of a call differs from the original one"),
    ("sdtm.call_unknown", "a call that is no response of the criteria"),
    ("sdtm.criteria_unknown", "calls by criteria that are not read"),
    ("sdtm.date_assumed", "a partial date was completed as the user asked"),
    ("sdtm.date_from_day", "a partial date was completed from the study day"),
    (
        "sdtm.diameters_differ",
        "the diameter that the source chose is not the axis that RECIST counts",
    ),
    ("sdtm.dose_unknown", "a dose without an amount"),
    ("sdtm.event_date_unread", "a date of an adverse event that is none"),
    ("sdtm.event_treatment_unnamed", "causality or action without the treatment that is meant"),
    ("sdtm.event_unnamed", "an adverse event without a name"),
    ("sdtm.event_word_unread", "a word about an adverse event that is not known"),
    ("sdtm.file_empty", "a domain without rows"),
    ("sdtm.format_unread", "a domain in a format that is not read"),
    ("sdtm.evaluator_unknown", "rows of an evaluator who is no known reader"),
    ("sdtm.grade_missing", "an adverse event without a CTCAE grade"),
    ("sdtm.grade_unknown", "an adverse event whose grade is none"),
    ("sdtm.lab_range_differs", "limits of normal that contradict each other or LBNRIND"),
    ("sdtm.lab_undated", "a laboratory result without a full date"),
    ("sdtm.lab_unit_blank", "a laboratory result without a unit"),
    ("sdtm.lab_unnamed", "a laboratory result without a test"),
    ("sdtm.lesions_from_results", "no TU: the lesions were taken from TR"),
    ("sdtm.new_identified", "a new lesion that TU identifies and TR does not hold"),
    ("sdtm.no_demographics", "no DM: no treatment date and no death is known"),
    ("sdtm.no_results", "no TR: no lesion was measured"),
    ("sdtm.not_done_with_result", "not done, and with a result"),
    ("sdtm.result_restated", "the standard size differs from the original one"),
    ("sdtm.role_differs", "TR gives a lesion another part than TU"),
    ("sdtm.sum_differs", "the sum that was collected is not the sum of the diameters"),
    ("sdtm.unit_assumed", "a size without a unit was taken as mm"),
    ("sdtm.units_differ", "sizes in cm were made mm"),
)
_NOTES = (
    ("sdtm.call_not_done", "a response that was not assessed"),
    ("sdtm.criteria_assumed", "calls without criteria are taken as RECIST 1.1"),
    ("sdtm.date_in_part", "a date that is known in part, which the study completes"),
    ("sdtm.disposition_unread", "a disposition that does not say what ended"),
    ("sdtm.domain_unread", "a file that is not read"),
    ("sdtm.first_treatment", "where the first treatment was taken from"),
    ("sdtm.lab_not_done", "a laboratory test that was not done"),
    ("sdtm.lab_not_numeric", "a laboratory result that is no number"),
    ("sdtm.last_alive", "where the last date alive was taken from"),
    ("sdtm.location_unknown", "a location that is no organ of the list"),
    ("sdtm.node_by_test", "a lesion is taken for a node because its short axis was measured"),
    ("sdtm.not_anticancer", "a medication that is no treatment of the cancer"),
    ("sdtm.not_given", "a dose or a procedure that did not take place"),
    ("sdtm.not_local", "a procedure that is no local treatment of a lesion"),
    ("sdtm.one_central_reader", "an independent reader without a number is taken as the first"),
    ("sdtm.other_axis", "a measurement along the axis that RECIST does not count"),
    ("sdtm.placebo", "placebo is no dose of a drug"),
    ("sdtm.prior_therapy", "a treatment of the cancer before the study"),
    ("sdtm.restated", "a row that repeats another"),
    ("sdtm.sum_incomplete", "a sum was collected though a target lesion has no size"),
    ("sdtm.test_unread", "a test that is not read"),
    ("sdtm.visit_split", "one visit name stands for several assessments"),
)

SDTM_RULES: dict[str, RuleInfo] = {
    info.id: info
    for info in (
        *(RuleInfo(name, "error", meaning) for name, meaning in _ERRORS),
        *(RuleInfo(name, "warning", meaning) for name, meaning in _WARNINGS),
        *(RuleInfo(name, "note", meaning) for name, meaning in _NOTES),
    )
}
