"""The response rate within subgroups of the efficacy set: who is in each, and the estimate.

Every patient of the set stands in one level of each subgroup, "not known" among them, so that
the levels add up to the set. Intervals are the study's, and take no account of how many there are.

Sources
-------
ICH E7 (1993): 65 years. Fong et al., Ann Surg 1999;230:309, and Nordlinger et al., Cancer
1996;77:1254: more than one liver metastasis, four or more, larger than 5 cm. Puijk et al., BMC
Cancer 2018;18:821 (COLLISION): 3 cm, up to which ablation is compared with surgery.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.analysis.rates import estimate_rate
from trialwright.dataset.age import derive_ages
from trialwright.response.tumour_burden import measure_burden

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwright.analysis.result import Analysis
    from trialwright.dataset.age import Age
    from trialwright.endpoints import Outcome
    from trialwright.response import ChosenReading
    from trialwright.response.tumour_burden import TumourBurden
    from trialwright.stats import Proportion

NOT_KNOWN = "not known"
ELDERLY_FROM = 65  # completed years
MOST_SITES = 8  # more are no subgroup: a forest of single patients says nothing
_LARGEST_MM = (30.0, 50.0)
_FEW, _MANY = 2, 4  # liver lesions from which the middle and the last level begin
_AFTER_BASELINE = (
    "Ablation comes after baseline: only a patient who lived and stayed in the study could be "
    "ablated, so the levels cannot be compared as causes."
)
_OF_EACH = dict[str, str | None]  # the level of each patient; none: not known


@dataclass(frozen=True, slots=True)
class SubgroupLevel:
    """One level of a subgroup.

    Parameters
    ----------
    label : str
        The level in words.
    patients, responders : tuple of str
        Its patients in order of enrolment, and those of them who responded.
    estimate : Proportion or None
        The response rate with the study's interval; none of nobody.
    """

    label: str
    patients: tuple[str, ...]
    responders: tuple[str, ...]
    estimate: Proportion | None


@dataclass(frozen=True, slots=True)
class Subgroup:
    """The efficacy set divided by one characteristic.

    Parameters
    ----------
    title : str
        The characteristic.
    levels : tuple of SubgroupLevel
        Its levels in order, together the efficacy set; empty where ``not_shown`` says why.
    not_shown : str
        Why there are no levels: nobody recorded it, or there are too many.
    note : str
        What a reader must bear in mind.
    """

    title: str
    levels: tuple[SubgroupLevel, ...]
    not_shown: str = ""
    note: str = ""


def subgroups_of(analysis: Analysis) -> tuple[Subgroup, ...]:
    """Return the response rate by sex, age, performance status, disease and the study's own.

    Parameters
    ----------
    analysis : Analysis
        The results; the patients and outcomes are those of its response rate ``ORR``.

    Returns
    -------
    tuple of Subgroup
        Empty where the response rate is not computable.
    """
    result = analysis.proportion("ORR")
    if result is None:
        return ()
    return tuple(
        _divide(title, of_each, order, result.outcomes, analysis, note)
        for title, of_each, order, note in _characteristics(analysis)
    )


def _divide(
    title: str,
    of_each: _OF_EACH,
    order: Sequence[str],
    outcomes: Sequence[Outcome],
    analysis: Analysis,
    note: str,
) -> Subgroup:
    found = {one.patient_id: of_each.get(one.patient_id) for one in outcomes}
    if not any(found.values()):
        return Subgroup(title, (), "not recorded of any patient")
    others = sorted({name for name in found.values() if name and name not in order})
    labels = [*order, *others] if order else others
    if title == _SITE and len(labels) > MOST_SITES:
        return Subgroup(title, (), f"{len(labels)} sites, too many to show apart")
    if None in found.values():
        labels.append(NOT_KNOWN)
    levels = (
        _level(label, [one for one in outcomes if (found[one.patient_id] or NOT_KNOWN) == label],
               analysis)
        for label in dict.fromkeys(labels)
    )  # fmt: skip
    return Subgroup(title, tuple(levels), note=note)


def _level(label: str, outcomes: Sequence[Outcome], analysis: Analysis) -> SubgroupLevel:
    return SubgroupLevel(
        label,
        tuple(one.patient_id for one in outcomes),
        tuple(one.patient_id for one in outcomes if one.met),
        estimate_rate(outcomes, analysis.study) if outcomes else None,
    )


_SITE = "Site"


def _characteristics(analysis: Analysis) -> Iterator[tuple[str, _OF_EACH, Sequence[str], str]]:
    """Yield title, the level of each patient, the order of the levels, and the note."""
    rows = {row["patient_id"]: row for row in analysis.dataset.patients.iter_rows(named=True)}
    yield "Sex", {name: _known_sex(row["sex"]) for name, row in rows.items()}, _SEXES, ""
    ages = {name: _age_level(age) for name, age in derive_ages(analysis.dataset).items()}
    yield "Age, years", ages, _AGE_LEVELS, ""
    status = {name: _text(row["ecog"]) for name, row in rows.items()}
    yield "ECOG performance status", status, (), ""
    yield _SITE, {name: _text(row["site"]) for name, row in rows.items()}, (), ""
    burdens = [measure_burden(one.scans) for one in analysis.readings if _counts(one)]
    lesions = {one.patient_id: _liver_level(one) for one in burdens}
    yield "Liver lesions at baseline", lesions, _LIVER_LEVELS, ""
    sizes = {one.patient_id: _size_level(one) for one in burdens}
    yield "Largest liver lesion at baseline, mm", sizes, _SIZE_LEVELS, ""
    if analysis.study.ablation is not None or analysis.ablated:
        done = {one.patient_id for one in analysis.ablated if any(x.planned for x in one.ablations)}
        levels: _OF_EACH = {name: _ABLATED[name in done] for name in rows}
        yield "Ablation as planned", levels, tuple(_ABLATED.values()), _AFTER_BASELINE
    yield from _of_the_study(analysis)


def _counts(one: ChosenReading) -> bool:
    """Tell whether anybody's reading of the patient counts."""
    return one.refused is None and not one.unread


