"""The table ``[safety]`` of the study file: how harm is graded, counted and watched."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trialwright.study.section import Days, Rate, Section, Size
from trialwright.study.stated import Stated

Digits = Annotated[int, Field(ge=2, le=15)]
Grade = Annotated[int, Field(ge=1, le=5)]
ToxicityKind = Literal["any", "immune-related", "ablation-related", "drug-related"]


class Safety(Section):
    """How harm is graded, counted and watched."""

    ctcae_version: Stated[Literal["4.03", "5.0", "6.0"]] = Field(
        description="CTCAE version of every grade (5 and 6 grade laboratory values differently)."
    )
    significant_digits: Stated[Digits] = Field(
        description="Significant digits to which a laboratory value and a threshold are rounded "
        "before they are compared."
    )
    emergent_days: Stated[Days] = Field(
        description="An event is treatment-emergent if it begins or worsens on treatment or at "
        "most so many days after the last dose."
    )
    emergent_days_serious: Stated[Days] = Field(
        description="The same for serious and for immune-related events."
    )
    emergent_until_new_therapy: Stated[bool] = Field(
        description="Whether a new anticancer treatment ends that time."
    )
    unknown_onset: Stated[Literal["emergent", "not_emergent"]] = Field(
        description="An event whose date says neither that it began before treatment nor after."
    )
    procedure_days: Stated[Days] = Field(
        description="An event that begins at most so many days after an ablation is emergent on "
        "it; later ones are its delayed complications if they are attributed to it."
    )
    ablation_rise_days: Stated[Days] = Field(
        description="A laboratory value at most so many days after an ablation is shown as "
        "procedural, in a bucket of its own."
    )
    ablation_explains_days: Stated[Days] = Field(
        description="An ablation at most so many days before is named as another cause of a "
        "candidate of Hy's law."
    )
    liver_window_days: Stated[Days] = Field(
        description="Days within which bilirubin must follow the transaminase for Hy's law."
    )
    special_interest: Stated[tuple[str, ...]] = Field(
        description="Groups of adverse events of special interest."
    )
    death_days: Stated[Days] = Field(
        description="Deaths on treatment or at most so many days after the last treatment are "
        "listed apart."
    )
    rest_days_count: Stated[bool] = Field(
        description="Whether the time on a drug includes the planned rest days after its last dose."
    )
    interruption_days: Stated[Size] = Field(
        description="A drug left out for at least so many days in a row counts as interrupted."
    )
    unacceptable_toxicity: Stated[str] = Field(
        description="Which events count as unacceptable toxicity, in words."
    )
    unacceptable_kinds: Stated[tuple[ToxicityKind, ...]] = Field(
        description="Kinds of events that count: immune-related, ablation-related, drug-related, "
        "or any."
    )
    unacceptable_grade: Stated[Grade] = Field(description="Lowest grade at which they count.")
    unacceptable_deaths: Stated[Literal["none", "not_from_disease", "any"]] = Field(
        description="Deaths that count."
    )
    toxicity_window_days: Stated[Days] = Field(
        description="Days from the first treatment in which such an event counts."
    )
    highest_toxicity_rate: Stated[Rate] = Field(
        description="Rate of unacceptable toxicity that must not be exceeded."
    )
    toxicity_stop_probability: Stated[Rate] = Field(
        description="Enrolment stops if the posterior probability that the rate is exceeded, from "
        "a uniform prior, is above this."
    )
    toxicity_look_every: Stated[Size] = Field(
        description="Toxicity is looked at after each further number of patients."
    )
