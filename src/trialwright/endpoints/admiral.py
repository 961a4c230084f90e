"""Overall survival, progression-free survival and duration of response as admiralonco counts them.

Part of the profile ``admiral``, to compare with its tables; the endpoints of a study are those of
``time_to_event``. Nothing here knows missed assessments, new therapy or whether the last
assessment could be evaluated.

Days count from the reference date (0); ``nan`` is a date that does not exist.

Source: admiralonco 1.4.0 (Apache-2.0), template ``ad_adtte``, and admiral 1.4.1
``derive_param_tte``: the first event ends the time, else the last censoring date; nothing ends
before its start; the first day counts.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Ending(IntEnum):
    """What ended a patient's time."""

    PROGRESSION = 1
    DEATH = 2
    LAST_ASSESSMENT = 3
    LAST_ALIVE = 4
    REFERENCE_DATE = 5


class AdmiralTime(NamedTuple):
    """One patient's time: the day it ended, its length in days, event or not, and what it was."""

    end_day: int
    days: int  # end - start + 1
    event: bool
    ending: Ending


def overall_survival_admiral(death_day: float, last_alive_day: float) -> AdmiralTime:
    """Return the time to death (``OS``), censored when last known alive.

    Parameters
    ----------
    death_day, last_alive_day : float
        Days from the reference date; ``nan`` where unknown.
    """
    if death_day == death_day:  # noqa: PLR0124 - nan: works alike in Python and compiled
        return _time(0.0, death_day, True, Ending.DEATH)
    if last_alive_day > 0:
        return _time(0.0, last_alive_day, False, Ending.LAST_ALIVE)
    return _time(0.0, 0.0, False, Ending.REFERENCE_DATE)


def progression_free_survival_admiral(
    progression_day: float, death_day: float, last_assessment_day: float
) -> AdmiralTime:
    """Return the time to progression or death (``PFS``), censored at the last assessment.

    Parameters
    ----------
    progression_day, death_day : float
        Days from the reference date; ``nan`` where there was none.
    last_assessment_day : float
        Day of the last assessment, whatever it showed, NE included.
    """
    event, ending = _first_event(progression_day, death_day)
    if event == event:  # noqa: PLR0124 - nan: works alike in Python and compiled
        return _time(0.0, event, True, ending)
    if last_assessment_day > 0:
        return _time(0.0, last_assessment_day, False, Ending.LAST_ASSESSMENT)
    return _time(0.0, 0.0, False, Ending.REFERENCE_DATE)


def duration_of_response_admiral(
    response_day: float, progression_day: float, death_day: float, last_assessment_day: float
) -> AdmiralTime:
    """Return the time from the first response, confirmed or not, to progression or death (``RSD``).

    Parameters
    ----------
    response_day : float
        Day of the first CR or PR. Patients without one have no duration: do not ask.
    progression_day, death_day : float
        Days from the reference date; ``nan`` where there was none.
    last_assessment_day : float
        Day of the last assessment, whatever it showed, NE included.
    """
    event, ending = _first_event(progression_day, death_day)
    if event == event:  # noqa: PLR0124 - nan: works alike in Python and compiled
        return _time(response_day, event, True, ending)
    return _time(response_day, last_assessment_day, False, Ending.LAST_ASSESSMENT)


def _first_event(progression_day: float, death_day: float) -> tuple[float, Ending]:
    """Return the earlier event; on the same day progression; ``nan`` if there was neither."""
    # A comparison with nan is false.
    if progression_day == progression_day and not death_day < progression_day:  # noqa: PLR0124
        return progression_day, Ending.PROGRESSION
    return death_day, Ending.DEATH


def _time(start_day: float, end_day: float, event: bool, ending: Ending) -> AdmiralTime:
    end = max(start_day, end_day)
    return AdmiralTime(int(end), int(end - start_day) + 1, event, ending)