_SEXES = ("female", "male")
_AGE_LEVELS = (f"under {ELDERLY_FROM}", f"{ELDERLY_FROM} or more")
_ABLATED = {True: "a lesion ablated", False: "no lesion ablated"}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _known_sex(sex: str | None) -> str | None:
    return None if sex == "unknown" else sex


def _age_level(age: Age) -> str | None:
    """Return the level of an age; a birth known in part often tells it too."""
    if age.at_least is None or age.at_most is None:
        return None
    if (age.at_least < ELDERLY_FROM) != (age.at_most < ELDERLY_FROM):
        return None
    return _AGE_LEVELS[age.at_least >= ELDERLY_FROM]


_LIVER_LEVELS = ("none", "1", f"{_FEW} to {_MANY - 1}", f"{_MANY} or more")
_SIZE_LEVELS = (
    f"up to {_LARGEST_MM[0]:g}",
    f"over {_LARGEST_MM[0]:g} to {_LARGEST_MM[1]:g}",
    f"over {_LARGEST_MM[1]:g}",
)


def _liver_level(one: TumourBurden) -> str | None:
    count = one.liver_lesions
    if count is None:
        return None
    return _LIVER_LEVELS[(count > 0) + (count >= _FEW) + (count >= _MANY)]


def _size_level(one: TumourBurden) -> str | None:
    size = one.largest_liver_mm
    return None if size is None else _SIZE_LEVELS[sum(size > end for end in _LARGEST_MM)]


def _of_the_study(analysis: Analysis) -> Iterator[tuple[str, _OF_EACH, Sequence[str], str]]:
    """Yield the characteristics that the study file declares as categories."""
    values = analysis.dataset.table("characteristics")
    for one in analysis.study.characteristics:
        if one.kind == "category":
            spelled = {level.casefold(): level for level in one.levels or ()}
            own = values.filter(values["characteristic"] == one.name)
            of_each: _OF_EACH = {
                patient: None if value is None else spelled.get(value.strip().casefold(), value)
                for patient, value in own.select("patient_id", "value").iter_rows()
            }
            yield one.title, of_each, tuple(one.levels or ()), ""
