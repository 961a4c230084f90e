"""From one virtual patient's course to the rows that would be on file at the data cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import inf, isnan
from typing import TYPE_CHECKING

from trialwright.simulate.clinic import ClinicFacts, ClinicRows, list_clinic_rows
from trialwright.simulate.course import (
    COMPLETED,
    DEATH,
    DISCONTINUATION,
    PROGRESSION,
    WITHDRAWAL,
    live_through,
)
from trialwright.simulate.draws import Purpose, integer_between
from trialwright.simulate.patient import MOST_LESIONS, NODE, ORGANS, organ_of_new_lesion
from trialwright.simulate.rows import (
    AblationRow,
    AdverseEventRow,
    DeathRow,
    DispositionRow,
    LesionRow,
    MeasurementRow,
    PatientRecord,
    PatientRow,
    TherapyRow,
    VisitRow,
)
from trialwright.simulate.scans import (
    ABSENT,
    BASELINE,
    MEASURED,
    MOST_NEW_LESIONS,
    NOT_EVALUABLE,
    NOT_SEEN,
    PRESENT,
    PROGRESSED,
    TOO_SMALL,
)
from trialwright.simulate.treatment_rows import list_treatment_rows
from trialwright.simulate.visits import CONSENT_DAYS, MISSED, day_of_scan
from trialwright.study.calendar import planned_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.simulate.clinic import Clinic
    from trialwright.simulate.course import Ending, Story
    from trialwright.simulate.draws import Draws
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.scans import Room, Terms
    from trialwright.simulate.scenario import Scenario

SITE = "site 1"
LATER_THERAPY = "later systemic therapy"
_DAYS_PER_YEAR = 365.25
_YOUNGEST, _OLDEST = 18, 85  # years
_STATES = {
    MEASURED: None,
    ABSENT: "absent",
    TOO_SMALL: "too_small",
    NOT_EVALUABLE: "not_evaluable",
    PRESENT: "present",
    PROGRESSED: "unequivocal_progression",
}
_FINDINGS = (None, "complete", "residual", "local_progression")
_ENDS = {
    PROGRESSION: ("progressive disease", "progression"),
    DEATH: ("death", "death"),
    WITHDRAWAL: ("withdrawal of consent", "withdrawal"),
    COMPLETED: ("end of follow-up", "completed"),
    # The scenario says how often, not why: toxicity or the patient's or physician's choice.
    DISCONTINUATION: ("discontinued without progression", "other"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What all patients of a virtual trial share: assumptions and plan, and both as numbers.

    ``clinic`` says what else is written down at visits; none: nothing is.
    """

    scenario: Scenario
    plan: TrialPlan
    terms: Terms
    clinic: Clinic | None = None


@dataclass(frozen=True, slots=True)
class _Course:
    """One patient who has been followed to the end."""

    setting: Setting
    draws: Draws
    story: Story
    room: Room

    @property
    def patient_id(self) -> str:
        return f"P{self.draws.patient + 1:03d}"

    @property
    def until(self) -> float:
        """The first day without a scan."""
        return min(self.story.study.day, self.story.cut_day)

    def date_of(self, day: float) -> date:
        days = self.story.entry.first_dose + int(day)
        return self.setting.plan.first_patient_date + timedelta(days=days)

    def lesion_id(self, place: int) -> str:
        targets = self.story.counts.targets
        return f"T{place + 1}" if place < targets else f"NT{place - targets + 1}"


def record_patient(setting: Setting, draws: Draws, room: Room) -> PatientRecord | None:
    """Draw one patient of a trial, as the rows that would be on file at the data cut.

    Parameters
    ----------
    setting : Setting
        Assumptions, plan and rules.
    draws : Draws
        Names the patient: seed, trial and 0-based number.
    room : Room
        Room to work in.

    Returns
    -------
    PatientRecord or None
        None if the data cut comes before the patient's enrolment.
    """
    story = live_through(draws.who, setting.terms, room)
    if story.entry.enrolment >= setting.terms.protocol.cut_day:
        return None
    course = _Course(setting, draws, story, room)
    doses, events, labs = list_treatment_rows(
        setting.scenario, setting.plan, draws, story, course.patient_id
    )
    return PatientRecord(
        patients=(_patient(course),),
        visits=tuple(_visits(course)),
        lesions=tuple(_lesions(course)),
        measurements=tuple(_measurements(course)),
        ablations=tuple(_ablations(course)),
        doses=doses,
        adverse_events=events,
        labs=labs,
        therapies=tuple(_therapies(course)),
        deaths=tuple(_deaths(course)),
        dispositions=tuple(_dispositions(course)),
        **_clinic_rows(course, events)._asdict(),
    )


def _clinic_rows(course: _Course, events: tuple[AdverseEventRow, ...]) -> ClinicRows:
    clinic, story = course.setting.clinic, course.story
    if clinic is None:
        return ClinicRows()
    facts = ClinicFacts(
        course.setting.plan,
        course.draws,
        course.patient_id,
        course.date_of(0),
        story.treatment.day,
        min(course.until, story.leaving.death),
        events,
    )
    return list_clinic_rows(clinic, facts)


