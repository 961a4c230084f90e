"""Tables 14.1.1 and 14.1.2: what became of the patients, and who is in which analysis set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.disposition import GIVEN, follow_disposition
from trialwright.endpoints.sets import kind_of_exclusion
from trialwright.report.cells import median_cell
from trialwright.report.formats import NOTHING
from trialwright.report.model import Cell, Inputs, Row, Table
from trialwright.report.tables.ablated_lesions import concerns_ablation
from trialwright.report.tables.groups import (
    ALL_PATIENTS,
    count_row,
    divide_by_arm,
    head_columns,
    name_population,
    words_row,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.analysis import Analysis
    from trialwright.analysis.disposition import End, PatientDisposition
    from trialwright.endpoints import AnalysisSet
    from trialwright.report.formats import Days
    from trialwright.report.tables.groups import Group

NOT_DERIVED = "not derived"
_STATES = ("ongoing", "died, no end recorded", "ends not collected")


def build_disposition(analysis: Analysis) -> Table:
    """Build table 14.1.1: screened, enrolled, treated, what ended and why, follow-up.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    """
    found = follow_disposition(analysis)
    screened = name_population("screened", (one.patient_id for one in found), "screened")
    groups = divide_by_arm(analysis.dataset, screened.patients)
    rows = (
        *_entry_rows(found, groups, _ways_given(analysis)),
        *_treatment_rows(found, groups, _planned_drugs(analysis)),
        _follow_up_row(analysis, groups),
    )
    return Table(
        "14.1.1", "Disposition", screened, head_columns(groups), rows, _disposition_notes(analysis)
    )


def _ways_given(analysis: Analysis) -> tuple[str, ...]:
    """Return the ways of treatment that the study plans and the data can tell apart."""
    dataset = analysis.dataset
    if not (dataset.collected("doses") or dataset.collected("ablations")):
        return ()
    ablated = analysis.study.ablation is not None or not dataset.ablations.is_empty()
    return GIVEN if ablated else tuple(what for what in GIVEN if "ablation" not in what)


def _entry_rows(
    found: Sequence[PatientDisposition], groups: Sequence[Group], ways: Sequence[str]
) -> Iterator[Row]:
    """Yield who was screened, enrolled and treated."""
    failed = {one.patient_id: one.not_enrolled for one in found if one.not_enrolled is not None}
    enrolled = {one.patient_id for one in found if one.not_enrolled is None}
    given = {one.patient_id: one.given for one in found if one.given is not None}
    yield count_row("Screened", {one.patient_id for one in found}, groups)
    yield count_row("Screened, not enrolled", failed.keys(), groups)
    for reason, patients in _by_value(failed).items():
        yield count_row(reason, patients, groups, depth=1)
    yield count_row("Enrolled", enrolled, groups)
    yield count_row("Treated", given.keys(), groups, among=enrolled)
    for what in ways:
        patients = {one for one, got in given.items() if got == what}
        words = f"{what} on record" if what == "neither" else what
        yield count_row(words, patients, groups, among=enrolled, depth=1)
    yield count_row("Enrolled, never treated", enrolled - given.keys(), groups, among=enrolled)


def _treatment_rows(
    found: Sequence[PatientDisposition], groups: Sequence[Group], planned: Sequence[str]
) -> Iterator[Row]:
    """Yield each drug, the study treatment and the study: ended and why, or going on."""
    names = dict.fromkeys((*planned, *(drug for one in found for drug, _ in one.drugs)))
    treated = {one.patient_id for one in found if one.given is not None}
    for name in names:
        ends = {one.patient_id: end for one in found for drug, end in one.drugs if drug == name}
        yield count_row(f"Given {name}", ends.keys(), groups, among=treated)
        yield from _end_rows(name, ends, groups)
    treatment = {one.patient_id: one.treatment for one in found if one.treatment is not None}
    yield Row("Study treatment, of those treated")
    yield from _end_rows("Study treatment", treatment, groups)
    study = {one.patient_id: one.study for one in found if one.study is not None}
    yield Row("Study, of those enrolled")
    yield from _end_rows("Study", study, groups)


def _end_rows(what: str, ends: Mapping[str, End], groups: Sequence[Group]) -> Iterator[Row]:
    """Yield the ends by reason, then those without an end by where they stand."""
    reasons = {one: end.reason for one, end in ends.items() if end.state == "ended"}
    yield count_row(f"{what} ended", reasons.keys(), groups, among=ends.keys(), depth=1)
    for reason, patients in _by_value(reasons).items():
        yield count_row(reason, patients, groups, among=ends.keys(), depth=2)
    for state in _STATES:
        patients = {one for one, end in ends.items() if end.state == state}
        if patients or state == "ongoing":
            yield count_row(f"{what} {state}", patients, groups, among=ends.keys(), depth=1)


def _by_value(values: Mapping[str, str]) -> dict[str, set[str]]:
    """Group patients by reason, the most frequent first."""
    grouped: dict[str, set[str]] = {}
    for patient, value in values.items():
        grouped.setdefault(value, set()).add(patient)
    return dict(sorted(grouped.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def _planned_drugs(analysis: Analysis) -> list[str]:
    return [drug.name.value for drug in analysis.study.treatments if drug.name.value]


def _follow_up_row(analysis: Analysis, groups: Sequence[Group]) -> Row:
    """Return the median follow-up, which the analysis estimates for all patients together."""
    unit = analysis.study.endpoints.time_unit.value or "months"
    label = f"Follow-up, {unit}, median (interval)"
    estimate, survival = analysis.follow_up, analysis.survival_of("OS")
    if estimate is None or survival is None:
        return words_row(label, NOTHING, groups, note=_why_no_follow_up(analysis))
    inputs = Inputs(
        tuple(
            (one.patient_id, f"{'died' if one.event else 'followed to'} day {one.days}")
            for one in survival.times
        )
    )
    whole = median_cell(estimate, inputs, statistic="median follow-up")
    cells = tuple(whole if one.title == ALL_PATIENTS else Cell(NOTHING) for one in groups)
    return Row(label, cells)


def _why_no_follow_up(analysis: Analysis) -> str:
    return next(
        (one.why for one in analysis.not_computable if one.key == "OS"),
        "overall survival was not computed",
    )


def _disposition_notes(analysis: Analysis) -> tuple[str, ...]:
    follow_up = (
        "Follow-up: reverse Kaplan–Meier estimate of overall survival in the full analysis set "
        f"({len(analysis.sets.efficacy)} {analysis.sets.efficacy_set})."
    )
    if analysis.dataset.collected("dispositions"):
        return (_PERCENTAGES, follow_up)
    return (
        _PERCENTAGES,
        follow_up,
        "Ends of treatment and study, and reasons, were not collected.",
    )


_PERCENTAGES = (
    "Percentages: screened and enrolled of those screened; treated of those enrolled; the end of a "
    "drug of those who were given it, of study treatment of those treated, of the study of those "
    "enrolled. Who was given a drug is counted of those treated. A drug without an end of its own "
    "ended with study treatment, or with the study."
)


def build_sets(analysis: Analysis, days: Days) -> Table:
    """Build table 14.1.2: the patients of each analysis set, and why others are not in it.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    days : Days
        How dates within a reason look.
    """
    members, sets = analysis.sets.members, sets_of_study(analysis)
    everybody = name_population("screened", (one.patient_id for one in members), "screened")
    groups = divide_by_arm(analysis.dataset, everybody.patients)
    rows = tuple(row for one in sets for row in _set_rows(one, groups, days))
    note = (
        "Percentages of those screened. The first reason that leaves a patient out of a set is "
        "counted."
    )
    notes = (
        note,
        *(f"{one.title}: {one.definition}." for one in sets),
    )
    return Table("14.1.2", "Analysis sets", everybody, head_columns(groups), rows, notes)


def sets_of_study(analysis: Analysis) -> tuple[AnalysisSet, ...]:
    """Return the sets that a study can have: none of ablation where nobody planned or did one."""
    if concerns_ablation(analysis):
        return analysis.sets.sets
    return tuple(one for one in analysis.sets.sets if one.name != "ablation_safety")


def _set_rows(one: AnalysisSet, groups: Sequence[Group], days: Days) -> Iterator[Row]:
    if one.not_derived is not None:
        yield words_row(one.title, NOT_DERIVED, groups, note=f"{one.title}: {one.not_derived}.")
        return
    yield count_row(one.title, set(one.patients), groups)
    kinds = {patient: kind_of_exclusion(reason) for patient, reason in one.excluded}
    for kind, patients in _by_value(kinds).items():
        yield count_row(days.in_words(kind), patients, groups, depth=1)
