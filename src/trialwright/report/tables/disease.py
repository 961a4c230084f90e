"""Table 14.1.4: the disease at baseline, as the study declares it and as the scans show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.analysis.baseline_disease import (
    measure_burdens,
    read_baseline_laboratory,
    read_declared,
)
from trialwright.report.figures.population import efficacy_population
from trialwright.report.model import Row, Table
from trialwright.report.tables.ablated_lesions import concerns_ablation
from trialwright.report.tables.blocks import QUARTILE_NOTE, SD_NOTE, category_rows, number_rows
from trialwright.report.tables.groups import count_row, divide_by_arm, head_columns, words_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.analysis import Analysis
    from trialwright.analysis.baseline_disease import BaselineLaboratory, DeclaredCharacteristic
    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.report.tables.groups import Group
    from trialwright.response.tumour_burden import TumourBurden

_TUMOUR_NOTE = (
    "Lesions and sizes are those of the last scan before treatment in the reading that counts{}; "
    "a diameter is the longest, of a lymph node the short axis."
)
_ANALYTE = "lactate dehydrogenase"


def build_disease(analysis: Analysis, safety: SafetyAnalysis) -> Table:
    """Build table 14.1.4 of the full analysis set.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    safety : SafetyAnalysis
        From ``analyse_safety``; its laboratory holds the baseline values.
    """
    population = efficacy_population(analysis)
    groups = divide_by_arm(analysis.dataset, population.patients)
    declared = read_declared(analysis)
    laboratory = read_baseline_laboratory(safety, _ANALYTE)
    rows = (
        *(row for one in declared for row in _declared_rows(one, groups)),
        *_tumour_rows(measure_burdens(analysis), groups),
        *_laboratory_rows(laboratory, groups),
    )
    notes = (
        _TUMOUR_NOTE.format(", lesions ablated later included" * concerns_ablation(analysis)),
        *_declared_notes(declared, analysis),
        *_laboratory_notes(laboratory, safety),
        SD_NOTE,
        QUARTILE_NOTE,
    )
    return Table("14.1.4", "Disease at baseline", population, head_columns(groups), rows, notes)


def _declared_rows(one: DeclaredCharacteristic, groups: Sequence[Group]) -> Iterator[Row]:
    if one.not_collected:
        yield words_row(one.title, "not collected", groups)
    elif one.kind == "category":
        yield from category_rows(one.title, one.levels, groups, order=one.order)
    else:
        yield from number_rows(one.title, one.numbers, groups, unit=one.unit)


def _declared_notes(
    declared: Sequence[DeclaredCharacteristic], analysis: Analysis
) -> Iterator[str]:
    if not declared:
        yield "The study file declares no further characteristics."
    members = {one.patient_id for one in analysis.sets.efficacy}
    for one in declared:
        unusable = len(members & one.unusable)
        if unusable:
            yield (
                f"{one.title}: in {unusable} the value on file is none that the study declares; "
                "it counts as missing."
            )


def _tumour_rows(burdens: Mapping[str, TumourBurden], groups: Sequence[Group]) -> Iterator[Row]:
    """Yield what the baseline scan shows."""
    for title, unit, name in (
        ("Liver lesions", "", "liver_lesions"),
        ("Largest liver lesion", "mm", "largest_liver_mm"),
        ("Target lesions", "", "targets"),
        ("Sum of target diameters", "mm", "sum_mm"),
    ):
        values = {one: getattr(burden, name) for one, burden in burdens.items()}
        yield from number_rows(title, values, groups, unit=unit)
    yield from _organ_rows(burdens, groups)


def _organ_rows(burdens: Mapping[str, TumourBurden], groups: Sequence[Group]) -> Iterator[Row]:
    """Yield the organs outside the liver; a patient may have several."""
    organs = {one: burden.extrahepatic for one, burden in burdens.items()}
    levels = {
        one: None if found is None else _NUMBER_OF_ORGANS[min(len(found), 2)]
        for one, found in organs.items()
    }
    yield from category_rows(
        "Organs with a lesion outside the liver", levels, groups, order=_NUMBER_OF_ORGANS
    )
    seen = sorted({organ for found in organs.values() for organ in found or ()})
    if seen:  # a heading of their own: under "Missing" they would be read as not known
        yield Row("Organs outside the liver")
    for organ in seen:
        patients = {one for one, found in organs.items() if organ in (found or ())}
        yield count_row(organ, patients, groups, depth=1)


_NUMBER_OF_ORGANS = ("none", "one", "two or more")


def _laboratory_rows(found: BaselineLaboratory | None, groups: Sequence[Group]) -> Iterator[Row]:
    """Yield lactate dehydrogenase before treatment, where the data hold it."""
    if found is None:
        return
    yield from number_rows("Lactate dehydrogenase", found.values, groups, unit=found.unit)
    yield from category_rows(
        "Lactate dehydrogenase above the upper limit of normal",
        {one: "yes" if above else "no" for one, above in found.above_limit.items()},
        groups,
        order=("yes", "no"),
    )


def _laboratory_notes(found: BaselineLaboratory | None, safety: SafetyAnalysis) -> Iterator[str]:
    """Say why lactate dehydrogenase is not shown, or whose value is no number."""
    if found is None:
        told = (one.why for one in safety.not_computable if one.key == "laboratory")
        why = next(told, "the data hold no value before treatment")
        yield f"Lactate dehydrogenase is not shown: {why}."
    elif found.not_exact:
        yield (
            f"Lactate dehydrogenase of {len(found.not_exact)} is known only as below or above a "
            "limit; it counts as missing."
        )
