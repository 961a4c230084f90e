"""The baseline characteristics: age, sex, performance status, and what the study declares.

Of the full analysis set, as in tables 14.1.3 and 14.1.4. A measure that is not known of everybody
says so; one that is known of nobody is left out and is a gap.

Source: ClinicalTrials.gov, results data elements, section 2 (baseline characteristics).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Literal

from trialwright.analysis.baseline_disease import measure_burdens, read_declared
from trialwright.dataset.age import AGE_GROUPS, derive_ages
from trialwright.report.registry.groups import (
    PARTICIPANTS,
    count_analysed,
    describe_group,
    show_value,
)
from trialwright.stats.sample_summary import summarise_sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from trialwright.analysis import Analysis
    from trialwright.report.registry.fields import (
        BaselineCharacteristics,
        BaselineMeasure,
        Measurement,
    )

_GROUP = "BG000"
_NOT_KNOWN = "Not known"
_TUMOUR = (
    ("Liver lesions", "Lesions", "liver_lesions"),
    ("Largest liver lesion", "mm", "largest_liver_mm"),
    ("Target lesions", "Lesions", "targets"),
    ("Sum of target diameters", "mm", "sum_mm"),
)


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One characteristic with what is known of each patient of the set.

    Parameters
    ----------
    title, unit : str
        As the registry shows them; a category has participants as its unit.
    levels : mapping of str to str or None
        By patient, of a category.
    numbers : mapping of str to float or None
        By patient, of a number.
    order : tuple of str
        Levels in their order, shown also where nobody has them.
    kind : {"category", "mean", "median"}
        How it is summed up.
    note : str
        What the reader must know of it.
    """

    title: str
    kind: Literal["category", "mean", "median"]
    unit: str = PARTICIPANTS
    levels: Mapping[str, str | None] | None = None
    numbers: Mapping[str, float | None] | None = None
    order: tuple[str, ...] = ()
    note: str = ""

    @property
    def known(self) -> int:
        """Number of patients of whom it is known."""
        values = (self.levels or self.numbers or {}).values()
        return sum(value is not None for value in values)


def build_baseline(analysis: Analysis) -> BaselineCharacteristics:
    """Build the baseline characteristics module.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    """
    total = len(analysis.sets.efficacy)
    measures = [
        _category(one, total) if one.kind == "category" else _number(one, total)
        for one in list_characteristics(analysis)
        if one.known
    ]
    module: BaselineCharacteristics = {
        "groups": [describe_group(analysis.study, _GROUP)],
        "denoms": count_analysed(_GROUP, total),
        "measures": measures,
    }
    if total != len(analysis.sets.named("enrolled").patients):
        module = {"populationDescription": describe_set(analysis), **module}
    return module


def describe_set(analysis: Analysis) -> str:
    """Say who is analysed: the full analysis set by its definition."""
    full = analysis.sets.named("full_analysis")
    return f"{full.title}: {full.definition}."


def list_characteristics(analysis: Analysis) -> tuple[Characteristic, ...]:
    """Return every characteristic that the study or the data have, known or not."""
    everybody = [one.patient_id for one in analysis.sets.efficacy]
    return (
        *_demographics(analysis, everybody),
        *_declared(analysis, everybody),
        *_tumour(analysis, everybody),
    )


def _demographics(analysis: Analysis, everybody: Iterable[str]) -> Iterator[Characteristic]:
    everybody = list(everybody)
    ages, frame = derive_ages(analysis.dataset), analysis.dataset.patients
    sexes = dict(frame.select("patient_id", "sex").iter_rows())
    status = dict(frame.select("patient_id", "ecog").iter_rows())
    yield Characteristic(
        "Age, Continuous", "mean", "years", numbers={one: ages[one].years for one in everybody}
    )
    yield Characteristic(
        "Age, Customized",
        "category",
        levels={one: ages[one].group for one in everybody},
        order=tuple(words for _, _, words in AGE_GROUPS),
        note="Age in completed years, by the groups of ICH E7.",
    )
    shown = {one: _SEXES.get(sexes[one] or "") for one in everybody}
    whole = all(shown.values())
    yield Characteristic(
        "Sex: Female, Male" if whole else "Sex/Gender, Customized",
        "category",
        levels=shown,
        order=tuple(_SEXES.values()),
    )
    yield Characteristic(
        "ECOG performance status",
        "category",
        levels={one: None if status[one] is None else str(status[one]) for one in everybody},
    )


_SEXES = {"female": "Female", "male": "Male"}


def _declared(analysis: Analysis, everybody: Iterable[str]) -> Iterator[Characteristic]:
    everybody = list(everybody)
    for one in read_declared(analysis):
        if one.kind == "category":
            levels = {patient: one.levels.get(patient) for patient in everybody}
            yield Characteristic(one.title, "category", levels=levels, order=one.order)
        else:
            numbers = {patient: one.numbers.get(patient) for patient in everybody}
            # The registry wants a unit of everything; a number without one is a bare number.
            yield Characteristic(one.title, "median", one.unit or "Number", numbers=numbers)


def _tumour(analysis: Analysis, everybody: Iterable[str]) -> Iterator[Characteristic]:
    burdens = measure_burdens(analysis)
    everybody = [one for one in everybody if one in burdens]
    for title, unit, name in _TUMOUR:
        numbers = {one: getattr(burdens[one], name) for one in everybody}
        note = "At the last scan before treatment, in the reading that counts."
        yield Characteristic(title, "median", unit, numbers=numbers, note=note)


def _category(one: Characteristic, total: int) -> BaselineMeasure:
    """Count the patients of each level; those of whom it is not known are a level of their own."""
    levels = one.levels or {}
    counts = Counter(level for level in levels.values() if level is not None)
    others = sorted(counts.keys() - set(one.order))
    shown = [(level, counts[level]) for level in (*one.order, *others)]
    if one.known < total:
        shown.append((_NOT_KNOWN, total - one.known))
    categories = [
        {"title": level, "measurements": [_measurement(str(number))]} for level, number in shown
    ]
    measure: BaselineMeasure = {
        "title": one.title,
        "paramType": "COUNT_OF_PARTICIPANTS",
        "unitOfMeasure": PARTICIPANTS,
        "classes": [{"categories": categories}],  # type: ignore[typeddict-item]
    }
    return measure if not one.note else {**measure, "description": one.note}


def _number(one: Characteristic, total: int) -> BaselineMeasure:
    values = [value for value in (one.numbers or {}).values() if value is not None]
    summary = summarise_sample(values)
    if one.kind == "mean":
        value = _measurement(
            show_value(summary.mean), spread=show_value(summary.standard_deviation)
        )
        if isnan(summary.standard_deviation):
            value["comment"] = "No standard deviation of a single value."
    else:
        value = _measurement(show_value(summary.median))
        value["lowerLimit"], value["upperLimit"] = map(show_value, (summary.least, summary.largest))
    measure: BaselineMeasure = {
        "title": one.title,
        "paramType": "MEAN" if one.kind == "mean" else "MEDIAN",
        "dispersionType": "STANDARD_DEVIATION" if one.kind == "mean" else "FULL_RANGE",
        "unitOfMeasure": one.unit,
        "classes": [{"categories": [{"measurements": [value]}]}],
    }
    if one.note:
        measure["description"] = one.note
    if one.known < total:
        measure["populationDescription"] = f"Known of {one.known} of {total} patients."
        measure["denoms"] = count_analysed(_GROUP, one.known)
    return measure


def _measurement(value: str, *, spread: str = "") -> Measurement:
    found: Measurement = {"groupId": _GROUP, "value": value}
    if spread:
        found["spread"] = spread
    return found
