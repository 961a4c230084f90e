"""Table 14.1.5: the ablations: sessions, lesions, sizes, success, margins, timing.

Counted by patient, by session and by lesion, which are three different things.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.ablation import NO_MARGIN, is_liver_lesion
from trialwright.analysis.ablation_counts import count_outcomes
from trialwright.report.formats import show_count
from trialwright.report.model import Cell, Inputs, Number, Row, Table
from trialwright.report.tables.ablated_lesions import concerns_ablation
from trialwright.report.tables.blocks import (
    QUARTILE_NOTE,
    SD_NOTE,
    Measured,
    lesion_count_cell,
    sample_rows,
)
from trialwright.report.tables.groups import (
    count_row,
    divide_by_arm,
    head_columns,
    name_population,
)
from trialwright.response.ablated.rules import MARGIN_BANDS, is_ablation, margin_band

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from trialwright.analysis import Analysis
    from trialwright.analysis.ablation_counts import AblationCount
    from trialwright.report.formats import Days
    from trialwright.report.tables.groups import Group
    from trialwright.response import AblatedLesion
    from trialwright.response.patient import LocalTreatment

_COUNTED = (
    ("technical_success", "session"),
    ("technical_success", "lesion"),
    ("primary_efficacy", "lesion"),
    ("primary_efficacy", "patient"),
    ("secondary_efficacy", "lesion"),
    ("efficacy", "lesion"),
)
_NOTE = (
    "A session treats one patient on one day. Technical success: the zone covered the lesion as "
    "planned. Primary technique efficacy: complete on the first control after the planned course. "
    "What was not assessed is in no percentage. Share of liver lesions: of the baseline liver "
    "lesions of the patients ablated."
)


def build_ablation_procedure(analysis: Analysis, days: Days) -> Table | None:
    """Build table 14.1.5 of the treated patients; none where no ablation is planned or on file.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    days : Days
        How dates look.
    """
    if not concerns_ablation(analysis):
        return None
    population = name_population("safety", analysis.sets.named("safety").patients, "treated")
    groups = divide_by_arm(analysis.dataset, population.patients)
    own = [_of(group, analysis.ablated) for group in groups]
    if analysis.ablated and any(own):
        rows = tuple(_rows(analysis, groups, own, days))
        empty = "none"
    else:
        rows, empty = (), _why_empty(analysis)
    return Table(
        "14.1.5",
        "Ablation procedure",
        population,
        head_columns(groups),
        rows,
        (_NOTE, SD_NOTE, QUARTILE_NOTE),
        empty=empty,
    )


def _why_empty(analysis: Analysis) -> str:
    if not analysis.dataset.collected("ablations"):
        return "ablations were not collected"
    return "no lesion of a treated patient was ablated"


def _of(group: Group, lesions: Iterable[AblatedLesion]) -> list[AblatedLesion]:
    members = set(group.patients)
    return [one for one in lesions if one.patient_id in members]


def _rows(
    analysis: Analysis,
    groups: Sequence[Group],
    own: Sequence[Sequence[AblatedLesion]],
    days: Days,
) -> Iterator[Row]:
    ablated = {one.patient_id for one in analysis.ablated}
    planned = {one.patient_id for one in analysis.ablated if any(a.planned for a in one.ablations)}
    yield count_row("Patients ablated", ablated, groups)
    yield count_row("as planned", planned, groups, depth=1)
    yield Row("Sessions", tuple(_sessions(lesions, days) for lesions in own))
    yield Row("Lesions ablated", tuple(_lesions("lesions", lesions) for lesions in own))
    yield Row("Share of liver lesions ablated", _liver_shares(analysis, own))
    yield from _ablation_rows("Ablations", own, lambda one: one.modality, days)
    yield from sample_rows("Lesions ablated per patient", [_per_patient(some) for some in own])
    yield from _lesion_sample("Size before the ablation", "mm", own, lambda one: one.size_before_mm)
    for key, level in _COUNTED:
        yield from _outcome_rows(key, level, own, analysis)
    yield from _ablation_rows("Smallest margin, by ablation", own, _band, days)
    yield from _lesion_sample(
        "From the first treatment to the ablation", "days", own,
        lambda one: one.days_from_first_treatment,
    )  # fmt: skip
    yield from _other_treatments(analysis, groups, days)


def _other_treatments(analysis: Analysis, groups: Sequence[Group], days: Days) -> Iterator[Row]:
    """Yield the local treatments that are no ablation; no row where there is none."""
    treated = [
        (
            one.patient_id,
            f"lesion {each.lesion_id}: {each.modality} on {days.show(each.treatment_date)}",
        )
        for one in analysis.readings
        for each in one.scans.local_treatments
        if not is_ablation(each.modality)
    ]
    if treated:
        cells = (
            lesion_count_cell(
                "treatments", [pair for pair in treated if pair[0] in group.patients], None
            )
            for group in groups
        )
        yield Row("Other local treatments of lesions", tuple(cells))


def _lesions(
    what: str, lesions: Sequence[AblatedLesion], among: Sequence[tuple[str, str]] | None = None
) -> Cell:
    return lesion_count_cell(what, _name_lesions(lesions), among)


def _name_lesions(lesions: Iterable[AblatedLesion]) -> list[tuple[str, str]]:
    return [(one.patient_id, f"lesion {one.lesion.lesion_id}") for one in lesions]


def _sessions(lesions: Sequence[AblatedLesion], days: Days) -> Cell:
    sessions = {(one.patient_id, a.treatment_date) for one in lesions for a in one.ablations}
    named = [(patient, f"session on {days.show(day)}") for patient, day in sorted(sessions)]
    return lesion_count_cell("sessions", named, None)


def _liver_shares(analysis: Analysis, own: Sequence[Sequence[AblatedLesion]]) -> tuple[Cell, ...]:
    """Return the ablated among the baseline liver lesions of the patients ablated."""
    cells = []
    for lesions in own:
        patients = {one.patient_id for one in lesions}
        among = [
            (one.patient_id, f"lesion {lesion.lesion_id}")
            for one in analysis.readings
            if one.patient_id in patients
            for lesion in one.scans.lesions
            if is_liver_lesion(lesion)
        ]
        total = len(among)
        liver = [one for one in lesions if is_liver_lesion(one.lesion)]
        cell = _lesions("liver lesions ablated", liver, among)
        share = show_count(len(liver), total).removeprefix(str(len(liver)))
        numbers = (*cell.numbers, Number("baseline liver lesions", total))
        text = f"{len(liver)}/{total}{share}"
        cells.append(Cell(text, numbers, cell.inputs, among=cell.among))
    return tuple(cells)


def _per_patient(lesions: Sequence[AblatedLesion]) -> list[Measured]:
    counts: dict[str, int] = {}
    for one in lesions:
        counts[one.patient_id] = counts.get(one.patient_id, 0) + 1
    return [Measured(patient, count, f"{count} lesions") for patient, count in counts.items()]


def _lesion_sample(
    title: str,
    unit: str,
    own: Sequence[Sequence[AblatedLesion]],
    value: Callable[[AblatedLesion], float | None],
) -> Iterator[Row]:
    """Yield the figures of a number of each lesion, and how many lesions have none."""
    samples, missing = [], []
    for lesions in own:
        known = [(one, value(one)) for one in lesions]
        samples.append(
            [
                Measured(one.patient_id, found, f"lesion {one.lesion.lesion_id}: {found:g} {unit}")
                for one, found in known
                if found is not None
            ]
        )
        missing.append([one for one, found in known if found is None])
    yield from sample_rows(f"{title}, {unit}, by lesion", samples)
    cells = (
        _lesions("lesions", some, _name_lesions(lesions))
        for some, lesions in zip(missing, own, strict=True)
    )
    yield Row("Missing", tuple(cells), depth=1)


def _ablation_rows(
    title: str,
    own: Sequence[Sequence[AblatedLesion]],
    level: Callable[[LocalTreatment], str],
    days: Days,
) -> Iterator[Row]:
    """Yield a heading with the number of ablations, and a row for each level."""
    done = [[(one, a) for one in lesions for a in one.ablations] for lesions in own]
    yield Row(title, tuple(_ablations(some, None, days) for some in done))
    levels = {level(a) for some in done for _, a in some}
    order = (*MARGIN_BANDS, NO_MARGIN) if level is _band else sorted(levels)
    for name in order:
        cells = (
            _ablations([(one, a) for one, a in some if level(a) == name], some, days)
            for some in done
        )
        yield Row(name, tuple(cells), depth=1)


def _ablations(
    done: Sequence[tuple[AblatedLesion, LocalTreatment]],
    among: Sequence[tuple[AblatedLesion, LocalTreatment]] | None,
    days: Days,
) -> Cell:
    whole = None if among is None else _name_ablations(among, days)
    return lesion_count_cell("ablations", _name_ablations(done, days), whole)


def _name_ablations(
    done: Iterable[tuple[AblatedLesion, LocalTreatment]], days: Days
) -> list[tuple[str, str]]:
    return [
        (one.patient_id, f"lesion {one.lesion.lesion_id} on {days.show(a.treatment_date)}")
        for one, a in done
    ]


def _band(ablation: LocalTreatment) -> str:
    return NO_MARGIN if ablation.margin_mm is None else margin_band(ablation.margin_mm)


def _outcome_rows(
    key: str, level: str, own: Sequence[Sequence[AblatedLesion]], analysis: Analysis
) -> Iterator[Row]:
    """Yield how many met an outcome, of those assessed, and how many were not assessed."""
    found = [_find(key, level, count_outcomes(lesions, analysis.study)) for lesions in own]
    title = next((one.title for one in found if one is not None), None)
    if title is None:
        return
    together = list(zip(found, own, strict=True))
    cells = tuple(_met(one, _answers(key, lesions)) for one, lesions in together)
    yield Row(f"{title}, by {level}", cells)
    cells = tuple(_unread(one, _answers(key, lesions)) for one, lesions in together)
    yield Row("not assessed", cells, depth=1)


def _find(key: str, level: str, counts: Iterable[AblationCount]) -> AblationCount | None:
    return next((one for one in counts if (one.key, one.level) == (key, level)), None)


def _met(one: AblationCount | None, inputs: Inputs) -> Cell:
    if one is None:
        return Cell("0")
    share = show_count(one.met, one.assessed).removeprefix(str(one.met))
    numbers = (Number("met", one.met), Number("assessed", one.assessed))
    return Cell(f"{one.met}/{one.assessed}{share}", numbers, inputs)


def _unread(one: AblationCount | None, inputs: Inputs) -> Cell:
    count = 0 if one is None else one.not_assessed
    return Cell(str(count), (Number("not assessed", count),), inputs)


def _answers(key: str, lesions: Iterable[AblatedLesion]) -> Inputs:
    """Return what each lesion gives to an outcome."""
    return Inputs(
        tuple((one.patient_id, f"lesion {one.lesion.lesion_id}: {_answer(key, one)}")
              for one in lesions)
    )  # fmt: skip


def _answer(key: str, one: AblatedLesion) -> str:
    answer = getattr(one, key)
    if key == "technical_success":
        return {True: "covered", False: "not covered", None: "not recorded"}[answer]
    return "not repeated" if answer is None else answer.name.replace("_", " ").lower()
