"""The end of one patient's time, under plain rules but for those that a test names.

Days count from the first treatment; scans lie every 8 weeks with a window of 7 days.
"""

from __future__ import annotations

import pytest

from following import CENSORING
from trialwright.endpoints.censoring import (
    NEVER,
    Assessed,
    Cause,
    DeathIs,
    Happened,
    Status,
    Strategy,
    end_of_time,
)

POLICY, HYPOTHETICAL, COMPOSITE = Strategy
# Nothing censors and no assessment is missed, unless a test says so.
PLAIN = CENSORING._replace(
    missed_before_progression=-1, missed_before_death=-1, new_therapy=Strategy.TREATMENT_POLICY
)
EVENT, CENSORED, COMPETING, CONTRADICTION, ENDED_BEFORE = (
    *(Status.EVENT, Status.CENSORED, Status.COMPETING, Status.CONTRADICTION, Status.ENDED_BEFORE),
)


def end(scans, rules=PLAIN, death_is=DeathIs.EVENT, *, start=0.0, baseline=True, **happened):
    """End a time; ``scans`` maps days to calls, of which PD is the first progression."""
    days = sorted(scans)
    evaluable = [scans[day] != "NE" for day in days]
    progression = next((float(day) for day in days if scans[day] == "PD"), NEVER)
    return end_of_time(
        Assessed(days, evaluable, evaluable),
        Happened(
            start,
            baseline,
            progression,
            *(float(happened.pop(name, NEVER)) for name in _HAPPENED),
        ),
        death_is,
        rules._replace(**happened),
    )


_HAPPENED = ("claimed", "death", "therapy", "local", "stop")
PROGRESSED = {56: "SD", 112: "SD", 168: "PD"}
STABLE = {56: "SD", 112: "SD", 168: "SD"}
# name of the fact in a test, of the strategy in the rules, and its cause
EVENTS = {
    "therapy": ("new_therapy", Cause.NEW_THERAPY),
    "local": ("local_therapy", Cause.LOCAL_THERAPY),
    "stop": ("discontinuation", Cause.DISCONTINUATION),
    "claimed": ("clinical_progression", Cause.CLINICAL_PROGRESSION),
}
each_event = pytest.mark.parametrize("event", EVENTS)


def short(ended):
    return ended.day, ended.status, ended.cause
