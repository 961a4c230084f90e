"""What a scan shows of a patient's hidden lesions: diameters and states, with reading error.

Plain functions that write what was read into the course that the response rules read, and beside
it what only a data set needs. Alike in Python (lists) and in machine code (arrays).
"""

from __future__ import annotations

from math import exp, floor, nan
from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.dataset.schema import SIZE_OF_STATE
from trialwright.response.course import NOTHING_SHOWN
from trialwright.response.local_size import LocalPolicy
from trialwright.response.recist import read_non_targets
from trialwright.simulate.ablation import HiddenAblation, viable_on, zone_on
from trialwright.simulate.draws import Purpose, Who, draw_both, draw_uniform
from trialwright.simulate.normal_quantile import normal_quantile
from trialwright.simulate.numbers import MOST_SCANS
from trialwright.simulate.patient import (
    FIRST_NEW,
    MOST_LESIONS,
    NODE,
    Counts,
    Lesions,
    onset_of_new_lesion,
    true_diameter,
)

if TYPE_CHECKING:
    from collections.abc import MutableSequence

    from trialwright.endpoints.bulk.followed import EndpointRules
    from trialwright.response.course import Calls, CourseRules
    from trialwright.simulate.conduct import Conduct
    from trialwright.simulate.numbers import Nature, Protocol

SCANS_PER_LESION = MOST_SCANS  # index of a draw = lesion number * this + scan number
BASELINE = 0
MOST_NEW_LESIONS = 15
_NOT_DRAWN = -1.0  # as an onset
_GONE_MM, _TOO_SMALL_MM = SIZE_OF_STATE["absent"], SIZE_OF_STATE["too_small"]

# What was read of a lesion on a scan.
NOT_SEEN, MEASURED, ABSENT, TOO_SMALL, NOT_EVALUABLE, PRESENT, PROGRESSED = range(7)
# What a scan after the ablation shows at the zone.
NO_FINDING, COMPLETE, RESIDUAL, LOCAL_PROGRESSION = range(4)


class Patient(NamedTuple):
    """One patient before the scanner; the lesions are in the room."""

    who: Who
    counts: Counts
    ablation: HiddenAblation
    new_lesion_hazard: float


class Moment(NamedTuple):
    """One scan: its place among those that were made (0: baseline), number in the plan, day."""

    scan: int
    number: int
    day: int


class Size(NamedTuple):
    """What was read of a target: a state, the size that it counts, and that of its viable part."""

    state: int
    measured_mm: float
    viable_mm: float


class Seen(NamedTuple):
    """What was read, beyond what the response rules need; by scan, or by scan and lesion."""

    number: MutableSequence[int]  # of the planned scan; 0: baseline
    state: MutableSequence[int]  # scan * MOST_LESIONS + place
    finding: MutableSequence[int]  # at the zone of the ablated lesion
    new_onset: MutableSequence[float]  # by new lesion, as far as drawn
    new_state: MutableSequence[int]  # scan * MOST_NEW_LESIONS + place


class Room(NamedTuple):
    """Room to work in: as long as a patient can have scans and lesions."""

    lesions: Lesions
    course: Any  # a Course that is written scan by scan
    calls: Calls
    seen: Seen


class Reading(NamedTuple):
    """The study's choices that bear on which scans are made and count."""

    course: CourseRules
    confirm: bool  # a response counts only when confirmed
    after_new_therapy: bool  # scans after a new anticancer therapy count in the best response
    while_on_treatment: bool  # scans after the end of study treatment do not
    stops_at_progression: bool  # no scan follows the first progression


class Terms(NamedTuple):
    """What all patients of a virtual trial share."""

    nature: Nature
    protocol: Protocol
    reading: Reading
    endpoints: EndpointRules
    conduct: Conduct


class Found(NamedTuple):
    """How many non-target lesions a scan finds how, and whether it shows anything at all."""

    gone: int
    missing: int
    progressed: int
    left: bool
    was_read: bool


