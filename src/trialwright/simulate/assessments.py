"""A patient's tumour assessments, scan by scan, until progression or the end of the study."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from trialwright.simulate.calendar import list_scans
from trialwright.simulate.rows import VisitRow
from trialwright.simulate.scans import BASELINE, Scan

if TYPE_CHECKING:
    from trialwright.simulate.calendar import Calendar
    from trialwright.simulate.plan import TrialPlan
    from trialwright.simulate.rows import AblationRow, IsProgression, LesionRow, MeasurementRow
    from trialwright.simulate.scans import ScanReader


@dataclass(frozen=True, slots=True)
class Assessments:
    """What the scans of one patient left on file; ``progression_day`` is infinite without any."""

    visits: tuple[VisitRow, ...] = ()
    lesions: tuple[LesionRow, ...] = ()
    measurements: tuple[MeasurementRow, ...] = ()
    progression_day: float = inf


def assess_tumours(
    reader: ScanReader,
    plan: TrialPlan,
    calendar: Calendar,
    *,
    ablations: tuple[AblationRow, ...],
    until: float,
    is_progression: IsProgression | None,
) -> Assessments:
    """Scan one patient from baseline until progression or day ``until``, which is excluded.

    Parameters
    ----------
    reader : ScanReader
        Reads the patient's lesions.
    plan, calendar : TrialPlan, Calendar
        When scans are planned.
    ablations : tuple of AblationRow
        Local treatment of the patient; a scan knows of those before it.
    until : float
        First day without a scan: end of study or data cut.
    is_progression : IsProgression or None
        Judges each scan after baseline; None: no scan ends the assessments.

    Returns
    -------
    Assessments
        Empty if the baseline scan is after the data cut.
    """
    if calendar.baseline_day >= until:
        return Assessments()
    patient_id = reader.patient_id
    baseline = calendar.baseline_day
    scan = Scan(BASELINE, "baseline", baseline, calendar.date_of(baseline))
    visits = [VisitRow(patient_id, scan.visit, "baseline", None, scan.date)]
    lesions = reader.list_lesions()
    measurements = reader.read(scan, ())
    earlier: tuple[Scan, ...] = (scan,)
    for planned in list_scans(reader.scenario, plan, reader.draws, until=until):
        visit, day = planned.visit, planned.day
        done = None if day is None else calendar.date_of(day)
        visits.append(VisitRow(patient_id, visit, "scheduled", planned.planned_day, done))
        if day is None or done is None:
            continue
        scan = Scan(planned.number, visit, day, done)
        found, new_rows = reader.find_new_lesions(scan, lesions)
        lesions += found
        measurements += reader.read(scan, earlier) + new_rows
        earlier += (scan,)
        known = tuple(row for row in ablations if row.ablation_date < done)
        if is_progression is not None and is_progression(lesions, measurements, known):
            return Assessments(tuple(visits), lesions, measurements, day)
    return Assessments(tuple(visits), lesions, measurements)
