"""The tables ``[[characteristics]]`` of the study file: what is told of the patients at baseline.

Age, sex, ECOG status and the lesions stand in tables of their own and are not declared here. A
study without the section has no table of further characteristics.
"""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator, model_validator

from trialwright.study.section import Section

CharacteristicKind = Literal["category", "number"]
_NAME = r"[a-z][a-z0-9_]*"
_FEWEST = 2  # levels of a category


class Characteristic(Section):
    """One characteristic of the patients or of their disease before treatment."""

    name: str = Field(
        description="Short name, such as ras_status, as the table characteristics writes it."
    )
    title: str = Field(description="What it is, for tables.")
    basis: str = Field(description="Why it is reported.")
    kind: CharacteristicKind = Field(description="category: one of its levels; number: a number.")
    levels: tuple[str, ...] | None = Field(
        default=None, description="Levels of a category, in the order of the table."
    )
    unit: str | None = Field(default=None, description="Unit of a number; none if it has none.")

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if re.fullmatch(_NAME, name) is None:
            msg = "write small letters, digits and _, a letter first, such as ras_status"
            raise ValueError(msg)
        return name

    @field_validator("title", "basis", "unit")
    @classmethod
    def _check_words(cls, words: str | None) -> str | None:
        if words is not None and not words.strip():
            msg = "write it in words; tables and reports print it"
            raise ValueError(msg)
        return words

    @field_validator("levels")
    @classmethod
    def _check_levels(cls, levels: tuple[str, ...] | None) -> tuple[str, ...] | None:
        plain = [level.strip().casefold() for level in levels or ()]
        if "" in plain:
            msg = "a level is blank; what is not known is left blank in the data, and is no level"
            raise ValueError(msg)
        twice = next((level for level in plain if plain.count(level) > 1), None)
        if twice is not None:
            msg = f"the level {twice!r} stands twice (capitals do not matter)"
            raise ValueError(msg)
        return levels

    @model_validator(mode="after")
    def _check_kind(self) -> Characteristic:
        if self.kind == "category":
            if len(self.levels or ()) < _FEWEST:
                msg = f"{self.name} is a category: write at least two levels, in order"
                raise ValueError(msg)
            if self.unit is not None:
                msg = f"{self.name} is a category, which has no unit"
                raise ValueError(msg)
        elif self.levels is not None:
            msg = f"{self.name} is a number, which has no levels; is kind = 'category' meant?"
            raise ValueError(msg)
        return self


def refuse_repeated_names(characteristics: tuple[Characteristic, ...]) -> None:
    """Raise ``ValueError`` if two characteristics have one name."""
    names = [one.name for one in characteristics]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        msg = f"characteristics: two have the name {twice}; give each its own"
        raise ValueError(msg)