def read_scan(patient: Patient, terms: Terms, room: Room, at: Moment) -> None:
    """Read every lesion of a patient on one scan.

    Parameters
    ----------
    patient : Patient
        Whose lesions.
    terms : Terms
        Assumptions, plan, and how the study counts an ablated lesion: one that is left out of the
        reading cannot progress.
    room : Room
        Where the lesions are, and what is read is written.
    at : Moment
        The scan.
    """
    course, seen, scan = room.course, room.seen, at.scan
    seen.number[scan] = at.number
    seen.finding[scan] = NO_FINDING
    read_targets = _read_targets(patient, terms, room, at)
    found = _read_non_targets(patient, terms.nature, room, at)
    new_lesion = _find_new_lesions(patient, terms.nature, seen, at)
    at_zone = 0
    if seen.finding[scan] == LOCAL_PROGRESSION:
        at_zone = 0 if terms.reading.course.planned == LocalPolicy.EXCLUDE else 1
    progressed = found.progressed + at_zone
    non_targets = patient.counts.lesions - patient.counts.targets
    course.day[scan] = at.day
    course.targets_day[scan] = at.day
    course.shown_day[scan] = at.day if new_lesion or progressed > 0 else NOTHING_SHOWN
    course.non_target[scan] = read_non_targets(non_targets, found.gone, found.missing, progressed)
    course.non_target_left[scan] = found.left
    course.new_lesion[scan] = new_lesion
    course.was_read[scan] = read_targets or found.was_read or new_lesion


def _log_sd_of_reader(who: Who, nature: Nature, number: int) -> float:
    """Return the log standard deviation of the reader's own bias; 0: it is the first reader."""
    scans = nature.scans
    if number == BASELINE or scans.reader_change_probability == 0:
        return 0.0
    another = draw_uniform(who, Purpose.READER, number) < scans.reader_change_probability
    return scans.reader_log_sd if another else 0.0


def _read_targets(patient: Patient, terms: Terms, room: Room, at: Moment) -> bool:
    """Read the targets; return whether anything was read of them."""
    nature, who = terms.nature, patient.who
    reader_log_sd = _log_sd_of_reader(who, nature, at.number)
    anything = False
    for place in range(patient.counts.targets):
        index = room.lesions.number[place] * SCANS_PER_LESION + at.number
        u_error, u_state = draw_both(who, Purpose.READING, index)
        lost = at.scan != BASELINE and u_state < nature.scans.not_evaluable_probability
        size = Size(NOT_EVALUABLE, nan, nan)
        if not lost:
            error = nature.scans.read_log_sd * normal_quantile(u_error)
            if reader_log_sd > 0:
                u_bias = draw_uniform(who, Purpose.READER_EFFECT, index)
                error += reader_log_sd * normal_quantile(u_bias)
            size = _measure(patient, terms, room.lesions, at, place, exp(error))
            if size.state == MEASURED and at.scan != BASELINE:
                size = _call_too_small(nature, size, u_state)
            anything = True
        _write_size(patient, room, at, place, size)
        if place == 0 and at.day > patient.ablation.day:
            _judge_zone(patient, room, at, lost)
    return anything


def _measure(
    patient: Patient, terms: Terms, lesions: Lesions, at: Moment, place: int, error: float
) -> Size:
    """Return what is measured of one target, with the factor of the reader's error."""
    nature, step = terms.nature, terms.nature.scans.rounding_mm
    ablated = place == 0 and at.day > patient.ablation.day
    if ablated:
        size = zone_on(nature, lesions, patient.ablation, at.day)
    else:
        size = true_diameter(nature, lesions, place, at.day, patient.ablation)
    size = min(size, nature.lesions.largest_mm)
    read = _round_to(size * error, step)
    if at.scan == BASELINE:
        read = _keep_eligible(nature, terms.protocol, lesions, place, read)
        return Size(MEASURED, read, read)
    if size < nature.lesions.vanished_below_mm:
        return Size(ABSENT, _GONE_MM, _GONE_MM)
    if not ablated:
        return Size(MEASURED, read, read)
    viable = _round_to(viable_on(nature, lesions, patient.ablation, at.day) * error, step)
    return Size(MEASURED, read, min(viable, read))


def _call_too_small(nature: Nature, size: Size, u_state: float) -> Size:
    """Return a small size as it is called where a reader gives no number to it."""
    scans = nature.scans
    share = (u_state - scans.not_evaluable_probability) / (1.0 - scans.not_evaluable_probability)
    if size.measured_mm >= scans.too_small_below_mm or share >= scans.too_small_probability:
        return size
    return Size(TOO_SMALL, _TOO_SMALL_MM, _TOO_SMALL_MM if size.viable_mm > 0 else 0.0)


def _write_size(patient: Patient, room: Room, at: Moment, place: int, size: Size) -> None:
    room.seen.state[at.scan * MOST_LESIONS + place] = size.state
    where = at.scan * patient.counts.targets + place
    room.course.measured_mm[where] = size.measured_mm
    room.course.viable_mm[where] = size.viable_mm
    room.course.complete[where] = False


def _keep_eligible(
    nature: Nature, protocol: Protocol, lesions: Lesions, place: int, read_mm: float
) -> float:
    """Keep a baseline reading within what made the lesion a target (or fit for ablation)."""
    model = nature.lesions
    node = lesions.organ[place] == NODE
    least = model.smallest_node_mm if node else model.smallest_target_mm
    most = protocol.largest_ablated_mm if lesions.number[place] == 0 else model.largest_mm
    return max(least, min(read_mm, most))


