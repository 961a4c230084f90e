"""The tables ``[[dose_rules]]`` of the study file: a team's own rules of holding and reducing.

A rule is a row of a protocol's table of dose modifications: what it looks at (an adverse event or
a laboratory value, and what else must be true), what it then asks for, and when the drug may be
given again. The sets that come with Trialwright are written in the same words
(``safety/dosing/*.toml``), so any drug fits by a change of the study file.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, Strict, field_validator, model_validator

from trialwright.study.section import Section, Size

DoseAction = Literal["continue", "reduce", "hold", "hold and reduce", "stop"]
Occurrence = Literal["first", "recurrent"]
Grade = Annotated[int, Strict(), Field(ge=1, le=5)]
Multiple = Annotated[float, Strict(), Field(gt=0, le=1000)]  # of the upper limit of normal
_NAME = r"[a-z][a-z0-9_]*"
_OF_EVENTS = (
    "groups",
    "except_groups",
    "body_systems",
    "except_body_systems",
    "least_grade",
    "most_grade",
    "occurrence",
    "symptomatic",
    "attributed",
    "immune_related",
    "worsening",
    "not_improved_days",
    "return_grade",
)
_OF_VALUES = (
    "up_to",
    "with_analyte",
    "with_above",
    "with_days",
    "baseline_above",
    "baseline_up_to",
    "baseline_analytes",
    "return_at_most",
)


class DoseRule(Section):
    """One rule; what is not given does not matter to it."""

    number: str = Field(description="Its number in the set, as advice cites it.")
    groups: tuple[str, ...] | None = Field(
        default=None, description="Groups of adverse events that it looks at."
    )
    except_groups: tuple[str, ...] | None = Field(
        default=None, description="Groups that it leaves to other rules."
    )
    body_systems: tuple[str, ...] | None = Field(
        default=None, description="System organ classes that it looks at beside the groups."
    )
    except_body_systems: tuple[str, ...] | None = Field(
        default=None, description="System organ classes that it leaves to other rules."
    )
    least_grade: Grade | None = Field(default=None, description="Lowest CTCAE grade.")
    most_grade: Grade | None = Field(default=None, description="Highest CTCAE grade.")
    occurrence: Occurrence | None = Field(
        default=None,
        description="first: the event has not been there before at the lowest grade or above; "
        "recurrent: it has, and was over. Of values: they had come down between.",
    )
    symptomatic: bool | None = Field(default=None, description="Whether it has symptoms.")
    attributed: bool | None = Field(
        default=None, description="Whether it is attributed to the drug."
    )
    immune_related: bool | None = Field(
        default=None, description="Whether it is an immune-related event."
    )
    worsening: bool | None = Field(
        default=None, description="true: it has come to a higher grade than it had."
    )
    not_improved_days: Size | None = Field(
        default=None,
        description="It lasts for more than so many days after the dose was reduced for it.",
    )
    analytes: tuple[str, ...] | None = Field(
        default=None, description="Laboratory analytes; the highest of them counts."
    )
    above: Multiple | None = Field(
        default=None, description="Above so many times the upper limit of normal."
    )
    up_to: Multiple | None = Field(
        default=None, description="Up to so many times the upper limit of normal."
    )
    with_analyte: str | None = Field(
        default=None, description="A second analyte that must be high at the same time."
    )
    with_above: Multiple | None = Field(
        default=None, description="Above so many times its upper limit of normal."
    )
    with_days: Annotated[int, Strict(), Field(ge=0, le=90)] | None = Field(
        default=None, description="Days by which the two samples may lie apart."
    )
    baseline_above: Multiple | None = Field(
        default=None, description="The highest of them before treatment was above this multiple."
    )
    baseline_up_to: Multiple | None = Field(
        default=None, description="The highest of them before treatment was at most this multiple."
    )
    baseline_analytes: tuple[str, ...] | None = Field(
        default=None, description="Analytes of the baseline, if not those of the rule."
    )
    liver_involved: bool | None = Field(
        default=None, description="Whether there is tumour in the liver."
    )
    action: DoseAction = Field(description="What it asks for.")
    unless_benefit: bool | None = Field(
        default=None, description="true: a stop that a physician may set aside after recovery."
    )
    return_grade: Grade | None = Field(
        default=None, description="Given again at this grade or below; 1 if not said."
    )
    return_at_most: Multiple | None = Field(
        default=None,
        description="Given again at this multiple of the upper limit or below, or at baseline.",
    )
    return_condition: str | None = Field(
        default=None, description="What else must be true before it is given again."
    )
    hold_least_days: Size | None = Field(default=None, description="Shortest hold, days.")
    hold_most_days: Size | None = Field(
        default=None, description="After a longer hold the drug is stopped, days."
    )
    exception: str | None = Field(
        default=None, description="For whom it does not hold, where the data cannot tell."
    )
    monitoring: str | None = Field(default=None, description="What to watch, and how often.")
    source: str = Field(description="Where it stands.")

    @property
    def of_values(self) -> bool:
        """Whether it looks at laboratory values; otherwise at adverse events."""
        return self.analytes is not None

    @field_validator("number", "source")
    @classmethod
    def _check_words(cls, words: str) -> str:
        return _said(words)

    @model_validator(mode="after")
    def _check_trigger(self) -> DoseRule:
        self._refuse_a_mixture()
        if self.of_values:
            self._check_values()
        elif self.least_grade is None:
            msg = "say which grade it looks at (least_grade), or which analytes"
            raise ValueError(msg)
        _check_order("most_grade", self.most_grade, "least_grade", self.least_grade, equal=True)
        _check_order("baseline_up_to", self.baseline_up_to, "baseline_above", self.baseline_above)
        _check_order("hold_most_days", self.hold_most_days, "hold_least_days", self.hold_least_days)
        return self

    def _refuse_a_mixture(self) -> None:
        spare = [name for name in self._foreign() if getattr(self, name) is not None]
        if spare:
            kind = "laboratory values" if self.of_values else "adverse events"
            msg = f"a rule of {kind} has no {spare[0]}; write a second rule for it"
            raise ValueError(msg)
        holds = "hold" in self.action
        for name in ("hold_least_days", "hold_most_days"):
            if getattr(self, name) is not None and not holds:
                msg = f"{name} goes with a hold, and the action is {self.action!r}"
                raise ValueError(msg)
        if self.unless_benefit and self.action != "stop":
            msg = f"unless_benefit goes with a stop, and the action is {self.action!r}"
            raise ValueError(msg)

    def _foreign(self) -> tuple[str, ...]:
        if not self.of_values:
            return ("above", *_OF_VALUES)
        return tuple(name for name in _OF_EVENTS if name != "occurrence")

    def _check_values(self) -> None:
        if self.above is None:
            msg = "a rule of laboratory values needs above, a multiple of the upper limit"
            raise ValueError(msg)
        _check_order("up_to", self.up_to, "above", self.above)
        together = (self.with_analyte, self.with_above, self.with_days)
        if any(part is not None for part in together) and None in together:
            msg = "with_analyte, with_above and with_days go together"
            raise ValueError(msg)
        needed = self.occurrence is not None or "hold" in self.action
        if needed and self.return_at_most is None:
            msg = "say at which multiple of the upper limit it is over (return_at_most)"
            raise ValueError(msg)


class OwnDoseRules(Section):
    """Rules of the team's own, by which a drug is held, reduced and stopped."""

    name: str = Field(description="Short name, such as protocol_6_2.")
    title: str = Field(description="What it is, for tables.")
    basis: str = Field(description="Where it comes from: a paragraph of the protocol.")
    based_on: str | None = Field(
        default=None,
        description="Set whose rules it takes over: one that comes with Trialwright, or one "
        "declared before. A rule of the same number replaces one of these.",
    )
    without: tuple[str, ...] | None = Field(
        default=None, description="Numbers of the rules that it does not take over."
    )
    immune_groups: tuple[str, ...] | None = Field(
        default=None,
        description="Groups of events that are immune-related where the data do not say.",
    )
    monitoring: str | None = Field(default=None, description="What to watch in every patient.")
    groups: dict[str, tuple[str, ...]] | None = Field(
        default=None,
        description="Groups of adverse events: preferred terms; capitals do not matter, and * "
        "stands for any letters.",
    )
    rules: tuple[DoseRule, ...] = Field(default=(), description="The rules.")

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if re.fullmatch(_NAME, name) is None:
            msg = "write small letters, digits and _, a letter first, such as protocol_6_2"
            raise ValueError(msg)
        return name

    @field_validator("title", "basis")
    @classmethod
    def _check_words(cls, words: str) -> str:
        return _said(words)

    @model_validator(mode="after")
    def _check_numbers(self) -> OwnDoseRules:
        numbers = [rule.number for rule in self.rules]
        twice = next((number for number in numbers if numbers.count(number) > 1), None)
        if twice is not None:
            msg = f"two rules have the number {twice}; number each once"
            raise ValueError(msg)
        return self


def _said(words: str) -> str:
    if not words.strip():
        msg = "write it in words; advice prints it"
        raise ValueError(msg)
    return words


def _check_order(
    high_name: str, high: float | None, low_name: str, low: float | None, *, equal: bool = False
) -> None:
    if high is None or low is None or high > low or (equal and high == low):
        return
    msg = f"{high_name} {high:g} must lie above {low_name} {low:g}"
    raise ValueError(msg)
