"""When a virtual patient enrols, starts, and is scanned: plain functions of numbers.

Days of the trial count from its opening; days of a patient from the first dose (day 0).
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, NamedTuple

from trialwright.simulate.draws import Purpose, Who, draw_both, integer_between
from trialwright.simulate.normal_quantile import normal_quantile
from trialwright.study.calendar import planned_day

if TYPE_CHECKING:
    from trialwright.simulate.numbers import Nature, Protocol

CONSENT_DAYS = (1, 7)  # before enrolment
_SCREENING_DAYS = (0, 3)  # from enrolment to the baseline scan
MISSED = -(2**31)  # as a day


class Entry(NamedTuple):
    """How a patient comes into the trial; the first two are days of the trial."""

    enrolment: int
    first_dose: int
    baseline_day: int  # 0 or less, of the patient


def draw_entry(who: Who, nature: Nature, protocol: Protocol) -> Entry:
    """Draw a patient's entry; patients come in the order of their numbers, one a slot."""
    place = draw_both(who, Purpose.ENROLMENT, 0)[0]
    enrolment = floor((who.patient + place) * protocol.days_between_patients)
    u_before, u_screening = draw_both(who, Purpose.SCREENING, 0)
    scans = nature.scans
    before = integer_between(u_before, scans.baseline_latest_days, scans.baseline_earliest_days)
    screening = integer_between(u_screening, _SCREENING_DAYS[0], _SCREENING_DAYS[1])
    return Entry(enrolment, enrolment + before + screening, -before)


def day_of_scan(who: Who, nature: Nature, protocol: Protocol, number: int) -> int:
    """Return the day on which a planned scan is made, or ``MISSED``.

    It is jittered within the window and never lies on or after the end of follow-up.
    """
    u_jitter, u_missed = draw_both(who, Purpose.VISIT, number)
    if u_missed < nature.scans.missed_probability:
        return MISSED
    planned = planned_day(protocol.calendar, number)
    window = protocol.calendar.window_days
    jitter = floor(nature.scans.jitter_sd_days * normal_quantile(u_jitter) + 0.5)
    return min(planned + max(-window, min(jitter, window)), protocol.horizon_days - 1)
