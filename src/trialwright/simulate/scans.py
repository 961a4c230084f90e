"""What a scan shows of a patient's hidden lesions: diameters and states, with reading error.

Plain functions that write what was read into the course that the response rules read, and beside
it what only a data set needs. Alike in Python (lists) and in machine code (arrays).
"""

from __future__ import annotations

from math import exp, floor, nan
from typing import TYPE_CHECKING, NamedTuple

from trialwright.dataset.schema import SIZE_OF_STATE
from trialwright.response.course import NOTHING_SHOWN, Course
from trialwright.response.local_size import LocalPolicy
from trialwright.response.recist import read_non_targets
from trialwright.simulate.draws import Purpose, Who, draw_both, draw_uniform
from trialwright.simulate.normal_quantile import normal_quantile
from trialwright.simulate.patient import (
    FIRST_NEW,
    MOST_LESIONS,
    NODE,
    Counts,
    HiddenAblation,
    Lesions,
    onset_of_new_lesion,
    true_diameter,
    viable_on,
    zone_on,
)

if TYPE_CHECKING:
    from collections.abc import MutableSequence

    from trialwright.simulate.numbers import Nature, Protocol

SCANS_PER_LESION = 1024  # index of a draw = lesion number * this + scan number
BASELINE = 0
MOST_NEW_LESIONS = 15
_NOT_DRAWN = -1.0  # as an onset
_GONE_MM, _TOO_SMALL_MM = SIZE_OF_STATE["absent"], SIZE_OF_STATE["too_small"]

# What was read of a lesion on a scan.
NOT_SEEN, MEASURED, ABSENT, TOO_SMALL, NOT_EVALUABLE, PRESENT, PROGRESSED = range(7)
# What a scan after the ablation shows at the zone.
NO_FINDING, COMPLETE, RESIDUAL, LOCAL_PROGRESSION = range(4)


class Patient(NamedTuple):
    """One patient before the scanner."""

    who: Who
    lesions: Lesions
    counts: Counts
    ablation: HiddenAblation
    new_lesion_hazard: float


class Seen(NamedTuple):
    """What was read, beyond what the response rules need; by scan, or by scan and lesion."""

    number: MutableSequence[int]  # of the planned scan; 0: baseline
    state: MutableSequence[int]  # scan * MOST_LESIONS + place
    finding: MutableSequence[int]  # at the zone of the ablated lesion
    new_onset: MutableSequence[float]  # by new lesion, as far as drawn
    new_state: MutableSequence[int]  # scan * MOST_NEW_LESIONS + place


class Found(NamedTuple):
    """How many non-target lesions a scan finds how, and whether it shows anything at all."""

    gone: int
    missing: int
    progressed: int
    left: bool
    was_read: bool


def read_scan(
    patient: Patient,
    nature: Nature,
    protocol: Protocol,
    planned: LocalPolicy,
    course: Course,
    seen: Seen,
    scan: int,
    number: int,
    day: int,
) -> None:
    """Read every lesion of a patient on one scan.

    Parameters
    ----------
    patient : Patient
        Whose lesions.
    nature, protocol : Nature, Protocol
        Assumptions and plan.
    planned : LocalPolicy
        How the study counts an ablated lesion: one that is left out cannot progress.
    course, seen : Course, Seen
        Where it is written.
    scan : int
        Its place among the scans that were made; 0 is the baseline.
    number : int
        Its number in the plan.
    day : int
        When it was made.
    """
    seen.number[scan] = number
    seen.finding[scan] = NO_FINDING
    error = _error_of_reader(patient.who, nature, number)
    read_targets = _read_targets(patient, nature, protocol, course, seen, scan, day, error)
    found = _read_non_targets(patient, nature, seen, scan, day)
    new_lesion = _find_new_lesions(patient, nature, seen, scan, day)
    at_zone = 0
    if seen.finding[scan] == LOCAL_PROGRESSION and planned != LocalPolicy.EXCLUDE:
        at_zone = 1
    progressed = found.progressed + at_zone
    non_targets = patient.counts.lesions - patient.counts.targets
    was_read = read_targets or found.was_read or new_lesion
    course.day[scan] = day
    course.targets_day[scan] = day
    course.shown_day[scan] = day if new_lesion or progressed > 0 else NOTHING_SHOWN
    course.non_target[scan] = read_non_targets(non_targets, found.gone, found.missing, progressed)
    course.non_target_left[scan] = found.left
    course.new_lesion[scan] = new_lesion
    course.was_read[scan] = was_read


