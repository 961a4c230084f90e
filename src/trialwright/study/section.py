"""What the tables of the study file are made of: their base, and the numbers they hold."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict

# Strict: neither true nor "1" is the number 1.
_Integer = Annotated[int, Strict()]
_Real = Annotated[float, Strict()]

Rate = Annotated[_Real, Field(gt=0, lt=1)]
# Upper bounds catch slips of the pen, such as days typed for months.
Level = Annotated[_Real, Field(ge=0.5, le=0.9999)]
Months = Annotated[_Real, Field(gt=0, le=600)]
Weeks = Annotated[_Real, Field(gt=0, le=104)]
DaysPerMonth = Annotated[_Real, Field(ge=28, le=31)]
Millimetres = Annotated[_Real, Field(gt=0, le=500)]
Milligrams = Annotated[_Real, Field(gt=0, le=1e6)]
Percent = Annotated[_Real, Field(ge=0, le=100)]
Days = Annotated[_Integer, Field(ge=0, le=3650)]
StudyDay = Annotated[_Integer, Field(ge=1, le=3650)]
Count = Annotated[_Integer, Field(ge=0, le=1000)]
Size = Annotated[_Integer, Field(ge=1, le=1000)]
Missed = Annotated[_Integer, Field(ge=-1, le=100)]
CalendarDay = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2150, 1, 1))]
TimeOrigin = Literal["first_treatment", "enrolment"]


class Section(BaseModel):
    """A table of the study file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
