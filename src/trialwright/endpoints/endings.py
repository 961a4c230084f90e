"""How a time can end: what happened to a patient, by which rule, and the choices that decide.

Numbers and named tuples alone, so that the rules over them serve one patient and, compiled,
millions. Days count from the first treatment (0); ``inf`` is a day that never came.

Source: ICH E9(R1), section A.3.2, for the strategies.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.study.calendar import AssessmentCalendar

NEVER = float("inf")
NO_ASSESSMENT = -1
EVERY_EVENT_COUNTS = -1


class Strategy(IntEnum):
    """What an intercurrent event does to the time (ICH E9(R1))."""

    TREATMENT_POLICY = 0  # nothing: the patient is followed further
    HYPOTHETICAL = 1  # the time is censored at the last assessment before it
    COMPOSITE = 2  # it is an event


class DeathIs(IntEnum):
    """What a death without progression is to an endpoint."""

    EVENT = 0
    CENSORED_AT_LAST_ASSESSMENT = 1
    CENSORED_AT_DEATH = 2
    COMPETING = 3


class CensorAt(IntEnum):
    """Which assessments a time may be censored at (``times.last_assessment``)."""

    ADEQUATE = 0  # one that could be evaluated
    MEASURED = 1  # one on which every target lesion was measured
    ANY = 2


class Status(IntEnum):
    """How a time ends."""

    CENSORED = 0
    EVENT = 1
    COMPETING = 2  # a competing event: the event in question can no longer happen
    CONTRADICTION = 3  # it would end before it starts: a date is wrong, and no time is counted
    ENDED_BEFORE = 4  # what ends times came before this one starts; no time is counted


class Cause(IntEnum):
    """What happened to the patient."""

    NOTHING = 0
    PROGRESSION = 1
    CLINICAL_PROGRESSION = 2
    DEATH = 3
    NEW_THERAPY = 4
    LOCAL_THERAPY = 5
    DISCONTINUATION = 6


class Why(IntEnum):
    """The rule that ended the time."""

    HAPPENED = 0  # the event itself
    BEFORE = 1  # censored: something else came before the event
    MISSED = 2  # censored: the event follows too many missed assessments
    NO_BASELINE = 3  # censored at the start: progression cannot be read
    NO_EVENT = 4  # censored at the last assessment
    AT_DEATH = 5  # censored on the day of death
    HORIZON = 6  # censored at the horizon


class CensoringRules(NamedTuple):
    """The choices of the study file about counting time; see the section ``[times]``."""

    calendar: AssessmentCalendar
    dated_at_visit: bool  # a progression is dated at the planned day of its visit
    missed_before_progression: int  # -1: any number
    missed_before_death: int
    by_planned_visits: bool
    censors_without_baseline: bool
    horizon_day: float  # nothing after it counts; inf: no limit
    clinical_progression: int  # Strategy, and so on
    new_therapy: int
    local_therapy: int
    discontinuation: int


class Assessed(NamedTuple):
    """The tumour assessments of one patient after baseline, in rising order of their days.

    ``adequate``: a time may be censored at it (``times.last_assessment``). ``evaluable``: the
    overall response is not NE, so it is no missed assessment.
    """

    day: Sequence[int]
    adequate: Sequence[bool]
    evaluable: Sequence[bool]


class Happened(NamedTuple):
    """The days on which things happened to one patient; ``inf``: never."""

    start: float  # time is counted from here
    has_baseline: bool
    progression: float  # first progression that a scan documents
    clinical_progression: float  # treatment stopped for progression that no scan documents
    death: float
    new_therapy: float
    local_therapy: float  # not foreseen by the protocol
    discontinuation: float  # of treatment, for another reason


class Ended(NamedTuple):
    """How one patient's time ended.

    ``day`` is counted from the first treatment. ``assessment`` is the position of the assessment
    that a censored time ends at, -1 if it ends at its start or on another day. ``cause_day`` is
    the day of what happened.
    """

    day: float
    status: int  # Status
    why: int  # Why
    cause: int  # Cause
    cause_day: float
    assessment: int