def _error_of_reader(who: Who, nature: Nature, number: int) -> float:
    """Return the log standard deviation of the reader's own bias; 0: it is the first reader."""
    scans = nature.scans
    if number == BASELINE or scans.reader_change_probability == 0:
        return 0.0
    another = draw_uniform(who, Purpose.READER, number) < scans.reader_change_probability
    return scans.reader_log_sd if another else 0.0


def _read_targets(
    patient: Patient,
    nature: Nature,
    protocol: Protocol,
    course: Course,
    seen: Seen,
    scan: int,
    day: int,
    reader_log_sd: float,
) -> bool:
    """Read the targets; return whether anything was read of them."""
    anything = False
    for place in range(patient.counts.targets):
        at = scan * patient.counts.targets + place
        index = patient.lesions.number[place] * SCANS_PER_LESION + seen.number[scan]
        u_error, u_state = draw_both(patient.who, Purpose.READING, index)
        ablated = place == 0 and day > patient.ablation.day
        lost = scan != BASELINE and u_state < nature.scans.not_evaluable_probability
        if lost:
            _write_size(course, seen, scan, at, place, NOT_EVALUABLE, nan, nan)
        else:
            error = nature.scans.read_log_sd * normal_quantile(u_error)
            if reader_log_sd > 0:
                u_bias = draw_uniform(patient.who, Purpose.READER_EFFECT, index)
                error += reader_log_sd * normal_quantile(u_bias)
            _measure(
                patient, nature, protocol, course, seen, scan, day, place, exp(error), u_state
            )
            anything = True
        if ablated:
            _judge_zone(patient, course, seen, scan, day, lost)
        else:
            course.complete[at] = False
    return anything


def _measure(
    patient: Patient,
    nature: Nature,
    protocol: Protocol,
    course: Course,
    seen: Seen,
    scan: int,
    day: int,
    place: int,
    error: float,
    u_state: float,
) -> None:
    """Measure one target."""
    scans, lesions = nature.scans, patient.lesions
    at = scan * patient.counts.targets + place
    ablated = place == 0 and day > patient.ablation.day
    if ablated:
        size = zone_on(nature, lesions, patient.ablation, day)
    else:
        size = true_diameter(nature, lesions, place, day, patient.ablation)
    size = min(size, nature.lesions.largest_mm)
    read = _round_to(size * error, scans.rounding_mm)
    viable = read
    if ablated:
        viable = viable_on(nature, lesions, patient.ablation, day)
        viable = min(_round_to(viable * error, scans.rounding_mm), read)
    if scan == BASELINE:
        read = _keep_eligible(nature, protocol, lesions, place, read)
        _write_size(course, seen, scan, at, place, MEASURED, read, read)
    elif size < nature.lesions.vanished_below_mm:
        _write_size(course, seen, scan, at, place, ABSENT, _GONE_MM, _GONE_MM)
    elif read < scans.too_small_below_mm and _is_called_too_small(nature, u_state):
        small = _TOO_SMALL_MM if not ablated or viable > 0 else 0.0
        _write_size(course, seen, scan, at, place, TOO_SMALL, _TOO_SMALL_MM, small)
    else:
        _write_size(course, seen, scan, at, place, MEASURED, read, viable)


def _is_called_too_small(nature: Nature, u_state: float) -> bool:
    """Tell whether a reader gives no number to a small lesion that could be read."""
    lost = nature.scans.not_evaluable_probability
    return (u_state - lost) / (1.0 - lost) < nature.scans.too_small_probability


def _write_size(
    course: Course,
    seen: Seen,
    scan: int,
    at: int,
    place: int,
    state: int,
    measured_mm: float,
    viable_mm: float,
) -> None:
    seen.state[scan * MOST_LESIONS + place] = state
    course.measured_mm[at] = measured_mm
    course.viable_mm[at] = viable_mm


def _keep_eligible(
    nature: Nature, protocol: Protocol, lesions: Lesions, place: int, read_mm: float
) -> float:
    """Keep a baseline reading within what made the lesion a target (or fit for ablation)."""
    model = nature.lesions
    node = lesions.organ[place] == NODE
    least = model.smallest_node_mm if node else model.smallest_target_mm
    most = protocol.largest_ablated_mm if lesions.number[place] == 0 else model.largest_mm
    return max(least, min(read_mm, most))


