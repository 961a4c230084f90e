"""Table 14.1.3: age, sex, performance status and site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.dataset.age import AGE_GROUPS, derive_ages
from trialwright.report.figures.population import efficacy_population
from trialwright.report.model import Row, Table
from trialwright.report.tables.blocks import QUARTILE_NOTE, SD_NOTE, category_rows, number_rows
from trialwright.report.tables.groups import divide_by_arm, head_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwright.analysis import Analysis
    from trialwright.dataset.age import Age
    from trialwright.report.tables.groups import Group

_SEXES = ("female", "male")
_AGE_NOTE = (
    "Age in completed years at informed consent, else at enrolment, else at the first treatment."
)


def build_demographics(analysis: Analysis) -> Table:
    """Build table 14.1.3 of the full analysis set.

    Parameters
    ----------
    analysis : Analysis
        From ``analyse``.
    """
    population = efficacy_population(analysis)
    groups = divide_by_arm(analysis.dataset, population.patients)
    every_age = derive_ages(analysis.dataset)
    ages = {one: every_age[one] for one in population.patients}
    frame = analysis.dataset.patients
    values = {
        name: dict(frame.select("patient_id", name).iter_rows()) for name in ("sex", "ecog", "site")
    }
    status = {one: None if level is None else str(level) for one, level in values["ecog"].items()}
    rows = (
        *_age_rows(ages, groups),
        *category_rows(
            "Age group, years",
            {one: age.group for one, age in ages.items()},
            groups,
            order=(words for _, _, words in AGE_GROUPS),
            missing="Missing, or in two groups",
        ),
        *category_rows("Sex", values["sex"], groups, order=_SEXES),
        *category_rows("ECOG performance status", status, groups),
        *category_rows("Site", values["site"], groups),
    )
    notes = (_AGE_NOTE, *_why_not_whole(ages), SD_NOTE, QUARTILE_NOTE)
    return Table("14.1.3", "Demographics", population, head_columns(groups), rows, notes)


def _age_rows(ages: Mapping[str, Age], groups: Sequence[Group]) -> Iterator[Row]:
    """Yield the age; where a birth date leaves two ages open, both the least and the most."""
    if all(age.at_least == age.at_most for age in ages.values()):
        yield from number_rows("Age", {one: age.years for one, age in ages.items()}, groups,
                               unit="years")  # fmt: skip
        return
    for words, limits in (
        ("the least that is possible", {one: age.at_least for one, age in ages.items()}),
        ("the most that is possible", {one: age.at_most for one, age in ages.items()}),
    ):
        yield from number_rows(f"Age ({words})", limits, groups, unit="years")


def _why_not_whole(ages: Mapping[str, Age]) -> Iterator[str]:
    """Say of how many patients the age is known in part, or not at all, and why."""
    partly = sum(age.at_least is not None and age.years is None for age in ages.values())
    if partly:
        yield (
            f"The birth date of {partly} of {len(ages)} patients is known in part and leaves more "
            "than one age open; none is chosen."
        )
    unknown = [age.why_not for age in ages.values() if age.why_not]
    for why in dict.fromkeys(unknown):
        yield f"Age not known in {unknown.count(why)}: {why}."