def _judge_zone(patient: Patient, room: Room, at: Moment, lost: bool) -> None:
    """Note what a scan after the ablation shows at the zone, and what is known of the lesion.

    Tumour is residual unless an earlier scan that could be read had shown a complete zone. A scan
    that could not be read leaves the lesion as it was known, at first by the technical success.
    """
    ablation, last = patient.ablation, _last_finding(room.seen, at.scan)
    finding = NO_FINDING
    if not lost and at.day < ablation.return_day:
        finding = COMPLETE
    elif not lost:
        came_back = last in (COMPLETE, LOCAL_PROGRESSION)
        finding = LOCAL_PROGRESSION if came_back else RESIDUAL
    room.seen.finding[at.scan] = finding
    known = finding if finding != NO_FINDING else last
    complete = ablation.technical_success if known == NO_FINDING else known == COMPLETE
    room.course.complete[at.scan * patient.counts.targets] = complete


def _last_finding(seen: Seen, scan: int) -> int:
    for earlier in range(scan - 1, BASELINE, -1):
        if seen.finding[earlier] != NO_FINDING:
            return int(seen.finding[earlier])
    return NO_FINDING


def _read_non_targets(patient: Patient, nature: Nature, room: Room, at: Moment) -> Found:
    """Judge the non-target lesions, and count how they are found."""
    gone = missing = progressed = 0
    left = was_read = False
    for place in range(patient.counts.targets, patient.counts.lesions):
        state = _state_of_non_target(patient, nature, room.lesions, at, place)
        room.seen.state[at.scan * MOST_LESIONS + place] = state
        gone += 1 if state == ABSENT else 0
        missing += 1 if state == NOT_EVALUABLE else 0
        progressed += 1 if state == PROGRESSED else 0
        left = left or state in (PRESENT, PROGRESSED)
        was_read = was_read or state != NOT_EVALUABLE
    return Found(gone, missing, progressed, left, was_read)


def _state_of_non_target(
    patient: Patient, nature: Nature, lesions: Lesions, at: Moment, place: int
) -> int:
    """Judge a lesion by its hidden size against its smallest size on the scans so far."""
    model = nature.lesions
    size = true_diameter(nature, lesions, place, at.day, patient.ablation)
    if at.scan == BASELINE:
        lesions.smallest_mm[place] = size
        return PRESENT  # or it would not have been found
    smallest = max(lesions.smallest_mm[place], model.non_target_floor_mm)
    lesions.smallest_mm[place] = min(lesions.smallest_mm[place], size)
    if _is_lost(patient.who, nature, lesions.number[place], at.number):
        return NOT_EVALUABLE
    if size >= model.non_target_progression_ratio * smallest:
        return PROGRESSED
    return ABSENT if size < model.vanished_below_mm else PRESENT


def _is_lost(who: Who, nature: Nature, lesion: int, number: int) -> bool:
    """Tell whether a lesion cannot be read on a scan after baseline."""
    u = draw_both(who, Purpose.READING, lesion * SCANS_PER_LESION + number)[1]
    return u < nature.scans.not_evaluable_probability


def _find_new_lesions(patient: Patient, nature: Nature, seen: Seen, at: Moment) -> bool:
    """Find the new lesions that have started by a scan; return whether one was seen on it.

    Onsets are drawn only as far as scans reach. One that could not be read is not evaluable once
    it is known, and not noticed before.
    """
    started, shown = at.scan != BASELINE, False
    for place in range(nature.new_lesions.most_per_patient):
        where = at.scan * MOST_NEW_LESIONS + place
        seen.new_state[where] = NOT_SEEN
        if at.scan == BASELINE:
            seen.new_onset[place] = _NOT_DRAWN
        if started and seen.new_onset[place] == _NOT_DRAWN:
            before = seen.new_onset[place - 1] if place > 0 else 0.0
            seen.new_onset[place] = onset_of_new_lesion(
                patient.who, place, before, patient.new_lesion_hazard
            )
        started = started and seen.new_onset[place] <= at.day
        if started and not _is_lost(patient.who, nature, FIRST_NEW + place, at.number):
            seen.new_state[where] = PRESENT
            shown = True
        elif started and at.scan > 1 and seen.new_state[where - MOST_NEW_LESIONS] != NOT_SEEN:
            seen.new_state[where] = NOT_EVALUABLE
    return shown


def _round_to(value: float, step: float) -> float:
    return floor(value / step + 0.5) * step if step > 0 else value