def _patient(course: _Course) -> PatientRow:
    people, draws, entry = course.setting.scenario.people, course.draws, course.story.entry
    u_sex, u_ecog = draws.both(Purpose.PERSON)
    age = people.age_mean_years + people.age_sd_years * draws.normal(Purpose.AGE)
    age = min(max(age, _YOUNGEST), _OLDEST)
    enrolment = course.date_of(entry.enrolment - entry.first_dose)
    consent = integer_between(draws.both(Purpose.ENROLMENT)[1], *CONSENT_DAYS)
    return PatientRow(
        patient_id=course.patient_id,
        site=SITE,
        sex="female" if u_sex < people.female_probability else "male",
        birth_date=f"{enrolment - timedelta(days=age * _DAYS_PER_YEAR):%Y-%m}",
        ecog=int(u_ecog < people.ecog_1_probability),
        consent_date=enrolment - timedelta(days=consent),
        enrolment_date=enrolment,
        last_alive_date=course.date_of(min(course.story.study.day, course.story.cut_day - 1)),
    )


def _visits(course: _Course) -> Iterator[VisitRow]:
    """Yield every planned visit that the patient was there for; a missed one has no date."""
    story, protocol = course.story, course.setting.terms.protocol
    if story.scans == 0:
        return
    baseline = course.date_of(story.entry.baseline_day)
    yield VisitRow(course.patient_id, "baseline", "baseline", None, baseline)
    number = 0
    while True:
        number += 1
        planned = planned_day(protocol.calendar, number)
        if planned >= protocol.horizon_days:
            return
        day = day_of_scan(course.draws.who, course.setting.terms.nature, protocol, number)
        if (planned if day == MISSED else day) < course.until:
            done = None if day == MISSED else course.date_of(day)
            name = name_visit(planned)
            yield VisitRow(course.patient_id, name, "scheduled", planned, done)
        if day == story.progression_day:
            return


def name_visit(planned: int) -> str:
    """Name a visit by its planned week, or day where the plan is not in whole weeks."""
    week, rest = divmod(planned, 7)
    return f"day {planned}" if rest else f"week {week}"


def _lesions(course: _Course) -> Iterator[LesionRow]:
    """Yield the lesions of baseline, and new ones in the order of the scans that found them."""
    story, room = course.story, course.room
    if story.scans == 0:
        return
    for place in range(story.counts.lesions):
        organ = room.lesions.organ[place]
        role = "target" if place < story.counts.targets else "non_target"
        name = course.lesion_id(place)
        yield LesionRow(course.patient_id, name, role, ORGANS[organ], organ == NODE)
    known: set[int] = set()
    for scan in range(1, story.scans):
        for place in _new_on(course, scan):
            if place not in known:
                known.add(place)
                organ = organ_of_new_lesion(course.draws.who, course.setting.terms.nature, place)
                yield LesionRow(
                    course.patient_id, f"N{place + 1}", "new", ORGANS[organ], organ == NODE
                )


def _new_on(course: _Course, scan: int) -> list[int]:
    """Return the new lesions that a scan has a word on."""
    states = course.room.seen.new_state
    places = range(course.setting.scenario.new_lesions.most_per_patient)
    return [one for one in places if states[scan * MOST_NEW_LESIONS + one] != NOT_SEEN]


def _measurements(course: _Course) -> Iterator[MeasurementRow]:
    """Yield a row for each lesion on each scan that was made."""
    story, seen = course.story, course.room.seen
    calendar = course.setting.terms.protocol.calendar
    for scan in range(story.scans):
        number = seen.number[scan]
        visit = "baseline" if number == BASELINE else name_visit(planned_day(calendar, number))
        done = course.date_of(course.room.course.day[scan])
        for place in range(story.counts.lesions):
            yield _measurement(course, scan, place, visit, done)
        for place in _new_on(course, scan):
            state = _STATES[seen.new_state[scan * MOST_NEW_LESIONS + place]]
            name = f"N{place + 1}"
            yield MeasurementRow(course.patient_id, name, visit, done, None, state)


def _measurement(course: _Course, scan: int, place: int, visit: str, done: date) -> MeasurementRow:
    seen, read = course.room.seen, course.room.course
    state = seen.state[scan * MOST_LESIONS + place]
    at = scan * course.story.counts.targets + place
    ablatable = place == 0 and course.setting.plan.ablation is not None
    viable = read.viable_mm[at] if ablatable and state in {MEASURED, TOO_SMALL} else None
    return MeasurementRow(
        course.patient_id,
        course.lesion_id(place),
        visit,
        done,
        read.measured_mm[at] if state == MEASURED else None,
        _STATES[state],
        viable_mm=None if viable is None or isnan(viable) else viable,
        ablation_finding=_FINDINGS[seen.finding[scan]] if place == 0 else None,
    )


def _ablations(course: _Course) -> Iterator[AblationRow]:
    ablation, plan = course.story.ablation, course.setting.plan.ablation
    if plan is not None and ablation.day < course.story.cut_day:
        yield AblationRow(
            patient_id=course.patient_id,
            lesion_id=course.lesion_id(0),
            ablation_date=course.date_of(ablation.day),
            modality=plan.modality,
            planned=True,
            technical_success=ablation.technical_success,
            margin_mm=ablation.margin_mm,
        )


def _therapies(course: _Course) -> Iterator[TherapyRow]:
    if course.story.therapy_day < inf:
        start = course.date_of(course.story.therapy_day)
        yield TherapyRow(course.patient_id, LATER_THERAPY, start)


def _deaths(course: _Course) -> Iterator[DeathRow]:
    end = course.story.study
    if end.why == DEATH and end.day < course.story.cut_day:
        yield DeathRow(course.patient_id, course.date_of(end.day))


def _dispositions(course: _Course) -> Iterator[DispositionRow]:
    story = course.story
    ends: tuple[tuple[str, Ending], ...] = (("treatment", story.treatment), ("study", story.study))
    for scope, end in ends:
        if end.day < story.cut_day:
            day = course.date_of(end.day)
            yield DispositionRow(course.patient_id, scope, day, *_ENDS[end.why])
