"""Every rule that reading or checking a data set can find broken, in a few words.

A study may accept only a rule about the value of a single measurement: what it holds then
reads as not evaluable. Everything else has to be corrected in the data: no reading of a scan
makes up for a patient, a lesion or a date that is wrong.

Some warnings are about how the lesions of one patient were chosen, scanned or measured. The
patient can be read all the same, so such a finding flags them; a study may say instead that
it makes the patient not evaluable (``data.patient_not_evaluable``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwright.dataset.findings import Severity


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What a rule says.

    Parameters
    ----------
    id : str
        Stable name, such as ``measurement.negative``.
    severity : {"error", "warning", "note"}
        As in ``Finding``.
    meaning : str
        What a finding of the rule says, in a few words.
    acceptable : bool
        A study may accept its errors (``data.accepted_findings``).
    settable : bool
        A study sets its consequence (``data.patient_not_evaluable``): the patient is not
        evaluable, or is evaluated and flagged. Each of its findings names its patients.
    """

    id: str
    severity: Severity
    meaning: str
    acceptable: bool = False
    settable: bool = False


_WRONG: tuple[tuple[str, str], ...] = (  # errors that have to be corrected
    ("ablation.after_death", "a local treatment after the death"),
    ("ablation.before_enrolment", "a planned ablation before the enrolment"),
    ("cell.category", "a cell holds a word that its column does not know"),
    ("cell.control", "a text holds a control character"),
    ("cell.count", "a cell holds no whole number"),
    ("cell.date", "a cell holds no date that can be read safely"),
    ("cell.flag", "a cell is neither yes nor no"),
    ("cell.formula", "a cell holds a formula without a result"),
    ("cell.number", "a cell holds no number"),
    ("characteristic.not_a_level", "a value that is none of the levels that the study file names"),
    ("characteristic.not_a_number", "a value that is no number, where the study file asks for one"),
    ("characteristic.unit", "a characteristic in another unit than the study file says"),
    ("column.empty", "a required column is blank in every row"),
    ("column.missing", "a required column is missing"),
    ("column.repeated", "the header names a column twice"),
    ("date.implausible", "a date before 1950 or after 2149"),
    ("date.part_differs", "a date that is not what the column beside it knows of it"),
    ("date.refused", "a date that is not known, and that the study does not complete"),
    ("death.before_enrolment", "the death is before the enrolment"),
    ("death.before_treatment", "the death is before the first treatment"),
    ("disposition.screened_enrolled", "an end of screening of a patient who was enrolled"),
    ("disposition.undated", "an end of which not even the year is known"),
    ("dose.after_death", "a dose after the death"),
    ("dose.end_before_start", "a dose ends before it starts"),
    ("ecg.after_death", "an electrocardiogram after the death"),
    ("event.after_death", "an adverse event begins after the death"),
    ("event.death_missing", "a fatal adverse event of a patient without a death"),
    ("event.end_before_start", "an adverse event ends before it starts"),
    ("event.unknown_word", "a word in a list of an adverse event that no rule knows"),
    ("header.unknown", "no row looks like the header, so the table is not read"),
    ("lab.after_death", "a laboratory sample after the death"),
    ("lab.limits_exchanged", "a lower limit of normal above the upper limit"),
    ("lab.negative", "a negative laboratory value"),
    ("measurement.after_death", "a scan after the death"),
    ("measurement.before_birth", "a scan is before the patient's birth"),
    ("measurement.both", "a diameter and a state that contradict each other"),
    ("measurement.unnamed", "a measurement without a patient"),
    ("medication.after_death", "a medication begins after the death"),
    ("medication.end_before_start", "a medication ends before it starts"),
    ("patient.several_arms", "one patient is in several arms"),
    ("reader.mixed", "some rows name a reader and others do not"),
    ("reference.patient", "a row about a patient who is in no table"),
    ("reference.reader", "a reader is accepted who did not read the patient"),
    ("row.long", "a cell stands in a column without a name"),
    ("table.duplicate", "rows of one key, such as one patient twice"),
    ("table.missing", "a table is missing that others refer to"),
    ("therapy.after_death", "a later therapy begins after the death"),
    ("therapy.may_be_prior", "a later therapy that may have begun before the first treatment"),
    ("therapy.undated", "a later therapy of which not even the year is known"),
    ("value.impossible", "a number outside the limits of its column"),
    ("value.missing", "a required value is blank"),
    ("value.not_listed", "a word that is not in the list of its column"),
    ("vital.after_death", "a vital sign is measured after the death"),
    ("visit.after_death", "a visit that was read is dated after the death"),
    ("visit.reused", "two assessments have one visit name"),
)
_UNUSABLE: tuple[tuple[str, str], ...] = (  # errors about one measurement
    ("baseline.target_absent", "a target lesion is absent at baseline"),
    ("measurement.blank", "the size is blank in the source"),
    ("measurement.duplicate", "different values of one lesion on one date"),
    ("measurement.negative", "a negative diameter"),
    ("measurement.neither", "neither a diameter nor a state"),
    ("measurement.repeated", "the same value of one lesion on one date, twice; counts once"),
    ("measurement.several_sizes", "different sizes of one lesion in one visit"),
    ("measurement.target_without_size", "a target lesion with a word where the sum needs a size"),
    ("measurement.undated", "a measurement without a date"),
)
_SETTABLE: tuple[tuple[str, str], ...] = (  # warnings whose consequence a study sets
    ("ablation.unknown_lesion", "a local treatment of a lesion that nobody declared"),
    ("baseline.missing", "no lesion was measured at baseline"),
    ("baseline.several", "several visits before the first treatment"),
    ("baseline.target_not_measured", "a target lesion has no size at baseline"),
    ("lesion.new_at_baseline", "a new lesion is seen at baseline"),
    ("lesion.new_never_read", "a new lesion that is on no scan; it counts nowhere"),
    ("lesion.node_not_marked", "a lesion in a lymph node is not marked as a node"),
    ("lesion.organ_changed", "rows of one lesion that differ in its place; the first is used"),
    ("lesion.split_at_baseline", "a fragment of a lesion is seen at baseline"),
    ("measurement.equivocal_known", "a lesion of baseline that is called equivocal"),
    ("measurement.huge", "a diameter that no body holds"),
    ("measurement.merged_unclear", "a merged lesion whose joint size no other lesion carries"),
    (
        "measurement.method_changed",
        "a target lesion is measured by another method than at baseline",
    ),
    ("measurement.unit", "a size that was probably written in cm"),
    (
        "measurement.unknown_lesion",
        "a measurement of a lesion that nobody declared; counts nowhere",
    ),
    ("measurement.viable_larger", "a viable part that is larger than its lesion"),
    ("split.differs", "a fragment whose part or place is not that of its lesion"),
    ("split.parent_measured", "a lesion with a size beside those of its fragments"),
    ("split.unknown_parent", "a fragment of no lesion, of itself, or of a fragment"),
    ("target.locally_treated_before", "a target lesion was treated locally before the baseline"),
    ("target.not_measurable", "a target lesion below the measurable size at baseline"),
    ("target.too_many", "more target lesions than RECIST takes"),
    ("target.too_many_in_organ", "more target lesions in one organ than RECIST takes"),
    ("visit.date_differs", "a scan far from the date of its visit"),
    ("visit.not_imaged_read", "a lesion was read in an organ that was not imaged"),
    ("visit.out_of_order", "a scan before that of the visit planned before it"),
    ("visit.spread", "the scans of one visit lie far apart"),
    ("zone.contradiction", "a finding at an ablation zone that the size or state contradicts"),
    ("zone.not_treated", "a finding at the zone of a lesion that was not treated by then"),
    ("zone.order", "residual tumour after a complete zone, or local progression without one"),
)
_ODD: tuple[tuple[str, str], ...] = (  # other warnings
    ("ablation.before_baseline", "a local treatment before the baseline"),
    ("call.after_death", "a response is called after the death"),
    ("call.before_baseline", "a response is called before the baseline"),
    ("cell.spaces", "white space around a name"),
    ("characteristic.unknown", "a characteristic that the study file does not declare"),
    ("column.unknown", "a column that the table does not have"),
    ("date.completed", "a date that was known in part and was completed as the study says"),
    ("date.far", "a date more than 15 years from the enrolment of its patient"),
    ("death.before_last_alive", "known to be alive after the death"),
    ("death.censored", "a death of unknown date that gives no event, as the study says"),
    ("death.undated", "a death of which not even the year is known"),
    ("disposition.after_death", "an end for another reason after the death"),
    ("dose.before_consent", "a dose before the consent"),
    ("dose.end_after_death", "a dose ends after the death"),
    ("enrolment.after_treatment", "enrolled after the first treatment"),
    ("event.complication_differs", "a complication that is a death in one system alone"),
    ("event.end_after_death", "an adverse event ends after the death"),
    ("event.fatal_differs", "a grade and an outcome of which one alone is fatal"),
    ("event.never_treated", "an adverse event of a patient who was never treated"),
    ("event.serious_differs", "a criterion of seriousness of an event not marked as serious"),
    ("file.unknown", "a file that is no table"),
    ("lab.range_changed", "limits of normal that changed although the laboratory did not"),
    ("measurement.unit_all", "all sizes were probably written in cm"),
    ("patient.similar_id", "patient ids that differ only in case or blanks around them"),
    ("reference.visit", "a row about a visit that is in no table"),
    ("row.short", "a row with fewer cells than the header"),
    ("sheet.unknown", "a sheet that is no table"),
    ("therapy.before_treatment", "a later therapy before the first treatment"),
    ("treatment.without_enrolment", "treated without an enrolment date"),
)
_SAID: tuple[tuple[str, str], ...] = (  # notes
    ("cell.date_moved", "a date that is known in part was put into the column for it"),
    ("cell.time", "a time of day is left out"),
    ("cut.left_out", "rows dated after the data cut are left out"),
    ("file.encoding", "a file was read as GB18030"),
    ("header.case", "the header writes columns in another case"),
    ("header.late", "rows above the header are passed over"),
    ("lesion.new_in_unimaged_organ", "a new lesion in an organ that the baseline did not image"),
    ("lesion.node_unknown", "the source does not tell lymph nodes from other lesions"),
    ("measurement.restated", "a diameter and a state that agree"),
    ("patient.long_number", "identifiers too long for a spreadsheet to keep exactly"),
    ("patient.never_treated", "an enrolled patient without any study treatment"),
    ("patient.shared_id", "one identifier in several studies"),
    ("row.blank", "blank rows between others"),
)

RULES: dict[str, RuleInfo] = {
    info.id: info
    for info in (
        *(RuleInfo(name, "error", meaning) for name, meaning in _WRONG),
        *(RuleInfo(name, "error", meaning, acceptable=True) for name, meaning in _UNUSABLE),
        *(RuleInfo(name, "warning", meaning, settable=True) for name, meaning in _SETTABLE),
        *(RuleInfo(name, "warning", meaning) for name, meaning in _ODD),
        *(RuleInfo(name, "note", meaning) for name, meaning in _SAID),
    )
}
ACCEPTABLE: frozenset[str] = frozenset(name for name, info in RULES.items() if info.acceptable)
SETTABLE: frozenset[str] = frozenset(name for name, info in RULES.items() if info.settable)
