"""What the tables of the study file are made of: their base, and the numbers they hold."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Rate = Annotated[float, Field(gt=0, lt=1)]
# Upper bounds catch slips of the pen, such as days typed for months.
Level = Annotated[float, Field(ge=0.5, le=0.9999)]
Months = Annotated[float, Field(gt=0, le=600)]
Weeks = Annotated[float, Field(gt=0, le=104)]
DaysPerMonth = Annotated[float, Field(ge=28, le=31)]
Millimetres = Annotated[float, Field(gt=0, le=500)]
Milligrams = Annotated[float, Field(gt=0, le=1e6)]
Percent = Annotated[float, Field(ge=0, le=100)]
Days = Annotated[int, Field(ge=0, le=3650)]
StudyDay = Annotated[int, Field(ge=1, le=3650)]
Count = Annotated[int, Field(ge=0, le=1000)]
Size = Annotated[int, Field(ge=1, le=1000)]
Missed = Annotated[int, Field(ge=-1, le=100)]
CalendarDay = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2150, 1, 1))]
TimeOrigin = Literal["first_treatment", "enrolment"]


class Section(BaseModel):
    """A table of the study file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
