"""Random patients who are scanned, treated, stopped and cut on a day, read by the real rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate

from hypothesis import strategies as st

from following import CENSORING, FDA, READ
from trialwright.endpoints import Member, Patient, Stop, censoring_of
from trialwright.endpoints.endings import DeathIs, Strategy
from trialwright.response import Lesion, PatientScans, Reading, assess_patient
from trialwright.study.calendar import AssessmentCalendar
from trialwright.study.counting import preset_countings

START = date(2024, 1, 8)
ENROLLED = -10
SIZES = (0.0, 30.0, 60.0, 65.0, 90.0, 100.0, 130.0, 150.0, None)  # of a target of 100 mm
STOPS = (
    "progression", "clinical progression", "adverse event", "withdrawal", "completed", "death",
    "other", None,
)  # fmt: skip
HORIZON = 300.5  # within reach of the drawn courses
CALENDARS = (
    AssessmentCalendar(56, 7, float("inf"), 56),
    AssessmentCalendar(56, 7, 112.0, 84),
    AssessmentCalendar(42, 0, float("inf"), 42),
)
NEVER_CENSORS = CENSORING._replace(
    missed_before_progression=-1, missed_before_death=-1, new_therapy=Strategy.TREATMENT_POLICY
)


@dataclass(frozen=True)
class Course:
    """What happened to one patient; days count from the first treatment."""

    sizes: tuple[tuple[int, float | None], ...]
    new_lesion: int | None = None  # the scan, counted from 0, that first shows one
    baseline: bool = True
    death: int | None = None
    therapy: int | None = None
    local: int | None = None
    stop: tuple[int, str | None] | None = None
    contact: int = 0
    name: str = "P1"

    def until(self, cut: int) -> Course:
        """Return what was known on a day."""

        def known(day):
            return day if day is not None and day <= cut else None

        seen = tuple(one for one in self.sizes if one[0] <= cut)
        return replace(
            self,
            sizes=seen,
            death=known(self.death),
            therapy=known(self.therapy),
            local=known(self.local),
            stop=self.stop if self.stop is not None and self.stop[0] <= cut else None,
            contact=min(self.contact, cut),
        )


def day(number):
    return None if number is None else START + timedelta(number)


def scans_of(course: Course, *, order=None) -> PatientScans:
    """Write the scans of a course; ``order`` shuffles the readings and lesions."""
    readings = [Reading("T1", "V0", day(-7), 100.0)] if course.baseline else []
    for number, (on, size) in enumerate(course.sizes):
        state = "not_evaluable" if size is None else "absent" if size == 0 else None
        readings.append(Reading("T1", f"V{number + 1}", day(on), None if state else size, state))
        if course.new_lesion is not None and number >= course.new_lesion:
            readings.append(
                Reading("X1", f"V{number + 1}", day(on), 12.0 + 6 * (number - course.new_lesion))
            )
    lesions = [
        Lesion("T1", "target", "liver", lymph_node=False),
        Lesion("X1", "new", "lung", lymph_node=False),
    ]
    if order is not None:
        order.shuffle(readings)
        order.shuffle(lesions)
    return PatientScans(
        course.name,
        START,
        tuple(lesions),
        tuple(readings),
        new_therapy=day(course.therapy),
        death=day(course.death),
        treatment_end=None if course.stop is None else day(course.stop[0]),
    )


def patient_of(course: Course, rules=READ, *, order=None) -> Patient:
    """Return a course as the endpoints read it."""
    stop = course.stop
    return Patient(
        Member(course.name, day(ENROLLED), START, None),
        assess_patient(scans_of(course, order=order), rules),
        day(course.death),
        day(course.therapy),
        day(course.contact),
        day(course.local),
        None if stop is None else Stop(day(stop[0]), "in words", stop[1]),
    )


@st.composite
def courses(draw, *, dies=None):
    """Draw a course; nothing happens after the death, and the last contact is after everything."""
    days = list(accumulate(draw(st.lists(st.integers(1, 100), max_size=6))))
    sizes = tuple((on, draw(st.sampled_from(SIZES))) for on in days)
    last = days[-1] if days else 0
    end = last + draw(st.integers(0, 200))
    maybe = st.none() | st.integers(0, end)
    stopped = draw(maybe)
    dead = draw(st.booleans()) if dies is None else dies
    return Course(
        sizes,
        new_lesion=draw(st.none() | st.integers(0, 5)),
        baseline=draw(st.integers(0, 9)) > 0,
        death=end if dead else None,
        therapy=draw(maybe),
        local=draw(maybe),
        stop=None if stopped is None else (stopped, draw(st.sampled_from(STOPS))),
        contact=end,
    )


READING = st.builds(
    replace,
    st.just(READ),
    confirm=st.booleans(),
    persistent=st.booleans(),
    after_new_therapy=st.booleans(),
    while_on_treatment=st.booleans(),
    immune_criteria=st.just("iRECIST"),
)
STRATEGY = st.sampled_from(list(Strategy))
MISSED = st.sampled_from([-1, 0, 1, 2])
COMPOSITIONS = st.builds(
    CENSORING._replace,
    calendar=st.sampled_from(CALENDARS),
    dated_at_visit=st.booleans(),
    missed_before_progression=MISSED,
    missed_before_death=MISSED,
    by_planned_visits=st.booleans(),
    censors_without_baseline=st.booleans(),
    horizon_day=st.sampled_from([float("inf"), HORIZON]),
    clinical_progression=STRATEGY,
    new_therapy=STRATEGY,
    local_therapy=STRATEGY,
    discontinuation=STRATEGY,
)
PRESETS = {
    name: (censoring_of(way, CALENDARS[0], HORIZON), way.last_assessment)
    for name, way in preset_countings().items()
}


@st.composite
def time_rules(draw, *, documented=None, criteria=("RECIST 1.1", "iRECIST")):
    """Draw how time is counted: a preset, or any composition of its fields."""
    chosen = draw(st.sampled_from(list(PRESETS.values())) | st.none())
    last = draw(st.sampled_from(["adequate", "measured", "any"]))
    censoring, last = chosen if chosen is not None else (draw(COMPOSITIONS), last)
    if documented is not None:
        censoring = censoring._replace(dated_at_visit=not documented)
    return replace(
        FDA,
        censoring=censoring,
        last_assessment=last,
        death_ends_response=draw(st.booleans()),
        death_in_progression=draw(
            st.sampled_from([DeathIs.CENSORED_AT_LAST_ASSESSMENT, DeathIs.CENSORED_AT_DEATH])
        ),
        extra_day=draw(st.integers(0, 1)),
        criteria=draw(st.sampled_from(criteria)),
    )
