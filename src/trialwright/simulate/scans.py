"""What a scan shows of a patient's hidden lesions: diameters and states, with reading error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp
from typing import TYPE_CHECKING

from trialwright.simulate.draws import Purpose
from trialwright.simulate.rows import LesionRow, MeasurementRow

if TYPE_CHECKING:
    from datetime import date

    from trialwright.simulate.draws import Draws
    from trialwright.simulate.patient import (
        HiddenAblation,
        HiddenLesion,
        HiddenNewLesion,
        HiddenPatient,
    )
    from trialwright.simulate.scenario import Scenario

SCANS_PER_LESION = 1024  # index of a draw = lesion number * this + scan number
BASELINE = 0


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan that took place; number 0 is the baseline scan, its day is 0 or less."""

    number: int
    visit: str
    day: int
    date: date


@dataclass(frozen=True, slots=True)
class Reading:
    """A diameter or a state, never both; and what the ablation zone shows, if there is one."""

    diameter_mm: float | None = None
    state: str | None = None
    ablation_finding: str | None = None


@dataclass(frozen=True, slots=True)
class ScanReader:
    """Read every lesion of one patient, scan by scan.

    ``largest_ablated_mm`` bounds the baseline reading of the lesion planned for ablation.
    """

    patient_id: str
    patient: HiddenPatient
    ablation: HiddenAblation | None
    largest_ablated_mm: float
    scenario: Scenario
    draws: Draws

    def list_lesions(self) -> tuple[LesionRow, ...]:
        """Return the rows of the lesions found at baseline."""
        return tuple(
            LesionRow(self.patient_id, x.lesion_id, x.role, x.organ, x.lymph_node)
            for x in self.patient.lesions
        )

    def read(self, scan: Scan, earlier: tuple[Scan, ...]) -> tuple[MeasurementRow, ...]:
        """Read the lesions that were there at baseline.

        Parameters
        ----------
        scan : Scan
            The scan to read.
        earlier : tuple of Scan
            The scans before this one, to compare non-target lesions and the zone with.
        """
        rows = []
        for lesion in self.patient.lesions:
            if self._is_lost(lesion, scan):
                reading = Reading(state="not_evaluable")
            elif lesion.role == "target":
                reading = replace(
                    self._measure(lesion, scan),
                    ablation_finding=self._judge_zone(lesion, scan, earlier),
                )
            else:
                reading = self._compare(lesion, scan, earlier)
            rows.append(self._row(lesion.lesion_id, scan, reading))
        return tuple(rows)

    def find_new_lesions(
        self, scan: Scan, known: tuple[LesionRow, ...]
    ) -> tuple[tuple[LesionRow, ...], tuple[MeasurementRow, ...]]:
        """Return lesions first seen on this scan, and a row for every new lesion so far."""
        seen = {row.lesion_id for row in known}
        found, rows = [], []
        for place, lesion in enumerate(self.patient.new_lesions, start=1):
            if lesion.onset_day > scan.day:
                break
            lesion_id, lost = f"N{place}", self._is_lost(lesion, scan)
            if lesion_id not in seen:
                if lost:
                    continue
                node = lesion.organ == "lymph node"
                found.append(LesionRow(self.patient_id, lesion_id, "new", lesion.organ, node))
            rows.append(
                self._row(lesion_id, scan, Reading(state="not_evaluable" if lost else "present"))
            )
        return tuple(found), tuple(rows)

    def _row(self, lesion_id: str, scan: Scan, reading: Reading) -> MeasurementRow:
        return MeasurementRow(
            self.patient_id,
            lesion_id,
            scan.visit,
            scan.date,
            reading.diameter_mm,
            reading.state,
            ablation_finding=reading.ablation_finding,
        )

    def _is_lost(self, lesion: HiddenLesion | HiddenNewLesion, scan: Scan) -> bool:
        """Tell whether the lesion cannot be read; at baseline every lesion is readable."""
        if scan.number == BASELINE:
            return False
        u = self.draws.uniform(Purpose.NOT_EVALUABLE, _index(lesion, scan))
        return u < self.scenario.scans.not_evaluable_probability

    def _measure(self, lesion: HiddenLesion, scan: Scan) -> Reading:
        scans, lesions = self.scenario.scans, self.scenario.lesions
        true_mm = min(self._true_diameter(lesion, scan.day), lesions.largest_mm)
        if true_mm < lesions.vanished_below_mm and scan.number != BASELINE:
            return Reading(state="absent")
        error = self.draws.normal(Purpose.READ_ERROR, _index(lesion, scan))
        read_mm = _round_to(true_mm * exp(scans.read_log_sd * error), scans.rounding_mm)
        if scan.number == BASELINE:
            return Reading(self._keep_eligible(lesion, read_mm))
        u = self.draws.uniform(Purpose.TOO_SMALL, _index(lesion, scan))
        if read_mm < scans.too_small_below_mm and u < scans.too_small_probability:
            return Reading(state="too_small")
        return Reading(read_mm)

    def _true_diameter(self, lesion: HiddenLesion, day: int) -> float:
        if self.ablation is not None and lesion is self.ablation.lesion and day > self.ablation.day:
            return self.ablation.diameter_on(day)
        return lesion.diameter_on(day)

    def _keep_eligible(self, lesion: HiddenLesion, read_mm: float) -> float:
        """Keep a baseline reading within what made the lesion a target (or fit for ablation)."""
        model = self.scenario.lesions
        least = model.smallest_node_mm if lesion.lymph_node else model.smallest_target_mm
        most = self.largest_ablated_mm if lesion.number == 0 else model.largest_mm
        return max(least, min(read_mm, most))

    def _judge_zone(
        self, lesion: HiddenLesion, scan: Scan, earlier: tuple[Scan, ...]
    ) -> str | None:
        """Return what a scan after the ablation shows at the zone; none for any other lesion.

        Tumour is residual unless an earlier scan that could be read had shown a complete zone.
        """
        ablation = self.ablation
        if ablation is None or lesion is not ablation.lesion or scan.day <= ablation.day:
            return None
        if scan.day < ablation.return_day:
            return "complete"
        shown_complete = any(
            ablation.day < one.day < ablation.return_day and not self._is_lost(lesion, one)
            for one in earlier
        )
        return "local_progression" if shown_complete else "residual"

    def _compare(self, lesion: HiddenLesion, scan: Scan, earlier: tuple[Scan, ...]) -> Reading:
        """Judge a non-target lesion by its hidden size against its smallest size so far."""
        model = self.scenario.lesions
        size = lesion.diameter_on(scan.day)
        smallest = min((lesion.diameter_on(one.day) for one in earlier), default=size)
        limit = model.non_target_progression_ratio * max(smallest, model.non_target_floor_mm)
        if scan.number != BASELINE and size >= limit:
            return Reading(state="unequivocal_progression")
        return Reading(state="absent" if size < model.vanished_below_mm else "present")


def _index(lesion: HiddenLesion | HiddenNewLesion, scan: Scan) -> int:
    return lesion.number * SCANS_PER_LESION + scan.number


def _round_to(value: float, step: float) -> float:
    return round(value / step) * step if step > 0 else value