def _judge_zone(
    patient: Patient, course: Course, seen: Seen, scan: int, day: int, lost: bool
) -> None:
    """Note what a scan after the ablation shows at the zone, and what is known of the lesion.

    Tumour is residual unless an earlier scan that could be read had shown a complete zone. A scan
    that could not be read leaves the lesion as it was known, at first by the technical success.
    """
    ablation, targets = patient.ablation, patient.counts.targets
    last = _last_finding(seen, scan)
    finding = NO_FINDING
    if not lost and day < ablation.return_day:
        finding = COMPLETE
    elif not lost:
        came_back = last in (COMPLETE, LOCAL_PROGRESSION)
        finding = LOCAL_PROGRESSION if came_back else RESIDUAL
    seen.finding[scan] = finding
    known = finding if finding != NO_FINDING else last
    if known == NO_FINDING:
        course.complete[scan * targets] = ablation.technical_success
    else:
        course.complete[scan * targets] = known == COMPLETE


def _last_finding(seen: Seen, scan: int) -> int:
    for earlier in range(scan - 1, BASELINE, -1):
        if seen.finding[earlier] != NO_FINDING:
            return int(seen.finding[earlier])
    return NO_FINDING


def _read_non_targets(patient: Patient, nature: Nature, seen: Seen, scan: int, day: int) -> Found:
    """Judge the non-target lesions by their hidden size against their smallest size so far."""
    model, lesions = nature.lesions, patient.lesions
    gone = missing = progressed = 0
    left = was_read = False
    for place in range(patient.counts.targets, patient.counts.lesions):
        size = true_diameter(nature, lesions, place, day, patient.ablation)
        state = PRESENT
        if scan == BASELINE:
            lesions.smallest_mm[place] = size
        elif _is_lost(patient.who, nature, lesions.number[place], seen.number[scan]):
            state = NOT_EVALUABLE
        else:
            smallest = max(lesions.smallest_mm[place], model.non_target_floor_mm)
            if size >= model.non_target_progression_ratio * smallest:
                state = PROGRESSED
            elif size < model.vanished_below_mm:
                state = ABSENT
        lesions.smallest_mm[place] = min(lesions.smallest_mm[place], size)
        seen.state[scan * MOST_LESIONS + place] = state
        gone += 1 if state == ABSENT else 0
        missing += 1 if state == NOT_EVALUABLE else 0
        progressed += 1 if state == PROGRESSED else 0
        left = left or state in (PRESENT, PROGRESSED)
        was_read = was_read or state != NOT_EVALUABLE
    return Found(gone, missing, progressed, left, was_read)


def _is_lost(who: Who, nature: Nature, lesion: int, number: int) -> bool:
    """Tell whether a lesion cannot be read on a scan after baseline."""
    u = draw_both(who, Purpose.READING, lesion * SCANS_PER_LESION + number)[1]
    return u < nature.scans.not_evaluable_probability


def _find_new_lesions(patient: Patient, nature: Nature, seen: Seen, scan: int, day: int) -> bool:
    """Find the new lesions that have started by a scan; return whether one was seen on it.

    Onsets are drawn only as far as scans reach. One that could not be read is not evaluable once
    it is known, and not noticed before.
    """
    started, shown = scan != BASELINE, False
    for place in range(nature.new_lesions.most_per_patient):
        at = scan * MOST_NEW_LESIONS + place
        seen.new_state[at] = NOT_SEEN
        if scan == BASELINE:
            seen.new_onset[place] = _NOT_DRAWN
        if started and seen.new_onset[place] == _NOT_DRAWN:
            before = seen.new_onset[place - 1] if place > 0 else 0.0
            seen.new_onset[place] = onset_of_new_lesion(
                patient.who, place, before, patient.new_lesion_hazard
            )
        started = started and seen.new_onset[place] <= day
        if started and not _is_lost(patient.who, nature, FIRST_NEW + place, seen.number[scan]):
            seen.new_state[at] = PRESENT
            shown = True
        elif started and scan > 1 and seen.new_state[at - MOST_NEW_LESIONS] != NOT_SEEN:
            seen.new_state[at] = NOT_EVALUABLE
    return shown


def _round_to(value: float, step: float) -> float:
    return floor(value / step + 0.5) * step if step > 0 else value
