"""What became of each ablated lesion: success of the procedure, efficacy, local progression.

Apart from RECIST: this is the reading of the ablation itself, lesion by lesion. A control is a
scan after the ablation that says what the zone shows; a diameter alone says nothing of it, and
what nobody recorded is not assessed, never complete. The terms are those of ``rules``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from math import isnan
from typing import TYPE_CHECKING

from trialwright.response.ablated.reasons import explain_efficacy, explain_local_end
from trialwright.response.ablated.result import AblatedLesion, Control, LocalOutcome
from trialwright.response.ablated.rules import (
    Answer,
    LocalEnd,
    Zone,
    end_of_local_control,
    first_local_progression,
    is_ablation,
    lies_in_window,
    read_zone,
    read_zone_of_scan,
    technique_efficacy,
)
from trialwright.response.readings import size_mm
from trialwright.response.timeline import (
    find_baseline,
    group_by_visit,
    without_prior_treatment,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from trialwright.response.patient import Lesion, LocalTreatment, PatientScans, Reading
    from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class AblationRules:
    """The choices of the study file that the reading of an ablation depends on."""

    first_control_weeks: tuple[float, float] | None  # none: the study states no window
    time_point_date: str

    @classmethod
    def of(cls, study: Study) -> AblationRules:
        """Take the choices from a study; raise ``StudyError`` where a needed one is open."""
        window = None if study.ablation is None else study.ablation.first_scan_weeks.value
        return cls(window, study.response.time_point_date.require())


def outcomes_of(scans: PatientScans, rules: AblationRules) -> tuple[AblatedLesion, ...]:
    """Return what became of each ablated lesion of one patient.

    Parameters
    ----------
    scans : PatientScans
        The patient. Local treatments from before baseline are prior treatment and are left
        out, as in the reading of scans.
    rules : AblationRules
        The study's choices.

    Returns
    -------
    tuple of AblatedLesion
        One a lesion, in order of its first ablation. An ablation of a lesion that this reading
        does not know is none; a check of the data reports it (``ablation.unknown_lesion``).
    """
    baseline = find_baseline(scans, group_by_visit(scans.readings, rules.time_point_date))
    treatments = without_prior_treatment(scans, baseline).local_treatments
    known = {lesion.lesion_id: lesion for lesion in scans.lesions}
    by_lesion: defaultdict[str, list[LocalTreatment]] = defaultdict(list)
    for one in sorted(treatments, key=lambda one: (one.treatment_date, one.lesion_id)):
        by_lesion[one.lesion_id].append(one)
    return tuple(
        _follow(scans, known[name], members, rules)
        for name, members in by_lesion.items()
        if name in known and any(is_ablation(one.modality) for one in members)
    )


def _follow(
    scans: PatientScans, lesion: Lesion, treatments: Sequence[LocalTreatment], rules: AblationRules
) -> AblatedLesion:
    ablations = tuple(one for one in treatments if is_ablation(one.modality))
    first = ablations[0].treatment_date
    other = _next_other_treatment(treatments, first)
    readings = _readings_of(lesion.lesion_id, scans)
    controls = _read_controls(readings, first, other)
    course = _defined_course(ablations, controls)
    retreatments = tuple(one for one in ablations if one not in course)
    primary = _primary_efficacy(controls, course, retreatments)
    secondary = _secondary_efficacy(controls, retreatments)
    started = scans.first_treatment
    sizes = [(one.scan_date, size_mm(one)) for one in readings]
    read = [(day, size) for day, size in sizes if not isnan(size)]
    return AblatedLesion(
        patient_id=scans.patient_id,
        lesion=lesion,
        course=course,
        retreatments=retreatments,
        controls=controls,
        days_from_first_treatment=None if started is None else (first - started).days,
        size_before_mm=next((size for day, size in reversed(read) if day <= first), None),
        zone_sizes_mm=tuple(size for day, size in read if day > first),
        in_window=_in_window(controls, course, rules),
        primary_efficacy=primary,
        secondary_efficacy=secondary,
        efficacy_reason=explain_efficacy(controls, course, primary, secondary),
        local=_local_outcome(controls, course, scans.death, other),
    )


def _readings_of(name: str, scans: PatientScans) -> tuple[Reading, ...]:
    own = (one for one in scans.readings if one.lesion_id == name)
    return tuple(sorted(own, key=lambda one: (one.scan_date, one.visit)))


def _next_other_treatment(
    treatments: Sequence[LocalTreatment], after: date
) -> LocalTreatment | None:
    """Return the first local treatment, not an ablation, from the ablation on.

    It removes or changes the zone: no later scan is a control of the ablation.
    """
    others = (
        one for one in treatments if not is_ablation(one.modality) and one.treatment_date >= after
    )
    return next(others, None)


def _read_controls(
    readings: Sequence[Reading], after: date, other: LocalTreatment | None
) -> tuple[Control, ...]:
    """Return the scans that show the zone; one on the day of a treatment is before it."""
    controls = []
    for day, group in groupby(readings, key=lambda one: one.scan_date):
        if day <= after or (other is not None and day > other.treatment_date):
            continue
        found = [(one, read_zone(one.ablation_finding, one.state)) for one in group]
        zone = read_zone_of_scan(said for _, said in found)
        if zone != Zone.UNKNOWN:
            one = next(one for one, said in found if said == zone)
            recorded = one.ablation_finding or one.state or ""
            controls.append(Control(one.visit, day, zone, recorded))
    return tuple(controls)


def _defined_course(
    ablations: Sequence[LocalTreatment], controls: Sequence[Control]
) -> tuple[LocalTreatment, ...]:
    """Return the planned ablations before the first control; all before it if none is planned."""
    before = tuple(
        one for one in ablations if not controls or one.treatment_date < controls[0].date
    )
    return tuple(one for one in before if one.planned) or before


def _primary_efficacy(
    controls: Sequence[Control],
    course: Sequence[LocalTreatment],
    retreatments: Sequence[LocalTreatment],
) -> Answer:
    """Read the first control after the course, unless ablation was repeated before it."""
    if not controls:
        return Answer.NOT_ASSESSED
    end, shown = course[-1].treatment_date, controls[0].date
    if any(end < one.treatment_date < shown for one in retreatments):
        return Answer.NOT_ASSESSED
    return technique_efficacy(controls[0].zone)


def _secondary_efficacy(
    controls: Sequence[Control], retreatments: Sequence[LocalTreatment]
) -> Answer | None:
    if not retreatments:
        return None
    last = max(one.treatment_date for one in retreatments)
    zone = next((one.zone for one in controls if one.date > last), Zone.UNKNOWN)
    return technique_efficacy(zone)


def _in_window(
    controls: Sequence[Control], course: Sequence[LocalTreatment], rules: AblationRules
) -> bool | None:
    if not controls or rules.first_control_weeks is None:
        return None
    days = (controls[0].date - course[-1].treatment_date).days
    return lies_in_window(days, *rules.first_control_weeks)


def _local_outcome(
    controls: Sequence[Control],
    course: Sequence[LocalTreatment],
    death: date | None,
    other: LocalTreatment | None,
) -> LocalOutcome:
    zones = [one.zone for one in controls]
    # After another local treatment the lesion is no longer followed for local progression.
    end = end_of_local_control(zones, death is not None and other is None)
    when = None
    if end == LocalEnd.LOCAL_PROGRESSION:
        when = controls[first_local_progression(zones)].date
    elif end == LocalEnd.DEATH:
        when = death
    elif end == LocalEnd.CENSORED:
        when = controls[-1].date
    days = None if when is None else (when - course[-1].treatment_date).days
    return LocalOutcome(end, when, days, explain_local_end(end, when, controls, other))
